//! Wall-clock time: what a clock on the wall of a place shows, to the minute, without an offset (kernel rule 2).
//!
//! A wall time becomes an instant only together with an IANA zone, as late as possible. Times that the clocks of the
//! zone skip or show twice (daylight saving, RFC 5545 3.3.5) are refused with words. Never here: the present moment.

use crate::lang::Lang;
use crate::value_error::{ValueError, as_string, quoted};
use chrono::{
    DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;
use std::fmt;

/// A date and time of day, exact to the minute. Written `2026-11-26T14:30`, which also sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WallTime(NaiveDateTime);

impl WallTime {
    /// Cuts seconds off.
    pub fn new(moment: NaiveDateTime) -> WallTime {
        let cut = moment.with_second(0).and_then(|m| m.with_nanosecond(0));
        WallTime(cut.unwrap_or(moment))
    }

    /// What the clocks of a zone show at an instant.
    pub fn of(instant: DateTime<Utc>, zone: Tz) -> WallTime {
        WallTime::new(instant.with_timezone(&zone).naive_local())
    }

    pub fn naive(self) -> NaiveDateTime {
        self.0
    }

    pub fn date(self) -> NaiveDate {
        self.0.date()
    }

    pub fn plus(self, by: TimeDelta) -> WallTime {
        WallTime(self.0.checked_add_signed(by).unwrap_or(self.0))
    }

    /// The canonical form only: `2026-11-26T14:30`.
    pub fn parse(text: &str) -> Result<WallTime, ValueError> {
        canonical(text).filter(|m| m.year() >= 1).map(WallTime).ok_or_else(|| format(text))
    }

    /// As people and programs write it: `2026-11-26 14:30`, `2026/11/26 14:30`, `2026年11月26日(木) 14時30分`,
    /// `26 Nov 2026, 14:30`, `2026-11-26T14:30:00`.
    ///
    /// # Errors
    /// With the fix in words: no time of day, seconds, an offset, a day that does not exist.
    pub fn parse_human(text: &str) -> Result<WallTime, ValueError> {
        let plain = unify(text);
        if plain.len() > 60 {
            return Err(format(text));
        }
        let (day, time) = split(&plain).ok_or_else(|| no_time(text))?;
        if time.contains(['+', 'Z', 'z']) || time.matches('-').count() > 0 {
            return Err(offset(text));
        }
        let day = read_day(day).ok_or_else(|| format(text))?;
        Ok(WallTime(day.and_time(read_time(time).ok_or_else(|| format(text))??)))
    }

    /// The instant, if the clocks of the zone show this time exactly once.
    ///
    /// # Errors
    /// `wall_time.gap` for a time that they skip, `wall_time.overlap` for one that they show twice.
    pub fn in_zone(self, zone: Tz) -> Result<DateTime<Utc>, ValueError> {
        match zone.from_local_datetime(&self.0) {
            LocalResult::Single(instant) => Ok(instant.with_timezone(&Utc)),
            LocalResult::None => Err(ValueError::new(
                "wall_time.gap",
                format!(
                    "{zone} ではこの日の{}に時計が進むため、この時刻はありません。前後の時刻にしてください。",
                    hour(self)
                ),
                format!(
                    "Clocks in {zone} skip {} on this day, so there is no such time. Choose an earlier or later one.",
                    hour(self)
                ),
            )),
            LocalResult::Ambiguous(..) => Err(ValueError::new(
                "wall_time.overlap",
                format!(
                    "{zone} ではこの日の{}に時計が戻り、この時刻が2度あります。前後の時刻にしてください。",
                    hour(self)
                ),
                format!("Clocks in {zone} show {} twice on this day. Choose an earlier or later time.", hour(self)),
            )),
        }
    }

    /// `2026年11月26日(木) 14:30`, `Thu 26 Nov 2026, 14:30`.
    pub fn display(self, lang: Lang) -> String {
        crate::calendar::date_time_long(lang, self.0)
    }

    /// `14:30`.
    pub fn clock(self) -> String {
        format!("{}:{:02}", self.0.hour(), self.0.minute())
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M"))
    }
}

as_string!(WallTime, WallTime::parse);

/// A zone by its IANA name, as written; `JST` and other shorthands are refused because they name no one place.
///
/// # Errors
/// `zone.unknown` with an example.
pub fn zone(name: &str) -> Result<Tz, ValueError> {
    let written = name.trim();
    let known = written.parse::<Tz>().ok().filter(|zone| zone.name().contains('/') || zone.name() == "UTC");
    known.ok_or_else(|| {
        let name = quoted(written);
        ValueError::new(
            "zone.unknown",
            format!("「{name}」という時間帯はありません。Asia/Tokyo、Europe/Paris のように地域/都市で書いてください。"),
            format!("“{name}” is not a time zone. Write region and city, like Asia/Tokyo or Europe/Paris."),
        )
    })
}

fn hour(time: WallTime) -> String {
    time.clock()
}

/// Full-width digits and signs to ASCII; weekdays in brackets dropped.
fn unify(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut bracket = false;
    for c in text.trim().chars() {
        let c = match c {
            '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
            '：' => ':',
            '／' => '/',
            '－' | '‐' | '−' => '-',
            '　' | '\u{a0}' => ' ',
            '（' => '(',
            '）' => ')',
            c => c,
        };
        match c {
            '(' => bracket = true,
            ')' => bracket = false,
            c if !bracket => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The day and the time of day.
fn split(plain: &str) -> Option<(&str, &str)> {
    if let Some((day, time)) = plain.split_once('日') {
        return (!time.trim().is_empty()).then_some((day, time.trim()));
    }
    if let Some((day, time)) = plain.split_once('T').filter(|(day, _)| day.ends_with(|c: char| c.is_ascii_digit())) {
        return Some((day.trim(), time.trim()));
    }
    let colon = plain.find([':', '時'])?;
    let at = plain[..colon].rfind(' ')?;
    Some((plain[..at].trim().trim_end_matches(','), plain[at..].trim()))
}

fn read_day(day: &str) -> Option<NaiveDate> {
    let unified = day.replace(['年', '月', '/', '.'], "-");
    let numbers: Vec<&str> = unified.split('-').map(str::trim).collect();
    let found = match numbers.as_slice() {
        [year, month, day] => NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?),
        _ => {
            let words: Vec<&str> = day.split_whitespace().filter(|w| !is_weekday(w)).collect();
            ["%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y"]
                .iter()
                .find_map(|form| NaiveDate::parse_from_str(&words.join(" ").replace(',', ""), form).ok())
        }
    };
    found.filter(|day| (1..=9999).contains(&day.year()))
}

fn is_weekday(word: &str) -> bool {
    let bare = word.trim_end_matches(',').to_ascii_lowercase();
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| bare.starts_with(day))
}

/// Outer `None`: not a time. Inner error: a time that this type cannot hold.
fn read_time(time: &str) -> Option<Result<NaiveTime, ValueError>> {
    let unified = time.replace('時', ":").replace('分', "");
    let unified =
        unified.trim().strip_suffix(':').map_or_else(|| unified.trim().to_owned(), |whole| format!("{whole}:00"));
    let parts: Vec<&str> = unified.split(':').map(str::trim).collect();
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 2);
    match parts.as_slice() {
        [hour, minute] => Some(Ok(NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)?)),
        [hour, minute, second] => {
            let whole = second.split('.').all(|part| part.chars().all(|c| c == '0'));
            let time = NaiveTime::from_hms_opt(number(hour)?, number(minute)?, 0)?;
            Some(if whole { Ok(time) } else { Err(seconds()) })
        }
        _ => None,
    }
}

