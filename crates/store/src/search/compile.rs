//! Makes a tantivy query out of a parsed one, over the fields that the reader may search and no others.

use super::analysis::{LEGAL_MARK, SOUND_MARK, STEM_MARK, WORD_MARK, alphanumeric_parts, marked};
use super::parse::{Parsed, Phrase, Quoted, Word, covering_pairs};
use super::schema::{Class, Fields};
use super::scope::{OpenField, Scope, any_term};
use std::collections::BTreeSet;
use std::ops::Bound;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DfaWrapper, DisjunctionMaxQuery, FuzzyTermQuery,
    InvertedIndexRangeQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// How forgiving a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Every word.
    All,
    /// Every word, long Latin ones with one typing error.
    AllWithTypos,
    /// Any word, with typing errors.
    Any,
}

/// How much the second-best field of a word adds to the best one.
const TIE_BREAKER: f32 = 0.3;
/// Most words that one word is taken for.
const MAX_MISSPELT: usize = 200;
/// Shortest Latin word that may hold a typing error.
const TYPO_LENGTH: usize = 5;

const STEM_BOOST: f32 = 0.7;
const SOUND_BOOST: f32 = 0.8;
const WHOLE_WORD_BOOST: f32 = 0.5;
const SINGLE_CHARACTER_BOOST: f32 = 0.5;
const OPEN_BOOST: f32 = 0.3;
const TYPO_BOOST: f32 = 0.25;
const TOGETHER_BOOST: f32 = 0.5;
const LEGAL_FORM_BOOST: f32 = 0.2;
const MEANING_BOOST: f32 = 0.6;

/// One way in which a word may stand in a text.
struct Way {
    what: What,
    /// Derived tokens that only titles and names have.
    head_only: bool,
    boost: f32,
}

enum What {
    Token(String),
    Phrase(Phrase),
    Beginning(String),
    /// Words like this one, with the same first letter.
    Misspelt {
        first: char,
        automaton: DfaWrapper,
    },
}

impl Way {
    fn anywhere(what: What, boost: f32) -> Way {
        Way { what, head_only: false, boost }
    }

    fn in_heads(what: What, boost: f32) -> Way {
        Way { what, head_only: true, boost }
    }
}

/// Compiles for one reader.
pub(super) struct Compiler<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    scope: &'a Scope<'a>,
    open: Vec<OpenField>,
    /// Shortest last word whose beginning is enough.
    open_length: usize,
}

