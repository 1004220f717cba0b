//! The data of the catalogue: entries in slots, and for every question a set of slots.

use super::bits::Bits;
use kernel::audience::{Key, Keyring};
use kernel::record::{FieldValue, Record, RecordType};
use kernel::{Audience, Lang, Level, Text, Uuid, collate, fold, legal_form};
use std::collections::{BTreeSet, HashMap};

/// What the catalogue knows of a record.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: Uuid,
    pub kind: &'static RecordType,
    pub code: Option<String>,
    pub title: Text,
    pub audience: Audience,
    pub fictional: bool,
    /// Field and code of every facet term; fields that are narrower than their record are left out, so that
    /// no count gives them away.
    pub facets: Vec<(&'static str, String)>,
    /// Field, target and circle of every link.
    pub links: Vec<(&'static str, Uuid, Level)>,
    pub(super) sort: [Box<[u8]>; 2],
}

/// Sort keys are cut to this many bytes, so that a page address can carry one.
pub const SORT_KEY_BYTES: usize = 48;

/// The key by which a record is ordered in lists of a language: the reading in Japanese, the title elsewhere.
pub fn sort_key(record: &Record, lang: Lang) -> Vec<u8> {
    let title = record.title();
    let reading = record.kind.reading.map(|field| record.plain(field)).filter(|r| !r.is_empty() && lang == Lang::Ja);
    let mut key = collate::sort_key(lang, reading.unwrap_or_else(|| title.say(lang)));
    key.truncate(SORT_KEY_BYTES);
    key
}

impl Entry {
    fn of(record: &Record) -> Entry {
        let mut facets = Vec::new();
        let mut links = Vec::new();
        for field in record.kind.fields {
            let level = record.level_of(field);
            match record.get(field.name) {
                Some(FieldValue::Plain(code)) if field.facet && level == record.audience.level => {
                    facets.push((field.name, code.clone()));
                }
                Some(FieldValue::Codes(codes)) if field.facet && level == record.audience.level => {
                    facets.extend(codes.iter().map(|code| (field.name, code.clone())));
                }
                Some(FieldValue::Link(id)) => links.push((field.name, *id, level)),
                Some(FieldValue::Links(ids)) => links.extend(ids.iter().map(|id| (field.name, *id, level))),
                _ => {}
            }
        }
        let mut audience = record.audience.clone();
        audience.owner = record.created_by;
        Entry {
            id: record.id,
            kind: record.kind,
            code: record.code.clone(),
            title: record.title(),
            audience,
            fictional: record.fictional,
            facets,
            links,
            sort: Lang::ALL.map(|lang| sort_key(record, lang).into_boxed_slice()),
        }
    }

    pub fn called(&self, lang: Lang) -> &str {
        match self.title.say(lang) {
            "" => self.code.as_deref().unwrap_or_else(|| self.kind.one.get(lang)),
            words => words,
        }
    }

    /// The first facet term of a field, for example the kind of an organization.
    pub fn facet(&self, field: &str) -> Option<&str> {
        self.facets.iter().find(|(name, _)| *name == field).map(|(_, code)| code.as_str())
    }

    pub fn link(&self, field: &str) -> Option<Uuid> {
        self.links.iter().find(|(name, _, _)| *name == field).map(|(_, id, _)| *id)
    }

    pub(super) fn order_key(&self, lang: Lang) -> (&[u8], Uuid) {
        let [ja, en] = &self.sort;
        (if lang == Lang::Ja { ja } else { en }, self.id)
    }
}

/// How a name is compared when somebody writes it in a sheet: folded, without its legal form.
fn name_key(name: &str) -> String {
    let (core, _, _) = legal_form::split(name);
    fold::fold(core)
}

#[derive(Debug, Default)]
pub struct Shelf {
    slots: Vec<Option<Entry>>,
    free: Vec<u32>,
    by_id: HashMap<Uuid, u32>,
    codes: HashMap<(&'static str, String), u32>,
    names: HashMap<String, Vec<u32>>,
    links_to: HashMap<Uuid, Vec<u32>>,
    pub(super) types: HashMap<&'static str, Bits>,
    /// Ids are in the order of making (UUID version 7), so this is the order of age.
    ages: HashMap<&'static str, BTreeSet<Uuid>>,
    pub(super) facets: HashMap<(&'static str, String), Bits>,
    pub(super) opened_by: HashMap<Key, Bits>,
    /// Slots in reading order, per language.
    pub(super) order: [Vec<u32>; 2],
    /// Changes per type, counted on.
    editions: HashMap<&'static str, u64>,
}

impl Shelf {
    pub(super) fn slot(&self, slot: u32) -> Option<&Entry> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub(super) fn slot_of(&self, id: Uuid) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub fn get(&self, id: Uuid) -> Option<&Entry> {
        self.slot(self.slot_of(id)?)
    }

    pub fn by_code(&self, record_type: &str, code: &str) -> Option<&Entry> {
        let kind = self.types.keys().find(|key| **key == record_type)?;
        self.slot(*self.codes.get(&(*kind, code.to_owned()))?)
    }

    pub fn by_name(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.names.get(&name_key(name)).into_iter().flatten().filter_map(|slot| self.slot(*slot))
    }

    /// Puts a record in without keeping the order; [`Shelf::sort`] must follow.
    pub fn put_unsorted(&mut self, record: &Record) {
        self.insert(record);
    }

    pub fn put(&mut self, record: &Record) {
        self.remove(record.id);
        let slot = self.insert(record);
        for lang in Lang::ALL {
            let at = self.position_after(lang, |shelf| shelf.slot(slot).map(|e| e.order_key(lang)));
            self.order_mut(lang).insert(at, slot);
        }
    }

    pub fn sort(&mut self) {
        for lang in Lang::ALL {
            let mut order: Vec<u32> = self.by_id.values().copied().collect();
            order.sort_unstable_by(|a, b| {
                let key = |slot: &u32| self.slot(*slot).map(|e| e.order_key(lang));
                key(a).cmp(&key(b))
            });
            *self.order_mut(lang) = order;
        }
    }

    /// Empty, and another edition of everything.
    pub(super) fn clear(&mut self) {
        let mut editions = std::mem::take(&mut self.editions);
        editions.values_mut().for_each(|edition| *edition += 1);
        *self = Shelf { editions, ..Shelf::default() };
    }

    pub(super) fn edition(&self, record_types: &[&str]) -> u64 {
        record_types.iter().filter_map(|record_type| self.editions.get(record_type)).sum()
    }

    fn insert(&mut self, record: &Record) -> u32 {
        let entry = Entry::of(record);
        *self.editions.entry(entry.kind.key).or_default() += 1;
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).unwrap_or(u32::MAX)
        });
        self.by_id.insert(entry.id, slot);
        if let Some(code) = &entry.code {
            self.codes.insert((entry.kind.key, code.clone()), slot);
        }
        for key in name_keys(&entry) {
            self.names.entry(key).or_default().push(slot);
        }
        for (_, target, _) in &entry.links {
            self.links_to.entry(*target).or_default().push(slot);
        }
        self.types.entry(entry.kind.key).or_default().set(slot);
        self.ages.entry(entry.kind.key).or_default().insert(entry.id);
        for facet in &entry.facets {
            self.facets.entry(facet.clone()).or_default().set(slot);
        }
        for key in entry.audience.keys() {
            self.opened_by.entry(key).or_default().set(slot);
        }
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = Some(entry);
        }
        slot
    }

    pub fn remove(&mut self, id: Uuid) {
        let Some(slot) = self.slot_of(id) else { return };
        for lang in Lang::ALL {
            let key = self.slot(slot).map(|e| (e.order_key(lang).0.to_vec(), id));
            let Some((bytes, id)) = key else { continue };
            let at = self.position_after(lang, |_| Some((bytes.as_slice(), id)));
            // `position_after` stands behind the entry itself when it is there.
            if at > 0 && self.order_of(lang).get(at - 1) == Some(&slot) {
                self.order_mut(lang).remove(at - 1);
            }
        }
        let Some(entry) = self.slots.get_mut(slot as usize).and_then(Option::take) else { return };
        self.by_id.remove(&id);
        *self.editions.entry(entry.kind.key).or_default() += 1;
        if let Some(code) = &entry.code {
            self.codes.remove(&(entry.kind.key, code.clone()));
        }
        for key in name_keys(&entry) {
            forget(&mut self.names, &key, slot);
        }
        for (_, target, _) in &entry.links {
            forget(&mut self.links_to, target, slot);
        }
        if let Some(bits) = self.types.get_mut(entry.kind.key) {
            bits.clear(slot);
        }
        if let Some(ids) = self.ages.get_mut(entry.kind.key) {
            ids.remove(&entry.id);
        }
        for facet in &entry.facets {
            if let Some(bits) = self.facets.get_mut(facet) {
                bits.clear(slot);
            }
        }
        for key in entry.audience.keys() {
            if let Some(bits) = self.opened_by.get_mut(&key) {
                bits.clear(slot);
            }
        }
        self.free.push(slot);
    }

    pub(super) fn order_of(&self, lang: Lang) -> &[u32] {
        let [ja, en] = &self.order;
        if lang == Lang::Ja { ja } else { en }
    }

    fn order_mut(&mut self, lang: Lang) -> &mut Vec<u32> {
        let [ja, en] = &mut self.order;
        if lang == Lang::Ja { ja } else { en }
    }

    /// Index of the first slot in the order that stands after a key.
    pub(super) fn position_after<'a>(
        &'a self,
        lang: Lang,
        key: impl Fn(&'a Shelf) -> Option<(&'a [u8], Uuid)>,
    ) -> usize {
        let key = key(self);
        self.order_of(lang).partition_point(|slot| self.slot(*slot).map(|e| e.order_key(lang)) <= key)
    }

    /// Everything that the keys open.
    pub(super) fn visible(&self, keyring: &Keyring) -> Bits {
        let mut visible = Bits::default();
        let levels = keyring.levels.iter().copied().map(Key::Level);
        let parties = keyring.parties.iter().copied().map(Key::Party);
        let account = keyring.account.into_iter().map(Key::Account);
        for key in levels.chain(parties).chain(account) {
            if let Some(bits) = self.opened_by.get(&key) {
                visible.union(bits);
            }
        }
        visible
    }

    /// Slots of the records that link to a record, each once.
    pub(super) fn pointing_at(&self, target: Uuid) -> impl Iterator<Item = u32> + use<> {
        let mut slots = self.links_to.get(&target).cloned().unwrap_or_default();
        slots.sort_unstable();
        slots.dedup();
        slots.into_iter()
    }

    pub fn referring(&self, record_type: &str, field: &str, target: Uuid, keyring: &Keyring, lang: Lang) -> Vec<Uuid> {
        let mut found: Vec<&Entry> = self
            .links_to
            .get(&target)
            .into_iter()
            .flatten()
            .filter_map(|slot| self.slot(*slot))
            .filter(|entry| entry.kind.key == record_type && entry.audience.admits(keyring))
            .filter(|entry| {
                entry.links.iter().any(|(name, id, level)| {
                    *name == field && *id == target && (*level == entry.audience.level || keyring.opens(*level))
                })
            })
            .collect();
        found.sort_by(|a, b| a.order_key(lang).cmp(&b.order_key(lang)));
        found.dedup_by_key(|entry| entry.id);
        found.into_iter().map(|entry| entry.id).collect()
    }

    pub fn linked_from(&self, target: Uuid, keyring: &Keyring) -> Vec<(Entry, &'static str)> {
        let slots = self.links_to.get(&target).into_iter().flatten();
        slots
            .filter_map(|slot| self.slot(*slot))
            .filter(|entry| entry.audience.admits(keyring))
            .flat_map(|entry| {
                let fields = entry.links.iter().filter(|(_, id, level)| {
                    *id == target && (*level == entry.audience.level || keyring.opens(*level))
                });
                fields.map(|(field, _, _)| (entry.clone(), *field)).collect::<Vec<_>>()
            })
            .collect()
    }

    pub fn all(&self, record_types: &[&str], keyring: &Keyring, lang: Lang) -> Vec<Entry> {
        let visible = self.visible(keyring);
        self.order_of(lang)
            .iter()
            .filter(|slot| visible.has(**slot))
            .filter_map(|slot| self.slot(*slot))
            .filter(|entry| record_types.contains(&entry.kind.key))
            .cloned()
            .collect()
    }

    pub fn newest(
        &self,
        record_type: &str,
        keyring: &Keyring,
        most: usize,
        fits: impl Fn(&Entry) -> bool,
    ) -> Vec<Entry> {
        let visible = self.visible(keyring);
        let ids = self.ages.get(record_type).into_iter().flat_map(|ids| ids.iter().rev());
        ids.filter_map(|id| self.slot_of(*id))
            .filter(|slot| visible.has(*slot))
            .filter_map(|slot| self.slot(slot))
            .filter(|entry| fits(entry))
            .take(most)
            .cloned()
            .collect()
    }
}

fn name_keys(entry: &Entry) -> Vec<String> {
    let mut keys: Vec<String> = entry.title.versions().map(|(_, version)| name_key(&version.text)).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn forget<K: std::hash::Hash + Eq + Clone>(index: &mut HashMap<K, Vec<u32>>, key: &K, slot: u32) {
    if let Some(slots) = index.get_mut(key) {
        slots.retain(|other| *other != slot);
        if slots.is_empty() {
            index.remove(key);
        }
    }
}
