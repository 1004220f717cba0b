//! The working plan, and who is in its meetings. What the unique indexes refuse becomes [`SpotTaken`].

use crate::rounds::model::{Dossier, Meeting, MeetingState};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid, both};
use std::collections::{HashMap, HashSet};
use store::{Db, Line, Tx, Value, args};

/// What the database says when two meetings of one participant, of one person, or at one table would fall on one slot.
pub struct SpotTaken;

impl From<SpotTaken> for Error {
    fn from(_: SpotTaken) -> Error {
        Error::conflict(both(
            "その枠は今しがた埋まりました。ページを開き直して、空いている枠を選んでください。",
            "That slot has just been taken. Open the page again and choose a free one.",
        ))
    }
}

const ALL: &str = "SELECT * FROM round_meeting WHERE round = $1 ORDER BY starts_at, table_no, id";
const PRESENT: &str = "SELECT meeting, attendee FROM round_presence WHERE round = $1 ORDER BY meeting, attendee";

fn read(line: &Line<'_>) -> store::Result<Meeting> {
    let state: String = line.get("state")?;
    Ok(Meeting {
        id: line.get("id")?,
        a: line.get("a")?,
        b: line.get("b")?,
        starts_at: line.get::<DateTime<Utc>>("starts_at")?,
        table_no: line.get("table_no")?,
        frozen: line.get("frozen")?,
        state: MeetingState::from_code(&state),
        barred: line.get("barred")?,
        sequence: line.get("sequence")?,
        version: line.get("version")?,
        video_link: line.get("video_link")?,
        attending: Vec::new(),
    })
}

fn with_people(mut meetings: Vec<Meeting>, present: Vec<(Uuid, Uuid)>) -> Vec<Meeting> {
    let mut by_meeting: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (meeting, attendee) in present {
        by_meeting.entry(meeting).or_default().push(attendee);
    }
    for meeting in &mut meetings {
        meeting.attending = by_meeting.remove(&meeting.id).unwrap_or_default();
    }
    meetings
}

pub async fn meetings(db: &Db, round: Uuid) -> Result<Vec<Meeting>> {
    Ok(with_people(db.all_with(ALL, args![round], read).await?, db.all(PRESENT, args![round]).await?))
}

pub async fn meetings_in(tx: &mut Tx, round: Uuid) -> Result<Vec<Meeting>> {
    let meetings = tx.all_with(ALL, args![round], read).await?;
    Ok(with_people(meetings, tx.all(PRESENT, args![round]).await?))
}

fn kept(outcome: store::Result<u64>) -> Result<u64> {
    match outcome {
        Err(error) if error.is_duplicate() => Err(SpotTaken.into()),
        other => Ok(other?),
    }
}

const INSERT: &str = "INSERT INTO round_meeting (id, round, a, b, starts_at, table_no, frozen, state, barred, sequence, version, \
                      video_link, updated_at)";

fn row(round: Uuid, m: &Meeting, now: DateTime<Utc>) -> Vec<Value> {
    args![
        m.id,
        round,
        m.a,
        m.b,
        m.starts_at,
        m.table_no,
        m.frozen,
        m.state.code(),
        m.barred,
        m.sequence,
        m.version,
        &m.video_link,
        now
    ]
}

/// Writes who is in meetings. `dossier` knows the people.
async fn seat(tx: &mut Tx, dossier: &Dossier, meetings: &[Meeting]) -> Result<()> {
    let ids: Vec<Uuid> = meetings.iter().map(|m| m.id).collect();
    tx.run_within("DELETE FROM round_presence WHERE meeting IN (?)", &ids).await?;
    let round = dossier.round.id;
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for m in meetings.iter().filter(|m| m.is_on() && !m.attending.is_empty()) {
        let people = [m.a, m.b].into_iter().filter_map(|id| dossier.participant(id)).flat_map(|p| &p.attendees);
        let there = people.filter(|attendee| m.attending.contains(&attendee.id));
        rows.extend(there.map(|attendee| args![round, attendee.key(), m.starts_at, m.id, attendee.id]));
    }
    let head = "INSERT INTO round_presence (round, person, starts_at, meeting, attendee)";
    kept(tx.insert_all(head, "", rows).await)?;
    Ok(())
}

