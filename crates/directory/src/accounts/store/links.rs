//! Links that work once. Reading one changes nothing, so that mail scanners that open links do no harm; only
//! a form sent by POST consumes it.

use crate::accounts::model::{OneUse, Purpose};
use crate::accounts::secrets;
use kernel::{Result, Uuid};
use serde_json::Value;
use store::{Db, Tx, args};

const COLUMNS: &str = "id, account, email, payload, created_by, created_at, expires_at";
const ALIVE: &str = "used_at IS NULL AND cancelled_at IS NULL";

/// A link to make.
pub(crate) struct New<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) account: Option<Uuid>,
    pub(crate) email: Option<&'a str>,
    pub(crate) payload: Value,
    pub(crate) created_by: Option<Uuid>,
}

/// Makes a link and gives its secret, which is not kept.
pub(crate) async fn make(tx: &mut Tx, new: New<'_>) -> Result<String> {
    let secret = secrets::random();
    let now = tx.now();
    let sql = "INSERT INTO account_link (id, purpose, secret, account, email, payload, created_by, created_at, expires_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let args = args![
        tx.new_id(),
        new.purpose.code(),
        secrets::digest(&secret),
        new.account,
        new.email,
        new.payload,
        new.created_by,
        now,
        now + new.purpose.life()
    ];
    tx.run(sql, args).await?;
    Ok(secret)
}

/// The link behind a secret, if it still works.
pub(crate) async fn peek(db: &Db, purpose: Purpose, secret: &str) -> Result<Option<OneUse>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM account_link WHERE secret = $1 AND purpose = $2 AND expires_at > $3 AND {ALIVE}"
    );
    Ok(db.opt(sql, args![secrets::digest(secret), purpose.code(), db.now()]).await?)
}

/// Uses a link up. `None` when it was used, cancelled, ran out or never was: nobody learns which.
pub(crate) async fn consume(tx: &mut Tx, purpose: Purpose, secret: &str) -> Result<Option<OneUse>> {
    let sql = format!(
        "UPDATE account_link SET used_at = $3 WHERE secret = $1 AND purpose = $2 AND expires_at > $3 AND {ALIVE} RETURNING {COLUMNS}"
    );
    Ok(tx.opt(sql, args![secrets::digest(secret), purpose.code(), tx.now()]).await?)
}

/// Makes the links of an account useless: a newer one, or a new password or address, has taken their place.
pub(crate) async fn cancel_of(tx: &mut Tx, account: Uuid, purposes: &[Purpose]) -> Result<()> {
    for purpose in purposes {
        let sql = format!("UPDATE account_link SET cancelled_at = $3 WHERE account = $1 AND purpose = $2 AND {ALIVE}");
        tx.run(sql, args![account, purpose.code(), tx.now()]).await?;
    }
    Ok(())
}

/// Makes every link of a purpose useless, whoever it was for.
pub(crate) async fn cancel_all(tx: &mut Tx, purpose: Purpose) -> Result<()> {
    tx.run(
        format!("UPDATE account_link SET cancelled_at = $2 WHERE purpose = $1 AND {ALIVE}"),
        args![purpose.code(), tx.now()],
    )
    .await?;
    Ok(())
}

/// When the newest link of a purpose was made for an account.
pub(crate) async fn newest(db: &Db, account: Uuid, purpose: Purpose) -> Result<Option<OneUse>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM account_link WHERE account = $1 AND purpose = $2 AND {ALIVE} ORDER BY created_at DESC LIMIT 1"
    );
    Ok(db.opt(sql, args![account, purpose.code()]).await?)
}

/// Invitations that nobody has followed yet, the newest first.
pub(crate) async fn open_invitations(db: &Db) -> Result<Vec<OneUse>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM account_link WHERE purpose = 'invitation' AND expires_at > $1 AND {ALIVE} ORDER BY created_at DESC, id LIMIT 200"
    );
    Ok(db.all(sql, args![db.now()]).await?)
}

/// Takes invitations back: one by id, or all to an address.
pub(crate) async fn cancel_invitation(tx: &mut Tx, id: Option<Uuid>, email: Option<&str>) -> Result<u64> {
    let sql = format!(
        "UPDATE account_link SET cancelled_at = $3 WHERE purpose = 'invitation' AND (id = $1 OR lower(email) = $2) AND {ALIVE}"
    );
    Ok(tx.run(sql, args![id, email.map(crate::accounts::policy::email_key), tx.now()]).await?)
}
