//! Many at once, on every engine that can be reached.

use super::{World, by_name, holds, noon};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::model::Side;
use futures_util::future::join_all;
use kernel::{Clock, Error, Uuid};
use std::sync::Arc;
use store::test_support::{TestDb, TestEngine};

const DAYS: &str = "2026-12-07 10:00-12:00";
/// On a serializable PostgreSQL somebody may be told to try again; people do.
const TRIES: usize = 40;

async fn add(world: &World, round: Uuid, a: Uuid, b: Uuid, at: chrono::DateTime<chrono::Utc>) -> bool {
    for _ in 0..TRIES {
        match edit::add(&world.doing(), round, a, b, at).await {
            Err(Error::Busy) => continue,
            Err(Error::Conflict(_)) => return false,
            other => return other.map(|_| true).unwrap(),
        }
    }
    panic!("busy for ever");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_hundred_clashing_confirmations_at_once_one_wins() {
    for engine in TestEngine::available() {
        let crowd = if engine == TestEngine::PostgresSerializable { 30 } else { 100 };
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let round = world.full(1, crowd, DAYS).await;
        let dossier = world.dossier(round).await;
        let (a, at) = (by_name(&dossier, "A1").id, dossier.grid.slots[0].starts_at);
        let tries = dossier.side(Side::B).map(|b| {
            let (world, b) = (Arc::clone(&world), b.id);
            tokio::spawn(async move { add(&world, round, a, b, at).await })
        });
        let won = join_all(tries).await.into_iter().filter(|one| *one.as_ref().unwrap()).count();
        assert_eq!((won, world.dossier(round).await.planned().count()), (1, 1), "{engine:?}");
    }
}

/// A linear congruential sequence (Knuth, volume 2): races differ, and can be repeated.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n as u64) as usize
    }
}

/// Random adds, moves, swaps and cancellations by many hands: never an overlap of a participant, a person or a table, never
/// more than the limit. `MUSUBI_RACES=10000` runs as many as asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_races_leave_no_overlap_and_no_overshoot() {
    let asked = std::env::var("MUSUBI_RACES").ok().and_then(|n| n.parse().ok());
    for engine in TestEngine::available() {
        let races: usize = asked.unwrap_or(400);
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let round = world
            .round(DAYS, |record| {
                record.set("rooms", "tables");
                record.set("tables", 2_i64);
            })
            .await;
        let sheet = "名称,区分,最大面談数,出席者\nA1,研究室,3,甲 <k@example.jp>\nA2,研究室,,甲 <k@example.jp>\nA3,研究室,,\n\
                     B1,企業,3,\nB2,企業,,乙 <o@example.jp>\nB3,企業,,乙 <o@example.jp>\nB4,企業,,\n";
        world.participants(round, sheet).await;
        let dossier = world.dossier(round).await;
        let ids = |side: Side| dossier.side(side).map(|p| p.id).collect::<Vec<_>>();
        let (hosts, guests) = (ids(Side::A), ids(Side::B));
        let slots: Vec<_> = dossier.grid.slots.iter().map(|slot| slot.starts_at).collect();
        let hands = (0..4_u64).map(|hand| {
            let (world, hosts, guests, slots) = (Arc::clone(&world), hosts.clone(), guests.clone(), slots.clone());
            tokio::spawn(async move {
                let mut draw = Draw(hand + 1);
                for _ in 0..races / 4 {
                    let (a, b) = (hosts[draw.below(hosts.len())], guests[draw.below(guests.len())]);
                    let at = slots[draw.below(slots.len())];
                    let sql = "SELECT id FROM round_meeting WHERE state <> 'cancelled' ORDER BY id";
                    let there: Vec<store::One<Uuid>> = world.web.app.db.all(sql, store::args![]).await.unwrap();
                    let any = (!there.is_empty()).then(|| there[draw.below(there.len())].0);
                    let outcome = match (draw.below(4), any) {
                        (1, Some(id)) => {
                            let to = Verb::Move { starts_at: at, table_no: None };
                            edit::change(&world.doing(), round, id, None, to).await
                        }
                        (2, Some(id)) => edit::swap(&world.doing(), round, id, there[0].0).await,
                        (3, Some(id)) => edit::change(&world.doing(), round, id, None, Verb::Cancel).await,
                        _ => edit::add(&world.doing(), round, a, b, at).await.map(drop),
                    };
                    assert!(
                        matches!(outcome, Ok(()) | Err(Error::Conflict(_) | Error::NotFound | Error::Busy)),
                        "{outcome:?}"
                    );
                }
            })
        });
        for hand in join_all(hands).await {
            hand.unwrap();
        }
        let after = world.dossier(round).await;
        holds(&after);
        let (mut people, mut tables) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
        for m in after.planned() {
            assert!(tables.insert((m.table_no.unwrap(), m.starts_at)), "{engine:?}: a table holds two");
            assert!((1..=2).contains(&m.table_no.unwrap()), "{engine:?}");
            for who in [m.a, m.b].iter().filter_map(|id| after.participant(*id)) {
                for attendee in crate::rounds::model::delegation::attending(who, m) {
                    assert!(people.insert((attendee.key(), m.starts_at)), "{engine:?}: {} twice", attendee.name);
                }
            }
        }
        let counts = after.planned_counts();
        for who in after.participants.iter().filter(|p| p.most.is_some()) {
            assert!(counts.get(&who.id).copied().unwrap_or(0) <= 3, "{engine:?}: {} overshoots", who.name);
        }
    }
}
