//! Reading rows: typed with [`record!`](crate::record), single cells with [`One`], by description with
//! [`Line::value`].

use super::lite::{LiteCell, LiteRow};
use super::value::{Value, ValueKind};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use sqlx::{Column, Decode, Postgres, Row, Type, TypeInfo, ValueRef, postgres::PgRow};
use uuid::Uuid;

/// A row of either database.
pub enum Line<'r> {
    #[doc(hidden)]
    Lite(&'r LiteRow),
    #[doc(hidden)]
    Postgres(&'r PgRow),
}

/// A Rust type that a column can hold on both databases: `Uuid`, `String`, `i64`, `f64`, `bool`,
/// `DateTime<Utc>`, `serde_json::Value`, `Vec<u8>`, and each in an `Option`.
pub trait Cell: LiteCell + for<'r> Decode<'r, Postgres> + Type<Postgres> {}
impl<T> Cell for T where T: LiteCell + for<'r> Decode<'r, Postgres> + Type<Postgres> {}

/// What can be read from a row.
pub trait Record: Sized + Send {
    fn read(line: &Line<'_>) -> Result<Self>;
}

impl Line<'_> {
    /// The cell of a column, by name.
    pub fn get<T: Cell>(&self, column: &str) -> Result<T> {
        Ok(match self {
            Line::Postgres(row) => row.try_get(column)?,
            Line::Lite(row) => row.at(row.place(column)?)?,
        })
    }

    /// The cell at a position, from 0.
    pub fn at<T: Cell>(&self, position: usize) -> Result<T> {
        Ok(match self {
            Line::Postgres(row) => row.try_get(position)?,
            Line::Lite(row) => row.at(position)?,
        })
    }

    /// The cell of a column whose kind is known only at run time.
    pub fn value(&self, column: &str, kind: ValueKind) -> Result<Value> {
        Ok(match kind {
            ValueKind::Uuid => Value::Uuid(self.get::<Option<Uuid>>(column)?),
            ValueKind::Text => Value::Text(self.get(column)?),
            ValueKind::Int => Value::Int(self.get(column)?),
            ValueKind::Real => Value::Real(self.get(column)?),
            ValueKind::Bool => Value::Bool(self.get(column)?),
            ValueKind::Time => Value::Time(self.get::<Option<DateTime<Utc>>>(column)?),
            ValueKind::Json => Value::Json(self.get(column)?),
            ValueKind::Bytes => Value::Bytes(self.get(column)?),
        })
    }

    /// Names of the columns, in order.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Line::Postgres(row) => row.columns().iter().map(Column::name).collect(),
            Line::Lite(row) => row.columns().iter().map(String::as_str).collect(),
        }
    }

    /// The cell at a position as the engine itself types it. On SQLite that is one of integer, real, text and
    /// bytes; [`crate::backup`] knows how to bring both to one form.
    pub(crate) fn native(&self, position: usize) -> Result<Option<Value>> {
        let kind = match self {
            Line::Lite(row) => return row.native(position),
            Line::Postgres(row) => {
                row.try_get_raw(position).map(|cell| (cell.is_null(), cell.type_info().name().to_owned()))?
            }
        };
        if kind.0 {
            return Ok(None);
        }
        Ok(Some(match kind.1.as_str() {
            "INT8" => Value::Int(self.at(position)?),
            "FLOAT8" => Value::Real(self.at(position)?),
            "TEXT" | "VARCHAR" | "NAME" => Value::Text(self.at(position)?),
            "BYTEA" => Value::Bytes(self.at(position)?),
            "UUID" => Value::Uuid(self.at(position)?),
            "TIMESTAMPTZ" => Value::Time(self.at(position)?),
            "JSONB" => Value::Json(self.at(position)?),
            "BOOL" => Value::Bool(self.at(position)?),
            other => return Err(Error::Other(format!("column type {other} is not one of ours"))),
        }))
    }
}

/// The first column of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct One<T>(pub T);

impl<T: Cell + Send> Record for One<T> {
    fn read(line: &Line<'_>) -> Result<Self> {
        Ok(One(line.at(0)?))
    }
}

/// The first two columns of a row.
impl<A: Cell + Send, B: Cell + Send> Record for (A, B) {
    fn read(line: &Line<'_>) -> Result<Self> {
        Ok((line.at(0)?, line.at(1)?))
    }
}

/// The first three columns of a row.
impl<A: Cell + Send, B: Cell + Send, C: Cell + Send> Record for (A, B, C) {
    fn read(line: &Line<'_>) -> Result<Self> {
        Ok((line.at(0)?, line.at(1)?, line.at(2)?))
    }
}

/// Declares a struct whose fields are the columns of a row, and how to read it from either database.
#[macro_export]
macro_rules! record {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }
        impl $crate::Record for $name {
            fn read(line: &$crate::Line<'_>) -> $crate::Result<Self> {
                Ok($name { $($field: line.get(stringify!($field))?),* })
            }
        }
    };
}
