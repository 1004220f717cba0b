//! The event as the solver sees it: people, delegations, calendar, places and requests, validated and indexed.
//! Values are only built by the reader (or the generator through it); nothing here decides a schedule.

/// A set of slots as bits; an event has at most [`MAX_SLOTS`] slots.
pub type Slots = u128;

/// Most slots of one event (8 days of 16 half hours).
pub const MAX_SLOTS: usize = 128;

/// Bits of a slot set, lowest first.
pub fn each_slot(mut set: Slots) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if set == 0 {
            return None;
        }
        let s = set.trailing_zeros() as usize;
        set &= set - 1;
        Some(s)
    })
}

/// A participant.
#[derive(Debug, Clone)]
pub struct Person {
    /// Organization, `0..orgs`.
    pub org: u32,
    /// Slots he can use (not `off`, within `hours`).
    pub available: Slots,
    /// Most meetings in all.
    pub max: u32,
    /// Most meetings on one day.
    pub day_max: u32,
    /// Attends by video only.
    pub remote: bool,
}

/// A table, suite or laboratory.
#[derive(Debug, Clone)]
pub struct Place {
    /// Attendees it holds.
    pub seats: u32,
    /// Row of the zone distance table.
    pub zone: u32,
    /// Only meetings with somebody of this organization.
    pub org: Option<u32>,
    /// Slots it is open.
    pub open: Slots,
}

/// Something counted per slot, such as interpreters of a language pair.
#[derive(Debug, Clone)]
pub struct Resource {
    /// For people.
    pub name: String,
    /// Units per slot.
    pub cap: Vec<i64>,
}

/// A confirmed slot and maybe place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fix {
    /// The slot.
    pub slot: u32,
    /// The place, if confirmed too.
    pub place: Option<u32>,
}

/// A wish for one meeting.
#[derive(Debug, Clone)]
pub struct Request {
    /// Weight, at least 0.
    pub weight: i64,
    /// `x >= 0`: person x; `x < 0`: any one member of group `-x-1`.
    pub parties: Box<[i32]>,
    /// Allowed slots (all if the request does not restrict them).
    pub slots: Slots,
    /// Confirmed slot and place.
    pub fix: Option<Fix>,
    /// Has to take place (also when confirmed).
    pub must: bool,
    /// (resource, units).
    pub uses: Box<[(u32, i64)]>,
    /// Requests that come strictly earlier if both take place.
    pub after: Box<[u32]>,
    /// Organizations of the parties, sorted, each once.
    pub orgs: Box<[u32]>,
}

/// A whole event (ems/1).
#[derive(Debug, Clone)]
pub struct Instance {
    /// Repeated in solutions.
    pub name: String,
    /// Day of each slot, renumbered 0,1,2,….
    pub day: Vec<u32>,
    /// Block of each slot, renumbered 0,1,2,….
    pub block: Vec<u32>,
    /// Start of each slot in minutes UTC.
    pub utc: Vec<i64>,
    /// Number of organizations.
    pub orgs: usize,
    /// Participants.
    pub people: Vec<Person>,
    /// Lists of people of one organization.
    pub groups: Vec<Vec<u32>>,
    /// Named places; empty when only counted.
    pub places: Vec<Place>,
    /// Number of anonymous places, if places are only counted.
    pub place_count: Option<u32>,
    /// Steps between zones; empty when the event has no zones.
    pub dist: Vec<Vec<u32>>,
    /// Hard limit of steps between adjacent slots.
    pub max_hop: Option<u32>,
    /// Most virtual meetings in a slot.
    pub virtual_cap: Option<u32>,
    /// Counted resources.
    pub resources: Vec<Resource>,
    /// Any slot between two meetings makes a gap, even an unavailable one.
    pub gap_over_off: bool,
    /// Most difference of gaps between any two people.
    pub max_break_spread: Option<u32>,
    /// Unit of the weight level.
    pub unit: i64,
    /// The wishes, in the order they were made.
    pub requests: Vec<Request>,
}

impl Instance {
    /// Number of slots.
    pub fn slots(&self) -> usize {
        self.day.len()
    }

    /// All slots of the event.
    pub fn all_slots(&self) -> Slots {
        if self.slots() >= MAX_SLOTS { Slots::MAX } else { (1 << self.slots()) - 1 }
    }

    /// Slots of each day.
    pub fn day_masks(&self) -> Vec<Slots> {
        masks(&self.day)
    }

    /// Slots of each block.
    pub fn block_masks(&self) -> Vec<Slots> {
        masks(&self.block)
    }

    /// Most meetings person `p` could attend within the slots of `within`.
    pub fn capacity(&self, p: usize, within: Slots, days: &[Slots]) -> u32 {
        let x = &self.people[p];
        let sum: u32 = days.iter().map(|d| (x.available & within & d).count_ones().min(x.day_max)).sum();
        sum.min(x.max)
    }

    /// Organization of a party.
    pub fn party_org(&self, party: i32) -> u32 {
        match usize::try_from(party) {
            Ok(p) => self.people[p].org,
            Err(_) => self.people[self.group(party)[0] as usize].org,
        }
    }

    /// Members of the group of a negative party.
    pub fn group(&self, party: i32) -> &[u32] {
        &self.groups[(-(i64::from(party)) - 1) as usize]
    }

    /// The request restricted to slots in which its parties, resources and confirmation allow it, taken one by one.
    pub fn possible_slots(&self, q: usize) -> Slots {
        let r = &self.requests[q];
        let mut set = r.slots;
        if let Some(f) = r.fix {
            set &= 1 << f.slot;
        }
        for &x in &r.parties {
            set &= match usize::try_from(x) {
                Ok(p) => self.people[p].available,
                Err(_) => self.group(x).iter().fold(0, |m, &p| m | self.people[p as usize].available),
            };
        }
        for &(k, units) in &r.uses {
            let cap = &self.resources[k as usize].cap;
            set = each_slot(set).filter(|&s| cap[s] >= units).fold(0, |m, s| m | 1 << s);
        }
        set
    }

    /// Walking steps between two places (0 without zones).
    pub fn steps(&self, a: usize, b: usize) -> u32 {
        if self.dist.is_empty() {
            return 0;
        }
        self.dist[self.places[a].zone as usize][self.places[b].zone as usize]
    }

    /// Meetings of organization `o` at most: (requests, what its people could attend), for every organization.
    pub fn fairness_bases(&self) -> Vec<(u64, u64)> {
        let days = self.day_masks();
        let mut out = vec![(0u64, 0u64); self.orgs];
        for r in &self.requests {
            for &o in &r.orgs {
                out[o as usize].0 += 1;
            }
        }
        for p in 0..self.people.len() {
            out[self.people[p].org as usize].1 += u64::from(self.capacity(p, self.all_slots(), &days));
        }
        out
    }
}

fn masks(of: &[u32]) -> Vec<Slots> {
    let n = of.last().map_or(0, |x| *x as usize + 1);
    let mut out = vec![0; n];
    for (s, &k) in of.iter().enumerate() {
        out[k as usize] |= 1 << s;
    }
    out
}
