use super::{World, runner};
use crate::gatherings::actions::register::Outcome;
use kernel::{Actor, Role};
use serde_json::json;
use web::test_support::TestApp;

#[tokio::test]
async fn a_queue_that_is_sent_twice_counts_once_and_keeps_the_first_time() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("capacity", 1)).await;
    let Outcome::Confirmed(id) = world.register(forum, 1, 1).await.unwrap() else { panic!() };
    let Outcome::Waiting(waiting) = world.register(forum, 2, 1).await.unwrap() else { panic!() };
    let sync = format!("/ja/gatherings/{forum}/check-in/sync");
    let queue = json!([
        { "id": id, "at": "2026-11-22T02:30:00Z" },
        { "id": waiting, "at": "2026-11-22T02:31:00Z" },
        { "id": kernel::Uuid::nil(), "at": "2026-11-22T02:32:00Z" },
    ]);
    let first = world.web.json(&runner(), "POST", &sync, &queue).await;
    assert_eq!(first.status, 200);
    let met = |body: &str| -> Vec<String> {
        let json: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(json["present"], json!([id]), "what every desk knows by now");
        json["met"].as_array().unwrap().iter().map(|one| one["met"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(met(&first.body), ["new", "unknown", "unknown"]);
    let second = world.web.json(&runner(), "POST", &sync, &json!([{ "id": id, "at": "2026-11-22T02:50:00Z" }])).await;
    assert_eq!(met(&second.body), ["before"]);
    let at = world.registrations(forum).await[0].checked_in_at.unwrap();
    assert_eq!(at.to_rfc3339(), "2026-11-22T02:30:00+00:00");
    let page = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/check-in")).await.body;
    assert!(page.contains("11:30") && page.contains("客1"), "{page}");
}

#[tokio::test]
async fn the_form_works_without_script_and_can_be_taken_back() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let id = world.register(forum, 1, 1).await.unwrap().party().to_string();
    let path = format!("/ja/gatherings/{forum}/check-in");
    assert_eq!(world.web.post(&runner(), &path, &[("code", &id)]).await.status, 303);
    assert!(world.registrations(forum).await[0].checked_in_at.is_some());
    assert_eq!(world.web.post(&runner(), &path, &[("code", &id), ("undo", "1")]).await.status, 303);
    assert!(world.registrations(forum).await[0].checked_in_at.is_none());
    assert_eq!(world.web.post(&runner(), &path, &[("code", &id), ("undo", "1")]).await.status, 409);
    assert_eq!(world.web.post(&runner(), &path, &[("code", "真野")]).await.status, 422);
    assert_eq!(world.web.post(&runner(), &path, &[("code", &kernel::Uuid::nil().to_string())]).await.status, 409);
}

#[tokio::test]
async fn the_entrance_is_for_those_who_run_gatherings() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    for actor in [TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::Facilities])] {
        for page in ["check-in", "badges", "registrations"] {
            assert_eq!(world.web.get(&actor, &format!("/ja/gatherings/{forum}/{page}")).await.status, 403, "{page}");
        }
    }
    let visitor = world.web.get(&Actor::visitor(), &format!("/ja/gatherings/{forum}/check-in")).await;
    assert_ne!(visitor.status, 200);
    world.register(forum, 1, 1).await.unwrap();
    let badges = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/badges")).await.body;
    assert!(badges.contains("客1") && badges.contains("<svg"));
}
