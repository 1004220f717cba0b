//! Proof of optimality or of infeasibility for brokerage events: a core-guided search (OLL) raises the lower bound on
//! the gaps while a large-neighbourhood search lowers the upper one; both use CaDiCaL. It is complete where it applies
//! (see [`covers`]) and says nothing elsewhere.

mod causes;
mod lns;
mod model;
mod sat;

use super::check::check;
use super::instance::Instance;
use super::solution::{Meeting, Solution};
pub(super) use causes::causes;
use model::Purpose;
pub(super) use model::covers;
use sat::Sat;
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

/// What the exact engine found out before its time was over.
#[derive(Debug, Clone)]
pub(super) enum Verdict {
    /// The schedule is proven best.
    Optimal(Solution),
    /// Proven: there is no schedule.
    Infeasible,
    /// A schedule maybe, and a proven least number of gaps.
    Open { best: Option<Solution>, least_gaps: i64 },
}

/// What the two searches tell each other.
pub(super) struct Shared {
    lower: AtomicI64,
    upper: AtomicI64,
    done: AtomicBool,
    best: Mutex<Option<Solution>>,
}

impl Shared {
    fn new(x: &Instance, known: Option<&Solution>) -> Self {
        let score = known.and_then(|s| check(x, s).ok());
        Self {
            lower: AtomicI64::new(0),
            upper: AtomicI64::new(score.map_or(i64::MAX, |s| -s.vector[3])),
            done: AtomicBool::new(false),
            best: Mutex::new(known.filter(|_| score.is_some()).cloned()),
        }
    }

    fn best(&self) -> Option<Solution> {
        self.best.lock().ok().and_then(|b| b.clone())
    }

    fn closed(&self) -> bool {
        self.done.load(Ordering::Relaxed) || self.lower.load(Ordering::Relaxed) >= self.upper.load(Ordering::Relaxed)
    }

    /// No schedule has fewer gaps than this.
    fn prove(&self, gaps: i64) {
        self.lower.fetch_max(gaps, Ordering::Relaxed);
    }

    fn offer(&self, s: &Solution, gaps: i64) {
        if let Ok(mut best) = self.best.lock()
            && gaps < self.upper.load(Ordering::Relaxed)
        {
            *best = Some(s.clone());
            self.upper.store(gaps, Ordering::Relaxed);
        }
    }
}

/// A search that delivers a first schedule, given when to stop, its thread and its round.
pub(super) type Warm<'w> = &'w (dyn Fn(&(dyn Fn() -> bool + Sync), u64, u64) -> Option<Solution> + Sync);

/// Least number of gaps, proven. `known` is a schedule found elsewhere, `warm` looks for a first one beside the proof.
pub(super) fn solve(
    x: &Instance,
    known: Option<&Solution>,
    threads: usize,
    seed: u64,
    over: &(dyn Fn() -> bool + Sync),
    warm: Warm<'_>,
) -> Verdict {
    let shared = Shared::new(x, known);
    let first = std::thread::scope(|scope| {
        for k in 1..threads {
            let shared = &shared;
            scope.spawn(move || {
                let stop = || over() || shared.closed();
                // Where the clauses are too many to search on, longer and longer plain searches follow.
                for round in 0..u64::MAX {
                    if let Some(s) = warm(&stop, k as u64, round)
                        && let Ok(score) = check(x, &s)
                    {
                        shared.offer(&s, -score.vector[3]);
                    }
                    lns::improve(x, shared, seed + k as u64 + round, &|| over());
                    if stop() {
                        break;
                    }
                }
            });
        }
        let verdict = minimize(x, 0, &shared, &|| over());
        shared.done.store(true, Ordering::Relaxed);
        verdict
    });
    let first = settle(first, &shared);
    if !may_all_wait(x) {
        return first;
    }
    with_everybody_waiting(x, first, &|| over())
}

fn settle(verdict: Verdict, shared: &Shared) -> Verdict {
    let Verdict::Open { least_gaps, .. } = verdict else { return verdict };
    let least_gaps = least_gaps.max(shared.lower.load(Ordering::Relaxed));
    match shared.best() {
        Some(best) if shared.upper.load(Ordering::Relaxed) <= least_gaps => Verdict::Optimal(best),
        best => Verdict::Open { best, least_gaps },
    }
}

