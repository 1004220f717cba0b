//! Search over profiles in either language: candidates by postings, the best of them by alignment.

use super::align::{Contrast, align, align_sounds, contrast};
use super::names::NameFinder;
use super::postings::Bm25;
use super::units::Line;
use super::{Postings, PostingsBuilder, Scores};
use crate::affinity::analyzer::Unit;
use crate::affinity::text::sound::skeleton;
use crate::affinity::text::{Script, Space, Term, main_script, normalize};
use crate::affinity::vectors::{dot, hubs::nearness};
use crate::affinity::{Analyzer, Meaning};
use std::collections::HashMap;

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
    native: Postings,
    meaning: Postings,
    readings: Postings,
    lines: Vec<Line>,
    names: NameFinder,
    /// Vector and nearness to everything, per passage; empty without vectors.
    vectors: Vec<(Vec<f32>, f32)>,
}

/// Units of a passage that are aligned; the rest of a long passage is in the postings alone.
const ALIGNED_UNITS: usize = 96;
/// Passages that are aligned per query.
const CANDIDATES: usize = 150;
const SOUND_CANDIDATES: usize = 60;
/// Neighbours by which a hub is known.
const NEIGHBOURS: usize = 10;
const NAME_CANDIDATES: usize = 400;

/// Whether two scripts write the same language.
fn one_language(one: Script, other: Script) -> bool {
    let japanese = |s| matches!(s, Script::Japanese | Script::Kana);
    one == other || (japanese(one) && japanese(other))
}

impl<'a> SearchIndex<'a> {
    /// Indexes the documents.
    pub fn new(analyzer: &'a Analyzer<'a>, documents: &[Document], weights: Weights) -> SearchIndex<'a> {
        let (mut native, mut meaning, mut readings) =
            (PostingsBuilder::default(), PostingsBuilder::default(), PostingsBuilder::default());
        let (mut owners, mut scripts, mut units) = (Vec::new(), Vec::new(), Vec::new());
        let mut names = NameFinder::new(documents);
        for (number, document) in documents.iter().enumerate() {
            for passage in passages_of(document) {
                owners.push(number as u32);
                scripts.push(main_script(&normalize(passage)));
                let passage_terms = analyzer.native_terms(passage);
                let lead = lead_of(passage);
                native.add(&with_lead(&passage_terms, lead.map(|lead| analyzer.native_terms(lead))));
                names.add(number, passage, &passage_terms, names.seen(number) < document.names.len());
                let passage_units = analyzer.units(passage);
                meaning.add(&pooled_terms(analyzer, &passage_units));
                let spoken = analyzer.reading_terms(passage);
                readings.add(&with_lead(&spoken, lead.map(|lead| analyzer.reading_terms(lead))));
                units.push(passage_units);
            }
        }
        let (native, meaning) = (native.finish(), meaning.finish());
        names.weigh(&native);
        let lines = units.iter().map(|units| Line::new(units, &meaning, ALIGNED_UNITS)).collect();
        SearchIndex {
            analyzer,
            weights,
            owners,
            scripts,
            native,
            meaning,
            readings: readings.finish(),
            lines,
            names,
            vectors: Vec::new(),
        }
    }

    /// The best `count` documents for a query, best first, with their scores. `meaning` must be the encoder that
    /// [`Self::add_meaning`] was called with; without it vectors do not count.
    pub fn search(&self, query: &str, count: usize, meaning: Option<&dyn Meaning>) -> Vec<(u32, f32)> {
        let core = kernel::legal_form::core(query);
        let Some(script) = main_script(&normalize(core)) else { return Vec::new() };
        let passages = self.owners.len();
        let mut total = Scores::new(passages);
        let native_terms = self.analyzer.native_terms(core);
        let mut native = Scores::new(passages);
        self.native.bm25(&native_terms, self.weights.native, &mut native);
        let ceiling = self.native.bm25_ceiling(&native_terms);
        let pool = count.max(CANDIDATES);
        let contained = self.names.query(self.analyzer, core, &self.native);
        let bag = if contained.several_parts() { self.weights.bag } else { 1.0 };
        for (passage, score) in native.best(pool.max(NAME_CANDIDATES)) {
            let name = self.weights.contained * contained.score(passage, self.owners[passage as usize]);
            let share = if self.names.is_name(passage) { bag } else { 1.0 };
            total.add(passage, share * score / ceiling + name);
        }
        let across = self.across(core, script, pool);
        for (passage, score) in across {
            let same = self
                .scripts
                .get(passage as usize)
                .copied()
                .flatten()
                .is_some_and(|other| one_language(script, other) && script != Script::Kana);
            total.add(passage, score * if same { self.weights.across } else { 1.0 });
        }
        if script == Script::Kana {
            let terms = self.analyzer.reading_terms(core);
            let mut spoken = Scores::new(passages);
            self.readings.bm25(&terms, self.weights.native, &mut spoken);
            let ceiling = self.readings.bm25_ceiling(&terms);
            for (passage, score) in spoken.best(pool) {
                total.add(passage, self.weights.spoken * score / ceiling);
            }
        }
        self.add_vectors(query, script, meaning, &mut total);
        self.by_document(&total, count)
    }

    /// Encodes every passage. `questions` are vectors of what is likely asked, to find the passages that are near to everything;
    /// without any, nothing is corrected.
    pub fn add_meaning(&mut self, documents: &[Document], meaning: &dyn Meaning, questions: &[Vec<f32>]) {
        let passages = documents.iter().flat_map(passages_of);
        let vectors: Vec<Vec<f32>> = passages.map(|passage| meaning.encode(passage)).collect();
        let dimensions = vectors.iter().map(Vec::len).max().unwrap_or(0);
        let flat = vectors.concat();
        let near = nearness(&flat, &questions.concat(), dimensions, NEIGHBOURS);
        self.vectors = vectors.into_iter().zip(near).collect();
    }

    fn add_vectors(&self, query: &str, script: Script, meaning: Option<&dyn Meaning>, total: &mut Scores) {
        let Some(meaning) = meaning.filter(|_| !self.vectors.is_empty()) else { return };
        let vector = meaning.encode(query);
        for (passage, (other, near)) in self.vectors.iter().enumerate() {
            let same = self.scripts.get(passage).copied().flatten().is_none_or(|s| one_language(script, s));
            if !same && other.len() == vector.len() {
                let likeness = dot(&vector, other) - self.weights.hubs * near;
                total.add(passage as u32, self.weights.vectors * (likeness + 1.0));
            }
        }
    }

    /// Whether documents of this script are crossed to from queries of that one, so that vectors can help.
    pub fn crosses(&self, query: &str) -> bool {
        let script = main_script(&normalize(query));
        let differs = |other: &Option<Script>| matches!((script, other), (Some(a), Some(b)) if !one_language(a, *b));
        self.scripts.iter().filter(|other| differs(other)).count() * 2 > self.scripts.len()
    }

    fn across(&self, query: &str, script: Script, pool: usize) -> Vec<(u32, f32)> {
        let units = self.analyzer.units(query);
        let terms = pooled_terms(self.analyzer, &units);
        let mut scores = Scores::new(self.owners.len());
        self.meaning.bm25(&terms, self.weights.meaning, &mut scores);
        let line = Line::new(&units, &self.meaning, ALIGNED_UNITS);
        let ceiling = self.meaning.bm25_ceiling(&terms);
        let query_rich = script != Script::Latin;
        let mut aligned = Vec::new();
        for (rank, (passage, pooled)) in scores.best(pool).into_iter().enumerate() {
            let Some(other) = self.lines.get(passage as usize) else { continue };
            let (rich, plain) = if query_rich { (&line, other) } else { (other, &line) };
            let mut alignment = align(rich, plain);
            if rank < SOUND_CANDIDATES {
                align_sounds(rich, plain, &mut alignment);
            }
            let score = contrast(rich, plain, &alignment, query_rich, self.weights.contrast);
            aligned.push((passage, score + self.weights.pooled * pooled / ceiling));
        }
        aligned
    }

    fn by_document(&self, total: &Scores, count: usize) -> Vec<(u32, f32)> {
        let mut best: HashMap<u32, f32> = HashMap::new();
        for (passage, score) in total.best(usize::MAX) {
            if let Some(owner) = self.owners.get(passage as usize) {
                let slot = best.entry(*owner).or_insert(0.0);
                *slot = slot.max(score);
            }
        }
        let mut documents: Vec<(u32, f32)> = best.into_iter().collect();
        documents.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        documents.truncate(count);
        documents
    }
}

