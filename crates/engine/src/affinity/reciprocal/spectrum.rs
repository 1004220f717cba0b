//! Principal axes of the meaning vectors, so that a few leading coordinates say most about an inner product.

use super::party::DIMENSIONS;
use super::profile::Profile;

/// An orthonormal basis, strongest axis first, and the energy along each axis.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spectrum {
    /// `DIMENSIONS` rows of `DIMENSIONS` numbers; empty when there are no vectors.
    pub axes: Vec<f32>,
    pub energy: Vec<f64>,
}

/// Vectors looked at; more do not change the axes noticeably.
const SAMPLE: usize = 8192;

/// Below so many vectors axes are not looked for.
const FEWEST: usize = 512;

/// Axes of the second moments (not centred: inner products must be kept) of the vectors of all items.
pub(crate) fn spectrum(profiles: &[Profile]) -> Spectrum {
    const D: usize = DIMENSIONS;
    let vectors = || {
        let both = profiles.iter().flat_map(|p| [&p.needs, &p.offers]);
        both.flat_map(|s| s.dense.chunks_exact(D)).filter(|v| v.iter().any(|x| *x != 0.0))
    };
    let count = vectors().count();
    if (1..FEWEST).contains(&count) {
        // Not worth it: the coordinates as they are, all of them kept.
        let unit = |i: usize| f32::from(u8::from(i / D == i % D));
        return Spectrum { axes: (0..D * D).map(unit).collect(), energy: vec![1.0; D] };
    }
    let step = count.div_ceil(SAMPLE).max(1);
    let mut moment = vec![0.0f64; D * D];
    let mut any = false;
    for vector in vectors().step_by(step) {
        any = true;
        for i in 0..D {
            let x = f64::from(vector[i]);
            for (m, y) in moment[i * D..(i + 1) * D].iter_mut().zip(vector) {
                *m += x * f64::from(*y);
            }
        }
    }
    if !any {
        return Spectrum::default();
    }
    let axes = jacobi(&mut moment, D);
    let mut order: Vec<usize> = (0..D).collect();
    order.sort_by(|a, b| moment[b * D + b].total_cmp(&moment[a * D + a]).then(a.cmp(b)));
    Spectrum {
        axes: order.iter().flat_map(|a| (0..D).map(|i| axes[i * D + a] as f32).collect::<Vec<_>>()).collect(),
        energy: order.iter().map(|a| moment[a * D + a].max(0.0)).collect(),
    }
}

/// Eigenvectors (columns) of a symmetric matrix by cyclic Jacobi rotations; the matrix becomes diagonal.
/// Golub & Van Loan, Matrix Computations, 8.5.
fn jacobi(m: &mut [f64], n: usize) -> Vec<f64> {
    let mut v = vec![0.0; n * n];
    for i in 0..n {
        v[i * n + i] = 1.0;
    }
    for _ in 0..12 {
        let total: f64 = (0..n).map(|i| m[i * n + i].powi(2)).sum();
        let off: f64 = (0..n).map(|i| (0..i).map(|j| m[i * n + j].powi(2)).sum::<f64>()).sum();
        if off <= 1e-12 * total {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                let apq = m[p * n + q];
                if apq.abs() < 1e-300 {
                    continue;
                }
                let theta = (m[q * n + q] - m[p * n + p]) / (2.0 * apq);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..n {
                    let (x, y) = (m[k * n + p], m[k * n + q]);
                    m[k * n + p] = c * x - s * y;
                    m[k * n + q] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (m[p * n + k], m[q * n + k]);
                    m[p * n + k] = c * x - s * y;
                    m[q * n + k] = s * x + c * y;
                }
                for k in 0..n {
                    let (x, y) = (v[k * n + p], v[k * n + q]);
                    v[k * n + p] = c * x - s * y;
                    v[k * n + q] = s * x + c * y;
                }
            }
        }
    }
    v
}
