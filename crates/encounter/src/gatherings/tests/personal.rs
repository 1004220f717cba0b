//! A copy of what gatherings hold about a person, and forgetting it.

use super::{World, wanted};
use crate::gatherings::actions::register::{Outcome, Wanted, register};
use crate::gatherings::store as rows;
use chrono::TimeDelta;
use kernel::{Actor, Role, Uuid};
use serde_json::json;
use store::atomically;
use web::Whose;
use web::records::actions::Doing;
use web::test_support::TestApp;

const CANARY: &str = "かなりあ";

fn whose(account: Uuid) -> Whose {
    Whose { account, persons: vec![Uuid::from_u128(8)], email_key: "kanaria@example.jp".to_owned() }
}

async fn enter(world: &World, gathering: Uuid, account: Option<Uuid>) -> Outcome {
    let actor = Actor::visitor();
    let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
    let mut answers = serde_json::Map::new();
    answers.insert("q".to_owned(), json!(CANARY));
    let wanted = Wanted {
        name: CANARY.to_owned(),
        organization: "川の手医療".to_owned(),
        email: "Kanaria@example.jp".to_owned(),
        account,
        answers,
        companions: vec!["友だち".to_owned()],
        ..wanted(1, 1)
    };
    register(&doing, gathering, &wanted).await.unwrap()
}

async fn forget(world: &World, account: Uuid) {
    let app = &world.web.app;
    let actor = TestApp::actor(&[Role::Director]);
    atomically!(app.db, |tx| { app.hooks.forget(app, &actor, tx, &whose(account)).await }).unwrap();
}

#[tokio::test]
async fn the_copy_holds_registrations_by_account_and_by_address_and_nobody_elses() {
    let world = World::new().await;
    let (one, other) = (world.forum(|r| r.set("group_max", 2)).await, world.forum(|r| r.set("group_max", 2)).await);
    let account = Uuid::from_u128(9);
    enter(&world, one, Some(account)).await;
    enter(&world, other, None).await;
    world.register(one, 7, 1).await.unwrap();
    let copies = world.web.app.hooks.copies(&world.web.app, &whose(account)).await.unwrap();
    let (key, copy) = &copies[0];
    assert_eq!(*key, "gatherings");
    let registrations = copy["registrations"].as_array().unwrap();
    assert_eq!(registrations.len(), 2);
    assert!(registrations.iter().all(|one| one["name"] == CANARY && one["answers"]["q"] == CANARY));
    assert!(!copy.to_string().contains("友だち") && !copy.to_string().contains("客7"));
}

#[tokio::test]
async fn whoever_is_forgotten_leaves_no_trace_and_a_free_seat_that_moves_on() {
    let world = World::new().await;
    let coming = world.forum(|r| {
        r.set("capacity", 2);
        r.set("group_max", 2);
    });
    let coming = coming.await;
    let account = Uuid::from_u128(9);
    enter(&world, coming, Some(account)).await;
    assert!(matches!(world.register(coming, 2, 1).await.unwrap(), Outcome::Waiting(_)));
    forget(&world, account).await;
    let rows = world.registrations(coming).await;
    assert!(!format!("{rows:?}").contains(CANARY) && !format!("{rows:?}").contains("anaria"), "{rows:?}");
    let lead = rows.iter().find(|row| row.leads && row.state == "cancelled").unwrap();
    assert_eq!(lead.organization, "");
    let states: Vec<_> = world.states(coming).await;
    assert!(states.contains(&("客2".to_owned(), "confirmed".to_owned())), "{states:?}");
    assert!(states.contains(&("友だち".to_owned(), "confirmed".to_owned())), "{states:?}");
    forget(&world, account).await;
    let seats = rows::seats(&world.web.app.db, coming).await.unwrap().unwrap();
    assert_eq!((seats.taken, seats.waiting), (2, 0), "forgetting twice changes nothing");
}

#[tokio::test]
async fn who_took_part_stays_a_number() {
    let world = World::new().await;
    let forum = world.forum(|r| r.set("group_max", 2)).await;
    let account = Uuid::from_u128(9);
    enter(&world, forum, Some(account)).await;
    world.web.app.clock.advance(TimeDelta::days(30));
    forget(&world, account).await;
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!(seats.taken, 2);
    assert!(world.states(forum).await.contains(&("退会した方 / Former member".to_owned(), "confirmed".to_owned())));
}

#[tokio::test]
async fn registrations_follow_a_person_who_is_merged_and_come_back() {
    let world = World::new().await;
    let (one, other) = (world.forum(|_| {}).await, world.forum(|_| {}).await);
    let (loser, survivor) = (Uuid::from_u128(11), Uuid::from_u128(12));
    let actor = Actor::visitor();
    for (forum, person, number) in [(one, loser, 1), (other, survivor, 2)] {
        let wanted = Wanted { person: Some(person), ..wanted(number, 1) };
        let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
        register(&doing, forum, &wanted).await.unwrap();
    }
    let persons = async || [world.registrations(one).await[0].person, world.registrations(other).await[0].person];
    let moved = world.web.merge(loser, survivor).await.unwrap();
    assert_eq!(persons().await, [Some(survivor); 2]);
    world.web.undo_merge(&moved, loser, survivor).await.unwrap();
    assert_eq!(persons().await, [Some(loser), Some(survivor)]);
}
