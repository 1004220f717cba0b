//! The record types of gatherings. One description each.

mod gathering;
mod programme;
mod series;

pub use gathering::{GATHERING, GATHERING_PART, QUESTION, SURVEY_QUESTION};
pub use programme::{ROOM, SESSION, SPEAKER};
pub use series::{ACTION_ITEM, AGENDA_ITEM, SERIES, SERIES_MEMBER};

use kernel::record::RecordType;

const PARTIES: &[&str] = &["organization", "unit", "person"];

/// Every record type of gatherings, in an order in which links point backwards only.
pub static ALL: &[&RecordType] = &[
    &SERIES,
    &SERIES_MEMBER,
    &GATHERING,
    &GATHERING_PART,
    &ROOM,
    &SESSION,
    &SPEAKER,
    &QUESTION,
    &SURVEY_QUESTION,
    &AGENDA_ITEM,
    &ACTION_ITEM,
];
