//! Lays the words of two texts beside each other: which word of one says what which word of the other says.
//!
//! A word with several translations counts by its best one, not by their sum (the synonym operator of structured queries,
//! Pirkola 1998), and a translation of several words only as far as all of them are there. What stays unmatched on
//! either side lowers the score (the ratio model of Tversky 1977).
//!
//! What a word of a passage has to do with a query is worked out once per query, however many passages have the word.

use super::postings::{TermHasher, TermMap};
use super::sounds::align_sounds;
use super::units::{Line, hint_of};
use crate::affinity::text::Term;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// How unmatched words count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Weight of what the query says and the passage does not.
    pub query: f32,
    /// Weight of what the passage says and the query does not.
    pub passage: f32,
}

/// How well each word of two lines is said by the other line, 0 to 1.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub(super) query: Vec<f32>,
    pub(super) passage: Vec<f32>,
}

/// Part of a translation counts less than its share: to the power 1.5.
fn partial(share: f32) -> f32 {
    share * share.sqrt()
}

/// Bits of the filter for terms: one for each hint.
const FILTER: usize = 1 << 16;
/// How many times the query a passage may say besides before more makes no difference.
const LONG: f32 = 2.0;

/// A query laid beside one passage after another.
pub(super) struct Aligner<'t> {
    query: Line<'t>,
    /// How much the query says.
    mass: f32,
    /// Whether the translations are those of the query, or else those of the passage.
    rich: bool,
    /// Number of every term of the query that counts.
    terms: TermMap<u32>,
    /// By number of the term: the surest word of the query that says it alone, and how surely.
    saying: Vec<(f32, u32)>,
    /// A bit per term of the query, at the place of its lowest bits: most words of a passage have nothing to do with it.
    filter: Box<[u64; FILTER / 64]>,
    ways: Vec<QueryWay>,
    /// By number of the term: the ways that need it.
    needing: Vec<Vec<u32>>,
    /// By way: the last passage for which it was looked at.
    looked: Vec<u32>,
    passage: u32,
    /// Where in `met` a word of a passage is, by its number.
    memory: HashMap<u32, u32, BuildHasherDefault<TermHasher>>,
    met: Vec<Met>,
    /// The hits of all that was met, one word after the other. With the query's translations: term and how surely the word says it.
    /// Else: word of the query and how well it is said.
    hits: Vec<(u32, f32)>,
    /// What a way of a word has in common with the query.
    told: Vec<(f32, f32, u32)>,
    /// Where the words of the passage at hand are, in order.
    at_hand: Vec<u32>,
    /// By number of the term: the surest word of the passage at hand that says it alone.
    said: Vec<(f32, u32)>,
    touched: Vec<u32>,
}

/// A way to say a word of the query.
struct QueryWay {
    word: u32,
    weight: f32,
    mass: f32,
    /// Number of each term, and its inverse document frequency.
    terms: Vec<(u32, f32)>,
}

/// What a word of a passage has to do with the query.
#[derive(Default)]
struct Met {
    /// How much the word says.
    mass: f32,
    /// How well the query says it; 0 when the translations are those of the query.
    value: f32,
    /// First and last + 1 in [`Aligner::hits`].
    hits: (u32, u32),
}

