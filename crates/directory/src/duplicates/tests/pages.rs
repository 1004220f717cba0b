//! Pages: who may open them, what they say, old addresses, and the form that warns.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use kernel::Level;

on_every_engine! {
    async fn only_reviewers_open_the_pages(app) {
        let one = organization(&app, "みなと製作所", "").await;
        let other = organization(&app, "㈱みなと製作所", "").await;
        let pair = [("one", one.id.to_string()), ("other", other.id.to_string())];
        let fields: Vec<(&str, &str)> = pair.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let merge = format!("/en/staff/duplicates/merge?keep={}&away={}", one.id, other.id);
        for (actor, expected) in [(TestApp::actor(&[Role::Member]), 403), (TestApp::actor(&[Role::Programme]), 403), (concierge(), 200)] {
            assert_eq!(app.get(&actor, "/en/staff/duplicates").await.status, expected);
            assert_eq!(app.get(&actor, &merge).await.status, expected);
        }
        let member = TestApp::actor(&[Role::Member]);
        for path in ["/en/staff/duplicates/different", "/en/staff/duplicates/merge", "/en/staff/duplicates/check"] {
            assert_eq!(app.post(&member, path, &fields).await.status, 403, "{path}");
        }
        assert!(app.get(&Actor::visitor(), "/en/staff/duplicates").await.status != 200);
    }

    async fn a_reviewer_sees_reasons_merges_follows_the_old_address_and_takes_it_back(app) {
        let concierge = concierge();
        let one = organization(&app, "みなと製作所", "Minato Works").await;
        let other = organization(&app, "㈱みなと製作所", "Minato Seisakusho").await;
        let list = app.get(&concierge, "/ja/staff/duplicates").await;
        assert!(list.body.contains("名称が同じ") && list.body.contains("同じものではない"), "{}", list.body);
        assert!(app.get(&concierge, "/en/staff/duplicates").await.body.contains("The same name"));
        let preview = app.get(&concierge, &format!("/ja/staff/duplicates/merge?keep={}&away={}", one.id, other.id)).await;
        assert!(preview.body.contains("take.name.en") && preview.body.contains("Minato Seisakusho"));
        let (keep, away) = (one.id.to_string(), other.id.to_string());
        let fields = [("keep", keep.as_str()), ("away", &away), ("keep_version", "1"), ("away_version", "1"), ("take.name.en", "loser")];
        let answer = app.post(&concierge, "/ja/staff/duplicates/merge", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        app.settle().await.unwrap();
        for lang in ["ja", "en"] {
            let old = app.get(&Actor::visitor(), &format!("/{lang}/organizations/{away}")).await;
            assert_eq!(old.status, 301);
            assert_eq!(old.headers["location"], format!("/{lang}/organizations/{keep}"));
        }
        assert!(app.get(&Actor::visitor(), &format!("/en/organizations/{keep}")).await.body.contains("Minato Seisakusho"));
        let again = app.post(&concierge, "/ja/staff/duplicates/merge", &fields).await;
        assert!(again.status == 404 || again.status == 409, "{}", again.status);
        let list = app.get(&concierge, "/ja/staff/duplicates").await;
        let undo = list.body.split("action=\"").find_map(|part| part.split('"').next().filter(|a| a.ends_with("/undo"))).unwrap().to_owned();
        assert_eq!(app.post(&concierge, &undo, &[]).await.status, 303);
        app.settle().await.unwrap();
        assert_eq!(app.get(&Actor::visitor(), &format!("/en/organizations/{away}")).await.status, 200);
        assert_eq!(app.post(&concierge, &undo, &[]).await.status, 409);
    }

    async fn an_old_address_does_not_give_away_a_hidden_record(app) {
        let mut inside = Record::new(&records::ORGANIZATION, app.app.clock.now());
        inside.set("name", Text::pair("みなと製作所", ""));
        inside.set("kind", "company");
        inside.audience.level = Level::Staff;
        let inside = put(&app, inside).await;
        let other = organization(&app, "㈱みなと製作所", "").await;
        let (keep, away) = (inside.id.to_string(), other.id.to_string());
        let fields = [("keep", keep.as_str()), ("away", &away), ("keep_version", "1"), ("away_version", "1")];
        assert_eq!(app.post(&concierge(), "/en/staff/duplicates/merge", &fields).await.status, 303);
        app.settle().await.unwrap();
        assert_eq!(app.get(&Actor::visitor(), &format!("/en/organizations/{away}")).await.status, 404);
        assert_eq!(app.get(&concierge(), &format!("/en/organizations/{away}")).await.status, 301);
    }

    async fn the_form_of_a_new_record_warns_once_and_saves_when_sent_again(app) {
        let stored = organization(&app, "株式会社クオリプス", "Cuorips Inc.").await;
        let fields = vec![("name.ja", "㈱クオリプス"), ("kind", "company")];
        let warned = app.post(&concierge(), "/ja/organizations", &fields).await;
        assert_eq!(warned.status, 422);
        assert!(warned.body.contains("似た記録があります") && warned.body.contains(&stored.id.to_string()) && warned.body.contains("_anyway"));
        assert!(warned.body.contains("㈱クオリプス"), "what was typed is kept");
        assert_eq!(export(&app).await.len(), 1, "nothing was stored");
        let sent = [fields, vec![("_anyway", "1")]].concat();
        assert_eq!(app.post(&concierge(), "/ja/organizations", &sent).await.status, 303);
        let plain = vec![("name.ja", "まったく別の会社"), ("kind", "company")];
        assert_eq!(app.post(&concierge(), "/ja/organizations", &plain).await.status, 303, "no warning where nothing is alike");
    }
}
