//! Writing records inside a transaction. Each function writes the row and notes the change; the store commits both.

use super::columns::{columns, row_values};
use super::read::in_tx;
use crate::db::{Tx, Value};
use crate::error::{ConflictKind, Error as StoreError};
use chrono::{DateTime, Utc};
use kernel::change::Verb;
use kernel::error::EditConflict;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Change, Error, Level, Uuid};

/// Stores a new record.
///
/// # Errors
/// [`Error::Invalid`] naming the field when a code or identifier is taken.
pub async fn insert(tx: &mut Tx, actor: &Actor, record: &Record) -> Result<(), Error> {
    let names: Vec<String> = columns(record.kind).iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", record.kind.key, names.join(", "), marks.join(", "));
    tx.run(sql, row_values(record)).await.map_err(|error| taken(record, error))?;
    write_parties(tx, record).await?;
    note(tx, actor, Verb::Created, record, None, Some(record));
    Ok(())
}

/// Stores the next version of a record. `seen` is the version the editor had before them.
///
/// # Errors
/// [`Error::EditConflict`] with what is stored now, when somebody else was faster.
pub async fn update(
    tx: &mut Tx,
    actor: &Actor,
    after: &mut Record,
    seen: i64,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let before = in_tx(tx, after.kind, after.id).await?.filter(|r| r.deleted_at.is_none()).ok_or(Error::NotFound)?;
    if before.version != seen {
        return Err(conflict(&before));
    }
    if unchanged(&before, after) {
        return Ok(());
    }
    replace(tx, actor, Verb::Updated, &before, after, now).await
}

/// Marks a record as deleted; it can be restored.
pub async fn delete(
    tx: &mut Tx,
    actor: &Actor,
    kind: &'static RecordType,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Record, Error> {
    let before = in_tx(tx, kind, id).await?.filter(|r| r.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let mut after = before.clone();
    after.deleted_at = Some(now);
    replace(tx, actor, Verb::Deleted, &before, &mut after, now).await?;
    Ok(after)
}

/// Puts a record back to an earlier state, also when it was deleted since. The way there is a new change.
pub async fn restore(tx: &mut Tx, actor: &Actor, mut earlier: Record, now: DateTime<Utc>) -> Result<Record, Error> {
    let before = in_tx(tx, earlier.kind, earlier.id).await?.ok_or(Error::NotFound)?;
    earlier.deleted_at = None;
    replace(tx, actor, Verb::Restored, &before, &mut earlier, now).await?;
    Ok(earlier)
}

async fn replace(
    tx: &mut Tx,
    actor: &Actor,
    verb: Verb,
    before: &Record,
    after: &mut Record,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    after.version = before.version + 1;
    after.updated_at = now;
    after.created_at = before.created_at;
    after.created_by = before.created_by;
    let names: Vec<&str> = columns(after.kind).iter().map(|(name, _)| *name).collect();
    let sets: Vec<String> =
        names.iter().enumerate().skip(1).map(|(i, name)| format!("\"{name}\" = ${}", i + 1)).collect();
    let sql =
        format!("UPDATE {} SET {} WHERE id = $1 AND version = ${}", after.kind.key, sets.join(", "), names.len() + 1);
    let mut values = row_values(after);
    values.push(Value::from(before.version));
    let rows = tx.run(sql, values).await.map_err(|error| taken(after, error))?;
    if rows == 0 {
        let current = in_tx(tx, after.kind, after.id).await?.ok_or(Error::NotFound)?;
        return Err(conflict(&current));
    }
    if before.audience != after.audience {
        write_parties(tx, after).await?;
    }
    let shown_after = if verb == Verb::Deleted { None } else { Some(&*after) };
    note(tx, actor, verb, after, Some(before), shown_after);
    Ok(())
}

async fn write_parties(tx: &mut Tx, record: &Record) -> Result<(), Error> {
    tx.run("DELETE FROM audience_party WHERE record_id = $1", vec![Value::from(record.id)]).await?;
    if record.audience.level == Level::Parties {
        for party in &record.audience.parties {
            let sql = "INSERT INTO audience_party (record_id, party_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
            tx.run(sql, vec![Value::from(record.id), Value::from(*party)]).await?;
        }
    }
    Ok(())
}

fn note(tx: &mut Tx, actor: &Actor, verb: Verb, record: &Record, before: Option<&Record>, after: Option<&Record>) {
    let change = Change {
        verb,
        record_type: record.kind.key,
        record_id: record.id,
        before: before.map(Record::to_json),
        after: after.map(Record::to_json),
    };
    tx.note(actor, change);
}

/// Saving without a change makes no new version and no entry in the feed.
fn unchanged(before: &Record, after: &Record) -> bool {
    before.values == after.values
        && before.code == after.code
        && before.audience == after.audience
        && before.field_levels == after.field_levels
        && before.source == after.source
        && before.fictional == after.fictional
}

fn conflict(current: &Record) -> Error {
    Error::EditConflict(Box::new(EditConflict {
        record_type: current.kind.key,
        record_id: current.id,
        current_version: current.version,
        current: current.to_json(),
    }))
}

/// A broken unique index, said as the field that is taken. Index names are `<table>_<field>`.
fn taken(record: &Record, error: StoreError) -> Error {
    let StoreError::Conflict { kind: ConflictKind::Unique, constraint } = &error else { return error.into() };
    let field = constraint.strip_prefix(record.kind.key).and_then(|rest| rest.strip_prefix('_')).unwrap_or("code");
    let value = if field == "code" { record.code.clone().unwrap_or_default() } else { record.plain(field).to_owned() };
    Error::invalid(
        field,
        Said::new(
            format!("「{value}」はほかの記録で使われています。同じものなら、その記録を直すか統合してください。"),
            format!("“{value}” belongs to another record. If it is the same thing, edit that record or merge the two."),
        ),
    )
}
