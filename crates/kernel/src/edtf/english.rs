//! English words for dates: `7 September 2020`, `Sept 2020`, `December 7th`, `end of Dec 2025`, `spring 2025`,
//! `2010s`, `FY2025`. Input is NFKC, lower case. Never here: "around" (taken off before), periods.

use super::date::{Day, EdtfDate, Month, Qualifier, Season, Year};
use super::{Edtf, EdtfError, parse};
use crate::calendar::FiscalCalendar;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Words that change nothing at the precision EDTF level 1 has.
const SKIPPED: [&str; 13] =
    ["the", "of", "in", "on", "this", "early", "mid", "late", "end", "beginning", "start", "middle", "year"];

pub(super) fn read(text: &str) -> Result<Option<Edtf>, EdtfError> {
    if let Some(year) = fiscal_year(text) {
        return Ok(FiscalCalendar::default().year(year.into()).edtf());
    }
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '-', '.']).filter(|w| !w.is_empty()) {
        if SKIPPED.contains(&word) || is_weekday(word) {
            continue;
        }
        // A second year, month or day means that this is not one date.
        let twice = if let Some(y) = year_word(word) {
            year.replace(y).is_some()
        } else if let Some(m) = month_word(word) {
            month.replace(m).is_some()
        } else if let Some(d) = day_word(word) {
            day.replace(Day::Known(d)).is_some()
        } else {
            return Ok(None);
        };
        if twice {
            return Ok(None);
        }
    }
    if month.is_none() && (day.is_some() || year.is_none()) {
        return Ok(None);
    }
    let (year, month) = (year.unwrap_or(Year::Unknown), month.unwrap_or(Month::Absent));
    EdtfDate::new(year, month, day.unwrap_or(Day::Absent), Qualifier::Plain).map(|date| Some(Edtf::Date(date)))
}

/// `fy2025`, `fy 2025`, `fiscal year 2025`, `fiscal 2025`.
fn fiscal_year(text: &str) -> Option<u16> {
    let number = ["fiscal year", "fiscal", "fy"].into_iter().find_map(|word| text.strip_prefix(word))?;
    parse::digits(number.trim(), 4)
}

fn year_word(word: &str) -> Option<Year> {
    if let Some(decade) = word.strip_suffix('s').and_then(|w| parse::digits(w, 4)).filter(|y| y % 10 == 0) {
        return Some(Year::Decade(decade / 10));
    }
    (word.len() == 4).then(|| parse::parse_date(&word.to_uppercase()).ok().map(EdtfDate::year))?
}

/// A month by its name or its first letters (three at least), or a season.
fn month_word(word: &str) -> Option<Month> {
    let season = match word {
        "spring" => Some(Season::Spring),
        "summer" => Some(Season::Summer),
        "autumn" | "fall" => Some(Season::Autumn),
        "winter" => Some(Season::Winter),
        _ => None,
    };
    let by_name = || {
        let index = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
        Some(Month::Known(index as u8 + 1))
    };
    season.map(Month::Season).or_else(by_name)
}

fn day_word(word: &str) -> Option<u8> {
    let bare = ["st", "nd", "rd", "th"].into_iter().find_map(|s| word.strip_suffix(s)).unwrap_or(word);
    super::human::small(bare)
}

/// `thu`, `thurs`, `thursday`.
pub(super) fn is_weekday(word: &str) -> bool {
    word.len() >= 3 && WEEKDAYS.iter().any(|name| name.starts_with(word))
}
