//! Registrations: one row a person, people who registered together under one party.

use crate::gatherings::model::waiting::Waiting;
use chrono::{DateTime, Utc};
use kernel::{Lang, Result, Uuid};
use serde_json::Value;
use store::{Db, One, Tx, args};

store::record! {
    /// One person who takes part or asked to.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Registration {
        pub id: Uuid,
        pub gathering: Uuid,
        pub party: Uuid,
        pub leads: bool,
        pub account: Option<Uuid>,
        pub person: Option<Uuid>,
        pub name: String,
        pub organization: String,
        pub email: Option<String>,
        pub email_key: Option<String>,
        pub language: String,
        /// asked, confirmed, waiting, declined, cancelled.
        pub state: String,
        pub listed: bool,
        pub answers: Option<Value>,
        pub created_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
        pub checked_in_at: Option<DateTime<Utc>>,
        pub reminded_at: Option<DateTime<Utc>>,
        /// Sits on a seat that was kept for members.
        pub reserved: bool,
    }
}

impl Registration {
    pub fn lang(&self) -> Lang {
        Lang::from_tag(&self.language).unwrap_or(Lang::Ja)
    }

    /// Asked, confirmed or waiting.
    pub fn stands(&self) -> bool {
        matches!(self.state.as_str(), "asked" | "confirmed" | "waiting")
    }
}

pub async fn add(tx: &mut Tx, one: &Registration) -> Result<()> {
    let sql = "INSERT INTO registration (id, gathering, party, leads, account, person, name, organization, email, email_key, \
               language, state, listed, answers, created_at, updated_at, reserved) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    let args = args![
        one.id,
        one.gathering,
        one.party,
        one.leads,
        one.account,
        one.person,
        one.name.as_str(),
        one.organization.as_str(),
        one.email.as_deref(),
        one.email_key.as_deref(),
        one.language.as_str(),
        one.state.as_str(),
        one.listed,
        one.answers.clone(),
        one.created_at,
        one.updated_at,
        one.reserved
    ];
    tx.run(sql, args).await?;
    Ok(())
}

/// The people of a party, the lead first.
pub async fn party(db: &Db, party: Uuid) -> Result<Vec<Registration>> {
    Ok(db.all("SELECT * FROM registration WHERE party = $1 ORDER BY leads DESC, id", args![party]).await?)
}

pub async fn party_in(tx: &mut Tx, party: Uuid) -> Result<Vec<Registration>> {
    Ok(tx.all("SELECT * FROM registration WHERE party = $1 ORDER BY leads DESC, id", args![party]).await?)
}

pub async fn registration_in(tx: &mut Tx, id: Uuid) -> Result<Option<Registration>> {
    Ok(tx.opt("SELECT * FROM registration WHERE id = $1", args![id]).await?)
}

/// The standing registration under an address or account, if there is one.
pub async fn known(
    tx: &mut Tx,
    gathering: Uuid,
    email_key: &str,
    account: Option<Uuid>,
) -> Result<Option<Registration>> {
    // Two searches rather than an OR, which would read every registration of the gathering.
    let sql = "SELECT * FROM ( \
               SELECT * FROM registration WHERE gathering = $1 AND email_key = $2 AND state IN ('asked', 'confirmed', 'waiting') \
               UNION ALL \
               SELECT * FROM registration WHERE gathering = $1 AND account = $3 AND state IN ('asked', 'confirmed', 'waiting') \
               ) AS standing ORDER BY leads DESC, id";
    Ok(tx.opt(sql, args![gathering, email_key, account]).await?)
}

/// The registration of an account, the standing one before others.
pub async fn of_account(db: &Db, gathering: Uuid, account: Uuid) -> Result<Option<Registration>> {
    let sql = "SELECT * FROM registration WHERE gathering = $1 AND account = $2 AND leads \
               ORDER BY CASE WHEN state IN ('asked', 'confirmed', 'waiting') THEN 0 ELSE 1 END, created_at DESC, id DESC";
    Ok(db.opt(sql, args![gathering, account]).await?)
}

/// What an account is registered for and that stands, in the order in which it was asked for; of very many the newest.
pub async fn all_of_account(db: &Db, account: Uuid) -> Result<Vec<Registration>> {
    let sql = "SELECT * FROM registration WHERE account = $1 AND leads AND state IN ('asked', 'confirmed', 'waiting') \
               ORDER BY created_at DESC, id DESC LIMIT 500";
    let mut found: Vec<Registration> = db.all(sql, args![account]).await?;
    found.reverse();
    Ok(found)
}

/// Every registration of a gathering in the order in which they came.
pub async fn registrations(db: &Db, gathering: Uuid) -> Result<Vec<Registration>> {
    Ok(db.all("SELECT * FROM registration WHERE gathering = $1 ORDER BY created_at, id", args![gathering]).await?)
}