/// Digit by digit: a timetable reads a thousand of them for each reader.
fn canonical(text: &str) -> Option<NaiveDateTime> {
    let text: &[u8; 16] = text.as_bytes().try_into().ok()?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2] = *text else { return None };
    let number = |digits: &[u8]| {
        let digit = |digit: &u8| digit.is_ascii_digit().then(|| u32::from(digit - b'0'));
        digits.iter().try_fold(0, |sum, next| Some(10 * sum + digit(next)?))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let day = NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)?;
    day.and_hms_opt(number(&[h1, h2])?, number(&[n1, n2])?, 0)
}

fn format(text: &str) -> ValueError {
    let text = quoted(text);
    ValueError::new(
        "wall_time.format",
        format!(
            "「{text}」を日時として読み取れません。2026-11-26 14:30、2026年11月26日 14:30 のように入力してください。"
        ),
        format!("“{text}” cannot be read as a date and time. Write it like 2026-11-26 14:30 or 26 Nov 2026, 14:30."),
    )
}

fn no_time(text: &str) -> ValueError {
    let text = quoted(text);
    ValueError::new(
        "wall_time.time",
        format!("「{text}」には時刻がありません。2026-11-26 14:30 のように、日付と時刻を入力してください。"),
        format!("“{text}” has no time of day. Write date and time, like 2026-11-26 14:30."),
    )
}

