use super::{World, by_name, officer};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::actions::{day, publish};
use crate::rounds::model::State;
use crate::rounds::store as rows;
use chrono::TimeDelta;
use kernel::Actor;
use store::{One, args};

const DAYS: &str = "2026-12-07 10:00-12:00";

async fn mails(world: &World) -> Vec<(String, String, String)> {
    world.web.app.db.all("SELECT recipient, subject, text_body FROM mail ORDER BY id", args![]).await.unwrap()
}

#[tokio::test]
async fn a_second_publication_tells_only_those_whose_meetings_changed() {
    let world = World::new().await;
    let round = world.full(3, 4, DAYS).await;
    world.solve(round).await;
    assert_eq!(publish::publish(&world.doing(), round, "", true).await.unwrap(), 1);
    let first = mails(&world).await;
    assert_eq!(first.len(), 4, "the labs have no address");
    assert!(publish::publish(&world.doing(), round, "", true).await.is_err(), "nothing differs");
    let dossier = world.dossier(round).await;
    let b2 = by_name(&dossier, "B2").clone();
    let gone = dossier.planned().find(|m| m.b == b2.id).unwrap().clone();
    edit::change(&world.doing(), round, gone.id, None, Verb::Cancel).await.unwrap();
    let schedule = format!("/files/rounds/{}.ics", b2.secret);
    let before = world.web.get(&Actor::visitor(), &schedule).await.body;
    assert!(
        before.contains(&format!("UID:{}@localhost", gone.id)) && !before.contains("CANCELLED"),
        "not before it is published"
    );
    assert_eq!(publish::publish(&world.doing(), round, "B2の都合", true).await.unwrap(), 2);
    let all = mails(&world).await;
    let told: Vec<_> = all[first.len()..].iter().map(|m| m.0.as_str()).collect();
    assert_eq!(told, ["b2@canary.example"]);
    assert!(all.last().unwrap().2.contains("取り消し: A"), "{:?}", all.last());
    let after = world.web.get(&Actor::visitor(), &schedule).await.body;
    assert!(after.contains("STATUS:CANCELLED") && after.contains("SEQUENCE:1000"), "{after}");
    let page = world.web.get(&officer(), &format!("/ja/rounds/{round}/versions")).await.body;
    assert!(page.contains("第2版") && page.contains("B2の都合"));
    let newest = rows::newest_version(&world.web.app.db, round).await.unwrap().unwrap();
    assert_eq!(newest.changed().len(), 1);
}

#[tokio::test]
async fn states_follow_the_diagram_and_everything_else_is_a_conflict() {
    let world = World::new().await;
    let round = world.full(2, 2, DAYS).await;
    for path in ["publish", "close"] {
        let answer = world.web.post(&officer(), &format!("/en/rounds/{round}/{path}"), &[]).await;
        assert_eq!(answer.status, 409, "{path}");
    }
    assert_eq!(world.dossier(round).await.state(), State::Drafting);
    assert_eq!(world.web.post(&officer(), &format!("/en/rounds/{round}/ask"), &[]).await.status, 303);
    world.solve(round).await;
    assert_eq!(world.dossier(round).await.state(), State::Solving);
    assert_eq!(world.web.post(&officer(), &format!("/en/rounds/{round}/publish"), &[]).await.status, 303);
    assert_eq!(world.web.post(&officer(), &format!("/en/rounds/{round}/ask"), &[]).await.status, 409);
    assert_eq!(world.web.post(&officer(), &format!("/en/rounds/{round}/close"), &[]).await.status, 303);
    let One(meeting): One<kernel::Uuid> =
        world.web.app.db.one("SELECT id FROM round_meeting LIMIT 1", args![]).await.unwrap();
    let answer =
        world.web.post(&officer(), &format!("/en/rounds/{round}/meetings/{meeting}"), &[("do", "cancel")]).await;
    assert_eq!(answer.status, 409, "over is over");
}

#[tokio::test]
async fn answers_are_taken_until_the_deadline_by_the_servers_clock() {
    let world = World::new().await;
    let round = world.full(2, 2, DAYS).await;
    let mut record = world.dossier(round).await.round;
    record.set("deadline", "2026-12-01 17:00");
    let seen = record.version;
    web::records::actions::update(&world.doing(), record, seen).await.unwrap();
    publish::ask(&world.doing(), round, true).await.unwrap();
    assert_eq!(mails(&world).await.len(), 2);
    let dossier = world.dossier(round).await;
    let (b, a) = (by_name(&dossier, "B1").clone(), by_name(&dossier, "A1").clone());
    let path = format!("/ja/my-round/{}", b.secret);
    let fields = [(format!("wish.{}", a.id), "must".to_owned()), ("offer".to_owned(), "低温輸送".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(world.web.post(&Actor::visitor(), &path, &fields).await.status, 303);
    let clock = &world.web.app.clock;
    let deadline = world.dossier(round).await.deadline().unwrap();
    clock.advance(deadline - clock.now());
    assert_eq!(world.web.post(&Actor::visitor(), &path, &fields).await.status, 303, "at the instant itself");
    clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(world.web.post(&Actor::visitor(), &path, &fields).await.status, 409);
    let behalf = format!("/ja/rounds/{round}/wishes/{}", b.id);
    assert_eq!(world.web.post(&officer(), &behalf, &fields).await.status, 303, "officers may");
    assert_eq!(by_name(&world.dossier(round).await, "B1").offer, "低温輸送");
}

#[tokio::test]
async fn a_late_day_shifts_the_rest_of_that_day_on_pages_and_calendars() {
    let world = World::new().await;
    let round = world.full(1, 3, DAYS).await;
    world.solve(round).await;
    publish::publish(&world.doing(), round, "", false).await.unwrap();
    let dossier = world.dossier(round).await;
    let last = dossier.planned().max_by_key(|m| m.starts_at).unwrap().clone();
    day::run_late(&world.doing(), round, last.starts_at, 15).await.unwrap();
    let secret = &dossier.participant(last.b).unwrap().secret;
    let ics = world.web.get(&Actor::visitor(), &format!("/files/rounds/{secret}.ics")).await.body;
    let shifted = (last.starts_at + TimeDelta::minutes(15)).format("DTSTART:%Y%m%dT%H%M%SZ").to_string();
    assert!(ics.contains(&shifted), "{ics}");
    let page = world.web.get(&Actor::visitor(), &format!("/ja/my-round/{secret}")).await.body;
    assert!(page.contains("遅れ"));
}
