use super::{World, by_name, holds, officer};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::actions::setup;
use crate::rounds::model::Dossier;
use crate::rounds::model::delegation::{self, Attendance, Attendee};
use crate::rounds::model::grid::Grid;
use crate::rounds::{files, model::build::Options};
use kernel::{Error, Uuid};
use std::collections::BTreeSet;

const DAYS: &str = "2026-12-07 10:00-12:00";

/// Nobody is in two meetings at once, and everybody who has to be there is.
fn people_hold(dossier: &Dossier) {
    let mut seen = BTreeSet::new();
    for m in dossier.planned() {
        for who in [m.a, m.b].iter().filter_map(|id| dossier.participant(*id)) {
            let there = delegation::attending(who, m);
            match who.attendance {
                _ if who.attendees.is_empty() => {}
                Attendance::All => assert_eq!(there.len(), who.attendees.len(), "{}", who.name),
                Attendance::Any => assert_eq!(there.len(), 1, "{}", who.name),
            }
            for attendee in there {
                assert!(!attendee.off.contains(&m.starts_at), "{} cannot come then", attendee.name);
                assert!(seen.insert((attendee.key(), m.starts_at)), "{} is in two meetings", attendee.name);
            }
        }
    }
}

#[test]
fn attendees_are_read_as_people_write_them_and_keep_their_ids() {
    let grid = Grid::read(DAYS, 20, 0, chrono_tz::Asia::Tokyo).unwrap();
    let read = |text: &str, known: &[Attendee]| delegation::read(text, &grid, known, Uuid::now_v7);
    let (found, odd) = read("難波 京子 <kyoko@example.jp> [10:00-11:00]\nBo Berg; 真野、佐藤", &[]);
    assert!(odd.is_empty(), "{odd:?}");
    assert_eq!(found.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["難波 京子", "Bo Berg", "真野", "佐藤"]);
    assert_eq!((found[0].email.as_str(), found[0].off.len()), ("kyoko@example.jp", 3));
    let (again, _) = read("Bo Berg\n難波 京子 <kyoko@example.jp>", &found);
    assert_eq!((again[0].id, again[1].id), (found[1].id, found[0].id));
    assert_eq!(again[1].off.len(), 3, "who stays keeps their times");
    assert_eq!(read("難波 [正午]", &[]).1, ["正午"]);
    assert!(read("", &found).0.is_empty());
}

#[tokio::test]
async fn somebody_who_attends_for_two_is_never_in_two_meetings_at_once() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    world
        .participants(
            round,
            "名称,区分,出席者,出席のしかた\n\
             A1,研究室,難波 <n@example.jp>,\nA2,研究室,難波 <N@example.jp>; 佐藤 <s@example.jp>,全員\nA3,研究室,,\n\
             B1,企業,Berg <b@example.jp>; Alm <a@example.jp>,だれか一人\nB2,企業,Berg <b@example.jp>,\nB3,企業,,\n",
        )
        .await;
    world.wishes(round, ",B1,B2,B3\nA1,○,○,○\nA2,○,○,○\nA3,○,○,○\n").await;
    let run = world.solve(round).await;
    let dossier = world.dossier(round).await;
    holds(&dossier);
    people_hold(&dossier);
    assert_eq!(dossier.planned().count(), 9, "{:?}", run.outcome());

    // The same is refused by hand, in words that name the person.
    let (a1, a2) = (by_name(&dossier, "A1").id, by_name(&dossier, "A2").id);
    let at = dossier.planned().find(|m| m.a == a1).unwrap().starts_at;
    let free = |m: &&crate::rounds::model::Meeting| {
        m.a == a2 && dossier.planned().all(|other| other.starts_at != at || other.b != m.b)
    };
    let moved = dossier.planned().find(free).unwrap();
    let to = Verb::Move { starts_at: at, table_no: None };
    let Err(Error::Conflict(said)) = edit::change(&world.doing(), round, moved.id, None, to).await else { panic!() };
    assert!(said.ja.contains("難波さん") && said.en.contains("難波 of A2 attends another meeting"), "{said:?}");

    // Mending keeps the rule, and the pages name who comes.
    edit::change(&world.doing(), round, moved.id, None, Verb::Cancel).await.unwrap();
    files::solve_now(&world.doing(), round, 1, Options::default(), true).await.unwrap();
    people_hold(&world.dossier(round).await);
    files::publish_quietly(&world.doing(), round).await.unwrap();
    let own = world.web.get(&officer(), &format!("/ja/rounds/{round}/schedule/{a2}")).await.body;
    assert!(own.contains("難波") && own.contains("佐藤"), "{own}");
    let theirs = by_name(&dossier, "B3").id;
    let other = world.web.get(&officer(), &format!("/ja/rounds/{round}/schedule/{theirs}")).await.body;
    assert!(!other.contains("n@example.jp") && !other.contains("s@example.jp"));
}

