use super::{World, by_name, officer};
use crate::rounds::actions::{day, publish};
use crate::rounds::model::Side;
use kernel::{Actor, Role};
use web::test_support::TestApp;

const DAYS: &str = "2026-12-07 10:00-12:00";

fn member() -> Actor {
    TestApp::actor(&[Role::Member])
}

#[tokio::test]
async fn a_round_that_is_not_published_is_as_if_it_were_not_there() {
    let world = World::new().await;
    let round = world.full(2, 2, DAYS).await;
    world.solve(round).await;
    let absent = kernel::Uuid::now_v7();
    for path in ["", "/timetable", "/versions", "/schedule/x", "/history"] {
        for actor in [Actor::visitor(), member()] {
            let path = path.replace("/x", &format!("/{}", by_name(&world.dossier(round).await, "A1").id));
            let hidden = world.web.get(&actor, &format!("/en/rounds/{round}{path}")).await;
            let nothing = world.web.get(&actor, &format!("/en/rounds/{absent}{path}")).await;
            assert_eq!(hidden.status, nothing.status, "{path}");
            assert!(!hidden.body.contains("The round") && !hidden.status.is_success(), "{path}");
        }
    }
    let api = world.web.get(&Actor::visitor(), &format!("/api/v1/rounds/{round}")).await;
    assert_eq!(api.status, 404);
    let dossier = world.dossier(round).await;
    let secret = &by_name(&dossier, "B1").secret;
    for path in [format!("/en/my-round/{secret}"), format!("/files/rounds/{secret}.ics")] {
        let answer = world.web.get(&Actor::visitor(), &path).await;
        assert!(answer.status == 404 || !answer.body.contains("A1 ·"), "{path}");
    }
}

#[tokio::test]
async fn contact_data_of_one_side_reach_the_other_on_no_surface() {
    let world = World::new().await;
    let round = world.full(3, 3, DAYS).await;
    publish::ask(&world.doing(), round, true).await.unwrap();
    let dossier = world.dossier(round).await;
    let host = by_name(&dossier, "A1").clone();
    let asking = world.web.get(&Actor::visitor(), &format!("/ja/my-round/{}", host.secret)).await;
    assert!(asking.body.contains("B1") && !asking.body.contains("canary"), "{}", asking.body);
    world.solve(round).await;
    publish::publish(&world.doing(), round, "", true).await.unwrap();
    for path in [
        format!("/ja/my-round/{}", host.secret),
        format!("/files/rounds/{}.ics", host.secret),
        format!("/ja/rounds/{round}/timetable"),
        format!("/api/v1/rounds/{round}"),
    ] {
        let answer = world.web.get(&member(), &path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(!answer.body.contains("canary"), "{path}");
        for other in dossier.side(Side::B) {
            assert!(!answer.body.contains(&other.secret), "{path}");
        }
    }
    let mails: Vec<(String, String)> =
        world.web.app.db.all("SELECT recipient, text_body FROM mail ORDER BY id", store::args![]).await.unwrap();
    for (to, body) in mails {
        let others = (1..=3).map(|n| format!("b{n}@canary.example")).filter(|other| *other != to);
        assert!(others.into_iter().all(|other| !body.contains(&other)), "{to}");
    }
}

#[tokio::test]
async fn a_note_of_one_side_is_read_by_that_side_alone_and_the_next_step_by_both() {
    let world = World::new().await;
    let round = world.full(1, 1, DAYS).await;
    let party = kernel::Uuid::now_v7();
    let mut host = by_name(&world.dossier(round).await, "A1").clone();
    host.party = Some(party);
    crate::rounds::actions::setup::save_participant(&world.doing(), round, &host).await.unwrap();
    world.solve(round).await;
    publish::publish(&world.doing(), round, "", false).await.unwrap();
    let meeting = world.dossier(round).await.planned().next().unwrap().id;
    day::outcome(&world.doing(), round, meeting, Some(Side::B), "B-SECRET").await.unwrap();
    let manager = Actor { manages: vec![party], ..member() };
    let path = format!("/ja/rounds/{round}/outcomes/{meeting}");
    let sent = [("a", "A-OWN"), ("b", "OVERWRITE"), ("both", "試作を送る")];
    assert_eq!(world.web.post(&manager, &path, &sent).await.status, 303);
    let own = world.web.get(&manager, &path).await.body;
    assert!(own.contains("A-OWN") && own.contains("試作を送る") && !own.contains("B-SECRET"));
    let staff = world.web.get(&officer(), &path).await.body;
    assert!(staff.contains("試作を送る") && !staff.contains("A-OWN") && !staff.contains("B-SECRET"));
    assert_eq!(world.web.get(&member(), &path).await.status, 404);
    let kept: Vec<(String, String)> =
        world.web.app.db.all("SELECT side, words FROM round_outcome ORDER BY side", store::args![]).await.unwrap();
    assert!(kept.contains(&("b".to_owned(), "B-SECRET".to_owned())), "nobody writes for the other side");
}

#[tokio::test]
async fn a_history_says_that_a_meeting_had_an_outcome_to_those_who_may_read_it() {
    let world = World::new().await;
    let round = world.full(1, 1, DAYS).await;
    let put = async |name: &str| {
        let mut record = kernel::record::Record::new(&directory::records::ORGANIZATION, world.web.app.clock.now());
        record.audience = kernel::Level::Public.into();
        record.set("name", kernel::Text::pair(name, name));
        record.set("kind", "company");
        record.set("country", "JP");
        web::records::actions::create(&world.doing(), record).await.unwrap().id
    };
    let parties = [put("青葉").await, put("橋").await];
    for (name, party) in [("A1", parties[0]), ("B1", parties[1])] {
        let mut one = by_name(&world.dossier(round).await, name).clone();
        one.party = Some(party);
        crate::rounds::actions::setup::save_participant(&world.doing(), round, &one).await.unwrap();
    }
    world.solve(round).await;
    publish::publish(&world.doing(), round, "", false).await.unwrap();
    let meeting = world.dossier(round).await.planned().next().unwrap().id;
    let told = async |actor: &Actor, party: kernel::Uuid| {
        let written = crate::rounds::store::written_of(&world.web.app.db, party).await.unwrap();
        written.iter().filter(|one| crate::rounds::pages::history::reads(actor, party, one)).count()
    };
    let [a, b] = parties.map(|party| Actor { manages: vec![party], ..member() });
    day::outcome(&world.doing(), round, meeting, Some(Side::B), "B-SECRET").await.unwrap();
    for party in parties {
        assert_eq!((told(&a, party).await, told(&b, party).await), (0, 1), "a note exists for its own side alone");
        assert_eq!((told(&officer(), party).await, told(&member(), party).await), (0, 0));
    }
    day::outcome(&world.doing(), round, meeting, None, "試作を送る").await.unwrap();
    for party in parties {
        assert_eq!((told(&a, party).await, told(&b, party).await), (1, 2));
        assert_eq!((told(&officer(), party).await, told(&member(), party).await), (1, 0));
    }
    day::outcome(&world.doing(), round, meeting, None, " ").await.unwrap();
    assert_eq!(told(&a, parties[0]).await, 0, "what was taken back is not told");
}
