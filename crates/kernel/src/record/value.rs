//! The value of one field, and how it looks in JSON.

use super::Kind;
use crate::text::{Standing, Text, Version};
use serde_json::{Value, json};
use uuid::Uuid;

/// A value that is present. Its shape follows from [`Kind`].
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    Text(Text),
    /// Lines without a language, choices, dates, numbers with precision, money, identifiers: canonical text.
    Plain(String),
    Codes(Vec<String>),
    Integer(i64),
    Flag(bool),
    Link(Uuid),
    Links(Vec<Uuid>),
}

impl From<Text> for FieldValue {
    fn from(text: Text) -> FieldValue {
        FieldValue::Text(text)
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> FieldValue {
        FieldValue::Plain(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> FieldValue {
        FieldValue::Plain(text)
    }
}

impl From<Uuid> for FieldValue {
    fn from(id: Uuid) -> FieldValue {
        FieldValue::Link(id)
    }
}

impl From<Vec<Uuid>> for FieldValue {
    fn from(ids: Vec<Uuid>) -> FieldValue {
        FieldValue::Links(ids)
    }
}

impl From<i64> for FieldValue {
    fn from(number: i64) -> FieldValue {
        FieldValue::Integer(number)
    }
}

impl From<bool> for FieldValue {
    fn from(flag: bool) -> FieldValue {
        FieldValue::Flag(flag)
    }
}

impl FieldValue {
    pub fn to_json(&self) -> Value {
        match self {
            FieldValue::Text(text) => json!(text),
            FieldValue::Plain(text) => json!(text),
            FieldValue::Codes(codes) => json!(codes),
            FieldValue::Integer(number) => json!(number),
            FieldValue::Flag(flag) => json!(flag),
            FieldValue::Link(id) => json!(id),
            FieldValue::Links(ids) => json!(ids),
        }
    }

    /// Reads stored JSON. Shapes that do not fit give `None`; rules are checked by reading input, not here.
    pub fn from_json(kind: &Kind, json: &Value) -> Option<FieldValue> {
        Some(match kind {
            Kind::Text { .. } | Kind::Prose { .. } => FieldValue::Text(text_from_json(json)?),
            Kind::Choices(_) => FieldValue::Codes(serde_json::from_value(json.clone()).ok()?),
            Kind::Integer { .. } => FieldValue::Integer(json.as_i64()?),
            Kind::Flag => FieldValue::Flag(json.as_bool()?),
            Kind::Link(_) => FieldValue::Link(json.as_str()?.parse().ok()?),
            Kind::Links(_) => FieldValue::Links(serde_json::from_value(json.clone()).ok()?),
            _ => FieldValue::Plain(json.as_str()?.to_owned()),
        })
    }
}

/// `{"ja": {"text": "…", "standing": "…"}}`, or shorter `{"ja": "…"}` as people write to the API.
fn text_from_json(json: &Value) -> Option<Text> {
    let mut text = Text::default();
    for (tag, version) in json.as_object()? {
        match version {
            Value::String(words) => text.put(tag, words.as_str(), Standing::Original),
            other => {
                let version: Version = serde_json::from_value(other.clone()).ok()?;
                text.put(tag, version.text, version.standing);
            }
        }
    }
    Some(text)
}
