//! The working plan. What the unique indexes refuse becomes [`SpotTaken`].

use crate::rounds::model::{Meeting, MeetingState};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid, both};
use store::{Db, Line, Tx, args};

/// What the database says when two meetings of one participant, or at one table, would fall on one slot.
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
    })
}

pub async fn meetings(db: &Db, round: Uuid) -> Result<Vec<Meeting>> {
    Ok(db.all_with(ALL, args![round], read).await?)
}

pub async fn meetings_in(tx: &mut Tx, round: Uuid) -> Result<Vec<Meeting>> {
    Ok(tx.all_with(ALL, args![round], read).await?)
}

pub async fn meeting(db: &Db, id: Uuid) -> Result<Option<Meeting>> {
    Ok(db.all_with("SELECT * FROM round_meeting WHERE id = $1", args![id], read).await?.pop())
}

fn kept(outcome: store::Result<u64>) -> Result<u64> {
    match outcome {
        Err(error) if error.is_duplicate() => Err(SpotTaken.into()),
        other => Ok(other?),
    }
}

pub async fn insert_meeting(tx: &mut Tx, round: Uuid, m: &Meeting) -> Result<()> {
    let now = tx.now();
    let sql = "INSERT INTO round_meeting (id, round, a, b, starts_at, table_no, frozen, state, barred, sequence, version, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let args = args![
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
        now
    ];
    kept(tx.run(sql, args).await)?;
    Ok(())
}

/// Stores the next version of a meeting.
///
/// # Errors
/// A conflict when somebody changed it since, or when its new place is taken.
pub async fn save_meeting(tx: &mut Tx, m: &Meeting) -> Result<()> {
    let now = tx.now();
    let sql = "UPDATE round_meeting SET starts_at = $3, table_no = $4, frozen = $5, state = $6, barred = $7, sequence = $8, version = version + 1, updated_at = $9 \
               WHERE id = $1 AND version = $2";
    let args = args![m.id, m.version, m.starts_at, m.table_no, m.frozen, m.state.code(), m.barred, m.sequence, now];
    match kept(tx.run(sql, args).await)? {
        0 => Err(Error::conflict(both(
            "この面談は、ほかの人が先に変えました。ページを開き直してください。",
            "Somebody else changed this meeting first. Open the page again.",
        ))),
        _ => Ok(()),
    }
}

/// Meetings that were never told to anybody leave no trace.
pub async fn delete_unpublished(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    for id in ids {
        tx.run("DELETE FROM round_meeting WHERE id = $1", args![*id]).await?;
    }
    Ok(())
}

/// Brings the plan to what `after` says: rows that move first leave their place, so that two can swap.
pub async fn replace_plan(tx: &mut Tx, round: Uuid, changed: &[Meeting], new: &[Meeting]) -> Result<()> {
    for m in changed {
        tx.run("UPDATE round_meeting SET state = 'cancelled' WHERE id = $1", args![m.id]).await?;
    }
    for m in changed {
        save_meeting(tx, m).await?;
    }
    for m in new {
        insert_meeting(tx, round, m).await?;
    }
    Ok(())
}
