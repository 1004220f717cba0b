//! What is learned from answers: off until there is enough, one more part then, never past a veto, the same from both
//! sides; and "not again" under another name.

use super::World;
use crate::matching::actions::NotAgain;
use crate::matching::{Learned, learning, store};
use ::store::atomically;
use chrono::TimeDelta;
use engine::affinity::reciprocal::{
    Acceptance, Corpus, Item, ItemKind, MIN_OUTCOMES, Outcome, PUBLIC, Part, Parts, Party, PartyKind, Reader, Weights,
    suggest_for,
};
use kernel::{Actor, Role, Uuid};
use proptest::prelude::*;
use serde_json::json;
use web::hooks::Follows;
use web::records::actions::Doing;
use web::test_support::TestApp;

/// Words that are learned from: whoever shares a language says yes.
fn answers(count: usize) -> Vec<(Parts, Outcome)> {
    let one = |n: usize| {
        let (even, unlucky) = (n.is_multiple_of(2), n.is_multiple_of(9));
        let language = f32::from(u8::from(even));
        let parts =
            Parts { need_offer: (n % 7) as f32 / 7.0, language, place: (n % 3) as f32 / 3.0, ..Parts::default() };
        (parts, if even && !unlucky { Outcome::Accepted } else { Outcome::Declined })
    };
    (0..count).map(one).collect()
}

#[test]
fn nothing_is_learned_from_too_few_or_from_one_sort() {
    assert!(learning::learn(true, &answers(MIN_OUTCOMES - 1)).model.is_none());
    assert!(learning::learn(true, &answers(MIN_OUTCOMES)).model.is_some());
    let yes: Vec<_> = answers(MIN_OUTCOMES).into_iter().map(|(parts, _)| (parts, Outcome::Met)).collect();
    assert!(learning::learn(true, &yes).model.is_none());
}

/// Writes as many words into the log, with parts, about pairs that nobody knows.
async fn fill(world: &World, count: usize) {
    let db = &world.web.app.db;
    for chunk in answers(count).chunks(50) {
        let ids: Vec<[Uuid; 2]> = chunk.iter().map(|_| [db.new_id(), db.new_id()]).collect();
        atomically!(db, |tx| {
            for ((parts, outcome), pair) in chunk.iter().zip(&ids) {
                let word = if *outcome == Outcome::Declined { "declined" } else { "accepted" };
                store::log(tx, *pair, word).await?;
                let named: serde_json::Map<_, _> =
                    Part::ALL.iter().map(|part| (format!("{part:?}"), json!(parts.value(*part)))).collect();
                store::note_parts(tx, pair[0], pair[1], json!(named)).await?;
            }
            Ok(())
        })
        .unwrap();
    }
}

fn staff() -> Actor {
    TestApp::actor(&[Role::Concierge])
}

