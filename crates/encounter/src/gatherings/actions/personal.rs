//! What gatherings hold about a person: registrations, marked sessions, a calendar address. Copied for them, and
//! forgotten with them: seats of gatherings to come go to whoever waits, and what is past stays as a number.
//!
//! Never here: companions' names, which are other people's.

use super::cancel::cancel_within;
use crate::gatherings::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::Result;
use serde_json::{Value, json};
use web::records::actions::Doing;
use web::{App, Forgetting, Personal, Whose};

pub static PERSONAL: Personal = Personal { key: "gatherings", copy, forget };

fn copy<'a>(app: &'a App, whose: &'a Whose) -> BoxFuture<'a, Result<Value>> {
    async move {
        let mut registrations = Vec::new();
        for one in rows::of_person(&app.db, whose).await? {
            let grants = rows::grants_of(&app.db, one.party).await?;
            registrations.push(json!({
                "gathering": one.gathering,
                "name": one.name,
                "organization": one.organization,
                "email": one.email,
                "language": one.language,
                "state": one.state,
                "listed": one.listed,
                "answers": one.answers,
                "benefits": grants.iter().map(|(perk, _)| perk.code()).collect::<Vec<_>>(),
                "created_at": one.created_at,
                "checked_in_at": one.checked_in_at,
                "survey": rows::named_answers(&app.db, one.id).await?,
            }));
        }
        Ok(json!({
            "registrations": registrations,
            "marked_sessions": rows::stars(&app.db, whose.account).await?,
            "has_calendar_address": rows::has_feed(&app.db, whose.account).await?,
        }))
    }
    .boxed()
}

fn forget(forgetting: Forgetting<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Forgetting { app, actor, tx, whose } = forgetting;
        let doing = Doing { app, actor, db: app.db.clone() };
        for one in rows::of_person_in(tx, whose).await? {
            let begun = rows::seats_in(tx, one.gathering).await?.is_none_or(|row| app.clock.now() >= row.starts_at);
            if one.stands() && !begun {
                cancel_within(&doing, tx, one.gathering, one.party, Some(one.id)).await?;
            }
            rows::forget_answers(tx, one.id).await?;
            rows::blank(tx, one.id, one.party).await?;
        }
        rows::forget_marks(tx, whose.account).await?;
        rows::end_feed(tx, whose.account).await
    }
    .boxed()
}
