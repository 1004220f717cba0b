//! Storing a plan, and taking an import back. Each batch is one transaction: all of it is kept, or nothing.

use super::plan::{Action, Planned};
use crate::records::actions::{self, Doing};
use crate::records::policy;
use kernel::record::Record;
use kernel::{Actor, Error, Lang, Result, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use store::{Tx, atomically, feed, records};

/// Rows of one transaction. Small imports are one batch, so they are kept whole or not at all.
pub const BATCH: usize = 500;

/// What was done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
    }
}

/// A row that could not be stored although the dry run had accepted it. Nothing of its batch was kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Stopped {
    pub line: usize,
    pub error: Error,
}

/// Stores one batch of rows; rows with errors are left out.
pub async fn store_batch(doing: &Doing<'_>, batch: &[Planned]) -> Result<Counts, Stopped> {
    let mut line = 0;
    let outcome = atomically!(doing.db, |tx| {
        let mut counts = Counts::default();
        for row in batch {
            line = row.line;
            match row.action {
                Action::Create => {
                    actions::create_within(doing, tx, row.record.clone()).await?;
                    counts.created += 1;
                }
                Action::Update => {
                    actions::update_within(doing, tx, row.record.clone(), row.seen).await?;
                    counts.updated += 1;
                }
                Action::Unchanged => counts.unchanged += 1,
                Action::Error => {}
            }
        }
        Ok(counts)
    });
    outcome.map_err(|error| Stopped { line, error })
}

/// What an import did to one record: its state before the first change and its version after the last.
#[derive(Debug, Clone)]
pub struct Done {
    pub record_type: String,
    pub record_id: Uuid,
    pub before: Option<serde_json::Value>,
    pub version: i64,
}

/// The changes that a request made to records, one per record, the last one first.
pub async fn done_by(db: &store::Db, request_id: &str, from: i64, to: i64) -> Result<Vec<Done>> {
    let mut order: Vec<Uuid> = Vec::new();
    let mut done: BTreeMap<Uuid, Done> = BTreeMap::new();
    let mut at = from;
    while at < to {
        let entries = feed::read(db, at, 1_000.min(to - at)).await?;
        let Some(last) = entries.last() else { break };
        at = last.seq;
        for entry in entries.into_iter().filter(|entry| entry.request_id.as_deref() == Some(request_id)) {
            let version = entry
                .after
                .as_ref()
                .and_then(|after| after.get("version"))
                .and_then(serde_json::Value::as_i64)
                .unwrap_or(0);
            match done.get_mut(&entry.record_id) {
                Some(known) => known.version = version,
                None => {
                    order.push(entry.record_id);
                    done.insert(
                        entry.record_id,
                        Done {
                            record_type: entry.record_type,
                            record_id: entry.record_id,
                            before: entry.before,
                            version,
                        },
                    );
                }
            }
        }
    }
    Ok(order.into_iter().rev().filter_map(|id| done.remove(&id)).collect())
}

/// What taking back came to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Undone {
    pub deleted: usize,
    pub restored: usize,
    /// Records that were changed since, or that others link to now: they stay. At most 50 are named.
    pub kept: usize,
    pub kept_names: Vec<String>,
}

impl Undone {
    pub fn add(&mut self, other: Undone) {
        self.deleted += other.deleted;
        self.restored += other.restored;
        self.kept += other.kept;
        self.kept_names.extend(other.kept_names);
        self.kept_names.truncate(50);
    }
}

/// Takes back one batch of changes. A record that somebody changed since stays as it is.
pub async fn undo_batch(doing: &Doing<'_>, batch: &[Done], made: &HashSet<Uuid>) -> Result<Undone> {
    atomically!(doing.db, |tx| {
        let mut undone = Undone::default();
        for done in batch {
            undone.add(undo_one(doing, tx, done, made).await?);
        }
        Ok(undone)
    })
}

async fn undo_one(doing: &Doing<'_>, tx: &mut Tx, done: &Done, made: &HashSet<Uuid>) -> Result<Undone> {
    let nothing = Undone::default();
    let Some(kind) = doing.app.kind(&done.record_type) else { return Ok(nothing) };
    let Some(current) = records::in_tx(tx, kind, done.record_id).await? else { return Ok(nothing) };
    let now = doing.app.clock.now();
    let earlier = done.before.as_ref().and_then(|before| Record::from_json(kind, before));
    if current.deleted_at.is_some() {
        return Ok(nothing);
    }
    let linked = || {
        let everything = Actor::system("check").keyring();
        doing.app.catalogue.linked_from(done.record_id, &everything).iter().any(|(entry, _)| !made.contains(&entry.id))
    };
    if current.version != done.version || (earlier.is_none() && linked()) {
        return Ok(Undone { kept: 1, kept_names: vec![current.called(Lang::Ja)], ..nothing });
    }
    policy::may_change(doing.actor, &current)?;
    match earlier {
        None => {
            records::delete(tx, doing.actor, kind, done.record_id, now).await?;
            Ok(Undone { deleted: 1, ..nothing })
        }
        Some(mut earlier) => {
            doing.app.hooks.run(doing.app, doing.actor, tx, Some(&current), &mut earlier).await?;
            records::restore(tx, doing.actor, earlier, now).await?;
            Ok(Undone { restored: 1, ..nothing })
        }
    }
}
