//! Requests that must come after others, and an order among requests that are interchangeable.

use super::*;
use std::collections::BTreeMap;

impl Build<'_, '_, '_> {
    pub(super) fn order(&mut self) {
        let x = self.x;
        let mut done: Vec<Vec<i32>> = vec![Vec::new(); x.requests.len()];
        for q in 0..x.requests.len() {
            for &b in &x.requests[q].after {
                let early = b as usize;
                if done[early].is_empty() {
                    done[early] = self.by(early);
                }
                let by = done[early].clone();
                let late = self.model.x[q].clone();
                self.under(Rule::After(q as u32, b), |m| m.later(&late, &by));
            }
        }
    }

    /// Per slot t a literal "the request is at t or earlier" (0 = impossible).
    fn by(&mut self, q: usize) -> Vec<i32> {
        let lits = self.model.x[q].clone();
        let mut out = vec![0; self.x.slots()];
        let mut last = 0;
        for (t, cell) in out.iter_mut().enumerate() {
            if let Some(&(_, l)) = lits.iter().find(|l| l.0 == t) {
                last = self.or(last, l, true);
            }
            *cell = last;
        }
        out
    }

    /// `late` only where `by`, one literal a slot, holds in the slot before.
    fn later(&mut self, late: &[(usize, i32)], by: &[i32]) {
        for &(s, l) in late {
            match s.checked_sub(1).map(|t| by[t]) {
                None | Some(0) => self.sat.clause(&[-l]),
                Some(v) => self.sat.clause(&[-l, v]),
            }
        }
    }

    /// Requests of the same people, but for some who have no other request, can trade slots: they are put in order. (Whoever
    /// has one meeting has no gap, wherever it is.)
    pub(super) fn break_symmetry(&mut self) {
        let x = self.x;
        let mut requests_of = vec![0usize; x.people.len()];
        let mut ordered = vec![false; x.requests.len()];
        for (q, r) in x.requests.iter().enumerate() {
            r.parties.iter().for_each(|&p| requests_of[p as usize] += 1);
            ordered[q] |= !r.after.is_empty();
            r.after.iter().for_each(|&b| ordered[b as usize] = true);
        }
        let mut alike: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (q, r) in x.requests.iter().enumerate().filter(|(q, _)| !ordered[*q]) {
            let mut shared: Vec<i32> = r.parties.iter().copied().filter(|&p| requests_of[p as usize] > 1).collect();
            shared.sort_unstable();
            let video = r.parties.iter().any(|&p| x.people[p as usize].remote);
            if shared.len() < r.parties.len() && !shared.is_empty() {
                alike.entry((x.possible_slots(q), shared, video, r.uses.clone())).or_default().push(q);
            }
        }
        for group in alike.values() {
            for pair in group.windows(2) {
                let by = self.by(pair[0]);
                let late = self.model.x[pair[1]].clone();
                self.later(&late, &by);
            }
        }
    }
}
