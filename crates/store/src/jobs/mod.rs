//! Work that outlives a request: queued in the transaction that causes it, run by a [`Runner`], watched by pages.
//!
//! ```text
//! queued ──► running ──► done
//!   │  ▲        │ ├────► failed       (retries used up, or retrying cannot help: the dead letters)
//!   │  └─retry──┘ ├────► cancelled    (somebody asked, the handler agreed)
//!   ▼             └────► interrupted  (the process died and the kind may not be run again by itself)
//! cancelled
//! ```
//!
//! Handlers run at least once, so they are idempotent. Jobs are not records: they leave no entry in the change feed.

mod context;
mod runner;

pub use context::JobContext;
pub use runner::{AfterCrash, Policy, Runner};

use crate::db::{Db, One, Tx};
use crate::error::{Error, Result};
use crate::{args, record};
use chrono::{DateTime, Utc};
use futures_util::{Stream, stream};
use kernel::Uuid;
use kernel::lang::Said;
use serde_json::Value;
use std::time::Duration;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Interrupted,
}

impl JobState {
    pub const fn code(self) -> &'static str {
        match self {
            JobState::Queued => "queued",
            JobState::Running => "running",
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Interrupted => "interrupted",
        }
    }

    pub const fn is_over(self) -> bool {
        !matches!(self, JobState::Queued | JobState::Running)
    }
}

record! {
    /// A row of the table `job`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Job {
        pub id: Uuid,
        pub kind: String,
        pub unique_key: Option<String>,
        pub payload: Value,
        /// See [`Job::state`].
        pub state: String,
        /// Steps done, of `total` if that is known.
        pub done: i64,
        pub total: Option<i64>,
        /// What is going on, per language; see [`Job::note`].
        pub note: Option<Value>,
        pub result: Option<Value>,
        /// For the log and the staff: why the last run failed.
        pub error: Option<String>,
        pub attempts: i64,
        pub run_at: DateTime<Utc>,
        pub locked_until: Option<DateTime<Utc>>,
        pub worker: Option<String>,
        pub cancel_requested: bool,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub started_at: Option<DateTime<Utc>>,
        pub finished_at: Option<DateTime<Utc>>,
    }
}

impl Job {
    pub fn state(&self) -> JobState {
        match self.state.as_str() {
            "queued" => JobState::Queued,
            "running" => JobState::Running,
            "done" => JobState::Done,
            "cancelled" => JobState::Cancelled,
            "interrupted" => JobState::Interrupted,
            _ => JobState::Failed,
        }
    }

    pub fn note(&self) -> Option<Said> {
        self.note.clone().and_then(|note| serde_json::from_value(note).ok())
    }

    /// Share done, 0 to 1, when the total is known.
    pub fn fraction(&self) -> Option<f64> {
        let total = self.total.filter(|total| *total > 0)?;
        Some((self.done as f64 / total as f64).clamp(0.0, 1.0))
    }
}

/// A job to be enqueued.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub kind: String,
    pub payload: Value,
    /// While a job of this kind with this key is queued or running, no second one is made.
    pub unique_key: Option<String>,
    /// Not before; at once when absent.
    pub run_at: Option<DateTime<Utc>>,
    pub created_by: Option<Uuid>,
}

impl NewJob {
    pub fn new(kind: &str, payload: Value) -> NewJob {
        NewJob { kind: kind.to_owned(), payload, unique_key: None, run_at: None, created_by: None }
    }

    pub fn key(self, key: impl Into<String>) -> NewJob {
        NewJob { unique_key: Some(key.into()), ..self }
    }

    pub fn at(self, run_at: DateTime<Utc>) -> NewJob {
        NewJob { run_at: Some(run_at), ..self }
    }

    pub fn by(self, account: Option<Uuid>) -> NewJob {
        NewJob { created_by: account, ..self }
    }
}

