//! A connection of SQLite. A statement runs where it is called: it takes microseconds, less than handing it to another
//! thread and back. Only COMMIT waits for the disk.
//!
//! Never here: who may write when (see [`super::writer`]), which read is too long for that (see [`super::readers`]).

use super::bind::{check, time_text};
use super::value::Value;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use rusqlite::types::{Null, Value as Cell};
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Statements kept prepared.
const STATEMENTS: usize = 512;

/// A row with the names of its columns.
pub struct LiteRow {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
    /// The place behind the last one that was asked for: columns are mostly read in their order.
    next: std::cell::Cell<usize>,
}

impl LiteRow {
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn place(&self, column: &str) -> Result<usize> {
        let next = self.next.get();
        let place = match self.columns.get(next) {
            Some(name) if name == column => Some(next),
            _ => self.columns.iter().position(|name| name == column),
        };
        let place = place.ok_or_else(|| Error::Other(format!("no column {column}")))?;
        self.next.set(place + 1);
        Ok(place)
    }

    /// The cell at a position, from 0.
    pub(super) fn at<T: LiteCell>(&self, place: usize) -> Result<T> {
        let cell = self.cells.get(place).ok_or_else(|| Error::Other(format!("no column {place}")))?;
        T::read(cell).ok_or_else(|| {
            let (name, kind) = (&self.columns[place], cell.data_type());
            Error::Other(format!("column {name} holds {kind}, not {}", std::any::type_name::<T>()))
        })
    }

    /// The cell at a position as SQLite types it.
    pub(super) fn native(&self, place: usize) -> Result<Option<Value>> {
        let cell = self.cells.get(place).ok_or_else(|| Error::Other(format!("no column {place}")))?;
        Ok(match cell.clone() {
            Cell::Null => None,
            Cell::Integer(number) => Some(Value::Int(Some(number))),
            Cell::Real(number) => Some(Value::Real(Some(number))),
            Cell::Text(text) => Some(Value::Text(Some(text))),
            Cell::Blob(bytes) => Some(Value::Bytes(Some(bytes))),
        })
    }
}

/// A Rust type that can be read from a cell of SQLite; `None` when the cell holds something else.
pub trait LiteCell: Sized {
    #[doc(hidden)]
    fn read(cell: &Cell) -> Option<Self>;
}

macro_rules! read_from {
    ($($type:ty: $cell:pat => $read:expr),* $(,)?) => {$(
        impl LiteCell for $type {
            fn read(cell: &Cell) -> Option<$type> {
                if let $cell = cell { $read } else { None }
            }
        }
    )*};
}

read_from! {
    Uuid: Cell::Blob(bytes) => Uuid::from_slice(bytes).ok(),
    String: Cell::Text(text) => Some(text.clone()),
    i64: Cell::Integer(number) => Some(*number),
    bool: Cell::Integer(number) => Some(*number != 0),
    DateTime<Utc>: Cell::Text(text) => DateTime::parse_from_rfc3339(text).ok().map(Into::into),
    serde_json::Value: Cell::Text(text) => serde_json::from_str(text).ok(),
    Vec<u8>: Cell::Blob(bytes) => Some(bytes.clone()),
}

impl LiteCell for f64 {
    fn read(cell: &Cell) -> Option<f64> {
        match cell {
            Cell::Real(number) => Some(*number),
            Cell::Integer(number) => Some(*number as f64),
            _ => None,
        }
    }
}

impl<T: LiteCell> LiteCell for Option<T> {
    fn read(cell: &Cell) -> Option<Option<T>> {
        match cell {
            Cell::Null => Some(None),
            other => T::read(other).map(Some),
        }
    }
}

/// The connection, in whoever's hands it is: one caller at a time.
pub(super) struct Lite {
    /// `None` once closed.
    connection: Option<Connection>,
    /// Of a reader: how many thousand steps of SQLite's machine the statement at hand has left.
    left: Arc<AtomicI64>,
}

/// Settings of every connection. Memory is not mapped: a file that is cut short then fails with words.
const SETTINGS: &str = "PRAGMA foreign_keys = ON; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; \
                        PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000";
/// Steps between two looks at what is left.
const STEPS: i32 = 1_000;

