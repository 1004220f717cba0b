//! Everybody's suggestions at once, exactly: bounds for all pairs, the exact score where a bound could still enter a list.
//!
//! Each pair is looked at once and serves both lists. Lists only grow better, so a score below the worst place of both
//! full lists can be left out whenever it comes; the result depends neither on the order nor on the number of threads.

use super::corpus::{Corpus, MIN_GROUNDS, Pair};
use super::parts::{Relation, matching};
use super::party::{Keys, Reader};
use super::pass::{Bounds, Circle};
use super::profile::Facets;
use super::sieve::{BLOCK, SLACK};
use super::similarity::{best_met, direction};
use super::toplist::{Suggestion, TopList};
use fearless_simd::{Level, Simd, dispatch};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed};

/// What a run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Pairs of parties whose bound was computed.
    pub bounded: u64,
    /// Pairs whose exact score was computed.
    pub scored: u64,
}

/// The lists of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suggestions {
    /// By party, best first, at most k each. Empty for parties that do not consent or are not visible.
    pub lists: Vec<Vec<Suggestion>>,
    /// What it took; the number of exact scores may differ between runs.
    pub effort: Effort,
}

/// The worst place of every list so far, shared by all threads. Only ever rises.
struct Floors(Vec<AtomicU32>);

impl Floors {
    fn get(&self, i: u32) -> f32 {
        f32::from_bits(self.0[i as usize].load(Relaxed))
    }
    fn raise(&self, i: u32, to: f32) {
        let cell = &self.0[i as usize];
        let mut old = cell.load(Relaxed);
        while f32::from_bits(old) < to {
            match cell.compare_exchange_weak(old, to.to_bits(), Relaxed, Relaxed) {
                Ok(_) => break,
                Err(now) => old = now,
            }
        }
    }
}

/// The best `k` of every party, as somebody with `keys` may know them, on `threads` threads. `progress` is told the share
/// that is done. `None` when `stop` became true. Costs about N²/2 bounds; see `docs/matching.md`.
pub fn suggest_all(
    corpus: &Corpus,
    keys: Keys,
    k: usize,
    threads: usize,
    progress: &(dyn Fn(f32) + Sync),
    stop: &AtomicBool,
) -> Option<Suggestions> {
    let run = Run {
        corpus,
        reader: Reader::circle(keys),
        k,
        circle: Circle::new(corpus, &Reader::circle(keys)),
        floors: Floors((0..corpus.len()).map(|_| AtomicU32::new(f32::NEG_INFINITY.to_bits())).collect()),
        level: Level::new(),
    };
    let blocks = corpus.sieve.blocks.len();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = (blocks * (blocks + 1) / 2).max(1);
    let work = || {
        let mut part = Part { lists: vec![TopList::default(); corpus.len()], ..Part::default() };
        if k == 0 {
            return part;
        }
        loop {
            let i = next.fetch_add(1, Relaxed);
            if i >= blocks || stop.load(Relaxed) {
                return part;
            }
            run.row(i, &mut part, stop);
            let so_far = done.fetch_add(blocks - i, Relaxed) + blocks - i;
            progress(so_far as f32 / total as f32);
        }
    };
    let parts: Vec<Part> = std::thread::scope(|scope| {
        let handles: Vec<_> = (1..threads.clamp(1, 256)).map(|_| scope.spawn(work)).collect();
        let mut parts = vec![work()];
        parts.extend(handles.into_iter().filter_map(|h| h.join().ok()));
        parts
    });
    if stop.load(Relaxed) || parts.len() < threads.clamp(1, 256) {
        return None;
    }
    let mut effort = Effort::default();
    let mut lists = vec![TopList::default(); corpus.len()];
    for part in &parts {
        effort.bounded += part.effort.bounded;
        effort.scored += part.effort.scored;
        for (list, other) in lists.iter_mut().zip(&part.lists) {
            list.merge(k, other);
        }
    }
    Some(Suggestions { lists: lists.iter().map(TopList::suggestions).collect(), effort })
}

#[derive(Default)]
struct Part {
    lists: Vec<TopList>,
    bounds: Bounds,
    effort: Effort,
}

struct Run<'a> {
    corpus: &'a Corpus,
    reader: Reader,
    k: usize,
    circle: Circle,
    floors: Floors,
    level: Level,
}

/// Parties with an unusual relation to one of the rows, by rising position.
struct Unusual {
    position: u32,
    relation: Option<Relation>,
}

