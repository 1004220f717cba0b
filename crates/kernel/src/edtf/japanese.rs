//! Japanese words for dates: `2020年9月7日`, `令和元年5月`, `2025年12月末`, `2025年春`, `2010年代`, `令和7年度`,
//! `12月7日`. Input is NFKC, lower case. Never here: 頃 and 約 (taken off before), periods.

use super::date::{Day, EdtfDate, Month, Qualifier, Season, Year};
use super::{Edtf, EdtfError, error, parse};
use crate::calendar::{Era, EraYear, FiscalCalendar};

/// Words that place a time inside a month; EDTF level 1 knows the month only.
const PART_OF_MONTH: [&str; 10] = ["上旬", "中旬", "下旬", "初旬", "初め", "はじめ", "初頭", "半ば", "中頃", "末"];

pub(super) fn read(text: &str) -> Result<Option<Edtf>, EdtfError> {
    let compact: String = text.chars().filter(|c| *c != ' ').collect();
    let body = compact
        .strip_suffix("曜日")
        .map_or(compact.as_str(), |b| b.trim_end_matches(['月', '火', '水', '木', '金', '土', '日']));
    let found = match read_year(body)? {
        Some((YearWord::Fiscal(year), "")) => return Ok(FiscalCalendar::default().year(year).edtf()),
        Some((YearWord::Decade(decade), "")) => {
            EdtfDate::new(Year::Decade(decade), Month::Absent, Day::Absent, Qualifier::Plain)
        }
        Some((YearWord::Western(year), rest)) => {
            let Some((month, day)) = month_and_day(rest, true) else { return Ok(None) };
            EdtfDate::new(year, month, day, Qualifier::Plain)
        }
        Some((YearWord::Era(era, year), rest)) => {
            let Some((month, day)) = month_and_day(rest, true) else { return Ok(None) };
            in_era(text, era, year, month, day)
        }
        Some(_) => return Ok(None),
        None => {
            let Some((month, day)) = month_and_day(body, false) else { return Ok(None) };
            EdtfDate::new(Year::Unknown, month, day, Qualifier::Plain)
        }
    };
    found.map(|date| Some(Edtf::Date(date)))
}

enum YearWord {
    Western(Year),
    Era(Era, u16),
    /// The year in which it starts.
    Fiscal(i32),
    Decade(u16),
}

fn read_year(text: &str) -> Result<Option<(YearWord, &str)>, EdtfError> {
    let Some((word, rest)) = text.split_once('年') else { return Ok(None) };
    let era = Era::ALL.into_iter().find_map(|era| word.strip_prefix(era.label().ja).map(|count| (era, count)));
    let era_year = match era {
        Some((era, "元")) => Some((era, 1)),
        Some((era, count)) => Some((era, number(count).ok_or_else(|| error::era(text))?)),
        None => era_letter_year(word),
    };
    if let Some(rest) = rest.strip_prefix('度') {
        let western = match era_year {
            Some((era, count)) => era.western_year(count),
            None => number(word).map(i32::from),
        };
        return Ok(western.map(|year| (YearWord::Fiscal(year), rest)));
    }
    if let Some((era, count)) = era_year {
        return Ok(Some((YearWord::Era(era, count), rest)));
    }
    if let Some(rest) = rest.strip_prefix('代') {
        return Ok(number(word).filter(|y| y % 10 == 0).map(|y| (YearWord::Decade(y / 10), rest)));
    }
    let strict = parse::parse_date(&word.to_uppercase()).ok().map(EdtfDate::year);
    let year = strict.or_else(|| number(word).filter(|y| *y >= 1000).map(Year::Known));
    Ok(year.map(|year| (YearWord::Western(year), rest)))
}

/// What follows 年 (or stands alone, without a year).
fn month_and_day(text: &str, has_year: bool) -> Option<(Month, Day)> {
    let text = text.strip_prefix('の').unwrap_or(text);
    match text {
        "" | "前半" | "後半" | "半ば" | "中" | "上半期" | "下半期" if has_year => {
            return Some((Month::Absent, Day::Absent));
        }
        "末" | "年末" if has_year => return Some((Month::Known(12), Day::Absent)),
        "初頭" | "初め" | "はじめ" | "年始" | "頭" if has_year => {
            return Some((Month::Known(1), Day::Absent));
        }
        _ => {}
    }
    if let Some(season) = season(text) {
        return Some((Month::Season(season), Day::Absent));
    }
    let (month, rest) = text.split_once('月')?;
    let month = Month::Known(u8::try_from(number(month)?).ok()?);
    let rest = rest.strip_prefix('の').unwrap_or(rest);
    if rest.is_empty() || PART_OF_MONTH.contains(&rest) {
        return Some((month, Day::Absent));
    }
    let day = number(rest.strip_suffix('日')?)?;
    Some((month, Day::Known(u8::try_from(day).ok()?)))
}

fn season(text: &str) -> Option<Season> {
    let word = text.strip_prefix("今年の").or_else(|| text.strip_prefix('今')).unwrap_or(text);
    let word = word.strip_suffix('季').unwrap_or(word);
    Season::ALL.into_iter().find(|s| s.label().ja == word)
}

/// `r2`, `h31`: a letter and the year.
pub(super) fn era_letter_year(text: &str) -> Option<(Era, u16)> {
    let letter = text.chars().next()?.to_ascii_uppercase();
    let era = Era::ALL.into_iter().find(|e| e.letter() == letter)?;
    let year = super::human::small(text.get(1..)?)?;
    Some((era, year.into()))
}

/// An era date in Western years; refuses days on which the era was not in force.
pub(super) fn in_era(text: &str, era: Era, year: u16, month: Month, day: Day) -> Result<EdtfDate, EdtfError> {
    let western = era.western_year(year).and_then(|y| u16::try_from(y).ok()).ok_or_else(|| error::era(text))?;
    let date = EdtfDate::new(Year::Known(western), month, day, Qualifier::Plain)?;
    let in_force = [date.earliest(), date.latest()].into_iter().flatten().filter_map(EraYear::of).any(|e| e.era == era);
    if in_force { Ok(date) } else { Err(error::era(text)) }
}

/// `木`, `木曜`, `木曜日`, `thu`.
pub(super) fn is_weekday(text: &str) -> bool {
    let short = text.strip_suffix("曜日").or_else(|| text.strip_suffix('曜')).unwrap_or(text);
    ["月", "火", "水", "木", "金", "土", "日", "祝", "月・祝"].contains(&short) || super::english::is_weekday(text)
}

/// Figures, or kanji numerals in either style: `2020`, `二〇二〇`, `三十一`.
fn number(text: &str) -> Option<u16> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |c: char| "〇一二三四五六七八九".chars().position(|d| d == c).map(|p| p as u16);
    if let Some((tens, ones)) = text.split_once('十') {
        let mut single = tens.chars();
        let tens = single.next().map_or(Some(1), digit)?;
        let mut last = ones.chars();
        let ones = last.next().map_or(Some(0), digit)?;
        return (single.next().is_none() && last.next().is_none()).then_some(tens * 10 + ones);
    }
    let count = text.chars().count();
    if !(1..=4).contains(&count) {
        return None;
    }
    text.chars().try_fold(0u16, |sum, c| Some(sum * 10 + digit(c)?))
}
