//! The merge itself, as one transaction.

use super::plan::{Choices, merged, names_left, repoint};
use super::{Step, ports, same_content};
use crate::duplicates::store::{self, MergeRow};
use crate::records::ALIAS;
use ::store::{Tx, atomically, records};
use kernel::change::Verb;
use kernel::edtf::Edtf;
use kernel::record::{Record, RecordType};
use kernel::{Change, Error, FieldErrors, Permission, Result, Uuid, both};
use serde_json::json;
use web::records::actions::Doing;
use web::records::policy;

/// Two records, the versions that the preview showed, and whose values win.
#[derive(Debug, Clone)]
pub struct Merge {
    pub kind: &'static RecordType,
    pub survivor: Uuid,
    pub survivor_version: i64,
    pub loser: Uuid,
    pub loser_version: i64,
    pub choices: Choices,
}

/// Merges, and gives the id under which it can be undone.
///
/// # Errors
/// `Forbidden` without the permission; `NotFound` for what the actor may not see; `Conflict` when a record was edited or
/// merged since the preview, or when the result would break a rule (a circle of parents).
pub async fn merge(doing: &Doing<'_>, merge: &Merge) -> Result<Uuid> {
    doing.actor.require(Permission::ReviewDirectory)?;
    if merge.survivor == merge.loser {
        return Err(Error::conflict(both(
            "同じ記録どうしは統合できません。",
            "A record cannot be merged with itself.",
        )));
    }
    if doing.app.hub.organization == Some(merge.loser) {
        return Err(Error::conflict(both(
            "拠点自身の記録です。こちらを残す側に選んでください。",
            "This is the record of the hub itself. Choose it as the one that stays.",
        )));
    }
    atomically!(doing.db, |tx| { within(doing, tx, merge).await })
}

async fn within(doing: &Doing<'_>, tx: &mut Tx, merge: &Merge) -> Result<Uuid> {
    // In the order of ids, so that two merges of one pair wait for each other instead of both failing.
    for id in [merge.survivor.min(merge.loser), merge.survivor.max(merge.loser)] {
        tx.lock(merge.kind.key, id).await?;
    }
    let survivor = as_previewed(doing, tx, merge.kind, merge.survivor, merge.survivor_version).await?;
    let loser = as_previewed(doing, tx, merge.kind, merge.loser, merge.loser_version).await?;
    let now = doing.app.clock.now();
    let mut steps = move_links(doing, tx, &survivor, &loser).await?;
    let moved = ports::repoint(tx, doing.actor, doing.app.hooks.followers(), loser.id, survivor.id).await?;
    store::retire(tx, doing.actor, &loser, now).await?;
    steps.push(Step::Removed { before: loser.clone() });

    let mut after = merged(&survivor, &loser, &merge.choices);
    let mut faults = FieldErrors::default();
    (after.kind.rules)(&after, &mut faults);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    doing.app.hooks.run(doing.app, doing.actor, tx, Some(&survivor), &mut after).await?;
    records::update(tx, doing.actor, &mut after, survivor.version, now).await?;
    steps.push(Step::Changed { before: survivor.clone(), after: after.clone() });
    steps.extend(keep_names(doing, tx, &after, &loser).await?);

    let id = tx.new_id();
    let journal = json!({ "steps": steps.iter().map(Step::to_json).collect::<Vec<_>>(), "moved": moved });
    let (ja, _) = store::called(&loser.title());
    let row = MergeRow {
        id,
        record_type: merge.kind.key.to_owned(),
        survivor: survivor.id,
        loser: loser.id,
        journal,
        label: if ja.is_empty() { doing.actor.label.clone() } else { ja },
        merged_at: now,
        undone_at: None,
    };
    store::insert_merge(tx, &row, doing.actor.account).await?;
    store::redirect(tx, &loser, survivor.id, id).await?;
    store::drop_open(tx, loser.id).await?;
    let after = Some(json!({ "type": merge.kind.key, "survivor": survivor.id, "loser": loser.id }));
    tx.note(
        doing.actor,
        Change {
            verb: Verb::Other("merged".to_owned()),
            record_type: "record_merge",
            record_id: id,
            before: None,
            after,
        },
    );
    Ok(id)
}

/// The record, if it is there, visible, changeable, and as the preview showed it.
async fn as_previewed(
    doing: &Doing<'_>,
    tx: &mut Tx,
    kind: &'static RecordType,
    id: Uuid,
    version: i64,
) -> Result<Record> {
    let visible = |record: &Record| doing.actor.system || record.audience.admits(&doing.actor.keyring());
    let record = records::in_tx(tx, kind, id).await?.filter(visible).ok_or(Error::NotFound)?;
    policy::may_change(doing.actor, &record)?;
    if record.deleted_at.is_some() {
        return Err(Error::conflict(both(
            "この記録は、ほかの人がすでに統合したか、削除しました。",
            "Somebody else has merged or deleted this record already.",
        )));
    }
    if record.version != version {
        return Err(Error::conflict(both(
            "確認のあとで記録が編集されました。もう一度、確認のページを開いてください。",
            "A record was edited after you opened the preview. Open the preview again.",
        )));
    }
    Ok(record)
}

