//! Bad input: refused with the place named, or capped, or simply ranked.

use crate::hub::*;
use engine::affinity::reciprocal::*;
use std::sync::atomic::AtomicBool;

fn text(id: Id, terms: Vec<(u32, f32)>) -> Item {
    Item { id, kind: ItemKind::Technology, audience: PUBLIC, terms, concepts: vec![], dense: None }
}

fn with(item: Item) -> Party {
    let mut p = Party::new(9, PartyKind::Lab);
    p.needs.push(item);
    p
}

#[test]
fn features_that_are_no_numbers_are_refused_with_party_and_item() {
    let new = |p: Party| Corpus::new(&[p], Weights::default()).map(|_| ());
    for bad in [f32::NAN, f32::INFINITY, -1.0] {
        assert_eq!(new(with(text(4, vec![(1, 1.0), (2, bad)]))), Err(PartyError::Feature { party: 9, item: 4 }));
    }
    let vector = |v: Vec<f32>| with(Item { dense: Some(v), ..text(4, vec![]) });
    assert_eq!(new(vector(vec![f32::NAN; DIMENSIONS])), Err(PartyError::Feature { party: 9, item: 4 }));
    assert_eq!(new(vector(vec![1.0; 3])), Err(PartyError::Dimensions { party: 9, item: 4, found: 3 }));
    assert_eq!(new(vector(vec![0.0; DIMENSIONS])), Ok(()));
    assert_eq!(new(with(text(4, vec![(1, f32::MAX), (2, f32::MIN_POSITIVE), (1, 3.0)]))), Ok(()));
    let twice = Corpus::new(&[Party::new(1, PartyKind::Lab), Party::new(1, PartyKind::Lab)], Weights::default());
    assert_eq!(twice.map(|_| ()), Err(PartyError::Twice(1)));
    let mut many = Party::new(3, PartyKind::Lab);
    many.fields = Guarded::public((0..300).collect());
    assert_eq!(new(many), Err(PartyError::Fields(3)));
}

#[test]
fn a_refused_change_leaves_the_corpus_as_it_was() {
    let parties = hub(3, 40, true);
    let mut corpus = corpus(&parties);
    let before = suggest_for(&corpus, &Reader::circle(PUBLIC), 0, 10);
    let mut bad = parties[0].clone();
    bad.needs.push(text(5, vec![(1, f32::NAN)]));
    assert!(corpus.replace(&bad).is_err());
    assert_eq!(suggest_for(&corpus, &Reader::circle(PUBLIC), 0, 10), before);
    assert_eq!(corpus.replace(&Party::new(u128::MAX, PartyKind::Lab)), Err(PartyError::Unknown(u32::MAX)));
}

#[test]
fn a_party_of_which_nothing_is_known_is_suggested_to_nobody() {
    let parties: Vec<Party> = (0..30).map(|i| Party::new(i + 1, PartyKind::Lab)).collect();
    let corpus = corpus(&parties);
    let out = suggest_all(&corpus, PUBLIC, 5, 1, &|_| (), &AtomicBool::new(false)).unwrap();
    assert!(out.lists.iter().all(Vec::is_empty));
}

#[test]
fn one_word_is_enough_to_be_found_but_not_to_lead() {
    let mut parties = hub(8, 60, false);
    let mut lone = Party::new(1 << 50, PartyKind::Company);
    lone.needs.push(text(1 << 51, vec![(11, 1.0)]));
    lone.languages = Guarded::public(3);
    parties.push(lone);
    let corpus = corpus(&parties);
    let list = suggest_for(&corpus, &Reader::of(PUBLIC, 60), 60, 20);
    assert_eq!(list, brute(&corpus, &Reader::of(PUBLIC, 60), 60, 20));
    assert!(!list.is_empty());
}

#[test]
fn the_same_text_in_a_thousand_profiles_gives_the_same_lists_as_brute_force() {
    let mut parties = hub(21, 40, true);
    let same = parties.iter().find(|p| !p.needs.is_empty() && !p.offers.is_empty()).cloned().unwrap();
    for i in 0..1000u128 {
        let id = (1 << 60) + (i * 617) % 1000;
        parties.push(Party { id, consents: true, audience: PUBLIC, ties: vec![], vetoes: vec![], ..same.clone() });
    }
    let corpus = corpus(&parties);
    let out = suggest_all(&corpus, PUBLIC, 10, 2, &|_| (), &AtomicBool::new(false)).unwrap();
    for a in [0, 7, 39, 40, 500, 1039] {
        assert_eq!(out.lists[a as usize], brute(&corpus, &Reader::circle(PUBLIC), a, 10));
    }
}

#[test]
fn huge_profiles_are_capped() {
    let huge = |id: Id| {
        let mut p = Party::new(id, [PartyKind::Lab, PartyKind::Company][id as usize % 2]);
        let item = |s: u32| Item {
            concepts: (0..5000).collect(),
            ..text(id << 32 | Id::from(s), (0..20_000).map(|t| (t, 1.0 + ((t + s) % 97) as f32)).collect())
        };
        (p.needs, p.offers) = ((0..60).map(item).collect(), (100..160).map(item).collect());
        p
    };
    let corpus = corpus(&[huge(1), huge(2)]);
    let score = corpus.score(&Reader::circle(PUBLIC), 0, 1).unwrap();
    assert!(score > 0.3 && score <= 1.0);
    assert_eq!(suggest_for(&corpus, &Reader::circle(PUBLIC), 0, 5).len(), 1);
}
