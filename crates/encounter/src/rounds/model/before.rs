//! What an officer should know before planning: load, expectation, and demands that cannot all be met, in words. Pure.

use super::{Dossier, Participant, Side, Wish, build, said};
use kernel::lang::Said;
use kernel::{Lang, Uuid};

/// One participant's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    pub id: Uuid,
    /// Open pairs for which one of both wished.
    pub demand: usize,
    /// "Must" of one's own or of others.
    pub musts: usize,
    /// Meetings that fit into the available time and the limits.
    pub capacity: usize,
    /// Share of the demand that can be met at best, 0 to 100.
    pub expected: usize,
}

/// Most meetings somebody can attend.
pub fn capacity(dossier: &Dossier, who: &Participant) -> usize {
    let per_day = usize::try_from(who.most_per_day.unwrap_or(i64::MAX)).unwrap_or(usize::MAX);
    let days = (0..dossier.grid.days())
        .map(|day| dossier.grid.of_day(day).filter(|slot| !who.off.contains(&slot.starts_at)).count().min(per_day));
    let all: usize = days.sum();
    all.min(usize::try_from(who.most.unwrap_or(i64::MAX)).unwrap_or(usize::MAX))
}

/// Figures of everybody who takes part, in the order of the round.
pub fn loads(dossier: &Dossier) -> Vec<Load> {
    let people = Side::BOTH.into_iter().flat_map(|side| dossier.active(side));
    people
        .map(|who| {
            let (mut demand, mut musts) = (0, 0);
            for other in dossier.active(who.side.other()) {
                let wishes = [dossier.wish(who.id, other.id), dossier.wish(other.id, who.id)];
                let pair = if who.side == Side::A { (who.id, other.id) } else { (other.id, who.id) };
                if wishes.iter().all(Option::is_none) || !build::is_open(dossier, pair.0, pair.1) {
                    continue;
                }
                demand += 1;
                musts += usize::from(wishes.contains(&Some(Wish::Must)));
            }
            let capacity = capacity(dossier, who);
            let expected = (capacity.min(demand) * 100).checked_div(demand).unwrap_or(100);
            Load { id: who.id, demand, musts, capacity, expected }
        })
        .collect()
}

/// Demands that no timetable can meet, each with what to change. With binding musts nothing can be planned until they
/// are gone.
pub fn impossible(dossier: &Dossier) -> Vec<Said> {
    let mut found = Vec::new();
    for load in loads(dossier).iter().filter(|load| load.musts > load.capacity) {
        let name = |lang| dossier.name(load.id, lang);
        found.push(said(|lang| match lang {
            Lang::Ja => format!(
                "「{}」には「必ず」が{}件ありますが、出られる枠は{}です。{}件を「会いたい」に変えるか、都合のつく枠を増やしてください。",
                name(lang), load.musts, load.capacity, load.musts - load.capacity
            ),
            Lang::En => format!(
                "{} has {} musts but can attend {} slots. Turn {} of them into “would like”, or open more slots.",
                name(lang), load.musts, load.capacity, load.musts - load.capacity
            ),
        }));
    }
    let mut musts = 0;
    for a in dossier.active(Side::A) {
        for b in dossier.active(Side::B) {
            let wishes = [dossier.wish(a.id, b.id), dossier.wish(b.id, a.id)];
            if !wishes.contains(&Some(Wish::Must)) {
                continue;
            }
            if wishes.contains(&Some(Wish::No)) {
                found.push(said(|lang| match lang {
                    Lang::Ja => format!(
                        "「{}」と「{}」は、一方が「必ず」、もう一方が「見送る」です。この組は予定に入りません。",
                        a.called(lang),
                        b.called(lang)
                    ),
                    Lang::En => format!(
                        "{} and {}: one side says must, the other no thanks. They will not be planned.",
                        a.called(lang),
                        b.called(lang)
                    ),
                }));
                continue;
            }
            musts += 1;
            let common =
                dossier.grid.slots.iter().any(|s| !a.off.contains(&s.starts_at) && !b.off.contains(&s.starts_at));
            if !common {
                found.push(said(|lang| match lang {
                    Lang::Ja => format!(
                        "「{}」と「{}」は「必ず」ですが、二者とも空いている枠がありません。",
                        a.called(lang),
                        b.called(lang)
                    ),
                    Lang::En => format!(
                        "{} and {} must meet, but are never free in the same slot.",
                        a.called(lang),
                        b.called(lang)
                    ),
                }));
            }
        }
    }
    let tables = dossier.round.integer("tables").unwrap_or(0).max(0) as usize;
    if dossier.has_tables() && musts > tables * dossier.grid.slots.len() {
        found.push(said(|lang| match lang {
            Lang::Ja => {
                format!("「必ず」が{musts}組ありますが、卓と枠では{}組までです。", tables * dossier.grid.slots.len())
            }
            Lang::En => format!(
                "{musts} pairs must meet, but tables and slots hold {} only.",
                tables * dossier.grid.slots.len()
            ),
        }));
    }
    found
}

/// Participants who have not answered.
pub fn silent(dossier: &Dossier) -> Vec<&Participant> {
    let wrote =
        |who: &Participant| who.answered_at.is_some() || dossier.wishes.keys().any(|(asker, _)| *asker == who.id);
    dossier.participants.iter().filter(|who| !who.withdrawn && !wrote(who)).collect()
}
