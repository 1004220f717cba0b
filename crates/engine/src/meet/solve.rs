//! The solver as a whole: first schedule, bound, search, proof. It reads no clock of its own: the caller passes one.

use super::anneal::{Control, Scope, Snapshot, Stage, by_days, first, portfolio, use_suites};
use super::bound::{Bound, Grain, bound};
use super::check::check;
use super::exact::{self, Verdict};
use super::frame::Frame;
use super::instance::Instance;
use super::search::Prices;
use super::solution::Solution;
use super::state::State;
use std::sync::Arc;

pub use super::options::{Outcome, Progress, SolveOptions, Status};

pub(super) struct Run<'c, 'f, 'a> {
    pub(super) f: &'f Frame<'a>,
    pub(super) o: &'c SolveOptions<'c>,
    pub(super) frozen: Arc<Vec<bool>>,
    pub(super) moves: u64,
    bound: Option<Bound>,
    best: Option<(Snapshot, [i64; 5], i64)>,
}

/// Finds the best schedule it can until the deadline and says what is proven about it.
pub fn solve(x: &Instance, o: &SolveOptions<'_>) -> Outcome {
    let frame = Frame::new(x);
    let mut frozen = vec![false; x.requests.len()];
    for &q in o.freeze {
        if let Some(cell) = frozen.get_mut(q as usize) {
            *cell = true;
        }
    }
    let mut run = Run { f: &frame, o, frozen: Arc::new(frozen), moves: 0, bound: None, best: None };
    let total = x.requests.iter().map(|r| r.weight).sum();
    let mut out = Outcome {
        solution: None,
        score: None,
        bound: total,
        most_fair: [100, 100],
        least_gaps: None,
        status: Status::Unknown,
        proven_levels: 0,
        fewest_changes: false,
        causes: Vec::new(),
        moves: 0,
        forced_changes: 0,
        changes: 0,
    };
    out.causes = super::cause::at_a_glance(x);
    if !out.causes.is_empty() {
        out.status = Status::Infeasible;
        return out;
    }
    let brokerage = exact::covers(x) && o.freeze.is_empty();
    let small =
        if brokerage { None } else { super::enumerate::best(&frame, o.start, &run.frozen, o.keep, &|| run.over()) };
    if let Some(found) = small {
        run.enumerated(found, &mut out);
        return finish(x, run, out);
    }
    match o.start.map(|s| super::reopt::load(&frame, s)) {
        Some((st, dropped)) if o.keep => {
            let st = super::reopt::repair(&run, st, &dropped);
            run.keep(&st);
            out.forced_changes = dropped.len();
            if brokerage {
                run.brokerage(Some(st), &mut out);
                run.fewest_changes(&mut out);
            }
        }
        start if brokerage => run.brokerage(start.map(|s| s.0), &mut out),
        start => run.general(start.map(|s| s.0), &mut out),
    }
    out.bound = run.bound.as_ref().map_or(out.bound, |b| b.weight.min(total));
    finish(x, run, out)
}

fn finish(x: &Instance, run: Run<'_, '_, '_>, mut out: Outcome) -> Outcome {
    out.moves = run.moves;
    if out.solution.is_none()
        && let Some((snapshot, ..)) = &run.best
    {
        out.solution = Some(snapshot.solution(run.f));
    }
    out.score = out.solution.as_ref().and_then(|s| check(x, s).ok());
    if out.score.is_none() {
        out.solution = None;
    } else if out.status == Status::Unknown {
        let v = out.score.map_or([0; 5], |s| s.vector);
        let perfect = v[0] >= out.bound / x.unit && v[1] >= 100 && v[2] >= 100 && v[3] == 0 && v[4] == 0;
        out.status = if perfect { Status::Optimal } else { Status::Feasible };
    }
    out.proven_levels = proven_levels(x, &out);
    if let (Some(start), Some(now)) = (run.o.start, &out.solution) {
        out.changes = super::reopt::changes(start, now);
    }
    out
}

