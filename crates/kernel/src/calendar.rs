//! The calendar as readers see it: fiscal years, Japanese eras, weekdays, long dates in both languages.
//!
//! Never here: the present moment (inject [`crate::Clock`]) or time zones (convert before you call).

use crate::edtf::Edtf;
use crate::lang::{Both, Lang, both};
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use icu_calendar::Date;
use icu_calendar::cal::Japanese;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Which month a hub's fiscal year starts in. April unless configured (the rule of Japanese public bodies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct FiscalCalendar(u8);

impl Default for FiscalCalendar {
    fn default() -> Self {
        FiscalCalendar(4)
    }
}

impl FiscalCalendar {
    /// `None` unless the month is 1 to 12.
    pub fn starting_in(month: u8) -> Option<FiscalCalendar> {
        (1..=12).contains(&month).then_some(FiscalCalendar(month))
    }

    pub fn first_month(self) -> u8 {
        self.0
    }

    /// The fiscal year of a day, named after the calendar year in which it starts.
    pub fn year_of(self, day: NaiveDate) -> FiscalYear {
        let started = day.month() >= u32::from(self.0);
        FiscalYear { start_year: day.year() - i32::from(!started), calendar: self }
    }

    pub fn year(self, start_year: i32) -> FiscalYear {
        FiscalYear { start_year, calendar: self }
    }
}

impl TryFrom<u8> for FiscalCalendar {
    type Error = &'static str;
    fn try_from(month: u8) -> Result<Self, Self::Error> {
        FiscalCalendar::starting_in(month).ok_or("the first month of the fiscal year must be 1 to 12")
    }
}

impl From<FiscalCalendar> for u8 {
    fn from(calendar: FiscalCalendar) -> u8 {
        calendar.0
    }
}

/// One fiscal year: FY2025 is April 2025 to March 2026 in the default calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FiscalYear {
    start_year: i32,
    calendar: FiscalCalendar,
}

impl FiscalYear {
    /// The fiscal year of a day when years start in April.
    pub fn of(day: NaiveDate) -> FiscalYear {
        FiscalCalendar::default().year_of(day)
    }

    /// The number in its name.
    pub fn number(self) -> i32 {
        self.start_year
    }

    /// `None` only at the ends of the calendar.
    pub fn first_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.start_year, self.calendar.0.into(), 1)
    }

    pub fn last_day(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.start_year.checked_add(1)?, self.calendar.0.into(), 1)?.pred_opt()
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        self.calendar.year_of(day) == self
    }

    /// The period from its first to its last day.
    pub fn edtf(self) -> Option<Edtf> {
        Edtf::days(self.first_day()?, self.last_day()?)
    }

    /// `2025年度`, `FY2025`.
    pub fn label(self, lang: Lang) -> String {
        match lang {
            Lang::Ja => format!("{:04}年度", self.start_year),
            Lang::En => format!("FY{:04}", self.start_year),
        }
    }
}

/// The Japanese eras since the Gregorian calendar was adopted (1873).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Era {
    Meiji,
    Taisho,
    Showa,
    Heisei,
    Reiwa,
}

impl Era {
    pub const ALL: [Era; 5] = [Era::Meiji, Era::Taisho, Era::Showa, Era::Heisei, Era::Reiwa];

    /// Code of CLDR and ICU.
    pub fn code(self) -> &'static str {
        match self {
            Era::Meiji => "meiji",
            Era::Taisho => "taisho",
            Era::Showa => "showa",
            Era::Heisei => "heisei",
            Era::Reiwa => "reiwa",
        }
    }

    pub fn label(self) -> Both {
        match self {
            Era::Meiji => both("明治", "Meiji"),
            Era::Taisho => both("大正", "Taisho"),
            Era::Showa => both("昭和", "Showa"),
            Era::Heisei => both("平成", "Heisei"),
            Era::Reiwa => both("令和", "Reiwa"),
        }
    }

    /// The letter that forms use: `R8.11.22`.
    pub fn letter(self) -> char {
        self.label().en.chars().next().unwrap_or('?')
    }

    /// The Western year of an era year, without a check that the era lasted so long (see [`EraYear::of`]).
    pub fn western_year(self, year: u16) -> Option<i32> {
        if year == 0 {
            return None;
        }
        let date = Date::try_new_japanese_with_calendar(self.code(), year.into(), 6, 1, Japanese::new()).ok()?;
        Some(date.year().extended_year())
    }
}

