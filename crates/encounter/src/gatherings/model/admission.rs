//! Who may register now: one rule for the page, the form and the API, by the server's time.

use super::State;
use super::waiting::Order;
use super::when::{self, Span};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kernel::record::Record;
use kernel::{Both, both};

/// How a gathering takes registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Open,
    Approval,
    Invitation,
    External,
    None,
}

impl Policy {
    pub fn from_code(code: &str) -> Policy {
        match code {
            "open" => Policy::Open,
            "approval" => Policy::Approval,
            "invitation" => Policy::Invitation,
            "external" => Policy::External,
            _ => Policy::None,
        }
    }
}

/// The seats of a gathering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seats {
    /// `None`: no limit.
    pub capacity: Option<i64>,
    /// Confirmed people.
    pub taken: i64,
    /// People on the waiting list.
    pub waiting: i64,
    /// Of the capacity, kept for members.
    pub reserved: i64,
    /// Of the confirmed people, those on seats that are kept.
    pub reserved_taken: i64,
}

impl Seats {
    /// Seats that are free for everybody; `None` when there is no limit.
    pub fn free(&self) -> Option<i64> {
        self.capacity.map(|capacity| (capacity - self.reserved - (self.taken - self.reserved_taken)).max(0))
    }

    /// Free seats that are kept for members.
    pub fn kept(&self) -> i64 {
        (self.reserved - self.reserved_taken).max(0)
    }

    /// Whether people fit; with `priority`, kept seats count as well.
    pub fn have_room_for(&self, people: i64, priority: bool) -> bool {
        let kept = if priority { self.kept() } else { 0 };
        self.free().is_none_or(|free| people <= free + kept)
    }

    /// How many of so many people sit on kept seats: those first, so that the others stay for everybody.
    pub fn on_kept(&self, people: i64, priority: bool) -> i64 {
        if priority && self.capacity.is_some() { people.min(self.kept()) } else { 0 }
    }
}

/// Everything that decides whether somebody may register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    pub state: State,
    pub policy: Policy,
    pub opens: Option<DateTime<Utc>>,
    /// Members with early registration may register from this instant on.
    pub member_opens: Option<DateTime<Utc>>,
    /// From this instant on it is too late.
    pub closes: DateTime<Utc>,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    pub order: Option<Order>,
    pub seats: Seats,
}

impl Facts {
    /// `None` while the gathering has no usable times.
    pub fn of(gathering: &Record, home: Tz, seats: Seats) -> Option<Facts> {
        let zone = when::zone_of(gathering, home);
        let Span { starts_at, ends_at, .. } = when::span(gathering, zone)?;
        Some(Facts {
            state: State::from_code(gathering.plain("state")),
            policy: Policy::from_code(gathering.plain("registration")),
            opens: when::instant(gathering, "opens", zone),
            member_opens: when::instant(gathering, "member_opens", zone),
            closes: when::instant(gathering, "closes", zone).unwrap_or(starts_at),
            starts: starts_at,
            ends: ends_at,
            order: Order::from_code(gathering.plain("waiting_list")),
            seats,
        })
    }
}

/// What a gathering offers somebody who has not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// A seat at once.
    Register,
    /// A request that staff answer.
    Ask,
    /// A place on the waiting list.
    Wait,
    NotYet,
    Closed,
    Full,
    Over,
    Cancelled,
    NotPublished,
    ByInvitation,
    Elsewhere,
    NotNeeded,
}

impl Offer {
    /// Whether a form may be sent.
    pub const fn is_open(self) -> bool {
        matches!(self, Offer::Register | Offer::Ask | Offer::Wait)
    }

    /// Why not, for whoever tries nevertheless.
    pub const fn refusal(self) -> Both {
        match self {
            Offer::Register | Offer::Ask | Offer::Wait => both("受け付けています。", "Registration is open."),
            Offer::NotYet => both("まだ受付が始まっていません。", "Registration has not opened yet."),
            Offer::Closed => both("受付は締め切りました。", "Registration has closed."),
            Offer::Full => {
                both("満席です。キャンセル待ちはありません。", "All seats are taken, and there is no waiting list.")
            }
            Offer::Over => both("この催しは終わりました。", "This gathering is over."),
            Offer::Cancelled => both("この催しは中止になりました。", "This gathering was cancelled."),
            Offer::NotPublished => both("この催しはまだ公開されていません。", "This gathering is not published yet."),
            Offer::ByInvitation => both("招待された方のみの催しです。", "This gathering is by invitation only."),
            Offer::Elsewhere => both("申し込みは外部のページで受け付けています。", "Registration is on another site."),
            Offer::NotNeeded => both("申し込みは要りません。", "No registration is needed."),
        }
    }
}

/// What somebody brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Staff register them: the rule of invitation does not hold.
    pub invited: bool,
    /// A membership grants early registration and kept seats.
    pub priority: bool,
}

/// What is offered to a party of `people` without a membership at an instant.
pub fn offer(facts: &Facts, now: DateTime<Utc>, people: i64, invited: bool) -> Offer {
    offer_to(facts, now, people, Standing { invited, priority: false })
}

/// What is offered to a party of `people` at an instant.
pub fn offer_to(facts: &Facts, now: DateTime<Utc>, people: i64, standing: Standing) -> Offer {
    match facts.state {
        State::Draft => return Offer::NotPublished,
        State::Cancelled => return Offer::Cancelled,
        State::Published => {}
    }
    if now >= facts.ends {
        return Offer::Over;
    }
    match facts.policy {
        Policy::None => return Offer::NotNeeded,
        Policy::External => return Offer::Elsewhere,
        Policy::Invitation if !standing.invited => return Offer::ByInvitation,
        _ => {}
    }
    let opens = if standing.priority { facts.member_opens.or(facts.opens) } else { facts.opens };
    if opens.is_some_and(|opens| now < opens) {
        return Offer::NotYet;
    }
    if now >= facts.closes {
        return Offer::Closed;
    }
    if facts.policy == Policy::Approval {
        return Offer::Ask;
    }
    // A kept seat is no overtaking: nobody who waits without a membership could have it.
    let on_kept = facts.seats.on_kept(people, standing.priority) == people;
    let overtaking = facts.order == Some(Order::Strict) && facts.seats.waiting > 0 && !on_kept;
    match facts.order {
        _ if facts.seats.have_room_for(people, standing.priority) && !overtaking => Offer::Register,
        Some(_) => Offer::Wait,
        None => Offer::Full,
    }
}
