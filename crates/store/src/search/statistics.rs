//! BM25 statistics that no hidden text can move.
//!
//! tantivy would count every document of the index: deleted ones until their segment is merged, and ones that
//! the reader may not see. Both would let a score tell of text that it must not tell of. So here
//! - the number of documents is the number that the reader's keys open,
//! - the frequency of a word is counted over living documents of one circle's field; whoever may search that
//!   field may see every document with text in it,
//! - fields of named parties, where that does not hold, have one fixed frequency,
//! - the ordinary length of a field is a constant.
//!
//! Formula: BM25 (Robertson and Zaragoza 2009, doi:10.1561/1500000019), as tantivy computes it.

use super::schema::{Class, Fields};
use super::scope::Scope;
use kernel::Level;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// In fields of named parties every word counts as being in one document of this many.
const NAMED_RARITY: u64 = 50;

pub(super) struct VisibleStatistics<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    documents: u64,
}

impl<'a> VisibleStatistics<'a> {
    /// Statistics for one reader. A document with several of the reader's keys counts once per key.
    pub(super) fn new(searcher: &'a Searcher, fields: &'a Fields, scope: &Scope<'_>) -> tantivy::Result<Self> {
        let mut documents = 0;
        for key in scope.keys() {
            documents += living_documents(searcher, &scope.key_term(key))?;
        }
        Ok(VisibleStatistics { searcher, fields, documents })
    }

    /// How many documents the reader's keys open.
    pub(super) fn documents(&self) -> u64 {
        self.documents
    }
}

impl Bm25StatisticsProvider for VisibleStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let length = self.fields.place_of(field).map_or(1, |(_, class): (Level, Class)| class.ordinary_length());
        Ok(length * self.documents.max(1))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents.max(1))
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let all = self.documents.max(1);
        let frequency = match self.fields.place_of(term.field()) {
            Some((Level::Me | Level::Parties, _)) => (all / NAMED_RARITY).max(1),
            _ => living_documents(self.searcher, term)?,
        };
        // tantivy requires frequency <= documents.
        Ok(frequency.min(all))
    }
}

/// Documents with the term that are not deleted.
fn living_documents(searcher: &Searcher, term: &Term) -> tantivy::Result<u64> {
    let mut documents = 0;
    for segment in searcher.segment_readers() {
        let postings = segment.inverted_index(term.field())?;
        documents += match segment.alive_bitset() {
            None => u64::from(postings.doc_freq(term)?),
            Some(alive) => postings
                .read_postings(term, IndexRecordOption::Basic)?
                .map_or(0, |postings| u64::from(postings.doc_freq_given_deletes(alive))),
        };
    }
    Ok(documents)
}
