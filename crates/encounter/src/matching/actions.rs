//! Answers to suggestions, one function per verb.

use super::{policy, store};
use ::store::{Tx, atomically};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::change::{Change, Verb};
use kernel::{Error, Result, Uuid};
use serde_json::{Value, json};
use web::hooks::Follows;
use web::{App, Cx, Forgetting, Whose};

/// The party never wants the other one suggested again.
pub async fn never(cx: &Cx, party: Uuid, other: Uuid) -> Result<()> {
    answer(cx, party, other, true).await
}

/// The party takes its "not again" back.
pub async fn again(cx: &Cx, party: Uuid, other: Uuid) -> Result<()> {
    answer(cx, party, other, false).await
}

async fn answer(cx: &Cx, party: Uuid, other: Uuid, never: bool) -> Result<()> {
    policy::may_read(&cx.actor, party)?;
    let known = |id| cx.app.catalogue.entry(id, &cx.keyring).is_some();
    if party == other || !known(party) || !known(other) {
        return Err(Error::NotFound);
    }
    let (db, actor) = (cx.db(), &cx.actor);
    let id = db.new_id();
    atomically!(db, |tx| {
        let changed = if never {
            store::keep_never(tx, id, party, other, actor.account).await?
        } else {
            store::drop_never(tx, party, other).await?
        };
        match (changed, never) {
            (true, true) => store::log(tx, [party, other], "declined").await?,
            (true, false) => store::unlog(tx, [party, other]).await?,
            (false, _) => {}
        }
        if changed {
            let verb = Verb::Other(if never { "not_again" } else { "suggest_again" }.to_owned());
            let pair = serde_json::json!({ "party": party, "other": other });
            tx.note(
                actor,
                Change { verb, record_type: "match_answer", record_id: party, before: None, after: Some(pair) },
            );
        }
        Ok(())
    })?;
    Ok(())
}

/// "Not again" is for ever, also under another name: it follows a party that becomes another one.
pub(super) struct NotAgain;

impl Follows for NotAgain {
    type Moved = Vec<(Uuid, String)>;

    async fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> Result<Self::Moved> {
        store::move_never(tx, loser, survivor).await
    }

    async fn back(tx: &mut Tx, moved: Self::Moved, loser: Uuid, survivor: Uuid) -> Result<()> {
        store::move_never_back(tx, &moved, loser, survivor).await
    }
}

/// Whom a person does not want to meet again; not who said so of them.
pub(super) fn copy<'a>(app: &'a App, whose: &'a Whose) -> BoxFuture<'a, Result<Value>> {
    async move {
        let mut never = Vec::new();
        for person in &whose.persons {
            never.extend(store::never_of(&app.db, *person).await?);
        }
        Ok(json!({ "not_again": never }))
    }
    .boxed()
}

pub(super) fn forget(forgetting: Forgetting<'_>) -> BoxFuture<'_, Result<()>> {
    let Forgetting { tx, whose, .. } = forgetting;
    store::forget(tx, whose.account, &whose.persons).boxed()
}
