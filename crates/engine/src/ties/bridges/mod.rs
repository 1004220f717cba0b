//! The bridge finder: the new ties that bring two groups closest.
//!
//! **Measure.** Expected reach: the mean over all pairs of one left and one right party of `decay^distance`, distance in ties
//! by hops, 0 where no way leads. A way may use *one* new tie: nobody counts on two introductions in a row. So what a tie adds
//! can only shrink as others are taken (the measure is monotone and submodular), which gives greedy choice a bound and makes
//! branch and bound short. Never here: who fits whom, and who may be proposed; the caller brings the candidates.

mod choose;
mod field;
mod reach;

use super::Graph;
use super::random::Random;
use field::Field;
use std::collections::HashSet;

/// Parties of one side that are compared at most; of larger sides a sample that is the same every time.
const SIDE: usize = 8_192;
/// Candidates that are compared at most, those with the best scores.
const CANDIDATES: usize = 5_000;

/// One new tie.
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    pub a: u32,
    pub b: u32,
    /// What it adds to the expected reach after those before it.
    pub gain: f64,
}

/// The new ties and how good they are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bridges {
    /// In the order in which they add most.
    pub picks: Vec<Bridge>,
    /// Expected reach as it is.
    pub before: f64,
    /// Expected reach with all picks.
    pub after: f64,
    /// No choice of as many candidates reaches more than this.
    pub bound: f64,
    /// Whether the picks are proven best.
    pub exact: bool,
    /// Whether a side was so large that a sample of it stands for it; everything above is then about the sample.
    pub sampled: bool,
    /// Candidates that were compared: those left out are known ties, unknown nodes, repetitions, or beyond the best 5,000.
    pub compared: usize,
}

/// Finds the `k` candidates `(a, b, score)` that together raise the expected reach between two groups most. Gains decide; among
/// equal gains the score. `decay` is what one step of a way keeps, between 0 and 1.
pub fn find(
    graph: &Graph,
    left: &[u32],
    right: &[u32],
    candidates: &[(u32, u32, f32)],
    k: usize,
    decay: f64,
) -> Bridges {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sides = [side(graph, left), side(graph, right)];
    let sampled = sides.iter().any(|side| side.1);
    let [left, right] = sides.map(|side| side.0);
    let both = left.iter().filter(|node| right.binary_search(node).is_ok()).count();
    let pairs = left.len() as f64 * right.len() as f64 - both as f64;
    if pairs <= 0.0 {
        return Bridges { exact: !sampled, sampled, ..Bridges::default() };
    }
    let candidates = usable(graph, candidates);
    let ties: Vec<(u32, u32)> = candidates.iter().map(|(a, b, _)| (*a, *b)).collect();
    let scores: Vec<f32> = candidates.iter().map(|candidate| candidate.2).collect();
    let mut field = Field::new(graph, [&left, &right], &ties, decay.clamp(0.0, 1.0), threads);
    let before = field.total();
    let choice = choose::choose(&mut field, &scores, k);
    let gained: f64 = choice.picks.iter().map(|pick| pick.1).sum();
    let bridge = |&(at, gain): &(usize, f64)| Bridge { a: ties[at].0, b: ties[at].1, gain: gain / pairs };
    Bridges {
        picks: choice.picks.iter().map(bridge).collect(),
        before: before / pairs,
        after: (before + gained) / pairs,
        bound: (before + choice.bound) / pairs,
        exact: choice.exact && !sampled,
        sampled,
        compared: ties.len(),
    }
}

/// The known parties of a side in order, each once, and whether they are a sample.
fn side(graph: &Graph, parties: &[u32]) -> (Vec<u32>, bool) {
    let mut known: Vec<u32> = parties.iter().copied().filter(|node| (*node as usize) < graph.nodes()).collect();
    known.sort_unstable();
    known.dedup();
    let large = known.len() > SIDE;
    if large {
        Random::new(SIDE as u64, known.len() as u64).shuffle(&mut known);
        known.truncate(SIDE);
        known.sort_unstable();
    }
    (known, large)
}

/// Candidates that would be new ties, each once, the best scores first when there are too many.
fn usable(graph: &Graph, candidates: &[(u32, u32, f32)]) -> Vec<(u32, u32, f32)> {
    let mut seen = HashSet::new();
    let known = |node: u32| (node as usize) < graph.nodes();
    let mut usable: Vec<(u32, u32, f32)> = candidates
        .iter()
        .filter(|(a, b, score)| a != b && known(*a) && known(*b) && !score.is_nan() && graph.strength(*a, *b).is_none())
        .filter(|(a, b, _)| seen.insert((*a.min(b), *a.max(b))))
        .copied()
        .collect();
    if usable.len() > CANDIDATES {
        usable.sort_by(|one, two| two.2.total_cmp(&one.2).then((one.0, one.1).cmp(&(two.0, two.1))));
        usable.truncate(CANDIDATES);
    }
    usable
}
