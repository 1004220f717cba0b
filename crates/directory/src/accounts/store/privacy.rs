//! Consent, requests to be forgotten, and everything the hub holds about one account.

use super::note_act;
use crate::accounts::model::{Consent, PrivacyRequest};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Result, Uuid, both};
use serde_json::{Value, json};
use store::{Db, One, Tx, args};

const CONSENT: &str = "id, account, purpose, wording, given_at, withdrawn_at";
const REQUEST: &str = "id, account, reason, state, answer, created_at, decided_at";

pub(crate) async fn consents(db: &Db, account: Uuid) -> Result<Vec<Consent>> {
    Ok(db
        .all(format!("SELECT {CONSENT} FROM consent WHERE account = $1 ORDER BY given_at, id"), args![account])
        .await?)
}

/// Records a consent; a standing one of an older wording is replaced.
pub(crate) async fn give(tx: &mut Tx, actor: &Actor, account: Uuid, purpose: &str, wording: &str) -> Result<()> {
    withdraw(tx, actor, account, purpose).await?;
    let sql = "INSERT INTO consent (id, account, purpose, wording, given_at) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![tx.new_id(), account, purpose, wording, tx.now()]).await?;
    note_act(tx, actor, account, "consent_given", json!({ "purpose": purpose, "wording": wording }));
    Ok(())
}

pub(crate) async fn withdraw(tx: &mut Tx, actor: &Actor, account: Uuid, purpose: &str) -> Result<()> {
    let sql = "UPDATE consent SET withdrawn_at = $3 WHERE account = $1 AND purpose = $2 AND withdrawn_at IS NULL";
    if tx.run(sql, args![account, purpose, tx.now()]).await? > 0 {
        note_act(tx, actor, account, "consent_withdrawn", json!({ "purpose": purpose }));
    }
    Ok(())
}

/// Whether a consent stands today.
pub(crate) async fn stands(db: &Db, account: Uuid, purpose: &str) -> Result<bool> {
    let sql = "SELECT id FROM consent WHERE account = $1 AND purpose = $2 AND withdrawn_at IS NULL";
    Ok(db.opt::<One<Uuid>>(sql, args![account, purpose]).await?.is_some())
}

pub(crate) async fn open_requests(db: &Db) -> Result<Vec<PrivacyRequest>> {
    Ok(db
        .all(format!("SELECT {REQUEST} FROM privacy_request WHERE state = 'open' ORDER BY created_at, id"), args![])
        .await?)
}

pub(crate) async fn count_open(db: &Db) -> Result<u32> {
    let One(count) = db.one::<One<i64>>("SELECT count(*) FROM privacy_request WHERE state = 'open'", args![]).await?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

pub(crate) async fn requests_of(db: &Db, account: Uuid) -> Result<Vec<PrivacyRequest>> {
    Ok(db
        .all(
            format!("SELECT {REQUEST} FROM privacy_request WHERE account = $1 ORDER BY created_at DESC, id"),
            args![account],
        )
        .await?)
}

pub(crate) async fn request(db: &Db, id: Uuid) -> Result<Option<PrivacyRequest>> {
    Ok(db.opt(format!("SELECT {REQUEST} FROM privacy_request WHERE id = $1"), args![id]).await?)
}

pub(crate) async fn add_request(tx: &mut Tx, actor: &Actor, account: Uuid, reason: &str) -> Result<Uuid> {
    let id = tx.new_id();
    let sql = "INSERT INTO privacy_request (id, account, reason, state, created_at) VALUES ($1, $2, $3, 'open', $4)";
    tx.run(sql, args![id, account, reason, tx.now()]).await.map_err(|error| match error.is_duplicate() {
        true => Error::conflict(both("すでに申し出を受け付けています。", "Your request is already with us.")),
        false => error.into(),
    })?;
    note_act(tx, actor, account, "erasure_requested", json!({ "request": id }));
    Ok(id)
}

/// Ends an open request; `false` when it was not open any more.
pub(crate) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    request: &PrivacyRequest,
    state: &str,
    answer: &str,
) -> Result<bool> {
    let sql = "UPDATE privacy_request SET state = $2, answer = $3, decided_at = $4, decided_by = $5 WHERE id = $1 AND state = 'open'";
    let rows = tx.run(sql, args![request.id, state, answer, tx.now(), actor.account]).await?;
    if rows > 0 {
        note_act(tx, actor, request.account, &format!("erasure_{state}"), json!({ "request": request.id }));
    }
    Ok(rows > 0)
}

/// Clears the reason of a request, which is the person's own words.
pub(crate) async fn blank_requests(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("UPDATE privacy_request SET reason = '' WHERE account = $1", args![account]).await?;
    Ok(())
}

/// Takes mails to an address out of the outbox, sent or not.
pub(crate) async fn forget_mails(tx: &mut Tx, email: &str) -> Result<()> {
    tx.run("DELETE FROM mail WHERE lower(recipient) = $1", args![super::email_key(email)]).await?;
    Ok(())
}

/// What an account did, the newest first: instant, act, and the record it was about.
pub(crate) async fn acts(db: &Db, account: Uuid, limit: i64) -> Result<Vec<Value>> {
    let sql =
        "SELECT at, action, record_type, record_id FROM change WHERE actor->>'account' = $1 ORDER BY seq DESC LIMIT $2";
    let read = |line: &store::Line<'_>| {
        let (at, action): (DateTime<Utc>, String) = (line.get("at")?, line.get("action")?);
        let (kind, id): (String, Uuid) = (line.get("record_type")?, line.get("record_id")?);
        Ok(json!({ "at": at, "action": action, "record_type": kind, "record_id": id }))
    };
    Ok(db.all_with(sql, args![account.to_string(), limit], read).await?)
}

/// Takes the address out of every link ever sent to it or for the account.
pub(crate) async fn forget_links(tx: &mut Tx, account: Uuid, email: &str) -> Result<()> {
    let sql = "DELETE FROM account_link WHERE account = $1 OR lower(email) = $2";
    tx.run(sql, args![account, super::email_key(email)]).await?;
    Ok(())
}

/// Person records that were merged into this one; they hold the same person's data.
pub(crate) async fn merged_into(db: &Db, person: Uuid) -> Result<Vec<Uuid>> {
    let found: Vec<One<Uuid>> = db
        .all("SELECT loser FROM record_merge WHERE survivor = $1 AND undone_at IS NULL ORDER BY loser", args![person])
        .await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Removes what other parts of the program keep of an account: forms begun, answers kept for repeated calls.
pub(crate) async fn forget_drafts(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("DELETE FROM draft WHERE account = $1", args![account]).await?;
    tx.run("DELETE FROM idempotency WHERE account = $1", args![account]).await?;
    tx.run("DELETE FROM proposal WHERE created_by = $1", args![account]).await?;
    Ok(())
}

/// Removes copies of a record outside its table: proposed versions, what merges remember.
pub(crate) async fn forget_copies(tx: &mut Tx, record: Uuid) -> Result<()> {
    tx.run("DELETE FROM proposal WHERE record_id = $1", args![record]).await?;
    crate::duplicates::forget(tx, record).await?;
    tx.run("DELETE FROM duplicate_pair WHERE one = $1 OR other = $1", args![record]).await?;
    Ok(())
}
