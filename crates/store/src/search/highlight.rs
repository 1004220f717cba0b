//! Finds where a text answers a query, in bytes of the text as written.
//!
//! Works on the text alone, with the same folding and cutting as the index, so that ㈱ is marked for 株式会社
//! and ｻﾜ for さわ. Never here: markup.

use super::analysis::alphanumeric_parts;
use super::folding::{FoldedChar, fold, string_of};
use super::layout::{Piece, PieceKind, compound, pieces, word_groups};
use super::parse::{Parsed, Word};
use super::{legal, sound};
use kernel::stem;
use std::ops::Range;

/// Longer texts are no titles or names, which alone are found by sound.
const MAX_SPOKEN_TEXT_BYTES: usize = 400;

pub(super) fn highlight(text: &str, parsed: &Parsed) -> Vec<Range<usize>> {
    let source = Source::of(text);
    let mut found = Vec::new();
    for word in parsed.words.iter().chain(parsed.quoted.iter().flat_map(|quoted| &quoted.words)) {
        source.word(word, &mut found);
        if let Word::Legal { form, written } = word {
            found.extend(legal::ranges_of(text, form));
            written.words.iter().for_each(|word| source.word(word, &mut found));
        }
        if let Word::Meant { own, others } = word {
            let other_words = others.iter().flat_map(|other| &other.words);
            own.iter().chain(other_words).for_each(|word| source.word(word, &mut found));
        }
    }
    merged(found)
}

/// Ranges in order, those that overlap or touch made one.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

struct Source {
    chars: Vec<FoldedChar>,
    pieces: Vec<Piece>,
    short: bool,
}

impl Source {
    fn of(text: &str) -> Source {
        let chars = fold(text);
        let pieces = pieces(&chars);
        Source { chars, pieces, short: text.len() <= MAX_SPOKEN_TEXT_BYTES }
    }

    /// Bytes of the folded characters `from..to`.
    fn bytes(&self, from: usize, to: usize) -> Option<Range<usize>> {
        let (first, last) = (self.chars.get(from)?, self.chars.get(to.checked_sub(1)?)?);
        Some(first.start..last.end)
    }

    fn text_of(&self, piece: &Piece) -> String {
        string_of(&self.chars[piece.from..piece.to])
    }

    fn word(&self, word: &Word, found: &mut Vec<Range<usize>>) {
        match word {
            Word::Latin { .. } => self.latin(word, found),
            Word::Cjk { text, sound } => {
                self.cjk(text, found);
                self.spoken(sound.as_deref(), found);
            }
            Word::Legal { .. } | Word::Meant { .. } => {}
        }
    }

    fn latin(&self, word: &Word, found: &mut Vec<Range<usize>>) {
        let Word::Latin { whole, parts, open, sound } = word else { return };
        let wanted = Wanted { whole, stem: word.stem().unwrap_or_else(|| whole.clone()), open: *open };
        for piece in self.pieces.iter().filter(|piece| matches!(piece.kind, PieceKind::Word { .. })) {
            if wanted.is(&self.text_of(piece)) {
                found.extend(self.bytes(piece.from, piece.to));
            }
        }
        for group in word_groups(&self.pieces) {
            let group = &self.pieces[group];
            if let ([first, .., last], true) = (group, compound(&self.chars, group) == *whole) {
                found.extend(self.bytes(first.from, last.to));
            }
        }
        let apart: Vec<&str> =
            if parts.is_empty() { alphanumeric_parts(whole) } else { parts.iter().map(String::as_str).collect() };
        self.in_a_row(&apart, found);
        self.spoken(sound.as_deref(), found);
    }

    /// Words next to each other: `COVID 19`.
    fn in_a_row(&self, parts: &[&str], found: &mut Vec<Range<usize>>) {
        if parts.len() < 2 {
            return;
        }
        for window in self.pieces.windows(parts.len()) {
            let alike = window.iter().zip(parts).all(|(piece, part)| self.text_of(piece) == *part);
            if let ([first, .., last], true) = (window, alike)
                && last.position - first.position == parts.len() - 1
            {
                found.extend(self.bytes(first.from, last.to));
            }
        }
    }

    /// Every place of a stretch of CJK characters; white space inside a name is stepped over.
    fn cjk(&self, wanted: &str, found: &mut Vec<Range<usize>>) {
        let wanted: Vec<char> = wanted.chars().collect();
        let mut line: Vec<usize> = Vec::new();
        for piece in &self.pieces {
            match piece.kind {
                PieceKind::Cjk { continues: true } => {}
                PieceKind::Cjk { continues: false } | PieceKind::Word { .. } => {
                    self.in_line(&line, &wanted, found);
                    line.clear();
                }
            }
            if matches!(piece.kind, PieceKind::Cjk { .. }) {
                line.extend(piece.from..piece.to);
            }
        }
        self.in_line(&line, &wanted, found);
    }

    fn in_line(&self, line: &[usize], wanted: &[char], found: &mut Vec<Range<usize>>) {
        if wanted.is_empty() {
            return;
        }
        for window in line.windows(wanted.len()) {
            let alike = window.iter().zip(wanted).all(|(index, ch)| self.chars[*index].ch == *ch);
            if let (Some(first), Some(last), true) = (window.first(), window.last(), alike) {
                found.extend(self.bytes(*first, last + 1));
            }
        }
    }

    fn spoken(&self, wanted: Option<&str>, found: &mut Vec<Range<usize>>) {
        let Some(wanted) = wanted.filter(|_| self.short) else { return };
        for piece in &self.pieces {
            if sound::key(&self.text_of(piece)).is_some_and(|key| key == wanted) {
                found.extend(self.bytes(piece.from, piece.to));
            }
        }
    }
}

struct Wanted<'a> {
    whole: &'a str,
    stem: String,
    open: bool,
}

impl Wanted<'_> {
    fn is(&self, word: &str) -> bool {
        word == self.whole
            || (self.open && word.starts_with(self.whole))
            || stem::stem(word).as_deref().unwrap_or(word) == self.stem
            || alphanumeric_parts(word).contains(&self.whole)
    }
}
