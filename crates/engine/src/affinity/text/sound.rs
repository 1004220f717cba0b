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

/// Longest sound that is compared, in letters.
const LONGEST: usize = 40;

/// Coarse sounds ready to be compared.
#[derive(Debug, Clone)]
pub(crate) struct Sound {
    letters: [u8; LONGEST],
    length: usize,
    /// Sum of the costs of the letters.
    mass: f32,
    /// How many letters of each class of consonants that can stand for each other at less than the full cost.
    classes: [u8; 8],
}

impl Sound {
    /// A sound of more than 40 letters is like nothing.
    pub(crate) fn new(sounds: &str) -> Sound {
        let mut sound = Sound { letters: [0; LONGEST], length: sounds.len(), mass: 0.0, classes: [0; 8] };
        for (letter, slot) in sounds.bytes().zip(&mut sound.letters) {
            *slot = letter;
            sound.mass += cost(letter);
            if let Some(class) = class(letter) {
                sound.classes[class] += 1;
            }
        }
        sound
    }

    fn letters(&self) -> &[u8] {
        &self.letters[..self.length.min(LONGEST)]
    }
}

/// Consonants of full cost by what they may be exchanged for cheaply.
const fn class(c: u8) -> Option<usize> {
    Some(match c {
        c if is_vowel(c) || matches!(c, b'w' | b'y') => return None,
        b's' | b'z' | b't' | b'd' | b'g' | b'k' => 0,
        b'b' | b'f' => 1,
        b'n' => 2,
        b'r' => 3,
        b'p' => 4,
        _ => 5,
    })
}

/// Likeness of two sounds, 0 to 1: one minus the weighted edit distance by length. Vowels cost a third. Where it stays below
/// `least`, anything below `least`.
pub(crate) fn likeness(a: &Sound, b: &Sound, least: f32) -> f32 {
    let total = (a.mass + b.mass) / 2.0;
    let (short, long) = (a.length.min(b.length), a.length.max(b.length));
    if total == 0.0 || long > LONGEST || short * 2 < long {
        return 0.0;
    }
    // Consonants that the other side does not have in any cheap form cost one each.
    let surplus = |a: &[u8; 8], b: &[u8; 8]| a.iter().zip(b).map(|(x, y)| u32::from(x.saturating_sub(*y))).sum::<u32>();
    let missing = surplus(&a.classes, &b.classes).max(surplus(&b.classes, &a.classes));
    if missing as f32 > (1.0 - least) * total + 1e-3 {
        return 0.0;
    }
    let mut row = [0.0_f32; LONGEST + 1];
    let (a, b) = (a.letters(), b.letters());
    for (j, y) in b.iter().enumerate() {
        row[j + 1] = row[j] + cost(*y);
    }
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
