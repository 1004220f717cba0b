//! The parties of a hub laid out for matching, and the exact score of two of them.
//!
//! One corpus serves readers of every circle: each item, circumstance, tie and agreement keeps its audience, and every
//! question says who asks. What the reader cannot see is treated as if it were not there. Two things act without being
//! seen, because they are wishes about being suggested at all: a veto, and missing consent.

use super::learned::Acceptance;
use super::network::Network;
use super::parts::{self, Part, Parts, Relation};
use super::party::{Id, KINDS, Keys, MAX_FIELDS, Party, PartyError, Reader, TieKind};
use super::pass::Circle;
use super::profile::{Facets, Profile};
use super::sieve::Sieve;
use super::similarity::{Ignored, Met, best_met, direction, reciprocity};
use super::weights::Weights;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Below this similarity a pair of items is scored but not called a reason.
pub const WORTH_SAYING: f32 = 0.05;
/// A suggestion needs at least so many grounds.
pub const MIN_GROUNDS: usize = 2;
/// Most parties in one corpus.
pub const MAX_PARTIES: usize = 1_000_000;

/// Parties ready for matching. Built per hub; a changed party is replaced in place.
pub struct Corpus {
    pub(crate) weights: Weights,
    pub(crate) penalties: [[f32; KINDS]; KINDS],
    pub(crate) profiles: Vec<Profile>,
    pub(crate) network: Network,
    pub(crate) sieve: Sieve,
    pub(crate) acceptance: Option<Acceptance>,
    /// What circles of readers see, the one that asked last first; forgotten when a party changes.
    pub(crate) circles: Mutex<Vec<(Keys, Arc<Circle>)>>,
    index: HashMap<Id, u32>,
    codes: HashMap<u32, u8>,
}

/// The exact result for two parties: parts, the pairs of items behind them, and their relation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pair {
    pub parts: Parts,
    pub total: f32,
    /// Needs of the first that the second meets, and the other way round.
    pub met: [[Met; 3]; 2],
    pub relation: Relation,
    pub facets: [Facets; 2],
}

impl Pair {
    /// Number of things that can be shown as a reason.
    pub fn grounds(&self) -> usize {
        let said = self.met.iter().flatten().filter(|m| m.similarity >= WORTH_SAYING).count();
        let [a, b] = &self.facets;
        let p = &self.parts;
        let known = |x: u32, y: u32, value: f32| x != 0 && y != 0 && value > 0.0;
        let fields = a.fields != [0; 4] && b.fields != [0; 4] && p.field > 0.0;
        said + [
            fields,
            known(a.stages, b.stages, p.stage),
            known(a.modalities, b.modalities, p.modality),
            known(a.languages, b.languages, p.language),
            known(a.place.country, b.place.country, p.place),
            a.kind != b.kind,
            p.path > 0.0,
            p.agreement > 0.0,
        ]
        .iter()
        .filter(|g| **g)
        .count()
    }
}

impl Corpus {
    /// Reads the parties; the index of a party is its place in the list.
    ///
    /// # Errors
    /// The first party that cannot be read: a feature that is no finite number or below zero, a vector of another
    /// length, an id that occurs twice, more fields or parties than there is room for.
    pub fn new(parties: &[Party], weights: Weights) -> Result<Self, PartyError> {
        if parties.len() > MAX_PARTIES {
            return Err(PartyError::TooMany(MAX_PARTIES));
        }
        let mut index = HashMap::with_capacity(parties.len());
        for (at, party) in parties.iter().enumerate() {
            if index.insert(party.id, at as u32).is_some() {
                return Err(PartyError::Twice(party.id));
            }
        }
        let mut codes = HashMap::new();
        let profiles = parties
            .iter()
            .map(|p| Profile::read(p, &weights.channels, &mut |code| intern(&mut codes, code)))
            .collect::<Result<Vec<_>, _>>()?;
        let network = Network::new(parties, &index);
        let penalties = weights.penalties();
        let sieve = Sieve::new(&profiles, &weights);
        Ok(Self {
            weights,
            penalties,
            profiles,
            network,
            sieve,
            acceptance: None,
            circles: Mutex::default(),
            index,
            codes,
        })
    }

    /// Turns learned acceptance on, or off with none.
    pub fn set_acceptance(&mut self, acceptance: Option<Acceptance>) {
        self.acceptance = acceptance;
    }

    /// Puts a changed party in the place of the one with the same id; gives its index.
    ///
    /// # Errors
    /// As [`Self::new`]; the corpus then keeps the old party. [`PartyError::Unknown`] when no party has this id.
    pub fn replace(&mut self, party: &Party) -> Result<u32, PartyError> {
        let at = *self.index.get(&party.id).ok_or(PartyError::Unknown(u32::MAX))?;
        let profile = self.read(party)?;
        self.network.replace(at, party, &self.index);
        self.profiles[at as usize] = profile;
        self.circles.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        self.sieve.replace(at, &self.profiles, &self.weights);
        Ok(at)
    }

