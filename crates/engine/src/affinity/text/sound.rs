//! How words sound: katakana loan words beside their English originals, readings beside romaji.
//!
//! Both sides become short strings of coarse sounds. Vowels count little, because kana add vowels that English does not have
//! and change those it has; consonants that kana cannot tell apart (l and r, b and v, s and th) are one.

use super::script::is_katakana;
use wana_kana::ConvertJapanese;

/// Coarse sounds of a katakana or hiragana word; empty when it has other characters.
pub(crate) fn sounds_of_kana(kana: &str) -> String {
    let hiragana = kernel::fold::fold(kana).replace('ー', "");
    let romaji = hiragana.as_str().to_romaji();
    if !romaji.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'') {
        return String::new();
    }
    coarse(&romaji.replace("dz", "z").replace("sh", "s").replace("ch", "t").replace("ts", "t").replace('j', "z"))
}

/// Coarse sounds of an English word by its spelling.
pub(crate) fn sounds_of_english(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let bytes: Vec<u8> = word.bytes().filter(u8::is_ascii_lowercase).collect();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(b' ');
    let mut i = 0;
    while i < bytes.len() {
        let (piece, used): (&str, usize) = match (at(i), at(i + 1)) {
            (b'p', b'h') => ("f", 2),
            (b's', b'h') => ("s", 2),
            (b's', b'c') if matches!(at(i + 2), b'e' | b'i' | b'y') => ("s", 2),
            (b't', b'h') => ("s", 2),
            (b't', b'c') if at(i + 2) == b'h' => ("t", 3),
            (b't', b'i') if at(i + 2) == b'o' => ("s", 2),
            (b'c', b'h') if i == 0 || at(i + 2) != b'r' => ("t", 2),
            (b'c', b'h' | b'k') => ("k", 2),
            (b'c', b'e' | b'i' | b'y') => ("s", 1),
            (b'c', _) => ("k", 1),
            (b'q', b'u') => ("kw", 2),
            (b'q', _) => ("k", 1),
            (b'x', _) => (if i == 0 { "z" } else { "ks" }, 1),
            (b'g', b'h') if i > 0 => ("", 2),
            (b'g', b'e' | b'i' | b'y') if i > 0 => ("z", 1),
            (b'j', _) => ("z", 1),
            (b'k', b'n') if i == 0 => ("n", 2),
            (b'w', b'r') => ("r", 2),
            (b'w', b'h') => ("w", 2),
            (b'y', _) if i > 0 => ("i", 1),
            (b'e', _) if i + 1 == bytes.len() && i > 2 => ("", 1),
            (b'r', next) if i > 0 && !is_vowel(next) && is_vowel(at(i - 1)) => ("", 1),
            (letter, _) => {
                out.push(char::from(letter));
                i += 1;
                continue;
            }
        };
        out.push_str(piece);
        i += used;
    }
    coarse(&out)
}

const fn is_vowel(b: u8) -> bool {
    matches!(b, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// One letter per sound class, doubled letters once.
fn coarse(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        let class = match c {
            'l' => 'r',
            'v' => 'b',
            'h' => 'f',
            'm' => 'n',
            'c' | 'q' => 'k',
            '\'' => continue,
            c => c,
        };
        if !out.ends_with(class) {
            out.push(class);
        }
    }
    out
}

/// Consonants only; what two spellings of a sound most often share.
pub(crate) fn skeleton(sounds: &str) -> String {
    let mut out = String::with_capacity(sounds.len());
    for (i, c) in sounds.char_indices() {
        let kept = if i == 0 && is_vowel(c as u8) { 'a' } else { c };
        if (i == 0 || !is_vowel(c as u8)) && !matches!(c, 'w' | 'y') && !out.ends_with(kept) {
            out.push(kept);
        }
    }
    out
}

/// Likeness of two strings of coarse sounds, 0 to 1: one minus the weighted edit distance by length. Vowels cost a third.
pub(crate) fn likeness(a: &str, b: &str) -> f32 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let total = a.iter().chain(b).map(|c| cost(*c)).sum::<f32>() / 2.0;
    if total == 0.0 || a.len() > 40 || b.len() > 40 {
        return 0.0;
    }
    let mut row: Vec<f32> = std::iter::once(0.0)
        .chain(b.iter().scan(0.0, |sum, c| {
            *sum += cost(*c);
            Some(*sum)
        }))
        .collect();
    for x in a {
        let mut diagonal = row[0];
        row[0] += cost(*x);
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + exchange(*x, *y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j + 1] + cost(*x)).min(row[j] + cost(*y));
        }
    }
    (1.0 - row[b.len()] / total).max(0.0)
}

const fn cost(c: u8) -> f32 {
    if is_vowel(c) || matches!(c, b'w' | b'y') { 0.33 } else { 1.0 }
}

fn exchange(a: u8, b: u8) -> f32 {
    if a == b {
        0.0
    } else if is_vowel(a) && is_vowel(b) {
        0.2
    } else if matches!(
        (a.min(b), a.max(b)),
        (b's', b'z')
            | (b't', b'z')
            | (b's', b't')
            | (b'b', b'f')
            | (b'g', b'z')
            | (b'd', b'z')
            | (b'd', b't')
            | (b'g', b'k')
            | (b'k', b's')
    ) {
        0.5
    } else {
        cost(a).max(cost(b))
    }
}

/// Katakana names of letters, so that エム・ティ・シー is MTC.
const LETTERS: [(&str, &str); 30] = [
    ("エー", "a"),
    ("エイ", "a"),
    ("ビー", "b"),
    ("シー", "c"),
    ("シィ", "c"),
    ("ディー", "d"),
    ("イー", "e"),
    ("エフ", "f"),
    ("ジー", "g"),
    ("エイチ", "h"),
    ("エッチ", "h"),
    ("アイ", "i"),
    ("ジェイ", "j"),
    ("ジェー", "j"),
    ("ケー", "k"),
    ("ケイ", "k"),
    ("エル", "l"),
    ("エム", "m"),
    ("エヌ", "n"),
    ("オー", "o"),
    ("ピー", "p"),
    ("キュー", "q"),
    ("アール", "r"),
    ("エス", "s"),
    ("ティー", "t"),
    ("ティ", "t"),
    ("ユー", "u"),
    ("ブイ", "v"),
    ("ダブリュー", "w"),
    ("アンド", "&"),
];

/// The Latin letters that a katakana word spells, when it is nothing but two or more letter names.
pub(crate) fn spelled_letters(katakana: &str) -> Option<String> {
    let word: String = katakana.chars().filter(|c| is_katakana(*c)).collect();
    let mut rest = word.as_str();
    let mut letters = String::new();
    while !rest.is_empty() {
        let longest = LETTERS.iter().filter(|(name, _)| rest.starts_with(name)).max_by_key(|(name, _)| name.len())?;
        letters.push_str(longest.1);
        rest = &rest[longest.0.len()..];
    }
    let letters = letters.replace('&', "");
    (letters.len() >= 2).then_some(letters)
}
