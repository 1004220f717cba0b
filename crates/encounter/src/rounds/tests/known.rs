use super::{World, by_name, officer};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::actions::setup;
use crate::rounds::files;
use crate::rounds::model::{Side, State};
use kernel::Uuid;

const DAYS: &str = "2026-12-07 10:00-12:00";

/// Two rounds with the same three labs and companies, all of the directory; in the first, which is over, some met.
async fn twice(world: &World, policy: &str) -> (Uuid, Uuid) {
    let parties: Vec<Uuid> = (0..6).map(|_| Uuid::now_v7()).collect();
    let mut rounds = Vec::new();
    for earlier in [true, false] {
        let days = if earlier { "2026-11-24 10:00-10:40" } else { DAYS };
        let round = world.round(days, |record| record.set("met_before", policy)).await;
        world.participants(round, "名称,区分\nA1,研究室\nA2,研究室\nA3,研究室\nB1,企業\nB2,企業\nB3,企業\n").await;
        for (name, party) in ["A1", "A2", "A3", "B1", "B2", "B3"].iter().zip(&parties) {
            let mut who = by_name(&world.dossier(round).await, name).clone();
            who.party = Some(*party);
            setup::save_participant(&world.doing(), round, &who).await.unwrap();
        }
        world.wishes(round, ",B1,B2,B3\nA1,○,○,○\nA2,○,○,○\nA3,○,○,○\n").await;
        rounds.push(round);
    }
    world.solve(rounds[0]).await;
    files::publish_quietly(&world.doing(), rounds[0]).await.unwrap();
    (rounds[0], rounds[1])
}

#[tokio::test]
async fn who_met_in_an_earlier_round_is_known_from_the_records() {
    let world = World::new().await;
    let (first, second) = twice(&world, "forbid").await;
    assert!(world.dossier(second).await.met.is_empty(), "a round that is not over proves nothing");
    let earlier = world.dossier(first).await;
    let missed = earlier.planned().next().unwrap().clone();
    edit::change(&world.doing(), first, missed.id, None, Verb::NoShow).await.unwrap();
    setup::turn(&world.doing(), first, State::Held).await.unwrap();
    let dossier = world.dossier(second).await;
    let met: Vec<(String, String)> = {
        let name = |id| dossier.name(id, kernel::Lang::Ja).to_owned();
        dossier.met.keys().map(|(a, b)| (name(*a), name(*b))).collect()
    };
    let expected = earlier.planned().filter(|m| m.id != missed.id).count();
    assert_eq!(met.len(), expected, "{met:?}");
    assert!(met.iter().all(|(a, b)| a.starts_with('A') && b.starts_with('B')));

    world.solve(second).await;
    let planned = world.dossier(second).await;
    assert_eq!(planned.planned().count(), 9 - expected, "who met before is not planned again");
    assert!(planned.planned().all(|m| planned.met_before(m.a, m.b).is_none()));
    let (a, b) = *planned.met.keys().next().unwrap();
    let asker = planned.side(Side::B).find(|p| p.id == b).unwrap().id;
    let page = world.web.get(&officer(), &format!("/ja/rounds/{second}/wishes/{asker}")).await.body;
    assert!(page.contains("2026年11月24日") && page.contains("会っています"), "{page}");
    let page = world.web.get(&officer(), &format!("/en/rounds/{second}/meetings/new?a={a}&b={b}")).await.body;
    assert!(page.contains("They met before"), "{page}");
}

#[tokio::test]
async fn new_pairs_come_first_when_the_round_says_so() {
    let world = World::new().await;
    let (first, second) = twice(&world, "prefer_new").await;
    setup::turn(&world.doing(), first, State::Held).await.unwrap();
    // One slot for three pairs each: those who know each other wait.
    let mut record = world.dossier(second).await.round;
    record.set("days", "2026-12-07 10:00-10:20");
    let seen = record.version;
    web::records::actions::update(&world.doing(), record, seen).await.unwrap();
    world.solve(second).await;
    let dossier = world.dossier(second).await;
    assert_eq!(dossier.planned().count(), 3);
    assert!(dossier.planned().all(|m| dossier.met_before(m.a, m.b).is_none()), "{:?}", dossier.met);
}
