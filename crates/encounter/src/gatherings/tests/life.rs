use super::{World, doing, runner};
use crate::gatherings::actions::{clone, life};
use crate::gatherings::jobs;
use crate::gatherings::records::{GATHERING, GATHERING_PART, QUESTION, ROOM, SESSION};
use crate::gatherings::store as rows;
use kernel::{Actor, Error, Level, Role, Text, WallTime};
use store::records::{Scope, linking};
use web::test_support::TestApp;

#[tokio::test]
async fn a_draft_is_seen_by_staff_only_until_it_is_published() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("state", "draft")).await;
    let session = world.session(forum, None, "14:00", "15:00").await;
    let visitor = Actor::visitor();
    let addresses = [
        format!("/ja/gatherings/{forum}"),
        format!("/ja/gatherings/{forum}/timetable"),
        format!("/ja/gatherings/{forum}/register"),
        format!("/files/gatherings/{forum}/event.ics"),
        format!("/api/v1/gatherings/{forum}"),
        format!("/ja/sessions/{session}"),
    ];
    for address in &addresses {
        assert_eq!(world.web.get(&visitor, address).await.status, 404, "{address}");
    }
    for list in ["/ja/meet", "/files/meet/calendar.ics", "/api/v1/gatherings", "/ja/search?q=クロスフォーラム"]
    {
        assert!(!world.web.get(&visitor, list).await.body.contains(&forum.to_string()), "{list}");
    }
    let form = world.web.post(&runner(), &format!("/ja/gatherings/{forum}/publish"), &[("audience", "public")]).await;
    assert_eq!(form.status, 303);
    for address in &addresses {
        assert_eq!(world.web.get(&visitor, address).await.status, 200, "{address}");
    }
    assert_eq!(life::publish(&doing(&world, &runner()), forum, Level::Public).await.unwrap_err().status(), 409);
}

#[tokio::test]
async fn what_was_published_is_no_draft_again_and_can_be_called_off_and_taken_up() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    world.register(forum, 1, 1).await.unwrap();
    let staff = runner();
    assert_eq!(world.web.post(&staff, &format!("/en/gatherings/{forum}/call-off"), &[]).await.status, 303);
    let page = world.web.get(&Actor::visitor(), &format!("/en/gatherings/{forum}")).await.body;
    assert!(page.contains("This gathering was cancelled") && page.contains("EventCancelled"), "{page}");
    assert!(matches!(world.register(forum, 2, 1).await, Err(Error::Conflict(_))));
    assert_eq!(jobs::tell_change(&world.web.app, forum).await.unwrap(), 1);
    assert!(world.mails().await.last().unwrap().1.contains("中止のお知らせ"));
    life::publish(&doing(&world, &staff), forum, Level::Public).await.unwrap();
    assert!(world.register(forum, 2, 1).await.is_ok());
    let mut record = world.read(&GATHERING, forum).await;
    let seen = record.version;
    record.set("state", "draft");
    let back = web::records::actions::update(&doing(&world, &staff), record, seen).await;
    assert!(matches!(back, Err(Error::Conflict(_))), "{back:?}");
    for actor in [TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::Facilities])] {
        for verb in ["publish", "call-off", "next"] {
            assert_eq!(
                world.web.post(&actor, &format!("/en/gatherings/{forum}/{verb}"), &[]).await.status,
                403,
                "{verb}"
            );
        }
    }
}

#[tokio::test]
async fn the_next_edition_keeps_all_settings_and_moves_every_time() {
    let world = World::new().await;
    let host = world.organization("川の手クロス").await;
    let forum = world
        .forum(|record| {
            record.set("edition", 3);
            record.set("capacity", 80);
            record.set("opens", "2026-11-01T09:00");
            record.set("closes", "2026-11-30T17:00");
            record.set("waiting_list", "strict");
        })
        .await;
    world
        .put(&GATHERING_PART, |part| {
            part.set("gathering", forum);
            part.set("party", host);
            part.set("role", "host");
        })
        .await;
    let room = world
        .put(&ROOM, |room| {
            room.set("gathering", forum);
            room.set("name", Text::pair("ホール2", "Hall 2"));
        })
        .await;
    world.session(forum, Some(room), "14:00", "15:00").await;
    world
        .put(&QUESTION, |question| {
            question.set("gathering", forum);
            question.set("label", Text::pair("ご要望", "Wishes"));
            question.set("kind", "text");
        })
        .await;
    world.register(forum, 1, 1).await.unwrap();

    let start = WallTime::parse("2027-05-11T15:00").unwrap();
    let new = clone::clone_edition(&doing(&world, &runner()), forum, start).await.unwrap();
    world.web.settle().await.unwrap();
    let (old, copy) = (world.read(&GATHERING, forum).await, world.read(&GATHERING, new).await);
    for (field, value) in [
        ("start", "2027-05-11T15:00"),
        ("end", "2027-05-11T18:00"),
        ("opens", "2027-04-11T10:00"),
        ("closes", "2027-05-10T18:00"),
    ] {
        assert_eq!(copy.plain(field), value, "{field}");
    }
    assert_eq!(copy.plain("state"), "draft");
    assert_eq!(copy.audience.level, Level::Staff);
    for field in ["title", "kind", "capacity", "waiting_list", "registration", "format", "place"] {
        assert_eq!(copy.get(field), old.get(field), "{field}");
    }
    let db = &world.web.app.db;
    let rooms = linking(db, &ROOM, "gathering", new, Scope::Everything).await.unwrap();
    let sessions = linking(db, &SESSION, "gathering", new, Scope::Everything).await.unwrap();
    assert_eq!((rooms.len(), sessions.len()), (1, 1));
    assert_eq!(sessions[0].link("room"), Some(rooms[0].id), "in its own room");
    assert_eq!(sessions[0].plain("start"), "2027-05-11T15:00");
    assert_eq!(linking(db, &GATHERING_PART, "gathering", new, Scope::Everything).await.unwrap().len(), 1);
    assert_eq!(linking(db, &QUESTION, "gathering", new, Scope::Everything).await.unwrap().len(), 1);
    assert!(world.registrations(new).await.is_empty());
    assert_eq!(rows::seats(db, new).await.unwrap().unwrap().taken, 0);
}

