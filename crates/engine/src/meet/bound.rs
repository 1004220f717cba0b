//! Certified upper bound on the total weight: the linear relaxation of the statement's capacity rows, solved by the
//! primal-dual hybrid gradient method with restarts (PDLP, Applegate et al. 2021), and certified by weak duality: the
//! printed number is recomputed from the dual vector alone, so it does not rest on convergence. It schedules nothing.

use super::instance::{Instance, Slots, each_slot};
use std::collections::HashMap;

/// Rows `A x <= b` (some `=`), columns `0 <= x <= u`, maximize `c x`; sparse both ways.
pub(super) struct Lp {
    cost: Vec<f64>,
    upper: Vec<f64>,
    rhs: Vec<f64>,
    equal: Vec<bool>,
    col_at: Vec<u32>,
    col_row: Vec<u32>,
    col_val: Vec<f32>,
    row_at: Vec<u32>,
    row_col: Vec<u32>,
    row_val: Vec<f32>,
    /// Columns of each request: `first[q]..first[q+1]`.
    first: Vec<u32>,
}

/// How finely the calendar is cut: in one piece, or slot by slot (tighter, larger).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// One column a request.
    Whole,
    /// One column a request and slot.
    Slot,
}

/// A certified bound and the shadow prices behind it.
#[derive(Debug, Clone)]
pub struct Bound {
    /// No schedule weighs more than this.
    pub weight: i64,
    /// Reduced value of each request: weight minus the prices of what it uses (best slot); negative = hardly worthwhile.
    pub reduced: Vec<f64>,
    /// Steps of the method.
    pub iterations: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// (set of people, cell)
    Set(u32, u32),
    /// the set's total over all cells
    Total(u32),
    Public(u32),
    Suite(u32, u32),
    Mixed(u32, u32),
    Virtual(u32),
    Remote(u32, u32),
    Resource(u32, u32),
    Once(u32),
    /// The least share times what the organization could have, against its meetings.
    Share(u32),
    Weight,
}

struct Builder<'a> {
    x: &'a Instance,
    days: Vec<Slots>,
    cells: Vec<Slots>,
    sets: Vec<Vec<u32>>,
    rows: HashMap<Key, u32>,
    rhs: Vec<f64>,
    equal: Vec<bool>,
    cost: Vec<f64>,
    upper: Vec<f64>,
    entries: Vec<(u32, f32)>,
    col_at: Vec<u32>,
    set_cap: HashMap<(u32, u32), f64>,
    remote_of: Vec<Vec<u32>>,
    has_suite: Vec<bool>,
    goal: Goal,
}

impl<'a> Builder<'a> {
    fn row(&mut self, key: Key, rhs: f64, equal: bool) -> u32 {
        let n = self.rhs.len() as u32;
        let (all, eq) = (&mut self.rhs, &mut self.equal);
        *self.rows.entry(key).or_insert_with(|| {
            all.push(rhs);
            eq.push(equal);
            n
        })
    }

    fn capacity(&mut self, set: u32, cell: u32) -> f64 {
        let (x, days, sets) = (self.x, &self.days, &self.sets);
        let within = self.cells.get(cell as usize).copied().unwrap_or(x.all_slots());
        *self.set_cap.entry((set, cell)).or_insert_with(|| {
            sets[set as usize].iter().map(|&p| f64::from(x.capacity(p as usize, within, days))).sum()
        })
    }

    fn remote_capacity(&self, o: u32, cell: usize) -> f64 {
        self.remote_of[o as usize]
            .iter()
            .map(|&p| f64::from(self.x.capacity(p as usize, self.cells[cell], &self.days)))
            .sum()
    }

    fn open_places(&self, cell: usize, org: Option<u32>) -> f64 {
        let x = self.x;
        match (x.place_count, org) {
            (Some(n), None) => f64::from(n) * f64::from(self.cells[cell].count_ones()),
            _ => x
                .places
                .iter()
                .filter(|p| p.org == org)
                .map(|p| f64::from((p.open & self.cells[cell]).count_ones()))
                .sum(),
        }
    }

    fn column(&mut self, cost: f64, upper: f64) {
        self.cost.push(cost);
        self.upper.push(upper);
        self.col_at.push(self.entries.len() as u32);
    }
}

/// What is maximized.
#[derive(Clone, Copy)]
enum Goal {
    Weight,
    /// The mean share of satisfied requests of the `lowest` organizations (in percent), at this weight at least.
    Shares {
        weight: i64,
        lowest: usize,
    },
}

