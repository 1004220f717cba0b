use super::{World, keeper};
use crate::agreements::jobs::remind;
use crate::agreements::store::register;
use chrono::TimeDelta;
use directory::records::{PERSON, ROLE};
use kernel::{Text, Uuid};
use store::records::Scope;
use store::{One, args, atomically};

async fn account(world: &World, email: &str, lang: &str, person: Option<Uuid>, roles: serde_json::Value) {
    let db = &world.web.app.db;
    let (id, now) = (db.new_id(), db.now());
    atomically!(db, |tx| {
        let sql = "INSERT INTO account (id, email, email_key, label, language, person, state, roles, manages, created_at, updated_at) \
                   VALUES ($1, $2, $2, $3, $4, $5, 'active', $6, $7, $8, $8)";
        tx.run(sql, args![id, email, "担当", lang, person, roles.clone(), serde_json::json!([]), now]).await?;
        Ok(())
    })
    .unwrap();
}

async fn run(world: &World) -> u64 {
    let mut mails = 0;
    for dossier in register(&world.web.app.db, Scope::Everything).await.unwrap() {
        mails += remind(&world.web.app, &dossier).await.unwrap();
    }
    mails
}

async fn subjects(world: &World) -> Vec<String> {
    let found: Vec<One<String>> =
        world.web.app.db.all("SELECT subject FROM mail ORDER BY created_at, id", args![]).await.unwrap();
    found.into_iter().map(|One(subject)| subject).collect()
}

#[tokio::test]
async fn the_responsible_person_hears_once_at_each_step() {
    let world = World::on("2026-12-31").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let person = world.put(&PERSON, |person| person.set("family", Text::pair("朴", "Park"))).await;
    world
        .put(&ROLE, |role| {
            role.set("person", person);
            role.set("party", hub);
            role.set("title", Text::pair("連携企画", "Alliances"));
            role.code = Some("park-r1".to_owned());
        })
        .await;
    account(&world, "park@hub.example", "ja", Some(person), serde_json::json!(["member"])).await;
    account(&world, "other@hub.example", "en", None, serde_json::json!(["agreements"])).await;
    let id = world
        .agreement(hub, other, |record| {
            record.set("signed", "2020-01-01");
            record.set("end", "2027-03-31");
            record.set("responsible", "park-r1");
        })
        .await;
    assert_eq!(run(&world).await, 1, "90 days before");
    assert_eq!(run(&world).await, 0, "once");
    world.web.app.clock.advance(TimeDelta::days(30));
    assert_eq!(run(&world).await, 0, "60 days before is no step");
    world.web.app.clock.advance(TimeDelta::days(30));
    assert_eq!(run(&world).await, 1, "30 days before");
    world.web.app.clock.advance(TimeDelta::days(25));
    assert_eq!(run(&world).await, 1, "5 days before: the step of 7 was missed and is sent late");
    world.web.app.clock.advance(TimeDelta::days(30));
    assert_eq!(run(&world).await, 0, "it is over");
    let sent = subjects(&world).await;
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|subject| subject.starts_with("終了日が近づいています: 提携の覚書")), "{sent:?}");
    let recipients: Vec<One<String>> =
        world.web.app.db.all("SELECT DISTINCT recipient FROM mail", args![]).await.unwrap();
    assert_eq!(recipients, [One("park@hub.example".to_owned())]);
    assert!(world.web.get(&keeper(), &format!("/ja/agreements/{id}")).await.body.contains("終了の90日前"));
}

#[tokio::test]
async fn late_entries_get_one_reminder_and_go_to_the_agreements_staff_without_a_name() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    account(&world, "staff@hub.example", "en", None, serde_json::json!(["agreements"])).await;
    world
        .agreement(hub, other, |record| {
            record.set("signed", "2020-01-01");
            record.set("end", "2026-12-31");
            record.set("notice_days", 30);
            record.set("renewal", "automatic");
            record.set("title", Text::pair("覚書\r\nBcc: x@example.com", "Memo\r\nBcc: x@example.com"));
        })
        .await;
    // The notice day is 1 December: 9 days off, step 30. The end is 39 days off, step 90.
    assert_eq!(run(&world).await, 2);
    let sent = subjects(&world).await;
    assert!(
        sent.iter().any(|s| s.contains("last day to give notice"))
            && sent.iter().any(|s| s.contains("day of automatic renewal")),
        "{sent:?}"
    );
    assert!(sent.iter().all(|subject| !subject.contains(['\r', '\n'])), "no header can be added");
}

#[tokio::test]
async fn drafts_and_what_has_ended_remind_nobody() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    account(&world, "staff@hub.example", "en", None, serde_json::json!(["agreements"])).await;
    for state in ["draft", "ended"] {
        world
            .agreement(hub, other, |record| {
                record.set("state", state);
                record.set("signed", "2020-01-01");
                record.set("end", "2026-12-01");
            })
            .await;
    }
    assert_eq!(run(&world).await, 0);
}
