//! The catalogue: every record's title, audience, facets and links in memory, so that lists, counts, facets and
//! link labels cost microseconds. It is a projection of the change feed and can be rebuilt from the tables.
//!
//! Everything it answers passes the audience rule with the asker's keys: a count over records that the asker
//! may not see does not exist here. Never here: field values other than title, summary, facets and links.

mod bits;
mod browse;
mod shelf;

pub use browse::{Balance, Browse, Cursor, FacetCount, Page};
pub use shelf::{Entry, sort_key};

use kernel::audience::Keyring;
use kernel::record::Record;
use kernel::{Lang, Uuid};
use shelf::Shelf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Shared, in-memory, thread-safe.
#[derive(Debug, Default)]
pub struct Catalogue {
    shelf: RwLock<Shelf>,
}

impl Catalogue {
    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in many records at once, as at start-up.
    pub fn load(&self, records: impl IntoIterator<Item = Record>) {
        let mut shelf = self.write();
        for record in records {
            shelf.put_unsorted(&record);
        }
        shelf.sort();
    }

    /// Takes in the newest state of a record; a deleted one leaves the catalogue.
    pub fn apply(&self, record: &Record) {
        let mut shelf = self.write();
        if record.deleted_at.is_some() { shelf.remove(record.id) } else { shelf.put(record) }
    }

    pub fn remove(&self, id: Uuid) {
        self.write().remove(id);
    }

    /// Forgets everything, before a rebuild.
    pub fn clear(&self) {
        self.write().clear();
    }

    /// Another number whenever a record of one of these types has changed: what was made of such records, and read after
    /// this number, holds for as long as the number stays.
    pub fn edition(&self, record_types: &[&str]) -> u64 {
        self.read().edition(record_types)
    }

    /// The entry of a record, if the keys open it.
    pub fn entry(&self, id: Uuid, keyring: &Keyring) -> Option<Entry> {
        self.read().get(id).filter(|entry| entry.audience.admits(keyring)).cloned()
    }

    /// The record with this code, if the keys open it.
    pub fn by_code(&self, record_type: &str, code: &str, keyring: &Keyring) -> Option<Uuid> {
        self.read().by_code(record_type, code).filter(|entry| entry.audience.admits(keyring)).map(|entry| entry.id)
    }

    /// Visible records of these types that are called exactly so (folded, legal form aside).
    pub fn by_name(&self, record_types: &[&str], name: &str, keyring: &Keyring) -> Vec<Entry> {
        self.read()
            .by_name(name)
            .filter(|entry| record_types.contains(&entry.kind.key) && entry.audience.admits(keyring))
            .cloned()
            .collect()
    }

    /// Visible records of a type whose field links to `target`, in reading order.
    pub fn referring(&self, record_type: &str, field: &str, target: Uuid, keyring: &Keyring, lang: Lang) -> Vec<Uuid> {
        self.read().referring(record_type, field, target, keyring, lang)
    }

    /// One page of a list with its facets.
    pub fn browse(&self, query: &Browse<'_>) -> Page {
        self.read().browse(query)
    }

    /// Needs and offers of a list laid on each other, and the like; see [`Shelf::balance`].
    pub fn balance(
        &self,
        query: &Browse<'_>,
        record_type: &str,
        link: &str,
        by: &str,
        split: (&str, &[&str]),
    ) -> Balance {
        self.read().balance(query, record_type, link, by, split)
    }

    /// How many records of these types the keys open.
    pub fn count(&self, record_types: &[&str], keyring: &Keyring) -> u32 {
        self.read().count(record_types, keyring)
    }

    /// Whether the keys open any record of any type besides `id` that links to it.
    pub fn linked_from(&self, target: Uuid, keyring: &Keyring) -> Vec<(Entry, &'static str)> {
        self.read().linked_from(target, keyring)
    }

    /// All entries of a type that the keys open, in reading order; for exports and small pickers.
    pub fn all(&self, record_types: &[&str], keyring: &Keyring, lang: Lang) -> Vec<Entry> {
        self.read().all(record_types, keyring, lang)
    }

    /// The newest entries of a type that the keys open and that fit, the newest first (ids are in order of time). Copies
    /// only what it gives back.
    pub fn newest(
        &self,
        record_type: &str,
        keyring: &Keyring,
        most: usize,
        fits: impl Fn(&Entry) -> bool,
    ) -> Vec<Entry> {
        self.read().newest(record_type, keyring, most, fits)
    }
}
