//! Runs of the optimizer, and sheets that wait to be looked at.

use crate::rounds::model::build::Proposed;
use crate::rounds::model::words::RunResult;
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid};
use store::{Db, Tx, args};

store::record! {
    /// One run. States: waiting (queued or at work), done, stopped (kept when asked), impossible, none (found in time).
    #[derive(Debug, Clone, PartialEq)]
    pub struct Run {
        pub id: Uuid,
        pub round: Uuid,
        pub job: Option<Uuid>,
        pub repair: bool,
        pub binding: bool,
        pub fill: bool,
        pub seconds: i64,
        pub state: String,
        pub result: Option<serde_json::Value>,
        pub meetings: Option<serde_json::Value>,
        pub accepted_at: Option<DateTime<Utc>>,
        pub created_at: DateTime<Utc>,
    }
}

impl Run {
    pub fn outcome(&self) -> RunResult {
        self.result.clone().and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default()
    }

    pub fn proposed(&self) -> Vec<Proposed> {
        self.meetings.clone().and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default()
    }
}

pub async fn begin_run(
    tx: &mut Tx,
    round: Uuid,
    repair: bool,
    binding: bool,
    fill: bool,
    seconds: i64,
) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO round_run (id, round, repair, binding, fill, seconds, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)";
    tx.run(sql, args![id, round, repair, binding, fill, seconds, now]).await?;
    Ok(id)
}

pub async fn set_job(tx: &mut Tx, run: Uuid, job: Uuid) -> Result<()> {
    tx.run("UPDATE round_run SET job = $2 WHERE id = $1", args![run, job]).await?;
    Ok(())
}

pub async fn finish_run(tx: &mut Tx, run: Uuid, state: &str, result: &RunResult, meetings: &[Proposed]) -> Result<()> {
    let result = serde_json::to_value(result).map_err(Error::internal)?;
    let meetings = serde_json::to_value(meetings).map_err(Error::internal)?;
    let sql = "UPDATE round_run SET state = $2, result = $3, meetings = $4 WHERE id = $1";
    tx.run(sql, args![run, state, result, meetings]).await?;
    Ok(())
}

pub async fn mark_accepted(tx: &mut Tx, run: Uuid) -> Result<()> {
    let now = tx.now();
    tx.run("UPDATE round_run SET accepted_at = $2 WHERE id = $1", args![run, now]).await?;
    Ok(())
}

pub async fn run(db: &Db, id: Uuid) -> Result<Option<Run>> {
    Ok(db.opt("SELECT * FROM round_run WHERE id = $1", args![id]).await?)
}

/// The newest runs of a round, without their meetings.
pub async fn runs(db: &Db, round: Uuid) -> Result<Vec<Run>> {
    let sql = "SELECT id, round, job, repair, binding, fill, seconds, state, result, CAST(NULL AS JSONB) AS meetings, accepted_at, created_at \
               FROM round_run WHERE round = $1 ORDER BY created_at DESC, id DESC LIMIT 8";
    let sql = if db.is_postgres() { sql.to_owned() } else { sql.replace("CAST(NULL AS JSONB)", "NULL") };
    Ok(db.all(sql, args![round]).await?)
}

store::record! {
    /// A sheet that was sent.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Sheet {
        pub id: Uuid,
        pub round: Uuid,
        pub what: String,
        pub name: String,
        pub sheet: serde_json::Value,
        pub taken_at: Option<DateTime<Utc>>,
    }
}

pub async fn keep_sheet(
    tx: &mut Tx,
    round: Uuid,
    what: &str,
    name: &str,
    sheet: serde_json::Value,
    by: Option<Uuid>,
) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO round_sheet (id, round, what, name, sheet, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, args![id, round, what, name, sheet, by, now]).await?;
    Ok(id)
}

pub async fn sheet(db: &Db, id: Uuid) -> Result<Option<Sheet>> {
    Ok(db.opt("SELECT id, round, what, name, sheet, taken_at FROM round_sheet WHERE id = $1", args![id]).await?)
}

/// `false`: it was taken in before.
pub async fn mark_taken(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let now = tx.now();
    Ok(tx.run("UPDATE round_sheet SET taken_at = $2 WHERE id = $1 AND taken_at IS NULL", args![id, now]).await? == 1)
}
