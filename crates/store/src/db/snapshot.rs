//! Reading many things as of one moment: exports, backups, reports.

use super::bind::{self, Sql, safe};
use super::{Db, Engine, Line, Lines, Record, Value};
use crate::error::Result;
use futures_util::TryStreamExt;
use sqlx::{Postgres, Sqlite, Transaction};

enum Open {
    Sqlite(Transaction<'static, Sqlite>),
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
            Engine::Sqlite { read, .. } => Open::Sqlite(read.begin().await?),
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
        let sql = safe(sql.into());
        let lines = match &mut self.open {
            Open::Sqlite(transaction) => Lines::Sqlite(bind::sqlite(sql, args)?.fetch_all(&mut **transaction).await?),
            Open::Postgres(transaction) => {
                Lines::Postgres(bind::postgres(sql, args)?.fetch_all(&mut **transaction).await?)
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
        let sql = safe(sql.into());
        match &mut self.open {
            Open::Sqlite(transaction) => {
                let query = bind::sqlite(sql, args)?;
                let mut rows = query.fetch(&mut **transaction);
                while let Some(row) = rows.try_next().await? {
                    each(&Line::Sqlite(&row))?;
                }
            }
            Open::Postgres(transaction) => {
                let query = bind::postgres(sql, args)?;
                let mut rows = query.fetch(&mut **transaction);
                while let Some(row) = rows.try_next().await? {
                    each(&Line::Postgres(&row))?;
                }
            }
        }
        Ok(())
    }
}
