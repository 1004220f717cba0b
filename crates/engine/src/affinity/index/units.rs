//! The units of a passage in the numbers of one index, ready to be laid beside those of a query.

use super::Postings;
use crate::affinity::analyzer::Unit;
use crate::affinity::text::Term;

/// One way to say a unit.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) weight: f32,
    /// First and last + 1 in [`Line::terms`].
    pub(super) terms: (u32, u32),
    /// Sum of the inverse document frequencies of the terms.
    pub(super) mass: f32,
}

/// One unit.
#[derive(Debug, Clone)]
pub(super) struct Word {
    /// How much the unit says: the inverse document frequency of its likeliest way.
    pub(super) mass: f32,
    /// First and last + 1 in [`Line::ways`].
    pub(super) ways: (u32, u32),
    pub(super) sounds: Vec<String>,
}

/// The units of one passage or query, flat.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    pub(super) ways: Vec<Way>,
    /// A term and its inverse document frequency.
    pub(super) terms: Vec<(Term, f32)>,
    /// Terms that one word alone says: term, weight, number of the word; sorted by term.
    pub(super) single: Vec<(Term, f32, u32)>,
    /// Sum of the masses.
    pub(super) mass: f32,
}

/// What a word weighs that no index knows.
const UNKNOWN_SHARE: f32 = 0.7;

impl Line {
    /// The first `limit` units.
    pub(super) fn new(units: &[Unit], postings: &Postings, limit: usize) -> Line {
        let mut line = Line::default();
        let rarest = postings.idf(Term(0));
        for unit in units.iter().take(limit) {
            let number = line.words.len() as u32;
            let first_way = line.ways.len() as u32;
            let mut heaviest = 0.0_f32;
            let mut known = 0.0_f32;
            for choice in &unit.choices {
                let first = line.terms.len() as u32;
                line.terms.extend(choice.terms.iter().map(|term| (*term, postings.idf(*term))));
                let terms = (first, line.terms.len() as u32);
                let idfs = &line.terms[first as usize..];
                let mass: f32 = idfs.iter().map(|(_, idf)| idf).sum();
                if choice.weight > heaviest {
                    heaviest = choice.weight;
                    known = idfs.iter().map(|(_, idf)| *idf).fold(0.0, f32::max);
                }
                if let [term] = choice.terms[..] {
                    line.single.push((term, choice.weight, number));
                }
                line.ways.push(Way { weight: choice.weight, terms, mass: mass.max(1e-6) });
            }
            let mass = if unit.choices.is_empty() { rarest * UNKNOWN_SHARE } else { known };
            line.mass += mass;
            let sounds = unit.sounds.clone();
            line.words.push(Word { mass, ways: (first_way, line.ways.len() as u32), sounds });
        }
        line.single.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        line
    }

    pub(super) fn ways_of(&self, word: &Word) -> &[Way] {
        self.ways.get(word.ways.0 as usize..word.ways.1 as usize).unwrap_or(&[])
    }

    pub(super) fn terms_of(&self, way: &Way) -> &[(Term, f32)] {
        self.terms.get(way.terms.0 as usize..way.terms.1 as usize).unwrap_or(&[])
    }

    /// The words that say a term by themselves, surest first.
    pub(super) fn saying(&self, term: Term) -> &[(Term, f32, u32)] {
        let from = self.single.partition_point(|s| s.0 < term);
        let length = self.single[from..].iter().take_while(|s| s.0 == term).count();
        &self.single[from..from + length]
    }
}
