//! The outermost form of a query: words, quotations, and what is not wanted.

/// A stretch of the query between spaces, or in quotation marks.
pub(super) struct Clause<'a> {
    pub(super) text: &'a str,
    pub(super) quoted: bool,
    pub(super) excluded: bool,
}

/// The mark that closes a quotation opened by `ch`.
fn closing_quote(ch: char) -> Option<&'static [char]> {
    match ch {
        '"' | '＂' | '“' | '”' | '„' => Some(&['"', '＂', '“', '”']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

/// Splits at white space and quotation marks. A quotation that is never closed ends with the text.
pub(super) fn clauses(text: &str) -> Vec<Clause<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let mut excluded = false;
        if let Some(after) = rest.strip_prefix(['-', '－', '−']) {
            excluded = after.chars().next().is_some_and(|next| !next.is_whitespace());
            rest = after;
        }
        let Some(first) = rest.chars().next() else { return found };
        let (text, quoted, after) = match closing_quote(first) {
            Some(closing) => {
                let inside = &rest[first.len_utf8()..];
                let end = inside.find(closing).unwrap_or(inside.len());
                let close = inside[end..].chars().next().map_or(0, char::len_utf8);
                (&inside[..end], true, &inside[end + close..])
            }
            None => {
                let end = rest.find(|ch: char| ch.is_whitespace() || closing_quote(ch).is_some()).unwrap_or(rest.len());
                (&rest[..end], false, &rest[end..])
            }
        };
        found.push(Clause { text, quoted, excluded });
        rest = after;
    }
}