/// The rule on the spread also admits schedules in which everybody has gaps. At `low` gaps each they cost at least
/// `low` times the people, so they only matter while that is less than what was found.
fn with_everybody_waiting(x: &Instance, first: Verdict, over: &dyn Fn() -> bool) -> Verdict {
    let people = x.people.len() as i64;
    let gaps = |s: &Solution| check(x, s).map_or(i64::MAX, |s| -s.vector[3]);
    let mut result = first;
    for low in 1..x.slots() as u32 {
        let settled = match &result {
            Verdict::Optimal(s) => gaps(s) <= i64::from(low) * people,
            Verdict::Open { .. } => true,
            Verdict::Infeasible => false,
        };
        if settled {
            break;
        }
        let next = minimize(x, low, &Shared::new(x, None), over);
        result = match (result, next) {
            (Verdict::Optimal(a), Verdict::Optimal(b)) => Verdict::Optimal(if gaps(&b) < gaps(&a) { b } else { a }),
            (Verdict::Infeasible, other) => other,
            (Verdict::Optimal(a), Verdict::Open { least_gaps, .. }) => {
                Verdict::Open { least_gaps: least_gaps.min(gaps(&a)), best: Some(a) }
            }
            (kept, _) => kept,
        };
    }
    result
}

/// Core-guided minimization of the gaps, everybody having `low` to `low + spread` of them.
fn minimize(x: &Instance, low: u32, shared: &Shared, over: &dyn Fn() -> bool) -> Verdict {
    let stop = || over() || shared.closed();
    let mut sat = Sat::new(&stop);
    let model = model::encode(&mut sat, x, low, Purpose::Proof);
    match oll(&mut sat, model.gaps.clone(), &|lower| shared.prove(lower)) {
        Least::Found => Verdict::Optimal(model.schedule(&sat, x)),
        Least::Impossible => Verdict::Infeasible,
        Least::Open(lower) => Verdict::Open { best: None, least_gaps: lower },
    }
}

/// What [`oll`] ends with.
enum Least {
    /// The solver holds a model of the least sum.
    Found,
    Impossible,
    /// Out of time; the sum is at least this.
    Open(i64),
}

/// Core-guided minimization (OLL, Andres et al. 2012) of a sum of unary counts: literal k of a count is implied by at
/// least k+1. `prove` is told every lower bound.
fn oll(sat: &mut Sat<'_>, mut sums: Vec<Vec<i32>>, prove: &dyn Fn(i64)) -> Least {
    // Soft literals, each true one costing 1: the first output of each count; the next one joins when the one before it
    // was part of a core.
    let mut soft: Vec<i32> = sums.iter().filter_map(|g| g.first().copied()).collect();
    let mut next: HashMap<i32, (usize, usize)> = HashMap::new();
    for (k, g) in sums.iter().enumerate().filter(|(_, g)| !g.is_empty()) {
        next.insert(g[0], (k, 0));
    }
    let mut lower = 0i64;
    loop {
        prove(lower);
        match sat.solve(soft.iter().map(|l| -l), None) {
            None => return Least::Open(lower),
            Some(true) => return Least::Found,
            Some(false) => {}
        }
        let core: Vec<i32> = soft.iter().copied().filter(|&l| sat.failed(-l)).collect();
        if core.is_empty() {
            return Least::Impossible;
        }
        lower += 1;
        soft.retain(|l| !core.contains(l));
        for l in &core {
            if let Some(&(sum, k)) = next.get(l)
                && let Some(&o) = sums[sum].get(k + 1)
            {
                next.insert(o, (sum, k + 1));
                soft.push(o);
            }
        }
        sat.clause(&core);
        if core.len() > 1 {
            let out = sat.totalizer(&core, core.len(), false);
            next.insert(out[1], (sums.len(), 1));
            soft.push(out[1]);
            sums.push(out);
        }
    }
}

/// A schedule with at most `gaps` gaps that keeps as many meetings of `start` as possible, and whether that is proven.
/// `known` is one such schedule, returned if the time is over first. Only for events in which somebody has no gap in any
/// case (otherwise everybody might have some, and nothing is proven).
pub(super) fn fewest_changes(
    x: &Instance,
    start: &Solution,
    known: Solution,
    gaps: i64,
    over: &dyn Fn() -> bool,
) -> (Solution, bool) {
    let mut sat = Sat::new(over);
    let model = model::encode(&mut sat, x, 0, Purpose::Search);
    let all: Vec<i32> = model.gaps.iter().flatten().copied().collect();
    sat.at_most(&all, gaps.max(0) as usize);
    let changed = |m: &Meeting| {
        let l = model.x[m.request as usize].iter().find(|l| l.0 == m.slot as usize)?;
        Some(vec![-l.1])
    };
    let soft: Vec<Vec<i32>> = start.meetings.iter().filter_map(changed).collect();
    match oll(&mut sat, soft, &|_| ()) {
        Least::Found => (model.schedule(&sat, x), !may_all_wait(x)),
        _ => (known, false),
    }
}

/// Whether the rule on the spread admits schedules in which everybody has gaps.
fn may_all_wait(x: &Instance) -> bool {
    let few = |p: usize| x.requests.iter().filter(|r| r.parties.contains(&(p as i32))).take(2).count() < 2;
    x.max_break_spread.is_some() && !x.people.is_empty() && !(0..x.people.len()).any(few)
}
