//! The event as clauses, for events whose requests name all their people and all have to take place (brokerage events):
//! levels 1–3 and 5 are then constant and the number of gaps is the objective (Bofill et al., JAIR 2022).

use super::super::instance::{Instance, Slots, each_slot};
use super::super::solution::{Meeting, Solution};
use super::sat::Sat;

/// Why a group of clauses is there; assumed one by one when an infeasible event is to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Takes(u32),
    Person(u32),
    Slot(u32),
    Resource(u32, u32),
    After(u32, u32),
    Spread,
}

/// What the clauses are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A least number of gaps: schedules that differ only by interchangeable requests are represented by one of them.
    Proof,
    /// Changing a given schedule: all schedules are admitted.
    Search,
    /// Finding rules that contradict each other: every rule has a guard.
    Causes,
}

pub(super) struct Model {
    /// request → (slot, literal)
    pub(super) x: Vec<Vec<(usize, i32)>>,
    /// person → slot → literal "meets" (0 where he cannot)
    pub(super) used: Vec<Vec<i32>>,
    /// Unary count of gaps by person: literal k is implied by k+1 gaps.
    pub(super) gaps: Vec<Vec<i32>>,
    pub(super) guards: Vec<(i32, Rule)>,
}

/// Can this event be encoded with gaps as the only objective?
pub(crate) fn covers(x: &Instance) -> bool {
    let tables = x.place_count.is_some();
    tables && x.requests.iter().all(|r| r.must && r.parties.iter().all(|p| *p >= 0) && r.uses.iter().all(|u| u.1 == 1))
}

struct Build<'s, 'c, 'a> {
    sat: &'s mut Sat<'c>,
    x: &'a Instance,
    model: Model,
    purpose: Purpose,
}

/// Encodes the event. `low` is the least number of gaps of any person that this encoding admits.
pub(super) fn encode(sat: &mut Sat<'_>, x: &Instance, low: u32, purpose: Purpose) -> Model {
    let model = Model { x: Vec::new(), used: Vec::new(), gaps: Vec::new(), guards: Vec::new() };
    let mut b = Build { sat, x, model, purpose };
    for q in 0..x.requests.len() {
        let lits: Vec<(usize, i32)> = each_slot(x.possible_slots(q)).map(|s| (s, b.sat.var())).collect();
        let all: Vec<i32> = lits.iter().map(|l| l.1).collect();
        b.under(Rule::Takes(q as u32), |b| b.sat.clause(&all));
        b.sat.at_most_one(&all);
        b.model.x.push(lits);
    }
    b.people(low);
    b.slots();
    b.order();
    if purpose == Purpose::Proof {
        b.break_symmetry();
    }
    b.model
}

