//! Folded text that remembers where every character came from.
//!
//! Folding makes ㈱ into (株), ﾊﾞ into ば and Ａ into a, so one written character may become several and several
//! may become one. Search compares folded characters; highlighting needs the bytes that were written. Never
//! here: what folds to what, which is [`kernel::fold`]'s.

use super::layout::is_kana;
use kernel::fold::{match_key, variant_fold};
use unicode_normalization::char::is_combining_mark;

/// A folded character and the bytes of the original text that it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoldedChar {
    pub(super) ch: char,
    /// Byte range in the original; characters out of one ligature share it.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How much of one passage is read, in bytes. Longer text is searchable by its beginning only.
pub(super) const MAX_PASSAGE_BYTES: usize = 400_000;

/// Folds `text` unit by unit; a unit is a character with the marks that follow it.
pub(super) fn fold(text: &str) -> Vec<FoldedChar> {
    let text = cut(text, MAX_PASSAGE_BYTES);
    let mut folded = Vec::with_capacity(text.len() / 2);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let mut end = start + first.len_utf8();
        while let Some(&(at, mark)) = chars.peek() {
            if !joins_previous(mark) {
                break;
            }
            end = at + mark.len_utf8();
            chars.next();
        }
        push_unit(&mut folded, text, first, start, end);
    }
    folded
}

fn push_unit(folded: &mut Vec<FoldedChar>, text: &str, first: char, start: usize, end: usize) {
    let alone = end - start == first.len_utf8();
    if first.is_whitespace() {
        folded.push(FoldedChar { ch: ' ', start, end });
    } else if alone && first.is_ascii_alphanumeric() {
        // By far the commonest case in Latin text; the answer is known without asking.
        folded.push(FoldedChar { ch: first.to_ascii_lowercase(), start, end });
    } else if alone && is_unified_ideograph(first) {
        // Normalization leaves these alone; only the variants of names are to be asked for.
        let mut utf8 = [0; 4];
        folded.extend(variant_fold(first.encode_utf8(&mut utf8)).chars().map(|ch| FoldedChar { ch, start, end }));
    } else if alone && matches!(first, '\u{3041}'..='\u{3096}') {
        folded.push(FoldedChar { ch: first, start, end });
    } else {
        for ch in match_key(&text[start..end]).chars() {
            // A dash after kana is a long mark: the one rule of folding that looks at the character before.
            let after_kana = folded.last().is_some_and(|last| is_kana(last.ch));
            let ch = if ch == '-' && after_kana { 'ー' } else { ch };
            folded.push(FoldedChar { ch, start, end });
        }
    }
}

const fn is_unified_ideograph(ch: char) -> bool {
    matches!(ch, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2a6df}')
}

/// Characters that change the one before them: combining marks, half-width sound marks, variation selectors,
/// joiners, and the vowels and finals of decomposed Hangul.
fn joins_previous(ch: char) -> bool {
    !ch.is_ascii()
        && (matches!(ch, '\u{ff9e}' | '\u{ff9f}' | '\u{200c}' | '\u{200d}' | '\u{1160}'..='\u{11ff}')
            || matches!(ch, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
            || is_combining_mark(ch))
}

/// At most `bytes` of `text`, never inside a character.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let mut end = bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The folded characters as a string.
pub(super) fn string_of(chars: &[FoldedChar]) -> String {
    chars.iter().map(|folded| folded.ch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folded_character_points_at_what_was_written() {
        let text = "Ａ㈱ﾊﾞｲｵ";
        let folded = fold(text);
        assert_eq!(string_of(&folded), "a(株)ばいお");
        let written: Vec<&str> = folded.iter().map(|c| &text[c.start..c.end]).collect();
        assert_eq!(written, ["Ａ", "㈱", "㈱", "㈱", "ﾊﾞ", "ｲ", "ｵ"]);
    }

    #[test]
    fn it_agrees_with_the_fold_of_the_whole() {
        for text in [
            "データ・センター",
            "デ−タ COVID–19",
            "René Müller\u{3000}さん",
            "か\u{3099}澤髙",
            "㈱ﾅｶﾉｼﾏ",
            "葛\u{e0100}城",
        ] {
            let separators = |text: &str| text.replace('\u{3000}', " ");
            assert_eq!(string_of(&fold(text)), match_key(&separators(text)), "{text}");
        }
    }

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(cut("再生", 4), "再");
        assert_eq!(cut("ab", 9), "ab");
    }
}