#[tokio::test]
async fn times_that_do_not_exist_are_refused_with_words() {
    let world = World::new().await;
    let form = |start: &'static str, end: &'static str| {
        [
            ("title.ja", "夜の会"),
            ("kind", "reception"),
            ("state", "draft"),
            ("start", start),
            ("end", end),
            ("zone", "America/New_York"),
            ("format", "on_site"),
            ("registration", "none"),
        ]
    };
    let skipped = world.web.post(&runner(), "/ja/gatherings", &form("2026-03-08T02:30", "2026-03-08T05:00")).await;
    assert_eq!(skipped.status, 422);
    assert!(skipped.body.contains("時計が進むため"), "{}", skipped.body);
    let twice = world.web.post(&runner(), "/en/gatherings", &form("2026-11-01T01:30", "2026-11-01T05:00")).await;
    assert_eq!(twice.status, 422);
    assert!(twice.body.contains("twice"), "{}", twice.body);
    assert_eq!(
        world.web.post(&runner(), "/en/gatherings", &form("2026-11-01T05:00", "2026-11-01T04:00")).await.status,
        422
    );
    assert_eq!(
        world.web.post(&runner(), "/en/gatherings", &form("2026-11-01T05:00", "2026-11-01T07:00")).await.status,
        303
    );
}

#[tokio::test]
async fn sessions_stay_within_their_gathering_and_its_rooms() {
    let world = World::new().await;
    let (forum, other) = (world.forum(|_| {}).await, world.forum(|_| {}).await);
    let room = world
        .put(&ROOM, |room| {
            room.set("gathering", other);
            room.set("name", Text::pair("別館", "Annex"));
        })
        .await;
    let (forum, room) = (forum.to_string(), room.to_string());
    let send = async |start: &str, end: &str, room: &str| {
        let fields = [
            ("title.ja", "講演"),
            ("gathering", forum.as_str()),
            ("kind", "talk"),
            ("start", start),
            ("end", end),
            ("room", room),
        ];
        world.web.post(&runner(), "/ja/sessions", &fields).await
    };
    assert_eq!(send("2026-12-01T13:00", "2026-12-01T15:00", "").await.status, 422);
    assert_eq!(send("2026-12-01T14:00", "2026-12-01T15:00", &room).await.status, 422);
    assert_eq!(send("2026-12-01T14:00", "2026-12-01T15:00", "").await.status, 303);
}

#[tokio::test]
async fn reminders_go_out_once_and_changes_reach_those_who_stand() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    world.register(forum, 1, 1).await.unwrap();
    assert_eq!(jobs::remind(&world.web.app, forum).await.unwrap(), 1);
    assert_eq!(jobs::remind(&world.web.app, forum).await.unwrap(), 0);
    let before = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap().sequence;
    let mut record = world.read(&GATHERING, forum).await;
    let seen = record.version;
    record.set("place", Text::pair("3階", "Third floor"));
    web::records::actions::update(&doing(&world, &runner()), record, seen).await.unwrap();
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    assert_eq!(seats.sequence, before + 1);
    assert_eq!(jobs::tell_change(&world.web.app, forum).await.unwrap(), 1);
    // The job may run again after the program stopped in its middle: whoever was told is not told twice.
    assert_eq!(jobs::tell_change(&world.web.app, forum).await.unwrap(), 0);
    let mail = world.mails().await.pop().unwrap();
    assert!(mail.1.contains("変更のお知らせ") && mail.2.contains("3階"), "{mail:?}");
    let queued = store::jobs::recent(&world.web.app.db, 10).await.unwrap();
    assert_eq!(queued.iter().filter(|job| job.kind == jobs::CHANGE).count(), 1);
}