impl<'a> Compiler<'a> {
    /// For search over all text.
    pub(super) fn for_search(searcher: &'a Searcher, fields: &'a Fields, scope: &'a Scope<'a>) -> Compiler<'a> {
        Compiler { searcher, fields, scope, open: scope.open_fields(&Class::ALL), open_length: 3 }
    }

    /// For typeahead over titles and names.
    pub(super) fn for_typeahead(searcher: &'a Searcher, fields: &'a Fields, scope: &'a Scope<'a>) -> Compiler<'a> {
        Compiler { searcher, fields, scope, open: scope.open_fields(&[Class::Head]), open_length: 1 }
    }

    /// The whole query; `None` when it cannot match anything.
    pub(super) fn compile(&self, parsed: &Parsed, record_types: &[&str], mode: Mode) -> Option<Box<dyn Query>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = vec![(Occur::Must, self.scope.visible()?)];
        if !record_types.is_empty() {
            let terms = record_types.iter().map(|code| Term::from_field_text(self.fields.record_type, code));
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(any_term(terms.collect())?, 0.0))));
        }
        if parsed.has_positive() {
            clauses.push((Occur::Must, self.positive(parsed, mode)?));
        } else {
            clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        let excluded = parsed.excluded.iter().filter_map(|phrase| self.excluded(phrase));
        clauses.extend(excluded.map(|query| (Occur::MustNot, query)));
        Some(Box::new(BooleanQuery::new(clauses)))
    }

    fn positive(&self, parsed: &Parsed, mode: Mode) -> Option<Box<dyn Query>> {
        let mut wanted: Vec<Option<Box<dyn Query>>> = Vec::new();
        wanted.extend(parsed.quoted.iter().map(|quoted| self.phrase(&quoted.phrase, 1.0)));
        wanted.extend(parsed.words.iter().map(|word| self.word(word, mode)));
        let occur = if mode == Mode::Any { Occur::Should } else { Occur::Must };
        if occur == Occur::Must && wanted.iter().any(Option::is_none) {
            return None;
        }
        let found: Vec<(Occur, Box<dyn Query>)> = wanted.into_iter().flatten().map(|query| (occur, query)).collect();
        if found.is_empty() {
            return None;
        }
        let together = parsed.together.iter().filter_map(|phrase| self.phrase(phrase, TOGETHER_BOOST));
        let forms = parsed.legal_forms.iter().filter_map(|form| self.legal_form(form));
        let preferred: Vec<(Occur, Box<dyn Query>)> =
            together.chain(forms).map(|query| (Occur::Should, query)).collect();
        if preferred.is_empty() {
            return Some(Box::new(BooleanQuery::new(found)));
        }
        let required: Box<dyn Query> = Box::new(BooleanQuery::new(found));
        let with_preference = std::iter::once((Occur::Must, required)).chain(preferred).collect();
        Some(Box::new(BooleanQuery::new(with_preference)))
    }

    fn excluded(&self, phrase: &Phrase) -> Option<Box<dyn Query>> {
        self.any_way(&[Way::anywhere(What::Phrase(phrase.clone()), 1.0)])
    }

    fn phrase(&self, phrase: &Phrase, boost: f32) -> Option<Box<dyn Query>> {
        self.any_way(&[Way::anywhere(What::Phrase(phrase.clone()), boost)])
    }

    fn legal_form(&self, form: &str) -> Option<Box<dyn Query>> {
        self.any_way(&[Way::in_heads(What::Token(marked(LEGAL_MARK, form)), LEGAL_FORM_BOOST)])
    }

    fn word(&self, word: &Word, mode: Mode) -> Option<Box<dyn Query>> {
        match word {
            Word::Meant { own, others } => self.meant(own, others, mode),
            word => self.any_way(&self.ways(word, mode)),
        }
    }

    /// All words as typed, or all words of one of the other ways.
    fn meant(&self, own: &[Word], others: &[Quoted], mode: Mode) -> Option<Box<dyn Query>> {
        let typed = own.iter().map(Word::tokens).sum::<usize>();
        let others = others.iter().filter_map(|other| {
            // Segmenters cut Japanese terms at places of their own, so such a term has to stand as it is; English words
            // may be inflected.
            let written_as_one = other.words.iter().any(|word| matches!(word, Word::Cjk { .. }));
            let query = if written_as_one { self.phrase(&other.phrase, 1.0) } else { self.every(&other.words, mode) };
            // A score grows with the tokens it is made of; a longer way to say it must not count more than the typed one.
            let boost = MEANING_BOOST * typed.min(other.phrase.0.len()) as f32 / other.phrase.0.len().max(1) as f32;
            Some(Box::new(BoostQuery::new(query?, boost)) as Box<dyn Query>)
        });
        let mut found: Vec<Box<dyn Query>> = self.every(own, mode).into_iter().chain(others).collect();
        match found.len() {
            0 | 1 => found.pop(),
            _ => Some(Box::new(DisjunctionMaxQuery::with_tie_breaker(found, TIE_BREAKER))),
        }
    }

    /// Every one of the words; `None` when one of them is nowhere.
    fn every(&self, words: &[Word], mode: Mode) -> Option<Box<dyn Query>> {
        let queries: Option<Vec<_>> = words.iter().map(|word| Some((Occur::Must, self.word(word, mode)?))).collect();
        let queries = queries.filter(|queries| !queries.is_empty())?;
        Some(Box::new(BooleanQuery::new(queries)))
    }

    fn ways(&self, word: &Word, mode: Mode) -> Vec<Way> {
        match word {
            Word::Latin { whole, parts, open, sound } => {
                let mut ways = latin_ways(whole, parts, word.stem());
                let open = *open && whole.chars().count() >= self.open_length;
                if let Some(sound) = sound {
                    ways.push(Way::in_heads(What::Token(marked(SOUND_MARK, sound)), SOUND_BOOST));
                    if open {
                        ways.push(Way::in_heads(What::Beginning(marked(SOUND_MARK, sound)), OPEN_BOOST));
                    }
                }
                if open {
                    ways.push(Way::anywhere(What::Beginning(whole.clone()), OPEN_BOOST));
                }
                if mode != Mode::All && may_hold_typo(word) {
                    ways.extend(self.misspelt(whole).map(|what| Way::anywhere(what, TYPO_BOOST)));
                }
                ways
            }
            Word::Cjk { text, sound } => {
                let mut ways = cjk_ways(text);
                if let Some(sound) = sound {
                    ways.push(Way::in_heads(What::Token(marked(SOUND_MARK, sound)), SOUND_BOOST));
                }
                ways
            }
            Word::Legal { form, written } => vec![
                Way::in_heads(What::Token(marked(LEGAL_MARK, form)), 1.0),
                Way::anywhere(What::Phrase(written.phrase.clone()), 1.0),
            ],
            Word::Meant { .. } => Vec::new(),
        }
    }

    /// Matches where any of the ways is open to the reader and present; the best one counts most.
    fn any_way(&self, ways: &[Way]) -> Option<Box<dyn Query>> {
        let mut found: Vec<Box<dyn Query>> = Vec::new();
        for open in &self.open {
            for way in ways.iter().filter(|way| !way.head_only || open.class == Class::Head) {
                let Some(query) = self.leaf(open.field, &way.what) else { continue };
                let boosted: Box<dyn Query> = Box::new(BoostQuery::new(query, way.boost * open.class.boost()));
                found.extend(self.scope.guarded(*open, boosted));
            }
        }
        match found.len() {
            0 | 1 => found.pop(),
            _ => Some(Box::new(DisjunctionMaxQuery::with_tie_breaker(found, TIE_BREAKER))),
        }
    }

    fn leaf(&self, field: Field, what: &What) -> Option<Box<dyn Query>> {
        match what {
            What::Token(token) => self.token(field, token),
            What::Phrase(Phrase(tokens)) => match tokens.as_slice() {
                [(_, token)] => self.token(field, token),
                tokens => {
                    let terms: Vec<(usize, Term)> =
                        tokens.iter().map(|(at, token)| (*at, Term::from_field_text(field, token))).collect();
                    let all_exist = terms.iter().all(|(_, term)| self.exists(term));
                    all_exist.then(|| Box::new(PhraseQuery::new_with_offset(terms)) as Box<dyn Query>)
                }
            },
            What::Beginning(text) => Some(Box::new(InvertedIndexRangeQuery::new(
                Bound::Included(Term::from_field_text(field, text)),
                Bound::Excluded(Term::from_field_text(field, &after_all_beginning_with(text))),
            ))),
            What::Misspelt { first, automaton } => self.words_like(field, *first, automaton),
        }
    }

    /// The automaton is built once per word: it costs more than a look into a field.
    fn misspelt(&self, word: &str) -> Option<What> {
        let any_field = self.open.first()?.field;
        let automaton = FuzzyTermQuery::new(Term::from_field_text(any_field, word), 1, true).automaton().ok()?;
        Some(What::Misspelt { first: word.chars().next()?, automaton })
    }

    /// Words of the field that the automaton takes for `first`… Without the first letter it would have to walk
    /// through every kanji of the dictionary, each being one substitution.
    fn words_like(&self, field: Field, first: char, automaton: &DfaWrapper) -> Option<Box<dyn Query>> {
        let (from, to) = (first.to_string(), after_all_beginning_with(&first.to_string()));
        let mut words: BTreeSet<Vec<u8>> = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let postings = segment.inverted_index(field).ok()?;
            let mut stream = postings.terms().search(automaton).ge(&from).lt(&to).into_stream().ok()?;
            while stream.advance() && words.len() < MAX_MISSPELT {
                words.insert(stream.key().to_vec());
            }
        }
        let text = |word: Vec<u8>| String::from_utf8(word).ok();
        let terms = words.into_iter().filter_map(text).map(|word| Term::from_field_text(field, &word)).collect();
        any_term(terms).map(|query| Box::new(ConstScoreQuery::new(query, 1.0)) as Box<dyn Query>)
    }

    fn token(&self, field: Field, token: &str) -> Option<Box<dyn Query>> {
        let term = Term::from_field_text(field, token);
        self.exists(&term).then(|| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) as Box<dyn Query>)
    }

    /// Most fields of most circles lack most words; leaving such clauses out is much cheaper than running them.
    fn exists(&self, term: &Term) -> bool {
        self.searcher.doc_freq(term).is_ok_and(|frequency| frequency > 0)
    }
}

