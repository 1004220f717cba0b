//! Changes that the people of a party propose to their own records, and staff accept or decline.
//!
//! A proposal is the record as it would be, and the version it was made from. Accepting it is an ordinary update
//! by the reviewer; when the record has changed since, the untouched fields keep their newer values.

use super::actions::{self, Doing};
use super::view::{Piece, pieces};
use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::layout::Crumb;
use crate::notice::{self, Done};
use crate::routes::{Access, Routes};
use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use kernel::change::Verb;
use kernel::record::Record;
use kernel::{Change, Error, Permission, Result, Uuid, both};
use store::{Tx, args, atomically, record, records};

record! {
    struct Stored {
        pub id: Uuid,
        pub record_type: String,
        pub record_id: Uuid,
        pub before: serde_json::Value,
        pub after: serde_json::Value,
        pub created_by: Uuid,
        pub label: String,
        pub created_at: DateTime<Utc>,
    }
}

const SELECT: &str = "SELECT id, record_type, record_id, before, after, created_by, label, created_at FROM proposal WHERE state = 'waiting'";

pub fn routes() -> Routes {
    let review = Access::May(Permission::ReviewDirectory);
    Routes::new().page("/proposals", review, page).submit("/proposals/{id}/accept", review, accept).submit(
        "/proposals/{id}/decline",
        review,
        decline,
    )
}

/// Keeps a proposal; an earlier one of the same account for the same record is replaced.
pub async fn propose(cx: &Cx, before: &Record, after: &Record) -> Result<()> {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    let (now, id) = (cx.now(), cx.app.db.new_id());
    atomically!(cx.db(), |tx| {
        tx.run(
            "UPDATE proposal SET state = 'replaced', decided_at = $3 WHERE record_id = $1 AND created_by = $2 AND state = 'waiting'",
            args![before.id, account, now],
        )
        .await?;
        tx.run(
            "INSERT INTO proposal (id, record_type, record_id, before, after, created_by, label, created_at, state) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting')",
            args![
                id,
                before.kind.key,
                before.id,
                before.to_json(),
                after.to_json(),
                account,
                cx.actor.label.as_str(),
                now
            ],
        )
        .await?;
        tx.note(&cx.actor, noted("proposed", id));
        Ok(())
    })
}

fn noted(verb: &str, id: Uuid) -> Change {
    Change { verb: Verb::Other(verb.to_owned()), record_type: "proposal", record_id: id, before: None, after: None }
}

/// How many proposals wait; shown on the desk of reviewers.
pub async fn waiting(cx: &Cx) -> Result<i64> {
    let store::One(count) = cx.app.db.one("SELECT count(*) FROM proposal WHERE state = 'waiting'", args![]).await?;
    Ok(count)
}

struct Waiting {
    id: Uuid,
    title: String,
    href: String,
    who: String,
    at: String,
    outdated: bool,
    changes: Vec<(&'static str, Vec<Piece>, Vec<Piece>)>,
    accept_href: String,
    decline_href: String,
}

#[derive(Template)]
#[template(path = "records/proposals.html")]
struct ProposalsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    waiting: Vec<Waiting>,
}

async fn page(cx: Cx) -> Handled {
    let stored: Vec<Stored> = cx.app.db.all(format!("{SELECT} ORDER BY created_at, id LIMIT 100"), args![]).await?;
    let mut waiting = Vec::new();
    for proposal in &stored {
        waiting.extend(show(&cx, proposal).await?);
    }
    let crumbs = vec![Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk"))];
    html(&ProposalsPage { crumbs, waiting, cx: &cx })
}

async fn show(cx: &Cx, proposal: &Stored) -> Result<Option<Waiting>> {
    let Some((kind, before, after)) = both_versions(cx, proposal) else { return Ok(None) };
    let Some(current) = records::find(&cx.app.db, kind, proposal.record_id, cx.scope()).await? else { return Ok(None) };
    let changes = before
        .changed_fields(&after)
        .into_iter()
        .map(|(field, old, new)| {
            let show =
                |value: Option<&kernel::record::FieldValue>| value.map(|v| pieces(cx, field, v)).unwrap_or_default();
            (field.label.get(cx.lang), show(old), show(new))
        })
        .collect();
    let local = proposal.created_at.with_timezone(&cx.hub.zone).naive_local();
    Ok(Some(Waiting {
        id: proposal.id,
        title: current.called(cx.lang),
        href: cx.href(&format!("/{}/{}", kind.path, current.id)),
        who: proposal.label.clone(),
        at: kernel::calendar::date_time_long(cx.lang, local),
        outdated: current.version != before.version,
        changes,
        accept_href: cx.href(&format!("/proposals/{}/accept", proposal.id)),
        decline_href: cx.href(&format!("/proposals/{}/decline", proposal.id)),
    }))
}

fn both_versions(cx: &Cx, proposal: &Stored) -> Option<(&'static kernel::record::RecordType, Record, Record)> {
    let kind = cx.app.kind(&proposal.record_type)?;
    Some((kind, Record::from_json(kind, &proposal.before)?, Record::from_json(kind, &proposal.after)?))
}

async fn accept(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let proposal: Stored = cx.app.db.opt(format!("{SELECT} AND id = $1"), args![id]).await?.ok_or_else(decided)?;
    let (kind, before, after) = both_versions(&cx, &proposal).ok_or(Error::NotFound)?;
    let mut current = records::find(&cx.app.db, kind, proposal.record_id, cx.scope()).await?.ok_or(Error::NotFound)?;
    for (field, _, new) in before.changed_fields(&after) {
        match new {
            Some(value) => current.values.insert(field.name, value.clone()),
            None => current.values.remove(field.name),
        };
    }
    let (doing, seen) = (Doing::of(&cx), current.version);
    atomically!(cx.db(), |tx| {
        decide(&cx, tx, id, "accepted").await?;
        actions::update_within(&doing, tx, current.clone(), seen).await?;
        Ok(())
    })?;
    Ok(notice::redirect(&cx, "/proposals", Done::Accepted, None))
}

async fn decline(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    atomically!(cx.db(), |tx| { decide(&cx, tx, id, "declined").await })?;
    Ok(notice::redirect(&cx, "/proposals", Done::Declined, None))
}

/// One reviewer decides: the second one is told so.
async fn decide(cx: &Cx, tx: &mut Tx, id: Uuid, state: &'static str) -> Result<()> {
    let sql = "UPDATE proposal SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND state = 'waiting'";
    if tx.run(sql, args![id, state, cx.now(), cx.actor.account]).await? == 0 {
        return Err(decided());
    }
    tx.note(&cx.actor, noted(state, id));
    Ok(())
}

fn decided() -> Error {
    Error::conflict(both("この提案はもう処理されています。", "This proposal has been decided already."))
}
