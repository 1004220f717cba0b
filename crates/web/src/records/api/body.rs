//! Bodies of the API: strict JSON, then the members of a record. Whatever is not understood is named, never dropped.

use super::super::exchange::is_language_tag;
use crate::app::App;
use crate::failure::Failure;
use axum::RequestExt;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use kernel::lang::Said;
use kernel::record::{Field, Input, Kind, RecordType};
use kernel::{Error, FieldErrors, Result, both};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A JSON body whose objects name no key twice.
pub struct JsonBody(pub Value);

impl FromRequest<App> for JsonBody {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<JsonBody, Failure> {
        let limit = app.settings.body_limit;
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_lowercase();
        if kind != "application/json" && kind != "application/merge-patch+json" {
            return Err(Failure(Error::bad_request(both(
                "本文は JSON で、Content-Type: application/json を付けて送ってください。",
                "Send the body as JSON, with Content-Type: application/json.",
            ))));
        }
        let body = to_bytes(request.with_limited_body().into_body(), limit).await;
        let bytes = body.map_err(|_| Failure(Error::TooLarge { limit_bytes: limit as u64 }))?;
        Ok(JsonBody(strict(&bytes)?))
    }
}

/// Parses JSON. Refused are nesting beyond 128, numbers beyond 64 bits, lone surrogates, and keys given twice.
pub fn strict(bytes: &[u8]) -> Result<Value> {
    match serde_json::from_slice::<Strict>(bytes) {
        Ok(Strict(value)) => Ok(value),
        Err(cause) => Err(Error::BadRequest(Said::new(
            format!("JSON として読み取れません: {cause}"),
            format!("This is not valid JSON: {cause}"),
        ))),
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Strict, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Strict, E> {
        serde_json::Number::from_f64(value)
            .map(|number| Strict(Value::Number(number)))
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Strict, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Strict(Value::Array(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if map.contains_key(&key) {
                let short: String = key.chars().take(80).collect();
                return Err(A::Error::custom(format!("key {short:?} is given twice")));
            }
            let Strict(value) = members.next_value()?;
            map.insert(key, value);
        }
        Ok(Strict(Value::Object(map)))
    }
}

/// Whether members that only the hub sets may be there: a record that was read can be sent back whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Create,
    Change,
}

/// Members that the API writes and never reads.
const READ_ONLY: [&str; 9] =
    ["id", "type", "title", "self", "created_at", "updated_at", "created_by", "deleted_at", "page"];

/// A body as input for the record kit.
#[derive(Debug, Default)]
pub struct Sent {
    pub input: Input,
    pub version: Option<i64>,
    /// Unknown members and impossible shapes.
    pub errors: FieldErrors,
}

/// Reads the members of a record.
pub fn read(kind: &RecordType, body: &Value, purpose: Purpose) -> Result<Sent> {
    let object = body.as_object().ok_or_else(|| {
        Error::bad_request(both("本文は JSON のオブジェクトにしてください。", "The body must be a JSON object."))
    })?;
    let mut sent = Sent::default();
    if let Some(fields) = object.get("fields") {
        match fields.as_object() {
            Some(fields) => read_fields(kind, fields, &mut sent),
            None => sent.errors.add("fields", both("オブジェクトにしてください。", "This must be an object.")),
        }
    }
    for (name, value) in object {
        match name.as_str() {
            "fields" => {}
            "code" | "source" => match value {
                Value::Null => sent.input.add(name.as_str(), ""),
                Value::String(text) => sent.input.add(name.as_str(), text.as_str()),
                _ => sent.errors.add(name, both("文字列にしてください。", "This must be a string.")),
            },
            "fictional" => match value {
                Value::Bool(flag) => sent.input.add("fictional", flag.to_string()),
                _ => sent.errors.add(name, both("true か false にしてください。", "This must be true or false.")),
            },
            "version" => match value.as_i64() {
                Some(version) => sent.version = Some(version),
                None => sent.errors.add(name, both("整数にしてください。", "This must be a whole number.")),
            },
            "audience" => read_audience(value, &mut sent),
            "field_levels" => read_levels(kind, value, &mut sent),
            other if purpose == Purpose::Change && READ_ONLY.contains(&other) => {}
            other => sent.errors.add(other, unknown(other)),
        }
    }
    Ok(sent)
}

fn unknown(name: &str) -> Said {
    let short: String = name.chars().take(80).collect();
    Said::new(format!("「{short}」という項目はありません。"), format!("There is no member “{short}”."))
}

/// `"members"`, or `{"level": "parties", "parties": ["…"]}`.
fn read_audience(value: &Value, sent: &mut Sent) {
    let shape = both(
        "公開範囲の名前か、level と parties のオブジェクトにしてください。",
        "This must be a level, or an object with level and parties.",
    );
    match value {
        Value::String(level) => sent.input.add("audience", level.as_str()),
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("level", Value::String(level)) => sent.input.add("audience", level.as_str()),
                    ("parties", Value::Array(parties)) => {
                        sent.input.add("audience_parties", "");
                        for party in parties {
                            match party.as_str() {
                                Some(text) => sent.input.add("audience_parties", text),
                                None => sent.errors.add("audience.parties", shape),
                            }
                        }
                    }
                    // The owner follows from who made the record.
                    ("owner", _) => {}
                    _ => sent.errors.add(&format!("audience.{name}"), unknown(name)),
                }
            }
        }
        _ => sent.errors.add("audience", shape),
    }
}