impl Build<'_, '_, '_> {
    fn under(&mut self, cause: Rule, add: impl FnOnce(&mut Self)) {
        if self.purpose != Purpose::Causes {
            return add(self);
        }
        let g = self.sat.var();
        self.model.guards.push((g, cause));
        self.sat.guard = Some(g);
        add(self);
        self.sat.guard = None;
    }

    fn people(&mut self, low: u32) {
        let x = self.x;
        let mut of: Vec<Vec<u32>> = vec![Vec::new(); x.people.len()];
        for (q, r) in x.requests.iter().enumerate() {
            for &p in &r.parties {
                of[p as usize].push(q as u32);
            }
        }
        for (p, own) in of.iter().enumerate() {
            let used = self.used(p, own);
            let count = self.prefix_counts(&used, own.len());
            let gaps = self.gap_literals(p, &used, &count, low > 0);
            self.limits(p, &used, &count, own.len());
            if let Some(d) = x.max_break_spread {
                let high = (low + d) as usize;
                self.under(Rule::Spread, |b| {
                    if low > 0 {
                        let out = b.sat.totalizer(&gaps, gaps.len(), true);
                        match out.get(low as usize - 1) {
                            Some(&o) => b.sat.clause(&[o]),
                            None => b.sat.clause(&[]),
                        }
                    }
                    b.sat.at_most(&gaps, high);
                });
            }
            let unary = self.sat.totalizer(&gaps, gaps.len(), false);
            self.without_gaps(&used, own.len(), &unary, x.block_masks().len());
            self.model.gaps.push(unary);
            self.model.used.push(used);
        }
    }

    /// Without a gap the meetings of a one-block day fill a window as long as they are many: two slots farther apart
    /// cannot both be used. Implied, but far beyond unit propagation.
    fn without_gaps(&mut self, used: &[i32], meetings: usize, count: &[i32], blocks: usize) {
        if !self.x.gap_over_off || blocks != 1 || meetings < 2 {
            return;
        }
        if let Some(&some) = count.first() {
            for s in 0..used.len() {
                for t in s + meetings..used.len() {
                    if used[s] != 0 && used[t] != 0 {
                        self.sat.clause(&[some, -used[s], -used[t]]);
                    }
                }
            }
        }
    }

    /// Per slot a literal "person meets" (0 where he cannot), tied to his requests.
    fn used(&mut self, p: usize, requests: &[u32]) -> Vec<i32> {
        let mut used = vec![0; self.x.slots()];
        let mut by_slot: Vec<Vec<i32>> = vec![Vec::new(); self.x.slots()];
        for &q in requests {
            for &(s, l) in &self.model.x[q as usize] {
                by_slot[s].push(l);
            }
        }
        for (s, lits) in by_slot.iter().enumerate() {
            match lits[..] {
                [] => {}
                [one] => used[s] = one,
                _ => {
                    let u = self.sat.var();
                    used[s] = u;
                    for &l in lits {
                        self.sat.clause(&[-l, u]);
                    }
                    let mut back = lits.clone();
                    back.push(-u);
                    self.sat.clause(&back);
                    self.under(Rule::Person(p as u32), |b| b.sat.at_most_one(lits));
                }
            }
        }
        used
    }

    /// Sequential counter (Sinz 2005) along the calendar: entry `[t][k]` is true exactly if more than `k` of the slots up to
    /// `t` are used. Along time rather than as a tree, since then `[t][0]` says "has begun" and the last one "is through".
    fn prefix_counts(&mut self, used: &[i32], meetings: usize) -> Vec<Vec<i32>> {
        let mut out: Vec<Vec<i32>> = Vec::with_capacity(used.len());
        for &u in used {
            let before = out.last().cloned().unwrap_or_default();
            if u == 0 {
                out.push(before);
                continue;
            }
            let now: Vec<i32> = (0..meetings.min(before.len() + 1)).map(|_| self.sat.var()).collect();
            for (k, &c) in now.iter().enumerate() {
                let same = before.get(k).copied();
                let one_less = k.checked_sub(1).map(|k| before[k]);
                if let Some(same) = same {
                    self.sat.clause(&[-same, c]);
                }
                self.sat.clause(&[-c, u].into_iter().chain(same).collect::<Vec<_>>());
                self.sat.clause(&[-u, c].into_iter().chain(one_less.map(|l| -l)).collect::<Vec<_>>());
                if let Some(one_less) = one_less {
                    self.sat.clause(&[-c, one_less]);
                }
            }
            out.push(now);
        }
        out
    }

    /// As many used slots as meetings (implied, but unit propagation does not see it), and the limits of each day.
    fn limits(&mut self, p: usize, used: &[i32], count: &[Vec<i32>], meetings: usize) {
        let x = self.x;
        let live: Vec<i32> = used.iter().copied().filter(|u| *u != 0).collect();
        self.under(Rule::Person(p as u32), |b| {
            if meetings > live.len() || meetings > x.people[p].max as usize {
                b.sat.clause(&[]);
                return;
            }
            if meetings == 0 {
                return;
            }
            if let Some(&all) = count.last().and_then(|c| c.get(meetings - 1)) {
                b.sat.clause(&[all]);
            }
            for (t, &u) in used.iter().enumerate().skip(1) {
                if let (true, Some(&full)) = (u != 0, count[t - 1].get(meetings - 1)) {
                    b.sat.clause(&[-u, -full]);
                }
            }
            for day in x.day_masks() {
                let lits: Vec<i32> = each_slot(day).map(|s| used[s]).filter(|u| *u != 0).collect();
                b.sat.at_most(&lits, x.people[p].day_max as usize);
            }
        });
    }

    /// A gap ends where a meeting starts, the slot before is empty, and there was a meeting earlier in the block.
    fn gap_literals(&mut self, p: usize, used: &[i32], count: &[Vec<i32>], exact: bool) -> Vec<i32> {
        let x = self.x;
        let mut out = Vec::new();
        let blocks = x.block_masks();
        for &block in &blocks {
            let counted: Slots = if x.gap_over_off { block } else { block & x.people[p].available };
            let slots: Vec<usize> = each_slot(counted).collect();
            let mut before = 0;
            for i in 1..slots.len() {
                // `before`: a meeting somewhere in slots[..i-1]
                if i >= 2 && used[slots[i - 2]] != 0 {
                    before = match count[slots[i - 2]].first() {
                        // In the first block "has begun" says it already.
                        Some(&begun) if block == blocks[0] => begun,
                        _ => self.or(before, used[slots[i - 2]], exact),
                    };
                }
                let (previous, here) = (used[slots[i - 1]], used[slots[i]]);
                if before == 0 || here == 0 {
                    continue;
                }
                let g = self.sat.var();
                let mut c = vec![-before, -here, g];
                if previous != 0 {
                    c.push(previous);
                }
                self.sat.clause(&c);
                if exact {
                    self.sat.clause(&[-g, before]);
                    self.sat.clause(&[-g, here]);
                    if previous != 0 {
                        self.sat.clause(&[-g, -previous]);
                    }
                }
                out.push(g);
            }
        }
        out
    }

    fn or(&mut self, a: i32, b: i32, exact: bool) -> i32 {
        if a == 0 {
            return b;
        }
        let v = self.sat.var();
        self.sat.clause(&[-a, v]);
        self.sat.clause(&[-b, v]);
        if exact {
            self.sat.clause(&[-v, a, b]);
        }
        v
    }

    fn slots(&mut self) {
        let x = self.x;
        let is_virtual = |q: usize| x.requests[q].parties.iter().any(|&p| x.people[p as usize].remote);
        for s in 0..x.slots() {
            let (mut onsite, mut video) = (Vec::new(), Vec::new());
            let mut uses: Vec<Vec<i32>> = vec![Vec::new(); x.resources.len()];
            for (q, lits) in self.model.x.iter().enumerate() {
                for &(_, l) in lits.iter().filter(|l| l.0 == s) {
                    if is_virtual(q) {
                        video.push(l)
                    } else {
                        onsite.push(l)
                    }
                    for u in &x.requests[q].uses {
                        uses[u.0 as usize].push(l);
                    }
                }
            }
            if let Some(count) = x.place_count {
                let count = count as usize;
                // Causes count meetings: a rule about tables should not need the rules about people.
                let seated = if self.purpose == Purpose::Causes { None } else { self.seated(s) };
                let meetings_too = seated.is_none() || self.purpose == Purpose::Proof;
                self.under(Rule::Slot(s as u32), |b| {
                    if let Some((people, at_a_table)) = seated {
                        b.sat.at_most(&people, count * at_a_table);
                    }
                    if meetings_too {
                        b.sat.at_most(&onsite, count);
                    }
                });
            }
            if let Some(cap) = x.virtual_cap {
                self.under(Rule::Slot(s as u32), |b| b.sat.at_most(&video, cap as usize));
            }
            for (k, lits) in uses.iter().enumerate() {
                let cap = x.resources[k].cap[s] as usize;
                self.under(Rule::Resource(k as u32, s as u32), |b| b.sat.at_most(lits, cap));
            }
        }
    }
}

