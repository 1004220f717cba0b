//! Answers to suggestions, one function per verb.

use super::{policy, store};
use ::store::atomically;
use kernel::change::{Change, Verb};
use kernel::{Error, Result, Uuid};
use web::Cx;

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
