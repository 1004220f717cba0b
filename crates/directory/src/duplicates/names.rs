//! How two names of bodies compare: the same but for legal form, width and old kanji; the same words in another order;
//! one slip of the keyboard; a short form; the same sound.
//!
//! Pure text rules. Never here: what follows from a likeness (that is `model`), a change to any stored name.

use super::words::{BODY_WORDS, COMMON_JAPANESE, COMMON_WORDS, PARTICLES, UNIT_WORDS, WORD_FORMS};
use kernel::fold::{kana_key, match_key};
use kernel::legal_form::{self, LegalForm};

/// Where a spelling comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Title,
    Short,
    /// A registered other name: former, brand, misspelled.
    Alias,
}

/// One spelling of a name, taken apart for comparison.
#[derive(Debug, Clone)]
pub struct Spelling {
    pub origin: Origin,
    pub latin: bool,
    pub form: Option<LegalForm>,
    /// Folded, without legal form, spaces, marks and articles.
    pub key: String,
    /// The key without long marks and small kana: サーバー and サーバ are one.
    pub loose: String,
    /// What is left of the key without words that many bodies share (病院, University, …).
    pub rest: String,
    /// Latin words without particles, in one spelling each, sorted.
    pub words: Vec<String>,
    /// Ordinals and digits: 第一, 2nd, III.
    pub numbers: Vec<u32>,
    /// First letters of the words, in the order written.
    pub initials: String,
}

/// How two spellings are alike, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    Same,
    /// Different only in long marks or small kana.
    Loose,
    /// The same Latin words in another order or inflection.
    Words,
    /// Kana or romaji of the same reading.
    Reading,
    /// A slip of the keyboard.
    Typo,
    /// One is the short form of the other.
    Short,
    /// Most of the words are the same.
    Overlap,
    /// A katakana name and a Latin one that sound alike.
    Sound,
}

/// One kanji more or another one of these makes another body, never a slip.
const TELLING: &str =
    "一二三四五六七八九十百千東西南北中上下左右前後新旧大小本支府市県都道区町村国私公立男女内外第甲乙丙父母子";

impl Spelling {
    /// Takes a name apart; `None` when nothing comparable is in it.
    pub fn of(text: &str, origin: Origin) -> Option<Spelling> {
        let (_, form, _) = legal_form::split(text);
        let folded = match_key(without_gloss(legal_form::core(text)));
        let latin = !folded.chars().any(|c| !c.is_ascii() && c.is_alphabetic());
        let all: Vec<&str> =
            folded.split(|c: char| !c.is_alphanumeric() && c != 'ー' && c != '\'').filter(|w| !w.is_empty()).collect();
        let key: String = all.iter().filter(|w| **w != "the").flat_map(|w| w.chars()).filter(|c| *c != '\'').collect();
        if key.is_empty() {
            return None;
        }
        let mut words: Vec<String> = if latin {
            all.iter().filter(|w| !PARTICLES.contains(w)).map(|w| word_form(w)).collect()
        } else {
            Vec::new()
        };
        let initials = words.iter().filter_map(|w| w.chars().next()).collect();
        let rest = if latin {
            words.iter().filter(|w| !COMMON_WORDS.contains(&w.as_str())).cloned().collect()
        } else {
            japanese_rest(&key)
        };
        words.sort();
        Some(Spelling {
            origin,
            latin,
            form,
            loose: loosened(&key),
            rest,
            numbers: numbers(&folded, &all),
            words,
            initials,
            key,
        })
    }

    /// A name such as 中央病院 that many bodies have.
    pub fn is_common(&self) -> bool {
        let needed = if self.latin { 3 } else { 2 };
        self.rest.chars().count() < needed
    }

    /// The name of a unit without the word for what it is, with its numbers: 心臓血管外科学講座 and 心臓血管外科学教室 share it.
    pub fn unit_core(&self) -> (&[u32], String) {
        let rest = match self.latin {
            true => self.words.iter().filter(|w| !UNIT_WORDS.contains(&w.as_str())).cloned().collect(),
            false => UNIT_WORDS.iter().fold(self.key.clone(), |rest, word| rest.replace(word, "")),
        };
        (&self.numbers, rest)
    }

    /// How far a slip of the keyboard is thought of: by how long and telling the name is.
    fn slips(&self, other: &Spelling) -> usize {
        let shortest = |a: &str, b: &str| a.chars().count().min(b.chars().count());
        let (whole, telling) = (shortest(&self.key, &other.key), shortest(&self.rest, &other.rest));
        match (self.latin, is_kana(&self.rest) && is_kana(&other.rest)) {
            (true, _) if whole >= 14 && telling >= 9 => 2,
            (true, _) if whole >= 7 && telling >= 6 => 1,
            (false, true) if telling >= 5 => 1,
            (false, false) if whole >= 6 && telling >= 4 => 1,
            _ => 0,
        }
    }
}

