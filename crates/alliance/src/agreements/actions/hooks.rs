//! What follows from saving agreements and their parts, on every surface: order of states, rows of rest, the unit of
//! a joint research chair, parts that are never seen by more people than their agreement, no evidence twice.

use super::{chair, life};
use crate::agreements::model::State;
use crate::agreements::records::{
    AGREEMENT, AGREEMENT_PARTY, AMENDMENT, CLAUSE, DOCUMENT, EVIDENCE, SIGNATORY, SUSPENSION,
};
use crate::agreements::{policy, store as rows};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::record::{Record, RecordType};
use kernel::{Error, Result, both};
use store::{Tx, records};
use web::records::actions::Doing;
use web::{Hooks, Saving};

/// Everything that agreements add to saving.
pub fn hooks() -> Hooks {
    let parts = [&AGREEMENT_PARTY, &CLAUSE, &SIGNATORY, &AMENDMENT, &SUSPENSION, &EVIDENCE, &DOCUMENT];
    let hooks = Hooks::default()
        .on(AGREEMENT.key, agreement_saved)
        .on(AGREEMENT_PARTY.key, party_once)
        .on(EVIDENCE.key, evidence_once);
    parts.into_iter().fold(hooks, |hooks, part| hooks.on(part.key, no_wider_than_its_whole))
}

fn agreement_saved(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { app, actor, tx, before, after } = saving;
        let doing = Doing { app, actor, db: app.db.clone() };
        let next = State::from_code(after.plain("state"));
        if let Some(before) = before {
            let from = State::from_code(before.plain("state"));
            policy::may_become(from, next)?;
            if from != next {
                life::follow_state(&doing, tx, after, next).await?;
            }
            if after.audience.level < before.audience.level {
                narrow_parts(&doing, tx, after).await?;
            }
        }
        let chair_without_unit = after.plain("type") == "joint_research_chair" && after.link("unit").is_none();
        if next == State::Signed
            && chair_without_unit
            && let Some(unit) = chair::create_unit(&doing, tx, after).await?
        {
            after.set("unit", unit);
        }
        Ok(())
    }
    .boxed()
}

/// A part of a narrower agreement must not be found by those who may not see the agreement.
fn no_wider_than_its_whole(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let whole = if saving.after.kind.key == EVIDENCE.key { ("clause", &CLAUSE) } else { ("agreement", &AGREEMENT) };
        let Some(id) = saving.after.link(whole.0) else { return Ok(()) };
        if let Some(whole) = records::in_tx(saving.tx, whole.1, id).await? {
            narrow(saving.after, &whole);
        }
        Ok(())
    }
    .boxed()
}

/// Cuts the audience of a part to that of the whole. Tells whether it was wider.
fn narrow(part: &mut Record, whole: &Record) -> bool {
    let wider = part.audience.level > whole.audience.level;
    if wider {
        part.audience.level = whole.audience.level;
        part.audience.parties.clone_from(&whole.audience.parties);
    }
    wider
}

async fn narrow_parts(doing: &Doing<'_>, tx: &mut Tx, agreement: &Record) -> Result<()> {
    for kind in [&AGREEMENT_PARTY, &CLAUSE, &SIGNATORY, &AMENDMENT, &SUSPENSION, &DOCUMENT] {
        for id in rows::part_ids(tx, kind, "agreement", agreement.id).await? {
            narrow_part(doing, tx, kind, id, agreement).await?;
            if kind.key == CLAUSE.key {
                for used in rows::part_ids(tx, &EVIDENCE, "clause", id).await? {
                    narrow_part(doing, tx, &EVIDENCE, used, agreement).await?;
                }
            }
        }
    }
    Ok(())
}

async fn narrow_part(
    doing: &Doing<'_>,
    tx: &mut Tx,
    kind: &'static RecordType,
    id: kernel::Uuid,
    whole: &Record,
) -> Result<()> {
    let Some(mut part) = records::in_tx(tx, kind, id).await? else { return Ok(()) };
    if !narrow(&mut part, whole) {
        return Ok(());
    }
    // Otherwise nothing would be seen to differ: `narrow` changed the audience of this copy only.
    let seen = part.version;
    records::update(tx, doing.actor, &mut part, seen, doing.app.clock.now()).await
}

fn party_once(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let after = saving.after;
        let (Some(agreement), Some(party)) = (after.link("agreement"), after.link("party")) else { return Ok(()) };
        let capacity = after.plain("capacity").to_owned();
        if rows::stands_twice(saving.tx, agreement, party, &capacity, after.id).await? {
            return Err(Error::invalid(
                "party",
                both(
                    "この当事者は同じ立場ですでに入っています。",
                    "This party stands here in the same capacity already.",
                ),
            ));
        }
        Ok(())
    }
    .boxed()
}

fn evidence_once(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let after = saving.after;
        // Only an address or another subsystem's record names one event; "press release" may prove several.
        let named = after.source.as_deref().filter(|source| super::evidence::names_one_record(source));
        let (Some(clause), Some(source)) = (after.link("clause"), named) else { return Ok(()) };
        if rows::evidence_from(saving.tx, clause, source, after.id).await? {
            return Err(Error::invalid(
                "source",
                both(
                    "この記録は同じ条項の活用としてすでに登録されています。",
                    "This record counts as a use of the same clause already.",
                ),
            ));
        }
        Ok(())
    }
    .boxed()
}
