//! Many at once, on every engine that can be reached: one wins.

use super::{Ask, World, between, concierge, noon};
use crate::introductions::actions::answer::{expire, withdraw};
use crate::introductions::model::State;
use kernel::{Actor, Clock, Error, Result, Uuid};
use std::future::Future;
use std::sync::Arc;
use store::test_support::{TestDb, TestEngine};
use web::records::actions::Doing;

/// On a serializable PostgreSQL somebody may be told to try again; people do.
const TRIES: usize = 40;

async fn patient<T, F: Future<Output = Result<T>>>(mut work: impl FnMut() -> F) -> Result<T> {
    for _ in 0..TRIES {
        match work().await {
            Err(Error::Busy) => {}
            other => return other,
        }
    }
    panic!("busy for ever");
}

fn says(world: &Arc<World>, actor: &Actor, id: Uuid, yes: bool) -> tokio::task::JoinHandle<bool> {
    let (world, actor) = (Arc::clone(world), actor.clone());
    tokio::spawn(async move { patient(|| world.says(&actor, id, yes)).await.is_ok() })
}

fn takes_back(world: &Arc<World>, actor: &Actor, id: Uuid) -> tokio::task::JoinHandle<bool> {
    let (world, actor) = (Arc::clone(world), actor.clone());
    tokio::spawn(async move {
        let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
        patient(|| withdraw(&doing, id)).await.is_ok()
    })
}

fn ends(world: &Arc<World>, id: Uuid) -> tokio::task::JoinHandle<bool> {
    let world = Arc::clone(world);
    tokio::spawn(async move {
        let actor = Actor::system("test");
        let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
        patient(|| expire(&doing, id)).await.unwrap()
    })
}

async fn worlds() -> Vec<(TestEngine, Arc<World>)> {
    let mut worlds = Vec::new();
    for engine in TestEngine::available() {
        worlds.push((engine, Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await)));
    }
    worlds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_confirmations_at_once_make_it_once() {
    for (engine, world) in worlds().await {
        let ((a, one), (b, two)) = (world.party("aoba").await, world.party("bashi").await);
        let id = world.ask(&concierge(), &Ask { by_staff: true, ..between(a, b) }).await.unwrap();
        let all = [says(&world, &one, id, true), says(&world, &two, id, true), says(&world, &one, id, true)];
        let mut won = 0;
        for task in all {
            won += u32::from(task.await.unwrap());
        }
        assert_eq!((won, world.state(id).await), (2, State::Made), "{engine:?}");
        let told = world.mails().await.iter().filter(|(_, subject, _)| subject.contains("ご紹介できました")).count();
        assert_eq!(told, 2, "{engine:?}: one mail for each");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_an_answer_and_a_withdrawal_one_wins() {
    for (engine, world) in worlds().await {
        let (a, asker) = world.party("aoba").await;
        for round in 0..6 {
            let (b, other) = world.party(&format!("bashi{round}")).await;
            let id = world.ask(&asker, &between(a, b)).await.unwrap();
            let (back, yes) = (takes_back(&world, &asker, id), says(&world, &other, id, true));
            let (back, yes) = (back.await.unwrap(), yes.await.unwrap());
            assert_ne!(back, yes, "{engine:?}: one of the two");
            let expected = if yes { State::Made } else { State::Withdrawn };
            assert_eq!(world.state(id).await, expected, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn after_the_last_day_only_the_end_wins() {
    for (engine, world) in worlds().await {
        let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
        let id = world.ask(&asker, &between(a, b)).await.unwrap();
        world.pass_days(14);
        let all = [ends(&world, id), says(&world, &other, id, true), takes_back(&world, &asker, id), ends(&world, id)];
        let mut won = Vec::new();
        for task in all {
            won.push(task.await.unwrap());
        }
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{engine:?}: {won:?}");
        assert_eq!(world.state(id).await, State::Expired, "{engine:?}");
        assert!(won[0] || won[3]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn requests_at_once_do_not_pass_the_cap_or_stand_twice() {
    for (engine, world) in worlds().await {
        let (a, asker) = world.party("aoba").await;
        let mut others = Vec::new();
        for number in 0..12 {
            others.push(world.organization(&format!("o{number}"), "").await);
        }
        others.push(others[0]);
        let tasks: Vec<_> = others
            .into_iter()
            .map(|other| {
                let (world, asker) = (Arc::clone(&world), asker.clone());
                tokio::spawn(
                    async move { patient(|| async { world.ask(&asker, &between(a, other)).await }).await.is_ok() },
                )
            })
            .collect();
        let mut asked = 0;
        for task in tasks {
            asked += u32::from(task.await.unwrap());
        }
        assert_eq!(asked, 10, "{engine:?}");
    }
}
