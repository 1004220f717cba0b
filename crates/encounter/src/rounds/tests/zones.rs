use super::{World, by_name, officer};
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::actions::setup;
use crate::rounds::files;
use crate::rounds::model::grid::Grid;
use chrono_tz::{America, Asia, Europe};
use kernel::Actor;

/// Lines as they were before folding (RFC 5545 3.1).
fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

/// Wall clock against UTC around changes of the clocks: offsets of the IANA data as Python's zoneinfo gives them
/// (`../shared/golden/rr.py`: New York is at -0400 until 25 October 1997 and at -0500 from the 26th).
#[test]
fn nine_in_new_york_is_another_instant_after_the_clocks_change() {
    let days = "1997-09-28 09:00-09:20; 1997-10-25 09:00-09:20; 1997-10-26 09:00-09:20; 1997-10-29 09:00-09:20; 1998-04-04 09:00-09:20; 1998-04-05 09:00-09:20";
    let grid = Grid::read(days, 20, 0, America::New_York).unwrap();
    let instants: Vec<String> =
        grid.slots.iter().map(|slot| slot.starts_at.format("%Y-%m-%dT%H:%MZ").to_string()).collect();
    assert_eq!(
        instants,
        [
            "1997-09-28T13:00Z",
            "1997-10-25T13:00Z",
            "1997-10-26T14:00Z",
            "1997-10-29T14:00Z",
            "1998-04-04T14:00Z",
            "1998-04-05T13:00Z"
        ]
    );
    assert!(grid.slots.iter().all(|slot| slot.local.format("%H:%M").to_string() == "09:00"));
    assert!(grid.slots.iter().all(|slot| grid.local(slot.starts_at) == slot.local));
}

#[test]
fn slots_within_the_hour_that_comes_twice_do_not_lie_on_each_other() {
    let grid = Grid::read("2026-10-25 01:00-04:00", 60, 0, Europe::Stockholm).unwrap();
    let mut instants: Vec<_> = grid.slots.iter().map(|slot| slot.starts_at).collect();
    instants.dedup();
    assert_eq!(instants.len(), 3);
    assert!(instants.windows(2).all(|pair| pair[0] < pair[1]));
}

#[tokio::test]
async fn a_remote_participant_sees_its_own_clock_beside_that_of_the_hub_across_a_change_of_the_clocks() {
    let world = World::new().await;
    // Japan has no summer time; Sweden's ends on 25 October 2026 and begins on 28 March 2027.
    let round = world.round("2026-10-23 17:00-17:20; 2026-10-26 17:00-17:20; 2027-03-29 06:00-06:20", |_| ()).await;
    world
        .participants(
            round,
            "名称,区分,オンライン,タイムゾーン\nA1,研究室,,\nA2,研究室,,\nA3,研究室,,\nNorrfell,企業,要,Europe/Stockholm\n",
        )
        .await;
    world.wishes(round, ",Norrfell\nA1,○\nA2,○\nA3,○\n").await;
    world.solve(round).await;
    let dossier = world.dossier(round).await;
    let remote = by_name(&dossier, "Norrfell").clone();
    assert_eq!(dossier.planned().count(), 3);
    let link = "https://video.example/room?key=SECRET-ROOM";
    let first = dossier.planned().min_by_key(|m| m.starts_at).unwrap().clone();
    edit::change(&world.doing(), round, first.id, None, Verb::Link(link.to_owned())).await.unwrap();
    let http = edit::change(&world.doing(), round, first.id, None, Verb::Link("javascript:alert(1)".to_owned())).await;
    assert!(http.is_err());
    files::publish_quietly(&world.doing(), round).await.unwrap();
    let page = world.web.get(&Actor::visitor(), &format!("/en/my-round/{}", remote.secret)).await.body;
    for words in [
        "17:00–17:20",
        "Europe/Stockholm 10:00–10:20",
        "Europe/Stockholm 09:00–09:20",
        "Sun 28 Mar 23:00–23:20",
        "SECRET-ROOM",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let ics = world.web.get(&Actor::visitor(), &format!("/files/rounds/{}.ics", remote.secret)).await.body;
    let lines = unfolded(&ics);
    for line in [
        "DTSTART:20261023T080000Z",
        "DTSTART:20261026T080000Z",
        "DTSTART:20270328T210000Z",
        &format!("URL:{link}"),
        &format!("UID:{}@localhost", first.id),
    ] {
        assert!(lines.iter().any(|l| l == line), "{line}: {ics}");
    }
    let host = by_name(&dossier, "A1").clone();
    let own = world.web.get(&Actor::visitor(), &format!("/en/my-round/{}", host.secret)).await.body;
    assert!(!own.contains("Stockholm"), "only who asked for it sees another clock");
    for path in ["timetable", "versions"] {
        let open = world.web.get(&officer(), &format!("/en/rounds/{round}/{path}")).await.body;
        assert!(!open.contains("SECRET-ROOM"), "{path}");
    }
    let mut changed = host;
    changed.zone = "Asia/Tokyo".to_owned();
    setup::save_participant(&world.doing(), round, &changed).await.unwrap();
    assert_eq!(changed.own_zone(Asia::Tokyo), None);
}
