//! A schedule under construction: every table the rules and the five levels need, updated by two operations, `insert`
//! and `remove`, each in time proportional to the attendees. It does not decide anything and trusts its caller to have
//! asked whether an insertion is allowed.

use super::frame::{Frame, NONE};
use super::instance::{Slots, each_slot};
use super::solution::{Meeting, Solution};

/// Slot value of a request that does not take place.
pub(super) const OUT: u8 = u8::MAX;

#[derive(Clone)]
pub(super) struct State<'f, 'a> {
    pub(super) f: &'f Frame<'a>,
    pub(super) at: Vec<u8>,
    pub(super) place: Vec<u32>,
    pub(super) who: Vec<u32>,
    /// person × slot → request
    pub(super) busy: Vec<u32>,
    /// Slots in which a person meets.
    pub(super) mask: Vec<Slots>,
    /// Slots in which a person could take one more meeting.
    pub(super) free: Vec<Slots>,
    pub(super) count: Vec<u32>,
    pub(super) day_count: Vec<u8>,
    /// Own copy of `max`, lowered when another thread holds part of the calendar.
    pub(super) max: Vec<u32>,
    /// group × slot → members free; and the slots where that is not zero.
    group_free: Vec<u16>,
    pub(super) group_mask: Vec<Slots>,
    /// slot × place → request
    pub(super) room: Vec<u32>,
    /// slot × word: places free and open
    pub(super) open: Vec<u64>,
    /// Slots in which a place is free and open.
    pub(super) place_free: Vec<Slots>,
    class_free: Vec<u32>,
    /// Slots with a free public place of exactly the class.
    pub(super) class_mask: Vec<Slots>,
    pub(super) onsite: Vec<u32>,
    pub(super) virtuals: Vec<u32>,
    /// Slots with room for one more virtual meeting, and for one more counted place.
    pub(super) virtual_open: Slots,
    pub(super) counted_open: Slots,
    pub(super) used: Vec<i64>,
    pub(super) got: Vec<u32>,
    pub(super) breaks: Vec<u32>,
    pub(super) value: i64,
    pub(super) weight: i64,
    pub(super) meetings: usize,
    pub(super) missing: usize,
    pub(super) gaps: i64,
    pub(super) hops: i64,
    /// Sum over people of breaks above the allowed spread.
    pub(super) excess: i64,
    /// Sum of `curve` over organizations.
    pub(super) fair: f64,
    pub(super) curve: std::sync::Arc<Vec<f64>>,
    spread: u32,
}

impl<'f, 'a> State<'f, 'a> {
    pub(super) fn new(f: &'f Frame<'a>) -> Self {
        let x = f.x;
        let (people, slots, places) = (x.people.len(), f.slots, x.places.len());
        let mut s = Self {
            f,
            at: vec![OUT; f.requests()],
            place: vec![NONE; f.requests()],
            who: vec![NONE; f.who_at[f.requests()] as usize],
            busy: vec![NONE; people * slots],
            mask: vec![0; people],
            free: vec![0; people],
            count: vec![0; people],
            day_count: vec![0; people * f.days.len()],
            max: x.people.iter().map(|p| p.max).collect(),
            group_free: vec![0; x.groups.len() * slots],
            group_mask: vec![0; x.groups.len()],
            room: vec![NONE; slots * places],
            open: vec![0; slots * f.words],
            place_free: x.places.iter().map(|p| p.open).collect(),
            class_free: vec![0; f.classes.len() * slots],
            class_mask: vec![0; f.classes.len()],
            onsite: vec![0; slots],
            virtuals: vec![0; slots],
            virtual_open: if x.virtual_cap == Some(0) { 0 } else { x.all_slots() },
            counted_open: if x.place_count == Some(0) { 0 } else { x.all_slots() },
            used: vec![0; x.resources.len() * slots],
            got: vec![0; x.orgs],
            breaks: vec![0; people],
            value: 0,
            weight: 0,
            meetings: 0,
            missing: x.requests.iter().filter(|r| r.must).count(),
            gaps: 0,
            hops: 0,
            excess: 0,
            fair: 0.0,
            curve: std::sync::Arc::new(vec![0.0; 101]),
            spread: x.max_break_spread.unwrap_or(u32::MAX),
        };
        for t in 0..places {
            for k in each_slot(x.places[t].open) {
                s.open[k * f.words + t / 64] |= 1 << (t % 64);
            }
        }
        for (c, class) in f.classes.iter().enumerate() {
            for k in 0..slots {
                let n: u32 = class.places.iter().zip(&s.open[k * f.words..]).map(|(a, b)| (a & b).count_ones()).sum();
                s.class_free[c * slots + k] = n;
                if n > 0 {
                    s.class_mask[c] |= 1 << k;
                }
            }
        }
        for p in 0..people {
            s.refresh(p);
        }
        s
    }

