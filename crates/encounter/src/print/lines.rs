//! Text into lines: words stay whole, Japanese breaks between characters, but never before a closing mark or after an
//! opening one (JIS X 4051, the rules that matter on a badge).

/// What must not begin a line.
const CLOSING: &str = "、。，．・：；？！)）」』】］〉》ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ…—,.:;!?]";
/// What must not end a line.
const OPENING: &str = "(（「『【［〈《[";

/// Breaks text into lines no wider than `room`, measured by `width`. A word that is wider stands on a line of its own.
pub fn wrap(text: &str, room: f32, width: impl Fn(&str) -> f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let together = format!("{line}{piece}");
        if line.is_empty() || width(together.trim_end()) <= room {
            line = together;
        } else {
            lines.push(line.trim_end().to_owned());
            line = piece.trim_start().to_owned();
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What fits of a line that is too wide, with an ellipsis.
pub fn shorten(line: &str, room: f32, width: impl Fn(&str) -> f32) -> String {
    let mut kept: Vec<char> = line.chars().collect();
    loop {
        let short = format!("{}…", kept.iter().collect::<String>().trim_end());
        if width(&short) <= room || kept.pop().is_none() {
            return short;
        }
    }
}

/// Stretches between which a line may break.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for c in text.chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }) {
        let breaks = before.is_some_and(|before| may_break(before, c));
        match pieces.last_mut() {
            Some(last) if !breaks => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        before = Some(c);
    }
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    before == ' ' || is_wide(before) || is_wide(after)
}

/// Kana, ideographs, full-width forms.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
