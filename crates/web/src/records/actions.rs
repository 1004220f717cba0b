//! What can be done with a record of any type, each as one transaction: policy, hooks, row, feed.
//!
//! Pages, API, import and the command line call these and nothing below them.

use super::policy;
use crate::app::App;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Error, Lang, Result, Uuid, lang::Said};
use store::{Db, Tx, atomically, records};

/// Where an action runs: for whom, and on which handle of the database.
#[derive(Clone)]
pub struct Doing<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub db: Db,
}

impl<'a> Doing<'a> {
    pub fn of(cx: &'a crate::Cx) -> Doing<'a> {
        Doing { app: &cx.app, actor: &cx.actor, db: cx.db() }
    }

    /// For the program itself: sample loader, command line, jobs.
    pub fn system(app: &'a App, actor: &'a Actor) -> Doing<'a> {
        Doing { app, actor, db: app.db.clone() }
    }
}

/// Stores a new record.
pub async fn create(doing: &Doing<'_>, record: Record) -> Result<Record> {
    atomically!(doing.db, |tx| { create_within(doing, tx, record.clone()).await })
}

/// The same inside a transaction that does more.
pub async fn create_within(doing: &Doing<'_>, tx: &mut Tx, mut record: Record) -> Result<Record> {
    policy::may_create(doing.actor, &record)?;
    record.created_by = doing.actor.account;
    doing.app.hooks.run(doing.app, doing.actor, tx, None, &mut record).await?;
    records::insert(tx, doing.actor, &record).await?;
    Ok(record)
}

/// Stores the next version. `seen` is the version that the editor had read.
pub async fn update(doing: &Doing<'_>, record: Record, seen: i64) -> Result<Record> {
    atomically!(doing.db, |tx| { update_within(doing, tx, record.clone(), seen).await })
}

/// The same inside a transaction that does more.
pub async fn update_within(doing: &Doing<'_>, tx: &mut Tx, mut after: Record, seen: i64) -> Result<Record> {
    let before = records::in_tx(tx, after.kind, after.id).await?.ok_or(Error::NotFound)?;
    policy::may_change(doing.actor, &before)?;
    doing.app.hooks.run(doing.app, doing.actor, tx, Some(&before), &mut after).await?;
    records::update(tx, doing.actor, &mut after, seen, doing.app.clock.now()).await?;
    Ok(after)
}

/// Deletes a record with its parts. Refused while other records point at it; they are named.
pub async fn delete(doing: &Doing<'_>, kind: &'static RecordType, id: Uuid) -> Result<()> {
    let now = doing.app.clock.now();
    let everything = Actor::system("check").keyring();
    let (parts, others): (Vec<_>, Vec<_>) = doing
        .app
        .catalogue
        .linked_from(id, &everything)
        .into_iter()
        .partition(|(entry, field)| entry.kind.part_of == Some(*field));
    if !others.is_empty() {
        return Err(Error::Conflict(still_linked(others.iter().map(|(entry, _)| entry))));
    }
    atomically!(doing.db, |tx| {
        let record = records::in_tx(tx, kind, id).await?.ok_or(Error::NotFound)?;
        policy::may_change(doing.actor, &record)?;
        for (part, _) in &parts {
            if records::in_tx(tx, part.kind, part.id).await?.is_some_and(|part| part.deleted_at.is_none()) {
                records::delete(tx, doing.actor, part.kind, part.id, now).await?;
            }
        }
        records::delete(tx, doing.actor, kind, id, now).await?;
        Ok(())
    })
}

fn still_linked<'a>(entries: impl Iterator<Item = &'a store::catalogue::Entry> + Clone) -> Said {
    let count = entries.clone().count();
    let names = |lang: Lang| {
        entries
            .clone()
            .take(5)
            .map(|e| format!("{} ({})", e.called(lang), e.kind.one.get(lang)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Said::new(
        format!(
            "ほかの{count}件の記録がこれを参照しています: {}。先にそれらを直すか、統合してください。",
            names(Lang::Ja)
        ),
        format!("{count} other records point at this: {}. Change them first, or merge.", names(Lang::En)),
    )
}

/// Brings a deleted record back, with the parts that went with it.
pub async fn restore(doing: &Doing<'_>, kind: &'static RecordType, id: Uuid) -> Result<Record> {
    let now = doing.app.clock.now();
    atomically!(doing.db, |tx| {
        let record = records::in_tx(tx, kind, id).await?.ok_or(Error::NotFound)?;
        policy::may_change(doing.actor, &record)?;
        let Some(gone_at) = record.deleted_at else { return Ok(record) };
        let restored = records::restore(tx, doing.actor, record, now).await?;
        for part_kind in doing.app.kinds.iter().filter(|part| part.part_of.is_some()) {
            let Some(field) =
                part_kind.part_of.filter(|f| part_kind.field(f).is_some_and(|f| f.targets().contains(&kind.key)))
            else {
                continue;
            };
            for part in records::deleted_with(tx, part_kind, field, id, gone_at).await? {
                records::restore(tx, doing.actor, part, now).await?;
            }
        }
        Ok(restored)
    })
}

/// Puts a record back to the state it had before a change, as a new change.
pub async fn undo(doing: &Doing<'_>, kind: &'static RecordType, id: Uuid, seq: i64) -> Result<Record> {
    let now = doing.app.clock.now();
    let history = store::feed::history(&doing.db, kind.key, id).await?;
    let entry = history.into_iter().find(|entry| entry.seq == seq).ok_or(Error::NotFound)?;
    let earlier = entry.before.as_ref().and_then(|before| Record::from_json(kind, before)).ok_or(Error::NotFound)?;
    atomically!(doing.db, |tx| {
        let current = records::in_tx(tx, kind, id).await?.ok_or(Error::NotFound)?;
        policy::may_change(doing.actor, &current)?;
        let mut earlier = earlier.clone();
        earlier.deleted_at = None;
        doing.app.hooks.run(doing.app, doing.actor, tx, Some(&current), &mut earlier).await?;
        records::restore(tx, doing.actor, earlier, now).await
    })
}
