//! Full-text search over records, in Japanese and English, within what the reader may see.
//!
//! The index (tantivy) is a cache of the database in a folder of its own: it follows the change feed, keeps its
//! position there inside each commit, and can be thrown away and built anew. Text is folded
//! ([`kernel::fold`]), cut into character pairs, ICU words and Latin words, and names are also kept by
//! sound; see the module `analysis`.
//!
//! # Who sees what
//! Text is kept in separate fields per circle of readers ([`Level`]). A query looks only into the fields that the
//! reader's keys open, and finds only documents that carry one of those keys; both are part of the query itself.
//! Word statistics are counted over what the reader may see, or are constants. So hidden text changes neither
//! what is found, nor how many, nor in which order, nor any score (to a thousandth; the order in which parts of a
//! score are added may differ in the last bits, which are rounded away). What remains observable is time: a larger
//! index answers later. Text of [`Level::Parties`] and [`Level::Me`] needs a party's or the account's key in
//! the document as well.
//!
//! Never here: SQL, which passages a record has, what a page shows.

mod analysis;
mod clauses;
mod collect;
mod compile;
mod disk;
mod folding;
mod highlight;
mod layout;
mod legal;
mod meaning;
mod parse;
mod schema;
mod scope;
mod sound;
mod statistics;
mod suggest;
mod writing;

#[cfg(test)]
mod tests;

use analysis::Analyzer;
use collect::{Best, Findings};
use compile::{Compiler, Mode, may_hold_typo};
use kernel::audience::{Key, Keyring};
use kernel::{Error, Lang, Level, Result};
use parse::{Parsed, parse};
use schema::{Fields, RECORD_TYPE, tokenizers};
use scope::Scope;
use statistics::VisibleStatistics;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentOrdinal};
use uuid::Uuid;

pub use meaning::Meaning;
pub use suggest::Suggestion;

/// Most documents that [`Index::matching`] returns.
pub const MAX_MATCHING: usize = 10_000;
/// The `feed_seq` to give to [`Index::update`] while a rebuild is under way.
pub const REBUILDING: i64 = -1;
/// With fewer exact hits than this, words with one typing error are looked for as well.
const FEW_HITS: usize = 3;
/// Blocks of stored heads kept in memory, about 16 kB each.
const STORE_CACHE_BLOCKS: usize = 4;

/// What the index keeps of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: Uuid,
    /// Key of the record type: `organization`.
    pub record_type: String,
    /// Keys that open the record ([`kernel::Audience::keys`]); none means nobody finds it.
    pub keys: Vec<Key>,
    pub passages: Vec<Passage>,
}

/// One text of a record in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Path of the field: `name.ja`.
    pub field: String,
    /// The circle that may see it: the narrower of the record's and the field's.
    pub level: Level,
    pub weight: Weight,
    /// BCP 47 tag of the text, where known. Folding and tokenizing go by script and do not need it.
    pub lang: Option<String>,
    pub text: String,
}

/// How much a match in a passage says about the record. Titles and names weigh the same and are what
/// [`Index::suggest`] offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    Title,
    Name,
    Strong,
    Body,
}

/// A search.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// As typed: words, `"phrases"` or 「phrases」, `-exclusions`. Read up to 256 characters; never an error.
    pub text: &'a str,
    pub keyring: &'a Keyring,
    /// Keys of record types; empty means all.
    pub record_types: &'a [&'a str],
    /// Most hits to return from [`Index::search`].
    pub limit: usize,
    /// Language of the reader's page. Results do not depend on it: whoever reads English finds Japanese too.
    pub lang: Lang,
    /// Other ways to say stretches of the text, as far as whoever asks knows any.
    pub meanings: &'a [Meaning],
}

/// A found record.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub id: Uuid,
    pub record_type: String,
    /// Comparable within one answer only.
    pub score: f32,
}

