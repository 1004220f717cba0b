//! The values of a round and what follows from them. Pure: no database, no clock.

pub mod before;
pub mod build;
pub mod delegation;
pub mod diff;
mod dossier;
pub mod edit;
pub mod grid;
pub mod ics;
mod people;
pub mod words;

pub use dossier::Dossier;

use chrono::{DateTime, Utc};
use delegation::{Attendance, Attendee};
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Lang, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whose side: `A` hosts (laboratories), `B` goes round (companies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    A,
    B,
}

impl Side {
    pub const BOTH: [Side; 2] = [Side::A, Side::B];

    pub const fn code(self) -> &'static str {
        match self {
            Side::A => "a",
            Side::B => "b",
        }
    }

    pub fn from_code(code: &str) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| side.code() == code)
    }

    pub const fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }

    /// What the round calls the side.
    pub fn name(self, round: &Record, lang: Lang) -> String {
        let (field, usual) = match self {
            Side::A => ("side_a", kernel::both("研究室", "Laboratories")),
            Side::B => ("side_b", kernel::both("企業", "Companies")),
        };
        let text = round.text(field);
        if text.is_empty() { usual.get(lang).to_owned() } else { text.say(lang).to_owned() }
    }
}

/// What one participant wants of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wish {
    Must,
    Want,
    No,
}

impl Wish {
    pub const ALL: [Wish; 3] = [Wish::Must, Wish::Want, Wish::No];

    pub const fn code(self) -> &'static str {
        match self {
            Wish::Must => "must",
            Wish::Want => "want",
            Wish::No => "no",
        }
    }

    pub fn from_code(code: &str) -> Option<Wish> {
        Wish::ALL.into_iter().find(|wish| wish.code() == code)
    }

    pub const fn label(self) -> kernel::Both {
        match self {
            Wish::Must => kernel::both("必ず会いたい", "Must meet"),
            Wish::Want => kernel::both("会いたい", "Would like to meet"),
            Wish::No => kernel::both("今回は見送る", "No thanks"),
        }
    }
}

/// Where a round stands; see the diagram in [`super`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Drafting,
    Asking,
    Solving,
    Published,
    Held,
}

impl State {
    pub const ALL: [State; 5] = [State::Drafting, State::Asking, State::Solving, State::Published, State::Held];

    pub const fn code(self) -> &'static str {
        match self {
            State::Drafting => "drafting",
            State::Asking => "asking",
            State::Solving => "solving",
            State::Published => "published",
            State::Held => "held",
        }
    }

    pub fn of(round: &Record) -> State {
        let code = round.plain("state");
        State::ALL.into_iter().find(|state| state.code() == code).unwrap_or(State::Drafting)
    }

    pub const fn may_become(self, next: State) -> bool {
        use State as S;
        matches!(
            (self, next),
            (S::Drafting, S::Asking | S::Solving)
                | (S::Asking, S::Solving | S::Drafting)
                | (S::Solving, S::Asking | S::Published)
                | (S::Published, S::Published | S::Held)
        )
    }
}

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq)]
pub struct Participant {
    pub id: Uuid,
    pub side: Side,
    /// The record in the directory, when it is linked.
    pub party: Option<Uuid>,
    pub name: String,
    /// Empty: the same name in both languages.
    pub name_en: String,
    pub room: String,
    pub most: Option<i64>,
    pub most_per_day: Option<i64>,
    pub language: Lang,
    pub interpreter: bool,
    pub remote: bool,
    pub representatives: String,
    pub offer: String,
    pub issue: String,
    pub email: String,
    pub secret: String,
    pub withdrawn: bool,
    pub answered_at: Option<DateTime<Utc>>,
    pub position: i64,
    pub version: i64,
    /// The zone in which they see times beside the round's own; empty: the round's.
    pub zone: String,
    /// Beginnings of slots in which they cannot come.
    pub off: BTreeSet<DateTime<Utc>>,
    /// Who attends for them; empty: whoever they send.
    pub attendees: Vec<Attendee>,
    pub attendance: Attendance,
}

impl Participant {
    /// Their own zone, where it differs from that of the round.
    pub fn own_zone(&self, round: chrono_tz::Tz) -> Option<chrono_tz::Tz> {
        self.zone.parse().ok().filter(|zone: &chrono_tz::Tz| *zone != round)
    }

    pub fn called(&self, lang: Lang) -> &str {
        if lang == Lang::En && !self.name_en.is_empty() { &self.name_en } else { &self.name }
    }
}

/// A meeting of the working plan or of a publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    pub id: Uuid,
    pub a: Uuid,
    pub b: Uuid,
    pub starts_at: DateTime<Utc>,
    /// `None` in own rooms and by video.
    pub table_no: Option<i64>,
    pub frozen: bool,
    pub state: MeetingState,
    pub barred: bool,
    pub sequence: i64,
    pub version: i64,
    /// Where it takes place by video, for those who take part alone.
    #[serde(default)]
    pub video_link: String,
    /// Attendees of both sides, where it matters who comes.
    #[serde(default)]
    pub attending: Vec<Uuid>,
}

impl Meeting {
    /// A meeting that is new in the plan.
    pub fn planned(id: Uuid, (a, b): (Uuid, Uuid), starts_at: DateTime<Utc>) -> Meeting {
        Meeting {
            id,
            a,
            b,
            starts_at,
            table_no: None,
            frozen: false,
            state: MeetingState::Planned,
            barred: false,
            sequence: 0,
            version: 1,
            video_link: String::new(),
            attending: Vec::new(),
        }
    }

    pub fn is_on(&self) -> bool {
        self.state != MeetingState::Cancelled
    }

    pub fn with(&self, side: Side) -> Uuid {
        match side {
            Side::A => self.a,
            Side::B => self.b,
        }
    }

    pub fn has(&self, participant: Uuid) -> bool {
        self.a == participant || self.b == participant
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingState {
    Planned,
    Held,
    NoShow,
    Cancelled,
}

impl MeetingState {
    pub const fn code(self) -> &'static str {
        match self {
            MeetingState::Planned => "planned",
            MeetingState::Held => "held",
            MeetingState::NoShow => "no_show",
            MeetingState::Cancelled => "cancelled",
        }
    }

    pub fn from_code(code: &str) -> MeetingState {
        use MeetingState as M;
        [M::Planned, M::Held, M::NoShow].into_iter().find(|state| state.code() == code).unwrap_or(M::Cancelled)
    }
}

/// A wish with its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wished {
    pub wish: Wish,
    pub note: String,
    /// Taken over from a suggestion; nobody said it in their own words yet.
    pub suggested: bool,
}

/// What an earlier meeting of a pair means for the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetBefore {
    Ignore,
    PreferNew,
    Forbid,
}

impl MetBefore {
    pub fn of(round: &Record) -> MetBefore {
        match round.plain("met_before") {
            "prefer_new" => MetBefore::PreferNew,
            "forbid" => MetBefore::Forbid,
            _ => MetBefore::Ignore,
        }
    }
}

/// The same sentence in both languages, made from the same parts.
pub fn said(make: impl Fn(Lang) -> String) -> Said {
    Said { ja: make(Lang::Ja), en: make(Lang::En) }
}