    /// Chooses the curve by which the share of satisfied requests of an organization (0–100) enters the search.
    pub(super) fn set_curve(&mut self, curve: std::sync::Arc<Vec<f64>>) {
        self.curve = curve;
        self.fair = (0..self.got.len()).map(|o| self.org_value(o, self.got[o])).sum();
    }

    fn org_value(&self, o: usize, got: u32) -> f64 {
        match self.f.base[o] {
            0 => 0.0,
            b => self.curve[(100 * u64::from(got) / u64::from(b)).min(100) as usize],
        }
    }

    pub(super) fn attendees(&self, q: usize) -> &[u32] {
        &self.who[self.f.who_at[q] as usize..self.f.who_at[q + 1] as usize]
    }

    pub(super) fn is_virtual(&self, people: &[u32]) -> bool {
        people.iter().any(|&p| self.f.x.people[p as usize].remote)
    }

    /// Recomputes the free slots of a person after his meetings changed, and those of his groups.
    pub(super) fn refresh(&mut self, p: usize) {
        let person = &self.f.x.people[p];
        let mut free = if self.count[p] >= self.max[p] { 0 } else { person.available & !self.mask[p] };
        if person.day_max < self.f.slots as u32 && free != 0 {
            for (d, m) in self.f.days.iter().enumerate() {
                if u32::from(self.day_count[p * self.f.days.len() + d]) >= person.day_max {
                    free &= !m;
                }
            }
        }
        let changed = free ^ self.free[p];
        if changed == 0 {
            return;
        }
        self.free[p] = free;
        for i in self.f.groups_at[p]..self.f.groups_at[p + 1] {
            let g = self.f.groups_of[i as usize] as usize;
            for s in each_slot(changed) {
                let n = &mut self.group_free[g * self.f.slots + s];
                if free >> s & 1 == 1 {
                    *n += 1;
                    if *n == 1 {
                        self.group_mask[g] |= 1 << s;
                    }
                } else {
                    *n -= 1;
                    if *n == 0 {
                        self.group_mask[g] &= !(1 << s);
                    }
                }
            }
        }
    }

    /// Gap and hop between two consecutive meetings of a person (0,0 across blocks).
    fn pair(&self, p: usize, a: usize, b: usize) -> (i64, i64) {
        let x = self.f.x;
        if x.block[a] != x.block[b] {
            return (0, 0);
        }
        let between: Slots = ((1 << b) - 1) & !((2 << a) - 1);
        let gap = between != 0 && (x.gap_over_off || x.people[p].available & between != 0);
        let row = p * self.f.slots;
        let (t, v) = (self.place[self.busy[row + a] as usize], self.place[self.busy[row + b] as usize]);
        let hop = if t == NONE || v == NONE || t == v { 0 } else { 1 + i64::from(x.steps(t as usize, v as usize)) };
        (i64::from(gap), hop)
    }

    /// Meetings next to slot `s` of a person within its block: (previous, next).
    pub(super) fn around(&self, p: usize, s: usize) -> (Option<usize>, Option<usize>) {
        let m = self.mask[p] & self.f.blocks[self.f.x.block[s] as usize];
        let low = m & ((1 << s) - 1);
        let high = m & !((2 << s) - 1);
        let prev = (low != 0).then(|| 127 - low.leading_zeros() as usize);
        let next = (high != 0).then(|| high.trailing_zeros() as usize);
        (prev, next)
    }

    /// Adds (`sign` 1) or takes off (-1) what a person's meeting at `s` means for gaps and hops.
    fn walk(&mut self, p: usize, s: usize, sign: i64) {
        let (prev, next) = self.around(p, s);
        let (mut gaps, mut hops) = (0, 0);
        if let Some(a) = prev {
            let (g, h) = self.pair(p, a, s);
            gaps += g;
            hops += h;
        }
        if let Some(b) = next {
            let (g, h) = self.pair(p, s, b);
            gaps += g;
            hops += h;
        }
        if let (Some(a), Some(b)) = (prev, next) {
            let (g, h) = self.pair(p, a, b);
            gaps -= g;
            hops -= h;
        }
        self.gaps += sign * gaps;
        self.hops += sign * hops;
        if gaps != 0 {
            let old = self.breaks[p];
            let new = (i64::from(old) + sign * gaps) as u32;
            self.breaks[p] = new;
            self.excess += i64::from(new.saturating_sub(self.spread)) - i64::from(old.saturating_sub(self.spread));
        }
    }