/// The search index. Calls block on the disk for about a millisecond ([`Index::update`] for longer); call
/// them from a blocking task.
pub struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    /// Made at the first update, so that a server that only reads spends neither thread nor memory on it.
    writer: Mutex<Option<IndexWriter>>,
    fields: Fields,
    analyzer: Analyzer,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("documents", &self.len()).field("cursor", &self.cursor()).finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index in a folder of its own, which is made if absent. A folder that is damaged or was written
    /// with other tokens is renamed to `<dir>.aside` and an empty index takes its place.
    ///
    /// # Errors
    /// When the folder cannot be made, read, or renamed.
    pub fn open(dir: &Path) -> Result<Index> {
        let (schema, fields) = Fields::build();
        let index = disk::open(dir, &schema)?;
        Index::around(index, fields)
    }

    /// An empty index in memory.
    ///
    /// # Errors
    /// When tantivy cannot make one.
    pub fn in_memory() -> Result<Index> {
        let (schema, fields) = Fields::build();
        let builder = tantivy::Index::builder().schema(schema).tokenizers(tokenizers(Analyzer::new()));
        Index::around(builder.create_in_ram().map_err(Error::internal)?, fields)
    }

    fn around(index: tantivy::Index, fields: Fields) -> Result<Index> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(STORE_CACHE_BLOCKS)
            .try_into()
            .map_err(Error::internal)?;
        Ok(Index { index, reader, writer: Mutex::new(None), fields, analyzer: Analyzer::new() })
    }

    /// Whether every record has to be given to the index once more: it was started anew, or a rebuild did not
    /// come to its end. A rebuild calls [`Index::update`] with [`REBUILDING`], batch by batch, and with the real
    /// position in the feed for the last one.
    pub fn needs_rebuild(&self) -> bool {
        self.cursor().is_none()
    }

    /// Living documents, whoever may see them; for operators, never for readers.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds or replaces `upserts` and removes `deletes` in one durable commit that also keeps `feed_seq`, the
    /// position in the change feed up to which the index now tells. Doing the same twice changes nothing.
    /// Visible to searches when this returns.
    ///
    /// # Errors
    /// When the folder is locked by another process or cannot be written; nothing is changed then.
    pub fn update(&self, upserts: &[Document], deletes: &[Uuid], feed_seq: i64) -> Result<()> {
        self.write(|writer| writing::write(writer, &self.fields, upserts, deletes, feed_seq))
    }

    fn write(&self, change: impl FnOnce(&mut IndexWriter) -> tantivy::Result<()>) -> Result<()> {
        let mut slot = self.writer_slot();
        let mut writer = match slot.take() {
            Some(writer) => writer,
            None => writing::writer(&self.index)?,
        };
        // A writer that failed is dropped here and its uncommitted documents with it.
        change(&mut writer).map_err(Error::internal)?;
        *slot = Some(writer);
        self.reader.reload().map_err(Error::internal)
    }

    fn writer_slot(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes every document, as the first step of a rebuild.
    ///
    /// # Errors
    /// As for [`Index::update`].
    pub fn clear(&self) -> Result<()> {
        self.write(|writer| writing::clear(writer, REBUILDING))
    }

    /// Puts the segments together, apart from very large ones, when there are more than `most`: each costs every search a
    /// little. Blocks for as long as the merge takes, about a second for 30,000 documents; others search and write meanwhile.
    ///
    /// # Errors
    /// When the folder cannot be written, or another merge has taken one of the segments; the index stays as it was.
    pub fn compact(&self, most: usize) -> Result<()> {
        let segments = writing::mergeable(&self.index).map_err(Error::internal)?;
        if segments.len() <= most.max(1) {
            return Ok(());
        }
        let merge = {
            let mut slot = self.writer_slot();
            let writer = match slot.as_mut() {
                Some(writer) => writer,
                None => slot.insert(writing::writer(&self.index)?),
            };
            writer.merge(&segments)
        };
        merge.wait().map_err(Error::internal)?;
        self.reader.reload().map_err(Error::internal)
    }

    /// The `feed_seq` of the last update; `None` for an index that was never written or is being rebuilt.
    pub fn cursor(&self) -> Option<i64> {
        let sequence: i64 = self.index.load_metas().ok()?.payload?.parse().ok()?;
        (sequence >= 0).then_some(sequence)
    }

    /// The best hits, by score, equal scores by id.
    ///
    /// All words have to occur; when fewer than three documents have them, words with one typing error
    /// count too; when there is still none, any of the words suffices.
    ///
    /// # Errors
    /// Only when the index cannot be read; no text is an error.
    pub fn search(&self, query: &Query<'_>) -> Result<Vec<Hit>> {
        let searcher = self.reader.searcher();
        let findings = self.find(&searcher, query, query.limit).map_err(Error::internal)?;
        let mut types = RecordTypes::default();
        let hit = |found: collect::Found| {
            let record_type = types.of(&searcher, found.address)?;
            Ok(Hit { id: found.id, record_type, score: found.score })
        };
        findings.best.into_iter().map(hit).collect::<tantivy::Result<_>>().map_err(Error::internal)
    }

    /// Ids and scores of everything that [`Index::search`] would return without a limit, best first, up to
    /// [`MAX_MATCHING`]; to intersect with facets. `query.limit` is not read.
    ///
    /// # Errors
    /// Only when the index cannot be read.
    pub fn matching(&self, query: &Query<'_>) -> Result<Vec<(Uuid, f32)>> {
        let searcher = self.reader.searcher();
        let findings = self.find(&searcher, query, MAX_MATCHING).map_err(Error::internal)?;
        Ok(findings.best.into_iter().map(|found| (found.id, found.score)).collect())
    }

    /// Reads a query once, to mark where texts answer it.
    pub fn highlighter(&self, query: &Query<'_>) -> Highlighter {
        Highlighter(self.read(query))
    }

    /// Titles and names that begin with, or contain, what has been typed so far; within what the keyring opens.
    ///
    /// # Errors
    /// Only when the index cannot be read.
    pub fn suggest(&self, prefix: &str, keyring: &Keyring, limit: usize) -> Result<Vec<Suggestion>> {
        let searcher = self.reader.searcher();
        let parsed = parse(prefix, &self.analyzer);
        suggest::suggest(&searcher, &self.fields, &parsed, prefix, keyring, limit).map_err(Error::internal)
    }

    fn read(&self, query: &Query<'_>) -> Parsed {
        let mut parsed = parse(query.text, &self.analyzer);
        meaning::apply(&mut parsed, query.text, query.meanings, &self.analyzer);
        parsed
    }

    fn find(&self, searcher: &Searcher, query: &Query<'_>, limit: usize) -> tantivy::Result<Findings> {
        let parsed = self.read(query);
        let scope = Scope::new(&self.fields, query.keyring);
        let statistics = VisibleStatistics::new(searcher, &self.fields, &scope)?;
        if parsed.is_empty() || limit == 0 || statistics.documents() == 0 {
            return Ok(Findings::default());
        }
        let compiler = Compiler::for_search(searcher, &self.fields, &scope);
        let run = |mode| run(searcher, &compiler, &statistics, &parsed, query.record_types, mode, limit);
        let mut findings = run(Mode::All)?;
        if findings.total < FEW_HITS && parsed.words.iter().any(may_hold_typo) {
            findings = run(Mode::AllWithTypos)?;
        }
        if findings.total == 0 && parsed.words.len() + parsed.quoted.len() >= 2 {
            findings = run(Mode::Any)?;
        }
        Ok(findings)
    }
}

