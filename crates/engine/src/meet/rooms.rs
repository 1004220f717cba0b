//! The part of a schedule under construction that counts rooms: places, their classes, virtual and counted meetings.

use super::*;

impl State<'_, '_> {
    pub(super) fn occupy(&mut self, q: usize, s: usize, place: u32, people: &[u32]) {
        if self.is_virtual(people) {
            self.virtuals[s] += 1;
            if self.f.x.virtual_cap.is_some_and(|c| self.virtuals[s] >= c) {
                self.virtual_open &= !(1 << s);
            }
        } else {
            self.onsite[s] += 1;
            if self.f.x.place_count.is_some_and(|c| self.onsite[s] >= c) {
                self.counted_open &= !(1 << s);
            }
        }
        if place == NONE {
            return;
        }
        let (f, t) = (self.f, place as usize);
        debug_assert!(self.room[s * f.x.places.len() + t] == NONE);
        self.room[s * f.x.places.len() + t] = q as u32;
        self.open[s * f.words + t / 64] &= !(1 << (t % 64));
        self.place_free[t] &= !(1 << s);
        self.class_change(t, s, false);
    }

    pub(super) fn vacate(&mut self, s: usize, place: u32, is_virtual: bool) {
        if is_virtual {
            self.virtuals[s] -= 1;
            self.virtual_open |= 1 << s;
        } else {
            self.onsite[s] -= 1;
            self.counted_open |= 1 << s;
        }
        if place == NONE {
            return;
        }
        let (f, t) = (self.f, place as usize);
        self.room[s * f.x.places.len() + t] = NONE;
        self.open[s * f.words + t / 64] |= 1 << (t % 64);
        self.place_free[t] |= 1 << s;
        self.class_change(t, s, true);
    }

    pub(super) fn class_change(&mut self, t: usize, s: usize, freed: bool) {
        let place = &self.f.x.places[t];
        if place.org.is_some() {
            return;
        }
        let Some(c) = self.f.classes.iter().position(|c| c.seats == place.seats) else { return };
        let n = &mut self.class_free[c * self.f.slots + s];
        if freed {
            *n += 1;
            self.class_mask[c] |= 1 << s;
        } else {
            *n -= 1;
            if *n == 0 {
                self.class_mask[c] &= !(1 << s);
            }
        }
    }

    /// Moves a meeting to another place of the same slot.
    pub(in super::super) fn change_place(&mut self, q: usize, place: u32) {
        let s = self.at[q] as usize;
        let start = self.f.who_at[q] as usize;
        let end = self.f.who_at[q + 1] as usize;
        for i in start..end {
            self.walk(self.who[i] as usize, s, -1);
        }
        let old = self.place[q];
        self.vacate(s, old, false);
        self.place[q] = place;
        self.onsite[s] += 1;
        if place != NONE {
            let t = place as usize;
            self.room[s * self.f.x.places.len() + t] = q as u32;
            self.open[s * self.f.words + t / 64] &= !(1 << (t % 64));
            self.place_free[t] &= !(1 << s);
            self.class_change(t, s, false);
        }
        for i in start..end {
            self.walk(self.who[i] as usize, s, 1);
        }
    }
}