/// A text that sorts behind every other text that begins with `prefix`.
fn after_all_beginning_with(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}

/// Whether a word is long enough, and plain enough, to allow a typing error in it.
pub(super) fn may_hold_typo(word: &Word) -> bool {
    match word {
        Word::Latin { whole, parts, .. } => {
            parts.is_empty() && whole.chars().count() >= TYPO_LENGTH && whole.chars().all(char::is_alphabetic)
        }
        Word::Cjk { .. } | Word::Legal { .. } | Word::Meant { .. } => false,
    }
}

fn latin_ways(whole: &str, parts: &[String], stem: Option<String>) -> Vec<Way> {
    let mut ways = vec![Way::anywhere(What::Token(whole.to_owned()), 1.0)];
    let common = stem.as_deref().unwrap_or(whole);
    ways.push(Way::anywhere(What::Token(marked(STEM_MARK, common)), STEM_BOOST));
    if let Some(stem) = &stem {
        ways.push(Way::anywhere(What::Token(stem.clone()), STEM_BOOST));
    }
    let in_parts = if parts.is_empty() {
        alphanumeric_parts(whole).into_iter().map(str::to_owned).collect()
    } else {
        parts.to_vec()
    };
    if !in_parts.is_empty() {
        // "COVID 19", written apart.
        ways.push(Way::anywhere(What::Phrase(Phrase(in_parts.into_iter().enumerate().collect())), 1.0));
    }
    ways
}

fn cjk_ways(text: &str) -> Vec<Way> {
    let run: Vec<char> = text.chars().collect();
    if let [single] = run.as_slice() {
        return vec![Way::anywhere(What::Token(single.to_string()), SINGLE_CHARACTER_BOOST)];
    }
    vec![
        Way::anywhere(What::Phrase(Phrase(covering_pairs(&run).collect())), 1.0),
        Way::anywhere(What::Token(marked(WORD_MARK, text)), WHOLE_WORD_BOOST),
    ]
}
