//! What introductions add to others: ways from the pages of parties, merges of parties, a person's rights.

use super::SYSTEM;
use crate::introductions::model::{Side, seen};
use crate::introductions::store as rows;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::change::{Change, Verb};
use kernel::{Actor, Result, Uuid, both};
use serde_json::{Value, json};
use store::Tx;
use web::hooks::{Following, Follows};
use web::{App, Beside, Forgetting, Hooks, Personal, Whose};

/// Everything that introductions add.
pub fn hooks() -> Hooks {
    let ask = Beside {
        label: both("紹介を頼む", "Ask for an introduction"),
        path: |id| format!("/introductions/new?other={id}"),
        may: |actor, party| {
            let speaks = actor.person.is_some() || !actor.manages.is_empty();
            speaks && !actor.acts_for(party)
        },
    };
    let own = Beside {
        label: both("紹介の受信箱", "Introductions"),
        path: |_| "/introductions".to_owned(),
        may: |actor, party| actor.acts_for(party),
    };
    let hooks = Hooks::default().following(Following::of::<Parties>("introductions")).personal(Personal {
        key: "introductions",
        copy,
        forget,
    });
    let tell = crate::introductions::pages::history::tell;
    directory::records::PARTIES
        .iter()
        .fold(hooks, |hooks, kind| hooks.beside(kind, ask).beside(kind, own).telling(kind, tell))
}

/// Introductions follow a party that becomes another one.
struct Parties;

impl Follows for Parties {
    type Moved = rows::Moved;

    async fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> Result<rows::Moved> {
        let moved = rows::move_party(tx, loser, survivor).await?;
        tell_moved(tx, &moved);
        Ok(moved)
    }

    async fn back(tx: &mut Tx, moved: rows::Moved, loser: Uuid, survivor: Uuid) -> Result<()> {
        rows::move_back(tx, &moved, loser, survivor).await?;
        tell_moved(tx, &moved);
        Ok(())
    }
}

/// Whoever reads made introductions has to read these again.
fn tell_moved(tx: &mut Tx, moved: &rows::Moved) {
    for named in &moved.named {
        let verb = Verb::Other("moved".to_owned());
        let change = Change { verb, record_type: "introduction", record_id: named.id, before: None, after: None };
        tx.note(&Actor::system(SYSTEM), change);
    }
}

/// What a person asked for, was asked and wrote; not what the other side did with it.
fn copy<'a>(app: &'a App, whose: &'a Whose) -> BoxFuture<'a, Result<Value>> {
    async move {
        let (db, now) = (&app.db, app.clock.now());
        let mut list = Vec::new();
        for person in &whose.persons {
            for one in rows::of_party(db, *person).await? {
                list.extend(Side::ALL.into_iter().filter_map(|side| copy_of(&one, *person, side, now)));
            }
        }
        let notes = rows::notes_by(db, whose.account).await?;
        let notes: Vec<Value> =
            notes.into_iter().map(|(id, words)| json!({ "introduction": id, "note": words })).collect();
        Ok(json!({ "list": list, "notes": notes }))
    }
    .boxed()
}

fn copy_of(one: &rows::Introduction, person: Uuid, side: Side, now: DateTime<Utc>) -> Option<Value> {
    (one.party(side) == Some(person)).then_some(())?;
    let seen = seen(one, side, now)?;
    Some(json!({
        "id": one.id,
        "asker": one.asker,
        "other": one.other,
        "side": side.code(),
        "stands": seen.code(),
        "message": (side == Side::Asker && !one.by_staff).then_some(&one.message),
        "created_at": one.created_at,
    }))
}

fn forget(forgetting: Forgetting<'_>) -> BoxFuture<'_, Result<()>> {
    let Forgetting { tx, whose, .. } = forgetting;
    rows::forget(tx, whose.account, &whose.persons).boxed()
}
