//! Whole tables out and in, in a form that both engines read: how a hub moves from one to the other.
//!
//! A row is a JSON array in column order: null, whole number (also for booleans), fraction, text (also instants and
//! JSON), or `{"x": "hex"}` for bytes (also UUIDs): what SQLite would store. Never here: which tables mean what.

use super::bind::time_text;
use super::{Db, Engine, Line, One, Snapshot, Tx, Value, ValueKind};
use crate::args;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use std::io::{BufRead, Write};
use uuid::Uuid;

/// A column; PostgreSQL tells its kind, SQLite takes values as they come.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    name: String,
    kind: Option<ValueKind>,
}

/// A table with its columns in name order, which is the same on both engines.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    columns: Vec<Column>,
}

/// Parameters in one statement; SQLite takes 32,766.
const MOST_PARAMETERS: usize = 16_000;
const MOST_ROWS: usize = 200;

impl Db {
    /// Every table of ours, by name.
    pub(crate) async fn tables(&self) -> Result<Vec<Table>> {
        let sql = match &self.inner.engine {
            Engine::Sqlite { .. } => {
                "SELECT m.name, c.name, '' FROM sqlite_master AS m, pragma_table_info(m.name) AS c \
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            }
            Engine::Postgres { .. } => {
                "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.udt_name AS TEXT) FROM information_schema.columns AS c \
                 JOIN information_schema.tables AS t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
                 WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'"
            }
        };
        let mut rows: Vec<(String, String, String)> = self.all(sql, args![]).await?;
        rows.retain(|(table, ..)| table != "_sqlx_migrations");
        rows.sort();
        let mut tables: Vec<Table> = Vec::new();
        for (table, column, kind) in rows {
            if tables.last().is_none_or(|last| last.name != table) {
                tables.push(Table { name: table, columns: Vec::new() });
            }
            if let Some(last) = tables.last_mut() {
                last.columns.push(Column { name: column, kind: kind_of(&kind) });
            }
        }
        Ok(tables)
    }
}

fn kind_of(postgres: &str) -> Option<ValueKind> {
    Some(match postgres {
        "uuid" => ValueKind::Uuid,
        "text" | "varchar" => ValueKind::Text,
        "int8" => ValueKind::Int,
        "float8" => ValueKind::Real,
        "bool" => ValueKind::Bool,
        "timestamptz" => ValueKind::Time,
        "jsonb" => ValueKind::Json,
        "bytea" => ValueKind::Bytes,
        _ => return None,
    })
}

impl Table {
    fn column_list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
        names.join(", ")
    }

    /// Writes a header line (the column names) and a line per row. Returns the number of rows.
    pub(crate) async fn write(&self, snapshot: &mut Snapshot, out: &mut (impl Write + Send)) -> Result<u64> {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        writeln!(out, "{}", json!(names))?;
        let mut rows = 0;
        let width = self.columns.len();
        let sql = format!("SELECT {} FROM \"{}\"", self.column_list(), self.name);
        snapshot
            .each(sql, args![], |line| {
                let cells = (0..width).map(|position| to_portable(line, position)).collect::<Result<Vec<Json>>>()?;
                writeln!(out, "{}", Json::Array(cells))?;
                rows += 1;
                Ok(())
            })
            .await?;
        out.flush()?;
        Ok(rows)
    }

    /// Reads what [`Table::write`] wrote. Columns that the file lacks keep their defaults.
    ///
    /// # Errors
    /// [`Error::Backup`] names the table and line that does not fit.
    pub(crate) async fn read(&self, tx: &mut Tx, input: impl BufRead + Send) -> Result<u64> {
        let mut lines = input.lines();
        let header = lines.next().ok_or_else(|| self.misfit(1, "no header"))??;
        let names: Vec<String> = serde_json::from_str(&header).map_err(|cause| self.misfit(1, cause))?;
        let mut columns = Vec::with_capacity(names.len());
        for name in &names {
            let known = self.columns.iter().find(|column| column.name == *name);
            columns.push(known.ok_or_else(|| self.misfit(1, format!("unknown column {name}")))?.clone());
        }
        let target = Table { name: self.name.clone(), columns };
        let most = MOST_ROWS.min(MOST_PARAMETERS / names.len().max(1));
        let (mut values, mut rows) = (Vec::new(), 0);
        for (number, line) in lines.enumerate() {
            let cells: Vec<Json> = serde_json::from_str(&line?).map_err(|cause| self.misfit(number + 2, cause))?;
            if cells.len() != names.len() {
                return Err(self.misfit(number + 2, "wrong number of cells"));
            }
            for (cell, column) in cells.into_iter().zip(&target.columns) {
                values.push(from_portable(cell, column.kind).map_err(|cause| self.misfit(number + 2, cause))?);
            }
            rows += 1;
            if values.len() >= most * names.len() {
                target.insert(tx, std::mem::take(&mut values)).await?;
            }
        }
        target.insert(tx, values).await?;
        Ok(rows)
    }

