//! Writes documents into the index: one commit per update, with the position in the change feed inside it.
//!
//! Never here: which documents to write.

use super::schema::{Class, Fields};
use super::{Document, Passage};
use kernel::Level;
use kernel::audience::Key;
use kernel::{Error, Result};
use tantivy::index::SegmentId;
use tantivy::indexer::{IndexWriter, IndexWriterOptions, LogMergePolicy};
use tantivy::{Index, SegmentMeta, TantivyDocument, Term};
use uuid::Uuid;

/// Memory for documents on their way to disk; tantivy's least.
const WRITER_MEMORY_BYTES: usize = 15_000_000;
/// Segments of one size that are merged into the next. Few, because every search looks into every segment.
const SEGMENTS_PER_MERGE: usize = 4;
/// Segments below this many documents count as one size. Small, so that single edits are merged with each other
/// and not with thousands of documents each time.
const SMALLEST_LAYER_DOCUMENTS: u32 = 200;
/// Segments beyond this many documents are left alone, which bounds the work and disk space of a merge.
const LARGEST_MERGED_DOCUMENTS: usize = 200_000;
/// Between the level and the text of a stored head.
pub(super) const HEAD_SEPARATOR: char = '\u{1f}';
/// Longest head kept for typeahead, in bytes.
const MAX_HEAD_BYTES: usize = 400;

/// A writer with one thread for documents and one for merges.
pub(super) fn writer(index: &Index) -> Result<IndexWriter> {
    let options = IndexWriterOptions::builder()
        .memory_budget_per_thread(WRITER_MEMORY_BYTES)
        .num_worker_threads(1)
        .num_merge_threads(1)
        .build();
    let writer: IndexWriter = index.writer_with_options(options).map_err(Error::internal)?;
    let mut merging = LogMergePolicy::default();
    merging.set_min_num_segments(SEGMENTS_PER_MERGE);
    merging.set_min_layer_size(SMALLEST_LAYER_DOCUMENTS);
    merging.set_max_docs_before_merge(LARGEST_MERGED_DOCUMENTS);
    merging.set_del_docs_ratio_before_merge(0.3);
    writer.set_merge_policy(Box::new(merging));
    Ok(writer)
}

/// The segments that a merge may take.
pub(super) fn mergeable(index: &Index) -> tantivy::Result<Vec<SegmentId>> {
    let small = |meta: &SegmentMeta| meta.num_docs() as usize <= LARGEST_MERGED_DOCUMENTS;
    Ok(index.searchable_segment_metas()?.iter().filter(|meta| small(meta)).map(SegmentMeta::id).collect())
}

/// Replaces and removes documents in one commit. On error nothing is changed.
pub(super) fn write(
    writer: &mut IndexWriter,
    fields: &Fields,
    upserts: &[Document],
    deletes: &[Uuid],
    feed_seq: i64,
) -> tantivy::Result<()> {
    for id in deletes {
        writer.delete_term(id_term(fields, *id));
    }
    for document in upserts {
        writer.delete_term(id_term(fields, document.id));
        writer.add_document(tantivy_document(fields, document))?;
    }
    commit(writer, feed_seq)
}

/// Removes everything in one commit.
pub(super) fn clear(writer: &mut IndexWriter, feed_seq: i64) -> tantivy::Result<()> {
    writer.delete_all_documents()?;
    commit(writer, feed_seq)
}

fn commit(writer: &mut IndexWriter, feed_seq: i64) -> tantivy::Result<()> {
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&feed_seq.to_string());
    commit.commit()?;
    Ok(())
}

fn id_term(fields: &Fields, id: Uuid) -> Term {
    Term::from_field_bytes(fields.id, id.as_bytes())
}

fn tantivy_document(fields: &Fields, document: &Document) -> TantivyDocument {
    let mut out = TantivyDocument::default();
    let (high, low) = document.id.as_u64_pair();
    out.add_bytes(fields.id, document.id.as_bytes());
    out.add_u64(fields.id_high, high);
    out.add_u64(fields.id_low, low);
    out.add_text(fields.record_type, &document.record_type);
    for key in &document.keys {
        out.add_text(fields.keys, key.to_string());
    }
    let widest = widest_level(&document.keys);
    for passage in document.passages.iter().filter(|passage| !passage.text.trim().is_empty()) {
        add_passage(&mut out, fields, passage, passage.level.min(widest));
    }
    out
}

fn add_passage(out: &mut TantivyDocument, fields: &Fields, passage: &Passage, level: Level) {
    let class = Class::of(passage.weight);
    out.add_text(fields.text(level, class), &passage.text);
    if class == Class::Head {
        let head = super::folding::cut(&passage.text, MAX_HEAD_BYTES);
        out.add_text(fields.heads, format!("{}{HEAD_SEPARATOR}{head}", level.code()));
    }
}

/// The widest circle that the keys open. A passage is never filed wider than its record: whoever searches
/// the field of a circle may then see every document in it, on which the word statistics rely.
fn widest_level(keys: &[Key]) -> Level {
    let level_of = |key: &Key| match key {
        Key::Level(level) => *level,
        Key::Party(_) => Level::Parties,
        Key::Account(_) => Level::Me,
    };
    keys.iter().map(level_of).max().unwrap_or(Level::Me)
}
