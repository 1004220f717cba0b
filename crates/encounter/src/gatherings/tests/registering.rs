use super::{World, doing, runner, wanted};
use crate::gatherings::actions::register::{Outcome, register};
use crate::gatherings::actions::{answer, cancel};
use crate::gatherings::records::QUESTION;
use crate::gatherings::store as rows;
use kernel::{Actor, Error, Role, Text};
use web::test_support::TestApp;

#[tokio::test]
async fn seats_then_the_list_then_each_freed_seat_once() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("capacity", 2)).await;
    for number in 1..=4 {
        let outcome = world.register(forum, number, 1).await.unwrap();
        assert_eq!(matches!(outcome, Outcome::Confirmed(_)), number <= 2, "{number}");
    }
    let first = world.registrations(forum).await[0].clone();
    let visitor = Actor::visitor();
    cancel::cancel(&doing(&world, &visitor), first.party, None).await.unwrap();
    let states: Vec<String> = world.states(forum).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "confirmed", "confirmed", "waiting"]);
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!((seats.taken, seats.waiting), (2, 1));
    let again = cancel::cancel(&doing(&world, &visitor), first.party, None).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let promoted: Vec<_> =
        world.mails().await.into_iter().filter(|(_, subject, ..)| subject.contains("席が空き")).collect();
    assert_eq!(promoted.len(), 1);
    assert_eq!(promoted[0].0, "guest3@example.jp");
}

#[tokio::test]
async fn a_group_is_seated_whole_or_waits_whole() {
    let world = World::new().await;
    let forum = world
        .forum(|record| {
            record.set("capacity", 5);
            record.set("group_max", 4);
        })
        .await;
    assert!(matches!(world.register(forum, 1, 4).await.unwrap(), Outcome::Confirmed(_)));
    assert!(matches!(world.register(forum, 2, 2).await.unwrap(), Outcome::Waiting(_)));
    assert!(matches!(world.register(forum, 3, 1).await.unwrap(), Outcome::Confirmed(_)), "one still fits");
    assert!(matches!(world.register(forum, 4, 5).await, Err(Error::Invalid(_))), "more than a group may be");
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!((seats.taken, seats.waiting), (5, 2));
    // One of the four leaves: the two still do not fit. A second one leaves: they do.
    let people = world.registrations(forum).await;
    let group: Vec<_> = people.iter().filter(|one| one.name.starts_with("客1の連れ")).collect();
    let visitor = Actor::visitor();
    cancel::cancel(&doing(&world, &visitor), group[0].party, Some(group[0].id)).await.unwrap();
    assert_eq!(rows::seats(&world.web.app.db, forum).await.unwrap().unwrap().waiting, 2);
    cancel::cancel(&doing(&world, &visitor), group[1].party, Some(group[1].id)).await.unwrap();
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!((seats.taken, seats.waiting), (5, 0));
}

#[tokio::test]
async fn raising_the_capacity_moves_the_list_up_and_lowering_it_below_the_people_is_refused() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("capacity", 1)).await;
    for number in 1..=3 {
        world.register(forum, number, 1).await.unwrap();
    }
    let record = world.read(&crate::gatherings::records::GATHERING, forum).await;
    let version = record.version.to_string();
    let form = |capacity: &str, version: &str| {
        [
            ("_version", version.to_owned()),
            ("title.ja", "第3回 クロスフォーラム".to_owned()),
            ("title.en", "3rd Cross Forum".to_owned()),
            ("kind", "forum".to_owned()),
            ("state", "published".to_owned()),
            ("start", "2026-12-01T14:00".to_owned()),
            ("end", "2026-12-01T17:00".to_owned()),
            ("format", "on_site".to_owned()),
            ("registration", "open".to_owned()),
            ("capacity", capacity.to_owned()),
        ]
    };
    let send = async |capacity: &str, version: &str| {
        let fields = form(capacity, version);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.web.post(&runner(), &format!("/ja/gatherings/{forum}"), &fields).await
    };
    assert_eq!(send("2", &version).await.status, 303);
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!((seats.capacity, seats.taken, seats.waiting), (Some(2), 2, 1));
    let refused = send("1", &(record.version + 1).to_string()).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("すでに2人の参加が決まっています"), "{}", refused.body);
}

