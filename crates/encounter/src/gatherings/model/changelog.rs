//! Versions of a timetable and what changed from one to the next, derived from the change feed. Pure.
//!
//! Version 1 is the timetable as it was published. Changes that follow each other within an hour make one version, and only
//! what is different at its end counts: whoever moves a session and moves it back has changed nothing.

use crate::gatherings::records as r;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Uuid;
use kernel::record::{Record, RecordType};

/// The longest pause within a version.
const PAUSE: TimeDelta = TimeDelta::hours(1);

/// One entry of the feed, as its reader may see it: `None` is absent or hidden.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub seq: i64,
    pub at: DateTime<Utc>,
    pub kind: &'static RecordType,
    pub id: Uuid,
    pub before: Option<Record>,
    pub after: Option<Record>,
}

/// What is different about one record at the end of a version.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    Added(Record),
    Gone(Record),
    /// Names of the fields that differ, in the order of the description.
    Altered {
        before: Box<Record>,
        after: Record,
        fields: Vec<&'static str>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    pub number: usize,
    /// Sequence number of its first change: its name in feeds, whatever is added to it.
    pub seq: i64,
    pub since: DateTime<Utc>,
    pub at: DateTime<Utc>,
    /// Empty for the first.
    pub changes: Vec<Change>,
}

/// Fields whose changes participants want to hear of.
fn told(kind: &RecordType) -> &'static [&'static str] {
    match kind.key {
        key if key == r::GATHERING.key => &["title", "start", "end", "zone", "format", "place", "state"],
        key if key == r::SESSION.key => &["title", "start", "end", "room", "languages", "summary", "about"],
        _ => &["person", "name", "role"],
    }
}

/// The versions of a timetable, the oldest first; none while it was never published. Steps come in the order of the feed.
pub fn versions(steps: Vec<Step>) -> Vec<Version> {
    let published = |step: &Step| {
        step.kind.key == r::GATHERING.key
            && step.after.as_ref().is_some_and(|after| after.plain("state") == "published")
    };
    let Some(first) = steps.iter().position(published) else { return Vec::new() };
    let mut groups: Vec<Vec<Step>> = Vec::new();
    // What says nothing to this reader neither begins a version nor keeps one open.
    let says = |step: &Step| change(step.before.clone(), step.after.clone()).is_some();
    for step in steps.into_iter().skip(first).filter(says) {
        match groups.last_mut() {
            Some(group) if group.last().is_some_and(|last| step.at - last.at <= PAUSE) => group.push(step),
            _ => groups.push(vec![step]),
        }
    }
    let mut versions: Vec<Version> = Vec::new();
    for group in groups {
        let (Some(seq), Some(since)) = (group.first().map(|step| step.seq), group.first().map(|step| step.at)) else {
            continue;
        };
        let at = group.last().map_or(since, |step| step.at);
        let changes = if versions.is_empty() { Vec::new() } else { net(group) };
        if versions.is_empty() || !changes.is_empty() {
            versions.push(Version { number: versions.len() + 1, seq, since, at, changes });
        }
    }
    versions
}

/// What is different after a group of steps, in the order in which it was touched first.
fn net(group: Vec<Step>) -> Vec<Change> {
    let mut ends: Vec<(Uuid, Option<Record>, Option<Record>)> = Vec::new();
    for step in group {
        match ends.iter_mut().find(|(id, _, _)| *id == step.id) {
            Some((_, _, after)) => *after = step.after,
            None => ends.push((step.id, step.before, step.after)),
        }
    }
    ends.into_iter().filter_map(|(_, before, after)| change(before, after)).collect()
}

fn change(before: Option<Record>, after: Option<Record>) -> Option<Change> {
    match (before, after) {
        (None, None) => None,
        (None, Some(after)) => Some(Change::Added(after)),
        (Some(before), None) => Some(Change::Gone(before)),
        (Some(before), Some(after)) => {
            let differs = |field: &&&str| before.get(field) != after.get(field);
            let fields: Vec<&'static str> = told(after.kind).iter().filter(differs).copied().collect();
            (!fields.is_empty()).then(|| Change::Altered { before: Box::new(before), after, fields })
        }
    }
}
