//! Sessions: one row per signed-in browser, found by the hash of its cookie.

use super::note_act;
use crate::accounts::model::{Account, Session};
use crate::accounts::secrets::Digest256;
use chrono::{DateTime, Utc};
use kernel::{Actor, Result, Uuid};
use serde_json::json;
use store::{Db, One, Tx, args};

const COLUMNS: &str = "id, account, method, address, agent, created_at, confirmed_at, seen_at, expires_at";

/// Where a request comes from, as the list of sessions shows it.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// Opens a session. The secret is known to the browser alone; the row keeps its digest.
pub(crate) async fn open(
    tx: &mut Tx,
    account: &Account,
    secret: Digest256,
    method: &str,
    origin: &Origin,
    expires_at: DateTime<Utc>,
) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO account_session (id, account, secret, method, address, agent, created_at, confirmed_at, seen_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8)";
    tx.run(sql, args![id, account.id, secret, method, &origin.address, &origin.agent, now, expires_at]).await?;
    Ok(id)
}

pub(crate) async fn by_secret(db: &Db, secret: Digest256) -> Result<Option<Session>> {
    Ok(db.opt(format!("SELECT {COLUMNS} FROM account_session WHERE secret = $1"), args![secret]).await?)
}

pub(crate) async fn find(db: &Db, id: Uuid) -> Result<Option<Session>> {
    Ok(db.opt(format!("SELECT {COLUMNS} FROM account_session WHERE id = $1"), args![id]).await?)
}

/// Open sessions of an account, the newest first.
pub(crate) async fn of(db: &Db, account: Uuid) -> Result<Vec<Session>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM account_session WHERE account = $1 AND expires_at > $2 ORDER BY seen_at DESC, id"
    );
    Ok(db.all(sql, args![account, db.now()]).await?)
}

/// Remembers that a session is in use. Not a change of anything, so it is not noted.
pub(crate) async fn touch(db: &Db, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    store::atomically!(db, |tx| {
        tx.run("UPDATE account_session SET seen_at = $2 WHERE id = $1", args![id, now]).await?;
        Ok(())
    })
}

/// Ends one session of an account; tells whether there was one.
pub(crate) async fn end(tx: &mut Tx, actor: &Actor, account: Uuid, id: Uuid, verb: &str) -> Result<bool> {
    let rows = tx.run("DELETE FROM account_session WHERE id = $1 AND account = $2", args![id, account]).await?;
    if rows > 0 {
        note_act(tx, actor, account, verb, json!({ "session": id }));
    }
    Ok(rows > 0)
}

/// Ends every session of an account but one.
pub(crate) async fn end_all(tx: &mut Tx, actor: &Actor, account: Uuid, but: Option<Uuid>) -> Result<u64> {
    let kept = but.unwrap_or(Uuid::nil());
    let rows = tx.run("DELETE FROM account_session WHERE account = $1 AND id <> $2", args![account, kept]).await?;
    if rows > 0 {
        note_act(tx, actor, account, "sessions_ended", json!({ "count": rows }));
    }
    Ok(rows)
}

/// Remembers a browser in which the account signed in.
pub(crate) async fn know_device(tx: &mut Tx, account: Uuid, secret: Digest256) -> Result<()> {
    let sql = "INSERT INTO account_device (secret, account, seen_at) VALUES ($1, $2, $3) \
               ON CONFLICT (secret) DO UPDATE SET account = excluded.account, seen_at = excluded.seen_at";
    tx.run(sql, args![secret, account, tx.now()]).await?;
    Ok(())
}

/// Whether the account has signed in from the browser that holds this secret.
pub(crate) async fn is_known_device(db: &Db, account: Uuid, secret: Digest256) -> Result<bool> {
    let sql = "SELECT account FROM account_device WHERE secret = $1 AND account = $2";
    Ok(db.opt::<One<Uuid>>(sql, args![secret, account]).await?.is_some())
}

pub(crate) async fn forget_devices(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("DELETE FROM account_device WHERE account = $1", args![account]).await?;
    Ok(())
}

/// Removes what has run out: sessions, links, ceremonies, counters, browsers not seen for a year.
pub(crate) async fn sweep(db: &Db, idle: chrono::TimeDelta) -> Result<()> {
    let now = db.now();
    store::atomically!(db, |tx| {
        tx.run("DELETE FROM account_session WHERE expires_at < $1 OR seen_at < $2", args![now, now - idle]).await?;
        tx.run("DELETE FROM account_ceremony WHERE expires_at < $1", args![now]).await?;
        tx.run("DELETE FROM account_link WHERE expires_at < $1", args![now - chrono::TimeDelta::days(30)]).await?;
        tx.run("DELETE FROM account_try WHERE last_at < $1", args![now - crate::accounts::policy::FORGOTTEN_AFTER])
            .await?;
        tx.run("DELETE FROM account_device WHERE seen_at < $1", args![now - chrono::TimeDelta::days(365)]).await?;
        Ok(())
    })
}
