//! Counters of tries that failed. A try is counted *before* it is checked, so that many at once are no way around.

use crate::accounts::policy::{Backoff, FORGOTTEN_AFTER};
use crate::accounts::secrets::Digest256;
use chrono::{DateTime, Utc};
use kernel::{Error, Result};
use store::{Db, args};

/// Counts one try against each subject.
///
/// # Errors
/// [`Error::RateLimited`] while one of them has to wait; the try is then not counted.
pub(crate) async fn take(db: &Db, subjects: &[(Digest256, Backoff)]) -> Result<()> {
    let now = db.now();
    let mut subjects = subjects.to_vec();
    // One order for everybody, so that two transactions cannot wait for each other.
    subjects.sort_by_key(|(subject, _)| *subject);
    store::atomically!(db, |tx| {
        for (subject, backoff) in &subjects {
            let sql = "INSERT INTO account_try (subject, failures, last_at) VALUES ($1, 1, $2) ON CONFLICT (subject) DO UPDATE SET \
                       failures = CASE WHEN account_try.last_at < $3 THEN 1 ELSE account_try.failures + 1 END, last_at = excluded.last_at \
                       RETURNING failures, wait_until";
            let (failures, wait): (i64, Option<DateTime<Utc>>) =
                tx.one(sql, args![*subject, now, now - FORGOTTEN_AFTER]).await?;
            if let Some(until) = wait.filter(|until| *until > now) {
                let seconds = (until - now).num_milliseconds().div_euclid(1000) + 1;
                return Err(Error::RateLimited { retry_after_seconds: u32::try_from(seconds).unwrap_or(1) });
            }
            let until = backoff.wait_until(failures, now);
            tx.run("UPDATE account_try SET wait_until = $2 WHERE subject = $1", args![*subject, until]).await?;
        }
        Ok(())
    })
}

/// After a success: the account starts from zero, an address gets its one try back.
pub(crate) async fn forgive(db: &Db, account: Option<Digest256>, address: Digest256) -> Result<()> {
    store::atomically!(db, |tx| {
        if let Some(account) = account {
            tx.run("DELETE FROM account_try WHERE subject = $1", args![account]).await?;
        }
        let sql =
            "UPDATE account_try SET failures = failures - 1, wait_until = NULL WHERE subject = $1 AND failures > 0";
        tx.run(sql, args![address]).await?;
        Ok(())
    })
}
