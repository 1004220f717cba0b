//! Text as matching sees it: characters brought to one form, runs of one script, and the terms in them.
//!
//! Never here: anything that is stored or shown in place of what people wrote. Spans lead back to the bytes of the text
//! as it was written.

mod english;
mod japanese;
pub(crate) mod normal;
pub(crate) mod script;
pub(crate) mod sound;

pub use english::{EnglishWord, english_words, is_stop_word, stem_of};
pub use japanese::JapaneseWords;
pub use normal::{Normal, normalize};
pub use script::{Run, Script, main_script, runs};

/// What a text is compared by. Terms of different [`Space`]s never collide in practice: they are 64-bit hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term(pub u64);

/// The kinds of terms that a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Space {
    /// A word or pair of characters as it is written, in whatever language.
    Native = 1,
    /// Two neighbouring English words.
    Phrase = 2,
    /// An English stem that the text means, whatever language it is written in.
    Meaning = 3,
    /// How a name sounds, the same for kana and romaji.
    Sound = 4,
    /// Stretches of a reading or a name, for typing errors and names inside names.
    Gram = 5,
}

impl Term {
    /// The term for `parts` in `space`. FNV-1a over the bytes with a final mix (Appleby's fmix64), so that the low bits can
    /// index a table.
    pub fn new(space: Space, parts: &[&str]) -> Term {
        Term(mixed(hash_of(space, parts)))
    }

    /// As [`Self::new`] with the characters as the last part, without making a string of them.
    pub fn of_chars(space: Space, parts: &[&str], last: &[char]) -> Term {
        let mut hash = hash_of(space, parts);
        if !parts.is_empty() {
            hash = one_byte(hash, 0xff);
        }
        let mut utf8 = [0; 4];
        for char in last {
            hash = char.encode_utf8(&mut utf8).bytes().fold(hash, one_byte);
        }
        Term(mixed(hash))
    }
}

const PRIME: u64 = 0x0000_0100_0000_01b3;

fn one_byte(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(PRIME)
}

fn hash_of(space: Space, parts: &[&str]) -> u64 {
    let mut hash = (0xcbf2_9ce4_8422_2325_u64 ^ u64::from(space as u8)).wrapping_mul(PRIME);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            hash = one_byte(hash, 0xff);
        }
        hash = part.bytes().fold(hash, one_byte);
    }
    hash
}

pub(crate) const fn mixed(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}