    pub(super) fn insert(&mut self, q: usize, s: usize, place: u32, people: &[u32]) {
        let f = self.f;
        let r = &f.x.requests[q];
        debug_assert!(self.at[q] == OUT && people.len() == f.seats(q));
        self.at[q] = s as u8;
        self.place[q] = place;
        let start = f.who_at[q] as usize;
        self.who[start..start + people.len()].copy_from_slice(people);
        for &p in people {
            let p = p as usize;
            debug_assert!(self.busy[p * f.slots + s] == NONE);
            self.busy[p * f.slots + s] = q as u32;
            self.mask[p] |= 1 << s;
            self.count[p] += 1;
            self.day_count[p * f.days.len() + f.x.day[s] as usize] += 1;
            self.walk(p, s, 1);
            self.refresh(p);
        }
        self.occupy(q, s, place, people);
        for &(k, units) in &r.uses {
            self.used[k as usize * f.slots + s] += units;
        }
        for &o in &r.orgs {
            let o = o as usize;
            self.fair += self.org_value(o, self.got[o] + 1) - self.org_value(o, self.got[o]);
            self.got[o] += 1;
        }
        self.value += f.value[q];
        self.weight += r.weight;
        self.meetings += 1;
        self.missing -= usize::from(r.must);
    }

    pub(super) fn remove(&mut self, q: usize) {
        let f = self.f;
        let r = &f.x.requests[q];
        let s = self.at[q] as usize;
        debug_assert!(self.at[q] != OUT);
        let range = f.who_at[q] as usize..f.who_at[q + 1] as usize;
        for i in range.clone() {
            let p = self.who[i] as usize;
            self.walk(p, s, -1);
            self.busy[p * f.slots + s] = NONE;
            self.mask[p] &= !(1 << s);
            self.count[p] -= 1;
            self.day_count[p * f.days.len() + f.x.day[s] as usize] -= 1;
            self.refresh(p);
        }
        let place = self.place[q];
        let is_virtual = range.clone().any(|i| f.x.people[self.who[i] as usize].remote);
        self.vacate(s, place, is_virtual);
        for &(k, units) in &r.uses {
            self.used[k as usize * f.slots + s] -= units;
        }
        for &o in &r.orgs {
            let o = o as usize;
            self.fair += self.org_value(o, self.got[o] - 1) - self.org_value(o, self.got[o]);
            self.got[o] -= 1;
        }
        self.at[q] = OUT;
        self.place[q] = NONE;
        self.value -= f.value[q];
        self.weight -= r.weight;
        self.meetings -= 1;
        self.missing += usize::from(r.must);
    }

    pub(super) fn solution(&self) -> Solution {
        solution(self.f, &self.at, &self.place, &self.who)
    }

    /// The objective vector (the weight level first), computed from the running totals.
    pub(super) fn vector(&self) -> [i64; 5] {
        let mut shares: Vec<i64> = (0..self.got.len())
            .filter(|&o| self.f.base[o] > 0)
            .map(|o| (100 * u64::from(self.got[o]) / u64::from(self.f.base[o])).min(100) as i64)
            .collect();
        let n = shares.len();
        let low = n.div_ceil(10);
        let (mut least, mut mean) = (100, 100);
        if n > 0 {
            let k = (low - 1).min(n - 1);
            shares.select_nth_unstable(k);
            least = shares[..low].iter().copied().min().unwrap_or(100);
            mean = shares[..low].iter().sum::<i64>() / low as i64;
        }
        [self.weight / self.f.x.unit, least, mean, -self.gaps, -self.hops]
    }
}

/// The schedule that slots, places and attendees of the requests make.
pub(super) fn solution(f: &Frame<'_>, at: &[u8], place: &[u32], who: &[u32]) -> Solution {
    let meeting = |q: usize| Meeting {
        request: q as u32,
        slot: u32::from(at[q]),
        place: (place[q] != NONE).then_some(place[q]),
        people: who[f.who_at[q] as usize..f.who_at[q + 1] as usize].to_vec(),
    };
    let meetings = (0..f.requests()).filter(|&q| at[q] != OUT).map(meeting).collect();
    Solution { meetings, ..Solution::default() }
}

#[path = "rooms.rs"]
mod rooms;
