//! Reads a SQLite file that is not ours, such as a dictionary that somebody published.
//!
//! Never here: the hub's own database, writing.

use crate::db::bind::safe;
use crate::{Error, Result};
use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{ConnectOptions, Connection, Row};
use std::path::Path;

/// One row of a foreign table.
pub struct ForeignRow(SqliteRow);

impl ForeignRow {
    /// A whole number; 0 for what is none.
    pub fn number(&self, column: usize) -> i64 {
        self.0.try_get_unchecked(column).unwrap_or(0)
    }

    /// Text, also of a number; empty for NULL.
    pub fn text(&self, column: usize) -> &str {
        self.0.try_get_unchecked(column).unwrap_or_default()
    }
}

/// A foreign file, opened for reading only.
pub struct Foreign(SqliteConnection);

impl Foreign {
    /// # Errors
    /// When the file is not there or is no SQLite database.
    pub async fn open(path: &Path) -> Result<Foreign> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(true)
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging();
        Ok(Foreign(SqliteConnection::connect_with(&options).await?))
    }

    /// Hands every row of a query to `take`, in order; stops when it answers `false`.
    ///
    /// # Errors
    /// When the statement does not fit the file, or the file is damaged.
    pub async fn each(&mut self, sql: &'static str, mut take: impl FnMut(&ForeignRow) -> bool) -> Result<()> {
        let mut rows = sqlx::query(safe(sql.into())).fetch(&mut self.0);
        while let Some(row) = rows.try_next().await.map_err(Error::from)? {
            if !take(&ForeignRow(row)) {
                break;
            }
        }
        Ok(())
    }
}