fn read_levels(kind: &RecordType, value: &Value, sent: &mut Sent) {
    let Some(levels) = value.as_object() else {
        return sent.errors.add(
            "field_levels",
            both(
                "項目の名前と公開範囲のオブジェクトにしてください。",
                "This must be an object of field names and levels.",
            ),
        );
    };
    for (name, level) in levels {
        match (kind.field(name), level) {
            (Some(_), Value::String(level)) => sent.input.add(format!("level.{name}"), level.as_str()),
            (Some(_), Value::Null) => sent.input.add(format!("level.{name}"), ""),
            _ => sent.errors.add(&format!("field_levels.{name}"), unknown(name)),
        }
    }
}

fn read_fields(kind: &RecordType, fields: &Map<String, Value>, sent: &mut Sent) {
    let mut good = Map::new();
    for (name, value) in fields {
        match kind.field(name) {
            // Computed fields come back from reading; they are not taken, and not an error when a record is sent back.
            Some(field) if field.computed => {}
            Some(field) => match shape_fault(field, value) {
                None => {
                    good.insert(name.clone(), value.clone());
                }
                Some((path, words)) => sent.errors.add(&path, words),
            },
            None => sent.errors.add(name, unknown(name)),
        }
    }
    sent.input = Input::from_json_fields(&good);
}

/// What is wrong with the shape of a value; its content is for the description to judge.
fn shape_fault(field: &Field, value: &Value) -> Option<(String, Said)> {
    let fault = |words: kernel::Both| Some((field.name.to_owned(), words.into()));
    let scalar = |value: &Value| matches!(value, Value::Null | Value::String(_) | Value::Number(_) | Value::Bool(_));
    match (&field.kind, value) {
        (Kind::Text { .. } | Kind::Prose { .. }, Value::Object(versions)) => {
            versions.iter().find_map(|(tag, version)| version_fault(field, tag, version))
        }
        (Kind::Text { .. } | Kind::Prose { .. }, Value::Null | Value::String(_)) => None,
        (Kind::Text { .. } | Kind::Prose { .. }, _) => fault(both(
            "言語ごとの文のオブジェクトにしてください。例: {\"ja\": \"…\"}",
            "This must be an object of texts per language, such as {\"ja\": \"…\"}.",
        )),
        (Kind::Choices(_) | Kind::Links(_), Value::Array(items)) if items.iter().all(Value::is_string) => None,
        (Kind::Choices(_) | Kind::Links(_), Value::Null | Value::String(_)) => None,
        (Kind::Choices(_) | Kind::Links(_), _) => {
            fault(both("文字列の配列にしてください。", "This must be an array of strings."))
        }
        (_, value) if scalar(value) => None,
        _ => fault(both("一つの値にしてください。", "This must be a single value.")),
    }
}

fn version_fault(field: &Field, tag: &str, version: &Value) -> Option<(String, Said)> {
    let path = format!("{}.{}", field.name, tag.chars().take(40).collect::<String>());
    if !is_language_tag(tag) {
        return Some((
            path,
            Said::new("言語の記号(ja、en など)ではありません。", "This is not a language tag such as ja or en."),
        ));
    }
    let good = match version {
        Value::Null | Value::String(_) => true,
        Value::Object(parts) => {
            parts.get("text").is_none_or(|text| text.is_string() || text.is_null())
                && parts.get("standing").is_none_or(Value::is_string)
                && parts.keys().all(|key| key == "text" || key == "standing")
        }
        _ => false,
    };
    let words = both(
        "文字列か、text と standing のオブジェクトにしてください。",
        "This must be a string, or an object with text and standing.",
    );
    (!good).then(|| (path, words.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::super::exchange::sample::ORG;
    use super::*;
    use serde_json::json;
    use std::time::Instant;

    #[test]
    fn hostile_json_is_refused_quickly_and_without_overflow() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let many: String = (0..200_000).map(|n| format!("\"k{n}\":1,")).collect();
        let begun = Instant::now();
        for bad in [
            deep.as_str(),
            "{\"a\":1e9999}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\udc00x\"}",
            "{\"a\":NaN}",
            "{} x",
            "",
            "{\"a\": {\"b\":1,\"b\":1}}",
        ] {
            assert!(
                matches!(strict(bad.as_bytes()), Err(Error::BadRequest(_))),
                "{}",
                bad.chars().take(30).collect::<String>()
            );
        }
        assert!(strict(b"{\"a\":\"\xff\"}").is_err());
        assert!(strict(format!("{{{many}\"z\":1}}").as_bytes()).is_ok());
        assert!(begun.elapsed().as_secs() < 3);
    }

    fn faults(body: Value, purpose: Purpose) -> Vec<String> {
        read(&ORG, &body, purpose).unwrap().errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn unknown_members_and_wrong_shapes_are_named() {
        let body = json!({
            "role": "admin", "code": 5, "audience": {"level": "members", "x": 1}, "field_levels": {"nope": "staff"},
            "fields": {"owner": "me", "founded": {"a": 1}, "fields": [["x"]], "name": {"JA!": "x", "ja": {"text": 1}}, "kind": ["company", "other"]},
        });
        let mut found = faults(body, Purpose::Change);
        found.sort();
        assert_eq!(
            found,
            ["audience.x", "code", "field_levels.nope", "fields", "founded", "kind", "name.JA!", "owner", "role"]
        );
    }

    #[test]
    fn what_was_read_can_be_sent_back_but_not_chosen_when_creating() {
        let body = json!({"id": "x", "type": "organization", "title": {}, "self": "/", "created_at": "", "version": 3, "fields": {}});
        assert!(faults(body.clone(), Purpose::Change).is_empty());
        assert_eq!(faults(body, Purpose::Create), ["id", "type", "title", "self", "created_at"]);
    }
}
