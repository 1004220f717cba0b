//! Cuts Japanese text into known words: the path with the fewest, most trusted words (the minimum-number-of-morphemes
//! method of Yoshimura, Hitaka and Yoshida 1983, with costs by kind).

use super::entry::Kind;
use super::{Concepts, Found};
use crate::affinity::text::Normal;
use crate::affinity::text::script::{is_hiragana, is_kanji, is_katakana};

/// A stretch of the text with what is known about it; nothing when the word is unknown.
#[derive(Debug, Clone)]
pub struct Segment<'a> {
    /// Character range in the normalized text.
    pub from: usize,
    pub to: usize,
    pub found: Vec<Found<'a>>,
}

/// Longest word looked for, in characters.
const MAX_WORD: usize = 20;
/// Longest unknown word in katakana, in characters; longer runs are cut.
const MAX_UNKNOWN: usize = 48;
const UNKNOWN_CHARACTER: u32 = 40;
const UNKNOWN_KATAKANA: u32 = 12;

pub(super) fn segments<'a>(concepts: &'a Concepts<'_>, normal: &Normal, from: usize, to: usize) -> Vec<Segment<'a>> {
    let to = to.min(normal.chars.len());
    let chars = normal.chars.get(from..to).unwrap_or(&[]);
    let length = chars.len();
    // Best cost to reach each border, and where the last word began.
    let mut best = vec![(u32::MAX, 0_usize); length + 1];
    best[0] = (0, 0);
    let mut key = String::new();
    for start in 0..length {
        let reached = best[start].0;
        if reached == u32::MAX || inside_latin(chars, start) {
            continue;
        }
        let (unknown, cost) = unknown_word(chars, start);
        relax(&mut best, start + unknown, reached + cost, start);
        key.clear();
        let next = chars.get(start + 1).map_or(1, |next| concepts.reach(chars[start], *next).max(1));
        for end in start + 1..=(start + MAX_WORD.min(next)).min(length) {
            let ch = chars[end - 1];
            if !is_word_char(ch) {
                break;
            }
            key.push(ch);
            if inside_latin(chars, end) || begins_no_word(chars, end) {
                continue;
            }
            if let Some(cost) = word_cost(concepts, &key, &chars[start..end]) {
                relax(&mut best, end, reached + cost, start);
            }
        }
    }
    let mut borders = vec![length];
    let mut at = length;
    while at > 0 {
        at = best[at].1;
        borders.push(at);
    }
    borders.reverse();
    let words = borders.windows(2).map(|pair| (pair[0], pair[1]));
    let words = words.filter(|(a, _)| chars.get(*a).is_some_and(|c| is_word_char(*c)));
    words.map(|(a, b)| segment(concepts, chars, from, a, b)).collect()
}

fn segment<'a>(concepts: &'a Concepts<'_>, chars: &[char], base: usize, from: usize, to: usize) -> Segment<'a> {
    let key: String = chars[from..to].iter().collect();
    let useful = !chars[from..to].iter().all(char::is_ascii) && (to - from > 1 || !is_hiragana(chars[from]));
    let found = if useful { concepts.find(&key) } else { Vec::new() };
    Segment { from: base + from, to: base + to, found }
}

fn relax(best: &mut [(u32, usize)], to: usize, cost: u32, from: usize) {
    if let Some(slot) = best.get_mut(to)
        && cost < slot.0
    {
        *slot = (cost, from);
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == 'ー'
}

/// A border between two Latin letters or digits is none.
fn inside_latin(chars: &[char], at: usize) -> bool {
    at > 0 && chars.get(at).is_some_and(char::is_ascii_alphanumeric) && chars[at - 1].is_ascii_alphanumeric()
}

/// A long mark or small kana never begins a word.
fn begins_no_word(chars: &[char], at: usize) -> bool {
    chars
        .get(at)
        .is_some_and(|c| matches!(c, 'ー' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ン'))
}

/// The stretch that is taken when no word fits: one character, a Latin word, a katakana run.
fn unknown_word(chars: &[char], start: usize) -> (usize, u32) {
    match chars[start] {
        c if c.is_ascii_alphanumeric() => (chars[start..].iter().take_while(|c| c.is_ascii_alphanumeric()).count(), 10),
        c if is_katakana(c) => {
            let length = chars[start..].iter().take(MAX_UNKNOWN).take_while(|c| is_katakana(**c)).count();
            (length, 14 + UNKNOWN_KATAKANA * u32::try_from(length / 3).unwrap_or(0))
        }
        c if is_hiragana(c) => (1, 14),
        c if is_kanji(c) => (1, UNKNOWN_CHARACTER),
        _ => (1, 1),
    }
}

/// What a known word costs; less is better. Names cost more than words, one character more than two, kana without kanji more
/// than the same with.
fn word_cost(concepts: &Concepts<'_>, key: &str, chars: &[char]) -> Option<u32> {
    let length = chars.len();
    if chars.iter().all(|c| is_hiragana(*c)) && length < 3 {
        return None;
    }
    let found = concepts.find(key);
    let kinds = found.iter().flat_map(Found::kinds);
    let cost = kinds
        .map(|(kind, common)| match kind {
            Kind::Term => 8,
            Kind::Word | Kind::Form => 10 + if common { 0 } else { 2 },
            Kind::Organization => 12,
            Kind::Place => 13,
            Kind::Person => 15,
            Kind::Kanji => 24,
        })
        .min()?;
    let short = if length == 1 { 8 } else { 0 };
    let kana = if chars.iter().all(|c| is_hiragana(*c)) { 4 } else { 0 };
    Some(cost + short + kana)
}