fn offset(text: &str) -> ValueError {
    let text = quoted(text);
    ValueError::new(
        "wall_time.offset",
        format!("「{text}」の「Z」や「+09:00」は書けません。会場の時計の時刻を書き、時間帯は別の欄で選んでください。"),
        format!(
            "“{text}” carries an offset. Write the time that clocks at the place show; the time zone has its own field."
        ),
    )
}

fn seconds() -> ValueError {
    ValueError::new(
        "wall_time.seconds",
        "秒は書けません。分までにしてください。",
        "Seconds are not possible here. Write hours and minutes.",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for text in [
            "2026-11-26T14:30",
            "2026-11-26 14:30",
            "2026/11/26 14:30",
            "2026-11-26T14:30:00",
            "2026年11月26日 14:30",
            "2026年11月26日(木)14時30分",
            "２０２６年１１月２６日（木）　１４：３０",
            "26 Nov 2026, 14:30",
            "Thu 26 Nov 2026, 14:30",
        ] {
            assert_eq!(WallTime::parse_human(text).unwrap().to_string(), "2026-11-26T14:30", "{text}");
        }
        assert_eq!(WallTime::parse_human("2026年4月1日 9時").unwrap().to_string(), "2026-04-01T09:00");
    }

    #[test]
    fn what_cannot_be_held_is_refused_with_its_reason() {
        for (text, code) in [
            ("2026-11-26", "wall_time.time"),
            ("2026-11-26T14:30Z", "wall_time.offset"),
            ("2026-11-26T14:30+09:00", "wall_time.offset"),
            ("2026-11-26 14:30:15", "wall_time.seconds"),
            ("2026-02-30 10:00", "wall_time.format"),
            ("2026-11-26 24:00", "wall_time.format"),
            ("soon", "wall_time.time"),
            ("", "wall_time.time"),
        ] {
            assert_eq!(WallTime::parse_human(text).unwrap_err().code, code, "{text}");
        }
    }

    #[test]
    fn times_that_clocks_skip_or_show_twice_are_refused() {
        // tz database: New York springs forward on 2026-03-08 at 02:00, falls back on 2026-11-01 at 02:00.
        let in_new_york = |text: &str| WallTime::parse(text).unwrap().in_zone(chrono_tz::America::New_York);
        assert_eq!(in_new_york("2026-03-08T02:30").unwrap_err().code, "wall_time.gap");
        assert_eq!(in_new_york("2026-11-01T01:30").unwrap_err().code, "wall_time.overlap");
        assert_eq!(in_new_york("2026-03-08T03:00").unwrap().to_rfc3339(), "2026-03-08T07:00:00+00:00");
        let tokyo = WallTime::parse("2026-11-26T14:30").unwrap().in_zone(chrono_tz::Asia::Tokyo).unwrap();
        assert_eq!(tokyo.to_rfc3339(), "2026-11-26T05:30:00+00:00");
    }

    #[test]
    fn zones_have_the_names_of_places() {
        assert_eq!(zone("Asia/Tokyo").unwrap(), chrono_tz::Asia::Tokyo);
        for wrong in ["JST", "EST", "Tokyo", "+09:00", ""] {
            assert_eq!(zone(wrong).unwrap_err().code, "zone.unknown", "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_again(minutes in 0_i64..5_000_000) {
            let time = WallTime::new(NaiveDate::from_ymd_opt(2020, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap()).plus(TimeDelta::minutes(minutes));
            proptest::prop_assert_eq!(WallTime::parse(&time.to_string()), Ok(time));
            proptest::prop_assert_eq!(WallTime::parse_human(&time.display(Lang::Ja)), Ok(time));
            proptest::prop_assert_eq!(WallTime::parse_human(&time.display(Lang::En)), Ok(time));
        }

        #[test]
        fn nothing_makes_the_reader_panic(text in "\\PC{0,40}") {
            let _ = WallTime::parse_human(&text);
            let _ = zone(&text);
        }
    }
}