/// What a long passage begins with: definitions and abstracts name their subject there.
fn lead_of(passage: &str) -> Option<&str> {
    let lead = &passage[..passage.floor_char_boundary(LEAD_BYTES)];
    (passage.len() > LEAD_BYTES * 2).then_some(lead)
}

/// Terms of the lead count once more.
fn with_lead(terms: &[(Term, f32)], lead: Option<Vec<(Term, f32)>>) -> Vec<(Term, f32)> {
    let mut all = terms.to_vec();
    for (term, count) in lead.unwrap_or_default() {
        if let Ok(at) = all.binary_search_by(|(other, _)| other.cmp(&term)) {
            all[at].1 += count;
        }
    }
    all
}

const LEAD_BYTES: usize = 180;

/// The names without legal forms, then the text.
fn passages_of(document: &Document) -> impl Iterator<Item = &str> {
    let text = Some(document.text.as_str()).filter(|text| !text.is_empty());
    document.names.iter().map(|name| kernel::legal_form::core(name)).chain(text)
}

/// Terms of the units for finding candidates: meanings, sounds, and pairs of consonants of what may be spelled differently.
fn pooled_terms(analyzer: &Analyzer<'_>, units: &[Unit]) -> Vec<(Term, f32)> {
    let mut terms = analyzer.meaning_terms(units);
    let mut grams: Vec<Term> =
        units.iter().flat_map(|unit| &unit.sounds).flat_map(|sound| sound_grams(sound)).collect();
    grams.sort();
    grams.dedup();
    terms.extend(grams.into_iter().map(|gram| (gram, GRAM_WEIGHT)));
    terms
}

const GRAM_WEIGHT: f32 = 0.15;

fn sound_grams(sound: &str) -> Vec<Term> {
    let framed: Vec<char> = std::iter::once('^').chain(skeleton(sound).chars()).chain(std::iter::once('$')).collect();
    let size = if framed.len() > 3 { 3 } else { 2 };
    framed.windows(size).map(|gram| Term::new(Space::Gram, &[&gram.iter().collect::<String>()])).collect()
}
