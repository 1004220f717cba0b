//! The best documents for a query, without scoring all others.
//!
//! Never here: any other measure than BM25.

use super::Scores;
use super::postings::{Bm25, Postings};
use crate::affinity::text::Term;
use std::ops::Deref;

/// Postings of which one way to count is all that is asked: every count is kept as what it adds.
#[derive(Debug, PartialEq)]
pub(crate) struct Ranked {
    /// With saturated counts in its lists.
    postings: Postings,
    k1: f32,
    /// The most that a document has, by number of the term.
    most: Vec<f32>,
}

/// Terms, documents and frequencies are those of the postings.
impl Deref for Ranked {
    type Target = Postings;

    fn deref(&self) -> &Postings {
        &self.postings
    }
}

/// A term of a query with its documents: what it can add at most, and by what its saturated counts are multiplied.
struct Part<'p> {
    most: f32,
    factor: f32,
    term: Term,
    documents: &'p [(u32, f32)],
}

impl Ranked {
    pub(crate) fn new(mut postings: Postings, how: Bm25) -> Ranked {
        let mut lists = std::mem::take(&mut postings.lists);
        for (document, count) in lists.iter_mut().flatten() {
            *count = postings.saturated(*document, *count, how);
        }
        let most = lists.iter().map(|list| list.iter().map(|(_, count)| *count).fold(0.0, f32::max)).collect();
        postings.lists = lists;
        Ranked { postings, k1: how.k1, most }
    }

    /// The best `count` documents for the terms by BM25, best first; those that [`Postings::bm25`] finds, without scoring
    /// all others: the terms that can add most come first, and once the rest cannot lift a new document among the best
    /// any more, only documents that are still in question are completed (after Turtle and Flood 1995, term at a time).
    ///
    /// Exact within `whole` places of lists. A question of a hundred words and their translations, asked of a hundred thousand
    /// documents, would need many times what a search may take; then only the documents that are best by their weightiest terms are completed, and the terms
    /// that can add least are left out (an anytime ranking, after Lin and Trotman 2015). `scores` must be empty and is left so.
    pub(crate) fn best(
        &self,
        query: &[(Term, f32)],
        count: usize,
        whole: usize,
        scores: &mut Scores,
    ) -> Vec<(u32, f32)> {
        let parts = self.parts(query);
        let all: f32 = parts.iter().map(|part| part.most).sum();
        let slack = SLACK * all;
        let (mut rest, mut looked) = (all, f32::INFINITY);
        let (mut open, mut done, mut room) = (None, 0, whole);
        for part in &parts {
            if done > 0 && part.documents.len() > room {
                break;
            }
            room -= part.documents.len().min(room);
            for (document, saturated) in part.documents {
                scores.add(*document, part.factor * saturated);
            }
            done += 1;
            rest -= part.most;
            // Looking for the worst of the best costs time of its own, so only when it may have become enough.
            if done < parts.len() && rest < all - rest && rest < AGAIN * looked {
                looked = rest;
                let floor = scores.floor(count, all - rest);
                if floor > rest + slack {
                    open = Some(scores.at_least(floor - rest - slack));
                    break;
                }
            }
        }
        let mut left = &parts[done..];
        let effort = |parts: &[Part<'_>], open: usize| -> usize {
            parts.iter().map(|part| part.documents.len().min(open * STEP)).sum()
        };
        let best = if left.is_empty() {
            scores.best(count)
        } else {
            let mut open = open.unwrap_or_else(|| scores.at_least(0.0));
            if effort(left, open.len()) > room {
                open = scores.best_of(open, count + count / SPARE).into_iter().map(|(document, _)| document).collect();
                while effort(left, open.len()) > whole {
                    left = &left[..left.len() * 3 / 4];
                }
            }
            let rest = left.iter().map(|part| part.most).sum();
            let open = complete(left, open, count, rest, slack, scores);
            scores.best_of(open, count)
        };
        scores.clear();
        best
    }

    /// The terms that have documents, by what they can add, most first.
    fn parts(&self, query: &[(Term, f32)]) -> Vec<Part<'_>> {
        let part = |(term, weight): &(Term, f32)| {
            let number = self.number(*term)?;
            let factor = weight * self.idf(*term) * (self.k1 + 1.0);
            Some(Part {
                most: factor * self.most.get(number)?,
                factor,
                term: *term,
                documents: self.lists.get(number)?,
            })
        };
        let mut parts: Vec<Part<'_>> = query.iter().filter_map(part).collect();
        parts.sort_by(|a, b| b.most.total_cmp(&a.most).then(a.term.cmp(&b.term)));
        parts
    }
}

/// Adds what is left to the documents in question; those that fall too far behind on the way are given up. Returns the others.
fn complete(
    parts: &[Part<'_>],
    mut open: Vec<u32>,
    count: usize,
    mut rest: f32,
    slack: f32,
    scores: &mut Scores,
) -> Vec<u32> {
    open.sort_unstable();
    let mut looked = rest;
    for part in parts {
        if open.len() > count && rest < AGAIN * looked {
            looked = rest;
            let least = scores.floor_of(&open, count) - rest - slack;
            open.retain(|document| scores.get(*document) >= least);
        }
        if open.len() * STEP > part.documents.len() {
            part.documents.iter().for_each(|(document, saturated)| scores.raise(*document, part.factor * saturated));
        } else {
            jump(part, &open, scores);
        }
        rest -= part.most;
    }
    open
}

/// Lists are long and the documents few: jumps in growing steps.
fn jump(part: &Part<'_>, documents: &[u32], scores: &mut Scores) {
    let mut list = part.documents;
    for document in documents {
        let mut step = 1;
        while list.get(step).is_some_and(|(other, _)| other < document) {
            step *= 2;
        }
        let near = &list[..list.len().min(step + 1)];
        list = &list[near.partition_point(|(other, _)| other < document)..];
        match list.first() {
            Some((other, saturated)) if other == document => scores.add(*document, part.factor * saturated),
            Some(_) => {}
            None => break,
        }
    }
}

/// Where there is no room for all, this part more documents than are asked for are completed.
const SPARE: usize = 2;
/// Room for the rounding of sums.
const SLACK: f32 = 1e-4;
/// The worst of the best is looked for again when what is left has become this much less.
const AGAIN: f32 = 0.8;
/// A jump costs as much as so many places of a list one after the other.
const STEP: usize = 16;

#[cfg(test)]
mod tests {
    use super::super::PostingsBuilder;
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
            let how = Bm25 { k1: 0.9, b: 0.4 };
            let ranked = Ranked::new(builder.clone().finish(), how);
            let postings = builder.finish();
            let query: Vec<(Term, f32)> = query.into_iter().map(|(n, w)| (term(n), w)).collect();
            let ordered: Vec<(Term, f32)> = ranked
                .parts(&query)
                .iter()
                .filter_map(|part| query.iter().find(|(term, _)| *term == part.term).copied())
                .collect();
            let (mut all, mut some) = (Scores::new(documents.len()), Scores::new(documents.len()));
            postings.bm25(&ordered, how, &mut all);
            prop_assert_eq!(all.best(count), ranked.best(&query, count, usize::MAX, &mut some));
            prop_assert!(some.best(1).is_empty());
            // With little room fewer terms count, never more, and nothing is left behind.
            let few = ranked.best(&query, count, 7, &mut some);
            prop_assert!(few.iter().all(|(document, score)| *score <= all.get(*document) * 1.0001 + 1e-6));
            prop_assert!(some.best(1).is_empty());
        }
    }
}
