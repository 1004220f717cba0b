//! Fair exposure: a lower bound on how often everybody is shown, at a measured and bounded cost.
//!
//! Lists made only by score show the popular again and again. As in FairRec (Patro et al., "FairRec: two-sided fairness
//! for personalized recommendations in two-sided platforms", WWW 2020) everybody gets a guaranteed number of places, and
//! no list gives up more than a few of its own; as in Biega, Gummadi & Weikum ("Equity of attention", SIGIR 2018) the cost
//! is measured against the lists by score. Unlike there, the score is the same from both sides, so the lists in which a
//! party does least harm are found in its own list. The best places of a list are never touched.

use super::party::Id;
use super::toplist::Suggestion;
use std::collections::HashSet;

/// The rule. All counts are in places of lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Policy {
    /// Length of the lists that are shown.
    pub shown: usize,
    /// Places in other lists that are guaranteed to everybody.
    pub everybody: usize,
    /// Places that are guaranteed to newcomers, if more.
    pub newcomers: usize,
    /// Places at the end of each list that may be given away.
    pub given: usize,
    /// Largest loss of score that one exchange may cost, 0..=1.
    pub loss: f32,
}

impl Default for Policy {
    /// Lists of 20; 4 places for everybody (a fifth of the mean), 6 for newcomers; of each list the last 5 may be given.
    fn default() -> Self {
        Self { shown: 20, everybody: 4, newcomers: 6, given: 5, loss: 0.25 }
    }
}

/// What fairness cost.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ExposureCost {
    /// Exchanges made.
    pub exchanges: usize,
    /// Parties below their guarantee before and after. Those after had too few lists that could take them.
    pub below: (usize, usize),
    /// Fewest places of a party with a list of its own, before and after.
    pub fewest: (usize, usize),
    /// Sum of all scores shown, before and after.
    pub total: (f64, f64),
    /// Largest share of its sum of scores that one list gave up.
    pub worst: f64,
}

impl ExposureCost {
    /// Share of all scores that was given up, 0..=1.
    pub fn share(&self) -> f64 {
        if self.total.0 > 0.0 { 1.0 - self.total.1 / self.total.0 } else { 0.0 }
    }
}

/// Lists after the exchange.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposure {
    /// By party, best first.
    pub lists: Vec<Vec<Suggestion>>,
    /// In how many lists each party stands.
    pub places: Vec<usize>,
    /// What it cost.
    pub cost: ExposureCost,
}

fn count(lists: &[Vec<Suggestion>]) -> Vec<usize> {
    let mut places = vec![0; lists.len()];
    for entry in lists.iter().flatten() {
        if let Some(p) = places.get_mut(entry.party as usize) {
            *p += 1;
        }
    }
    places
}

/// Gives everybody the places the policy guarantees. `deep` are lists by score, deeper than what is shown (twice is good):
/// a party enters only lists of parties that stand in its own deep list. `newcomer` says who is one; `id` breaks ties.
pub fn spread(
    deep: &[Vec<Suggestion>],
    newcomer: &dyn Fn(u32) -> bool,
    id: &dyn Fn(u32) -> Id,
    policy: &Policy,
) -> Exposure {
    let mut lists: Vec<Vec<Suggestion>> = deep.iter().map(|l| l.iter().copied().take(policy.shown).collect()).collect();
    let mut places = count(&lists);
    let owed = |p: usize| if newcomer(p as u32) { policy.newcomers.max(policy.everybody) } else { policy.everybody };
    let listed: Vec<usize> = (0..lists.len()).filter(|p| !deep[*p].is_empty()).collect();
    let below = |places: &[usize]| listed.iter().filter(|p| places[**p] < owed(**p)).count();
    let fewest = |places: &[usize]| listed.iter().map(|p| places[*p]).min().unwrap_or(0);
    let sum = |l: &[Suggestion]| l.iter().map(|s| f64::from(s.score)).sum::<f64>();
    let before: Vec<f64> = lists.iter().map(|l| sum(l)).collect();
    let mut cost = ExposureCost { below: (below(&places), 0), fewest: (fewest(&places), 0), ..ExposureCost::default() };
    let mut given = vec![0usize; lists.len()];
    let mut placed: HashSet<(u32, u32)> = HashSet::new();
    // In rounds of one place each, those who stand in fewest lists first: a scarce place goes to who needs it most.
    loop {
        let mut needy: Vec<usize> = listed.iter().copied().filter(|p| places[*p] < owed(*p)).collect();
        needy.sort_by_key(|p| (places[*p], id(*p as u32)));
        let mut moved = false;
        for p in needy {
            // The list in which the exchange costs least.
            let mut best: Option<(f32, u32, Option<usize>, f32)> = None;
            for entry in &deep[p] {
                let Some(list) = lists.get(entry.party as usize) else { continue };
                if list.iter().any(|s| s.party as usize == p) {
                    continue;
                }
                let option = if list.len() < policy.shown {
                    Some((0.0, None))
                } else if given[entry.party as usize] < policy.given {
                    // The last entry that can spare a place and was not itself put there.
                    let from = list.len().saturating_sub(policy.given);
                    let spare = (from..list.len()).rev().find(|at| {
                        let q = list[*at].party;
                        places[q as usize] > owed(q as usize) && !placed.contains(&(entry.party, q))
                    });
                    spare.map(|at| ((list[at].score - entry.score).max(0.0), Some(at)))
                } else {
                    None
                };
                if let Some((loss, at)) = option.filter(|o| o.0 <= policy.loss)
                    && best.is_none_or(|b| loss < b.0)
                {
                    best = Some((loss, entry.party, at, entry.score));
                }
            }
            let Some((_, owner, at, score)) = best else { continue };
            let list = &mut lists[owner as usize];
            if let Some(at) = at {
                places[list[at].party as usize] -= 1;
                list.remove(at);
                given[owner as usize] += 1;
            }
            let entry = Suggestion { party: p as u32, score };
            let at = list.partition_point(|s| s.score > score || (s.score == score && id(s.party) < id(p as u32)));
            list.insert(at, entry);
            placed.insert((owner, p as u32));
            places[p] += 1;
            cost.exchanges += 1;
            moved = true;
        }
        if !moved {
            break;
        }
    }
    cost.below.1 = below(&places);
    cost.fewest.1 = fewest(&places);
    cost.total = (before.iter().sum(), lists.iter().map(|l| sum(l)).sum());
    for (list, before) in lists.iter().zip(&before) {
        if *before > 0.0 {
            cost.worst = cost.worst.max(1.0 - sum(list) / before);
        }
    }
    Exposure { lists, places, cost }
}
