//! The bilingual concept layer: which English words a Japanese text means, and the reverse.
//!
//! A [`Vocabulary`] is one compact file made by [`Builder`] from named, hashed sources; several are used together as
//! [`Concepts`]: the shipped glossary, the hub's own glossary, a dictionary built on the user's machine. Never here: where
//! files lie, and machine-made readings shown as facts.

mod builder;
mod entry;
pub mod glossary;
pub mod jmdict;
mod lattice;
mod medical;
mod roots;
mod vocabulary;

pub use builder::Builder;
pub use entry::{Entry, Gloss, Kind, Source};
pub use lattice::Segment;
pub use roots::roots_of;
pub use vocabulary::{Concept, Found, Vocabulary, VocabularyError};

use super::text::Normal;

/// Several vocabularies as one, in the order of trust: what the first says about a surface goes before what the next says.
#[derive(Default)]
pub struct Concepts<'a> {
    vocabularies: Vec<Vocabulary<'a>>,
}

impl<'a> Concepts<'a> {
    /// The vocabularies, most trusted first.
    pub fn new(vocabularies: Vec<Vocabulary<'a>>) -> Concepts<'a> {
        Concepts { vocabularies }
    }

    /// The vocabularies, for example to name their sources.
    pub fn vocabularies(&self) -> &[Vocabulary<'a>] {
        &self.vocabularies
    }

    /// Everything known about one normalized surface form, most trusted first.
    pub fn find(&self, surface: &str) -> Vec<Found<'_>> {
        self.vocabularies.iter().enumerate().filter_map(|(index, v)| v.find(surface, index)).collect()
    }

    /// How many characters the longest surface form that begins with these two has at most.
    fn reach(&self, first: char, second: char) -> usize {
        self.vocabularies.iter().map(|v| v.reach(first, second)).max().unwrap_or(0)
    }

    /// Whether a surface form is known at all.
    pub fn knows(&self, surface: &str) -> bool {
        self.vocabularies.iter().any(|v| v.knows(surface))
    }

    /// Cuts a stretch of Japanese text into known words.
    pub fn segments(&self, normal: &Normal, from: usize, to: usize) -> Vec<Segment<'_>> {
        lattice::segments(self, normal, from, to)
    }
}
