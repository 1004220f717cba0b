//! One function per verb; each is one transaction with the round held against other writers.

pub mod answers;
pub mod day;
pub mod edit;
pub mod hooks;
pub mod mails;
pub mod personal;
pub mod publish;
pub mod setup;
pub mod solve;

use kernel::change::Verb;
use kernel::{Actor, Change, Uuid};
use serde_json::Value;
use store::Tx;

/// Tells the feed what happened inside a round; the record itself has not changed.
pub(super) fn note(tx: &mut Tx, actor: &Actor, round: Uuid, verb: &str, after: Value) {
    let change = Change {
        verb: Verb::Other(verb.to_owned()),
        record_type: "round_event",
        record_id: round,
        before: None,
        after: Some(after),
    };
    tx.note(actor, change);
}
