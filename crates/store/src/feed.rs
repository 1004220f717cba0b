//! The change feed: every change of a record, in the order of commits, chained by hash (kernel rule 3).
//!
//! It is the audit log, and what everything else follows: search, map, mail, live pages, webhooks, federation.
//! Consumers keep a cursor, are idempotent (at least once), and can be rebuilt from zero.
//!
//! **Hash.** `hash = SHA-256(field*)`, each field as a 32-bit big-endian length and its bytes; an absent field is
//! the length `FF FF FF FF` alone. Fields in order: the text `musubi-feed-1`, the previous hash (32 zero bytes for
//! the first entry), seq (decimal), id, instant (microseconds since 1970, decimal), actor, action, record type,
//! record id, digest of `before`, digest of `after`, request id. UUIDs in lower-case hyphenated form; JSON in
//! [`canonical`] form; a digest is the lower-case hex SHA-256 of the canonical JSON. Because the chain holds only the
//! digest, a person's data can be erased ([`erase`]) and the chain still verifies.
//!
//! Never here: what a change means.

use crate::db::{Db, One, Tx};
use crate::error::{Error, Result};
use crate::{args, record};
use chrono::{DateTime, Utc};
use kernel::{Change, Uuid};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// A change waiting for the end of its transaction.
pub(crate) struct Note {
    pub(crate) actor: Value,
    pub(crate) change: Change,
}

record! {
    /// One entry of the feed. `actor` is what `kernel::Actor::for_feed` wrote.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Entry {
        pub seq: i64,
        pub id: Uuid,
        pub at: DateTime<Utc>,
        pub actor: Value,
        pub action: String,
        pub record_type: String,
        pub record_id: Uuid,
        pub before: Option<Value>,
        pub after: Option<Value>,
        pub request_id: Option<String>,
        pub prev_hash: Vec<u8>,
        pub hash: Vec<u8>,
    }
}

const COLUMNS: &str = "seq, id, at, actor, action, record_type, record_id, before, after, request_id, prev_hash, hash";

/// Writes the entries of a transaction at its end. The head row is held from here to the commit, so `seq` has no
/// gaps and follows the order of commits on both engines. Returns the newest `seq`.
pub(crate) async fn write(tx: &mut Tx, notes: Vec<Note>) -> Result<Option<i64>> {
    if notes.is_empty() {
        return Ok(None);
    }
    let count = notes.len() as i64;
    let moved = "UPDATE feed_head SET seq = seq + $1 WHERE one = 1 RETURNING seq, hash";
    let (newest, head): (i64, Option<Vec<u8>>) = tx.one(moved, args![count]).await?;
    let mut previous = head.unwrap_or_else(|| vec![0; 32]);
    let at = tx.now();
    for (position, Note { actor, change }) in notes.into_iter().enumerate() {
        let mut entry = Entry {
            seq: newest - count + 1 + position as i64,
            id: tx.new_id(),
            at,
            actor,
            action: change.verb.code().to_owned(),
            record_type: change.record_type.to_owned(),
            record_id: change.record_id,
            before: change.before,
            after: change.after,
            request_id: tx.request_id(),
            prev_hash: previous,
            hash: Vec::new(),
        };
        entry.hash = entry.computed_hash();
        previous = entry.hash.clone();
        insert(tx, entry).await?;
    }
    tx.run("UPDATE feed_head SET hash = $1 WHERE one = 1", args![previous]).await?;
    Ok(Some(newest))
}

async fn insert(tx: &mut Tx, e: Entry) -> Result<()> {
    let sql = "INSERT INTO change (seq, id, at, actor, action, record_type, record_id, before, after, request_id, prev_hash, hash) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let args = args![
        e.seq,
        e.id,
        e.at,
        e.actor,
        e.action,
        e.record_type,
        e.record_id,
        e.before,
        e.after,
        e.request_id,
        e.prev_hash,
        e.hash
    ];
    tx.run(sql, args).await.map(|_| ())
}

impl Entry {
    /// The hash this entry ought to have.
    pub fn computed_hash(&self) -> Vec<u8> {
        let fields = [
            Some(b"musubi-feed-1".to_vec()),
            Some(self.prev_hash.clone()),
            Some(self.seq.to_string().into_bytes()),
            Some(self.id.to_string().into_bytes()),
            Some(self.at.timestamp_micros().to_string().into_bytes()),
            Some(canonical(&self.actor).into_bytes()),
            Some(self.action.clone().into_bytes()),
            Some(self.record_type.clone().into_bytes()),
            Some(self.record_id.to_string().into_bytes()),
            self.before.as_ref().map(|json| digest(json).into_bytes()),
            self.after.as_ref().map(|json| digest(json).into_bytes()),
            self.request_id.clone().map(String::into_bytes),
        ];
        let mut hash = Sha256::new();
        for field in fields {
            match field {
                Some(bytes) => {
                    hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX - 1).to_be_bytes());
                    hash.update(&bytes);
                }
                None => hash.update(u32::MAX.to_be_bytes()),
            }
        }
        hash.finalize().to_vec()
    }
}

