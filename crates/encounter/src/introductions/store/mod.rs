//! All SQL of introductions.

mod follow_up;
mod parties;
mod tickets;

pub use follow_up::*;
pub use parties::*;
pub use tickets::*;

use super::model::{Seen, Side, State, seen};
use super::policy::Policy;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Actor, Error, Result, Uuid};
use serde_json::Value;
use store::{Db, One, Tx, args};

/// Introductions read for one inbox, newest first; older ones are found by their own address.
const INBOX: i64 = 300;

store::record! {
    /// A row of the table `introduction`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Introduction {
        pub id: Uuid,
        pub asker: Uuid,
        pub other: Uuid,
        pub through: Option<Uuid>,
        pub by_staff: bool,
        pub about: Option<Uuid>,
        pub message: String,
        /// See [`Introduction::state`].
        pub state: String,
        pub declined_by: Option<String>,
        pub asker_yes_at: Option<DateTime<Utc>>,
        pub other_yes_at: Option<DateTime<Utc>>,
        pub asker_account: Option<Uuid>,
        pub other_account: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub created_by: Option<Uuid>,
        pub contact_until: Option<DateTime<Utc>>,
        pub expires_at: DateTime<Utc>,
        pub offered_at: Option<DateTime<Utc>>,
        pub made_at: Option<DateTime<Utc>>,
        pub closed_at: Option<DateTime<Utc>>,
        pub withdrawn_at: Option<DateTime<Utc>>,
        pub asker_reminded_at: Option<DateTime<Utc>>,
        pub through_reminded_at: Option<DateTime<Utc>>,
        pub other_reminded_at: Option<DateTime<Utc>>,
        pub two_weeks_at: Option<DateTime<Utc>>,
        pub three_months_at: Option<DateTime<Utc>>,
        pub told_at: Option<DateTime<Utc>>,
        pub next_step: String,
        /// When the side became another party by a merge of records.
        pub asker_merged_at: Option<DateTime<Utc>>,
        pub other_merged_at: Option<DateTime<Utc>>,
    }
}

impl Introduction {
    pub fn state(&self) -> State {
        State::from_code(&self.state)
    }

    pub fn party(&self, side: Side) -> Option<Uuid> {
        match side {
            Side::Asker => Some(self.asker),
            Side::Other => Some(self.other),
            Side::Through => self.through,
        }
    }

    pub fn reminded_at(&self, side: Side) -> Option<DateTime<Utc>> {
        match side {
            Side::Asker => self.asker_reminded_at,
            Side::Other => self.other_reminded_at,
            Side::Through => self.through_reminded_at,
        }
    }
}

/// The numbers in force.
pub async fn policy(db: &Db) -> Result<Policy> {
    let sql = "SELECT value FROM setting WHERE key = 'introductions'";
    let stored: Option<One<Value>> = db.opt(sql, args![]).await?;
    match stored {
        Some(One(value)) => serde_json::from_value(value).map_err(Error::internal),
        None => Ok(Policy::default()),
    }
}

pub async fn find(db: &Db, id: Uuid) -> Result<Option<Introduction>> {
    Ok(db.opt("SELECT * FROM introduction WHERE id = $1", args![id]).await?)
}

/// The row, held until the transaction ends: of two who answer at once one waits for the other.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<Introduction> {
    tx.lock("introduction", id).await?;
    Ok(tx.one("SELECT * FROM introduction WHERE id = $1", args![id]).await?)
}

/// Everything that a party has to do with, newest first.
pub async fn of_party(db: &Db, party: Uuid) -> Result<Vec<Introduction>> {
    let sql = "SELECT * FROM introduction WHERE asker = $1 OR other = $1 OR through = $1 \
               ORDER BY created_at DESC, id DESC LIMIT $2";
    Ok(db.all(sql, args![party, INBOX]).await?)
}

/// For the concierge: all in some states, those that end first before the others.
pub async fn in_states(db: &Db, states: &[State], limit: i64) -> Result<Vec<Introduction>> {
    let listed: Vec<String> = states.iter().map(|state| format!("'{}'", state.code())).collect();
    let sql =
        format!("SELECT * FROM introduction WHERE state IN ({}) ORDER BY expires_at, id LIMIT $1", listed.join(", "));
    Ok(db.all(sql, args![limit]).await?)
}

/// Holds the turn of a party that asks.
pub async fn take_turn(tx: &mut Tx, party: Uuid) -> Result<()> {
    tx.run("INSERT INTO introduction_turn (id) VALUES ($1) ON CONFLICT (id) DO NOTHING", args![party]).await?;
    Ok(tx.lock("introduction_turn", party).await?)
}

