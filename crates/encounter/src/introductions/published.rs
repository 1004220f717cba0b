//! What other subsystems read: made introductions since a position of the change feed. Never names a way to reach anybody.

use super::model::{Outcome, State};
use super::store as rows;
use chrono::NaiveDate;
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
    /// Who may know: the two, the contact, and those who run the hub.
    pub audience: Audience,
}

/// Introductions that were made, or of which something was said, after `after` in the feed; at most `limit` entries are
/// looked at. Gives the position to go on from. Read twice, it tells the same.
pub async fn made_since(app: &App, after: i64, limit: i64) -> Result<(i64, Vec<Made>)> {
    let entries = feed::read(&app.db, after, limit).await?;
    let at = entries.last().map_or(after, |entry| entry.seq);
    let told = entries
        .iter()
        .filter(|entry| entry.record_type == "introduction" && matches!(entry.action.as_str(), "made" | "outcome"));
    let mut ids: Vec<Uuid> = told.map(|entry| entry.record_id).collect();
    ids.sort();
    ids.dedup();
    let mut made = Vec::new();
    for one in rows::by_ids(&app.db, &ids).await? {
        let (State::Made, Some(made_at)) = (one.state(), one.made_at) else { continue };
        let said = rows::outcomes(&app.db, one.id).await?;
        let best =
            said.iter().filter_map(|said| Outcome::from_code(&said.result)).max_by_key(|outcome| worth(*outcome));
        made.push(Made {
            id: one.id,
            one: one.asker,
            other: one.other,
            through: one.through,
            by_staff: one.by_staff,
            made_on: made_at.with_timezone(&app.hub.zone).date_naive(),
            outcome: best,
            audience: Audience {
                level: Level::Parties,
                parties: [Some(one.asker), Some(one.other), one.through].into_iter().flatten().collect(),
                ..Audience::from(Level::Parties)
            },
        });
    }
    Ok((at, made))
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
