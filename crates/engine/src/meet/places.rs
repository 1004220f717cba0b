//! Descent on the places alone: who meets when stays, only tables change, and every change saves steps. Quick enough to
//! follow every stage of the search, which otherwise spends most of its moves on the levels above the steps.

use super::*;

impl Search<'_, '_> {
    /// Moves meetings to the tables, or next to the tables, where their people sit before and after, as long as that saves
    /// steps: at most so many passes, fewer if they gain little or `over` says so.
    pub(in super::super) fn settle_places(&mut self, passes: usize, over: &dyn Fn() -> bool) {
        let x = self.f.x;
        if x.places.is_empty() {
            return;
        }
        let zones = x.places.iter().map(|p| p.zone as usize + 1).max().unwrap_or(1);
        let mut in_zone = vec![vec![0u64; self.f.words]; zones];
        for (t, place) in x.places.iter().enumerate().filter(|(_, p)| p.org.is_none()) {
            in_zone[place.zone as usize][t / 64] |= 1 << (t % 64);
        }
        let mut wanted = Vec::new();
        for _ in 0..passes {
            let before = self.st.hops;
            for q in 0..self.f.requests() {
                if q % 512 == 0 && over() {
                    return;
                }
                if self.st.at[q] == OUT || self.st.place[q] == NONE || self.locked(q) {
                    continue;
                }
                self.tables_nearby(q, &in_zone, &mut wanted);
                for &v in &wanted {
                    let s = self.st.at[q] as usize;
                    if !self.saves_steps(q, s, v) {
                        continue;
                    }
                    let steps = self.st.hops;
                    self.begin();
                    if !self.exchange_place(q, s, v) || self.st.hops >= steps {
                        self.rollback();
                    }
                }
            }
            if self.st.hops * 1000 > before * 999 {
                break;
            }
        }
    }

    /// Whether exchanging the place of `q` for `v` shortens the ways of everybody concerned, all told.
    fn saves_steps(&self, q: usize, s: usize, v: u32) -> bool {
        let t = self.st.place[q];
        let cost = |r: usize, place: u32| self.place_cost(self.st.attendees(r), s, place);
        let gain = |r: usize, from: u32, to: u32| Some(cost(r, from)? - cost(r, to)?);
        if v == t || !self.usable(q, v, s) {
            return false;
        }
        let other = self.st.room[s * self.f.x.places.len() + v as usize];
        let given = if other == NONE { Some(0) } else { gain(other as usize, v, t) };
        gain(q, t, v).zip(given).is_some_and(|(a, b)| a + b > 0)
    }

    /// Tables where somebody in `q` sits before or after, and a free one in the zone of each.
    fn tables_nearby(&self, q: usize, in_zone: &[Vec<u64>], out: &mut Vec<u32>) {
        let (f, x, s) = (self.f, self.f.x, self.st.at[q] as usize);
        out.clear();
        for &p in self.st.attendees(q) {
            let (prev, next) = self.st.around(p as usize, s);
            for k in [prev, next].into_iter().flatten() {
                let v = self.st.place[self.st.busy[p as usize * f.slots + k] as usize];
                if v == NONE || out.contains(&v) {
                    continue;
                }
                out.push(v);
                let open = &self.st.open[s * f.words..(s + 1) * f.words];
                let zone = &in_zone[x.places[v as usize].zone as usize];
                let free = open.iter().zip(zone).enumerate().find(|(_, (a, b))| *a & *b != 0);
                if let Some((w, (a, b))) = free {
                    out.push((w * 64) as u32 + (a & b).trailing_zeros());
                }
            }
        }
    }
}
