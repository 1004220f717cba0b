//! The thirteen memoranda of a press release of September 2020, as a table of the facts that they hold.

use super::World;
use crate::agreements::records::CLAUSE;
use directory::records::CLAIM;
use kernel::record::Record;
use kernel::{Actor, Text, Uuid};

/// Month of signing, party, country, kind, clauses, and whether the text ends in 等.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, bool);

const ROWS: [Row; 13] = [
    ("2016-05", "UC San Diego", "US", "university", "B C D", true),
    ("2016-05", "BIOCOM", "US", "association", "A B C", true),
    ("2017-06", "Eurobiomed", "FR", "cluster", "A B C", true),
    ("2017-07", "Kyoto Research Park", "JP", "company", "E B F", true),
    ("2017-12", "One Nucleus", "GB", "association", "A B C", true),
    ("2018-01", "神戸医療産業都市推進機構", "JP", "foundation", "E B F", true),
    ("2018-04", "Keio IAB", "JP", "research_institute", "E B F", true),
    ("2018-06", "MedCity", "GB", "cluster", "B H F E'", false),
    ("2018-08", "川崎市", "JP", "government", "E B+ F G", true),
    ("2019-06", "UCLA", "US", "university", "B C D", true),
    ("2019-08", "横浜市", "JP", "government", "E B+ I", true),
    ("2020-07", "Oxford University Innovation", "GB", "company", "A B C", true),
    ("2020-09-07", "大阪府", "JP", "government", "E B+ I", true),
];

fn letter(short: &str) -> &'static str {
    match short {
        "A" => "member_services",
        "B" => "publications_exchange",
        "B+" => "publications_dissemination",
        "C" => "reciprocal_events",
        "D" => "invited_symposium",
        "E" => "cooperation_events",
        "E'" => "cooperation_events_only",
        "F" => "mutual_visits",
        "G" => "facility_use",
        "H" => "short_programme",
        _ => "cluster_links",
    }
}

