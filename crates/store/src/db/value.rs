//! Values that go into statements and come out of dynamic rows: eight kinds, each of which may be NULL.
//!
//! Never here: money or decimals (they are integers of minor units), zones other than UTC.

use chrono::{DateTime, Utc};
use std::borrow::Cow;
use uuid::Uuid;

/// A parameter or a cell. `None` is SQL NULL of that kind; PostgreSQL needs to know the kind even then.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Uuid(Option<Uuid>),
    Text(Option<String>),
    Int(Option<i64>),
    Real(Option<f64>),
    Bool(Option<bool>),
    /// An instant, kept to the microsecond.
    Time(Option<DateTime<Utc>>),
    Json(Option<serde_json::Value>),
    Bytes(Option<Vec<u8>>),
}

/// The kind of a column, for statements that are built from a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueKind {
    Uuid,
    Text,
    Int,
    Real,
    Bool,
    Time,
    Json,
    Bytes,
}

impl ValueKind {
    /// The type name in a migration.
    pub const fn sql_type(self) -> &'static str {
        match self {
            ValueKind::Uuid => "UUID",
            ValueKind::Text => "TEXT",
            ValueKind::Int => "BIGINT",
            ValueKind::Real => "DOUBLE PRECISION",
            ValueKind::Bool => "BOOLEAN",
            ValueKind::Time => "TIMESTAMPTZ",
            ValueKind::Json => "JSONB",
            ValueKind::Bytes => "BYTEA",
        }
    }
}

impl Value {
    /// SQL NULL of a kind.
    pub const fn null(kind: ValueKind) -> Value {
        match kind {
            ValueKind::Uuid => Value::Uuid(None),
            ValueKind::Text => Value::Text(None),
            ValueKind::Int => Value::Int(None),
            ValueKind::Real => Value::Real(None),
            ValueKind::Bool => Value::Bool(None),
            ValueKind::Time => Value::Time(None),
            ValueKind::Json => Value::Json(None),
            ValueKind::Bytes => Value::Bytes(None),
        }
    }

    pub const fn kind(&self) -> ValueKind {
        match self {
            Value::Uuid(_) => ValueKind::Uuid,
            Value::Text(_) => ValueKind::Text,
            Value::Int(_) => ValueKind::Int,
            Value::Real(_) => ValueKind::Real,
            Value::Bool(_) => ValueKind::Bool,
            Value::Time(_) => ValueKind::Time,
            Value::Json(_) => ValueKind::Json,
            Value::Bytes(_) => ValueKind::Bytes,
        }
    }

    pub const fn is_null(&self) -> bool {
        matches!(
            self,
            Value::Uuid(None)
                | Value::Text(None)
                | Value::Int(None)
                | Value::Real(None)
                | Value::Bool(None)
                | Value::Time(None)
                | Value::Json(None)
                | Value::Bytes(None)
        )
    }
}

macro_rules! from_owned {
    ($($from:ty => $kind:ident),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Value { Value::$kind(Some(value.into())) }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Value { Value::$kind(value.map(Into::into)) }
        }
    )*};
}

macro_rules! from_borrowed {
    ($($from:ty => $kind:ident),* $(,)?) => {$(
        impl From<&$from> for Value {
            fn from(value: &$from) -> Value { Value::$kind(Some(value.to_owned().into())) }
        }
        impl From<Option<&$from>> for Value {
            fn from(value: Option<&$from>) -> Value { Value::$kind(value.map(|v| v.to_owned().into())) }
        }
        impl From<&Option<$from>> for Value where $from: Sized {
            fn from(value: &Option<$from>) -> Value { Value::$kind(value.clone().map(Into::into)) }
        }
    )*};
}

from_owned!(Uuid => Uuid, String => Text, i64 => Int, i32 => Int, u32 => Int, f64 => Real, bool => Bool,
    DateTime<Utc> => Time, serde_json::Value => Json, Vec<u8> => Bytes, Cow<'_, str> => Text);
from_borrowed!(Uuid => Uuid, String => Text, i64 => Int, f64 => Real, bool => Bool,
    DateTime<Utc> => Time, serde_json::Value => Json, Vec<u8> => Bytes);

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(Some(value.to_owned()))
    }
}
impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Value {
        Value::Text(value.map(str::to_owned))
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Value {
        Value::Bytes(Some(value.to_owned()))
    }
}
impl From<[u8; 32]> for Value {
    fn from(value: [u8; 32]) -> Value {
        Value::Bytes(Some(value.to_vec()))
    }
}
impl From<&Value> for Value {
    fn from(value: &Value) -> Value {
        value.clone()
    }
}

/// Parameters of a statement, in the order of `$1`, `$2`, …: `args![id, &name, None::<&str>]`.
#[macro_export]
macro_rules! args {
    () => { ::std::vec::Vec::<$crate::Value>::new() };
    ($($value:expr),+ $(,)?) => { ::std::vec![$($crate::Value::from($value)),+] };
}
