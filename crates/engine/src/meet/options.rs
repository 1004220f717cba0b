//! What a caller tells the solver and what he gets back. Only values, no work.

use super::cause::Cause;
use super::check::Score;
use super::solution::Solution;

/// How to solve; the closures tie the pure library to its surroundings.
pub struct SolveOptions<'c> {
    /// Seconds since the start, monotonic.
    pub clock: &'c (dyn Fn() -> f64 + Sync),
    /// Stop at this reading of the clock.
    pub deadline: f64,
    /// Threads to use (at least 1).
    pub threads: usize,
    /// Same seed, same random choices.
    pub seed: u64,
    /// Schedule to start from; meetings that are no longer possible are dropped first.
    pub start: Option<&'c Solution>,
    /// Requests whose meetings in `start` must stay exactly as they are.
    pub freeze: &'c [u32],
    /// Keep `start` as far as possible. Small events, and brokerage events while time lasts, get the best vector first and
    /// then as few changes as that allows; in others only what must change does, and the holes are filled.
    pub keep: bool,
    /// Told now and then how far the search is.
    pub progress: &'c (dyn Fn(&Progress) + Sync),
    /// True as soon as the user wants to stop; the best schedule so far is returned.
    pub stop: &'c (dyn Fn() -> bool + Sync),
}

/// How far a search is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Reading of the clock.
    pub seconds: f64,
    /// What is being done, for a log.
    pub phase: &'static str,
    /// Objective vector of the present schedule.
    pub vector: [i64; 5],
    /// Its weight.
    pub weight: i64,
    /// Requests that have to take place and do not yet.
    pub missing: usize,
    /// Upper bound on the weight, if known yet.
    pub bound: Option<i64>,
    /// Moves tried so far.
    pub moves: u64,
}

/// What is known about the schedule returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Proven best in all five levels.
    Optimal,
    /// Keeps all rules; no proof that it is best.
    Feasible,
    /// Proven: no schedule exists.
    Infeasible,
    /// None found in time.
    Unknown,
}

/// The result of [`solve`].
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The best schedule found; it has passed the checker.
    pub solution: Option<Solution>,
    /// Its score.
    pub score: Option<Score>,
    /// No schedule weighs more.
    pub bound: i64,
    /// No schedule of the best weight level is better than this in the second and third level (100 if not computed).
    pub most_fair: [i64; 2],
    /// No schedule of the same weight level has fewer gaps (proven; brokerage events only).
    pub least_gaps: Option<i64>,
    /// What is proven.
    pub status: Status,
    /// So many of the five levels, from the left, are proven best (5 with [`Status::Optimal`]).
    pub proven_levels: u8,
    /// With `keep`: no schedule of this vector keeps more meetings of `start` (proven).
    pub fewest_changes: bool,
    /// Why nothing is possible, if so.
    pub causes: Vec<Cause>,
    /// Moves tried.
    pub moves: u64,
    /// Meetings of `start` that had to go, and meetings of `start` not kept as they were.
    pub forced_changes: usize,
    /// See `forced_changes`.
    pub changes: usize,
}
