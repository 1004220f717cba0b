//! Turns a passage into the tokens that the index keeps.
//!
//! | text | tokens |
//! |---|---|
//! | CJK run | every character, every pair of neighbours, and the words that ICU sees in it |
//! | Latin word | as written, its stem when that differs, its parts at letter/digit borders |
//! | tied words (`CAR-T`) | each part, and the whole |
//! | names and titles, in addition | a sound key for kana and for words that read as romaji, legal form |
//!
//! Pairs find any stretch of Japanese of two or more characters without a dictionary; ICU's words only improve
//! the order (東京都 holds the pair 京都 but not the word). Never here: queries.

use super::folding::{FoldedChar, fold, string_of};
use super::layout::{Piece, PieceKind, compound, is_kana, is_katakana, pieces, word_groups};
use super::{legal, sound};
use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use kernel::stem;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// First characters of derived tokens. Control characters are never part of a word, so nothing that
/// people write can look like one.
pub(super) const WORD_MARK: char = '\u{1}';
pub(super) const STEM_MARK: char = '\u{2}';
pub(super) const SOUND_MARK: char = '\u{3}';
pub(super) const LEGAL_MARK: char = '\u{4}';

/// Longest token, in characters; a longer word is known by its beginning.
pub(super) const MAX_WORD_CHARS: usize = 48;

/// What tokenizing needs; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Analyzer {
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Analyzer {
    pub(super) fn new() -> Analyzer {
        Analyzer { segmenter: WordSegmenter::new_auto(WordBreakInvariantOptions::default()) }
    }

    /// Where ICU begins new words inside a CJK piece, as indexes into `chars`, first and last included.
    ///
    /// The segmenter reads the text as written, not folded: folding turns katakana into hiragana and with it
    /// the loan words that ICU recognizes by their script into noise.
    pub(super) fn word_borders(&self, text: &str, chars: &[FoldedChar], piece: Piece) -> Vec<usize> {
        let (from, to) = (piece.from, piece.to);
        let (start, end) = (chars[from].start, chars[to - 1].end);
        let mut borders = vec![from];
        let mut index = from;
        for border in self.segmenter.segment_str(&text[start..end]) {
            let byte = start + border;
            while index < to && chars[index].start < byte {
                index += 1;
            }
            if index > from && index < to && chars[index].start == byte && borders.last() != Some(&index) {
                borders.push(index);
            }
        }
        borders.push(to);
        borders
    }

    fn tokens(&self, text: &str, head: bool) -> Vec<Token> {
        let chars = fold(text);
        let pieces = pieces(&chars);
        let mut sink = Sink { chars: &chars, tokens: Vec::with_capacity(chars.len() * 2) };
        for (index, piece) in pieces.iter().enumerate() {
            match piece.kind {
                PieceKind::Word { .. } => sink.word(*piece),
                PieceKind::Cjk { continues } => {
                    let before = if continues { index.checked_sub(1).map(|i| pieces[i]) } else { None };
                    sink.cjk(*piece, before);
                    sink.cjk_words(&self.word_borders(text, &chars, *piece), *piece);
                }
            }
        }
        for group in word_groups(&pieces) {
            sink.compound(&pieces[group]);
        }
        if head {
            sink.sounds(text, &pieces);
            for form in legal::forms_in(text) {
                sink.push(marked(LEGAL_MARK, form), 0);
            }
        }
        // The index keeps the distance from one position of a term to the next, which must not be negative.
        sink.tokens.sort_by_key(|token| token.position);
        sink.tokens
    }
}

/// A token of a derived kind.
pub(super) fn marked(mark: char, text: &str) -> String {
    let mut token = String::with_capacity(text.len() + 1);
    token.push(mark);
    token.push_str(text);
    token
}

/// A word cut to the length that the index keeps.
pub(super) fn bounded(word: &str) -> String {
    word.chars().take(MAX_WORD_CHARS).collect()
}

/// Parts of a word at borders between letters and digits: `covid19` → `covid`, `19`. Empty when there is none.
pub(super) fn alphanumeric_parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut previous: Option<bool> = None;
    for (at, ch) in word.char_indices() {
        let digit = ch.is_ascii_digit();
        if previous.is_some_and(|was| was != digit) {
            parts.push(&word[from..at]);
            from = at;
        }
        previous = Some(digit);
    }
    if !parts.is_empty() {
        parts.push(&word[from..]);
    }
    parts
}

struct Sink<'a> {
    chars: &'a [FoldedChar],
    tokens: Vec<Token>,
}

