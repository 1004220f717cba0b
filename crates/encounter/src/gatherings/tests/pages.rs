use super::{World, runner};
use crate::gatherings::records::{ROOM, SPEAKER};
use kernel::{Actor, Role, Text};
use web::test_support::TestApp;

#[tokio::test]
async fn what_is_on_comes_in_the_order_of_time_and_what_is_over_apart() {
    let world = World::new().await;
    for (title, start, end) in [
        ("春の会", "2027-03-01T10:00", "2027-03-01T12:00"),
        ("去年の会", "2025-10-01T10:00", "2025-10-01T12:00"),
        ("冬の会", "2026-12-20T10:00", "2026-12-20T12:00"),
    ] {
        world
            .forum(|record| {
                record.set("title", Text::pair(title, title));
                record.set("start", start);
                record.set("end", end);
            })
            .await;
    }
    let coming = world.web.get(&Actor::visitor(), "/ja/meet").await.body;
    let (winter, spring) = (coming.find("冬の会").unwrap(), coming.find("春の会").unwrap());
    assert!(winter < spring && !coming.contains("去年の会"));
    let past = world.web.get(&Actor::visitor(), "/ja/meet?when=past").await.body;
    assert!(past.contains("去年の会") && !past.contains("冬の会"));
    let found = world.web.get(&Actor::visitor(), "/ja/meet?q=春").await.body;
    assert!(found.contains("春の会") && !found.contains("冬の会"));
}

#[tokio::test]
async fn the_one_button_follows_the_state() {
    let world = World::new().await;
    let member = TestApp::actor(&[Role::Member]);
    let forum = world.forum(|record| record.set("capacity", 1)).await;
    let page = async |actor: &Actor| world.web.get(actor, &format!("/en/gatherings/{forum}")).await.body;
    assert!(page(&member).await.contains(">Register<"));
    let mut mine = super::wanted(1, 1);
    mine.account = member.account;
    crate::gatherings::actions::register::register(&super::doing(&world, &member), forum, &mine).await.unwrap();
    assert!(page(&member).await.contains(">My registration<"));
    let other = page(&Actor::visitor()).await;
    assert!(other.contains(">Join the waiting list<") && other.contains("passed over"), "{other}");
    world.web.app.clock.advance(chrono::TimeDelta::days(20));
    assert!(page(&Actor::visitor()).await.contains("This gathering is over"));
}

#[tokio::test]
async fn the_timetable_has_rooms_as_columns_a_list_beside_it_and_cards_for_clashes() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let mut rooms = Vec::new();
    for (ordinal, name) in ["ホール2", "3A"].into_iter().enumerate() {
        let room = world.put(&ROOM, |room| {
            room.set("gathering", forum);
            room.set("name", Text::pair(name, name));
            room.set("ordinal", ordinal as i64);
            room.audience = kernel::Level::Public.into();
        });
        rooms.push(room.await);
    }
    let one = world.session(forum, Some(rooms[0]), "14:00", "15:00").await;
    let two = world.session(forum, Some(rooms[0]), "14:30", "15:30").await;
    world.session(forum, Some(rooms[1]), "14:10", "14:40").await;
    world.session(forum, None, "15:30", "16:00").await;
    world
        .put(&SPEAKER, |speaker| {
            speaker.set("session", one);
            speaker.set("name", Text::pair("難波 京子", "Kyoko Namba"));
        })
        .await;
    let path = format!("/ja/gatherings/{forum}/timetable");
    let page = world.web.get(&Actor::visitor(), &path).await.body;
    for part in ["ホール2", "3A", "難波 京子", "14:10–14:40", "a1 b7 r1", "a4 b10 r1", "a2 b5 r2", "a10 b13 r0 sh all"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("style="), "positions are classes");
    assert!(!page.contains("重なっています"), "clashes are the staff's matter");
    assert!(world.web.get(&runner(), &path).await.body.contains("重なっています: ホール2"));
    let list = world.web.get(&Actor::visitor(), &format!("{path}?view=list")).await.body;
    assert!(list.contains("会場全体") && !list.contains("tt-h"));

    let member = TestApp::actor(&[Role::Member]);
    for session in [one, two] {
        assert_eq!(world.web.post(&member, &format!("/ja/sessions/{session}/star"), &[]).await.status, 303);
    }
    let mine = world.web.get(&member, &path).await.body;
    assert!(mine.contains("予定が重なっています") && mine.contains("aria-pressed=\"true\""));
    world.web.post(&member, &format!("/ja/sessions/{two}/star"), &[]).await;
    assert!(!world.web.get(&member, &path).await.body.contains("予定が重なっています"));
}

#[tokio::test]
async fn every_page_is_there_in_both_languages() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("capacity", 5)).await;
    world.session(forum, None, "14:00", "15:00").await;
    world.register(forum, 1, 1).await.unwrap();
    let party = world.registrations(forum).await[0].party;
    for lang in ["ja", "en"] {
        for path in [
            "/meet".to_owned(),
            "/meet?when=past".to_owned(),
            "/calendar".to_owned(),
            "/gatherings/new".to_owned(),
            format!("/gatherings/{forum}"),
            format!("/gatherings/{forum}/edit"),
            format!("/gatherings/{forum}/timetable"),
            format!("/gatherings/{forum}/timetable?view=list"),
            format!("/gatherings/{forum}/changes"),
            format!("/gatherings/{forum}/register"),
            format!("/gatherings/{forum}/received"),
            format!("/gatherings/{forum}/registrations"),
            format!("/gatherings/{forum}/check-in"),
            format!("/gatherings/{forum}/badges"),
            format!("/gatherings/{forum}/mails"),
            format!("/gatherings/{forum}/mails/confirmed"),
            format!("/gatherings/{forum}/survey"),
            format!("/survey-questions/new?gathering={forum}"),
            format!("/gatherings/{forum}/publish"),
            format!("/gatherings/{forum}/call-off"),
            format!("/gatherings/{forum}/next"),
            format!("/registrations/{party}"),
            format!("/registrations/{party}/cancel"),
            "/series".to_owned(),
        ] {
            let page = world.web.get(&runner(), &format!("/{lang}{path}")).await;
            assert_eq!(page.status, 200, "/{lang}{path}");
            assert!(page.body.contains(&format!("<html lang=\"{lang}\"")), "{path}");
        }
    }
    let form = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/edit")).await.body;
    assert!(form.contains("type=\"datetime-local\" value=\"2026-12-01T14:00\""));
    let page = world.web.get(&runner(), &format!("/en/gatherings/{forum}")).await.body;
    assert!(page.contains("Tue 1 Dec 2026, 14:00–17:00"), "{page}");
}
