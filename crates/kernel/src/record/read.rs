//! Reads what people send into a record: every field, every error, nothing lost.
//!
//! One path for forms, the API and imports, so that a limit is the same everywhere. Never here: the database;
//! links are resolved by whoever calls.

use super::{Field, FieldValue, Input, Kind, Record, RecordType};
use crate::approx::Approx;
use crate::audience::Level;
use crate::edtf::Edtf;
use crate::error::FieldErrors;
use crate::identifier::Identifier;
use crate::lang::{Said, both};
use crate::money::Money;
use crate::text::{Standing, Text};
use crate::wall_time::WallTime;
use uuid::Uuid;

/// Finds the record that a link's text means: an id, a code, or a name. The error says what to write instead.
pub type ResolveLink<'a> = dyn Fn(&Field, &str) -> Result<Uuid, Said> + 'a;

/// Length of the hub's own keys.
const CODE_MAX: usize = 80;
const SOURCE_MAX: usize = 500;

impl RecordType {
    /// Applies `input` to `record` and returns every error found. Fields without a path in `input` stay.
    pub fn read(&self, input: &Input, record: &mut Record, resolve: &ResolveLink<'_>) -> FieldErrors {
        let mut errors = FieldErrors::default();
        read_common(input, record, resolve, &mut errors);
        for field in self.fields.iter().filter(|field| !field.computed) {
            match read_field(field, input, record, resolve) {
                Ok(Some(Some(value))) => {
                    record.values.insert(field.name, value);
                }
                Ok(Some(None)) => {
                    record.values.remove(field.name);
                }
                Ok(None) => {}
                Err((path, message)) => errors.add(&path, message),
            }
            let failed =
                errors.0.iter().any(|e| e.field == field.name || e.field.starts_with(&format!("{}.", field.name)));
            if field.required && !failed && record.get(field.name).is_none() {
                let path = if field.is_localized() { format!("{}.ja", field.name) } else { field.name.to_owned() };
                errors.add(&path, both("必ず入力してください。", "Please fill this in."));
            }
        }
        (self.rules)(record, &mut errors);
        errors
    }

    /// Paths in `input` that no field of this type has, for imports that must not drop a column silently.
    pub fn unknown_paths<'a>(&self, input: &'a Input) -> Vec<&'a str> {
        const COMMON: [&str; 6] = ["id", "code", "audience", "audience_parties", "source", "fictional"];
        input
            .paths()
            .filter(|path| {
                let name = path.split('.').next().unwrap_or_default();
                !(COMMON.contains(path) || name == "level" || self.field(name).is_some_and(|f| !f.computed))
            })
            .collect()
    }
}

fn read_common(input: &Input, record: &mut Record, resolve: &ResolveLink<'_>, errors: &mut FieldErrors) {
    if let Some(code) = input.first("code") {
        match plain_text(code, CODE_MAX) {
            Ok(code) => record.code = code,
            Err(message) => errors.add("code", message),
        }
    }
    if let Some(source) = input.first("source") {
        match plain_text(source, SOURCE_MAX) {
            Ok(source) => record.source = source,
            Err(message) => errors.add("source", message),
        }
    }
    if let Some(flag) = input.all("fictional").last() {
        match read_flag(flag) {
            Ok(value) => record.fictional = value,
            Err(message) => errors.add("fictional", message),
        }
    }
    if let Some(code) = input.first("audience").filter(|code| !code.is_empty()) {
        match read_level(code) {
            Ok(level) => record.audience.level = level,
            Err(message) => errors.add("audience", message),
        }
    }
    if input.has("audience_parties") {
        record.audience.parties.clear();
        let field =
            Field::new("audience_parties", both("当事者", "Parties"), Kind::Links(&["organization", "unit", "person"]));
        for text in parts(input.all("audience_parties")) {
            match resolve(&field, text) {
                Ok(id) => record.audience.parties.push(id),
                Err(message) => errors.add("audience_parties", message),
            }
        }
        // A set, kept in one order: naming the same parties again is no change.
        record.audience.parties.sort();
        record.audience.parties.dedup();
    }
    for (name, code) in input.below("level") {
        match read_level(code) {
            _ if code.is_empty() => {
                record.field_levels.remove(name);
            }
            Ok(level) => {
                record.field_levels.insert(name.to_owned(), level);
            }
            Err(message) => errors.add(&format!("level.{name}"), message),
        }
    }
}

fn read_level(code: &str) -> Result<Level, Said> {
    let written = code.trim();
    Level::from_code(written)
        .or_else(|| {
            Level::ALL.into_iter().find(|l| l.label().ja == written || l.label().en.eq_ignore_ascii_case(written))
        })
        .ok_or_else(|| {
            Said::new(
                format!(
                    "公開範囲「{written}」は使えません。public、partners、members、staff、parties、me のどれかです。"
                ),
                format!("“{written}” is not an audience. Use public, partners, members, staff, parties or me."),
            )
        })
}

