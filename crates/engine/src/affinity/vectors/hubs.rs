//! Correction for hubs: texts that are near to everything, which would otherwise be found for every question
//! (cross-domain similarity local scaling, A. Conneau et al., arXiv:1710.04087, section 2.3).

use super::layers::{Matrix, Rows, multiply};

/// Rows that are compared at once.
const BLOCK: usize = 256;

/// For every vector of `these` the mean cosine to its `k` nearest among `others`: high for hubs. Both are rows of
/// `dimensions` numbers of length 1; with fewer than `k` others, all of them count, and with none the mean is 0.
pub fn nearness(these: &[f32], others: &[f32], dimensions: usize, k: usize) -> Vec<f32> {
    if dimensions == 0 {
        return Vec::new();
    }
    let count = others.len() / dimensions;
    let k = k.min(count);
    if k == 0 {
        return vec![0.0; these.len() / dimensions];
    }
    let transposed: Vec<f32> =
        (0..dimensions).flat_map(|d| others.chunks_exact(dimensions).map(move |other| other[d])).collect();
    let others = Matrix { rows: dimensions, columns: count, values: transposed };
    let mut means = Vec::with_capacity(these.len() / dimensions);
    for block in these.chunks(BLOCK * dimensions) {
        let rows = block.len() / dimensions;
        let mut cosines = vec![0.0; rows * count];
        multiply(rows, Rows { values: block, stride: dimensions }, &others, &mut cosines, false);
        for row in cosines.chunks_exact_mut(count) {
            row.select_nth_unstable_by(k - 1, |a, b| b.total_cmp(a));
            // Sorted, so that the sum does not depend on how the selection went.
            row[..k].sort_unstable_by(|a, b| b.total_cmp(a));
            means.push(row[..k].iter().sum::<f32>() / k as f32);
        }
    }
    means
}

/// A cosine less `weight` times what its two texts have in common with everybody; half of it each at `weight` 1.
/// The order is the one of CSLS at `weight` 1, and of the plain cosine at 0.
pub fn corrected(cosine: f32, nearness_a: f32, nearness_b: f32, weight: f32) -> f32 {
    cosine - weight * (nearness_a + nearness_b) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::affinity::vectors::dot;
    use proptest::prelude::*;

    #[test]
    fn a_hub_loses_to_a_specific_neighbour() {
        // The first document is near to both questions, the second only to the first one, and a little less.
        let questions = [1.0, 0.0, 0.0, 1.0];
        let documents = [0.8, 0.6, 0.78, -0.62578];
        let hub = nearness(&documents, &questions, 2, 2);
        assert!((hub[0] - 0.7).abs() < 1e-6 && hub[1] < 0.1);
        assert!(0.8 > 0.78 && corrected(0.78, 0.0, hub[1], 1.0) > corrected(0.8, 0.0, hub[0], 1.0));
    }

    #[test]
    fn nobody_to_compare_with_means_no_correction() {
        assert_eq!(nearness(&[1.0, 0.0], &[], 2, 10), [0.0]);
        assert_eq!(nearness(&[], &[1.0, 0.0], 2, 10), [0f32; 0]);
        assert_eq!(nearness(&[1.0, 0.0], &[0.6, 0.8], 2, 10), [0.6]);
        assert_eq!(nearness(&[], &[], 0, 10), [0f32; 0]);
    }

    proptest! {
        #[test]
        fn is_the_mean_of_the_largest_cosines(
            these in proptest::collection::vec(-1.0f32..1.0, 12), others in proptest::collection::vec(-1.0f32..1.0, 15),
            k in 1usize..7
        ) {
            let found = nearness(&these, &others, 3, k);
            for (this, found) in these.chunks(3).zip(found) {
                let mut all: Vec<f32> = others.chunks(3).map(|other| dot(this, other)).collect();
                all.sort_by(|a, b| b.total_cmp(a));
                let k = k.min(5);
                prop_assert!((all[..k].iter().sum::<f32>() / k as f32 - found).abs() < 1e-5);
            }
        }
    }
}
