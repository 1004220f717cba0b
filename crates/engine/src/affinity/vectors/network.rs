//! The network behind the vectors: three n-gram convolutions beside the token embeddings, their sum over a text, and three
//! residual layers.

use super::layers::{Matrix, Rows, add_bias, layer_norm, multiply, relu};
use super::pack::{About, PackError};
use std::ops::Range;

/// Order of an n-gram convolution and how many of its tokens lie before the middle one.
const ORDERS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];

pub(super) struct Network {
    projection: Normalized,
    branches: Vec<[(Matrix, Vec<f32>); 2]>,
    features: Vec<f32>,
    features_shift: Vec<f32>,
    pool: Matrix,
    pool_bias: Vec<f32>,
    direct: [Matrix; 4],
    residual: [Matrix; 2],
    epsilon: f32,
}

struct Normalized {
    weights: Matrix,
    bias: Vec<f32>,
    gain: Vec<f32>,
    shift: Vec<f32>,
}

/// The numbers of a part.
pub(super) fn words(bytes: &[u8], part: &Range<usize>) -> Vec<f32> {
    bytes.get(part.clone()).unwrap_or_default().as_chunks().0.iter().map(|n| f32::from_le_bytes(*n)).collect()
}

/// Reads layers and checks their shapes.
struct Layers<'a> {
    bytes: &'a [u8],
    about: &'a About,
}

impl Layers<'_> {
    fn matrix(&self, name: &str, rows: usize, columns: Option<usize>) -> Result<Matrix, PackError> {
        let bad = |why: &str| PackError::Layout { part: name.to_owned(), why: why.to_owned() };
        let &shape = self.about.layers.get(name).ok_or_else(|| bad("is missing"))?;
        if shape.0 != rows || shape.1 == 0 || columns.is_some_and(|columns| columns != shape.1) {
            return Err(bad("does not fit the layer before it"));
        }
        let length = shape.0.checked_mul(shape.1).and_then(|n| n.checked_mul(4)).ok_or_else(|| bad("is too large"))?;
        let values = words(self.bytes, &self.about.part(name, Some(length))?);
        if values.iter().any(|x| !x.is_finite()) {
            return Err(bad("holds numbers that are not finite"));
        }
        Ok(Matrix { rows: shape.0, columns: shape.1, values })
    }

    fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, PackError> {
        Ok(self.matrix(name, 1, Some(length))?.values)
    }

    fn network(&self) -> Result<Network, PackError> {
        let bad = |part: &str, why: &str| PackError::Layout { part: part.to_owned(), why: why.to_owned() };
        let weights = self.matrix("projection", self.about.embedding, None)?;
        let all = weights.columns;
        let width = all / ORDERS.len();
        if width == 0 || width * ORDERS.len() != all {
            return Err(bad("projection", "is not as wide as three convolutions"));
        }
        let branch = |order: usize| -> Result<[(Matrix, Vec<f32>); 2], PackError> {
            let one = |layer: usize| {
                let weights = self.matrix(&format!("w{layer}_{order}"), order * width, Some(width))?;
                Ok::<_, PackError>((weights, self.vector(&format!("b{layer}_{order}"), width)?))
            };
            Ok([one(1)?, one(2)?])
        };
        let pool = self.matrix("cnn_W", self.about.embedding + all, None)?;
        let d0 = self.matrix("d0", pool.columns, None)?;
        let d1 = self.matrix("d1", d0.columns, None)?;
        let d2 = self.matrix("d2", d1.columns, None)?;
        let d3 = self.matrix("d3", d2.columns, Some(self.about.dimensions))?;
        let p1 = self.matrix("p1", pool.columns, Some(d1.columns))?;
        let p3 = self.matrix("p3", d1.columns, Some(d3.columns))?;
        Ok(Network {
            projection: Normalized {
                weights,
                bias: self.vector("projection_bias", all)?,
                gain: self.vector("projection_gain", all)?,
                shift: self.vector("projection_shift", all)?,
            },
            branches: ORDERS.iter().map(|(order, _)| branch(*order)).collect::<Result<_, _>>()?,
            features: self.vector("ln_g", pool.rows)?,
            features_shift: self.vector("ln_b", pool.rows)?,
            pool_bias: self.vector("cnn_b", pool.columns)?,
            pool,
            direct: [d0, d1, d2, d3],
            residual: [p1, p3],
            epsilon: self.about.epsilon,
        })
    }
}

impl Network {
    /// Reads the layers of a pack; an error names the first one that is missing or does not fit.
    pub(super) fn read(bytes: &[u8], about: &About) -> Result<Self, PackError> {
        Layers { bytes, about }.network()
    }

