//! Other ways to say things: what the hub knows of terms and their translations. Declared here, where search asks;
//! implemented and wired by the program.
//!
//! Never here: vocabularies and the files they come from.

use store::search::Meaning;

/// Knows what terms are also called, in both languages.
pub trait Language: Send + Sync {
    /// Stretches of the text that are known terms, apart from each other and in order, with their other ways.
    fn meanings(&self, text: &str) -> Vec<Meaning>;

    /// What is at work, for the page that says so.
    fn parts(&self) -> Vec<Part>;
}

/// One part of the understanding of language: the shipped glossary, a dictionary, vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub name: kernel::lang::Said,
    pub state: PartState,
    /// Where it comes from and under which licence, as it must be named.
    pub attribution: String,
    /// SHA-256 of the file, in hexadecimal; empty for what ships with the program.
    pub hash: String,
}

/// Whether a part is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartState {
    /// With what it holds.
    On(kernel::lang::Said),
    /// Being fetched or built.
    Coming,
    /// Not there, with the reason or the way to get it.
    Off(kernel::lang::Said),
}

/// Knows nothing: words are only what they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl Language for Plain {
    fn meanings(&self, _: &str) -> Vec<Meaning> {
        Vec::new()
    }

    fn parts(&self) -> Vec<Part> {
        Vec::new()
    }
}
