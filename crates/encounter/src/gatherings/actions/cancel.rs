//! Giving a registration back, by whoever made it or by staff. The waiting list moves up at once.

use super::seating::{note, promote};
use crate::gatherings::mails::{self, Kind};
use crate::gatherings::records::GATHERING;
use crate::gatherings::store::{self as rows, Registration};
use kernel::record::Record;
use kernel::{Error, Permission, Result, Uuid, both};
use store::{Tx, atomically, records};
use web::records::actions::Doing;

/// Cancels everybody of a party who still stands, or one of its people. Whoever calls has checked whose it is.
///
/// # Errors
/// `Conflict` when nobody stands any more, or when the gathering has begun and it is not staff who ask.
pub async fn cancel(doing: &Doing<'_>, party: Uuid, only: Option<Uuid>) -> Result<()> {
    let first = rows::party(&doing.db, party).await?.into_iter().next().ok_or(Error::NotFound)?;
    atomically!(doing.db, |tx| { cancel_within(doing, tx, first.gathering, party, only).await })
}

/// The same inside a transaction.
pub async fn cancel_within(
    doing: &Doing<'_>,
    tx: &mut Tx,
    gathering: Uuid,
    party: Uuid,
    only: Option<Uuid>,
) -> Result<()> {
    let row = rows::hold_seats(tx, gathering).await?;
    if doing.app.clock.now() >= row.starts_at && !doing.actor.may(Permission::EditGatherings) {
        return Err(Error::conflict(both(
            "始まった催しは取り消せません。事務局にお知らせください。",
            "This gathering has begun. Please tell the staff.",
        )));
    }
    let record = records::in_tx(tx, &GATHERING, gathering).await?.ok_or(Error::NotFound)?;
    let people = rows::party_in(tx, party).await?;
    let going: Vec<_> = people.iter().filter(|one| one.stands() && only.is_none_or(|id| one.id == id)).collect();
    if going.is_empty() {
        return Err(Error::conflict(both("すでに取り消されています。", "This was cancelled already.")));
    }
    for one in &going {
        rows::set_state(tx, one.id, "cancelled").await?;
        give_back(tx, gathering, one).await?;
    }
    let gone = i64::try_from(going.len()).unwrap_or(0);
    rows::give_benefits_back(tx, party, gone).await?;
    note(tx, doing.actor, gathering, party, "cancelled", gone);
    if let Some(lead) = people.iter().find(|one| one.leads) {
        mails::post(doing.app, tx, &record, lead, Kind::Cancelled).await?;
    }
    promote_if_open(doing, tx, &record).await
}

async fn promote_if_open(doing: &Doing<'_>, tx: &mut Tx, gathering: &Record) -> Result<()> {
    if gathering.plain("state") == "published" {
        promote(doing.app, tx, gathering).await?;
    }
    Ok(())
}

/// What one person had taken.
async fn give_back(tx: &mut Tx, gathering: Uuid, one: &Registration) -> Result<()> {
    match one.state.as_str() {
        "confirmed" => rows::free_seats(tx, gathering, 1, i64::from(one.reserved)).await,
        "waiting" => rows::count_waiting(tx, gathering, -1).await,
        _ => Ok(()),
    }
}
