//! Postings in memory: BM25, TF-IDF and phrases over the same lists; search across languages on top of them.
//!
//! Never here: which terms a text has, files.

mod align;
mod build;
mod countries;
mod meant;
mod names;
mod postings;
mod ranked;
mod scores;
mod search;
mod sounds;
mod sure;
mod units;

pub use align::Contrast;
pub use postings::{Bm25, Postings, PostingsBuilder};
pub use scores::Scores;
pub use search::{Document, SearchIndex, Weights};
pub use sure::{SURE_LEAD, SURE_SCORE, is_sure};