impl Lite {
    /// Opens an existing database for writing; `durable` syncs at each commit.
    pub(super) fn open(file: &Path, durable: bool) -> Result<Lite> {
        let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // A connection takes part in the log from its first read on.
        connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))?;
        connection.execute_batch(if durable { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = OFF" })?;
        Ok(Lite { connection: Some(connection), left: Arc::default() })
    }

    /// Opens an existing database for reading.
    pub(super) fn reader(file: &Path) -> Result<Lite> {
        let connection = connect(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let left = Arc::new(AtomicI64::new(i64::MAX));
        let looked_at = Arc::clone(&left);
        connection.progress_handler(STEPS, Some(move || looked_at.fetch_sub(1, Ordering::Relaxed) <= 0))?;
        Ok(Lite { connection: Some(connection), left })
    }

    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(|| Error::Unavailable("closed".to_owned()))
    }

    /// Ends a transaction that is still open; `false` when it cannot be ended.
    pub(super) fn at_rest(&self) -> bool {
        let open = |connection: &Connection| !connection.is_autocommit();
        !self.connection.as_ref().is_some_and(open) || self.run("ROLLBACK").is_ok()
    }

    /// Runs a statement without parameters that gives no rows.
    pub(super) fn run(&self, sql: &'static str) -> Result<()> {
        self.execute(sql, &[]).map(|_| ())
    }

    /// Runs a statement; tells how many rows it changed, not counting what followed from it by foreign keys.
    pub(super) fn execute(&self, sql: &str, args: &[Value]) -> Result<u64> {
        let mut statement = self.prepare(sql, args)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(if statement.readonly() { 0 } else { self.connection()?.changes() })
    }

    /// Every row of a query.
    pub(super) fn all(&self, sql: &str, args: &[Value]) -> Result<Vec<LiteRow>> {
        self.rows(sql, args, usize::MAX)
    }

    /// At most `most` rows of a query.
    pub(super) fn rows(&self, sql: &str, args: &[Value], most: usize) -> Result<Vec<LiteRow>> {
        let mut found = Vec::new();
        self.each(sql, args, |row| {
            found.push(row);
            found.len() < most
        })?;
        Ok(found)
    }

    /// As [`Lite::rows`], unless that takes more steps of SQLite's machine; then `None`. Of a reader only.
    pub(super) fn rows_within(
        &self,
        sql: &str,
        args: &[Value],
        most: usize,
        steps: i64,
    ) -> Result<Option<Vec<LiteRow>>> {
        self.left.store(steps / i64::from(STEPS), Ordering::Relaxed);
        let found = self.rows(sql, args, most);
        let left = self.left.swap(i64::MAX, Ordering::Relaxed);
        match found {
            Err(_) if left < 0 => Ok(None),
            found => found.map(Some),
        }
    }

    /// Hands over row by row until somebody has enough.
    pub(super) fn each(&self, sql: &str, args: &[Value], mut take: impl FnMut(LiteRow) -> bool) -> Result<()> {
        let mut statement = self.prepare(sql, args)?;
        let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let cells = (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            if !take(LiteRow { columns: Arc::clone(&columns), cells, next: std::cell::Cell::new(0) }) {
                break;
            }
        }
        Ok(())
    }

    fn prepare(&self, sql: &str, args: &[Value]) -> Result<CachedStatement<'_>> {
        args.iter().try_for_each(check)?;
        let mut statement = self.connection()?.prepare_cached(sql)?;
        for place in 1..=statement.parameter_count() {
            // SQLite takes `$2` for a name and numbers names as they come; ours are numbers.
            let number = statement.parameter_name(place).and_then(|name| name[1..].parse().ok()).unwrap_or(place);
            let value =
                args.get(number - 1).ok_or_else(|| Error::Other(format!("no parameter {number} for: {sql}")))?;
            bind(&mut statement, place, value)?;
        }
        Ok(statement)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.connection.is_none()
    }

    /// Ends without closing: the last connection to close would fold the log and take it away.
    pub(super) fn leave(&mut self) {
        std::mem::forget(self.connection.take());
    }

    /// Folds the write-ahead log into the file and empties it; leaves what somebody still reads.
    pub(super) fn fold(&self) -> Result<()> {
        Ok(self.connection()?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }

    /// Closes. Statements fail from then on.
    pub(super) fn close(&mut self) -> Result<()> {
        let Some(connection) = self.connection.take() else { return Ok(()) };
        Ok(connection.close().map_err(|(_, error)| error)?)
    }
}

fn connect(file: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(SETTINGS)?;
    Ok(connection)
}

fn bind(statement: &mut Statement<'_>, place: usize, value: &Value) -> Result<()> {
    match value {
        Value::Uuid(Some(id)) => statement.raw_bind_parameter(place, id.as_bytes().as_slice()),
        Value::Text(Some(text)) => statement.raw_bind_parameter(place, text),
        Value::Int(Some(number)) => statement.raw_bind_parameter(place, number),
        Value::Real(Some(number)) => statement.raw_bind_parameter(place, number),
        Value::Bool(Some(flag)) => statement.raw_bind_parameter(place, flag),
        Value::Time(Some(at)) => statement.raw_bind_parameter(place, time_text(*at)),
        Value::Json(Some(json)) => statement.raw_bind_parameter(place, json.to_string()),
        Value::Bytes(Some(bytes)) => statement.raw_bind_parameter(place, bytes),
        _ => statement.raw_bind_parameter(place, Null),
    }?;
    Ok(())
}