    async fn insert(&self, tx: &mut Tx, values: Vec<Value>) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let width = self.columns.len();
        let row = |row: usize| {
            let marks: Vec<String> = (1..=width).map(|column| format!("${}", row * width + column)).collect();
            format!("({})", marks.join(", "))
        };
        let rows: Vec<String> = (0..values.len() / width).map(row).collect();
        let sql = format!("INSERT INTO \"{}\" ({}) VALUES {}", self.name, self.column_list(), rows.join(", "));
        tx.run(sql, values).await.map(|_| ())
    }

    fn misfit(&self, line: usize, cause: impl std::fmt::Display) -> Error {
        Error::Backup(format!("table {}, line {line}: {cause}", self.name))
    }
}

fn to_portable(line: &Line<'_>, position: usize) -> Result<Json> {
    let bytes = |bytes: &[u8]| json!({ "x": hex::encode(bytes) });
    Ok(match line.native(position)? {
        None => Json::Null,
        Some(value) => match value {
            Value::Int(v) => json!(v),
            Value::Real(v) => json!(v),
            Value::Text(v) => json!(v),
            Value::Bool(v) => json!(v.map(i64::from)),
            Value::Bytes(v) => v.map_or(Json::Null, |v| bytes(&v)),
            Value::Uuid(v) => v.map_or(Json::Null, |v| bytes(v.as_bytes())),
            Value::Time(v) => json!(v.map(time_text)),
            Value::Json(v) => json!(v.map(|v| v.to_string())),
        },
    })
}

fn from_portable(cell: Json, kind: Option<ValueKind>) -> Result<Value> {
    let wrong = || Error::Backup("a cell has another kind than its column".to_owned());
    let value = match (cell, kind) {
        (Json::Null, kind) => Value::null(kind.unwrap_or(ValueKind::Int)),
        (Json::Number(n), Some(ValueKind::Bool)) => Value::Bool(Some(n.as_i64() == Some(1))),
        (Json::Number(n), Some(ValueKind::Real)) => Value::Real(n.as_f64()),
        (Json::Number(n), None | Some(ValueKind::Int)) => match n.as_i64() {
            Some(whole) => Value::Int(Some(whole)),
            None if kind.is_none() => Value::Real(n.as_f64()),
            None => return Err(wrong()),
        },
        (Json::String(text), None | Some(ValueKind::Text)) => Value::Text(Some(text)),
        (Json::String(text), Some(ValueKind::Json)) => Value::Json(Some(serde_json::from_str(&text)?)),
        (Json::String(text), Some(ValueKind::Time)) => {
            Value::Time(Some(DateTime::parse_from_rfc3339(&text).map_err(|_| wrong())?.with_timezone(&Utc)))
        }
        (Json::Object(map), kind) => {
            let bytes =
                map.get("x").and_then(Json::as_str).and_then(|text| hex::decode(text).ok()).ok_or_else(wrong)?;
            match kind {
                Some(ValueKind::Uuid) => Value::Uuid(Some(Uuid::from_slice(&bytes).map_err(|_| wrong())?)),
                None | Some(ValueKind::Bytes) => Value::Bytes(Some(bytes)),
                Some(_) => return Err(wrong()),
            }
        }
        _ => return Err(wrong()),
    };
    Ok(value)
}

/// Foreign keys taken off for a load; see [`Tx::without_foreign_keys`].
pub(crate) struct ForeignKeys(Vec<(String, String, String)>);

impl Tx {
    /// Lets rows come in any order until [`Tx::with_foreign_keys`]. SQLite checks at the commit; on PostgreSQL the
    /// constraints are dropped and made again, inside this transaction.
    pub(crate) async fn without_foreign_keys(&mut self) -> Result<ForeignKeys> {
        if !self.is_postgres() {
            self.run("PRAGMA defer_foreign_keys = ON", args![]).await?;
            return Ok(ForeignKeys(Vec::new()));
        }
        self.run("SET LOCAL statement_timeout = 0", args![]).await?;
        let sql = "SELECT CAST(CAST(conrelid AS regclass) AS TEXT), CAST(conname AS TEXT), pg_get_constraintdef(oid) FROM pg_constraint \
                   WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)";
        let keys: Vec<(String, String, String)> = self.all(sql, args![]).await?;
        for (table, name, _) in &keys {
            self.run(format!("ALTER TABLE {table} DROP CONSTRAINT \"{name}\""), args![]).await?;
        }
        Ok(ForeignKeys(keys))
    }

    pub(crate) async fn with_foreign_keys(&mut self, keys: ForeignKeys) -> Result<()> {
        for (table, name, definition) in keys.0 {
            self.run(format!("ALTER TABLE {table} ADD CONSTRAINT \"{name}\" {definition}"), args![]).await?;
        }
        Ok(())
    }

    /// Removes every row of a table.
    pub(crate) async fn empty(&mut self, table: &Table) -> Result<()> {
        self.run(format!("DELETE FROM \"{}\"", table.name), args![]).await.map(|_| ())
    }
}

impl Db {
    /// Numbers of the applied migrations.
    pub(crate) async fn applied_migrations(&self) -> Result<Vec<i64>> {
        let rows: Vec<One<i64>> =
            self.all("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version", args![]).await?;
        Ok(rows.into_iter().map(|One(version)| version).collect())
    }
}
