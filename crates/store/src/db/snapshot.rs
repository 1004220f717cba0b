//! Reading many things as of one moment: exports, backups, reports.

use super::bind::{self, Sql, safe};
use super::lite::LiteRow;
use super::readers::{Reading, elsewhere};
use super::{Db, Engine, Line, Lines, Record, Value};
use crate::error::{Error, Result};
use futures_util::TryStreamExt;
use sqlx::{Postgres, Transaction};
use tokio::sync::mpsc;

/// Rows that go together from the thread that reads them.
const BATCH: usize = 256;

enum Open {
    /// `None` while a statement runs; one that was given up takes the connection with it.
    Sqlite(Option<Reading>),
    Postgres(Transaction<'static, Postgres>),
}

/// A read transaction that sees the database as it was when it began. Ends when dropped.
pub struct Snapshot {
    open: Open,
}

impl Db {
    /// Begins a consistent read. Hold it as short as the work allows: old rows cannot be cleared meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot> {
        let open = match &self.inner.engine {
            Engine::Sqlite { read, .. } => {
                let reading = read.reserve().await?;
                reading.lite()?.run("BEGIN")?;
                Open::Sqlite(Some(reading))
            }
            Engine::Postgres { pool } => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                let mut transaction = pool.begin_with(begin).await?;
                sqlx::query("SET LOCAL statement_timeout = 0").execute(&mut *transaction).await?;
                Open::Postgres(transaction)
            }
        };
        let mut snapshot = Snapshot { open };
        // SQLite fixes its view at the first read, not at BEGIN.
        snapshot.all::<super::One<i64>>("SELECT seq FROM feed_head", Vec::new()).await?;
        Ok(snapshot)
    }
}

impl Snapshot {
    pub async fn all<T: Record>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Vec<T>> {
        let sql = sql.into();
        let lines = match &mut self.open {
            Open::Sqlite(slot) => {
                let reading = slot.take().ok_or_else(ended)?;
                let work = move || {
                    let rows = reading.lite()?.all(&sql, &args);
                    Ok((reading, rows))
                };
                let (reading, rows) = elsewhere(work).await?;
                *slot = Some(reading);
                Lines::Lite(rows?)
            }
            Open::Postgres(transaction) => {
                Lines::Postgres(bind::postgres(safe(sql), args)?.fetch_all(&mut **transaction).await?)
            }
        };
        lines.read()
    }

    pub async fn opt<T: Record>(&mut self, sql: impl Into<Sql>, args: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Calls `each` for every row without holding all of them in memory.
    pub async fn each(
        &mut self,
        sql: impl Into<Sql>,
        args: Vec<Value>,
        mut each: impl FnMut(&Line<'_>) -> Result<()> + Send,
    ) -> Result<()> {
        let sql = sql.into();
        match &mut self.open {
            Open::Sqlite(slot) => {
                let reading = slot.take().ok_or_else(ended)?;
                let (out, mut batches) = mpsc::channel(4);
                let work = tokio::spawn(elsewhere(move || {
                    let outcome = send_rows(&reading, &sql, &args, &out);
                    Ok((reading, outcome))
                }));
                let mut taken = Ok(());
                while let Some(batch) = batches.recv().await {
                    taken = batch.iter().try_for_each(|row| each(&Line::Lite(row)));
                    if taken.is_err() {
                        break;
                    }
                }
                // The other end stops at its next batch.
                drop(batches);
                let (reading, outcome) = work.await.map_err(|error| Error::Other(error.to_string()))??;
                *slot = Some(reading);
                taken.and(outcome)
            }
            Open::Postgres(transaction) => {
                let query = bind::postgres(safe(sql), args)?;
                let mut rows = query.fetch(&mut **transaction);
                while let Some(row) = rows.try_next().await? {
                    each(&Line::Postgres(&row))?;
                }
                Ok(())
            }
        }
    }
}

fn send_rows(reading: &Reading, sql: &str, args: &[Value], out: &mpsc::Sender<Vec<LiteRow>>) -> Result<()> {
    let mut batch = Vec::with_capacity(BATCH);
    let mut heard = true;
    reading.lite()?.each(sql, args, |row| {
        batch.push(row);
        if batch.len() == BATCH {
            heard = out.blocking_send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH))).is_ok();
        }
        heard
    })?;
    if heard && !batch.is_empty() {
        let _ = out.blocking_send(batch);
    }
    Ok(())
}

fn ended() -> Error {
    Error::Unavailable("the statement before this one was given up".to_owned())
}
