//! Registering: one transaction that holds the seats, asks the rule, and takes all seats of a party or none.

use super::seating::{note, seat};
use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::admission::{self, Facts, Offer, Standing};
use crate::gatherings::model::membership::{self, Grant, Perk};
use crate::gatherings::model::waiting::Order;
use crate::gatherings::policy;
use crate::gatherings::records::GATHERING;
use crate::gatherings::store::{self as rows, Registration};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid, both};
use serde_json::{Map, Value};
use store::{Tx, atomically, records};
use web::records::actions::Doing;

/// Registrations under one address in a day, over all gatherings.
const MOST_A_DAY: i64 = 20;
/// A mail about a registration that is there already goes out again after this time at the soonest.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(15);

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub name: String,
    pub organization: String,
    pub email: String,
    pub lang: Lang,
    pub account: Option<Uuid>,
    pub person: Option<Uuid>,
    /// Names of further people of the same party.
    pub companions: Vec<String>,
    pub listed: bool,
    pub answers: Map<String, Value>,
    /// Staff register a guest: an invitation is not needed.
    pub invited: bool,
    /// What memberships of their parties grant on the day of the gathering.
    pub grants: Vec<Grant>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A seat.
    Confirmed(Uuid),
    /// A place on the waiting list.
    Waiting(Uuid),
    /// Staff will answer.
    Asked(Uuid),
    /// This address or account is registered already; nothing changed.
    Known(Uuid),
}

impl Outcome {
    pub const fn party(self) -> Uuid {
        match self {
            Outcome::Confirmed(id) | Outcome::Waiting(id) | Outcome::Asked(id) | Outcome::Known(id) => id,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Confirmed(_) => "confirmed",
            Outcome::Waiting(_) => "waiting",
            Outcome::Asked(_) => "asked",
            Outcome::Known(_) => "known",
        }
    }
}

/// How an address is compared.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Registers a party.
///
/// # Errors
/// `NotFound` for a gathering that the actor may not see; `Conflict` when the rule does not offer it now;
/// `RateLimited` for too many registrations under one address.
pub async fn register(doing: &Doing<'_>, gathering: Uuid, wanted: &Wanted) -> Result<Outcome> {
    atomically!(doing.db, |tx| {
        // Held first: what is read after it nobody else can change before this is decided.
        let row = rows::hold_seats(tx, gathering).await?;
        let record = records::in_tx(tx, &GATHERING, gathering).await?;
        let record = record.filter(|record| policy::sees(doing.actor, record)).ok_or(Error::NotFound)?;
        register_within(doing, tx, &record, row, wanted).await
    })
}

async fn register_within(
    doing: &Doing<'_>,
    tx: &mut Tx,
    gathering: &Record,
    row: rows::SeatsRow,
    wanted: &Wanted,
) -> Result<Outcome> {
    let key = email_key(&wanted.email);
    if let Some(known) = rows::known(tx, gathering.id, &key, wanted.account).await? {
        return again(doing, tx, gathering, &known).await;
    }
    let now = doing.app.clock.now();
    let people = 1 + i64::try_from(wanted.companions.len()).unwrap_or(i64::MAX - 1);
    let most = gathering.integer("group_max").unwrap_or(1);
    if people > most {
        return Err(Error::invalid("companions", too_many(most)));
    }
    let facts = Facts::of(gathering, doing.app.hub.zone, row.seats()).ok_or_else(|| Error::internal("no times"))?;
    let claimed = claim(tx, gathering, &facts, wanted, now, people).await?;
    let priority = claimed.iter().any(|grant| grant.perk == Perk::Priority);
    let offer = admission::offer_to(&facts, now, people, Standing { invited: wanted.invited, priority });
    if !offer.is_open() {
        return Err(Error::conflict(offer.refusal()));
    }
    if rows::recent_of_address(tx, &key, now - TimeDelta::days(1)).await? >= MOST_A_DAY {
        return Err(Error::RateLimited { retry_after_seconds: 3600 });
    }
    let party = tx.new_id();
    let seated = match offer {
        Offer::Register if !members_before(tx, &facts, gathering.id, priority).await? => {
            seat(tx, &row, people, priority).await?
        }
        _ => None,
    };
    let (state, kind, outcome) = match offer {
        _ if seated.is_some() => ("confirmed", Kind::Confirmed, Outcome::Confirmed(party)),
        Offer::Ask => ("asked", Kind::Asked, Outcome::Asked(party)),
        _ => {
            rows::count_waiting(tx, gathering.id, people).await?;
            ("waiting", Kind::Waiting, Outcome::Waiting(party))
        }
    };
    let lead = add_people(tx, gathering.id, party, state, wanted, &key, seated.unwrap_or(0)).await?;
    for grant in &claimed {
        rows::add_grant(tx, party, grant, &month_of(gathering)).await?;
    }
    note(tx, doing.actor, gathering.id, party, state, people);
    mails::post(doing.app, tx, gathering, &lead, kind).await?;
    Ok(outcome)
}

