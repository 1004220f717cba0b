//! What a membership is worth at a gathering: kept seats, early registration, the price for members, a month's limit.

use super::{Members, World, noon, wanted};
use crate::gatherings::actions::cancel::cancel;
use crate::gatherings::actions::register::{Outcome, Wanted, register};
use crate::gatherings::records::GATHERING;
use crate::gatherings::store as rows;
use crate::gatherings::{Grant, Perk};
use futures_util::future::join_all;
use kernel::lang::Said;
use kernel::{Actor, Clock, Result, Role, Uuid};
use std::sync::Arc;
use store::test_support::{TestDb, TestEngine};
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

fn grant(perk: Perk, limit_per_month: Option<i64>) -> Grant {
    Grant {
        perk,
        agreement: Uuid::from_u128(77),
        membership: Said::new("特別会員", "Special member"),
        until: Said::new("2027年3月31日まで", "Until 31 March 2027"),
        limit_per_month,
    }
}

fn member(number: usize, grants: &[Grant]) -> Wanted {
    Wanted { grants: grants.to_vec(), ..wanted(number, 1) }
}

/// On a serializable PostgreSQL somebody may be told to try again; people do.
const TRIES: usize = 40;

async fn ask(world: &World, gathering: Uuid, wanted: &Wanted) -> Result<Outcome> {
    let actor = Actor::visitor();
    let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
    for _ in 0..TRIES {
        match register(&doing, gathering, wanted).await {
            Err(kernel::Error::Busy) => continue,
            other => return other,
        }
    }
    panic!("busy for ever");
}

async fn give_up(world: &World, party: Uuid) -> bool {
    let actor = Actor::visitor();
    let doing = Doing { app: &world.web.app, actor: &actor, db: world.web.app.db.clone() };
    for _ in 0..TRIES {
        match cancel(&doing, party, None).await {
            Err(kernel::Error::Busy) => continue,
            other => return other.is_ok(),
        }
    }
    panic!("busy for ever");
}

async fn used(world: &World) -> i64 {
    let sql = "SELECT coalesce(CAST(sum(used) AS BIGINT), 0) FROM membership_use";
    let store::One(used) = world.web.app.db.one::<store::One<i64>>(sql, store::args![]).await.unwrap();
    used
}

async fn seats(world: &World, gathering: Uuid) -> (i64, i64, i64) {
    let row = rows::seats(&world.web.app.db, gathering).await.unwrap().unwrap();
    (row.taken, row.reserved_taken, row.waiting)
}

async fn kept_forum(world: &World, capacity: i64, kept: i64) -> Uuid {
    world
        .forum(|record| {
            record.set("capacity", capacity);
            record.set("member_seats", kept);
        })
        .await
}

#[tokio::test]
async fn seats_that_are_kept_go_to_members_only_and_come_back_to_them() {
    let world = World::new().await;
    let forum = kept_forum(&world, 3, 2).await;
    let priority = [grant(Perk::Priority, None)];
    assert!(matches!(ask(&world, forum, &wanted(1, 1)).await.unwrap(), Outcome::Confirmed(_)));
    assert!(matches!(ask(&world, forum, &wanted(2, 1)).await.unwrap(), Outcome::Waiting(_)));
    let Outcome::Confirmed(first) = ask(&world, forum, &member(3, &priority)).await.unwrap() else { panic!() };
    assert!(matches!(ask(&world, forum, &member(4, &priority)).await.unwrap(), Outcome::Confirmed(_)));
    assert!(matches!(ask(&world, forum, &member(5, &priority)).await.unwrap(), Outcome::Waiting(_)));
    assert_eq!(seats(&world, forum).await, (3, 2, 2));

    // The kept seat passes the guest who waits longest and goes to the member.
    assert!(give_up(&world, first).await);
    let states = world.states(forum).await;
    let state = |name: &str| states.iter().find(|(n, _)| n == name).map(|(_, state)| state.clone()).unwrap();
    assert_eq!((state("客2"), state("客5")), ("waiting".to_owned(), "confirmed".to_owned()));
    assert_eq!(seats(&world, forum).await, (3, 2, 1));
    assert_eq!(used(&world).await, 2);
}

