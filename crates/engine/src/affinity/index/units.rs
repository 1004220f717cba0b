//! The words of an index in its own numbers, ready to be laid beside those of a query. A word is kept once, however many passages
//! have it.

use super::Postings;
use crate::affinity::analyzer::Said;
use crate::affinity::text::Term;
use crate::affinity::text::sound::Sound;

/// One way to say a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    pub(super) weight: f32,
    /// First and last + 1 in [`Table::terms`].
    terms: (u32, u32),
    /// Sum of the inverse document frequencies of the terms.
    pub(super) mass: f32,
}

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    /// How much the word says: the inverse document frequency of its likeliest way.
    pub(super) mass: f32,
    /// First and last + 1 in [`Table::ways`].
    ways: (u32, u32),
    pub(super) sounds: Box<[Sound]>,
}

/// Words, flat.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    pub(super) words: Vec<Word>,
    ways: Vec<Way>,
    /// A term and its inverse document frequency.
    terms: Vec<(Term, f32)>,
    /// By word: what it says, and where its hints begin; and where the last ones end. Most words of a passage have nothing to
    /// do with a query, and this is all that has to be read of them.
    brief: Vec<(f32, u32)>,
    /// The lowest bits of all terms of each word.
    hints: Vec<u16>,
}

/// What a word weighs that no index knows.
const UNKNOWN_SHARE: f32 = 0.7;

impl Table {
    pub(super) fn new<'s>(said: impl Iterator<Item = &'s Said>, postings: &Postings) -> Table {
        let mut table = Table::default();
        let rarest = postings.idf(Term(0));
        said.for_each(|said| table.push(said, postings, rarest));
        table.words.shrink_to_fit();
        table.ways.shrink_to_fit();
        table.terms.shrink_to_fit();
        table.hints.shrink_to_fit();
        table.brief.push((0.0, table.hints.len() as u32));
        table.brief.shrink_to_fit();
        table
    }

    fn push(&mut self, said: &Said, postings: &Postings, rarest: f32) {
        let first_way = self.ways.len() as u32;
        let (mut heaviest, mut known) = (0.0_f32, 0.0_f32);
        for choice in &said.choices {
            let first = self.terms.len() as u32;
            self.terms.extend(choice.terms.iter().map(|term| (*term, postings.idf(*term))));
            let idfs = &self.terms[first as usize..];
            let mass: f32 = idfs.iter().map(|(_, idf)| idf).sum();
            if choice.weight > heaviest {
                heaviest = choice.weight;
                known = idfs.iter().map(|(_, idf)| *idf).fold(0.0, f32::max);
            }
            let terms = (first, self.terms.len() as u32);
            self.ways.push(Way { weight: choice.weight, terms, mass: mass.max(1e-6) });
        }
        let mass = if said.choices.is_empty() { rarest * UNKNOWN_SHARE } else { known };
        self.brief.push((mass, self.hints.len() as u32));
        self.hints.extend(said.choices.iter().flat_map(|choice| &choice.terms).map(|term| hint_of(*term)));
        let sounds = said.sounds.iter().map(|sound| Sound::new(sound)).collect();
        self.words.push(Word { mass, ways: (first_way, self.ways.len() as u32), sounds });
    }

    /// How much a word says, and the hints at its terms.
    #[inline]
    pub(super) fn brief(&self, word: usize) -> (f32, &[u16]) {
        match (self.brief.get(word), self.brief.get(word + 1)) {
            (Some((mass, from)), Some((_, to))) => (*mass, self.hints.get(*from as usize..*to as usize).unwrap_or(&[])),
            _ => (0.0, &[]),
        }
    }

    pub(super) fn ways_of(&self, word: &Word) -> &[Way] {
        self.ways.get(word.ways.0 as usize..word.ways.1 as usize).unwrap_or(&[])
    }

    pub(super) fn terms_of(&self, way: &Way) -> &[(Term, f32)] {
        self.terms.get(way.terms.0 as usize..way.terms.1 as usize).unwrap_or(&[])
    }
}

/// The lowest bits of a term.
#[inline]
pub(super) fn hint_of(term: Term) -> u16 {
    term.0 as u16
}

/// The words of one passage or query, in order.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    /// The words of the index, and those that only a query has; their numbers go on after the index's.
    pub(super) tables: [&'t Table; 2],
    pub(super) words: &'t [u32],
}

impl<'t> Line<'t> {
    /// The table of a word, and the word.
    pub(super) fn word(&self, number: u32) -> Option<(&'t Table, &'t Word)> {
        let (table, at) = self.at(number);
        Some((table, table.words.get(at)?))
    }

    /// What [`Table::brief`] tells about a word.
    #[inline]
    pub(super) fn brief(&self, number: u32) -> (f32, &'t [u16]) {
        let (table, at) = self.at(number);
        table.brief(at)
    }

    fn at(&self, number: u32) -> (&'t Table, usize) {
        let own = number as usize;
        let known = self.tables[0].words.len();
        if own < known { (self.tables[0], own) } else { (self.tables[1], own - known) }
    }

    /// The words with what they weigh.
    pub(super) fn all(self) -> impl Iterator<Item = (&'t Table, &'t Word)> {
        self.words.iter().filter_map(move |number| self.word(*number))
    }

    pub(super) fn mass(self) -> f32 {
        self.all().map(|(_, word)| word.mass).sum()
    }
}
