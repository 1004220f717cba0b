//! Needs and offers that fit, for the first page: same kind, shared fields, modality or stage, different parties.
//! Every reason is a fact of both records. A plain rule over the catalogue, kept until something changes.

use kernel::Uuid;
use kernel::audience::Keyring;
use std::collections::HashSet;
use std::sync::Arc;
use store::catalogue::Entry;
use web::{Cx, Recent};

/// Needs looked at, newest first, and offers compared with each.
const NEEDS: usize = 60;
const OFFERS: usize = 600;

/// A need, the offer that answers it, and the terms they share as field and code.
#[derive(Debug, Clone)]
pub struct Pair {
    pub need: Uuid,
    pub offer: Uuid,
    pub shared: Vec<(&'static str, String)>,
}

/// What an answer was made of: the edition of listings, and the reader's keys.
type MadeOf = (u64, Arc<Keyring>);

/// The answers for the last few kinds of readers.
pub struct Pairs(Recent<MadeOf, Vec<Pair>>);

impl Default for Pairs {
    fn default() -> Pairs {
        Pairs(Recent::of(16))
    }
}

impl Pairs {
    /// The best pairs that this reader may see.
    pub fn best(&self, cx: &Cx, most: usize) -> Arc<Vec<Pair>> {
        let made_of = (cx.app.catalogue.edition(&["listing"]), Arc::clone(&cx.keyring));
        if let Some(known) = self.0.get(&made_of) {
            return known;
        }
        let pairs = Arc::new(find(cx, most));
        let edition = made_of.0;
        self.0.put(made_of, &pairs, |(known, _)| *known >= edition);
        pairs
    }
}

fn find(cx: &Cx, most: usize) -> Vec<Pair> {
    let open = |most: usize, offer: bool| {
        cx.app.catalogue.newest("listing", &cx.keyring, most, |entry| {
            entry.facet("state") == Some("open") && (entry.facet("side") == Some("offer")) == offer
        })
    };
    let (needs, offers) = (open(NEEDS, false), open(OFFERS, true));
    let mut scored: Vec<(usize, Pair)> = Vec::new();
    for need in &needs {
        let best =
            offers.iter().filter_map(|offer| score(need, offer)).max_by_key(|(score, pair)| (*score, pair.offer));
        scored.extend(best);
    }
    scored.sort_by_key(|(score, pair)| std::cmp::Reverse((*score, pair.need)));
    let mut used: HashSet<Uuid> = HashSet::new();
    let mut pairs = Vec::new();
    for (_, pair) in scored {
        // One pair per party, so that the page shows different people.
        let parties: Vec<Uuid> = [&needs, &offers]
            .iter()
            .flat_map(|list| {
                list.iter().filter(|e| e.id == pair.need || e.id == pair.offer).filter_map(|e| e.link("party"))
            })
            .collect();
        if parties.iter().all(|party| !used.contains(party)) {
            used.extend(parties);
            pairs.push(pair);
        }
        if pairs.len() == most {
            break;
        }
    }
    pairs
}

/// What two listings share, if it is enough to talk: at least two terms, one of them the kind or a field.
fn score(need: &Entry, offer: &Entry) -> Option<(usize, Pair)> {
    if need.link("party").is_none() || need.link("party") == offer.link("party") || need.fictional != offer.fictional {
        return None;
    }
    // "Technology" and "issue" say little; a slot, a site or a mentor says what is wanted.
    let vague = matches!(need.facet("kind"), Some("technology" | "issue" | "other"));
    let weight = |field: &str| match field {
        "kind" => {
            if vague {
                1
            } else {
                5
            }
        }
        "fields" => 3,
        "modality" => 4,
        "stage" => 2,
        _ => 0,
    };
    let shared: Vec<(&'static str, String)> = need
        .facets
        .iter()
        .filter(|(field, code)| weight(field) > 0 && offer.facets.iter().any(|(f, c)| f == field && c == code))
        .cloned()
        .collect();
    let score: usize = shared.iter().map(|(field, _)| weight(field)).sum();
    (shared.len() >= 2 && score >= 7).then_some((score, Pair { need: need.id, offer: offer.id, shared }))
}
