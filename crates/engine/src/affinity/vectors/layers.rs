//! Matrices and the few operations of the encoder.

use ndarray::{ArrayView2, ArrayViewMut2, ShapeBuilder, linalg::general_mat_mul};

/// A row-major matrix.
pub(super) struct Matrix {
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) values: Vec<f32>,
}

/// Rows in a larger buffer: `stride` numbers from one row to the next.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) values: &'a [f32],
    pub(super) stride: usize,
}

/// `out[..rows] = input[..rows] · weights`, or added to `out` with `add`. `out` has rows of `weights.columns` numbers.
pub(super) fn multiply(rows: usize, input: Rows, weights: &Matrix, out: &mut [f32], add: bool) {
    let a = ArrayView2::from_shape((rows, weights.rows).strides((input.stride, 1)), input.values);
    let b = ArrayView2::from_shape((weights.rows, weights.columns), &weights.values);
    let c = ArrayViewMut2::from_shape((rows, weights.columns), out);
    debug_assert!(a.is_ok() && b.is_ok() && c.is_ok(), "shapes are checked when the pack is opened");
    if let (Ok(a), Ok(b), Ok(mut c)) = (a, b, c) {
        general_mat_mul(1.0, &a, &b, if add { 1.0 } else { 0.0 }, &mut c);
    }
}

/// Adds `bias` to every row.
pub(super) fn add_bias(rows: &mut [f32], bias: &[f32]) {
    for row in rows.chunks_exact_mut(bias.len()) {
        row.iter_mut().zip(bias).for_each(|(x, b)| *x += b);
    }
}

/// Negative numbers become 0.
pub(super) fn relu(values: &mut [f32]) {
    values.iter_mut().for_each(|x| *x = x.max(0.0));
}

/// Brings every `width` numbers of a row to mean 0 and variance 1, then scales and shifts its columns (J. L. Ba et al.,
/// "Layer Normalization", arXiv:1607.06450). `gain` and `shift` are as long as a row, a multiple of `width`.
pub(super) fn layer_norm(rows: &mut [f32], width: usize, gain: &[f32], shift: &[f32], epsilon: f32) {
    let ones = vec![1.0; width];
    for row in rows.chunks_exact_mut(gain.len()) {
        let groups = row.chunks_exact_mut(width).zip(gain.chunks_exact(width)).zip(shift.chunks_exact(width));
        for ((group, gain), shift) in groups {
            let mean = super::dot(group, &ones) / width as f32;
            group.iter_mut().for_each(|x| *x -= mean);
            let scale = 1.0 / (super::dot(group, group) / width as f32 + epsilon).sqrt();
            for ((x, gain), shift) in group.iter_mut().zip(gain).zip(shift) {
                *x = *x * scale * gain + shift;
            }
        }
    }
}
