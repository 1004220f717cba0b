//! What a handler sees of its job: the payload, progress to report, and whether somebody asked to stop.

use super::Job;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::{args, atomically};
use kernel::both;
use kernel::lang::Said;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Progress is stored this often at most.
const REPORT_EVERY: Duration = Duration::from_millis(250);

/// Handed to a handler; cheap to clone.
#[derive(Clone)]
pub struct JobContext {
    pub db: Db,
    pub job: Arc<Job>,
    pub(super) cancelled: watch::Receiver<bool>,
    pub(super) reported: Arc<Mutex<Option<Instant>>>,
}

impl JobContext {
    /// The payload as a type of the handler's own.
    ///
    /// # Errors
    /// `BadRequest` when the payload has another shape; the job then fails without retry.
    pub fn payload<T: serde::de::DeserializeOwned>(&self) -> kernel::Result<T> {
        serde_json::from_value(self.job.payload.clone()).map_err(|cause| {
            tracing::error!(job = %self.job.id, kind = self.job.kind, %cause, "job payload");
            kernel::Error::bad_request(both(
                "この処理の指示が読み取れません。",
                "The instructions of this job cannot be read.",
            ))
        })
    }

    /// Tells how far the work is. Cheap to call for every row: at most four a second are stored, and the last one.
    pub async fn progress(&self, done: i64, total: Option<i64>) -> Result<()> {
        self.report(done, total, None).await
    }

    /// As [`JobContext::progress`], with words for the reader.
    pub async fn report(&self, done: i64, total: Option<i64>, note: Option<Said>) -> Result<()> {
        if !self.is_due(total == Some(done)) {
            return Ok(());
        }
        let note = note.map(serde_json::to_value).transpose()?;
        let (id, worker) = (self.job.id, &self.job.worker);
        let rows = atomically!(self.db, |tx| -> Error {
            let sql = "UPDATE job SET done = $3, total = $4, note = COALESCE($5, note) WHERE id = $1 AND worker = $2 AND state = 'running'";
            tx.run(sql, args![id, worker, done, total, note.clone()]).await
        })?;
        if rows == 0 { Err(Error::Aborted) } else { Ok(()) }
    }

    fn is_due(&self, last: bool) -> bool {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last || reported.is_none_or(|at| at.elapsed() >= REPORT_EVERY);
        if due {
            *reported = Some(Instant::now());
        }
        due
    }

    /// Whether somebody asked this job to stop.
    pub fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }

    /// For use between steps: an error once somebody asked to stop.
    pub fn check(&self) -> kernel::Result<()> {
        if !self.is_cancelled() {
            return Ok(());
        }
        Err(kernel::Error::conflict(both("取り消されました。", "Cancelled.")))
    }

    /// Waits until somebody asks to stop; for `tokio::select!`.
    pub async fn cancelled(&self) {
        let mut cancelled = self.cancelled.clone();
        if cancelled.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
