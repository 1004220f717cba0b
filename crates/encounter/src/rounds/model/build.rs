//! A round as a problem of the optimizer (format ems/1) and its answer back as meetings. Pure.
//!
//! Every participant is one person of one organization, so that fairness counts participants. Places are counted, not
//! named: the solver is free in them, and tables are given out afterwards so that people change them rarely.

use super::{Dossier, Meeting, Side, Wish};
use chrono::{DateTime, Utc};
use engine::meet::{self, Instance, Solution};
use kernel::{Error, Result, Uuid};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The resource that interpreters are.
pub const INTERPRETER: &str = "通訳 (interpreter)";

/// How to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// "Must" is a rule; otherwise the strongest wish.
    pub binding: bool,
    /// Pairs without a wish may fill free slots.
    pub fill: bool,
}

/// The problem and what its numbers mean.
pub struct Problem {
    pub instance: Instance,
    /// Person number to participant.
    pub people: Vec<Uuid>,
    /// Request number to pair (a, b).
    pub pairs: Vec<(Uuid, Uuid)>,
    /// Pairs for which somebody wished.
    pub wished: BTreeSet<(Uuid, Uuid)>,
    /// What is planned now and can be expressed, for a warm start.
    pub start: Solution,
}

/// A meeting that a run proposes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Proposed {
    pub a: Uuid,
    pub b: Uuid,
    pub starts_at: DateTime<Utc>,
    pub table_no: Option<i64>,
}

/// How much a meeting counts: each side's wish, and a little more when both want it.
fn weight(from_a: Option<Wish>, from_b: Option<Wish>) -> i64 {
    let one = |wish| match wish {
        Some(Wish::Must) => 20,
        Some(Wish::Want) => 6,
        _ => 0,
    };
    let both = if from_a.is_some() && from_b.is_some() { 3 } else { 0 };
    (one(from_a) + one(from_b) + both).max(1)
}

/// Pairs that may meet at all: nobody refused, nobody withdrew, no person cancelled it.
pub fn is_open(dossier: &Dossier, a: Uuid, b: Uuid) -> bool {
    let refused = [dossier.wish(a, b), dossier.wish(b, a)].contains(&Some(Wish::No));
    let barred = dossier.meetings.iter().any(|m| m.a == a && m.b == b && m.barred);
    !refused && !barred
}

/// The problem of a round.
///
/// # Errors
/// A conflict when there is nothing to plan yet.
pub fn problem(dossier: &Dossier, options: Options) -> Result<Problem> {
    let people: Vec<Uuid> = Side::BOTH.iter().flat_map(|side| dossier.active(*side)).map(|p| p.id).collect();
    let number: HashMap<Uuid, usize> = people.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let persons: Vec<_> = people.iter().enumerate().filter_map(|(at, id)| person(dossier, *id, at)).collect();
    let planned: HashMap<(Uuid, Uuid), &Meeting> = dossier.planned().map(|m| ((m.a, m.b), m)).collect();
    let refused: BTreeSet<(Uuid, Uuid)> = dossier.meetings.iter().filter(|m| m.barred).map(|m| (m.a, m.b)).collect();
    let (mut requests, mut pairs, mut wished, mut start) =
        (Vec::new(), Vec::new(), BTreeSet::new(), Solution::default());
    for a in dossier.active(Side::A) {
        for b in dossier.active(Side::B) {
            let (from_a, from_b) = (dossier.wish(a.id, b.id), dossier.wish(b.id, a.id));
            let meeting = planned.get(&(a.id, b.id));
            let slot = meeting.and_then(|m| dossier.grid.index_of(m.starts_at));
            let held = meeting.zip(slot).filter(|(m, _)| m.frozen);
            if held.is_none() && ([from_a, from_b].contains(&Some(Wish::No)) || refused.contains(&(a.id, b.id))) {
                continue;
            }
            let wants = from_a.is_some() || from_b.is_some();
            if !wants && meeting.is_none() && !options.fill {
                continue;
            }
            if wants {
                wished.insert((a.id, b.id));
            }
            let pair = [number.get(&a.id).copied().unwrap_or(0), number.get(&b.id).copied().unwrap_or(0)];
            let mut request = json!({ "w": weight(from_a, from_b), "p": pair });
            if options.binding && [from_a, from_b].contains(&Some(Wish::Must)) {
                request["must"] = json!(true);
            }
            if let Some((_, slot)) = held {
                request["fix"] = json!([slot]);
            }
            if dossier.needs_interpreter(a, b) {
                request["use"] = json!([[0, 1]]);
            }
            if let Some(slot) = slot {
                let meeting = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                start.meetings.push(meet::Meeting {
                    request: meeting(pairs.len()),
                    slot: meeting(slot),
                    place: None,
                    people: pair.map(meeting).to_vec(),
                });
            }
            requests.push(request);
            pairs.push((a.id, b.id));
        }
    }
    if pairs.is_empty() {
        return Err(Error::conflict(kernel::both(
            "まだ組み合わせがありません。希望を入れるか、「希望のない組も空き枠に入れる」を選んでください。",
            "There is no pair to plan yet. Enter wishes, or let pairs without a wish fill free slots.",
        )));
    }
    let slots = &dossier.grid.slots;
    let places = if dossier.has_tables() { dossier.round.integer("tables").unwrap_or(1) } else { people.len() as i64 };
    let interpreters = dossier.round.integer("interpreters").unwrap_or(0);
    let event = json!({
        "format": "ems/1",
        "name": dossier.round.id.to_string(),
        "slots": {
            "day": slots.iter().map(|slot| slot.day).collect::<Vec<_>>(),
            "block": slots.iter().map(|slot| slot.block).collect::<Vec<_>>(),
            "utc": slots.iter().map(|slot| slot.starts_at.timestamp().div_euclid(60)).collect::<Vec<_>>(),
        },
        "orgs": people.len(),
        "people": persons,
        "place_count": places,
        "resources": [{ "name": INTERPRETER, "cap": vec![interpreters; slots.len()] }],
        "requests": requests,
    });
    let instance = meet::read_instance(event.to_string().as_bytes())
        .map_err(|error| Error::internal(format!("round as ems/1: {error}")))?;
    Ok(Problem { instance, people, pairs, wished, start })
}

