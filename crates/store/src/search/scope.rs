//! What a reader's keys open: which text fields a query may look at, and which documents it may find.
//!
//! This is the audience rule as the index knows it, and the only place in search that reads a [`Keyring`].
//! Never here: words, ranking.

use super::schema::{Class, Fields};
use kernel::Level;
use kernel::audience::{Key, Keyring};
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};

/// Above this many keys one set query is cheaper than a union of single ones.
const MANY_KEYS: usize = 16;

/// A text field that the reader may search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenField {
    pub(super) field: Field,
    pub(super) class: Class,
    /// The circles with names in them need a key of the reader in the document itself.
    pub(super) guard: Option<Guard>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    Party,
    Account,
}

/// The view of one reader.
pub(super) struct Scope<'a> {
    fields: &'a Fields,
    keyring: &'a Keyring,
}

impl<'a> Scope<'a> {
    pub(super) fn new(fields: &'a Fields, keyring: &'a Keyring) -> Scope<'a> {
        Scope { fields, keyring }
    }

    /// Every key that the reader holds, in the form that documents carry.
    pub(super) fn keys(&self) -> Vec<Key> {
        let levels = self.keyring.levels.iter().copied().filter(|level| *level != Level::Me).map(Key::Level);
        let parties = self.keyring.parties.iter().copied().map(Key::Party);
        let mut keys: Vec<Key> = levels.chain(parties).chain(self.keyring.account.map(Key::Account)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The open fields of the given classes.
    pub(super) fn open_fields(&self, classes: &[Class]) -> Vec<OpenField> {
        let levels = Level::ALL.into_iter().filter_map(|level| self.way_into(level).map(|guard| (level, guard)));
        levels
            .flat_map(|(level, guard)| {
                classes.iter().map(move |&class| OpenField { field: self.fields.text(level, class), class, guard })
            })
            .collect()
    }

    /// `None`: closed. `Some(None)`: open. `Some(guard)`: open where the document carries such a key.
    fn way_into(&self, level: Level) -> Option<Option<Guard>> {
        match level {
            Level::Me => self.keyring.account.map(|_| Some(Guard::Account)),
            Level::Parties if self.keyring.opens(Level::Parties) => Some(None),
            Level::Parties => (!self.keyring.parties.is_empty()).then_some(Some(Guard::Party)),
            wide => self.keyring.opens(wide).then_some(None),
        }
    }

    /// Whether text of this level, in a document with these keys (as written), may be shown to the reader.
    pub(super) fn shows(&self, level: Level, document_keys: &[&str]) -> bool {
        match self.way_into(level) {
            None => false,
            Some(None) => true,
            Some(Some(guard)) => {
                self.guard_keys(guard).iter().any(|key| document_keys.contains(&key.to_string().as_str()))
            }
        }
    }

    fn guard_keys(&self, guard: Guard) -> Vec<Key> {
        match guard {
            Guard::Party => self.keyring.parties.iter().copied().map(Key::Party).collect(),
            Guard::Account => self.keyring.account.map(Key::Account).into_iter().collect(),
        }
    }

    /// Matches the documents that any of the reader's keys opens; adds nothing to scores.
    /// `None` when the reader holds no key at all.
    pub(super) fn visible(&self) -> Option<Box<dyn Query>> {
        self.any_of(&self.keys())
    }

    /// `query` where the guard of `field` is satisfied.
    pub(super) fn guarded(&self, open: OpenField, query: Box<dyn Query>) -> Option<Box<dyn Query>> {
        let Some(guard) = open.guard else { return Some(query) };
        let key = self.any_of(&self.guard_keys(guard))?;
        Some(Box::new(BooleanQuery::new(vec![(Occur::Must, query), (Occur::Must, key)])))
    }

    pub(super) fn key_term(&self, key: Key) -> Term {
        Term::from_field_text(self.fields.keys, &key.to_string())
    }

    fn any_of(&self, keys: &[Key]) -> Option<Box<dyn Query>> {
        let terms: Vec<Term> = keys.iter().map(|key| self.key_term(*key)).collect();
        any_term(terms).map(|query| Box::new(ConstScoreQuery::new(query, 0.0)) as Box<dyn Query>)
    }
}

/// Matches documents with any of the terms.
pub(super) fn any_term(mut terms: Vec<Term>) -> Option<Box<dyn Query>> {
    if terms.len() > MANY_KEYS {
        return Some(Box::new(TermSetQuery::new(terms)));
    }
    if terms.len() == 1 {
        return terms.pop().map(|term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>);
    }
    let single = |term| Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Box<dyn Query>;
    if terms.is_empty() { None } else { Some(Box::new(BooleanQuery::union(terms.into_iter().map(single).collect()))) }
}