#[tokio::test]
async fn approval_is_answered_once_and_by_staff_only() {
    let world = World::new().await;
    let forum = world
        .forum(|record| {
            record.set("registration", "approval");
            record.set("capacity", 1);
        })
        .await;
    for number in 1..=3 {
        assert!(matches!(world.register(forum, number, 1).await.unwrap(), Outcome::Asked(_)));
    }
    let parties: Vec<_> = world.registrations(forum).await.into_iter().map(|one| one.party).collect();
    let staff = runner();
    answer::accept(&doing(&world, &staff), parties[0]).await.unwrap();
    answer::accept(&doing(&world, &staff), parties[1]).await.unwrap();
    answer::decline(&doing(&world, &staff), parties[2]).await.unwrap();
    let states: Vec<String> = world.states(forum).await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "waiting", "declined"]);
    assert!(matches!(answer::decline(&doing(&world, &staff), parties[0]).await, Err(Error::Conflict(_))));
    let member = TestApp::actor(&[Role::Member]);
    assert_eq!(answer::accept(&doing(&world, &member), parties[1]).await, Err(Error::Forbidden));
    let page = world.web.post(&member, &format!("/en/registrations/{}/accept", parties[1]), &[]).await;
    assert_eq!(page.status, 403);
}

#[tokio::test]
async fn an_address_registers_once_and_learns_so_by_mail_alone() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let form = [("name", "真野"), ("email", "Sakura@Example.jp")];
    let path = format!("/ja/gatherings/{forum}/register");
    let first = world.web.post(&Actor::visitor(), &path, &form).await;
    let second = world.web.post(&Actor::visitor(), &path, &[("name", "別人"), ("email", "sakura@example.jp")]).await;
    assert_eq!(first.status, 303);
    assert_eq!(first.headers.get("location"), second.headers.get("location"), "a stranger sees no difference");
    assert_eq!(world.registrations(forum).await.len(), 1);
    assert_eq!(world.mails().await.len(), 1, "no second mail within a quarter of an hour");
    world.web.app.clock.advance(chrono::TimeDelta::minutes(16));
    world.web.post(&Actor::visitor(), &path, &form).await;
    let mails = world.mails().await;
    assert_eq!(mails.len(), 2);
    assert!(mails[1].1.contains("お申し込みは済んでいます"), "{}", mails[1].1);
    let body = serde_json::json!({ "name": "x", "email": "sakura@example.jp" });
    let api =
        world.web.json(&Actor::visitor(), "POST", &format!("/api/v1/gatherings/{forum}/registrations"), &body).await;
    assert_eq!(api.status, 201);
    assert!(api.body.contains("received") && !api.body.contains("known"), "{}", api.body);
}

#[tokio::test]
async fn the_deadline_is_one_rule_for_form_and_api() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("closes", "2026-11-22T12:05")).await;
    let path = format!("/en/gatherings/{forum}/register");
    let api = format!("/api/v1/gatherings/{forum}/registrations");
    world.web.app.clock.advance(chrono::TimeDelta::minutes(5) - chrono::TimeDelta::seconds(1));
    assert_eq!(world.web.post(&Actor::visitor(), &path, &[("name", "a"), ("email", "a@example.jp")]).await.status, 303);
    world.web.app.clock.advance(chrono::TimeDelta::seconds(1));
    let form = world.web.post(&Actor::visitor(), &path, &[("name", "b"), ("email", "b@example.jp")]).await;
    let body = serde_json::json!({ "name": "b", "email": "b@example.jp" });
    let json = world.web.json(&Actor::visitor(), "POST", &api, &body).await;
    assert_eq!((form.status, json.status), (409u16.try_into().unwrap(), 409u16.try_into().unwrap()));
    assert!(form.body.contains("Registration has closed"), "{}", form.body);
    assert_eq!(world.registrations(forum).await.len(), 1);
}

