//! Runs queued jobs: claims under a lease, renews it, retries with growing pauses, recovers what a crash left.

use super::{Job, JobContext, NewJob, enqueue};
use crate::db::{Db, One, Select};
use crate::error::{Error, Result};
use crate::{args, atomically};
use chrono::TimeDelta;
use futures_util::future::BoxFuture;
use kernel::Uuid;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Cancellation is noticed this soon, and due jobs of other nodes.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// After the stop signal running jobs get this long before they go back to the queue.
const GRACE: Duration = Duration::from_secs(10);
const FIRST_PAUSE_SECONDS: i64 = 5;
const LONGEST_PAUSE_SECONDS: i64 = 3600;

/// What becomes of a job whose process died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterCrash {
    /// Queued again: the handler is idempotent.
    Requeue,
    /// Shown as interrupted, for a person to decide.
    Interrupt,
}

/// How a kind of job is treated.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Runs before it is a dead letter.
    pub attempts: i64,
    pub after_crash: AfterCrash,
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { attempts: 5, after_crash: AfterCrash::Requeue }
    }
}

type Handler = Arc<dyn Fn(JobContext) -> BoxFuture<'static, kernel::Result<Value>> + Send + Sync>;

#[derive(Clone)]
struct Kind {
    handler: Handler,
    policy: Policy,
}

struct Schedule {
    name: String,
    every_seconds: i64,
    job: NewJob,
    tried: i64,
}

/// Runs the kinds of job it was given.
pub struct Runner {
    db: Db,
    name: String,
    kinds: HashMap<String, Kind>,
    schedules: Vec<Schedule>,
    workers: usize,
    lease: TimeDelta,
}

impl Runner {
    pub fn new(db: &Db) -> Runner {
        let name = format!("{}-{}", std::process::id(), Uuid::new_v4().simple());
        Runner {
            db: db.clone(),
            name,
            kinds: HashMap::new(),
            schedules: Vec::new(),
            workers: 2,
            lease: TimeDelta::seconds(60),
        }
    }

    /// Jobs at a time; 2 unless told.
    pub fn workers(mut self, workers: usize) -> Runner {
        self.workers = workers.max(1);
        self
    }

    /// How long a silent worker keeps its job; 60 s unless told. Renewed while the handler runs.
    pub fn lease(mut self, lease: Duration) -> Runner {
        self.lease = TimeDelta::from_std(lease).unwrap_or(self.lease);
        self
    }

    /// Registers the handler of a kind.
    pub fn on<F, Fut>(self, kind: &str, handler: F) -> Runner
    where
        F: Fn(JobContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = kernel::Result<Value>> + Send + 'static,
    {
        self.on_with(kind, Policy::default(), handler)
    }

    /// Registers the handler of a kind with a policy of its own.
    pub fn on_with<F, Fut>(mut self, kind: &str, policy: Policy, handler: F) -> Runner
    where
        F: Fn(JobContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = kernel::Result<Value>> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |context| Box::pin(handler(context)));
        self.kinds.insert(kind.to_owned(), Kind { handler, policy });
        self
    }

    /// Enqueues a job once per period, on one node of all. Periods are counted from 1970 in UTC.
    pub fn every(mut self, name: &str, period: Duration, job: NewJob) -> Runner {
        let every_seconds = i64::try_from(period.as_secs()).unwrap_or(i64::MAX).max(1);
        let job = job.key(format!("schedule:{name}"));
        self.schedules.push(Schedule { name: name.to_owned(), every_seconds, job, tried: i64::MIN });
        self
    }

