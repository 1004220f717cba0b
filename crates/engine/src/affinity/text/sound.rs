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

/// What can be said about a sound without looking at the order of its letters: enough to tell most pairs of words apart.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Gist {
    length: u32,
    /// Sum of the costs of the letters, in hundredths.
    mass: u32,
    /// How often each consonant of full cost occurs, at most 255 times.
    letters: [u8; 16],
    /// The same by classes of consonants that can stand for each other at less than the full cost.
    classes: [u8; 8],
}

impl Gist {
    fn of(sounds: &[u8]) -> Gist {
        let mut gist = Gist { length: sounds.len() as u32, ..Gist::default() };
        for letter in sounds {
            gist.mass += cost(*letter);
            if let Some((class, place)) = consonant(*letter) {
                gist.letters[place] = gist.letters[place].saturating_add(1);
                gist.classes[class] = gist.classes[class].saturating_add(1);
            }
        }
        gist
    }

    /// Of two sounds, one after the other.
    pub(crate) fn then(&self, next: &Gist) -> Gist {
        let mut both = *self;
        both.length += next.length;
        both.mass += next.mass;
        both.letters.iter_mut().zip(next.letters).for_each(|(x, y)| *x = x.saturating_add(y));
        both.classes.iter_mut().zip(next.classes).for_each(|(x, y)| *x = x.saturating_add(y));
        both
    }

    /// Number of letters.
    pub(crate) fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether the likeness of the sounds may reach `least`; never false when it does.
    #[inline]
    pub(crate) fn may_reach(&self, other: &Gist, least: f32) -> bool {
        let total = self.mass + other.mass;
        let (short, long) = (self.length.min(other.length), self.length.max(other.length));
        let room = room(total, least);
        if total == 0 || long > LONGEST as u32 || short * 2 < long || self.mass.abs_diff(other.mass) > room {
            return false;
        }
        // Consonants that the other side does not have cost a half each, and those without even a cheap exchange one.
        let missing = |a: &Gist, b: &Gist| surplus(&a.letters, &b.letters) + surplus(&a.classes, &b.classes);
        u32::from(missing(self, other).max(missing(other, self))) * 50 <= room
    }

    /// The masses of sounds for which [`Self::may_reach`] may say yes: least and most.
    pub(crate) fn masses(&self, least: f32) -> (u32, u32) {
        // The difference is at most this share of the sum.
        let (share, mass) = ((1.0 - least) / 2.0, self.mass as f32);
        let factor = (1.0 + share) / (1.0 - share);
        ((mass / factor - 1.0) as u32, (mass * factor + 2.0) as u32)
    }

    /// Sum of the costs of the letters, in hundredths.
    pub(crate) fn mass(&self) -> u32 {
        self.mass
    }
}

/// What one side has more than the other. Sounds that get here have at most 40 letters.
#[inline]
fn surplus<const N: usize>(a: &[u8; N], b: &[u8; N]) -> u8 {
    a.iter().zip(b).fold(0_u8, |sum, (x, y)| sum.wrapping_add(x.saturating_sub(*y)))
}

/// Coarse sounds ready to be compared.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sound {
    letters: [u8; LONGEST],
    gist: Gist,
}

impl Sound {
    /// A sound of more than 40 letters is like nothing.
    pub(crate) fn new(sounds: &str) -> Sound {
        let mut sound = Sound { letters: [0; LONGEST], gist: Gist::of(sounds.as_bytes()) };
        for (letter, slot) in sounds.bytes().zip(&mut sound.letters) {
            *slot = letter;
        }
        sound
    }

    pub(crate) fn gist(&self) -> &Gist {
        &self.gist
    }

    /// This sound and another after it.
    pub(crate) fn then(&self, next: &Sound) -> Sound {
        let mut both = Sound { letters: self.letters, gist: self.gist.then(&next.gist) };
        for (letter, slot) in next.bytes().iter().zip(both.letters.iter_mut().skip(self.gist.len())) {
            *slot = *letter;
        }
        both
    }

    fn bytes(&self) -> &[u8] {
        &self.letters[..self.gist.len().min(LONGEST)]
    }

    /// The letters, which are Latin; of a long sound the first 40.
    pub(crate) fn letters(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or("")
    }
}

