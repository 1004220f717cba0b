//! Complete steps of the search: choose a request, change the schedule, accept or undo.

use super::eject::STUCK;
use super::*;

impl Search<'_, '_> {
    /// Tries to add a request that does not take place; accepted by the Metropolis rule.
    pub(in super::super) fn step_add(&mut self, temperature: f64) -> bool {
        if self.pool.is_empty() {
            return false;
        }
        let q = if !self.recent.is_empty() && self.rng.below(4) == 0 {
            let k = self.rng.below(self.recent.len());
            let q = self.recent.swap_remove(k) as usize;
            if self.st.at[q] != OUT {
                return false;
            }
            q
        } else {
            self.pool[self.rng.below(self.pool.len())] as usize
        };
        self.begin();
        let before = self.energy();
        let limit = if self.prices.value > 0.0 {
            self.f.value[q].saturating_add((temperature * 8.0 / self.prices.value) as i64)
        } else {
            STUCK - 1
        };
        let done = self.put_somewhere(q, 0, 4) || self.force(q, 0, 8, limit);
        self.settle(done, before, temperature)
    }

    /// Moves a meeting that takes place to another slot, others making room if need be.
    pub(in super::super) fn step_move(&mut self, temperature: f64) -> bool {
        let Some(q) = self.random_meeting() else { return false };
        if !self.movable(q) || self.f.fixed(q) {
            return false;
        }
        self.begin();
        let before = self.energy();
        let old: Slots = 1 << self.st.at[q];
        self.remove(q);
        let done = if self.rng.below(3) != 0 {
            self.put_somewhere(q, old, 6) || self.force(q, old, 3, STUCK - 1)
        } else {
            self.force(q, old, 3, STUCK - 1)
        };
        self.settle(done, before, temperature)
    }

    /// Another attendee of the group, or another place, in the same slot.
    pub(in super::super) fn step_seat(&mut self, temperature: f64) -> bool {
        let Some(q) = self.random_meeting() else { return false };
        if self.locked(q) {
            return false;
        }
        self.begin();
        let before = self.energy();
        let s = self.st.at[q] as usize;
        let has_group = self.f.parties(q).iter().any(|x| *x < 0);
        let done = if has_group && self.rng.below(2) == 0 {
            self.remove(q);
            self.put(q, s)
        } else {
            self.swap_place(q, s)
        };
        self.settle(done, before, temperature)
    }

    /// Takes the place where one of the attendees meets just before or after, exchanging with its user if it is taken.
    pub(super) fn swap_place(&mut self, q: usize, s: usize) -> bool {
        let (f, x) = (self.f, self.f.x);
        let t = self.st.place[q];
        if t == NONE || x.requests[q].fix.is_some_and(|f| f.place.is_some()) {
            return false;
        }
        let who = self.st.attendees(q);
        let p = who[self.rng.below(who.len())] as usize;
        let (prev, next) = self.st.around(p, s);
        let v = match (prev, next) {
            (None, None) => self.rng.below(x.places.len()) as u32,
            (a, b) => {
                let pick = if self.rng.below(2) == 0 { a.or(b) } else { b.or(a) };
                match pick {
                    Some(k) => self.st.place[self.st.busy[p * f.slots + k] as usize],
                    None => NONE,
                }
            }
        };
        v != NONE && self.exchange_place(q, s, v)
    }

    /// Takes place `v`, giving its own to whoever holds it in slot `s`.
    pub(super) fn exchange_place(&mut self, q: usize, s: usize, v: u32) -> bool {
        let x = self.f.x;
        let t = self.st.place[q];
        if t == NONE || v == t || !self.usable(q, v, s) || x.requests[q].fix.is_some_and(|f| f.place.is_some()) {
            return false;
        }
        let other = self.st.room[s * x.places.len() + v as usize];
        if other == NONE {
            self.log.push(Op::Place { q: q as u32, old: t });
            self.st.change_place(q, v);
            return self.hops_fit(q, s);
        }
        let r = other as usize;
        if self.locked(r) || x.requests[r].fix.is_some_and(|f| f.place.is_some()) || !self.usable(r, t, s) {
            return false;
        }
        self.log.push(Op::Place { q: q as u32, old: t });
        self.st.change_place(q, NONE);
        self.log.push(Op::Place { q: other, old: v });
        self.st.change_place(r, t);
        self.log.push(Op::Place { q: q as u32, old: NONE });
        self.st.change_place(q, v);
        self.hops_fit(q, s) && self.hops_fit(r, s)
    }

    pub(super) fn usable(&self, q: usize, t: u32, s: usize) -> bool {
        let place = &self.f.x.places[t as usize];
        place.seats as usize >= self.f.seats(q)
            && place.open >> s & 1 == 1
            && place.org.is_none_or(|o| self.f.x.requests[q].orgs.contains(&o))
    }

    pub(super) fn hops_fit(&self, q: usize, s: usize) -> bool {
        self.f.x.max_hop.is_none() || self.place_cost(self.st.attendees(q), s, self.st.place[q]).is_some()
    }

    /// First-fit of one request without asking anybody to move (used to build the first schedule).
    pub(in super::super) fn place_directly(&mut self, q: usize, slot: Option<usize>) -> bool {
        self.begin();
        let done = match slot {
            Some(s) => self.open_slots(q) >> s & 1 == 1 && self.put(q, s),
            None => self.put_somewhere(q, 0, 6),
        };
        if done {
            self.commit();
        }
        done
    }

    /// Inserts a request even if others must leave (they try to stay in other slots).
    pub(in super::super) fn place_forcibly(&mut self, q: usize) -> bool {
        self.begin();
        let done = self.force(q, 0, self.f.slots, STUCK - 1);
        if done {
            self.commit();
        } else {
            self.rollback();
        }
        done
    }
}
