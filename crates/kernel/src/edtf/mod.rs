//! Dates that say how sure they are: ISO 8601-2 (EDTF) level 1, and dates whose year is unknown (`XXXX-12-07`).
//!
//! The stored form is the EDTF string. "End unknown" (`2018-01/`) is a different value from "no end" (`2018-01/..`).
//! Left out of level 1: times of day, negative years and years beyond 9999. Never here: today's date.

mod date;
mod display;
mod english;
mod error;
mod human;
mod japanese;
mod parse;
#[cfg(test)]
mod tests;

use crate::value_error::{ValueError, as_string};
use chrono::NaiveDate;
pub use date::{Day, EdtfDate, Month, Precision, Qualifier, Season, Year};

/// What is wrong with a date and how to mend it, in both languages.
pub type EdtfError = ValueError;

/// A date or a period. Text form: [`Edtf::parse`] and `Display` (canonical), which serde uses too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edtf {
    Date(EdtfDate),
    /// At least one end is a date, and the end is not before the start. Made by [`Edtf::interval`].
    Interval(Endpoint, Endpoint),
}

/// One end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    Date(EdtfDate),
    /// `..`: there is no such end.
    Open,
    /// Empty: there is or may be an end, but nobody wrote it down.
    Unknown,
}

impl Endpoint {
    pub fn date(self) -> Option<EdtfDate> {
        match self {
            Endpoint::Date(date) => Some(date),
            _ => None,
        }
    }
}

/// The answer to a question about uncertain dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    Yes,
    Maybe,
    No,
}

impl Certainty {
    /// True unless the answer is a clear no.
    pub fn possible(self) -> bool {
        self != Certainty::No
    }
}

as_string!(Edtf, Edtf::parse);

impl Edtf {
    /// Reads strict EDTF: `2020`, `2020-09~`, `201X`, `2004-XX`, `2001-21`, `2018-01/..`, `/2020`, `XXXX-12-07`.
    pub fn parse(text: &str) -> Result<Edtf, EdtfError> {
        parse::parse(text)
    }

    /// Reads what people write, in either language, and strict EDTF: `2020年9月`, `2020/9/7`, `令和2年9月7日`,
    /// `2025年12月末頃`, `7 September 2020`, `ca. 2020`, `FY2025`, `2018年1月から2020年3月まで`. Everything that
    /// [`Edtf::display`] shows reads back to the same value.
    pub fn parse_human(text: &str) -> Result<Edtf, EdtfError> {
        human::parse(text)
    }

    /// An exact day. `None` outside the years 0 to 9999.
    pub fn day(day: NaiveDate) -> Option<Edtf> {
        EdtfDate::exact(day).map(Edtf::Date)
    }

    /// A period; refuses two ends without date and an end before the start.
    pub fn interval(start: Endpoint, end: Endpoint) -> Result<Edtf, EdtfError> {
        if start.date().is_none() && end.date().is_none() {
            return Err(error::ends());
        }
        let first = start.date().and_then(EdtfDate::earliest);
        let last = end.date().and_then(EdtfDate::latest);
        match (first, last) {
            (Some(first), Some(last)) if last < first => Err(error::reversed()),
            _ => Ok(Edtf::Interval(start, end)),
        }
    }

    /// A period between two known days.
    pub fn days(first: NaiveDate, last: NaiveDate) -> Option<Edtf> {
        let start = Endpoint::Date(EdtfDate::exact(first)?);
        Edtf::interval(start, Endpoint::Date(EdtfDate::exact(last)?)).ok()
    }

    /// First day the written value can mean. `None`: open or unknown start, or unknown year.
    pub fn earliest(&self) -> Option<NaiveDate> {
        self.start().date()?.earliest()
    }

    /// Last day the written value can mean. `None`: open or unknown end, or unknown year.
    pub fn latest(&self) -> Option<NaiveDate> {
        self.end().date()?.latest()
    }

    /// Start of a period; a single date is its own start.
    pub fn start(&self) -> Endpoint {
        match self {
            Edtf::Date(date) => Endpoint::Date(*date),
            Edtf::Interval(start, _) => *start,
        }
    }

    /// End of a period; a single date is its own end.
    pub fn end(&self) -> Endpoint {
        match self {
            Edtf::Date(date) => Endpoint::Date(*date),
            Edtf::Interval(_, end) => *end,
        }
    }

    pub fn is_interval(&self) -> bool {
        matches!(self, Edtf::Interval(..))
    }

    /// The coarsest precision in it.
    pub fn precision(&self) -> Precision {
        let ends = [self.start(), self.end()];
        ends.into_iter().filter_map(Endpoint::date).map(EdtfDate::precision).min().unwrap_or(Precision::Year)
    }

    /// False for `XXXX-12-07`.
    pub fn has_year(&self) -> bool {
        [self.start(), self.end()].into_iter().filter_map(Endpoint::date).all(EdtfDate::has_year)
    }

