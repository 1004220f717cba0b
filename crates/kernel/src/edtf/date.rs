//! One EDTF date (no interval): its parts, the days it can mean, and the check that it exists.
//!
//! Never here: reading or showing text.

use super::EdtfError;
use chrono::{Datelike, Days, NaiveDate};

/// The year of a date, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Year {
    /// `2020`, 0 to 9999.
    Known(u16),
    /// `201X` is `Decade(201)`.
    Decade(u16),
    /// `20XX` is `Century(20)`.
    Century(u16),
    /// `XXXX`, only together with a month or season.
    Unknown,
}

/// The second part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Month {
    /// Not given: the date is a year.
    Absent,
    Known(u8),
    Season(Season),
    /// `XX`: some month of that year.
    Unknown,
}

/// The third part of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Day {
    Absent,
    Known(u8),
    /// `XX`: some day of that month.
    Unknown,
}

/// Seasons 21 to 24 of ISO 8601-2. Months follow the Japan Meteorological Agency: spring is March to May, winter is
/// December to February of the next year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

impl Season {
    pub const ALL: [Season; 4] = [Season::Spring, Season::Summer, Season::Autumn, Season::Winter];

    /// 21 to 24.
    pub fn code(self) -> u8 {
        21 + self as u8
    }

    pub fn from_code(code: u8) -> Option<Season> {
        Season::ALL.into_iter().find(|s| s.code() == code)
    }

    /// 3, 6, 9 or 12.
    pub fn first_month(self) -> u8 {
        3 + 3 * self as u8
    }
}

/// How sure the source is of a date (`?`, `~`, `%`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Qualifier {
    #[default]
    Plain,
    /// `?`: the source is doubtful.
    Uncertain,
    /// `~`: around.
    Approximate,
    /// `%`: both.
    UncertainApproximate,
}

impl Qualifier {
    pub fn symbol(self) -> &'static str {
        match self {
            Qualifier::Plain => "",
            Qualifier::Uncertain => "?",
            Qualifier::Approximate => "~",
            Qualifier::UncertainApproximate => "%",
        }
    }

    pub fn is_approximate(self) -> bool {
        matches!(self, Qualifier::Approximate | Qualifier::UncertainApproximate)
    }

    pub fn is_uncertain(self) -> bool {
        matches!(self, Qualifier::Uncertain | Qualifier::UncertainApproximate)
    }

    pub fn of(approximate: bool, uncertain: bool) -> Qualifier {
        match (approximate, uncertain) {
            (false, false) => Qualifier::Plain,
            (false, true) => Qualifier::Uncertain,
            (true, false) => Qualifier::Approximate,
            (true, true) => Qualifier::UncertainApproximate,
        }
    }
}

/// How fine a date is, coarsest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    Century,
    Decade,
    Year,
    Season,
    Month,
    Day,
}

/// A single date that exists in the calendar. Made by [`EdtfDate::new`] only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EdtfDate {
    year: Year,
    month: Month,
    day: Day,
    qualifier: Qualifier,
}

impl EdtfDate {
    /// Checks that the parts fit together and that the day exists.
    pub fn new(year: Year, month: Month, day: Day, qualifier: Qualifier) -> Result<EdtfDate, EdtfError> {
        let date = EdtfDate { year, month, day, qualifier };
        match year {
            Year::Known(y) if y > 9999 => return Err(super::error::parts()),
            Year::Decade(_) | Year::Century(_) if month != Month::Absent => return Err(super::error::parts()),
            Year::Unknown if matches!(month, Month::Absent | Month::Unknown) => return Err(super::error::no_year()),
            _ => {}
        }
        match (month, day) {
            (Month::Known(m), _) if !(1..=12).contains(&m) => Err(super::error::month(m)),
            (Month::Known(m), Day::Known(d)) if d == 0 || d > date.last_day_of(m) => Err(super::error::day(year, m, d)),
            (Month::Known(_), _) | (_, Day::Absent) | (Month::Unknown, Day::Unknown) => Ok(date),
            _ => Err(super::error::parts()),
        }
    }

    /// An exact day. `None` outside the years 0 to 9999.
    pub fn exact(day: NaiveDate) -> Option<EdtfDate> {
        let year = u16::try_from(day.year()).ok().filter(|y| *y <= 9999)?;
        Some(EdtfDate {
            year: Year::Known(year),
            month: Month::Known(day.month() as u8),
            day: Day::Known(day.day() as u8),
            qualifier: Qualifier::Plain,
        })
    }

