//! Why two parties are suggested to each other, as data that points at a field of each record.
//!
//! The reasons shown are *sufficient*: as many are shown as are needed so that the pair would leave the list without them.
//! Nothing is told that did not count, and nothing that counted most is kept back.

use super::corpus::{Corpus, Pair, WORTH_SAYING};
use super::one::suggest_for;
use super::parts::Part;
use super::party::{Id, Reader, WORK};
use super::profile::{CONCEPT, Profile, Side};
use super::similarity::{Channel, channels};

/// Which of the two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Who {
    /// The one that the list is for.
    First,
    /// The one that is suggested.
    Second,
}

/// How near two parties are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Near {
    Country,
    Region,
    Building,
}

/// What a reason points at. Codes and bits are those that the caller gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A need of one is answered by an offer or a work of the other.
    Met {
        /// Whose need it is.
        whose: Who,
        /// The need.
        need: Id,
        /// The offer or the work.
        offer: Id,
        /// The answer is something done, not something offered.
        work: bool,
        /// Concepts of both.
        concepts: Vec<u32>,
        /// Words of both, weightiest first, at most five.
        terms: Vec<u32>,
        /// The similarity by channel.
        channel: Channel,
    },
    /// Their fields are at a fruitful distance.
    Fields {
        /// Number of common fields and of fields of either.
        common: u32,
        /// See `common`.
        either: u32,
    },
    /// Their stages fit: bits of both.
    Stage(u32, u32),
    /// Common modalities.
    Modality(u32),
    /// Common languages.
    Language(u32),
    /// They are near each other.
    Place(Near),
    /// They belong to different sectors.
    Sector,
    /// Somebody knows both.
    Path {
        /// The first of them.
        through: Id,
        /// How many there are.
        acquaintances: u32,
    },
    /// An agreement binds both.
    Agreement(Id),
}

/// A reason and what the score loses without it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What it points at.
    pub fact: Fact,
    /// What the score loses when this reason goes, those before it being gone already.
    pub contribution: f32,
}

/// The reasons of a suggestion.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Explanation {
    /// Weightiest first, at least two for everything that is suggested.
    pub reasons: Vec<Reason>,
    /// The score, and the score without the reasons.
    pub score: f32,
    /// See `score`.
    pub without: f32,
    /// Score of the best party outside the list; `None` when everybody is in it.
    pub bar: Option<f32>,
}

impl Explanation {
    /// Without the reasons the pair would not be in the list. False only when there is nobody who could take the place, or
    /// nothing more to say: then the list is long and all in it are weak.
    pub fn sufficient(&self) -> bool {
        self.bar.is_some_and(|bar| self.without < bar)
    }
}

/// What has been taken away from a pair.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    pairs: [Vec<(u8, u8)>; 2],
    parts: Vec<Part>,
}

impl Corpus {
    fn without(&self, reader: &Reader, a: u32, b: u32, whole: &Pair, taken: &Taken) -> Pair {
        let (p, q) = (&self.profiles[a as usize], &self.profiles[b as usize]);
        let mut pair = self.pair_of(reader, (a, p), (b, q), whole.relation, [&taken.pairs[0], &taken.pairs[1]]);
        for part in &taken.parts {
            match part {
                Part::Field => pair.parts.field = 0.0,
                Part::Stage => pair.parts.stage = 0.0,
                Part::Modality => pair.parts.modality = 0.0,
                Part::Language => pair.parts.language = 0.0,
                Part::Place => pair.parts.place = 0.0,
                Part::Sector => pair.parts.sector = 0.0,
                Part::Path => pair.parts.path = 0.0,
                Part::Agreement => pair.parts.agreement = 0.0,
                _ => {}
            }
        }
        if let Some(acceptance) = &self.acceptance {
            pair.parts.learned = acceptance.chance(&pair.parts);
        }
        pair.total = pair.parts.total(&self.weights);
        pair
    }

    /// The score of two parties as if the given facts were not there. `None` when the pair is excluded.
    pub fn score_without(&self, reader: &Reader, a: u32, b: u32, facts: &[Fact]) -> Option<f32> {
        let whole = self.pair(reader, a, b)?;
        let mut taken = Taken::default();
        for fact in facts {
            match fact {
                Fact::Met { whose, need, offer, .. } => {
                    let (x, y) = if *whose == Who::First { (a, b) } else { (b, a) };
                    let slot = |side: &Side, id: &Id| side.ids.iter().position(|i| i == id).map(|s| s as u8);
                    let need = slot(&self.profiles[x as usize].needs, need);
                    let offer = slot(&self.profiles[y as usize].offers, offer);
                    taken.pairs[*whose as usize].extend(need.zip(offer));
                }
                other => taken.parts.extend(part_of(other)),
            }
        }
        Some(self.without(reader, a, b, &whole, &taken).total)
    }

