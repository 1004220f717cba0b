//! Search over profiles in either language: candidates by postings, the best of them by alignment.

use super::Scores;
use super::align::{Aligner, Contrast};
use super::build::{build, passages_of, pooled_terms};
use super::meant::Meant;
use super::names::NameFinder;
use super::postings::Bm25;
use super::ranked::Ranked;
use super::units::{Line, Table};
use crate::affinity::analyzer::{Cut, Lexicon};
use crate::affinity::text::{Script, main_script, normalize};
use crate::affinity::{Analyzer, Meaning};
use std::sync::{Mutex, PoisonError};

/// What is searched: the names of a profile one by one, and its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub names: Vec<String>,
    pub text: String,
    /// ISO 3166 codes of countries, upper case.
    pub countries: Vec<String>,
}

/// How the parts of a score are weighed. The defaults are what was measured best on the public tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub native: Bm25,
    pub meaning: Bm25,
    pub contrast: Contrast,
    /// Share of the pooled score of translations beside that of the alignment.
    pub pooled: f32,
    /// Weight of the other language in a search for something written in the same one.
    pub across: f32,
    /// Weight of a name that stands in a longer query.
    pub contained: f32,
    /// Share of plain word overlap for names in a query of several parts, most of which say other things.
    pub bag: f32,
    /// Weight of a reading in a query that is all kana.
    pub spoken: f32,
    /// Weight of meaning vectors across languages, per cosine.
    pub vectors: f32,
    /// Weight of the correction for hubs (half CSLS at 0.5).
    pub hubs: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            native: Bm25 { k1: 0.9, b: 0.4 },
            meaning: Bm25 { k1: 0.9, b: 0.4 },
            contrast: Contrast { query: 1.0, passage: 0.4 },
            pooled: 1.0,
            across: 0.4,
            contained: 1.0,
            bag: 0.3,
            spoken: 4.0,
            vectors: 2.0,
            hubs: 0.5,
        }
    }
}

/// An index over documents; changes nothing when asked.
pub struct SearchIndex<'a> {
    analyzer: &'a Analyzer<'a>,
    weights: Weights,
    /// The document of every passage.
    owners: Vec<u32>,
    scripts: Vec<Option<Script>>,
    native: Ranked,
    meaning: Ranked,
    readings: Ranked,
    lexicon: Lexicon,
    table: Table,
    /// The words of all passages that are aligned, one passage after the other.
    words: Vec<u32>,
    /// Where the words of each passage begin, and where the last ones end.
    starts: Vec<u32>,
    names: NameFinder,
    /// Empty without vectors.
    meant: Meant,
    /// Arrays of the length of the index that no query uses at the moment.
    scratch: Mutex<Vec<Scores>>,
}

/// Units of a passage that are aligned; the rest of a long passage is in the postings alone.
pub(super) const ALIGNED_UNITS: usize = 96;
/// Passages that are aligned per query.
const CANDIDATES: usize = 150;
/// Words of a query times passages that are compared by sound: a name finds all of its spellings, a long text has other words to
/// be found by.
const SOUND_WORDS: usize = 600;
const SOUND_CANDIDATES: std::ops::RangeInclusive<usize> = 12..=60;
const NAME_CANDIDATES: usize = 400;
/// Steps of a score per 1.
const GRID: f32 = 262_144.0;

/// Whether two scripts write the same language.
fn one_language(one: Script, other: Script) -> bool {
    let japanese = |s| matches!(s, Script::Japanese | Script::Kana);
    one == other || (japanese(one) && japanese(other))
}

