//! Who takes part and what they wish: from sheets, from the directory, by hand, from the participants themselves.

use super::note;
use crate::rounds::model::delegation::{self, Attendance};
use crate::rounds::model::grid::Grid;
use crate::rounds::model::{Dossier, Meeting, MeetingState, Participant, Side, State};
use crate::rounds::sheet::participants::Read;
use crate::rounds::{policy, store as rows};
use chrono::{DateTime, Utc};
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid, both};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{Tx, atomically};
use web::records::actions::{self as kit, Doing};

/// The zone of rounds that name none.
pub fn zone(doing: &Doing<'_>) -> chrono_tz::Tz {
    doing.app.hub.zone
}

/// Puts a round into another state.
pub async fn turn(doing: &Doing<'_>, id: Uuid, next: State) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), id).await?;
        turn_within(doing, tx, &dossier.round, next).await
    })
}

/// The same inside a transaction that does more.
pub async fn turn_within(doing: &Doing<'_>, tx: &mut Tx, round: &Record, next: State) -> Result<()> {
    policy::may_become(State::of(round), next)?;
    let mut after = round.clone();
    after.set("state", next.code());
    kit::update_within(doing, tx, after, round.version).await?;
    Ok(())
}

/// A participant with nothing but a name.
/// What opens a participant's own page: 244 bits of chance.
pub fn new_secret() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

pub fn newcomer(id: Uuid, side: Side, name: &str, position: i64) -> Participant {
    Participant {
        id,
        side,
        party: None,
        name: name.to_owned(),
        name_en: String::new(),
        room: String::new(),
        most: None,
        most_per_day: None,
        language: Lang::Ja,
        interpreter: false,
        remote: false,
        representatives: String::new(),
        offer: String::new(),
        issue: String::new(),
        email: String::new(),
        secret: new_secret(),
        withdrawn: false,
        answered_at: None,
        position,
        version: 1,
        zone: String::new(),
        off: BTreeSet::new(),
        attendees: Vec::new(),
        attendance: Attendance::Any,
    }
}

/// Keeps those who attend as somebody wrote them; who stays keeps their times.
pub fn attends(participant: &mut Participant, written: &str, grid: &Grid, new_id: impl FnMut() -> Uuid) -> Vec<String> {
    let (attendees, odd) = delegation::read(written, grid, &participant.attendees, new_id);
    participant.attendees = attendees;
    participant.representatives = written.to_owned();
    odd
}

/// Counts of what a sheet did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    pub new: usize,
    pub changed: usize,
    pub skipped: usize,
}

/// Takes in rows of participants; `linked` names the directory record of a row by its line. A row whose name is there on
/// its side updates that participant, so a sheet may come twice.
pub async fn take_participants(
    doing: &Doing<'_>,
    round: Uuid,
    rows_read: &[Read],
    linked: &BTreeMap<usize, Uuid>,
) -> Result<Taken> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let mut taken = Taken::default();
        let mut there = Known::of(dossier.participants.clone());
        let mut stored: BTreeSet<usize> = BTreeSet::new();
        for row in rows_read {
            let Some(side) = row.side.filter(|_| row.is_usable()) else {
                taken.skipped += 1;
                continue;
            };
            let party = linked.get(&row.line).copied();
            let at = match there.find(side, &row.name, party) {
                Some(at) => {
                    taken.changed += usize::from(!stored.contains(&at));
                    at
                }
                None => {
                    taken.new += 1;
                    there.add(newcomer(tx.new_id(), side, &row.name, there.all.len() as i64))
                }
            };
            there.fill(at, row, &dossier.grid, || tx.new_id());
            there.link(at, party);
            stored.insert(at);
        }
        let changed: Vec<Participant> = stored.iter().filter_map(|at| there.all.get(*at).cloned()).collect();
        rows::put_participants(tx, round, &changed).await?;
        note(tx, doing.actor, round, "participants_taken", json!({ "new": taken.new, "changed": taken.changed }));
        Ok(taken)
    })
}

/// Participants found by name and by record.
struct Known {
    all: Vec<Participant>,
    by_name: HashMap<(Side, String), usize>,
    by_party: HashMap<Uuid, usize>,
}

impl Known {
    fn of(all: Vec<Participant>) -> Known {
        let by_name = all.iter().enumerate().map(|(at, p)| ((p.side, p.name.clone()), at)).collect();
        let by_party = all.iter().enumerate().filter_map(|(at, p)| Some((p.party?, at))).collect();
        Known { all, by_name, by_party }
    }

    fn find(&self, side: Side, name: &str, party: Option<Uuid>) -> Option<usize> {
        let linked = party.and_then(|party| self.by_party.get(&party)).copied();
        let linked = linked.filter(|at| self.all.get(*at).is_some_and(|p| p.side == side));
        self.by_name.get(&(side, name.to_owned())).copied().or(linked)
    }

    fn add(&mut self, participant: Participant) -> usize {
        let at = self.all.len();
        self.by_name.insert((participant.side, participant.name.clone()), at);
        self.all.push(participant);
        at
    }

