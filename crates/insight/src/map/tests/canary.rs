//! What a reader may not see changes no byte of what the reader gets: page, table, path, count, position, file.

use super::World;
use directory::records as d;
use kernel::{Actor, Audience, Level, Text, Uuid};

const PAGES: [&str; 16] = [
    "/map",
    "/map?on=2022-06-30",
    "/map?g=pers&g=comp&g=start&g=hosp",
    "/map/table",
    "/map/table?g=pers&g=comp&g=start&g=hosp",
    "/map/paths?from=Aoba&to=Kita",
    "/map/balance",
    "/map/changes?since=2019-01-01",
    "/map/bridges?left=sector:comp&right=sector:hosp",
    "/map/embed",
    "/map/export.svg",
    "/map/export.csv",
    "/map/export.json",
    "/map/export.graphml",
    "/map/export.gexf",
    "/map?q=a",
];

async fn surfaces(world: &World, actor: &Actor, at: Uuid) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).collect();
    pages.extend([format!("/map?at={at}"), format!("/map/table?at={at}"), format!("/map/paths?to={at}")]);
    for page in pages {
        for lang in ["ja", "en"] {
            let path = format!("/{lang}{page}");
            let answer = world.web.get(actor, &path).await;
            found.push((path, format!("{} {}", answer.status, answer.body)));
        }
    }
    found
}

#[tokio::test]
async fn what_is_hidden_changes_no_byte() {
    let world = World::new().await;
    let public = Level::Public;
    let aoba = world.organization("Aoba", "startup", public).await;
    let minato = world.organization("Minato", "pharma", public).await;
    let kita = world.organization("Kita", "hospital", public).await;
    let sora = world.organization("Sora", "hospital", public).await;
    world.relation(aoba, minato, "2020-04/..", public).await;
    world.relation(minato, kita, "2021-04/..", public).await;
    world.relation(aoba, sora, "2022/2023", Level::Members).await;
    let readers = [("visitor", Actor::visitor()), ("member", World::member())];
    let mut before = Vec::new();
    for (_, reader) in &readers {
        before.push(surfaces(&world, reader, aoba).await);
    }
    assert!(before[0].iter().any(|(path, body)| path == "/en/map/table" && body.contains("Minato")));
    assert!(!before[0].iter().any(|(path, body)| path == "/en/map/export.csv" && body.contains("Sora")));

    // Ties, parties, roles and a chair for staff, and ties between parties that have nothing to do with the readers.
    world.relation(aoba, kita, "2019-01/..", Level::Staff).await;
    world.relation(minato, sora, "2018/..", Level::Staff).await;
    let secret = world.organization("Kaeru Secret", "pharma", Level::Staff).await;
    world.relation(secret, aoba, "2022/..", public).await;
    world.relation(secret, kita, "2022/..", public).await;
    world
        .put(&d::RELATION, |record| {
            record.set("from", sora);
            record.set("to", kita);
            record.set("kind", "donor");
            record.audience = Audience { level: Level::Parties, parties: vec![sora], owner: None };
        })
        .await;
    world
        .put(&d::UNIT, |record| {
            record.set("name", Text::pair("蛙講座", "Kaeru Chair"));
            record.set("kind", "joint_research_chair");
            record.set("organization", kita);
            record.set("funders", vec![minato]);
            record.audience = Audience::from(Level::Staff);
        })
        .await;
    for ((who, reader), before) in readers.iter().zip(&before) {
        let after = surfaces(&world, reader, aoba).await;
        for ((path, was), (_, is)) in before.iter().zip(&after) {
            assert_eq!(was, is, "{who} {path}");
        }
    }
    // Staff see it, so the hidden things were there.
    let staff = web::test_support::TestApp::actor(&[kernel::Role::Director]);
    let table = world.web.get(&staff, "/en/map/table").await;
    assert!(table.body.contains("Kaeru Secret"));
    let hidden = world.web.get(&Actor::visitor(), &format!("/en/map?at={secret}")).await;
    let nobody = world.web.get(&Actor::visitor(), "/en/map?at=00000000-0000-7000-8000-000000000000").await;
    assert_eq!((hidden.status, nobody.status), (axum::http::StatusCode::NOT_FOUND, axum::http::StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn the_embedded_map_is_public_whoever_asks_and_alone_may_be_framed() {
    let world = World::new().await;
    let (a, b) = (
        world.organization("Aoba", "startup", Level::Public).await,
        world.organization("Minato", "pharma", Level::Public).await,
    );
    world.relation(a, b, "2020/..", Level::Members).await;
    let staff = web::test_support::TestApp::actor(&[kernel::Role::Director]);
    let embedded = world.web.get(&staff, "/en/map/embed").await;
    assert!(!embedded.body.contains("Aoba"));
    assert!(embedded.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors *"));
    assert!(!embedded.headers.contains_key("x-frame-options"));
    let page = world.web.get(&staff, "/en/map").await;
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert!(page.body.contains("Aoba"));
}

#[tokio::test]
async fn a_day_that_cannot_be_read_is_told_and_groups_must_differ() {
    let world = World::new().await;
    let (a, b) = (
        world.organization("Aoba", "startup", Level::Public).await,
        world.organization("Minato", "pharma", Level::Public).await,
    );
    world.relation(a, b, "2020/..", Level::Public).await;
    let page = world.web.get(&Actor::visitor(), "/en/map?on=tomorrow").await;
    assert!(page.body.contains("The date cannot be read"));
    let page = world.web.get(&World::member(), "/en/map/bridges?left=sector:comp&right=sector:comp").await;
    assert!(page.body.contains("Choose two different groups"));
}

#[tokio::test]
async fn a_kept_list_tells_later_which_introductions_were_made() {
    let world = World::new().await;
    let (a, b) = (
        world.organization("Aoba", "startup", Level::Public).await,
        world.organization("Kita", "hospital", Level::Public).await,
    );
    let member = World::member();
    let page = world.web.get(&member, "/en/map/bridges?left=sector:start&right=sector:hosp").await;
    assert!(page.body.contains("They fit each other.") && page.body.contains("Proven"), "{}", page.body);
    let kept = world.web.post(&member, "/en/map/bridges", &[("left", "sector:start"), ("right", "sector:hosp")]).await;
    let list = kept.headers["location"].to_str().unwrap().to_owned();
    assert!(world.web.get(&member, &list).await.body.contains("0 / 1"));
    world.relation(a, b, "2026-11-20/..", Level::Public).await;
    assert!(world.web.get(&member, &list).await.body.contains("1 / 1"));
    let other = world.web.get(&World::member(), &list).await;
    assert_eq!(other.status, axum::http::StatusCode::NOT_FOUND);
}
