//! The suggestions of one party, and what a changed profile does to the lists of the others. Exact, as for everybody.

use super::corpus::{Corpus, MIN_GROUNDS, Pair};
use super::network::Special;
use super::parts::Relation;
use super::party::Reader;
use super::pass::{Bounds, Circle};
use super::profile::Profile;
use super::sieve::{BLOCK, SLACK};
use super::toplist::{Suggestion, TopList};
use fearless_simd::{Level, Simd, dispatch};
use std::sync::{Arc, PoisonError};

/// Circles of readers whose view is kept.
const CIRCLES: usize = 4;

/// What a changed profile does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// The new list of the party.
    pub own: Vec<Suggestion>,
    /// Lists in which it now has a place: their party, and the score.
    pub gained: Vec<Suggestion>,
    /// Parties whose list has to be made anew by [`suggest_for`]: it was there, and is gone or so far down that somebody
    /// outside the list may now be better.
    pub stale: Vec<u32>,
}

/// A bound of the score of one party with each other, highest first as far as it is looked at.
pub(crate) struct Scan {
    bounds: Vec<(f32, u32)>,
    special: Vec<Special>,
}

impl Corpus {
    /// Bounds of the scores of `profile`, standing in the place of party `own`, with all others. Excluded ones are left out.
    pub(crate) fn scan(&self, reader: &Reader, own: u32, profile: &Profile) -> Scan {
        let open = |p: u32| self.suggestible(reader, p);
        if !open(own) {
            return Scan { bounds: Vec::new(), special: Vec::new() };
        }
        let level = Level::new();
        let circle = self.circle(reader, own);
        let tiles = [self.sieve.tile(&[&profile.needs], true, 1), self.sieve.tile(&[&profile.offers], false, 1)];
        let rows = self.sieve.slim.rows(&tiles);
        let facets = [profile.seen(reader, own)];
        let special = self.network.special(reader, own, &open);
        let usual = self.relation_score(&Relation::default());
        let spare = self.spare() + usual;
        let mut bounds = Bounds::default();
        let mut all = Vec::with_capacity(self.len());
        for (b, block) in self.sieve.blocks.iter().enumerate() {
            self.sieve.slim.multiply(level, &rows, b, block, &mut bounds);
            bounds.reduce(level, &facets, &circle, b * BLOCK, &self.weights, spare);
            all.extend(block.members.iter().zip(&bounds.score).map(|(m, s)| (*s, *m)));
        }
        for (party, relation) in &special {
            all[self.sieve.position[*party as usize] as usize].0 += match relation {
                None => f32::NEG_INFINITY,
                Some(relation) => self.relation_score(relation) - usual,
            };
        }
        all.retain(|(s, m)| *s != f32::NEG_INFINITY && *m != own);
        Scan { bounds: all, special }
    }

    /// What the reader sees of everybody's circumstances, from an earlier question of the same circle where there was one.
    fn circle(&self, reader: &Reader, own: u32) -> Arc<Circle> {
        // A reader sees more of its own party, which is never in its own list.
        if reader.own.is_some_and(|party| party != own) {
            return Arc::new(Circle::new(self, reader));
        }
        let mut known = self.circles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = known.iter().position(|(keys, _)| *keys == reader.keys) {
            known[..=at].rotate_right(1);
            return Arc::clone(&known[0].1);
        }
        let circle = Arc::new(Circle::new(self, &Reader::circle(reader.keys)));
        known.insert(0, (reader.keys, Arc::clone(&circle)));
        known.truncate(CIRCLES);
        circle
    }

    /// The exact score of `profile` in the place of `own` with `other`, when it has enough grounds.
    fn grounded(&self, reader: &Reader, own: u32, profile: &Profile, other: u32, scan: &Scan) -> Option<Pair> {
        let at = scan.special.binary_search_by_key(&other, |s| s.0);
        let relation = match at.map(|i| scan.special[i].1) {
            Ok(None) => return None,
            Ok(Some(relation)) => relation,
            Err(_) => Relation::default(),
        };
        let pair = self.pair_of(reader, (own, profile), (other, &self.profiles[other as usize]), relation, [&[]; 2]);
        (pair.grounds() >= MIN_GROUNDS).then_some(pair)
    }

