//! Postings in memory: BM25, TF-IDF and phrases over the same lists; search across languages on top of them.
//!
//! Never here: which terms a text has, files.

mod align;
mod build;
mod countries;
mod names;
mod postings;
mod ranked;
mod scores;
mod search;
mod sounds;
mod units;

pub use align::Contrast;
pub use postings::{Bm25, Postings, PostingsBuilder};
pub use scores::Scores;
pub use search::{Document, SearchIndex, Weights};
