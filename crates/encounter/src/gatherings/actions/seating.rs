//! Who gets the seats that are free: the waiting list moves up, each free seat once.

use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::admission::{Facts, Policy};
use crate::gatherings::model::waiting;
use crate::gatherings::store as rows;
use kernel::record::Record;
use kernel::{Actor, Change, Result, Uuid, change::Verb};
use serde_json::json;
use store::Tx;
use web::App;

/// Moves parties from the waiting list into free seats, and writes to them. The caller holds the seats. Nothing moves
/// once the gathering has begun.
pub async fn promote(app: &App, tx: &mut Tx, gathering: &Record) -> Result<usize> {
    let Some(row) = rows::seats_in(tx, gathering.id).await? else { return Ok(0) };
    if row.waiting == 0 || app.clock.now() >= row.starts_at {
        return Ok(0);
    }
    let Some(facts) = Facts::of(gathering, app.hub.zone, row.seats()) else { return Ok(0) };
    let order = facts.order.unwrap_or(waiting::Order::Fill);
    if matches!(facts.policy, Policy::None | Policy::External) {
        return Ok(0);
    }
    let queue = rows::queue(tx, gathering.id).await?;
    let up = waiting::promoted(row.seats().free(), row.seats().kept(), &queue, order);
    for (party, on_kept) in &up {
        let people = queue.iter().find(|one| one.party == *party).map_or(0, |one| one.people);
        if !rows::take_seats(tx, gathering.id, people, *on_kept).await? {
            return Err(kernel::Error::internal("the seats were not held"));
        }
        rows::count_waiting(tx, gathering.id, -people).await?;
        rows::move_party(tx, *party, "waiting", "confirmed").await?;
        note(tx, &Actor::system("waiting list"), gathering.id, *party, "promoted", people);
        let confirmed = confirmed_of(tx, *party, *on_kept).await?;
        if let Some(lead) = confirmed.first() {
            mails::post(app, tx, gathering, lead, Kind::Promoted).await?;
        }
    }
    Ok(up.len())
}

/// Takes seats for a party, kept ones first where a membership opens them. The caller holds the seats, as `row`. Returns
/// how many sit on kept seats; `None` when there are not enough.
pub async fn seat(tx: &mut Tx, row: &rows::SeatsRow, people: i64, priority: bool) -> Result<Option<i64>> {
    let on_kept = row.seats().on_kept(people, priority);
    Ok(rows::take_seats(tx, row.id, people, on_kept).await?.then_some(on_kept))
}

/// The confirmed people of a party, the lead first, after the first of them were put on kept seats.
pub async fn confirmed_of(tx: &mut Tx, party: Uuid, on_kept: i64) -> Result<Vec<rows::Registration>> {
    let people: Vec<_> = rows::party_in(tx, party).await?.into_iter().filter(|one| one.state == "confirmed").collect();
    let kept = usize::try_from(on_kept).unwrap_or(0).min(people.len());
    rows::seat_on_kept(tx, &people[..kept]).await?;
    Ok(people)
}

/// In the feed without names or addresses.
pub fn note(tx: &mut Tx, actor: &Actor, gathering: Uuid, party: Uuid, verb: &str, people: i64) {
    tx.note(
        actor,
        Change {
            verb: Verb::Other(verb.to_owned()),
            record_type: "registration",
            record_id: party,
            before: None,
            after: Some(json!({ "gathering": gathering, "people": people })),
        },
    );
}
