//! One function per verb.

pub mod answer;
pub mod ask;
pub mod evidence;
pub mod hooks;
pub mod outcome;

use super::store::Introduction;
use kernel::change::{Change, Verb};
use kernel::{Actor, Uuid};
use serde_json::json;
use store::Tx;

/// Tells the feed what happened: who with whom and the state; never words or ways to reach anybody.
fn note(tx: &mut Tx, actor: &Actor, one: &Introduction, verb: &str) {
    let after = json!({ "asker": one.asker, "other": one.other, "through": one.through, "state": one.state });
    let verb = Verb::Other(verb.to_owned());
    tx.note(actor, Change { verb, record_type: "introduction", record_id: one.id, before: None, after: Some(after) });
}

/// Somebody to whom nothing in an introduction belongs: the program that ends what is overdue.
pub const SYSTEM: &str = "introductions";

/// The entry of a party, whoever may see it.
pub fn entry(app: &web::App, id: Uuid) -> Option<store::catalogue::Entry> {
    app.catalogue.entry(id, &Actor::system(SYSTEM).keyring())
}
