//! Collects the best documents of a query: by score, then by id, so that the order never depends on how the
//! index happens to be cut into segments.

use super::schema::{ID_HIGH, ID_LOW};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};
use uuid::Uuid;

/// Scores are rounded to this fraction. The order in which tantivy adds up the parts of a score depends on
/// the lengths of postings; rounding keeps the last bits of that sum from being seen.
const SCORE_STEPS: f32 = 1024.0;

/// A found document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) score: f32,
    pub(super) id: Uuid,
    pub(super) address: DocAddress,
}

impl Eq for Found {}

impl Ord for Found {
    /// Greater is better.
    fn cmp(&self, other: &Found) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.id.cmp(&self.id))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Found) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best `limit` documents, and how many matched in all.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// Best first.
    pub(super) best: Vec<Found>,
    pub(super) total: usize,
}

pub(super) struct Best {
    limit: usize,
}

impl Best {
    pub(super) fn of(limit: usize) -> Best {
        Best { limit }
    }
}

pub(super) struct SegmentBest {
    limit: usize,
    segment: SegmentOrdinal,
    id_high: Column<u64>,
    id_low: Column<u64>,
    heap: BinaryHeap<Reverse<Found>>,
    total: usize,
}

impl SegmentBest {
    fn id_of(&self, doc: DocId) -> Uuid {
        Uuid::from_u64_pair(self.id_high.first(doc).unwrap_or(0), self.id_low.first(doc).unwrap_or(0))
    }
}

impl SegmentCollector for SegmentBest {
    type Fruit = (Vec<Found>, usize);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let score = (score * SCORE_STEPS).round() / SCORE_STEPS;
        let full = self.heap.len() >= self.limit;
        if full && self.heap.peek().is_none_or(|worst| score < worst.0.score) {
            return;
        }
        let found = Found { score, id: self.id_of(doc), address: DocAddress::new(self.segment, doc) };
        if full {
            if self.heap.peek().is_some_and(|worst| found > worst.0) {
                self.heap.pop();
                self.heap.push(Reverse(found));
            }
        } else {
            self.heap.push(Reverse(found));
        }
    }

    fn harvest(self) -> (Vec<Found>, usize) {
        (self.heap.into_iter().map(|Reverse(found)| found).collect(), self.total)
    }
}

impl Collector for Best {
    type Fruit = Findings;
    type Child = SegmentBest;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentBest> {
        let fast = reader.fast_fields();
        let (id_high, id_low) = (fast.u64(ID_HIGH)?, fast.u64(ID_LOW)?);
        Ok(SegmentBest { limit: self.limit, segment, id_high, id_low, heap: BinaryHeap::new(), total: 0 })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<(Vec<Found>, usize)>) -> tantivy::Result<Findings> {
        let total = fruits.iter().map(|(_, total)| total).sum();
        let mut best: Vec<Found> = fruits.into_iter().flat_map(|(found, _)| found).collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(self.limit);
        Ok(Findings { best, total })
    }
}