    /// Whether the period was running on a day. An unknown end can only be `Maybe` (from the start on), an open end
    /// is `Yes`. A month as an end means "some day of that month", so inside that month the answer is `Maybe`; the
    /// same holds for a single date coarser than a day. `~ ? %` reach one unit of precision further (a day: a week).
    pub fn contains(&self, day: NaiveDate) -> Certainty {
        if !self.has_year() {
            return self.contains_without_year(day);
        }
        let date_span = |end: Endpoint| end.date().and_then(EdtfDate::tolerant_span);
        let (min, max) = (NaiveDate::MIN, NaiveDate::MAX);
        let (start, end) = (self.start(), self.end());
        // Each end lies somewhere in a span of days; an unknown end is bounded by the other end only.
        let start_span = date_span(start).unwrap_or(match start {
            Endpoint::Open => (min, min),
            _ => (min, date_span(end).map_or(max, |(first, _)| first)),
        });
        let end_span = date_span(end).unwrap_or(match end {
            Endpoint::Open => (max, max),
            _ => (start_span.1, max),
        });
        if day < start_span.0 || day > end_span.1 {
            Certainty::No
        } else if start_span.1 <= day && day <= end_span.0 {
            Certainty::Yes
        } else {
            Certainty::Maybe
        }
    }

    fn contains_without_year(&self, day: NaiveDate) -> Certainty {
        match self {
            Edtf::Date(date) if !date.matches_without_year(day) => Certainty::No,
            _ => Certainty::Maybe,
        }
    }

    /// Whether it had begun by the end of a day, whatever came later: for "the 13th agreement".
    pub fn begun_by(&self, day: NaiveDate) -> Certainty {
        match self.start() {
            Endpoint::Open => Certainty::Yes,
            Endpoint::Unknown => Certainty::Maybe,
            Endpoint::Date(date) => match date.tolerant_span() {
                Some((_, last)) if last <= day => Certainty::Yes,
                Some((first, _)) if day < first => Certainty::No,
                _ => Certainty::Maybe,
            },
        }
    }

    /// Whether two statements about the same fact can both be true: `2020-09` and `2020-09-07` can, `2018-01` and
    /// `2018-02` cannot. Unknown and open ends can agree with anything but each other's opposite.
    pub fn compatible(&self, other: &Edtf) -> bool {
        self.is_interval() == other.is_interval()
            && ends_agree(self.start(), other.start())
            && ends_agree(self.end(), other.end())
    }

    /// Text that orders dates bytewise: by start, then coarse before fine, then end; dates without year come last.
    /// A period without a start date sorts at its end.
    pub fn sort_key(&self) -> String {
        let key = |end: Endpoint| match end {
            Endpoint::Date(date) => date_key(date),
            Endpoint::Unknown => "X".to_owned(),
            Endpoint::Open => "Z".to_owned(),
        };
        let start = if self.start().date().is_some() { self.start() } else { self.end() };
        format!("{} {} {self}", key(start), key(self.end()))
    }
}

/// `2020-09` gives `20200900`; unknown years start with `X`, which sorts after every digit.
fn date_key(date: EdtfDate) -> String {
    let year = match date.year() {
        Year::Known(y) => format!("{y:04}"),
        Year::Decade(d) => format!("{d:03}0"),
        Year::Century(c) => format!("{c:02}00"),
        Year::Unknown => "XXXX".to_owned(),
    };
    let month = match date.month() {
        Month::Known(m) => m,
        Month::Season(s) => s.first_month(),
        _ => 0,
    };
    let day = if let Day::Known(d) = date.day() { d } else { 0 };
    format!("{year}{month:02}{day:02}")
}

fn ends_agree(one: Endpoint, two: Endpoint) -> bool {
    match (one, two) {
        (Endpoint::Date(a), Endpoint::Date(b)) => match (a.tolerant_span(), b.tolerant_span()) {
            (Some((a_first, a_last)), Some((b_first, b_last))) => a_first <= b_last && b_first <= a_last,
            (Some((first, last)), None) => {
                first.iter_days().take_while(|d| *d <= last).take(366).any(|d| b.matches_without_year(d))
            }
            (None, Some((first, last))) => {
                first.iter_days().take_while(|d| *d <= last).take(366).any(|d| a.matches_without_year(d))
            }
            (None, None) => same_without_year(a, b),
        },
        (Endpoint::Date(_), Endpoint::Open) | (Endpoint::Open, Endpoint::Date(_)) => false,
        _ => true,
    }
}

/// Whether two dates without year share a day of a leap year.
fn same_without_year(one: EdtfDate, two: EdtfDate) -> bool {
    let days = NaiveDate::from_ymd_opt(2000, 1, 1).into_iter().flat_map(|first| first.iter_days().take(366));
    days.into_iter().any(|day| one.matches_without_year(day) && two.matches_without_year(day))
}