/// Requests of a party that count against its cap.
pub async fn used(tx: &mut Tx, party: Uuid, since: DateTime<Utc>) -> Result<i64> {
    let sql = "SELECT count(*) FROM introduction WHERE asker = $1 AND NOT by_staff AND created_at > $2 \
               AND NOT (state IN ('declined', 'expired') AND expires_at <= $3)";
    let now = tx.now();
    let One(count) = tx.one::<One<i64>>(sql, args![party, since, now]).await?;
    Ok(count)
}

/// What stands between two parties, in either direction, and has not come to its last day.
pub async fn standing_between(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<Vec<Introduction>> {
    let sql = "SELECT * FROM introduction WHERE ((asker = $1 AND other = $2) OR (asker = $2 AND other = $1)) \
               AND (expires_at > $3 OR state IN ('asked', 'offered')) ORDER BY created_at, id";
    let now = tx.now();
    Ok(tx.all(sql, args![one, other, now]).await?)
}

pub async fn insert(tx: &mut Tx, one: &Introduction) -> Result<()> {
    let sql = "INSERT INTO introduction (id, asker, other, through, by_staff, about, message, state, declined_by, asker_yes_at, \
               asker_account, created_at, created_by, contact_until, expires_at, offered_at, closed_at, next_step) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '')";
    let args = args![
        one.id,
        one.asker,
        one.other,
        one.through,
        one.by_staff,
        one.about,
        one.message.as_str(),
        one.state.as_str(),
        one.declined_by.as_deref(),
        one.asker_yes_at,
        one.asker_account,
        one.created_at,
        one.created_by,
        one.contact_until,
        one.expires_at,
        one.offered_at,
        one.closed_at
    ];
    tx.run(sql, args).await?;
    Ok(())
}

/// Keeps what a step changed.
pub async fn save(tx: &mut Tx, one: &Introduction) -> Result<()> {
    let sql = "UPDATE introduction SET state = $2, declined_by = $3, asker_yes_at = $4, other_yes_at = $5, asker_account = $6, \
               other_account = $7, offered_at = $8, made_at = $9, closed_at = $10, withdrawn_at = $11, \
               asker_reminded_at = $12, through_reminded_at = $13, other_reminded_at = $14, next_step = $15 WHERE id = $1";
    let args = args![
        one.id,
        one.state.as_str(),
        one.declined_by.as_deref(),
        one.asker_yes_at,
        one.other_yes_at,
        one.asker_account,
        one.other_account,
        one.offered_at,
        one.made_at,
        one.closed_at,
        one.withdrawn_at,
        one.asker_reminded_at,
        one.through_reminded_at,
        one.other_reminded_at,
        one.next_step.as_str()
    ];
    tx.run(sql, args).await?;
    Ok(())
}

/// What waits for an actor, for the number on the desk.
pub fn waiting<'a>(db: &'a Db, actor: &'a Actor) -> BoxFuture<'a, Result<u32>> {
    async move {
        let mut count = 0;
        for (party, one) in of_actor(db, actor).await? {
            let side = Side::ALL.into_iter().find(|side| one.party(*side) == Some(party));
            count += u32::from(side.and_then(|side| seen(&one, side, db.now())) == Some(Seen::ToAnswer));
        }
        Ok(count)
    }
    .boxed()
}

/// Questions what came of it that are due: put after two weeks, put after three months, not answered. The concierge sees
/// everybody's, others those of the parties they speak for.
pub async fn outcomes_due(db: &Db, actor: &Actor) -> Result<(u32, u32)> {
    let counted = |(weeks, months): (i64, i64)| {
        (u32::try_from(weeks).unwrap_or(u32::MAX), u32::try_from(months).unwrap_or(u32::MAX))
    };
    if super::policy::is_concierge(actor) {
        return Ok(counted(unanswered(db, None).await?));
    }
    let mut due = (0, 0);
    for party in own_parties(actor) {
        let (weeks, months) = counted(unanswered(db, Some(party)).await?);
        due = (due.0 + weeks, due.1 + months);
    }
    Ok(due)
}

/// The same as one number, for the desk's.
pub fn due<'a>(db: &'a Db, actor: &'a Actor) -> BoxFuture<'a, Result<u32>> {
    async move { outcomes_due(db, actor).await.map(|(weeks, months)| weeks + months) }.boxed()
}

fn own_parties(actor: &Actor) -> Vec<Uuid> {
    let mut parties: Vec<Uuid> = actor.person.into_iter().chain(actor.manages.iter().copied()).collect();
    parties.sort();
    parties.dedup();
    parties
}

/// Introductions of every party an actor speaks for, each with that party.
pub async fn of_actor(db: &Db, actor: &Actor) -> Result<Vec<(Uuid, Introduction)>> {
    let mut found = Vec::new();
    for party in own_parties(actor) {
        found.extend(of_party(db, party).await?.into_iter().map(|one| (party, one)));
    }
    Ok(found)
}
