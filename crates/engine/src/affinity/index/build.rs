//! Reads the documents of an index, on several threads.
//!
//! Never here: what is asked.

use super::PostingsBuilder;
use super::names::NameFinder;
use super::search::{ALIGNED_UNITS, Document};
use super::units::Line;
use crate::affinity::Analyzer;
use crate::affinity::analyzer::{Lexicon, Said, merged};
use crate::affinity::text::sound::{Sound, skeleton};
use crate::affinity::text::{Script, Space, Term, main_script};
use std::collections::HashMap;

/// Everything that was read, before it is weighed.
pub(super) struct Built {
    pub(super) owners: Vec<u32>,
    pub(super) scripts: Vec<Option<Script>>,
    pub(super) native: PostingsBuilder,
    pub(super) meaning: PostingsBuilder,
    pub(super) readings: PostingsBuilder,
    pub(super) names: NameFinder,
    pub(super) lexicon: Lexicon,
    pub(super) words: Vec<u32>,
    pub(super) starts: Vec<u32>,
}

/// One passage, read.
struct Passage<'d> {
    owner: u32,
    text: &'d str,
    script: Option<Script>,
    /// Terms of a name; none of a text.
    name: Vec<Term>,
    native: Vec<(Term, f32)>,
    meaning: Vec<(Term, f32)>,
    readings: Vec<(Term, f32)>,
    /// Numbers of the words in the reader's lexicon.
    words: Vec<u32>,
}

/// What one thread has read so far.
#[derive(Default)]
struct Reader {
    lexicon: Lexicon,
    /// The numbers of its words in the lexicon of all.
    known: Vec<u32>,
    /// Pooled terms by number of the word.
    pooled: Vec<Vec<(Term, f32)>>,
}

/// Documents that a thread reads before what it read is put with the rest.
const BATCH: usize = 512;

pub(super) fn build(analyzer: &Analyzer<'_>, documents: &[Document], threads: usize) -> Built {
    let mut built = Built {
        owners: Vec::new(),
        scripts: Vec::new(),
        native: PostingsBuilder::default(),
        meaning: PostingsBuilder::default(),
        readings: PostingsBuilder::default(),
        names: NameFinder::new(documents),
        lexicon: Lexicon::default(),
        words: Vec::new(),
        starts: vec![0],
    };
    let mut readers: Vec<Reader> = (0..threads.clamp(1, 64)).map(|_| Reader::default()).collect();
    for (round, portion) in documents.chunks(BATCH * readers.len()).enumerate() {
        let first = round * BATCH * readers.len();
        let parts = portion.chunks(BATCH).enumerate().map(|(at, part)| (first + at * BATCH, part));
        let read: Vec<Vec<Passage<'_>>> = std::thread::scope(|scope| {
            let work = readers
                .iter_mut()
                .zip(parts)
                .map(|(reader, (first, part))| move || -> Vec<Passage<'_>> { reader.read(analyzer, first, part) });
            let mut work: Vec<_> = work.collect();
            let Some(mut last) = work.pop() else { return Vec::new() };
            let others: Vec<_> = work.into_iter().map(|work| scope.spawn(work)).collect();
            let last = last();
            let mut read: Vec<_> = others.into_iter().map(|other| other.join().unwrap_or_default()).collect();
            read.push(last);
            read
        });
        for (reader, passages) in readers.iter_mut().zip(read) {
            built.lexicon.absorb(&mut reader.lexicon, &mut reader.known);
            passages.into_iter().for_each(|passage| built.add(passage, &reader.known));
        }
    }
    built
}

impl Reader {
    fn read<'d>(&mut self, analyzer: &Analyzer<'_>, first: usize, documents: &'d [Document]) -> Vec<Passage<'d>> {
        let mut read = Vec::new();
        for (at, document) in documents.iter().enumerate() {
            for (number, text) in passages_of(document).enumerate() {
                read.push(self.passage(analyzer, (first + at) as u32, text, number < document.names.len()));
            }
        }
        read
    }

    fn passage<'d>(&mut self, analyzer: &Analyzer<'_>, owner: u32, text: &'d str, is_name: bool) -> Passage<'d> {
        let cut = analyzer.cut(text);
        let lead = lead_of(text).map(|lead| analyzer.cut(lead));
        let native = analyzer.native_terms_of(&cut);
        let mut words = analyzer.numbers(&cut, &mut self.lexicon);
        let new = self.lexicon.said().get(self.pooled.len()..).unwrap_or(&[]);
        self.pooled.extend(new.iter().map(pooled_of));
        let pooled = words.iter().filter_map(|word| self.pooled.get(*word as usize));
        let meaning = with_grams(pooled.flatten().copied().collect());
        words.truncate(ALIGNED_UNITS);
        Passage {
            owner,
            text,
            script: main_script(&cut.normal),
            name: if is_name { native.iter().map(|(term, _)| *term).collect() } else { Vec::new() },
            meaning,
            readings: with_lead(
                analyzer.reading_terms_of(&cut),
                lead.as_ref().map(|lead| analyzer.reading_terms_of(lead)),
            ),
            native: with_lead(native, lead.as_ref().map(|lead| analyzer.native_terms_of(lead))),
            words,
        }
    }
}

