//! The best documents for a query, without scoring all others.
//!
//! Never here: any other measure than BM25.

use super::postings::{Bm25, Postings, TermHasher};
use crate::affinity::text::Term;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Deref;

/// Postings of which one way to count is all that is asked: every count is kept as what it adds.
#[derive(Debug, PartialEq)]
pub(crate) struct Ranked {
    /// With saturated counts in its lists.
    postings: Postings,
    k1: f32,
    /// The most that a document has, by number of the term.
    most: Vec<f32>,
    /// Of the terms that many documents have, by number of the term.
    marks: HashMap<u32, Marks, BuildHasherDefault<TermHasher>>,
}

/// Which documents are in a long list: a bit for each, and how many come before each word of bits. Whether a document is in
/// the list, and where, takes one look each, which do not wait for each other.
#[derive(Debug, PartialEq)]
struct Marks {
    bits: Box<[u64]>,
    before: Box<[u32]>,
}

impl Marks {
    fn new(list: &[(u32, f32)], documents: usize) -> Marks {
        let mut bits = vec![0_u64; documents.div_ceil(64)];
        list.iter().for_each(|(document, _)| bits[*document as usize / 64] |= 1 << (document % 64));
        let mut sum = 0;
        let before = bits.iter().map(|bits| sum_before(&mut sum, bits.count_ones())).collect();
        Marks { bits: bits.into(), before }
    }

    /// The place of a document that is in the list.
    #[inline]
    fn place(&self, document: u32) -> Option<usize> {
        let (word, bit) = (document as usize / 64, document % 64);
        let bits = self.bits.get(word)?;
        let before = self.before[word] as usize + (bits & ((1 << bit) - 1)).count_ones() as usize;
        (bits >> bit & 1 != 0).then_some(before)
    }

    /// How many places come before a document at the beginning of a word of bits.
    fn from(&self, document: usize, all: usize) -> usize {
        self.before.get(document / 64).map_or(all, |before| *before as usize)
    }
}

fn sum_before(sum: &mut u32, next: u32) -> u32 {
    *sum += next;
    *sum - next
}

/// Terms, documents and frequencies are those of the postings.
impl Deref for Ranked {
    type Target = Postings;

    fn deref(&self) -> &Postings {
        &self.postings
    }
}

/// A term of a query: what it can add at most, by what its saturated counts are multiplied, and its documents.
struct Part<'p> {
    most: f32,
    factor: f32,
    term: Term,
    documents: &'p [(u32, f32)],
    marks: Option<&'p Marks>,
    /// Where those of the stretch at hand are: first and last + 1.
    here: (usize, usize),
    /// What this term and those after it can add in the stretch at hand.
    rest: f32,
}

impl<'p> Part<'p> {
    fn here(&self) -> &'p [(u32, f32)] {
        &self.documents[self.here.0..self.here.1]
    }
}

impl Ranked {
    pub(crate) fn new(mut postings: Postings, how: Bm25) -> Ranked {
        let mut lists = std::mem::take(&mut postings.lists);
        for (document, count) in lists.iter_mut().flatten() {
            *count = postings.saturated(*document, *count, how);
        }
        let most = lists.iter().map(|list| list.iter().map(|(_, count)| *count).fold(0.0, f32::max)).collect();
        let documents = postings.documents();
        let long = lists.iter().enumerate().filter(|(_, list)| list.len() >= (documents / LONG).max(64));
        let marks = long.map(|(number, list)| (number as u32, Marks::new(list, documents))).collect();
        postings.lists = lists;
        Ranked { postings, k1: how.k1, most, marks }
    }

    /// The best `count` documents for the terms by BM25, best first: exactly those that [`Postings::bm25`] finds, without scoring
    /// all others.
    ///
    /// Documents are looked at in stretches whose sums stay in the innermost cache (after Strohman and Croft 2007). In each,
    /// the terms that can add most come first; once the rest cannot lift a new document among the best that are known, only documents
    /// that are still in question are completed (MaxScore: Turtle and Flood 1995).
    pub(crate) fn best(&self, query: &[(Term, f32)], count: usize) -> Vec<(u32, f32)> {
        self.best_by(query, count, STRETCH)
    }

