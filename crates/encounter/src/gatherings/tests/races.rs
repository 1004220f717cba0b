//! Many at once, on every engine that can be reached.

use super::{World, noon, wanted};
use crate::gatherings::actions::cancel::cancel;
use crate::gatherings::actions::register::{Outcome, register};
use crate::gatherings::store as rows;
use futures_util::future::join_all;
use kernel::{Actor, Clock};
use std::sync::Arc;
use store::test_support::{TestDb, TestEngine};
use web::records::actions::Doing;

/// On a serializable PostgreSQL somebody may be told to try again; people do.
const TRIES: usize = 40;

async fn at_once(world: &Arc<World>, gathering: kernel::Uuid, people: usize) -> Vec<Outcome> {
    let tasks = (0..people).map(|number| {
        let world = Arc::clone(world);
        tokio::spawn(async move {
            let actor = Actor::visitor();
            let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
            for _ in 0..TRIES {
                match register(&doing, gathering, &wanted(number, 1)).await {
                    Err(kernel::Error::Busy) => continue,
                    other => return other.unwrap(),
                }
            }
            panic!("busy for ever");
        })
    });
    join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_on_the_last_ten_places_and_each_freed_place_once() {
    for engine in TestEngine::available() {
        let serializable = engine == TestEngine::PostgresSerializable;
        let crowd = if serializable { 60 } else { 500 };
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let forum = world.forum(|record| record.set("capacity", 10)).await;
        let outcomes = at_once(&world, forum, crowd).await;
        let confirmed: Vec<_> = outcomes.iter().filter(|one| matches!(one, Outcome::Confirmed(_))).collect();
        assert_eq!(confirmed.len(), 10, "{engine:?}");
        let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
        assert_eq!((seats.taken, seats.waiting), (10, crowd as i64 - 10), "{engine:?}");

        // The ten give their seats back at once, each twice: ten others move up, no more.
        let givers = confirmed.iter().flat_map(|one| [one.party(), one.party()]).map(|party| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let actor = Actor::visitor();
                let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
                for _ in 0..TRIES {
                    match cancel(&doing, party, None).await {
                        Err(kernel::Error::Busy) => continue,
                        other => return other.is_ok(),
                    }
                }
                false
            })
        });
        let given = join_all(givers).await.into_iter().filter(|done| *done.as_ref().unwrap()).count();
        assert_eq!(given, 10, "{engine:?}");
        let states = world.states(forum).await;
        let count = |state: &str| states.iter().filter(|(_, s)| s == state).count();
        assert_eq!((count("confirmed"), count("cancelled"), count("waiting")), (10, 10, crowd - 20), "{engine:?}");
        let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
        assert_eq!((seats.taken, seats.waiting), (10, crowd as i64 - 20), "{engine:?}");
        let promoted = world.mails().await.into_iter().filter(|(_, subject, ..)| subject.contains("席が空き")).count();
        assert_eq!(promoted, 10, "{engine:?}: one mail for each");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_at_once_is_registered_once() {
    for engine in TestEngine::available() {
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let forum = world.forum(|record| record.set("capacity", 10)).await;
        let tasks = (0..20).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.register(forum, 7, 1).await })
        });
        let outcomes: Vec<_> = join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect();
        let new = outcomes.iter().filter(|one| matches!(one, Ok(Outcome::Confirmed(_)))).count();
        assert_eq!(new, 1, "{engine:?}: {outcomes:?}");
        assert_eq!(world.registrations(forum).await.len(), 1, "{engine:?}");
    }
}