    pub fn year(self) -> Year {
        self.year
    }

    pub fn month(self) -> Month {
        self.month
    }

    pub fn day(self) -> Day {
        self.day
    }

    pub fn qualifier(self) -> Qualifier {
        self.qualifier
    }

    pub fn with_qualifier(self, qualifier: Qualifier) -> EdtfDate {
        EdtfDate { qualifier, ..self }
    }

    pub fn has_year(self) -> bool {
        self.year != Year::Unknown
    }

    pub fn precision(self) -> Precision {
        match (self.year, self.month, self.day) {
            (Year::Century(_), ..) => Precision::Century,
            (Year::Decade(_), ..) => Precision::Decade,
            (_, Month::Absent | Month::Unknown, _) => Precision::Year,
            (_, Month::Season(_), _) => Precision::Season,
            (_, _, Day::Known(_)) => Precision::Day,
            _ => Precision::Month,
        }
    }

    /// First day the written date can mean; `None` when the year is unknown.
    pub fn earliest(self) -> Option<NaiveDate> {
        let (year, _) = self.years()?;
        match (self.month, self.day) {
            (Month::Known(m), Day::Known(d)) => NaiveDate::from_ymd_opt(year, m.into(), d.into()),
            (Month::Known(m), _) => NaiveDate::from_ymd_opt(year, m.into(), 1),
            (Month::Season(s), _) => NaiveDate::from_ymd_opt(year, s.first_month().into(), 1),
            _ => NaiveDate::from_ymd_opt(year, 1, 1),
        }
    }

    /// Last day the written date can mean; `None` when the year is unknown.
    pub fn latest(self) -> Option<NaiveDate> {
        let (_, year) = self.years()?;
        match (self.month, self.day) {
            (Month::Known(_), Day::Known(_)) => self.earliest(),
            (Month::Known(m), _) => NaiveDate::from_ymd_opt(year, m.into(), self.last_day_of(m).into()),
            (Month::Season(_), _) => self.earliest()?.checked_add_months(chrono::Months::new(3))?.pred_opt(),
            _ => NaiveDate::from_ymd_opt(year, 12, 31),
        }
    }

    /// [`Self::earliest`] and [`Self::latest`], moved apart when the date is only around that time.
    pub(super) fn tolerant_span(self) -> Option<(NaiveDate, NaiveDate)> {
        let (first, last) = (self.earliest()?, self.latest()?);
        if self.qualifier == Qualifier::Plain {
            return Some((first, last));
        }
        let margin = Days::new(self.margin_days());
        Some((first.checked_sub_days(margin).unwrap_or(first), last.checked_add_days(margin).unwrap_or(last)))
    }

    /// Whether a day can be meant by a date without year (`XXXX-12-07`).
    pub(super) fn matches_without_year(self, day: NaiveDate) -> bool {
        let month_fits = match self.month {
            Month::Known(m) => u32::from(m) == day.month(),
            Month::Season(s) => (day.month() + 12 - u32::from(s.first_month())) % 12 < 3,
            _ => true,
        };
        month_fits && !matches!(self.day, Day::Known(d) if u32::from(d) != day.day())
    }

    /// "Around" reaches one unit of the precision further; a week for a day.
    fn margin_days(self) -> u64 {
        match self.precision() {
            Precision::Day => 7,
            Precision::Month => 31,
            Precision::Season => 92,
            Precision::Year => 366,
            Precision::Decade => 3_653,
            Precision::Century => 36_525,
        }
    }

    fn years(self) -> Option<(i32, i32)> {
        match self.year {
            Year::Known(y) => Some((y.into(), y.into())),
            Year::Decade(d) => Some((i32::from(d) * 10, i32::from(d) * 10 + 9)),
            Year::Century(c) => Some((i32::from(c) * 100, i32::from(c) * 100 + 99)),
            Year::Unknown => None,
        }
    }

    /// 29 February is allowed when the year is unknown.
    fn last_day_of(self, month: u8) -> u8 {
        let year = match self.year {
            Year::Known(y) => i32::from(y),
            _ => 2000,
        };
        (28..=31u8).rev().find(|d| NaiveDate::from_ymd_opt(year, month.into(), (*d).into()).is_some()).unwrap_or(28)
    }
}