/// The hub that signed them, and each partner with its agreement.
pub struct Seeds {
    pub hub: Uuid,
    pub partners: Vec<(&'static str, Uuid, Uuid)>,
}

pub async fn plant(world: &World) -> Seeds {
    let hub = world.organization("LINK-J", "hub", "JP").await;
    let mut partners = Vec::new();
    for (signed, name, country, kind, clauses, open) in ROWS {
        let party = world.organization(name, kind, country).await;
        let agreement = world
            .agreement(hub, party, |record| {
                record.set("signed", signed);
                record.set("renewal", "unknown");
                record.source = Some("press release, table".to_owned());
            })
            .await;
        let letters: Vec<&str> = clauses.split(' ').collect();
        for (at, short) in letters.iter().enumerate() {
            let last = at + 1 == letters.len();
            world.clause(agreement, letter(short), at as i64 + 1, open && last).await;
        }
        partners.push((name, party, agreement));
    }
    Seeds { hub, partners }
}

fn figure(page: &str) -> usize {
    let start = page.find("data-active>").expect("the page has the figure") + "data-active>".len();
    page[start..].split('<').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn twelve_were_active_on_the_last_of_august_and_thirteen_a_month_later() {
    let world = World::on("2026-11-22").await;
    plant(&world).await;
    let visitor = Actor::visitor();
    for (date, active) in [
        ("2020-08-31", 12),
        ("2020-09-06", 12),
        ("2020-09-07", 13),
        ("2020-09-30", 13),
        ("2016-05-30", 0),
        ("2016-05-31", 2),
    ] {
        let page = world.web.get(&visitor, &format!("/en/agreements/as-of?date={date}")).await;
        assert_eq!(page.status, 200);
        assert_eq!(figure(&page.body), active, "{date}");
    }
    let japanese = world.web.get(&visitor, "/ja/agreements/as-of?date=2020-09-30").await.body;
    assert!(japanese.contains("13団体目、自治体3例目"));
    assert!(japanese.contains("9団体目、自治体1例目"));
    let english = world.web.get(&visitor, "/en/agreements/as-of?date=2020-09-30").await.body;
    assert!(english.contains("13th body, third local government"));
    assert!(english.contains("order within the month not known"), "two were signed in May 2016");
    for country in ["Japan", "United States", "France"] {
        assert!(english.contains(country), "{country}");
    }
}

#[tokio::test]
async fn the_matrix_holds_every_promise_of_the_table_and_no_more() {
    let world = World::on("2026-11-22").await;
    plant(&world).await;
    let page = world.web.get(&Actor::visitor(), "/en/agreements/matrix?date=2020-09-30").await;
    assert_eq!(page.status, 200);
    let table = page.body.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let dots = |state: &str| table.matches(&format!("class=\"d {state}\"")).count();
    // A 4, B 10, B+ 3, C 6, D 2, E 6, E' 1, F 5, G 1, H 1, I 2.
    assert_eq!(dots("on") + dots("rest"), 41);
    assert_eq!(dots("open"), 12, "every text but one ends in 等");
    assert_eq!(table.matches("<tr>").count(), 13);
    assert!(dots("rest") > 0, "the oldest were never used for two years");
    let earlier = world.web.get(&Actor::visitor(), "/en/agreements/matrix?date=2016-06-01").await.body;
    assert_eq!(earlier.split("<tbody>").nth(1).unwrap().matches("<tr>").count(), 2);
}

#[tokio::test]
async fn totals_of_clauses_are_those_of_the_release() {
    let world = World::on("2026-11-22").await;
    plant(&world).await;
    let all =
        store::records::all(&world.web.app.db, &CLAUSE, None, 1000, store::records::Scope::Everything).await.unwrap();
    let count = |letters: &[&str]| all.iter().filter(|c: &&Record| letters.contains(&c.plain("letter"))).count();
    assert_eq!(count(&["publications_exchange", "publications_dissemination"]), 13);
    assert_eq!(
        (count(&["reciprocal_events"]), count(&["cooperation_events"]), count(&["cooperation_events_only"])),
        (6, 6, 1)
    );
    assert_eq!((count(&["mutual_visits"]), count(&["member_services"]), count(&["invited_symposium"])), (5, 4, 2));
    assert_eq!(all.iter().filter(|c| c.flag("open_ended")).count(), 12);
}

/// Trap T1: the release dates one memorandum to February in its text and to January in its table.
#[tokio::test]
async fn sources_that_disagree_stand_side_by_side() {
    let world = World::on("2026-11-22").await;
    let seeds = plant(&world).await;
    let (_, _, kobe) = seeds.partners[5];
    for (value, source) in [("2018-01", "press release, table"), ("2018-02", "press release, text")] {
        world
            .put(&CLAIM, |claim| {
                claim.set("subject", kobe);
                claim.set("about", "signed");
                claim.set("value", value);
                claim.source = Some(source.to_owned());
            })
            .await;
    }
    let page = world.web.get(&Actor::visitor(), &format!("/en/agreements/{kobe}")).await.body;
    assert!(page.contains("Sources disagree"));
    assert!(page.contains("January 2018") || page.contains("Jan 2018"), "{page}");
    assert!(page.contains("February 2018") || page.contains("Feb 2018"));
    assert!(page.contains("press release, text") && page.contains("press release, table"));
    let (_, _, osaka) = seeds.partners[12];
    world
        .put(&CLAIM, |claim| {
            claim.set("subject", osaka);
            claim.set("about", "signed");
            claim.set("value", "2020-09");
        })
        .await;
    let page = world.web.get(&Actor::visitor(), &format!("/en/agreements/{osaka}")).await.body;
    assert!(!page.contains("Sources disagree"), "a month and a day within it agree");
}

#[tokio::test]
async fn the_page_says_that_the_end_is_unknown_and_that_etc_grants_nothing() {
    let world = World::on("2026-11-22").await;
    let seeds = plant(&world).await;
    let (_, _, osaka) = seeds.partners[12];
    let page = world.web.get(&Actor::visitor(), &format!("/ja/agreements/{osaka}")).await.body;
    assert!(page.contains("終わりは分かっていません"));
    assert!(page.contains("「等」の部分は何も認めません"));
    assert!(page.contains("13団体目、自治体3例目"));
    let endless = world
        .agreement(seeds.hub, seeds.partners[0].1, |record| {
            record.set("title", Text::pair("期限なしの覚書", "Endless"));
            record.set("type", "other");
            record.set("signed", "2021-01-01");
            record.set("end", "..");
        })
        .await;
    let page = world.web.get(&Actor::visitor(), &format!("/ja/agreements/{endless}")).await.body;
    assert!(page.contains("期限はありません"));
}
