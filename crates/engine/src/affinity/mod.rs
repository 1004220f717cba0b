//! Who should meet whom, and why: text that is compared across languages and fields, offline.
//!
//! [`Analyzer`] turns text into terms and concepts, [`index`] ranks by them, [`tasks`] answers task files. A pure library: it
//! reads no file and no clock, is deterministic, and sends nothing anywhere. Never here: text that is shown in place of what
//! people wrote, generated text, and facts about people.

mod analyzer;
pub mod concepts;
pub mod index;
pub mod reciprocal;
pub mod tasks;
pub mod text;
pub mod vectors;

#[cfg(test)]
mod tests;

pub use analyzer::{Analyzer, Choice, ConceptMatch, Terms, Unit};

/// Meaning vectors of texts, from whatever encoder there is.
///
/// Vectors have one length and unit norm; a text without content gives a vector of zeros.
pub trait Meaning {
    /// The vector of one text.
    fn encode(&self, text: &str) -> Vec<f32>;
}

impl<F: Fn(&str) -> Vec<f32>> Meaning for F {
    fn encode(&self, text: &str) -> Vec<f32> {
        self(text)
    }
}
