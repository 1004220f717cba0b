//! Fewer dimensions by principal components (H. Hotelling 1933): fitted on a sample of texts, then a plain matrix.
//! Block subspace iteration from a fixed start and a Rayleigh–Ritz step (Golub and Van Loan, "Matrix Computations",
//! section 8.2), all sums in a fixed order: the same sample gives the same projection.

use super::layers::{Matrix, Rows, multiply};
use super::normalize;

const ITERATIONS: usize = 30;
/// Columns carried along so that the last wanted component converges too.
const SPARE: usize = 16;
/// Sweeps of the Jacobi method; it converges in fewer.
const SWEEPS: usize = 12;

/// A linear map to fewer dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// Numbers of a vector before.
    pub from: usize,
    /// Numbers of a vector after.
    pub to: usize,
    /// `from` rows of `to` numbers; the columns are orthonormal, the one of most variance first.
    pub columns: Vec<f32>,
    /// Share of the sample's squared length that the projection keeps.
    pub kept: f32,
}

/// Fits a projection to `to` dimensions on `sample`, rows of `from` numbers. The mean is not taken out: the cosine of
/// two projected vectors shall be near to the one before. `to` is brought down to what the sample can give;
/// `None` when there is nothing to fit.
pub fn fit(sample: &[f32], from: usize, to: usize) -> Option<Projection> {
    let rows = sample.len().checked_div(from)?;
    let to = to.min(from).min(rows);
    let moments = second_moments(sample.get(..rows * from)?, from);
    let total: f32 = (0..from).map(|i| moments.values[i * from + i]).sum();
    if to == 0 || total.is_nan() || total <= 0.0 {
        return None;
    }
    let width = (to + SPARE).min(from);
    let mut basis = start(from, width);
    orthonormalize(&mut basis, from, width);
    let mut image = vec![0.0; from * width];
    for _ in 0..ITERATIONS {
        multiply(from, Rows { values: &moments.values, stride: from }, &matrix(from, width, &basis), &mut image, false);
        std::mem::swap(&mut basis, &mut image);
        orthonormalize(&mut basis, from, width);
    }
    // Rayleigh–Ritz: the eigenvectors within the subspace that was found.
    multiply(from, Rows { values: &moments.values, stride: from }, &matrix(from, width, &basis), &mut image, false);
    let small: Vec<f64> = (0..width * width)
        .map(|at| (0..from).map(|r| f64::from(basis[r * width + at / width] * image[r * width + at % width])).sum())
        .collect();
    let (values, vectors) = jacobi(small, width);
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    order.truncate(to);
    let turn: Vec<f32> = (0..width)
        .flat_map(|r| order.iter().map(move |c| (r, *c)))
        .map(|(r, c)| vectors[r * width + c] as f32)
        .collect();
    let mut columns = vec![0.0; from * to];
    multiply(from, Rows { values: &basis, stride: width }, &matrix(width, to, &turn), &mut columns, false);
    let kept = order.iter().map(|c| values[*c]).sum::<f64>() as f32 / total;
    Some(Projection { from, to, columns, kept: kept.min(1.0) })
}

impl Projection {
    /// Projects rows of `from` numbers to rows of `to` numbers of length 1; zero stays zero.
    pub fn project(&self, vectors: &[f32]) -> Vec<f32> {
        let rows = vectors.len() / self.from;
        let mut out = vec![0.0; rows * self.to];
        let input = Rows { values: vectors, stride: self.from };
        multiply(rows, input, &matrix(self.from, self.to, &self.columns), &mut out, false);
        out.chunks_exact_mut(self.to).for_each(normalize);
        out
    }
}

fn matrix(rows: usize, columns: usize, values: &[f32]) -> Matrix {
    Matrix { rows, columns, values: values.to_vec() }
}

/// Mean of the outer products of the rows.
fn second_moments(sample: &[f32], from: usize) -> Matrix {
    let rows = sample.len() / from;
    let transposed: Vec<f32> = (0..from).flat_map(|d| sample.chunks_exact(from).map(move |row| row[d])).collect();
    let mut values = vec![0.0; from * from];
    multiply(from, Rows { values: &transposed, stride: rows }, &matrix(rows, from, sample), &mut values, false);
    values.iter_mut().for_each(|x| *x /= rows as f32);
    Matrix { rows: from, columns: from, values }
}

