//! Words with the ways they may be said, each worked out once: a text repeats itself, and a hundred thousand texts more so.

use super::{Choice, Piece};
use std::collections::HashMap;

/// What a word says, wherever it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub choices: Vec<Choice>,
    pub sounds: Vec<String>,
    /// Nothing in the vocabularies explains it.
    pub unknown: bool,
}

/// Numbered words.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lexicon {
    numbers: HashMap<String, Option<u32>>,
    said: Vec<Said>,
}

impl Lexicon {
    /// The number of a word; `say` works out what it says when it is new. `None` for what says nothing.
    pub fn number(&mut self, piece: &Piece<'_, '_>, say: impl FnOnce() -> Option<Said>) -> Option<u32> {
        let key = piece.key();
        if let Some(known) = self.numbers.get(&key) {
            return *known;
        }
        let number = say().map(|said| {
            self.said.push(said);
            (self.said.len() - 1) as u32
        });
        self.numbers.insert(key, number);
        number
    }

    /// Takes in the words of another lexicon; the result says what its numbers have become.
    pub fn absorb(&mut self, other: &mut Lexicon, known: &mut Vec<u32>) {
        let mut new: Vec<(&String, u32)> = other
            .numbers
            .iter()
            .filter_map(|(key, number)| Some((key, (*number)?)))
            .filter(|(_, number)| *number as usize >= known.len())
            .collect();
        // By number, so that the result does not depend on a hash table.
        new.sort_unstable_by_key(|(_, number)| *number);
        for (key, number) in new {
            let next = self.said.len() as u32;
            let here = match self.numbers.get(key) {
                Some(Some(here)) => *here,
                _ => {
                    self.said.push(other.said[number as usize].clone());
                    self.numbers.insert(key.clone(), Some(next));
                    next
                }
            };
            known.push(here);
        }
    }

    /// The number of a word that is there.
    pub fn known(&self, piece: &Piece<'_, '_>) -> Option<u32> {
        self.numbers.get(&piece.key()).copied().flatten()
    }

    /// What the words say, by number.
    pub fn said(&self) -> &[Said] {
        &self.said
    }

    /// Lets go of what the words say; their numbers stay.
    pub fn keep_numbers(&mut self) {
        self.said = Vec::new();
        self.numbers.retain(|_, number| number.is_some());
    }
}