type Failed = (String, Said);

/// `None`: not sent. `Some(None)`: cleared. `Some(Some(v))`: set.
fn read_field(
    field: &Field,
    input: &Input,
    record: &Record,
    resolve: &ResolveLink<'_>,
) -> Result<Option<Option<FieldValue>>, Failed> {
    let at_field = |message: Said| (field.name.to_owned(), message);
    if let Kind::Text { max } | Kind::Prose { max } = field.kind {
        return read_text(field, max, input, &record.text(field.name));
    }
    if !input.has(field.name) {
        return Ok(None);
    }
    let sent = input.all(field.name);
    let value = match &field.kind {
        Kind::Choices(vocabulary) => {
            let mut codes: Vec<String> = Vec::new();
            for written in parts(sent) {
                let term = vocabulary.recognize(written).ok_or_else(|| at_field(unknown_term(vocabulary, written)))?;
                if !codes.iter().any(|c| c == term.code) {
                    codes.push(term.code.to_owned());
                }
            }
            (!codes.is_empty()).then_some(FieldValue::Codes(codes))
        }
        Kind::Links(_) => {
            let mut ids: Vec<Uuid> = Vec::new();
            for written in parts(sent) {
                let id = resolve(field, written).map_err(at_field)?;
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
            (!ids.is_empty()).then_some(FieldValue::Links(ids))
        }
        _ => read_single(field, sent.last().map_or("", |text| text.trim()), resolve).map_err(at_field)?,
    };
    Ok(Some(value))
}

fn read_single(field: &Field, text: &str, resolve: &ResolveLink<'_>) -> Result<Option<FieldValue>, Said> {
    if text.is_empty() {
        return Ok(None);
    }
    let plain = |canonical: String| Some(FieldValue::Plain(canonical));
    Ok(match &field.kind {
        Kind::Plain { max } => plain_text(text, *max)?.map(FieldValue::Plain),
        Kind::Email => plain(read_email(text)?),
        Kind::Url => plain(read_url(text)?),
        Kind::Phone => plain(read_phone(text)?),
        Kind::Choice(vocabulary) => {
            let term = vocabulary.recognize(text).ok_or_else(|| unknown_term(vocabulary, text))?;
            plain(term.code.to_owned())
        }
        Kind::Date => plain(Edtf::parse_human(text).map_err(Said::from)?.to_string()),
        Kind::WallTime => plain(WallTime::parse_human(text).map_err(Said::from)?.to_string()),
        Kind::Zone => plain(crate::wall_time::zone(text).map_err(Said::from)?.name().to_owned()),
        Kind::Approx => plain(Approx::parse_human(text).map_err(Said::from)?.to_string()),
        Kind::Money => plain(Money::parse_human(text).map_err(Said::from)?.to_string()),
        Kind::Identifier(scheme) => plain(Identifier::parse(*scheme, text).map_err(Said::from)?.to_string()),
        Kind::Integer { min, max } => Some(FieldValue::Integer(read_integer(text, *min, *max)?)),
        Kind::Flag => Some(FieldValue::Flag(read_flag(text)?)),
        Kind::Link(_) => Some(FieldValue::Link(resolve(field, text)?)),
        Kind::Text { .. } | Kind::Prose { .. } | Kind::Choices(_) | Kind::Links(_) => None,
    })
}

fn read_text(field: &Field, max: usize, input: &Input, before: &Text) -> Result<Option<Option<FieldValue>>, Failed> {
    let one_line = matches!(field.kind, Kind::Text { .. });
    let mut text = before.clone();
    let mut sent = false;
    // A bare path is how sheets with a single language column arrive: taken as Japanese if it has any, else English.
    if let Some(bare) = input.first(field.name) {
        let tag = if bare.chars().any(is_japanese) { "ja" } else { "en" };
        put_version(&mut text, before, tag, bare, None);
        sent = true;
        if bare.trim().is_empty() {
            text = Text::default();
        }
    }
    // Japanese first: where a sheet has both languages and says nothing of their standing, it is the original.
    let mut versions: Vec<(&str, &str)> = input.below(field.name).filter(|(below, _)| !below.contains('.')).collect();
    versions.sort_by_key(|(tag, _)| *tag != "ja");
    for (below, words) in versions {
        sent = true;
        let path = format!("{}.{below}", field.name);
        check_length(words, max).map_err(|message| (path.clone(), message))?;
        if one_line && words.trim().contains(['\n', '\r']) {
            return Err((
                path,
                both("改行は使えません。一行で書いてください。", "Line breaks are not possible here. Write one line.")
                    .into(),
            ));
        }
        let standing = match input.first(&format!("{path}.standing")).filter(|code| !code.is_empty()) {
            None => None,
            Some(code) => {
                Some(Standing::from_code(code).ok_or_else(|| (format!("{path}.standing"), unknown_standing(code)))?)
            }
        };
        put_version(&mut text, before, below, words, standing);
    }
    if !sent {
        return Ok(None);
    }
    let text = before.edited(text);
    Ok(Some((!text.is_empty()).then_some(FieldValue::Text(text))))
}

/// A version without a stated standing keeps the one it had; the first version of a text is its original.
fn put_version(text: &mut Text, before: &Text, tag: &str, words: &str, standing: Option<Standing>) {
    let known = before.get(tag).map(|version| match version.standing {
        Standing::Stale if version.text != words.trim() => Standing::Official,
        standing => standing,
    });
    let has_original = text.versions().any(|(other, v)| other != tag && v.standing == Standing::Original);
    let fresh = if has_original { Standing::Official } else { Standing::Original };
    text.put(tag, words.trim(), standing.or(known).unwrap_or(fresh));
}

/// Kana or kanji: what tells a Japanese cell from an English one.
fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Splits `a | b`, which is how one cell holds several values; a form sends them one by one.
fn parts(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().flat_map(|text| text.split('|')).map(str::trim).filter(|text| !text.is_empty())
}

fn check_length(text: &str, max: usize) -> Result<(), Said> {
    let length = text.chars().count();
    if text.contains('\0') {
        return Err(both(
            "使えない文字(NUL)が入っています。消してください。",
            "There is a NUL character in it. Remove it.",
        )
        .into());
    }
    if length <= max {
        return Ok(());
    }
    Err(Said::new(
        format!("{max}字までです(いま{length}字)。短くしてください。"),
        format!("At most {max} characters (now {length}). Make it shorter."),
    ))
}

fn plain_text(text: &str, max: usize) -> Result<Option<String>, Said> {
    let text = text.trim();
    check_length(text, max)?;
    if text.contains(['\n', '\r']) {
        return Err(both("改行は使えません。", "Line breaks are not possible here.").into());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The practical part of RFC 5321: one `@`, a dotted domain, no spaces, 254 octets.
fn read_email(text: &str) -> Result<String, Said> {
    let good = text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c))
        && text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
        });
    if good {
        return Ok(text.to_owned());
    }
    Err(both(
        "メールアドレスの形ではありません。例: hanako@example.jp",
        "This is not an e-mail address. Example: hanako@example.jp",
    )
    .into())
}