/// The strongest likeness of two spellings, if any.
pub fn likeness(a: &Spelling, b: &Spelling) -> Option<Likeness> {
    if a.key == b.key {
        let abbreviated = a.origin == Origin::Short || b.origin == Origin::Short;
        return Some(if abbreviated { Likeness::Short } else { Likeness::Same });
    }
    if a.numbers != b.numbers {
        return None;
    }
    if a.latin && b.latin {
        return latin_likeness(a, b);
    }
    if a.latin != b.latin {
        let (japanese, latin) = if a.latin { (b, a) } else { (a, b) };
        return sounds_alike(japanese, latin).then_some(Likeness::Sound);
    }
    if a.loose == b.loose && a.loose.chars().count() >= 3 {
        return Some(Likeness::Loose);
    }
    is_slip(a, b).then_some(Likeness::Typo)
}

fn latin_likeness(a: &Spelling, b: &Spelling) -> Option<Likeness> {
    if a.words == b.words && !a.words.is_empty() {
        return Some(Likeness::Words);
    }
    if is_slip(a, b) {
        return Some(Likeness::Typo);
    }
    if is_acronym(a, b) || is_acronym(b, a) {
        return Some(Likeness::Short);
    }
    overlaps(a, b).then_some(Likeness::Overlap)
}

fn is_slip(a: &Spelling, b: &Spelling) -> bool {
    let allowed = a.slips(b);
    if allowed == 0 || a.key.chars().next() != b.key.chars().next() {
        return false;
    }
    let (x, y): (Vec<char>, Vec<char>) = (a.key.chars().collect(), b.key.chars().collect());
    if distance(&x, &y, allowed).is_none() {
        return false;
    }
    let (only_a, only_b) = differing(&x, &y);
    !only_a.iter().chain(&only_b).any(|c| c.is_numeric() || TELLING.contains(*c))
}

/// The pieces in which two texts differ, without what they share at both ends.
fn differing<'t>(x: &'t [char], y: &'t [char]) -> (Vec<char>, Vec<char>) {
    let front = x.iter().zip(y).take_while(|(a, b)| a == b).count();
    let (x, y) = (x.get(front..).unwrap_or_default(), y.get(front..).unwrap_or_default());
    let back = x.iter().rev().zip(y.iter().rev()).take_while(|(a, b)| a == b).count();
    let cut = |t: &'t [char]| t.get(..t.len() - back).unwrap_or_default().to_vec();
    (cut(x), cut(y))
}

fn is_acronym(short: &Spelling, long: &Spelling) -> bool {
    let fits = short.words.len() == 1 && (3..=8).contains(&short.key.len()) && long.words.len() >= 3;
    fits && (short.key == long.initials || (short.key.len() >= 4 && skips_one(&short.key, &long.initials)))
}

/// CiRA leaves out one word of Center for iPS Cell Research and Application.
fn skips_one(short: &str, initials: &str) -> bool {
    let (x, y): (Vec<char>, Vec<char>) = (short.chars().collect(), initials.chars().collect());
    x.len() + 1 == y.len() && x.first() == y.first() && distance(&x, &y, 1).is_some()
}

fn overlaps(a: &Spelling, b: &Spelling) -> bool {
    let shared = a.words.iter().filter(|w| b.words.contains(w)).count();
    let all = a.words.len() + b.words.len() - shared;
    let extra = a.words.iter().filter(|w| !b.words.contains(w)).chain(b.words.iter().filter(|w| !a.words.contains(w)));
    shared >= 3 && shared * 4 >= all * 3 && extra.into_iter().all(|w| !BODY_WORDS.contains(&w.as_str()))
}

/// クオリプス and Cuorips: the same consonants in the same order.
fn sounds_alike(japanese: &Spelling, latin: &Spelling) -> bool {
    if !is_kana(&japanese.key) || latin.words.len() > 3 {
        return false;
    }
    let Some(reading) = kana_key(&japanese.key) else { return false };
    if reading.replace(' ', "") == kana_key(&latin.key).unwrap_or_default() {
        return true;
    }
    let (one, two) = (consonants(&reading), consonants(&latin.key));
    one.len() >= 4 && one == two
}