/// Marks where texts answer a query.
pub struct Highlighter(Parsed);

impl Highlighter {
    /// Where `text` answers the query: byte ranges of `text` as written, in order, apart from each other.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        highlight::highlight(text, &self.0)
    }
}

/// Compiles and runs one attempt.
fn run(
    searcher: &Searcher,
    compiler: &Compiler<'_>,
    statistics: &VisibleStatistics<'_>,
    parsed: &Parsed,
    record_types: &[&str],
    mode: Mode,
    limit: usize,
) -> tantivy::Result<Findings> {
    match compiler.compile(parsed, record_types, mode) {
        Some(query) => searcher.search_with_statistics_provider(&query, &Best::of(limit), statistics),
        None => Ok(Findings::default()),
    }
}

/// Record types of found documents. A column is opened once per segment, and a name read once, not once per document.
#[derive(Default)]
struct RecordTypes {
    columns: HashMap<SegmentOrdinal, Option<StrColumn>>,
    names: HashMap<(SegmentOrdinal, u64), String>,
}

impl RecordTypes {
    fn of(&mut self, searcher: &Searcher, DocAddress { segment_ord, doc_id }: DocAddress) -> tantivy::Result<String> {
        let column = match self.columns.entry(segment_ord) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(searcher.segment_reader(segment_ord).fast_fields().str(RECORD_TYPE)?),
        };
        let Some(column) = column else { return Ok(String::new()) };
        let Some(ordinal) = column.ords().first(doc_id) else { return Ok(String::new()) };
        Ok(match self.names.entry((segment_ord, ordinal)) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let mut name = String::new();
                column.ord_to_str(ordinal, &mut name)?;
                new.insert(name).clone()
            }
        })
    }
}
