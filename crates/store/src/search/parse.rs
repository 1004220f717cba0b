//! Reads what a person typed into words, phrases and exclusions. Every input has a reading; none is an error.
//!
//! `再生医療 iPS` both, `"clinical trial"` or 「臨床試験」 as written, `-mouse` without. Text beyond
//! [`MAX_QUERY_CHARS`] characters and clauses beyond [`MAX_WORDS`] are not read, so time is bounded whatever
//! arrives. Never here: which fields or documents are searched.

use super::analysis::{Analyzer, bounded};
use super::clauses::{Clause, clauses};
use super::folding::{FoldedChar, fold, string_of};
use super::layout::{Piece, PieceKind, compound, is_kana, pieces, word_groups};
use super::{legal, sound};
use kernel::stem;

pub(super) const MAX_QUERY_CHARS: usize = 256;
pub(super) const MAX_WORDS: usize = 16;

/// Hiragana words that bind others and would only thin out the results. Single hiragana count as such too.
const JAPANESE_FUNCTION_WORDS: [&str; 24] = [
    "から",
    "まで",
    "など",
    "について",
    "における",
    "による",
    "として",
    "する",
    "した",
    "して",
    "こと",
    "もの",
    "ため",
    "です",
    "ます",
    "という",
    "では",
    "には",
    "とは",
    "への",
    "での",
    "との",
    "および",
    "または",
];
const ENGLISH_FUNCTION_WORDS: [&str; 16] =
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "is", "as"];

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Latin {
        /// As one word: `covid19`, `cell`.
        whole: String,
        /// Its tied parts when there are several: `covid`, `19`.
        parts: Vec<String>,
        /// The last word typed: its beginning is enough.
        open: bool,
        sound: Option<String>,
    },
    Cjk {
        text: String,
        sound: Option<String>,
    },
    /// A legal form alone: 株式会社 in any of its written forms.
    Legal {
        form: &'static str,
        written: Quoted,
    },
    /// Words that are also said in other ways.
    Meant {
        own: Vec<Word>,
        others: Vec<Quoted>,
    },
}

/// Tokens at fixed distances from each other; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Phrase(pub(super) Vec<(usize, String)>);

/// A quoted text: what has to stand there, and its words for highlighting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quoted {
    pub(super) phrase: Phrase,
    pub(super) words: Vec<Word>,
}

/// What a query asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) words: Vec<Word>,
    pub(super) quoted: Vec<Quoted>,
    pub(super) excluded: Vec<Phrase>,
    /// The words as they stand together; a document that has them so comes first.
    pub(super) together: Vec<Phrase>,
    /// Legal forms written beside other words: preferred, not required.
    pub(super) legal_forms: Vec<&'static str>,
}

impl Parsed {
    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.quoted.is_empty() && self.excluded.is_empty()
    }

    /// Something that a document must have, not only what it must lack.
    pub(super) fn has_positive(&self) -> bool {
        !self.words.is_empty() || !self.quoted.is_empty()
    }
}

/// Reads a query.
pub(super) fn parse(text: &str, analyzer: &Analyzer) -> Parsed {
    let cut: String = text.chars().take(MAX_QUERY_CHARS).collect();
    let mut parsed = Parsed::default();
    let mut plain: Vec<&str> = Vec::new();
    let ends_open = cut.ends_with(|ch: char| !ch.is_whitespace());
    for clause in clauses(&cut) {
        match clause {
            Clause { excluded: true, text, .. } => parsed.excluded.extend(Source::new(text).phrase()),
            Clause { quoted: true, text, .. } => {
                parsed.quoted.extend(read_quoted(text, analyzer));
            }
            Clause { text, .. } => plain.push(text),
        }
    }
    parsed.quoted.truncate(MAX_WORDS);
    parsed.excluded.truncate(MAX_WORDS);
    read_plain(&mut parsed, &plain, ends_open, analyzer);
    parsed
}

/// Text as it would be read between quotes; `None` when no word is in it.
pub(super) fn read_quoted(text: &str, analyzer: &Analyzer) -> Option<Quoted> {
    let source = Source::new(text);
    Some(Quoted { phrase: source.phrase()?, words: source.words(analyzer, false) })
}

/// The words of a stretch of a query, without those that only bind others.
pub(super) fn words_of(text: &str, analyzer: &Analyzer) -> Vec<Word> {
    let mut words = Source::new(text).words(analyzer, false);
    drop_function_words(&mut words);
    words
}

