//! What is remembered between the two halves of a passkey or OpenID Connect sign-in; each is used once.

use crate::accounts::secrets;
use chrono::TimeDelta;
use kernel::{Result, Uuid};
use serde_json::Value;
use store::{Db, Tx, args, record};

/// Time to answer the device or the provider.
const LIFE: TimeDelta = TimeDelta::minutes(10);

record! {
    pub(crate) struct Ceremony {
        pub(crate) account: Option<Uuid>,
        pub(crate) state: Value,
    }
}

/// Remembers a state and gives the secret under which it is found again.
pub(crate) async fn begin(db: &Db, kind: &str, account: Option<Uuid>, state: Value) -> Result<String> {
    let secret = secrets::random();
    store::atomically!(db, |tx| {
        let sql = "INSERT INTO account_ceremony (secret, kind, account, state, expires_at) VALUES ($1, $2, $3, $4, $5)";
        tx.run(sql, args![secrets::digest(&secret), kind, account, &state, tx.now() + LIFE]).await?;
        Ok(())
    })?;
    Ok(secret)
}

/// Takes the state out. `None` when it was taken before, ran out or never was.
pub(crate) async fn take(tx: &mut Tx, kind: &str, secret: &str) -> Result<Option<Ceremony>> {
    let sql =
        "DELETE FROM account_ceremony WHERE secret = $1 AND kind = $2 AND expires_at > $3 RETURNING account, state";
    Ok(tx.opt(sql, args![secrets::digest(secret), kind, tx.now()]).await?)
}
