//! A round as a problem of the optimizer (format ems/1) and its answer back as meetings. Pure.
//!
//! Every participant is one person of one organization, so that fairness counts participants. Its attendees only narrow its
//! time, except where somebody attends for two participants: then they are people of their own, parties of its requests.
//! Places are counted, not named: the solver is free in them, and tables are given out afterwards so that people change
//! them rarely.

use super::delegation::{self, Attendance, Busy};
use super::people::{People, small};
use super::{Dossier, Meeting, MetBefore, Participant, Side, Wish, Wished};
use chrono::{DateTime, Utc};
use engine::meet::{self, Instance, Solution};
use kernel::{Error, Result, Uuid};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// Attendees, where it matters who comes.
    #[serde(default)]
    pub attending: Vec<Uuid>,
}

/// How much a meeting counts: each side's wish, and a little more when both want it. What was taken over from a suggestion
/// counts half of what somebody said themselves.
fn weight([from_a, from_b]: [Option<&Wished>; 2]) -> i64 {
    let one = |wished: Option<&Wished>| match wished {
        Some(Wished { wish: Wish::Must, .. }) => 20,
        Some(Wished { wish: Wish::Want, suggested: true, .. }) => 3,
        Some(Wished { wish: Wish::Want, .. }) => 6,
        _ => 0,
    };
    let both = if from_a.is_some() && from_b.is_some() { 3 } else { 0 };
    (one(from_a) + one(from_b) + both).max(1)
}

/// Pairs beyond which a round is too large for pairs without a wish to fill free slots.
pub const MOST_FILLED: usize = 250_000;

/// A pair that may be planned.
struct Candidate<'a> {
    a: &'a Participant,
    b: &'a Participant,
    said: [Option<&'a Wished>; 2],
    meeting: Option<&'a Meeting>,
}

/// Every pair that may be planned, in the order of the round: nobody refused, no person cancelled it, and an earlier meeting
/// does not forbid it. What is frozen stays whatever else holds.
fn candidates(dossier: &Dossier, fill: bool) -> Vec<Candidate<'_>> {
    let (mut said, barred, policy) = (dossier.pairs(), dossier.barred(), MetBefore::of(&dossier.round));
    let planned: HashMap<(Uuid, Uuid), &Meeting> = dossier.planned().map(|m| ((m.a, m.b), m)).collect();
    for pair in planned.keys() {
        said.entry(*pair).or_default();
    }
    if fill {
        for a in dossier.active(Side::A) {
            for b in dossier.active(Side::B) {
                said.entry((a.id, b.id)).or_default();
            }
        }
    }
    let mut found: Vec<Candidate<'_>> = said
        .into_iter()
        .filter_map(|((a, b), said)| {
            let meeting = planned.get(&(a, b)).copied();
            let frozen = meeting.is_some_and(|m| m.frozen && dossier.grid.index_of(m.starts_at).is_some());
            let refused = said.iter().flatten().any(|wished| wished.wish == Wish::No) || barred.contains(&(a, b));
            let known = policy == MetBefore::Forbid && dossier.met_before(a, b).is_some();
            let (a, b) = (dossier.participant(a)?, dossier.participant(b)?);
            let goes = !a.withdrawn && !b.withdrawn && (frozen || !(refused || known));
            goes.then_some(Candidate { a, b, said, meeting })
        })
        .collect();
    found.sort_by_key(|one| (one.a.position, one.a.id, one.b.position, one.b.id));
    found
}

/// The problem of a round.
///
/// # Errors
/// A conflict when there is nothing to plan yet.
pub fn problem(dossier: &Dossier, options: Options) -> Result<Problem> {
    problem_to_mend(dossier, options, false)
}

/// Meetings that are gone for good and left a hole: cancelled, refused since, or with somebody who withdrew.
fn holes<'a>(dossier: &'a Dossier, open: &HashSet<(Uuid, Uuid)>) -> Vec<&'a Meeting> {
    let there = |m: &&Meeting| dossier.participant(m.a).is_some() && dossier.participant(m.b).is_some();
    let gone = dossier.meetings.iter().filter(|m| !m.is_on() || !open.contains(&(m.a, m.b)));
    gone.filter(there).filter(|m| dossier.grid.index_of(m.starts_at).is_some()).collect()
}