#[tokio::test]
async fn questions_of_staff_are_asked_checked_and_kept() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let ask = async |label: &str, kind: &'static str, required: bool| {
        world
            .put(&QUESTION, |record| {
                record.set("gathering", forum);
                record.set("label", Text::pair(label, label));
                record.set("kind", kind);
                record.set("required", required);
                if kind == "choice" {
                    record.set("options", Text::pair("肉\n魚", "Meat\nFish"));
                }
                record.audience = kernel::Level::Public.into();
            })
            .await
    };
    let meal = ask("お食事", "choice", true).await;
    let wish = ask("ご要望", "text", false).await;
    let agree = ask("撮影に同意", "check", true).await;
    let path = format!("/ja/gatherings/{forum}/register");
    let page = world.web.get(&Actor::visitor(), &path).await.body;
    assert!(page.contains("お食事") && page.contains("魚"));
    let (meal, wish, agree) = (format!("q.{meal}"), format!("q.{wish}"), format!("q.{agree}"));
    let base = [("name", "真野"), ("email", "mano@example.jp")];
    let missing = world.web.post(&Actor::visitor(), &path, &base).await;
    assert_eq!(missing.status, 422);
    assert!(missing.body.contains("必ずお答えください") && missing.body.contains("チェックが必要です"));
    let wrong = [base[0], base[1], (meal.as_str(), "7"), (agree.as_str(), "true")];
    assert_eq!(world.web.post(&Actor::visitor(), &path, &wrong).await.status, 422);
    let right = [base[0], base[1], (meal.as_str(), "1"), (wish.as_str(), "窓側"), (agree.as_str(), "true")];
    assert_eq!(world.web.post(&Actor::visitor(), &path, &right).await.status, 303);
    let staff = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/registrations")).await.body;
    assert!(staff.contains("魚") && staff.contains("窓側"), "{staff}");
    let english = world.web.get(&runner(), &format!("/en/gatherings/{forum}/registrations")).await.body;
    assert!(english.contains("Fish"));
}

#[tokio::test]
async fn mails_wait_for_staff_where_that_is_asked_for() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("hold_mails", true)).await;
    world.register(forum, 1, 1).await.unwrap();
    assert_eq!(world.mails().await[0].3, "held");
    let page = world.web.post(&runner(), &format!("/ja/gatherings/{forum}/release-mails"), &[]).await;
    assert_eq!(page.status, 303);
    assert_eq!(world.mails().await[0].3, "queued");
}

#[tokio::test]
async fn a_stranger_manages_the_registration_by_the_secret_of_the_mail_only() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let visitor = Actor::visitor();
    let outcome = register(&doing(&world, &visitor), forum, &wanted(1, 1)).await.unwrap();
    let by_id = world.web.get(&visitor, &format!("/ja/registrations/{}", outcome.party())).await;
    assert!(by_id.status == 303 || by_id.status == 401, "{}", by_id.status);
    let stranger = TestApp::actor(&[Role::Member]);
    assert_eq!(world.web.get(&stranger, &format!("/ja/registrations/{}", outcome.party())).await.status, 404);
    let body = world.mails().await[0].2.clone();
    let link = body.split_whitespace().find(|word| word.contains("/tickets/")).unwrap().to_owned();
    let path = link.strip_prefix("http://localhost").unwrap();
    let page = world.web.get(&visitor, path).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("客1") && page.body.contains("<svg"), "name and code");
    assert_eq!(world.web.get(&visitor, "/ja/tickets/guess").await.status, 404);
    assert_eq!(world.web.get(&visitor, &format!("{path}/cancel")).await.status, 200);
    assert_eq!(world.web.post(&visitor, &format!("{path}/cancel"), &[]).await.status, 303);
    assert_eq!(world.states(forum).await[0].1, "cancelled");
    assert_eq!(world.web.post(&visitor, &format!("{path}/cancel"), &[]).await.status, 409);
}

#[tokio::test]
async fn one_address_cannot_be_flooded() {
    let world = World::new().await;
    let mut last = Ok(());
    for _ in 0..21 {
        let forum = world.forum(|_| {}).await;
        last = world.register(forum, 1, 1).await.map(|_| ());
    }
    assert!(matches!(last, Err(Error::RateLimited { .. })), "{last:?}");
}
