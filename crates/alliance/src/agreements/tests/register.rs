use super::{World, keeper};
use crate::agreements::{Summaries, desk_items};
use axum::Json;
use axum::response::IntoResponse;
use directory::records::{PERSON, ROLE};
use kernel::{Actor, Text};
use serde_json::json;
use web::{Access, Cx, Handled, Routes};

async fn home(cx: Cx) -> Handled {
    let matrix = Summaries::default().matrix(&cx).await?;
    let rows: Vec<_> = matrix
        .rows
        .iter()
        .map(|row| json!([row.party, row.year, row.dots.iter().map(|d| d.state).collect::<Vec<_>>()]))
        .collect();
    let desk: Vec<_> = desk_items(&cx).await?.into_iter().map(|item| json!([item.detail, item.due])).collect();
    Ok(Json(json!({ "count": matrix.count, "rows": rows, "desk": desk })).into_response())
}

fn with_home() -> Routes {
    Routes::new().page("/test-home", Access::Everyone, home)
}

#[tokio::test]
async fn sleeping_clauses_are_listed_with_whom_to_ask() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("北欧の相手", "cluster", "SE").await);
    let person = world
        .put(&PERSON, |person| {
            person.set("family", Text::pair("朴", "Park"));
            person.set("given", Text::pair("智恩", "Jieun"));
        })
        .await;
    world
        .put(&ROLE, |role| {
            role.set("person", person);
            role.set("party", hub);
            role.set("title", Text::pair("連携企画", "Alliances"));
            role.code = Some("park-r1".to_owned());
        })
        .await;
    let id = world
        .agreement(hub, other, |record| {
            record.set("signed", "2020-01-01");
            record.set("responsible", "park-r1");
        })
        .await;
    let awake = world.clause(id, "reciprocal_events", 1, false).await;
    let asleep = world.clause(id, "mutual_visits", 2, false).await;
    let never = world.clause(id, "facility_use", 3, true).await;
    world.clause(id, "confidentiality", 4, false).await;
    world.used(awake, "2026-06").await;
    world.used(asleep, "2022-05-01").await;

    let staff = world.web.get(&keeper(), "/ja/agreements/asleep").await;
    assert_eq!(staff.status, 200);
    let at = |clause| staff.body.find(&format!("#c-{clause}"));
    assert!(at(awake).is_none(), "used five months ago");
    assert!(at(never) < at(asleep), "the longest sleep comes first");
    assert_eq!(staff.body.matches("#c-").count(), 2, "duties do not sleep");
    assert!(staff.body.contains("朴 智恩") && staff.body.contains("連携企画"));
    let visitor = world.web.get(&Actor::visitor(), "/ja/agreements/asleep").await.body;
    assert!(!visitor.contains("朴"), "who is responsible is for staff");
    assert!(visitor.contains("拠点"));
    let longer = world.web.get(&Actor::visitor(), "/en/agreements/asleep?months=60").await.body;
    assert_eq!(longer.matches("#c-").count(), 1);
    for bad in ["months=0", "months=x", "months=99999999999", "date=yesterday", "date=2020-13-40"] {
        assert_eq!(
            world.web.get(&Actor::visitor(), &format!("/en/agreements/asleep?{bad}")).await.status,
            422,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn the_home_page_shows_the_partners_with_the_most_to_offer_first() {
    let world = World::with("2026-11-22", with_home()).await;
    let hub = world.organization("拠点", "hub", "JP").await;
    for (name, signed, letters) in [
        ("少ない", "2025-01-01", &["mutual_visits"][..]),
        ("多い", "2026-01-01", &["reciprocal_events", "publications_exchange", "member_services"][..]),
    ] {
        let party = world.organization(name, "cluster", "SE").await;
        let id = world.agreement(hub, party, |record| record.set("signed", signed)).await;
        for (at, letter) in letters.iter().enumerate() {
            world.clause(id, letter, at as i64, false).await;
        }
    }
    let page = world.web.get(&Actor::visitor(), "/ja/test-home").await.body;
    let json: serde_json::Value = serde_json::from_str(&page).unwrap();
    assert_eq!(json["count"], 2);
    assert_eq!(json["rows"][0], json!(["多い", "2026", ["on", "on", "on"]]));
    assert_eq!(json["rows"][1], json!(["少ない", "2025", ["off", "off", "off"]]));
    assert_eq!(json["desk"], json!([]));
}

#[tokio::test]
async fn the_desk_of_keepers_shows_what_ends_soon() {
    let world = World::with("2026-11-22", with_home()).await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    for (end, notice) in [("2027-02-18", Some(60)), ("2027-06-30", None), ("2026-12-01", None)] {
        world
            .agreement(hub, other, |record| {
                record.set("signed", "2020-01-01");
                record.set("end", end);
                if let Some(days) = notice {
                    record.set("notice_days", days);
                }
            })
            .await;
    }
    let page = world.web.get(&keeper(), "/en/test-home").await.body;
    let json: serde_json::Value = serde_json::from_str(&page).unwrap();
    let due: Vec<&str> = json["desk"].as_array().unwrap().iter().map(|item| item[1].as_str().unwrap()).collect();
    assert_eq!(due, ["2026-12-01", "2026-12-20", "2027-02-18"]);
}

#[tokio::test]
async fn the_list_searches_and_names_its_other_views() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world
        .agreement(hub, other, |record| {
            record.set("title", Text::pair("再生医療の覚書", "Memorandum on regeneration"));
            record.set("signed", "2020-01-01");
        })
        .await;
    let found = world.web.get(&Actor::visitor(), "/ja/agreements?q=%E5%86%8D%E7%94%9F&type=mou").await;
    assert_eq!(found.status, 200);
    assert!(found.body.contains(&format!("/ja/agreements/{id}")));
    for view in ["matrix", "asleep", "as-of", "benefits"] {
        assert!(found.body.contains(&format!("/ja/agreements/{view}")));
        assert_eq!(world.web.get(&Actor::visitor(), &format!("/en/agreements/{view}")).await.status, 200, "{view}");
    }
    assert!(!world.web.get(&Actor::visitor(), "/ja/agreements?type=membership").await.body.contains(&id.to_string()));
    assert!(world.web.get(&Actor::visitor(), "/ja/agreements/not-an-id").await.status.is_client_error());
}
