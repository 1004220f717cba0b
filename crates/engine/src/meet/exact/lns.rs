//! Large-neighbourhood search on the clauses: keep most of the best schedule, free the meetings of some people or slots,
//! and ask the solver for one gap less. It finds schedules at the optimum that neither plain search does.

use super::super::check::check;
use super::super::frame::Rng;
use super::super::instance::{Instance, Slots};
use super::super::solution::Solution;
use super::Shared;
use super::model::{self, Model, Purpose};
use super::sat::Sat;

/// Largest count of gaps (people times slots times gaps) worth encoding; beyond it plain search is better.
const LARGEST: usize = 1_000_000;

/// Conflicts spent on one neighbourhood.
const CONFLICTS: i32 = 3_000;

/// After so many neighborhoods the whole event is tried.
const TURNS: u32 = 24;

/// Improves `shared.best` until the proven lower bound is reached or the time is over.
pub(super) fn improve(x: &Instance, shared: &Shared, seed: u64, over: &dyn Fn() -> bool) {
    let Some(mut best) = shared.best() else { return };
    let Some(mut upper) = gaps(x, &best) else { return };
    if x.people.len() * x.slots() * upper as usize > LARGEST {
        return;
    }
    let stop = || over() || shared.closed();
    let mut sat = Sat::new(&stop);
    let model = model::encode(&mut sat, x, 0, Purpose::Search);
    let all: Vec<i32> = model.gaps.iter().flatten().copied().collect();
    let sum = sat.totalizer(&all, upper as usize + 1, false);
    let mut rng = Rng::new(seed);
    // Two kinds of neighborhoods: most meetings stay, or most people keep their busy slots, whom they meet being free.
    let mut sizes = [0.5, 0.3];
    // In between the whole event is tried, longer each time.
    let mut patience = f64::from(CONFLICTS);
    let mut turn = 0u32;
    while !stop() && upper > 0 {
        let kind = rng.below(2);
        turn += 1;
        let everything = turn.is_multiple_of(TURNS);
        let mut assume = vec![-sum[upper as usize - 1]];
        let whole = if everything {
            patience = (patience * 1.3).min(1e9);
            true
        } else if kind == 0 {
            let free = neighborhood(x, &best, &mut rng, sizes[0]);
            for m in best.meetings.iter().filter(|m| !free[m.request as usize]) {
                assume.extend(literal(&model, m.request, m.slot));
            }
            free.iter().all(|f| *f)
        } else {
            keep_busy_slots(x, &model, &best, &mut rng, sizes[1], &mut assume)
        };
        let size = &mut sizes[kind];
        match sat.solve(assume, Some(if everything { patience as i32 } else { CONFLICTS })) {
            Some(true) => {
                let found = model.schedule(&sat, x);
                if let Some(n) = gaps(x, &found).filter(|n| *n < upper) {
                    upper = n;
                    shared.offer(&found, n);
                    best = found;
                } else {
                    return;
                }
            }
            Some(false) if whole => return shared.prove(upper),
            Some(false) => *size = (*size * 1.03f64).min(1.0),
            None if everything => {}
            None => *size = (*size * 0.97f64).max(0.08),
        }
    }
}

/// Everybody but some people around one who has a gap keeps his busy slots; true if nobody does.
fn keep_busy_slots(
    x: &Instance,
    model: &Model,
    best: &Solution,
    rng: &mut Rng,
    size: f64,
    assume: &mut Vec<i32>,
) -> bool {
    let busy = busy_slots(x, best);
    let want = ((x.people.len() as f64 * size).ceil() as usize).min(x.people.len());
    let mut met: Vec<Vec<usize>> = vec![Vec::new(); x.people.len()];
    for m in &best.meetings {
        for &p in &m.people {
            met[p as usize].extend(m.people.iter().filter(|o| **o != p).map(|&o| o as usize));
        }
    }
    let mut free = vec![false; x.people.len()];
    let mut queue = vec![person_with_gap(&busy, rng)];
    let mut count = 0;
    while count < want {
        let p = if queue.is_empty() || rng.below(8) == 0 {
            rng.below(x.people.len())
        } else {
            queue.swap_remove(rng.below(queue.len()))
        };
        if !std::mem::replace(&mut free[p], true) {
            count += 1;
            queue.extend(met[p].iter().copied().filter(|&o| !free[o]));
        }
    }
    for p in (0..x.people.len()).filter(|&p| !free[p]) {
        for (s, &l) in model.used[p].iter().enumerate().filter(|(_, l)| **l != 0) {
            assume.push(if busy[p] >> s & 1 == 1 { l } else { -l });
        }
    }
    count == x.people.len()
}

fn gaps(x: &Instance, s: &Solution) -> Option<i64> {
    check(x, s).ok().map(|s| -s.vector[3])
}

fn literal(model: &Model, q: u32, s: u32) -> Option<i32> {
    model.x[q as usize].iter().find(|l| l.0 == s as usize).map(|l| l.1)
}

/// Requests whose meetings may move: those of some people around one who has a gap, or those of a stretch of slots.
fn neighborhood(x: &Instance, best: &Solution, rng: &mut Rng, size: f64) -> Vec<bool> {
    let n = x.requests.len();
    let want = ((n as f64) * size).ceil() as usize;
    let mut free = vec![false; n];
    let mut count = 0;
    if rng.below(3) == 0 {
        let slots = x.slots();
        let width = ((slots as f64) * size).ceil().max(2.0) as usize;
        let start = rng.below(slots.saturating_sub(width).max(1));
        for m in &best.meetings {
            free[m.request as usize] = (start..start + width).contains(&(m.slot as usize));
        }
        return free;
    }
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); x.people.len()];
    for m in &best.meetings {
        for &p in &m.people {
            of[p as usize].push(m.request as usize);
        }
    }
    let mut queue = vec![person_with_gap(&busy_slots(x, best), rng)];
    let mut seen = vec![false; x.people.len()];
    while count < want {
        let p = if queue.is_empty() || rng.below(8) == 0 {
            rng.below(x.people.len())
        } else {
            queue.swap_remove(rng.below(queue.len()))
        };
        if std::mem::replace(&mut seen[p], true) {
            if seen.iter().all(|s| *s) {
                break;
            }
            continue;
        }
        for &q in &of[p] {
            if !free[q] {
                free[q] = true;
                count += 1;
            }
            queue.extend(x.requests[q].parties.iter().filter(|y| **y >= 0).map(|&y| y as usize).filter(|&y| !seen[y]));
        }
    }
    free
}

fn busy_slots(x: &Instance, best: &Solution) -> Vec<Slots> {
    let mut slots = vec![0; x.people.len()];
    for m in &best.meetings {
        for &p in &m.people {
            slots[p as usize] |= 1 << m.slot;
        }
    }
    slots
}

fn person_with_gap(busy: &[Slots], rng: &mut Rng) -> usize {
    let broken = |m: Slots| m != 0 && (m >> m.trailing_zeros()).trailing_ones() != m.count_ones();
    let list: Vec<usize> = (0..busy.len()).filter(|&p| broken(busy[p])).collect();
    if list.is_empty() { rng.below(busy.len()) } else { list[rng.below(list.len())] }
}
