//! Moves of the local search: direct insertion, insertion with ejection, relocation and change of place, each undone if
//! the caller does not like the result. Knows nothing of time or temperature.

use super::frame::{Frame, NONE, Rng};
use super::instance::{Slots, each_slot};
use super::state::{OUT, State};

/// Prices at which the levels enter one number that the search maximizes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prices {
    pub(super) value: f64,
    pub(super) gap: f64,
    pub(super) hop: f64,
    pub(super) excess: f64,
    pub(super) fair: f64,
    /// Weight below which every unit costs `below`.
    pub(super) floor: i64,
    pub(super) below: f64,
    /// Loss for each request that has to take place and does not.
    pub(super) must: f64,
}

enum Op {
    In(u32),
    Out { q: u32, s: u8, place: u32, who: u32 },
    Place { q: u32, old: u32 },
}

pub(super) struct Search<'f, 'a> {
    pub(super) st: State<'f, 'a>,
    pub(super) f: &'f Frame<'a>,
    pub(super) rng: Rng,
    pub(super) prices: Prices,
    /// Slots this searcher may change.
    pub(super) region: Slots,
    /// Requests it must not touch.
    pub(super) frozen: std::sync::Arc<Vec<bool>>,
    pub(super) handles_order: bool,
    log: Vec<Op>,
    log_who: Vec<u32>,
    people: Vec<u32>,
    eject: Vec<u32>,
    best_eject: Vec<u32>,
    pub(super) pool: Vec<u32>,
    pos: Vec<u32>,
    recent: Vec<u32>,
    pub(super) moves: u64,
}

impl<'f, 'a> Search<'f, 'a> {
    pub(super) fn new(st: State<'f, 'a>, prices: Prices, seed: u64, frozen: std::sync::Arc<Vec<bool>>) -> Self {
        let f = st.f;
        Self {
            f,
            rng: Rng::new(seed),
            prices,
            region: f.x.all_slots(),
            frozen,
            handles_order: true,
            log: Vec::new(),
            log_who: Vec::new(),
            people: Vec::new(),
            eject: Vec::new(),
            best_eject: Vec::new(),
            pool: Vec::new(),
            pos: vec![NONE; f.requests()],
            recent: Vec::new(),
            moves: 0,
            st,
        }
    }

    /// Requests this searcher may try to add, among those that `wanted` admits.
    pub(super) fn fill_pool(&mut self, wanted: impl Fn(usize) -> bool) {
        self.pool.clear();
        self.pos.fill(NONE);
        for q in 0..self.f.requests() {
            if self.st.at[q] == OUT && !self.locked(q) && self.f.mask[q] & self.region != 0 && wanted(q) {
                self.pos[q] = self.pool.len() as u32;
                self.pool.push(q as u32);
            }
        }
    }

    pub(super) fn locked(&self, q: usize) -> bool {
        self.frozen[q] || (self.f.ordered[q] && !self.handles_order)
    }

    fn movable(&self, q: usize) -> bool {
        !self.locked(q) && self.region >> self.st.at[q] & 1 == 1
    }

    pub(super) fn energy(&self) -> f64 {
        let (s, p) = (&self.st, &self.prices);
        let short = (p.floor - s.weight).max(0);
        s.value as f64 * p.value - short as f64 * p.below + s.fair * p.fair
            - s.gaps as f64 * p.gap
            - s.hops as f64 * p.hop
            - s.excess as f64 * p.excess
            - s.missing as f64 * p.must
    }

    fn insert(&mut self, q: usize, s: usize, place: u32) {
        let people = std::mem::take(&mut self.people);
        self.st.insert(q, s, place, &people);
        self.people = people;
        self.log.push(Op::In(q as u32));
    }

    fn remove(&mut self, q: usize) {
        let who = self.log_who.len() as u32;
        let start = self.f.who_at[q] as usize;
        self.log_who.extend_from_slice(&self.st.who[start..start + self.f.seats(q)]);
        self.log.push(Op::Out { q: q as u32, s: self.st.at[q], place: self.st.place[q], who });
        self.st.remove(q);
    }

    fn begin(&mut self) {
        self.log.clear();
        self.log_who.clear();
        self.moves += 1;
    }

    fn rollback(&mut self) {
        while let Some(op) = self.log.pop() {
            match op {
                Op::In(q) => self.st.remove(q as usize),
                Op::Out { q, s, place, who } => {
                    let n = self.f.seats(q as usize);
                    self.st.insert(q as usize, s as usize, place, &self.log_who[who as usize..who as usize + n]);
                }
                Op::Place { q, old } => self.st.change_place(q as usize, old),
            }
        }
    }

