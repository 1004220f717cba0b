//! Dates as people write them, in either language: splits periods, takes off "around" and notes in brackets, and
//! hands what is left to the reader of that language. Never here: the meaning of words of one language.

use super::date::{Day, EdtfDate, Month, Qualifier, Year};
use super::{Edtf, EdtfError, Endpoint, display as words, english, error, japanese, parse};
use crate::lang::Both;
use unicode_normalization::UnicodeNormalization;

/// Longer text is not a date.
const MAX_CHARS: usize = 120;

pub(super) fn parse(text: &str) -> Result<Edtf, EdtfError> {
    if text.chars().count() > MAX_CHARS {
        return Err(error::format(text));
    }
    let clean: String = text.nfkc().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let strict = match parse::parse(&clean) {
        Ok(date) => return Ok(date),
        Err(e) if matches!(e.code, "edtf.format" | "edtf.parts") => e,
        Err(e) => return Err(e),
    };
    let friendly = read(&clean.to_lowercase());
    friendly.map_err(|e| if e.code == "edtf.format" { requoted(strict, text) } else { e })
}

/// The message should quote what was typed, not its normalized form.
fn requoted(strict: EdtfError, text: &str) -> EdtfError {
    if strict.code == "edtf.format" { error::format(text) } else { strict }
}

fn read(text: &str) -> Result<Edtf, EdtfError> {
    match period(text) {
        Some((start, end)) => Edtf::interval(start?, end?),
        None => single(text),
    }
}

type ReadEnd = Result<Endpoint, EdtfError>;

/// Both ends of a period, if the text looks like one.
fn period(text: &str) -> Option<(ReadEnd, ReadEnd)> {
    let (main, mark) = strip_mark(text);
    if let Some(start) = only_start(main) {
        let end = if mark == Some(words::OPEN_END) { Endpoint::Open } else { Endpoint::Unknown };
        return Some((end_of_period(start), Ok(end)));
    }
    if let Some(end) = only_end(main) {
        let start = if mark == Some(words::OPEN_START) { Endpoint::Open } else { Endpoint::Unknown };
        return Some((Ok(start), end_of_period(end)));
    }
    if let Some((start, end)) = main.strip_prefix("between ").and_then(|body| body.split_once(" and ")) {
        return Some((end_of_period(start), end_of_period(end)));
    }
    let body = main.strip_prefix("from ").unwrap_or(main);
    let body = body.strip_suffix("まで").unwrap_or(body);
    let (start, end) = ["から", "〜", " ~ ", "~", " – ", "–", " — ", "—", " - ", " to ", " until ", " through "]
        .into_iter()
        .find_map(|separator| body.split_once(separator))
        .filter(|(start, end)| !start.trim().is_empty() && !end.trim().is_empty())?;
    Some((end_of_period(start), end_of_period(end)))
}

/// Takes off a last remark such as `(期限なし)`.
fn strip_mark(text: &str) -> (&str, Option<Both>) {
    let marks = [words::OPEN_END, words::UNKNOWN_END, words::OPEN_START, words::UNKNOWN_START];
    for mark in marks {
        for word in [mark.ja, mark.en] {
            let bracketed = text.strip_suffix(')').and_then(|t| t.strip_suffix(word)).and_then(|t| t.strip_suffix('('));
            if let Some(rest) = bracketed {
                return (rest.trim_end(), Some(mark));
            }
        }
    }
    (text, None)
}

/// `2018年1月から`, `2018年1月〜`, `since Jan 2018`: what stands before or after the word.
fn only_start(text: &str) -> Option<&str> {
    let suffix = ["から", "以降", "以来", "〜", " -", " –", "–", " onwards", " onward"];
    let last = suffix.into_iter().find_map(|s| text.strip_suffix(s)).or_else(|| {
        // A tilde after Japanese is a wave dash ("from"); after Latin text it is a qualifier ("around").
        text.strip_suffix('~').filter(|_| is_japanese(text))
    });
    let prefix = ["since ", "from ", "after "].into_iter().find_map(|p| text.strip_prefix(p));
    last.or(prefix.filter(|rest| ![" to ", " until ", " – ", " - ", " through "].iter().any(|s| rest.contains(s))))
        .filter(|rest| !rest.trim().is_empty())
}

/// `2020年3月まで`, `〜2020年3月`, `until Mar 2020`, `by April 2025`.
fn only_end(text: &str) -> Option<&str> {
    let last = ["までに", "まで", "以前"].into_iter().find_map(|s| text.strip_suffix(s));
    let last = last.filter(|rest| !rest.contains("から") && !rest.contains('〜') && !rest.contains('~'));
    let wave = text.strip_prefix('〜').or_else(|| text.strip_prefix('~').filter(|_| is_japanese(text)));
    let prefix =
        ["until ", "till ", "up to ", "through ", "before ", "by "].into_iter().find_map(|p| text.strip_prefix(p));
    last.or(wave).or(prefix).filter(|rest| !rest.trim().is_empty())
}

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii() && c != '〜')
}

fn end_of_period(text: &str) -> ReadEnd {
    let text = text.trim();
    if matches!(text, ".." | "現在" | "期限なし" | "無期限" | "present" | "now" | "today" | "open") {
        return Ok(Endpoint::Open);
    }
    if matches!(text, "不明" | "未定" | "unknown" | "?") {
        return Ok(Endpoint::Unknown);
    }
    match single(text)? {
        Edtf::Date(date) => Ok(Endpoint::Date(date)),
        Edtf::Interval(..) => Err(error::format(text)),
    }
}

