//! What memberships granted to registrations, and how often in a month.

use crate::gatherings::model::membership::{Grant, Perk};
use kernel::{Result, Uuid};
use store::{Db, One, Tx, args};

/// Counts people onto a benefit if its limit for the month allows. `false`: it does not, and nothing changed.
pub async fn use_benefit(tx: &mut Tx, grant: &Grant, month: &str, people: i64) -> Result<bool> {
    let sql = "INSERT INTO membership_use (agreement, perk, \"month\", used) VALUES ($1, $2, $3, 0) \
               ON CONFLICT (agreement, perk, \"month\") DO NOTHING";
    tx.run(sql, args![grant.agreement, grant.perk.code(), month]).await?;
    let sql = "UPDATE membership_use SET used = used + $4 WHERE agreement = $1 AND perk = $2 AND \"month\" = $3 \
               AND used + $4 <= $5";
    let limit = grant.limit_per_month.unwrap_or(i64::MAX);
    Ok(tx.run(sql, args![grant.agreement, grant.perk.code(), month, people, limit]).await? == 1)
}

/// Notes what was granted to a party.
pub async fn add_grant(tx: &mut Tx, party: Uuid, grant: &Grant, month: &str) -> Result<()> {
    let now = tx.now();
    let sql =
        "INSERT INTO registration_grant (party, perk, agreement, \"month\", created_at) VALUES ($1, $2, $3, $4, $5)";
    tx.run(sql, args![party, grant.perk.code(), grant.agreement, month, now]).await?;
    Ok(())
}

/// Whether a membership opens the kept seats to a party.
pub async fn has_priority(tx: &mut Tx, party: Uuid) -> Result<bool> {
    let sql = "SELECT party FROM registration_grant WHERE party = $1 AND perk = 'priority'";
    Ok(tx.opt::<One<Uuid>>(sql, args![party]).await?.is_some())
}

/// Gives back what so many people of a party had used.
pub async fn give_benefits_back(tx: &mut Tx, party: Uuid, people: i64) -> Result<()> {
    let sql = "SELECT agreement, perk, \"month\" FROM registration_grant WHERE party = $1 ORDER BY perk";
    let granted: Vec<(Uuid, String, String)> = tx.all(sql, args![party]).await?;
    for (agreement, perk, month) in granted {
        let sql = "UPDATE membership_use SET used = used - $4 WHERE agreement = $1 AND perk = $2 AND \"month\" = $3";
        tx.run(sql, args![agreement, perk, month, people]).await?;
    }
    Ok(())
}

/// What was granted to a party, with the agreement that did.
pub async fn grants_of(db: &Db, party: Uuid) -> Result<Vec<(Perk, Uuid)>> {
    let sql = "SELECT perk, agreement FROM registration_grant WHERE party = $1 ORDER BY perk DESC";
    let found: Vec<(String, Uuid)> = db.all(sql, args![party]).await?;
    Ok(found.into_iter().filter_map(|(perk, agreement)| Some((Perk::from_code(&perk)?, agreement))).collect())
}

/// What was granted to the parties of a gathering.
pub async fn grants_at(db: &Db, gathering: Uuid) -> Result<Vec<(Uuid, Perk)>> {
    let sql = "SELECT g.party, g.perk FROM registration_grant g JOIN registration r ON r.id = g.party \
               WHERE r.gathering = $1 ORDER BY g.party, g.perk DESC";
    let found: Vec<(Uuid, String)> = db.all(sql, args![gathering]).await?;
    Ok(found.into_iter().filter_map(|(party, perk)| Some((party, Perk::from_code(&perk)?))).collect())
}

/// Notes that a registration is told of a change. `false`: it was told before.
pub async fn mark_change_told(tx: &mut Tx, registration: Uuid, sequence: i64) -> Result<bool> {
    let sql = "INSERT INTO registration_told (registration, sequence) VALUES ($1, $2) \
               ON CONFLICT (registration, sequence) DO NOTHING";
    Ok(tx.run(sql, args![registration, sequence]).await? == 1)
}