/// The words outside quotes. A legal form beside them is preferred; alone it is what is looked for.
fn read_plain(parsed: &mut Parsed, plain: &[&str], ends_open: bool, analyzer: &Analyzer) {
    let written = plain.join(" ");
    let stripped = legal::strip(&written);
    let source = Source::new(&stripped.core);
    let mut words = source.words(analyzer, ends_open);
    drop_function_words(&mut words);
    words.truncate(MAX_WORDS);
    if words.is_empty() {
        let source = Source::new(&written);
        if let (Some(form), Some(phrase)) = (stripped.forms.first().copied(), source.phrase()) {
            parsed.words.push(Word::Legal { form, written: Quoted { phrase, words: source.words(analyzer, false) } });
        }
        return;
    }
    if words.len() >= 2 {
        parsed.together.extend(source.phrase());
        let chunks: Vec<&str> = stripped.core.split(' ').take(MAX_WORDS).collect();
        if chunks.len() >= 2 {
            let chunks = chunks.into_iter().map(Source::new);
            parsed.together.extend(chunks.filter(|chunk| chunk.pieces.len() >= 2).filter_map(|chunk| chunk.phrase()));
        }
    }
    parsed.legal_forms = stripped.forms;
    parsed.words = words;
}

fn drop_function_words(words: &mut Vec<Word>) {
    let binds = |word: &Word| match word {
        Word::Latin { whole, .. } => ENGLISH_FUNCTION_WORDS.contains(&whole.as_str()),
        Word::Cjk { text, sound } => {
            // `sound` is there only for kana that stands alone, which is what somebody looks for.
            sound.is_none()
                && text.chars().all(|ch| matches!(ch, '\u{3041}'..='\u{3096}'))
                && (text.chars().count() == 1 || JAPANESE_FUNCTION_WORDS.contains(&text.as_str()))
        }
        Word::Legal { .. } | Word::Meant { .. } => false,
    };
    if words.iter().any(|word| !binds(word)) {
        words.retain(|word| !binds(word));
    }
}

/// A stretch of query text, folded and cut into pieces.
struct Source<'a> {
    text: &'a str,
    chars: Vec<FoldedChar>,
    pieces: Vec<Piece>,
}

impl<'a> Source<'a> {
    fn new(text: &'a str) -> Source<'a> {
        let chars = fold(text);
        let pieces = pieces(&chars);
        Source { text, chars, pieces }
    }

    fn piece_text(&self, piece: Piece) -> String {
        string_of(&self.chars[piece.from..piece.to])
    }

    /// The whole as it stands; `None` when there is nothing to look for in it.
    fn phrase(&self) -> Option<Phrase> {
        let mut tokens = Vec::new();
        for piece in self.pieces.iter().take(2 * MAX_WORDS) {
            match piece.kind {
                PieceKind::Word { .. } => tokens.push((piece.position, bounded(&self.piece_text(*piece)))),
                PieceKind::Cjk { .. } => {
                    let run: Vec<char> = self.chars[piece.from..piece.to].iter().map(|c| c.ch).collect();
                    tokens.extend(covering_pairs(&run).map(|(offset, pair)| (piece.position + offset, pair)));
                }
            }
        }
        if tokens.is_empty() { None } else { Some(Phrase(tokens)) }
    }

    /// The words in order. `open`: the last one may go on.
    fn words(&self, analyzer: &Analyzer, open: bool) -> Vec<Word> {
        let mut words: Vec<(usize, Word)> = Vec::new();
        for group in word_groups(&self.pieces) {
            let last = open && group.end == self.pieces.len();
            words.push((group.start, self.latin(&self.pieces[group], last)));
        }
        for (index, piece) in self.pieces.iter().enumerate() {
            if matches!(piece.kind, PieceKind::Cjk { .. }) {
                words.extend(self.cjk(analyzer, *piece).into_iter().map(|word| (index, word)));
            }
        }
        words.sort_by_key(|(index, _)| *index);
        words.into_iter().map(|(_, word)| word).take(2 * MAX_WORDS).collect()
    }

    fn latin(&self, group: &[Piece], open: bool) -> Word {
        let whole = bounded(&compound(&self.chars, group));
        let parts = if group.len() > 1 {
            group.iter().map(|piece| bounded(&self.piece_text(*piece))).take(8).collect()
        } else {
            Vec::new()
        };
        Word::Latin { sound: sound::key(&whole), whole, parts, open }
    }

    fn cjk(&self, analyzer: &Analyzer, piece: Piece) -> Vec<Word> {
        let written = &self.text[self.chars[piece.from].start..self.chars[piece.to - 1].end];
        if written.chars().all(is_kana) {
            // Kana alone is a name or a loan word, and segmenters tear such apart.
            let text = self.piece_text(piece);
            return vec![Word::Cjk { sound: sound::key(&text), text }];
        }
        let borders = self.without_lone_neighbours(analyzer.word_borders(self.text, &self.chars, piece));
        let words = borders.windows(2).filter_map(|pair| match *pair {
            [from, to] => Some(Word::Cjk { text: string_of(&self.chars[from..to]), sound: None }),
            _ => None,
        });
        words.collect()
    }
}

impl Source<'_> {
    /// Joins single kanji that stand side by side: the segmenter tears apart names that it does not know, and
    /// 澤, 芳 and 樹 one by one are in too many texts.
    fn without_lone_neighbours(&self, borders: Vec<usize>) -> Vec<usize> {
        let lone = |from: usize, to: usize| to - from == 1 && !is_kana(self.chars[from].ch);
        let inner = borders.windows(3).filter(|around| !(lone(around[0], around[1]) && lone(around[1], around[2])));
        let ends = borders.first().into_iter().chain(borders.last()).copied();
        let mut joined: Vec<usize> = inner.map(|around| around[1]).chain(ends).collect();
        joined.sort_unstable();
        joined.dedup();
        joined
    }
}

