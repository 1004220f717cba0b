//! What somebody sends: pairs of path and text, from a form, a CSV row or flattened JSON.

use crate::text::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// Texts by path. A path is a field name, or `field.language`, or `field.language.standing`. A path that is
/// absent leaves the field as it was; a path with empty text clears it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Input(BTreeMap<String, Vec<String>>);

impl Input {
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.entry(path.into()).or_default().push(text.into());
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    pub fn first(&self, path: &str) -> Option<&str> {
        self.0.get(path).and_then(|texts| texts.first()).map(String::as_str)
    }

    pub fn all(&self, path: &str) -> &[String] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Paths below a field, without the field's name: `ja`, `en`, `en.standing`.
    pub fn below<'a>(&'a self, field: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = format!("{field}.");
        self.0.iter().filter_map(move |(path, texts)| {
            let below = path.strip_prefix(prefix.as_str())?;
            Some((below, texts.first()?.as_str()))
        })
    }

    /// Flattens the `fields` object of the JSON API. Unknown shapes become texts that the field will refuse.
    pub fn from_json_fields(fields: &serde_json::Map<String, Value>) -> Input {
        let mut input = Input::default();
        for (name, value) in fields {
            input.add_json(name, value);
        }
        input
    }

    fn add_json(&mut self, path: &str, value: &Value) {
        match value {
            Value::Null => self.add(path, ""),
            Value::String(text) => self.add(path, text.as_str()),
            Value::Array(items) if items.is_empty() => self.add(path, ""),
            Value::Array(items) => items.iter().for_each(|item| self.add(path, plain(item))),
            Value::Object(versions) => {
                for (tag, version) in versions {
                    match version {
                        Value::Object(parts) => {
                            self.add(format!("{path}.{tag}"), parts.get("text").map(plain).unwrap_or_default());
                            if let Some(standing) = parts.get("standing") {
                                self.add(format!("{path}.{tag}.standing"), plain(standing));
                            }
                        }
                        other => self.add(format!("{path}.{tag}"), plain(other)),
                    }
                }
            }
            other => self.add(path, other.to_string()),
        }
    }

    /// Adds every version of a text, as a form that shows it would send it back.
    pub fn add_text(&mut self, field: &str, text: &Text) {
        for (tag, version) in text.versions() {
            self.add(format!("{field}.{tag}"), version.text.as_str());
            self.add(format!("{field}.{tag}.standing"), version.standing.code());
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
