//! The best few of a stream, in an order that does not depend on the order of arrival.

use super::party::Id;

/// A suggested party.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suggestion {
    /// Index of the party in the corpus.
    pub party: u32,
    /// The score.
    pub score: f32,
}

/// The best `k` so far, best first; of equal scores the smaller id first.
#[derive(Debug, Clone, Default)]
pub(crate) struct TopList {
    entries: Vec<(f32, Id, u32)>,
}

impl TopList {
    /// Whether something with this score could enter.
    #[inline]
    pub fn floor(&self, k: usize) -> f32 {
        if self.entries.len() < k { f32::NEG_INFINITY } else { self.entries.last().map_or(f32::INFINITY, |e| e.0) }
    }

    #[inline]
    pub fn push(&mut self, k: usize, score: f32, id: Id, party: u32) {
        if score < self.floor(k) {
            return;
        }
        let at = self.entries.partition_point(|e| e.0 > score || (e.0 == score && e.1 < id));
        if at < k {
            self.entries.truncate(k - 1);
            self.entries.insert(at, (score, id, party));
        }
    }

    pub fn merge(&mut self, k: usize, other: &Self) {
        for (score, id, party) in &other.entries {
            self.push(k, *score, *id, *party);
        }
    }

    pub fn suggestions(&self) -> Vec<Suggestion> {
        self.entries.iter().map(|(score, _, party)| Suggestion { party: *party, score: *score }).collect()
    }
}
