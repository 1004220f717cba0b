//! Last days, caps, reminders and "not again".

use super::{Ask, World, between, concierge};
use crate::introductions::actions::answer::nudge;
use crate::introductions::jobs;
use crate::introductions::model::State;
use crate::matching::store::keep_never;
use kernel::{Actor, Error, Uuid};
use store::{args, atomically};

async fn set_policy(world: &World, value: serde_json::Value) {
    let db = &world.web.app.db;
    atomically!(db, |tx| {
        let now = tx.now();
        let sql = "INSERT INTO setting (key, value, updated_at) VALUES ('introductions', $1, $2)";
        tx.run(sql, args![value.clone(), now]).await?;
        Ok(())
    })
    .unwrap();
}

async fn not_again(world: &World, party: Uuid, other: Uuid) {
    let db = &world.web.app.db;
    let id = db.new_id();
    atomically!(db, |tx| { keep_never(tx, id, party, other, None).await }).unwrap();
}

#[tokio::test]
async fn it_ends_on_its_last_day_and_the_contact_has_days_of_their_own() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, contact) = world.party("chubu").await;
    let direct = world.ask(&asker, &between(a, b)).await.unwrap();
    let through = world.ask(&contact, &Ask { through: Some(a), ..between(c, b) }).await.unwrap();
    world.pass_days(13);
    assert_eq!(jobs::expire_due(&world.web.app).await.unwrap(), 0);
    world.pass_days(1);
    assert!(matches!(world.says(&other, direct, true).await, Err(Error::Conflict(_) | Error::NotFound)), "too late");
    assert_eq!(jobs::expire_due(&world.web.app).await.unwrap(), 2);
    assert_eq!(jobs::expire_due(&world.web.app).await.unwrap(), 0, "once");
    assert_eq!((world.state(direct).await, world.state(through).await), (State::Expired, State::Expired));
}

#[tokio::test]
async fn a_cap_gives_the_place_back_after_the_last_day_and_not_before() {
    let world = World::new().await;
    set_policy(&world, serde_json::json!({ "cap": 2 })).await;
    let (a, asker) = world.party("aoba").await;
    let ((b, other), (c, third)) = (world.party("bashi").await, world.party("chubu").await);
    let d = world.organization("denen", "").await;
    let declined = world.ask(&asker, &between(a, b)).await.unwrap();
    let made = world.ask(&asker, &between(a, c)).await.unwrap();
    world.says(&other, declined, false).await.unwrap();
    world.says(&third, made, true).await.unwrap();
    let full = world.ask(&asker, &between(a, d)).await;
    assert!(matches!(full, Err(Error::Conflict(_))), "a place that came back at once would tell of the no");
    world.pass_days(14);
    world.ask(&asker, &between(a, d)).await.unwrap();
    assert!(world.ask(&asker, &between(a, b)).await.is_err(), "the one that was made counts, and the new one");
    world.pass_days(31);
    world.ask(&asker, &between(a, b)).await.unwrap();
}

#[tokio::test]
async fn one_reminder_a_side_whoever_sends_it() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    assert_eq!(jobs::remind_due(&world.web.app).await.unwrap(), 0, "not yet");
    world.pass_days(7);
    assert_eq!(jobs::remind_due(&world.web.app).await.unwrap(), 1);
    assert_eq!(jobs::remind_due(&world.web.app).await.unwrap(), 0);
    assert!(matches!(nudge(&world.doing(&asker), id).await, Err(Error::Conflict(_))));
    let mails = world.mails_to("bashi").await;
    assert_eq!(mails.len(), 2);
    assert!(mails[1].0.starts_with("お返事をお待ちしています"));
}

#[tokio::test]
async fn not_again_is_obeyed_for_ever_by_asker_and_concierge() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    world.never(&other, id).await.unwrap();
    world.pass_days(400);
    let mails = world.mails().await.len();
    // The asker notices nothing, and nobody is written to.
    let again = world.ask(&asker, &between(a, b)).await.unwrap();
    assert_eq!((world.state(again).await, world.mails().await.len()), (State::Declined, mails));
    assert!(world.page(&asker, "/ja/introductions?show=waiting").await.contains(&again.to_string()));
    assert!(!world.page(&other, "/ja/introductions").await.contains(&again.to_string()));
    assert_eq!(world.web.get(&other, &format!("/ja/introductions/{again}")).await.status, 404);
    // Staff are told, whichever way round.
    for (one, two) in [(a, b), (b, a)] {
        let refused = world.ask(&concierge(), &Ask { by_staff: true, ..between(one, two) }).await;
        let Err(Error::Conflict(why)) = refused else { panic!("{refused:?}") };
        assert!(why.get(kernel::Lang::En).contains("not again"));
    }
    assert!(
        matches!(world.ask(&other, &between(b, a)).await, Err(Error::Invalid(_))),
        "their own word is theirs to take back"
    );
}

#[tokio::test]
async fn a_contact_who_said_not_again_of_the_asker_is_not_asked() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, contact) = world.party("chubu").await;
    not_again(&world, c, a).await;
    let id = world.ask(&asker, &Ask { through: Some(c), ..between(a, b) }).await.unwrap();
    assert_eq!(world.state(id).await, State::Declined);
    assert!(world.mails().await.is_empty());
    assert_eq!(world.web.get(&contact, &format!("/ja/introductions/{id}")).await.status, 404);
}

#[tokio::test]
async fn the_same_two_are_asked_once_at_a_time() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    world.ask(&asker, &between(a, b)).await.unwrap();
    assert!(matches!(world.ask(&asker, &between(a, b)).await, Err(Error::Conflict(_))));
    assert!(matches!(world.ask(&asker, &between(a, a)).await, Err(Error::Invalid(_))));
    let nowhere = Uuid::from_u128(77);
    assert!(matches!(world.ask(&asker, &between(a, nowhere)).await, Err(Error::Invalid(_))));
    let visitor = Actor::visitor();
    assert_eq!(world.ask(&visitor, &between(a, b)).await, Err(Error::NotFound));
}

#[tokio::test]
async fn staff_see_who_gets_no_mail() {
    let world = World::new().await;
    let (a, asker) = world.party("aoba").await;
    let silent = world.organization("shizuka", "").await;
    world.ask(&asker, &between(a, silent)).await.unwrap();
    assert!(world.page(&concierge(), "/ja/staff/introductions").await.contains("メールが届きません"));
}