impl<'f, 'a> Run<'_, 'f, 'a> {
    pub(super) fn control(&self, salt: u64) -> Control<'_> {
        Control {
            elapsed: self.o.clock,
            stop: self.o.stop,
            threads: self.o.threads.max(1),
            seed: self.o.seed.wrapping_add(salt.wrapping_mul(0x9e37_79b9)),
        }
    }

    fn tell(&self, phase: &'static str, st: &State<'_, '_>) {
        (self.o.progress)(&Progress {
            seconds: (self.o.clock)(),
            phase,
            vector: st.vector(),
            weight: st.weight,
            missing: st.missing,
            bound: self.bound.as_ref().map(|b| b.weight),
            moves: self.moves,
        });
    }

    /// Remembers a schedule if it keeps all rules and is the best so far.
    pub(super) fn keep(&mut self, st: &State<'_, '_>) {
        let v = st.vector();
        if st.missing == 0 && st.excess == 0 && self.best.as_ref().is_none_or(|b| (v, st.weight) > (b.1, b.2)) {
            self.best = Some((Snapshot::of(st), v, st.weight));
        }
    }

    fn over(&self) -> bool {
        (self.o.stop)() || (self.o.clock)() >= self.o.deadline
    }

    pub(super) fn scope(&self, wanted: impl Fn(usize) -> bool) -> Scope {
        Scope { wanted: Arc::new((0..self.f.requests()).map(wanted).collect()), frozen: self.frozen.clone() }
    }

    fn first(&mut self, st: State<'f, 'a>, prices: Prices) -> State<'f, 'a> {
        let f = self.f;
        let mut order: Vec<u32> = (0..f.requests() as u32).collect();
        order.sort_by_key(|&q| std::cmp::Reverse(f.value[q as usize]));
        let mut st = first(st, &order, prices, &self.scope(|_| true), &self.control(1), self.o.deadline);
        use_suites(&mut st);
        self.keep(&st);
        self.tell("first", &st);
        st
    }

    /// Every request has to take place and only gaps count: search, then proof.
    fn brokerage(&mut self, start: Option<State<'f, 'a>>, out: &mut Outcome) {
        let x = self.f.x;
        let prices =
            Prices { value: 0.05, gap: 1.0, hop: 0.0, excess: 3.0, fair: 0.0, floor: 0, below: 0.0, must: 0.0 };
        let st = start.unwrap_or_else(|| State::new(self.f));
        let st = self.first(st, prices);
        let cells: u32 = self.f.mask.iter().map(|m| m.count_ones()).sum();
        let length = 1.0 + f64::from(cells) / 4_000.0;
        let (o, scope) = (self.o, self.scope(|_| true));
        let found = std::sync::Mutex::new((0u64, None::<State<'f, 'a>>));
        let warm = |stop: &(dyn Fn() -> bool + Sync), thread: u64, round: u64| {
            let from = (o.clock)();
            let until = (from + length * 2f64.powi(round.min(20) as i32)).min(o.deadline);
            let stage = Stage { prices, hot: 1.0, cold: 0.1, from, until, add: 0.1, shift: 0.2, kempe: 0.6 };
            let seed = o.seed.wrapping_add(round * 100 + thread);
            let c = Control { elapsed: o.clock, stop, threads: 1, seed };
            let (next, moves) = portfolio(st.clone(), &stage, &scope, &c, round);
            let solution = (next.missing == 0 && next.excess == 0).then(|| next.solution());
            if let Ok(mut cell) = found.lock() {
                cell.0 += moves;
                cell.1 = Some(next);
            }
            solution
        };
        let known = self.best.as_ref().map(|b| b.0.solution(self.f));
        let over = || self.over();
        let verdict = exact::solve(x, known.as_ref(), self.o.threads.max(2), self.o.seed, &over, &warm);
        if let Ok((moves, Some(state))) = found.into_inner() {
            self.moves += moves;
            self.tell("search", &state);
        }
        match verdict {
            Verdict::Optimal(s) => {
                out.least_gaps = check(x, &s).ok().map(|s| -s.vector[3]);
                out.solution = Some(s);
                out.status = Status::Optimal;
            }
            Verdict::Infeasible => {
                out.status = Status::Infeasible;
                let begin = (self.o.clock)();
                out.causes = exact::causes(x, &|| self.over() || (self.o.clock)() > begin + 5.0);
            }
            Verdict::Open { best, least_gaps } => {
                out.least_gaps = Some(least_gaps);
                out.solution = best;
            }
        }
    }

    /// Weight first, then fairness, gaps and hops at that weight.
    fn general(&mut self, start: Option<State<'f, 'a>>, out: &mut Outcome) {
        let x = self.f.x;
        let prices =
            Prices { value: 1.0, gap: 0.02, hop: 0.002, excess: 5.0, fair: 0.0, floor: 0, below: 0.0, must: 0.0 };
        let st = start.unwrap_or_else(|| State::new(self.f));
        let mut st = self.first(st, prices);
        let begin = (self.o.clock)();
        let all = self.o.deadline - begin;
        let bound_until = begin + all * 0.15;
        let big = x.people.len() > 1500 && self.f.days.len() > 1 && x.max_break_spread.is_none();
        let over = || (self.o.stop)() || (self.o.clock)() >= bound_until;
        if big && self.o.threads > 1 {
            let (o, frozen) = (self.o, self.frozen.clone());
            let f = self.f;
            let stage = self.weight_stage(prices, begin, bound_until);
            let (b, (next, moves)) = std::thread::scope(|s| {
                let handle = s.spawn(|| {
                    let scope = Scope {
                        wanted: Arc::new((0..f.requests()).map(|q| f.value[q] * 8 > f.heaviest).collect()),
                        frozen,
                    };
                    let c = Control { elapsed: o.clock, stop: o.stop, threads: 1, seed: o.seed };
                    portfolio(st.clone(), &Stage { cold: stage.hot, ..stage }, &scope, &c, 9)
                });
                let b = bound(x, Grain::Whole, &over);
                (b, handle.join().unwrap_or_else(|_| (st.clone(), 0)))
            });
            self.bound = Some(b);
            st = next;
            self.moves += moves;
        } else {
            self.bound = Some(bound(x, Grain::Whole, &over));
            let cells: u32 = self.f.mask.iter().map(|m| m.count_ones()).sum();
            if cells < 60_000 {
                let fine = bound(x, Grain::Slot, &over);
                if self.bound.as_ref().is_none_or(|b| fine.weight <= b.weight) {
                    self.bound = Some(fine);
                }
            }
        }
        self.keep(&st);
        self.tell("bound", &st);
        let cycles = if big { 1 } else { 3 };
        let now = (self.o.clock)();
        for cycle in 0..cycles {
            let from = now + (self.o.deadline - now) * cycle as f64 / cycles as f64;
            let until = now + (self.o.deadline - now) * (cycle + 1) as f64 / cycles as f64;
            st = self.weigh(st, prices, from, from + (until - from) * if big { 0.62 } else { 0.5 }, big, cycle);
            st = self.polish(st, until, big, cycle + 1 == cycles, cycle);
            if cycle + 1 < cycles {
                self.fairness_bounds(until + (self.o.deadline - now) * 0.12, out);
            }
            if self.over() {
                break;
            }
        }
    }

    fn weight_stage(&self, prices: Prices, from: f64, until: f64) -> Stage {
        // Temperatures follow the weights of the event: a fifth of a typical good meeting down to a fraction of a unit.
        let typical = (self.f.heaviest as f64 / 10.0).clamp(0.5, 1e12);
        Stage { prices, hot: typical * 0.6, cold: typical * 0.05, from, until, add: 0.85, shift: 0.08, kempe: 0.04 }
    }

    fn weigh(
        &mut self,
        st: State<'f, 'a>,
        prices: Prices,
        from: f64,
        until: f64,
        big: bool,
        salt: u64,
    ) -> State<'f, 'a> {
        let x = self.f.x;
        let top = self.bound.as_ref().map_or(i64::MAX, |b| b.weight);
        if st.missing == 0 && st.weight / x.unit >= top / x.unit {
            return st;
        }
        let stage = self.weight_stage(prices, from, until);
        let reduced: Option<Vec<f64>> = self.bound.as_ref().map(|b| b.reduced.clone());
        let slack = -self.f.heaviest as f64 * 0.04;
        let must = |q: usize| x.requests[q].must;
        let scope = self.scope(|q| must(q) || reduced.as_ref().is_none_or(|r| r[q] >= slack));
        let (mut st, moves) = if big {
            by_days(st, &stage, rounds(&stage), &scope, &self.control(20 + salt))
        } else {
            portfolio(st, &stage, &scope, &self.control(20 + salt), salt)
        };
        use_suites(&mut st);
        self.moves += moves;
        self.keep(&st);
        self.tell("weight", &st);
        st
    }

    /// Shortens the ways between the meetings as they stand.
    fn settle_places(&self, st: State<'f, 'a>, passes: usize) -> State<'f, 'a> {
        let none = Prices { value: 0.0, gap: 0.0, hop: 1.0, excess: 0.0, fair: 0.0, floor: 0, below: 0.0, must: 0.0 };
        let mut search = super::search::Search::new(st, none, self.o.seed, self.frozen.clone());
        search.settle_places(passes, &|| self.over());
        search.st
    }
}

/// How often the days are dealt out anew: putting the parts together is work of one thread, so not too often in a short stage.
fn rounds(stage: &Stage) -> usize {
    (((stage.until - stage.from) / 0.5) as usize).clamp(5, 20)
}

#[path = "levels.rs"]
mod levels;
#[path = "proven.rs"]
mod proven;
use proven::proven_levels;
