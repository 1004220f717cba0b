//! Who takes part and what they wish: from sheets, from the directory, by hand, from the participants themselves.

use super::note;
use crate::rounds::model::{Dossier, Participant, Side, State, Wish, Wished};
use crate::rounds::sheet::participants::Read;
use crate::rounds::{policy, store as rows};
use chrono::{DateTime, Utc};
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid, both};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
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
        secret: Uuid::new_v4().simple().to_string() + &Uuid::new_v4().simple().to_string(),
        withdrawn: false,
        answered_at: None,
        position,
        off: BTreeSet::new(),
    }
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
        let mut there = dossier.participants.clone();
        for row in rows_read {
            let Some(side) = row.side.filter(|_| row.is_usable()) else {
                taken.skipped += 1;
                continue;
            };
            let party = linked.get(&row.line).copied();
            let at = there
                .iter()
                .position(|p| p.side == side && (p.name == row.name || (party.is_some() && p.party == party)));
            let mut participant = match at {
                Some(at) => there.remove(at),
                None => newcomer(tx.new_id(), side, &row.name, there.len() as i64),
            };
            if at.is_some() {
                taken.changed += 1
            } else {
                taken.new += 1
            }
            fill(&mut participant, row);
            if party.is_some() && !there.iter().any(|p| p.party == party) {
                participant.party = party;
            }
            rows::put_participant(tx, round, &participant).await?;
            there.push(participant);
        }
        note(tx, doing.actor, round, "participants_taken", json!({ "new": taken.new, "changed": taken.changed }));
        Ok(taken)
    })
}

/// An empty cell leaves what was there.
fn fill(participant: &mut Participant, row: &Read) {
    participant.name = row.name.clone();
    let texts: [(&mut String, &String); 6] = [
        (&mut participant.name_en, &row.name_en),
        (&mut participant.room, &row.room),
        (&mut participant.representatives, &row.representatives),
        (&mut participant.offer, &row.offer),
        (&mut participant.issue, &row.issue),
        (&mut participant.email, &row.email),
    ];
    for (kept, new) in texts {
        if !new.is_empty() {
            kept.clone_from(new);
        }
    }
    participant.most = row.most.or(participant.most);
    participant.most_per_day = row.most_per_day.or(participant.most_per_day);
    participant.language = row.language;
    participant.interpreter = row.interpreter;
    participant.remote = row.remote;
    if !row.off.is_empty() {
        participant.off = row.off.clone();
    }
}

/// Adds records of the directory; those that are there already stay as they are.
pub async fn add_parties(doing: &Doing<'_>, round: Uuid, chosen: &[(Side, Uuid)]) -> Result<usize> {
    policy::may_run(doing.actor)?;
    let keys = doing.actor.keyring();
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let mut added = 0;
        for (side, party) in chosen {
            let known = dossier.participants.iter().any(|p| p.party == Some(*party));
            let Some(entry) = doing.app.catalogue.entry(*party, &keys).filter(|_| !known) else { continue };
            let position = (dossier.participants.len() + added) as i64;
            let mut participant = newcomer(tx.new_id(), *side, entry.called(Lang::Ja), position);
            if entry.called(Lang::En) != participant.name {
                participant.name_en = entry.called(Lang::En).to_owned();
            }
            participant.party = Some(*party);
            rows::put_participant(tx, round, &participant).await?;
            added += 1;
        }
        note(tx, doing.actor, round, "parties_added", json!({ "added": added }));
        Ok(added)
    })
}

/// Stores one participant as an officer entered it. Withdrawing cancels its meetings.
pub async fn save_participant(doing: &Doing<'_>, round: Uuid, participant: &Participant) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let twice = dossier
            .participants
            .iter()
            .any(|p| p.id != participant.id && p.party.is_some() && p.party == participant.party);
        if twice {
            return Err(Error::invalid(
                "party",
                both("この相手はすでに参加しています。", "This party takes part already."),
            ));
        }
        rows::put_participant(tx, round, participant).await?;
        if participant.withdrawn {
            for meeting in dossier.planned().filter(|m| m.has(participant.id)) {
                let mut gone = meeting.clone();
                gone.state = crate::rounds::model::MeetingState::Cancelled;
                rows::save_meeting(tx, &gone).await?;
            }
        }
        note(tx, doing.actor, round, "participant_saved", json!({ "participant": participant.id }));
        Ok(())
    })
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

/// What a participant answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// For counterparts that were on the form; `None` takes a wish away.
    pub wishes: BTreeMap<Uuid, Option<Wished>>,
    pub off: BTreeSet<DateTime<Utc>>,
    pub representatives: String,
    pub offer: String,
    pub issue: String,
}

/// Who answers: an officer on behalf, or the participant itself within the time for answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Officer,
    Participant,
}

/// Stores an answer.
pub async fn answer(doing: &Doing<'_>, round: Uuid, id: Uuid, by: By, answer: &Answer) -> Result<()> {
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        let participant = dossier.participant(id).ok_or(Error::NotFound)?;
        let now = tx.now();
        match by {
            By::Officer => policy::may_plan(dossier.state())?,
            By::Participant => policy::takes_answers(dossier.state(), dossier.deadline(), now)?,
        }
        let mut after = participant.clone();
        after.off = answer.off.iter().copied().filter(|at| dossier.grid.index_of(*at).is_some()).collect();
        after.representatives.clone_from(&answer.representatives);
        after.offer.clone_from(&answer.offer);
        after.issue.clone_from(&answer.issue);
        after.answered_at = Some(now);
        rows::put_participant(tx, round, &after).await?;
        for (asked, wished) in &answer.wishes {
            let other = dossier.participant(*asked).filter(|other| other.side != participant.side);
            if other.is_some() {
                rows::put_wish(tx, round, (id, *asked), wished.as_ref()).await?;
            }
        }
        note(tx, doing.actor, round, "answered", json!({ "participant": id, "on_behalf": by == By::Officer }));
        Ok(())
    })
}

/// Takes in wishes of a sheet, in its order.
pub async fn take_wishes(
    doing: &Doing<'_>,
    round: Uuid,
    wishes: &[crate::rounds::sheet::wishes::Read],
) -> Result<Taken> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier: Dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let mut taken = Taken::default();
        let mut last: BTreeMap<(Uuid, Uuid), (Option<Wish>, &str)> = BTreeMap::new();
        for wish in wishes {
            last.insert((wish.asker, wish.asked), (wish.wish, &wish.note));
        }
        for (pair, (wish, words)) in last {
            let before = dossier.wishes.get(&pair);
            let kept = before.map_or("", |before| before.note.as_str());
            let words = if words.is_empty() { kept } else { words };
            let wished = wish.map(|wish| Wished { wish, note: words.to_owned() });
            if before == wished.as_ref() {
                continue;
            }
            if before.is_some() {
                taken.changed += 1
            } else {
                taken.new += 1
            }
            rows::put_wish(tx, round, pair, wished.as_ref()).await?;
        }
        note(tx, doing.actor, round, "wishes_taken", json!({ "new": taken.new, "changed": taken.changed }));
        Ok(taken)
    })
}
