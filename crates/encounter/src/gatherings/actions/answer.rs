//! Staff answer requests where a gathering asks for approval.

use super::seating::{confirmed_of, note, seat};
use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::waiting::Order;
use crate::gatherings::policy;
use crate::gatherings::records::GATHERING;
use crate::gatherings::store as rows;
use kernel::{Error, Result, Uuid, both};
use store::{atomically, records};
use web::records::actions::Doing;

/// Accepts a party: a seat for everybody in it, or a place on the waiting list.
///
/// # Errors
/// `Conflict` when it was answered before, or when there are not enough seats and no waiting list.
pub async fn accept(doing: &Doing<'_>, party: Uuid) -> Result<()> {
    answer(doing, party, true).await
}

/// Declines a party.
///
/// # Errors
/// `Conflict` when it was answered before.
pub async fn decline(doing: &Doing<'_>, party: Uuid) -> Result<()> {
    answer(doing, party, false).await
}

async fn answer(doing: &Doing<'_>, party: Uuid, yes: bool) -> Result<()> {
    policy::may_run(doing.actor)?;
    let first = rows::party(&doing.db, party).await?.into_iter().next().ok_or(Error::NotFound)?;
    atomically!(doing.db, |tx| {
        let row = rows::hold_seats(tx, first.gathering).await?;
        let record = records::in_tx(tx, &GATHERING, first.gathering).await?.ok_or(Error::NotFound)?;
        let asked: Vec<_> = rows::party_in(tx, party).await?.into_iter().filter(|one| one.state == "asked").collect();
        let people = i64::try_from(asked.len()).unwrap_or(0);
        let Some(lead) = asked.first() else {
            return Err(Error::conflict(both(
                "すでに回答済みか、取り消されています。",
                "This was answered or cancelled already.",
            )));
        };
        let priority = rows::has_priority(tx, party).await?;
        let seated = if yes { seat(tx, &row, people, priority).await? } else { None };
        let (state, kind) = if !yes {
            rows::give_benefits_back(tx, party, people).await?;
            ("declined", Kind::Declined)
        } else if seated.is_some() {
            ("confirmed", Kind::Confirmed)
        } else if Order::from_code(record.plain("waiting_list")).is_some() {
            rows::count_waiting(tx, first.gathering, people).await?;
            ("waiting", Kind::Waiting)
        } else {
            return Err(Error::conflict(both(
                "空席が足りません。定員を増やすか、見送ってください。",
                "There are not enough seats. Raise the capacity or decline.",
            )));
        };
        rows::move_party(tx, party, "asked", state).await?;
        if let Some(on_kept) = seated {
            confirmed_of(tx, party, on_kept).await?;
        }
        note(tx, doing.actor, first.gathering, party, state, people);
        mails::post(doing.app, tx, &record, lead, kind).await?;
        Ok(())
    })
}
