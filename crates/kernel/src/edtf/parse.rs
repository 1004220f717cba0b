//! The strict reader of EDTF text and the canonical writer. Never here: friendly spellings (see `human`).

use super::date::{Day, EdtfDate, Month, Qualifier, Season, Year};
use super::{Edtf, EdtfError, Endpoint, error};
use std::fmt;

pub(super) fn parse(text: &str) -> Result<Edtf, EdtfError> {
    if text.is_empty() {
        return Err(error::empty());
    }
    match text.split_once('/') {
        None => parse_date(text).map(Edtf::Date),
        Some((start, end)) => Edtf::interval(parse_end(start)?, parse_end(end)?),
    }
}

fn parse_end(text: &str) -> Result<Endpoint, EdtfError> {
    match text {
        "" => Ok(Endpoint::Unknown),
        ".." => Ok(Endpoint::Open),
        _ => parse_date(text).map(Endpoint::Date),
    }
}

pub(super) fn parse_date(text: &str) -> Result<EdtfDate, EdtfError> {
    let bad = || error::format(text);
    if text.get(10..).is_some_and(|rest| rest.starts_with('T')) {
        return Err(error::time());
    }
    let (body, qualifier) = split_qualifier(text);
    let mut parts = body.split('-');
    let year = parts.next().and_then(year).ok_or_else(bad)?;
    let month = parts.next().map_or(Ok(Month::Absent), |m| month(m).ok_or_else(bad))?;
    let day = parts.next().map_or(Ok(Day::Absent), |d| day(d).ok_or_else(bad))?;
    if parts.next().is_some() {
        return Err(bad());
    }
    EdtfDate::new(year, month, day, qualifier)
}

fn split_qualifier(text: &str) -> (&str, Qualifier) {
    let all = [Qualifier::Uncertain, Qualifier::Approximate, Qualifier::UncertainApproximate];
    all.into_iter()
        .find_map(|q| text.strip_suffix(q.symbol()).map(|body| (body, q)))
        .unwrap_or((text, Qualifier::Plain))
}

/// Digits only: `str::parse` would also take a sign.
pub(super) fn digits(text: &str, length: usize) -> Option<u16> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn year(text: &str) -> Option<Year> {
    if text.len() != 4 {
        return None;
    }
    let known = text.trim_end_matches('X');
    match known.len() {
        4 => digits(known, 4).map(Year::Known),
        3 => digits(known, 3).map(Year::Decade),
        2 => digits(known, 2).map(Year::Century),
        0 => Some(Year::Unknown),
        _ => None,
    }
}

fn month(text: &str) -> Option<Month> {
    if text == "XX" {
        return Some(Month::Unknown);
    }
    let number = digits(text, 2)? as u8;
    Some(Season::from_code(number).map_or(Month::Known(number), Month::Season))
}

fn day(text: &str) -> Option<Day> {
    if text == "XX" { Some(Day::Unknown) } else { digits(text, 2).map(|d| Day::Known(d as u8)) }
}

/// Canonical EDTF, which [`Edtf::parse`] reads back.
impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edtf::Date(date) => date.fmt(f),
            Edtf::Interval(start, end) => write!(f, "{start}/{end}"),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Date(date) => date.fmt(f),
            Endpoint::Open => f.write_str(".."),
            Endpoint::Unknown => Ok(()),
        }
    }
}

impl fmt::Display for EdtfDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year() {
            Year::Known(y) => write!(f, "{y:04}")?,
            Year::Decade(d) => write!(f, "{d:03}X")?,
            Year::Century(c) => write!(f, "{c:02}XX")?,
            Year::Unknown => f.write_str("XXXX")?,
        }
        match self.month() {
            Month::Absent => {}
            Month::Known(m) => write!(f, "-{m:02}")?,
            Month::Season(s) => write!(f, "-{}", s.code())?,
            Month::Unknown => f.write_str("-XX")?,
        }
        match self.day() {
            Day::Absent => {}
            Day::Known(d) => write!(f, "-{d:02}")?,
            Day::Unknown => f.write_str("-XX")?,
        }
        f.write_str(self.qualifier().symbol())
    }
}
