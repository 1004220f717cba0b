//! Legal forms in names: 株式会社, (株) and ㈱ are one; a company is found with any of them, and with none.
//!
//! Never here: how forms are spelt, which is [`kernel::legal_form`]'s.

use kernel::legal_form::{LegalForm, Position, split};
use std::ops::Range;

/// What is left of a text without its legal forms, and which they were.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stripped {
    pub(super) core: String,
    /// Codes of the forms, each once, in order.
    pub(super) forms: Vec<&'static str>,
}

/// The code by which the index knows a form.
fn code(form: LegalForm) -> &'static str {
    form.label().ja
}

/// Codes of the forms at either end of a name.
pub(super) fn forms_in(name: &str) -> Vec<&'static str> {
    let mut forms = Vec::new();
    let mut rest = name;
    while let (core, Some(form), _) = split(rest) {
        forms.push(code(form));
        rest = core;
    }
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// Takes the forms out of the text of a query: at its ends, where they may hold spaces (Co., Ltd.), and at the
/// ends of each word. The core is empty when the text is nothing but forms.
pub(super) fn strip(query: &str) -> Stripped {
    let mut stripped = Stripped::default();
    let core = strip_ends(query, &mut stripped.forms);
    for word in core.split_whitespace() {
        let core = strip_ends(word, &mut stripped.forms);
        if !core.is_empty() {
            stripped.core.push_str(if stripped.core.is_empty() { "" } else { " " });
            stripped.core.push_str(core);
        }
    }
    stripped.forms.sort_unstable();
    stripped.forms.dedup();
    stripped
}

fn strip_ends<'a>(text: &'a str, forms: &mut Vec<&'static str>) -> &'a str {
    let mut rest = text;
    while let (core, Some(form), _) = split(rest) {
        if is_also_a_word(form) {
            break;
        }
        forms.push(code(form));
        rest = core;
    }
    match alone(rest) {
        Some(form) if !is_also_a_word(form) => {
            forms.push(code(form));
            ""
        }
        _ => rest,
    }
}

/// The form that is the whole text. [`split`] leaves such a text whole, so it is shown one with a core.
fn alone(text: &str) -> Option<LegalForm> {
    const CORE: &str = "x";
    let name = format!("{CORE} {}", text.trim());
    match split(&name) {
        (CORE, Some(form), Position::Back) => Some(form),
        _ => None,
    }
}

/// Forms that are short or common words too; in a query they are looked for like any other.
const fn is_also_a_word(form: LegalForm) -> bool {
    use LegalForm as F;
    matches!(
        form,
        F::Company
            | F::Lp
            | F::Kg
            | F::Ag
            | F::Se
            | F::Ev
            | F::Sa
            | F::Sas
            | F::Spa
            | F::Bv
            | F::Nv
            | F::Ab
            | F::Oy
            | F::As
    )
}

/// Where a form stands at the ends of a text, in bytes as written.
pub(super) fn ranges_of(text: &str, form: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut rest = 0..text.len();
    while let (core, Some(found), position) = split(&text[rest.clone()]) {
        // The core is a piece of the text it was cut from.
        let start = core.as_ptr().addr() - text.as_ptr().addr();
        let inner = start..start + core.len();
        let range = match position {
            Position::Front => trimmed(text, rest.start..inner.start),
            _ => trimmed(text, inner.end..rest.end),
        };
        if code(found) == form {
            ranges.push(range);
        }
        rest = inner;
    }
    if ranges.is_empty() && alone(text).is_some_and(|found| code(found) == form) {
        ranges.push(trimmed(text, 0..text.len()));
    }
    ranges
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let separator = |ch: char| ch.is_whitespace() || matches!(ch, ',' | '、' | '，');
    let piece = &text[range.clone()];
    let start = range.start + piece.len() - piece.trim_start_matches(separator).len();
    start..start + piece.trim_matches(separator).len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_form_have_one_code() {
        for name in ["株式会社結", "結株式会社", "(株)結", "（株）結", "㈱結", "Musubi K.K.", "Musubi KK"]
        {
            assert_eq!(forms_in(name), ["株式会社"], "{name}");
        }
        assert!(forms_in("結び").is_empty());
    }

    #[test]
    fn the_core_of_a_query_is_left() {
        for query in ["株式会社 結", "㈱結", "結 株式会社", "（株）結"] {
            assert_eq!(strip(query), Stripped { core: "結".to_owned(), forms: vec!["株式会社"] }, "{query}");
        }
        assert_eq!(strip("Musubi Co., Ltd.").core, "Musubi");
        assert_eq!(strip("大阪 ㈱結").core, "大阪 結");
        assert_eq!(strip("cold chain company").core, "cold chain company");
        assert_eq!(strip("㈱"), Stripped { core: String::new(), forms: vec!["株式会社"] });
    }

    #[test]
    fn ranges_point_at_what_was_written() {
        for (text, written) in
            [("㈱結", "㈱"), ("結 株式会社", "株式会社"), ("（株）結", "（株）"), ("株式会社", "株式会社")]
        {
            let found: Vec<&str> = ranges_of(text, "株式会社").into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [written], "{text}");
        }
    }
}
