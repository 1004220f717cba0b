//! Templates of mails: plain text with placeholders like `{{name}}`. No logic, no markup; what stands for a placeholder is
//! never read as a template again.
//!
//! A placeholder is *trusted* when staff or the program wrote what stands for it, and *untrusted* when a stranger typed it:
//! then it becomes one harmless line (see `mails::untrusted`). A line whose placeholders are all empty is left out.

use kernel::lang::Said;
use kernel::{Both, FieldErrors, both};

/// The longest subject and body, in characters.
pub const SUBJECT: usize = 200;
pub const BODY: usize = 4_000;

/// What may stand in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    pub name: &'static str,
    pub label: Both,
    /// Written by staff or the program.
    pub trusted: bool,
    /// May stand in a subject: neither secret nor several lines.
    pub subject: bool,
}

const fn placeholder(name: &'static str, label: Both, trusted: bool, subject: bool) -> Placeholder {
    Placeholder { name, label, trusted, subject }
}

pub static PLACEHOLDERS: [Placeholder; 10] = [
    placeholder("name", both("申込者の名前", "name of the participant"), false, true),
    placeholder("organization", both("申込者の所属", "their organization"), false, true),
    placeholder("title", both("催しの名称", "title of the gathering"), true, true),
    placeholder("when", both("日時", "day and time"), true, true),
    placeholder("place", both("会場", "place"), true, true),
    placeholder("online", both("オンライン参加のアドレス", "address for joining online"), true, false),
    placeholder("note", both("「メールに添える文」", "the words added to mails"), true, false),
    placeholder("contact", both("問い合わせ先", "contact"), true, true),
    placeholder(
        "link",
        both("申し込みのページ(本文に必ず入れる)", "page of the registration (needed in the body)"),
        true,
        false,
    ),
    placeholder("hub", both("拠点の名前", "name of the hub"), true, true),
];

/// A stretch of a template.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Name(&'a str),
    /// `{{` without an end.
    Open,
}

fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((plain, after)) = rest.split_once("{{") {
        pieces.push(Piece::Plain(plain));
        match after.split_once("}}") {
            Some((name, left)) => {
                pieces.push(Piece::Name(name.trim()));
                rest = left;
            }
            None => {
                pieces.push(Piece::Open);
                return pieces;
            }
        }
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

/// Checks a subject and a body in one language; the fields are `subject.LANG` and `body.LANG`.
pub fn check(lang: kernel::Lang, subject: &str, body: &str, errors: &mut FieldErrors) {
    let (subject_field, body_field) = (format!("subject.{lang}"), format!("body.{lang}"));
    if subject.trim().is_empty() || subject.contains(['\n', '\r']) {
        errors.add(&subject_field, both("件名を一行で書いてください。", "Write the subject as one line."));
    }
    for (field, text, most) in [(&subject_field, subject, SUBJECT), (&body_field, body, BODY)] {
        if text.chars().count() > most {
            errors.add(field, Said::new(format!("{most}字までです。"), format!("At most {most} characters.")));
        }
    }
    names(subject, &subject_field, true, errors);
    names(body, &body_field, false, errors);
    let links = body.lines().flat_map(pieces).any(|piece| piece == Piece::Name("link"));
    if !links {
        errors.add(
            &body_field,
            both(
                "本文に {{link}} を入れてください。アカウントのない人は、このリンクからしか確認や取り消しができません。",
                "The body needs {{link}}: people without an account see and cancel their registration only there.",
            ),
        );
    }
}

fn names(text: &str, field: &str, subject: bool, errors: &mut FieldErrors) {
    for piece in text.lines().flat_map(pieces) {
        match piece {
            Piece::Plain(_) => {}
            Piece::Open => {
                errors.add(field, both("「{{」が閉じられていません。", "A “{{” is not closed with “}}”."));
            }
            Piece::Name(name) => match PLACEHOLDERS.iter().find(|known| known.name == name) {
                None => errors.add(
                    field,
                    Said::new(
                        format!("{{{{{name}}}}} という差し込みはありません。"),
                        format!("There is no placeholder {{{{{name}}}}}."),
                    ),
                ),
                Some(known) if subject && !known.subject => errors.add(
                    field,
                    Said::new(
                        format!("{{{{{name}}}}} は件名には使えません。"),
                        format!("{{{{{name}}}}} cannot stand in a subject."),
                    ),
                ),
                Some(_) => {}
            },
        }
    }
}

/// Fills a template in. `value` tells what stands for a placeholder, already harmless.
pub fn fill<'v>(template: &str, value: impl Fn(&str) -> &'v str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in template.lines() {
        let pieces = pieces(line);
        let values =
            || pieces.iter().filter_map(|piece| if let Piece::Name(name) = piece { Some(value(name)) } else { None });
        let left_out = values().next().is_some() && values().all(str::is_empty);
        if left_out {
            continue;
        }
        let filled: String = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => *text,
                Piece::Name(name) => value(name),
                Piece::Open => "{{",
            })
            .collect();
        // Where a line was left out between two empty ones, one of them goes too.
        if filled.trim().is_empty() && lines.last().is_none_or(|last| last.trim().is_empty()) {
            continue;
        }
        lines.push(filled);
    }
    let mut text = lines.join("\n").trim_end().to_owned();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kernel::Lang;
    use proptest::prelude::*;

    fn said(subject: &str, body: &str) -> Vec<(String, String)> {
        let mut errors = FieldErrors::default();
        check(Lang::Ja, subject, body, &mut errors);
        errors.0.into_iter().map(|fault| (fault.field, fault.message.en)).collect()
    }

    #[test]
    fn an_unknown_placeholder_is_named() {
        let faults = said("{{title}}", "{{name}} {{nmae}}\n{{link}}");
        assert_eq!(faults, [("body.ja".to_owned(), "There is no placeholder {{nmae}}.".to_owned())]);
        assert_eq!(said("{{title}}", "{{ name }}\n{{link}}"), []);
    }

    #[test]
    fn a_subject_holds_no_secret_and_a_body_holds_the_link() {
        let faults = said("{{link}}", "{{name}}");
        let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["subject.ja", "body.ja"]);
        assert!(faults[0].1.contains("cannot stand in a subject") && faults[1].1.contains("needs {{link}}"));
        assert_eq!(said("", "{{link}} {{open").len(), 2);
        assert_eq!(said("a\nb", "{{link}}").len(), 1);
    }

    #[test]
    fn lines_without_a_value_are_left_out_and_values_are_not_read_again() {
        let value = |name: &str| match name {
            "name" => "{{link}} Eve",
            "link" => "https://hub/1",
            _ => "",
        };
        let text =
            fill("Dear {{name}},\n\nPlace: {{place}}\nAt {{place}}{{note}}\n\n{{note}}\n\nBye\n{{link}}\n", value);
        assert_eq!(text, "Dear {{link}} Eve,\n\nBye\nhttps://hub/1\n");
    }

    proptest! {
        #[test]
        fn any_text_is_checked_and_filled_without_harm(text in "[a-z{} \n]{0,60}") {
            let mut errors = FieldErrors::default();
            check(Lang::En, &text, &text, &mut errors);
            prop_assert!(fill(&text, |_| "").ends_with('\n'));
        }
    }
}