    /// Works until `stop` becomes true (or its sender is gone), then waits a little for running jobs.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        // One process owns a SQLite folder, so whatever "runs" at its start died with the last one.
        let mut everything = !self.db.is_postgres();
        while !*stop.borrow() {
            let db = self.db.clone();
            let bell = db.jobs_bell().notified();
            tokio::pin!(bell);
            bell.as_mut().enable();
            if let Err(error) = self.look(&mut running, everything).await {
                tracing::warn!(%error, "job queue");
            } else {
                everything = false;
            }
            tokio::select! {
                () = &mut bell => {}
                Some(_) = running.join_next() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                changed = stop.changed() => if changed.is_err() { break },
            }
        }
        let _ = tokio::time::timeout(GRACE, async { while running.join_next().await.is_some() {} }).await;
        running.shutdown().await;
        if let Err(error) = self.give_back().await {
            tracing::warn!(%error, "jobs could not be given back");
        }
    }

    async fn look(&mut self, running: &mut JoinSet<()>, everything: bool) -> Result<()> {
        self.recover(everything).await?;
        self.enqueue_scheduled().await?;
        while running.len() < self.workers {
            let Some(job) = self.claim().await? else { return Ok(()) };
            let Some(kind) = self.kinds.get(&job.kind).cloned() else { return Ok(()) };
            let work = Work { db: self.db.clone(), kind, job: Arc::new(job), lease: self.lease };
            running.spawn(work.run());
        }
        Ok(())
    }

    fn kinds(&self) -> Vec<crate::Value> {
        self.kinds.keys().map(crate::Value::from).collect()
    }

    /// Takes the job that is due longest.
    async fn claim(&self) -> Result<Option<Job>> {
        let now = self.db.now();
        let due = Select::new("SELECT id FROM job")
            .and("state = 'queued' AND run_at <= ?", Some(args![now]))
            .within("kind", Some(self.kinds()));
        // Looking does not take the writer; most looks find nothing.
        if due.clone().then("LIMIT 1", args![]).opt::<One<Uuid>>(&self.db).await?.is_none() {
            return Ok(None);
        }
        atomically!(self.db, |tx| -> Error {
            let tail = format!("ORDER BY run_at, id LIMIT 1 {}", tx.skip_locked());
            let Some(One(id)) = due.clone().then(&tail, args![]).opt_in::<One<Uuid>>(tx).await? else {
                return Ok(None);
            };
            let sql = "UPDATE job SET state = 'running', attempts = attempts + 1, locked_until = $2, worker = $3, started_at = COALESCE(started_at, $4) \
                       WHERE id = $1 AND state = 'queued' RETURNING *";
            tx.opt(sql, args![id, now + self.lease, &self.name, now]).await
        })
    }

    /// Jobs whose worker is gone: queued again, interrupted, or cancelled if that was asked.
    async fn recover(&self, everything: bool) -> Result<()> {
        let now = self.db.now();
        let sql = "SELECT id, kind, cancel_requested FROM job WHERE state = 'running' AND (locked_until < $1 OR $2)";
        let lost: Vec<(Uuid, String, bool)> = self.db.all(sql, args![now, everything]).await?;
        for (id, kind, cancelled) in lost {
            let policy = self.kinds.get(&kind).map_or(AfterCrash::Requeue, |kind| kind.policy.after_crash);
            let (state, finished) = match policy {
                _ if cancelled => ("cancelled", Some(now)),
                AfterCrash::Requeue => ("queued", None),
                AfterCrash::Interrupt => ("interrupted", Some(now)),
            };
            tracing::warn!(job = %id, kind, state, "its worker is gone");
            atomically!(self.db, |tx| -> Error {
                let sql = "UPDATE job SET state = $2, finished_at = $3, locked_until = NULL, worker = NULL WHERE id = $1 AND state = 'running' AND (locked_until < $4 OR $5)";
                tx.run(sql, args![id, state, finished, now, everything]).await
            })?;
        }
        Ok(())
    }

    async fn enqueue_scheduled(&mut self) -> Result<()> {
        let seconds = self.db.now().timestamp();
        for schedule in &mut self.schedules {
            let slot = seconds - seconds.rem_euclid(schedule.every_seconds);
            if slot == schedule.tried {
                continue;
            }
            // A slot far in the future was written by a clock that ran ahead; it must not silence the schedule.
            let sql = "INSERT INTO job_schedule (name, slot) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET slot = excluded.slot \
                       WHERE job_schedule.slot < excluded.slot OR job_schedule.slot > excluded.slot + $3";
            atomically!(self.db, |tx| -> Error {
                if tx.run(sql, args![&schedule.name, slot, 2 * schedule.every_seconds]).await? == 1 {
                    enqueue(tx, schedule.job.clone()).await?;
                }
                Ok(())
            })?;
            schedule.tried = slot;
        }
        Ok(())
    }

    /// At a stop: what is still running goes back to the queue without losing an attempt.
    async fn give_back(&self) -> Result<()> {
        atomically!(self.db, |tx| -> Error {
            let sql = "UPDATE job SET state = 'queued', attempts = attempts - 1, locked_until = NULL, worker = NULL WHERE state = 'running' AND worker = $1";
            tx.run(sql, args![&self.name]).await
        })?;
        Ok(())
    }
}