    /// The list of `profile` in the place of party `own`.
    pub(crate) fn list_of(&self, reader: &Reader, own: u32, profile: &Profile, k: usize) -> Vec<Suggestion> {
        let mut scan = self.scan(reader, own, profile);
        let mut list = TopList::default();
        if k == 0 {
            return Vec::new();
        }
        // The best bounds first, sorted in portions: usually the first portion is enough.
        let mut bounds = std::mem::take(&mut scan.bounds);
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let (mut from, mut portion) = (0, 16 * k.max(16));
        while from < bounds.len() {
            let rest = &mut bounds[from..];
            let size = portion.min(rest.len());
            if size < rest.len() {
                rest.select_nth_unstable_by(size, order);
            }
            rest[..size].sort_unstable_by(order);
            for (bound, other) in &rest[..size] {
                if *bound < list.floor(k) {
                    return list.suggestions();
                }
                if let Some(pair) = self.wide(|| self.grounded(reader, own, profile, *other, &scan)) {
                    list.push(k, pair.total, self.id_of(*other), *other);
                }
            }
            from += size;
            portion *= 4;
        }
        list.suggestions()
    }

    /// Runs with the widest registers there are; the result is the same with any.
    fn wide<T>(&self, f: impl FnOnce() -> T) -> T {
        #[inline(always)]
        fn run<S: Simd, T>(simd: S, f: impl FnOnce() -> T) -> T {
            simd.vectorize(f)
        }
        dispatch!(Level::new(), simd => run(simd, f))
    }

    /// What a bound must leave room for besides needs, offers and circumstances.
    pub(crate) fn spare(&self) -> f32 {
        SLACK + if self.acceptance.is_some() { self.weights.learned } else { 0.0 }
    }

    /// What the relation adds to the score.
    pub(crate) fn relation_score(&self, relation: &Relation) -> f32 {
        let w = &self.weights;
        w.novelty * relation.novelty() + w.path * relation.path() + w.agreement * relation.agreement()
    }
}

/// The best `k` for one party as the reader may know them, best first. Empty when it is not visible, does not consent, or
/// is not there.
pub fn suggest_for(corpus: &Corpus, reader: &Reader, party: u32, k: usize) -> Vec<Suggestion> {
    match corpus.profiles.get(party as usize) {
        Some(profile) => corpus.list_of(reader, party, profile, k),
        None => Vec::new(),
    }
}

/// What the present profile of `party` means for everybody's lists, which were made by
/// [`suggest_all`](super::suggest_all) for the same circle before it changed (call after
/// [`Corpus::replace`]).
pub fn changed(corpus: &Corpus, reader: &Reader, party: u32, lists: &[Vec<Suggestion>], k: usize) -> Change {
    let reader = Reader::circle(reader.keys);
    let Some(profile) = corpus.profiles.get(party as usize).filter(|_| k > 0) else { return Change::default() };
    let scan = corpus.scan(&reader, party, profile);
    let mut own = TopList::default();
    let mut change = Change::default();
    let mut scored: Vec<(u32, f32)> = Vec::new();
    // What somebody outside a list scores at most: nobody is outside one that is not full.
    let floor = |other: u32| match lists.get(other as usize).map_or(&[][..], Vec::as_slice) {
        list if list.len() < k => f32::NEG_INFINITY,
        list => list.last().map_or(f32::NEG_INFINITY, |s| s.score),
    };
    let mut bounds: Vec<(f32, u32)> = scan.bounds.clone();
    bounds.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (bound, other) in bounds {
        if bound < own.floor(k).min(floor(other)) {
            continue;
        }
        let pair = corpus.wide(|| corpus.grounded(&reader, party, profile, other, &scan));
        if let Some(pair) = pair {
            own.push(k, pair.total, corpus.id_of(other), other);
            scored.push((other, pair.total));
        }
    }
    change.own = own.suggestions();
    scored.sort_unstable_by_key(|s| s.0);
    for (other, list) in lists.iter().enumerate() {
        let other = other as u32;
        let score = scored.binary_search_by_key(&other, |s| s.0).ok().map(|i| scored[i].1);
        let was = list.iter().any(|s| s.party == party);
        // Whoever is outside a full list stands behind its last place, the party's own former place included; where among
        // them is unknown, so the party has a place only while it does not fall behind that last place.
        let enters = score.is_some_and(|s| {
            let ahead = |l: &Suggestion| s > l.score || (s == l.score && corpus.id_of(party) <= corpus.id_of(l.party));
            list.len() < k || list.last().is_none_or(ahead)
        });
        match (was, enters, score) {
            (_, true, Some(score)) => change.gained.push(Suggestion { party: other, score }),
            (true, false, _) => change.stale.push(other),
            _ => {}
        }
    }
    change
}