#[tokio::test]
async fn kept_seats_that_staff_release_go_to_whoever_waits_and_taken_ones_cannot_be_released() {
    let world = World::new().await;
    let forum = kept_forum(&world, 3, 2).await;
    ask(&world, forum, &wanted(1, 1)).await.unwrap();
    ask(&world, forum, &wanted(2, 1)).await.unwrap();
    ask(&world, forum, &member(3, &[grant(Perk::Priority, None)])).await.unwrap();
    let system = Actor::system("test");
    let doing = Doing::system(&world.web.app, &system);
    let keep = |kept: Option<i64>| {
        let (world, doing) = (&world, &doing);
        async move {
            let mut record = world.read(&GATHERING, forum).await;
            let seen = record.version;
            match kept {
                Some(kept) => record.set("member_seats", kept),
                None => {
                    record.values.remove("member_seats");
                }
            }
            actions::update(doing, record, seen).await
        }
    };
    assert!(matches!(keep(None).await, Err(kernel::Error::Invalid(_))), "a member sits there");
    assert!(matches!(keep(Some(3)).await, Err(kernel::Error::Invalid(_))), "a guest sits there");
    keep(Some(1)).await.unwrap();
    assert_eq!(seats(&world, forum).await, (3, 1, 0));
}

#[tokio::test]
async fn members_register_before_everybody_else_and_the_page_says_by_which_membership() {
    let company = Uuid::from_u128(5);
    let members = Members(vec![(company, grant(Perk::Priority, None)), (company, grant(Perk::Discount, None))]);
    let world = World::among(TestDb::at(noon()).await, members).await;
    let forum = world
        .forum(|record| {
            record.set("opens", "2026-11-25T09:00");
            record.set("member_opens", "2026-11-20T09:00");
            record.set("price", kernel::Text::pair("3,000円", "3,000 yen"));
            record.set("member_price", kernel::Text::pair("無料", "Free"));
        })
        .await;
    let path = format!("/en/gatherings/{forum}");
    let guest = world.web.get(&Actor::visitor(), &path).await.body;
    assert!(guest.contains("Registration opens") && !guest.contains("Special member"), "{guest}");
    let mut insider = TestApp::actor(&[Role::Member]);
    insider.member_of = vec![company];
    let page = world.web.get(&insider, &path).await.body;
    assert!(page.contains(&format!("{path}/register")) && page.contains("Special member"), "{page}");
    assert!(page.contains("Until 31 March 2027") && page.contains("Price for members: Free"), "{page}");
    let form = world.web.get(&insider, &format!("{path}/register")).await;
    assert_eq!(form.status, 200);
    assert!(form.body.contains("Until 31 March 2027"));
    let sent = [("name", "会員"), ("email", "member@example.jp")];
    assert_eq!(world.web.post(&insider, &format!("{path}/register"), &sent).await.status, 303);
    let other = [("name", "客"), ("email", "guest@example.jp")];
    assert_eq!(world.web.post(&Actor::visitor(), &format!("{path}/register"), &other).await.status, 409);
    assert_eq!(used(&world).await, 2, "early registration, and the price");
    let list = world.web.get(&super::runner(), &format!("/en/gatherings/{forum}/registrations")).await.body;
    assert!(list.contains("Member price"), "{list}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_use_of_a_benefit_in_a_month_is_granted_once() {
    for engine in TestEngine::available() {
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let mut gatherings = Vec::new();
        for _ in 0..2 {
            gatherings.push(world.forum(|r| r.set("member_price", kernel::Text::pair("無料", "Free"))).await);
        }
        let tasks = (0..8).map(|number| {
            let (world, gathering) = (Arc::clone(&world), gatherings[number % 2]);
            tokio::spawn(async move {
                let wanted = member(number, &[grant(Perk::Discount, Some(1))]);
                ask(&world, gathering, &wanted).await.unwrap()
            })
        });
        let parties: Vec<Uuid> = join_all(tasks).await.into_iter().map(|done| done.unwrap().party()).collect();
        let mut granted = Vec::new();
        for party in parties {
            if !rows::grants_of(&world.web.app.db, party).await.unwrap().is_empty() {
                granted.push(party);
            }
        }
        assert_eq!((granted.len(), used(&world).await), (1, 1), "{engine:?}");
        assert!(give_up(&world, granted[0]).await);
        assert_eq!(used(&world).await, 0, "{engine:?}: given back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_members_on_the_last_kept_seat_and_one_sits() {
    for engine in TestEngine::available() {
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let forum = kept_forum(&world, 1, 1).await;
        let tasks = (0..6).map(|number| {
            let world = Arc::clone(&world);
            tokio::spawn(
                async move { ask(&world, forum, &member(number, &[grant(Perk::Priority, None)])).await.unwrap() },
            )
        });
        let outcomes: Vec<_> = join_all(tasks).await.into_iter().map(|done| done.unwrap()).collect();
        let confirmed = outcomes.iter().filter(|one| matches!(one, Outcome::Confirmed(_))).count();
        assert_eq!(confirmed, 1, "{engine:?}: {outcomes:?}");
        assert_eq!(seats(&world, forum).await, (1, 1, 5), "{engine:?}");
    }
}

/// `MUSUBI_RACES=10000` for the long run; a few hundred otherwise.
fn races() -> usize {
    std::env::var("MUSUBI_RACES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
}

/// Registrations and cancellations of guests and members, alone and in parties, all at once. The sequence comes from a
/// fixed recurrence (Knuth's MMIX), so that a failure repeats.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn random_races_never_seat_one_too_many_nor_forget_a_seat() {
    for engine in TestEngine::available() {
        let world = Arc::new(World::over(TestDb::on(engine, Clock::fixed(noon())).await).await);
        let mut state = 42_u64;
        let mut random = move |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let total = if engine == TestEngine::PostgresSerializable { races().min(60) } else { races() };
        let forum = world
            .forum(|record| {
                record.set("capacity", 20);
                record.set("member_seats", 5);
                record.set("group_max", 3);
            })
            .await;
        let mut parties: Vec<Uuid> = Vec::new();
        for batch in 0..total.div_ceil(20) {
            let tasks = (0..20).map(|one| {
                let world = Arc::clone(&world);
                let gone =
                    (random(2) == 0 && !parties.is_empty()).then(|| parties[random(parties.len() as u64) as usize]);
                let grants = if random(3) == 0 { vec![grant(Perk::Priority, Some(8))] } else { Vec::new() };
                let wanted = Wanted { grants, ..wanted(batch * 20 + one, 1 + random(3) as usize) };
                tokio::spawn(async move {
                    match gone {
                        Some(party) => {
                            give_up(&world, party).await;
                            None
                        }
                        None => Some(ask(&world, forum, &wanted).await.unwrap().party()),
                    }
                })
            });
            let tasks: Vec<_> = tasks.collect();
            parties.extend(join_all(tasks).await.into_iter().filter_map(|done| done.unwrap()));
            let people = world.registrations(forum).await;
            let count =
                |test: &dyn Fn(&rows::Registration) -> bool| people.iter().filter(|one| test(one)).count() as i64;
            let confirmed = count(&|one| one.state == "confirmed");
            let on_kept = count(&|one| one.state == "confirmed" && one.reserved);
            let waiting = count(&|one| one.state == "waiting");
            assert_eq!(seats(&world, forum).await, (confirmed, on_kept, waiting), "{engine:?}");
            assert!(
                confirmed <= 20 && on_kept <= 5 && confirmed - on_kept <= 15 && used(&world).await <= 8,
                "{engine:?}"
            );
        }
    }
}