impl<'t> Aligner<'t> {
    pub(super) fn new(query: Line<'t>, rich: bool) -> Aligner<'t> {
        let mut aligner = Aligner {
            query,
            mass: query.mass(),
            rich,
            terms: TermMap::default(),
            saying: Vec::new(),
            filter: Box::new([0; FILTER / 64]),
            ways: Vec::new(),
            needing: Vec::new(),
            looked: Vec::new(),
            passage: 0,
            memory: HashMap::default(),
            met: Vec::new(),
            hits: Vec::new(),
            told: Vec::new(),
            at_hand: Vec::new(),
            said: Vec::new(),
            touched: Vec::new(),
        };
        for (at, (table, word)) in query.all().enumerate() {
            for way in table.ways_of(word) {
                let terms: Vec<(u32, f32)> =
                    table.terms_of(way).iter().map(|(term, idf)| (aligner.number(*term), *idf)).collect();
                if let [(term, _)] = terms[..] {
                    let slot = &mut aligner.saying[term as usize];
                    if way.weight > slot.0 {
                        *slot = (way.weight, at as u32);
                    }
                }
                aligner.ways.push(QueryWay { word: at as u32, weight: way.weight, mass: way.mass, terms });
            }
        }
        aligner.said = vec![(0.0, 0); aligner.saying.len()];
        aligner.needing = vec![Vec::new(); aligner.saying.len()];
        for (at, way) in aligner.ways.iter().enumerate() {
            way.terms.iter().for_each(|(term, _)| aligner.needing[*term as usize].push(at as u32));
        }
        aligner.looked = vec![0; aligner.ways.len()];
        aligner
    }

    fn number(&mut self, term: Term) -> u32 {
        let next = self.saying.len() as u32;
        let number = *self.terms.entry(term).or_insert(next);
        if number == next {
            self.saying.push((0.0, 0));
            let bit = usize::from(hint_of(term));
            self.filter[bit / 64] |= 1 << (bit % 64);
        }
        number
    }

    #[inline]
    fn may_know(&self, hint: u16) -> bool {
        self.filter[usize::from(hint / 64)] >> (hint % 64) & 1 != 0
    }

    /// The number of a term, when the query has it.
    #[inline]
    fn known(&self, term: Term) -> Option<u32> {
        self.may_know(hint_of(term)).then(|| self.terms.get(&term).copied()).flatten()
    }

    /// Lays a passage beside the query; `sounds` says whether words that only sound alike count too.
    pub(super) fn align(&mut self, passage: Line<'_>, sounds: bool) -> Alignment {
        let mut result =
            Alignment { query: vec![0.0; self.query.words.len()], passage: vec![0.0; passage.words.len()] };
        self.at_hand.clear();
        for number in passage.words {
            let next = self.met.len() as u32;
            let met = *self.memory.entry(*number).or_insert(next);
            if met == next {
                let met = self.meet(passage, *number);
                self.met.push(met);
            }
            self.at_hand.push(met);
        }
        if self.rich {
            self.by_query(&mut result)
        } else {
            self.by_passage(&mut result)
        }
        if sounds {
            align_sounds(self.query, passage, &mut result, self.rich);
        }
        result
    }

    fn meet(&mut self, passage: Line<'_>, number: u32) -> Met {
        let first = self.hits.len() as u32;
        let mut met = Met { hits: (first, first), ..Met::default() };
        let (mass, hints) = passage.brief(number);
        met.mass = mass;
        if !hints.iter().any(|hint| self.may_know(*hint)) {
            return met;
        }
        let Some((table, word)) = passage.word(number) else { return met };
        for way in table.ways_of(word) {
            let terms = table.terms_of(way);
            if self.rich {
                if let [(term, _)] = terms
                    && let Some(known) = self.known(*term)
                {
                    self.hits.push((known, way.weight));
                }
                continue;
            }
            let mut told = std::mem::take(&mut self.told);
            told.clear();
            told.extend(terms.iter().filter_map(|(term, idf)| {
                let (sure, at) = self.saying[self.known(*term)? as usize];
                (sure > 0.0).then_some((*idf, sure, at))
            }));
            if !told.is_empty() {
                let covered: f32 = told.iter().map(|(idf, sure, _)| idf * sure).sum();
                let value = way.weight * partial(covered / way.mass);
                met.value = met.value.max(value);
                self.hits.extend(told.iter().map(|(_, sure, at)| (*at, value.max(0.0) * sure)));
            }
            self.told = told;
        }
        met.hits.1 = self.hits.len() as u32;
        met
    }

    fn hits_of(&self, met: u32) -> &[(u32, f32)] {
        let range = self.met.get(met as usize).map_or((0, 0), |met| met.hits);
        self.hits.get(range.0 as usize..range.1 as usize).unwrap_or(&[])
    }

    fn by_passage(&self, result: &mut Alignment) {
        for (at, met) in self.at_hand.iter().enumerate() {
            result.passage[at] = self.met.get(*met as usize).map_or(0.0, |met| met.value);
            for (word, value) in self.hits_of(*met) {
                let slot = &mut result.query[*word as usize];
                *slot = slot.max(*value);
            }
        }
    }

    fn by_query(&mut self, result: &mut Alignment) {
        self.touched.drain(..).for_each(|term| self.said[term as usize] = (0.0, 0));
        for at in 0..self.at_hand.len() {
            let (from, to) = self.met.get(self.at_hand[at] as usize).map_or((0, 0), |met| met.hits);
            for (term, sure) in self.hits.get(from as usize..to as usize).unwrap_or(&[]) {
                let slot = &mut self.said[*term as usize];
                if *sure > slot.0 {
                    if slot.0 == 0.0 {
                        self.touched.push(*term);
                    }
                    *slot = (*sure, at as u32);
                }
            }
        }
        self.passage += 1;
        for way in self.touched.iter().flat_map(|term| &self.needing[*term as usize]) {
            let looked = std::mem::replace(&mut self.looked[*way as usize], self.passage);
            if looked == self.passage {
                continue;
            }
            let way = &self.ways[*way as usize];
            let told = || way.terms.iter().map(|(term, idf)| (self.said[*term as usize], *idf));
            let covered: f32 = told().map(|((sure, _), idf)| idf * sure).sum();
            if covered <= 0.0 {
                continue;
            }
            let value = way.weight * partial(covered / way.mass);
            let slot = &mut result.query[way.word as usize];
            *slot = slot.max(value);
            for ((sure, at), _) in told().filter(|((sure, _), _)| *sure > 0.0) {
                let slot = &mut result.passage[at as usize];
                *slot = slot.max(value.max(0.0) * sure);
            }
        }
    }

    /// One score, 0 to 1, from the alignment of the passage that was laid beside the query last.
    pub(super) fn contrast(&self, alignment: &Alignment, how: Contrast) -> f32 {
        let ours = self.query.all().zip(&alignment.query);
        let query: f32 = ours.map(|((_, word), value)| word.mass * value).sum();
        let masses = || self.at_hand.iter().filter_map(|met| Some(self.met.get(*met as usize)?.mass));
        let other: f32 = masses().zip(&alignment.passage).map(|(mass, value)| mass * value).sum();
        let both = query.min(other) * 0.5 + query.max(other) * 0.5;
        // A long passage says much else; beyond some length that is nothing against it.
        let passage_open = (masses().sum::<f32>() - other).min(LONG * self.mass);
        let total = both + how.query * (self.mass - query).max(0.0) + how.passage * passage_open.max(0.0);
        if total > 0.0 { both / total } else { 0.0 }
    }
}
