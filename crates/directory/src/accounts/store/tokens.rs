//! API tokens: found by the hash of their secret, revoked but kept for the record.

use super::note_act;
use crate::accounts::model::Token;
use crate::accounts::secrets::Digest256;
use chrono::{DateTime, Utc};
use kernel::{Actor, Result, Uuid};
use serde_json::json;
use store::{Db, Tx, args};

const COLUMNS: &str = "id, account, prefix, label, permissions, created_at, expires_at, used_at, revoked_at";

pub(crate) async fn by_secret(db: &Db, secret: Digest256) -> Result<Option<Token>> {
    Ok(db.opt(format!("SELECT {COLUMNS} FROM account_token WHERE secret = $1"), args![secret]).await?)
}

pub(crate) async fn of(db: &Db, account: Uuid) -> Result<Vec<Token>> {
    Ok(db
        .all(
            format!("SELECT {COLUMNS} FROM account_token WHERE account = $1 ORDER BY created_at DESC, id"),
            args![account],
        )
        .await?)
}

pub(crate) async fn add(tx: &mut Tx, actor: &Actor, token: &Token, secret: Digest256) -> Result<()> {
    let sql = "INSERT INTO account_token (id, account, secret, prefix, label, permissions, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let t = token;
    tx.run(sql, args![t.id, t.account, secret, &t.prefix, &t.label, json!(t.permissions), t.created_at, t.expires_at])
        .await?;
    let about = json!({ "token": t.id, "prefix": t.prefix, "label": t.label, "permissions": t.permissions, "expires_at": t.expires_at });
    note_act(tx, actor, t.account, "token_made", about);
    Ok(())
}

/// Revokes a token; tells whether it was alive.
pub(crate) async fn revoke(tx: &mut Tx, actor: &Actor, account: Uuid, id: Uuid) -> Result<bool> {
    let sql = "UPDATE account_token SET revoked_at = $3 WHERE id = $1 AND account = $2 AND revoked_at IS NULL";
    let rows = tx.run(sql, args![id, account, tx.now()]).await?;
    if rows > 0 {
        note_act(tx, actor, account, "token_revoked", json!({ "token": id }));
    }
    Ok(rows > 0)
}

pub(crate) async fn revoke_all(tx: &mut Tx, actor: &Actor, account: Uuid) -> Result<()> {
    let rows = tx
        .run(
            "UPDATE account_token SET revoked_at = $2 WHERE account = $1 AND revoked_at IS NULL",
            args![account, tx.now()],
        )
        .await?;
    if rows > 0 {
        note_act(tx, actor, account, "tokens_revoked", json!({ "count": rows }));
    }
    Ok(())
}

/// The token with this shown beginning, whoever made it: for the command line.
pub(crate) async fn by_prefix(db: &Db, prefix: &str) -> Result<Vec<Token>> {
    Ok(db.all(format!("SELECT {COLUMNS} FROM account_token WHERE prefix = $1 ORDER BY id"), args![prefix]).await?)
}

pub(crate) async fn touch(db: &Db, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    store::atomically!(db, |tx| {
        tx.run("UPDATE account_token SET used_at = $2 WHERE id = $1", args![id, now]).await?;
        Ok(())
    })
}