impl Run<'_> {
    /// Block `i` against itself and every later one.
    fn row(&self, i: usize, part: &mut Part, stop: &AtomicBool) {
        let sieve = &self.corpus.sieve;
        let rows = &sieve.blocks[i];
        let open = |p: u32| self.corpus.suggestible(&self.reader, p);
        let unusual: Vec<Vec<Unusual>> = rows
            .members
            .iter()
            .map(|m| {
                let special = self.corpus.network.special(&self.reader, *m, &open);
                let mut list: Vec<_> = special
                    .into_iter()
                    .map(|(p, relation)| Unusual { position: sieve.position[p as usize], relation })
                    .collect();
                list.sort_unstable_by_key(|u| u.position);
                list
            })
            .collect();
        let own: Vec<Facets> = (0..rows.members.len()).map(|m| self.circle.at(i * BLOCK + m)).collect();
        let usual = Relation::default();
        let spare = self.corpus.spare() + self.corpus.relation_score(&usual);
        for j in i..sieve.blocks.len() {
            if stop.load(Relaxed) {
                return;
            }
            let block = &sieve.blocks[j];
            part.bounds.multiply(self.level, sieve.dims, &rows.sides, BLOCK, &block.sides);
            part.bounds.reduce(self.level, &own, &self.circle, j * BLOCK, &self.corpus.weights, spare);
            part.effort.bounded += (rows.members.len() * block.members.len()) as u64;
            let floors: Vec<f32> = block.members.iter().map(|b| self.floors.get(*b)).collect();
            for (m, a) in rows.members.iter().enumerate() {
                if self.circle.open[i * BLOCK + m] < 0.0 {
                    continue;
                }
                let from = unusual[m].partition_point(|u| (u.position as usize) < j * BLOCK);
                let to = unusual[m].partition_point(|u| (u.position as usize) < (j + 1) * BLOCK);
                let special = &unusual[m][from..to];
                for u in special {
                    let at = m * BLOCK + u.position as usize % BLOCK;
                    part.bounds.score[at] += match &u.relation {
                        None => f32::NEG_INFINITY,
                        Some(relation) => self.corpus.relation_score(relation) - self.corpus.relation_score(&usual),
                    };
                }
                let mut mine = self.floors.get(*a);
                let first = if i == j { m + 1 } else { 0 };
                for (c, &b) in block.members.iter().enumerate().skip(first) {
                    let bound = part.bounds.score[m * BLOCK + c];
                    // Written so that a bound that is no number passes.
                    if bound < mine.min(floors[c]) || bound == f32::NEG_INFINITY {
                        continue;
                    }
                    let need = mine.min(self.floors.get(b));
                    let relation = special
                        .iter()
                        .find(|u| u.position as usize % BLOCK == c)
                        .and_then(|u| u.relation)
                        .unwrap_or_default();
                    part.effort.scored += 1;
                    let pair =
                        dispatch!(self.level, simd => self.exact(simd, &part.bounds, (m, *a), (c, b), relation, need));
                    let Some(pair) = pair.filter(|p| p.grounds() >= MIN_GROUNDS) else { continue };
                    for (x, y) in [(*a, b), (b, *a)] {
                        let list = &mut part.lists[x as usize];
                        list.push(self.k, pair.total, self.corpus.id_of(y), y);
                        self.floors.raise(x, list.floor(self.k));
                    }
                    mine = self.floors.get(*a);
                }
            }
        }
    }

    /// The exact score of a row and a column, or nothing when one direction already shows that it stays below `need`.
    #[inline(always)]
    fn exact<S: Simd>(
        &self,
        simd: S,
        bounds: &Bounds,
        (m, a): (usize, u32),
        (c, b): (usize, u32),
        relation: Relation,
        need: f32,
    ) -> Option<Pair> {
        simd.vectorize(
            #[inline(always)]
            || {
                let corpus = self.corpus;
                let (first, second) = (&corpus.profiles[a as usize], &corpus.profiles[b as usize]);
                let seen = (first.needs.visible(&self.reader, a), second.offers.visible(&self.reader, b));
                let w = &corpus.weights;
                let mine =
                    best_met(&first.needs, &second.offers, seen, &corpus.penalties, w.channels.dense, &[], |n, o| {
                        bounds.mine(m, c, n, o) + SLACK
                    });
                let facets = [first.seen(&self.reader, a), second.seen(&self.reader, b)];
                let rest = super::parts::facet_score(&facets[0], &facets[1], w)
                    + self.corpus.relation_score(&relation)
                    + self.corpus.spare();
                let back = bounds.ways[1][m * BLOCK + c] + SLACK;
                if matching(direction(&mine, w), back, w) + rest < need {
                    return None;
                }
                let seen = (second.needs.visible(&self.reader, b), first.offers.visible(&self.reader, a));
                let yours =
                    best_met(&second.needs, &first.offers, seen, &corpus.penalties, w.channels.dense, &[], |n, o| {
                        bounds.yours(m, c, n, o) + SLACK
                    });
                Some(corpus.assemble([mine, yours], relation, facets))
            },
        )
    }
}