/// Hex SHA-256 of a content, or the one that an erased content left behind.
fn digest(json: &Value) -> String {
    match json.get("$erased").and_then(Value::as_str) {
        Some(left) if json.as_object().is_some_and(|map| map.len() == 1) => left.to_owned(),
        _ => hex::encode(Sha256::digest(canonical(json))),
    }
}

/// JSON text that is the same for equal values on both engines: keys sorted by their UTF-8 bytes, no space, whole
/// numbers without fraction or exponent, others in the shortest form that reads back to the same 64-bit float.
pub fn canonical(json: &Value) -> String {
    let mut text = String::new();
    push_canonical(json, &mut text);
    text
}

fn push_canonical(json: &Value, text: &mut String) {
    match json {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            text.push('{');
            for (position, key) in keys.into_iter().enumerate() {
                text.push_str(if position > 0 { "," } else { "" });
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                push_canonical(&map[key], text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (position, item) in items.iter().enumerate() {
                text.push_str(if position > 0 { "," } else { "" });
                push_canonical(item, text);
            }
            text.push(']');
        }
        Value::Number(number) => text.push_str(&canonical_number(number)),
        other => text.push_str(&other.to_string()),
    }
}

/// PostgreSQL keeps JSON numbers as decimals and prints `1e16` as `10000000000000000`: both must give one text.
fn canonical_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float)
            if number.is_f64() && float.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&float) =>
        {
            (float as u64).to_string()
        }
        Some(float)
            if number.is_f64() && float.fract() == 0.0 && (-9_223_372_036_854_775_808.0..0.0).contains(&float) =>
        {
            (float as i64).to_string()
        }
        _ => number.to_string(),
    }
}

/// Entries after a sequence number, oldest first.
pub async fn read(db: &Db, after: i64, limit: i64) -> Result<Vec<Entry>> {
    db.all(format!("SELECT {COLUMNS} FROM change WHERE seq > $1 ORDER BY seq LIMIT $2"), args![after, limit]).await
}

/// Type and id of what changed after a place in the feed, up to and including another. Which types matter is for the caller
/// to say: asked of the database, it would read every change there ever was of those types instead of the few new ones.
pub async fn touched(db: &Db, after: i64, until: i64) -> Result<Vec<(String, Uuid)>> {
    db.all("SELECT record_type, record_id FROM change WHERE seq > $1 AND seq <= $2", args![after, until]).await
}

/// The newest entries, newest first; `before` is the last `seq` of the page before.
pub async fn recent(db: &Db, before: Option<i64>, limit: i64) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM change WHERE seq < $1 ORDER BY seq DESC LIMIT $2");
    db.all(sql, args![before.unwrap_or(i64::MAX), limit]).await
}

/// What happened to one record, newest first.
pub async fn history(db: &Db, record_type: &str, record_id: Uuid) -> Result<Vec<Entry>> {
    let sql = format!("SELECT {COLUMNS} FROM change WHERE record_type = $1 AND record_id = $2 ORDER BY seq DESC");
    db.all(sql, args![record_type, record_id]).await
}

/// Sequence number of the newest entry, 0 when there is none.
pub async fn newest(db: &Db) -> Result<i64> {
    db.one::<One<i64>>("SELECT seq FROM feed_head WHERE one = 1", args![]).await.map(|One(seq)| seq)
}

/// How far a consumer has read, 0 for a new one.
pub async fn cursor(db: &Db, consumer: &str) -> Result<i64> {
    let found = db.opt::<One<i64>>("SELECT seq FROM feed_cursor WHERE consumer = $1", args![consumer]).await?;
    Ok(found.map_or(0, |One(seq)| seq))
}

/// Moves a consumer's cursor forward; never back.
pub async fn advance(tx: &mut Tx, consumer: &str, seq: i64) -> Result<()> {
    let sql = "INSERT INTO feed_cursor (consumer, seq) VALUES ($1, $2) \
               ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq WHERE feed_cursor.seq < excluded.seq";
    tx.run(sql, args![consumer, seq]).await.map(|_| ())
}

/// Sends a consumer back to the beginning, to rebuild what it keeps.
pub async fn reset(tx: &mut Tx, consumer: &str) -> Result<()> {
    tx.run("UPDATE feed_cursor SET seq = 0 WHERE consumer = $1", args![consumer]).await.map(|_| ())
}