/// Queues a job with the change that causes it. Returns its id, or that of the active one with the same key.
pub async fn enqueue(tx: &mut Tx, job: NewJob) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO job (id, kind, unique_key, payload, state, run_at, created_by, created_at) \
               VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7) \
               ON CONFLICT (kind, unique_key) WHERE unique_key IS NOT NULL AND state IN ('queued', 'running') DO NOTHING";
    let args = args![id, &job.kind, &job.unique_key, job.payload, job.run_at.unwrap_or(now), job.created_by, now];
    if tx.run(sql, args).await? == 1 {
        tx.ring_jobs();
        return Ok(id);
    }
    let active = "SELECT id FROM job WHERE kind = $1 AND unique_key = $2 AND state IN ('queued', 'running')";
    tx.one::<One<Uuid>>(active, args![&job.kind, &job.unique_key]).await.map(|One(id)| id)
}

/// Asks a job to stop: one that waits is cancelled at once, one that runs when its handler notices.
///
/// # Errors
/// [`Error::NotFound`] when it is over or absent.
pub async fn cancel(tx: &mut Tx, id: Uuid) -> Result<()> {
    let now = tx.now();
    let waiting = "UPDATE job SET state = 'cancelled', finished_at = $2 WHERE id = $1 AND state = 'queued'";
    let running = "UPDATE job SET cancel_requested = TRUE WHERE id = $1 AND state = 'running'";
    if tx.run(waiting, args![id, now]).await? == 1 || tx.run(running, args![id]).await? == 1 {
        tx.ring_jobs();
        return Ok(());
    }
    Err(Error::NotFound)
}

/// Queues a failed, cancelled or interrupted job again, with all its attempts.
///
/// # Errors
/// [`Error::NotFound`] when it is not over; a conflict when one with its key is active.
pub async fn retry(tx: &mut Tx, id: Uuid) -> Result<()> {
    let sql = "UPDATE job SET state = 'queued', run_at = $2, attempts = 0, done = 0, error = NULL, finished_at = NULL, cancel_requested = FALSE \
               WHERE id = $1 AND state IN ('failed', 'cancelled', 'interrupted')";
    let now = tx.now();
    if tx.run(sql, args![id, now]).await? == 0 {
        return Err(Error::NotFound);
    }
    tx.ring_jobs();
    Ok(())
}

/// Deletes jobs that ended well before an instant; failed ones stay until somebody looks at them.
pub async fn clear(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64> {
    tx.run("DELETE FROM job WHERE finished_at < $1 AND state IN ('done', 'cancelled')", args![before]).await
}

pub async fn get(db: &Db, id: Uuid) -> Result<Option<Job>> {
    db.opt("SELECT * FROM job WHERE id = $1", args![id]).await
}

/// The newest jobs.
pub async fn recent(db: &Db, limit: i64) -> Result<Vec<Job>> {
    db.all("SELECT * FROM job ORDER BY created_at DESC, id DESC LIMIT $1", args![limit]).await
}

/// How many jobs are in each state.
pub async fn counts(db: &Db) -> Result<Vec<(String, i64)>> {
    db.all("SELECT state, count(*) FROM job GROUP BY state ORDER BY state", args![]).await
}

/// The job as it is now and after every change, four times a second at most; ends with the state it ended in.
/// Works for jobs of other nodes too.
pub fn watch(db: &Db, id: Uuid) -> impl Stream<Item = Result<Job>> + Send + use<> {
    let begin = (db.clone(), None::<Job>, false);
    stream::unfold(begin, move |(db, mut last, over)| async move {
        if over {
            return None;
        }
        loop {
            if last.is_some() {
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            let job = match get(&db, id).await {
                Ok(Some(job)) => job,
                Ok(None) => return None,
                Err(error) => return Some((Err(error), (db, last, true))),
            };
            let seen = |job: &Job| (job.state.clone(), job.done, job.total, job.note.clone(), job.cancel_requested);
            if last.as_ref().map(seen) != Some(seen(&job)) {
                let over = job.state().is_over();
                return Some((Ok(job.clone()), (db, Some(job), over)));
            }
            last = Some(job);
        }
    })
}
