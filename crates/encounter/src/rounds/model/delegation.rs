//! Who attends for a participant, and when these people can. Pure.
//!
//! Somebody is the same person for two participants when both name the same directory record or the same e-mail address;
//! equal names alone are two people. A participant meets one counterpart at a time, however many attend for it.

use super::{Dossier, Meeting, Participant};
use chrono::{DateTime, Utc};
use kernel::Uuid;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Who of those named is in a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Attendance {
    #[default]
    Any,
    All,
}

impl Attendance {
    pub const ALL: [Attendance; 2] = [Attendance::Any, Attendance::All];

    pub const fn code(self) -> &'static str {
        match self {
            Attendance::Any => "any",
            Attendance::All => "all",
        }
    }

    /// Anything else is [`Attendance::Any`].
    pub fn from_code(code: &str) -> Attendance {
        if code == "all" { Attendance::All } else { Attendance::Any }
    }

    pub const fn label(self) -> kernel::Both {
        match self {
            Attendance::Any => kernel::both("だれか一人", "Any one of them"),
            Attendance::All => kernel::both("全員", "All of them"),
        }
    }
}

/// Somebody who attends.
#[derive(Debug, Clone, PartialEq)]
pub struct Attendee {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub person: Option<Uuid>,
    /// Beginnings of slots in which they cannot come.
    pub off: BTreeSet<DateTime<Utc>>,
}

impl Attendee {
    /// The same for one person wherever they are named.
    pub fn key(&self) -> String {
        match self.person {
            Some(person) => person.to_string(),
            None if !self.email.is_empty() => self.email.to_lowercase(),
            None => self.id.to_string(),
        }
    }
}

/// Attendees as people write them, one a line or apart by semicolons: `難波 京子 <kyoko@example.jp> [2026-12-07 10:00-11:00]`.
/// In brackets stands when they cannot come. `known` lends ids, so that somebody who stays keeps theirs.
///
/// Returns the attendees and what of the times could not be read.
pub fn read(
    written: &str,
    grid: &super::grid::Grid,
    known: &[Attendee],
    mut new_id: impl FnMut() -> Uuid,
) -> (Vec<Attendee>, Vec<String>) {
    let (mut found, mut odd): (Vec<Attendee>, Vec<String>) = (Vec::new(), Vec::new());
    for one in entries(written) {
        let (who, times) = match one.split_once(['[', '［']) {
            Some((who, times)) => (who.trim(), times.trim_end_matches([']', '］', ' '])),
            None => (one, ""),
        };
        let (name, email) = parted(who);
        let name: String = name.chars().take(200).collect();
        if name.is_empty() || found.iter().any(|a| a.name == name && a.email == email) {
            continue;
        }
        let before = known.iter().find(|a| a.name == name && (a.email == email || email.is_empty()));
        let mut attendee = before.cloned().unwrap_or_else(|| Attendee {
            id: new_id(),
            name: name.clone(),
            email: email.chars().take(200).collect(),
            person: None,
            off: BTreeSet::new(),
        });
        if !times.is_empty() {
            attendee.off.clear();
        }
        for part in times.split([',', '、', '|']).map(str::trim).filter(|part| !part.is_empty()) {
            match grid.within(part) {
                Some(slots) => attendee.off.extend(slots),
                None => odd.push(part.to_owned()),
            }
        }
        found.push(attendee);
    }
    (found, odd)
}

/// The names of a participant as they are written, without one of those who attend; an e-mail address may stand for them.
pub fn without(written: &str, name: &str, email: &str) -> String {
    let is_them = |entry: &str| {
        let who = entry.split(['[', '［']).next().unwrap_or(entry);
        let (called, address) = parted(who.trim());
        called == name || (!email.is_empty() && address.eq_ignore_ascii_case(email))
    };
    entries(written).into_iter().filter(|entry| !is_them(entry)).collect::<Vec<_>>().join("\n")
}

/// Name and address of one entry without its times; an address alone is the name too.
fn parted(who: &str) -> (&str, &str) {
    let (name, email) = match who.split_once(['<', '＜']) {
        Some((name, email)) => (name.trim(), email.trim_end_matches(['>', '＞', ' ']).trim()),
        None if who.contains('@') && !who.contains(char::is_whitespace) => ("", who),
        None => (who, ""),
    };
    (if name.is_empty() { email } else { name }, email)
}

