//! Surveys: whose turn it is, and what was answered.

use super::Registration;
use chrono::{DateTime, Utc};
use kernel::{Result, Uuid};
use serde_json::Value;
use store::{Db, One, Tx, args};

/// Gatherings with a survey that have ended since an instant.
pub async fn to_survey(db: &Db, since: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = "SELECT s.id FROM gathering_seats s JOIN gathering g ON g.id = s.id WHERE g.deleted_at IS NULL \
               AND g.state = 'published' AND g.survey IS NOT NULL AND s.ends_at > $1 AND s.ends_at <= $2 \
               AND EXISTS (SELECT 1 FROM survey_question q WHERE q.gathering = g.id AND q.deleted_at IS NULL) \
               ORDER BY s.ends_at, s.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![since, now]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// People who took part and were not asked: those who were checked in, or everybody confirmed where nobody was.
pub async fn unasked(db: &Db, gathering: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT r.id FROM registration r WHERE r.gathering = $1 AND r.state = 'confirmed' \
               AND NOT EXISTS (SELECT 1 FROM survey_turn t WHERE t.registration = r.id) \
               AND (r.checked_in_at IS NOT NULL OR NOT EXISTS \
               (SELECT 1 FROM registration o WHERE o.gathering = $1 AND o.checked_in_at IS NOT NULL)) ORDER BY r.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Gives somebody a turn. `false`: they have one.
pub async fn give_turn(tx: &mut Tx, one: &Registration) -> Result<bool> {
    let now = tx.now();
    let sql = "INSERT INTO survey_turn (registration, gathering, asked_at) VALUES ($1, $2, $3) ON CONFLICT (registration) DO NOTHING";
    Ok(tx.run(sql, args![one.id, one.gathering, now]).await? == 1)
}

/// Uses a turn up. `false`: there is none left.
pub async fn take_turn(tx: &mut Tx, registration: Uuid) -> Result<bool> {
    let sql = "UPDATE survey_turn SET answered = TRUE WHERE registration = $1 AND NOT answered";
    Ok(tx.run(sql, args![registration]).await? == 1)
}

/// Whether somebody has answered; `None` without a turn.
pub async fn turn(db: &Db, registration: Uuid) -> Result<Option<bool>> {
    let sql = "SELECT answered FROM survey_turn WHERE registration = $1";
    Ok(db.opt::<One<bool>>(sql, args![registration]).await?.map(|One(answered)| answered))
}

/// How many were asked, and how many of them have answered.
pub async fn turns(db: &Db, gathering: Uuid) -> Result<(i64, i64)> {
    let sql = "SELECT count(*), count(CASE WHEN answered THEN 1 END) FROM survey_turn WHERE gathering = $1";
    Ok(db.one(sql, args![gathering]).await?)
}

/// Keeps answers. The id is random and not made of the time, as the others are: the order of anonymous answers would
/// tell who gave them.
pub async fn add_survey_answer(tx: &mut Tx, gathering: Uuid, named: Option<Uuid>, answers: Value) -> Result<()> {
    let sql = "INSERT INTO survey_answer (id, gathering, registration, answers) VALUES ($1, $2, $3, $4)";
    tx.run(sql, args![Uuid::new_v4(), gathering, named, answers]).await?;
    Ok(())
}

/// Every answer of a gathering, with name and organization where they were kept.
pub async fn survey_answers(db: &Db, gathering: Uuid) -> Result<Vec<(Option<(String, String)>, Value)>> {
    let sql = "SELECT a.answers, r.name, r.organization FROM survey_answer a LEFT JOIN registration r ON r.id = a.registration \
               WHERE a.gathering = $1 ORDER BY a.id";
    let found: Vec<(Value, Option<String>, Option<String>)> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|(answers, name, organization)| (name.zip(organization), answers)).collect())
}

/// The named answers of a registration.
pub async fn named_answers(db: &Db, registration: Uuid) -> Result<Option<Value>> {
    let sql = "SELECT answers FROM survey_answer WHERE registration = $1";
    Ok(db.opt::<One<Value>>(sql, args![registration]).await?.map(|One(answers)| answers))
}

/// Takes the named answers of a registration away.
pub async fn forget_answers(tx: &mut Tx, registration: Uuid) -> Result<()> {
    tx.run("DELETE FROM survey_answer WHERE registration = $1", args![registration]).await?;
    Ok(())
}
