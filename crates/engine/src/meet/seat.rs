//! Attendees and places: who of a team attends, and at which table, given the slot. Changes no schedule.

use super::*;

impl Search<'_, '_> {
    pub(super) fn place_mask(&self, q: usize) -> Slots {
        let (f, st) = (self.f, &self.st);
        let mut m = 0;
        if f.can_virtual[q] {
            m |= st.virtual_open;
        }
        if f.can_onsite[q] {
            if f.x.place_count.is_some() {
                return m | st.counted_open;
            }
            let seats = f.seats(q) as u32;
            for (c, class) in f.classes.iter().enumerate() {
                if class.seats >= seats {
                    m |= st.class_mask[c];
                }
            }
            for &o in &f.x.requests[q].orgs {
                for &t in &f.suites[o as usize] {
                    if f.x.places[t as usize].seats >= seats {
                        m |= st.place_free[t as usize];
                    }
                }
            }
        }
        m
    }

    /// Chooses attendees for `q` at `s` among people free then; leaves them in `self.people`.
    pub(super) fn choose_people(&mut self, q: usize, s: usize) -> bool {
        let f = self.f;
        let parties = f.parties(q);
        self.people.clear();
        let onsite_open = !f.can_virtual[q] || {
            let only_onsite = self.onsite_possible(q, s);
            only_onsite && f.can_onsite[q]
        };
        for &x in parties {
            if x >= 0 {
                if self.st.free[x as usize] >> s & 1 == 0 {
                    return false;
                }
                self.people.push(x as u32);
                continue;
            }
            let members = f.x.group(x);
            let n = members.len();
            let start = self.rng.below(n);
            let (mut best, mut best_score, mut seen) = (NONE, i64::MAX, 0);
            for i in 0..n {
                let p = members[if start + i >= n { start + i - n } else { start + i }];
                let person = p as usize;
                if self.st.free[person] >> s & 1 == 0 || self.people.contains(&p) || parties.contains(&(p as i32)) {
                    continue;
                }
                let wrong_kind = f.x.people[person].remote == onsite_open;
                let score = i64::from(wrong_kind) * 10_000 + i64::from(self.gap_delta(person, s)) * 100
                    - i64::from(self.st.free[person].count_ones());
                if score < best_score {
                    (best, best_score) = (p, score);
                }
                seen += 1;
                if seen >= 6 {
                    break;
                }
            }
            if best == NONE {
                return false;
            }
            self.people.push(best);
        }
        true
    }

    pub(super) fn onsite_possible(&self, q: usize, s: usize) -> bool {
        let (f, st) = (self.f, &self.st);
        if f.x.place_count.is_some() {
            return st.counted_open >> s & 1 == 1;
        }
        let seats = f.seats(q) as u32;
        f.classes.iter().enumerate().any(|(c, k)| k.seats >= seats && st.class_mask[c] >> s & 1 == 1)
            || f.x.requests[q]
                .orgs
                .iter()
                .flat_map(|&o| &f.suites[o as usize])
                .any(|&t| f.x.places[t as usize].seats >= seats && st.place_free[t as usize] >> s & 1 == 1)
    }

    /// Steps the people would walk if the meeting at `s` were at `t`; `None` if too far for the hop rule.
    pub(super) fn place_cost(&self, people: &[u32], s: usize, t: u32) -> Option<i64> {
        let x = self.f.x;
        let mut cost = 0;
        for &p in people {
            let (prev, next) = self.st.around(p as usize, s);
            for other in [prev, next].into_iter().flatten() {
                let v = self.st.place[self.st.busy[p as usize * self.f.slots + other] as usize];
                if v == NONE || v == t {
                    continue;
                }
                let steps = x.steps(v as usize, t as usize);
                if other.abs_diff(s) == 1 && x.max_hop.is_some_and(|h| steps > h) {
                    return None;
                }
                cost += 1 + i64::from(steps);
            }
        }
        Some(cost)
    }

    /// A place for the chosen people at `s`: `Some(NONE)` = virtual or counted.
    pub(super) fn find_place(&mut self, q: usize, s: usize) -> Option<u32> {
        let people = std::mem::take(&mut self.people);
        let found = self.find_place_for(q, s, &people);
        self.people = people;
        found
    }

    pub(super) fn find_place_for(&mut self, q: usize, s: usize, people: &[u32]) -> Option<u32> {
        let (f, x) = (self.f, self.f.x);
        if self.st.is_virtual(people) {
            return (self.st.virtual_open >> s & 1 == 1).then_some(NONE);
        }
        if x.place_count.is_some() {
            return (self.st.counted_open >> s & 1 == 1).then_some(NONE);
        }
        let seats = people.len() as u32;
        let (mut best, mut best_cost) = (None, i64::MAX);
        let offer = |st: &Self, t: u32, discount: i64, best: &mut Option<u32>, best_cost: &mut i64| {
            let place = &x.places[t as usize];
            if place.seats < seats || st.st.place_free[t as usize] >> s & 1 == 0 {
                return;
            }
            if let Some(cost) = st.place_cost(people, s, t)
                && cost - discount < *best_cost
            {
                (*best, *best_cost) = (Some(t), cost - discount);
            }
        };
        if let Some(t) = x.requests[q].fix.and_then(|f| f.place) {
            offer(self, t, 0, &mut best, &mut best_cost);
            return best;
        }
        // A suite of an attending organization leaves the public tables to others.
        for &p in people {
            let o = x.people[p as usize].org as usize;
            for &t in &f.suites[o] {
                offer(self, t, 3, &mut best, &mut best_cost);
            }
        }
        if best.is_some() && best_cost <= 0 {
            return best;
        }
        for &p in people {
            let (prev, next) = self.st.around(p as usize, s);
            for other in [prev, next].into_iter().flatten() {
                let v = self.st.place[self.st.busy[p as usize * f.slots + other] as usize];
                if v != NONE && x.places[v as usize].org.is_none() {
                    offer(self, v, 0, &mut best, &mut best_cost);
                }
            }
        }
        if best.is_some() && x.max_hop.is_none() {
            return best;
        }
        for class in &f.classes {
            if class.seats < seats {
                continue;
            }
            let start = if f.words == 0 { 0 } else { self.rng.below(f.words) };
            let mut looked = 0;
            'words: for i in 0..f.words {
                let w = if start + i >= f.words { start + i - f.words } else { start + i };
                let mut bits = self.st.open[s * f.words + w] & class.places[w];
                while bits != 0 {
                    let t = (w * 64) as u32 + bits.trailing_zeros();
                    bits &= bits - 1;
                    offer(self, t, 0, &mut best, &mut best_cost);
                    looked += 1;
                    if looked >= 4 && best.is_some() {
                        break 'words;
                    }
                }
            }
            if best.is_some() {
                return best;
            }
        }
        best
    }
}
