//! A person is a set of works. How well somebody knows a subject: the works ranked by how close they are to it, summed with each
//! divided by the square root of its rank, so that several close works count more than one, and many far ones little.

use super::{Profile, Request, Task, by_id, write_answer};
use crate::affinity::Analyzer;
use crate::affinity::index::{Bm25, Postings, PostingsBuilder, Scores};
use crate::affinity::text::Term;

/// How the parts of a person's closeness are weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weights {
    cosine: f32,
    bm25: f32,
    /// Power of the rank by which a work is divided.
    decay: f32,
}

const WEIGHTS: Weights = Weights { cosine: 3.0, bm25: 1.0, decay: 0.5 };
const BM25: Bm25 = Bm25 { k1: 1.2, b: 0.75 };

pub(super) fn rank(task: &Task, analyzer: &Analyzer<'_>) -> String {
    let ids = by_id(task);
    let mut builder = PostingsBuilder::default();
    let mut terms: Vec<Vec<(Term, f32)>> = Vec::new();
    let mut of_profile: Vec<Vec<u32>> = Vec::new();
    for profile in &task.profiles {
        let texts = texts_of(profile);
        of_profile.push(
            texts
                .iter()
                .map(|text| {
                    let found = analyzer.native_terms(text);
                    let number = builder.add(&found);
                    terms.push(found);
                    number
                })
                .collect(),
        );
    }
    let postings = builder.finish();
    let vectors: Vec<Vec<(Term, f32)>> = terms.iter().map(|terms| unit_vector(terms, &postings)).collect();
    let mut out = String::new();
    let mut scores = Scores::new(postings.documents());
    for request in &task.requests {
        let Request::Rank { id, subject, candidates } = request else { continue };
        let Some(own) = ids.get(subject.as_str()).and_then(|i| of_profile.get(*i)) else { continue };
        for candidate in candidates {
            let wanted = ids.get(candidate.as_str()).and_then(|i| of_profile.get(*i)).map(Vec::as_slice).unwrap_or(&[]);
            let mut best = 0.0_f32;
            for text in wanted {
                let at = *text as usize;
                scores.clear();
                postings.bm25(&terms[at], BM25, &mut scores);
                let ceiling = postings.bm25_ceiling(&terms[at]);
                let cosine: Vec<f32> = own.iter().map(|w| dot(&vectors[at], &vectors[*w as usize])).collect();
                let bm25: Vec<f32> = own.iter().map(|w| scores.get(*w) / ceiling).collect();
                let score = WEIGHTS.cosine * ranked(cosine) + WEIGHTS.bm25 * ranked(bm25);
                best = best.max(score);
            }
            write_answer(&mut out, id, candidate, best);
        }
    }
    out
}

/// Every work, and the profile's own words as one more text.
fn texts_of(profile: &Profile) -> Vec<String> {
    let works = profile.works.iter().map(|work| format!("{}\n{}\n{}", work.title, work.title, work.text));
    let own = profile.document();
    let alone = Profile { works: Vec::new(), ..profile.clone() }.document().text;
    let mut texts: Vec<String> = works.collect();
    if texts.is_empty() {
        texts.push([own.names.join("\n"), alone].join("\n"));
    } else if !alone.trim().is_empty() {
        texts.push(alone);
    }
    texts
}

fn unit_vector(terms: &[(Term, f32)], postings: &Postings) -> Vec<(Term, f32)> {
    let weighted: Vec<(Term, f32)> =
        terms.iter().map(|(t, n)| (*t, (1.0 + n.max(1e-3).ln()).max(0.1) * postings.idf(*t))).collect();
    let norm = weighted.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(1e-6);
    weighted.into_iter().map(|(t, w)| (t, w / norm)).collect()
}

/// Dot product of two lists that are sorted by term.
fn dot(a: &[(Term, f32)], b: &[(Term, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                sum += x.1 * y.1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    sum
}

fn ranked(mut values: Vec<f32>) -> f32 {
    values.sort_by(|a, b| b.total_cmp(a));
    values.iter().enumerate().map(|(rank, v)| v / (rank as f32 + 1.0).powf(WEIGHTS.decay)).sum()
}
