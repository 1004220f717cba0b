//! Which columns a record type has, and values on their way to and from them.

use crate::catalogue::sort_key;
use crate::db::{Line, Value, ValueKind};
use crate::error::Result;
use kernel::record::{FieldValue, Kind, Record, RecordType};
use kernel::{Audience, Lang, Level, Uuid};
use serde_json::json;

/// Columns that every record has, beside its fields.
const COMMON: &[(&str, ValueKind)] = &[
    ("id", ValueKind::Uuid),
    ("version", ValueKind::Int),
    ("code", ValueKind::Text),
    ("audience", ValueKind::Text),
    ("field_levels", ValueKind::Json),
    ("source", ValueKind::Text),
    ("fictional", ValueKind::Bool),
    ("sort_ja", ValueKind::Bytes),
    ("sort_en", ValueKind::Bytes),
    ("created_at", ValueKind::Time),
    ("updated_at", ValueKind::Time),
    ("created_by", ValueKind::Uuid),
    ("deleted_at", ValueKind::Time),
];

/// The kind of column that holds a field.
pub const fn column_kind(kind: &Kind) -> ValueKind {
    match kind {
        Kind::Text { .. } | Kind::Prose { .. } | Kind::Choices(_) | Kind::Links(_) => ValueKind::Json,
        Kind::Integer { .. } => ValueKind::Int,
        Kind::Flag => ValueKind::Bool,
        Kind::Link(_) => ValueKind::Uuid,
        _ => ValueKind::Text,
    }
}

/// Every column of a record type's table.
pub fn columns(kind: &RecordType) -> Vec<(&'static str, ValueKind)> {
    let fields = kind.fields.iter().map(|field| (field.name, column_kind(&field.kind)));
    COMMON.iter().copied().chain(fields).collect()
}

/// The statement that a migration for this type holds; printed for whoever adds a record type.
pub fn ddl(kind: &RecordType) -> String {
    let mut sql = format!("CREATE TABLE {} (\n", kind.key);
    let rows: Vec<String> = columns(kind)
        .into_iter()
        .map(|(name, kind)| {
            let rest = match name {
                "id" => " PRIMARY KEY NOT NULL",
                "version" | "audience" | "sort_ja" | "sort_en" | "created_at" | "updated_at" => " NOT NULL",
                "fictional" => " NOT NULL DEFAULT FALSE",
                _ => "",
            };
            format!("    \"{name}\" {}{rest}", kind.sql_type())
        })
        .collect();
    sql.push_str(&rows.join(",\n"));
    sql.push_str("\n);\n");
    let unique = |name: &str| {
        format!(
            "CREATE UNIQUE INDEX {0}_{name} ON {0} (\"{name}\") WHERE \"{name}\" IS NOT NULL AND deleted_at IS NULL;\n",
            kind.key
        )
    };
    sql.push_str(&unique("code"));
    for field in kind.fields {
        if field.key {
            sql.push_str(&unique(field.name));
        }
        if matches!(field.kind, Kind::Link(_)) {
            sql.push_str(&format!(
                "CREATE INDEX {0}_{1} ON {0} (\"{1}\") WHERE deleted_at IS NULL;\n",
                kind.key, field.name
            ));
        }
    }
    sql
}

/// The values of a row, in the order of [`columns`].
pub(super) fn row_values(record: &Record) -> Vec<Value> {
    let levels = (!record.field_levels.is_empty()).then(|| json!(record.field_levels));
    let mut values = vec![
        Value::Uuid(Some(record.id)),
        Value::Int(Some(record.version)),
        Value::Text(record.code.clone()),
        Value::Text(Some(record.audience.level.code().to_owned())),
        Value::Json(levels),
        Value::Text(record.source.clone()),
        Value::Bool(Some(record.fictional)),
        Value::Bytes(Some(sort_key(record, Lang::Ja))),
        Value::Bytes(Some(sort_key(record, Lang::En))),
        Value::Time(Some(record.created_at)),
        Value::Time(Some(record.updated_at)),
        Value::Uuid(record.created_by),
        Value::Time(record.deleted_at),
    ];
    values.extend(record.kind.fields.iter().map(|field| field_value(&field.kind, record.get(field.name))));
    values
}

fn field_value(kind: &Kind, value: Option<&FieldValue>) -> Value {
    match value {
        None => Value::null(column_kind(kind)),
        Some(FieldValue::Plain(text)) => Value::Text(Some(text.clone())),
        Some(FieldValue::Integer(number)) => Value::Int(Some(*number)),
        Some(FieldValue::Flag(flag)) => Value::Bool(Some(*flag)),
        Some(FieldValue::Link(id)) => Value::Uuid(Some(*id)),
        Some(many) => Value::Json(Some(many.to_json())),
    }
}

/// A record from a row of `SELECT *`. Its named parties, if any, come from [`super::read`].
pub(super) fn record_from(kind: &'static RecordType, line: &Line<'_>) -> Result<Record> {
    let audience: String = line.get("audience")?;
    let created_by: Option<Uuid> = line.get("created_by")?;
    let levels: Option<serde_json::Value> = line.get("field_levels")?;
    let mut record = Record {
        kind,
        id: line.get("id")?,
        version: line.get("version")?,
        code: line.get("code")?,
        values: std::collections::BTreeMap::new(),
        audience: Audience { owner: created_by, ..Level::from_code(&audience).unwrap_or(Level::Me).into() },
        field_levels: levels.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default(),
        source: line.get("source")?,
        fictional: line.get("fictional")?,
        created_at: line.get("created_at")?,
        updated_at: line.get("updated_at")?,
        created_by,
        deleted_at: line.get("deleted_at")?,
    };
    for field in kind.fields {
        let value = match line.value(field.name, column_kind(&field.kind))? {
            Value::Text(Some(text)) => Some(FieldValue::Plain(text)),
            Value::Int(Some(number)) => Some(FieldValue::Integer(number)),
            Value::Bool(Some(flag)) => Some(FieldValue::Flag(flag)),
            Value::Uuid(Some(id)) => Some(FieldValue::Link(id)),
            Value::Json(Some(json)) => FieldValue::from_json(&field.kind, &json),
            _ => None,
        };
        if let Some(value) = value {
            record.values.insert(field.name, value);
        }
    }
    Ok(record)
}