/// Feeds a consumer until the task is dropped: entries in order, in batches, the cursor moved after each success.
/// A batch that fails is given again after a pause.
pub async fn follow<F, Fut>(db: &Db, consumer: &str, batch: i64, mut handle: F)
where
    F: FnMut(Vec<Entry>) -> Fut + Send,
    Fut: Future<Output = kernel::Result<()>> + Send,
{
    let mut newest = db.feed_watch();
    let mut pause = Duration::from_millis(200);
    loop {
        match step(db, consumer, batch, &mut handle).await {
            Ok(true) => pause = Duration::from_millis(200),
            Ok(false) => {
                // The timeout covers a change that another process wrote.
                let _ = tokio::time::timeout(Duration::from_secs(5), newest.changed()).await;
            }
            Err(error) => {
                tracing::warn!(consumer, %error, "feed consumer failed, trying again");
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(60));
            }
        }
    }
}

async fn step<F, Fut>(db: &Db, consumer: &str, batch: i64, handle: &mut F) -> kernel::Result<bool>
where
    F: FnMut(Vec<Entry>) -> Fut + Send,
    Fut: Future<Output = kernel::Result<()>> + Send,
{
    let entries = read(db, cursor(db, consumer).await?, batch).await?;
    let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(false) };
    handle(entries).await?;
    crate::atomically!(db, |tx| { Ok(advance(tx, consumer, last).await?) })?;
    Ok(true)
}

/// Removes the contents of a record's entries and leaves their digests, for the erasure of a person's data.
/// Returns how many entries were changed. The erasure is itself to be noted by the caller, without content.
pub async fn erase(tx: &mut Tx, record_type: &str, record_id: Uuid) -> Result<u64> {
    let sql = "SELECT seq, before, after FROM change WHERE record_type = $1 AND record_id = $2";
    let entries: Vec<(i64, Option<Value>, Option<Value>)> = tx.all(sql, args![record_type, record_id]).await?;
    let left = |json: Option<Value>| json.map(|json| json!({ "$erased": digest(&json) }));
    let count = entries.len() as u64;
    for (seq, before, after) in entries {
        tx.run("UPDATE change SET before = $2, after = $3 WHERE seq = $1", args![seq, left(before), left(after)])
            .await?;
    }
    Ok(count)
}

/// The outcome of [`verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that were looked at.
    pub checked: i64,
    /// The first entry that does not fit, if any.
    pub broken: Option<i64>,
    /// Hex hash of the newest entry; kept elsewhere, it proves that nothing up to here was rewritten.
    pub head: String,
}

/// Recomputes the whole chain: hashes, links, numbers without gaps, and the head. `progress` gets (done, total).
pub async fn verify(db: &Db, mut progress: impl FnMut(i64, i64) + Send) -> Result<Verdict> {
    let mut snapshot = db.snapshot().await?;
    let head: Option<(i64, Option<Vec<u8>>)> =
        snapshot.opt("SELECT seq, hash FROM feed_head WHERE one = 1", args![]).await?;
    let (total, head_hash) = head.ok_or_else(|| Error::Corrupt("feed_head is empty".to_owned()))?;
    let (mut last, mut hash, mut broken) = (0_i64, vec![0_u8; 32], None);
    loop {
        let sql = format!("SELECT {COLUMNS} FROM change WHERE seq > $1 ORDER BY seq LIMIT 1000");
        let page: Vec<Entry> = snapshot.all(sql, args![last]).await?;
        for entry in &page {
            if entry.seq != last + 1 || entry.prev_hash != hash || entry.hash != entry.computed_hash() {
                broken = Some(last + 1);
                break;
            }
            last = entry.seq;
            hash.clone_from(&entry.hash);
        }
        progress(last, total);
        if page.is_empty() || broken.is_some() {
            break;
        }
    }
    if broken.is_none() && (last != total || (total > 0 && head_hash.as_deref() != Some(hash.as_slice()))) {
        broken = Some(last.min(total) + 1);
    }
    Ok(Verdict { checked: last, broken, head: hex::encode(hash) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn canonical_json_does_not_depend_on_key_order_or_number_spelling() {
        let one: Value = serde_json::from_str(r#"{"b":1.0,"a":{"y":"é\n","x":1e16}}"#).unwrap();
        let two: Value = serde_json::from_str(r#"{"a":{"x":10000000000000000,"y":"é\n"},"b":1}"#).unwrap();
        assert_eq!(canonical(&one), canonical(&two));
        assert_eq!(canonical(&json!([-0.0, -2.0, 0.1, 1e21, null, true])), "[0,-2,0.1,1e+21,null,true]");
    }

    #[test]
    fn an_erased_content_keeps_its_digest() {
        let content = json!({"name": "山田"});
        let erased = json!({ "$erased": digest(&content) });
        assert_eq!(digest(&erased), digest(&content));
    }
}
