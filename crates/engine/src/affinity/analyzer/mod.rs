//! From text to terms, and to the concepts that explain a match.

mod choices;
mod cut;
mod lexicon;

use super::concepts::{Concept, Concepts, Kind, Segment};
use super::text::script::{is_kana, is_kanji, is_katakana};
use super::text::sound::{sounds_of_kana, spelled_letters};
use super::text::{
    EnglishWord, JapaneseWords, Normal, Run, Script, Space, Term, english_words, is_stop_word, normalize, runs,
};
use choices::{MAX_CHOICES, MAX_READINGS, english_said, letters_said, readings_of, translations};
pub(crate) use cut::{Cut, Piece};
pub(crate) use lexicon::{Lexicon, Said};
use std::collections::HashMap;
use std::ops::Range;

/// Analyzes texts with one set of vocabularies. Share it by reference; it changes nothing.
#[derive(Default)]
pub struct Analyzer<'a> {
    words: JapaneseWords,
    concepts: Concepts<'a>,
}

/// Terms of a text, each with how often it occurs, weighted by how sure it is.
pub type Terms = Vec<(Term, f32)>;

/// One way to say a unit: terms that belong together, and how likely this way is, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub terms: Vec<Term>,
    pub weight: f32,
}

/// A word or fixed expression of a text with the ways it may be said in the other language.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Bytes of the written text.
    pub span: Range<usize>,
    pub choices: Vec<Choice>,
    /// Coarse sounds of a name or loan word, for spellings that differ.
    pub sounds: Vec<String>,
    /// Nothing in the vocabularies explains it: probably a name.
    pub unknown: bool,
}

/// A concept found in a text.
#[derive(Debug, Clone, PartialEq)]
pub struct ConceptMatch {
    /// Bytes of the written text.
    pub span: Range<usize>,
    pub concept: Concept,
}

impl<'a> Analyzer<'a> {
    /// An analyzer with these vocabularies.
    pub fn new(concepts: Concepts<'a>) -> Analyzer<'a> {
        Analyzer { words: JapaneseWords::default(), concepts }
    }

    /// The vocabularies in use.
    pub fn vocabularies(&self) -> &Concepts<'a> {
        &self.concepts
    }

    /// Features of a text for comparing it with texts of either language: native words, pairs and phrases, and what they mean in
    /// English stems, so that the Japanese and the English version of one text share terms. Every term once; the weight is
    /// `1 + ln(occurrences)` times how sure the term is. Multiply by an inverse document frequency of your own.
    pub fn terms(&self, text: &str) -> Terms {
        let mut terms = self.native_terms(text);
        terms.extend(self.meaning_terms(&self.units(text)));
        merged(terms)
            .into_iter()
            .map(|(term, count)| (term, if count > 1.0 { 1.0 + count.ln() } else { count }))
            .collect()
    }

    /// Terms of the text as it is written: Japanese words and pairs, English stems and two-word phrases, with counts.
    pub fn native_terms(&self, text: &str) -> Terms {
        let normal = normalize(text);
        let runs = runs(&normal);
        self.native_of(&normal, &runs, &english_words(&normal, &runs))
    }

    /// [`Self::native_terms`] of a text that has been cut already.
    pub(crate) fn native_terms_of(&self, cut: &Cut<'_>) -> Terms {
        self.native_of(&cut.normal, &cut.runs, &cut.words)
    }

    fn native_of(&self, normal: &Normal, runs: &[Run], words: &[EnglishWord]) -> Terms {
        let mut terms = Vec::new();
        self.japanese_terms(normal, runs, &mut terms);
        english_terms(words, &mut terms);
        merged(terms)
    }

