//! Reads a vocabulary file where it lies: nothing is copied, so the memory is what the operating system maps.

use super::builder::{COMMON, ENGLISH, FORM, MAGIC, READING, SURFACE, checksum, english_key, slot_of};
use super::entry::{Gloss, Kind, Source};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Why a file is not used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VocabularyError {
    #[error("this is not a vocabulary file (SHA-256 {sha256})")]
    NotAVocabulary { sha256: String },
    #[error("the vocabulary file is cut off: {found} of {expected} bytes (SHA-256 {sha256})")]
    Truncated { expected: u64, found: u64, sha256: String },
    #[error("the vocabulary file is damaged: its checksum does not fit (SHA-256 {sha256})")]
    Damaged { sha256: String },
}

/// An opened vocabulary.
#[derive(Debug, Clone)]
pub struct Vocabulary<'a> {
    sources: Vec<Source>,
    slots: &'a [u8],
    body: &'a [u8],
    reach: Reach,
}

/// A concept as it can be shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Concept {
    /// Number of the vocabulary, and the position of the concept in it.
    pub id: (usize, u32),
    pub kind: Kind,
    pub common: bool,
    /// Japanese labels, preferred first; readings when nothing else is known.
    pub japanese: Vec<String>,
    pub readings: Vec<String>,
    pub english: Vec<Gloss>,
}

/// The concepts behind one surface form.
#[derive(Debug, Clone)]
pub struct Found<'a> {
    vocabulary: &'a Vocabulary<'a>,
    index: usize,
    key: &'a str,
    list: &'a [u8],
}

/// Bytes of one (relation, position) pair of a key record.
const PAIR: usize = 5;