fn build(x: &Instance, grain: Grain, goal: Goal) -> Lp {
    let sets = sets(x);
    let cells = match grain {
        Grain::Whole => vec![x.all_slots()],
        Grain::Slot => (0..x.slots()).map(|s| 1 << s).collect(),
    };
    let mut remote_of = vec![Vec::new(); x.orgs];
    for (p, person) in x.people.iter().enumerate().filter(|(_, p)| p.remote) {
        remote_of[person.org as usize].push(p as u32);
    }
    let mut has_suite = vec![false; x.orgs];
    for o in x.places.iter().filter_map(|p| p.org) {
        has_suite[o as usize] = true;
    }
    let mut b = Builder {
        x,
        days: x.day_masks(),
        cells,
        sets: sets.all,
        rows: HashMap::new(),
        rhs: Vec::new(),
        equal: Vec::new(),
        cost: Vec::new(),
        upper: Vec::new(),
        entries: Vec::new(),
        col_at: Vec::new(),
        set_cap: HashMap::new(),
        remote_of,
        has_suite,
        goal,
    };
    // Supersets of each single person and group, once.
    let over = |id: u32, o: usize, all: &[Vec<u32>]| -> Vec<u32> {
        sets.of_org[o].iter().copied().filter(|&s| subset(&all[id as usize], &all[s as usize])).collect()
    };
    let over_person: Vec<Vec<u32>> =
        (0..x.people.len()).map(|p| over(sets.single[p], x.people[p].org as usize, &b.sets)).collect();
    let over_group: Vec<Vec<u32>> = (0..x.groups.len())
        .map(|g| over(sets.group[g], x.people[x.groups[g][0] as usize].org as usize, &b.sets))
        .collect();
    let mut first = Vec::with_capacity(x.requests.len() + 1);
    for q in 0..x.requests.len() {
        first.push(b.cost.len() as u32);
        request(&mut b, q, &over_person, &over_group);
    }
    first.push(b.cost.len() as u32);
    extra_columns(&mut b);
    fair::share_columns(&mut b);
    finish(b, first)
}

fn request(b: &mut Builder<'_>, q: usize, over_person: &[Vec<u32>], over_group: &[Vec<u32>]) {
    let x = b.x;
    let r = &x.requests[q];
    let mut need: Vec<(u32, f32)> = Vec::new();
    for &y in &r.parties {
        let over = if y >= 0 { &over_person[y as usize] } else { &over_group[(-(i64::from(y)) - 1) as usize] };
        for &s in over {
            match need.iter_mut().find(|n| n.0 == s) {
                Some(n) => n.1 += 1.0,
                None => need.push((s, 1.0)),
            }
        }
    }
    let remote = |p: u32| x.people[p as usize].remote;
    let can = |want: bool, y: &i32| {
        if *y >= 0 { remote(*y as u32) == want } else { x.group(*y).iter().any(|&p| remote(p) == want) }
    };
    let onsite = r.parties.iter().all(|y| can(false, y));
    let video = r.parties.iter().any(|y| can(true, y));
    let mask = x.possible_slots(q);
    let live: Vec<usize> = (0..b.cells.len()).filter(|&c| mask & b.cells[c] != 0).collect();
    let many = b.cells.len() > 1;
    for &cell in &live {
        let c = cell as u32;
        fair::request_column(b, q);
        for &(s, n) in &need {
            let cap = b.capacity(s, c);
            let row = b.row(Key::Set(s, c), cap, false);
            b.entries.push((row, n));
            if many {
                let total = b.capacity(s, u32::MAX);
                let row = b.row(Key::Total(s), total, false);
                b.entries.push((row, n));
            }
        }
        if onsite || !video {
            let cap = b.open_places(cell, None);
            let row = b.row(Key::Public(c), cap, false);
            b.entries.push((row, 1.0));
            for &o in r.orgs.iter().filter(|o| b.has_suite[**o as usize]).collect::<Vec<_>>() {
                let row = b.row(Key::Suite(o, c), 0.0, false);
                b.entries.push((row, -1.0));
            }
            if video {
                let mut mixed: Vec<u32> =
                    r.parties.iter().filter(|y| **y < 0 && can(true, y)).map(|&y| x.party_org(y)).collect();
                mixed.sort_unstable();
                mixed.dedup();
                for o in mixed {
                    let row = b.row(Key::Mixed(o, c), 0.0, false);
                    b.entries.push((row, -1.0));
                }
            }
        } else if let Some(cap) = x.virtual_cap {
            let row = b.row(Key::Virtual(c), f64::from(cap) * f64::from(b.cells[cell].count_ones()), false);
            b.entries.push((row, 1.0));
        }
        let mut video_only: Vec<(u32, f32)> = Vec::new();
        for y in r.parties.iter().filter(|y| !can(false, y)) {
            let o = x.party_org(*y);
            match video_only.iter_mut().find(|n| n.0 == o) {
                Some(n) => n.1 += 1.0,
                None => video_only.push((o, 1.0)),
            }
        }
        for (o, n) in video_only {
            let cap = b.remote_capacity(o, cell);
            let row = b.row(Key::Remote(o, c), cap, false);
            b.entries.push((row, n));
        }
        for &(k, units) in &r.uses {
            let cap: i64 = each_slot(b.cells[cell]).map(|s| x.resources[k as usize].cap[s]).sum();
            let row = b.row(Key::Resource(k, c), cap as f64, false);
            b.entries.push((row, units as f32));
        }
        if r.must || live.len() > 1 {
            let row = b.row(Key::Once(q as u32), 1.0, r.must);
            b.entries.push((row, 1.0));
        }
    }
}