    fn best_by(&self, query: &[(Term, f32)], count: usize, stretch: usize) -> Vec<(u32, f32)> {
        let mut parts = self.parts(query);
        let documents = self.documents();
        let mut sums = vec![0.0; stretch.min(documents)];
        let mut best = Best { count, least: 0.0, found: Vec::new() };
        let slack = SLACK * parts.iter().map(|part| part.most).sum::<f32>();
        let mut open = Vec::new();
        for first in (0..documents).step_by(stretch) {
            advance(&mut parts, first + stretch);
            if parts.first().is_some_and(|part| part.rest > 0.0 && part.rest + slack >= best.least) {
                look(&parts, first as u32, slack, &mut sums, &mut open, &mut best);
            }
        }
        best.found.sort_unstable_by(order);
        best.found
    }

    /// The terms that have documents, by what they can add for each place that has to be read.
    fn parts(&self, query: &[(Term, f32)]) -> Vec<Part<'_>> {
        let part = |(term, weight): &(Term, f32)| {
            let number = self.number(*term)?;
            let factor = weight * self.idf(*term) * (self.k1 + 1.0);
            Some(Part {
                most: factor * self.most.get(number)?,
                factor,
                term: *term,
                documents: self.lists.get(number)?,
                marks: self.marks.get(&(number as u32)),
                here: (0, 0),
                rest: 0.0,
            })
        };
        let mut parts: Vec<Part<'_>> = query.iter().filter_map(part).collect();
        let worth = |part: &Part<'_>| part.most / part.documents.len() as f32;
        parts.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.term.cmp(&b.term)));
        parts
    }
}

/// The best documents so far; the worst of them is what others have to reach.
struct Best {
    count: usize,
    least: f32,
    found: Vec<(u32, f32)>,
}

impl Best {
    fn cut(&mut self) {
        if let Some(last) = self.count.checked_sub(1).filter(|last| *last < self.found.len()) {
            self.least = self.found.select_nth_unstable_by(last, order).1.1;
        }
        self.found.truncate(self.count);
    }
}

