//! What the search index gets of a record: its words, each with the circle that may see them.

use crate::app::App;
use kernel::record::{Field, FieldValue, Kind, Record, Search};
use store::search::{Document, Passage, Weight};

/// The search document of a record. Words of its links (the organization of a laboratory) belong to those
/// records, not to this one: their audience is their own.
pub fn document(_app: &App, record: &Record) -> Document {
    let mut passages = Vec::new();
    for (tag, version) in record.title().versions() {
        passages.push(passage("title", record.audience.level, Weight::Title, Some(tag), &version.text));
    }
    for field in record.kind.fields {
        let Some(value) = record.get(field.name) else { continue };
        let level = record.level_of(field);
        match (value, weight(field)) {
            (FieldValue::Text(text), Some(weight)) => {
                passages.extend(text.versions().map(|(tag, v)| passage(field.name, level, weight, Some(tag), &v.text)));
            }
            (FieldValue::Plain(text), Some(weight)) => passages.push(passage(field.name, level, weight, None, text)),
            _ => {
                passages.extend(terms(field, value).map(|words| passage(field.name, level, Weight::Body, None, &words)))
            }
        }
    }
    if let Some(code) = &record.code {
        passages.push(passage("code", record.audience.level, Weight::Body, None, code));
    }
    let mut audience = record.audience.clone();
    audience.owner = record.created_by;
    Document { id: record.id, record_type: record.kind.key.to_owned(), keys: audience.keys(), passages }
}

fn weight(field: &Field) -> Option<Weight> {
    match (field.search, &field.kind) {
        (Search::Name, _) => Some(Weight::Name),
        (Search::Strong, _) => Some(Weight::Strong),
        (Search::Body, _) => Some(Weight::Body),
        (Search::No, Kind::Identifier(_) | Kind::Email) => Some(Weight::Body),
        (Search::No, _) => None,
    }
}

/// A chosen term is found by its words in both languages.
fn terms(field: &Field, value: &FieldValue) -> impl Iterator<Item = String> {
    let codes: Vec<&str> = match value {
        FieldValue::Plain(code) => vec![code],
        FieldValue::Codes(codes) => codes.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let terms: Vec<_> =
        field.vocabulary().map(|v| codes.iter().filter_map(|code| v.term(code)).collect()).unwrap_or_default();
    terms.into_iter().map(|term: &kernel::record::Term| format!("{} {}", term.label.ja, term.label.en))
}

fn passage(field: &str, level: kernel::Level, weight: Weight, lang: Option<&str>, text: &str) -> Passage {
    Passage { field: field.to_owned(), level, weight, lang: lang.map(str::to_owned), text: text.to_owned() }
}