    /// One record takes part once.
    fn link(&mut self, at: usize, party: Option<Uuid>) {
        let Some(party) = party else { return };
        let free = self.by_party.get(&party).is_none_or(|known| *known == at);
        if let (Some(participant), true) = (self.all.get_mut(at), free) {
            if let Some(before) = participant.party.replace(party) {
                self.by_party.remove(&before);
            }
            self.by_party.insert(party, at);
        }
    }

    /// An empty cell leaves what was there.
    fn fill(&mut self, at: usize, row: &Read, grid: &Grid, new_id: impl FnMut() -> Uuid) {
        let Some(participant) = self.all.get_mut(at) else { return };
        participant.name = row.name.clone();
        let texts: [(&mut String, &String); 6] = [
            (&mut participant.name_en, &row.name_en),
            (&mut participant.room, &row.room),
            (&mut participant.offer, &row.offer),
            (&mut participant.issue, &row.issue),
            (&mut participant.email, &row.email),
            (&mut participant.zone, &row.zone),
        ];
        for (kept, new) in texts {
            if !new.is_empty() {
                kept.clone_from(new);
            }
        }
        if !row.representatives.is_empty() {
            attends(participant, &row.representatives, grid, new_id);
        }
        participant.attendance = row.attendance.unwrap_or(participant.attendance);
        participant.most = row.most.or(participant.most);
        participant.most_per_day = row.most_per_day.or(participant.most_per_day);
        participant.language = row.language;
        participant.interpreter = row.interpreter;
        participant.remote = row.remote;
        if !row.off.is_empty() {
            participant.off = row.off.clone();
        }
        self.by_name.insert((participant.side, participant.name.clone()), at);
    }
}

/// Adds records of the directory; those that are there already stay as they are.
pub async fn add_parties(doing: &Doing<'_>, round: Uuid, chosen: &[(Side, Uuid)]) -> Result<usize> {
    policy::may_run(doing.actor)?;
    let keys = doing.actor.keyring();
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let mut added: Vec<Participant> = Vec::new();
        for (side, party) in chosen {
            let known = dossier.participants.iter().chain(&added).any(|p| p.party == Some(*party));
            let Some(entry) = doing.app.catalogue.entry(*party, &keys).filter(|_| !known) else { continue };
            let position = (dossier.participants.len() + added.len()) as i64;
            let mut participant = newcomer(tx.new_id(), *side, entry.called(Lang::Ja), position);
            if entry.called(Lang::En) != participant.name {
                participant.name_en = entry.called(Lang::En).to_owned();
            }
            participant.party = Some(*party);
            added.push(participant);
        }
        rows::put_participants(tx, round, &added).await?;
        note(tx, doing.actor, round, "parties_added", json!({ "added": added.len() }));
        Ok(added.len())
    })
}

/// Stores one participant as an officer entered it. Withdrawing cancels its meetings. Its `version` is the one that the
/// officer had read.
///
/// # Errors
/// [`Stale`] when somebody else stored it since.
pub async fn save_participant(doing: &Doing<'_>, round: Uuid, participant: &Participant) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        // Whom a merge of records made the same party stay two.
        let was = dossier.participant(participant.id).and_then(|p| p.party);
        let others = |party| dossier.participants.iter().any(|p| p.id != participant.id && p.party == Some(party));
        if participant.party.is_some_and(|party| was != Some(party) && others(party)) {
            return Err(Error::invalid(
                "party",
                both("この相手はすでに参加しています。", "This party takes part already."),
            ));
        }
        if !rows::save_participant(tx, round, participant, participant.version).await? {
            return Err(Stale.into());
        }
        if participant.withdrawn {
            cancel_meetings(tx, &dossier, participant.id, DateTime::<Utc>::MIN_UTC).await?;
        }
        note(tx, doing.actor, round, "participant_saved", json!({ "participant": participant.id }));
        Ok(())
    })
}

/// Cancels what is planned with a participant from an instant on.
pub async fn cancel_meetings(tx: &mut Tx, dossier: &Dossier, participant: Uuid, from: DateTime<Utc>) -> Result<()> {
    for meeting in dossier.planned().filter(|m| m.has(participant) && m.starts_at >= from) {
        let gone = Meeting { state: MeetingState::Cancelled, ..meeting.clone() };
        rows::save_meeting(tx, dossier, &gone).await?;
    }
    Ok(())
}

/// Somebody else stored the participant since it was read.
pub struct Stale;

impl From<Stale> for Error {
    fn from(_: Stale) -> Error {
        Error::conflict(both(
            "この参加者は、ほかの人が先に保存しました。両方の内容を見比べてください。",
            "Somebody else saved this participant first. Compare both versions.",
        ))
    }
}

/// Takes a participant out altogether; not possible once something was published.
pub async fn remove_participant(doing: &Doing<'_>, round: Uuid, id: Uuid) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        dossier.participant(id).ok_or(Error::NotFound)?;
        if dossier.state() >= State::Published {
            return Err(Error::conflict(both(
                "公開後は削除できません。「参加を取りやめた」にしてください。",
                "After publication nobody is deleted. Mark them as withdrawn.",
            )));
        }
        rows::delete_participant(tx, id).await?;
        note(tx, doing.actor, round, "participant_removed", json!({ "participant": id }));
        Ok(())
    })
}
