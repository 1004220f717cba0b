//! What people answered to suggestions.

use kernel::{Result, Uuid};
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