/// Consonants of full cost: by what they may be exchanged for cheaply, and a place of their own.
const fn consonant(c: u8) -> Option<(usize, usize)> {
    Some(match c {
        c if is_vowel(c) || matches!(c, b'w' | b'y') => return None,
        b's' => (0, 0),
        b'z' => (0, 1),
        b't' => (0, 2),
        b'd' => (0, 3),
        b'g' => (0, 4),
        b'k' => (0, 5),
        b'b' => (1, 6),
        b'f' => (1, 7),
        b'n' => (2, 8),
        b'r' => (3, 9),
        b'p' => (4, 10),
        _ => (5, 11),
    })
}

/// Likeness of two sounds, 0 to 1: one minus the weighted edit distance by length. Vowels cost a third. Where it stays below
/// `least`, anything below `least`.
pub(crate) fn likeness(a: &Sound, b: &Sound, least: f32) -> f32 {
    if !a.gist.may_reach(&b.gist, least) {
        return 0.0;
    }
    let total = a.gist.mass + b.gist.mass;
    let room = room(total, least);
    let mut row = [0_u32; LONGEST + 1];
    let (a, b) = (a.bytes(), b.bytes());
    for (j, y) in b.iter().enumerate() {
        row[j + 1] = row[j] + COSTS[usize::from(y & 31)];
    }
    for x in a {
        let (exchanges, dropped) = (&EXCHANGES[usize::from(x & 31)], COSTS[usize::from(x & 31)]);
        let (mut diagonal, mut left) = (row[0], row[0] + dropped);
        row[0] = left;
        let mut nearest = left;
        for (y, cell) in b.iter().zip(&mut row[1..]) {
            let y = usize::from(y & 31);
            let replace = diagonal + exchanges[y];
            diagonal = *cell;
            left = replace.min(*cell + dropped).min(left + COSTS[y]);
            *cell = left;
            nearest = nearest.min(left);
        }
        // Every way to the end passes this row, and costs never fall.
        if nearest > room {
            return 0.0;
        }
    }
    (1.0 - 2.0 * row[b.len()] as f32 / total as f32).max(0.0)
}

/// What two sounds whose masses have this sum may differ by, in hundredths, and a little more for rounding.
fn room(total: u32, least: f32) -> u32 {
    ((1.0 - least) * total as f32 / 2.0 + 0.1) as u32
}

/// In hundredths.
const fn cost(c: u8) -> u32 {
    if is_vowel(c) || matches!(c, b'w' | b'y') { 33 } else { 100 }
}

const fn exchange(a: u8, b: u8) -> u32 {
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    if a == b {
        0
    } else if is_vowel(a) && is_vowel(b) {
        20
    } else if matches!(
        (a, b),
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
        50
    } else if cost(a) > cost(b) {
        cost(a)
    } else {
        cost(b)
    }
}

/// [`exchange`] and [`cost`] of lower-case letters, by their lowest five bits.
static EXCHANGES: [[u32; 32]; 32] = {
    let mut table = [[100; 32]; 32];
    let mut a = 0;
    while a < 26 {
        let mut b = 0;
        while b < 26 {
            table[a + 1][b + 1] = exchange(b'a' + a as u8, b'a' + b as u8);
            b += 1;
        }
        a += 1;
    }
    table
};
static COSTS: [u32; 32] = {
    let mut table = [100; 32];
    let mut a = 0;
    while a < 26 {
        table[a + 1] = cost(b'a' + a as u8);
        a += 1;
    }
    table
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_passed_over_is_not_alike(a in "[a-z]{3,12}", b in "[a-z]{3,12}") {
            let (a, b) = (Sound::new(&a), Sound::new(&b));
            let (exact, found) = (likeness(&a, &b, 0.0), likeness(&a, &b, 0.62));
            let right = if exact >= 0.62 { found == exact } else { found < 0.62 };
            prop_assert!(right, "{exact} {found}");
            prop_assert_eq!(exact, likeness(&b, &a, 0.0));
            let (least, most) = a.gist.masses(0.62);
            prop_assert!(found < 0.62 || (least..=most).contains(&b.gist.mass));
        }

        #[test]
        fn neighbours_sound_like_one_word(a in "[a-z]{3,8}", b in "[a-z]{3,8}") {
            let (both, one) = (Sound::new(&a).then(&Sound::new(&b)), Sound::new(&format!("{a}{b}")));
            prop_assert_eq!(both.letters(), one.letters());
            prop_assert_eq!(both.gist, one.gist);
        }
    }
}
