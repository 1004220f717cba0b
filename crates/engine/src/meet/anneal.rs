//! Time and temperature: runs the moves of `search` in rounds, on several threads. Large events are cut by days, so that
//! the threads change disjoint parts of one schedule; small ones are searched independently and the best is kept.

use super::frame::{Frame, NONE, Rng};
use super::instance::Slots;
use super::search::{Prices, Search};
use super::solution::Solution;
use super::state::{OUT, State};
use std::sync::Arc;

/// What the caller lends the search: the time used so far and the wish to stop.
pub(super) struct Control<'c> {
    /// Seconds since the start.
    pub(super) elapsed: &'c (dyn Fn() -> f64 + Sync),
    pub(super) stop: &'c (dyn Fn() -> bool + Sync),
    pub(super) threads: usize,
    pub(super) seed: u64,
}

impl Control<'_> {
    pub(super) fn over(&self, until: f64) -> bool {
        (self.stop)() || (self.elapsed)() >= until
    }
}

/// Just the decisions of a state.
#[derive(Clone)]
pub(super) struct Snapshot {
    pub(super) at: Vec<u8>,
    pub(super) place: Vec<u32>,
    pub(super) who: Vec<u32>,
}

impl Snapshot {
    pub(super) fn of(st: &State<'_, '_>) -> Self {
        Self { at: st.at.clone(), place: st.place.clone(), who: st.who.clone() }
    }

    pub(super) fn solution(&self, f: &Frame<'_>) -> Solution {
        super::state::solution(f, &self.at, &self.place, &self.who)
    }

    pub(super) fn load<'f, 'a>(&self, f: &'f Frame<'a>) -> State<'f, 'a> {
        let mut st = State::new(f);
        for q in (0..f.requests()).filter(|&q| self.at[q] != OUT) {
            let range = f.who_at[q] as usize..f.who_at[q + 1] as usize;
            st.insert(q, self.at[q] as usize, self.place[q], &self.who[range]);
        }
        st
    }
}

/// One stage of cooling.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) prices: Prices,
    pub(super) hot: f64,
    pub(super) cold: f64,
    pub(super) from: f64,
    pub(super) until: f64,
    /// Shares of adding and moving steps (the rest changes attendees and places).
    pub(super) add: f64,
    pub(super) shift: f64,
    /// Share of Kempe chains.
    pub(super) kempe: f64,
}

impl Stage {
    fn temperature(&self, now: f64) -> f64 {
        let t = ((now - self.from) / (self.until - self.from).max(1e-9)).clamp(0.0, 1.0);
        self.hot * (self.cold / self.hot).powf(t)
    }
}

fn cool(search: &mut Search<'_, '_>, stage: &Stage, end: f64, c: &Control<'_>) {
    let add = (stage.add * 1000.0) as usize;
    let shift = add + (stage.shift * 1000.0) as usize;
    let kempe = shift + (stage.kempe * 1000.0) as usize;
    while !c.over(end) {
        let t = stage.temperature((c.elapsed)());
        for _ in 0..256 {
            let k = search.rng.below(1000);
            if k < add {
                search.step_add(t);
            } else if k < shift {
                search.step_move(t);
            } else if k < kempe {
                search.step_kempe(t);
            } else {
                search.step_seat(t);
            }
        }
    }
}

/// Requests worth trying, and requests that must not change.
#[derive(Clone)]
pub(super) struct Scope {
    pub(super) wanted: Arc<Vec<bool>>,
    pub(super) frozen: Arc<Vec<bool>>,
}

/// Cools one schedule on all threads, each owning some days in each round. Returns the schedule and the moves made.
pub(super) fn by_days<'f, 'a>(
    mut st: State<'f, 'a>,
    stage: &Stage,
    rounds: usize,
    scope: &Scope,
    c: &Control<'_>,
) -> (State<'f, 'a>, u64) {
    let f = st.f;
    let mut rng = Rng::new(c.seed ^ 0x5eed);
    let mut moves = 0;
    let threads = c.threads.min(f.days.len()).max(1);
    for round in 0..rounds {
        if c.over(stage.until) {
            break;
        }
        let end = stage.from + (stage.until - stage.from) * (round + 1) as f64 / rounds as f64;
        let regions = split_days(f, threads, &mut rng);
        let salt = rng.next();
        let parts: Vec<(State<'f, 'a>, u64)> = std::thread::scope(|scope_| {
            let handles: Vec<_> = regions
                .iter()
                .enumerate()
                .map(|(k, &region)| {
                    let mut own = st.clone();
                    limit_people(&mut own, k, threads, salt);
                    let prices = share_of(stage.prices, own.weight, threads);
                    scope_.spawn(move || {
                        let seed = c.seed.wrapping_mul(31).wrapping_add((round * 64 + k) as u64);
                        let mut search = Search::new(own, prices, seed, scope.frozen.clone());
                        search.region = region;
                        search.handles_order = threads == 1;
                        search.fill_pool(|q| {
                            scope.wanted[q]
                                && ((q as u64 ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33) as usize % threads == k
                        });
                        cool(&mut search, stage, end, c);
                        (search.st, search.moves)
                    })
                })
                .collect();
            handles.into_iter().filter_map(|h| h.join().ok()).collect()
        });
        if parts.len() < threads {
            break;
        }
        moves += parts.iter().map(|p| p.1).sum::<u64>();
        st = merge(st, parts, &regions);
    }
    (st, moves)
}

/// What the weight exceeds its floor by is divided among the threads: spent by each of them in full, it would leave the
/// schedule put together below the floor.
fn share_of(prices: Prices, weight: i64, threads: usize) -> Prices {
    let spare = (weight - prices.floor).max(0);
    Prices { floor: prices.floor + spare - spare / threads as i64, ..prices }
}

fn split_days(f: &Frame<'_>, threads: usize, rng: &mut Rng) -> Vec<Slots> {
    let mut order: Vec<usize> = (0..f.days.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, rng.below(i + 1));
    }
    let mut out = vec![0; threads];
    let mut size = vec![0; threads];
    for d in order {
        let k = (0..threads).min_by_key(|&k| size[k]).unwrap_or(0);
        out[k] |= f.days[d];
        size[k] += f.days[d].count_ones();
    }
    out
}