impl Built {
    fn add(&mut self, passage: Passage<'_>, known: &[u32]) {
        self.owners.push(passage.owner);
        self.scripts.push(passage.script);
        self.native.add(&passage.native);
        self.meaning.add(&passage.meaning);
        self.readings.add(&passage.readings);
        self.names.add(passage.owner as usize, passage.text, passage.name);
        self.words.extend(passage.words.iter().filter_map(|word| known.get(*word as usize)));
        self.starts.push(self.words.len() as u32);
    }
}

/// What a long passage begins with: definitions and abstracts name their subject there.
fn lead_of(passage: &str) -> Option<&str> {
    let lead = &passage[..passage.floor_char_boundary(LEAD_BYTES)];
    (passage.len() > LEAD_BYTES * 2).then_some(lead)
}

/// Terms of the lead count once more.
fn with_lead(mut all: Vec<(Term, f32)>, lead: Option<Vec<(Term, f32)>>) -> Vec<(Term, f32)> {
    for (term, count) in lead.unwrap_or_default() {
        if let Ok(at) = all.binary_search_by(|(other, _)| other.cmp(&term)) {
            all[at].1 += count;
        }
    }
    all
}

const LEAD_BYTES: usize = 180;

/// The names without legal forms, then the text.
pub(super) fn passages_of(document: &Document) -> impl Iterator<Item = &str> {
    let text = Some(document.text.as_str()).filter(|text| !text.is_empty());
    document.names.iter().map(|name| kernel::legal_form::core(name)).chain(text)
}

/// What a word adds to the terms for finding candidates: the best weight of everything it may mean, and its sounds in pieces.
fn pooled_of(said: &Said) -> Vec<(Term, f32)> {
    let ways = said.choices.iter().flat_map(|choice| choice.terms.iter().map(|term| (*term, choice.weight)));
    let sounds = said.sounds.iter().map(String::as_str);
    best_of(ways, sounds)
}

fn best_of<'s>(ways: impl Iterator<Item = (Term, f32)>, sounds: impl Iterator<Item = &'s str>) -> Vec<(Term, f32)> {
    let mut best: HashMap<Term, f32> = HashMap::new();
    for (term, weight) in ways {
        let slot = best.entry(term).or_insert(0.0);
        *slot = slot.max(weight);
    }
    let mut terms: Vec<(Term, f32)> = best.into_iter().collect();
    // Marked by their sign until they are put together: a piece of sound counts once per text.
    terms.extend(sounds.flat_map(sound_grams).map(|gram| (gram, -GRAM_WEIGHT)));
    terms
}

/// Terms of the words of a query for finding candidates.
pub(super) fn pooled_terms(line: Line<'_>) -> Vec<(Term, f32)> {
    let terms = line.all().flat_map(|(table, word)| {
        let ways = table.ways_of(word).iter();
        let ways = ways.flat_map(|way| table.terms_of(way).iter().map(|(term, _)| (*term, way.weight)));
        best_of(ways, word.sounds.iter().map(Sound::letters))
    });
    with_grams(terms.collect())
}

/// Meanings summed over the words, and every piece of sound once.
fn with_grams(terms: Vec<(Term, f32)>) -> Vec<(Term, f32)> {
    let (meanings, mut grams): (Vec<_>, Vec<_>) = terms.into_iter().partition(|(_, weight)| *weight >= 0.0);
    grams.sort_unstable_by_key(|(gram, _)| *gram);
    grams.dedup_by_key(|(gram, _)| *gram);
    let mut all = merged(meanings);
    all.extend(grams.into_iter().map(|(gram, _)| (gram, GRAM_WEIGHT)));
    all
}

const GRAM_WEIGHT: f32 = 0.15;

fn sound_grams(sound: &str) -> Vec<Term> {
    let framed: Vec<char> = std::iter::once('^').chain(skeleton(sound).chars()).chain(std::iter::once('$')).collect();
    let size = if framed.len() > 3 { 3 } else { 2 };
    framed.windows(size).map(|gram| Term::of_chars(Space::Gram, &[], gram)).collect()
}
