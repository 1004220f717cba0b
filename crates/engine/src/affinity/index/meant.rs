//! What passages mean as vectors, and how near a query comes to them.
//!
//! A text of several sentences has a vector of its whole and one of each of its first sentences: a definition names its subject in
//! the first one, and a name asks for one thing of many that a text says. The nearness of such a text is the mean of three: of the
//! whole, of the first sentence, and of the sentence that comes nearest. One sentence, or a name, has one vector.

use crate::affinity::Meaning;
use crate::affinity::vectors::{dot, hubs::nearness};

/// Sentences of a text that have vectors.
const SENTENCES: usize = 6;
/// Shorter sentences, in bytes, go with the next.
const SHORT: usize = 20;
/// Neighbours by which a hub is known.
const NEIGHBOURS: usize = 10;
/// How much more nearness counts among texts that mostly have several sentences: the mean of three errs less than one.
const SEVERAL: f32 = 2.0;

/// The vectors of all passages.
#[derive(Debug, Default)]
pub(super) struct Meant {
    passages: Vec<Vectors>,
    /// The same for all, so that no passage gains by its length.
    weight: f32,
}

#[derive(Debug)]
struct Vectors {
    whole: Vec<f32>,
    /// None for a text of one sentence.
    sentences: Vec<Vec<f32>>,
    /// How near it is to everything that is asked.
    hub: f32,
}

impl Meant {
    /// Encodes passages. `questions` are vectors of what is likely asked, to find what is near to everything; without any, nothing
    /// is corrected.
    pub(super) fn new<'t>(
        passages: impl Iterator<Item = &'t str>,
        meaning: &dyn Meaning,
        questions: &[Vec<f32>],
    ) -> Meant {
        let encoded: Vec<Vec<Vec<f32>>> = passages
            .map(|passage| {
                let sentences = Some(sentences(passage)).filter(|all| all.len() > 1).unwrap_or_default();
                std::iter::once(passage).chain(sentences).map(|text| meaning.encode(text)).collect()
            })
            .collect();
        let dimensions = encoded.iter().flatten().map(Vec::len).max().unwrap_or(0);
        let hubs = nearness(&encoded.concat().concat(), &questions.concat(), dimensions, NEIGHBOURS);
        let mut hubs = hubs.into_iter();
        let several = encoded.iter().filter(|vectors| vectors.len() > 1).count();
        let weight = if several * 2 >= encoded.len() { SEVERAL } else { 1.0 };
        let passages = encoded
            .into_iter()
            .map(|mut vectors| {
                let hubs: Vec<f32> = hubs.by_ref().take(vectors.len()).collect();
                let sentences = vectors.split_off(vectors.len().min(1));
                let hub = mean(hubs.first().copied().unwrap_or(0.0), hubs.get(1..).unwrap_or(&[]));
                Vectors { whole: vectors.pop().unwrap_or_default(), sentences, hub }
            })
            .collect();
        Meant { passages, weight }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// How near a query comes to a passage, corrected for hubs by the share `hubs`, times how much it counts; `None` where
    /// there is nothing to compare.
    pub(super) fn near(&self, passage: usize, query: &[f32], hubs: f32) -> Option<f32> {
        let vectors = self.passages.get(passage).filter(|vectors| vectors.whole.len() == query.len())?;
        let sentences: Vec<f32> = vectors.sentences.iter().map(|sentence| dot(query, sentence)).collect();
        Some(self.weight * (mean(dot(query, &vectors.whole), &sentences) - hubs * vectors.hub))
    }
}

/// Of the whole, the first sentence, and the sentence with the most.
fn mean(whole: f32, sentences: &[f32]) -> f32 {
    let most = sentences.iter().copied().max_by(f32::total_cmp);
    match (sentences.first(), most) {
        (Some(first), Some(most)) => (whole + first + most) / 3.0,
        _ => whole,
    }
}

/// The first sentences of a text.
fn sentences(text: &str) -> Vec<&str> {
    let (mut found, mut from) = (Vec::new(), 0);
    let mut ends = text.char_indices().filter_map(|(at, c)| {
        let next = at + c.len_utf8();
        let spaced = text.get(next..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
        (matches!(c, '。' | '．' | '\n') || (matches!(c, '.' | '!' | '?') && spaced)).then_some(next)
    });
    while found.len() < SENTENCES && from < text.len() {
        let to = ends.find(|to| to - from >= SHORT).unwrap_or(text.len());
        found.extend(text.get(from..to).map(str::trim).filter(|sentence| !sentence.is_empty()));
        from = to;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_after_sentences_of_some_length() {
        let english = "One sentence of some length. No. 2 goes on with this one. End";
        assert_eq!(sentences(english), ["One sentence of some length.", "No. 2 goes on with this one.", "End"]);
        assert_eq!(sentences("心臓の筋肉のシートである。治療に使う細胞からできている。").len(), 2);
        assert_eq!(sentences("A name"), ["A name"]);
        assert!(sentences("").is_empty());
        assert_eq!(sentences(&"これは一つの長い文である。".repeat(50)).len(), SENTENCES);
    }

    #[test]
    fn a_long_text_is_near_by_the_sentence_that_says_it() {
        let meaning =
            |text: &str| if text == "The sheet beats like a heart." { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
        let texts = ["It was grown in a laboratory. The sheet beats like a heart.", "It was grown in a laboratory."];
        let meant = Meant::new(texts.into_iter(), &meaning, &[]);
        let near = |passage| meant.near(passage, &[1.0, 0.0], 0.5);
        assert_eq!(near(0), Some(SEVERAL / 3.0));
        assert_eq!((near(1), near(2), meant.near(0, &[1.0], 0.5)), (Some(0.0), None, None));
    }
}
