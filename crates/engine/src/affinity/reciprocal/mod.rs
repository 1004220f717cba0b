//! Reciprocal matching: who should meet whom because each has what the other seeks, and why.
//!
//! A score is a documented sum of named [`Parts`]; the lists are exact, nobody is overlooked; every reason and every
//! counterfactual is verified by recomputation; every question says who asks, and what that reader may not see is not
//! there. The model, its numbers and its measurements are in `docs/matching.md`. Never reads a text or a name.

mod all;
mod corpus;
mod counterfactual;
mod exposure;
mod learned;
mod network;
mod one;
mod parts;
mod party;
mod pass;
mod profile;
mod reasons;
mod sieve;
mod similarity;
mod slim;
mod spectrum;
mod toplist;
mod weights;
mod words;

pub use all::{Effort, Suggestions, suggest_all};
pub use corpus::{Corpus, MAX_PARTIES, MIN_GROUNDS, WORTH_SAYING};
pub use counterfactual::{Counterfactual, Supposition, what_would_have_to_change, would_not_match};
pub use exposure::{Exposure, ExposureCost, Policy, spread};
pub use learned::{Acceptance, MIN_OUTCOMES, Outcome};
pub use one::{Change, changed, suggest_for};
pub use parts::{Part, Parts};
pub use party::*;
pub use reasons::{Explanation, Fact, Near, Reason, Who, reasons, reasons_against};
pub use similarity::Channel;
pub use toplist::Suggestion;
pub use weights::{Channels, Weights};
pub use words::{Labels, Words, counterfactual_words, reason_words};
