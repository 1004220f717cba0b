//! Markdown that people wrote, as HTML that cannot do harm: parsed by pulldown-cmark, cleaned by ammonia.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Only plain structure and links survive: no classes, ids, data attributes, images or forms. Links open with
/// `noopener nofollow`; schemes are http, https and mailto.
pub fn to_html(markdown: &str) -> String {
    let markdown = bounded(markdown);
    let parser = pulldown_cmark::Parser::new_ext(&markdown, pulldown_cmark::Options::ENABLE_TABLES);
    let mut html = String::with_capacity(markdown.len() * 3 / 2);
    pulldown_cmark::html::push_html(&mut html, parser);
    cleaner().clean(&html).to_string()
}

/// Marks of quotes and lists at the head of one line. A parser's work grows with the square of their number, and nobody
/// writes for readers in such depths.
const DEEPEST: usize = 16;

/// The text with deeper marks made plain characters.
fn bounded(markdown: &str) -> Cow<'_, str> {
    if !markdown.lines().any(|line| beyond(line).is_some()) {
        return Cow::Borrowed(markdown);
    }
    let line = |line: &str| match beyond(line) {
        Some(at) => format!("{}\\{}\n", &line[..at], &line[at..]),
        None => format!("{line}\n"),
    };
    Cow::Owned(markdown.lines().map(line).collect())
}

/// Where the mark after the deepest allowed one stands, or its dot for a number.
fn beyond(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let (mut at, mut marks) = (0, 0);
    loop {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let digits = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mark = at + digits;
        // A list mark has a space after it; a line of dashes is a rule.
        let spaced = bytes.get(mark + 1).is_none_or(|next| matches!(next, b' ' | b'\t'));
        let is_mark = match bytes.get(mark) {
            Some(b'>') => digits == 0,
            Some(b'-' | b'*' | b'+') => digits == 0 && spaced,
            Some(b'.' | b')') => digits > 0 && spaced,
            _ => false,
        };
        if !is_mark {
            return None;
        }
        marks += 1;
        if marks > DEEPEST {
            return Some(mark);
        }
        at = mark + 1;
    }
}

fn cleaner() -> ammonia::Builder<'static> {
    let tags = [
        "p",
        "br",
        "strong",
        "em",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let mut builder = ammonia::Builder::default();
    builder
        .tags(HashSet::from(tags))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("noopener nofollow"));
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_handlers_and_smuggled_attributes_are_gone() {
        let html = to_html(
            "# t\n<script>alert(1)</script> <a href=\"javascript:alert(1)\" hx-get=\"/x\" onclick=\"x()\">a</a> <img src=x onerror=y>",
        );
        for bad in ["script", "javascript", "hx-", "onclick", "onerror", "<img"] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
    }

    /// faults.md 52: however deep somebody nests, the page has a bounded depth, and ordinary lists are as they were.
    #[test]
    fn quotes_and_lists_nest_only_so_deep() {
        for marks in ["> ", "1. ", "- ", ">"] {
            let html = to_html(&format!("{}end", marks.repeat(5_000)));
            let opened = ["<blockquote", "<ol", "<ul"].iter().map(|tag| html.matches(tag).count()).sum::<usize>();
            assert!(opened <= DEEPEST && html.contains("end"), "{marks}: {opened}");
        }
        assert_eq!(bounded("- one\n  - two\n    1. three\n> - quoted"), "- one\n  - two\n    1. three\n> - quoted");
        for plain in [
            "**bold** -5 °C, 3.5 mg",
            "----------------------------------------",
            "1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18",
        ] {
            assert_eq!(bounded(plain), plain);
        }
    }

    #[test]
    fn deep_nesting_stays_fast_and_finite() {
        let html = to_html(&"> ".repeat(5_000));
        assert!(html.len() < 1_000_000);
        to_html(&"[".repeat(50_000));
    }
}
