//! How well one side's needs are met by the other side's offers. Exact, deterministic, the same on every machine: sums
//! run in a fixed order over sixteen lanes, whatever the width of the processor.

use super::party::{DIMENSIONS, KINDS};
use super::profile::{CONCEPT, Side};
use super::weights::Weights;

/// A need that is met: slot of the need, slot of the offer, similarity in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Met {
    pub need: u8,
    pub offer: u8,
    pub similarity: f32,
}

/// Pairs of (need, offer) that are to be ignored, for "would not match if".
pub(crate) type Ignored<'a> = &'a [(u8, u8)];

/// Inner product in a fixed order of summation.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 16];
    for (x, y) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for l in 0..16 {
            lanes[l] += x[l] * y[l];
        }
    }
    for width in [8, 4, 2, 1] {
        for l in 0..width {
            lanes[l] += lanes[l + width];
        }
    }
    lanes[0]
}

/// Inner product of two sparse vectors with rising keys: (terms, concepts).
#[inline(always)]
fn sparse_dot(a: (&[u64], &[f32]), b: (&[u64], &[f32])) -> (f32, f32) {
    let (mut i, mut j) = (0, 0);
    let (mut text, mut concept) = (0.0, 0.0);
    while i < a.0.len() && j < b.0.len() {
        let (x, y) = (a.0[i], b.0[j]);
        if x == y {
            let product = a.1[i] * b.1[j];
            if x & CONCEPT == 0 { text += product } else { concept += product }
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    (text, concept)
}

#[inline(always)]
fn dense_dot(needs: &Side, need: usize, offers: &Side, offer: usize) -> f32 {
    match (needs.vector(need), offers.vector(offer)) {
        (Some(a), Some(b)) => dot(&a[..DIMENSIONS], &b[..DIMENSIONS]),
        _ => 0.0,
    }
}

/// The three channels of the similarity of a need and an offer, each already weighted by its share, and the penalty.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Channel {
    /// From common words.
    pub text: f32,
    /// From common concepts.
    pub concept: f32,
    /// From meaning vectors; may be below zero.
    pub dense: f32,
    /// Taken off because kinds differ or the thing was only done, not offered.
    pub penalty: f32,
}

impl Channel {
    /// The similarity, 0..=1.
    #[inline(always)]
    pub fn similarity(&self) -> f32 {
        (self.text + self.concept + self.dense - self.penalty).clamp(0.0, 1.0)
    }
}

/// The similarity of one need and one offer by channel.
#[inline(always)]
pub(crate) fn channels(needs: &Side, need: usize, offers: &Side, offer: usize, penalty: f32) -> Channel {
    let (text, concept) = sparse_dot(needs.sparse(need), offers.sparse(offer));
    let dense = dense_dot(needs, need, offers, offer);
    Channel { text, concept, dense, penalty }
}

/// Pairs of items of two sides up to which one sweep over all features is used.
const SWEEP: usize = 64;

/// The sparse channels of all pairs of items: (terms, concepts) at need · offers + offer. Sums as [`sparse_dot`] does.
#[inline(always)]
fn sweep(needs: &Side, offers: &Side) -> [(f32, f32); SWEEP] {
    let mut sums = [(0.0, 0.0); SWEEP];
    let (x, y) = (&needs.sorted, &offers.sorted);
    let width = offers.len();
    let (mut i, mut j) = (0, 0);
    while i < x.len() && j < y.len() {
        let (a, b) = (x[i].0, y[j].0);
        if a != b {
            i += usize::from(a < b);
            j += usize::from(b < a);
            continue;
        }
        let from = j;
        while i < x.len() && x[i].0 == a {
            j = from;
            while j < y.len() && y[j].0 == a {
                let product = x[i].2 * y[j].2;
                let sum = &mut sums[(usize::from(x[i].1) * width + usize::from(y[j].1)) % SWEEP];
                if a & CONCEPT == 0 {
                    sum.0 += product
                } else {
                    sum.1 += product
                }
                j += 1;
            }
            i += 1;
        }
    }
    sums
}

/// The three needs that are met best, each with its best offer, best first; zeros where there are fewer.
///
/// `limit(need, offer)` may say an upper bound of a similarity; what cannot change the result is then not computed, and
/// the result is the same as with a bound of 1. `vectors` is the share of the channel of vectors. Only items whose bit is set in `seen` count.
#[inline(always)]
pub(crate) fn best_met(
    needs: &Side,
    offers: &Side,
    seen: (u128, u128),
    penalties: &[[f32; KINDS]; KINDS],
    vectors: f32,
    ignored: Ignored<'_>,
    limit: impl Fn(usize, usize) -> f32,
) -> [Met; 3] {
    let mut best = [Met::default(); 3];
    let sums = (needs.len() * offers.len() <= SWEEP).then(|| sweep(needs, offers));
    for n in 0..needs.len() {
        if seen.0 >> n & 1 == 0 {
            continue;
        }
        let row = &penalties[usize::from(needs.kinds[n])];
        let mut met = Met { need: n as u8, ..Met::default() };
        // A need matters only above the third place; within one need, an offer only above the best so far.
        let floor = best[2].similarity;
        for o in 0..offers.len() {
            let penalty = row[usize::from(offers.kinds[o])];
            if penalty >= 1.0 || seen.1 >> o & 1 == 0 || limit(n, o) <= met.similarity.max(floor) {
                continue;
            }
            if !ignored.is_empty() && ignored.contains(&(n as u8, o as u8)) {
                continue;
            }
            let (text, concept) = match &sums {
                Some(sums) => sums[(n * offers.len() + o) % SWEEP],
                None => sparse_dot(needs.sparse(n), offers.sparse(o)),
            };
            // No inner product of vectors is above the share of its channel.
            if text + concept + (vectors + 1e-4) - penalty <= met.similarity.max(floor) {
                continue;
            }
            let dense = dense_dot(needs, n, offers, o);
            let similarity = Channel { text, concept, dense, penalty }.similarity();
            if similarity > met.similarity {
                met = Met { need: n as u8, offer: o as u8, similarity };
            }
        }
        if met.similarity > floor {
            let at = best.iter().position(|b| met.similarity > b.similarity).unwrap_or(2);
            best[at..].rotate_right(1);
            best[at] = met;
        }
    }
    best
}

/// The value of a direction: ranked sum of the needs that are met.
///
/// Shares do not rise and similarities are not negative, so a further need or offer can never lower it.
#[inline(always)]
pub(crate) fn direction(best: &[Met; 3], weights: &Weights) -> f32 {
    let [a, b, c] = weights.ranks;
    a * best[0].similarity + b * best[1].similarity + c * best[2].similarity
}

/// Harmonic mean of both directions, 0 when one is 0. Rises with each of the two.
#[inline(always)]
pub(crate) fn reciprocity(mine: f32, yours: f32) -> f32 {
    let sum = mine + yours;
    if sum > 0.0 { 2.0 * (mine * yours) / sum } else { 0.0 }
}
