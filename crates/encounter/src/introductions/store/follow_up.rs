//! What is due: last days, reminders, questions for outcomes; and the answers to those.

use super::Introduction;
use crate::introductions::model::{Outcome, Side, Stage};
use chrono::{DateTime, Utc};
use kernel::{Result, Uuid};
use store::{Db, One, Tx, args};

async fn ids(db: &Db, sql: &'static str, args: Vec<store::db::Value>) -> Result<Vec<Uuid>> {
    let found: Vec<One<Uuid>> = db.all(sql, args).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Open ones whose last day, or the contact's, has passed.
pub async fn overdue(db: &Db, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM introduction WHERE (state = 'asked' AND contact_until <= $1) \
               OR (state = 'offered' AND expires_at <= $1) ORDER BY id";
    ids(db, sql, args![now]).await
}

/// Those in which somebody may be due a reminder. Declined ones are among them: they must look as if they waited.
pub async fn to_remind(db: &Db, asked_before: DateTime<Utc>, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = "SELECT id FROM introduction WHERE state IN ('asked', 'offered', 'declined') AND expires_at > $2 \
               AND ((offered_at IS NULL AND created_at <= $1 AND through_reminded_at IS NULL AND other_reminded_at IS NULL) \
               OR (offered_at <= $1 AND (other_reminded_at IS NULL OR (by_staff AND asker_reminded_at IS NULL)))) ORDER BY id";
    ids(db, sql, args![asked_before, now]).await
}

/// Made introductions whose sides are due the question of a stage: 0 after two weeks, 1 after three months.
pub async fn to_ask(db: &Db, stage: usize, made_before: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = match stage {
        0 => "SELECT id FROM introduction WHERE state = 'made' AND made_at <= $1 AND two_weeks_at IS NULL ORDER BY id",
        _ => {
            "SELECT id FROM introduction WHERE state = 'made' AND made_at <= $1 AND three_months_at IS NULL ORDER BY id"
        }
    };
    ids(db, sql, args![made_before]).await
}

/// Marks the question of a stage as put; whether it was not before.
pub async fn mark_asked(tx: &mut Tx, id: Uuid, stage: usize) -> Result<bool> {
    let sql = match stage {
        0 => "UPDATE introduction SET two_weeks_at = $2 WHERE id = $1 AND two_weeks_at IS NULL",
        _ => "UPDATE introduction SET three_months_at = $2 WHERE id = $1 AND three_months_at IS NULL",
    };
    let now = tx.now();
    Ok(tx.run(sql, args![id, now]).await? > 0)
}

/// Every made introduction.
pub async fn made(db: &Db) -> Result<Vec<Uuid>> {
    ids(db, "SELECT id FROM introduction WHERE state = 'made' ORDER BY id", args![]).await
}

/// Made ones that the agreements were not told of.
pub async fn untold(db: &Db) -> Result<Vec<Introduction>> {
    Ok(db.all("SELECT * FROM introduction WHERE state = 'made' AND told_at IS NULL ORDER BY id", args![]).await?)
}

pub async fn mark_told(tx: &mut Tx, id: Uuid) -> Result<()> {
    let now = tx.now();
    tx.run("UPDATE introduction SET told_at = $2 WHERE id = $1", args![id, now]).await?;
    Ok(())
}

/// Questions what came of it that were put and not answered, after two weeks and after three months: of one party, or of
/// everybody. An introduction whose two sides are both silent counts once.
pub async fn unanswered(db: &Db, party: Option<Uuid>) -> Result<(i64, i64)> {
    let silent = |side: &str| {
        format!(
            "NOT EXISTS (SELECT 1 FROM introduction_outcome o WHERE o.introduction = i.id AND o.side = '{side}' AND o.stage = \
             CASE WHEN i.three_months_at IS NULL THEN 'two_weeks' ELSE 'three_months' END)"
        )
    };
    let (asker, other) = (silent("asker"), silent("other"));
    let whose = match party {
        Some(_) => format!("((i.asker = $1 AND {asker}) OR (i.other = $1 AND {other}))"),
        None => format!("({asker} OR {other})"),
    };
    let sql = format!(
        "SELECT count(CASE WHEN i.three_months_at IS NULL THEN 1 END), count(i.three_months_at) FROM introduction i \
         WHERE i.state = 'made' AND (i.two_weeks_at IS NOT NULL OR i.three_months_at IS NOT NULL) AND {whose}"
    );
    Ok(db.one(sql, party.map_or_else(|| args![], |party| args![party])).await?)
}

store::record! {
    /// What one side said came of it.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Said {
        pub introduction: Uuid,
        pub side: String,
        /// The code of a [`Stage`].
        pub stage: String,
        pub result: String,
        pub said_at: DateTime<Utc>,
        pub said_by: Option<Uuid>,
    }
}

/// What was said of an introduction, the newest word last.
pub async fn outcomes(db: &Db, id: Uuid) -> Result<Vec<Said>> {
    Ok(db
        .all("SELECT * FROM introduction_outcome WHERE introduction = $1 ORDER BY said_at, stage DESC, side", args![id])
        .await?)
}

/// Keeps what a side says at a stage; what it said at an earlier one stays.
pub async fn say_outcome(
    tx: &mut Tx,
    one: &Introduction,
    side: Side,
    outcome: Outcome,
    by: Option<Uuid>,
) -> Result<()> {
    let sql = "INSERT INTO introduction_outcome (introduction, side, stage, result, said_at, said_by) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (introduction, side, stage) DO UPDATE SET result = excluded.result, said_at = excluded.said_at, said_by = excluded.said_by";
    let now = tx.now();
    tx.run(sql, args![one.id, side.code(), Stage::of(one).code(), outcome.code(), now, by]).await?;
    Ok(())
}

/// The agreements are to be told again: an outcome may prove more than the introduction did.
pub async fn forget_told(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.run("UPDATE introduction SET told_at = NULL WHERE id = $1", args![id]).await?;
    Ok(())
}

pub async fn note_of(db: &Db, id: Uuid, account: Uuid) -> Result<String> {
    let sql = "SELECT words FROM introduction_note WHERE introduction = $1 AND account = $2";
    let found: Option<One<String>> = db.opt(sql, args![id, account]).await?;
    Ok(found.map(|One(words)| words).unwrap_or_default())
}

pub async fn write_note(tx: &mut Tx, id: Uuid, account: Uuid, words: &str) -> Result<()> {
    let sql = "INSERT INTO introduction_note (introduction, account, words, written_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (introduction, account) DO UPDATE SET words = excluded.words, written_at = excluded.written_at";
    let now = tx.now();
    tx.run(sql, args![id, account, words, now]).await?;
    Ok(())
}

/// Every note of an account, for the copy of its data.
pub async fn notes_by(db: &Db, account: Uuid) -> Result<Vec<(Uuid, String)>> {
    let sql = "SELECT introduction, words FROM introduction_note WHERE account = $1 ORDER BY introduction";
    Ok(db.all(sql, args![account]).await?)
}
