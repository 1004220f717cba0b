use super::{World, day, keeper};
use crate::agreements::granted;
use crate::agreements::records::{AGREEMENT, SUSPENSION};
use kernel::{Actor, Role};
use store::records::{Scope, linking};
use web::test_support::TestApp;

const VERBS: [&str; 4] = ["suspend", "resume", "end", "reopen"];

#[tokio::test]
async fn every_verb_in_every_state_does_it_or_changes_nothing() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    for state in ["draft", "signed", "suspended", "ended"] {
        for verb in VERBS {
            let id = world
                .agreement(hub, other, |record| {
                    record.set("state", state);
                    record.set("signed", "2020-01-01");
                })
                .await;
            let before = world.read(&AGREEMENT, id).await;
            let answer = world.web.post(&keeper(), &format!("/en/agreements/{id}/{verb}"), &[]).await;
            let after = world.read(&AGREEMENT, id).await;
            let allowed = matches!((state, verb), ("signed", "suspend" | "end") | ("suspended", "resume" | "end"));
            if allowed {
                assert_eq!(answer.status, 303, "{state} {verb}: {}", answer.body);
                assert_ne!(after.plain("state"), state, "{state} {verb}");
            } else {
                assert_eq!(answer.status, 409, "{state} {verb}");
                assert_eq!(after.version, before.version, "{state} {verb}: nothing is stored");
            }
        }
    }
}

#[tokio::test]
async fn a_suspension_holds_at_once_and_is_remembered() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    world.clause(id, "facility_use", 1, false).await;
    let app = &world.web.app;
    let today = day("2026-11-22");
    let grant = async |on| granted(app, hub, other, "facility_use", on).await.unwrap().is_some();
    assert!(grant(today).await);

    let sent = [("since", "2026-11-20"), ("reason.ja", "規則の確認のため")];
    assert_eq!(world.web.post(&keeper(), &format!("/ja/agreements/{id}/suspend"), &sent).await.status, 303);
    assert!(!grant(today).await);
    assert!(!grant(day("2027-05-01")).await, "nor for a day to come");
    assert!(grant(day("2026-11-19")).await, "it did before");
    let page = world.web.get(&keeper(), &format!("/ja/agreements/{id}")).await.body;
    assert!(page.contains("停止中") && page.contains("規則の確認のため"));
    let page = world.web.get(&Actor::visitor(), &format!("/ja/agreements/{id}")).await.body;
    assert!(page.contains("停止中") && !page.contains("規則の確認のため"), "the reason is for staff");

    assert_eq!(world.web.post(&keeper(), &format!("/ja/agreements/{id}/resume"), &[]).await.status, 303);
    assert!(grant(today).await);
    assert!(!grant(day("2026-11-21")).await, "it rested then");
    let rests = linking(&app.db, &SUSPENSION, "agreement", id, Scope::Everything).await.unwrap();
    assert_eq!(rests.len(), 1);
    assert_eq!((rests[0].plain("since"), rests[0].plain("until")), ("2026-11-20", "2026-11-22"));
    let feed = store::feed::history(&app.db, "agreement", id).await.unwrap();
    assert_eq!(feed.len(), 3, "made, suspended, resumed");
    assert_eq!(store::feed::history(&app.db, "suspension", rests[0].id).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_end_in_the_past_holds_at_once_and_can_be_taken_back() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    world.clause(id, "facility_use", 1, false).await;
    let grant = async |on: &str| granted(&world.web.app, hub, other, "facility_use", day(on)).await.unwrap().is_some();
    let end = format!("/en/agreements/{id}/end");
    assert_eq!(
        world.web.post(&keeper(), &end, &[("last_day", "2019-01-01")]).await.status,
        422,
        "before it was signed"
    );
    assert_eq!(world.web.post(&keeper(), &end, &[("last_day", "soon")]).await.status, 422);
    assert!(grant("2026-11-22").await);

    assert_eq!(world.web.post(&keeper(), &end, &[("last_day", "2026-11-21")]).await.status, 303);
    assert!(!grant("2026-11-22").await);
    assert!(grant("2026-11-21").await, "its last day");
    assert_eq!(world.web.post(&keeper(), &end, &[]).await.status, 409, "twice");

    assert_eq!(world.web.post(&keeper(), &format!("/en/agreements/{id}/reopen"), &[]).await.status, 303);
    assert!(grant("2026-11-22").await);
    assert_eq!(world.read(&AGREEMENT, id).await.plain("end"), "");

    assert_eq!(world.web.post(&keeper(), &end, &[("last_day", "2026-12-31")]).await.status, 303);
    assert_eq!(world.read(&AGREEMENT, id).await.plain("state"), "signed", "in force until then");
    assert!(grant("2026-12-31").await);
    assert!(!grant("2027-01-01").await);
}

#[tokio::test]
async fn a_form_cannot_skip_steps_and_keeps_the_rows_of_rest_in_step() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world
        .agreement(hub, other, |record| {
            record.set("state", "draft");
            record.set("signed", "2020-01-01");
        })
        .await;
    let form = async |state: &str| {
        let version = world.read(&AGREEMENT, id).await.version.to_string();
        let sent = [
            ("_version", version.as_str()),
            ("title.ja", "覚書"),
            ("type", "mou"),
            ("state", state),
            ("signed", "2020-01-01"),
        ];
        world.web.post(&keeper(), &format!("/en/agreements/{id}"), &sent).await.status
    };
    assert_eq!(form("suspended").await, 409);
    assert_eq!(form("signed").await, 303);
    assert_eq!(form("suspended").await, 303);
    let rests = linking(&world.web.app.db, &SUSPENSION, "agreement", id, Scope::Everything).await.unwrap();
    assert_eq!((rests.len(), rests[0].plain("since")), (1, "2026-11-22"));
    assert_eq!(form("draft").await, 409);
}

#[tokio::test]
async fn only_keepers_of_agreements_use_the_verbs() {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    let mut party = TestApp::actor(&[Role::OrganizationManager]);
    party.manages = vec![other];
    for actor in [party, TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::Facilities])] {
        for verb in VERBS.into_iter().chain(["chair", "documents"]) {
            assert_eq!(world.web.post(&actor, &format!("/en/agreements/{id}/{verb}"), &[]).await.status, 403, "{verb}");
        }
        let page = world.web.get(&actor, &format!("/en/agreements/{id}")).await.body;
        assert!(!page.contains(&format!("/en/agreements/{id}/suspend")));
    }
    let visitor = world.web.post(&Actor::visitor(), &format!("/en/agreements/{id}/suspend"), &[]).await;
    assert!(visitor.status == 401 || visitor.status == 303, "{}", visitor.status);
    assert_eq!(world.read(&AGREEMENT, id).await.plain("state"), "signed");
    let page = world.web.get(&keeper(), &format!("/en/agreements/{id}")).await.body;
    assert!(page.contains(&format!("/en/agreements/{id}/suspend")));
    for verb in ["suspend", "end"] {
        assert_eq!(world.web.get(&keeper(), &format!("/ja/agreements/{id}/{verb}")).await.status, 200);
    }
}
