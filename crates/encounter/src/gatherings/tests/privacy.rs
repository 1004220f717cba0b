use super::{World, doing, runner, wanted};
use crate::gatherings::actions::register::register;
use kernel::{Actor, Role};
use web::test_support::TestApp;

#[tokio::test]
async fn the_address_for_joining_is_for_confirmed_people_and_staff() {
    let world = World::new().await;
    let secret = "https://meet.example/room-canary";
    let forum = world.forum(|record| record.set("online_url", secret)).await;
    let member = TestApp::actor(&[Role::Member]);
    for actor in [&Actor::visitor(), &member] {
        for address in [
            format!("/ja/gatherings/{forum}"),
            format!("/en/gatherings/{forum}/timetable"),
            format!("/files/gatherings/{forum}/event.ics"),
            format!("/api/v1/gatherings/{forum}"),
            "/ja/meet".to_owned(),
            "/files/meet/calendar.ics".to_owned(),
        ] {
            let answer = world.web.get(actor, &address).await;
            assert_eq!(answer.status, 200, "{address}");
            assert!(!answer.body.contains("room-canary"), "{address}");
        }
    }
    let mut mine = wanted(1, 1);
    mine.account = member.account;
    register(&doing(&world, &member), forum, &mine).await.unwrap();
    assert!(world.web.get(&member, &format!("/ja/gatherings/{forum}")).await.body.contains("room-canary"));
    assert!(world.web.get(&runner(), &format!("/ja/gatherings/{forum}")).await.body.contains("room-canary"));
    assert!(world.mails().await[0].2.contains("room-canary"));
}

#[tokio::test]
async fn participants_are_named_by_consent_to_participants_only() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("show_participants", true)).await;
    let visitor = Actor::visitor();
    for (number, listed) in [(1, true), (2, false)] {
        let mut one = wanted(number, 1);
        one.listed = listed;
        register(&doing(&world, &visitor), forum, &one).await.unwrap();
    }
    let member = TestApp::actor(&[Role::Member]);
    let path = format!("/ja/gatherings/{forum}");
    for actor in [&visitor, &member] {
        let page = world.web.get(actor, &path).await.body;
        assert!(!page.contains("客1") && !page.contains("客2"));
    }
    let mut mine = wanted(3, 1);
    mine.account = member.account;
    register(&doing(&world, &member), forum, &mine).await.unwrap();
    let page = world.web.get(&member, &path).await.body;
    assert!(page.contains("客1") && !page.contains("客2") && !page.contains("guest1@"));
}

#[tokio::test]
async fn a_gathering_for_members_is_not_there_for_others_to_register() {
    let world = World::new().await;
    let forum = world.forum(|record| record.audience = kernel::Level::Members.into()).await;
    let visitor = Actor::visitor();
    assert_eq!(register(&doing(&world, &visitor), forum, &wanted(1, 1)).await, Err(kernel::Error::NotFound));
    let form = [("name", "a"), ("email", "a@example.jp")];
    assert_eq!(world.web.post(&visitor, &format!("/ja/gatherings/{forum}/register"), &form).await.status, 404);
    let body = serde_json::json!({ "name": "a", "email": "a@example.jp" });
    assert_eq!(
        world.web.json(&visitor, "POST", &format!("/api/v1/gatherings/{forum}/registrations"), &body).await.status,
        404
    );
    let page = world.web.get(&TestApp::actor(&[Role::Member]), &format!("/ja/gatherings/{forum}")).await.body;
    assert!(!page.contains("ld+json"), "machines read what is public");
}

#[tokio::test]
async fn names_and_titles_cannot_break_out_of_mails_pages_or_data_blocks() {
    let world = World::new().await;
    let nasty = "</script><script>alert(1)</script> {{7*7}} \"x\"";
    let forum = world.forum(|record| record.set("title", kernel::Text::pair(nasty, nasty))).await;
    let mut evil = wanted(1, 1);
    evil.name = "Eve https://evil.example/pay".to_owned();
    register(&doing(&world, &Actor::visitor()), forum, &evil).await.unwrap();
    let page = world.web.get(&Actor::visitor(), &format!("/ja/gatherings/{forum}")).await.body;
    assert!(!page.contains("<script>alert"), "{page}");
    assert_eq!(page.matches("application/ld+json").count(), 1);
    let json = page.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let event: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(event["name"], nasty);
    assert_eq!(event["startDate"], "2026-12-01T14:00:00+09:00");
    let (to, subject, body, _) = world.mails().await[0].clone();
    assert_eq!(to, "guest1@example.jp");
    assert!(subject.contains("{{7*7}}") && !subject.contains("49"));
    assert!(!body.contains("https://evil.example"), "{body}");
}
