//! English words: stems, stop words, compounds, acronyms. Other languages in Latin letters pass through the same way.

use super::{Normal, Run, Script};
use kernel::stem::stem;

/// A word of a text in Latin letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnglishWord {
    /// The word as normalized.
    pub word: String,
    /// What forms of the word have in common.
    pub stem: String,
    /// Character range in the normalized text.
    pub from: usize,
    pub to: usize,
    /// Written in capitals alone, two to eight letters: an acronym is not stemmed.
    pub acronym: bool,
    /// Tied by a hyphen to the word before: `CAR-T`.
    pub tied: bool,
    /// Neighbour of the word before, with nothing but spaces or a hyphen between them.
    pub follows: bool,
}

/// Function words, and the words with which every abstract speaks about itself.
const STOP_WORDS: &str = " a about after all also although among an and any are as at be because been before being between both but by \
can could did do does due during each either et etc even few for from further had has have having he her here his how however i if in \
into is it its itself let may might more most much must my near no nor not of off on one onto or other our out over own per same she \
should since so some such than that the their them then there these they this those through thus to too toward towards under until up \
upon us use used uses using very via was we well were what when where whether which while who whom whose why will with within without \
would you your yet ";

/// Whether a normalized word says nothing about the subject of a text.
pub fn is_stop_word(word: &str) -> bool {
    let mut wanted = String::with_capacity(word.len() + 2);
    wanted.push(' ');
    wanted.push_str(word);
    wanted.push(' ');
    STOP_WORDS.contains(&wanted)
}

/// The stem of a normalized word.
pub fn stem_of(word: &str) -> String {
    stem(word).unwrap_or_else(|| word.to_owned())
}

/// The words of the Latin runs, in order, stop words included.
pub fn english_words(normal: &Normal, runs: &[Run]) -> Vec<EnglishWord> {
    let mut words: Vec<EnglishWord> = Vec::new();
    for run in runs.iter().filter(|run| run.script == Script::Latin) {
        let word = normal.text(run.from, run.to.min(run.from + 48));
        let gap_from = words.last().map(|last| last.to);
        let gap = gap_from.and_then(|from| normal.chars.get(from..run.from)).unwrap_or(&[]);
        if gap == ['\''] && word.len() <= 2 {
            // Alzheimer's, don't: what follows the apostrophe is an ending.
            continue;
        }
        let upper = normal.upper.get(run.from..run.to).unwrap_or(&[]);
        let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
        let capitals = upper.iter().filter(|up| **up).count();
        let acronym = (2..=8).contains(&word.len()) && capitals >= 2 && capitals == letters;
        let tied = gap_from.is_some() && gap == ['-'];
        let follows = gap_from.is_some() && gap.len() <= 2 && gap.iter().all(|c| matches!(c, ' ' | '-' | '/' | '\''));
        let stem = if acronym { word.clone() } else { stem_of(&word) };
        words.push(EnglishWord { word, stem, from: run.from, to: run.to, acronym, tied, follows });
    }
    words
}
