//! What follows a party through a merge of records, and what a person may ask to see and to have forgotten.

use super::{World, by_name};
use crate::rounds::actions::setup;
use crate::rounds::files;
use crate::rounds::model::{Side, State, Wish, Wished};
use crate::rounds::store as rows;
use kernel::Uuid;
use store::atomically;
use web::{Forgetting, Whose};

const DAYS: &str = "2026-12-07 10:00-12:00";

async fn link(world: &World, round: Uuid, name: &str, party: Uuid) {
    let mut who = by_name(&world.dossier(round).await, name).clone();
    who.party = Some(party);
    setup::save_participant(&world.doing(), round, &who).await.unwrap();
}

async fn party_of(world: &World, round: Uuid, name: &str) -> Option<Uuid> {
    by_name(&world.dossier(round).await, name).party
}

/// A pair that met in a round that is over.
async fn met(world: &World, a: Uuid, b: Uuid) -> Uuid {
    let round = world.round("2026-11-24 10:00-10:20", |_| ()).await;
    world.participants(round, "名称,区分\nA1,研究室\nB1,企業\n").await;
    link(world, round, "A1", a).await;
    link(world, round, "B1", b).await;
    world.wishes(round, ",B1\nA1,○\n").await;
    world.solve(round).await;
    files::publish_quietly(&world.doing(), round).await.unwrap();
    setup::turn(&world.doing(), round, State::Held).await.unwrap();
    round
}

#[tokio::test]
async fn who_met_whom_follows_a_merge_and_comes_back() {
    let world = World::new().await;
    let [loser, survivor, other] = [1, 2, 3].map(Uuid::from_u128);
    let past = met(&world, loser, other).await;
    let next = world.full(1, 1, DAYS).await;
    link(&world, next, "A1", survivor).await;
    link(&world, next, "B1", other).await;
    assert!(world.dossier(next).await.met.is_empty());
    let before = by_name(&world.dossier(past).await, "A1").version;
    let moved = world.web.merge(loser, survivor).await.unwrap();
    assert_eq!(party_of(&world, past, "A1").await, Some(survivor));
    assert_eq!(world.dossier(next).await.met.len(), 1, "the survivor met whom the loser met");
    assert!(by_name(&world.dossier(past).await, "A1").version > before, "an open form is not stored over the merge");
    world.web.undo_merge(&moved, loser, survivor).await.unwrap();
    assert_eq!(party_of(&world, past, "A1").await, Some(loser));
    assert!(world.dossier(next).await.met.is_empty());
}

#[tokio::test]
async fn two_that_became_one_stay_two_in_a_round_of_both() {
    let world = World::new().await;
    let [loser, survivor, third] = [1, 2, 3].map(Uuid::from_u128);
    let round = world.full(2, 2, DAYS).await;
    link(&world, round, "A1", loser).await;
    link(&world, round, "A2", survivor).await;
    link(&world, round, "B1", third).await;
    let first = world.web.merge(loser, survivor).await.unwrap();
    assert_eq!([party_of(&world, round, "A1").await, party_of(&world, round, "A2").await], [Some(survivor); 2]);
    let mut edited = by_name(&world.dossier(round).await, "A1").clone();
    edited.room = "301".to_owned();
    setup::save_participant(&world.doing(), round, &edited).await.unwrap();
    let mut second = by_name(&world.dossier(round).await, "B2").clone();
    second.party = Some(survivor);
    let refused = setup::save_participant(&world.doing(), round, &second).await;
    assert!(refused.is_err(), "nobody else is linked to a party that takes part");
    world.solve(round).await;
    // Once more, into a party of the other side: undone in the opposite order, everything is as it was.
    let again = world.web.merge(survivor, third).await.unwrap();
    assert_eq!(party_of(&world, round, "A1").await, Some(third));
    world.web.undo_merge(&again, survivor, third).await.unwrap();
    world.web.undo_merge(&first, loser, survivor).await.unwrap();
    let now = [party_of(&world, round, "A1").await, party_of(&world, round, "A2").await];
    assert_eq!(now, [Some(loser), Some(survivor)]);
    assert_eq!(by_name(&world.dossier(round).await, "A1").room, "301", "what was entered meanwhile stays");
}

