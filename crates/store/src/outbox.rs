//! Mail written in the transaction that causes it, so that it goes out if and only if the change was kept.
//!
//! Sending is elsewhere: a sender claims, sends, marks. A sender that dies leaves its claim to expire; the mail then
//! goes out again under the same Message-ID, by which receivers know it. Never here: SMTP, templates.

use crate::db::{Db, One, Select, Tx};
use crate::error::{Error, Result};
use crate::{args, atomically, record};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Uuid;

/// Sendings before a mail is given up.
const MOST_ATTEMPTS: i64 = 8;

/// A mail to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Address, with a display name if wanted (RFC 5322 mailbox).
    pub recipient: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: Option<String>,
    /// Right side of the Message-ID: the host name of the hub.
    pub host: String,
}

record! {
    /// A row of the table `mail`. States: queued, sending, sent, failed (given up), held (waits for staff).
    #[derive(Debug, Clone, PartialEq)]
    pub struct Mail {
        pub id: Uuid,
        pub recipient: String,
        pub subject: String,
        pub text_body: String,
        pub html_body: Option<String>,
        /// Without angle brackets.
        pub message_id: String,
        pub state: String,
        pub attempts: i64,
        pub error: Option<String>,
        pub created_at: DateTime<Utc>,
        pub sent_at: Option<DateTime<Utc>>,
    }
}

/// Writes a mail with the change it tells about.
pub async fn post(tx: &mut Tx, mail: NewMail) -> Result<Uuid> {
    write(tx, mail, "queued").await
}

/// Writes a mail that waits until staff [`release`] it.
pub async fn post_held(tx: &mut Tx, mail: NewMail) -> Result<Uuid> {
    write(tx, mail, "held").await
}

async fn write(tx: &mut Tx, mail: NewMail, state: &str) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let message_id = format!("{}@{}", id.simple(), mail.host);
    let sql = "INSERT INTO mail (id, recipient, subject, text_body, html_body, message_id, state, run_at, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $8, $7, $7)";
    tx.run(sql, args![id, mail.recipient, mail.subject, mail.text_body, mail.html_body, message_id, now, state])
        .await?;
    tx.ring_jobs();
    Ok(id)
}

/// Takes mails that are due, for `lease`; nobody else gets them meanwhile.
pub async fn claim(db: &Db, limit: i64, lease: TimeDelta) -> Result<Vec<Mail>> {
    let now = db.now();
    let due = Select::new("SELECT id FROM mail")
        .and("run_at <= ? AND (state = 'queued' OR (state = 'sending' AND locked_until < ?))", Some(args![now, now]));
    if due.clone().then("LIMIT 1", args![]).opt::<One<Uuid>>(db).await?.is_none() {
        return Ok(Vec::new());
    }
    atomically!(db, |tx| -> Error {
        let tail = format!("ORDER BY run_at, id LIMIT ? {}", tx.skip_locked());
        let ids: Vec<One<Uuid>> = due.clone().then(&tail, args![limit]).all_in(tx).await?;
        let mut mails = Vec::with_capacity(ids.len());
        for One(id) in ids {
            let sql = "UPDATE mail SET state = 'sending', attempts = attempts + 1, locked_until = $2 WHERE id = $1 RETURNING *";
            mails.push(tx.one(sql, args![id, now + lease]).await?);
        }
        Ok(mails)
    })
}

/// The mail was accepted by the next server.
pub async fn mark_sent(tx: &mut Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE mail SET state = 'sent', sent_at = $2, locked_until = NULL, error = NULL WHERE id = $1 AND state = 'sending'";
    let now = tx.now();
    tx.run(sql, args![id, now]).await.map(|_| ())
}

/// The mail was not accepted: tried again later (1 min, doubling), or given up when `permanent` or tried enough.
pub async fn mark_failed(tx: &mut Tx, id: Uuid, error: &str, permanent: bool) -> Result<()> {
    let One(attempts) = tx.one::<One<i64>>("SELECT attempts FROM mail WHERE id = $1", args![id]).await?;
    let state = if permanent || attempts >= MOST_ATTEMPTS { "failed" } else { "queued" };
    let run_at = tx.now() + TimeDelta::minutes(1 << attempts.clamp(0, 10));
    let sql =
        "UPDATE mail SET state = $2, error = $3, run_at = $4, locked_until = NULL WHERE id = $1 AND state = 'sending'";
    tx.run(sql, args![id, state, error, run_at]).await.map(|_| ())
}

/// Keeps unsent mail from going out until staff decide; after a restore it may have been sent already (fault 26).
pub async fn hold_all(tx: &mut Tx) -> Result<u64> {
    tx.run("UPDATE mail SET state = 'held', locked_until = NULL WHERE state IN ('queued', 'sending')", args![]).await
}

/// Lets a held or failed mail go out again.
pub async fn release(tx: &mut Tx, id: Uuid) -> Result<()> {
    let sql =
        "UPDATE mail SET state = 'queued', run_at = $2, attempts = 0 WHERE id = $1 AND state IN ('held', 'failed')";
    let now = tx.now();
    if tx.run(sql, args![id, now]).await? == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// How many mails are in each state.
pub async fn counts(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all("SELECT state, count(*) FROM mail GROUP BY state ORDER BY state", args![]).await
}