/// Every live record of any type that names the loser: re-pointed, or taken out where it would say nothing new.
async fn move_links(doing: &Doing<'_>, tx: &mut Tx, survivor: &Record, loser: &Record) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for kind in doing.app.kinds.iter().copied() {
        let mut ids: Vec<Uuid> = Vec::new();
        for field in kind.link_fields().filter(|field| field.targets().contains(&loser.kind.key)) {
            ids.extend(store::linking(tx, kind, field, loser.id).await?);
        }
        ids.extend(store::open_to(tx, kind, loser.id).await?);
        ids.sort();
        ids.dedup();
        for id in ids.into_iter().filter(|id| *id != survivor.id && *id != loser.id) {
            if let Some(before) = records::in_tx(tx, kind, id).await? {
                steps.push(move_link(doing, tx, before, survivor.id, loser.id).await?);
            }
        }
    }
    Ok(steps)
}

async fn move_link(doing: &Doing<'_>, tx: &mut Tx, before: Record, survivor: Uuid, loser: Uuid) -> Result<Step> {
    let now = doing.app.clock.now();
    let mut after = before.clone();
    repoint(&mut after, loser, survivor);
    if breaks_rules(&before, &after) || says_the_same(tx, &after, survivor).await? {
        records::delete(tx, doing.actor, before.kind, before.id, now).await?;
        return Ok(Step::Removed { before });
    }
    doing.app.hooks.run(doing.app, doing.actor, tx, Some(&before), &mut after).await?;
    records::update(tx, doing.actor, &mut after, before.version, now).await?;
    Ok(Step::Changed { before, after })
}

/// A relation between the two would tie the survivor to itself. Records that broke a rule before are left alone.
fn breaks_rules(before: &Record, after: &Record) -> bool {
    let faults = |record: &Record| {
        let mut faults = FieldErrors::default();
        (record.kind.rules)(record, &mut faults);
        !faults.is_empty()
    };
    faults(after) && !faults(before)
}

/// Another record of the survivor that is identical in every field. One with other dates or words is kept beside it.
async fn says_the_same(tx: &mut Tx, after: &Record, survivor: Uuid) -> Result<bool> {
    if after.code.is_some() {
        return Ok(false);
    }
    for field in after.kind.link_fields().filter(|field| after.link(field.name) == Some(survivor)) {
        for id in store::linking(tx, after.kind, field, survivor).await? {
            let other = records::in_tx(tx, after.kind, id).await?;
            if other.is_some_and(|other| other.id != after.id && same_content(&other, after)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The names by which the loser was known until today become aliases.
async fn keep_names(doing: &Doing<'_>, tx: &mut Tx, after: &Record, loser: &Record) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let party = ALIAS.field("party").ok_or_else(|| Error::internal("alias without party"))?;
    let mut known = Vec::new();
    for id in store::linking(tx, &ALIAS, party, after.id).await? {
        known.extend(records::in_tx(tx, &ALIAS, id).await?);
    }
    let until =
        Edtf::parse(&format!("/{}", doing.app.clock.today(doing.app.hub.zone))).map(|period| period.to_string());
    for (name, kind) in names_left(after, loser) {
        let is_known = |alias: &Record| {
            name.versions().all(|(tag, version)| alias.text("name").get(tag).is_some_and(|v| v.text == version.text))
        };
        if known.iter().any(is_known) {
            continue;
        }
        let mut alias = Record::new(&ALIAS, doing.app.clock.now());
        alias.id = tx.new_id();
        alias.created_by = doing.actor.account;
        alias.audience =
            if loser.audience.level < after.audience.level { loser.audience.clone() } else { after.audience.clone() };
        alias.audience.owner = doing.actor.account;
        repoint(&mut alias, loser.id, after.id);
        alias.fictional = loser.fictional;
        alias.source = loser.source.clone();
        alias.set("party", after.id);
        alias.set("name", name);
        alias.set("kind", kind);
        if let Ok(until) = &until {
            alias.set("period", until.as_str());
        }
        doing.app.hooks.run(doing.app, doing.actor, tx, None, &mut alias).await?;
        records::insert(tx, doing.actor, &alias).await?;
        steps.push(Step::Made { after: alias });
    }
    Ok(steps)
}
