//! All SQL of gatherings: seats and the order of time here, registrations, mails and calendars beside it.
//!
//! Never here: rules, permissions. What readers may see is narrowed by the catalogue and by scopes.

mod calendars;
mod changelog;
mod grants;
mod personal;
mod registrations;
mod surveys;
mod templates;
mod tickets;

pub use calendars::*;
pub use changelog::*;
pub use grants::*;
pub use personal::*;
pub use registrations::*;
pub use surveys::*;
pub use templates::*;
pub use tickets::*;

use super::model::admission::Seats;
use super::model::when::Span;
use chrono::{DateTime, Utc};
use kernel::record::RecordType;
use kernel::{Result, Uuid};
use std::collections::HashMap;
use store::{Db, One, Select, Tx, Value, args};

store::record! {
    /// What is derived from a gathering or counted for it.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SeatsRow {
        pub id: Uuid,
        pub starts_at: DateTime<Utc>,
        pub ends_at: DateTime<Utc>,
        pub capacity: Option<i64>,
        pub taken: i64,
        pub waiting: i64,
        pub sequence: i64,
        pub reserved: i64,
        pub reserved_taken: i64,
    }
}

impl SeatsRow {
    pub fn seats(&self) -> Seats {
        Seats {
            capacity: self.capacity,
            taken: self.taken,
            waiting: self.waiting,
            reserved: self.reserved,
            reserved_taken: self.reserved_taken,
        }
    }
}

const SEATS: &str = "SELECT id, starts_at, ends_at, capacity, taken, waiting, sequence, reserved, reserved_taken \
                     FROM gathering_seats WHERE id = $1";

pub async fn seats(db: &Db, gathering: Uuid) -> Result<Option<SeatsRow>> {
    Ok(db.opt(SEATS, args![gathering]).await?)
}

pub async fn seats_in(tx: &mut Tx, gathering: Uuid) -> Result<Option<SeatsRow>> {
    Ok(tx.opt(SEATS, args![gathering]).await?)
}

/// The seats of several gatherings at once.
pub async fn seats_of(db: &Db, gatherings: &[Uuid]) -> Result<HashMap<Uuid, SeatsRow>> {
    let ids = gatherings.iter().map(|id| Value::from(*id)).collect();
    let query = Select::new(
        "SELECT id, starts_at, ends_at, capacity, taken, waiting, sequence, reserved, reserved_taken FROM gathering_seats",
    );
    let found: Vec<SeatsRow> = query.within("id", Some(ids)).then("ORDER BY id", args![]).all(db).await?;
    Ok(found.into_iter().map(|row| (row.id, row)).collect())
}

/// Holds the seats of a gathering against other writers, and reads them.
///
/// # Errors
/// `NotFound` when the gathering has none.
pub async fn hold_seats(tx: &mut Tx, gathering: Uuid) -> Result<SeatsRow> {
    Ok(tx.one(format!("{SEATS} {}", tx.held()), args![gathering]).await?)
}

/// Writes what follows from a gathering's fields. The counts stay.
pub async fn put_seats(
    tx: &mut Tx,
    gathering: Uuid,
    span: &Span,
    capacity: Option<i64>,
    reserved: i64,
    sequence: i64,
) -> Result<()> {
    let sql = "INSERT INTO gathering_seats (id, starts_at, ends_at, capacity, sequence, reserved) \
               VALUES ($1, $2, $3, $4, $5, $6) \
               ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, \
               capacity = excluded.capacity, sequence = excluded.sequence, reserved = excluded.reserved";
    tx.run(sql, args![gathering, span.starts_at, span.ends_at, capacity, sequence, reserved]).await?;
    Ok(())
}

