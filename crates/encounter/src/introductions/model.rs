//! States of an introduction, who is asked, and what each side sees of it. Pure.
//!
//! Never here: who a reader is (policy), SQL.

use super::store::Introduction;
use chrono::{DateTime, Utc};
use kernel::{Both, both};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Asked,
    Offered,
    Made,
    Declined,
    Expired,
    Withdrawn,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Asked, State::Offered, State::Made, State::Declined, State::Expired, State::Withdrawn];

    pub const fn code(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Offered => "offered",
            State::Made => "made",
            State::Declined => "declined",
            State::Expired => "expired",
            State::Withdrawn => "withdrawn",
        }
    }

    /// For staff, who see states as they are.
    pub const fn label(self) -> Both {
        match self {
            State::Asked => both("仲介者に確認中", "With the contact"),
            State::Offered => both("お返事待ち", "Waiting for answers"),
            State::Made => both("紹介済み", "Made"),
            State::Declined => both("見送り", "Declined"),
            State::Expired => both("期限切れ", "Expired"),
            State::Withdrawn => both("取り下げ", "Withdrawn"),
        }
    }

    /// An unknown code counts as closed.
    pub fn from_code(code: &str) -> State {
        State::ALL.into_iter().find(|state| state.code() == code).unwrap_or(State::Withdrawn)
    }

    pub const fn is_open(self) -> bool {
        matches!(self, State::Asked | State::Offered)
    }
}

/// Who somebody is in an introduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    Asker,
    Through,
    Other,
}

impl Side {
    pub const ALL: [Side; 3] = [Side::Asker, Side::Through, Side::Other];

    pub const fn code(self) -> &'static str {
        match self {
            Side::Asker => "asker",
            Side::Through => "through",
            Side::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|side| side.code() == code)
    }
}

/// Something that may happen to an introduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The contact passes it on; the asker or the other says yes.
    Yes(Side),
    No(Side),
    Withdraw,
    /// The last day has passed.
    Expire,
}

/// What an act leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The contact passed it on.
    Offer,
    /// The first of two yeses.
    Note,
    /// The second.
    Make,
    Close(State),
    /// Nothing changes, and whoever acted must not see that: it had been declined before.
    Pretend,
}

/// Who is waited for at this moment.
pub fn awaited(one: &Introduction) -> Vec<Side> {
    match one.state() {
        State::Asked => vec![Side::Through],
        State::Offered => {
            let sides = [(Side::Asker, one.asker_yes_at), (Side::Other, one.other_yes_at)];
            sides.into_iter().filter(|(_, yes)| yes.is_none()).map(|(side, _)| side).collect()
        }
        _ => Vec::new(),
    }
}

/// Until when the present question may be answered.
pub fn until(one: &Introduction) -> DateTime<Utc> {
    match one.state() {
        State::Asked => one.contact_until.unwrap_or(one.expires_at),
        _ => one.expires_at,
    }
}

/// The step that an act leads to; `None` when it is not possible (any more).
pub fn step(one: &Introduction, act: Act, now: DateTime<Utc>) -> Option<Step> {
    let late = now >= until(one);
    match (act, one.state()) {
        (Act::Expire, state) if state.is_open() && late => Some(Step::Close(State::Expired)),
        (Act::Yes(Side::Through), State::Asked) if !late => Some(Step::Offer),
        (Act::Yes(side), State::Offered) if !late && awaited(one).contains(&side) => {
            Some(if awaited(one).len() == 1 { Step::Make } else { Step::Note })
        }
        (Act::No(side), state) if state.is_open() && !late && awaited(one).contains(&side) => {
            Some(Step::Close(State::Declined))
        }
        (Act::Withdraw, state) if state.is_open() && now < one.expires_at => Some(Step::Close(State::Withdrawn)),
        (Act::Withdraw, State::Declined | State::Expired) if now < one.expires_at && one.withdrawn_at.is_none() => {
            Some(Step::Pretend)
        }
        _ => None,
    }
}