impl Sink<'_> {
    fn push(&mut self, text: String, position: usize) {
        // Offsets are only of use to tantivy's own snippets, which are not used: highlighting maps by itself.
        self.tokens.push(Token { text, position, position_length: 1, offset_from: 0, offset_to: 0 });
    }

    fn word(&mut self, piece: Piece) {
        let word = bounded(&string_of(&self.chars[piece.from..piece.to]));
        if let Some(stem) = stem::stem(&word) {
            self.push(marked(STEM_MARK, &stem), piece.position);
        }
        for part in alphanumeric_parts(&word) {
            self.push(part.to_owned(), piece.position);
        }
        self.push(word, piece.position);
    }

    fn compound(&mut self, group: &[Piece]) {
        if let ([first, _, ..], true) = (group, group.len() <= 8) {
            let whole = bounded(&compound(self.chars, group));
            self.push(whole, first.position);
        }
    }

    fn cjk(&mut self, piece: Piece, before: Option<Piece>) {
        if let Some(before) = before {
            // 澤 芳樹: the pair across the space, so that 澤芳樹 written together finds it.
            let pair = [self.chars[before.to - 1].ch, self.chars[piece.from].ch];
            self.push(pair.iter().collect(), piece.position - 1);
        }
        for index in piece.from..piece.to {
            let position = piece.position + index - piece.from;
            self.push(self.chars[index].ch.to_string(), position);
            if index + 1 < piece.to {
                self.push(string_of(&self.chars[index..index + 2]), position);
            }
        }
    }

    fn cjk_words(&mut self, borders: &[usize], piece: Piece) {
        for pair in borders.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            if (2..=MAX_WORD_CHARS).contains(&(to - from)) {
                let word = string_of(&self.chars[from..to]);
                self.push(marked(WORD_MARK, &word), piece.position + from - piece.from);
            }
        }
    }

    /// Sound keys of kana stretches and of words that read as romaji, one by one and all together, so that a
    /// name is found by さわ, サワ, Sawa, and by the whole name without a space.
    fn sounds(&mut self, text: &str, pieces: &[Piece]) {
        let mut whole = String::new();
        let mut spoken = 0;
        for piece in pieces {
            for (from, to) in spoken_stretches(text, self.chars, *piece) {
                if let Some(key) = sound::key(&string_of(&self.chars[from..to])) {
                    whole.push_str(&key);
                    spoken += 1;
                    self.push(marked(SOUND_MARK, &key), piece.position);
                }
            }
        }
        if (2..=3).contains(&spoken) && pieces.len() == spoken {
            self.push(marked(SOUND_MARK, &whole), 0);
        }
    }
}

/// The stretches of a piece that have a sound: a word, a piece wholly of kana, katakana inside other text.
fn spoken_stretches(text: &str, chars: &[FoldedChar], piece: Piece) -> Vec<(usize, usize)> {
    let written = |index: usize| text[chars[index].start..].chars().next().unwrap_or(chars[index].ch);
    let within = piece.from..piece.to;
    if matches!(piece.kind, PieceKind::Word { .. }) || within.clone().all(|index| is_kana(written(index))) {
        return vec![(piece.from, piece.to)];
    }
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for index in within.filter(|&index| is_katakana(written(index))) {
        match stretches.last_mut() {
            Some((_, to)) if *to == index => *to += 1,
            _ => stretches.push((index, index + 1)),
        }
    }
    stretches.retain(|(from, to)| to - from >= 2);
    stretches
}

/// The tokenizer that tantivy calls while indexing.
#[derive(Clone)]
pub(super) struct TextTokenizer {
    analyzer: Analyzer,
    head: bool,
}

impl TextTokenizer {
    /// For titles and names: with sound keys and legal forms.
    pub(super) fn head(analyzer: Analyzer) -> TextTokenizer {
        TextTokenizer { analyzer, head: true }
    }

    /// For all other text.
    pub(super) fn text(analyzer: Analyzer) -> TextTokenizer {
        TextTokenizer { analyzer, head: false }
    }
}

impl Tokenizer for TextTokenizer {
    type TokenStream<'a> = ReadyTokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> ReadyTokens {
        ReadyTokens { tokens: self.analyzer.tokens(text, self.head), next: 0, current: Token::default() }
    }
}

/// Tokens computed beforehand, handed over one by one.
pub(super) struct ReadyTokens {
    tokens: Vec<Token>,
    next: usize,
    current: Token,
}

impl TokenStream for ReadyTokens {
    fn advance(&mut self) -> bool {
        let Some(token) = self.tokens.get_mut(self.next) else { return false };
        self.current = std::mem::take(token);
        self.next += 1;
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}
