use super::{World, keeper};
use crate::agreements::records::AGREEMENT;
use directory::records::UNIT;
use kernel::{Lang, Text, Uuid};

async fn chair(world: &World, state: &'static str, with_host: bool) -> (Uuid, Uuid, Vec<Uuid>) {
    let host = world.organization("川の手大学", "university", "JP").await;
    let funders =
        vec![world.organization("湊製薬", "pharma", "JP").await, world.organization("計測社", "device", "JP").await];
    let id = world
        .put(&AGREEMENT, |record| {
            record.set(
                "title",
                Text::pair(
                    "心筋シート製造学共同研究講座の設置に関する協定",
                    "Agreement on the Chair of Cardiac Sheets",
                ),
            );
            record.set("type", "joint_research_chair");
            record.set("state", state);
            record.set("signed", "2024-03-15");
            record.set("effective", "2024-04-01");
            record.set("end", "2027-03-31");
        })
        .await;
    if with_host {
        world.party(id, host, "host", 1).await;
    }
    for (at, funder) in funders.iter().enumerate() {
        world.party(id, *funder, "funder", at as i64 + 2).await;
    }
    (id, host, funders)
}

#[tokio::test]
async fn signing_a_chair_creates_its_unit_with_funders_and_term() {
    let world = World::on("2026-11-22").await;
    let (id, host, funders) = chair(&world, "draft", true).await;
    let sent = [
        ("_version", "1"),
        ("title.ja", "心筋シート製造学共同研究講座の設置に関する協定"),
        ("type", "joint_research_chair"),
        ("state", "signed"),
        ("signed", "2024-03-15"),
        ("effective", "2024-04-01"),
        ("end", "2027-03-31"),
    ];
    assert_eq!(world.web.post(&keeper(), &format!("/ja/agreements/{id}"), &sent).await.status, 303);
    let unit = world.read(&UNIT, world.read(&AGREEMENT, id).await.link("unit").expect("a unit is linked")).await;
    assert_eq!(unit.called(Lang::Ja), "心筋シート製造学共同研究講座");
    assert_eq!((unit.plain("kind"), unit.link("organization")), ("joint_research_chair", Some(host)));
    assert_eq!(unit.links("funders"), funders.as_slice());
    assert_eq!((unit.plain("established"), unit.plain("closed")), ("2024-04-01", "2027-03-31"));
    let page = world.web.get(&keeper(), &format!("/ja/agreements/{id}")).await.body;
    assert!(page.contains(&format!("/ja/units/{}", unit.id)));
    let again = world.web.post(&keeper(), &format!("/ja/agreements/{id}/chair"), &[]).await;
    assert_eq!(again.status, 409, "one unit per chair");
}

#[tokio::test]
async fn the_button_creates_it_later_and_asks_for_a_host() {
    let world = World::on("2026-11-22").await;
    let (id, host, _) = chair(&world, "signed", false).await;
    let address = format!("/en/agreements/{id}/chair");
    assert!(world.web.get(&keeper(), &format!("/en/agreements/{id}")).await.body.contains(&address));
    assert_eq!(world.web.get(&keeper(), &address).await.status, 200);
    assert_eq!(world.web.post(&keeper(), &address, &[]).await.status, 409, "nobody hosts it");
    assert_eq!(world.read(&AGREEMENT, id).await.link("unit"), None);
    let department = world
        .put(&UNIT, |unit| {
            unit.set("name", Text::pair("医学系研究科", "Graduate School of Medicine"));
            unit.set("organization", host);
            unit.set("kind", "department");
        })
        .await;
    world.party(id, department, "host", 1).await;
    assert_eq!(world.web.post(&keeper(), &address, &[]).await.status, 303);
    let unit = world.read(&UNIT, world.read(&AGREEMENT, id).await.link("unit").unwrap()).await;
    assert_eq!((unit.link("organization"), unit.link("parent")), (Some(host), Some(department)));
}
