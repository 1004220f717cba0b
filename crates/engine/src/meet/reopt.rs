//! Life after the first schedule: loading an existing schedule into a changed event, and repairing it with few changes.

use super::frame::{Frame, NONE};
use super::instance::Instance;
use super::search::{Prices, Search};
use super::solution::{Meeting, Solution};
use super::solve::Run;
use super::state::State;
use std::collections::HashMap;

/// Inserts the meetings of `start` that still keep the rules, confirmed ones first. Returns the others.
pub(super) fn load<'f, 'a>(f: &'f Frame<'a>, start: &Solution) -> (State<'f, 'a>, Vec<u32>) {
    let mut st = State::new(f);
    let mut order: Vec<&Meeting> = start.meetings.iter().collect();
    order.sort_by_key(|m| !f.fixed(m.request as usize));
    let mut dropped = Vec::new();
    for m in order {
        match fits(f, &st, m) {
            Some(people) => st.insert(m.request as usize, m.slot as usize, m.place.unwrap_or(NONE), &people),
            None => dropped.push(m.request),
        }
    }
    (st, dropped)
}

/// The attendees in the order of the parties, if the meeting is possible beside what is in `st`.
pub(super) fn fits(f: &Frame<'_>, st: &State<'_, '_>, m: &Meeting) -> Option<Vec<u32>> {
    let x = f.x;
    let (q, s) = (m.request as usize, m.slot as usize);
    let r = &x.requests[q];
    if st.at[q] != super::state::OUT
        || f.mask[q] >> s & 1 == 0
        || m.people.iter().any(|&p| st.free[p as usize] >> s & 1 == 0)
    {
        return None;
    }
    let people = seat(x, &r.parties, &m.people)?;
    let over = |&(k, n): &(u32, i64)| st.used[k as usize * f.slots + s] + n > x.resources[k as usize].cap[s];
    if r.uses.iter().any(over) {
        return None;
    }
    let at = |b: u32| (st.at[b as usize] != super::state::OUT).then_some(st.at[b as usize] as usize);
    if r.after.iter().any(|&b| at(b).is_some_and(|k| k >= s))
        || f.before[q].iter().any(|&c| at(c).is_some_and(|k| k <= s))
    {
        return None;
    }
    let place_ok = match m.place {
        _ if st.is_virtual(&people) => m.place.is_none() && st.virtual_open >> s & 1 == 1,
        None => x.place_count.is_some() && st.counted_open >> s & 1 == 1,
        Some(t) => {
            let place = &x.places[t as usize];
            st.place_free[t as usize] >> s & 1 == 1
                && place.seats as usize >= people.len()
                && place.org.is_none_or(|o| r.orgs.contains(&o))
                && r.fix.is_none_or(|f| f.place.is_none_or(|p| p == t))
                && (x.max_hop.is_none() || near(f, st, &people, s, t))
        }
    };
    place_ok.then_some(people)
}

fn near(f: &Frame<'_>, st: &State<'_, '_>, people: &[u32], s: usize, t: u32) -> bool {
    let hop = f.x.max_hop.unwrap_or(u32::MAX);
    people.iter().all(|&p| {
        let (a, b) = st.around(p as usize, s);
        [a, b].into_iter().flatten().filter(|k| k.abs_diff(s) == 1).all(|k| {
            let v = st.place[st.busy[p as usize * f.slots + k] as usize];
            v == NONE || f.x.steps(v as usize, t as usize) <= hop
        })
    })
}

/// Puts attendees on parties one to one (parties are few, so plain backtracking is enough).
fn seat(x: &Instance, parties: &[i32], people: &[u32]) -> Option<Vec<u32>> {
    fn go(x: &Instance, parties: &[i32], people: &[u32], used: &mut Vec<bool>, out: &mut Vec<u32>) -> bool {
        let Some(&y) = parties.get(out.len()) else { return true };
        for i in 0..people.len() {
            let named_for = parties.contains(&(people[i] as i32));
            let suits = if y >= 0 { people[i] == y as u32 } else { !named_for && x.group(y).contains(&people[i]) };
            if used[i] || !suits {
                continue;
            }
            used[i] = true;
            out.push(people[i]);
            if go(x, parties, people, used, out) {
                return true;
            }
            out.pop();
            used[i] = false;
        }
        false
    }
    if parties.len() != people.len() {
        return None;
    }
    let mut out = Vec::with_capacity(people.len());
    go(x, parties, people, &mut vec![false; people.len()], &mut out).then_some(out)
}

/// Brings dropped meetings back where they fit, forces those that have to take place, then fills the holes; everything
/// else stays as it is.
pub(super) fn repair<'f, 'a>(run: &Run<'_, 'f, 'a>, st: State<'f, 'a>, dropped: &[u32]) -> State<'f, 'a> {
    let f = run.f;
    let prices = Prices { value: 1.0, gap: 0.02, hop: 0.002, excess: 5.0, fair: 0.0, floor: 0, below: 0.0, must: 0.0 };
    let mut search = Search::new(st, prices, run.o.seed, run.frozen.clone());
    search.fill_pool(|_| true);
    let musts = (0..f.requests()).filter(|&q| f.x.requests[q].must);
    let missing: Vec<usize> = musts.filter(|&q| search.st.at[q] == super::state::OUT).collect();
    for q in missing {
        let fixed = f.x.requests[q].fix.map(|x| x.slot as usize);
        if !search.place_directly(q, fixed) {
            search.place_forcibly(q);
        }
    }
    let mut back: Vec<u32> = dropped.to_vec();
    back.sort_by_key(|&q| std::cmp::Reverse(f.value[q as usize]));
    let mut filled = 0;
    for &q in &back {
        if search.st.at[q as usize] == super::state::OUT
            && f.mask[q as usize] != 0
            && search.place_directly(q as usize, None)
        {
            filled += 1;
        }
    }
    // Whoever waits takes what is left over, at most one new meeting for each that went.
    let mut waiting: Vec<u32> =
        (0..f.requests() as u32).filter(|&q| search.st.at[q as usize] == super::state::OUT).collect();
    waiting.sort_by_key(|&q| std::cmp::Reverse(f.value[q as usize]));
    for &q in &waiting {
        if filled >= dropped.len() || (run.o.clock)() >= run.o.deadline {
            break;
        }
        if search.open_slots(q as usize) != 0 && !search.locked(q as usize) && search.place_directly(q as usize, None) {
            filled += 1;
        }
    }
    search.st
}

/// Meetings of `start` that `now` does not hold in the same slot and place with the same people.
pub fn changes(start: &Solution, now: &Solution) -> usize {
    let kept: HashMap<u32, &Meeting> = now.meetings.iter().map(|m| (m.request, m)).collect();
    let same = |a: &Meeting, b: &Meeting| a.slot == b.slot && a.place == b.place && same_people(&a.people, &b.people);
    start.meetings.iter().filter(|m| !kept.get(&m.request).is_some_and(|k| same(m, k))).count()
}

/// The same people in whatever order; nearly always in the same one.
fn same_people(a: &[u32], b: &[u32]) -> bool {
    let sorted = |list: &[u32]| {
        let mut list = list.to_vec();
        list.sort_unstable();
        list
    };
    a == b || sorted(a) == sorted(b)
}
