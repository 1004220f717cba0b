use super::{World, by_name, holds, location, officer};
use crate::rounds::store as rows;
use kernel::Actor;
use std::time::Duration;
use store::jobs::Runner;
use tokio::sync::watch;

/// From two sheets to a published timetable by pages alone, the job run as the program runs it.
#[tokio::test]
async fn an_officer_gets_from_a_sheet_to_a_published_timetable_alone() {
    let world = World::new().await;
    let (officer, web) = (officer(), &world.web);
    let fields = [
        ("name.ja", "クロス面談会"),
        ("name.en", "Cross round"),
        ("kind", "discussion"),
        ("days", "2026-12-07 10:00-12:00 13:00-15:00"),
        ("slot_minutes", "20"),
        ("rooms", "own"),
        ("open_to", "public"),
    ];
    let answer = web.post(&officer, "/ja/rounds", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let base = location(&answer);
    let round: kernel::Uuid = base.rsplit('/').next().unwrap().parse().unwrap();

    let mut people = "名称,区分,部屋\n".to_owned();
    let mut marks = String::new();
    (1..=6).for_each(|n| people += &format!("研究室{n},研究室,{n}号室\n"));
    (1..=8).for_each(|n| people += &format!("企業{n},企業,\n"));
    (1..=8).for_each(|n| marks += &format!(",企業{n}"));
    marks += "\n";
    for a in 1..=6 {
        marks += &format!("研究室{a}");
        (1..=8).for_each(|b| marks += ["", ",◎", ",○", ",○", ",×"][1 + (a * 3 + b) % 4]);
        marks += "\n";
    }
    for (what, sheet) in [("participants", people), ("wishes", marks)] {
        let answer = world.upload(&format!("{base}/sheet"), what, "x.csv", sheet.as_bytes()).await;
        let check = location(&answer);
        assert_eq!(web.get(&officer, &check).await.status, 200);
        assert_eq!(web.post(&officer, &check, &[("whose", "rows")]).await.status, 303);
    }
    let answer = web.post(&officer, &format!("{base}/solve"), &[("seconds", "1"), ("binding", "false")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let run_page = location(&answer);
    let (stop, stopped) = watch::channel(false);
    let jobs = tokio::spawn(crate::rounds::jobs(Runner::new(&web.app.db), &web.app).run(stopped));
    let run: kernel::Uuid = run_page.rsplit('/').next().unwrap().parse().unwrap();
    for _ in 0..400 {
        if rows::run(&web.app.db, run).await.unwrap().unwrap().accepted_at.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let _ = stop.send(true);
    jobs.await.unwrap();
    let page = web.get(&officer, &run_page).await.body;
    assert!(page.contains("総満足"), "{page}");
    let dossier = world.dossier(round).await;
    holds(&dossier);
    assert!(dossier.planned().count() > 30);
    let lab = by_name(&dossier, "研究室1").clone();
    for meeting in dossier.planned() {
        assert_ne!(dossier.wish(meeting.a, meeting.b), Some(crate::rounds::model::Wish::No));
    }
    let answer = web.post(&officer, &format!("{base}/publish"), &[("mail", "true"), ("note", "初版")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    for lang in ["ja", "en"] {
        let page = web.get(&Actor::visitor(), &format!("/{lang}/rounds/{round}/timetable")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("企業1") && !page.body.contains(&lab.secret));
        let own = web.get(&Actor::visitor(), &format!("/{lang}/my-round/{}", lab.secret)).await;
        assert_eq!(own.status, 200);
        assert!(own.body.contains("企業") && own.body.contains("1号室"));
    }
    let sheet = web.get(&officer, &format!("/ja/rounds/{round}/files/timetable.xlsx")).await;
    assert_eq!(sheet.status, 200);
}

/// The four rounds of the size that Osaka University holds: everybody states wishes, nobody repairs by hand.
#[tokio::test]
async fn rounds_of_the_usual_sizes_are_planned_and_published_without_repair() {
    for (labs, companies) in [(23, 13), (17, 18), (6, 25), (17, 28)] {
        let world = World::new().await;
        let round = world.round("2026-12-07 13:00-15:00 15:20-17:00; 2026-12-08 13:00-15:00 15:20-17:00", |_| ()).await;
        let mut people = "名称,区分\n".to_owned();
        (1..=labs).for_each(|n| people += &format!("L{n},研究室\n"));
        (1..=companies).for_each(|n| people += &format!("C{n},企業\n"));
        world.participants(round, &people).await;
        // A linear congruential sequence (Knuth, volume 2) in place of people's taste.
        let mut state: u64 = 2026;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut wishes = "who,whom,wish\n".to_owned();
        for c in 1..=companies {
            for l in 1..=labs {
                match draw(10) {
                    0 => wishes += &format!("C{c},L{l},◎\n"),
                    1..=4 => wishes += &format!("C{c},L{l},○\n"),
                    5 => wishes += &format!("C{c},L{l},×\n"),
                    _ => {}
                }
                if draw(3) == 0 {
                    wishes += &format!("L{l},C{c},○\n");
                }
            }
        }
        world.wishes(round, &wishes).await;
        let run = world.solve(round).await;
        let result = run.outcome();
        assert_eq!(run.state, "done", "{labs} × {companies}");
        assert!(
            result.weight * 100 >= result.bound * 98,
            "{labs} × {companies}: {} of {}",
            result.weight,
            result.bound
        );
        let dossier = world.dossier(round).await;
        holds(&dossier);
        assert_eq!(crate::rounds::files::publish_quietly(&world.doing(), round).await.unwrap(), 1);
        let page = world.web.get(&officer(), &format!("/en/rounds/{round}/timetable")).await;
        assert_eq!(page.status, 200);
    }
}
