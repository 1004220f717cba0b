use super::{World, day, r};
use crate::agreements::{Used, entitlements, granted, record_evidence};
use kernel::edtf::{Certainty, Edtf};
use kernel::{Actor, Text};
use store::atomically;
use web::records::actions::Doing;

#[tokio::test]
async fn a_clause_grants_what_it_names_to_both_sides_and_nothing_more() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let stranger = world.organization("他社", "company", "JP").await;
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    let clause = world.clause(id, "publications_dissemination", 1, true).await;
    world.clause(id, "other", 2, true).await;
    world.clause(id, "confidentiality", 3, false).await;
    let app = &world.web.app;
    let today = day("2026-11-22");
    let ask = async |a, b, letter| granted(app, a, b, letter, today).await.unwrap();
    let found = ask(hub, other, "publications_dissemination").await.unwrap();
    assert_eq!((found.clause, found.agreement, found.certainty), (clause, id, Certainty::Maybe));
    assert!(ask(other, hub, "publications_dissemination").await.is_some());
    assert!(ask(hub, other, "publications_exchange").await.is_some(), "dissemination includes exchange");
    for letter in ["facility_use", "other", "confidentiality", "nonsense", ""] {
        assert!(ask(hub, other, letter).await.is_none(), "{letter}: 等 grants nothing");
    }
    assert!(ask(hub, stranger, "publications_exchange").await.is_none());
    assert!(ask(hub, hub, "publications_exchange").await.is_none());
}

#[tokio::test]
async fn drafts_ended_and_not_yet_begun_grant_nothing() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let cases = [
        ("draft", "2020-01-01", ""),
        ("ended", "2020-01-01", ""),
        ("signed", "2026-12-01", ""),
        ("signed", "2020-01-01", "2026-11-21"),
        ("suspended", "2020-01-01", ".."),
    ];
    for (state, signed, end) in cases {
        let id = world
            .agreement(hub, other, |record| {
                record.set("state", state);
                record.set("signed", signed);
                record.set("end", end);
            })
            .await;
        world.clause(id, "mutual_visits", 1, false).await;
    }
    let app = &world.web.app;
    assert_eq!(granted(app, hub, other, "mutual_visits", day("2026-11-22")).await.unwrap(), None);
    assert!(granted(app, hub, other, "mutual_visits", day("2026-12-01")).await.unwrap().is_some());
}

#[tokio::test]
async fn a_clause_without_a_place_is_preferred_and_a_place_is_told() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "university", "US").await);
    let first = world.agreement(hub, other, |record| record.set("signed", "2018-01-01")).await;
    world
        .put(&r::CLAUSE, |clause| {
            clause.set("agreement", first);
            clause.set("letter", "invited_symposium");
            clause.set("place", Text::pair("日本橋", "Nihonbashi"));
        })
        .await;
    let app = &world.web.app;
    let found = granted(app, hub, other, "invited_symposium", day("2026-11-22")).await.unwrap().unwrap();
    assert_eq!(found.place.unwrap().say(kernel::Lang::En), "Nihonbashi");
    let second = world.agreement(hub, other, |record| record.set("signed", "2024-01-01")).await;
    world.clause(second, "invited_symposium", 1, false).await;
    let found = granted(app, hub, other, "invited_symposium", day("2026-11-22")).await.unwrap().unwrap();
    assert_eq!((found.agreement, found.place), (second, None));
}

#[tokio::test]
async fn members_are_entitled_while_their_membership_lasts() {
    let world = World::on("2026-11-22").await;
    let (hub, firm) =
        (world.organization("拠点", "hub", "JP").await, world.organization("会員企業", "company", "JP").await);
    let id = world
        .put(&r::AGREEMENT, |record| {
            record.set("title", Text::pair("会員契約", "Membership"));
            record.set("type", "membership");
            record.set("state", "signed");
            record.set("membership_type", "special_b");
            record.set("signed", "2026-04-01");
            record.set("end", "2027-03-31");
        })
        .await;
    world.party(id, hub, "hub", 1).await;
    world.party(id, firm, "member", 2).await;
    for (of, benefit, limit) in
        [("special_b", "book_rooms", Some(3)), ("special_b", "lounge", None), ("special_a", "event_priority", Some(4))]
    {
        world
            .put(&r::BENEFIT, |record| {
                record.set("membership_type", of);
                record.set("benefit", benefit);
                if let Some(limit) = limit {
                    record.set("limit_per_month", limit);
                }
            })
            .await;
    }
    let app = &world.web.app;
    let on = async |party, date: &str| entitlements(app, party, day(date)).await.unwrap();
    let mut found = on(firm, "2026-11-22").await;
    found.sort_by(|a, b| a.benefit.cmp(&b.benefit));
    let short: Vec<_> = found.iter().map(|e| (e.benefit.as_str(), e.limit_per_month)).collect();
    assert_eq!(short, [("book_rooms", Some(3)), ("lounge", None)]);
    assert!(found.iter().all(|e| e.agreement == id && e.membership_type == "special_b"));
    assert!(on(firm, "2026-03-31").await.is_empty());
    assert!(on(firm, "2027-04-01").await.is_empty());
    assert!(on(hub, "2026-11-22").await.is_empty(), "the hub is no member of itself");
    assert_eq!(world.web.post(&super::keeper(), &format!("/en/agreements/{id}/suspend"), &[]).await.status, 303);
    assert!(on(firm, "2026-11-22").await.is_empty(), "at once");
    let page = world.web.get(&Actor::visitor(), "/ja/agreements/benefits").await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("月3回") && page.body.contains("上限なし"));
}

#[tokio::test]
async fn one_source_proves_a_clause_once() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    let clause = world.clause(id, "reciprocal_events", 1, false).await;
    let system = Actor::system("gatherings");
    let doing = Doing::system(&world.web.app, &system);
    let used = Used {
        clause,
        happened: Edtf::parse("2026-10").unwrap(),
        title: Text::pair("共催の会", "Joint meeting"),
        url: None,
        source: format!("gathering:{}", kernel::Uuid::from_u128(9)),
        audience: None,
    };
    let record =
        async || atomically!(world.web.app.db, |tx| { record_evidence(&doing, tx, used.clone()).await }).unwrap();
    assert!(record().await.is_some());
    assert!(record().await.is_none(), "told twice, counted once");
    world.web.settle().await.unwrap();
    let by_hand = [
        ("clause", clause.to_string()),
        ("happened", "2026-10".to_owned()),
        ("title.ja", "同じ会".to_owned()),
        ("source", used.source.clone()),
    ];
    let by_hand: Vec<(&str, &str)> = by_hand.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(world.web.post(&super::keeper(), "/en/evidence", &by_hand).await.status, 422);
    assert_eq!(
        world.web.get(&Actor::visitor(), &format!("/en/agreements/{id}")).await.body.matches("Joint meeting").count(),
        1
    );
}
