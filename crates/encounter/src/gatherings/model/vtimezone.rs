//! The changes of a zone's clocks around some days, from the IANA data that the program carries, for a VTIMEZONE
//! (RFC 5545 3.6.5). Each change is written out; no rule is guessed.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// From an instant on, clocks run with another offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The local time at which it happens, on clocks with the old offset.
    pub at: NaiveDateTime,
    /// Seconds east of UTC.
    pub from: i32,
    pub to: i32,
    pub name: String,
    pub daylight: bool,
}

/// Longest span that is written out; calendars beyond it get the changes of its beginning.
const MOST_DAYS: i64 = 3_700;

/// The offset in force at `from`, as a change of the past, and every change until `until`.
pub fn changes(zone: Tz, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Change> {
    let from = from - TimeDelta::days(1);
    let until = (until + TimeDelta::days(1)).min(from + TimeDelta::days(MOST_DAYS));
    let mut found = vec![describe(zone, from, offset(zone, from))];
    let mut at = from;
    while at < until {
        let next = (at + TimeDelta::days(7)).min(until);
        if offset(zone, at) != offset(zone, next) {
            let moment = bisect(zone, at, next);
            found.push(describe(zone, moment, offset(zone, moment - TimeDelta::seconds(1))));
        }
        at = next;
    }
    found
}

fn offset(zone: Tz, at: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
}

/// The first second with the new offset, between two instants with different ones.
fn bisect(zone: Tz, mut low: DateTime<Utc>, mut high: DateTime<Utc>) -> DateTime<Utc> {
    let before = offset(zone, low);
    while (high - low).num_seconds() > 1 {
        let middle = low + TimeDelta::seconds((high - low).num_seconds() / 2);
        if offset(zone, middle) == before { low = middle } else { high = middle }
    }
    high
}

fn describe(zone: Tz, at: DateTime<Utc>, from: i32) -> Change {
    let now = zone.offset_from_utc_datetime(&at.naive_utc());
    Change {
        at: at.naive_utc() + TimeDelta::seconds(i64::from(from)),
        from,
        to: now.fix().local_minus_utc(),
        name: now.abbreviation().unwrap_or("").to_owned(),
        daylight: now.dst_offset() != TimeDelta::zero(),
    }
}

/// `+0900`, `-0330`; seconds only where there are any.
pub fn offset_words(seconds: i32) -> String {
    let (sign, all) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}
