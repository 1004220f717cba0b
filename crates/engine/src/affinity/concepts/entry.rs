//! What a vocabulary is made from.

/// What an entry names. It decides how the lattice trusts it and what its readings are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A term of a curated glossary.
    Term = 0,
    /// A word of a general dictionary.
    Word = 1,
    /// A place.
    Place = 2,
    /// The name of a family or a person.
    Person = 3,
    /// The name of an organization or product.
    Organization = 4,
    /// One kanji, with what it means when no word is known.
    Kanji = 5,
    /// An inflected form of a word.
    Form = 6,
}

impl Kind {
    pub(super) fn from_byte(byte: u8) -> Option<Kind> {
        [Kind::Term, Kind::Word, Kind::Place, Kind::Person, Kind::Organization, Kind::Kanji, Kind::Form]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// An English expression for an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Gloss {
    pub english: String,
    /// How likely it is the right one, 0 to 1.
    pub weight: f32,
}

/// One concept: how it is written, how it is read, what it is in English.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub kind: Kind,
    /// Japanese surface forms, preferred first.
    pub surfaces: Vec<String>,
    /// Readings in kana, preferred first.
    pub readings: Vec<String>,
    /// English, best first.
    pub glosses: Vec<Gloss>,
    /// Whether the reading is itself a usual way to write the word.
    pub written_in_kana: bool,
    /// Whether the word is in common use.
    pub common: bool,
    /// Inflected surface forms, which are found but not shown.
    pub forms: Vec<String>,
}

/// Where entries come from; shown to whoever uses the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub licence: String,
    pub attribution: String,
    /// SHA-256 of the file that was read.
    pub sha256: [u8; 32],
}
