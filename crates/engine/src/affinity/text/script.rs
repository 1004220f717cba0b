//! Which script a stretch of text is in.

use super::Normal;

/// Scripts that are treated differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Kanji and kana.
    Japanese,
    /// Kana alone: it may be a reading.
    Kana,
    /// Latin letters and digits.
    Latin,
    /// Any other letters.
    Other,
}

/// A stretch of characters of one script, `from..to` in [`Normal::chars`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub script: Script,
    pub from: usize,
    pub to: usize,
}

pub(crate) const fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | 'ゝ' | 'ゞ')
}

pub(crate) const fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | 'ー' | 'ヽ' | 'ヾ')
}

pub(crate) const fn is_kana(c: char) -> bool {
    is_hiragana(c) || is_katakana(c)
}

pub(crate) const fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '々' | '〆')
}

fn script_of(c: char) -> Option<Script> {
    match c {
        c if c.is_ascii_alphanumeric() => Some(Script::Latin),
        c if is_kana(c) => Some(Script::Kana),
        c if is_kanji(c) => Some(Script::Japanese),
        c if c.is_alphanumeric() => Some(Script::Other),
        _ => None,
    }
}

/// The runs of a text. Kana next to kanji joins it; a run of kana alone is [`Script::Kana`].
pub fn runs(normal: &Normal) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (index, script) in normal.chars.iter().enumerate().filter_map(|(i, c)| Some((i, script_of(*c)?))) {
        match runs.last_mut() {
            Some(last) if last.to == index && joins(last.script, script) => {
                last.to = index + 1;
                if script == Script::Japanese {
                    last.script = script;
                }
            }
            _ => runs.push(Run { script, from: index, to: index + 1 }),
        }
    }
    runs
}

fn joins(before: Script, now: Script) -> bool {
    let cjk = |s| matches!(s, Script::Japanese | Script::Kana);
    before == now || (cjk(before) && cjk(now))
}

/// The script that a text is asked in: Japanese when it has kanji, kana when its letters are kana alone, else Latin or other
/// by the number of characters. `None` when it has no letters.
pub fn main_script(normal: &Normal) -> Option<Script> {
    let count = |wanted: Script| normal.chars.iter().filter(|c| script_of(**c) == Some(wanted)).count();
    let (kanji, kana, latin, other) =
        (count(Script::Japanese), count(Script::Kana), count(Script::Latin), count(Script::Other));
    if kanji + kana + latin + other == 0 {
        None
    } else if other > kanji + kana + latin {
        Some(Script::Other)
    } else if kanji > 0 && kanji + kana >= latin / 4 {
        Some(Script::Japanese)
    } else if kana > 0 && kana >= latin / 4 {
        Some(Script::Kana)
    } else {
        Some(Script::Latin)
    }
}