/// The problem of a round; to `mend` it, what is gone stands in the plan to start from as meetings that fit nowhere, so
/// that the optimizer knows which holes it may fill and with how many changes.
///
/// # Errors
/// A conflict when there is nothing to plan yet.
pub fn problem_to_mend(dossier: &Dossier, options: Options, mend: bool) -> Result<Problem> {
    let open = candidates(dossier, options.fill);
    let open_pairs: HashSet<(Uuid, Uuid)> =
        if mend { open.iter().map(|one| (one.a.id, one.b.id)).collect() } else { HashSet::new() };
    let holes = if mend { holes(dossier, &open_pairs) } else { Vec::new() };
    let left = holes.iter().flat_map(|m| [m.a, m.b]).filter(|id| dossier.participant(*id).is_some_and(|p| p.withdrawn));
    let people = People::of(dossier, &left.collect::<BTreeSet<Uuid>>());
    let policy = MetBefore::of(&dossier.round);
    let everyone = dossier.active(Side::A).count() * dossier.active(Side::B).count();
    if options.fill && everyone > MOST_FILLED {
        return Err(Error::conflict(kernel::both(
            "参加者が多いため、希望のない組は入れられません。「希望のない組も入れる」を外すか、「提案」から組を加えてください。",
            "The round is too large to fill with pairs without a wish. Leave that out, or add pairs from the suggestions.",
        )));
    }
    let (mut requests, mut pairs, mut wished, mut start) =
        (Vec::new(), Vec::new(), BTreeSet::new(), Solution::default());
    for one in open {
        let pair = [one.a.id, one.b.id];
        if one.said.iter().any(Option::is_some) {
            wished.insert((one.a.id, one.b.id));
        }
        let mut worth = weight(one.said);
        if policy == MetBefore::PreferNew && dossier.met_before(one.a.id, one.b.id).is_some() {
            worth = (worth / 2).max(1);
        }
        let mut request = json!({ "w": worth, "p": people.parties(pair) });
        if options.binding && one.said.iter().flatten().any(|wished| wished.wish == Wish::Must) {
            request["must"] = json!(true);
        }
        if dossier.needs_interpreter(one.a, one.b) {
            request["use"] = json!([[0, 1]]);
        }
        let planned = one.meeting.and_then(|m| Some((m, dossier.grid.index_of(m.starts_at)?)));
        if let Some((meeting, slot)) = planned {
            if meeting.frozen {
                request["fix"] = json!([slot]);
            }
            start.meetings.push(meet::Meeting {
                request: small(pairs.len()),
                slot: small(slot),
                place: None,
                people: people.of_meeting(dossier, pair, &meeting.attending, meeting.starts_at),
            });
        }
        requests.push(request);
        pairs.push((one.a.id, one.b.id));
    }
    if pairs.is_empty() {
        return Err(Error::conflict(kernel::both(
            "まだ組み合わせがありません。希望を入れるか、「希望のない組も空き枠に入れる」を選んでください。",
            "There is no pair to plan yet. Enter wishes, or let pairs without a wish fill free slots.",
        )));
    }
    for hole in holes.into_iter().filter(|hole| !open_pairs.contains(&(hole.a, hole.b))) {
        let pair = [hole.a, hole.b];
        start.meetings.push(meet::Meeting {
            request: small(pairs.len()),
            slot: small(dossier.grid.index_of(hole.starts_at).unwrap_or(0)),
            place: None,
            people: people.of_meeting(dossier, pair, &hole.attending, hole.starts_at),
        });
        requests.push(json!({ "w": 0, "p": people.parties(pair), "slots": [] }));
        pairs.push((hole.a, hole.b));
    }
    let instance = read(dossier, &people, requests)?;
    Ok(Problem { instance, people: people.ids, pairs, wished, start })
}

/// The event in the optimizer's format, through its strict reader.
fn read(dossier: &Dossier, people: &People<'_>, requests: Vec<serde_json::Value>) -> Result<Instance> {
    let slots = &dossier.grid.slots;
    let participants = people.participants();
    let places = if dossier.has_tables() { dossier.round.integer("tables").unwrap_or(1) } else { participants as i64 };
    let interpreters = dossier.round.integer("interpreters").unwrap_or(0);
    let event = json!({
        "format": "ems/1",
        "name": dossier.round.id.to_string(),
        "slots": {
            "day": slots.iter().map(|slot| slot.day).collect::<Vec<_>>(),
            "block": slots.iter().map(|slot| slot.block).collect::<Vec<_>>(),
            "utc": slots.iter().map(|slot| slot.starts_at.timestamp().div_euclid(60)).collect::<Vec<_>>(),
        },
        "orgs": participants + usize::from(!people.attendees.is_empty()),
        "people": people.written(dossier),
        "groups": people.groups,
        "place_count": places,
        "resources": [{ "name": INTERPRETER, "cap": vec![interpreters; slots.len()] }],
        "requests": requests,
    });
    meet::read_instance(event.to_string().as_bytes())
        .map_err(|error| Error::internal(format!("round as ems/1: {error}")))
}

