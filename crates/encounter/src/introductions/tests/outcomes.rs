//! What came of it: asked twice, kept twice, told to agreements and to others that read.

use super::{World, between};
use crate::introductions::actions::evidence::{Introduced, Promises};
use crate::introductions::actions::outcome::{Word, say};
use crate::introductions::model::Outcome;
use crate::introductions::store as rows;
use crate::introductions::{jobs, made_since};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Actor, Error, Level, Result, Uuid};
use std::sync::Mutex;
use store::Tx;
use web::records::actions::Doing;

#[derive(Default)]
struct Listener(Mutex<Vec<Introduced>>);

impl Promises for Listener {
    fn introduced<'a>(&'a self, _: &'a Doing<'a>, _: &'a mut Tx, told: Introduced) -> BoxFuture<'a, Result<u64>> {
        self.0.lock().unwrap().push(told);
        async { Ok(1) }.boxed()
    }
}

async fn made(world: &World) -> (Uuid, Actor, Actor) {
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    world.says(&other, id, true).await.unwrap();
    (id, asker, other)
}

fn word(result: Outcome) -> Word {
    Word { result: Some(result), ..Word::default() }
}

#[tokio::test]
async fn both_are_asked_after_two_weeks_and_three_months_and_the_later_word_keeps_the_earlier() {
    let world = World::new().await;
    let (id, asker, _) = made(&world).await;
    let before = world.mails().await.len();
    assert_eq!(jobs::ask_due(&world.web.app).await.unwrap(), 0);
    world.pass_days(14);
    assert_eq!(jobs::ask_due(&world.web.app).await.unwrap(), 1);
    assert_eq!(jobs::ask_due(&world.web.app).await.unwrap(), 0, "once");
    assert_eq!(world.mails().await.len(), before + 2);
    let card = "その後をお聞かせください";
    assert!(world.page(&asker, "/ja/introductions").await.contains(card));
    say(&world.doing(&asker), id, &word(Outcome::Met)).await.unwrap();
    assert!(!world.page(&asker, "/ja/introductions").await.contains(card));
    world.pass_days(76);
    assert_eq!(jobs::ask_due(&world.web.app).await.unwrap(), 1);
    assert!(world.page(&asker, "/ja/introductions").await.contains(card), "asked again");
    say(&world.doing(&asker), id, &word(Outcome::Nothing)).await.unwrap();
    let said = rows::outcomes(&world.web.app.db, id).await.unwrap();
    let told: Vec<_> = said.iter().map(|said| (&*said.stage, &*said.result)).collect();
    assert_eq!(told, [("two_weeks", "met"), ("three_months", "nothing")]);
}

#[tokio::test]
async fn a_note_is_the_writers_alone_and_the_next_step_is_for_both() {
    let world = World::new().await;
    let (id, asker, other) = made(&world).await;
    let note = Some("めもかなりあ".to_owned());
    let next_step = Some("来月、見学へ".to_owned());
    say(&world.doing(&asker), id, &Word { result: None, note, next_step }).await.unwrap();
    let path = format!("/ja/introductions/{id}");
    assert!(world.page(&asker, &path).await.contains("めもかなりあ"));
    let theirs = world.page(&other, &path).await;
    assert!(theirs.contains("来月、見学へ") && !theirs.contains("めもかなりあ"));
    let staff = world.page(&super::concierge(), &path).await;
    assert!(!staff.contains("めもかなりあ") && !staff.contains("来月、見学へ"));
    let stranger = world.party("chubu").await.1;
    assert_eq!(say(&world.doing(&stranger), id, &word(Outcome::Met)).await, Err(Error::NotFound));
}

#[tokio::test]
async fn agreements_hear_of_an_introduction_once_and_again_when_something_good_came_of_it() {
    let world = World::new().await;
    let (id, asker, _) = made(&world).await;
    let listener = Listener::default();
    jobs::tell_due(&world.web.app, &listener).await.unwrap();
    jobs::tell_due(&world.web.app, &listener).await.unwrap();
    let sources = || listener.0.lock().unwrap().iter().map(|told| told.source.clone()).collect::<Vec<_>>();
    assert_eq!(sources(), [format!("introduction:{id}")]);
    say(&world.doing(&asker), id, &word(Outcome::Nothing)).await.unwrap();
    jobs::tell_due(&world.web.app, &listener).await.unwrap();
    assert_eq!(sources().len(), 1);
    say(&world.doing(&asker), id, &word(Outcome::Talking)).await.unwrap();
    jobs::tell_due(&world.web.app, &listener).await.unwrap();
    assert_eq!(sources().len(), 3);
    assert!(sources()[2].ends_with("#outcome"));
    assert!(listener.0.lock().unwrap().iter().all(|told| !format!("{:?}", told.title).contains("aoba")));
}

#[tokio::test]
async fn others_read_what_was_made_and_what_came_of_it_for_the_parties_alone() {
    let world = World::new().await;
    let (id, asker, _) = made(&world).await;
    let app = &world.web.app;
    let (at, found) = made_since(app, 0, 1_000).await.unwrap();
    assert_eq!(found.iter().map(|made| (made.id, made.outcome)).collect::<Vec<_>>(), [(id, None)]);
    assert_eq!(found[0].audience.level, Level::Parties);
    assert_eq!(made_since(app, at, 1_000).await.unwrap().1, []);
    say(&world.doing(&asker), id, &word(Outcome::Agreement)).await.unwrap();
    assert_eq!(made_since(app, at, 1_000).await.unwrap().1[0].outcome, Some(Outcome::Agreement));
}

#[tokio::test]
async fn the_desk_counts_questions_that_were_put_and_not_answered() {
    let world = World::new().await;
    let (id, asker, other) = made(&world).await;
    let db = &world.web.app.db;
    let staff = super::concierge();
    let due = async |actor: &Actor| rows::outcomes_due(db, actor).await.unwrap();
    assert_eq!((due(&staff).await, due(&asker).await), ((0, 0), (0, 0)));
    world.pass_days(14);
    jobs::ask_due(&world.web.app).await.unwrap();
    assert_eq!((due(&staff).await, due(&asker).await, due(&other).await), ((1, 0), (1, 0), (1, 0)));
    say(&world.doing(&asker), id, &word(Outcome::Met)).await.unwrap();
    assert_eq!((due(&staff).await, due(&asker).await, due(&other).await), ((1, 0), (0, 0), (1, 0)));
    say(&world.doing(&other), id, &word(Outcome::NotYet)).await.unwrap();
    assert_eq!(due(&staff).await, (0, 0));
    world.pass_days(80);
    jobs::ask_due(&world.web.app).await.unwrap();
    assert_eq!((due(&staff).await, due(&asker).await), ((0, 1), (0, 1)));
    assert_eq!(rows::due(db, &asker).await.unwrap(), 1);
    let stranger = world.party("chubu").await.1;
    assert_eq!(due(&stranger).await, (0, 0));
}
