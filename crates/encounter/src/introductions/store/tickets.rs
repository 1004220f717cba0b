//! Secrets in mails by which people without an account answer once. The database keeps digests.

use crate::introductions::model::Side;
use directory::accounts::secrets;
use kernel::{Error, Result, Uuid};
use store::{Db, One, Tx, args};

/// A new secret for one side.
pub async fn new_ticket(tx: &mut Tx, id: Uuid, side: Side) -> Result<String> {
    let (secret, now) = (secrets::random(), tx.now());
    let sql = "INSERT INTO introduction_ticket (secret, introduction, side, created_at) VALUES ($1, $2, $3, $4)";
    tx.run(sql, args![secrets::digest(&secret), id, side.code(), now]).await?;
    Ok(secret)
}

/// The introduction and side of a secret.
///
/// # Errors
/// `NotFound` for a secret that opens nothing.
pub async fn ticket(db: &Db, secret: &str) -> Result<(Uuid, Side)> {
    let sql = "SELECT introduction, side FROM introduction_ticket WHERE secret = $1";
    let found: Option<(Uuid, String)> = db.opt(sql, args![secrets::digest(secret)]).await?;
    found.and_then(|(id, side)| Some((id, Side::from_code(&side)?))).ok_or(Error::NotFound)
}

/// Uses a secret up; whether it was still good. Other secrets of the side then find nothing left to answer.
pub async fn use_ticket(tx: &mut Tx, secret: &str) -> Result<bool> {
    let now = tx.now();
    let sql =
        "UPDATE introduction_ticket SET used_at = $2 WHERE secret = $1 AND used_at IS NULL RETURNING introduction";
    Ok(tx.opt::<One<Uuid>>(sql, args![secrets::digest(secret), now]).await?.is_some())
}
