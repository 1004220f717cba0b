//! Asking for wishes and publishing: states with the mails that follow from them, in one transaction.

use super::mails::{self, Post};
use super::{note, setup};
use crate::rounds::model::diff::{Change, changes, spots};
use crate::rounds::model::{Dossier, Meeting, MeetingState, State};
use crate::rounds::store::NewVersion;
use crate::rounds::{policy, store as rows};
use kernel::{Error, Result, Uuid, both};
use serde_json::json;
use std::collections::HashMap;
use store::{atomically, outbox};
use web::records::actions::Doing;

/// Opens the round for answers; with `mail`, those who have an address or account are asked. Returns the mails.
pub async fn ask(doing: &Doing<'_>, round: Uuid, mail: bool) -> Result<usize> {
    policy::may_run(doing.actor)?;
    let accounts = mails::accounts(&doing.db).await?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        if dossier.participants.is_empty() {
            return Err(Error::conflict(both("参加者がまだいません。", "There are no participants yet.")));
        }
        setup::turn_within(doing, tx, &dossier.round, State::Asking).await?;
        let mut sent = 0;
        let post = Post { app: doing.app, dossier: &dossier };
        for participant in dossier.participants.iter().filter(|p| mail && !p.withdrawn && p.answered_at.is_none()) {
            for recipient in mails::recipients(participant, &accounts) {
                outbox::post(tx, post.question(participant, &recipient)).await?;
                sent += 1;
            }
        }
        note(tx, doing.actor, round, "asked", json!({ "mails": sent }));
        Ok(sent)
    })
}

/// What a publication would tell: changes against what is published.
pub fn pending(dossier: &Dossier, published: &[Meeting]) -> Vec<Change> {
    changes(&spots(published), &spots(&dossier.meetings))
}

/// Publishes the plan as the next version; those concerned are told. Returns its number.
pub async fn publish(doing: &Doing<'_>, round: Uuid, words: &str, mail: bool) -> Result<i64> {
    policy::may_run(doing.actor)?;
    let accounts = mails::accounts(&doing.db).await?;
    let words: String = words.trim().chars().take(500).collect();
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_become(dossier.state(), State::Published)?;
        let newest = rows::newest_version_in(tx, round).await?;
        let before = rows::published_in(tx, round).await?;
        let told = pending(&dossier, &before);
        if dossier.planned().next().is_none() {
            return Err(Error::conflict(both("面談がまだありません。", "There are no meetings yet.")));
        }
        if told.is_empty() && newest.is_some() {
            return Err(Error::conflict(both(
                "公開した時間割から変わったところがありません。",
                "Nothing differs from what is published.",
            )));
        }
        let plan = numbered(&dossier, before);
        let kept: HashMap<Uuid, i64> = dossier.meetings.iter().map(|m| (m.id, m.sequence)).collect();
        let counted: Vec<Meeting> =
            plan.iter().filter(|m| kept.get(&m.id).is_some_and(|before| *before != m.sequence)).cloned().collect();
        rows::mark_all(tx, &dossier, &counted).await?;
        let post = Post { app: doing.app, dossier: &dossier };
        let news = mails::News::of(&plan, &told);
        let mut sent = 0;
        for participant in dossier.participants.iter().filter(|p| mail && news.concerns(p.id)) {
            for recipient in mails::recipients(participant, &accounts) {
                outbox::post(tx, post.schedule(participant, &recipient, &news, newest.is_none())).await?;
                sent += 1;
            }
        }
        let number = newest.map_or(1, |newest| newest.number + 1);
        let new =
            NewVersion { number, meetings: &plan, changes: &told, note: &words, mails: sent, by: &doing.actor.label };
        rows::add_version(tx, round, &new).await?;
        setup::turn_within(doing, tx, &dossier.round, State::Published).await?;
        note(tx, doing.actor, round, "published", json!({ "number": number, "changes": told.len(), "mails": sent }));
        Ok(number)
    })
}

/// The plan with sequence numbers: a meeting that differs from what was published counts one up (RFC 5545 3.8.7.4).
fn numbered(dossier: &Dossier, before: Vec<Meeting>) -> Vec<Meeting> {
    let before: HashMap<Uuid, Meeting> = before.into_iter().map(|m| (m.id, m)).collect();
    let same = |old: &Meeting, new: &Meeting| {
        old.starts_at == new.starts_at && old.table_no == new.table_no && old.is_on() == new.is_on()
    };
    dossier
        .meetings
        .iter()
        // What was never told and is cancelled concerns nobody.
        .filter(|m| m.state != MeetingState::Cancelled || before.contains_key(&m.id))
        .map(|m| match before.get(&m.id) {
            Some(old) if !same(old, m) => Meeting { sequence: old.sequence + 1, ..m.clone() },
            _ => m.clone(),
        })
        .collect()
}
