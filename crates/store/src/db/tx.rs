//! One write transaction. Made by [`atomically!`](crate::atomically), which commits or rolls back and retries.
//!
//! Nothing but database work belongs inside: the block may run again. After a failed statement the transaction
//! accepts no more (as PostgreSQL does; SQLite is made to), unless [`Tx::back_to`] undoes up to a mark.

use super::bind::{self, Sql, safe};
use super::lite::Lite;
use super::writer::{Hold, finish};
use super::{Db, Engine, Line, Lines, Record, Value};
use crate::error::{ConflictKind, Error, Result};
use crate::feed::Note;
use chrono::{DateTime, Utc};
use kernel::{Actor, Change, Uuid};
use sqlx::{Postgres, Transaction};
use tokio::task::coop::consume_budget;

enum Open {
    Sqlite(Hold),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction that reads and writes.
pub struct Tx {
    open: Open,
    db: Db,
    notes: Vec<Note>,
    wrote: bool,
    failed: bool,
    retry: bool,
    rings_jobs: bool,
    marks: usize,
}

/// A point inside a transaction to which it can go back.
#[derive(Debug)]
#[must_use]
pub struct Mark {
    depth: usize,
    notes: usize,
}

impl Db {
    /// Opens a transaction by hand; prefer [`atomically!`](crate::atomically), which retries. Dropping it rolls back.
    ///
    /// # Errors
    /// [`Error::Busy`] when the writer is taken too long, [`Error::ReadOnly`] beside a running process.
    pub async fn begin(&self) -> Result<Tx> {
        let open = match &self.inner.engine {
            _ if self.is_read_only() => return Err(Error::ReadOnly),
            Engine::Sqlite { gate: Some(gate), .. } => Open::Sqlite(gate.begin().await?),
            Engine::Sqlite { gate: None, .. } => return Err(Error::ReadOnly),
            Engine::Postgres { pool } => Open::Postgres(pool.begin().await?),
        };
        let db = self.clone();
        Ok(Tx { open, db, notes: Vec::new(), wrote: false, failed: false, retry: false, rings_jobs: false, marks: 0 })
    }
}

impl Tx {
    /// Every row of a query, or of a statement with RETURNING.
    pub async fn all<T: Record>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        self.lines(sql.into(), args).await?.read()
    }

    /// The first row, if there is one.
    pub async fn opt<T: Record>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        Ok(self.lines(sql.into(), args).await?.read()?.into_iter().next())
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    pub async fn one<T: Record>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<T> {
        self.opt(sql, args).await?.ok_or(Error::NotFound)
    }