#[tokio::test(flavor = "multi_thread")]
async fn enough_settled_answers_become_a_part_that_is_explained_and_can_be_switched_off() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let path = format!("/en/matches/{startup}/{company}");
    fill(&world, MIN_OUTCOMES).await;
    world.refresh().await;
    assert_eq!(world.matching.standing().unwrap().learned.outcomes, 0, "not before they have settled");
    world.web.app.clock.advance(TimeDelta::days(61));
    world.refresh().await;
    let learned = world.matching.standing().unwrap().learned.clone();
    assert!(learned.outcomes == MIN_OUTCOMES && learned.model.is_some() && learned.on);
    let page = world.web.get(&staff(), &path).await.body;
    assert!(page.contains("Earlier answers") && page.contains("is learned from 200 or more"), "{page}");
    let shown = world.web.get(&staff(), "/en/staff/matching").await.body;
    assert!(shown.contains("Used for the order") && shown.contains("Comes about more"), "{shown}");
    let japanese = world.web.get(&staff(), "/ja/staff/matching").await.body;
    assert!(japanese.contains("順位に使っています") && japanese.contains("言語"));

    assert_eq!(world.web.post(&staff(), "/en/staff/matching", &[("learn", "off")]).await.status, 303);
    world.refresh().await;
    let page = world.web.get(&staff(), &path).await.body;
    assert!(!page.contains("Earlier answers"), "{page}");
    assert!(world.web.get(&staff(), "/en/staff/matching").await.body.contains("Switched off"));
    let member = TestApp::actor(&[Role::Member]);
    assert_eq!(world.web.post(&member, "/en/staff/matching", &[("learn", "on")]).await.status, 403);
    assert_eq!(world.web.post(&staff(), "/en/staff/matching", &[("learn", "?")]).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn not_again_is_logged_with_the_score_it_was_said_of_and_taken_out_with_it() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let manager = super::manager_of(startup);
    let address = |word: &str| format!("/ja/matches/{startup}/{company}/{word}");
    assert_eq!(world.web.post(&manager, &address("never"), &[]).await.status, 303);
    world.refresh().await;
    world.web.app.clock.advance(TimeDelta::days(61));
    let (_, log) = learning::log(&world.web.app).await.unwrap();
    assert!(matches!(log.as_slice(), [(parts, Outcome::Declined)] if parts.need_offer > 0.0), "{log:?}");
    assert_eq!(world.web.post(&manager, &address("again"), &[]).await.status, 303);
    assert!(learning::log(&world.web.app).await.unwrap().1.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn not_again_follows_a_merge_and_comes_back() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let successor = world.organization("後継", "startup").await;
    let db = &world.web.app.db;
    let id = db.new_id();
    atomically!(db, |tx| { store::keep_never(tx, id, company, startup, None).await }).unwrap();
    let between =
        async |one: Uuid, other: Uuid| atomically!(db, |tx| { store::never_between(tx, one, other).await }).unwrap();
    let moved = atomically!(db, |tx| { NotAgain::forth(tx, startup, successor).await }).unwrap();
    assert_eq!(between(company, successor).await, (true, false));
    // Between the two of a merge nothing is said.
    let moved_too = atomically!(db, |tx| { NotAgain::forth(tx, successor, company).await }).unwrap();
    atomically!(db, |tx| { NotAgain::back(tx, moved_too.clone(), successor, company).await }).unwrap();
    atomically!(db, |tx| { NotAgain::back(tx, moved.clone(), startup, successor).await }).unwrap();
    assert_eq!((between(company, startup).await, between(company, successor).await), ((true, false), (false, false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_switch_is_for_those_who_review_the_directory() {
    let world = World::new().await;
    for (role, may) in [(Role::Member, false), (Role::Events, false), (Role::Director, true)] {
        let actor = TestApp::actor(&[role]);
        let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
        assert_eq!(learning::switch(&doing, false).await.is_ok(), may);
    }
    assert!(!store::may_learn(&world.web.app.db).await.unwrap());
    assert_eq!(Learned::NEEDED, MIN_OUTCOMES);
}

/// A party that seeks and offers a few of six things.
fn party(id: u128, needs: &[u32], offers: &[u32], languages: u32) -> Party {
    let mut party = Party::new(id, PartyKind::Company);
    let item = |at: usize, term: u32| Item {
        id: id * 100 + at as u128,
        kind: ItemKind::Technology,
        audience: PUBLIC,
        terms: vec![(term, 1.0), (term + 100, 0.5)],
        concepts: Vec::new(),
        dense: None,
    };
    party.needs = needs.iter().enumerate().map(|(at, term)| item(at, *term)).collect();
    party.offers = offers.iter().enumerate().map(|(at, term)| item(at + 50, *term)).collect();
    party.languages.value = languages;
    party
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever was learned: a vetoed pair has no score and is in no list, a score is the same from both sides, and it moves
    /// by no more than the weight of the part.
    #[test]
    fn what_was_learned_never_passes_a_veto_and_is_the_same_from_both_sides(
        given in prop::collection::vec((prop::collection::vec(0_u32..6, 0..3), prop::collection::vec(0_u32..6, 0..3), 0_u32..4), 4..12),
        vetoes in prop::collection::vec((0_usize..12, 0_usize..12), 0..8),
        said in prop::collection::vec((prop::collection::vec(0.0_f32..1.0, 12), any::<bool>()), MIN_OUTCOMES..MIN_OUTCOMES + 40),
    ) {
        let mut parties: Vec<Party> = given
            .iter()
            .enumerate()
            .map(|(at, (needs, offers, languages))| party(at as u128 + 1, needs, offers, *languages))
            .collect();
        let count = parties.len();
        let vetoes: Vec<(usize, usize)> =
            vetoes.into_iter().map(|(a, b)| (a % count, b % count)).filter(|(a, b)| a != b).collect();
        for (a, b) in &vetoes {
            let of = parties[*b].id;
            parties[*a].vetoes.push(of);
        }
        let log: Vec<(Parts, Outcome)> = said
            .iter()
            .map(|(v, yes)| {
                let parts = Parts {
                    need_offer: v[0], offer_need: v[1], reciprocity: v[2], field: v[3], stage: v[4], modality: v[5],
                    language: v[6], place: v[7], sector: v[8], novelty: v[9], path: v[10], agreement: v[11], learned: 0.0,
                };
                (parts, if *yes { Outcome::Accepted } else { Outcome::Declined })
            })
            .collect();
        let plain = Corpus::new(&parties, Weights::without_vectors()).unwrap();
        let mut learning = Corpus::new(&parties, Weights::without_vectors()).unwrap();
        let model = Acceptance::fit(&log);
        prop_assume!(model.is_some());
        learning.set_acceptance(model);
        let reader = Reader::circle(1 << 63);
        let weight = learning.weights().learned;
        for a in 0..count as u32 {
            for b in 0..count as u32 {
                let (score, without) = (learning.score(&reader, a, b), plain.score(&reader, a, b));
                prop_assert_eq!(score.map(f32::to_bits), learning.score(&reader, b, a).map(f32::to_bits));
                let vetoed = vetoes.iter().any(|(x, y)| {
                    [(a, b), (b, a)].contains(&(*x as u32, *y as u32))
                });
                prop_assert!(!vetoed || score.is_none());
                prop_assert_eq!(score.is_some(), without.is_some());
                if let (Some(score), Some(without)) = (score, without) {
                    prop_assert!(score >= without - 1e-6 && score <= without + weight + 1e-6);
                }
            }
            for suggestion in suggest_for(&learning, &reader, a, count) {
                let pair = [(a, suggestion.party), (suggestion.party, a)];
                prop_assert!(!vetoes.iter().any(|(x, y)| pair.contains(&(*x as u32, *y as u32))));
            }
        }
    }
}
