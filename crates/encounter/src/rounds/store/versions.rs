//! Publications, delays on the day, and what came of meetings.

use crate::rounds::model::Meeting;
use crate::rounds::model::diff::Change;
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid};
use store::{Db, Tx, args};

store::record! {
    /// One publication.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Version {
        pub number: i64,
        pub meetings: serde_json::Value,
        pub changes: serde_json::Value,
        pub note: String,
        pub mails: i64,
        pub published_by: String,
        pub published_at: DateTime<Utc>,
    }
}

impl Version {
    /// The whole timetable, cancelled meetings of earlier publications included.
    pub fn timetable(&self) -> Vec<Meeting> {
        serde_json::from_value(self.meetings.clone()).unwrap_or_default()
    }

    pub fn changed(&self) -> Vec<Change> {
        serde_json::from_value(self.changes.clone()).unwrap_or_default()
    }
}

/// A publication to be stored.
pub struct NewVersion<'a> {
    pub number: i64,
    pub meetings: &'a [Meeting],
    pub changes: &'a [Change],
    pub note: &'a str,
    pub mails: i64,
    pub by: &'a str,
}

pub async fn add_version(tx: &mut Tx, round: Uuid, new: &NewVersion<'_>) -> Result<()> {
    let (id, now) = (tx.new_id(), tx.now());
    let meetings = serde_json::to_value(new.meetings).map_err(Error::internal)?;
    let changes = serde_json::to_value(new.changes).map_err(Error::internal)?;
    let sql = "INSERT INTO round_version (id, round, number, meetings, changes, note, mails, published_by, published_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    tx.run(sql, args![id, round, new.number, meetings, changes, new.note, new.mails, new.by, now]).await?;
    Ok(())
}

const COLUMNS: &str = "number, meetings, changes, note, mails, published_by, published_at";

pub async fn versions(db: &Db, round: Uuid) -> Result<Vec<Version>> {
    Ok(db
        .all(format!("SELECT {COLUMNS} FROM round_version WHERE round = $1 ORDER BY number DESC"), args![round])
        .await?)
}

pub async fn newest_version(db: &Db, round: Uuid) -> Result<Option<Version>> {
    let sql = format!("SELECT {COLUMNS} FROM round_version WHERE round = $1 ORDER BY number DESC LIMIT 1");
    Ok(db.opt(sql, args![round]).await?)
}

/// The same inside a write.
pub async fn newest_version_in(tx: &mut Tx, round: Uuid) -> Result<Option<Version>> {
    let sql = format!("SELECT {COLUMNS} FROM round_version WHERE round = $1 ORDER BY number DESC LIMIT 1");
    Ok(tx.opt(sql, args![round]).await?)
}

store::record! {
    /// Meetings that begin at `from_at` or later that day begin `minutes` later.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Delay {
        pub from_at: DateTime<Utc>,
        pub minutes: i64,
    }
}

pub async fn delays(db: &Db, round: Uuid) -> Result<Vec<Delay>> {
    Ok(db.all("SELECT from_at, minutes FROM round_delay WHERE round = $1 ORDER BY from_at", args![round]).await?)
}

pub async fn put_delay(tx: &mut Tx, round: Uuid, delay: &Delay) -> Result<()> {
    let sql = "INSERT INTO round_delay (round, from_at, minutes) VALUES ($1, $2, $3) ON CONFLICT (round, from_at) DO UPDATE SET minutes = excluded.minutes";
    tx.run(sql, args![round, delay.from_at, delay.minutes]).await?;
    Ok(())
}

store::record! {
    /// `side` is a, b, or both for the next step that both see.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Outcome {
        pub side: String,
        pub words: String,
        pub written_by: String,
        pub written_at: DateTime<Utc>,
    }
}

pub async fn outcomes(db: &Db, meeting: Uuid) -> Result<Vec<Outcome>> {
    let sql = "SELECT side, words, written_by, written_at FROM round_outcome WHERE meeting = $1 ORDER BY side";
    Ok(db.all(sql, args![meeting]).await?)
}

pub async fn put_outcome(tx: &mut Tx, meeting: Uuid, side: &str, words: &str, by: &str) -> Result<()> {
    let now = tx.now();
    let sql = "INSERT INTO round_outcome (meeting, side, words, written_by, written_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (meeting, side) DO UPDATE SET words = excluded.words, written_by = excluded.written_by, written_at = excluded.written_at";
    tx.run(sql, args![meeting, side, words, by, now]).await?;
    Ok(())
}
