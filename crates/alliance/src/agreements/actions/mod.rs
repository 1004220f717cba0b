//! The verbs of agreements, each one transaction: policy, model, rows, change feed.

pub mod chair;
pub mod documents;
pub mod evidence;
pub mod hooks;
pub mod life;