fn person(dossier: &Dossier, id: Uuid, org: usize) -> Option<serde_json::Value> {
    let participant = dossier.participant(id)?;
    let off: Vec<usize> = participant.off.iter().filter_map(|at| dossier.grid.index_of(*at)).collect();
    let mut person = json!({ "org": org, "off": off });
    if let Some(most) = participant.most {
        person["max"] = json!(most);
    }
    if let Some(most) = participant.most_per_day {
        person["day_max"] = json!(most);
    }
    if participant.remote {
        person["remote"] = json!(true);
    }
    Some(person)
}

/// The optimizer's answer as meetings, with tables.
pub fn proposed(dossier: &Dossier, problem: &Problem, solution: &Solution) -> Vec<Proposed> {
    let mut found: Vec<Proposed> = solution
        .meetings
        .iter()
        .filter_map(|m| {
            let (a, b) = *problem.pairs.get(m.request as usize)?;
            Some(Proposed { a, b, starts_at: dossier.grid.slots.get(m.slot as usize)?.starts_at, table_no: None })
        })
        .collect();
    found.sort_by_key(|m| (m.starts_at, m.a, m.b));
    if dossier.has_tables() {
        give_tables(dossier, &mut found);
    }
    found
}

/// Tables: a meeting that did not move keeps its own; otherwise the hosting side stays where it sat last.
fn give_tables(dossier: &Dossier, found: &mut [Proposed]) {
    let tables = dossier.round.integer("tables").unwrap_or(1).max(1);
    let before: BTreeMap<(Uuid, Uuid, DateTime<Utc>), i64> =
        dossier.planned().filter_map(|m| Some(((m.a, m.b, m.starts_at), m.table_no?))).collect();
    let remote = |id: Uuid| dossier.participant(id).is_some_and(|p| p.remote);
    let mut home: HashMap<Uuid, i64> = HashMap::new();
    let mut at = 0;
    while at < found.len() {
        let end = found[at..].iter().position(|m| m.starts_at != found[at].starts_at).map_or(found.len(), |n| at + n);
        let mut free: BTreeSet<i64> = (1..=tables).collect();
        for m in &mut found[at..end] {
            m.table_no = before.get(&(m.a, m.b, m.starts_at)).copied().filter(|table| free.remove(table));
        }
        for wanted in [true, false] {
            for m in found[at..end].iter_mut().filter(|m| m.table_no.is_none() && !remote(m.a) && !remote(m.b)) {
                let usual = home.get(&m.a).copied().filter(|table| free.contains(table));
                m.table_no = if wanted { usual } else { spare(&free, &home) };
                if let Some(table) = m.table_no {
                    free.remove(&table);
                    home.insert(m.a, table);
                }
            }
        }
        at = end;
    }
}

/// A free table that is nobody's usual one, or any free one.
fn spare(free: &BTreeSet<i64>, home: &HashMap<Uuid, i64>) -> Option<i64> {
    free.iter().find(|table| !home.values().any(|taken| taken == *table)).or_else(|| free.first()).copied()
}
