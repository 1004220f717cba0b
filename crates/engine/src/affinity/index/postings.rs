//! Lists of documents by term.

use super::Scores;
use crate::affinity::text::Term;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Terms are hashes already; hashing them again would only cost time.
#[derive(Debug, Default, Clone)]
pub(crate) struct TermHasher(u64);

impl Hasher for TermHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.0 = self.0.rotate_left(8) ^ u64::from(*b));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

pub(crate) type TermMap<T> = HashMap<Term, T, BuildHasherDefault<TermHasher>>;

/// How BM25 counts (Robertson and Zaragoza 2009): `k1` saturates repetition, `b` discounts long documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25 {
    pub k1: f32,
    pub b: f32,
}

/// Collects documents; see [`Postings`].
#[derive(Debug, Clone, Default)]
pub struct PostingsBuilder {
    numbers: TermMap<u32>,
    lists: Vec<Vec<(u32, f32)>>,
    lengths: Vec<f32>,
}

impl PostingsBuilder {
    /// Adds the next document; its number is the count of documents before it. Every term at most once.
    pub fn add(&mut self, terms: &[(Term, f32)]) -> u32 {
        let document = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        for (term, weight) in terms {
            let next = u32::try_from(self.lists.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(*term).or_insert(next) as usize;
            match self.lists.get_mut(number) {
                Some(list) => list.push((document, *weight)),
                None => self.lists.push(vec![(document, *weight)]),
            }
        }
        self.lengths.push(terms.iter().map(|(_, weight)| weight).sum());
        document
    }

    /// The finished lists.
    pub fn finish(self) -> Postings {
        let average = self.lengths.iter().sum::<f32>() / self.lengths.len().max(1) as f32;
        let lists = self.lists.into_iter().map(Vec::into_boxed_slice).collect();
        Postings { numbers: self.numbers, lists, lengths: self.lengths, average: average.max(1e-6) }
    }
}

/// Every term with the documents it is in, by number, and how often.
#[derive(Debug, PartialEq)]
pub struct Postings {
    numbers: TermMap<u32>,
    /// The documents of each term, rising.
    pub(super) lists: Vec<Box<[(u32, f32)]>>,
    lengths: Vec<f32>,
    average: f32,
}

impl Postings {
    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.lengths.len()
    }

    /// The number of a term among the lists.
    pub(super) fn number(&self, term: Term) -> Option<usize> {
        self.numbers.get(&term).map(|number| *number as usize)
    }

    /// The documents with a term, each with its weight there.
    pub fn list(&self, term: Term) -> &[(u32, f32)] {
        self.number(term).and_then(|number| self.lists.get(number)).map_or(&[], |list| list)
    }

    /// Inverse document frequency after Robertson and Spärck Jones, never negative; unknown terms have the highest.
    pub fn idf(&self, term: Term) -> f32 {
        let (all, with) = (self.documents() as f32, self.list(term).len() as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    /// Adds the BM25 score of every document for the terms, each times its weight in the query, to `scores`.
    pub fn bm25(&self, query: &[(Term, f32)], how: Bm25, scores: &mut Scores) {
        for (term, weight) in query {
            let factor = weight * self.idf(*term) * (how.k1 + 1.0);
            for (document, count) in self.list(*term) {
                scores.add(*document, factor * self.saturated(*document, *count, how));
            }
        }
    }

    pub(super) fn saturated(&self, document: u32, count: f32, how: Bm25) -> f32 {
        saturation(count, self.lengths[document as usize] / self.average, how)
    }

    /// The most a document of average length can get for the query: what to divide by for a score within 0 and 1.
    pub fn bm25_ceiling(&self, query: &[(Term, f32)]) -> f32 {
        query.iter().map(|(term, weight)| weight * self.idf(*term)).sum::<f32>().max(1e-6)
    }
}

/// How much a count counts, 0 to 1.
fn saturation(count: f32, long: f32, how: Bm25) -> f32 {
    count / (count + how.k1 * (1.0 - how.b + how.b * long))
}