/// The fewest pairs of neighbours that cover a run of CJK characters, with their offsets; the character
/// itself when it is alone. Two pairs that overlap or touch at the right distance prove what is between.
pub(super) fn covering_pairs(run: &[char]) -> impl Iterator<Item = (usize, String)> + '_ {
    let last = run.len().saturating_sub(2);
    let odd = (run.len() % 2 == 1 && run.len() > 1).then_some(last);
    let even = (0..=last).step_by(2);
    even.chain(odd).map(|offset| (offset, run[offset..run.len().min(offset + 2)].iter().collect()))
}

impl Word {
    /// Tokens that the word is looked for with, about.
    pub(super) fn tokens(&self) -> usize {
        match self {
            Word::Latin { .. } | Word::Legal { .. } => 1,
            Word::Cjk { text, .. } => text.chars().count().div_ceil(2),
            Word::Meant { own, .. } => own.iter().map(Word::tokens).sum(),
        }
    }

    /// The stem to look for, beside the word as written.
    pub(super) fn stem(&self) -> Option<String> {
        match self {
            Word::Latin { whole, parts, .. } if parts.is_empty() => stem::stem(whole),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn read(text: &str) -> Parsed {
        parse(text, &Analyzer::new())
    }

    fn texts(parsed: &Parsed) -> Vec<String> {
        let text = |word: &Word| match word {
            Word::Latin { whole, .. } => whole.clone(),
            Word::Cjk { text, .. } => text.clone(),
            Word::Legal { form, .. } => (*form).to_owned(),
            Word::Meant { own, .. } => format!("{} words", own.len()),
        };
        parsed.words.iter().map(text).collect()
    }

    #[test]
    fn words_of_both_scripts_keep_their_order() {
        assert_eq!(texts(&read("iPS細胞 COVID-19")), ["ips", "細胞", "covid19"]);
        assert_eq!(texts(&read("the future of 再生")), ["future", "再生"]);
        assert_eq!(texts(&read("心臓の再生")), ["心臓", "再生"]);
    }

    #[test]
    fn pairs_cover_runs_of_any_length() {
        let pairs = |text: &str| {
            let run: Vec<char> = text.chars().collect();
            covering_pairs(&run).collect::<Vec<_>>()
        };
        let owned =
            |list: &[(usize, &str)]| list.iter().map(|(at, pair)| (*at, (*pair).to_owned())).collect::<Vec<_>>();
        assert_eq!(pairs("再"), owned(&[(0, "再")]));
        assert_eq!(pairs("再生"), owned(&[(0, "再生")]));
        assert_eq!(pairs("再生医"), owned(&[(0, "再生"), (1, "生医")]));
        assert_eq!(pairs("再生医療"), owned(&[(0, "再生"), (2, "医療")]));
        assert_eq!(pairs("再生医療等"), owned(&[(0, "再生"), (2, "医療"), (3, "療等")]));
    }

    #[test]
    fn quotes_and_exclusions_are_read_in_every_width() {
        for text in ["\"clinical trial\" -mouse", "“clinical trial” －mouse", "「clinical trial −mouse"] {
            let parsed = read(text);
            assert_eq!(parsed.quoted.len(), 1, "{text}");
            assert!(parsed.words.is_empty(), "{text}");
        }
        let parsed = read("\"clinical trial\" -mouse -「再生医療」");
        assert_eq!(parsed.quoted[0].phrase.0, [(0, "clinical".to_owned()), (1, "trial".to_owned())]);
        assert_eq!(parsed.excluded.len(), 2);
        assert!(read("a - b").excluded.is_empty());
    }

    #[test]
    fn only_the_last_word_typed_is_open() {
        let open = |text: &str| match read(text).words.pop() {
            Some(Word::Latin { open, .. }) => open,
            _ => false,
        };
        assert!(open("stem cel"));
        assert!(!open("stem cel "));
    }
}
