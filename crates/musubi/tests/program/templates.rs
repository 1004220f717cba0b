//! Templates and texts: nothing inline that the content policy would refuse, and every text in both languages.

use crate::layout::{files, root};

#[test]
fn templates_hold_no_inline_style_script_or_handler() {
    let mut faults = Vec::new();
    for (path, text) in files("crates", "html") {
        for (at, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            let handler =
                [" onclick=", " onchange=", " onsubmit=", " onload=", " oninput=", " onerror=", "javascript:"]
                    .iter()
                    .any(|w| lower.contains(w));
            let script = lower
                .match_indices("<script")
                .any(|(from, _)| !lower[from..].split('>').next().unwrap_or_default().contains("src="));
            if lower.contains(" style=") || lower.contains("<style") || handler || script {
                faults.push(format!("{path}:{}: {}", at + 1, line.trim().chars().take(120).collect::<String>()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The string literals after `from`, with the rest behind them: `"日本語", "English")` → both.
fn two_literals(source: &str) -> Option<(String, String)> {
    let (first, rest) = literal(source.trim_start())?;
    let (second, _) = literal(rest.trim_start().strip_prefix(',')?.trim_start())?;
    Some((first, second))
}

fn literal(source: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut escaped = false;
    for (at, ch) in source.strip_prefix('"')?.char_indices() {
        match ch {
            _ if escaped => {
                text.push(ch);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((text, &source[at + 2..])),
            _ => text.push(ch),
        }
    }
    None
}

fn is_japanese(ch: char) -> bool {
    matches!(ch, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '々' | '〆')
}

#[test]
fn every_text_of_the_interface_is_there_in_both_languages_and_not_swapped() {
    let mut faults = Vec::new();
    let mut count = 0;
    for (path, text) in files("crates", "html").into_iter().chain(files("crates", "rs")) {
        if path.contains("/tests") || path.contains("crates/kernel") || path.ends_with("styleguide.html") {
            continue;
        }
        for call in ["cx.t(", "both("] {
            for (at, _) in text.match_indices(call) {
                let Some((ja, en)) = two_literals(&text[at + call.len()..]) else { continue };
                count += 1;
                let line = text[..at].matches('\n').count() + 1;
                let swapped = en.chars().any(|ch| matches!(ch, '\u{3040}'..='\u{30ff}'))
                    && !en.contains('「')
                    && !en.contains('“')
                    && !en.contains('(');
                let untranslated =
                    ja.chars().filter(|ch| ch.is_ascii_alphabetic()).count() > 24 && !ja.chars().any(is_japanese);
                if ja.trim().is_empty() != en.trim().is_empty() || swapped || untranslated {
                    faults.push(format!("{path}:{line}: {ja:?} / {en:?}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(count > 500, "only {count} texts were found in {}; does the scan still see them?", root().display());
}
