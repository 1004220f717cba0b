use super::{World, by_name, holds, officer};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::actions::setup;
use crate::rounds::files;
use crate::rounds::model::build::Options;
use crate::rounds::model::{MeetingState, Side};
use kernel::Error;
use std::sync::Arc;

const DAYS: &str = "2026-12-07 10:00-12:00";

#[tokio::test]
async fn everyone_meets_everyone_when_there_is_room_and_it_is_proven() {
    let world = World::new().await;
    let round = world.full(4, 5, DAYS).await;
    let run = world.solve(round).await;
    let dossier = world.dossier(round).await;
    assert_eq!(dossier.planned().count(), 20);
    assert_eq!(run.outcome().weight, run.outcome().bound, "{:?}", run.outcome());
    holds(&dossier);
    for path in [
        "",
        "/timetable",
        "/timetable?by=b",
        "/left-out",
        "/cards",
        "/cards?side=b",
        "/versions",
        "/slots",
        "/solve",
        "/publish",
        "/sheet",
        "/directory",
        "/participants/new",
        "/meetings/new",
        &format!("/runs/{}", run.id),
    ] {
        for lang in ["ja", "en"] {
            let page = world.web.get(&officer(), &format!("/{lang}/rounds/{round}{path}")).await;
            assert_eq!(page.status, 200, "{lang} {path}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn a_move_against_a_rule_names_the_rule_and_stores_nothing() {
    let world = World::new().await;
    let round = world.full(2, 2, DAYS).await;
    world.solve(round).await;
    let dossier = world.dossier(round).await;
    let mut own: Vec<_> = dossier.planned().filter(|m| m.a == by_name(&dossier, "A1").id).cloned().collect();
    own.sort_by_key(|m| m.starts_at);
    let to = Verb::Move { starts_at: own[1].starts_at, table_no: None };
    let Err(Error::Conflict(said)) = edit::change(&world.doing(), round, own[0].id, None, to).await else { panic!() };
    assert!(said.ja.contains("A1") && said.en.contains("A1 meets"), "{said:?}");
    assert_eq!(world.dossier(round).await.meetings, dossier.meetings);
    edit::swap(&world.doing(), round, own[0].id, own[1].id).await.ok();
    holds(&world.dossier(round).await);
}

#[tokio::test]
async fn a_hundred_who_add_clashing_meetings_at_once_leave_one_winner_per_slot() {
    let world = Arc::new(World::new().await);
    let round = world.full(1, 100, DAYS).await;
    let dossier = world.dossier(round).await;
    let (a, at) = (by_name(&dossier, "A1").id, dossier.grid.slots[0].starts_at);
    let tries = dossier.side(Side::B).map(|b| {
        let (world, b) = (Arc::clone(&world), b.id);
        tokio::spawn(async move { edit::add(&world.doing(), round, a, b, at).await.is_ok() })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += usize::from(one.await.unwrap());
    }
    assert_eq!(won, 1);
    assert_eq!(world.dossier(round).await.planned().count(), 1);
}

#[tokio::test]
async fn the_database_itself_refuses_two_meetings_of_one_in_one_slot() {
    let world = World::new().await;
    let round = world.full(2, 2, DAYS).await;
    world.solve(round).await;
    let m = world.dossier(round).await.planned().next().unwrap().clone();
    let other = world.dossier(round).await.side(Side::B).find(|p| p.id != m.b).unwrap().id;
    let db = &world.web.app.db;
    let sql = "UPDATE round_meeting SET starts_at = $1 WHERE a = $2 AND b = $3";
    let outcome: Result<u64, Error> =
        store::atomically!(db, |tx| { Ok(tx.run(sql, store::args![m.starts_at, m.a, other]).await?) });
    assert!(matches!(outcome, Err(Error::Conflict(_))), "{outcome:?}");
}

#[tokio::test]
async fn after_cancellations_only_what_must_change_does_and_frozen_meetings_stay() {
    let world = World::new().await;
    let round = world.full(6, 6, DAYS).await;
    world.solve(round).await;
    edit::freeze_all(&world.doing(), round, true).await.unwrap();
    let before = world.dossier(round).await;
    let gone = before.planned().next().unwrap().clone();
    edit::change(&world.doing(), round, gone.id, Some(before.meetings[0].version), Verb::Cancel).await.ok();
    edit::change(&world.doing(), round, gone.id, None, Verb::Cancel).await.unwrap();
    let mut who = by_name(&before, "B3").clone();
    who.withdrawn = true;
    setup::save_participant(&world.doing(), round, &who).await.unwrap();
    files::solve_now(&world.doing(), round, 1, Options::default(), true).await.unwrap();
    let after = world.dossier(round).await;
    holds(&after);
    let kept = before.planned().filter(|m| m.id != gone.id && m.b != who.id);
    for m in kept {
        let now = after.planned().find(|n| n.id == m.id).expect("still planned");
        assert_eq!((now.starts_at, now.table_no), (m.starts_at, m.table_no));
    }
    assert!(after.planned().all(|m| m.b != who.id && m.id != gone.id), "cancelled pairs are not planned again");
}

#[tokio::test]
async fn holes_that_a_cancellation_left_are_filled_by_those_who_wait() {
    let world = World::new().await;
    // Three labs, six companies, two slots: six of eighteen wished pairs fit.
    let round = world.full(3, 6, "2026-12-07 10:00-10:40").await;
    world.solve(round).await;
    let before = world.dossier(round).await;
    assert_eq!(before.planned().count(), 6);
    let gone = before.planned().next().unwrap().clone();
    edit::change(&world.doing(), round, gone.id, None, Verb::Cancel).await.unwrap();
    let mut who = before.participant(before.planned().find(|m| m.a != gone.a).unwrap().b).unwrap().clone();
    let lost = before.planned().filter(|m| m.b == who.id).count();
    who.withdrawn = true;
    setup::save_participant(&world.doing(), round, &who).await.unwrap();
    let run = files::solve_now(&world.doing(), round, 1, Options::default(), true).await.unwrap();
    let after = world.dossier(round).await;
    holds(&after);
    assert_eq!(after.planned().count(), 6, "{:?}", run.outcome());
    let result = run.outcome();
    assert_eq!(result.unavoidable, 1 + lost);
    assert!(result.changed <= 3 * result.unavoidable);
    assert_eq!(result.meetings, 6);
}

/// Musts that contradict each other only together: no participant has too many, still no timetable exists.
#[tokio::test]
async fn demands_that_exclude_each_other_are_told_with_the_smallest_set_of_causes_and_names() {
    let world = World::new().await;
    let round = world
        .round("2026-12-07 10:00-10:40", |record| {
            record.set("rooms", "tables");
            record.set("tables", 2_i64);
        })
        .await;
    let sheet = "名称,区分,不可の時間\n分子研,研究室,\n看護研,研究室,\n薬学研,研究室,10:20\n湊製薬,企業,\n川の手機器,企業,10:20\n";
    world.participants(round, sheet).await;
    // At 10:00 both the pharmacy lab and the device maker have to be met, each by somebody else, at two tables.
    world.wishes(round, ",湊製薬,川の手機器\n分子研,,◎\n看護研,◎,\n薬学研,◎,\n").await;
    let options = Options { binding: true, fill: false };
    let run = files::solve_now(&world.doing(), round, 2, options, false).await.unwrap();
    assert_eq!(run.state, "done", "{:?}", run.outcome().causes);
    // One table less, and the two meetings of that slot exclude each other.
    let mut record = world.dossier(round).await.round;
    record.set("tables", 1_i64);
    let seen = record.version;
    for m in world.dossier(round).await.planned() {
        edit::change(&world.doing(), round, m.id, None, Verb::Cancel).await.unwrap();
    }
    web::records::actions::update(&world.doing(), record, seen).await.unwrap();
    let fresh = world
        .round("2026-12-07 10:00-10:40", |record| {
            record.set("rooms", "tables");
            record.set("tables", 1_i64);
        })
        .await;
    world.participants(fresh, sheet).await;
    world.wishes(fresh, ",湊製薬,川の手機器\n分子研,,◎\n看護研,,\n薬学研,◎,\n").await;
    let run = files::solve_now(&world.doing(), fresh, 2, options, false).await.unwrap();
    assert_eq!(run.state, "impossible", "{:?}", run.outcome());
    let causes = run.outcome().causes;
    let all = |lang| causes.iter().map(|said| said.get(lang).to_owned()).collect::<Vec<_>>().join("\n");
    let (ja, en) = (all(kernel::Lang::Ja), all(kernel::Lang::En));
    assert!((1..=3).contains(&causes.len()), "{ja}");
    assert!(ja.contains("「薬学研 × 湊製薬」") && ja.contains("「分子研 × 川の手機器」"), "{ja}");
    assert!(!ja.contains("看護研"), "only what takes part in the contradiction: {ja}");
    assert!(!ja.contains("参加者0") && !ja.contains("依頼") && en.contains("“薬学研 × 湊製薬”"), "{ja} {en}");
}

#[tokio::test]
async fn impossible_rounds_as_they_come_in_practice_are_told_in_words() {
    let cases = [
        // Both say must, but are never free together.
        (
            "名称,区分,不可の時間\nA1,研究室,10:00\nB1,企業,10:20\n",
            ",B1\nA1,◎\n",
            "A1」と「B1」は「必ず」ですが、二者とも空いている枠がありません",
        ),
        // One limit below its musts.
        (
            "名称,区分,最大面談数\nA1,研究室,1\nB1,企業,\nB2,企業,\n",
            ",B1,B2\nA1,◎,◎\n",
            "「A1」には「必ず」が2件ありますが、出られる枠は1です",
        ),
        // One says must, the other no.
        (
            "名称,区分\nA1,研究室\nB1,企業\n",
            "だれが,だれに,希望\nA1,B1,◎\nB1,A1,×\n",
            "一方が「必ず」、もう一方が「見送る」です",
        ),
        // A whole delegation that is never complete.
        (
            "名称,区分,出席者,出席のしかた\nA1,研究室,甲 [10:00]; 乙 [10:20],全員\nB1,企業,,\n",
            ",B1\nA1,◎\n",
            "「A1」には「必ず」が1件ありますが、出られる枠は0です",
        ),
    ];
    for (participants, wishes, words) in cases {
        let world = World::new().await;
        let round = world.round("2026-12-07 10:00-10:40", |_| ()).await;
        world.participants(round, participants).await;
        world.wishes(round, wishes).await;
        let page = world.web.get(&officer(), &format!("/ja/rounds/{round}/solve")).await.body;
        assert!(page.contains(words), "{words}: {page}");
        let english = world.web.get(&officer(), &format!("/en/rounds/{round}/solve")).await.body;
        assert!(english.contains("Demands that cannot be met"), "{words}");
    }
}

#[tokio::test]
async fn tables_are_given_out_once_each_and_interpreters_are_counted() {
    let world = World::new().await;
    let round = world
        .round(DAYS, |record| {
            record.set("rooms", "tables");
            record.set("tables", 2_i64);
            record.set("interpreters", 1_i64);
        })
        .await;
    world
        .participants(
            round,
            "名称,区分,言語,通訳\nA1,研究室,,\nA2,研究室,,\nA3,研究室,,\nB1,企業,英語,要\nB2,企業,英語,要\nB3,企業,,\n",
        )
        .await;
    world.wishes(round, ",B1,B2,B3\nA1,○,○,○\nA2,○,○,○\nA3,○,○,○\n").await;
    world.solve(round).await;
    let dossier = world.dossier(round).await;
    holds(&dossier);
    for slot in &dossier.grid.slots {
        let then: Vec<_> = dossier.planned().filter(|m| m.starts_at == slot.starts_at).collect();
        let mut tables: Vec<_> = then.iter().map(|m| m.table_no.unwrap()).collect();
        tables.sort();
        tables.dedup();
        assert_eq!(tables.len(), then.len());
        assert!(then.iter().filter(|m| dossier.name(m.b, kernel::Lang::Ja) != "B3").count() <= 1, "one interpreter");
    }
    assert!(dossier.planned().count() >= 8, "{}", dossier.planned().count());
}

#[tokio::test]
async fn impossible_demands_are_told_in_words_before_anything_is_planned() {
    let world = World::new().await;
    let round = world.full(9, 1, DAYS).await;
    let mut sheet = "who,whom,wish\n".to_owned();
    (1..=9).for_each(|n| sheet += &format!("B1,A{n},must\n"));
    world.wishes(round, &sheet).await;
    let page = world.web.get(&officer(), &format!("/ja/rounds/{round}")).await.body;
    assert!(page.contains("「B1」には「必ず」が9件ありますが、出られる枠は6です。3件を"), "{page}");
    let fields = [("binding", "true"), ("seconds", "1")];
    let answer = world.web.post(&officer(), &format!("/en/rounds/{round}/solve"), &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.body.contains("B1 has 9 musts but can attend 6 slots"), "{}", answer.body);
    world.solve(round).await;
    let left_out = world.web.get(&officer(), &format!("/ja/rounds/{round}/left-out")).await.body;
    assert!(left_out.contains("A") && !left_out.contains("参加者0"), "names, not numbers: {left_out}");
    let dossier = world.dossier(round).await;
    assert_eq!(dossier.planned().filter(|m| m.state == MeetingState::Planned).count(), 6);
}