/// Takes seats if there are enough, `on_kept` of them among those kept for members. `false`: there are not enough, and
/// nothing changed.
pub async fn take_seats(tx: &mut Tx, gathering: Uuid, people: i64, on_kept: i64) -> Result<bool> {
    let sql = "UPDATE gathering_seats SET taken = taken + $2, reserved_taken = reserved_taken + $3 WHERE id = $1 \
               AND reserved_taken + $3 <= reserved \
               AND (capacity IS NULL OR taken + $2 - reserved_taken - $3 <= capacity - reserved)";
    Ok(tx.run(sql, args![gathering, people, on_kept]).await? == 1)
}

/// Gives seats back, `on_kept` of them among those kept for members.
pub async fn free_seats(tx: &mut Tx, gathering: Uuid, people: i64, on_kept: i64) -> Result<()> {
    let sql = "UPDATE gathering_seats SET taken = taken - $2, reserved_taken = reserved_taken - $3 WHERE id = $1";
    tx.run(sql, args![gathering, people, on_kept]).await?;
    Ok(())
}

/// Counts people onto the waiting list, or off it.
pub async fn count_waiting(tx: &mut Tx, gathering: Uuid, people: i64) -> Result<()> {
    tx.run("UPDATE gathering_seats SET waiting = waiting + $2 WHERE id = $1", args![gathering, people]).await?;
    Ok(())
}

/// Gatherings that are not over, the next first; or those that are, the latest first.
pub async fn in_time(db: &Db, now: DateTime<Utc>, past: bool) -> Result<Vec<Uuid>> {
    let sql = if past {
        "SELECT s.id FROM gathering_seats s JOIN gathering g ON g.id = s.id \
         WHERE g.deleted_at IS NULL AND s.ends_at <= $1 ORDER BY s.starts_at DESC, s.id DESC"
    } else {
        "SELECT s.id FROM gathering_seats s JOIN gathering g ON g.id = s.id \
         WHERE g.deleted_at IS NULL AND s.ends_at > $1 ORDER BY s.starts_at, s.id"
    };
    let found: Vec<One<Uuid>> = db.all(sql, args![now]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Published gatherings that start between two instants.
pub async fn starting(db: &Db, from: DateTime<Utc>, until: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = "SELECT s.id FROM gathering_seats s JOIN gathering g ON g.id = s.id WHERE g.deleted_at IS NULL \
               AND g.state = 'published' AND s.starts_at > $1 AND s.starts_at <= $2 ORDER BY s.starts_at, s.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![from, until]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Published gatherings that have taken place and that the agreements were not told of.
pub async fn untold(db: &Db, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let sql = "SELECT s.id FROM gathering_seats s JOIN gathering g ON g.id = s.id WHERE g.deleted_at IS NULL \
               AND g.state = 'published' AND s.ends_at <= $1 AND s.told_at IS NULL ORDER BY s.ends_at, s.id";
    let found: Vec<One<Uuid>> = db.all(sql, args![now]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

pub async fn mark_told(tx: &mut Tx, gathering: Uuid) -> Result<()> {
    let now = tx.now();
    tx.run("UPDATE gathering_seats SET told_at = $2 WHERE id = $1", args![gathering, now]).await?;
    Ok(())
}

/// A part that is new or changed may prove a promise: the agreements are told again.
pub async fn forget_told(tx: &mut Tx, gathering: Uuid) -> Result<()> {
    tx.run("UPDATE gathering_seats SET told_at = NULL WHERE id = $1", args![gathering]).await?;
    Ok(())
}

/// Ids of the parts that point at a record, in a write.
pub async fn part_ids(tx: &mut Tx, kind: &'static RecordType, field: &str, target: Uuid) -> Result<Vec<Uuid>> {
    let sql = format!("SELECT id FROM {} WHERE \"{field}\" = $1 AND deleted_at IS NULL ORDER BY id", kind.key);
    let found: Vec<One<Uuid>> = tx.all(sql, args![target]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// The latest edition number of a series.
pub async fn latest_edition(db: &Db, series: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT max(edition) FROM gathering WHERE series = $1 AND deleted_at IS NULL";
    let One(found): One<Option<i64>> = db.one(sql, args![series]).await?;
    Ok(found)
}
