//! What opens an account beside a password: passkeys and accounts elsewhere.

use super::note_act;
use crate::accounts::model::{OutsideIdentity, Passkey};
use kernel::{Actor, Error, Result, Uuid, both};
use serde_json::{Value, json};
use store::{Db, Tx, args};

const PASSKEY: &str = "id, account, passkey, label, created_at, used_at";
const IDENTITY: &str = "id, account, issuer, label, created_at, used_at";

pub(crate) async fn passkeys_of(db: &Db, account: Uuid) -> Result<Vec<Passkey>> {
    Ok(db
        .all(
            format!("SELECT {PASSKEY} FROM account_passkey WHERE account = $1 ORDER BY created_at, id"),
            args![account],
        )
        .await?)
}

pub(crate) async fn passkey_by_credential(db: &Db, credential: &[u8]) -> Result<Option<Passkey>> {
    Ok(db.opt(format!("SELECT {PASSKEY} FROM account_passkey WHERE credential = $1"), args![credential]).await?)
}

pub(crate) async fn add_passkey(
    tx: &mut Tx,
    actor: &Actor,
    account: Uuid,
    credential: &[u8],
    passkey: Value,
    label: &str,
) -> Result<Uuid> {
    let id = tx.new_id();
    let sql = "INSERT INTO account_passkey (id, account, credential, passkey, label, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, args![id, account, credential, passkey, label, tx.now()]).await.map_err(|error| {
        match error.is_duplicate() {
            true => {
                Error::conflict(both("このパスキーはすでに登録されています。", "This passkey is already registered."))
            }
            false => error.into(),
        }
    })?;
    note_act(tx, actor, account, "passkey_added", json!({ "passkey": id, "label": label }));
    Ok(id)
}

/// Keeps the counter and backup state after a use; they tell copied keys apart.
pub(crate) async fn passkey_used(tx: &mut Tx, id: Uuid, passkey: Option<Value>) -> Result<()> {
    match passkey {
        Some(passkey) => {
            tx.run("UPDATE account_passkey SET used_at = $2, passkey = $3 WHERE id = $1", args![id, tx.now(), passkey])
                .await?
        }
        None => tx.run("UPDATE account_passkey SET used_at = $2 WHERE id = $1", args![id, tx.now()]).await?,
    };
    Ok(())
}

pub(crate) async fn remove_passkey(tx: &mut Tx, actor: &Actor, account: Uuid, id: Uuid) -> Result<bool> {
    let rows = tx.run("DELETE FROM account_passkey WHERE id = $1 AND account = $2", args![id, account]).await?;
    if rows > 0 {
        note_act(tx, actor, account, "passkey_removed", json!({ "passkey": id }));
    }
    Ok(rows > 0)
}

pub(crate) async fn identities_of(db: &Db, account: Uuid) -> Result<Vec<OutsideIdentity>> {
    Ok(db
        .all(
            format!("SELECT {IDENTITY} FROM account_identity WHERE account = $1 ORDER BY created_at, id"),
            args![account],
        )
        .await?)
}

pub(crate) async fn identity(db: &Db, issuer: &str, subject: &str) -> Result<Option<OutsideIdentity>> {
    Ok(db
        .opt(
            format!("SELECT {IDENTITY} FROM account_identity WHERE issuer = $1 AND subject = $2"),
            args![issuer, subject],
        )
        .await?)
}

pub(crate) async fn add_identity(
    tx: &mut Tx,
    actor: &Actor,
    account: Uuid,
    issuer: &str,
    subject: &str,
    label: &str,
) -> Result<()> {
    let sql = "INSERT INTO account_identity (id, account, issuer, subject, label, created_at, used_at) VALUES ($1, $2, $3, $4, $5, $6, $6)";
    tx.run(sql, args![tx.new_id(), account, issuer, subject, label, tx.now()]).await.map_err(|error| {
        match error.is_duplicate() {
            true => Error::conflict(both(
                "この外部アカウントは別のアカウントにつながっています。",
                "That account is already connected to another one here.",
            )),
            false => error.into(),
        }
    })?;
    note_act(tx, actor, account, "identity_connected", json!({ "issuer": issuer }));
    Ok(())
}

pub(crate) async fn identity_used(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE account_identity SET used_at = $2 WHERE id = $1", args![id, tx.now()]).await?;
    Ok(())
}

pub(crate) async fn remove_identity(tx: &mut Tx, actor: &Actor, account: Uuid, id: Uuid) -> Result<bool> {
    let rows = tx.run("DELETE FROM account_identity WHERE id = $1 AND account = $2", args![id, account]).await?;
    if rows > 0 {
        note_act(tx, actor, account, "identity_disconnected", json!({ "identity": id }));
    }
    Ok(rows > 0)
}

/// Takes away everything but the password that opens an account.
pub(crate) async fn remove_all(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("DELETE FROM account_passkey WHERE account = $1", args![account]).await?;
    tx.run("DELETE FROM account_identity WHERE account = $1", args![account]).await?;
    Ok(())
}
