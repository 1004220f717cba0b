//! A text cut into words, once.

use super::super::concepts::Segment;
use super::super::text::script::is_katakana;
use super::super::text::sound::spelled_letters;
use super::super::text::{EnglishWord, Normal, Run, is_stop_word};

/// A text with its words in either language.
pub(crate) struct Cut<'a> {
    pub normal: Normal,
    pub runs: Vec<Run>,
    pub words: Vec<EnglishWord>,
    /// Japanese stretches, each in segments.
    pub stretches: Vec<Vec<Segment<'a>>>,
}

/// A stretch of text that says one thing.
pub(crate) enum Piece<'s, 'a> {
    /// Letters that are spelled out in katakana.
    Letters(String),
    /// A Japanese word: its characters, and what is known about it.
    Japanese(&'s [char], &'s Segment<'a>),
    English(&'s EnglishWord),
}

impl Piece<'_, '_> {
    /// The same for pieces that say the same.
    pub fn key(&self) -> String {
        match self {
            Piece::Letters(letters) => format!("l{letters}"),
            Piece::Japanese(written, _) => std::iter::once(&'j').chain(*written).collect(),
            Piece::English(word) => format!("{}{}", if word.acronym { 'a' } else { 'e' }, word.word),
        }
    }
}

impl Cut<'_> {
    /// Something for every piece, in order; `make` is given the range of characters too, and may find nothing to say.
    pub fn pieces<T>(&self, mut make: impl FnMut(usize, usize, &Piece<'_, '_>) -> Option<T>) -> Vec<T> {
        let mut made: Vec<(usize, T)> = Vec::new();
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let spelled = spelled_stretches(&self.normal);
        for (from, to, letters) in &spelled {
            made.extend(make(*from, *to, &Piece::Letters(letters.clone())).map(|one| (*from, one)));
        }
        for segment in self.stretches.iter().flatten() {
            if spelled.iter().any(|(from, to, _)| *from <= segment.from && segment.to <= *to) {
                continue;
            }
            let Some(written) = self.normal.chars.get(segment.from..segment.to) else { continue };
            if let Some(one) = make(segment.from, segment.to, &Piece::Japanese(written, segment)) {
                made.push((segment.from, one));
                taken.push((segment.from, segment.to));
            }
        }
        let covered = |word: &EnglishWord| {
            let before = taken.partition_point(|(from, _)| *from <= word.from);
            before.checked_sub(1).and_then(|at| taken.get(at)).is_some_and(|(_, to)| word.to <= *to)
        };
        for word in self.words.iter().filter(|word| !is_stop_word(&word.word) && !covered(word)) {
            made.extend(make(word.from, word.to, &Piece::English(word)).map(|one| (word.from, one)));
        }
        made.sort_by_key(|(from, _)| *from);
        made.into_iter().map(|(_, one)| one).collect()
    }
}

/// Names of letters with dots between them: エム・ティ・シー.
fn spelled_stretches(normal: &Normal) -> Vec<(usize, usize, String)> {
    let mut stretches = Vec::new();
    let mut from = 0;
    while from < normal.chars.len() {
        let length = normal.chars[from..].iter().take_while(|c| is_katakana(**c) || **c == '・').count();
        if (3..=MAX_SPELLED).contains(&length) && normal.chars[from..from + length].contains(&'・') {
            let letters = spelled_letters(&normal.text(from, from + length));
            stretches.extend(letters.map(|letters| (from, from + length, letters)));
        }
        from += length.max(1);
    }
    stretches
}

/// Longest spelled name, in characters.
const MAX_SPELLED: usize = 40;
