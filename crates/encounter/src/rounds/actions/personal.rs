//! What rounds hold about a person: taking part, attending for somebody, what was wished and written. Copied for them, and
//! forgotten with them: meetings to come are cancelled, and what is past stays as a number.
//!
//! Never here: what the other side wished or wrote, which is theirs.

use super::note;
use super::setup::{cancel_meetings, new_secret};
use crate::rounds::model::{State, delegation};
use crate::rounds::store as rows;
use chrono::SecondsFormat;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Lang, Result};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use web::{App, Forgetting, Personal, Whose};

pub static PERSONAL: Personal = Personal { key: "rounds", copy, forget };

fn copy<'a>(app: &'a App, whose: &'a Whose) -> BoxFuture<'a, Result<Value>> {
    async move {
        let mut takes_part = Vec::new();
        for one in rows::takes_part(&app.db, whose).await? {
            takes_part.push(if one.is_of(whose) {
                copy_of(app, &one).await?
            } else {
                json!({ "round": one.round, "participant": one.name, "email": one.email })
            });
        }
        let attends = rows::attends(&app.db, whose).await?.into_iter().map(
            |one| json!({ "round": one.round, "participant": one.participant, "name": one.name, "email": one.email }),
        );
        Ok(json!({ "takes_part": takes_part, "attends": attends.collect::<Vec<_>>() }))
    }
    .boxed()
}

/// What the person said of itself and of others, and the meetings it was told of.
async fn copy_of(app: &App, one: &rows::TakesPart) -> Result<Value> {
    let own = rows::own(&app.db, app.hub.zone, one.round, one.id).await?;
    let called = |id| own.name(id, Lang::Ja);
    let wishes = rows::wishes_by(&app.db, one.id).await?.into_iter();
    let meetings = own.meetings.iter().map(|m| {
        let other = if m.a == one.id { m.b } else { m.a };
        json!({ "starts_at": m.starts_at.to_rfc3339_opts(SecondsFormat::Secs, true), "with": called(other), "state": m.state.code() })
    });
    let who = own.participant(one.id);
    Ok(json!({
        "round": one.round,
        "participant": one.name,
        "email": one.email,
        "offer": one.offer,
        "issue": one.issue,
        "language": who.map(|p| p.language.tag()),
        "zone": who.map(|p| p.zone.clone()),
        "answered_at": who.and_then(|p| p.answered_at),
        "wishes": wishes.map(|(asked, wish, note)| json!({ "of": asked, "wish": wish, "note": note })).collect::<Vec<_>>(),
        "meetings": meetings.collect::<Vec<_>>(),
        "notes": rows::words_by(&app.db, one.id).await?,
    }))
}

fn forget(forgetting: Forgetting<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Forgetting { app, actor, tx, whose } = forgetting;
        let mut rounds = BTreeSet::new();
        for one in rows::attends_in(tx, whose).await? {
            let dossier = rows::dossier_in(tx, app.hub.zone, one.round).await?;
            let Some(mut participant) = dossier.participant(one.participant).cloned() else { continue };
            participant.representatives = delegation::without(&participant.representatives, &one.name, &one.email);
            participant.attendees.retain(|attendee| attendee.id != one.id);
            rows::put_participants(tx, one.round, &[participant]).await?;
            rounds.insert(one.round);
        }
        for one in rows::takes_part_in(tx, whose).await? {
            rounds.insert(one.round);
            if one.is_of(whose) {
                let dossier = rows::dossier_in(tx, app.hub.zone, one.round).await?;
                // A round that is over keeps its meetings.
                if dossier.state() != State::Held {
                    cancel_meetings(tx, &dossier, one.id, app.clock.now()).await?;
                }
                rows::blank(tx, one.id, &new_secret()).await?;
            } else {
                rows::forget_address(tx, one.id).await?;
            }
        }
        for round in rounds {
            rows::drop_sheets(tx, round).await?;
            note(tx, actor, round, "person_forgotten", json!({}));
        }
        Ok(())
    }
    .boxed()
}
