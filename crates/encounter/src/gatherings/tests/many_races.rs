//! Random registrations, cancellations and changes of the number of seats by many hands: the seats that are taken are
//! those of the confirmed, never more than there are, and nobody who would fit waits.

use super::{World, noon, runner, wanted};
use crate::gatherings::actions::cancel::cancel;
use crate::gatherings::actions::register::register;
use crate::gatherings::model::waiting::{Order, promoted};
use crate::gatherings::records::GATHERING;
use crate::gatherings::store as rows;
use futures_util::future::join_all;
use kernel::{Actor, Clock, Error, Uuid};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::test_support::{TestDb, TestEngine};
use web::records::actions::{self, Doing};

const HANDS: u64 = 4;
/// Races before the state is looked at; a violation that mends itself does not go unseen for long.
const ROUND: usize = 40;

/// A linear congruential sequence (Knuth, volume 2): races differ, and can be repeated.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

/// One hand's next deed. Whatever is refused is refused in words: nothing fails inside.
async fn deed(world: &World, forum: Uuid, draw: &mut Draw) {
    let (number, people) = (draw.below(5_000), 1 + draw.below(3));
    let actor = Actor::visitor();
    let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
    let outcome = match draw.below(10) {
        0..5 => register(&doing, forum, &wanted(number, people)).await.map(drop),
        5..9 => {
            let standing = world.registrations(forum).await.into_iter().filter(|one| one.stands()).collect::<Vec<_>>();
            match standing.is_empty() {
                true => Ok(()),
                false => {
                    let one = &standing[draw.below(standing.len())];
                    cancel(&doing, one.party, (draw.below(3) == 0).then_some(one.id)).await
                }
            }
        }
        _ => {
            let staff = runner();
            let record = world.read(&GATHERING, forum).await;
            let doing = Doing { actor: &staff, ..doing };
            let mut changed = record.clone();
            changed.set("capacity", (5 + draw.below(4)) as i64);
            actions::update(&doing, changed, record.version).await.map(drop)
        }
    };
    let refused = matches!(
        outcome,
        Ok(())
            | Err(Error::Conflict(_)
                | Error::EditConflict(_)
                | Error::Invalid(_)
                | Error::NotFound
                | Error::Busy
                | Error::RateLimited { .. })
    );
    assert!(refused, "{outcome:?}");
}

async fn holds(world: &World, forum: Uuid, engine: TestEngine) {
    let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
    let all = world.registrations(forum).await;
    let count = |state: &str| all.iter().filter(|one| one.state == state).count() as i64;
    let capacity = world.read(&GATHERING, forum).await.integer("capacity").unwrap();
    assert!(seats.taken <= capacity, "{engine:?}: {} on {capacity} seats", seats.taken);
    assert_eq!((seats.taken, seats.waiting), (count("confirmed"), count("waiting")), "{engine:?}: the counts are true");
    let mut parties: BTreeMap<Uuid, Vec<&str>> = BTreeMap::new();
    for one in all.iter().filter(|one| one.stands()) {
        parties.entry(one.party).or_default().push(&one.state);
    }
    assert!(parties.values().all(|states| states.iter().all(|state| *state == states[0])), "{engine:?}: all or none");
    let mut addresses: Vec<_> = all.iter().filter(|one| one.stands()).filter_map(|one| one.email_key.clone()).collect();
    addresses.sort();
    let before = addresses.len();
    addresses.dedup();
    assert_eq!(addresses.len(), before, "{engine:?}: one registration an address");
}

/// `MUSUBI_RACES=10000` runs as many as asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_races_for_few_places_never_overshoot_and_leave_nobody_waiting_who_fits() {
    let asked = std::env::var("MUSUBI_RACES").ok().and_then(|n| n.parse().ok());
    for engine in TestEngine::available() {
        let races: usize = asked.unwrap_or(200);
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        for round in 0..races.div_ceil(ROUND) {
            // A new forum each round: few people, many meetings of hands.
            let forum = world
                .forum(|record| {
                    record.set("capacity", 6_i64);
                    record.set("group_max", 3_i64);
                    record.set("waiting_list", if round % 2 == 0 { "fill" } else { "strict" });
                })
                .await;
            let hands = (0..HANDS).map(|hand| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    let mut draw = Draw(round as u64 * HANDS + hand + 1);
                    for _ in 0..ROUND / HANDS as usize {
                        deed(&world, forum, &mut draw).await;
                    }
                })
            });
            for hand in join_all(hands).await {
                hand.unwrap();
            }
            holds(&world, forum, engine).await;
            let seats = rows::seats(&world.web.app.db, forum).await.unwrap().unwrap();
            let order = if round % 2 == 0 { Order::Fill } else { Order::Strict };
            let queue = store::atomically!(world.web.app.db, |tx| { rows::queue(tx, forum).await }).unwrap();
            let up = promoted(seats.seats().free(), seats.seats().kept(), &queue, order);
            assert!(up.is_empty(), "{engine:?}, round {round}: {up:?} would fit");
        }
    }
}
