//! Behaviour of search, over small indexes in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod finding;
mod hostile;
mod persistence;
mod privacy;
mod showing;

use super::*;
use kernel::Audience;

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

pub(super) fn passage(level: Level, weight: Weight, text: &str) -> Passage {
    Passage { field: "text".to_owned(), level, weight, lang: None, text: text.to_owned() }
}

/// A public record with a name and a text.
pub(super) fn public(number: u128, name: &str, body: &str) -> Document {
    let passages = vec![passage(Level::Public, Weight::Name, name), passage(Level::Public, Weight::Body, body)];
    document(number, &Audience::from(Level::Public), passages)
}

pub(super) fn document(number: u128, audience: &Audience, passages: Vec<Passage>) -> Document {
    Document { id: id(number), record_type: "organization".to_owned(), keys: audience.keys(), passages }
}

pub(super) fn index_of(documents: &[Document]) -> Index {
    let index = Index::in_memory().unwrap();
    index.update(documents, &[], 1).unwrap();
    index
}

/// Names as records 1, 2, 3 …
pub(super) fn index_of_names(names: &[&str]) -> Index {
    let documents: Vec<Document> = names.iter().zip(1..).map(|(name, number)| public(number, name, "")).collect();
    index_of(&documents)
}

pub(super) fn query<'a>(text: &'a str, keyring: &'a Keyring) -> Query<'a> {
    Query { text, keyring, record_types: &[], limit: 100, lang: Lang::Ja, meanings: &[] }
}

/// Numbers of the found records, in order.
pub(super) fn found_by(index: &Index, text: &str, keyring: &Keyring) -> Vec<u128> {
    index.search(&query(text, keyring)).unwrap().into_iter().map(|hit| hit.id.as_u128()).collect()
}

pub(super) fn found(index: &Index, text: &str) -> Vec<u128> {
    found_by(index, text, &Keyring::public())
}

pub(super) fn found_sorted(index: &Index, text: &str) -> Vec<u128> {
    let mut found = found(index, text);
    found.sort_unstable();
    found
}