/// Confirmed people who agreed to be named to the others.
pub async fn listed(db: &Db, gathering: Uuid, most: i64) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, organization FROM registration WHERE gathering = $1 AND state = 'confirmed' AND listed \
               ORDER BY name, id LIMIT $2";
    Ok(db.all(sql, args![gathering, most]).await?)
}

/// The people of the directory who have a seat, and whether the other participants may know their names; in the order of
/// their ids.
pub async fn people_of(db: &Db, gathering: Uuid) -> Result<Vec<(Uuid, bool)>> {
    let sql = "SELECT person, listed FROM registration WHERE gathering = $1 AND person IS NOT NULL AND state = 'confirmed' \
               ORDER BY person, listed";
    Ok(db.all(sql, args![gathering]).await?)
}

/// Parties on the waiting list, the longest waiting first.
pub async fn queue(tx: &mut Tx, gathering: Uuid) -> Result<Vec<Waiting<Uuid>>> {
    let sql = "SELECT r.party, count(*), (SELECT count(*) FROM registration_grant g WHERE g.party = r.party AND g.perk = 'priority') \
               FROM registration r WHERE r.gathering = $1 AND r.state = 'waiting' \
               GROUP BY r.party ORDER BY min(r.created_at), r.party";
    let found: Vec<(Uuid, i64, i64)> = tx.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|(party, people, priority)| Waiting { party, people, priority: priority > 0 }).collect())
}

/// How many parties wait before this one.
pub async fn place_in_line(db: &Db, gathering: Uuid, party: Uuid) -> Result<i64> {
    let sql = "SELECT count(DISTINCT party) FROM registration WHERE gathering = $1 AND state = 'waiting' AND party <> $2 AND \
               (created_at, party) < (SELECT min(created_at), $2 FROM registration WHERE party = $2)";
    let One(before): One<i64> = db.one(sql, args![gathering, party]).await?;
    Ok(before)
}

/// Puts everybody of a party who stands in one state into another.
pub async fn move_party(tx: &mut Tx, party: Uuid, from: &str, to: &str) -> Result<u64> {
    let now = tx.now();
    let sql = "UPDATE registration SET state = $3, updated_at = $4 WHERE party = $1 AND state = $2";
    Ok(tx.run(sql, args![party, from, to, now]).await?)
}

/// Seats people on kept places, in the order of the party.
pub async fn seat_on_kept(tx: &mut Tx, people: &[Registration]) -> Result<()> {
    for one in people {
        tx.run("UPDATE registration SET reserved = TRUE WHERE id = $1", args![one.id]).await?;
    }
    Ok(())
}

pub async fn set_state(tx: &mut Tx, id: Uuid, to: &str) -> Result<()> {
    let now = tx.now();
    tx.run("UPDATE registration SET state = $2, reserved = FALSE, updated_at = $3 WHERE id = $1", args![id, to, now])
        .await?;
    Ok(())
}

/// Marks a confirmed person as present. The first time counts; `false` when nothing changed.
pub async fn check_in(tx: &mut Tx, gathering: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<bool> {
    let now = tx.now();
    let sql = "UPDATE registration SET checked_in_at = $3, updated_at = $4 WHERE id = $1 AND gathering = $2 \
               AND state = 'confirmed' AND checked_in_at IS NULL";
    Ok(tx.run(sql, args![id, gathering, at, now]).await? == 1)
}

pub async fn check_out(tx: &mut Tx, gathering: Uuid, id: Uuid) -> Result<bool> {
    let now = tx.now();
    let sql = "UPDATE registration SET checked_in_at = NULL, updated_at = $3 WHERE id = $1 AND gathering = $2 AND checked_in_at IS NOT NULL";
    Ok(tx.run(sql, args![id, gathering, now]).await? == 1)
}

/// Everybody who was checked in.
pub async fn present(db: &Db, gathering: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM registration WHERE gathering = $1 AND state = 'confirmed' AND checked_in_at IS NOT NULL ORDER BY id";
    let found: Vec<One<Uuid>> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Leads of confirmed parties who were not reminded yet.
pub async fn unreminded(db: &Db, gathering: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM registration WHERE gathering = $1 AND state = 'confirmed' AND leads AND reminded_at IS NULL ORDER BY id";
    let found: Vec<One<Uuid>> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// `false`: somebody else was faster.
pub async fn mark_reminded(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let now = tx.now();
    let sql = "UPDATE registration SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL";
    Ok(tx.run(sql, args![id, now]).await? == 1)
}

/// Registrations under an address since an instant, over all gatherings.
pub async fn recent_of_address(tx: &mut Tx, email_key: &str, since: DateTime<Utc>) -> Result<i64> {
    let sql = "SELECT count(*) FROM registration WHERE email_key = $1 AND created_at > $2";
    let One(count): One<i64> = tx.one(sql, args![email_key, since]).await?;
    Ok(count)
}
