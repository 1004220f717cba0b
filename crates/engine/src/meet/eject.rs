//! Ejection: what must leave a slot so that a request can enter it, what that costs.

use super::*;

/// Stands for "cannot leave".
pub(super) const STUCK: i64 = i64::MAX / 4;

impl Search<'_, '_> {
    /// Loss if `r` leaves slot `s`: little if it fits elsewhere at once.
    fn leave_cost(&self, r: usize, s: usize) -> i64 {
        if !self.movable(r) {
            return STUCK;
        }
        let (f, st) = (self.f, &self.st);
        if f.fixed(r) {
            // A confirmed meeting keeps its slot, but a colleague may stand in.
            let stand_in = |x: &i32| *x < 0 && st.group_mask[(-(i64::from(*x)) - 1) as usize] >> s & 1 == 1;
            return if f.parties(r).iter().any(stand_in) { 1 } else { STUCK };
        }
        let mut m = f.mask[r] & self.region & !(1 << s);
        for (i, &x) in f.parties(r).iter().enumerate() {
            if x >= 0 {
                m &= st.free[x as usize] | self.freed(x as usize, s);
            } else {
                let p = st.who[f.who_at[r] as usize + i] as usize;
                m &= st.group_mask[(-(i64::from(x)) - 1) as usize] | self.freed(p, s);
            }
            if m == 0 {
                return f.value[r];
            }
        }
        m &= self.place_mask(r) & self.order_mask(r);
        if m == 0 || !each_slot(m).any(|k| self.resources_fit(r, k)) { f.value[r] } else { 0 }
    }

    /// Slots that open for `p` when he loses his meeting at `s`: those of the same day if the day was full.
    fn freed(&self, p: usize, s: usize) -> Slots {
        let (f, st) = (self.f, &self.st);
        let person = &f.x.people[p];
        if st.count[p] > st.max[p] {
            return 0;
        }
        let d = f.x.day[s] as usize;
        if u32::from(st.day_count[p * f.days.len() + d]) == person.day_max || st.count[p] == st.max[p] {
            person.available & !st.mask[p] & f.days[d]
        } else {
            0
        }
    }

    fn add_eject(&mut self, r: usize, cost: i64, total: &mut i64) {
        if !self.eject.contains(&(r as u32)) {
            self.eject.push(r as u32);
            *total += cost;
        }
    }

    /// Who must leave so that person `p` can meet at `s`: (request, cost), `None` if he is free.
    fn blocker(&self, p: usize, s: usize) -> Option<(usize, i64)> {
        let (f, st) = (self.f, &self.st);
        if st.free[p] >> s & 1 == 1 {
            return None;
        }
        let r = st.busy[p * f.slots + s];
        if r != NONE {
            return Some((r as usize, self.leave_cost(r as usize, s)));
        }
        let scope = if st.count[p] >= st.max[p] { self.region } else { f.days[f.x.day[s] as usize] };
        let mut best = (NONE as usize, STUCK);
        for k in each_slot(st.mask[p] & scope & self.region) {
            let r = st.busy[p * f.slots + k] as usize;
            if self.movable(r) && !f.fixed(r) && f.value[r] < best.1 {
                best = (r, f.value[r]);
            }
        }
        Some(best)
    }

