//! What an officer should know before planning: load, expectation, and demands that cannot all be met, in words. Pure.

use super::{Dossier, MetBefore, Participant, Side, Wish, Wished, delegation, said};
use kernel::lang::Said;
use kernel::{Lang, Uuid};
use std::collections::{BTreeSet, HashMap};

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
    let days = (0..dossier.grid.days()).map(|day| {
        dossier.grid.of_day(day).filter(|slot| !delegation::is_off(who, slot.starts_at)).count().min(per_day)
    });
    let all: usize = days.sum();
    all.min(usize::try_from(who.most.unwrap_or(i64::MAX)).unwrap_or(usize::MAX))
}

/// What speaks against a pair that somebody wished.
struct Closed {
    barred: BTreeSet<(Uuid, Uuid)>,
    forbid: bool,
}

impl Closed {
    fn of(dossier: &Dossier) -> Closed {
        Closed { barred: dossier.barred(), forbid: MetBefore::of(&dossier.round) == MetBefore::Forbid }
    }

    fn has(&self, dossier: &Dossier, pair: (Uuid, Uuid), said: &[Option<&Wished>; 2]) -> bool {
        said.iter().flatten().any(|wished| wished.wish == Wish::No)
            || self.barred.contains(&pair)
            || (self.forbid && dossier.met_before(pair.0, pair.1).is_some())
    }
}

fn is_must(said: &[Option<&Wished>; 2]) -> bool {
    said.iter().flatten().any(|wished| wished.wish == Wish::Must)
}

/// Figures of everybody who takes part, in the order of the round.
pub fn loads(dossier: &Dossier) -> Vec<Load> {
    let closed = Closed::of(dossier);
    let mut counts: HashMap<Uuid, (usize, usize)> = HashMap::new();
    for (pair, said) in dossier.pairs().iter().filter(|(pair, said)| !closed.has(dossier, **pair, said)) {
        for id in [pair.0, pair.1] {
            let count = counts.entry(id).or_default();
            count.0 += 1;
            count.1 += usize::from(is_must(said));
        }
    }
    let people = Side::BOTH.into_iter().flat_map(|side| dossier.active(side));
    people
        .map(|who| {
            let (demand, musts) = counts.get(&who.id).copied().unwrap_or_default();
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
    let closed = Closed::of(dossier);
    for (pair, said_of) in dossier.pairs().iter().filter(|(_, said)| is_must(said)) {
        let (Some(a), Some(b)) = (dossier.participant(pair.0), dossier.participant(pair.1)) else { continue };
        if said_of.iter().flatten().any(|wished| wished.wish == Wish::No) {
            found.push(tell(
                (a, b),
                "は、一方が「必ず」、もう一方が「見送る」です。この組は予定に入りません。",
                ": one side says must, the other no thanks. They will not be planned.",
            ));
            continue;
        }
        if closed.has(dossier, *pair, said_of) && closed.forbid {
            found.push(tell(
                (a, b),
                "は「必ず」ですが、以前に会っており、この面談会では組まない決まりです。設定の「以前に会った組」を変えると組めます。",
                " must meet, but met before, and this round does not plan such pairs. Change “Pairs that met before” in its settings.",
            ));
            continue;
        }
        musts += 1;
        let free = |who: &Participant, at| !delegation::is_off(who, at);
        if !dossier.grid.slots.iter().any(|s| free(a, s.starts_at) && free(b, s.starts_at)) {
            found.push(tell(
                (a, b),
                "は「必ず」ですが、二者とも空いている枠がありません。",
                " must meet, but are never free in the same slot.",
            ));
        }
    }
    found.extend(overbooked(dossier));
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

fn tell((a, b): (&Participant, &Participant), ja: &str, en: &str) -> Said {
    said(|lang| match lang {
        Lang::Ja => format!("「{}」と「{}」{ja}", a.called(lang), b.called(lang)),
        Lang::En => format!("{} and {}{en}", a.called(lang), b.called(lang)),
    })
}

/// People who attend for several participants, none of whom can do without them, and who have more musts than slots.
fn overbooked(dossier: &Dossier) -> Vec<Said> {
    let shared = delegation::shared(dossier);
    if shared.is_empty() {
        return Vec::new();
    }
    let musts: HashMap<Uuid, usize> = loads(dossier).into_iter().map(|load| (load.id, load.musts)).collect();
    let mut keys: Vec<&String> = shared.iter().collect();
    keys.sort();
    let mut found = Vec::new();
    for key in keys {
        let needs = |who: &&Participant| {
            let alone = who.attendance == delegation::Attendance::All || who.attendees.len() == 1;
            !who.withdrawn && alone && who.attendees.iter().any(|a| a.key() == *key)
        };
        let tied: Vec<&Participant> = dossier.participants.iter().filter(needs).collect();
        let Some(person) = tied.first().and_then(|who| who.attendees.iter().find(|a| a.key() == *key)) else {
            continue;
        };
        let wanted: usize = tied.iter().filter_map(|who| musts.get(&who.id)).sum();
        let off = |at| tied.iter().any(|who| who.attendees.iter().any(|a| a.key() == *key && a.off.contains(&at)));
        let free = dossier.grid.slots.iter().filter(|slot| !off(slot.starts_at)).count();
        if tied.len() > 1 && wanted > free {
            let names = |lang| tied.iter().map(|who| who.called(lang)).collect::<Vec<_>>().join(", ");
            found.push(said(|lang| match lang {
                Lang::Ja => format!(
                    "{}さんは {} の両方に出るため、「必ず」{wanted}件に対して出られる枠が{free}しかありません。出席者を分けるか、{}件を「会いたい」に変えてください。",
                    person.name, names(lang), wanted - free
                ),
                Lang::En => format!(
                    "{} attends for {}: {wanted} musts, but only {free} slots. Send somebody else for one of them, or turn {} musts into “would like”.",
                    person.name, names(lang), wanted - free
                ),
            }));
        }
    }
    found
}

/// Participants who have not answered.
pub fn silent(dossier: &Dossier) -> Vec<&Participant> {
    let wrote =
        |who: &Participant| who.answered_at.is_some() || dossier.wishes_of(who.id).any(|(_, wished)| !wished.suggested);
    dossier.participants.iter().filter(|who| !who.withdrawn && !wrote(who)).collect()
}
