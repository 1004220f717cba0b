//! One form for characters that differ only in how they were typed: NFKC, lower case, no Latin accents, no invisible
//! characters, variant kanji unified, Greek letters by name. Katakana stays katakana, because word borders depend on it.

use kernel::fold::{is_invisible, variant_fold};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How much of one text is read, in bytes. Longer texts are known by their beginning.
pub const MAX_TEXT_BYTES: usize = 400_000;

/// Normalized characters, each with the bytes of the written text that it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Normal {
    pub chars: Vec<char>,
    /// Byte range in the written text, one per character.
    pub spans: Vec<(u32, u32)>,
    /// Whether the character was an upper-case letter.
    pub upper: Vec<bool>,
}

impl Normal {
    /// The characters `from..to` as a string.
    pub fn text(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).map(|chars| chars.iter().collect()).unwrap_or_default()
    }

    /// The bytes of the written text behind the characters `from..to`.
    pub fn span(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let start = self.spans.get(from).map_or(0, |s| s.0 as usize);
        let end = to.checked_sub(1).and_then(|last| self.spans.get(last)).map_or(start, |s| s.1 as usize);
        start..end.max(start)
    }

    fn push(&mut self, ch: char, span: (u32, u32), upper: bool) {
        self.chars.push(ch);
        self.spans.push(span);
        self.upper.push(upper);
    }
}

/// Normalizes the first [`MAX_TEXT_BYTES`] of a text.
pub fn normalize(text: &str) -> Normal {
    let text = &text[..text.floor_char_boundary(MAX_TEXT_BYTES)];
    let mut normal = Normal::default();
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
        push_unit(&mut normal, text, first, start, end);
    }
    normal
}

fn push_unit(normal: &mut Normal, text: &str, first: char, start: usize, end: usize) {
    let span = (u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX));
    let alone = end - start == first.len_utf8();
    match first {
        c if alone && c.is_ascii_alphanumeric() => normal.push(c.to_ascii_lowercase(), span, c.is_ascii_uppercase()),
        c if alone && matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}') => normal.push(c, span, false),
        _ => {
            let unit: String = text[start..end].chars().filter(|c| !is_invisible(*c)).nfkc().collect();
            for ch in unit.chars() {
                push_char(normal, ch, span);
            }
        }
    }
}

fn push_char(normal: &mut Normal, ch: char, span: (u32, u32)) {
    let upper = ch.is_uppercase();
    for ch in ch.to_lowercase() {
        if ch.is_whitespace() {
            normal.push(' ', span, false);
        } else if is_dash(ch) {
            let after_kana = normal.chars.last().is_some_and(|last| super::script::is_kana(*last));
            normal.push(if after_kana { 'ー' } else { '-' }, span, false);
        } else if let Some(name) = greek_name(ch) {
            name.chars().for_each(|letter| normal.push(letter, span, false));
        } else if ch.is_ascii() {
            normal.push(ch, span, upper);
        } else {
            push_other(normal, ch, span, upper);
        }
    }
}

fn push_other(normal: &mut Normal, ch: char, span: (u32, u32), upper: bool) {
    match ch {
        '’' | '‘' | 'ʼ' | '′' => normal.push('\'', span, false),
        'ß' => "ss".chars().for_each(|c| normal.push(c, span, upper)),
        'ø' => normal.push('o', span, upper),
        'ł' => normal.push('l', span, upper),
        'đ' => normal.push('d', span, upper),
        'æ' => "ae".chars().for_each(|c| normal.push(c, span, upper)),
        'œ' => "oe".chars().for_each(|c| normal.push(c, span, upper)),
        'ı' => normal.push('i', span, upper),
        _ => {
            let base = std::iter::once(ch).nfd().next().filter(char::is_ascii_alphabetic);
            let mut utf8 = [0; 4];
            let folded = variant_fold(ch.encode_utf8(&mut utf8)).chars().next().unwrap_or(ch);
            if !is_combining_mark(ch) {
                normal.push(base.unwrap_or(folded), span, upper);
            }
        }
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | 'ー' | '‐'..='―' | '−' | '─' | '━' | '⁃' | '˗')
}

/// Greek letters that stand for a word in scientific names: α-globin is alpha-globin.
const fn greek_name(c: char) -> Option<&'static str> {
    Some(match c {
        'α' => "alpha",
        'β' => "beta",
        'γ' => "gamma",
        'δ' => "delta",
        'ε' => "epsilon",
        'ζ' => "zeta",
        'θ' => "theta",
        'κ' => "kappa",
        'λ' => "lambda",
        'μ' => "mu",
        'σ' => "sigma",
        'τ' => "tau",
        'φ' => "phi",
        'ω' => "omega",
        _ => return None,
    })
}

/// Characters that change the one before them.
fn joins_previous(ch: char) -> bool {
    !ch.is_ascii() && (matches!(ch, '\u{ff9e}' | '\u{ff9f}') || is_invisible(ch) || is_combining_mark(ch))
}
