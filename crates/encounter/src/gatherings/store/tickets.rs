//! Secrets in mails, and which mails a gathering caused.

use chrono::{DateTime, Utc};
use directory::accounts::secrets;
use kernel::{Result, Uuid};
use store::{Db, One, Tx, args};

/// A new secret for a party; the database keeps its digest only.
pub async fn new_ticket(tx: &mut Tx, party: Uuid) -> Result<String> {
    let (secret, now) = (secrets::random(), tx.now());
    let sql = "INSERT INTO registration_ticket (secret, party, created_at) VALUES ($1, $2, $3)";
    tx.run(sql, args![secrets::digest(&secret), party, now]).await?;
    Ok(secret)
}

/// The party of a secret.
pub async fn party_of_ticket(db: &Db, secret: &str) -> Result<Option<Uuid>> {
    let sql = "SELECT party FROM registration_ticket WHERE secret = $1";
    Ok(db.opt::<One<Uuid>>(sql, args![secrets::digest(secret)]).await?.map(|One(party)| party))
}

pub async fn note_mail(tx: &mut Tx, mail: Uuid, gathering: Uuid, registration: Uuid, kind: &str) -> Result<()> {
    let now = tx.now();
    let sql =
        "INSERT INTO registration_mail (mail, gathering, registration, kind, created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![mail, gathering, registration, kind, now]).await?;
    Ok(())
}

/// When the newest mail about a registration was written.
pub async fn last_mail(tx: &mut Tx, registration: Uuid) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT created_at FROM registration_mail WHERE registration = $1 ORDER BY created_at DESC LIMIT 1";
    Ok(tx.opt::<One<DateTime<Utc>>>(sql, args![registration]).await?.map(|One(at)| at))
}

/// Mails of a gathering that wait for staff.
pub async fn held_mails(db: &Db, gathering: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT m.id FROM mail m JOIN registration_mail r ON r.mail = m.id WHERE r.gathering = $1 AND m.state = 'held' ORDER BY m.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}