/// Only addresses that are safe to follow: http and https, with a host.
fn read_url(text: &str) -> Result<String, Said> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).and(text.get(scheme.len()..))
    });
    let good = text.len() <= 2000
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && rest.is_some_and(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| !host.is_empty()));
    if good {
        return Ok(text.to_owned());
    }
    Err(both(
        "https:// か http:// で始まる住所を入れてください。例: https://www.example.jp/",
        "Write an address that starts with https:// or http://, for example https://www.example.jp/",
    )
    .into())
}

fn read_phone(text: &str) -> Result<String, Said> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let good = (5..=15).contains(&digits) && text.chars().all(|c| c.is_ascii_digit() || "+-() .#x".contains(c));
    if good {
        return Ok(text.to_owned());
    }
    Err(both(
        "電話番号の形ではありません。例: 06-1234-5678、+81 6 1234 5678",
        "This is not a phone number. Examples: 06-1234-5678, +81 6 1234 5678",
    )
    .into())
}

fn read_integer(text: &str, min: i64, max: i64) -> Result<i64, Said> {
    let digits: String = text.chars().filter(|c| *c != ',').collect();
    match digits.parse::<i64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(Said::new(
            format!("{min}から{max}までの整数を入れてください。"),
            format!("Write a whole number from {min} to {max}."),
        )),
    }
}

fn read_flag(text: &str) -> Result<bool, Said> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" | "on" | "y" | "はい" | "○" | "〇" | "有" => Ok(true),
        "" | "false" | "no" | "0" | "off" | "n" | "いいえ" | "×" | "無" => Ok(false),
        other => Err(Said::new(
            format!("「{other}」は読み取れません。「はい」か「いいえ」(true / false)を入れてください。"),
            format!("“{other}” is neither yes nor no. Write true or false."),
        )),
    }
}

fn unknown_term(vocabulary: &super::Vocabulary, written: &str) -> Said {
    let examples = |pick: fn(&super::Term) -> &'static str| {
        vocabulary.terms.iter().take(6).map(pick).collect::<Vec<_>>().join(", ")
    };
    Said::new(
        format!("「{written}」は選択肢にありません。例: {}", examples(|t| t.label.ja)),
        format!("“{written}” is not one of the choices. Examples: {}", examples(|t| t.label.en)),
    )
}

fn unknown_standing(code: &str) -> Said {
    Said::new(
        format!("翻訳の状態「{code}」は使えません。original、official、unofficial、machine、stale のどれかです。"),
        format!("“{code}” is not a translation status. Use original, official, unofficial, machine or stale."),
    )
}