/// A proposal back as the optimizer's answer, for its own referee; `None` when it names what is not there any more.
pub fn solution_of(dossier: &Dossier, problem: &Problem, proposed: &[Proposed]) -> Option<Solution> {
    let people = People::of(dossier, &BTreeSet::new());
    let number: HashMap<(Uuid, Uuid), usize> = problem.pairs.iter().enumerate().map(|(at, pair)| (*pair, at)).collect();
    let mut solution = Solution::default();
    for p in proposed {
        let (request, slot) = (number.get(&(p.a, p.b))?, dossier.grid.index_of(p.starts_at)?);
        let people = people.of_meeting(dossier, [p.a, p.b], &p.attending, p.starts_at);
        solution.meetings.push(meet::Meeting { request: small(*request), slot: small(slot), place: None, people });
    }
    Some(solution)
}

/// The optimizer's answer as meetings, with tables and with who attends.
pub fn proposed(dossier: &Dossier, problem: &Problem, solution: &Solution) -> Vec<Proposed> {
    let keys: HashMap<Uuid, String> =
        dossier.participants.iter().flat_map(|p| &p.attendees).map(|attendee| (attendee.id, attendee.key())).collect();
    let mut found: Vec<Proposed> = solution
        .meetings
        .iter()
        .filter_map(|m| {
            let (a, b) = *problem.pairs.get(m.request as usize)?;
            let starts_at = dossier.grid.slots.get(m.slot as usize)?.starts_at;
            let chosen: HashSet<&String> =
                m.people.iter().filter_map(|p| keys.get(problem.people.get(*p as usize)?)).collect();
            let attending = [a, b].into_iter().filter_map(|id| dossier.participant(id));
            let attending = attending.flat_map(|p| attending_for(p, starts_at, &chosen)).collect();
            Some(Proposed { a, b, starts_at, table_no: None, attending })
        })
        .collect();
    found.sort_by_key(|m| (m.starts_at, m.a, m.b));
    if dossier.has_tables() {
        give_tables(dossier, &mut found);
    }
    found
}

/// Whom the optimizer chose; where it had nobody to choose, the first who can.
fn attending_for(participant: &Participant, at: DateTime<Utc>, chosen: &HashSet<&String>) -> Vec<Uuid> {
    let picked: Vec<Uuid> = participant.attendees.iter().filter(|a| chosen.contains(&a.key())).map(|a| a.id).collect();
    if !picked.is_empty() && participant.attendance == Attendance::Any {
        return picked.into_iter().take(1).collect();
    }
    let seated = delegation::seat(participant, at, &Busy::nobody()).unwrap_or_default();
    seated.into_iter().map(|attendee| attendee.id).collect()
}

/// Tables: a meeting that did not move keeps its own; otherwise the hosting side stays where it sat last.
fn give_tables(dossier: &Dossier, found: &mut [Proposed]) {
    let tables = dossier.round.integer("tables").unwrap_or(1).max(1);
    let before: BTreeMap<(Uuid, Uuid, DateTime<Utc>), i64> =
        dossier.planned().filter_map(|m| Some(((m.a, m.b, m.starts_at), m.table_no?))).collect();
    let remote = |id: Uuid| dossier.participant(id).is_some_and(|p| p.remote);
    let (mut home, mut taken): (HashMap<Uuid, i64>, HashSet<i64>) = (HashMap::new(), HashSet::new());
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
                m.table_no = if wanted { usual } else { spare(&free, &taken) };
                if let Some(table) = m.table_no {
                    free.remove(&table);
                    home.insert(m.a, table);
                    taken.insert(table);
                }
            }
        }
        at = end;
    }
}

/// A free table that is nobody's usual one, or any free one.
fn spare(free: &BTreeSet<i64>, taken: &HashSet<i64>) -> Option<i64> {
    free.iter().find(|table| !taken.contains(table)).or_else(|| free.first()).copied()
}
