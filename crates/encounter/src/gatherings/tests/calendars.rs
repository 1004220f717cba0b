use super::{World, runner};
use kernel::{Actor, Lang, Role, Text};
use web::test_support::TestApp;

/// Lines as they were before folding (RFC 5545 3.1).
fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

#[tokio::test]
async fn an_event_keeps_its_uid_and_counts_its_changes() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let path = format!("/files/gatherings/{forum}/event.ics?lang=ja");
    let first = world.web.get(&Actor::visitor(), &path).await;
    assert_eq!(first.headers.get("content-type").unwrap(), "text/calendar; charset=utf-8");
    let lines = unfolded(&first.body);
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Tokyo",
        "TZOFFSETTO:+0900",
        "BEGIN:VEVENT",
        "SEQUENCE:0",
        "DTSTART;TZID=Asia/Tokyo:20261201T140000",
        "DTEND;TZID=Asia/Tokyo:20261201T170000",
        "SUMMARY:第3回 クロスフォーラム",
        "LOCATION:ホール2",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ] {
        assert!(lines.iter().any(|l| l == line), "{line} in\n{}", first.body);
    }
    let uid = |lines: &[String]| lines.iter().find(|l| l.starts_with("UID:")).unwrap().clone();
    let version = world.read(&crate::gatherings::records::GATHERING, forum).await.version;
    let call_off = world
        .web
        .post(&runner(), &format!("/ja/gatherings/{forum}/call-off"), &[("_version", &version.to_string())])
        .await;
    assert_eq!(call_off.status, 303);
    let second = unfolded(&world.web.get(&Actor::visitor(), &path).await.body);
    assert_eq!(uid(&lines), uid(&second));
    assert!(second.iter().any(|l| l == "SEQUENCE:1") && second.iter().any(|l| l == "STATUS:CANCELLED"));
}

#[tokio::test]
async fn lines_are_folded_by_octets_and_words_cannot_become_lines() {
    let world = World::new().await;
    let title = "再生医療の産業化フォーラム".repeat(8);
    let forum = world
        .forum(|record| {
            record.set("title", Text::original(Lang::Ja, title.as_str()));
            record.set("place", Text::original(Lang::Ja, "会場\r\nATTACH:https://evil.example\nBEGIN:VALARM; x, y \\"));
        })
        .await;
    let answer = world.web.get(&Actor::visitor(), &format!("/files/gatherings/{forum}/event.ics?lang=ja")).await;
    for line in answer.body.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains('\u{FFFD}') && !line.contains('\n'));
    }
    let lines = unfolded(&answer.body);
    assert!(lines.iter().any(|l| *l == format!("SUMMARY:{title}")));
    assert!(!lines.iter().any(|l| l.starts_with("ATTACH") || l.starts_with("BEGIN:VALARM")), "{}", answer.body);
    assert!(
        lines
            .iter()
            .any(|l| l.starts_with("LOCATION:会場\\nATTACH:https://evil.example\\nBEGIN:VALARM\\; x\\, y \\\\")),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn a_secret_address_opens_one_calendar_until_it_is_renewed() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("online_url", "https://meet.example/secret")).await;
    let account = directory::accounts::create_account(
        &world.web.app.db,
        "mano@example.jp",
        "真野 さくら",
        Lang::Ja,
        vec![Role::Member],
        None,
    )
    .await;
    account.unwrap();
    let known = directory::accounts::list_accounts(&world.web.app.db).await.unwrap();
    let actor = Actor { account: Some(known[0].id), ..TestApp::actor(&[Role::Member]) };
    let form = [("name", "真野 さくら")];
    assert_eq!(world.web.post(&actor, &format!("/ja/gatherings/{forum}/register"), &form).await.status, 303);
    let page = world.web.post(&actor, "/ja/calendar/address", &[]).await.body;
    let secret =
        |page: &str| page.split("/files/calendars/").nth(1).unwrap().split(['"', '<', '&']).next().unwrap().to_owned();
    let first = secret(&page);
    let feed = world.web.get(&Actor::visitor(), &format!("/files/calendars/{first}")).await;
    assert_eq!(feed.status, 200);
    assert!(feed.body.contains("クロスフォーラム") && !feed.body.contains("meet.example"), "{}", feed.body);
    let second = secret(&world.web.post(&actor, "/ja/calendar/address", &[]).await.body);
    assert_ne!(first, second);
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/files/calendars/{first}")).await.status, 404);
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/files/calendars/{second}")).await.status, 200);
    world.web.post(&actor, "/ja/calendar/end", &[]).await;
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/files/calendars/{second}")).await.status, 404);
    let mine = world.web.get(&actor, "/en/calendar").await.body;
    assert!(mine.contains("3rd Cross Forum"));
}
