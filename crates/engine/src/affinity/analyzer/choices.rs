//! The ways a word may be said: what dictionaries and word parts say about it.

use super::{Choice, Said};
use crate::affinity::concepts::{Concept, Kind, roots_of};
use crate::affinity::text::script::is_kana;
use crate::affinity::text::sound::sounds_of_english;
use crate::affinity::text::{EnglishWord, Space, Term, english_words, is_stop_word, normalize, runs, stem_of};

/// How much the parts of a compound word count beside the word itself.
const ROOT_WEIGHT: f32 = 0.6;
/// How much words count that only begin alike.
const BEGINNING_WEIGHT: f32 = 0.6;
/// A name is romanized more often than a common noun is.
const NAME_SOUND: f32 = 1.0;
const NOUN_SOUND: f32 = 0.7;
/// Readings tried per name.
pub(super) const MAX_READINGS: usize = 4;
pub(super) const MAX_CHOICES: usize = 20;

pub(super) fn english_said(word: &EnglishWord) -> Said {
    let mut choices = vec![Choice { terms: meaning(&stem_or_number(word)), weight: 1.0 }];
    if let Some(beginning) = beginning(word) {
        choices.push(Choice { terms: vec![beginning], weight: BEGINNING_WEIGHT });
    }
    for root in roots_of(&word.word) {
        choices.push(Choice { terms: meaning(&stem_of(root)), weight: ROOT_WEIGHT });
    }
    if let Some(key) = kernel::fold::kana_key(&word.word) {
        choices.push(Choice { terms: vec![Term::new(Space::Sound, &[&key])], weight: 1.0 });
    }
    let sounds = sounds_of_english(&word.word);
    Said { choices, sounds: Vec::from([sounds]), unknown: false }
}

/// Letters that are spelled out in katakana.
pub(super) fn letters_said(letters: &str) -> Said {
    Said { choices: vec![Choice { terms: meaning(letters), weight: 1.0 }], sounds: Vec::new(), unknown: false }
}

/// Ordinals by their number: fifth, 5th and 5 are one.
fn stem_or_number(word: &EnglishWord) -> String {
    const ORDINALS: [&str; 12] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ];
    let digits = word.word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let ending = &word.word[digits.len()..];
    if !digits.is_empty() && matches!(ending, "st" | "nd" | "rd" | "th") {
        return digits.to_owned();
    }
    ORDINALS
        .iter()
        .position(|ordinal| *ordinal == word.word)
        .map_or_else(|| word.stem.clone(), |at| (at + 1).to_string())
}

/// What a long word has in common with the words derived from it: abdomen and abdominal, muscle and muscular.
fn beginning(word: &EnglishWord) -> Option<Term> {
    let letters = word.word.len();
    let usable = letters >= 6 && !word.acronym && word.word.bytes().all(|b| b.is_ascii_lowercase());
    let length = if letters >= 9 { 6 } else { 5 };
    usable.then(|| Term::new(Space::Meaning, &["beginning", &word.word[..length]]))
}

fn meaning(stem: &str) -> Vec<Term> {
    vec![Term::new(Space::Meaning, &[stem])]
}

/// English choices of the concepts, best first; parts of compound words beside the words.
pub(super) fn translations(concepts: &[Concept]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let words_known =
        concepts.iter().any(|c| matches!(c.kind, Kind::Term | Kind::Word | Kind::Form) && !c.english.is_empty());
    for concept in concepts {
        if concept.kind == Kind::Kanji && words_known {
            continue;
        }
        let trust = if concept.common || concept.kind == Kind::Term { 1.0 } else { 0.85 };
        for gloss in &concept.english {
            let words = gloss_words(&gloss.english);
            if words.is_empty() {
                continue;
            }
            let terms: Vec<Term> = words.iter().map(|w| Term::new(Space::Meaning, &[&stem_or_number(w)])).collect();
            let derived: Vec<Term> = words.iter().zip(&terms).map(|(w, term)| beginning(w).unwrap_or(*term)).collect();
            let roots: Vec<Term> = words
                .iter()
                .flat_map(|w| roots_of(&w.word))
                .map(|root| Term::new(Space::Meaning, &[&stem_of(root)]))
                .collect();
            let weight = gloss.weight * trust;
            if derived != terms {
                push_choice(&mut choices, Choice { terms: derived, weight: weight * BEGINNING_WEIGHT });
            }
            push_choice(&mut choices, Choice { terms, weight });
            if !roots.is_empty() {
                push_choice(&mut choices, Choice { terms: roots, weight: weight * ROOT_WEIGHT });
            }
        }
    }
    choices.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    choices.truncate(MAX_CHOICES);
    choices
}

fn push_choice(choices: &mut Vec<Choice>, choice: Choice) {
    match choices.iter_mut().find(|c| c.terms == choice.terms) {
        Some(known) => known.weight = known.weight.max(choice.weight),
        None => choices.push(choice),
    }
}

fn gloss_words(gloss: &str) -> Vec<EnglishWord> {
    let normal = normalize(gloss);
    let runs = runs(&normal);
    let words = english_words(&normal, &runs);
    words.into_iter().filter(|word| !is_stop_word(&word.word)).collect()
}

/// Readings with how likely the name is written by its sound in Latin letters.
pub(super) fn readings_of(concepts: &[Concept], written: &str) -> Vec<(String, f32)> {
    let mut readings: Vec<(String, f32)> = Vec::new();
    if written.chars().all(is_kana) {
        readings.push((written.to_owned(), NAME_SOUND));
    }
    for concept in concepts {
        let weight = match concept.kind {
            Kind::Place | Kind::Person | Kind::Organization => NAME_SOUND,
            Kind::Term | Kind::Word | Kind::Kanji | Kind::Form => NOUN_SOUND,
        };
        for reading in &concept.readings {
            if readings.len() < MAX_READINGS && !readings.iter().any(|(known, _)| known == reading) {
                readings.push((reading.clone(), weight));
            }
        }
    }
    readings
}
