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
}

pub(crate) type TermMap<T> = HashMap<Term, T, BuildHasherDefault<TermHasher>>;

/// How BM25 counts (Robertson and Zaragoza 2009): `k1` saturates repetition, `b` discounts long documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bm25 {
    pub k1: f32,
    pub b: f32,
}

/// Collects documents; see [`Postings`].
#[derive(Debug, Default)]
pub struct PostingsBuilder {
    numbers: TermMap<u32>,
    entries: Vec<(u32, u32, f32)>,
    lengths: Vec<f32>,
}

impl PostingsBuilder {
    /// Adds the next document; its number is the count of documents before it. Every term at most once.
    pub fn add(&mut self, terms: &[(Term, f32)]) -> u32 {
        let document = u32::try_from(self.lengths.len()).unwrap_or(u32::MAX);
        for (term, weight) in terms {
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(*term).or_insert(next);
            self.entries.push((number, document, *weight));
        }
        self.lengths.push(terms.iter().map(|(_, weight)| weight).sum());
        document
    }

    /// The finished lists.
    pub fn finish(self) -> Postings {
        let mut starts = vec![0_u32; self.numbers.len() + 1];
        self.entries.iter().for_each(|(number, ..)| starts[*number as usize + 1] += 1);
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut lists = vec![(0_u32, 0.0_f32); self.entries.len()];
        for (number, document, weight) in self.entries {
            let at = &mut next[number as usize];
            lists[*at as usize] = (document, weight);
            *at += 1;
        }
        let average = self.lengths.iter().sum::<f32>() / self.lengths.len().max(1) as f32;
        Postings { numbers: self.numbers, starts, lists, lengths: self.lengths, average: average.max(1e-6) }
    }
}

/// Every term with the documents it is in, by number, and how often.
#[derive(Debug)]
pub struct Postings {
    numbers: TermMap<u32>,
    starts: Vec<u32>,
    lists: Vec<(u32, f32)>,
    lengths: Vec<f32>,
    average: f32,
}

impl Postings {
    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.lengths.len()
    }

    /// The documents with a term, each with its weight there.
    pub fn list(&self, term: Term) -> &[(u32, f32)] {
        let Some(number) = self.numbers.get(&term).map(|n| *n as usize) else { return &[] };
        let (from, to) = (self.starts[number] as usize, self.starts[number + 1] as usize);
        self.lists.get(from..to).unwrap_or(&[])
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
                let long = self.lengths[*document as usize] / self.average;
                scores.add(*document, factor * count / (count + how.k1 * (1.0 - how.b + how.b * long)));
            }
        }
    }

    /// The most a document of average length can get for the query: what to divide by for a score within 0 and 1.
    pub fn bm25_ceiling(&self, query: &[(Term, f32)]) -> f32 {
        query.iter().map(|(term, weight)| weight * self.idf(*term)).sum::<f32>().max(1e-6)
    }
}