/// One job in the hands of its handler.
struct Work {
    db: Db,
    kind: Kind,
    job: Arc<Job>,
    lease: TimeDelta,
}

impl Work {
    async fn run(self) {
        let (cancel, cancelled) = watch::channel(false);
        let context = JobContext {
            db: self.db.clone(),
            job: Arc::clone(&self.job),
            cancelled,
            reported: Arc::new(Mutex::new(None)),
        };
        // In a set of its own: a panic is caught, and the handler stops when this task is dropped.
        let mut handler = JoinSet::new();
        handler.spawn((self.kind.handler)(context));
        let outcome = loop {
            tokio::select! {
                Some(outcome) = handler.join_next() => break outcome.unwrap_or_else(|fault| Err(kernel::Error::internal(fault))),
                () = tokio::time::sleep(LOOK_EVERY) => match self.renew(&cancel).await {
                    Ok(true) => {}
                    Ok(false) => return tracing::warn!(job = %self.job.id, "lost its lease"),
                    Err(error) => tracing::warn!(job = %self.job.id, %error, "lease"),
                },
            }
        };
        let cancelled = *cancel.borrow();
        let mut pause = Duration::from_millis(200);
        // The outcome is worth some patience: a database that is away for a moment must not repeat the work.
        while let Err(error) = self.settle(&outcome, cancelled).await {
            tracing::warn!(job = %self.job.id, %error, "outcome not stored yet");
            if pause > Duration::from_secs(30) {
                return;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Keeps the lease, passes on a request to cancel. `false`: somebody else has the job now.
    async fn renew(&self, cancel: &watch::Sender<bool>) -> Result<bool> {
        let sql = "SELECT cancel_requested, locked_until, worker FROM job WHERE id = $1 AND state = 'running'";
        let row: Option<(bool, Option<chrono::DateTime<chrono::Utc>>, Option<String>)> =
            self.db.opt(sql, args![self.job.id]).await?;
        let Some((asked, until, worker)) = row else { return Ok(false) };
        if worker != self.job.worker {
            return Ok(false);
        }
        cancel.send_if_modified(|now| asked && !std::mem::replace(now, true));
        let renewed = self.db.now() + self.lease;
        if until.is_none_or(|until| until < renewed - self.lease / 2) {
            atomically!(self.db, |tx| -> Error {
                tx.run(
                    "UPDATE job SET locked_until = $3 WHERE id = $1 AND worker = $2",
                    args![self.job.id, &self.job.worker, renewed],
                )
                .await
            })?;
        }
        Ok(true)
    }

    async fn settle(&self, outcome: &kernel::Result<Value>, cancelled: bool) -> Result<()> {
        let now = self.db.now();
        let (state, finished, run_at, result, error) = match outcome {
            Ok(result) => ("done", Some(now), now, Some(result.clone()), None),
            Err(error) if cancelled => ("cancelled", Some(now), now, None, Some(error.to_string())),
            Err(error) if may_help(error) && self.job.attempts < self.kind.policy.attempts => {
                ("queued", None, now + pause_after(self.job.attempts), None, Some(error.to_string()))
            }
            Err(error) => ("failed", Some(now), now, None, Some(error.to_string())),
        };
        if let Some(error) = &error {
            tracing::warn!(job = %self.job.id, kind = self.job.kind, state, error, "job");
        }
        atomically!(self.db, |tx| -> Error {
            let sql = "UPDATE job SET state = $3, finished_at = $4, run_at = $5, result = $6, error = $7, locked_until = NULL, worker = NULL \
                       WHERE id = $1 AND worker = $2 AND state = 'running'";
            tx.run(sql, args![self.job.id, &self.job.worker, state, finished, run_at, result.clone(), error.clone()])
                .await
        })?;
        Ok(())
    }
}

/// Whether the same work may succeed later.
fn may_help(error: &kernel::Error) -> bool {
    use kernel::Error as E;
    matches!(error, E::Busy | E::StorageFull | E::Internal(_) | E::RateLimited { .. })
}

/// 5 s, 10 s, 20 s … up to an hour, and up to a quarter more at random.
fn pause_after(attempts: i64) -> TimeDelta {
    let doubled = FIRST_PAUSE_SECONDS << (attempts - 1).clamp(0, 20);
    let seconds = doubled.min(LONGEST_PAUSE_SECONDS);
    TimeDelta::milliseconds(seconds * 1000 + rand::random_range(0..=seconds * 250))
}
