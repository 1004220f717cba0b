//! Who has come. The first time counts, so that a queue that was kept without a network can be sent twice.

use crate::gatherings::policy;
use crate::gatherings::store as rows;
use chrono::{DateTime, Utc};
use kernel::{Change, Error, Result, Uuid, both, change::Verb};
use serde_json::json;
use store::{Tx, atomically};
use web::records::actions::Doing;

/// One arrival, as a device noted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub registration: Uuid,
    pub at: DateTime<Utc>,
}

/// What became of one arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Met {
    New,
    Before,
    /// No seat here: another gathering's, cancelled, on the waiting list.
    Unknown,
}

/// Notes arrivals. Times to come, and times long gone, are taken as now.
pub async fn arrive(doing: &Doing<'_>, gathering: Uuid, arrivals: &[Arrival]) -> Result<Vec<Met>> {
    policy::may_run(doing.actor)?;
    // A desk that only asks who is there takes no turn from those who write.
    if arrivals.is_empty() {
        return Ok(Vec::new());
    }
    let now = doing.app.clock.now();
    atomically!(doing.db, |tx| {
        let mut met = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            let plausible = arrival.at <= now && now - arrival.at < chrono::TimeDelta::days(7);
            met.push(one(doing, tx, gathering, arrival.registration, if plausible { arrival.at } else { now }).await?);
        }
        Ok(met)
    })
}

async fn one(doing: &Doing<'_>, tx: &mut Tx, gathering: Uuid, id: Uuid, at: DateTime<Utc>) -> Result<Met> {
    if rows::check_in(tx, gathering, id, at).await? {
        note(doing, tx, gathering, id, "checked_in");
        return Ok(Met::New);
    }
    let known = rows::registration_in(tx, id).await?;
    let here = known.is_some_and(|one| one.gathering == gathering && one.checked_in_at.is_some());
    Ok(if here { Met::Before } else { Met::Unknown })
}

/// Takes an arrival back.
///
/// # Errors
/// `Conflict` when the person was not checked in.
pub async fn leave(doing: &Doing<'_>, gathering: Uuid, id: Uuid) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        if !rows::check_out(tx, gathering, id).await? {
            return Err(Error::conflict(both("まだ受付されていません。", "This person is not checked in.")));
        }
        note(doing, tx, gathering, id, "checked_out");
        Ok(())
    })
}

fn note(doing: &Doing<'_>, tx: &mut Tx, gathering: Uuid, id: Uuid, verb: &str) {
    tx.note(
        doing.actor,
        Change {
            verb: Verb::Other(verb.to_owned()),
            record_type: "registration",
            record_id: id,
            before: None,
            after: Some(json!({ "gathering": gathering })),
        },
    );
}
