use super::{World, keeper};
use crate::agreements::records::{AGREEMENT, CLAUSE, EVIDENCE};
use kernel::{Actor, Level, Role, Text};
use web::test_support::TestApp;

#[tokio::test]
async fn terms_between_the_parties_are_read_by_the_parties_and_keepers_only() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let stranger = world.organization("他社", "company", "JP").await;
    let id = world
        .agreement(hub, other, |record| {
            record.set("signed", "2020-01-01");
            record.set("ip_terms", Text::pair("成果は共有とする", "CANARY-IP"));
            record.set("confidentiality", Text::pair("五年間", "CANARY-SECRET"));
            record.set("responsible", "agreements");
        })
        .await;
    let of = |role: Role, party| {
        let mut actor = TestApp::actor(&[role]);
        actor.member_of = vec![party];
        actor
    };
    let reads = async |actor: &Actor| {
        let body = world.web.get(actor, &format!("/en/agreements/{id}")).await.body;
        (body.contains("CANARY-IP"), body.contains("CANARY-SECRET"))
    };
    assert_eq!(reads(&Actor::visitor()).await, (false, false));
    assert_eq!(reads(&of(Role::Member, stranger)).await, (false, false));
    assert_eq!(reads(&TestApp::actor(&[Role::Facilities])).await, (false, false));
    assert_eq!(reads(&of(Role::Member, other)).await, (true, true));
    assert_eq!(reads(&keeper()).await, (true, true));
    assert_eq!(reads(&TestApp::actor(&[Role::Director])).await, (true, true));
    for path in ["/en/agreements?q=CANARY", "/en/search?q=CANARY"] {
        assert!(!world.web.get(&Actor::visitor(), path).await.body.contains(&id.to_string()), "{path}");
    }
}

#[tokio::test]
async fn a_hidden_agreement_leaves_no_trace_in_overviews_or_parts() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world
        .agreement(hub, other, |record| {
            record.set("title", Text::pair("秘密の覚書", "CANARY-TITLE"));
            record.set("signed", "2020-01-01");
            record.audience.level = Level::Staff;
        })
        .await;
    let clause = world.clause(id, "facility_use", 1, false).await;
    let used = world.used(clause, "2020-02").await;
    assert_eq!(world.read(&CLAUSE, clause).await.audience.level, Level::Staff, "no wider than its agreement");
    let member = TestApp::actor(&[Role::Member]);
    for path in [format!("/en/agreements/{id}"), format!("/en/clauses/{clause}"), format!("/en/evidence/{used}")] {
        assert_eq!(world.web.get(&member, &path).await.status, 404, "{path}");
        assert_eq!(world.web.get(&keeper(), &path).await.status, 200, "{path}");
    }
    for path in [
        "agreements",
        "agreements/matrix?hub=all",
        "agreements/asleep?hub=all&months=1",
        "agreements/as-of?hub=all",
        "clauses",
        "evidence",
    ] {
        let body = world.web.get(&member, &format!("/en/{path}")).await.body;
        assert!(!body.contains("CANARY-TITLE") && !body.contains(&id.to_string()) && !body.contains("相手"), "{path}");
    }
    assert!(world.web.get(&member, "/en/agreements/as-of?hub=all").await.body.contains("data-active>0<"));
    assert!(world.web.get(&keeper(), "/en/agreements/as-of?hub=all").await.body.contains("data-active>1<"));
}

#[tokio::test]
async fn narrowing_an_agreement_narrows_its_parts_in_the_same_step() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    let clause = world.clause(id, "facility_use", 1, false).await;
    let used = world.used(clause, "2020-02").await;
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/en/clauses/{clause}")).await.status, 200);
    let sent = [
        ("_version", "1"),
        ("title.ja", "覚書"),
        ("type", "mou"),
        ("state", "signed"),
        ("signed", "2020-01-01"),
        ("audience", "staff"),
    ];
    assert_eq!(world.web.post(&keeper(), &format!("/en/agreements/{id}"), &sent).await.status, 303);
    assert_eq!(world.read(&AGREEMENT, id).await.audience.level, Level::Staff);
    assert_eq!(world.read(&EVIDENCE, used).await.audience.level, Level::Staff);
    assert_eq!(world.web.get(&Actor::visitor(), &format!("/en/clauses/{clause}")).await.status, 404);
}

#[tokio::test]
async fn a_party_stands_in_an_agreement_once_per_capacity() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    let (agreement, party) = (id.to_string(), other.to_string());
    let sent = |capacity: &'static str| {
        [("agreement", agreement.clone()), ("party", party.clone()), ("capacity", capacity.to_owned())]
    };
    let post = async |fields: [(&str, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        world.web.post(&keeper(), "/en/agreement-parties", &fields).await.status
    };
    assert_eq!(post(sent("party")).await, 422);
    assert_eq!(post(sent("funder")).await, 303);
}