    /// Fills `self.eject` with what must leave; the estimated loss, or `None` if that is impossible.
    fn conflicts(&mut self, q: usize, s: usize, limit: i64) -> Option<i64> {
        self.eject.clear();
        let mut total = 0;
        let parties = self.f.parties(q);
        for &x in parties {
            if x >= 0 {
                if let Some((r, cost)) = self.blocker(x as usize, s) {
                    if cost >= STUCK {
                        return None;
                    }
                    self.add_eject(r, cost, &mut total);
                }
            } else if self.st.group_mask[(-(i64::from(x)) - 1) as usize] >> s & 1 == 0 {
                let members = self.f.x.group(x);
                let n = members.len();
                let start = self.rng.below(n);
                let mut best = (NONE as usize, STUCK);
                for i in 0..n.min(8) {
                    let p = members[(start + i) % n] as usize;
                    if self.f.x.people[p].available >> s & 1 == 0 || parties.contains(&(p as i32)) {
                        continue;
                    }
                    if let Some(found) = self.blocker(p, s)
                        && found.1 < best.1
                    {
                        best = found;
                    }
                }
                if best.1 >= STUCK {
                    return None;
                }
                self.add_eject(best.0, best.1, &mut total);
            }
            if total > limit {
                return None;
            }
        }
        self.resource_conflicts(q, s, &mut total)?;
        if self.f.ordered[q] {
            self.order_conflicts(q, s, &mut total)?;
        }
        if total > limit {
            return None;
        }
        self.place_conflict(q, s, &mut total)?;
        Some(total)
    }

    fn order_conflicts(&mut self, q: usize, s: usize, total: &mut i64) -> Option<()> {
        let f = self.f;
        let early = f.x.requests[q]
            .after
            .iter()
            .filter(|&&b| self.st.at[b as usize] != OUT && self.st.at[b as usize] as usize >= s);
        let late =
            f.before[q].iter().filter(|&&c| self.st.at[c as usize] != OUT && self.st.at[c as usize] as usize <= s);
        let list: Vec<u32> = early.chain(late).copied().collect();
        for r in list {
            if !self.movable(r as usize) {
                return None;
            }
            self.add_eject(r as usize, f.value[r as usize] / 4, total);
        }
        Some(())
    }

    fn resource_conflicts(&mut self, q: usize, s: usize, total: &mut i64) -> Option<()> {
        let f = self.f;
        for &(k, units) in &f.x.requests[q].uses {
            let mut over = self.st.used[k as usize * f.slots + s] + units - f.x.resources[k as usize].cap[s];
            let uses = |r: usize| f.x.requests[r].uses.iter().find(|u| u.0 == k).map_or(0, |u| u.1);
            for i in 0..self.eject.len() {
                let r = self.eject[i] as usize;
                if usize::from(self.st.at[r]) == s {
                    over -= uses(r);
                }
            }
            while over > 0 {
                let (r, cost) = self.cheapest_at(s, |r| uses(r) > 0)?;
                over -= uses(r);
                self.add_eject(r, cost, total);
            }
        }
        Some(())
    }

    /// The cheapest movable meeting of slot `s` that `suits` and is not leaving yet.
    fn cheapest_at(&self, s: usize, suits: impl Fn(usize) -> bool) -> Option<(usize, i64)> {
        let mut best = (0, STUCK);
        for p in 0..self.f.x.people.len() {
            let r = self.st.busy[p * self.f.slots + s];
            if r == NONE
                || !suits(r as usize)
                || self.eject.contains(&r)
                || !self.movable(r as usize)
                || self.f.fixed(r as usize)
            {
                continue;
            }
            let cost = self.f.value[r as usize];
            if cost < best.1 {
                best = (r as usize, cost);
            }
        }
        (best.1 < STUCK).then_some(best)
    }