/// Consonants as Japanese hears them.
pub fn consonants(latin: &str) -> String {
    let heard = latin
        .replace("sh", "s")
        .replace("ts", "t")
        .replace("ch", "t")
        .replace("ph", "f")
        .replace("th", "s")
        .replace("ck", "k")
        .replace('x', "ks");
    let letters: Vec<char> = heard.chars().collect();
    let is_vowel = |c: &char| "aiueoy".contains(*c);
    let mut out = String::new();
    for (i, c) in letters.iter().enumerate() {
        let next = letters.get(i + 1);
        let mapped = match c {
            'c' | 'q' => 'k',
            'l' => 'r',
            'v' => 'b',
            'f' => 'h',
            'j' => 'z',
            'r' if !next.is_some_and(is_vowel) => continue,
            'h' if i > 0 && !next.is_some_and(is_vowel) => continue,
            'w' => continue,
            c if is_vowel(c) || !c.is_ascii_alphabetic() => continue,
            c => *c,
        };
        if !out.ends_with(mapped) || letters.get(i.wrapping_sub(1)).is_some_and(is_vowel) {
            out.push(mapped);
        }
    }
    out
}

/// Number of edits (insert, delete, replace, swap of neighbours) when not above `most`.
pub fn distance(x: &[char], y: &[char], most: usize) -> Option<usize> {
    if x.len().abs_diff(y.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=y.len()).collect();
    for (i, a) in x.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in y.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&previous, j + 1) + 1).min(at(&row, j) + 1).min(at(&previous, j) + usize::from(a != b));
            if i > 0 && j > 0 && x.get(i - 1) == Some(b) && y.get(j - 1) == Some(a) {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut previous, row);
    }
    previous.last().copied().filter(|d| *d <= most)
}

fn word_form(word: &str) -> String {
    let found = WORD_FORMS.iter().find(|(written, _)| *written == word).map(|(_, form)| *form);
    found.unwrap_or(word).replace('\'', "")
}

/// `国立がん研究センター (NCC)` without its gloss: an abbreviation in Latin capitals behind the name.
fn without_gloss(name: &str) -> &str {
    let Some(open) = name.rfind(['(', '（']) else { return name };
    let gloss = name.get(open..).unwrap_or_default().trim_start_matches(['(', '（']).trim_end_matches([')', '）', ' ']);
    let short = (2..=8).contains(&gloss.len())
        && gloss.chars().all(|c| c.is_ascii_alphabetic())
        && gloss.chars().filter(char::is_ascii_uppercase).count() >= 2;
    match name.get(..open).map(str::trim) {
        Some(bare) if short && !bare.is_empty() => bare,
        _ => name,
    }
}

fn japanese_rest(key: &str) -> String {
    let mut rest = key.to_owned();
    for common in COMMON_JAPANESE {
        rest = rest.replace(common, "");
    }
    rest
}

fn loosened(key: &str) -> String {
    let small = |c: char| match c {
        'ぁ' => 'あ',
        'ぃ' => 'い',
        'ぅ' => 'う',
        'ぇ' => 'え',
        'ぉ' => 'お',
        'ゃ' => 'や',
        'ゅ' => 'ゆ',
        'ょ' => 'よ',
        other => other,
    };
    key.replace("ゔぁ", "ば")
        .replace("ゔぃ", "び")
        .replace("ゔぇ", "べ")
        .replace("ゔぉ", "ぼ")
        .replace('ゔ', "ぶ")
        .chars()
        .filter(|c| !matches!(c, 'ー' | 'っ'))
        .map(small)
        .collect()
}

pub fn is_kana(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, 'ぁ'..='ゖ' | 'ー'))
}

fn numbers(folded: &str, words: &[&str]) -> Vec<u32> {
    let mut found = Vec::new();
    let characters: Vec<char> = folded.chars().collect();
    for (i, c) in characters.iter().enumerate() {
        let ordinal = characters.get(i.wrapping_sub(1)) == Some(&'第');
        if let Some(place) = "一二三四五六七八九".chars().position(|n| n == *c).filter(|_| ordinal) {
            found.push(place as u32 + 1);
        }
    }
    let digits = folded.split(|c: char| !c.is_ascii_digit()).filter_map(|d| d.parse::<u32>().ok());
    found.extend(digits);
    for word in words {
        let number = match *word {
            "first" | "i" => 1,
            "second" | "ii" => 2,
            "third" | "iii" => 3,
            "fourth" | "iv" => 4,
            "fifth" => 5,
            _ => continue,
        };
        found.push(number);
    }
    found.sort_unstable();
    found
}