    /// Vectors of length 1 of texts given as tokens, one after the other. `embed` writes the embedding of a token;
    /// `together` normalizes the three convolutions as one.
    pub(super) fn forward(&self, texts: &[Vec<u32>], embed: impl Fn(u32, &mut [f32]), together: bool) -> Vec<f32> {
        let (net, epsilon) = (self, self.epsilon);
        let count: usize = texts.iter().map(Vec::len).sum();
        let (embedding, all) = (net.projection.weights.rows, net.projection.weights.columns);
        let (width, features) = (all / ORDERS.len(), embedding + all);

        // Per token: its embedding, then what the three convolutions make of it and its neighbours.
        let mut rows = vec![0.0; count * features];
        for (row, &token) in rows.chunks_exact_mut(features).zip(texts.iter().flatten()) {
            embed(token, &mut row[..embedding]);
        }
        let mut projected = vec![0.0; count * all];
        multiply(count, Rows { values: &rows, stride: features }, &net.projection.weights, &mut projected, false);
        add_bias(&mut projected, &net.projection.bias);
        let group = if together { all } else { width };
        layer_norm(&mut projected, group, &net.projection.gain, &net.projection.shift, epsilon);
        for (i, (order, before)) in ORDERS.into_iter().enumerate() {
            let part = i * width..(i + 1) * width;
            let mut now: Vec<f32> = projected.chunks_exact(all).flat_map(|row| &row[part.clone()]).copied().collect();
            let mut windows = vec![0.0; count * order * width];
            for (weights, bias) in &net.branches[i] {
                gather(&now, texts, width, order, before, &mut windows);
                let mut next = vec![0.0; count * width];
                multiply(count, Rows { values: &windows, stride: order * width }, weights, &mut next, false);
                add_bias(&mut next, bias);
                relu(&mut next);
                now.iter_mut().zip(&next).for_each(|(x, y)| *x += y);
            }
            for (row, made) in rows.chunks_exact_mut(features).zip(now.chunks_exact(width)) {
                row[embedding + part.start..embedding + part.end].copy_from_slice(made);
            }
        }
        layer_norm(&mut rows, features, &net.features, &net.features_shift, epsilon);

        // The sum comes before the projection: both are linear, and there are fewer texts than tokens.
        let mut sums = vec![0.0; texts.len() * features];
        let mut token = rows.chunks_exact(features);
        for (sum, text) in sums.chunks_exact_mut(features).zip(texts) {
            for row in token.by_ref().take(text.len()) {
                sum.iter_mut().zip(row).for_each(|(x, y)| *x += y);
            }
        }
        let layer = |input: &[f32], weights: &Matrix, add_to: Option<Vec<f32>>| {
            let add = add_to.is_some();
            let mut out = add_to.unwrap_or_else(|| vec![0.0; texts.len() * weights.columns]);
            multiply(texts.len(), Rows { values: input, stride: weights.rows }, weights, &mut out, add);
            out
        };
        let mut pooled = layer(&sums, &net.pool, None);
        for (row, text) in pooled.chunks_exact_mut(net.pool.columns).zip(texts) {
            let length = text.len() as f32;
            row.iter_mut().zip(&net.pool_bias).for_each(|(x, bias)| *x = (*x + length * bias) / length.sqrt());
        }
        let ([d0, d1, d2, d3], [p1, p3]) = (&net.direct, &net.residual);
        let mut first = layer(&pooled, d0, None);
        relu(&mut first);
        let mut second = layer(&first, d1, Some(layer(&pooled, p1, None)));
        relu(&mut second);
        let mut third = layer(&second, d2, None);
        relu(&mut third);
        let mut out = layer(&third, d3, Some(layer(&second, p3, None)));
        for vector in out.chunks_exact_mut(d3.columns) {
            vector.iter_mut().for_each(|x| *x = x.tanh());
            super::normalize(vector);
        }
        out
    }
}

/// Lays the `order` neighbours of every token side by side, zeros where the text has none.
fn gather(tokens: &[f32], texts: &[Vec<u32>], width: usize, order: usize, before: usize, windows: &mut [f32]) {
    let mut first = 0;
    let mut windows = windows.chunks_exact_mut(order * width);
    for text in texts {
        for (at, window) in windows.by_ref().take(text.len()).enumerate() {
            for (slot, out) in window.chunks_exact_mut(width).enumerate() {
                match (at + slot).checked_sub(before).filter(|neighbour| *neighbour < text.len()) {
                    Some(neighbour) => out.copy_from_slice(&tokens[(first + neighbour) * width..][..width]),
                    None => out.fill(0.0),
                }
            }
        }
        first += text.len();
    }
}