#[tokio::test]
async fn the_database_itself_refuses_one_person_in_two_meetings_at_once() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    world
        .participants(
            round,
            "名称,区分,出席者\nA1,研究室,難波 <n@example.jp>\nA2,研究室,難波 <n@example.jp>\nB1,企業,\nB2,企業,\n",
        )
        .await;
    world.wishes(round, ",B1,B2\nA1,○,○\nA2,○,○\n").await;
    world.solve(round).await;
    let db = &world.web.app.db;
    let sql = "SELECT starts_at, meeting FROM round_presence ORDER BY starts_at";
    let there: Vec<(chrono::DateTime<chrono::Utc>, Uuid)> = db.all(sql, store::args![]).await.unwrap();
    assert_eq!(there.len(), 4);
    let outcome: Result<u64, Error> = store::atomically!(db, |tx| {
        let sql = "UPDATE round_presence SET starts_at = $1 WHERE meeting = $2";
        Ok(tx.run(sql, store::args![there[0].0, there[1].1]).await?)
    });
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
}

#[tokio::test]
async fn all_of_them_can_only_come_when_each_can_and_any_of_them_when_one_can() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    world
        .participants(
            round,
            "名称,区分,出席者,出席のしかた\n\
             A1,研究室,甲 [10:00-11:00]; 乙 [11:00-11:40],全員\nA2,研究室,甲 [10:00-11:00]; 乙 [11:00-11:40],だれか一人\n\
             B1,企業,,\nB2,企業,,\nB3,企業,,\n",
        )
        .await;
    world.wishes(round, ",B1,B2,B3\nA1,○,○,○\nA2,○,○,○\n").await;
    world.solve(round).await;
    let dossier = world.dossier(round).await;
    people_hold(&dossier);
    let count = |name: &str| dossier.planned().filter(|m| m.a == by_name(&dossier, name).id).count();
    assert_eq!((count("A1"), count("A2")), (1, 3), "both are there in one slot only; one of them always is");
}

#[tokio::test]
async fn musts_of_one_person_for_two_participants_are_told_when_they_cannot_fit() {
    let world = World::new().await;
    let round = world.round("2026-12-07 10:00-10:40", |_| ()).await;
    world
        .participants(round, "名称,区分,出席者\nA1,研究室,難波 <n@example.jp>\nA2,研究室,難波 <n@example.jp>\nB1,企業,\nB2,企業,\nB3,企業,\n")
        .await;
    world.wishes(round, ",B1,B2,B3\nA1,◎,◎,\nA2,,,◎\n").await;
    let page = world.web.get(&officer(), &format!("/ja/rounds/{round}")).await.body;
    assert!(page.contains("難波さんは") && page.contains("「必ず」3件に対して出られる枠が2しかありません"), "{page}");
}

#[tokio::test]
async fn two_officers_who_save_the_same_participant_see_both_versions() {
    let world = World::new().await;
    let round = world.full(1, 1, DAYS).await;
    let before = by_name(&world.dossier(round).await, "A1").clone();
    let path = format!("/ja/rounds/{round}/participants/{}", before.id);
    let version = before.version.to_string();
    let form = |room: &'static str, version: &str| {
        vec![("name", "A1".to_owned()), ("room", room.to_owned()), ("_version", version.to_owned())]
    };
    let send = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        world.web.post(&officer(), &path, &fields).await
    };
    assert_eq!(send(form("501号室", &version)).await.status, 303);
    let second = send(form("701号室", &version)).await;
    assert_eq!(second.status, 409);
    assert!(second.body.contains("501号室") && second.body.contains("701号室"), "{}", second.body);
    let now = by_name(&world.dossier(round).await, "A1").clone();
    assert_eq!((now.room.as_str(), now.version), ("501号室", before.version + 1), "nothing was overwritten");
    assert_eq!(send(form("701号室", &now.version.to_string())).await.status, 303, "knowingly");
    assert_eq!(by_name(&world.dossier(round).await, "A1").room, "701号室");
    let late = setup::save_participant(&world.doing(), round, &before).await;
    assert!(matches!(late, Err(Error::Conflict(_))));
}