/// Best first; equal scores in the order of the documents.
fn order(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// Goes to the stretch that ends before the document `end`.
fn advance(parts: &mut [Part<'_>], end: usize) {
    let mut rest = 0.0;
    for part in parts.iter_mut().rev() {
        let (from, all) = (part.here.1, part.documents.len());
        let to = match part.marks {
            Some(marks) if end.is_multiple_of(64) => marks.from(end, all),
            _ => from + before(&part.documents[from..], end as u32),
        };
        part.here = (from, to);
        if from < to {
            rest += part.most;
        }
        part.rest = rest;
    }
}

/// How many documents come before this one: steps that grow, then halves.
fn before(list: &[(u32, f32)], document: u32) -> usize {
    let mut step = 1;
    while list.get(step).is_some_and(|(other, _)| *other < document) {
        step *= 2;
    }
    let near = &list[..list.len().min(step + 1)];
    let known = step / 2;
    near.get(known..).map_or(0, |near| known + near.partition_point(|(other, _)| *other < document))
}

/// Takes the documents of one stretch among the best that belong there. `sums` must be zero and is left so.
fn look(parts: &[Part<'_>], first: u32, slack: f32, sums: &mut [f32], open: &mut Vec<u32>, best: &mut Best) {
    let mut done = 0;
    let mut places = 0;
    while let Some(part) = parts.get(done).filter(|part| part.rest + slack >= best.least) {
        add(part, first, sums);
        places += part.here().len();
        done += 1;
    }
    let (new, left) = parts.split_at(done);
    let mut rest = left.first().map_or(0.0, |part| part.rest);
    let least = (best.least - rest - slack).max(f32::MIN_POSITIVE);
    open.clear();
    let few = places * FEW < sums.len();
    if few {
        let documents = new.iter().flat_map(|part| part.here()).map(|(document, _)| document - first);
        open.extend(documents.filter(|at| sums[*at as usize] >= least));
        open.sort_unstable();
        open.dedup();
    } else {
        collect(sums, least, open);
    }
    let mut all = false;
    for part in left.iter().filter(|part| !part.here().is_empty()) {
        if part.rest < AGAIN * rest {
            rest = part.rest;
            keep(open, |at| sums[at as usize] + rest + slack >= best.least);
        }
        if open.len() * STEP > part.here().len() {
            add(part, first, sums);
            all = true;
        } else {
            jump(part, first, open, sums);
        }
    }
    let scored = open.iter().map(|at| (first + at, sums[*at as usize]));
    best.found.extend(scored.filter(|(_, score)| *score >= best.least));
    best.cut();
    if few && !all {
        new.iter().flat_map(|part| part.here()).for_each(|(document, _)| sums[(document - first) as usize] = 0.0);
    } else {
        sums.fill(0.0);
    }
}

fn add(part: &Part<'_>, first: u32, sums: &mut [f32]) {
    for (document, saturated) in part.here() {
        sums[(document - first) as usize] += part.factor * saturated;
    }
}

/// Which sums are at least so much.
fn collect(sums: &[f32], least: f32, open: &mut Vec<u32>) {
    for (number, sums) in sums.chunks(LOOK).enumerate() {
        if sums.iter().fold(false, |any, sum| any | (*sum >= least)) {
            let (mut these, mut found) = ([0; LOOK], 0);
            for (at, sum) in sums.iter().enumerate() {
                these[found] = (number * LOOK + at) as u32;
                found += usize::from(*sum >= least);
            }
            open.extend_from_slice(&these[..found]);
        }
    }
}

/// Keeps some, in order. Whether one stays is hard to foresee, so nothing depends on it but a number.
fn keep(open: &mut Vec<u32>, stays: impl Fn(u32) -> bool) {
    let mut kept = 0;
    for at in 0..open.len() {
        let one = open[at];
        open[kept] = one;
        kept += usize::from(stays(one));
    }
    open.truncate(kept);
}

/// Lists are long and the documents few: looked up one by one, or jumps in growing steps.
fn jump(part: &Part<'_>, first: u32, open: &[u32], sums: &mut [f32]) {
    if let Some(marks) = part.marks {
        // Where they are first, then what they have: looks that do not wait for each other.
        for group in open.chunks(GROUP) {
            let (mut places, mut found) = ([(0, 0); GROUP], 0);
            for at in group {
                let place = marks.place(first + at);
                places[found] = (*at, place.unwrap_or(0));
                found += usize::from(place.is_some());
            }
            for (at, place) in &places[..found] {
                sums[*at as usize] += part.factor * part.documents[*place].1;
            }
        }
        return;
    }
    let mut list = part.here();
    for at in open {
        list = &list[before(list, first + at)..];
        match list.first() {
            Some((other, saturated)) if *other == first + at => sums[*at as usize] += part.factor * saturated,
            Some(_) => {}
            None => break,
        }
    }
}

/// Documents of a stretch: their sums fill the innermost cache of most machines.
const STRETCH: usize = 1 << 13;
/// A list with a document of so many is long.
const LONG: usize = 64;
/// Room for the rounding of sums.
const SLACK: f32 = 1e-4;
/// Documents in question are looked through again when what is left has become this much less.
const AGAIN: f32 = 0.9;
/// A jump costs as much as so many places of a list one after the other.
const STEP: usize = 16;
/// Documents that are looked up together.
const GROUP: usize = 32;
/// A stretch with so many times fewer places than documents is not looked through as a whole.
const FEW: usize = 64;
/// Sums that are compared at once.
const LOOK: usize = 8;

#[cfg(test)]
mod tests {
    use super::super::{PostingsBuilder, Scores};
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
            stretch in prop_oneof![1_usize..40, Just(64)],
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
            let how = Bm25 { k1: 0.9, b: 0.4 };
            let ranked = Ranked::new(builder.clone().finish(), how);
            let postings = builder.finish();
            let query: Vec<(Term, f32)> = query.into_iter().map(|(n, w)| (term(n), w)).collect();
            let ordered: Vec<(Term, f32)> = ranked
                .parts(&query)
                .iter()
                .filter_map(|part| query.iter().find(|(term, _)| *term == part.term).copied())
                .collect();
            let mut all = Scores::new(documents.len());
            postings.bm25(&ordered, how, &mut all);
            // Whatever is read at once, however rare what is looked up, documents and scores are the same.
            prop_assert_eq!(&all.best(count), &ranked.best(&query, count));
            prop_assert_eq!(&all.best(count), &ranked.best_by(&query, count, stretch));
        }
    }
}
