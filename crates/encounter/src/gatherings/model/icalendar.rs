//! Gatherings as iCalendar (RFC 5545, 7986), written by calcard: UID that never changes, SEQUENCE, the zone with its
//! changes, lines folded at 75 octets. Words of people pass as TEXT values only, never as lines or parameters.

use super::vtimezone;
use super::when::Span;
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarParameter, ICalendarParameterName,
    ICalendarParameterValue, ICalendarProperty, ICalendarStatus, ICalendarValue, Uri,
};
use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;

/// One VEVENT.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Stable for ever: `<id>@<host>`.
    pub uid: String,
    pub sequence: i64,
    pub span: Span,
    pub stamp: DateTime<Utc>,
    pub title: String,
    pub description: String,
    pub place: String,
    pub url: String,
    pub cancelled: bool,
    /// On a waiting list, or not yet answered.
    pub tentative: bool,
}

/// A calendar of events.
///
/// # Errors
/// When the writer fails, which it does not on memory.
pub fn calendar(name: &str, product: &str, events: &[Event]) -> kernel::Result<String> {
    let mut components = vec![ICalendarComponent::new(ICalendarComponentType::VCalendar)];
    let mut head = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    head.add_property(ICalendarProperty::Version, text("2.0"));
    head.add_property(ICalendarProperty::Prodid, text(product));
    head.add_property(ICalendarProperty::Method, text("PUBLISH"));
    head.add_property(ICalendarProperty::Name, text(name));
    head.add_property(ICalendarProperty::Other("X-WR-CALNAME".to_owned()), text(name));
    for zone in zones(events) {
        add_zone(&mut components, &mut head, zone, events);
    }
    for event in events {
        add(&mut components, &mut head, vevent(event));
    }
    if let Some(first) = components.first_mut() {
        *first = head;
    }
    let mut out = String::new();
    ICalendar { components }.write_to(&mut out).map_err(kernel::Error::internal)?;
    Ok(out)
}

/// Words as a TEXT value: control characters other than line ends are dropped, line ends are `\n`.
fn text(words: &str) -> ICalendarValue {
    let plain = words.replace("\r\n", "\n").replace('\r', "\n");
    ICalendarValue::Text(plain.chars().filter(|c| *c == '\n' || !c.is_control()).collect())
}

fn add(components: &mut Vec<ICalendarComponent>, parent: &mut ICalendarComponent, child: ICalendarComponent) {
    parent.component_ids.push(u32::try_from(components.len()).unwrap_or(u32::MAX));
    components.push(child);
}

fn zones(events: &[Event]) -> Vec<Tz> {
    let mut zones: Vec<Tz> = events.iter().map(|event| event.span.zone).filter(|zone| *zone != Tz::UTC).collect();
    zones.sort_by_key(|zone| zone.name());
    zones.dedup();
    zones
}

fn add_zone(components: &mut Vec<ICalendarComponent>, head: &mut ICalendarComponent, zone: Tz, events: &[Event]) {
    let spans = || events.iter().filter(|event| event.span.zone == zone).map(|event| event.span);
    let (Some(from), Some(until)) = (spans().map(|s| s.starts_at).min(), spans().map(|s| s.ends_at).max()) else {
        return;
    };
    let mut vtimezone = ICalendarComponent::new(ICalendarComponentType::VTimezone);
    vtimezone.add_property(ICalendarProperty::Tzid, text(zone.name()));
    let mut rules = Vec::new();
    for change in vtimezone::changes(zone, from, until) {
        let of = if change.daylight { ICalendarComponentType::Daylight } else { ICalendarComponentType::Standard };
        let mut rule = ICalendarComponent::new(of);
        rule.add_property(ICalendarProperty::Dtstart, moment(change.at));
        rule.add_property(ICalendarProperty::Tzoffsetfrom, text(&vtimezone::offset_words(change.from)));
        rule.add_property(ICalendarProperty::Tzoffsetto, text(&vtimezone::offset_words(change.to)));
        if !change.name.is_empty() {
            rule.add_property(ICalendarProperty::Tzname, text(&change.name));
        }
        rules.push(rule);
    }
    // Children come behind their parent, so that ids are known.
    let at = components.len();
    components.push(ICalendarComponent::new(ICalendarComponentType::VTimezone));
    for rule in rules {
        add(components, &mut vtimezone, rule);
    }
    head.component_ids.push(u32::try_from(at).unwrap_or(u32::MAX));
    if let Some(place) = components.get_mut(at) {
        *place = vtimezone;
    }
}

fn vevent(event: &Event) -> ICalendarComponent {
    let mut vevent = ICalendarComponent::new(ICalendarComponentType::VEvent);
    vevent.add_uid(&event.uid);
    vevent.add_dtstamp(partial(event.stamp.naive_utc(), true));
    vevent.add_sequence(event.sequence);
    for (name, at, utc) in [
        (ICalendarProperty::Dtstart, event.span.start, event.span.starts_at),
        (ICalendarProperty::Dtend, event.span.end, event.span.ends_at),
    ] {
        if event.span.zone == Tz::UTC {
            vevent.add_property(name, ICalendarValue::PartialDateTime(Box::new(partial(utc.naive_utc(), true))));
        } else {
            let zone = ICalendarParameter {
                name: ICalendarParameterName::Tzid,
                value: ICalendarParameterValue::Text(event.span.zone.name().to_owned()),
            };
            vevent.add_property_with_params(name, [zone], moment(at.naive()));
        }
    }
    vevent.add_property(ICalendarProperty::Summary, text(&event.title));
    if !event.description.is_empty() {
        vevent.add_property(ICalendarProperty::Description, text(&event.description));
    }
    if !event.place.is_empty() {
        vevent.add_property(ICalendarProperty::Location, text(&event.place));
    }
    vevent.add_property(ICalendarProperty::Url, ICalendarValue::Uri(Uri::Location(event.url.clone())));
    let status = match (event.cancelled, event.tentative) {
        (true, _) => ICalendarStatus::Cancelled,
        (false, true) => ICalendarStatus::Tentative,
        (false, false) => ICalendarStatus::Confirmed,
    };
    vevent.add_property(ICalendarProperty::Status, ICalendarValue::Status(status));
    vevent
}

fn moment(at: NaiveDateTime) -> ICalendarValue {
    ICalendarValue::PartialDateTime(Box::new(partial(at, false)))
}

fn partial(at: NaiveDateTime, utc: bool) -> PartialDateTime {
    let small = |number: u32| u8::try_from(number).ok();
    PartialDateTime {
        year: u16::try_from(at.year()).ok(),
        month: small(at.month()),
        day: small(at.day()),
        hour: small(at.hour()),
        minute: small(at.minute()),
        second: small(at.second()),
        tz_hour: utc.then_some(0),
        tz_minute: utc.then_some(0),
        tz_minus: false,
    }
}