/// Whether a member would pass another who waits, where nobody is passed over.
async fn members_before(tx: &mut Tx, facts: &Facts, gathering: Uuid, priority: bool) -> Result<bool> {
    let strict = facts.order == Some(Order::Strict) && facts.seats.waiting > 0;
    Ok(strict && priority && rows::queue(tx, gathering).await?.iter().any(|one| one.priority))
}

/// The benefits that this registration uses, each counted within the month's limit of the membership that grants it. One
/// that is used up is not granted; the registration then goes the way of everybody.
async fn claim(
    tx: &mut Tx,
    gathering: &Record,
    facts: &Facts,
    wanted: &Wanted,
    now: DateTime<Utc>,
    people: i64,
) -> Result<Vec<Grant>> {
    let early = facts.opens.is_some_and(|opens| now < opens);
    let mut claimed = Vec::new();
    for perk in membership::offered(gathering) {
        // Nobody spends early registration where everybody may register.
        if perk == Perk::Priority && !early && facts.seats.reserved == 0 {
            continue;
        }
        for grant in membership::of(&wanted.grants, perk) {
            if rows::use_benefit(tx, grant, &month_of(gathering), people).await? {
                claimed.push(grant.clone());
                break;
            }
        }
    }
    Ok(claimed)
}

/// The month in which a gathering is held, such as `2026-12`: limits of benefits count by it.
fn month_of(gathering: &Record) -> String {
    gathering.plain("start").chars().take(7).collect()
}

/// The lead and the companions, in this order, so many of them on kept seats. Returns the lead.
async fn add_people(
    tx: &mut Tx,
    gathering: Uuid,
    party: Uuid,
    state: &str,
    wanted: &Wanted,
    key: &str,
    on_kept: i64,
) -> Result<Registration> {
    let now = tx.now();
    let lead = Registration {
        id: party,
        gathering,
        party,
        leads: true,
        account: wanted.account,
        person: wanted.person,
        name: wanted.name.clone(),
        organization: wanted.organization.clone(),
        email: Some(wanted.email.clone()),
        email_key: Some(key.to_owned()),
        language: wanted.lang.tag().to_owned(),
        state: state.to_owned(),
        listed: wanted.listed,
        answers: (!wanted.answers.is_empty()).then(|| Value::Object(wanted.answers.clone())),
        created_at: now,
        updated_at: now,
        checked_in_at: None,
        reminded_at: None,
        reserved: on_kept > 0,
    };
    rows::add(tx, &lead).await?;
    for (before, name) in (1..).zip(&wanted.companions) {
        let companion = Registration {
            id: tx.new_id(),
            leads: false,
            account: None,
            person: None,
            name: name.clone(),
            email: None,
            email_key: None,
            // Only the person concerned can agree.
            listed: false,
            answers: None,
            reserved: before < on_kept,
            ..lead.clone()
        };
        rows::add(tx, &companion).await?;
    }
    Ok(lead)
}

/// Somebody who is registered asks again: a mail says so, at most every quarter of an hour.
async fn again(doing: &Doing<'_>, tx: &mut Tx, gathering: &Record, known: &Registration) -> Result<Outcome> {
    let last = rows::last_mail(tx, known.id).await?;
    if last.is_none_or(|last| doing.app.clock.now() - last >= AGAIN_AFTER) {
        mails::post(doing.app, tx, gathering, known, Kind::Known).await?;
    }
    Ok(Outcome::Known(known.party))
}

fn too_many(most: i64) -> Said {
    if most <= 1 {
        return both("この催しは一人ずつ申し込んでください。", "Please register one by one for this gathering.").into();
    }
    Said::new(
        format!("一度に申し込めるのは、ご本人を含めて{most}人までです。"),
        format!("At most {most} people can register together, yourself included."),
    )
}
