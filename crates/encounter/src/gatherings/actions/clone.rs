//! The next edition: a copy with all settings, parts and questions, its dates moved, as a draft.

use crate::gatherings::policy;
use crate::gatherings::records::{self as r, GATHERING};
use crate::gatherings::store as rows;
use chrono::TimeDelta;
use kernel::record::{FieldValue, Kind, Record, RecordType};
use kernel::{Error, Level, Result, Uuid, WallTime, both};
use std::collections::HashMap;
use store::{Tx, atomically, records};
use web::records::actions::{self, Doing};

/// Copies a gathering so that it begins at `start`. Every wall-clock time moves by the same number of days and
/// minutes on the clock, whatever daylight saving does in between.
///
/// # Errors
/// `Invalid` naming `start` when a moved time does not exist in the zone.
pub async fn clone_edition(doing: &Doing<'_>, id: Uuid, start: WallTime) -> Result<Uuid> {
    policy::may_run(doing.actor)?;
    let original = records::find(&doing.db, &GATHERING, id, records::Scope::Everything).await?;
    let original = original.filter(|record| policy::sees(doing.actor, record)).ok_or(Error::NotFound)?;
    let edition = match original.link("series") {
        Some(series) => rows::latest_edition(&doing.db, series).await?.map(|last| last + 1),
        None => None,
    };
    let by = original.wall_time("start").map_or(TimeDelta::zero(), |old| start.naive() - old.naive());
    atomically!(doing.db, |tx| {
        let mut copies = HashMap::new();
        let mut copy = copied(doing, &original, by);
        copy.set("state", "draft");
        copy.audience = Level::Staff.into();
        copy.fictional = original.fictional;
        match edition {
            Some(edition) => copy.set("edition", edition),
            None => drop(copy.values.remove("edition")),
        }
        copies.insert(id, copy.id);
        let new = store_copy(doing, tx, copy).await?;
        for kind in [&r::GATHERING_PART, &r::ROOM, &r::SESSION, &r::QUESTION, &r::SURVEY_QUESTION] {
            copy_parts(doing, tx, kind, "gathering", id, by, &mut copies).await?;
        }
        for session in rows::part_ids(tx, &r::SESSION, "gathering", id).await? {
            copy_parts(doing, tx, &r::SPEAKER, "session", session, by, &mut copies).await?;
        }
        rows::copy_templates(tx, id, new).await?;
        Ok(new)
    })
}

async fn store_copy(doing: &Doing<'_>, tx: &mut Tx, copy: Record) -> Result<Uuid> {
    match actions::create_within(doing, tx, copy).await {
        Ok(record) => Ok(record.id),
        Err(Error::Invalid(_)) => Err(Error::invalid(
            "start",
            both(
                "この日時に移すと、存在しない時刻(夏時間の切り替え)ができます。別の日時にしてください。",
                "Moved there, some times would not exist because of daylight saving. Choose another time.",
            ),
        )),
        Err(error) => Err(error),
    }
}

async fn copy_parts(
    doing: &Doing<'_>,
    tx: &mut Tx,
    kind: &'static RecordType,
    field: &str,
    whole: Uuid,
    by: TimeDelta,
    copies: &mut HashMap<Uuid, Uuid>,
) -> Result<()> {
    for id in rows::part_ids(tx, kind, field, whole).await? {
        let Some(part) = records::in_tx(tx, kind, id).await? else { continue };
        let mut copy = copied(doing, &part, by);
        for field in kind.link_fields() {
            if let Some(new) = copy.link(field.name).and_then(|old| copies.get(&old).copied()) {
                copy.set(field.name, new);
            }
        }
        copies.insert(id, copy.id);
        store_copy(doing, tx, copy).await?;
    }
    Ok(())
}

/// A new record with the same values, its wall-clock times moved.
fn copied(doing: &Doing<'_>, original: &Record, by: TimeDelta) -> Record {
    let mut copy = Record::new(original.kind, doing.app.clock.now());
    copy.values.clone_from(&original.values);
    copy.audience.clone_from(&original.audience);
    copy.field_levels.clone_from(&original.field_levels);
    copy.fictional = original.fictional;
    for field in original.kind.fields.iter().filter(|field| matches!(field.kind, Kind::WallTime)) {
        if let Some(time) = original.wall_time(field.name) {
            copy.values.insert(field.name, FieldValue::Plain(time.plus(by).to_string()));
        }
    }
    copy
}
