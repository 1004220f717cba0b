//! The times of a gathering as instants.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::record::Record;
use kernel::{FieldErrors, WallTime};

/// From when to when, in which zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: WallTime,
    pub end: WallTime,
    pub zone: Tz,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}

/// Fields that hold times of the gathering's zone.
const TIMES: [&str; 4] = ["start", "end", "opens", "closes"];

/// Adds an error for every time that the clocks of the zone skip or show twice.
pub fn times_exist(record: &Record, zone: Tz, errors: &mut FieldErrors) {
    for field in TIMES {
        if let Some(Err(error)) = record.wall_time(field).map(|time| time.in_zone(zone)) {
            errors.add(field, error);
        }
    }
}

/// The zone that a gathering names, or the hub's.
pub fn zone_of(gathering: &Record, hub: Tz) -> Tz {
    kernel::wall_time::zone(gathering.plain("zone")).unwrap_or(hub)
}

/// The span of a gathering or session; `None` while a time is missing or does not exist.
pub fn span(record: &Record, zone: Tz) -> Option<Span> {
    let (start, end) = (record.wall_time("start")?, record.wall_time("end")?);
    Some(Span { start, end, zone, starts_at: start.in_zone(zone).ok()?, ends_at: end.in_zone(zone).ok()? })
}

/// The instant of another time field.
pub fn instant(record: &Record, field: &str, zone: Tz) -> Option<DateTime<Utc>> {
    record.wall_time(field)?.in_zone(zone).ok()
}

impl Span {
    /// In words: `2026年11月26日(木) 18:00〜20:00`, with the zone when it is not the reader's.
    pub fn words(&self, lang: kernel::Lang, home: Tz) -> String {
        let words = kernel::calendar::time_span_long(lang, self.start.naive(), self.end.naive());
        if self.zone == home { words } else { format!("{words} ({})", self.zone.name()) }
    }

    /// With offset, as JSON-LD and feeds write it (RFC 3339).
    pub fn rfc3339(&self) -> (String, String) {
        let write =
            |at: DateTime<Utc>| at.with_timezone(&self.zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
        (write(self.starts_at), write(self.ends_at))
    }
}
