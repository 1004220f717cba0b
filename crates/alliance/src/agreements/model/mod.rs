//! The life of an agreement as pure rules over dates: when it is in force, what it then grants, what rests.
//!
//! **When an agreement counts as active on a day.** It has begun for certain by the end of that day (its day of
//! effect, else its day of signing; a month such as `2020-09` has begun for certain on its last day), it has not
//! ended for certain, and it does not rest. An unknown end is not an end: such an agreement counts and grants, and
//! is shown as "end unknown". What may have begun is counted apart ("perhaps"). An end that passed renews itself
//! where the agreement says so and nobody ended it. A resting day is any day from the first day of a suspension up
//! to, and not including, the day on which it is in force again. The recorded state is a fact of the day on which it
//! is read: from that day on a suspended or ended agreement grants nothing, whatever its dates say.
//!
//! Never here: a database, a clock, words for people (they are in [`words`]).

pub mod asleep;
pub mod ordinals;
pub mod term;
pub mod words;

use chrono::NaiveDate;
use kernel::edtf::{Certainty, Edtf};

/// Where an agreement stands, as staff recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Draft,
    Signed,
    Suspended,
    Ended,
}

impl State {
    pub const ALL: [State; 4] = [State::Draft, State::Signed, State::Suspended, State::Ended];

    pub fn from_code(code: &str) -> State {
        State::ALL.into_iter().find(|state| state.code() == code).unwrap_or(State::Draft)
    }

    pub const fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Signed => "signed",
            State::Suspended => "suspended",
            State::Ended => "ended",
        }
    }

    /// Whether one state may follow another. Everything else is a conflict, however it is asked for.
    pub fn may_become(self, next: State) -> bool {
        use State as S;
        self == next
            || matches!(
                (self, next),
                (S::Draft, S::Signed)
                    | (S::Signed, S::Suspended | S::Ended)
                    | (S::Suspended, S::Signed | S::Ended)
                    | (S::Ended, S::Signed | S::Suspended)
            )
    }
}

/// The end of a term as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// Nobody wrote it down.
    Unknown,
    /// `..`: there is none.
    Never,
    /// The last day in force.
    On(Edtf),
}

impl End {
    /// Empty is unknown, `..` is none; text that is no date is unknown too, never a date.
    pub fn parse(text: &str) -> End {
        match text.trim() {
            "" => End::Unknown,
            ".." => End::Never,
            date => Edtf::parse_human(date).map_or(End::Unknown, End::On),
        }
    }
}

/// A rest: from `since` on, in force again on `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rest {
    pub since: NaiveDate,
    pub until: Option<NaiveDate>,
}

impl Rest {
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

/// A later change of the end: signed then, ends now so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NewEnd {
    pub signed: Option<Edtf>,
    pub end: End,
}

/// Everything about an agreement that decides whether it is in force.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    pub state: State,
    /// The day on which `state` was read: today.
    pub known_on: NaiveDate,
    pub signed: Option<Edtf>,
    pub effective: Option<Edtf>,
    pub end: End,
    /// Renews itself when its end comes.
    pub automatic: bool,
    pub notice_days: Option<i64>,
    pub new_ends: Vec<NewEnd>,
    pub rests: Vec<Rest>,
}

/// How an agreement stands on one day, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    Draft,
    NotYet,
    /// Its beginning is not known well enough to say.
    PerhapsBegun,
    /// In force, and it is known until when, or that there is no end.
    InForce,
    EndUnknown,
    /// Inside the month or year that is written as its end.
    EndsAboutNow,
    /// The written end has passed and it renews itself.
    Renewed,
    Suspended,
    Ended,
}

impl Phase {
    pub fn certainty(self) -> Certainty {
        match self {
            Phase::InForce => Certainty::Yes,
            Phase::PerhapsBegun | Phase::EndUnknown | Phase::EndsAboutNow | Phase::Renewed => Certainty::Maybe,
            Phase::Draft | Phase::NotYet | Phase::Suspended | Phase::Ended => Certainty::No,
        }
    }

