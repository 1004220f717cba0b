//! Publications, delays on the day, and what came of meetings.

use crate::rounds::model::diff::Change;
use crate::rounds::model::{Meeting, MeetingState};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid};
use store::{Db, Line, Tx, Value, args};

store::record! {
    /// One publication. What it changed is kept with it; the places of the newest one are rows of their own.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Version {
        pub number: i64,
        pub meeting_count: i64,
        /// Nothing for the first one: it changed everything.
        pub changes: Option<serde_json::Value>,
        pub note: String,
        pub mails: i64,
        pub published_by: String,
        pub published_at: DateTime<Utc>,
    }
}

impl Version {
    pub fn changed(&self) -> Vec<Change> {
        self.changes.clone().and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default()
    }
}

/// A publication to be stored.
pub struct NewVersion<'a> {
    pub number: i64,
    /// The whole timetable, cancelled meetings of earlier publications included.
    pub meetings: &'a [Meeting],
    pub changes: &'a [Change],
    pub note: &'a str,
    pub mails: i64,
    pub by: &'a str,
}

pub async fn add_version(tx: &mut Tx, round: Uuid, new: &NewVersion<'_>) -> Result<()> {
    let (id, now) = (tx.new_id(), tx.now());
    let changes = serde_json::to_value(new.changes).map_err(Error::internal)?;
    let count = new.meetings.iter().filter(|m| m.is_on()).count() as i64;
    let sql = "INSERT INTO round_version (id, round, number, meetings, changes, note, mails, published_by, published_at, meeting_count) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let none = serde_json::json!([]);
    tx.run(sql, args![id, round, new.number, none, changes, new.note, new.mails, new.by, now, count]).await?;
    tx.run("DELETE FROM round_published WHERE round = $1", args![round]).await?;
    let rows: Vec<Vec<Value>> = new.meetings.iter().map(|m| published_row(round, m)).collect();
    let head = "INSERT INTO round_published (meeting, round, a, b, starts_at, table_no, state, sequence, attending)";
    tx.insert_all(head, "", rows).await?;
    Ok(())
}

fn published_row(round: Uuid, m: &Meeting) -> Vec<Value> {
    let attending = serde_json::json!(m.attending);
    args![m.id, round, m.a, m.b, m.starts_at, m.table_no, m.state.code(), m.sequence, attending]
}

pub(super) fn read_published(line: &Line<'_>) -> store::Result<Meeting> {
    let (state, attending): (String, serde_json::Value) = (line.get("state")?, line.get("attending")?);
    let pair = (line.get("a")?, line.get("b")?);
    let mut meeting = Meeting::planned(line.get("meeting")?, pair, line.get("starts_at")?);
    meeting.table_no = line.get("table_no")?;
    meeting.state = MeetingState::from_code(&state);
    meeting.sequence = line.get("sequence")?;
    meeting.video_link = line.get("video_link")?;
    meeting.attending = serde_json::from_value(attending).unwrap_or_default();
    Ok(meeting)
}

/// The address of a video room is told as it is now: a broken one must not wait for the next publication.
pub(super) const PUBLISHED: &str =
    "SELECT p.*, m.video_link FROM round_published AS p JOIN round_meeting AS m ON m.id = p.meeting";

/// The newest publication, cancelled meetings of earlier ones included.
pub async fn published(db: &Db, round: Uuid) -> Result<Vec<Meeting>> {
    let sql = format!("{PUBLISHED} WHERE p.round = $1 ORDER BY p.starts_at, p.table_no, p.meeting");
    Ok(db.all_with(sql, args![round], read_published).await?)
}

/// The same inside a write.
pub async fn published_in(tx: &mut Tx, round: Uuid) -> Result<Vec<Meeting>> {
    let sql = format!("{PUBLISHED} WHERE p.round = $1 ORDER BY p.starts_at, p.table_no, p.meeting");
    Ok(tx.all_with(sql, args![round], read_published).await?)
}

const COLUMNS: &str =
    "number, meeting_count, CASE WHEN number > 1 THEN changes END AS changes, note, mails, published_by, published_at";

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
