//! The record types of the directory. One description each; everything plain follows from it.

mod listing;
mod organization;
mod parts;
mod person;
mod term;
mod unit;

pub use listing::LISTING;
pub use organization::ORGANIZATION;
pub use parts::{ALIAS, CLAIM, RELATION, ROLE};
pub use person::PERSON;
pub use term::TERM;
pub use unit::UNIT;

use kernel::record::RecordType;

/// Record types that are parties.
pub const PARTIES: &[&str] = &["organization", "unit", "person"];
/// Parties that people belong to.
pub const BODIES: &[&str] = &["organization", "unit"];

/// Every record type of the directory, in an order in which links point backwards only.
pub static ALL: &[&RecordType] = &[&ORGANIZATION, &UNIT, &PERSON, &ROLE, &RELATION, &ALIAS, &LISTING, &CLAIM, &TERM];
