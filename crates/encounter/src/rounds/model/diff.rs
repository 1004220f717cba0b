//! What differs between two timetables, told meeting by meeting. Pure.

use super::Meeting;
use chrono::{DateTime, Utc};
use kernel::Uuid;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When and at which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    pub starts_at: DateTime<Utc>,
    pub table_no: Option<i64>,
}

/// One pair whose meeting is new, moved or gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub a: Uuid,
    pub b: Uuid,
    pub before: Option<Spot>,
    pub after: Option<Spot>,
}

impl Change {
    pub fn concerns(&self, participant: Uuid) -> bool {
        self.a == participant || self.b == participant
    }
}

/// Spots by pair.
pub type Spots = BTreeMap<(Uuid, Uuid), Spot>;

/// The meetings that take place.
pub fn spots<'a>(meetings: impl IntoIterator<Item = &'a Meeting>) -> Spots {
    let on = meetings.into_iter().filter(|m| m.is_on());
    on.map(|m| ((m.a, m.b), Spot { starts_at: m.starts_at, table_no: m.table_no })).collect()
}

/// What must be told to get from one timetable to the other, in the order of time.
pub fn changes(before: &Spots, after: &Spots) -> Vec<Change> {
    let mut pairs: Vec<(Uuid, Uuid)> = before.keys().chain(after.keys()).copied().collect();
    pairs.sort();
    pairs.dedup();
    let mut found: Vec<Change> = pairs
        .into_iter()
        .map(|pair| Change {
            a: pair.0,
            b: pair.1,
            before: before.get(&pair).copied(),
            after: after.get(&pair).copied(),
        })
        .filter(|change| change.before != change.after)
        .collect();
    found.sort_by_key(|change| (change.after.or(change.before), change.a, change.b));
    found
}
