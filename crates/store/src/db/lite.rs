//! The writing connection of SQLite. A statement runs where it is called: it takes microseconds, less than handing it to
//! another thread and back, which is what readers do (see `db::mod`) because a read may take long.
//!
//! Only COMMIT waits for the disk. Never here: who may write when (see [`super::writer`]).

use super::bind::{check, time_text};
use super::value::Value;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use rusqlite::types::{Null, Value as Cell};
use rusqlite::{CachedStatement, Connection, OpenFlags, Statement};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Statements kept prepared.
const STATEMENTS: usize = 512;

/// A row with the names of its columns.
pub struct LiteRow {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
}

impl LiteRow {
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn place(&self, column: &str) -> Result<usize> {
        let place = self.columns.iter().position(|name| name == column);
        place.ok_or_else(|| Error::Other(format!("no column {column}")))
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
}

impl Lite {
    /// Opens an existing database for writing; `durable` syncs at each commit.
    pub(super) fn open(file: &Path, durable: bool) -> Result<Lite> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let synchronous = if durable { "FULL" } else { "OFF" };
        connection.execute_batch(&format!(
            "PRAGMA foreign_keys = ON; PRAGMA synchronous = {synchronous}; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; \
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000"
        ))?;
        Ok(Lite { connection: Some(connection) })
    }

    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(|| Error::Unavailable("closed".to_owned()))
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
        let mut statement = self.prepare(sql, args)?;
        let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
        let (mut rows, mut found) = (statement.raw_query(), Vec::new());
        while let Some(row) = rows.next()? {
            let cells = (0..columns.len()).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            found.push(LiteRow { columns: Arc::clone(&columns), cells });
        }
        Ok(found)
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

    /// Folds the write-ahead log into the file and closes. Statements fail from then on; `false` when it was closed before.
    pub(super) fn close(&mut self) -> Result<bool> {
        let Some(connection) = self.connection.take() else { return Ok(false) };
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        connection.close().map_err(|(_, error)| error)?;
        Ok(true)
    }
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