/// A year counted in an era.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EraYear {
    pub era: Era,
    /// 1 is 元年.
    pub year: u16,
}

impl EraYear {
    /// The era year of a day; `None` before 1873, when the lunar calendar was in use.
    pub fn of(day: NaiveDate) -> Option<EraYear> {
        let iso = Date::try_new_iso(day.year(), day.month() as u8, day.day() as u8).ok()?;
        let year = iso.to_calendar(Japanese::new()).era_year();
        let era = Era::ALL.into_iter().find(|e| year.era == e.code())?;
        Some(EraYear { era, year: u16::try_from(year.year).ok()? })
    }

    /// `令和8年`, `昭和元年`; `Reiwa 8`.
    pub fn label(self, lang: Lang) -> String {
        let name = self.era.label().get(lang);
        match (lang, self.year) {
            (Lang::Ja, 1) => format!("{name}元年"),
            (Lang::Ja, year) => format!("{name}{year}年"),
            (Lang::En, year) => format!("{name} {year}"),
        }
    }
}

/// `令和8年11月22日`, `22 Nov Reiwa 8`; the Western date before 1873.
pub fn date_in_era(lang: Lang, day: NaiveDate) -> String {
    let Some(year) = EraYear::of(day) else { return date(lang, day) };
    match lang {
        Lang::Ja => format!("{}{}月{}日", year.label(lang), day.month(), day.day()),
        Lang::En => format!("{} {} {}", day.day(), month_short(day.month()), year.label(lang)),
    }
}

/// `2026年11月26日`, `26 Nov 2026`.
pub fn date(lang: Lang, day: NaiveDate) -> String {
    match lang {
        Lang::Ja => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => format!("{} {} {}", day.day(), month_short(day.month()), day.year()),
    }
}

/// `2026年11月26日(木)`, `Thu 26 Nov 2026`.
pub fn date_long(lang: Lang, day: NaiveDate) -> String {
    match lang {
        Lang::Ja => format!("{}({})", date(lang, day), weekday(day).ja),
        Lang::En => format!("{} {}", weekday(day).en, date(lang, day)),
    }
}

/// `2026年11月26日(木) 18:00`, `Thu 26 Nov 2026, 18:00`. Wall-clock time: name the zone beside it when it matters.
pub fn date_time_long(lang: Lang, moment: NaiveDateTime) -> String {
    let separator = if lang == Lang::Ja { " " } else { ", " };
    format!("{}{separator}{:02}:{:02}", date_long(lang, moment.date()), moment.hour(), moment.minute())
}

/// A wall-clock span, the second date only when it differs: `2026年11月26日(木) 18:00〜20:00`.
pub fn time_span_long(lang: Lang, start: NaiveDateTime, end: NaiveDateTime) -> String {
    let dash = if lang == Lang::Ja { "〜" } else { "–" };
    if start.date() == end.date() {
        return format!("{}{dash}{:02}:{:02}", date_time_long(lang, start), end.hour(), end.minute());
    }
    let dash = if lang == Lang::Ja { "〜" } else { " – " };
    format!("{}{dash}{}", date_time_long(lang, start), date_time_long(lang, end))
}

/// Short weekday: `木`, `Thu`.
pub fn weekday(day: NaiveDate) -> Both {
    const NAMES: [Both; 7] = [
        both("月", "Mon"),
        both("火", "Tue"),
        both("水", "Wed"),
        both("木", "Thu"),
        both("金", "Fri"),
        both("土", "Sat"),
        both("日", "Sun"),
    ];
    NAMES.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or(both("", ""))
}

