//! What participants answer, wishes of a sheet, and suggestions that are taken over.

use super::note;
use super::setup::{Taken, attends, zone};
use crate::rounds::model::delegation::Attendance;
use crate::rounds::model::{Dossier, Wish, Wished};
use crate::rounds::{policy, store as rows};
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::atomically;
use web::records::actions::Doing;

/// What a participant answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// For counterparts that were on the form; `None` takes a wish away.
    pub wishes: BTreeMap<Uuid, Option<Wished>>,
    pub off: BTreeSet<DateTime<Utc>>,
    pub representatives: String,
    pub attendance: Attendance,
    /// When each of those who attend cannot come, by the place in which they are written.
    pub attendee_off: BTreeMap<Uuid, BTreeSet<DateTime<Utc>>>,
    pub zone: String,
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
        if after.representatives != answer.representatives {
            attends(&mut after, &answer.representatives, &dossier.grid, || tx.new_id());
        }
        for attendee in &mut after.attendees {
            if let Some(off) = answer.attendee_off.get(&attendee.id) {
                attendee.off = off.iter().copied().filter(|at| dossier.grid.index_of(*at).is_some()).collect();
            }
        }
        after.attendance = answer.attendance;
        after.zone.clone_from(&answer.zone);
        after.offer.clone_from(&answer.offer);
        after.issue.clone_from(&answer.issue);
        after.answered_at = Some(now);
        rows::put_participants(tx, round, &[after]).await?;
        let crossed = |asked: &Uuid| dossier.participant(*asked).is_some_and(|other| other.side != participant.side);
        let wishes: Vec<_> = answer
            .wishes
            .iter()
            .filter(|(asked, _)| crossed(asked))
            .map(|(asked, wished)| ((id, *asked), wished.clone()))
            .collect();
        rows::put_wishes(tx, round, &wishes).await?;
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
        let mut stored = Vec::new();
        let mut last: BTreeMap<(Uuid, Uuid), (Option<Wish>, &str)> = BTreeMap::new();
        for wish in wishes {
            last.insert((wish.asker, wish.asked), (wish.wish, &wish.note));
        }
        for (pair, (wish, words)) in last {
            let before = dossier.wishes.get(&pair);
            let kept = before.map_or("", |before| before.note.as_str());
            let words = if words.is_empty() { kept } else { words };
            let wished = wish.map(|wish| Wished { wish, note: words.to_owned(), suggested: false });
            if before == wished.as_ref() {
                continue;
            }
            if before.is_some() {
                taken.changed += 1
            } else {
                taken.new += 1
            }
            stored.push((pair, wished));
        }
        rows::put_wishes(tx, round, &stored).await?;
        note(tx, doing.actor, round, "wishes_taken", json!({ "new": taken.new, "changed": taken.changed }));
        Ok(taken)
    })
}

/// Takes over suggestions as mild wishes of those for whom they were made. What somebody said themselves stays, and nobody
/// who said "no thanks" is asked again.
pub async fn take_suggestions(doing: &Doing<'_>, round: Uuid, pairs: &[(Uuid, Uuid)]) -> Result<usize> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        let open = |(asker, asked): &&(Uuid, Uuid)| {
            let sides = dossier.participant(*asker).zip(dossier.participant(*asked));
            sides.is_some_and(|(one, other)| one.side != other.side && !one.withdrawn && !other.withdrawn)
                && dossier.wish(*asker, *asked).is_none()
                && dossier.wish(*asked, *asker) != Some(Wish::No)
        };
        let taken: BTreeSet<(Uuid, Uuid)> = pairs.iter().filter(open).copied().collect();
        let wished = Wished { wish: Wish::Want, note: String::new(), suggested: true };
        let wishes: Vec<_> = taken.into_iter().map(|pair| (pair, Some(wished.clone()))).collect();
        rows::put_wishes(tx, round, &wishes).await?;
        note(tx, doing.actor, round, "suggestions_taken", json!({ "added": wishes.len() }));
        Ok(wishes.len())
    })
}