/// Lines and semicolons part entries; Japanese commas part names where no address or time is given.
fn entries(written: &str) -> Vec<&str> {
    let outer = written.split(['\n', ';', '；']).map(str::trim).filter(|one| !one.is_empty());
    outer
        .flat_map(|one| {
            let plain = !one.contains(['[', '［', '<', '＜']);
            let parts: Vec<&str> = if plain { one.split('、').collect() } else { vec![one] };
            parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>()
        })
        .collect()
}

/// Keys of people who attend for more than one participant.
pub fn shared(dossier: &Dossier) -> HashSet<String> {
    let mut count: HashMap<String, usize> = HashMap::new();
    for participant in dossier.participants.iter().filter(|p| !p.withdrawn) {
        let keys: HashSet<String> = participant.attendees.iter().map(Attendee::key).collect();
        for key in keys {
            *count.entry(key).or_default() += 1;
        }
    }
    count.into_iter().filter(|(_, n)| *n > 1).map(|(key, _)| key).collect()
}

/// Whether a participant has somebody it shares with another one.
pub fn shares(participant: &Participant, shared: &HashSet<String>) -> bool {
    !shared.is_empty() && participant.attendees.iter().any(|a| shared.contains(&a.key()))
}

/// Whether the people of a participant leave it a slot; who else needs them is another question.
pub fn is_off(participant: &Participant, at: DateTime<Utc>) -> bool {
    let mut people = participant.attendees.iter();
    participant.off.contains(&at)
        || match participant.attendance {
            _ if participant.attendees.is_empty() => false,
            Attendance::Any => people.all(|a| a.off.contains(&at)),
            Attendance::All => people.any(|a| a.off.contains(&at)),
        }
}

/// People by where they are, from the plan; `except` are meetings that leave their place.
pub struct Busy(HashSet<(String, DateTime<Utc>)>);

impl Busy {
    pub fn of(dossier: &Dossier, except: &[Uuid]) -> Busy {
        let mut busy = HashSet::new();
        for meeting in dossier.planned().filter(|m| !except.contains(&m.id)) {
            for participant in [meeting.a, meeting.b].iter().filter_map(|id| dossier.participant(*id)) {
                let there = attending(participant, meeting);
                busy.extend(there.into_iter().map(|attendee| (attendee.key(), meeting.starts_at)));
            }
        }
        Busy(busy)
    }

    pub fn nobody() -> Busy {
        Busy(HashSet::new())
    }

    pub fn has(&self, key: &str, at: DateTime<Utc>) -> bool {
        self.0.contains(&(key.to_owned(), at))
    }

    pub fn take(&mut self, key: String, at: DateTime<Utc>) {
        self.0.insert((key, at));
    }
}

/// Who attends a meeting for one of its participants; where it was not chosen yet, those for whom there is no choice.
pub fn attending<'a>(participant: &'a Participant, meeting: &Meeting) -> Vec<&'a Attendee> {
    let chosen: Vec<&Attendee> = participant.attendees.iter().filter(|a| meeting.attending.contains(&a.id)).collect();
    let forced = participant.attendance == Attendance::All || participant.attendees.len() == 1;
    if chosen.is_empty() && forced { participant.attendees.iter().collect() } else { chosen }
}

/// Who would attend for a participant at a time; `None` when its people cannot.
pub fn seat<'a>(participant: &'a Participant, at: DateTime<Utc>, busy: &Busy) -> Option<Vec<&'a Attendee>> {
    let free = |a: &&Attendee| !a.off.contains(&at) && !busy.has(&a.key(), at);
    if participant.attendees.is_empty() {
        return Some(Vec::new());
    }
    match participant.attendance {
        Attendance::Any => participant.attendees.iter().find(free).map(|one| vec![one]),
        Attendance::All => {
            participant.attendees.iter().all(|a| free(&a)).then(|| participant.attendees.iter().collect())
        }
    }
}

/// Who would attend for both at a time: one person never sits on both sides.
pub fn seat_both(a: &Participant, b: &Participant, at: DateTime<Utc>, mut busy: Busy) -> Option<Vec<Uuid>> {
    let first = seat(a, at, &busy)?;
    for one in &first {
        busy.take(one.key(), at);
    }
    let second = seat(b, at, &busy)?;
    Some(first.into_iter().chain(second).map(|attendee| attendee.id).collect())
}
