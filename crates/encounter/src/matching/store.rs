//! What people answered to suggestions.

use chrono::{DateTime, Utc};
use kernel::{Result, Uuid};
use serde_json::{Value, json};
use store::{Db, One, Tx, args};

/// Every "not again": the party that said it, and of whom.
pub async fn never(db: &Db) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(db.all("SELECT party, other FROM match_answer WHERE answer = 'never' ORDER BY party, other", args![]).await?)
}

/// Those of whom a party said "not again", newest first.
pub async fn never_of(db: &Db, party: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT other FROM match_answer WHERE party = $1 AND answer = 'never' ORDER BY said_at DESC, other";
    let found: Vec<One<Uuid>> = db.all(sql, args![party]).await?;
    Ok(found.into_iter().map(|One(other)| other).collect())
}

/// Keeps a "not again". Saying it twice changes nothing; whether it is new.
pub async fn keep_never(tx: &mut Tx, id: Uuid, party: Uuid, other: Uuid, by: Option<Uuid>) -> Result<bool> {
    let sql = "INSERT INTO match_answer (id, party, other, answer, said_at, said_by) VALUES ($1, $2, $3, 'never', $4, $5) \
               ON CONFLICT (party, other) DO NOTHING";
    let now = tx.now();
    Ok(tx.run(sql, args![id, party, other, now, by]).await? > 0)
}

/// Takes a "not again" back; whether there was one.
pub async fn drop_never(tx: &mut Tx, party: Uuid, other: Uuid) -> Result<bool> {
    Ok(tx.run("DELETE FROM match_answer WHERE party = $1 AND other = $2", args![party, other]).await? > 0)
}

/// Whether either of two parties said "not again" of the other: the first of the second, the second of the first.
pub async fn never_between(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<(bool, bool)> {
    let sql = "SELECT party FROM match_answer WHERE answer = 'never' \
               AND ((party = $1 AND other = $2) OR (party = $2 AND other = $1)) ORDER BY party";
    let found: Vec<One<Uuid>> = tx.all(sql, args![one, other]).await?;
    let said = |party| found.iter().any(|One(who)| *who == party);
    Ok((said(one), said(other)))
}

/// Names every "not again" of one party to another, so that it goes on standing after a merge. Gives the moved rows with
/// the column that named the party. One that the other party has said as well stays under the old name, for the undo.
pub async fn move_never(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Vec<(Uuid, String)>> {
    let mut moved = Vec::new();
    for (column, far) in [("party", "other"), ("other", "party")] {
        let sql = format!(
            "UPDATE match_answer SET {column} = $2 WHERE {column} = $1 AND {far} <> $2 AND NOT EXISTS \
             (SELECT 1 FROM match_answer o WHERE o.{column} = $2 AND o.{far} = match_answer.{far}) RETURNING id"
        );
        let ids: Vec<One<Uuid>> = tx.all(sql, args![from, to]).await?;
        moved.extend(ids.into_iter().map(|One(id)| (id, column.to_owned())));
    }
    Ok(moved)
}

/// Puts back what [`move_never`] moved.
pub async fn move_never_back(tx: &mut Tx, moved: &[(Uuid, String)], from: Uuid, to: Uuid) -> Result<()> {
    for (id, column) in moved {
        let Some(column) = ["party", "other"].into_iter().find(|known| known == column) else { continue };
        let sql = format!("UPDATE match_answer SET {column} = $3 WHERE id = $1 AND {column} = $2");
        tx.run(sql, args![*id, to, from]).await?;
    }
    Ok(())
}

/// Takes out what was answered by or about a person, and who said what else.
pub async fn forget(tx: &mut Tx, account: Uuid, persons: &[Uuid]) -> Result<()> {
    tx.run("UPDATE match_answer SET said_by = NULL WHERE said_by = $1", args![account]).await?;
    for person in persons {
        tx.run("DELETE FROM match_answer WHERE party = $1 OR other = $1", args![*person]).await?;
        tx.run("DELETE FROM match_log WHERE one = $1 OR other = $1", args![*person]).await?;
    }
    Ok(())
}

/// Keeps the last word about a pair: `declined`, `accepted` or `met`. The parts of its score stay as they were when
/// something was said first: what came of it must not explain itself.
pub async fn log(tx: &mut Tx, pair: [Uuid; 2], outcome: &str) -> Result<()> {
    let ([one, other], now) = (sorted(pair), tx.now());
    let sql = "INSERT INTO match_log (one, other, outcome, said_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (one, other) DO UPDATE SET outcome = excluded.outcome, said_at = excluded.said_at";
    tx.run(sql, args![one, other, outcome, now]).await?;
    Ok(())
}

/// A pair is nobody's word any more: a "not again" was taken back.
pub async fn unlog(tx: &mut Tx, pair: [Uuid; 2]) -> Result<()> {
    let [one, other] = sorted(pair);
    tx.run("DELETE FROM match_log WHERE one = $1 AND other = $2 AND outcome = 'declined'", args![one, other]).await?;
    Ok(())
}

fn sorted(mut pair: [Uuid; 2]) -> [Uuid; 2] {
    pair.sort();
    pair
}

/// Pairs whose parts were not noted yet, the newest first.
pub async fn unnoted(db: &Db, since: DateTime<Utc>, most: i64) -> Result<Vec<(Uuid, Uuid)>> {
    let sql = "SELECT one, other FROM match_log WHERE parts IS NULL AND said_at > $1 ORDER BY said_at DESC, one, other LIMIT $2";
    Ok(db.all(sql, args![since, most]).await?)
}

pub async fn note_parts(tx: &mut Tx, one: Uuid, other: Uuid, parts: Value) -> Result<()> {
    let sql = "UPDATE match_log SET parts = $3 WHERE one = $1 AND other = $2 AND parts IS NULL";
    tx.run(sql, args![one, other, parts]).await?;
    Ok(())
}

/// The newest words until an instant, with the parts of their pairs.
pub async fn logged(db: &Db, until: DateTime<Utc>, most: i64) -> Result<Vec<(String, Value)>> {
    let sql = "SELECT outcome, parts FROM match_log WHERE parts IS NOT NULL AND said_at <= $1 \
               ORDER BY said_at DESC, one, other LIMIT $2";
    Ok(db.all(sql, args![until, most]).await?)
}

/// Whether staff let the order be learned; they do until they say otherwise.
pub async fn may_learn(db: &Db) -> Result<bool> {
    let stored: Option<One<Value>> = db.opt("SELECT value FROM setting WHERE key = 'matching'", args![]).await?;
    Ok(stored.is_none_or(|One(value)| value["learn"] != json!(false)))
}

pub async fn let_learn(tx: &mut Tx, on: bool) -> Result<()> {
    let now = tx.now();
    let sql = "INSERT INTO setting (key, value, updated_at) VALUES ('matching', $1, $2) \
               ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    tx.run(sql, args![json!({ "learn": on }), now]).await?;
    Ok(())
}
