//! Text inside XML 1.0: feeds, drawings, graphs.

/// Text as content or as an attribute in double quotes, without the characters that XML cannot hold.
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for ch in text.chars().filter(|ch| !ch.is_control() || matches!(ch, '\n' | '\t')) {
        match ch {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{FFFE}' | '\u{FFFF}' => {}
            ch => safe.push(ch),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_is_text_and_what_xml_cannot_hold_is_left_out() {
        assert_eq!(escape("A & B <\"細胞\">\u{0}\u{b}\u{fffe}\n'"), "A &amp; B &lt;&quot;細胞&quot;&gt;\n'");
    }
}
