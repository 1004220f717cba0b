//! Kempe chains: exchange two slots along the meetings that hang together through people. People inside the chain keep
//! both slots, so only its ends change their free time; that is what makes gaps disappear in crowded calendars.

use super::*;

/// Longest chain that is tried.
const LONGEST: usize = 96;

impl Search<'_, '_> {
    /// Swaps slots `s` and `t` along the chain of a random meeting; accepted by the Metropolis rule.
    pub(in super::super) fn step_kempe(&mut self, temperature: f64) -> bool {
        // Somebody who waits, half of the time, once the weight is settled.
        let waiting =
            if self.prices.fair > 0.0 && self.rng.below(2) == 0 { self.meeting_of_one_who_waits() } else { None };
        let Some(q) = waiting.or_else(|| self.random_meeting()) else { return false };
        let s = self.st.at[q] as usize;
        let targets = self.f.mask[q] & self.region & !(1 << s);
        if targets == 0 || !self.movable(q) {
            return false;
        }
        let t = self.target(q, s, targets);
        if !self.chain(q, s, t) {
            return false;
        }
        self.begin();
        let before = self.energy();
        let list = std::mem::take(&mut self.eject);
        let from: Vec<u8> = list.iter().map(|&r| self.st.at[r as usize]).collect();
        let mut done = true;
        for &r in &list {
            self.remove(r as usize);
        }
        for (&r, &at) in list.iter().zip(&from) {
            let to = if usize::from(at) == s { t } else { s };
            if !self.put_same(r as usize, to) {
                done = false;
                break;
            }
        }
        self.eject = list;
        self.settle(done, before, temperature)
    }

    /// A meeting of a person with a gap, if a few tries find one.
    fn meeting_of_one_who_waits(&mut self) -> Option<usize> {
        for _ in 0..6 {
            let p = self.rng.below(self.st.breaks.len());
            let slots = self.st.mask[p] & self.region;
            if self.st.breaks[p] > 0 && slots != 0 {
                return Some(self.st.busy[p * self.f.slots + self.rng.slot(slots)] as usize);
            }
        }
        None
    }

    /// Half of the time a slot next to another meeting of an attendee, where the swap is likely to close a gap.
    fn target(&mut self, q: usize, s: usize, targets: Slots) -> usize {
        if self.rng.below(2) == 0 {
            let who = self.st.attendees(q);
            let p = who[self.rng.below(who.len())] as usize;
            let m = self.st.mask[p] & !(1 << s);
            let near = ((m << 1) | (m >> 1)) & !m & targets;
            if near != 0 {
                return self.rng.slot(near);
            }
        }
        self.rng.slot(targets)
    }

    /// Collects the chain in `self.eject`; false if it is too long or somebody in it cannot change.
    fn chain(&mut self, q: usize, s: usize, t: usize) -> bool {
        self.eject.clear();
        self.eject.push(q as u32);
        let mut i = 0;
        while i < self.eject.len() {
            let r = self.eject[i] as usize;
            i += 1;
            let to = if usize::from(self.st.at[r]) == s { t } else { s };
            if !self.movable(r) || self.f.fixed(r) || self.f.mask[r] >> to & 1 == 0 {
                return false;
            }
            let range = self.f.who_at[r] as usize..self.f.who_at[r + 1] as usize;
            for k in range {
                let p = self.st.who[k] as usize;
                if self.f.x.people[p].available >> to & 1 == 0 {
                    return false;
                }
                let other = self.st.busy[p * self.f.slots + to];
                if other != NONE && !self.eject.contains(&other) {
                    if self.eject.len() >= LONGEST {
                        return false;
                    }
                    self.eject.push(other);
                }
            }
        }
        true
    }

    /// Inserts with the attendees it had before.
    fn put_same(&mut self, q: usize, s: usize) -> bool {
        let range = self.f.who_at[q] as usize..self.f.who_at[q + 1] as usize;
        self.people.clear();
        for k in range {
            let p = self.st.who[k];
            if self.st.free[p as usize] >> s & 1 == 0 {
                return false;
            }
            self.people.push(p);
        }
        if !self.resources_fit(q, s) || (self.f.ordered[q] && self.order_mask(q) >> s & 1 == 0) {
            return false;
        }
        match self.find_place(q, s) {
            Some(place) => {
                self.insert(q, s, place);
                true
            }
            None => false,
        }
    }
}
