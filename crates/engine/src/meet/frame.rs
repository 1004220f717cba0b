//! Tables derived once from an instance and shared by all searching threads. Holds no schedule.

use super::instance::{Instance, Slots, each_slot};

/// "Nobody", "nothing", "nowhere" in the index arrays of the search.
pub(super) const NONE: u32 = u32::MAX;

/// Public places holding exactly `seats` people, as bits over place indices.
pub(super) struct SeatClass {
    pub(super) seats: u32,
    pub(super) places: Vec<u64>,
}

pub(super) struct Frame<'a> {
    pub(super) x: &'a Instance,
    pub(super) slots: usize,
    pub(super) days: Vec<Slots>,
    pub(super) blocks: Vec<Slots>,
    /// First attendee cell of each request.
    pub(super) who_at: Vec<u32>,
    /// Slots that parties, resources and confirmation allow.
    pub(super) mask: Vec<Slots>,
    /// Groups of each person: `groups_of[groups_at[p]..groups_at[p+1]]`.
    pub(super) groups_at: Vec<u32>,
    pub(super) groups_of: Vec<u32>,
    pub(super) suites: Vec<Vec<u32>>,
    pub(super) classes: Vec<SeatClass>,
    pub(super) words: usize,
    /// Requests that must come after the key request.
    pub(super) before: Vec<Vec<u32>>,
    pub(super) ordered: Vec<bool>,
    /// What the search gains by a meeting: weight, plus a large bonus for those that have to take place.
    pub(super) value: Vec<i64>,
    pub(super) can_virtual: Vec<bool>,
    pub(super) can_onsite: Vec<bool>,
    /// `min(asked, could)` of each organization.
    pub(super) base: Vec<u32>,
    pub(super) heaviest: i64,
}

impl<'a> Frame<'a> {
    pub(super) fn new(x: &'a Instance) -> Self {
        let q = x.requests.len();
        let mut who_at = Vec::with_capacity(q + 1);
        let mut cells = 0u32;
        for r in &x.requests {
            who_at.push(cells);
            cells += r.parties.len() as u32;
        }
        who_at.push(cells);
        let (groups_at, groups_of) = groups_of(x);
        let heaviest = x.requests.iter().map(|r| r.weight).max().unwrap_or(0).max(1);
        let mut before = vec![Vec::new(); q];
        let mut ordered = vec![false; q];
        for (i, r) in x.requests.iter().enumerate() {
            for &b in &r.after {
                before[b as usize].push(i as u32);
                ordered[i] = true;
                ordered[b as usize] = true;
            }
        }
        let mut suites = vec![Vec::new(); x.orgs];
        for (t, place) in x.places.iter().enumerate() {
            if let Some(o) = place.org {
                suites[o as usize].push(t as u32);
            }
        }
        let remote = |p: u32| x.people[p as usize].remote;
        let some = |want: bool, all: bool, r: &super::instance::Request| {
            let hit = |&y: &i32| {
                if y >= 0 { remote(y as u32) == want } else { x.group(y).iter().any(|&p| remote(p) == want) }
            };
            if all { r.parties.iter().all(hit) } else { r.parties.iter().any(hit) }
        };
        Self {
            x,
            slots: x.slots(),
            days: x.day_masks(),
            blocks: x.block_masks(),
            who_at,
            mask: (0..q).map(|i| x.possible_slots(i)).collect(),
            groups_at,
            groups_of,
            suites,
            classes: classes(x),
            words: x.places.len().div_ceil(64),
            before,
            ordered,
            value: x.requests.iter().map(|r| r.weight + if r.must { 50 * heaviest } else { 0 }).collect(),
            can_virtual: x.requests.iter().map(|r| some(true, false, r)).collect(),
            can_onsite: x.requests.iter().map(|r| some(false, true, r)).collect(),
            base: x.fairness_bases().iter().map(|&(a, c)| a.min(c) as u32).collect(),
            heaviest,
        }
    }

    pub(super) fn requests(&self) -> usize {
        self.mask.len()
    }

    pub(super) fn parties(&self, q: usize) -> &'a [i32] {
        &self.x.requests[q].parties
    }

    pub(super) fn seats(&self, q: usize) -> usize {
        (self.who_at[q + 1] - self.who_at[q]) as usize
    }

    /// Confirmed meetings never move; their place may if it was not confirmed.
    pub(super) fn fixed(&self, q: usize) -> bool {
        self.x.requests[q].fix.is_some()
    }
}

fn groups_of(x: &Instance) -> (Vec<u32>, Vec<u32>) {
    let mut at = vec![0u32; x.people.len() + 1];
    for &p in x.groups.iter().flatten() {
        at[p as usize + 1] += 1;
    }
    for p in 0..x.people.len() {
        at[p + 1] += at[p];
    }
    let mut next = at.clone();
    let mut of = vec![0u32; at[x.people.len()] as usize];
    for (g, members) in x.groups.iter().enumerate() {
        for &p in members {
            of[next[p as usize] as usize] = g as u32;
            next[p as usize] += 1;
        }
    }
    (at, of)
}

fn classes(x: &Instance) -> Vec<SeatClass> {
    let mut out: Vec<SeatClass> = Vec::new();
    let words = x.places.len().div_ceil(64);
    for (t, place) in x.places.iter().enumerate().filter(|(_, p)| p.org.is_none()) {
        let k = match out.iter().position(|c| c.seats == place.seats) {
            Some(k) => k,
            None => {
                out.push(SeatClass { seats: place.seats, places: vec![0; words] });
                out.len() - 1
            }
        };
        out[k].places[t / 64] |= 1 << (t % 64);
    }
    out.sort_by_key(|c| c.seats);
    out
}

/// Small fast generator (xorshift64*), seeded, so that a run can be repeated.
#[derive(Clone)]
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn new(seed: u64) -> Self {
        let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((z ^ (z >> 31)) | 1)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Uniform in `0..n` (n > 0).
    pub(super) fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }

    /// Uniform in (0, 1].
    pub(super) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// A random member of a non-empty slot set.
    pub(super) fn slot(&mut self, set: Slots) -> usize {
        let n = set.count_ones() as usize;
        let k = self.below(n.max(1));
        each_slot(set).nth(k).unwrap_or(0)
    }
}