#[tokio::test]
async fn who_attends_follows_a_merge_of_people() {
    let world = World::new().await;
    let [loser, survivor] = [1, 2].map(Uuid::from_u128);
    let round = attended(&world, loser).await;
    let person = async || by_name(&world.dossier(round).await, "A1").attendees[0].person;
    let moved = world.web.merge(loser, survivor).await.unwrap();
    assert_eq!(person().await, Some(survivor));
    world.web.undo_merge(&moved, loser, survivor).await.unwrap();
    assert_eq!(person().await, Some(loser));
}

/// A round in which a person attends for A1, among others, and takes part as B1.
async fn attended(world: &World, person: Uuid) -> Uuid {
    let round = world.full(2, 2, DAYS).await;
    let dossier = world.dossier(round).await;
    let mut host = by_name(&dossier, "A1").clone();
    let written = "難波 京子 <Kyoko@canary.example> [2026-12-07 10:00-10:20]\n堺 健";
    setup::attends(&mut host, written, &dossier.grid, Uuid::now_v7);
    host.attendees[0].person = Some(person);
    setup::save_participant(&world.doing(), round, &host).await.unwrap();
    round
}

fn whose(person: Uuid) -> Whose {
    Whose { account: Uuid::from_u128(9), persons: vec![person], email_key: "kyoko@canary.example".to_owned() }
}

async fn forget(world: &World, whose: &Whose) {
    let app = &world.web.app;
    let (personal, actor) = (super::super::actions::personal::PERSONAL, &world.system);
    atomically!(app.db, |tx| { (personal.forget)(Forgetting { app, actor, tx, whose }).await }).unwrap();
}

#[tokio::test]
async fn a_person_gets_what_rounds_hold_of_them_and_can_have_it_forgotten() {
    let world = World::new().await;
    let person = Uuid::from_u128(5);
    let round = attended(&world, person).await;
    let dossier = world.dossier(round).await;
    let mut own = by_name(&dossier, "B1").clone();
    (own.name, own.party, own.offer) = ("難波京子".to_owned(), Some(person), "心筋シートの評価".to_owned());
    setup::save_participant(&world.doing(), round, &own).await.unwrap();
    let asked = by_name(&dossier, "A2").id;
    let wish = Wished { wish: Wish::Must, note: "ぜひ相談したい".to_owned(), suggested: false };
    let (db, pair) = (&world.web.app.db, (own.id, asked));
    atomically!(db, |tx| { rows::put_wishes(tx, round, &[(pair, Some(wish.clone()))]).await }).unwrap();
    world.solve(round).await;
    files::publish_quietly(&world.doing(), round).await.unwrap();
    let planned = world.dossier(round).await.planned().filter(|m| m.has(own.id)).count();
    assert!(planned > 0);

    let app = &world.web.app;
    let copied = (super::super::actions::personal::PERSONAL.copy)(app, &whose(person)).await.unwrap();
    let (one, attends) = (&copied["takes_part"][0], &copied["attends"][0]);
    assert_eq!((one["offer"].as_str(), attends["name"].as_str()), (Some("心筋シートの評価"), Some("難波 京子")));
    assert_eq!(one["meetings"].as_array().unwrap().len(), planned);
    assert!(one["wishes"].to_string().contains("ぜひ相談したい"));

    let secret = by_name(&world.dossier(round).await, "難波京子").secret.clone();
    forget(&world, &whose(person)).await;
    let after = world.dossier(round).await;
    let gone = after.participant(own.id).unwrap();
    assert_eq!((gone.name.as_str(), gone.party, gone.withdrawn), ("退会した方", None, true));
    assert_eq!(gone.name_en.as_str(), "Former member");
    assert_eq!(after.planned().filter(|m| m.has(own.id)).count(), 0, "meetings to come are cancelled");
    let host = by_name(&after, "A1");
    assert_eq!((host.representatives.as_str(), host.attendees.len()), ("堺 健", 1));
    let answer = world.web.get(&kernel::Actor::visitor(), &format!("/ja/my-round/{secret}")).await;
    assert_eq!(answer.status, 404, "their address opens nothing any more");
    let left = (super::super::actions::personal::PERSONAL.copy)(app, &whose(person)).await.unwrap();
    assert!(left["takes_part"].as_array().unwrap().is_empty() && left["attends"].as_array().unwrap().is_empty());
    forget(&world, &whose(person)).await;
    assert_eq!(world.dossier(round).await.side(Side::B).count(), 2, "forgetting twice changes nothing");
}
