//! Versions of a timetable with readable changes, as a page and as a feed.

use super::{World, runner};
use crate::gatherings::actions::life::publish;
use crate::gatherings::records::{GATHERING, ROOM, SESSION, SPEAKER};
use chrono::TimeDelta;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Level, Text, Uuid};
use web::records::actions::{self, Doing};

async fn change(world: &World, kind: &'static RecordType, id: Uuid, fill: impl FnOnce(&mut Record)) {
    let mut record = world.read(kind, id).await;
    let seen = record.version;
    fill(&mut record);
    let system = Actor::system("test");
    actions::update(&Doing::system(&world.web.app, &system), record, seen).await.unwrap();
    world.web.settle().await.unwrap();
}

async fn remove(world: &World, kind: &'static RecordType, id: Uuid) {
    let system = Actor::system("test");
    actions::delete(&Doing::system(&world.web.app, &system), kind, id).await.unwrap();
    world.web.settle().await.unwrap();
}

fn pass(world: &World, hours: i64) {
    world.web.app.clock.advance(TimeDelta::hours(hours));
}

/// A draft with two rooms and two sessions, published.
async fn published(world: &World) -> (Uuid, [Uuid; 2], [Uuid; 2]) {
    let forum = world.forum(|record| record.set("state", "draft")).await;
    let mut rooms = [Uuid::nil(); 2];
    for (room, name) in rooms.iter_mut().zip(["ホール2", "3A"]) {
        *room = world
            .put(&ROOM, |record| {
                record.set("gathering", forum);
                record.set("name", Text::pair(name, name));
                record.audience = Level::Public.into();
            })
            .await;
    }
    let one = world.session(forum, Some(rooms[0]), "14:00", "15:00").await;
    let two = world.session(forum, Some(rooms[1]), "14:00", "15:00").await;
    pass(world, 5);
    change(world, &SESSION, one, |record| record.set("end", "2026-12-01T15:30")).await;
    pass(world, 5);
    let staff = runner();
    publish(&super::doing(world, &staff), forum, Level::Public).await.unwrap();
    world.web.settle().await.unwrap();
    (forum, rooms, [one, two])
}

async fn page(world: &World, actor: &Actor, forum: Uuid) -> String {
    world.web.get(actor, &format!("/ja/gatherings/{forum}/changes")).await.body
}

#[tokio::test]
async fn what_happens_before_publication_is_nobodys_matter() {
    let world = World::new().await;
    let (forum, ..) = published(&world).await;
    let body = page(&world, &Actor::visitor(), forum).await;
    assert!(
        body.contains("第1版: 時間割を公開しました") && !body.contains("第2版") && !body.contains("15:30"),
        "{body}"
    );
    let draft = world.forum(|record| record.set("state", "draft")).await;
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/ja/gatherings/{draft}/changes")).await.status, 404);
    assert!(page(&world, &runner(), draft).await.contains("時間割を公開すると"));
}

#[tokio::test]
async fn changes_are_told_in_words_version_by_version() {
    let world = World::new().await;
    let (forum, rooms, [one, two]) = published(&world).await;
    pass(&world, 2);
    change(&world, &SESSION, one, |record| {
        record.set("start", "2026-12-01T15:00");
        record.set("end", "2026-12-01T16:00");
        record.set("room", rooms[1]);
    })
    .await;
    world
        .put(&SPEAKER, |speaker| {
            speaker.set("session", one);
            speaker.set("name", Text::pair("難波 京子", "Kyoko Namba"));
            speaker.audience = Level::Public.into();
        })
        .await;
    pass(&world, 3);
    remove(&world, &SESSION, two).await;
    change(&world, &GATHERING, forum, |record| record.set("place", Text::pair("ホール9", "Hall 9"))).await;
    let body = page(&world, &Actor::visitor(), forum).await;
    for words in [
        "第2版: 2件の変更",
        "開始 2026年12月1日(火) 14:00 → 2026年12月1日(火) 15:00",
        "部屋 ホール2 → 3A",
        "難波 京子 が「講演 2026-12-01T14:00」に加わりました",
        "第3版: 2件の変更",
        "はなくなりました",
        "催し全体: 会場 ホール2 → ホール9",
    ] {
        assert!(body.contains(words), "{words} in {body}");
    }
    assert!(body.find("第3版").unwrap() < body.find("第2版").unwrap(), "the newest first");
    let english = world.web.get(&Actor::visitor(), &format!("/en/gatherings/{forum}/changes")).await.body;
    assert!(english.contains("Version 2: 2 changes") && english.contains("room ホール2 → 3A"), "{english}");
}

