//! The score of two parties.

use crate::hub::*;
use engine::affinity::reciprocal::*;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_score_is_the_same_from_both_sides_and_the_sum_of_its_parts(seed: u64, vectors: bool) {
        let corpus = corpus(&hub(seed, 24, vectors));
        for keys in [MEMBERS, STAFF, PUBLIC] {
            for a in 0..24 {
                for b in 0..24 {
                    let reader = Reader { keys, own: [None, Some(a), Some(b)][(a + b) as usize % 3] };
                    let (x, y) = (corpus.parts(&reader, a, b), corpus.parts(&reader, b, a));
                    prop_assert_eq!(corpus.score(&reader, a, b), corpus.score(&reader, b, a));
                    prop_assert_eq!(x.is_none(), y.is_none());
                    let (Some(x), Some(y)) = (x, y) else { continue };
                    prop_assert_eq!(Parts { need_offer: y.offer_need, offer_need: y.need_offer, ..y }, x);
                    prop_assert!(x.values().iter().all(|v| (0.0..=1.0).contains(v)));
                    let sum: f32 = corpus.contributions(&reader, a, b).iter().map(|c| c.1).sum();
                    prop_assert!((sum - corpus.score(&reader, a, b).unwrap()).abs() < 1e-5);
                }
            }
        }
    }

    #[test]
    fn one_more_need_or_offer_never_lowers_a_direction(seed: u64, vectors: bool) {
        let mut parties = hub(seed, 12, vectors);
        let r = &mut Rng(seed ^ 1);
        let before = corpus(&parties);
        let more = item(r, 1 << 100, vectors);
        let needs = r.hit(50);
        if needs { parties[3].needs.push(more) } else { parties[3].offers.push(more) }
        let after = corpus(&parties);
        for b in (0..12).filter(|b| *b != 3) {
            let reader = Reader::of(MEMBERS, 3);
            let (Some(x), Some(y)) = (before.parts(&reader, 3, b), after.parts(&reader, 3, b)) else { continue };
            prop_assert!(y.need_offer >= x.need_offer && y.offer_need >= x.offer_need && y.reciprocity >= x.reciprocity);
            if needs { prop_assert_eq!(x.offer_need, y.offer_need) } else { prop_assert_eq!(x.need_offer, y.need_offer) }
        }
    }

    #[test]
    fn vetoes_and_missing_consent_are_obeyed_by_both_sides(seed: u64) {
        let mut parties = hub(seed, 30, true);
        let (a, b, c) = (4, 9, 11);
        let veto = parties[b].id;
        parties[a].vetoes.push(veto);
        parties[c].consents = false;
        let corpus = corpus(&parties);
        let reader = Reader::circle(PUBLIC);
        let all = suggest_all(&corpus, PUBLIC, 29, 1, &|_| (), &Default::default()).unwrap();
        let named = |of: usize, whom: usize| {
            all.lists[of].iter().chain(&suggest_for(&corpus, &reader, of as u32, 29)).any(|s| s.party as usize == whom)
        };
        prop_assert!(!named(a, b) && !named(b, a));
        prop_assert!(all.lists[c].is_empty() && (0..30).all(|i| !named(i, c)));
        prop_assert_eq!(corpus.score(&reader, a as u32, b as u32), None);
    }
}

fn simple(id: Id, kind: PartyKind) -> Party {
    Party::new(id, kind)
}

fn word(id: Id, kind: ItemKind, term: u32) -> Item {
    Item { id, kind, audience: PUBLIC, terms: vec![(term, 1.0)], concepts: vec![], dense: None }
}

#[test]
fn money_does_not_answer_the_need_of_a_bench_though_the_words_are_the_same() {
    let (mut a, mut b) = (simple(1, PartyKind::Lab), simple(2, PartyKind::Company));
    a.needs.push(word(10, ItemKind::LabSpace, 5));
    b.offers.push(word(20, ItemKind::Funding, 5));
    let reader = Reader::circle(PUBLIC);
    assert_eq!(corpus(&[a.clone(), b.clone()]).parts(&reader, 0, 1).unwrap().need_offer, 0.0);
    b.offers[0].kind = ItemKind::LabSpace;
    assert!(corpus(&[a, b]).parts(&reader, 0, 1).unwrap().need_offer > 0.2);
}

#[test]
fn a_need_said_three_times_counts_once() {
    let (mut a, mut b) = (simple(1, PartyKind::Lab), simple(2, PartyKind::Company));
    a.needs.push(word(10, ItemKind::Technology, 5));
    b.offers.push(word(20, ItemKind::Technology, 5));
    let reader = Reader::circle(PUBLIC);
    let once = corpus(&[a.clone(), b.clone()]).score(&reader, 0, 1);
    a.needs.extend([word(11, ItemKind::Technology, 5), word(12, ItemKind::Technology, 5)]);
    assert_eq!(corpus(&[a, b]).score(&reader, 0, 1), once);
}

#[test]
fn a_meeting_wanted_by_both_beats_one_wanted_by_one_side_twice_as_much() {
    let parties: Vec<Party> = (0..3)
        .map(|i| {
            let mut p = simple(i + 1, PartyKind::Lab);
            let t = |n: u32| word(Id::from(n) << 8 | i, ItemKind::Technology, n);
            match i {
                0 => (p.needs, p.offers) = (vec![t(1), t(2)], vec![t(3)]),
                1 => p.offers = vec![t(1), t(2)],
                _ => (p.needs, p.offers) = (vec![t(3)], vec![t(1)]),
            }
            p
        })
        .collect();
    let corpus = corpus(&parties);
    let reader = Reader::circle(PUBLIC);
    assert!(corpus.score(&reader, 0, 2) > corpus.score(&reader, 0, 1));
}

#[test]
fn fields_are_best_neither_equal_nor_unrelated() {
    let of = |fields: &[u32]| {
        let mut p = simple(fields.len() as Id * 1000 + Id::from(fields[0]), PartyKind::Lab);
        p.fields = Guarded::public(fields.to_vec());
        p
    };
    let corpus = corpus(&[of(&[1, 2]), of(&[1, 2, 9]), of(&[2, 3, 4]), of(&[7])]);
    let value = |b| corpus.parts(&Reader::circle(PUBLIC), 0, b).unwrap().field;
    assert!(value(2) > value(1) && value(2) > value(3), "{} {} {}", value(1), value(2), value(3));
}
