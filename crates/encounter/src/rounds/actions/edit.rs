//! The timetable changed by hand: add, move, swap, cancel, freeze. Each rule that stands against it is named; the
//! database refuses what two people do at the same moment.

use super::{note, setup};
use crate::rounds::model::edit::{Move, faults, free_table, seated};
use crate::rounds::model::{Dossier, Meeting, MeetingState, State};
use crate::rounds::{policy, store as rows};
use chrono::{DateTime, Utc};
use kernel::lang::Said;
use kernel::{Error, Result, Uuid};
use serde_json::json;
use store::atomically;
use web::records::actions::Doing;

/// What to do with one meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    Move {
        starts_at: DateTime<Utc>,
        table_no: Option<i64>,
    },
    Cancel,
    Freeze(bool),
    /// The address of its video room; empty takes it away.
    Link(String),
    /// On the day.
    NoShow,
    Held,
}

fn refuse(found: Vec<Said>) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let all = |lang: kernel::Lang| found.iter().map(|said| said.get(lang).to_owned()).collect::<Vec<_>>().join(" ");
    Err(Error::Conflict(Said::new(all(kernel::Lang::Ja), all(kernel::Lang::En))))
}

/// Adds a meeting; on the day this is a walk-in.
pub async fn add(doing: &Doing<'_>, round: Uuid, a: Uuid, b: Uuid, starts_at: DateTime<Utc>) -> Result<Uuid> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let mut to = Move { a, b, starts_at, table_no: None };
        refuse(faults(&dossier, &to, &[]))?;
        to.table_no = free_table(&dossier, &to, &[]);
        let id = match dossier.meetings.iter().find(|m| m.a == a && m.b == b) {
            Some(earlier) => {
                let again = Meeting {
                    starts_at,
                    table_no: to.table_no,
                    state: MeetingState::Planned,
                    barred: false,
                    attending: seated(&dossier, &to, &[]),
                    ..earlier.clone()
                };
                rows::save_meeting(tx, &dossier, &again).await?;
                again.id
            }
            None => {
                let mut new = Meeting::planned(tx.new_id(), (a, b), starts_at);
                new.table_no = to.table_no;
                new.attending = seated(&dossier, &to, &[]);
                rows::insert_meeting(tx, &dossier, &new).await?;
                new.id
            }
        };
        if dossier.state() < State::Solving {
            setup::turn_within(doing, tx, &dossier.round, State::Solving).await?;
        }
        note(tx, doing.actor, round, "meeting_added", json!({ "meeting": id }));
        Ok(id)
    })
}

/// Changes one meeting. `seen` is the version that the editor had read.
pub async fn change(doing: &Doing<'_>, round: Uuid, id: Uuid, seen: Option<i64>, verb: Verb) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let meeting = dossier.meetings.iter().find(|m| m.id == id).ok_or(Error::NotFound)?;
        let mut after = Meeting { version: seen.unwrap_or(meeting.version), ..meeting.clone() };
        match &verb {
            Verb::Move { starts_at, table_no } => {
                let (starts_at, table_no) = (*starts_at, *table_no);
                let mut to = Move { a: meeting.a, b: meeting.b, starts_at, table_no };
                if to.table_no.is_none() {
                    // The same table when it is free there, else any.
                    let same = Move { table_no: meeting.table_no, ..to };
                    to.table_no = if faults(&dossier, &same, &[id]).is_empty() {
                        meeting.table_no
                    } else {
                        free_table(&dossier, &to, &[id])
                    };
                }
                refuse(faults(&dossier, &to, &[id]))?;
                (after.starts_at, after.table_no, after.state) = (starts_at, to.table_no, MeetingState::Planned);
                after.attending = seated(&dossier, &to, &[id]);
            }
            Verb::Cancel => (after.state, after.barred, after.frozen) = (MeetingState::Cancelled, true, false),
            Verb::Freeze(frozen) => after.frozen = *frozen,
            Verb::Link(address) => after.video_link = read_link(address)?,
            Verb::NoShow => after.state = MeetingState::NoShow,
            Verb::Held => after.state = MeetingState::Held,
        }
        rows::save_meeting(tx, &dossier, &after).await?;
        note(
            tx,
            doing.actor,
            round,
            "meeting_changed",
            json!({ "meeting": id, "state": after.state, "starts_at": after.starts_at }),
        );
        Ok(())
    })
}

/// Lets two meetings change places.
pub async fn swap(doing: &Doing<'_>, round: Uuid, one: Uuid, other: Uuid) -> Result<()> {
    policy::may_run(doing.actor)?;
    if one == other {
        return refuse(vec![Said::new("別の面談を選んでください。", "Choose another meeting.")]);
    }
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let find = |id: Uuid| dossier.planned().find(|m| m.id == id).cloned().ok_or(Error::NotFound);
        let (one, other) = (find(one)?, find(other)?);
        let mut swapped = [
            Meeting { starts_at: other.starts_at, table_no: other.table_no, ..one.clone() },
            Meeting { starts_at: one.starts_at, table_no: one.table_no, ..other.clone() },
        ];
        // Judged one after the other: the second against a plan in which the first has moved already.
        let mut then: Dossier = dossier.clone();
        let mut found = Vec::new();
        for (at, moved) in swapped.iter_mut().enumerate() {
            let except: &[Uuid] = if at == 0 { &[one.id, other.id] } else { &[other.id] };
            let to = Move { a: moved.a, b: moved.b, starts_at: moved.starts_at, table_no: moved.table_no };
            found.extend(faults(&then, &to, except));
            moved.attending = seated(&then, &to, except);
            for m in then.meetings.iter_mut().filter(|m| m.id == moved.id) {
                m.clone_from(moved);
            }
        }
        refuse(found)?;
        rows::replace_plan(tx, &dossier, &swapped, &[]).await?;
        note(tx, doing.actor, round, "meetings_swapped", json!({ "meetings": [one.id, other.id] }));
        Ok(())
    })
}

/// Freezes every meeting of the plan, or lets all go.
pub async fn freeze_all(doing: &Doing<'_>, round: Uuid, frozen: bool) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let changed = dossier.planned().filter(|m| m.frozen != frozen);
        let changed: Vec<Meeting> = changed.map(|m| Meeting { frozen, ..m.clone() }).collect();
        rows::mark_all(tx, &dossier, &changed).await?;
        note(tx, doing.actor, round, "frozen", json!({ "frozen": frozen }));
        Ok(())
    })
}

/// Video rooms are reached over https; anything else would be an address that a browser should not open from here.
fn read_link(written: &str) -> Result<String> {
    let written = written.trim();
    let good =
        written.is_empty() || url::Url::parse(written).is_ok_and(|url| url.scheme() == "https" && url.has_host());
    if good && written.len() <= 500 {
        return Ok(written.to_owned());
    }
    Err(Error::Conflict(Said::new(
        "オンライン会議のアドレスは https:// で始めてください(500文字まで)。",
        "Write the address of the video room with https:// (500 characters at most).",
    )))
}
