//! Other ways to say a stretch of a query: translations, synonyms, acronyms written out. A stretch then is found as
//! typed or in any of the other ways, the typed one counting most.
//!
//! Never here: where the other ways come from. Whoever asks brings them.

use super::analysis::Analyzer;
use super::parse::{Parsed, Quoted, Word, read_quoted, words_of};
use std::ops::Range;

/// Most other ways of one stretch that are looked for.
const MAX_OTHERS: usize = 6;

/// A stretch of a query and what else it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    /// Bytes of [`super::Query::text`].
    pub range: Range<usize>,
    /// `cardiac patch` for 心筋シート; read like quoted text, in any language.
    pub others: Vec<String>,
}

/// Lets each stretch be found in its other ways too. Meanings that do not fall on words of the query are passed
/// over, as are those inside quotes: who quotes wants the words as written.
pub(super) fn apply(parsed: &mut Parsed, text: &str, meanings: &[Meaning], analyzer: &Analyzer) {
    for meaning in meanings {
        let Some(stretch) = text.get(meaning.range.clone()) else { continue };
        let own = words_of(stretch, analyzer);
        let Some(at) = position(&parsed.words, &own) else { continue };
        let others: Vec<Quoted> =
            meaning.others.iter().take(MAX_OTHERS).filter_map(|other| read_quoted(other, analyzer)).collect();
        if others.is_empty() {
            continue;
        }
        let own: Vec<Word> = parsed.words.drain(at..at + own.len()).collect();
        parsed.words.insert(at, Word::Meant { own, others });
    }
}

/// Where these words stand side by side.
fn position(words: &[Word], wanted: &[Word]) -> Option<usize> {
    if wanted.is_empty() {
        return None;
    }
    words.windows(wanted.len()).position(|here| here.iter().zip(wanted).all(|(one, other)| same(one, other)))
}

/// The last word typed is open, and kana alone has a sound: neither makes it another word.
fn same(one: &Word, other: &Word) -> bool {
    match (one, other) {
        (Word::Latin { whole, .. }, Word::Latin { whole: there, .. }) => whole == there,
        (Word::Cjk { text, .. }, Word::Cjk { text: there, .. }) => text == there,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::tests::{id, index_of, public};
    use super::super::{Index, Query};
    use super::*;
    use kernel::Lang;
    use kernel::audience::Keyring;

    fn found(index: &Index, text: &str, meanings: &[Meaning]) -> Vec<u128> {
        let keyring = Keyring::public();
        let query = Query { text, keyring: &keyring, record_types: &[], limit: 100, lang: Lang::Ja, meanings };
        index.search(&query).unwrap().into_iter().map(|hit| hit.id.as_u128()).collect()
    }

    fn meaning(text: &str, stretch: &str, others: &[&str]) -> Meaning {
        let start = text.find(stretch).unwrap();
        let others = others.iter().map(|other| (*other).to_owned()).collect();
        Meaning { range: start..start + stretch.len(), others }
    }

    fn index() -> Index {
        index_of(&[
            public(1, "心筋シートの製造", "月20枚"),
            public(2, "Cardiac patches made to order", ""),
            public(3, "Cardiac imaging", "A patch of software"),
            public(4, "人工多能性幹細胞の保管", ""),
            public(5, "iPS line", ""),
        ])
    }

    #[test]
    fn a_stretch_is_found_as_typed_first_and_then_in_its_other_ways() {
        let index = index();
        let others = ["cardiac patch", "heart patch"];
        assert_eq!(found(&index, "心筋シート", &[]), [1]);
        let hits = found(&index, "心筋シート", &[meaning("心筋シート", "心筋シート", &others)]);
        assert_eq!(hits.first(), Some(&1));
        assert!(hits.contains(&2), "{hits:?}");
        assert_eq!(found(&index, "iPS", &[meaning("iPS", "iPS", &["人工多能性幹細胞"])]), [5, 4]);
    }

    #[test]
    fn the_other_words_of_the_query_are_still_required() {
        let index = index();
        let text = "心筋シート order";
        assert_eq!(found(&index, text, &[meaning(text, "心筋シート", &["cardiac patch"])]), [2]);
    }

    #[test]
    fn quoted_words_and_ranges_that_fit_no_word_are_left_as_they_are() {
        let index = index();
        let quoted = "「心筋シート」";
        assert_eq!(found(&index, quoted, &[meaning(quoted, "心筋シート", &["cardiac patch"])]), [1]);
        let text = "心筋シート";
        for range in [0..1, 0..3, 2..400, 15..15] {
            let odd = Meaning { range, others: vec!["cardiac patch".to_owned()] };
            assert_eq!(found(&index, text, &[odd]), [1]);
        }
    }

    #[test]
    fn what_was_found_in_another_way_is_marked_in_that_way() {
        let index = index();
        let keyring = Keyring::public();
        let meanings = [meaning("iPS", "iPS", &["人工多能性幹細胞"])];
        let query =
            Query { text: "iPS", keyring: &keyring, record_types: &[], limit: 9, lang: Lang::En, meanings: &meanings };
        let text = "人工多能性幹細胞の保管";
        let marked: Vec<&str> = index.highlighter(&query).ranges(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(marked, ["人工多能性幹細胞"]);
        assert_eq!(id(1).as_u128(), 1);
    }
}
