//! What the directory adds to saving, on every surface: links lead to records that exist, a unit lies within one
//! organization, and no chain of parents, head offices or successors runs in a circle.
//!
//! Never here: rules without a database (those are in the record descriptions), permissions.

use crate::duplicates;
use crate::records::{ALIAS, CLAIM, LISTING, ORGANIZATION, PERSON, RELATION, ROLE, UNIT};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::edtf::Edtf;
use kernel::record::{FieldValue, Record};
use kernel::{Error, FieldErrors, Result, Uuid, both};
use std::collections::HashSet;
use store::{One, Tx, args, records};
use web::{App, Hooks, Saving};

/// Relations that must not run in a circle.
const CHAINS: [&str; 3] = ["parent", "branch", "successor"];
/// Bodies above one body that are looked at; more is not a real organization.
const MOST: usize = 10_000;

/// Everything that the directory adds to saving; also the warning about similar records, and old addresses of merged ones.
pub fn hooks() -> Hooks {
    let linked = [&UNIT, &ROLE, &RELATION, &ALIAS, &LISTING, &CLAIM];
    let hooks = linked.into_iter().fold(Hooks::default(), |hooks, kind| hooks.on(kind.key, links_exist));
    let hooks = hooks.on(UNIT.key, unit_lies_within).on(RELATION.key, no_circle);
    let parties = [&ORGANIZATION, &UNIT, &PERSON];
    parties
        .into_iter()
        .fold(hooks, |hooks, kind| hooks.warn(kind.key, duplicates::warnings))
        .moved(duplicates::resolve_merged)
}

/// Every link that is new leads to a record that is there when this transaction ends. The row is held until then, so
/// that nobody deletes or merges it meanwhile.
fn links_exist(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { app, tx, before, after, .. } = saving;
        let mut errors = FieldErrors::default();
        for field in after.kind.link_fields() {
            if before.is_some_and(|before| before.get(field.name) == after.get(field.name)) {
                continue;
            }
            let ids: Vec<Uuid> = match after.get(field.name) {
                Some(FieldValue::Link(id)) => vec![*id],
                Some(FieldValue::Links(ids)) => ids.clone(),
                _ => Vec::new(),
            };
            let known = |id: &Uuid| before.is_some_and(|before| before.links(field.name).contains(id));
            for id in ids.iter().filter(|id| **id != after.id && !known(id)) {
                if !is_there(app, tx, field.targets(), *id).await? {
                    errors.add(
                        field.name,
                        both(
                            "この記録はもうありません。選び直してください。",
                            "This record is not there any more. Choose another.",
                        ),
                    );
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
    }
    .boxed()
}

async fn is_there(app: &App, tx: &mut Tx, targets: &[&'static str], id: Uuid) -> Result<bool> {
    for key in targets {
        let Some(kind) = app.kind(key) else { continue };
        let Some(record) = records::in_tx(tx, kind, id).await? else { continue };
        if record.deleted_at.is_some() {
            return Ok(false);
        }
        tx.lock(kind.key, id).await?;
        // Somebody may have deleted it while the lock was waited for.
        return Ok(records::in_tx(tx, kind, id).await?.is_some_and(|record| record.deleted_at.is_none()));
    }
    Ok(false)
}

/// One writer of chains at a time: two links that close a circle between them must not be saved side by side.
async fn hold_chains(tx: &mut Tx) -> Result<()> {
    tx.run("UPDATE feed_head SET seq = seq WHERE one = 1", args![]).await?;
    Ok(())
}

fn unit_lies_within(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { tx, before, after, .. } = saving;
        let same = |field: &str| before.is_some_and(|before| before.get(field) == after.get(field));
        if same("parent") && same("organization") {
            return Ok(());
        }
        let Some(organization) = after.link("organization") else { return Ok(()) };
        if let Some(parent) = after.link("parent") {
            hold_chains(tx).await?;
            above_is_apart(tx, after.id, parent).await?;
            let above = records::in_tx(tx, &UNIT, parent).await?.and_then(|unit| unit.link("organization"));
            if above.is_some_and(|above| above != organization) {
                return Err(Error::invalid(
                    "parent",
                    both(
                        "上位の部局は、同じ組織のものを選んでください。",
                        "The unit above must belong to the same organization.",
                    ),
                ));
            }
        }
        if before.is_some() && !same("organization") {
            let sql = "SELECT id FROM unit WHERE parent = $1 AND organization <> $2 AND deleted_at IS NULL LIMIT 1";
            if tx.opt::<One<Uuid>>(sql, args![after.id, organization]).await?.is_some() {
                return Err(Error::invalid(
                    "organization",
                    both(
                        "下位の部局が別の組織に残ります。先にそれらを移してください。",
                        "Units below it would stay in another organization. Move them first.",
                    ),
                ));
            }
        }
        Ok(())
    }
    .boxed()
}

/// Walks up from a unit; meeting the unit itself is a circle.
async fn above_is_apart(tx: &mut Tx, unit: Uuid, parent: Uuid) -> Result<()> {
    let mut seen = HashSet::from([unit]);
    let mut at = Some(parent);
    while let Some(above) = at {
        if !seen.insert(above) || seen.len() > MOST {
            return Err(Error::invalid(
                "parent",
                both(
                    "上位の部局をたどると、この部局に戻ります。別の部局を選んでください。",
                    "Following the units above leads back to this one. Choose another.",
                ),
            ));
        }
        let found: Option<One<Option<Uuid>>> =
            tx.opt("SELECT parent FROM unit WHERE id = $1 AND deleted_at IS NULL", args![above]).await?;
        at = found.and_then(|One(parent)| parent);
    }
    Ok(())
}

/// `from` is the parent of `to`: no way down from `to` may lead to `from`. Ties of other times do not count, except
/// successors, whose times follow each other.
fn no_circle(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { tx, before, after, .. } = saving;
        let kind = after.plain("kind").to_owned();
        let same = |field: &str| before.is_some_and(|before| before.get(field) == after.get(field));
        let unchanged = ["from", "to", "kind", "period"].into_iter().all(same);
        let (Some(from), Some(to)) = (after.link("from"), after.link("to")) else { return Ok(()) };
        if unchanged || !CHAINS.contains(&kind.as_str()) {
            return Ok(());
        }
        hold_chains(tx).await?;
        let mut seen = HashSet::from([to]);
        let mut open = vec![to];
        while let Some(at) = open.pop() {
            if at == from || seen.len() > MOST {
                return Err(Error::invalid(
                    "from",
                    both("たどると元の組織に戻ります(輪になります)。関係の向きを確かめてください。", "This would run in a circle. Check the direction of the relation."),
                ));
            }
            let below: Vec<(Uuid, Option<String>)> = tx
                .all("SELECT \"to\", period FROM relation WHERE \"from\" = $1 AND kind = $2 AND id <> $3 AND deleted_at IS NULL", args![at, kind.as_str(), after.id])
                .await?;
            open.extend(below.into_iter().filter(|(_, period)| kind == "successor" || may_meet(after, period.as_deref())).map(|(to, _)| to).filter(|to| seen.insert(*to)));
        }
        Ok(())
    }
    .boxed()
}

/// Whether two periods may have a day in common; unknown ones may.
fn may_meet(relation: &Record, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (relation.date("period"), other.and_then(|text| Edtf::parse(text).ok())) else {
        return true;
    };
    let before = |a: &Edtf, b: &Edtf| matches!((a.latest(), b.earliest()), (Some(end), Some(begin)) if end < begin);
    !before(&one, &other) && !before(&other, &one)
}