/// English month abbreviation for 1 to 12, otherwise empty.
pub fn month_short(month: u32) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    (month as usize).checked_sub(1).and_then(|index| NAMES.get(index)).copied().unwrap_or("")
}

/// `FY2025`: the fixed form for files and addresses.
impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label(Lang::En))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn eras_change_on_the_published_days() {
        // Golden values of ICU 78.2 (CLDR).
        for (iso, ja) in [
            ("1912-07-29", "明治45年7月29日"),
            ("1912-07-30", "大正元年7月30日"),
            ("1926-12-24", "大正15年12月24日"),
            ("1926-12-25", "昭和元年12月25日"),
            ("1989-01-07", "昭和64年1月7日"),
            ("1989-01-08", "平成元年1月8日"),
            ("2019-04-30", "平成31年4月30日"),
            ("2019-05-01", "令和元年5月1日"),
            ("2026-11-22", "令和8年11月22日"),
        ] {
            assert_eq!(date_in_era(Lang::Ja, day(iso)), ja);
        }
        assert_eq!(date_in_era(Lang::En, day("2026-11-22")), "22 Nov Reiwa 8");
        assert_eq!(date_in_era(Lang::Ja, day("1872-12-31")), "1872年12月31日");
    }

    #[test]
    fn era_years_become_western_years() {
        assert_eq!(Era::Reiwa.western_year(2), Some(2020));
        assert_eq!(Era::Showa.western_year(64), Some(1989));
        assert_eq!(Era::Heisei.western_year(0), None);
        assert_eq!(Era::Showa.letter(), 'S');
    }

    #[test]
    fn fiscal_years_start_in_april() {
        for (iso, year) in [("2026-03-31", 2025), ("2026-04-01", 2026), ("2019-04-01", 2019)] {
            assert_eq!(FiscalYear::of(day(iso)).number(), year, "{iso}");
        }
        let year = FiscalCalendar::default().year(2025);
        assert_eq!((year.first_day().unwrap(), year.last_day().unwrap()), (day("2025-04-01"), day("2026-03-31")));
        assert_eq!((year.label(Lang::Ja), year.to_string()), ("2025年度".into(), "FY2025".into()));
    }

    #[test]
    fn fiscal_years_start_where_the_hub_says() {
        let october = FiscalCalendar::starting_in(10).unwrap();
        assert_eq!(october.year_of(day("2026-09-30")).number(), 2025);
        assert_eq!(october.year(2025).last_day().unwrap(), day("2026-09-30"));
        assert_eq!(FiscalCalendar::starting_in(13), None);
        let january = FiscalCalendar::starting_in(1).unwrap();
        assert_eq!(january.year_of(day("2026-01-01")).number(), 2026);
    }

    #[test]
    fn t7_a_fiscal_year_is_not_a_calendar_year() {
        let briefing_year = FiscalCalendar::default().year(2025);
        assert!(!briefing_year.contains(day("2025-03-20")), "spring 2025 results in March belong to FY2024");
        assert!(briefing_year.contains(day("2026-03-31")));
    }

    #[test]
    fn long_dates_name_the_weekday() {
        assert_eq!(date_long(Lang::Ja, day("2026-11-26")), "2026年11月26日(木)");
        assert_eq!(date_long(Lang::En, day("2026-11-26")), "Thu 26 Nov 2026");
        let start = day("2026-11-26").and_hms_opt(18, 0, 0).unwrap();
        let end = day("2026-11-26").and_hms_opt(20, 5, 0).unwrap();
        assert_eq!(date_time_long(Lang::Ja, start), "2026年11月26日(木) 18:00");
        assert_eq!(date_time_long(Lang::En, start), "Thu 26 Nov 2026, 18:00");
        assert_eq!(time_span_long(Lang::Ja, start, end), "2026年11月26日(木) 18:00〜20:05");
        assert_eq!(time_span_long(Lang::En, start, end), "Thu 26 Nov 2026, 18:00–20:05");
    }
}