/// Meetings that are virtual only because a remote team member attends, and meetings in a company's own suites.
fn extra_columns(b: &mut Builder<'_>) {
    let x = b.x;
    for cell in 0..b.cells.len() {
        let c = cell as u32;
        for o in 0..x.orgs as u32 {
            if let Some(&mixed) = b.rows.get(&Key::Mixed(o, c)) {
                let cap = b.remote_capacity(o, cell);
                b.column(0.0, cap);
                let public = b.open_places(cell, None);
                let public = b.row(Key::Public(c), public, false);
                let remote = b.row(Key::Remote(o, c), cap, false);
                b.entries.extend([(mixed, 1.0), (public, -1.0), (remote, 1.0)]);
                if let Some(v) = x.virtual_cap {
                    let row = b.row(Key::Virtual(c), f64::from(v) * f64::from(b.cells[cell].count_ones()), false);
                    b.entries.push((row, 1.0));
                }
            }
            if let Some(&suite) = b.rows.get(&Key::Suite(o, c)) {
                let cap = b.open_places(cell, Some(o));
                b.column(0.0, cap);
                let public = b.open_places(cell, None);
                let public = b.row(Key::Public(c), public, false);
                b.entries.extend([(suite, 1.0), (public, -1.0)]);
            }
        }
    }
}

/// Drops rows that no selection of columns can violate (people asked less often than they have time).
fn presolve(b: &mut Builder<'_>) {
    let mut most = vec![0f64; b.rhs.len()];
    let end = b.entries.len() as u32;
    b.col_at.push(end);
    for j in 0..b.cost.len() {
        for &(r, v) in &b.entries[b.col_at[j] as usize..b.col_at[j + 1] as usize] {
            most[r as usize] += f64::from(v.max(0.0)) * b.upper[j];
        }
    }
    let mut new = vec![u32::MAX; b.rhs.len()];
    let mut kept = 0;
    for i in 0..b.rhs.len() {
        if b.equal[i] || most[i] > b.rhs[i] + 1e-9 {
            new[i] = kept as u32;
            b.rhs[kept] = b.rhs[i];
            b.equal[kept] = b.equal[i];
            kept += 1;
        }
    }
    b.rhs.truncate(kept);
    b.equal.truncate(kept);
    let mut out = 0;
    for j in 0..b.cost.len() {
        let range = b.col_at[j] as usize..b.col_at[j + 1] as usize;
        b.col_at[j] = out as u32;
        for k in range {
            let (r, v) = b.entries[k];
            if new[r as usize] != u32::MAX {
                b.entries[out] = (new[r as usize], v);
                out += 1;
            }
        }
    }
    b.entries.truncate(out);
    b.entries.shrink_to_fit();
    b.col_at[b.cost.len()] = out as u32;
}

fn finish(mut b: Builder<'_>, first: Vec<u32>) -> Lp {
    presolve(&mut b);
    let col_at = b.col_at;
    let rows = b.rhs.len();
    let mut row_at = vec![0u32; rows + 1];
    for e in &b.entries {
        row_at[e.0 as usize + 1] += 1;
    }
    for i in 0..rows {
        row_at[i + 1] += row_at[i];
    }
    let mut next = row_at.clone();
    let mut row_col = vec![0u32; b.entries.len()];
    let mut row_val = vec![0f32; b.entries.len()];
    for j in 0..b.cost.len() {
        for e in &b.entries[col_at[j] as usize..col_at[j + 1] as usize] {
            let k = &mut next[e.0 as usize];
            row_col[*k as usize] = j as u32;
            row_val[*k as usize] = e.1;
            *k += 1;
        }
    }
    let (col_row, col_val) = b.entries.into_iter().unzip();
    Lp {
        cost: b.cost,
        upper: b.upper,
        rhs: b.rhs,
        equal: b.equal,
        col_at,
        col_row,
        col_val,
        row_at,
        row_col,
        row_val,
        first,
    }
}

#[path = "fair.rs"]
mod fair;
#[path = "pdhg.rs"]
mod pdhg;
#[path = "people_sets.rs"]
mod people_sets;
pub use fair::least_shares;
use people_sets::{sets, subset};

/// Upper bound on the weight of any schedule. Stops when `over` says so or the gap is closed to a unit.
pub fn bound(x: &Instance, grain: Grain, over: &dyn Fn() -> bool) -> Bound {
    let lp = build(x, grain, Goal::Weight);
    let mut trivial: i64 = x.requests.iter().map(|r| r.weight).sum();
    let (y, iterations) = pdhg::solve(&lp, over);
    trivial = trivial.min((lp.dual_value(&y) + 1e-6).floor() as i64);
    let reduced = (0..x.requests.len())
        .map(|q| {
            (lp.first[q]..lp.first[q + 1])
                .map(|j| lp.cost[j as usize] - lp.column_price(j as usize, &y))
                .fold(f64::NEG_INFINITY, f64::max)
        })
        .collect();
    Bound { weight: trivial, reduced, iterations }
}
