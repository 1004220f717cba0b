//! Betweenness: how many pairs of others a node stands between.
//!
//! Exact after U. Brandes, *A faster algorithm for betweenness centrality* (2001), by hops, sixteen sources at a time. Sampled after M. Riondato,
//! E. Kornaropoulos, *Fast approximation of betweenness centrality through sampling* (2016): pairs are drawn and one of
//! their shortest ways; the error is the empirical Bernstein bound of A. Maurer, M. Pontil (COLT 2009, theorem 4) over all
//! nodes at once, or Hoeffding's where that is smaller. Sums are made piece by piece in a fixed order, so the number of
//! threads does not change them.

use super::Graph;
use super::brandes::{Brandes, LANES};
use super::meet::Meeting;
use super::random::Random;
use fearless_simd::{Level, Simd, dispatch};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How sure the stated error of a sample is.
pub const CONFIDENCE: f64 = 0.9;
/// Pieces of the work; each has sums of its own.
const PIECES: usize = 32;

/// Betweenness from a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    /// Estimated number of pairs, as [`betweenness`] counts them.
    pub scores: Vec<f64>,
    /// Largest error of any score, as a share of all pairs of nodes with ties, with [`CONFIDENCE`].
    pub error: f64,
}

/// For every node the number of pairs of others whose shortest ways lead through it, a pair with several ways counted in
/// parts. As in igraph; networkx divides by (n − 1)(n − 2) / 2.
pub fn betweenness(graph: &Graph, threads: usize) -> Vec<f64> {
    let nodes = graph.nodes();
    let sources = nearby(graph);
    let groups = nodes.div_ceil(LANES);
    let sums = in_pieces(
        groups,
        threads,
        || Brandes::new(nodes),
        |brandes, groups| {
            let mut sums = vec![0.0; nodes];
            let sources = &sources[groups.start * LANES..nodes.min(groups.end * LANES)];
            dispatch!(Level::new(), simd => add(simd, brandes, graph, sources, &mut sums));
            sums
        },
    );
    let mut scores = vec![0.0; nodes];
    for piece in sums {
        scores.iter_mut().zip(piece).for_each(|(score, part)| *score += part / 2.0);
    }
    scores
}

/// The widest registers there are change the time, not the result.
#[inline(always)]
fn add<S: Simd>(simd: S, brandes: &mut Brandes, graph: &Graph, sources: &[u32], sums: &mut [f64]) {
    simd.vectorize(
        #[inline(always)]
        || sources.chunks(LANES).for_each(|group| brandes.add(graph, group, sums)),
    );
}

/// All nodes, neighbours near each other: searches that go together reach most nodes in the same ring.
fn nearby(graph: &Graph) -> Vec<u32> {
    let (mut order, mut met) = (Vec::with_capacity(graph.nodes()), vec![false; graph.nodes()]);
    let mut at = 0;
    for start in 0..graph.nodes() as u32 {
        if !std::mem::replace(&mut met[start as usize], true) {
            order.push(start);
        }
        while let Some(node) = order.get(at).copied() {
            at += 1;
            order.extend(graph.row(node).iter().filter(|next| !std::mem::replace(&mut met[**next as usize], true)));
        }
    }
    order
}

/// The same from `pivots` drawn pairs of nodes with ties.
pub fn betweenness_sampled(graph: &Graph, pivots: usize, seed: u64, threads: usize) -> Sampled {
    let tied: Vec<u32> = (0..graph.nodes() as u32).filter(|node| graph.degree(*node) > 0).collect();
    let pairs = tied.len() as f64 * tied.len().saturating_sub(1) as f64 / 2.0;
    if tied.len() < 3 || pivots == 0 {
        let error = if tied.len() < 3 { 0.0 } else { 1.0 };
        return Sampled { scores: vec![0.0; graph.nodes()], error };
    }
    let counted = in_pieces(
        pivots,
        threads,
        || Meeting::new(graph.nodes()),
        |meeting, draws| {
            let mut inner = Vec::new();
            for draw in draws {
                let mut dice = Random::new(seed, draw as u64);
                let from = dice.below(tied.len());
                let to = (from + 1 + dice.below(tied.len() - 1)) % tied.len();
                if let Some(way) = meeting.way(graph, tied[from], tied[to], Some(&mut dice)) {
                    inner.extend_from_slice(&way[1..way.len() - 1]);
                }
            }
            inner
        },
    );
    let mut counts = vec![0u32; graph.nodes()];
    counted.into_iter().flatten().for_each(|node| counts[node as usize] += 1);
    let share = |count: u32| f64::from(count) / pivots as f64;
    let worst = counts.iter().map(|count| error_of(share(*count), pivots, tied.len())).fold(0.0, f64::max);
    // Shares are of all pairs; a node can only stand between pairs of others.
    let others = (tied.len() - 1) as f64 * (tied.len() - 2) as f64 / 2.0;
    Sampled { scores: counts.iter().map(|count| share(*count) * pairs).collect(), error: worst * pairs / others }
}

/// Error of one share among `nodes` shares that are all to hold at once.
fn error_of(share: f64, draws: usize, nodes: usize) -> f64 {
    let (doubt, draws) = (1.0 - CONFIDENCE, draws as f64);
    // Half of the doubt for either bound; two sides and `nodes` shares each.
    let hoeffding = ((4.0 * nodes as f64 / doubt).ln() / (2.0 * draws)).sqrt();
    if draws < 2.0 {
        return hoeffding;
    }
    let depth = (8.0 * nodes as f64 / doubt).ln();
    let variance = share * (1.0 - share) * draws / (draws - 1.0);
    let bernstein = (2.0 * variance * depth / draws).sqrt() + 7.0 * depth / (3.0 * (draws - 1.0));
    hoeffding.min(bernstein).min(1.0)
}

/// Cuts `0..work` into pieces that do not depend on the number of threads; results in the order of the pieces.
fn in_pieces<State, Part: Send>(
    work: usize,
    threads: usize,
    state: impl Fn() -> State + Sync,
    piece: impl Fn(&mut State, std::ops::Range<usize>) -> Part + Sync,
) -> Vec<Part> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let run = || {
        let mut state = state();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= PIECES {
                return;
            }
            let part = piece(&mut state, work * at / PIECES..work * (at + 1) / PIECES);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, part));
        }
    };
    std::thread::scope(|scope| {
        (1..threads.clamp(1, PIECES)).for_each(|_| {
            scope.spawn(run);
        });
        run();
    });
    let mut parts = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    parts.sort_by_key(|(at, _)| *at);
    parts.into_iter().map(|(_, part)| part).collect()
}
