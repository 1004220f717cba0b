//! Fair exposure and learned acceptance.

use crate::hub::*;
use engine::affinity::reciprocal::*;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use std::sync::atomic::AtomicBool;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn everybody_gets_the_places_promised_and_no_list_gives_more_than_agreed(seed: u64) {
        let corpus = corpus(&hub(seed, 200, false));
        let policy = Policy { shown: 10, everybody: 2, newcomers: 3, given: 3, loss: 1.0 };
        let deep = suggest_all(&corpus, PUBLIC, 40, 1, &|_| (), &AtomicBool::new(false)).unwrap().lists;
        let newcomer = |p: u32| corpus.first_seen(p).unwrap() > 900;
        let out = spread(&deep, &newcomer, &|p| corpus.id_of(p), &policy);
        let mut places = vec![0; 200];
        for (a, list) in out.lists.iter().enumerate() {
            prop_assert!(list.len() <= 10);
            prop_assert!(list.windows(2).all(|w| w[0].score >= w[1].score));
            let kept = deep[a].iter().take(10).filter(|s| list.iter().any(|l| l.party == s.party)).count();
            prop_assert!(kept + 3 >= deep[a].len().min(10));
            for (rank, s) in list.iter().enumerate() {
                prop_assert!(s.party as usize != a && list[..rank].iter().all(|l| l.party != s.party));
                // Every exchange is a true pair with its true score.
                prop_assert_eq!(corpus.score(&Reader::circle(PUBLIC), a as u32, s.party), Some(s.score));
                places[s.party as usize] += 1;
            }
        }
        prop_assert_eq!(&places, &out.places);
        for p in (0..200).filter(|p| !deep[*p as usize].is_empty()) {
            let owed = if newcomer(p) { 3 } else { 2 };
            prop_assert!(places[p as usize] >= owed, "{} of {}", places[p as usize], owed);
        }
        prop_assert_eq!(out.cost.below.1, 0);
        prop_assert!(out.cost.share() >= 0.0 && out.cost.share() < 0.1, "{:?}", out.cost);
    }
}

#[test]
fn nothing_is_learned_from_too_few_outcomes_or_from_one_answer() {
    let log = |n: usize, yes: usize| -> Vec<(Parts, Outcome)> {
        (0..n).map(|i| (Parts::default(), if i < yes { Outcome::Met } else { Outcome::Declined })).collect()
    };
    assert_eq!(Acceptance::fit(&log(MIN_OUTCOMES - 1, 50)), None);
    assert_eq!(Acceptance::fit(&log(300, 300)), None);
    assert_eq!(Acceptance::fit(&log(300, 0)), None);
    let flat = Acceptance::fit(&log(400, 100)).unwrap();
    assert!((flat.chance(&Parts::default()) - 0.25).abs() < 1e-4);
}

#[test]
fn coefficients_behind_the_outcomes_are_found_again() {
    let r = &mut Rng(42);
    let log: Vec<(Parts, Outcome)> = (0..20_000)
        .map(|_| {
            let parts = Parts {
                field: r.unit(),
                place: r.unit(),
                reciprocity: r.unit(),
                need_offer: r.unit(),
                ..Parts::default()
            };
            let z = -1.0 + 3.0 * parts.field - 2.0 * parts.place + 0.0 * parts.reciprocity - 1.0 * parts.need_offer;
            let yes = r.unit() < 1.0 / (1.0 + (-z).exp());
            (parts, if yes { Outcome::Accepted } else { Outcome::Declined })
        })
        .collect();
    let model = Acceptance::fit(&log).unwrap();
    let of = |part: Part| model.coefficients.iter().find(|c| c.0 == part).unwrap();
    assert!((of(Part::Field).1 - 3.0).abs() < 0.25, "{model:?}");
    assert!((of(Part::Place).1 + 2.0).abs() < 0.25);
    assert!(of(Part::Field).2 > 0.0 && of(Part::Field).2 < 0.1);
    // A better match never lowers the chance, even when the log says so.
    assert_eq!(of(Part::NeedOffer).1, 0.0);
    assert_eq!(model, Acceptance::fit(&log).unwrap());
}