impl<'a> SearchIndex<'a> {
    /// Indexes the documents.
    pub fn new(analyzer: &'a Analyzer<'a>, documents: &[Document], weights: Weights) -> SearchIndex<'a> {
        SearchIndex::with_threads(analyzer, documents, weights, 1)
    }

    /// Indexes the documents on `threads` threads; the index is the same with any number of them.
    pub fn with_threads(
        analyzer: &'a Analyzer<'a>,
        documents: &[Document],
        weights: Weights,
        threads: usize,
    ) -> SearchIndex<'a> {
        let mut made = build(analyzer, documents, threads);
        let native = Ranked::new(made.native.finish(), weights.native);
        let meaning = Ranked::new(made.meaning.finish(), weights.meaning);
        made.names.weigh(&native);
        let table = Table::new(made.lexicon.said().iter(), &meaning);
        made.lexicon.keep_numbers();
        made.words.shrink_to_fit();
        SearchIndex {
            analyzer,
            weights,
            owners: made.owners,
            scripts: made.scripts,
            native,
            meaning,
            readings: Ranked::new(made.readings.finish(), weights.native),
            lexicon: made.lexicon,
            table,
            words: made.words,
            starts: made.starts,
            names: made.names,
            meant: Meant::default(),
            scratch: Mutex::default(),
        }
    }

    /// Whether two indexes keep the same in the same numbers.
    #[cfg(test)]
    pub(crate) fn equals(&self, other: &SearchIndex<'_>) -> bool {
        self.owners == other.owners
            && self.scripts == other.scripts
            && [&self.native, &self.meaning, &self.readings] == [&other.native, &other.meaning, &other.readings]
            && self.lexicon == other.lexicon
            && self.table == other.table
            && (&self.words, &self.starts) == (&other.words, &other.starts)
            && self.names == other.names
    }

    /// The best `count` documents for a query, best first, with their scores; equal scores in the order of the documents. `meaning` must be the encoder that
    /// [`Self::add_meaning`] was called with; without it vectors do not count.
    pub fn search(&self, query: &str, count: usize, meaning: Option<&dyn Meaning>) -> Vec<(u32, f32)> {
        let core = kernel::legal_form::core(query);
        let Some(script) = main_script(&normalize(core)) else { return Vec::new() };
        let cut = self.analyzer.cut(core);
        let mut total = self.scores();
        let native_terms = self.analyzer.native_terms_of(&cut);
        let ceiling = self.native.bm25_ceiling(&native_terms);
        let pool = count.max(CANDIDATES);
        let contained = self.names.query(self.analyzer, core, &self.native);
        let bag = if contained.several_parts() { self.weights.bag } else { 1.0 };
        let native = self.native.best(&native_terms, pool.max(NAME_CANDIDATES));
        for (passage, score) in native {
            let name = self.weights.contained * contained.score(passage, self.owners[passage as usize]);
            let share = if self.names.is_name(passage) { bag } else { 1.0 };
            total.add(passage, share * score / ceiling + name);
        }
        for (passage, score) in self.across(&cut, script, pool) {
            let same = self
                .scripts
                .get(passage as usize)
                .copied()
                .flatten()
                .is_some_and(|other| one_language(script, other) && script != Script::Kana);
            total.add(passage, score * if same { self.weights.across } else { 1.0 });
        }
        if script == Script::Kana {
            let terms = self.analyzer.reading_terms_of(&cut);
            let ceiling = self.readings.bm25_ceiling(&terms);
            for (passage, score) in self.readings.best(&terms, pool) {
                total.add(passage, self.weights.spoken * score / ceiling);
            }
        }
        self.add_vectors(query, script, meaning, &mut total);
        let found = self.by_document(&total, count);
        total.clear();
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(total);
        found
    }

    /// Empty scores, from an earlier query where there was one.
    fn scores(&self) -> Scores {
        let kept = self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| Scores::new(self.owners.len()))
    }

    /// Encodes every passage. `questions` are vectors of what is likely asked, to find the passages that are near to everything;
    /// without any, nothing is corrected.
    pub fn add_meaning(&mut self, documents: &[Document], meaning: &dyn Meaning, questions: &[Vec<f32>]) {
        self.meant = Meant::new(documents.iter().flat_map(passages_of), meaning, questions);
    }

    fn add_vectors(&self, query: &str, script: Script, meaning: Option<&dyn Meaning>, total: &mut Scores) {
        let Some(meaning) = meaning.filter(|_| !self.meant.is_empty()) else { return };
        let vector = meaning.encode(query);
        for (passage, other) in self.scripts.iter().enumerate() {
            if other.is_none_or(|other| one_language(script, other)) {
                continue;
            }
            if let Some(near) = self.meant.near(passage, &vector, self.weights.hubs) {
                total.add(passage as u32, self.weights.vectors * (near + 1.0));
            }
        }
    }

    /// Whether documents of this script are crossed to from queries of that one, so that vectors can help.
    pub fn crosses(&self, query: &str) -> bool {
        let script = main_script(&normalize(query));
        let differs = |other: &Option<Script>| matches!((script, other), (Some(a), Some(b)) if !one_language(a, *b));
        self.scripts.iter().filter(|other| differs(other)).count() * 2 > self.scripts.len()
    }

    fn across(&self, cut: &Cut<'_>, script: Script, pool: usize) -> Vec<(u32, f32)> {
        // Words that the index does not have get numbers after those that it has.
        let (mut said, mut keys) = (Vec::new(), Vec::new());
        let numbers: Vec<u32> = cut.pieces(|_, _, piece| {
            if let Some(known) = self.lexicon.known(piece) {
                return Some(known);
            }
            let key = piece.key();
            let own = keys.iter().position(|other| *other == key);
            let at = match own {
                Some(at) => at,
                None => {
                    said.push(self.analyzer.said(piece)?);
                    keys.push(key);
                    said.len() - 1
                }
            };
            Some((self.table.words.len() + at) as u32)
        });
        let own = Table::new(said.iter(), &self.meaning);
        let tables = [&self.table, &own];
        let terms = pooled_terms(Line { tables, words: &numbers });
        let ceiling = self.meaning.bm25_ceiling(&terms);
        let words = numbers.get(..ALIGNED_UNITS).unwrap_or(&numbers);
        let mut aligner = Aligner::new(Line { tables, words }, script != Script::Latin);
        let spoken = (SOUND_WORDS / words.len().max(1)).clamp(*SOUND_CANDIDATES.start(), *SOUND_CANDIDATES.end());
        let mut aligned = Vec::new();
        for (rank, (passage, pooled)) in self.meaning.best(&terms, pool).into_iter().enumerate() {
            let (from, to) = (self.starts[passage as usize] as usize, self.starts[passage as usize + 1] as usize);
            let line = Line { tables, words: self.words.get(from..to).unwrap_or(&[]) };
            let alignment = aligner.align(line, rank < spoken);
            let score = aligner.contrast(&alignment, self.weights.contrast);
            aligned.push((passage, score + self.weights.pooled * pooled / ceiling));
        }
        aligned
    }

    fn by_document(&self, total: &Scores, count: usize) -> Vec<(u32, f32)> {
        // Sums of other orders differ in their last digits; on a grid, what is equal stays equal, and is then in the order of the
        // documents.
        let on_grid = |score: f32| (score * GRID).round() / GRID;
        let found = total.best(usize::MAX).into_iter();
        let mut documents: Vec<(u32, f32)> =
            found.filter_map(|(passage, score)| Some((*self.owners.get(passage as usize)?, on_grid(score)))).collect();
        documents.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        documents.dedup_by_key(|(owner, _)| *owner);
        documents.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        documents.truncate(count);
        documents
    }
}
