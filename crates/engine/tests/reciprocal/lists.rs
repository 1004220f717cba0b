//! The lists: exactly those of brute force, whatever the threads, and blind to what the reader may not see.

use crate::hub::*;
use engine::affinity::reciprocal::*;
use proptest::prelude::{ProptestConfig, prop_assert_eq, prop_assert_ne, proptest};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

fn all(corpus: &Corpus, keys: Keys, k: usize, threads: usize) -> Vec<Vec<Suggestion>> {
    suggest_all(corpus, keys, k, threads, &|_| (), &AtomicBool::new(false)).unwrap().lists
}

/// An acceptance model that makes nonsense of the weights on purpose.
fn acceptance(seed: u64) -> Acceptance {
    let r = &mut Rng(seed);
    let log: Vec<(Parts, Outcome)> = (0..300)
        .map(|_| {
            let parts = Parts { field: r.unit(), place: r.unit(), reciprocity: r.unit(), ..Parts::default() };
            let yes = parts.place + 0.5 * r.unit() > 0.7;
            (parts, if yes { Outcome::Accepted } else { Outcome::Declined })
        })
        .collect();
    Acceptance::fit(&log).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn everybodys_lists_are_those_of_brute_force(seed: u64, vectors: bool, learned in 0..4u8) {
        let mut corpus = corpus(&hub(seed, 150, vectors));
        corpus.set_acceptance((learned == 0).then(|| acceptance(seed)));
        let keys = [MEMBERS, STAFF, PUBLIC][seed as usize % 3];
        let one = all(&corpus, keys, 5, 1);
        prop_assert_eq!(&one, &all(&corpus, keys, 5, 2));
        for a in 0..150 {
            let reader = Reader::circle(keys);
            prop_assert_eq!(&one[a as usize], &brute(&corpus, &reader, a, 5));
            prop_assert_eq!(&one[a as usize], &suggest_for(&corpus, &reader, a, 5));
        }
    }

    #[test]
    fn a_reader_of_the_party_gets_the_list_of_brute_force_with_its_own_hidden_needs(seed: u64) {
        let corpus = corpus(&hub(seed, 80, true));
        for a in 0..80 {
            let reader = Reader::of(MEMBERS, a);
            prop_assert_eq!(suggest_for(&corpus, &reader, a, 7), brute(&corpus, &reader, a, 7));
        }
    }

    #[test]
    fn lists_mended_after_a_change_are_the_lists_made_anew(seed: u64) {
        let mut parties = hub(seed, 70, true);
        // Ties of a party are paths of others too; lists that a new path changes are not the business of `changed`.
        parties.iter_mut().for_each(|p| p.ties.clear());
        let mut corpus = corpus(&parties);
        let (k, reader) = (6, Reader::circle(MEMBERS));
        let mut lists = all(&corpus, MEMBERS, k, 1);
        let r = &mut Rng(seed ^ 3);
        for _ in 0..3 {
            let at = r.below(70);
            let fresh = hub(r.next(), 70, true).swap_remove(at);
            parties[at] = Party { id: parties[at].id, ties: Vec::new(), ..fresh };
            prop_assert_eq!(corpus.replace(&parties[at]), Ok(at as u32));
            let change = changed(&corpus, &reader, at as u32, &lists, k);
            for list in &mut lists {
                list.retain(|s| s.party as usize != at);
            }
            for gain in &change.gained {
                lists[gain.party as usize].push(Suggestion { party: at as u32, score: gain.score });
            }
            for list in &mut lists {
                let id = |s: &Suggestion| corpus.id_of(s.party);
                list.sort_by(|x, y| y.score.total_cmp(&x.score).then(id(x).cmp(&id(y))));
                list.truncate(k);
            }
            for stale in change.stale {
                lists[stale as usize] = suggest_for(&corpus, &reader, stale, k);
            }
            lists[at] = change.own;
            prop_assert_eq!(&lists, &all(&Corpus::new(&parties, Weights::default()).unwrap(), MEMBERS, k, 1));
        }
    }

    #[test]
    fn what_a_reader_cannot_see_changes_nothing_not_even_a_rank(seed: u64) {
        let before = hub(seed, 70, true);
        let r = &mut Rng(seed ^ 9);
        let mut after = before.clone();
        for party in &mut after {
            let hide = |items: &mut Vec<Item>, r: &mut Rng| {
                // Other content in every hidden item, and one more.
                for i in items.iter_mut().filter(|i| i.audience == HIDDEN) {
                    *i = Item { audience: HIDDEN, ..item(r, i.id, true) };
                }
                items.push(Item { audience: HIDDEN, ..item(r, r.0.into(), true) });
            };
            hide(&mut party.needs, r);
            hide(&mut party.offers, r);
            if party.languages.audience == HIDDEN { party.languages.value ^= 3; }
            if party.stages.audience == HIDDEN { party.stages.value = 1 << r.below(7); }
            if party.fields.audience == HIDDEN { party.fields.value = vec![100 + r.below(9) as u32]; }
            if party.place.audience == HIDDEN { party.place.value.region ^= 1; }
            party.ties.retain(|t| t.audience != HIDDEN);
            party.agreements.retain(|m| m.audience != HIDDEN);
            party.agreements.push(Membership { agreement: 3, audience: HIDDEN });
        }
        let (x, y) = (corpus(&before), corpus(&after));
        for keys in [MEMBERS, STAFF] {
            prop_assert_eq!(all(&x, keys, 8, 1), all(&y, keys, 8, 1));
            for a in (0..70).step_by(5) {
                let reader = Reader::circle(keys);
                for s in suggest_for(&x, &reader, a, 3) {
                    let (b, k) = (s.party, 3);
                    prop_assert_eq!(reasons(&x, &reader, a, b, k), reasons(&y, &reader, a, b, k));
                    prop_assert_eq!(would_not_match(&x, &reader, a, b, k), would_not_match(&y, &reader, a, b, k));
                }
            }
        }
        // Somebody with all keys does see the difference, so the test can fail.
        prop_assert_ne!(all(&x, PUBLIC, 8, 1), all(&y, PUBLIC, 8, 1));
    }
}

#[test]
fn a_run_can_be_stopped_and_tells_how_far_it_is() {
    let corpus = corpus(&hub(5, 300, false));
    assert_eq!(suggest_all(&corpus, PUBLIC, 5, 2, &|_| (), &AtomicBool::new(true)), None);
    let stop = AtomicBool::new(false);
    let seen = std::sync::Mutex::new(Vec::new());
    let progress = |share: f32| {
        seen.lock().unwrap().push(share);
        stop.store(true, Relaxed);
    };
    assert_eq!(suggest_all(&corpus, PUBLIC, 5, 1, &progress, &stop), None);
    assert!(seen.into_inner().unwrap().iter().all(|s| (0.0..=1.0).contains(s)));
}

#[test]
fn lists_of_length_zero_and_of_more_than_there_are_parties_are_no_trouble() {
    let corpus = corpus(&hub(6, 20, false));
    assert!(all(&corpus, PUBLIC, 0, 2).iter().all(Vec::is_empty));
    assert!(all(&corpus, PUBLIC, 1000, 2).iter().all(|l| l.len() < 20));
    assert!(suggest_for(&corpus, &Reader::circle(PUBLIC), 999, 5).is_empty());
    assert_eq!(Corpus::new(&[], Weights::default()).map(|c| all(&c, PUBLIC, 5, 2)), Ok(vec![]));
}