impl Build<'_, '_, '_> {
    /// Who meets in slot `s`, and how many sit at a table, if that is the same everywhere and nobody is remote. Counting
    /// people says the same of the tables as counting meetings, but on literals that the gaps speak of too, which is what
    /// lets a proof about gaps use it. For a proof both together are best; for a search the people alone.
    fn seated(&self, s: usize) -> Option<(Vec<i32>, usize)> {
        let parties = self.x.requests.first()?.parties.len();
        let alike = self.x.requests.iter().all(|r| r.parties.len() == parties);
        if !alike || self.x.people.iter().any(|p| p.remote) {
            return None;
        }
        Some((self.model.used.iter().map(|u| u[s]).filter(|u| *u != 0).collect(), parties))
    }
}

impl Model {
    /// The schedule of the last model found.
    pub(super) fn schedule(&self, sat: &Sat<'_>, x: &Instance) -> Solution {
        let mut out = Solution::default();
        for (q, lits) in self.x.iter().enumerate() {
            if let Some(&(s, _)) = lits.iter().find(|l| sat.is_true(l.1)) {
                out.meetings.push(Meeting {
                    request: q as u32,
                    slot: s as u32,
                    place: None,
                    people: x.requests[q].parties.iter().map(|&p| p as u32).collect(),
                });
            }
        }
        out
    }
}

#[path = "order.rs"]
mod order;
