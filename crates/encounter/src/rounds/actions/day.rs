//! The day itself: a day that runs late, and what came of a meeting.

use super::{note, setup};
use crate::rounds::model::{Side, State};
use crate::rounds::store::Delay;
use crate::rounds::{policy, store as rows};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid, both};
use serde_json::json;
use store::atomically;
use web::records::actions::Doing;

/// Longest shift, in minutes.
const LATEST: i64 = 240;

/// From a slot on, the rest of its day begins later. 0 takes it back.
pub async fn run_late(doing: &Doing<'_>, round: Uuid, from_at: DateTime<Utc>, minutes: i64) -> Result<()> {
    policy::may_run(doing.actor)?;
    if !(0..=LATEST).contains(&minutes) {
        return Err(Error::invalid("minutes", both("0〜240分にしてください。", "Write 0 to 240 minutes.")));
    }
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        dossier.grid.index_of(from_at).ok_or(Error::NotFound)?;
        rows::put_delay(tx, round, &Delay { from_at, minutes }).await?;
        note(tx, doing.actor, round, "runs_late", json!({ "from": from_at, "minutes": minutes }));
        Ok(())
    })
}

/// Minutes by which a meeting begins later than planned: the last word for its day counts.
pub fn delay_of(delays: &[Delay], zone: chrono_tz::Tz, starts_at: DateTime<Utc>) -> i64 {
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let last =
        delays.iter().filter(|d| d.from_at <= starts_at && day(d.from_at) == day(starts_at)).max_by_key(|d| d.from_at);
    last.map_or(0, |delay| delay.minutes)
}

/// Longest note, in characters.
const LONGEST: usize = 4000;

/// Keeps what came of a meeting. `side` is whose note it is; `None` is the next step that both see.
pub async fn outcome(doing: &Doing<'_>, round: Uuid, meeting: Uuid, side: Option<Side>, words: &str) -> Result<()> {
    let words: String = words.trim().chars().take(LONGEST).collect();
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        if dossier.state() < State::Published {
            return Err(Error::NotFound);
        }
        dossier.meetings.iter().find(|m| m.id == meeting).ok_or(Error::NotFound)?;
        rows::put_outcome(tx, meeting, side.map_or("both", Side::code), &words, &doing.actor.label).await?;
        note(tx, doing.actor, round, "outcome", json!({ "meeting": meeting }));
        Ok(())
    })
}