/// In which heap of the inbox a side finds an introduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Seen {
    ToAnswer,
    Waiting,
    Made,
    /// Ended: by whom, why and whether at all by a person is not said.
    Closed,
    TakenBack,
}

impl Seen {
    pub const fn code(self) -> &'static str {
        match self {
            Seen::ToAnswer => "to_answer",
            Seen::Waiting => "waiting",
            Seen::Made => "made",
            Seen::Closed | Seen::TakenBack => "closed",
        }
    }

    pub const fn label(self) -> Both {
        match self {
            Seen::ToAnswer => both("お返事をください", "To answer"),
            Seen::Waiting => both("お返事待ち", "Waiting"),
            Seen::Made => both("紹介できました", "Introduced"),
            Seen::Closed => both("今回は結ばれませんでした", "Did not come about"),
            Seen::TakenBack => both("取り下げました", "Taken back"),
        }
    }
}

/// What a side sees. `None`: nothing, because it was never asked.
pub fn seen(one: &Introduction, side: Side, now: DateTime<Utc>) -> Option<Seen> {
    let (state, over) = (one.state(), now >= one.expires_at);
    let declined_by_me = one.declined_by.as_deref() == Some(side.code());
    // As long as the last day has not come, a "no" of somebody else looks like no answer.
    let still = if over { Seen::Closed } else { Seen::Waiting };
    let open = if over { Seen::Closed } else { Seen::ToAnswer };
    let mine = match side {
        Side::Asker if one.withdrawn_at.is_some() && !one.by_staff => return Some(Seen::TakenBack),
        Side::Asker => one.asker_yes_at,
        Side::Other => {
            one.offered_at?;
            one.other_yes_at
        }
        Side::Through => return through(one, now, declined_by_me, still),
    };
    Some(match state {
        State::Made => Seen::Made,
        State::Withdrawn => Seen::Closed,
        State::Declined if declined_by_me => Seen::Closed,
        _ if mine.is_some() => still,
        State::Offered => open,
        _ => Seen::Closed,
    })
}

fn through(one: &Introduction, now: DateTime<Utc>, declined_by_me: bool, still: Seen) -> Option<Seen> {
    // A request that a "not again" stopped never reached the contact.
    if one.declined_by.as_deref() == Some("veto") {
        return None;
    }
    Some(match one.state() {
        State::Asked if now < until(one) => Seen::ToAnswer,
        State::Made => Seen::Made,
        State::Withdrawn => Seen::Closed,
        _ if declined_by_me || one.offered_at.is_none() => Seen::Closed,
        _ => still,
    })
}

/// When a side is asked what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    TwoWeeks,
    ThreeMonths,
}

impl Stage {
    /// The stage to which a word said now belongs.
    pub const fn of(one: &Introduction) -> Stage {
        if one.three_months_at.is_some() { Stage::ThreeMonths } else { Stage::TwoWeeks }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Stage::TwoWeeks => "two_weeks",
            Stage::ThreeMonths => "three_months",
        }
    }
}

/// What came of an introduction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Met,
    Talking,
    Agreement,
    Nothing,
    NotYet,
}

impl Outcome {
    pub const ALL: [Outcome; 5] =
        [Outcome::Met, Outcome::Talking, Outcome::Agreement, Outcome::Nothing, Outcome::NotYet];

    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::Talking => "talking",
            Outcome::Agreement => "agreement",
            Outcome::Nothing => "nothing",
            Outcome::NotYet => "not_yet",
        }
    }

    pub const fn label(self) -> Both {
        match self {
            Outcome::Met => both("会いました", "We met"),
            Outcome::Talking => both("話が続いています", "Talking on"),
            Outcome::Agreement => both("契約や共同研究になりました", "It became an agreement"),
            Outcome::Nothing => both("何にもなりませんでした", "Nothing came of it"),
            Outcome::NotYet => both("まだ会っていません", "Not yet"),
        }
    }

    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Counts as a use of a promise.
    pub const fn is_good(self) -> bool {
        matches!(self, Outcome::Met | Outcome::Talking | Outcome::Agreement)
    }
}
