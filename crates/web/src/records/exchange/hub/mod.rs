//! A whole hub as one archive, independent of the database it lies in: every record with its history, and every file.
//!
//! ```text
//! records/<type>.jsonl   one record per line in canonical JSON (sorted keys), ordered by id; deleted ones too
//! feed.jsonl             the change feed with its hashes
//! files.jsonl            names of attachments; files/<sha256> their bytes
//! manifest.json          format, counts, and the SHA-256 of every part
//! ```
//!
//! The same hub always gives the same bytes. Never here: accounts, sessions and secrets; they stay where they are.

mod export;
mod import;
mod rows;

pub use export::export_hub;
pub use import::import_hub;

use serde::{Deserialize, Serialize};

const FORMAT: &str = "musubi-hub";
const VERSION: u32 = 1;
/// Rows per round trip.
const BATCH: i64 = 500;

/// What an archive says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    pub parts: Vec<Part>,
    /// Hex hash of the newest entry of the feed; empty for a hub without history.
    pub feed_head: String,
    /// Contents that were missing in the hub itself.
    pub missing_files: Vec<String>,
}

/// One member of the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub path: String,
    /// Lines; 1 for a file.
    pub count: u64,
    pub bytes: u64,
    pub sha256: String,
}
