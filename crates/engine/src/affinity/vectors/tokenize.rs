//! Cuts a text into the pieces of a SentencePiece unigram model: normalization by the model's own table, then the best
//! segmentation by the Viterbi algorithm (T. Kudo, "Subword Regularization", arXiv:1804.10959, section 3.1).

use super::trie::Trie;

/// Bytes of a text that are looked at; the rest, from the character that crosses this bound, is not.
pub const MAX_BYTES: usize = 32 << 10;
/// Tokens of a text that count, with the two that mark its begin and end.
pub const MAX_TOKENS: usize = 2048;

/// U+2581, which stands for a space.
const SPACE: &str = "\u{2581}";

/// A unigram model, used where it lies.
#[derive(Clone, Copy)]
pub(super) struct Tokenizer<'a> {
    pub(super) pieces: Trie<'a>,
    /// `f32` score of every piece.
    pub(super) scores: &'a [[u8; 4]],
    pub(super) folds: Trie<'a>,
    /// Ends of the replacements in `folded`.
    pub(super) fold_ends: &'a [[u8; 4]],
    pub(super) folded: &'a [u8],
    pub(super) unknown: u32,
    pub(super) unknown_score: f32,
    /// Whether a run of unknown characters is one token.
    pub(super) join_unknown: bool,
}

impl<'a> Tokenizer<'a> {
    /// Ids of the pieces of `text` without marks of begin and end; empty when nothing but white space is in it.
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        let mut tokens = self.segment(&self.normalize(text));
        if self.join_unknown {
            tokens.dedup_by(|a, b| *a == self.unknown && *b == self.unknown);
        }
        tokens.truncate(MAX_TOKENS - 2);
        tokens
    }

    /// What the text that begins at `at` is replaced by, and how many bytes that replaces.
    fn fold<'t>(&self, text: &'t str, at: usize) -> (&'t [u8], usize)
    where
        'a: 't,
    {
        let rest = &text.as_bytes()[at..];
        let mut longest = None;
        self.folds.prefixes(rest, |length, fold| longest = Some((length, fold as usize)));
        match longest {
            Some((length, fold)) => {
                let end = |i: usize| u32::from_le_bytes(self.fold_ends[i]) as usize;
                (&self.folded[if fold == 0 { 0 } else { end(fold - 1) }..end(fold)], length)
            }
            None => {
                let length = text[at..].chars().next().map_or(1, char::len_utf8);
                (&rest[..length], length)
            }
        }
    }

    /// The text as the model was trained on: characters replaced, spaces joined and written as [`SPACE`], one before the
    /// first word, none after the last.
    fn normalize(&self, text: &str) -> String {
        let mut out: Vec<u8> = Vec::with_capacity(text.len() + 8);
        let (mut at, mut after_space) = (0, true);
        while at < text.len() {
            let (replacement, length) = self.fold(text, at);
            at += length;
            for &byte in replacement {
                let space = byte == b' ';
                if space && after_space {
                    // Within one replacement only leading spaces are dropped after a space; later ones are kept.
                    continue;
                }
                if out.is_empty() {
                    out.extend_from_slice(SPACE.as_bytes());
                }
                match space {
                    true => out.extend_from_slice(SPACE.as_bytes()),
                    false => out.push(byte),
                }
                after_space = false;
            }
            if let Some(last) = replacement.last() {
                after_space = *last == b' ';
            }
        }
        while out.ends_with(SPACE.as_bytes()) {
            out.truncate(out.len() - SPACE.len());
        }
        // Whole characters are replaced by whole characters, so this never changes anything.
        String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
    }

    /// The segmentation with the highest sum of scores; of equals the one whose last piece begins first.
    fn segment(&self, text: &str) -> Vec<u32> {
        // By end of a piece: best sum so far, where its last piece begins, and which piece that is.
        let mut best = vec![(f32::NEG_INFINITY, 0usize, self.unknown); text.len() + 1];
        best[0].0 = 0.0;
        for (begin, character) in text.char_indices() {
            let (sum, single) = (best[begin].0, character.len_utf8());
            let mut covered = false;
            let mut offer = |length: usize, piece: u32, score: f32| {
                let score = sum + score;
                if score > best[begin + length].0 {
                    best[begin + length] = (score, begin, piece);
                }
            };
            self.pieces.prefixes(&text.as_bytes()[begin..], |length, piece| {
                covered |= length == single;
                offer(length, piece, f32::from_le_bytes(self.scores[piece as usize]));
            });
            if !covered {
                offer(single, self.unknown, self.unknown_score);
            }
        }
        let (mut tokens, mut end) = (Vec::new(), text.len());
        while end > 0 {
            let (_, begin, piece) = best[end];
            tokens.push(piece);
            end = begin;
        }
        tokens.reverse();
        tokens
    }
}