    fn commit(&mut self) {
        for i in 0..self.log.len() {
            let q = match self.log[i] {
                Op::In(q) | Op::Out { q, .. } => q as usize,
                Op::Place { .. } => continue,
            };
            let out = self.st.at[q] == OUT;
            if out && self.pos[q] == NONE && !self.locked(q) {
                self.pos[q] = self.pool.len() as u32;
                self.pool.push(q as u32);
                if self.recent.len() < 64 {
                    self.recent.push(q as u32);
                } else {
                    let k = self.rng.below(64);
                    self.recent[k] = q as u32;
                }
            } else if !out && self.pos[q] != NONE {
                let k = self.pos[q] as usize;
                self.pos[q] = NONE;
                self.pool.swap_remove(k);
                if let Some(&moved) = self.pool.get(k) {
                    self.pos[moved as usize] = k as u32;
                }
            }
        }
    }

    /// Slots that the order of requests still allows.
    fn order_mask(&self, q: usize) -> Slots {
        if !self.f.ordered[q] {
            return Slots::MAX;
        }
        let mut m = Slots::MAX;
        for &b in &self.f.x.requests[q].after {
            if self.st.at[b as usize] != OUT {
                m &= !((2 << self.st.at[b as usize]) - 1);
            }
        }
        for &c in &self.f.before[q] {
            if self.st.at[c as usize] != OUT {
                m &= (1 << self.st.at[c as usize]) - 1;
            }
        }
        m
    }

    fn resources_fit(&self, q: usize, s: usize) -> bool {
        self.f.x.requests[q]
            .uses
            .iter()
            .all(|&(k, n)| self.st.used[k as usize * self.f.slots + s] + n <= self.f.x.resources[k as usize].cap[s])
    }

    /// Slots in which the request looks insertable without touching anything (necessary, nearly sufficient).
    pub(super) fn open_slots(&self, q: usize) -> Slots {
        let (f, st) = (self.f, &self.st);
        let mut m = f.mask[q] & self.region;
        for &x in f.parties(q) {
            m &= if x >= 0 { st.free[x as usize] } else { st.group_mask[(-(i64::from(x)) - 1) as usize] };
        }
        if m == 0 {
            return 0;
        }
        m &= self.place_mask(q) & self.order_mask(q);
        if m != 0 && !f.x.requests[q].uses.is_empty() {
            m = each_slot(m).filter(|&s| self.resources_fit(q, s)).fold(0, |a, s| a | 1 << s);
        }
        m
    }

    /// What one more meeting at `s` does to the gaps of a person (negative = better).
    fn gap_delta(&self, p: usize, s: usize) -> i32 {
        let x = self.f.x;
        let gap = |a: usize, b: usize| {
            let between: Slots = ((1 << b) - 1) & !((2 << a) - 1);
            i32::from(between != 0 && (x.gap_over_off || x.people[p].available & between != 0))
        };
        match self.st.around(p, s) {
            (None, None) => 0,
            (Some(a), None) => gap(a, s),
            (None, Some(b)) => gap(s, b),
            (Some(a), Some(b)) => gap(a, s) + gap(s, b) - gap(a, b),
        }
    }

    /// Inserts at `s` if everything fits now.
    fn put(&mut self, q: usize, s: usize) -> bool {
        if !self.choose_people(q, s) || !self.resources_fit(q, s) {
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

    /// Inserts in the best of a few open slots.
    fn put_somewhere(&mut self, q: usize, avoid: Slots, tries: usize) -> bool {
        let mut open = self.open_slots(q) & !avoid;
        while open != 0 {
            let (mut best, mut best_score) = (0, i32::MAX);
            let n = open.count_ones() as usize;
            for _ in 0..tries.min(n) {
                let s = self.rng.slot(open);
                let score: i32 =
                    self.f.parties(q).iter().filter(|x| **x >= 0).map(|&x| self.gap_delta(x as usize, s)).sum();
                if score < best_score {
                    (best, best_score) = (s, score);
                }
            }
            if self.put(q, best) {
                return true;
            }
            open &= !(1 << best);
        }
        false
    }
}

#[path = "eject.rs"]
mod eject;
#[path = "kempe.rs"]
mod kempe;
#[path = "places.rs"]
mod places;
#[path = "seat.rs"]
mod seat;
#[path = "steps.rs"]
mod steps;
