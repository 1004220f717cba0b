//! One round with everything that belongs to it, and what can be read off it.

use super::{Meeting, Participant, Side, State, Wish, Wished, delegation, grid, words};
use chrono::{DateTime, Utc};
use kernel::record::Record;
use kernel::{Lang, Uuid};
use std::collections::{BTreeMap, BTreeSet, HashMap};

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
