//! Writes a vocabulary file.
//!
//! ```text
//! 0   magic "MUSUBIV1"                 8 bytes
//! 8   total length of the file         u64, little endian as all numbers
//! 16  CRC-32 of everything after 24    u32
//! 20  number of sources                u32
//! 24  sources                          name, licence, attribution (strings), SHA-256 (32 bytes)
//!     number of slots, a power of two  u32
//!     slots                            u32 each: position of a key record in the body + 1, 0 when empty
//!     length of the body               u32
//!     body                             entries and key records
//! ```
//! A string is its length as a varint and its UTF-8 bytes. An entry: kind (1 byte, +128 when common), surfaces, readings,
//! glosses (each a string and a weight of 1/255); every list begins with its number as a varint. A key record: the key as a
//! string, then a list of (relation byte, entry position as u32).

use super::entry::{Entry, Kind, Source};
use crate::affinity::text::{Space, Term, normalize};
use std::collections::BTreeMap;

pub(super) const MAGIC: &[u8; 8] = b"MUSUBIV1";
/// Relations of a key to an entry.
pub(super) const SURFACE: u8 = 0;
pub(super) const READING: u8 = 1;
pub(super) const FORM: u8 = 2;
pub(super) const ENGLISH: u8 = 3;
pub(super) const COMMON: u8 = 128;
/// English keys begin with this character, which no surface contains.
pub(super) const ENGLISH_MARK: char = '\u{1}';

/// Collects entries and writes the file.
#[derive(Debug, Default)]
pub struct Builder {
    sources: Vec<Source>,
    body: Vec<u8>,
    keys: BTreeMap<String, Vec<(u8, u32)>>,
}

impl Builder {
    /// A builder for entries out of these sources.
    pub fn new(sources: Vec<Source>) -> Builder {
        Builder { sources, ..Builder::default() }
    }

    /// Number of different keys so far.
    pub fn keys(&self) -> usize {
        self.keys.len()
    }

    /// Adds an entry. Entries that say nothing (no surface and no reading) are left out.
    pub fn add(&mut self, entry: &Entry) {
        let Ok(position) = u32::try_from(self.body.len()) else { return };
        let mut keys: Vec<(String, u8)> = Vec::new();
        keys.extend(entry.surfaces.iter().map(|s| (key_of(s), SURFACE)));
        let readings_are_surfaces = entry.written_in_kana || entry.surfaces.is_empty();
        let relation = if readings_are_surfaces { SURFACE } else { READING };
        if readings_are_surfaces || matches!(entry.kind, Kind::Term) {
            keys.extend(entry.readings.iter().map(|r| (key_of(r), relation)));
        }
        keys.extend(entry.forms.iter().map(|f| (key_of(f), FORM)));
        if matches!(entry.kind, Kind::Term) || (entry.kind == Kind::Word && entry.common) {
            let phrases = entry.glosses.iter().filter(|g| g.weight >= 0.5).filter_map(|g| english_key(&g.english));
            keys.extend(phrases.map(|key| (key, ENGLISH)));
        }
        keys.retain(|(key, _)| !key.is_empty());
        if keys.is_empty() {
            return;
        }
        self.write_entry(entry);
        for (key, relation) in keys {
            let list = self.keys.entry(key).or_default();
            if list.len() < MAX_ENTRIES_PER_KEY && !list.iter().any(|(_, at)| *at == position) {
                list.push((relation, position));
            }
        }
    }

    fn write_entry(&mut self, entry: &Entry) {
        let body = &mut self.body;
        body.push(entry.kind as u8 | if entry.common { COMMON } else { 0 });
        // The surface of a name is its key; there are too many to write it twice.
        let named = matches!(entry.kind, Kind::Place | Kind::Person);
        write_list(body, if named { &[] } else { &entry.surfaces });
        write_list(body, &entry.readings);
        write_varint(body, entry.glosses.len());
        for gloss in &entry.glosses {
            write_string(body, &gloss.english);
            body.push((gloss.weight.clamp(0.0, 1.0) * 255.0).round() as u8);
        }
    }

    /// The bytes of the file.
    pub fn finish(mut self) -> Vec<u8> {
        let slots = (self.keys.len() * 3 / 2).max(8).next_power_of_two();
        let mut table = vec![0_u32; slots];
        for (key, entries) in &self.keys {
            let position = self.body.len() as u32;
            write_string(&mut self.body, key);
            write_varint(&mut self.body, entries.len());
            for (relation, at) in entries {
                self.body.push(*relation);
                self.body.extend_from_slice(&at.to_le_bytes());
            }
            let mut slot = slot_of(key, slots);
            while table[slot] != 0 {
                slot = (slot + 1) & (slots - 1);
            }
            table[slot] = position + 1;
        }
        let mut rest = Vec::with_capacity(self.body.len() + slots * 4 + 1024);
        for source in &self.sources {
            write_string(&mut rest, &source.name);
            write_string(&mut rest, &source.licence);
            write_string(&mut rest, &source.attribution);
            rest.extend_from_slice(&source.sha256);
        }
        rest.extend_from_slice(&(slots as u32).to_le_bytes());
        table.iter().for_each(|slot| rest.extend_from_slice(&slot.to_le_bytes()));
        rest.extend_from_slice(&(self.body.len() as u32).to_le_bytes());
        rest.append(&mut self.body);
        let mut file = Vec::with_capacity(rest.len() + 24);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&(rest.len() as u64 + 24).to_le_bytes());
        file.extend_from_slice(&checksum(&rest).to_le_bytes());
        file.extend_from_slice(&(self.sources.len() as u32).to_le_bytes());
        file.append(&mut rest);
        file
    }
}

/// A surface with more meanings than this says nothing.
const MAX_ENTRIES_PER_KEY: usize = 12;

pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The form under which a surface is looked up: normalized, without spaces and punctuation.
pub(super) fn key_of(surface: &str) -> String {
    normalize(surface).chars.into_iter().filter(|c| c.is_alphanumeric() || *c == 'ー').collect()
}

/// The key of an English phrase of one to five words, none when there is no word in it.
pub(super) fn english_key(phrase: &str) -> Option<String> {
    let normal = normalize(phrase);
    let runs = crate::affinity::text::runs(&normal);
    let words = crate::affinity::text::english_words(&normal, &runs);
    if words.is_empty() || words.len() > 5 {
        return None;
    }
    // Acronyms keep their case: CAR is a receptor, a car is not.
    let stems: Vec<String> =
        words.iter().map(|w| if w.acronym { w.word.to_uppercase() } else { w.stem.clone() }).collect();
    Some(format!("{ENGLISH_MARK}{}", stems.join(" ")))
}

pub(super) fn slot_of(key: &str, slots: usize) -> usize {
    Term::new(Space::Native, &[key]).0 as usize & (slots - 1)
}

fn write_list(body: &mut Vec<u8>, strings: &[String]) {
    write_varint(body, strings.len());
    strings.iter().for_each(|s| write_string(body, s));
}

fn write_string(body: &mut Vec<u8>, text: &str) {
    write_varint(body, text.len());
    body.extend_from_slice(text.as_bytes());
}

fn write_varint(body: &mut Vec<u8>, mut number: usize) {
    while number >= 128 {
        body.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    body.push(number as u8);
}