    /// Cuts a text into words once, for everything that is then asked about them.
    pub(crate) fn cut(&self, text: &str) -> Cut<'_> {
        let normal = normalize(text);
        let runs = runs(&normal);
        let words = english_words(&normal, &runs);
        let stretches = japanese_stretches(&runs);
        let stretches = stretches.into_iter().map(|(from, to)| self.concepts.segments(&normal, from, to)).collect();
        Cut { normal, runs, words, stretches }
    }

    fn japanese_terms(&self, normal: &Normal, runs: &[Run], terms: &mut Terms) {
        for run in runs.iter().filter(|run| run.script != Script::Latin) {
            if run.script == Script::Other {
                terms.push((Term::new(Space::Native, &[&normal.text(run.from, run.to.min(run.from + 48))]), 1.0));
                continue;
            }
            let ranges = self.words.words(normal, *run).into_iter().chain(self.words.pairs(normal, *run));
            let chars = |(from, to): (usize, usize)| normal.chars.get(from..to).unwrap_or(&[]);
            terms.extend(ranges.map(|range| (Term::of_chars(Space::Native, &[], chars(range)), 1.0)));
        }
    }

    /// What the units of a text may mean, as terms with the best weight of each unit summed over the units.
    pub fn meaning_terms(&self, units: &[Unit]) -> Terms {
        let mut all = Vec::new();
        for unit in units {
            let mut best: HashMap<Term, f32> = HashMap::new();
            for choice in &unit.choices {
                for term in &choice.terms {
                    let slot = best.entry(*term).or_insert(0.0);
                    *slot = slot.max(choice.weight);
                }
            }
            all.extend(best);
        }
        merged(all)
    }

    /// The words of a text with the ways they may be said in English, whatever language the text is in.
    pub fn units(&self, text: &str) -> Vec<Unit> {
        let cut = self.cut(text);
        let unit = |from, to, piece: &Piece<'_, '_>| {
            let Said { choices, sounds, unknown } = self.said(piece)?;
            Some(Unit { span: cut.normal.span(from, to), choices, sounds, unknown })
        };
        cut.pieces(unit)
    }

    /// The words of a text as numbers of a lexicon, which learns those that it does not have.
    pub(crate) fn numbers(&self, cut: &Cut<'_>, lexicon: &mut Lexicon) -> Vec<u32> {
        cut.pieces(|_, _, piece| lexicon.number(piece, || self.said(piece)))
    }

    /// What a piece of text says; `None` when it says nothing.
    pub(crate) fn said(&self, piece: &Piece<'_, '_>) -> Option<Said> {
        match piece {
            Piece::Letters(letters) => Some(letters_said(letters)),
            Piece::Japanese(written, segment) => japanese_said(written, segment),
            Piece::English(word) => Some(english_said(word)),
        }
    }

    /// Stretches of three and four kana of how the text is read, for queries in kana.
    pub fn reading_terms(&self, text: &str) -> Terms {
        self.reading_terms_of(&self.cut(text))
    }

    /// [`Self::reading_terms`] of a text that has been cut already.
    pub(crate) fn reading_terms_of(&self, cut: &Cut<'_>) -> Terms {
        let mut terms = Vec::new();
        for reading in self.readings_of(cut) {
            let kana: Vec<char> = reading.chars().collect();
            for size in [3, 4, 5] {
                let grams = kana.windows(size.min(kana.len().max(1)));
                terms.extend(grams.map(|gram| (Term::of_chars(Space::Gram, &["kana"], gram), 1.0)));
            }
        }
        merged(terms)
    }

    /// How the Japanese stretches of a text are read, in hiragana. A guess: never show it as a fact.
    pub fn readings(&self, text: &str) -> Vec<String> {
        self.readings_of(&self.cut(text))
    }

    fn readings_of(&self, cut: &Cut<'_>) -> Vec<String> {
        let normal = &cut.normal;
        let mut readings = Vec::new();
        for stretch in &cut.stretches {
            let mut reading = String::new();
            for segment in stretch {
                let written = normal.text(segment.from, segment.to);
                if written.chars().all(is_kana) {
                    reading.push_str(&written);
                    continue;
                }
                let beside = |at: Option<usize>| at.and_then(|at| normal.chars.get(at)).is_some_and(|c| is_kanji(*c));
                let compound = beside(segment.from.checked_sub(1)) || beside(Some(segment.to));
                match self.reading_of(segment, &written, compound) {
                    Some(known) => reading.push_str(&known),
                    None => written.chars().for_each(|c| reading.push_str(&self.reading_of_character(c))),
                }
            }
            readings.push(kernel::fold::fold(&reading).replace(['・', ' ', '-'], ""));
        }
        readings
    }

    /// The likeliest reading of a segment. A single kanji beside others is read the Chinese way (血 in 貧血症 is けつ, not ち).
    fn reading_of(&self, segment: &Segment<'_>, written: &str, compound: bool) -> Option<String> {
        let concepts = segment.found.iter().flat_map(|found| found.written()).filter(|c| !c.readings.is_empty());
        let single = compound && written.chars().count() == 1;
        let trust = |c: &Concept| (single && c.kind != Kind::Kanji, c.kind, !c.common);
        concepts.min_by_key(trust).and_then(|c| c.readings.first().cloned())
    }

    fn reading_of_character(&self, character: char) -> String {
        let mut utf8 = [0; 4];
        let written: &str = character.encode_utf8(&mut utf8);
        let concepts = self.concepts.find(written).into_iter().flat_map(|found| found.written());
        let best = concepts.filter(|c| !c.readings.is_empty()).max_by_key(|c| c.kind == Kind::Kanji);
        best.and_then(|c| c.readings.first().cloned()).unwrap_or_else(|| written.to_owned())
    }

    /// Concepts in a text of either language, longest first match, in order.
    pub fn concepts(&self, text: &str) -> Vec<ConceptMatch> {
        let normal = normalize(text);
        let runs = runs(&normal);
        let mut matches: Vec<(usize, ConceptMatch)> = Vec::new();
        for (from, to) in japanese_stretches(&runs) {
            for segment in self.concepts.segments(&normal, from, to) {
                let best = segment.found.iter().flat_map(|f| f.written()).min_by_key(|c| (c.id.0, c.kind, !c.common));
                if let Some(concept) =
                    best.filter(|c| matches!(c.kind, Kind::Term | Kind::Word) && !c.english.is_empty())
                {
                    let span = normal.span(segment.from, segment.to);
                    matches.push((segment.from, ConceptMatch { span, concept }));
                }
            }
        }
        self.english_concepts(text, &normal, &english_words(&normal, &runs), &mut matches);
        matches.sort_by_key(|(from, _)| *from);
        matches.into_iter().map(|(_, found)| found).collect()
    }

    fn english_concepts(
        &self,
        text: &str,
        normal: &Normal,
        words: &[EnglishWord],
        matches: &mut Vec<(usize, ConceptMatch)>,
    ) {
        let mut at = 0;
        while at < words.len() {
            let longest = words[at + 1..].iter().take(4).take_while(|word| word.follows).count() + 1;
            let found = (1..=longest).rev().find_map(|length| {
                let (first, last) = (&words[at], &words[at + length - 1]);
                let span = normal.span(first.from, last.to);
                let usable = length > 1 || !is_stop_word(&first.word);
                let concept = usable.then(|| self.meant(text.get(span.clone())?)).flatten()?;
                Some((length, ConceptMatch { span, concept }))
            });
            let (length, found) = found.map_or((1, None), |(length, found)| (length, Some(found)));
            matches.extend(found.map(|found| (words[at].from, found)));
            at += length;
        }
    }

    fn meant(&self, phrase: &str) -> Option<Concept> {
        let vocabularies = self.concepts.vocabularies().iter().enumerate();
        let found = vocabularies.filter_map(|(index, v)| v.find_english(phrase, index));
        found.flat_map(|f| f.meant()).min_by_key(|c| (c.id.0, !c.common))
    }
}

