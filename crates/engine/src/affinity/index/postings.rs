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
        let lengths = self.lengths;
        let finished = |list: Vec<(u32, f32)>| {
            let length = |document: u32| lengths.get(document as usize).copied().unwrap_or(0.0);
            let heaviest = list.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
            let shortest = list.iter().map(|(document, _)| length(*document)).fold(f32::INFINITY, f32::min);
            List { heaviest, shortest, documents: list.into_boxed_slice() }
        };
        let lists = self.lists.into_iter().map(finished).collect();
        Postings { numbers: self.numbers, lists, lengths, average: average.max(1e-6) }
    }
}

/// The documents of a term, rising, with what bounds their scores.
#[derive(Debug)]
struct List {
    documents: Box<[(u32, f32)]>,
    heaviest: f32,
    shortest: f32,
}

/// Every term with the documents it is in, by number, and how often.
#[derive(Debug)]
pub struct Postings {
    numbers: TermMap<u32>,
    lists: Vec<List>,
    lengths: Vec<f32>,
    average: f32,
}

/// A term of a query with its documents: what it can add at most, and by what its saturated count is multiplied.
struct Part<'p> {
    most: f32,
    factor: f32,
    term: Term,
    documents: &'p [(u32, f32)],
}

impl Postings {
    /// Number of documents.
    pub fn documents(&self) -> usize {
        self.lengths.len()
    }

    fn entry(&self, term: Term) -> Option<&List> {
        self.lists.get(*self.numbers.get(&term)? as usize)
    }

    /// The documents with a term, each with its weight there.
    pub fn list(&self, term: Term) -> &[(u32, f32)] {
        self.entry(term).map_or(&[], |list| &list.documents)
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

    fn saturated(&self, document: u32, count: f32, how: Bm25) -> f32 {
        saturation(count, self.lengths[document as usize] / self.average, how)
    }

    /// The best `count` documents for the terms by BM25, best first; exactly those that [`Self::bm25`] finds, without scoring
    /// all others: the terms that can add most come first, and once the rest cannot lift a new document among the best
    /// any more, only documents that are still in question are completed (after Turtle and Flood 1995, term at a time). `scores`
    /// must be empty and is left so.
    pub fn best(&self, query: &[(Term, f32)], how: Bm25, count: usize, scores: &mut Scores) -> Vec<(u32, f32)> {
        let parts = self.parts(query, how);
        let mut rest: f32 = parts.iter().map(|part| part.most).sum::<f32>() * ROUNDING;
        let (mut done, mut looked) = (0.0_f32, f32::INFINITY);
        for (at, part) in parts.iter().enumerate() {
            for (document, weight) in part.documents {
                scores.add(*document, part.factor * self.saturated(*document, *weight, how));
            }
            rest -= part.most;
            done += part.most;
            // Looking for the worst of the best costs time of its own, so only when it may have become enough.
            if at + 1 < parts.len() && rest < done && rest < 0.8 * looked {
                looked = rest;
                let floor = scores.floor(count);
                if floor > rest + SLACK * (done + rest) {
                    self.complete(&parts[at + 1..], how, scores.at_least(floor - rest - SLACK * (done + rest)), scores);
                    break;
                }
            }
        }
        let best = scores.best(count);
        scores.clear();
        best
    }

    fn complete(&self, parts: &[Part<'_>], how: Bm25, mut documents: Vec<u32>, scores: &mut Scores) {
        documents.sort_unstable();
        for part in parts {
            let mut list = part.documents;
            for document in &documents {
                // Lists are long and the documents few: jump in growing steps.
                let mut step = 1;
                while list.get(step).is_some_and(|(other, _)| other < document) {
                    step *= 2;
                }
                let near = &list[..list.len().min(step + 1)];
                let at = near.partition_point(|(other, _)| other < document);
                list = &list[at..];
                if let Some((other, weight)) = list.first()
                    && other == document
                {
                    scores.add(*document, part.factor * self.saturated(*document, *weight, how));
                }
            }
        }
    }

    /// The terms that have documents, by what they can add, most first.
    fn parts(&self, query: &[(Term, f32)], how: Bm25) -> Vec<Part<'_>> {
        let part = |(term, weight): &(Term, f32)| {
            let list = self.entry(*term)?;
            let factor = weight * self.idf(*term) * (how.k1 + 1.0);
            let most = factor * saturation(list.heaviest, list.shortest / self.average, how);
            Some(Part { most, factor, term: *term, documents: &list.documents })
        };
        let mut parts: Vec<Part<'_>> = query.iter().filter_map(part).collect();
        parts.sort_by(|a, b| b.most.total_cmp(&a.most).then(a.term.cmp(&b.term)));
        parts
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

/// Room for the rounding of sums.
const ROUNDING: f32 = 1.0 + 1e-5;
const SLACK: f32 = 1e-5;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Documents with counts by number of the term.
    fn documents() -> impl Strategy<Value = Vec<Vec<(u64, u8)>>> {
        let document = prop::collection::btree_map(0_u64..40, 1_u8..6, 0..12);
        prop::collection::vec(document.prop_map(|terms| terms.into_iter().collect()), 1..120)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn the_best_are_those_of_scoring_everything(
            documents in documents(),
            query in prop::collection::btree_map(0_u64..45, 0.1_f32..3.0, 1..20),
            count in 1_usize..20,
        ) {
            let term = |n: u64| Term(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            let mut builder = PostingsBuilder::default();
            for document in &documents {
                // Frequent terms and rare ones, as in language.
                let terms: Vec<(Term, f32)> = document.iter().map(|(n, c)| (term(n * n / 40), f32::from(*c))).collect();
                let mut terms: Vec<(Term, f32)> = terms;
                terms.sort_by_key(|(term, _)| *term);
                terms.dedup_by_key(|(term, _)| *term);
                builder.add(&terms);
            }
            let postings = builder.finish();
            let how = Bm25 { k1: 0.9, b: 0.4 };
            let query: Vec<(Term, f32)> = query.into_iter().map(|(n, w)| (term(n), w)).collect();
            let ordered: Vec<(Term, f32)> = postings
                .parts(&query, how)
                .iter()
                .filter_map(|part| query.iter().find(|(term, _)| *term == part.term).copied())
                .collect();
            let (mut all, mut some) = (Scores::new(documents.len()), Scores::new(documents.len()));
            postings.bm25(&ordered, how, &mut all);
            prop_assert_eq!(all.best(count), postings.best(&query, how, count, &mut some));
            prop_assert!(some.best(1).is_empty());
        }
    }
}
