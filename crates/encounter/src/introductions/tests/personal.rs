//! Merges of parties, a person's copy and being forgotten.

use super::{World, between};
use crate::introductions::actions::outcome::{Word, say};
use crate::introductions::model::State;
use crate::introductions::store as rows;
use directory::records as d;
use kernel::{Actor, Role, Text, Uuid};
use store::atomically;
use web::Whose;
use web::test_support::TestApp;

async fn person(world: &World, name: &str) -> (Uuid, Actor) {
    let id = world.put(&d::PERSON, |record| record.set("family", Text::pair(name, name))).await;
    (id, world.account(name, Some(id), &[], &[Role::Member]).await)
}

fn whose(person: Uuid, actor: &Actor) -> Whose {
    Whose { account: actor.account.unwrap(), persons: vec![person], email_key: String::new() }
}

#[tokio::test]
async fn a_merge_moves_introductions_and_its_undo_puts_them_back() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, survivor) = world.party("chubu").await;
    let made = world.ask(&asker, &between(a, b)).await.unwrap();
    world.says(&other, made, true).await.unwrap();
    let between_them = world.ask(&survivor, &between(c, a)).await.unwrap();
    let moved = world.web.merge(a, c).await.unwrap();
    assert_eq!(world.read(made).await.asker, c);
    assert_eq!(world.state(between_them).await, State::Withdrawn, "nobody is introduced to themselves");
    assert!(world.page(&survivor, "/ja/introductions?show=made").await.contains("bashi"));
    world.web.undo_merge(&moved, a, c).await.unwrap();
    assert_eq!(world.read(made).await.asker, a);
}

#[tokio::test]
async fn open_requests_of_both_to_the_same_party_become_one() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, survivor) = world.party("chubu").await;
    let one = world.ask(&asker, &between(a, b)).await.unwrap();
    let two = world.ask(&survivor, &between(c, b)).await.unwrap();
    world.web.merge(a, c).await.unwrap();
    assert_eq!((world.state(one).await, world.state(two).await), (State::Withdrawn, State::Offered));
}

#[tokio::test]
async fn a_copy_holds_what_was_asked_and_ones_own_notes_and_not_the_others_answer() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (person(&world, "aoki").await, person(&world, "baba").await);
    let declined = world.ask(&asker, &super::Ask { message: "会いたい".to_owned(), ..between(a, b) }).await.unwrap();
    world.says(&other, declined, false).await.unwrap();
    let app = &world.web.app;
    let copy = |copies: Vec<(&str, serde_json::Value)>| copies[0].1.clone();
    let mine = copy(app.hooks.copies(app, &whose(a, &asker)).await.unwrap());
    assert_eq!(
        (mine["list"][0]["stands"].as_str(), mine["list"][0]["message"].as_str()),
        (Some("waiting"), Some("会いたい"))
    );
    let theirs = copy(app.hooks.copies(app, &whose(b, &other)).await.unwrap());
    assert_eq!(
        (theirs["list"][0]["stands"].as_str(), &theirs["list"][0]["message"]),
        (Some("closed"), &serde_json::Value::Null)
    );
}

#[tokio::test]
async fn whoever_is_forgotten_leaves_no_words_and_no_open_request() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (person(&world, "aoki").await, person(&world, "baba").await);
    let (c, third) = person(&world, "chiba").await;
    let made = world.ask(&asker, &super::Ask { message: "かなりあ".to_owned(), ..between(a, b) }).await.unwrap();
    world.says(&other, made, true).await.unwrap();
    let note = Word { note: Some("かなりあ".to_owned()), next_step: Some("かなりあ".to_owned()), result: None };
    say(&world.doing(&asker), made, &note).await.unwrap();
    let open = world.ask(&third, &between(c, a)).await.unwrap();
    let app = &world.web.app;
    let actor = TestApp::actor(&[Role::Director]);
    let whose = whose(a, &asker);
    atomically!(app.db, |tx| { app.hooks.forget(app, &actor, tx, &whose).await }).unwrap();
    let left = world.read(made).await;
    assert!(!format!("{left:?}").contains("かなりあ") && left.asker_account.is_none());
    assert_eq!(rows::note_of(&app.db, made, asker.account.unwrap()).await.unwrap(), "");
    assert_eq!((world.state(made).await, world.state(open).await), (State::Made, State::Withdrawn));
    atomically!(app.db, |tx| { app.hooks.forget(app, &actor, tx, &whose).await }).unwrap();
}