/// Numbers without a pattern (SplitMix64 of the position, G. Steele et al. 2014).
fn start(rows: usize, columns: usize) -> Vec<f32> {
    let mix = |i: u64| {
        let z = i.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32 - 0.5
    };
    (1..=(rows * columns) as u64).map(mix).collect()
}

/// Modified Gram–Schmidt over columns, twice, for full precision. A column that depends on those before becomes zero.
fn orthonormalize(basis: &mut [f32], rows: usize, columns: usize) {
    let mut transposed: Vec<Vec<f32>> =
        (0..columns).map(|c| (0..rows).map(|r| basis[r * columns + c]).collect()).collect();
    for c in 0..columns {
        let (before, now) = transposed.split_at_mut(c);
        let Some(now) = now.first_mut() else { continue };
        normalize(now);
        for _ in 0..2 {
            for other in before.iter() {
                let along = super::dot(now, other);
                now.iter_mut().zip(other).for_each(|(x, y)| *x -= along * y);
            }
        }
        if super::dot(now, now) > 1e-10 { normalize(now) } else { now.fill(0.0) }
    }
    for (c, column) in transposed.iter().enumerate() {
        for (r, x) in column.iter().enumerate() {
            basis[r * columns + c] = *x;
        }
    }
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations.
fn jacobi(mut a: Vec<f64>, n: usize) -> (Vec<f64>, Vec<f64>) {
    let mut vectors: Vec<f64> = (0..n * n).map(|i| f64::from(u8::from(i / n == i % n))).collect();
    for _ in 0..SWEEPS {
        for p in 0..n {
            for q in p + 1..n {
                let off = a[p * n + q];
                if off.abs() < 1e-14 {
                    continue;
                }
                let theta = (a[q * n + q] - a[p * n + p]) / (2.0 * off);
                let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let c = 1.0 / t.hypot(1.0);
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (a[k * n + p], a[k * n + q]);
                    (a[k * n + p], a[k * n + q]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (a[p * n + k], a[q * n + k]);
                    (a[p * n + k], a[q * n + k]) = (c * x - s * y, s * x + c * y);
                    let (x, y) = (vectors[k * n + p], vectors[k * n + q]);
                    (vectors[k * n + p], vectors[k * n + q]) = (c * x - s * y, s * x + c * y);
                }
            }
        }
    }
    ((0..n).map(|i| a[i * n + i]).collect(), vectors)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn finds_the_plane_that_the_sample_lies_in() {
        // Rows are combinations of (1,1,0,0)/√2 and (0,0,1,−1)/√2, the first with twice the weight.
        let signs = [(2.0, 1.0), (-2.0, 1.0), (2.0, -1.0), (-2.0, -1.0)];
        let sample: Vec<f32> = signs.iter().flat_map(|&(a, b)| [a, a, b, -b]).collect();
        let found = fit(&sample, 4, 2).unwrap();
        assert!((found.kept - 1.0).abs() < 1e-4, "{}", found.kept);
        let first: Vec<f32> = (0..4).map(|r| found.columns[r * 2].abs()).collect();
        assert!((first[0] - 0.5f32.sqrt()).abs() < 1e-3 && first[2] < 1e-3, "{first:?}");
        assert_eq!(found, fit(&sample, 4, 2).unwrap());
    }

    #[test]
    fn too_small_samples_give_what_they_can() {
        assert!(fit(&[], 4, 2).is_none());
        assert!(fit(&[0.0; 8], 4, 2).is_none());
        assert!(fit(&[1.0], 0, 2).is_none());
        assert_eq!(fit(&[1.0, 2.0, 0.0, 0.0], 4, 3).unwrap().to, 1);
    }

    proptest! {
        #[test]
        fn a_projection_to_all_dimensions_keeps_every_cosine(
            sample in proptest::collection::vec(-1.0f32..1.0, 6 * 20)
        ) {
            let found = fit(&sample, 6, 6).unwrap();
            let (a, b) = (&sample[..6], &sample[6..12]);
            prop_assume!(crate::affinity::vectors::dot(a, a) > 1e-3 && crate::affinity::vectors::dot(b, b) > 1e-3);
            let cosine = |a: &[f32], b: &[f32]| {
                let dot = crate::affinity::vectors::dot;
                dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
            };
            let projected = found.project(&sample[..12]);
            prop_assert!((cosine(a, b) - cosine(&projected[..6], &projected[6..])).abs() < 1e-3);
        }
    }
}
