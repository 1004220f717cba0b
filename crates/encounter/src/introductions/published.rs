//! What other subsystems read: made introductions since a position of the change feed. Never names a way to reach anybody.

use super::model::{Outcome, Side, State};
use super::store as rows;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Audience, Level, Result, Uuid};
use store::feed;
use web::App;

/// A made introduction.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    pub id: Uuid,
    pub one: Uuid,
    pub other: Uuid,
    /// The common contact who passed it on.
    pub through: Option<Uuid>,
    /// Brought together by the concierge.
    pub by_staff: bool,
    /// The day at the hub.
    pub made_on: NaiveDate,
    /// The best that either side said came of it.
    pub outcome: Option<Outcome>,
    /// The day on which both sides had said that something came of it.
    pub fruitful_on: Option<NaiveDate>,
    /// Who may know: the two, the contact, and those who run the hub.
    pub audience: Audience,
}

/// Introductions that were made, or of which something was said, after `after` in the feed; at most `limit` entries are
/// looked at. Gives the position to go on from. Read twice, it tells the same.
pub async fn made_since(app: &App, after: i64, limit: i64) -> Result<(i64, Vec<Made>)> {
    let entries = feed::read(&app.db, after, limit).await?;
    let at = entries.last().map_or(after, |entry| entry.seq);
    let mut ids: Vec<Uuid> = entries.iter().filter_map(touched).collect();
    ids.sort();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        found.extend(made(app, id).await?);
    }
    Ok((at, found))
}

/// The introduction that an entry of the feed changed for others.
pub fn touched(entry: &feed::Entry) -> Option<Uuid> {
    let told = entry.record_type == "introduction" && matches!(entry.action.as_str(), "made" | "outcome" | "moved");
    told.then_some(entry.record_id)
}

/// Every made introduction, in the order of their ids.
pub async fn all_made(app: &App) -> Result<Vec<Uuid>> {
    rows::made(&app.db).await
}

/// One introduction; `None` unless it is made.
pub async fn made(app: &App, id: Uuid) -> Result<Option<Made>> {
    let Some(one) = rows::find(&app.db, id).await? else { return Ok(None) };
    let (State::Made, Some(made_at)) = (one.state(), one.made_at) else { return Ok(None) };
    let said = rows::outcomes(&app.db, one.id).await?;
    let of = |said: &rows::Said| Outcome::from_code(&said.result);
    let good = |side: Side| {
        let mut its = said.iter().filter(|said| said.side == side.code());
        its.any(|said| of(said).is_some_and(Outcome::is_good))
    };
    let local = |at: DateTime<Utc>| at.with_timezone(&app.hub.zone).date_naive();
    let by_both = good(Side::Asker) && good(Side::Other);
    let last = said.iter().filter(|said| of(said).is_some_and(Outcome::is_good)).map(|said| said.said_at).max();
    Ok(Some(Made {
        id: one.id,
        one: one.asker,
        other: one.other,
        through: one.through,
        by_staff: one.by_staff,
        made_on: local(made_at),
        outcome: said.iter().filter_map(of).max_by_key(|outcome| worth(*outcome)),
        fruitful_on: last.filter(|_| by_both).map(local),
        audience: Audience {
            level: Level::Parties,
            parties: [Some(one.asker), Some(one.other), one.through].into_iter().flatten().collect(),
            ..Audience::from(Level::Parties)
        },
    }))
}

const fn worth(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Agreement => 4,
        Outcome::Talking => 3,
        Outcome::Met => 2,
        Outcome::NotYet => 1,
        Outcome::Nothing => 0,
    }
}
