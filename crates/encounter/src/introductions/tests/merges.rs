//! Merges of parties: nobody is introduced who did not agree, nobody's contact details go to whom they were not promised,
//! and the undo puts everything back.

use super::{Ask, World, between, concierge};
use crate::introductions::model::State;
use crate::matching::store::keep_never;
use kernel::{Actor, Uuid};
use store::atomically;

async fn says_never(world: &World, party: Uuid, of: Uuid) {
    let db = &world.web.app.db;
    let id = db.new_id();
    atomically!(db, |tx| { keep_never(tx, id, party, of, None).await }).unwrap();
}

struct Three {
    world: World,
    a: Uuid,
    asker: Actor,
    b: Uuid,
    other: Actor,
    c: Uuid,
    survivor: Actor,
}

async fn three() -> Three {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, survivor) = world.party("chubu").await;
    Three { world, a, asker, b, other, c, survivor }
}

#[tokio::test]
async fn what_a_merge_ended_is_open_again_after_its_undo() {
    let Three { world, a, asker, b, c, survivor, .. } = three().await;
    let between_them = world.ask(&survivor, &between(c, a)).await.unwrap();
    let twice = world.ask(&asker, &between(a, b)).await.unwrap();
    let first = world.ask(&survivor, &between(c, b)).await.unwrap();
    let moved = world.web.merge(a, c).await.unwrap();
    let states = [world.state(between_them).await, world.state(twice).await, world.state(first).await];
    assert_eq!(states, [State::Withdrawn, State::Withdrawn, State::Offered]);
    world.web.undo_merge(&moved, a, c).await.unwrap();
    for id in [between_them, twice, first] {
        assert_eq!(world.state(id).await, State::Offered);
        assert!(world.read(id).await.asker_merged_at.is_none());
    }
    assert_eq!(world.read(twice).await.asker, a);
}

#[tokio::test]
async fn requests_that_cross_after_a_merge_become_one() {
    let Three { world, a, asker, b, other, c, .. } = three().await;
    let mine = world.ask(&asker, &between(a, b)).await.unwrap();
    let theirs = world.ask(&other, &between(b, c)).await.unwrap();
    world.web.merge(a, c).await.unwrap();
    assert_eq!((world.state(mine).await, world.state(theirs).await), (State::Withdrawn, State::Offered));
}

#[tokio::test]
async fn not_again_stands_against_whoever_a_party_becomes() {
    for of_survivor in [true, false] {
        let Three { world, a, asker, b, other, c, .. } = three().await;
        let open = world.ask(&asker, &between(a, b)).await.unwrap();
        if of_survivor {
            says_never(&world, b, c).await
        } else {
            says_never(&world, c, b).await
        }
        let moved = world.web.merge(a, c).await.unwrap();
        assert_eq!(world.state(open).await, State::Declined);
        assert_eq!(world.read(open).await.declined_by.as_deref(), Some("veto"));
        assert!(world.says(&other, open, true).await.is_err(), "nobody can say yes to it");
        world.web.undo_merge(&moved, a, c).await.unwrap();
        assert_eq!((world.state(open).await, world.read(open).await.declined_by), (State::Offered, None));
    }
}

#[tokio::test]
async fn nobody_passes_on_their_own_request() {
    let Three { world, a, asker, b, c, .. } = three().await;
    let open = world.ask(&asker, &Ask { through: Some(c), ..between(a, b) }).await.unwrap();
    assert_eq!(world.state(open).await, State::Asked);
    let moved = world.web.merge(a, c).await.unwrap();
    assert_eq!(world.state(open).await, State::Withdrawn);
    world.web.undo_merge(&moved, a, c).await.unwrap();
    assert_eq!((world.state(open).await, world.read(open).await.through), (State::Asked, Some(c)));
}

#[tokio::test]
async fn contact_details_do_not_go_to_those_who_came_with_a_merge() {
    let Three { world, a, asker, b, other, c, survivor } = three().await;
    let made = world.ask(&asker, &between(a, b)).await.unwrap();
    world.says(&other, made, true).await.unwrap();
    let path = format!("/ja/introductions/{made}");
    assert!(world.page(&asker, &path).await.contains("bashi@example.jp"));
    let moved = world.web.merge(a, c).await.unwrap();
    let page = world.page(&survivor, &path).await;
    assert!(page.contains("bashi") && !page.contains("bashi@example.jp"), "handed to the other party alone: {page}");
    assert!(page.contains("承諾した方だけに"), "and it says why");
    // The account that had said yes goes on with its party.
    let came_along = Actor { manages: vec![c], ..asker.clone() };
    assert!(world.page(&came_along, &path).await.contains("bashi@example.jp"));
    // What the other side was handed is not changed for what the survivor's record says.
    assert!(!world.page(&other, &path).await.contains("chubu@example.jp"));
    world.web.undo_merge(&moved, a, c).await.unwrap();
    assert_eq!(world.web.get(&survivor, &path).await.status, 404);
    assert!(world.page(&asker, &path).await.contains("bashi@example.jp"));
}

#[tokio::test]
async fn a_yes_after_the_merge_is_a_yes_to_the_party_as_it_is() {
    let Three { world, a, asker, b, other, c, survivor } = three().await;
    let open = world.ask(&asker, &between(a, b)).await.unwrap();
    world.pass_days(1);
    world.web.merge(a, c).await.unwrap();
    assert!(world.mails_to("chubu").await.is_empty(), "a merge says yes for nobody and tells nobody");
    world.pass_days(1);
    world.says(&other, open, true).await.unwrap();
    assert_eq!(world.state(open).await, State::Made);
    let told = world.mails_to("chubu").await;
    assert!(told.iter().any(|(_, body)| body.contains("bashi@example.jp")), "{told:?}");
    assert!(world.page(&survivor, &format!("/ja/introductions/{open}")).await.contains("bashi@example.jp"));
    // Whoever asked spoke for another record: neither its account nor the survivor's details are handed over for it.
    let theirs = world.mails_to("bashi").await;
    assert!(theirs.iter().all(|(_, body)| !body.contains("chubu@example.jp") && !body.contains("aoba@example.jp")));
    assert!(theirs.iter().any(|(_, body)| body.contains("拠点の担当者から")), "{theirs:?}");
}

#[tokio::test]
async fn both_histories_say_that_they_were_introduced_to_those_who_may_know() {
    let Three { world, a, asker, b, other, survivor, .. } = three().await;
    let made = world.ask(&asker, &between(a, b)).await.unwrap();
    let waiting = world.ask(&survivor, &between(survivor.manages[0], b)).await.unwrap();
    world.says(&other, made, true).await.unwrap();
    let line = format!("/introductions/{made}\"");
    let may_read = |actor: &Actor| Actor { roles: vec![kernel::Role::Facilities], ..actor.clone() };
    for (party, name) in [(a, "bashi"), (b, "aoba")] {
        let path = format!("/en/organizations/{party}/history");
        for actor in [may_read(&asker), may_read(&other), concierge()] {
            let page = world.page(&actor, &path).await;
            assert!(page.contains(&line) && page.contains(&format!("Introduced to {name}")), "{page}");
            assert!(!page.contains(&waiting.to_string()), "one that waits is nobody's history");
        }
        let page = world.page(&may_read(&survivor), &path).await;
        assert!(!page.contains("Introduced") && !page.contains(&made.to_string()), "{page}");
    }
}
