//! Japanese words by ICU, and pairs of neighbouring characters.
//!
//! Pairs find any stretch of two or more characters without a dictionary; words improve the order. Together they rank better
//! than either, and better than morphological dictionaries (`docs/matching.md`).

use super::script::{is_hiragana, is_kanji};
use super::{Normal, Run};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

/// Finds words in Japanese text; cheap to copy.
#[derive(Clone, Copy)]
pub struct JapaneseWords {
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Default for JapaneseWords {
    fn default() -> Self {
        JapaneseWords { segmenter: WordSegmenter::new_auto(WordBreakInvariantOptions::default()) }
    }
}

impl JapaneseWords {
    /// Words of one run, as character ranges of the normalized text. Single hiragana are left out.
    pub fn words(self, normal: &Normal, run: Run) -> Vec<(usize, usize)> {
        let text = normal.text(run.from, run.to);
        let mut words = Vec::new();
        let (mut from, mut byte) = (run.from, 0);
        for border in self.segmenter.segment_str(&text).filter(|border| *border > 0) {
            let length = text.get(byte..border).map_or(0, |word| word.chars().count());
            let to = from + length;
            let single_kana = length == 1 && normal.chars.get(from).is_some_and(|c| !is_kanji(*c));
            if length > 0 && !single_kana {
                words.push((from, to));
            }
            (from, byte) = (to, border);
        }
        words
    }

    /// Pairs of neighbouring characters of one run, without pairs of two hiragana, which are grammar.
    pub fn pairs(self, normal: &Normal, run: Run) -> impl Iterator<Item = (usize, usize)> {
        let chars = normal.chars.get(run.from..run.to).unwrap_or(&[]);
        let grammar: Vec<bool> = chars.windows(2).map(|pair| pair.iter().all(|c| is_hiragana(*c))).collect();
        (run.from..run.to.saturating_sub(1)).zip(grammar).filter(|(_, grammar)| !grammar).map(|(at, _)| (at, at + 2))
    }
}