/// A person's total limit is lent to one thread a round, so that the parts always add up to something allowed.
fn limit_people(st: &mut State<'_, '_>, k: usize, threads: usize, salt: u64) {
    if threads == 1 {
        return;
    }
    for p in 0..st.max.len() {
        let max = st.f.x.people[p].max;
        let owner = ((p as u64 ^ salt).wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % threads;
        let limit = if owner == k { max } else { st.count[p] };
        if (max as usize) < st.f.slots && st.max[p] != limit {
            st.max[p] = limit;
            st.refresh(p);
        }
    }
}

fn merge<'f, 'a>(old: State<'f, 'a>, parts: Vec<(State<'f, 'a>, u64)>, regions: &[Slots]) -> State<'f, 'a> {
    if parts.len() == 1 {
        return parts.into_iter().next().map_or(old, |p| p.0);
    }
    let f = old.f;
    let mut st = State::new(f);
    st.set_curve(old.curve.clone());
    for q in 0..f.requests() {
        for (k, (part, _)) in parts.iter().enumerate() {
            let s = part.at[q];
            if s != OUT && regions[k] >> s & 1 == 1 && st.at[q] == OUT {
                st.insert(q, s as usize, part.place[q], part.attendees(q));
            }
        }
    }
    st
}

/// Independent searches from one schedule; returns the best by `better`.
pub(super) fn portfolio<'f, 'a>(
    st: State<'f, 'a>,
    stage: &Stage,
    scope: &Scope,
    c: &Control<'_>,
    salt: u64,
) -> (State<'f, 'a>, u64) {
    let mut runs: Vec<(State<'f, 'a>, u64, f64)> = std::thread::scope(|scope_| {
        let handles: Vec<_> = (0..c.threads.max(1))
            .map(|k| {
                let own = st.clone();
                scope_.spawn(move || {
                    let seed = c.seed.wrapping_mul(77).wrapping_add(k as u64 + salt * 1000);
                    let mut search = Search::new(own, stage.prices, seed, scope.frozen.clone());
                    search.fill_pool(|q| scope.wanted[q]);
                    cool(&mut search, stage, stage.until, c);
                    let e = search.energy();
                    (search.st, search.moves, e)
                })
            })
            .collect();
        handles.into_iter().filter_map(|h| h.join().ok()).collect()
    });
    let moves = runs.iter().map(|r| r.1).sum();
    runs.sort_by(|a, b| b.2.total_cmp(&a.2));
    (runs.into_iter().next().map_or(st, |r| r.0), moves)
}

/// First schedule in one pass: confirmed, must, then by `order`; each request takes the slot with the fewest gaps.
pub(super) fn first<'f, 'a>(
    st: State<'f, 'a>,
    order: &[u32],
    prices: Prices,
    scope: &Scope,
    c: &Control<'_>,
    until: f64,
) -> State<'f, 'a> {
    let f = st.f;
    let mut search = Search::new(st, prices, c.seed, scope.frozen.clone());
    search.fill_pool(|_| true);
    let x = f.x;
    let mut hard: Vec<u32> = (0..f.requests() as u32).filter(|&q| x.requests[q as usize].must).collect();
    hard.sort_by_key(|&q| {
        let r = &x.requests[q as usize];
        let groups = r.parties.iter().filter(|y| **y < 0).count();
        (r.fix.is_none(), r.fix.is_none_or(|f| f.place.is_none()), groups, f.mask[q as usize].count_ones())
    });
    for &q in &hard {
        let q = q as usize;
        if search.st.at[q] == OUT && !search.place_directly(q, x.requests[q].fix.map(|f| f.slot as usize)) {
            search.place_forcibly(q);
        }
    }
    for (i, &q) in order.iter().enumerate() {
        if i % 256 == 0 && c.over(until) {
            break;
        }
        if search.st.at[q as usize] == OUT && f.mask[q as usize] != 0 && !search.locked(q as usize) {
            search.place_directly(q as usize, None);
        }
    }
    search.st
}

/// Suites that stand empty take over meetings of their organization from public tables.
pub(super) fn use_suites(st: &mut State<'_, '_>) {
    let f = st.f;
    let n = f.x.places.len();
    for s in 0..f.slots {
        for t in 0..n {
            let Some(o) = f.x.places[t].org else { continue };
            if st.place_free[t] >> s & 1 == 0 || f.x.max_hop.is_some() {
                continue;
            }
            let found = (0..n).map(|v| st.room[s * n + v]).find(|&q| {
                q != NONE && {
                    let q = q as usize;
                    let public = f.x.places[st.place[q] as usize].org.is_none();
                    public
                        && f.x.requests[q].orgs.contains(&o)
                        && f.seats(q) <= f.x.places[t].seats as usize
                        && f.x.requests[q].fix.is_none_or(|x| x.place.is_none())
                }
            });
            if let Some(q) = found {
                st.change_place(q as usize, t as u32);
            }
        }
    }
}