#[tokio::test]
async fn a_session_that_is_moved_back_has_not_changed() {
    let world = World::new().await;
    let (forum, rooms, [one, _]) = published(&world).await;
    pass(&world, 2);
    change(&world, &SESSION, one, |record| record.set("room", rooms[1])).await;
    change(&world, &SESSION, one, |record| record.set("room", rooms[0])).await;
    pass(&world, 2);
    change(&world, &GATHERING, forum, |record| record.set("price", Text::pair("無料", "Free"))).await;
    assert!(!page(&world, &Actor::visitor(), forum).await.contains("第2版"));
}

#[tokio::test]
async fn readers_learn_of_what_they_may_see_only() {
    let world = World::new().await;
    let (forum, rooms, [one, _]) = published(&world).await;
    pass(&world, 2);
    let hidden = world.session(forum, Some(rooms[0]), "16:00", "16:30").await;
    change(&world, &SESSION, hidden, |record| {
        record.set("title", Text::pair("かなりあ", "Canary"));
        record.audience = Level::Staff.into();
    })
    .await;
    let feed = format!("/files/gatherings/{forum}/changes.atom?lang=ja");
    for body in [page(&world, &Actor::visitor(), forum).await, world.web.get(&Actor::visitor(), &feed).await.body] {
        assert!(!body.contains("かなりあ") && !body.contains("第2版"), "{body}");
    }
    assert!(page(&world, &runner(), forum).await.contains("かなりあ"));
    pass(&world, 2);
    change(&world, &SESSION, one, |record| record.audience = Level::Staff.into()).await;
    assert!(page(&world, &Actor::visitor(), forum).await.contains("はなくなりました"), "withdrawn is gone");
}

#[tokio::test]
async fn the_feed_is_atom_with_stable_names() {
    let world = World::new().await;
    let (forum, _, [one, _]) = published(&world).await;
    pass(&world, 2);
    change(&world, &SESSION, one, |record| record.set("title", Text::pair("<b>&", "<b>&\u{b}"))).await;
    let path = format!("/files/gatherings/{forum}/changes.atom?lang=en");
    let first = world.web.get(&Actor::visitor(), &path).await;
    assert_eq!(first.headers["content-type"], "application/atom+xml; charset=utf-8");
    let ids = |body: &str| -> Vec<String> {
        body.split("<id>").skip(1).map(|rest| rest.split("</id>").next().unwrap().to_owned()).collect()
    };
    let body = first.body;
    assert!(
        body.contains("xml:lang=\"en\"") && body.contains("&amp;lt;b&amp;gt;&amp;amp;") && !body.contains('\u{b}'),
        "{body}"
    );
    assert!(body.contains("rel=\"self\"") && body.contains("Version 2: one change"), "{body}");
    assert_eq!(ids(&body).len(), 3);
    pass(&world, 1);
    change(&world, &SESSION, one, |record| record.set("end", "2026-12-01T16:00")).await;
    let again = world.web.get(&Actor::visitor(), &path).await.body;
    assert_eq!(ids(&again), ids(&body), "a version that grows keeps its name");
    assert!(
        again != body
            && world
                .web
                .get(&Actor::visitor(), &format!("/ja/gatherings/{forum}/timetable"))
                .await
                .body
                .contains("changes.atom?lang=ja")
    );
}

/// What is kept of a programme for many readers is cut for each of them, and is never older than the last change.
#[tokio::test]
async fn a_kept_programme_is_each_readers_own_and_never_old() {
    let world = World::new().await;
    let (forum, _, [open, closed]) = published(&world).await;
    change(&world, &SESSION, open, |record| record.set("title", Text::pair("公開の話", "Open talk"))).await;
    change(&world, &SESSION, closed, |record| {
        record.set("title", Text::pair("内輪の話", "Inner talk"));
        record.audience = Level::Staff.into();
    })
    .await;
    let (visitor, staff) = (Actor::visitor(), runner());
    let see =
        async |actor: &Actor, page: &str| world.web.get(actor, &format!("/en/gatherings/{forum}{page}")).await.body;
    for page in ["", "/timetable"] {
        for _ in 0..2 {
            assert!(see(&staff, page).await.contains("Inner talk"), "{page}");
            let body = see(&visitor, page).await;
            assert!(body.contains("Open talk") && !body.contains("Inner talk"), "{page}: {body}");
        }
    }
    change(&world, &SESSION, open, |record| record.set("title", Text::pair("新しい話", "Newer talk"))).await;
    remove(&world, &SESSION, closed).await;
    for page in ["", "/timetable"] {
        let body = see(&staff, page).await;
        assert!(body.contains("Newer talk") && !body.contains("Inner talk"), "{page}: {body}");
    }
}
