//! Statements for the drivers: parameters bound by kind. This file and its neighbours in `db` are the only
//! ones that know which engine is running.

use super::value::Value;
use crate::error::{Error, Result};
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr, SqlStr, postgres::PgArguments, query::Query};
use std::borrow::Cow;

/// Text of a statement: a literal, or one built from descriptions. Never from what somebody typed.
pub type Sql = Cow<'static, str>;

pub(crate) fn safe(sql: Sql) -> SqlStr {
    match sql {
        Cow::Borrowed(text) => text.into_sql_str(),
        Cow::Owned(text) => AssertSqlSafe(text).into_sql_str(),
    }
}

/// How an instant is written in SQLite: always the same length, so that text order is time order.
pub(crate) fn time_text(at: DateTime<Utc>) -> String {
    at.trunc_subsecs(6).to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(super) fn postgres(sql: SqlStr, args: Vec<Value>) -> Result<Query<'static, Postgres, PgArguments>> {
    let mut query = sqlx::query::<Postgres>(sql);
    for value in args {
        check(&value)?;
        query = match value {
            Value::Uuid(v) => query.bind(v),
            Value::Text(v) => query.bind(v),
            Value::Int(v) => query.bind(v),
            Value::Real(v) => query.bind(v),
            Value::Bool(v) => query.bind(v),
            Value::Time(v) => query.bind(v.map(|at| at.trunc_subsecs(6))),
            Value::Json(v) => query.bind(v),
            Value::Bytes(v) => query.bind(v),
        };
    }
    Ok(query)
}

/// PostgreSQL has no U+0000 in text; SQLite would take it and a later move between engines would fail.
pub(super) fn check(value: &Value) -> Result<()> {
    let nul = match value {
        Value::Text(Some(text)) => text.contains('\0'),
        Value::Json(Some(json)) => json_has_nul(json),
        _ => false,
    };
    if nul { Err(Error::Nul) } else { Ok(()) }
}

fn json_has_nul(json: &serde_json::Value) -> bool {
    match json {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(json_has_nul),
        serde_json::Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || json_has_nul(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_as_text_sort_as_instants() {
        let base = DateTime::from_timestamp(1_600_000_000, 0).unwrap_or_default();
        let texts: Vec<String> = [0, 1, 999, 1_000, 500_000_000, 999_999_999]
            .map(|nanos| time_text(base + chrono::TimeDelta::nanoseconds(nanos)))
            .to_vec();
        let mut sorted = texts.clone();
        sorted.sort();
        assert_eq!(texts, sorted);
        assert!(texts.iter().all(|t| t.len() == 27));
    }
}
