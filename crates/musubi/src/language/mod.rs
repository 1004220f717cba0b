//! What the program understands of language: the glossary that ships with it, the hub's own, and two files that are built on
//! this machine from published packages, a dictionary and sentence vectors. All of it works offline; without the two
//! files everything works and says what is off.
//!
//! Never here: ranking (that is `engine::affinity`), anything sent anywhere.

pub mod build;
pub mod fetch;
mod meanings;
mod opened;

pub use opened::{Opened, Sources};

use directory::records::TERM;
use engine::affinity::concepts::{Builder, Source, glossary};
use engine::affinity::{Analyzer, Meaning};
use kernel::audience::Keyring;
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Lang, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use store::records::{self, Scope};
use store::{Db, feed};
use web::language::{Language, Part};

/// The folder of language files inside a data folder.
pub fn folder(data: &Path) -> PathBuf {
    data.join("language")
}

/// The dictionary file.
pub const WORDS: &str = "words.vocabulary";
/// The sentence vectors.
pub const VECTORS: &str = "sentences.pack";

/// The understanding in use. It is replaced as a whole when a file was built or the glossary has changed.
pub struct Understanding {
    folder: PathBuf,
    /// Place in the feed at which the glossary of the hub was first read.
    at: i64,
    opened: RwLock<Arc<Opened>>,
    coming: AtomicBool,
    /// Grows with every replacement.
    edition: AtomicU64,
}

impl Understanding {
    /// With what lies in the folder and an empty glossary of the hub.
    pub fn new(folder: PathBuf) -> Understanding {
        Understanding::with(folder, Vec::new(), 0)
    }

    /// With what lies in the folder and the glossary of a hub as it stands. Opened once: whoever reads with it would
    /// read everything again after a reload.
    pub async fn of_hub(folder: PathBuf, db: &Db) -> Result<Understanding> {
        let at = feed::newest(db).await?;
        let hub = hub_glossary(&public_terms(db).await?);
        Ok(Understanding::with(folder, hub, at))
    }

    fn with(folder: PathBuf, hub: Vec<u8>, at: i64) -> Understanding {
        let opened = Opened::open(Sources::of(&folder, hub));
        Understanding {
            folder,
            at,
            opened: RwLock::new(Arc::new(opened)),
            coming: AtomicBool::new(false),
            edition: AtomicU64::new(1),
        }
    }

    /// What is in use now.
    pub fn opened(&self) -> Arc<Opened> {
        Arc::clone(&self.opened.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Opens the files again, with the terms of the hub's glossary that everyone may see: what search looks for besides
    /// the typed words shows to everyone.
    pub async fn reload(&self, db: &Db) -> Result<()> {
        let hub = hub_glossary(&public_terms(db).await?);
        let opened = Opened::open(Sources::of(&self.folder, hub));
        *self.opened.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(opened);
        self.edition.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Follows the glossary of the hub for as long as the program runs, on every node.
    pub async fn follow(&self, db: Db) {
        let mut newest = db.feed_watch();
        let mut at = self.at;
        loop {
            match self.catch_up(&db, at).await {
                Ok(seq) => at = seq,
                Err(error) => tracing::warn!(%error, "the glossary could not be read, will try again"),
            }
            let _ = tokio::time::timeout(std::time::Duration::from_secs(1), newest.changed()).await;
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }

    async fn catch_up(&self, db: &Db, mut at: i64) -> Result<i64> {
        let mut changed = false;
        loop {
            let entries = feed::read(db, at, 500).await?;
            let Some(last) = entries.last() else { break };
            at = last.seq;
            changed |= entries.iter().any(|entry| entry.record_type == TERM.key);
        }
        if changed {
            self.reload(db).await?;
        }
        Ok(at)
    }

    /// Says that files are being fetched or built, until told otherwise.
    pub fn expect(&self, coming: bool) {
        self.coming.store(coming, Ordering::Relaxed);
    }
}

impl encounter::matching::Reading for Understanding {
    fn lend(&self, work: &mut dyn FnMut(&Analyzer<'_>, Option<&dyn Meaning>)) {
        let opened = self.opened();
        let encode = |text: &str| opened.encoder().map(|encoder| encoder.encode(text)).unwrap_or_default();
        let meaning = opened.encoder().map(|_| &encode as &dyn Meaning);
        work(opened.analyzer(), meaning);
    }

    fn edition(&self) -> u64 {
        self.edition.load(Ordering::Relaxed)
    }
}

impl Language for Understanding {
    fn meanings(&self, text: &str) -> Vec<store::search::Meaning> {
        meanings::of(self.opened().analyzer(), text)
    }

    fn parts(&self) -> Vec<Part> {
        self.opened().parts(self.coming.load(Ordering::Relaxed))
    }
}

async fn public_terms(db: &Db) -> Result<Vec<Record>> {
    const BATCH: i64 = 1_000;
    let everyone = Keyring::public();
    let mut terms = Vec::new();
    loop {
        let after = terms.last().map(|term: &Record| term.id);
        let batch = records::all(db, &TERM, after, BATCH, Scope::Keys(&everyone)).await?;
        if batch.is_empty() {
            return Ok(terms);
        }
        terms.extend(batch);
    }
}

/// The vocabulary of the hub's glossary; empty without terms in both languages.
fn hub_glossary(terms: &[Record]) -> Vec<u8> {
    let entries: Vec<_> = terms
        .iter()
        .filter_map(|term| {
            let name = term.text("name");
            let ja = format!("{}|{}", name.exact(Lang::Ja).unwrap_or_default(), term.plain("others_ja"));
            glossary::entry(
                &ja,
                term.plain("reading"),
                name.exact(Lang::En).unwrap_or_default(),
                term.plain("others_en"),
            )
        })
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let source = Source {
        name: "Glossary of this hub".to_owned(),
        licence: String::new(),
        attribution: String::new(),
        sha256: [0; 32],
    };
    let mut builder = Builder::new(vec![source]);
    entries.iter().for_each(|entry| builder.add(entry));
    builder.finish()
}

/// Words of both languages for a part.
fn said(ja: &str, en: &str) -> Said {
    Said::new(ja, en)
}