/// What remarks around a date say about it.
#[derive(Default, Clone, Copy)]
struct Remarks {
    approximate: bool,
    uncertain: bool,
    month_unknown: bool,
    day_unknown: bool,
}

fn single(text: &str) -> Result<Edtf, EdtfError> {
    let mut remarks = Remarks::default();
    let rest = strip_remarks(text.trim(), &mut remarks);
    if rest.is_empty() {
        return Err(error::format(text));
    }
    match bare(rest)? {
        Edtf::Date(date) => apply(date, remarks).map(Edtf::Date),
        period if !remarks.approximate && !remarks.uncertain => Ok(period),
        _ => Err(error::format(text)),
    }
}

/// A date without remarks: strict, then figures, then Japanese, then English words.
fn bare(text: &str) -> Result<Edtf, EdtfError> {
    if let Ok(date) = parse::parse_date(&text.to_uppercase()) {
        return Ok(Edtf::Date(date));
    }
    for reader in [figures, japanese::read, english::read] {
        if let Some(found) = reader(text)? {
            return Ok(found);
        }
    }
    Err(error::format(text))
}

fn strip_remarks<'a>(text: &'a str, remarks: &mut Remarks) -> &'a str {
    const BEFORE: [&str; 14] = [
        "around ",
        "about ",
        "approximately ",
        "approx.",
        "approx ",
        "roughly ",
        "circa ",
        "ca.",
        "ca ",
        "c.",
        "~",
        "およそ",
        "おおよそ",
        "約",
    ];
    const AFTER: [&str; 6] = ["頃", "ごろ", "ころ", "前後", "あたり", "~"];
    let mut rest = text.trim();
    loop {
        let before = rest.len();
        if let Some(inner) = BEFORE.into_iter().find_map(|word| rest.strip_prefix(word)) {
            (rest, remarks.approximate) = (inner.trim(), true);
        }
        if let Some(inner) = AFTER.into_iter().find_map(|word| rest.strip_suffix(word)) {
            (rest, remarks.approximate) = (inner.trim(), true);
        }
        if let Some(inner) = rest.strip_suffix('?') {
            (rest, remarks.uncertain) = (inner.trim(), true);
        }
        if let Some(inner) = rest.strip_suffix('%') {
            (rest, remarks.approximate, remarks.uncertain) = (inner.trim(), true, true);
        }
        if let Some((inner, note)) = rest.strip_suffix(')').and_then(|r| r.rsplit_once('('))
            && note.split(['、', ',']).all(|part| note_applies(part.trim(), remarks))
        {
            rest = inner.trim();
        }
        if rest.len() == before {
            return rest;
        }
    }
}

/// Takes in one remark from the brackets; false when it is not known.
fn note_applies(note: &str, remarks: &mut Remarks) -> bool {
    let is = |word: Both| note == word.ja || note == word.en;
    if is(words::UNCERTAIN) || note == "推定" {
        remarks.uncertain = true;
    } else if is(words::MONTH_UNKNOWN) {
        remarks.month_unknown = true;
    } else if is(words::MONTH_AND_DAY_UNKNOWN) {
        (remarks.month_unknown, remarks.day_unknown) = (true, true);
    } else if is(words::DAY_UNKNOWN) || is(words::YEAR_AND_DAY_UNKNOWN) {
        remarks.day_unknown = true;
    } else {
        return is(words::YEAR_UNKNOWN) || japanese::is_weekday(note);
    }
    true
}

fn apply(date: EdtfDate, remarks: Remarks) -> Result<EdtfDate, EdtfError> {
    let approximate = remarks.approximate || date.qualifier().is_approximate();
    let uncertain = remarks.uncertain || date.qualifier().is_uncertain();
    let month = match date.month() {
        Month::Absent if remarks.month_unknown => Month::Unknown,
        month => month,
    };
    let day = match date.day() {
        Day::Absent if remarks.day_unknown => Day::Unknown,
        day => day,
    };
    EdtfDate::new(date.year(), month, day, Qualifier::of(approximate, uncertain))
}

/// `2020/9/7`, `2020.9`, `2020-9-7`, `20200907`, `R2.9.7`.
fn figures(text: &str) -> Result<Option<Edtf>, EdtfError> {
    let text = text.trim_end_matches('.');
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let dashed = format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]);
        return parse::parse_date(&dashed).map(|d| Some(Edtf::Date(d)));
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).map(str::trim).collect();
    if !(2..=3).contains(&parts.len()) {
        return Ok(None);
    }
    let (head, tail) = parts.split_at(1);
    let Some(tail) = tail.iter().map(|p| small(p)).collect::<Option<Vec<u8>>>() else {
        let in_figures = parts.iter().all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        return if in_figures { Err(error::ambiguous(text)) } else { Ok(None) };
    };
    let head = head.first().copied().unwrap_or_default();
    let month = Month::Known(tail.first().copied().unwrap_or_default());
    let day = tail.get(1).map_or(Day::Absent, |d| Day::Known(*d));
    if let Some(year) = parse::digits(head, 4) {
        return EdtfDate::new(Year::Known(year), month, day, Qualifier::Plain).map(|d| Some(Edtf::Date(d)));
    }
    if let Some((era, year)) = japanese::era_letter_year(head) {
        return japanese::in_era(text, era, year, month, day).map(|d| Some(Edtf::Date(d)));
    }
    if small(head).is_some() { Err(error::ambiguous(text)) } else { Ok(None) }
}

/// One or two figures.
pub(super) fn small(text: &str) -> Option<u8> {
    parse::digits(text, 1).or_else(|| parse::digits(text, 2)).map(|n| n as u8)
}