    /// A party made ready as for this corpus, without putting it in.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub(crate) fn read(&mut self, party: &Party) -> Result<Profile, PartyError> {
        let codes = &mut self.codes;
        Profile::read(party, &self.weights.channels, &mut |code| intern(codes, code))
    }

    /// Number of parties.
    pub fn len(&self) -> usize {
        self.profiles.len()
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }
    /// Index of a party.
    pub fn index_of(&self, id: Id) -> Option<u32> {
        self.index.get(&id).copied()
    }
    /// Id of the party with this index; 0 when there is none.
    pub fn id_of(&self, index: u32) -> Id {
        self.profiles.get(index as usize).map_or(0, |p| p.id)
    }
    /// Day on which the party was first seen; for [`super::spread`].
    pub fn first_seen(&self, index: u32) -> Option<i32> {
        self.profiles.get(index as usize).map(|p| p.first_seen)
    }
    /// The weights it scores with.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// How the sieve is laid out, in one line for logs and benchmarks.
    pub fn describe(&self) -> String {
        self.sieve.describe()
    }

    /// Whether this reader may be shown the party at all.
    #[inline]
    pub(crate) fn suggestible(&self, reader: &Reader, index: u32) -> bool {
        let p = &self.profiles[index as usize];
        p.consents && reader.sees(index, p.audience)
    }

    /// The parts of the score of two parties as this reader may know them; `None` when the pair is excluded: one of them
    /// is not visible or does not consent, a veto, the same organization, the same party, or an index that is none.
    pub fn parts(&self, reader: &Reader, a: u32, b: u32) -> Option<Parts> {
        self.pair(reader, a, b).map(|p| p.parts)
    }

    /// The score: [`Parts::total`] of [`Self::parts`]. The same from both sides for the same reader.
    pub fn score(&self, reader: &Reader, a: u32, b: u32) -> Option<f32> {
        self.pair(reader, a, b).map(|p| p.total)
    }

    pub(crate) fn pair(&self, reader: &Reader, a: u32, b: u32) -> Option<Pair> {
        let open = |i: u32| (i as usize) < self.len() && self.suggestible(reader, i);
        if a == b || !open(a) || !open(b) || self.network.vetoed(a, b) {
            return None;
        }
        let relation = self.network.relation(reader, a, b, &|c| self.suggestible(reader, c));
        if relation.tie == Some(TieKind::SameOrganization) {
            return None;
        }
        Some(self.pair_of(reader, (a, &self.profiles[a as usize]), (b, &self.profiles[b as usize]), relation, [&[]; 2]))
    }

    /// The score of two profiles, whether they are in the corpus or supposed. `ignored` names pairs of (need, offer) to
    /// leave out of each direction.
    pub(crate) fn pair_of(
        &self,
        reader: &Reader,
        (a, first): (u32, &Profile),
        (b, second): (u32, &Profile),
        relation: Relation,
        ignored: [Ignored<'_>; 2],
    ) -> Pair {
        let best = |(x, p): (u32, &Profile), (y, q): (u32, &Profile), ignored: Ignored<'_>| {
            let seen = (p.needs.visible(reader, x), q.offers.visible(reader, y));
            best_met(&p.needs, &q.offers, seen, &self.penalties, self.weights.channels.dense, ignored, |_, _| 1.0)
        };
        let met = [best((a, first), (b, second), ignored[0]), best((b, second), (a, first), ignored[1])];
        self.assemble(met, relation, [first.seen(reader, a), second.seen(reader, b)])
    }

    /// Puts the parts together.
    #[inline]
    pub(crate) fn assemble(&self, met: [[Met; 3]; 2], relation: Relation, facets: [Facets; 2]) -> Pair {
        let w = &self.weights;
        let [f, g] = &facets;
        let (need_offer, offer_need) = (direction(&met[0], w), direction(&met[1], w));
        let mut parts = Parts {
            need_offer,
            offer_need,
            reciprocity: reciprocity(need_offer, offer_need),
            field: parts::field(f, g, w),
            stage: parts::stage(f, g, w),
            modality: parts::overlap(f.modalities, g.modalities, w),
            language: parts::overlap(f.languages, g.languages, w),
            place: parts::place(f, g, w),
            sector: parts::sector(f, g),
            novelty: relation.novelty(),
            path: relation.path(),
            agreement: relation.agreement(),
            learned: 0.0,
        };
        if let Some(acceptance) = &self.acceptance {
            parts.learned = acceptance.chance(&parts);
        }
        Pair { parts, total: parts.total(w), met, relation, facets }
    }

    /// What each part adds to the score of a pair, largest first; empty when the pair is excluded.
    pub fn contributions(&self, reader: &Reader, a: u32, b: u32) -> Vec<(Part, f32)> {
        self.parts(reader, a, b).map(|p| p.contributions(&self.weights)).unwrap_or_default()
    }
}

fn intern(codes: &mut HashMap<u32, u8>, code: u32) -> Option<u8> {
    if let Some(bit) = codes.get(&code) {
        return Some(*bit);
    }
    let bit = codes.len();
    (bit < MAX_FIELDS).then(|| {
        codes.insert(code, bit as u8);
        bit as u8
    })
}