    /// Counted as active, and able to grant. See the rule at the top.
    pub fn is_active(self) -> bool {
        matches!(self, Phase::InForce | Phase::EndUnknown | Phase::EndsAboutNow | Phase::Renewed)
    }
}

impl Life {
    /// The day from which it counts: effect, else signing.
    pub fn begin(&self) -> Option<Edtf> {
        self.effective.or(self.signed)
    }

    /// The end that held on a day: that of the last amendment signed by then.
    pub fn end_on(&self, day: NaiveDate) -> End {
        let by_then =
            self.new_ends.iter().filter(|new| new.signed.is_none_or(|signed| signed.begun_by(day).possible()));
        let last = by_then.max_by_key(|new| new.signed.map(|signed| signed.sort_key()).unwrap_or_default());
        last.map_or(self.end, |new| new.end)
    }

    pub fn on(&self, day: NaiveDate) -> Phase {
        if self.state == State::Draft {
            return Phase::Draft;
        }
        if self.state == State::Ended && day >= self.known_on {
            return Phase::Ended;
        }
        match self.begin().map(|begin| begin.begun_by(day)) {
            Some(Certainty::No) => return Phase::NotYet,
            Some(Certainty::Maybe) | None => return Phase::PerhapsBegun,
            Some(Certainty::Yes) => {}
        }
        let phase = self.phase_by_end(day);
        let rests = self.rests.iter().any(|rest| rest.covers(day));
        let rests_now = self.state == State::Suspended && day >= self.known_on;
        if phase.is_active() && (rests || rests_now) { Phase::Suspended } else { phase }
    }

    fn phase_by_end(&self, day: NaiveDate) -> Phase {
        let over = |day: NaiveDate, end: Edtf| end.latest().is_some_and(|last| day > last);
        match self.end_on(day) {
            End::Unknown if self.state == State::Ended => Phase::Ended,
            End::Unknown => Phase::EndUnknown,
            End::Never => Phase::InForce,
            End::On(end) if over(day, end) && self.automatic && self.state != State::Ended => Phase::Renewed,
            End::On(end) if over(day, end) => Phase::Ended,
            End::On(end) if end.earliest().is_some_and(|first| day <= first) => Phase::InForce,
            End::On(end) if end.latest().is_none() => Phase::EndUnknown,
            End::On(_) => Phase::EndsAboutNow,
        }
    }
}

/// Letters whose clause also holds what is asked for: dissemination includes exchange, cooperation in everything
/// includes cooperation in events.
pub fn letters_that_grant(asked: &str) -> &'static [&'static str] {
    const TABLE: &[(&str, &[&str])] = &[
        ("publications_exchange", &["publications_exchange", "publications_dissemination"]),
        ("cooperation_events_only", &["cooperation_events_only", "cooperation_events"]),
        ("member_services", &["member_services"]),
        ("publications_dissemination", &["publications_dissemination"]),
        ("reciprocal_events", &["reciprocal_events"]),
        ("invited_symposium", &["invited_symposium"]),
        ("cooperation_events", &["cooperation_events"]),
        ("mutual_visits", &["mutual_visits"]),
        ("facility_use", &["facility_use"]),
        ("short_programme", &["short_programme"]),
        ("cluster_links", &["cluster_links"]),
        ("funding", &["funding"]),
    ];
    // Duties (confidentiality, intellectual property) and "other", which holds a bare 等, grant nothing to anybody.
    TABLE.iter().find(|(letter, _)| *letter == asked).map_or(&[], |(_, letters)| letters)
}

/// Whether a clause is a promise that is used, and can fall asleep; duties are only kept.
pub fn can_be_used(letter: &str) -> bool {
    !matches!(letter, "confidentiality" | "ip_terms" | "other")
}
