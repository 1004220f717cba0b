//! The check over a stored hub, decisions that last, and what a new record is like.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::duplicates::merge::{Choices, Merge, merge};
use crate::duplicates::{Class, refresh, similar, store as rows};

async fn open(app: &TestApp) -> Vec<(Uuid, Uuid, Class)> {
    refresh(&app.app).await.unwrap();
    let pairs = rows::open_pairs(&app.app.db, None, 0, 100).await.unwrap();
    pairs.into_iter().map(|pair| (pair.one, pair.other, pair.finding.class)).collect()
}

on_every_engine! {
    async fn a_check_finds_bodies_people_and_units_through_aliases_and_roles(app) {
        let hub = organization(&app, "未来医療推進機構", "").await;
        store(&app, &records::ALIAS, vec![("party", FieldValue::Link(hub.id)), ("name", text("", "Future Medicine Organization of Osaka")), ("kind", plain("misspelling"))]).await;
        let label = organization(&app, "", "Future Medicine Organization of Osaka").await;
        let one = person(&app, "澤", "芳樹").await;
        let two = person(&app, "沢", "芳樹").await;
        role(&app, one.id, hub.id, "理事長", "2019/..").await;
        role(&app, two.id, hub.id, "代表", "2020/..").await;
        let apart = person(&app, "澤", "直樹").await;
        role(&app, apart.id, hub.id, "職員", "").await;
        assert_eq!(open(&app).await, [(hub.id.min(label.id), hub.id.max(label.id), Class::Likely), (one.id, two.id, Class::Likely)]);
    }

    async fn what_people_said_is_two_things_never_comes_back(app) {
        let a = organization(&app, "みなと製作所", "").await;
        let b = organization(&app, "㈱みなと製作所", "").await;
        let c = organization(&app, "みなと製作所(有)", "").await;
        assert_eq!(open(&app).await.len(), 3);
        let answer = app.post(&concierge(), "/ja/staff/duplicates/different", &[("one", &b.id.to_string()), ("other", &a.id.to_string())]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert_eq!(open(&app).await.len(), 2);
        // Also under the name of the record that stands for one of them.
        let actor = concierge();
        let doing = Doing { app: &app.app, actor: &actor, db: app.app.db.clone() };
        let merging = Merge { kind: a.kind, survivor: c.id, survivor_version: 1, loser: b.id, loser_version: 1, choices: Choices::new() };
        merge(&doing, &merging).await.unwrap();
        app.settle().await.unwrap();
        assert_eq!(open(&app).await.len(), 0, "b was said to differ from a, and c stands for b now");
    }

    async fn records_tied_by_a_relation_are_not_taken_for_one(app) {
        let a = organization(&app, "みなとホールディングス", "").await;
        let b = organization(&app, "㈱みなとホールディングス", "").await;
        assert_eq!(open(&app).await.len(), 1);
        relation(&app, a.id, "successor", b.id, "2020").await;
        assert_eq!(open(&app).await.len(), 0);
    }

    async fn a_new_record_is_compared_with_what_is_stored(app) {
        let stored = organization(&app, "株式会社クオリプス", "Cuorips Inc.").await;
        store(&app, &records::ALIAS, vec![("party", FieldValue::Link(stored.id)), ("name", text("心筋シート社", "")), ("kind", plain("alias"))]).await;
        organization(&app, "大阪大学", "Osaka University").await;
        let keyring = Actor::visitor().keyring();
        for (ja, en) in [("(株)クオリプス", ""), ("", "CUORIPS"), ("クオリプス㈱", ""), ("心筋シート社", "")] {
            let mut fresh = Record::new(&records::ORGANIZATION, app.app.clock.now());
            fresh.set("name", Text::pair(ja, en));
            let found = similar(&app.app, &keyring, &fresh).await.unwrap();
            assert_eq!(found.iter().map(|s| s.record.id).collect::<Vec<_>>(), [stored.id], "{ja}{en}");
        }
        let mut other = Record::new(&records::ORGANIZATION, app.app.clock.now());
        other.set("name", Text::pair("大阪大学医学部附属病院", "Osaka University Hospital"));
        assert!(similar(&app.app, &keyring, &other).await.unwrap().is_empty());
    }
}
