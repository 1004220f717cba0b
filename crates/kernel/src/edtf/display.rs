//! Dates in the reader's language. Never here: canonical EDTF (see `parse`).

use super::date::{Day, EdtfDate, Month, Season, Year};
use super::{Edtf, Endpoint};
use crate::calendar::{FiscalYear, month_short};
use crate::lang::{Both, Lang, both};

pub(super) const OPEN_END: Both = both("期限なし", "no end date");
pub(super) const UNKNOWN_END: Both = both("終了日不明", "end date unknown");
pub(super) const OPEN_START: Both = both("開始の定めなし", "no start date");
pub(super) const UNKNOWN_START: Both = both("開始日不明", "start date unknown");

pub(super) const UNCERTAIN: Both = both("不確か", "uncertain");
pub(super) const YEAR_UNKNOWN: Both = both("年不明", "year unknown");
pub(super) const YEAR_AND_DAY_UNKNOWN: Both = both("年・日不明", "year and day unknown");
pub(super) const MONTH_UNKNOWN: Both = both("月不明", "month unknown");
pub(super) const MONTH_AND_DAY_UNKNOWN: Both = both("月日不明", "month and day unknown");
pub(super) const DAY_UNKNOWN: Both = both("日不明", "day unknown");

impl Season {
    pub fn label(self) -> Both {
        match self {
            Season::Spring => both("春", "spring"),
            Season::Summer => both("夏", "summer"),
            Season::Autumn => both("秋", "autumn"),
            Season::Winter => both("冬", "winter"),
        }
    }
}

impl Edtf {
    /// The date as a reader expects it: `2020年9月7日`, `7 Sep 2020`, `2025年12月頃`, `2025年度`,
    /// `2018年1月から(終了日不明)`, `from Jan 2018 (no end date)`.
    pub fn display(&self, lang: Lang) -> String {
        if let Some(year) = self.fiscal_year() {
            return year.label(lang);
        }
        match self {
            Edtf::Date(date) => date.display(lang),
            Edtf::Interval(start, end) => interval(lang, *start, *end),
        }
    }

    /// The fiscal year (April to March) that this period is, if it is exactly one.
    pub fn fiscal_year(&self) -> Option<FiscalYear> {
        let Edtf::Interval(Endpoint::Date(_), Endpoint::Date(_)) = self else { return None };
        let year = FiscalYear::of(self.earliest()?);
        (year.edtf()? == *self).then_some(year)
    }
}

fn interval(lang: Lang, start: Endpoint, end: Endpoint) -> String {
    let open_or = |end: Endpoint, open: Both, unknown: Both| match end {
        Endpoint::Open => open.get(lang),
        _ => unknown.get(lang),
    };
    match (start, end, lang) {
        (Endpoint::Date(a), Endpoint::Date(b), Lang::Ja) => format!("{}から{}まで", a.display(lang), b.display(lang)),
        (Endpoint::Date(a), Endpoint::Date(b), Lang::En) => format!("{} – {}", a.display(lang), b.display(lang)),
        (Endpoint::Date(a), _, Lang::Ja) => {
            format!("{}から({})", a.display(lang), open_or(end, OPEN_END, UNKNOWN_END))
        }
        (Endpoint::Date(a), _, Lang::En) => {
            format!("from {} ({})", a.display(lang), open_or(end, OPEN_END, UNKNOWN_END))
        }
        (_, Endpoint::Date(b), Lang::Ja) => {
            format!("{}まで({})", b.display(lang), open_or(start, OPEN_START, UNKNOWN_START))
        }
        (_, Endpoint::Date(b), Lang::En) => {
            format!("until {} ({})", b.display(lang), open_or(start, OPEN_START, UNKNOWN_START))
        }
        _ => String::new(),
    }
}

impl EdtfDate {
    /// One date without its place in a period.
    pub fn display(self, lang: Lang) -> String {
        let words = if lang == Lang::Ja { self.words_ja() } else { self.words_en() };
        let around = match (self.qualifier().is_approximate(), lang) {
            (false, _) => words,
            (true, Lang::Ja) => format!("{words}頃"),
            (true, Lang::En) => format!("around {words}"),
        };
        let notes: Vec<&str> = self.notes().into_iter().flatten().map(|note| note.get(lang)).collect();
        match (notes.is_empty(), lang) {
            (true, _) => around,
            (false, Lang::Ja) => format!("{around}({})", notes.join("、")),
            (false, Lang::En) => format!("{around} ({})", notes.join(", ")),
        }
    }

    /// What is not known, said in words after the date.
    fn notes(self) -> [Option<Both>; 2] {
        let unknown = match (self.year(), self.month(), self.day()) {
            (Year::Unknown, _, Day::Unknown) => Some(YEAR_AND_DAY_UNKNOWN),
            (Year::Unknown, ..) => Some(YEAR_UNKNOWN),
            (_, Month::Unknown, Day::Unknown) => Some(MONTH_AND_DAY_UNKNOWN),
            (_, Month::Unknown, _) => Some(MONTH_UNKNOWN),
            (_, _, Day::Unknown) => Some(DAY_UNKNOWN),
            _ => None,
        };
        [unknown, self.qualifier().is_uncertain().then_some(UNCERTAIN)]
    }

    fn words_ja(self) -> String {
        let year = match self.year() {
            Year::Known(y) => format!("{y:04}年"),
            // 2000年代 would mean ten years to some readers and a hundred or a thousand to others.
            Year::Decade(d) if d % 10 == 0 => format!("{d:03}X年"),
            Year::Decade(d) => format!("{:04}年代", d * 10),
            Year::Century(c) => format!("{c:02}XX年"),
            Year::Unknown => String::new(),
        };
        let rest = match (self.month(), self.day()) {
            (Month::Known(m), Day::Known(d)) => format!("{m}月{d}日"),
            (Month::Known(m), _) => format!("{m}月"),
            (Month::Season(s), _) => s.label().ja.to_owned(),
            _ => String::new(),
        };
        year + &rest
    }

    fn words_en(self) -> String {
        let year = match self.year() {
            Year::Known(y) => format!("{y:04}"),
            Year::Decade(d) if d % 10 == 0 => format!("{d:03}X"),
            Year::Decade(d) => format!("{:04}s", d * 10),
            Year::Century(c) => format!("{c:02}XX"),
            Year::Unknown => String::new(),
        };
        let rest = match (self.month(), self.day()) {
            (Month::Known(m), Day::Known(d)) => format!("{d} {}", month_short(m.into())),
            (Month::Known(m), _) => month_short(m.into()).to_owned(),
            (Month::Season(s), _) => s.label().en.to_owned(),
            _ => String::new(),
        };
        [rest, year].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
