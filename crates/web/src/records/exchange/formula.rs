//! Cells that a spreadsheet would run as a formula: made harmless in CSV, and read back as they were (OWASP, CSV
//! injection). XLSX needs none of this, because its cells are typed as text.

/// Characters that start a formula, in half and full width.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

fn looks_like_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(STARTS)
}

/// Puts an apostrophe before a cell that would be taken for a formula, also before one that has apostrophes already,
/// so that [`plain`] gives back exactly what was there.
pub fn harmless(text: &str) -> String {
    if looks_like_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// Takes away the apostrophe that [`harmless`] put there.
pub fn plain(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_prefixed_and_other_text_is_not() {
        for formula in ["=1+1", "+81 6 1234", "-5", "@SUM(A1)", "\tx", "\rx", "＝HYPERLINK(1)", "'=1"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "株式会社湊", "'quoted'", "a=b", "it's"] {
            assert_eq!(harmless(text), text);
        }
    }

    proptest! {
        #[test]
        fn reading_back_gives_what_was_written(text in "['=+@\t\r\n-]{0,4}.{0,8}") {
            let written = harmless(&text);
            prop_assert_eq!(plain(&written), text.as_str());
            prop_assert!(!written.starts_with(STARTS));
        }
    }
}
