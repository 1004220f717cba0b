//! Values as readers see them: words in their language with the standing of translations, dates in full, links
//! by name. Never shows a field that the reader may not see; it gets records already cut by [`Record::seen_by`].

use crate::cx::Cx;
use kernel::record::{Field, FieldValue, Kind, Record};
use kernel::{Lang, Text};

/// One piece of a shown value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words, their language when it is not the reader's, and a label such as "machine translation".
    Words {
        text: String,
        lang: String,
        standing: String,
    },
    /// Sanitized HTML made from Markdown.
    Prose {
        html: String,
        lang: String,
        standing: String,
    },
    Tag {
        label: String,
        class: &'static str,
    },
    Inside {
        href: String,
        label: String,
    },
    Outside {
        href: String,
        label: String,
    },
    /// A date with its machine-readable form.
    Date {
        iso: String,
        words: String,
    },
    /// Wall-clock time with its machine-readable form.
    Time {
        iso: String,
        words: String,
    },
    Plain(String),
}

/// One field with its pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub name: &'static str,
    pub label: &'static str,
    pub pieces: Vec<Piece>,
    /// Said when fewer people see the field than the record.
    pub narrower: Option<&'static str>,
}

/// The fields of a record that have a value, in order, without those in `except`.
pub fn shown_fields(cx: &Cx, record: &Record, except: &[&str]) -> Vec<Shown> {
    let fields = record.kind.fields.iter().filter(|field| !except.contains(&field.name));
    fields.filter_map(|field| shown_field(cx, record, field)).collect()
}

/// One field, or nothing when it is empty.
pub fn shown_field(cx: &Cx, record: &Record, field: &'static Field) -> Option<Shown> {
    let pieces = pieces(cx, field, record.get(field.name)?);
    let level = record.level_of(field);
    let narrower = (level < record.audience.level).then(|| level.label().get(cx.lang));
    (!pieces.is_empty()).then(|| Shown { name: field.name, label: field.label.get(cx.lang), pieces, narrower })
}

/// The pieces of one value.
pub fn pieces(cx: &Cx, field: &Field, value: &FieldValue) -> Vec<Piece> {
    match (&field.kind, value) {
        (Kind::Prose { .. }, FieldValue::Text(text)) => prose(cx, text).into_iter().collect(),
        (_, FieldValue::Text(text)) => words(cx, text).into_iter().collect(),
        (Kind::Choice(vocabulary), FieldValue::Plain(code)) => vec![match vocabulary.term(code) {
            Some(term) => Piece::Tag { label: term.label.get(cx.lang).to_owned(), class: term.tone.class() },
            None => Piece::Plain(code.clone()),
        }],
        (Kind::Choices(vocabulary), FieldValue::Codes(codes)) => codes
            .iter()
            .map(|code| match vocabulary.term(code) {
                Some(term) => Piece::Tag { label: term.label.get(cx.lang).to_owned(), class: term.tone.class() },
                None => Piece::Plain(code.clone()),
            })
            .collect(),
        (Kind::Date, FieldValue::Plain(text)) => vec![date_piece(text, cx.lang)],
        (Kind::WallTime, FieldValue::Plain(text)) => vec![time_piece(text, cx.lang)],
        (_, FieldValue::Plain(text)) => vec![plain(cx.lang, &field.kind, text)],
        (_, FieldValue::Integer(number)) => vec![Piece::Plain(number.to_string())],
        (_, FieldValue::Flag(true)) => vec![Piece::Plain(cx.t("はい", "Yes").to_owned())],
        (_, FieldValue::Flag(false)) => Vec::new(),
        (_, FieldValue::Link(id)) => vec![link(cx, *id)],
        (_, FieldValue::Links(ids)) => ids.iter().map(|id| link(cx, *id)).collect(),
        (_, FieldValue::Codes(codes)) => codes.iter().cloned().map(Piece::Plain).collect(),
    }
}

/// Text for the reader with its language and standing.
pub fn words(cx: &Cx, text: &Text) -> Option<Piece> {
    let shown = text.shown(cx.lang)?;
    Some(Piece::Words {
        text: shown.text.to_owned(),
        lang: if shown.fallback { shown.lang.to_owned() } else { String::new() },
        standing: shown.label(cx.lang).unwrap_or_default().to_owned(),
    })
}

fn prose(cx: &Cx, text: &Text) -> Option<Piece> {
    let shown = text.shown(cx.lang)?;
    Some(Piece::Prose {
        html: crate::markdown::to_html(shown.text),
        lang: if shown.fallback { shown.lang.to_owned() } else { String::new() },
        standing: shown.label(cx.lang).unwrap_or_default().to_owned(),
    })
}

/// The date in full words, with its EDTF form for machines.
pub fn date_piece(edtf: &str, lang: Lang) -> Piece {
    match kernel::edtf::Edtf::parse(edtf) {
        Ok(date) => Piece::Date { iso: edtf.to_owned(), words: date.display(lang) },
        Err(_) => Piece::Plain(edtf.to_owned()),
    }
}

fn time_piece(text: &str, lang: Lang) -> Piece {
    match kernel::WallTime::parse(text) {
        Ok(time) => Piece::Time { iso: text.to_owned(), words: time.display(lang) },
        Err(_) => Piece::Plain(text.to_owned()),
    }
}

fn plain(lang: Lang, kind: &Kind, text: &str) -> Piece {
    match kind {
        Kind::Url => Piece::Outside { href: text.to_owned(), label: short_address(text) },
        Kind::Email => Piece::Outside { href: format!("mailto:{text}"), label: text.to_owned() },
        Kind::Phone => {
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            Piece::Outside { href: format!("tel:{digits}"), label: text.to_owned() }
        }
        Kind::Approx => {
            Piece::Plain(text.parse::<kernel::approx::Approx>().map_or_else(|_| text.to_owned(), |n| n.display(lang)))
        }
        Kind::Money => {
            Piece::Plain(text.parse::<kernel::money::Money>().map_or_else(|_| text.to_owned(), |m| m.display(lang)))
        }
        Kind::Identifier(scheme) => {
            match kernel::identifier::Identifier::parse(*scheme, text).ok().and_then(|id| id.url()) {
                Some(href) => Piece::Outside { href, label: text.to_owned() },
                None => Piece::Plain(text.to_owned()),
            }
        }
        _ => Piece::Plain(text.to_owned()),
    }
}

/// `https://www.example.jp/` → `www.example.jp`.
fn short_address(url: &str) -> String {
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    bare.trim_end_matches('/').to_owned()
}

/// The linked record by name. One that the reader may not see is not named.
fn link(cx: &Cx, id: kernel::Uuid) -> Piece {
    match cx.app.catalogue.entry(id, &cx.keyring) {
        Some(entry) => Piece::Inside {
            href: cx.href(&format!("/{}/{id}", entry.kind.path)),
            label: entry.called(cx.lang).to_owned(),
        },
        None => Piece::Plain(cx.t("(非公開)", "(not shown)").to_owned()),
    }
}
