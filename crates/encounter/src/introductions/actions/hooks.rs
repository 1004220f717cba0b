//! What introductions add to others: ways from the pages of parties, merges of parties, a person's rights.

use crate::introductions::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Error, Result, Uuid, both};
use serde_json::{Value, json};
use store::{Db, Tx};
use web::hooks::{Following, PersonData};
use web::{Beside, Hooks};

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
    let hooks = Hooks::default().following(Following { key: "introductions", forth, back }).person_data(PersonData {
        key: "introductions",
        copy,
        forget,
    });
    directory::records::PARTIES.iter().fold(hooks, |hooks, kind| hooks.beside(kind, ask).beside(kind, own))
}

fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> BoxFuture<'_, Result<Value>> {
    async move { Ok(json!(rows::move_party(tx, loser, survivor).await?)) }.boxed()
}

fn back<'a>(tx: &'a mut Tx, moved: &'a Value, loser: Uuid, survivor: Uuid) -> BoxFuture<'a, Result<()>> {
    async move {
        let moved: Vec<(Uuid, String)> = serde_json::from_value(moved.clone()).map_err(Error::internal)?;
        rows::move_back(tx, &moved, loser, survivor).await
    }
    .boxed()
}

/// What a person asked for, was asked and wrote; not what the other side did with it.
fn copy(db: &Db, account: Uuid, person: Option<Uuid>) -> BoxFuture<'_, Result<Value>> {
    async move {
        let mut list = Vec::new();
        if let Some(person) = person {
            for one in rows::of_party(db, person).await? {
                let side = crate::introductions::model::Side::ALL.into_iter().find(|s| one.party(*s) == Some(person));
                let Some(side) = side else { continue };
                let Some(seen) = crate::introductions::model::seen(&one, side, db.now()) else { continue };
                let asked = one.asker == person && !one.by_staff;
                list.push(json!({
                    "id": one.id,
                    "asker": one.asker,
                    "other": one.other,
                    "side": side.code(),
                    "stands": seen.code(),
                    "message": asked.then_some(&one.message),
                    "created_at": one.created_at,
                }));
            }
        }
        let notes: Vec<Value> = rows::notes_by(db, account)
            .await?
            .into_iter()
            .map(|(id, words)| json!({ "introduction": id, "note": words }))
            .collect();
        Ok(json!({ "list": list, "notes": notes }))
    }
    .boxed()
}

fn forget(tx: &mut Tx, account: Uuid, person: Option<Uuid>) -> BoxFuture<'_, Result<()>> {
    rows::forget(tx, account, person).boxed()
}