    fn place_conflict(&mut self, q: usize, s: usize, total: &mut i64) -> Option<()> {
        let (f, x) = (self.f, self.f.x);
        if self.place_mask(q) >> s & 1 == 1 {
            return Some(());
        }
        let seats = f.seats(q) as u32;
        // Someone who leaves this slot anyway may leave a usable place behind.
        for &r in &self.eject {
            if usize::from(self.st.at[r as usize]) != s {
                continue;
            }
            let t = self.st.place[r as usize];
            let virtual_left = t == NONE && x.place_count.is_none();
            let fits = match t {
                NONE => !virtual_left || f.can_virtual[q],
                t => {
                    let place = &x.places[t as usize];
                    f.can_onsite[q] && place.seats >= seats && place.org.is_none_or(|o| x.requests[q].orgs.contains(&o))
                }
            };
            if fits {
                return Some(());
            }
        }
        if x.place_count.is_some() || !f.can_onsite[q] {
            let wants_virtual = !f.can_onsite[q];
            let (r, cost) = self.sample_at(s, |me, r| me.st.is_virtual(me.st.attendees(r)) == wants_virtual)?;
            self.add_eject(r, cost, total);
            return Some(());
        }
        let row = s * x.places.len();
        let mut best = (0, STUCK);
        let n = x.places.len();
        let start = self.rng.below(n.max(1));
        for i in 0..n {
            let t = if start + i >= n { start + i - n } else { start + i };
            let r = self.st.room[row + t];
            if r == NONE {
                continue;
            }
            let cost = f.value[r as usize];
            if cost < best.1 {
                let place = &x.places[t];
                if place.seats >= seats
                    && place.org.is_none_or(|o| x.requests[q].orgs.contains(&o))
                    && self.movable(r as usize)
                    && !f.fixed(r as usize)
                {
                    best = (r as usize, cost);
                }
            }
        }
        if best.1 >= STUCK {
            return None;
        }
        let cost = self.leave_cost(best.0, s).min(best.1);
        self.add_eject(best.0, cost, total);
        Some(())
    }

    /// A cheap meeting of slot `s` found through random people (all people when there are few).
    fn sample_at(&mut self, s: usize, suits: impl Fn(&Self, usize) -> bool) -> Option<(usize, i64)> {
        let n = self.f.x.people.len();
        let start = self.rng.below(n);
        let mut best = (0, STUCK);
        let mut found = 0;
        for i in 0..n {
            let p = if start + i >= n { start + i - n } else { start + i };
            let r = self.st.busy[p * self.f.slots + s];
            if r == NONE
                || self.eject.contains(&r)
                || !self.movable(r as usize)
                || self.f.fixed(r as usize)
                || !suits(self, r as usize)
            {
                continue;
            }
            let cost = self.leave_cost(r as usize, s);
            if cost < best.1 {
                best = (r as usize, cost);
            }
            found += 1;
            if found >= 8 {
                break;
            }
        }
        (best.1 < STUCK).then_some(best)
    }

    /// Makes room at the best of `tries` sampled slots and puts `q` there; ejected meetings look for another slot.
    pub(super) fn force(&mut self, q: usize, avoid: Slots, tries: usize, limit: i64) -> bool {
        let mut slots = self.f.mask[q] & self.region & !avoid;
        let (mut best, mut best_cost) = (usize::MAX, i64::MAX);
        for _ in 0..tries {
            if slots == 0 {
                break;
            }
            let s = self.rng.slot(slots);
            slots &= !(1 << s);
            if let Some(cost) = self.conflicts(q, s, limit)
                && cost < best_cost
            {
                (best, best_cost) = (s, cost);
                std::mem::swap(&mut self.eject, &mut self.best_eject);
                if cost == 0 {
                    break;
                }
            }
        }
        if best == usize::MAX {
            return false;
        }
        let list = std::mem::take(&mut self.best_eject);
        for &r in &list {
            self.remove(r as usize);
        }
        let done = self.order_mask(q) >> best & 1 == 1 && self.put(q, best);
        if done {
            for &r in &list {
                self.put_somewhere(r as usize, 0, 4);
            }
        }
        self.best_eject = list;
        done
    }

    pub(super) fn settle(&mut self, done: bool, before: f64, temperature: f64) -> bool {
        if done {
            let delta = self.energy() - before;
            if delta >= 0.0 || delta > temperature * self.rng.unit().ln() {
                self.commit();
                return true;
            }
        }
        self.rollback();
        false
    }

    pub(super) fn random_meeting(&mut self) -> Option<usize> {
        let n = self.f.x.people.len();
        for _ in 0..8 {
            let p = self.rng.below(n);
            let m = self.st.mask[p] & self.region;
            if m != 0 {
                let s = self.rng.slot(m);
                return Some(self.st.busy[p * self.f.slots + s] as usize);
            }
        }
        None
    }
}
