//! Complete enumeration for very small events of any kind: proves all five levels, the fewest changes of a schedule that is
//! kept, or that nothing is possible. Gives up after a fixed number of steps, so it costs little where it is hopeless.

use super::cause::Cause;
use super::frame::Frame;
use super::instance::{Instance, each_slot};
use super::reopt::{changes, fits};
use super::solution::{Meeting, Solution};
use super::state::State;
use std::cmp::Reverse;

/// Largest number of requests, of ways to hold one of them all told, and of steps.
const REQUESTS: usize = 30;
const WAYS: usize = 3_000;
const STEPS: u64 = 200_000;

/// Vector, then changes, smaller being better.
type Rank = ([i64; 5], Reverse<usize>);

struct Walk<'w, 'f, 'a> {
    f: &'f Frame<'a>,
    order: Vec<usize>,
    ways: Vec<Vec<Meeting>>,
    may_skip: Vec<bool>,
    /// Weight of the requests from the k-th on.
    rest: Vec<i64>,
    kept: Option<&'w Solution>,
    steps: u64,
    best: Option<(Rank, Solution)>,
}

/// The best schedule; `Some(None)` if there is none, `None` if the event is too large. With `kept`, the one among the best
/// that changes the fewest meetings of it. Frozen requests stay as they are in `start`.
pub(super) fn best(
    f: &Frame<'_>,
    start: Option<&Solution>,
    frozen: &[bool],
    keep: bool,
    stop: &dyn Fn() -> bool,
) -> Option<Option<Solution>> {
    let n = f.requests();
    if n > REQUESTS {
        return None;
    }
    let mut ways = Vec::with_capacity(n);
    let mut total = 0;
    for q in 0..n {
        let held = start.and_then(|s| s.meetings.iter().find(|m| m.request as usize == q));
        ways.push(match held {
            Some(m) if frozen[q] => vec![m.clone()],
            _ => ways_of(f, q, WAYS - total)?,
        });
        total += ways[q].len();
    }
    let must = |q: usize| f.x.requests[q].must || f.fixed(q);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&q| (!must(q), Reverse(f.x.requests[q].weight)));
    let mut rest = vec![0; n + 1];
    for k in (0..n).rev() {
        rest[k] = rest[k + 1] + f.x.requests[order[k]].weight;
    }
    let may_skip = (0..n).map(|q| !must(q)).collect();
    let kept = start.filter(|_| keep);
    let mut walk = Walk { f, order, ways, may_skip, rest, kept, steps: 0, best: None };
    walk.go(&mut State::new(f), 0, stop).then(|| walk.best.map(|b| b.1))
}

/// Every slot, attendance and place of a request taken alone; `None` if more than `most`.
fn ways_of(f: &Frame<'_>, q: usize, most: usize) -> Option<Vec<Meeting>> {
    let x = f.x;
    let r = &x.requests[q];
    let mut teams: Vec<Vec<u32>> = vec![Vec::new()];
    for &y in &r.parties {
        let one = [y.unsigned_abs()];
        let members: &[u32] = if y >= 0 { &one } else { x.group(y) };
        if teams.len() * members.len() > WAYS {
            return None;
        }
        teams = teams
            .iter()
            .flat_map(|t| members.iter().filter(|m| !t.contains(m)).map(|&m| [&t[..], &[m]].concat()))
            .collect();
    }
    teams.iter_mut().for_each(|t| t.sort_unstable());
    teams.sort_unstable();
    teams.dedup();
    let empty = State::new(f);
    let mut out = Vec::new();
    for slot in each_slot(f.mask[q]) {
        for team in &teams {
            let counted = x.place_count.is_some() || empty.is_virtual(team);
            let places = (0..x.places.len() as u32).map(Some).filter(|_| !counted);
            for place in places.chain(counted.then_some(None)) {
                let m = Meeting { request: q as u32, slot: slot as u32, place, people: team.clone() };
                if fits(f, &empty, &m).is_some() {
                    out.push(m);
                }
                if out.len() > most {
                    return None;
                }
            }
        }
    }
    Some(out)
}

impl Walk<'_, '_, '_> {
    /// Decides the requests from the k-th on; false if there were too many steps.
    fn go(&mut self, st: &mut State<'_, '_>, k: usize, stop: &dyn Fn() -> bool) -> bool {
        self.steps += 1;
        if self.steps > STEPS || (self.steps.is_multiple_of(1024) && stop()) {
            return false;
        }
        let unit = self.f.x.unit;
        if self.best.as_ref().is_some_and(|b| (st.weight + self.rest[k]) / unit < b.0.0[0]) {
            return true;
        }
        let Some(&q) = self.order.get(k) else {
            self.leaf(st);
            return true;
        };
        for i in 0..self.ways[q].len() {
            if let Some(people) = fits(self.f, st, &self.ways[q][i]) {
                let (slot, place) = (self.ways[q][i].slot as usize, self.ways[q][i].place);
                st.insert(q, slot, place.unwrap_or(super::frame::NONE), &people);
                let complete = self.go(st, k + 1, stop);
                st.remove(q);
                if !complete {
                    return false;
                }
            }
        }
        !self.may_skip[q] || self.go(st, k + 1, stop)
    }

    fn leaf(&mut self, st: &State<'_, '_>) {
        if st.missing > 0 || st.excess > 0 {
            return;
        }
        let vector = st.vector();
        if self.best.as_ref().is_some_and(|b| vector < b.0.0) {
            return;
        }
        let solution = st.solution();
        let rank = (vector, Reverse(self.kept.map_or(0, |s| changes(s, &solution))));
        if self.best.as_ref().is_none_or(|b| rank > b.0) {
            self.best = Some((rank, solution));
        }
    }
}

/// For an event without any schedule: requests that have to take place and cannot all, none of which could be spared.
pub(super) fn causes(x: &Instance, stop: &dyn Fn() -> bool) -> Vec<Cause> {
    let mut left = x.clone();
    let mut core = Vec::new();
    for q in (0..x.requests.len()).filter(|&q| x.requests[q].must && x.requests[q].fix.is_none()) {
        left.requests[q].must = false;
        let none = vec![false; x.requests.len()];
        if best(&Frame::new(&left), None, &none, false, stop) != Some(None) {
            left.requests[q].must = true;
            core.push(q as u32);
        }
    }
    vec![Cause::Together { requests: core }]
}
