//! Publishing a gathering to an audience, and calling it off.

use crate::gatherings::policy;
use crate::gatherings::records::GATHERING;
use kernel::record::Record;
use kernel::{Error, Level, Result, Uuid, both};
use store::{atomically, records};
use web::records::actions::{self, Doing};

/// Publishes a draft, or takes a cancellation back, for a circle of readers.
///
/// # Errors
/// `Conflict` when it is published already; `Invalid` for an audience that names no circle.
pub async fn publish(doing: &Doing<'_>, id: Uuid, audience: Level) -> Result<Record> {
    if matches!(audience, Level::Me | Level::Parties) {
        return Err(Error::invalid("audience", both("公開範囲を選んでください。", "Choose who may see it.")));
    }
    turn(doing, id, "published", Some(audience)).await
}

/// Calls a gathering off. It stays visible, so that whoever looks for it learns so.
///
/// # Errors
/// `Conflict` when it is cancelled already.
pub async fn call_off(doing: &Doing<'_>, id: Uuid) -> Result<Record> {
    turn(doing, id, "cancelled", None).await
}

async fn turn(doing: &Doing<'_>, id: Uuid, state: &'static str, audience: Option<Level>) -> Result<Record> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let record = records::in_tx(tx, &GATHERING, id).await?;
        let mut record = record.filter(|record| policy::sees(doing.actor, record)).ok_or(Error::NotFound)?;
        if record.plain("state") == state {
            return Err(Error::conflict(match state {
                "published" => both("すでに公開中です。", "This is published already."),
                _ => both("すでに中止になっています。", "This was cancelled already."),
            }));
        }
        let seen = record.version;
        record.set("state", state);
        if let Some(level) = audience {
            record.audience = level.into();
        }
        actions::update_within(doing, tx, record, seen).await
    })
}
