//! The values of a round and what follows from them. Pure: no database, no clock.

pub mod before;
pub mod build;
pub mod delegation;
pub mod diff;
pub mod edit;
pub mod grid;
pub mod ics;
pub mod words;

use chrono::{DateTime, Utc};
use delegation::{Attendance, Attendee};
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Lang, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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

/// Everything about one round.
#[derive(Debug, Clone)]
pub struct Dossier {
    pub round: Record,
    pub grid: grid::Grid,
    /// Side A first, then by position.
    pub participants: Vec<Participant>,
    /// By who asks and who is asked.
    pub wishes: BTreeMap<(Uuid, Uuid), Wished>,
    /// The working plan, cancelled ones included.
    pub meetings: Vec<Meeting>,
    /// Pairs (a, b) that met before, with the last time, as the records know.
    pub met: BTreeMap<(Uuid, Uuid), DateTime<Utc>>,
    places: HashMap<Uuid, usize>,
}

impl Dossier {
    pub fn new(round: Record, grid: grid::Grid, participants: Vec<Participant>) -> Dossier {
        let places = participants.iter().enumerate().map(|(at, participant)| (participant.id, at)).collect();
        let (wishes, met) = (BTreeMap::new(), BTreeMap::new());
        Dossier { round, grid, participants, wishes, meetings: Vec::new(), met, places }
    }

    /// When a pair met before this round, in either order.
    pub fn met_before(&self, one: Uuid, other: Uuid) -> Option<DateTime<Utc>> {
        self.met.get(&(one, other)).or_else(|| self.met.get(&(other, one))).copied()
    }

    /// Everything that somebody wishes.
    pub fn wishes_of(&self, asker: Uuid) -> impl Iterator<Item = (Uuid, &Wished)> {
        let own = self.wishes.range((asker, Uuid::nil())..=(asker, Uuid::max()));
        own.map(|((_, asked), wished)| (*asked, wished))
    }

    /// What was said of the active pairs, hosts first: everything that counts for planning.
    pub fn pairs(&self) -> BTreeMap<(Uuid, Uuid), [Option<&Wished>; 2]> {
        let mut pairs: BTreeMap<(Uuid, Uuid), [Option<&Wished>; 2]> = BTreeMap::new();
        for ((asker, asked), wished) in &self.wishes {
            let (Some(one), Some(other)) = (self.participant(*asker), self.participant(*asked)) else { continue };
            if one.withdrawn || other.withdrawn || one.side == other.side {
                continue;
            }
            match one.side {
                Side::A => pairs.entry((*asker, *asked)).or_default()[0] = Some(wished),
                Side::B => pairs.entry((*asked, *asker)).or_default()[1] = Some(wished),
            }
        }
        pairs
    }

    /// Pairs that a person took out of the plan.
    pub fn barred(&self) -> BTreeSet<(Uuid, Uuid)> {
        self.meetings.iter().filter(|m| m.barred).map(|m| (m.a, m.b)).collect()
    }

    /// How many meetings of the plan each has.
    pub fn planned_counts(&self) -> HashMap<Uuid, usize> {
        let mut counts = HashMap::new();
        for meeting in self.planned() {
            *counts.entry(meeting.a).or_default() += 1;
            *counts.entry(meeting.b).or_default() += 1;
        }
        counts
    }

    /// Names of those who attend a meeting for a participant.
    pub fn attending(&self, meeting: &Meeting, participant: Uuid) -> String {
        let there = self.participant(participant).map(|p| delegation::attending(p, meeting)).unwrap_or_default();
        there.iter().map(|attendee| attendee.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    pub fn state(&self) -> State {
        State::of(&self.round)
    }

    pub fn participant(&self, id: Uuid) -> Option<&Participant> {
        self.places.get(&id).and_then(|at| self.participants.get(*at))
    }

    pub fn side(&self, side: Side) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(move |participant| participant.side == side)
    }

    pub fn active(&self, side: Side) -> impl Iterator<Item = &Participant> {
        self.side(side).filter(|participant| !participant.withdrawn)
    }

    pub fn wish(&self, asker: Uuid, asked: Uuid) -> Option<Wish> {
        self.wishes.get(&(asker, asked)).map(|wished| wished.wish)
    }

    /// Whether a meeting goes back to a suggestion: nobody wished it in their own words.
    pub fn is_suggested(&self, meeting: &Meeting) -> bool {
        let said = [(meeting.a, meeting.b), (meeting.b, meeting.a)];
        let mut said = said.iter().filter_map(|pair| self.wishes.get(pair)).filter(|w| w.wish != Wish::No).peekable();
        said.peek().is_some() && said.all(|wished| wished.suggested)
    }

    pub fn planned(&self) -> impl Iterator<Item = &Meeting> {
        self.meetings.iter().filter(|meeting| meeting.is_on())
    }

    /// The instant after which answers are not taken.
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        let local = grid::read_moment(self.round.plain("deadline"))?;
        use chrono::TimeZone;
        self.grid.zone.from_local_datetime(&local).latest().map(|at| at.with_timezone(&Utc))
    }

    pub fn has_tables(&self) -> bool {
        self.round.plain("rooms") == "tables"
    }

    pub fn needs_interpreter(&self, a: &Participant, b: &Participant) -> bool {
        (a.interpreter || b.interpreter) && a.language != b.language
    }

    /// How a participant is called, for sentences.
    pub fn name(&self, id: Uuid, lang: Lang) -> &str {
        self.participant(id).map_or("?", |participant| participant.called(lang))
    }

    /// How a participant or somebody who attends is called.
    pub fn person(&self, id: Uuid, lang: Lang) -> &str {
        let attendees = || self.participants.iter().flat_map(|p| &p.attendees);
        match self.participant(id) {
            Some(participant) => participant.called(lang),
            None => attendees().find(|a| a.id == id).map_or("?", |attendee| attendee.name.as_str()),
        }
    }

    /// A slot in words: `12/7(月) 10:00`, `Mon 7 Dec 10:00`.
    pub fn when(&self, at: DateTime<Utc>, lang: Lang) -> String {
        words::moment(self.grid.local(at), self.grid.days() > 1, lang)
    }

    /// Where a meeting takes place, in words.
    pub fn place(&self, meeting: &Meeting, lang: Lang) -> String {
        let (Some(a), Some(b)) = (self.participant(meeting.a), self.participant(meeting.b)) else {
            return String::new();
        };
        if a.remote || b.remote {
            return kernel::both("オンライン", "Video").get(lang).to_owned();
        }
        match (self.has_tables(), meeting.table_no) {
            (true, Some(number)) => match lang {
                Lang::Ja => format!("卓 {number}"),
                Lang::En => format!("Table {number}"),
            },
            (true, None) => String::new(),
            (false, _) if a.room.is_empty() => a.called(lang).to_owned(),
            (false, _) => a.room.clone(),
        }
    }
}

/// The same sentence in both languages, made from the same parts.
pub fn said(make: impl Fn(Lang) -> String) -> Said {
    Said { ja: make(Lang::Ja), en: make(Lang::En) }
}