pub async fn insert_meeting(tx: &mut Tx, dossier: &Dossier, m: &Meeting) -> Result<()> {
    let row = row(dossier.round.id, m, tx.now());
    kept(tx.insert_all(INSERT, "", vec![row]).await)?;
    seat(tx, dossier, std::slice::from_ref(m)).await
}

/// Stores the next version of a meeting.
///
/// # Errors
/// A conflict when somebody changed it since, or when its new place is taken.
pub async fn save_meeting(tx: &mut Tx, dossier: &Dossier, m: &Meeting) -> Result<()> {
    let now = tx.now();
    let sql = "UPDATE round_meeting SET starts_at = $3, table_no = $4, frozen = $5, state = $6, barred = $7, sequence = $8, video_link = $9, \
               version = version + 1, updated_at = $10 WHERE id = $1 AND version = $2";
    let args = args![
        m.id,
        m.version,
        m.starts_at,
        m.table_no,
        m.frozen,
        m.state.code(),
        m.barred,
        m.sequence,
        &m.video_link,
        now
    ];
    if kept(tx.run(sql, args).await)? == 0 {
        return Err(Error::conflict(both(
            "この面談は、ほかの人が先に変えました。ページを開き直してください。",
            "Somebody else changed this meeting first. Open the page again.",
        )));
    }
    seat(tx, dossier, std::slice::from_ref(m)).await
}

/// Meetings that were never told to anybody leave no trace.
pub async fn delete_unpublished(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    tx.run_within("DELETE FROM round_presence WHERE meeting IN (?)", ids).await?;
    tx.run_within("DELETE FROM round_meeting WHERE id IN (?)", ids).await?;
    Ok(())
}

/// Brings the plan to what was decided: rows that move first leave their place, so that two can swap. The round is held, so
/// nobody changed them since `dossier` was read.
pub async fn replace_plan(tx: &mut Tx, dossier: &Dossier, changed: &[Meeting], new: &[Meeting]) -> Result<()> {
    let ids: Vec<Uuid> = changed.iter().map(|m| m.id).collect();
    tx.run_within("UPDATE round_meeting SET state = 'cancelled' WHERE id IN (?)", &ids).await?;
    tx.run_within("DELETE FROM round_presence WHERE meeting IN (?)", &ids).await?;
    let (round, now) = (dossier.round.id, tx.now());
    let tail = "ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, table_no = excluded.table_no, frozen = excluded.frozen, \
                state = excluded.state, barred = excluded.barred, sequence = excluded.sequence, video_link = excluded.video_link, \
                version = round_meeting.version + 1, updated_at = excluded.updated_at";
    kept(tx.insert_all(INSERT, tail, changed.iter().map(|m| row(round, m, now)).collect()).await)?;
    kept(tx.insert_all(INSERT, "", new.iter().map(|m| row(round, m, now)).collect()).await)?;
    seat(tx, dossier, changed).await?;
    seat(tx, dossier, new).await?;
    Ok(())
}

/// Sets a state or the freeze of many meetings that keep their places.
pub async fn mark_all(tx: &mut Tx, dossier: &Dossier, marked: &[Meeting]) -> Result<()> {
    let now = tx.now();
    let tail = "ON CONFLICT (id) DO UPDATE SET frozen = excluded.frozen, state = excluded.state, sequence = excluded.sequence, \
                version = round_meeting.version + 1, updated_at = excluded.updated_at";
    kept(tx.insert_all(INSERT, tail, marked.iter().map(|m| row(dossier.round.id, m, now)).collect()).await)?;
    let gone: HashSet<Uuid> = marked.iter().filter(|m| !m.is_on()).map(|m| m.id).collect();
    let gone: Vec<Uuid> = gone.into_iter().collect();
    tx.run_within("DELETE FROM round_presence WHERE meeting IN (?)", &gone).await?;
    Ok(())
}
