//! Reading agreements with their parts, and the few rows that are no records: reminders that were sent.
//!
//! Never here: rules, permissions. Every reading function takes the reader's scope; there is no default.

mod dossier;
mod people;

pub use dossier::{Dossier, dossier, life_of, register};
pub use people::{Recipient, recipients, responsible_person};

use kernel::record::RecordType;
use kernel::{Result, Uuid};
use store::{Db, One, Tx, args};

/// Agreements in which both parties stand and that have a clause of one of these letters: agreement and clause.
pub async fn shared_clauses(db: &Db, one: Uuid, other: Uuid, letters: &[&str]) -> Result<Vec<(Uuid, Uuid)>> {
    let query = store::Select::raw(
        "SELECT DISTINCT c.agreement, c.id FROM clause c \
         JOIN agreement a ON a.id = c.agreement \
         JOIN agreement_party p ON p.agreement = c.agreement \
         JOIN agreement_party q ON q.agreement = c.agreement \
         WHERE p.party = ? AND q.party = ? AND a.deleted_at IS NULL AND c.deleted_at IS NULL \
         AND p.deleted_at IS NULL AND q.deleted_at IS NULL",
        args![one, other],
    );
    let query = query.within("c.letter", Some(letters.iter().map(|letter| store::Value::from(*letter)).collect()));
    Ok(query.then("ORDER BY 1, 2", args![]).all(db).await?)
}

/// Membership agreements of a party.
pub async fn memberships(db: &Db, party: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT DISTINCT a.id FROM agreement a JOIN agreement_party p ON p.agreement = a.id \
               WHERE p.party = $1 AND a.type = 'membership' AND (p.capacity IS NULL OR p.capacity <> 'hub') \
               AND a.deleted_at IS NULL AND p.deleted_at IS NULL ORDER BY a.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![party]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Ids of the parts that point at a record, in a write.
pub async fn part_ids(tx: &mut Tx, kind: &'static RecordType, field: &str, target: Uuid) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM {} WHERE \"{field}\" = $1 AND deleted_at IS NULL ORDER BY id", kind.key);
    let found: Vec<One<Uuid>> = tx.all(sql, args![target]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// The suspension that has no end yet.
pub async fn open_suspension(tx: &mut Tx, agreement: Uuid) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM suspension WHERE agreement = $1 AND until IS NULL AND deleted_at IS NULL";
    Ok(tx.opt::<One<Uuid>>(sql, args![agreement]).await?.map(|One(id)| id))
}

/// Parties of an agreement in the order of its text: party and capacity.
pub async fn parties_in(tx: &mut Tx, agreement: Uuid) -> Result<Vec<(Uuid, Option<String>)>> {
    let sql = "SELECT party, capacity FROM agreement_party WHERE agreement = $1 AND party IS NOT NULL AND deleted_at IS NULL \
               ORDER BY COALESCE(ordinal, 999), id";
    Ok(tx.all(sql, args![agreement]).await?)
}

/// Whether a clause has evidence from this source on this day already, other than `except`.
pub async fn evidence_from(tx: &mut Tx, clause: Uuid, source: &str, except: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM evidence WHERE clause = $1 AND source = $2 AND id <> $3 AND deleted_at IS NULL";
    Ok(tx.opt::<One<Uuid>>(sql, args![clause, source, except]).await?.is_some())
}

/// Whether a party stands in an agreement already, in another row than `except`, in the same capacity.
pub async fn stands_twice(tx: &mut Tx, agreement: Uuid, party: Uuid, capacity: &str, except: Uuid) -> Result<bool> {
    let sql = "SELECT id FROM agreement_party WHERE agreement = $1 AND party = $2 AND COALESCE(capacity, '') = $3 \
               AND id <> $4 AND deleted_at IS NULL";
    Ok(tx.opt::<One<Uuid>>(sql, args![agreement, party, capacity, except]).await?.is_some())
}

/// Marks a reminder as sent. `false`: it was sent before.
pub async fn mark_reminded(
    tx: &mut Tx,
    agreement: Uuid,
    subject: &str,
    due: &str,
    days: i64,
    mails: i64,
) -> Result<bool> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO agreement_reminder (id, agreement, subject, due, days, mails, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agreement, subject, due, days) DO NOTHING";
    Ok(tx.run(sql, args![id, agreement, subject, due, days, mails, now]).await? == 1)
}

store::record! {
    /// A reminder that went out.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Reminder {
        pub subject: String,
        pub due: String,
        pub days: i64,
        pub mails: i64,
        pub created_at: chrono::DateTime<chrono::Utc>,
    }
}

/// Reminders of an agreement, newest first.
pub async fn reminders(db: &Db, agreement: Uuid) -> Result<Vec<Reminder>> {
    let sql = "SELECT subject, due, days, mails, created_at FROM agreement_reminder WHERE agreement = $1 AND mails > 0 \
               ORDER BY created_at DESC, id DESC";
    Ok(db.all(sql, args![agreement]).await?)
}