    /// Everything about the pair that can be said and has not been taken away.
    fn facts(&self, a: u32, b: u32, pair: &Pair, taken: &Taken) -> Vec<(Fact, Option<(u8, u8)>)> {
        let (p, q) = (&self.profiles[a as usize], &self.profiles[b as usize]);
        let mut facts = Vec::new();
        for (whose, x, y) in [(Who::First, p, q), (Who::Second, q, p)] {
            for met in pair.met[whose as usize].iter().filter(|m| m.similarity >= WORTH_SAYING) {
                facts.push((self.met(whose, x, y, met.need, met.offer), Some((met.need, met.offer))));
            }
        }
        let [f, g] = &pair.facets;
        let mut say = |part: Part, known: bool, fact: Fact| {
            if known && pair.parts.value(part) > 0.0 && !taken.parts.contains(&part) {
                facts.push((fact, None));
            }
        };
        let count = |c: fn(u64, u64) -> u64| (0..4).map(|w| c(f.fields[w], g.fields[w]).count_ones()).sum::<u32>();
        let fields = Fact::Fields { common: count(|x, y| x & y), either: count(|x, y| x | y) };
        say(Part::Field, f.fields != [0; 4] && g.fields != [0; 4], fields);
        say(Part::Stage, f.stages != 0 && g.stages != 0, Fact::Stage(f.stages, g.stages));
        say(Part::Modality, f.modalities != 0 && g.modalities != 0, Fact::Modality(f.modalities & g.modalities));
        say(Part::Language, f.languages != 0 && g.languages != 0, Fact::Language(f.languages & g.languages));
        let near = match pair.parts.place {
            x if x >= 1.0 => Near::Building,
            x if x >= 0.75 => Near::Region,
            _ => Near::Country,
        };
        say(Part::Place, f.place.country != 0 && g.place.country != 0, Fact::Place(near));
        say(Part::Sector, f.kind != g.kind, Fact::Sector);
        if let Some(through) = pair.relation.through {
            let path = Fact::Path { through: self.id_of(through), acquaintances: pair.relation.acquaintances };
            say(Part::Path, true, path);
        }
        if let Some(number) = pair.relation.agreement {
            say(Part::Agreement, true, Fact::Agreement(self.network.agreement_id(number)));
        }
        facts
    }

    fn met(&self, whose: Who, x: &Profile, y: &Profile, need: u8, offer: u8) -> Fact {
        let (n, o) = (usize::from(need), usize::from(offer));
        let kinds = (x.needs.kinds[n], y.offers.kinds[o]);
        let penalty = self.penalties[usize::from(kinds.0)][usize::from(kinds.1)];
        let (left, right) = (x.needs.sparse(n), y.offers.sparse(o));
        let mut common: Vec<(u64, f32)> = left
            .0
            .iter()
            .zip(left.1)
            .filter_map(|(k, v)| right.0.binary_search(k).ok().map(|at| (*k, v * right.1[at])))
            .collect();
        common.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let of = |concept: bool| common.iter().filter(move |c| (c.0 & CONCEPT != 0) == concept).map(|c| c.0 as u32);
        Fact::Met {
            whose,
            need: x.needs.ids[n],
            offer: y.offers.ids[o],
            work: kinds.1 == WORK,
            concepts: of(true).collect(),
            terms: of(false).take(5).collect(),
            channel: channels(&x.needs, n, &y.offers, o, penalty),
        }
    }
}

fn part_of(fact: &Fact) -> Option<Part> {
    Some(match fact {
        Fact::Met { .. } => return None,
        Fact::Fields { .. } => Part::Field,
        Fact::Stage(..) => Part::Stage,
        Fact::Modality(_) => Part::Modality,
        Fact::Language(_) => Part::Language,
        Fact::Place(_) => Part::Place,
        Fact::Sector => Part::Sector,
        Fact::Path { .. } => Part::Path,
        Fact::Agreement(_) => Part::Agreement,
    })
}

/// The reasons of the pair, weightiest first: at least two where there are two, and then as many as it takes to bring the
/// score below `bar`, the score of the best party outside the list. Empty when the pair is excluded.
pub fn reasons_against(corpus: &Corpus, reader: &Reader, a: u32, b: u32, bar: Option<f32>) -> Explanation {
    let Some(whole) = corpus.pair(reader, a, b) else { return Explanation::default() };
    let mut out = Explanation { score: whole.total, without: whole.total, bar, reasons: Vec::new() };
    let mut taken = Taken::default();
    let mut current = whole;
    while out.reasons.len() < 2 || bar.is_some_and(|bar| out.without >= bar) {
        let weightiest = corpus
            .facts(a, b, &current, &taken)
            .into_iter()
            .map(|(fact, slots)| {
                let mut less = taken.clone();
                match (&fact, slots) {
                    (Fact::Met { whose, .. }, Some(slots)) => less.pairs[*whose as usize].push(slots),
                    (other, _) => less.parts.extend(part_of(other)),
                }
                let rest = corpus.without(reader, a, b, &whole, &less);
                (current.total - rest.total, fact, less, rest)
            })
            // The first of equal ones, so that the order of facts decides.
            .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let Some((contribution, fact, less, rest)) = weightiest else { break };
        (taken, current) = (less, rest);
        out.without = current.total;
        out.reasons.push(Reason { fact, contribution });
    }
    out
}

/// The reasons why `b` is among the best `k` of `a`.
pub fn reasons(corpus: &Corpus, reader: &Reader, a: u32, b: u32, k: usize) -> Explanation {
    let list = suggest_for(corpus, reader, a, k + 1);
    let bar = list.iter().filter(|s| s.party != b).nth(k.max(1) - 1).map(|s| s.score);
    reasons_against(corpus, reader, a, b, bar)
}