    /// Every row, read by a closure: for statements built from a description.
    pub async fn all_with<T>(
        &mut self,
        sql: impl Into<Sql>,
        args: Vec<Value>,
        read: impl FnMut(&Line<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.lines(sql.into(), args).await?.read_with(read)
    }

    async fn lines(&mut self, sql: Sql, args: Vec<Value>) -> Result<Lines> {
        self.usable()?;
        self.wrote |= !starts_with(&sql, &["SELECT"]);
        match self.fetch(sql, args).await {
            Ok(lines) => Ok(lines),
            Err(error) => Err(self.fail(error)),
        }
    }

    async fn fetch(&mut self, sql: Sql, args: Vec<Value>) -> Result<Lines> {
        Ok(match &mut self.open {
            Open::Sqlite(hold) => {
                consume_budget().await;
                Lines::Lite(hold.connection()?.all(&sql, &args)?)
            }
            Open::Postgres(transaction) => {
                Lines::Postgres(bind::postgres(safe(sql), args)?.fetch_all(&mut **transaction).await?)
            }
        })
    }

    /// Runs a statement; tells how many rows it changed.
    pub async fn run(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<u64> {
        let sql = sql.into();
        self.usable()?;
        let schema = starts_with(&sql, &["CREATE", "ALTER", "DROP"]);
        match self.execute(sql, args).await {
            Ok(rows) => {
                self.wrote |= schema || rows > 0;
                Ok(rows)
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    async fn execute(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64> {
        Ok(match &mut self.open {
            Open::Sqlite(hold) => {
                // Statements do not wait, so a long block of them would not let others on this thread in.
                consume_budget().await;
                hold.connection()?.execute(&sql, &args)?
            }
            Open::Postgres(transaction) => {
                bind::postgres(safe(sql), args)?.execute(&mut **transaction).await?.rows_affected()
            }
        })
    }

    fn usable(&self) -> Result<()> {
        if self.failed { Err(Error::Aborted) } else { Ok(()) }
    }

    /// After an error nothing more runs here; a duplicate gets its constraint's name.
    fn fail(&mut self, error: Error) -> Error {
        self.failed = true;
        self.retry |= matches!(error, Error::Serialization);
        let Open::Sqlite(hold) = &mut self.open else { return error };
        hold.failed(&error);
        match (error, hold.connection()) {
            (Error::Conflict { kind: ConflictKind::Unique, constraint }, Ok(connection)) => {
                let named = constraint_name(connection, &constraint).unwrap_or(constraint);
                Error::Conflict { kind: ConflictKind::Unique, constraint: named }
            }
            (error, _) => error,
        }
    }

    /// Adds an entry to the change feed, written when the block ends. Kernel rule 3: every change of a record has one.
    pub fn note(&mut self, actor: &Actor, change: Change) {
        self.notes.push(Note { actor: actor.for_feed(), change });
    }

    /// Holds the row against other writers until the end (`FOR UPDATE`; on SQLite there is only one writer).
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such row.
    pub async fn lock(&mut self, table: &'static str, id: Uuid) -> Result<()> {
        let held = self.held();
        self.one::<super::One<Uuid>>(format!("SELECT id FROM {table} WHERE id = $1 {held}"), crate::args![id]).await?;
        Ok(())
    }

    /// The end of a SELECT whose rows are held against other writers until the end; see [`Tx::lock`].
    pub fn held(&self) -> &'static str {
        if self.is_postgres() { "FOR UPDATE" } else { "" }
    }

    /// The end of a SELECT that takes rows nobody else holds: for claiming work.
    pub fn skip_locked(&self) -> &'static str {
        if self.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" }
    }

    /// Remembers this point; what follows can be undone without losing what was before (one bad row of an import).
    pub async fn mark(&mut self) -> Result<Mark> {
        self.usable()?;
        let depth = self.marks;
        self.execute(format!("SAVEPOINT mark_{depth}").into(), Vec::new()).await?;
        self.marks += 1;
        Ok(Mark { depth, notes: self.notes.len() })
    }

    /// Undoes everything since the mark, failures included.
    pub async fn back_to(&mut self, mark: Mark) -> Result<()> {
        let depth = mark.depth;
        self.execute(format!("ROLLBACK TO SAVEPOINT mark_{depth}").into(), Vec::new()).await?;
        self.execute(format!("RELEASE SAVEPOINT mark_{depth}").into(), Vec::new()).await?;
        self.notes.truncate(mark.notes);
        self.marks = depth;
        // A serialization failure dooms the whole transaction, whatever is undone.
        self.failed = self.retry;
        Ok(())
    }

    /// Gives up the mark and keeps what was done since.
    pub async fn keep(&mut self, mark: Mark) -> Result<()> {
        self.usable()?;
        self.execute(format!("RELEASE SAVEPOINT mark_{}", mark.depth).into(), Vec::new()).await?;
        self.marks = mark.depth;
        Ok(())
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.db.now()
    }

    pub fn new_id(&self) -> Uuid {
        self.db.new_id()
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.open, Open::Postgres(_))
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        self.db.request.as_deref().map(str::to_owned)
    }

    pub(crate) fn ring_jobs(&mut self) {
        self.rings_jobs = true;
    }

    pub(super) fn wants_retry(&self) -> bool {
        self.retry
    }

    /// Writes the feed entries and commits. When this returns `Ok`, the writes survive a power cut.
    ///
    /// # Errors
    /// [`Error::Aborted`] after a failed statement; [`Error::Serialization`] asks to run the block again.
    pub async fn commit(self) -> Result<()> {
        match self.open {
            Open::Sqlite(_) => self.commit_now().await,
            // A task of its own, so that a cancelled request cannot cut it in the middle.
            Open::Postgres(_) => finish(tokio::spawn(self.commit_now())).await,
        }
    }

    async fn commit_now(mut self) -> Result<()> {
        if let Err(error) = self.usable() {
            self.rollback().await;
            return Err(error);
        }
        let notes = std::mem::take(&mut self.notes);
        let seq = match crate::feed::write(&mut self, notes).await {
            Ok(seq) => seq,
            Err(error) => {
                self.rollback().await;
                return Err(error);
            }
        };
        match self.open {
            Open::Sqlite(hold) => hold.end(true, self.wrote, seq).await?,
            Open::Postgres(transaction) => {
                transaction.commit().await?;
                if let Some(seq) = seq {
                    self.db.inner.feed.send_if_modified(|newest| std::mem::replace(newest, seq.max(*newest)) < seq);
                }
            }
        }
        if self.rings_jobs {
            self.db.inner.jobs.notify_waiters();
        }
        Ok(())
    }

    /// Undoes everything.
    pub async fn rollback(self) {
        let undone = match self.open {
            Open::Sqlite(hold) => hold.end(false, false, None).await,
            Open::Postgres(transaction) => transaction.rollback().await.map_err(Error::from),
        };
        if let Err(error) = undone {
            tracing::warn!(%error, "rollback");
        }
    }
}

fn starts_with(sql: &str, words: &[&str]) -> bool {
    let sql = sql.trim_start();
    words.iter().any(|word| sql.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

/// The name PostgreSQL would give to the unique constraint over `columns` ("t.a, t.b").
fn constraint_name(connection: &Lite, columns: &str) -> Result<String> {
    if let Some(name) = columns.strip_prefix("index '") {
        return Ok(name.trim_end_matches('\'').to_owned());
    }
    let mut table = "";
    let names: Vec<&str> = columns
        .split(", ")
        .filter_map(|column| column.split_once('.'))
        .map(|(of, name)| {
            table = of;
            name
        })
        .collect();
    let sql = "SELECT l.name, l.origin, (SELECT group_concat(i.name, ',') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno) AS i) \
               FROM pragma_index_list($1) AS l WHERE l.\"unique\" = 1";
    for row in connection.all(sql, &crate::args![table])? {
        let (name, origin, over): (String, String, Option<String>) = (row.at(0)?, row.at(1)?, row.at(2)?);
        if over.as_deref() != Some(names.join(",").as_str()) {
            continue;
        }
        return Ok(match origin.as_str() {
            "c" => name,
            "pk" => format!("{table}_pkey"),
            _ => format!("{table}_{}_key", names.join("_")),
        });
    }
    Ok(format!("{table}_pkey"))
}
