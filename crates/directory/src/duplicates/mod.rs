//! Records that mean one thing: found, shown to people with reasons, merged by them, and taken apart again.
//!
//! ```text
//! pair:  (found) ─► open ─► merged ─► (undone) ─► open
//!                    └────► different, for ever (a person may open it again)
//! ```
//!
//! `profile` knows a record's names and addresses, `names` compares texts, `model` and `people` judge, `blocking` brings
//! together what is worth judging, `merge` merges. Never here: merging anything without a person.

mod actions;
mod blocking;
pub mod evidence;
pub mod merge;
mod model;
mod names;
mod pages;
mod people;
mod preview;
mod profile;
mod store;
mod words;

#[cfg(test)]
mod tests;

pub use actions::{Similar, forget, jobs, refresh, resolve_merged, similar, warnings};
pub use evidence::{Class, Finding, Reason};
pub use pages::routes;