impl<'a> Vocabulary<'a> {
    /// Opens a file from its bytes. The whole of it is checked, by length and CRC-32; an error names the SHA-256 of what
    /// was found instead.
    pub fn open(bytes: &'a [u8]) -> Result<Vocabulary<'a>, VocabularyError> {
        let sha256 = || Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect::<String>();
        let mut cursor = Cursor { bytes, at: 0 };
        if cursor.take(8) != Some(MAGIC) {
            return Err(VocabularyError::NotAVocabulary { sha256: sha256() });
        }
        let damaged = || VocabularyError::Damaged { sha256: sha256() };
        let expected = cursor.take(8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes).ok_or_else(damaged)?;
        if bytes.len() as u64 != expected {
            return Err(VocabularyError::Truncated { expected, found: bytes.len() as u64, sha256: sha256() });
        }
        let sum = cursor.number().ok_or_else(damaged)?;
        let sources = cursor.number().ok_or_else(damaged)?;
        if checksum(bytes.get(24..).unwrap_or(&[])) != sum {
            return Err(damaged());
        }
        Self::read(cursor, sources).ok_or_else(damaged)
    }

    fn read(mut cursor: Cursor<'a>, sources: u32) -> Option<Vocabulary<'a>> {
        let mut list = Vec::new();
        for _ in 0..sources {
            let (name, licence, attribution) = (cursor.string()?, cursor.string()?, cursor.string()?);
            let sha256 = cursor.take(32)?.try_into().ok()?;
            list.push(Source { name: name.into(), licence: licence.into(), attribution: attribution.into(), sha256 });
        }
        let slots = cursor.number()? as usize;
        if !slots.is_power_of_two() {
            return None;
        }
        let table = cursor.take(slots.checked_mul(4)?)?;
        let length = cursor.number()? as usize;
        let body = cursor.take(length)?;
        let reach = Reach::new(table, body);
        (cursor.at == cursor.bytes.len()).then_some(Vocabulary { sources: list, slots: table, body, reach })
    }

    /// Where the entries come from.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// How many characters the longest key that begins with these two has at most.
    pub(super) fn reach(&self, first: char, second: char) -> usize {
        usize::from(self.reach.longest[Reach::place(first, second)])
    }

    pub(super) fn knows(&self, key: &str) -> bool {
        self.record(key).is_some()
    }

    /// The concepts written as `key`, a normalized surface. `index` is the number of this vocabulary among several.
    pub fn find(&'a self, key: &str, index: usize) -> Option<Found<'a>> {
        let (key, list) = self.record(key)?;
        Some(Found { vocabulary: self, index, key, list })
    }

    /// The concepts with this English phrase among their best glosses, whatever forms its words have.
    pub fn find_english(&'a self, phrase: &str, index: usize) -> Option<Found<'a>> {
        self.find(&english_key(phrase)?, index)
    }

    fn record(&self, key: &str) -> Option<(&'a str, &'a [u8])> {
        let slots = self.slots.len() / 4;
        let mut slot = slot_of(key, slots);
        for _ in 0..slots {
            let bytes = self.slots.get(slot * 4..slot * 4 + 4)?;
            let position = u32::from_le_bytes(bytes.try_into().ok()?).checked_sub(1)?;
            let mut cursor = Cursor { bytes: self.body, at: position as usize };
            let found = cursor.raw_string()?;
            if found == key.as_bytes() {
                let count = cursor.varint()?;
                return Some((std::str::from_utf8(found).ok()?, cursor.take(count.checked_mul(PAIR)?)?));
            }
            slot = (slot + 1) & (slots - 1);
        }
        None
    }

    fn concept(&self, index: usize, key: &str, position: u32) -> Option<Concept> {
        let mut cursor = Cursor { bytes: self.body, at: position as usize };
        let head = *cursor.take(1)?.first()?;
        let surfaces = cursor.list()?;
        let readings = cursor.list()?;
        let glosses = cursor.varint()?;
        let mut english = Vec::with_capacity(glosses.min(64));
        for _ in 0..glosses {
            let text = cursor.string()?.to_owned();
            let weight = f32::from(*cursor.take(1)?.first()?) / 255.0;
            english.push(Gloss { english: text, weight });
        }
        let kind = Kind::from_byte(head & !COMMON)?;
        let japanese = match kind {
            Kind::Place | Kind::Person => vec![key.to_owned()],
            _ if surfaces.is_empty() => readings.clone(),
            _ => surfaces,
        };
        Some(Concept { id: (index, position), kind, common: head & COMMON != 0, japanese, readings, english })
    }
}

impl Found<'_> {
    fn with(&self, relations: &[u8]) -> Vec<Concept> {
        let pairs = self.list.chunks_exact(PAIR).filter(|pair| relations.contains(&pair[0]));
        let positions = pairs.filter_map(|pair| Some(u32::from_le_bytes(pair.get(1..)?.try_into().ok()?)));
        positions.filter_map(|at| self.vocabulary.concept(self.index, self.key, at)).collect()
    }

    /// Concepts that are written this way, in base or inflected form.
    pub fn written(&self) -> Vec<Concept> {
        self.with(&[SURFACE, FORM])
    }

    /// Concepts that are read this way, or written this way.
    pub fn read(&self) -> Vec<Concept> {
        self.with(&[SURFACE, READING])
    }

    /// Concepts with this English expression.
    pub fn meant(&self) -> Vec<Concept> {
        self.with(&[ENGLISH])
    }

    /// The kinds of the concepts that are written this way, without reading the rest of them, and whether any is common.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, bool)> {
        let pairs = self.list.chunks_exact(PAIR).filter(|pair| matches!(pair[0], SURFACE | FORM));
        pairs.filter_map(|pair| {
            let at = u32::from_le_bytes(pair.get(1..)?.try_into().ok()?);
            let head = *self.vocabulary.body.get(at as usize)?;
            Some((Kind::from_byte(head & !COMMON)?, head & COMMON != 0))
        })
    }
}

/// The length of the longest key by its first two characters: most stretches of a text begin no word, and this says so
/// without looking into the file.
#[derive(Clone)]
struct Reach {
    longest: Box<[u8]>,
}

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reach")
    }
}

impl Reach {
    const BITS: u32 = 17;

    fn place(first: char, second: char) -> usize {
        let pair = u64::from(u32::from(first)) << 21 | u64::from(u32::from(second));
        (pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - Self::BITS)) as usize
    }

    fn new(slots: &[u8], body: &[u8]) -> Reach {
        let mut longest = vec![0_u8; 1 << Self::BITS].into_boxed_slice();
        for slot in slots.chunks_exact(4) {
            let Some(at) = slot.try_into().ok().map(u32::from_le_bytes).and_then(|at| at.checked_sub(1)) else {
                continue;
            };
            let Some(key) = (Cursor { bytes: body, at: at as usize }).string() else { continue };
            let mut chars = key.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                let length = u8::try_from(chars.count() + 2).unwrap_or(u8::MAX);
                let slot = &mut longest[Self::place(first, second)];
                *slot = length.max(*slot);
            }
        }
        Reach { longest }
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let piece = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(piece)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn varint(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = *self.take(1)?.first()?;
            number |= usize::from(byte & 127) << shift;
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn raw_string(&mut self) -> Option<&'a [u8]> {
        let length = self.varint()?;
        self.take(length)
    }

    fn string(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.raw_string()?).ok()
    }

    fn list(&mut self) -> Option<Vec<String>> {
        let count = self.varint()?;
        (0..count).map(|_| self.string().map(str::to_owned)).collect()
    }
}
