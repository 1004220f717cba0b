//! A personal schedule as an iCalendar file (RFC 5545): times in UTC, lines folded by octets, text escaped. Pure.
//!
//! Written by hand on purpose: five properties of one component, with values that people entered; nothing of theirs
//! can begin a line (no `ATTACH`, no `VALARM`).

use chrono::{DateTime, Utc};
use kernel::Uuid;

/// One meeting as a calendar shows it.
#[derive(Debug, Clone)]
pub struct Event {
    pub id: Uuid,
    pub sequence: i64,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub title: String,
    pub place: String,
    /// Of the video room; empty when there is none.
    pub url: String,
    pub cancelled: bool,
}

/// The whole file. `host` is the right side of the UIDs, which never change.
pub fn calendar(name: &str, host: &str, stamp: DateTime<Utc>, events: &[Event]) -> String {
    let mut out = String::new();
    let mut line = |text: String| fold(&text, &mut out);
    line("BEGIN:VCALENDAR".to_owned());
    line("VERSION:2.0".to_owned());
    line("PRODID:-//Musubi//Rounds//EN".to_owned());
    line("METHOD:PUBLISH".to_owned());
    line(format!("X-WR-CALNAME:{}", escape(name)));
    for event in events {
        line("BEGIN:VEVENT".to_owned());
        line(format!("UID:{}@{}", event.id, escape(host)));
        line(format!("SEQUENCE:{}", event.sequence));
        line(format!("DTSTAMP:{}", instant(stamp)));
        line(format!("DTSTART:{}", instant(event.starts_at)));
        line(format!("DTEND:{}", instant(event.ends_at)));
        line(format!("SUMMARY:{}", escape(&event.title)));
        if !event.place.is_empty() {
            line(format!("LOCATION:{}", escape(&event.place)));
        }
        if !event.url.is_empty() {
            line(format!("URL:{}", event.url.replace(char::is_whitespace, "")));
        }
        line(format!("STATUS:{}", if event.cancelled { "CANCELLED" } else { "CONFIRMED" }));
        line("END:VEVENT".to_owned());
    }
    line("END:VCALENDAR".to_owned());
    out
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// TEXT (RFC 5545 3.3.11); control characters are dropped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines of 75 octets at most, never cut inside a character (RFC 5545 3.1).
fn fold(text: &str, out: &mut String) {
    let mut length = 0;
    for c in text.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_that_people_wrote_begins_a_line_and_lines_are_folded_by_octets() {
        let at: DateTime<Utc> = "2026-12-07T01:00:00Z".parse().unwrap();
        let event = Event {
            id: Uuid::from_u128(7),
            sequence: 2,
            starts_at: at,
            ends_at: at,
            title: "面談; A, B\r\nATTACH:http://x\nBEGIN:VALARM\u{7}".to_owned() + &"長い名前の研究室".repeat(20),
            place: "卓 3".to_owned(),
            url: String::new(),
            cancelled: true,
        };
        let text = calendar("会", "hub.example", at, &[event]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.contains("\r\nATTACH") && !text.contains("\r\nBEGIN:VALARM") && !text.contains('\u{7}'));
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:面談\\; A\\, B\\nATTACH:http://x\\nBEGIN:VALARM長い"));
        assert!(unfolded.contains("SEQUENCE:2") && unfolded.contains("STATUS:CANCELLED"));
    }
}
