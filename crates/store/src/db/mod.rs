//! The façade: one SQL text with `$1` parameters for SQLite and PostgreSQL.
//!
//! [`Db`] reads; [`Tx`], made by [`atomically!`](crate::atomically), reads and writes. It stays a façade: no table
//! registry, no relations, no query language. Which engine runs is known only inside this folder.

mod batch;
pub(crate) mod bind;
mod folder;
mod health;
mod line;
mod lite;
mod open;
mod open_postgres;
mod portable;
mod readers;
mod select;
mod snapshot;
mod tries;
mod tx;
mod value;
mod writer;

pub use bind::Sql;
pub use folder::Folder;
pub(crate) use folder::{hash_file, sync_folder};
pub use line::{Cell, Line, One, Record};
pub use open::{Mode, Settings};
pub use select::Select;
pub use snapshot::Snapshot;
pub use tries::Tries;
pub use tx::{Mark, Tx};
pub use value::{Value, ValueKind};

use crate::error::{Error, Result};
use bind::safe;
use chrono::{DateTime, Utc};
use kernel::Clock;
use lite::LiteRow;
use readers::Readers;
use sqlx::postgres::{PgPool, PgRow};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

enum Engine {
    /// No gate: opened for reading only.
    Sqlite {
        read: Arc<Readers>,
        gate: Option<Arc<writer::Gate>>,
    },
    Postgres {
        pool: PgPool,
    },
}

struct Inner {
    engine: Engine,
    clock: Clock,
    ids: Mutex<uuid::ContextV7>,
    /// Newest committed change.
    feed: watch::Sender<i64>,
    /// Rung when a job was enqueued or cancelled here.
    jobs: Notify,
    /// Writes that are being retried go one behind the other, so that they do not fail each other again.
    retry_lane: Arc<tokio::sync::Mutex<()>>,
    folder: Folder,
    lock: Mutex<Option<folder::FolderLock>>,
    mode: Mode,
}

/// A hub's database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    request: Option<Arc<str>>,
}

/// Rows of either engine.
enum Lines {
    Lite(Vec<LiteRow>),
    Postgres(Vec<PgRow>),
}

impl Lines {
    fn read<T: Record>(&self) -> Result<Vec<T>> {
        match self {
            Lines::Postgres(rows) => rows.iter().map(|row| T::read(&Line::Postgres(row))).collect(),
            Lines::Lite(rows) => rows.iter().map(|row| T::read(&Line::Lite(row))).collect(),
        }
    }

    fn read_with<T>(&self, mut read: impl FnMut(&Line<'_>) -> Result<T>) -> Result<Vec<T>> {
        match self {
            Lines::Postgres(rows) => rows.iter().map(|row| read(&Line::Postgres(row))).collect(),
            Lines::Lite(rows) => rows.iter().map(|row| read(&Line::Lite(row))).collect(),
        }
    }
}

impl Db {
    /// Every row of a query.
    pub async fn all<T: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        self.lines(sql.into(), args).await?.read()
    }

    /// The first row, if there is one.
    pub async fn opt<T: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        match &self.inner.engine {
            Engine::Sqlite { read, .. } => {
                let rows = read.rows(sql.into(), args, 1).await?;
                rows.first().map(|row| T::read(&Line::Lite(row))).transpose()
            }
            Engine::Postgres { pool } => {
                let row = bind::postgres(safe(sql.into()), args)?.fetch_optional(pool).await?;
                row.map(|row| T::read(&Line::Postgres(&row))).transpose()
            }
        }
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn one<T: Record>(&self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        self.opt(sql, args).await?.ok_or(Error::NotFound)
    }

    /// Every row, read by a closure: for statements built from a description.
    pub async fn all_with<T>(
        &self,
        sql: impl Into<Sql>,
        args: Vec<Value>,
        read: impl FnMut(&Line<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.lines(sql.into(), args).await?.read_with(read)
    }

    async fn lines(&self, sql: Sql, args: Vec<Value>) -> Result<Lines> {
        Ok(match &self.inner.engine {
            Engine::Sqlite { read, .. } => Lines::Lite(read.rows(sql, args, usize::MAX).await?),
            Engine::Postgres { pool } => Lines::Postgres(bind::postgres(safe(sql), args)?.fetch_all(pool).await?),
        })
    }

    /// A handle whose changes carry this request id into the feed.
    pub fn for_request(&self, request_id: &str) -> Db {
        Db { inner: Arc::clone(&self.inner), request: Some(request_id.into()) }
    }

    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// A new key: UUID version 7 (RFC 9562) of the present instant, ascending within this process.
    pub fn new_id(&self) -> Uuid {
        let now = self.now();
        let context = self.inner.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, now.timestamp_subsec_nanos()))
    }

    pub fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.inner.engine, Engine::Postgres { .. })
    }

    pub fn is_read_only(&self) -> bool {
        self.inner.mode == Mode::Read
    }

    /// The newest committed change of the feed, as it moves. On PostgreSQL other nodes are seen within a second.
    pub fn feed_watch(&self) -> watch::Receiver<i64> {
        self.inner.feed.subscribe()
    }

    /// Moves [`Db::feed_watch`] to the head in the tables, for entries that came otherwise than by [`Tx::note`]: from another
    /// node, or as a whole feed with the archive of a hub.
    pub async fn look_at_feed(&self) -> Result<()> {
        let seq = crate::feed::newest(self).await?;
        self.inner.feed.send_if_modified(|newest| std::mem::replace(newest, seq.max(*newest)) < seq);
        Ok(())
    }

    /// Commits that changed something since the start (SQLite): shared commits count once.
    pub fn shared_commits(&self) -> u64 {
        match &self.inner.engine {
            Engine::Sqlite { gate: Some(gate), .. } => gate.syncs(),
            _ => 0,
        }
    }

    pub(crate) fn jobs_bell(&self) -> &Notify {
        &self.inner.jobs
    }

    /// Whether the disk failed to keep something (SQLite): reads go on, writes are refused until the next start.
    pub fn has_stopped_writing(&self) -> bool {
        matches!(&self.inner.engine, Engine::Sqlite { gate: Some(gate), .. } if gate.has_stopped())
    }

    /// Whether the database answers; the readiness probe.
    pub async fn ping(&self) -> Result<()> {
        self.one::<One<String>>("SELECT CAST('ok' AS TEXT)", Vec::new()).await.map(|_| ())
    }

    /// Keeps the feed watch right: reads the head now and then, each second on PostgreSQL where other nodes write.
    fn follow_other_nodes(&self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (inner, alone) = (Arc::downgrade(&self.inner), !self.is_postgres() && !self.is_read_only());
        runtime.spawn(async move {
            loop {
                let Some(inner) = inner.upgrade() else { return };
                let db = Db { inner, request: None };
                let _ = db.look_at_feed().await;
                if alone {
                    return;
                }
                drop(db);
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    /// Ends all connections. On SQLite the write-ahead log is folded in and the folder marked as cleanly closed.
    pub async fn close(&self) -> Result<()> {
        let outcome = match &self.inner.engine {
            Engine::Postgres { pool } => {
                pool.close().await;
                Ok(())
            }
            Engine::Sqlite { read, gate: None } => {
                read.close().await;
                Ok(())
            }
            Engine::Sqlite { read, gate: Some(gate) } => {
                read.close().await;
                gate.close(|| self.inner.folder.write_marker(true)).await
            }
        };
        self.inner.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
        outcome
    }
}
