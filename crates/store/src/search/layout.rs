//! Cuts folded text into pieces (Latin words, runs of CJK characters) with positions.
//!
//! Index, query and highlighting use this one layout, so they always agree about what a word is. Never here:
//! which tokens a piece becomes.

use super::folding::FoldedChar;

/// A piece of text between `from` and `to` (indexes into the folded characters).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) kind: PieceKind,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Token position of its first token.
    pub(super) position: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// One alphanumeric word of an alphabetic script.
    Word {
        /// The word before it is tied to this one by a joiner: `covid-19`, `r&d`.
        tied: bool,
    },
    /// Characters of scripts that write without spaces.
    Cjk {
        /// Only white space lies between it and the CJK piece before it: 澤 芳樹.
        continues: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CharClass {
    Word,
    Cjk,
    Joiner,
    Space,
    Other,
}

/// Pieces in order. A word takes one position, a CJK character one; punctuation leaves a gap, so that a
/// phrase does not reach over a full stop, while white space and joiners leave none.
pub(super) fn pieces(chars: &[FoldedChar]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut position = 0;
    let mut at = 0;
    while at < chars.len() {
        let class = class_of(chars[at].ch);
        let from = at;
        match class {
            CharClass::Word | CharClass::Cjk => {
                while at < chars.len() && class_of(chars[at].ch) == class {
                    at += 1;
                }
                let kind = kind_of(chars, class, pieces.last(), from);
                pieces.push(Piece { kind, from, to: at, position });
                position += if class == CharClass::Cjk { at - from } else { 1 };
            }
            CharClass::Other => {
                at += 1;
                // One gap for any amount of punctuation, and none before the first word.
                if pieces.last().is_some_and(|last| position == end_position(last)) {
                    position += 1;
                }
            }
            CharClass::Joiner | CharClass::Space => at += 1,
        }
    }
    pieces
}

/// The position after a piece's last token.
fn end_position(piece: &Piece) -> usize {
    match piece.kind {
        PieceKind::Word { .. } => piece.position + 1,
        PieceKind::Cjk { .. } => piece.position + piece.to - piece.from,
    }
}

fn kind_of(chars: &[FoldedChar], class: CharClass, last: Option<&Piece>, from: usize) -> PieceKind {
    let between = last.map(|last| &chars[last.to..from]);
    let after_word = last.is_some_and(|last| matches!(last.kind, PieceKind::Word { .. }));
    if class == CharClass::Word {
        let tied = after_word && matches!(between, Some([joiner]) if class_of(joiner.ch) == CharClass::Joiner);
        return PieceKind::Word { tied };
    }
    let spaces = between.is_some_and(|gap| !gap.is_empty() && gap.iter().all(|c| class_of(c.ch) == CharClass::Space));
    PieceKind::Cjk { continues: last.is_some() && !after_word && spaces }
}

fn class_of(ch: char) -> CharClass {
    if ch.is_ascii_alphanumeric() {
        CharClass::Word
    } else if is_cjk(ch) {
        CharClass::Cjk
    } else if matches!(ch, '-' | '\'' | '&' | '.' | '@' | '+' | '_' | '\u{2010}'..='\u{2012}' | '\u{2019}') {
        CharClass::Joiner
    } else if ch.is_whitespace() {
        CharClass::Space
    } else if ch.is_alphanumeric() {
        CharClass::Word
    } else {
        CharClass::Other
    }
}

/// Han, kana, bopomofo and Hangul, with the marks 々 〆 〇 ー.
pub(super) const fn is_cjk(ch: char) -> bool {
    matches!(ch,
        '\u{3005}'..='\u{3007}' | '\u{303b}' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}')
}

/// Kana of either kind, with the long mark.
pub(super) const fn is_kana(ch: char) -> bool {
    matches!(ch, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{309d}'..='\u{309f}'
        | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}')
}

pub(super) const fn is_katakana(ch: char) -> bool {
    is_kana(ch) && !matches!(ch, '\u{3041}'..='\u{309f}')
}

/// Words tied by joiners, as ranges into `pieces`; a word alone is a group of one, CJK pieces are left out.
pub(super) fn word_groups(pieces: &[Piece]) -> Vec<std::ops::Range<usize>> {
    let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        match (piece.kind, groups.last_mut()) {
            (PieceKind::Word { tied: true }, Some(group)) if group.end == index => group.end += 1,
            (PieceKind::Word { .. }, _) => groups.push(index..index + 1),
            (PieceKind::Cjk { .. }, _) => {}
        }
    }
    groups
}

/// How a tied group is written as one word: `covid19`, `r&d`, `3.5`, `usa` for `u.s.a`.
/// Hyphens and apostrophes vanish; what tells groups apart (`&`, `.`, `@`, `+`, `_`) stays.
pub(super) fn compound(chars: &[FoldedChar], group: &[Piece]) -> String {
    let initials = group.iter().all(|piece| piece.to - piece.from == 1 && chars[piece.from].ch.is_alphabetic());
    let mut compound = String::new();
    for (index, piece) in group.iter().enumerate() {
        let joiner = if index == 0 { None } else { chars.get(piece.from - 1).map(|c| c.ch) };
        match joiner {
            Some('.') if initials => {}
            Some(joiner @ ('&' | '.' | '@' | '+' | '_')) => compound.push(joiner),
            _ => {}
        }
        compound.extend(chars[piece.from..piece.to].iter().map(|c| c.ch));
    }
    compound
}

#[cfg(test)]
mod tests {
    use super::super::folding::fold;
    use super::*;

    fn compounds(text: &str) -> Vec<String> {
        let chars = fold(text);
        let pieces = pieces(&chars);
        word_groups(&pieces).into_iter().map(|group| compound(&chars, &pieces[group])).collect()
    }

    #[test]
    fn compounds_are_one_word() {
        assert_eq!(compounds("COVID-19, R&D; U.S.A. 3.5 iPS細胞"), ["covid19", "r&d", "usa", "3.5", "ips"]);
    }

    #[test]
    fn punctuation_leaves_a_gap_and_white_space_does_not() {
        let positions = |text: &str| pieces(&fold(text)).iter().map(|p| p.position).collect::<Vec<_>>();
        assert_eq!(positions("iPS 細胞"), [0, 1]);
        assert_eq!(positions("再生。医療"), [0, 3]);
    }
}