/// What a Japanese word says.
fn japanese_said(written: &[char], segment: &Segment<'_>) -> Option<Said> {
    if written.iter().all(char::is_ascii) {
        return None;
    }
    let text: String = written.iter().collect();
    let concepts: Vec<Concept> = segment.found.iter().flat_map(|found| found.written()).collect();
    if concepts.is_empty() && written.len() == 1 && is_kana(written[0]) {
        return None;
    }
    let katakana = written.iter().all(|c| is_katakana(*c));
    let mut choices = translations(&concepts);
    let mut sounds = Vec::new();
    let readings = readings_of(&concepts, &text);
    for (reading, weight) in &readings {
        if let Some(key) = kernel::fold::kana_key(reading) {
            choices.push(Choice { terms: vec![Term::new(Space::Sound, &[&key.replace(' ', "")])], weight: *weight });
        }
    }
    let named = concepts.iter().any(|c| matches!(c.kind, Kind::Place | Kind::Person | Kind::Organization));
    if katakana || named || concepts.is_empty() {
        sounds = readings.iter().map(|(reading, _)| sounds_of_kana(reading)).filter(|s| s.len() >= 3).collect();
    }
    if let Some(letters) = spelled_letters(&text).filter(|_| katakana) {
        choices.push(Choice { terms: vec![Term::new(Space::Meaning, &[&letters])], weight: 1.0 });
    }
    let meaningful = concepts.iter().any(|c| !c.english.is_empty());
    choices.truncate(MAX_CHOICES + MAX_READINGS);
    Some(Said { choices, sounds, unknown: !meaningful })
}

fn english_terms(words: &[EnglishWord], terms: &mut Terms) {
    for (index, word) in words.iter().enumerate() {
        if is_stop_word(&word.word) {
            continue;
        }
        terms.push((Term::new(Space::Native, &[&word.stem]), 1.0));
        if word.acronym {
            terms.push((Term::new(Space::Native, &["capitals", &word.stem]), 1.0));
        }
        let Some(before) = index.checked_sub(1).and_then(|i| words.get(i)).filter(|_| word.follows) else { continue };
        if word.tied {
            terms.push((Term::new(Space::Native, &[&format!("{}{}", before.word, word.stem)]), 0.5));
        }
        if !is_stop_word(&before.word) {
            terms.push((Term::new(Space::Phrase, &[&before.stem, &word.stem]), 1.0));
        }
    }
}

/// Stretches in which Japanese words are looked for: Japanese runs and the Latin runs that touch them (T細胞, iPS細胞).
fn japanese_stretches(runs: &[Run]) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize, bool)> = Vec::new();
    for run in runs {
        let japanese = matches!(run.script, Script::Japanese | Script::Kana);
        match stretches.last_mut() {
            Some((_, to, any)) if *to == run.from => (*to, *any) = (run.to, *any || japanese),
            _ => stretches.push((run.from, run.to, japanese)),
        }
    }
    stretches.into_iter().filter(|(.., any)| *any).map(|(from, to, _)| (from, to)).collect()
}

/// Sums the weights of equal terms, in the order of the terms, so that results never depend on a hash table.
pub(crate) fn merged(mut terms: Terms) -> Terms {
    terms.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    terms
}
