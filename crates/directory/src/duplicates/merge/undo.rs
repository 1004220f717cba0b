//! Takes a merge back from its journal, unless people have since changed the very things it changed.

use super::{Step, ports, same_content};
use crate::duplicates::store;
use ::store::{Tx, atomically, records};
use kernel::change::Verb;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Change, Error, Permission, Result, Uuid, both};
use serde_json::json;
use web::records::actions::Doing;

/// Undoes a merge; gives the type of record, the survivor and the record that is back.
///
/// # Errors
/// `Conflict` when it was undone before, or naming the records that were edited since in the same fields.
pub async fn undo(doing: &Doing<'_>, id: Uuid) -> Result<(&'static RecordType, Uuid, Uuid)> {
    doing.actor.require(Permission::ReviewDirectory)?;
    atomically!(doing.db, |tx| { within(doing, tx, id).await })
}

async fn within(doing: &Doing<'_>, tx: &mut Tx, id: Uuid) -> Result<(&'static RecordType, Uuid, Uuid)> {
    let row = store::merge_row(tx, id).await?;
    if row.undone_at.is_some() {
        return Err(Error::conflict(both("この統合はもう取り消されています。", "This merge has been undone already.")));
    }
    let kind = doing.app.kind(&row.record_type).ok_or(Error::NotFound)?;
    let steps: Option<Vec<Step>> = row
        .journal
        .get("steps")
        .and_then(|s| s.as_array())
        .map(|s| s.iter().filter_map(|step| Step::from_json(doing.app, step)).collect());
    let steps = steps.filter(|steps| !steps.is_empty()).ok_or_else(|| {
        Error::conflict(both(
            "記録が消去されたため、取り消せません。",
            "What it held was erased, so it cannot be undone.",
        ))
    })?;
    for id in [row.survivor.min(row.loser), row.survivor.max(row.loser)] {
        tx.lock(kind.key, id).await?;
    }
    may_see(doing, &steps, row.survivor, row.loser)?;
    let mut in_the_way = Vec::new();
    let mut works = Vec::new();
    for step in &steps {
        match work(tx, step).await? {
            Ok(work) => works.extend(work),
            Err(record) => in_the_way.push(record),
        }
    }
    if !in_the_way.is_empty() {
        return Err(Error::Conflict(changed_since(doing, &in_the_way)));
    }
    // Backwards: aliases go, the survivor gives up what was the loser's, the loser comes back, then the links.
    for work in works.into_iter().rev() {
        run(doing, tx, work).await?;
    }
    let moved =
        row.journal.get("moved").and_then(|moved| serde_json::from_value(moved.clone()).ok()).unwrap_or_default();
    ports::put_back(tx, doing.actor, doing.app.hooks.followers(), &moved, row.loser, row.survivor).await?;
    store::mark_undone(tx, id, doing.actor.account).await?;
    let after = Some(json!({ "type": kind.key, "survivor": row.survivor, "loser": row.loser }));
    tx.note(
        doing.actor,
        Change {
            verb: Verb::Other("unmerged".to_owned()),
            record_type: "record_merge",
            record_id: id,
            before: None,
            after,
        },
    );
    Ok((kind, row.survivor, row.loser))
}

/// Whoever undoes must be able to see the two records; the links that move may be hidden from them.
fn may_see(doing: &Doing<'_>, steps: &[Step], survivor: Uuid, loser: Uuid) -> Result<()> {
    let keyring = doing.actor.keyring();
    let hidden = steps.iter().any(|step| match step {
        Step::Changed { before, .. } | Step::Removed { before } => {
            (before.id == survivor || before.id == loser) && !before.audience.admits(&keyring)
        }
        Step::Made { .. } => false,
    });
    if hidden && !doing.actor.system { Err(Error::NotFound) } else { Ok(()) }
}

/// What is left to do about one record.
enum Work {
    Delete(Record),
    Update { to: Record, seen: i64 },
    Restore(Record),
}

/// `Err` with the record that was changed since in the same place.
async fn work(tx: &mut Tx, step: &Step) -> Result<std::result::Result<Option<Work>, Record>> {
    let known = match step {
        Step::Changed { before, .. } | Step::Removed { before } => before,
        Step::Made { after } => after,
    };
    let Some(current) = records::in_tx(tx, known.kind, known.id).await? else { return Ok(Err(known.clone())) };
    let gone = current.deleted_at.is_some();
    Ok(match step {
        Step::Made { .. } if gone => Ok(None),
        Step::Made { after } if same_content(&current, after) => Ok(Some(Work::Delete(current))),
        Step::Removed { before } if gone => Ok(Some(Work::Restore(before.clone()))),
        Step::Removed { before } if same_content(&current, before) => Ok(None),
        Step::Changed { before, after } if !gone => match taken_back(&current, before, after) {
            Some(to) => Ok(Some(Work::Update { seen: current.version, to })),
            None => Err(current),
        },
        _ => Err(current),
    })
}

/// The present record without what the merge did: its fields go back, everything edited beside them stays. `None` when
/// a field that the merge changed was edited since.
fn taken_back(current: &Record, before: &Record, after: &Record) -> Option<Record> {
    let mut to = current.clone();
    for (field, old, new) in before.changed_fields(after) {
        if current.get(field.name) != new {
            return None;
        }
        match old {
            Some(value) => to.values.insert(field.name, value.clone()),
            None => to.values.remove(field.name),
        };
    }
    let keep = |was: bool, is: bool| if was { Some(is) } else { None };
    if let Some(untouched) = keep(before.code != after.code, current.code == after.code) {
        untouched.then_some(())?;
        to.code.clone_from(&before.code);
    }
    if let Some(untouched) = keep(before.source != after.source, current.source == after.source) {
        untouched.then_some(())?;
        to.source.clone_from(&before.source);
    }
    if let Some(untouched) = keep(before.field_levels != after.field_levels, current.field_levels == after.field_levels)
    {
        untouched.then_some(())?;
        to.field_levels.clone_from(&before.field_levels);
    }
    let same_audience =
        |x: &Record, y: &Record| x.audience.level == y.audience.level && x.audience.parties == y.audience.parties;
    if !same_audience(before, after) {
        same_audience(current, after).then_some(())?;
        to.audience.level = before.audience.level;
        to.audience.parties.clone_from(&before.audience.parties);
    }
    Some(to)
}

async fn run(doing: &Doing<'_>, tx: &mut Tx, work: Work) -> Result<()> {
    let now = doing.app.clock.now();
    match work {
        Work::Delete(record) => {
            records::delete(tx, doing.actor, record.kind, record.id, now).await?;
        }
        Work::Update { mut to, seen } => records::update(tx, doing.actor, &mut to, seen, now).await?,
        Work::Restore(record) => {
            records::restore(tx, doing.actor, record, now).await?;
        }
    }
    Ok(())
}

fn changed_since(doing: &Doing<'_>, found: &[Record]) -> Said {
    let keyring = doing.actor.keyring();
    let names = |lang| {
        let shown = found.iter().filter(|record| record.audience.admits(&keyring)).take(5);
        shown
            .map(|record| format!("{} ({})", record.called(lang), record.kind.one.get(lang)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Said::new(
        format!(
            "統合のあとで編集されたため、取り消せません: {}。先にその編集を元に戻してください。",
            names(kernel::Lang::Ja)
        ),
        format!(
            "These were edited after the merge, so it cannot be undone: {}. Take those edits back first.",
            names(kernel::Lang::En)
        ),
    )
}
