//! Sessions: fixation, revocation, expiry, membership, what a request costs.

use super::harness::{PASSWORD, on_every_engine};
use crate::accounts::tool;
use crate::records::{ORGANIZATION, PERSON, ROLE, UNIT};
use chrono::TimeDelta;
use kernel::record::Record;
use kernel::{Actor, Role, Text};
use store::{One, args, atomically, records};

on_every_engine! {
    async fn f55_the_session_gets_a_new_secret_at_sign_in_and_proof_and_the_old_one_is_dead(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.signed_in("hana").await;
        let mut before = browser.clone();
        assert!(browser.sign_in("hana", PASSWORD).await.is_entry());
        assert_ne!(before.jar["musubi"], browser.jar["musubi"]);
        assert!(!before.is_in().await && browser.is_in().await);

        let mut before = browser.clone();
        let answer = browser.post("/ja/account/confirm", &[("password", PASSWORD), ("next", "/ja/account/tokens")]).await;
        assert!(answer.is_entry() && answer.location() == "/ja/account/tokens");
        assert!(!before.is_in().await && browser.is_in().await);
    }

    async fn f55_a_planted_session_of_somebody_else_ends_when_the_victim_signs_in(hub) {
        hub.account("mallory", Role::Member).await;
        hub.account("hana", Role::Member).await;
        let mut attacker = hub.signed_in("mallory").await;
        let mut victim = hub.browser();
        victim.jar = attacker.jar.clone();
        assert!(victim.sign_in("hana", PASSWORD).await.is_entry());
        assert_eq!(victim.who().await["label"], "hana さん");
        assert!(!attacker.is_in().await);
    }

    async fn f55_a_change_of_role_ends_the_sessions_under_the_old_one(hub) {
        hub.account("hana", Role::Concierge).await;
        hub.account("admin", Role::Administrator).await;
        let mut browser = hub.signed_in("hana").await;
        assert!(browser.is_in().await);
        tool::grant_role(&hub.db, "hana@example.jp", Role::Concierge, false).await.unwrap();
        assert!(!browser.is_in().await);
    }

    async fn f56_a_stolen_cookie_stops_at_the_next_request_after_sign_out(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.signed_in("hana").await;
        let mut thief = browser.clone();
        assert!(thief.is_in().await);
        let answer = browser.post("/sign-out", &[]).await;
        assert_eq!(answer.status, 303);
        assert!(!browser.jar.contains_key("musubi"));
        assert!(!thief.is_in().await);
        assert_eq!(thief.get("/ja/account").await.status, 401);
    }

    async fn f56_changing_the_password_ends_every_other_session(hub) {
        hub.account("hana", Role::Member).await;
        let mut thief = hub.signed_in("hana").await;
        let mut owner = hub.signed_in("hana").await;
        assert!(thief.is_in().await);
        let answer = owner.post("/ja/account/password", &[("password", "three boats at low tide")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(!thief.is_in().await && owner.is_in().await);
        assert!(!hub.browser().sign_in("hana", PASSWORD).await.is_entry());
        assert!(hub.browser().sign_in("hana", "three boats at low tide").await.is_entry());
        assert!(hub.mail("hana@example.jp", 1).await.contains("パスワードが変更されました"));
    }

    async fn a_password_is_changed_only_after_a_fresh_proof(hub) {
        hub.account("hana", Role::Member).await;
        let mut owner = hub.signed_in("hana").await;
        hub.wait(TimeDelta::hours(1));
        let answer = owner.post("/ja/account/password", &[("password", "three boats at low tide")]).await;
        assert_eq!(answer.location(), "/ja/account/confirm?next=/ja/account");
        assert!(hub.browser().sign_in("hana", PASSWORD).await.is_entry());
    }

    async fn one_session_or_all_others_can_be_ended_from_the_list(hub) {
        hub.account("hana", Role::Member).await;
        let mut one = hub.signed_in("hana").await;
        let mut two = hub.signed_in("hana").await;
        let mut three = hub.signed_in("hana").await;
        let list = three.get("/ja/account/sessions").await.body;
        assert_eq!(list.matches("/end\"").count(), 2, "{list}");
        assert!(one.is_in().await && two.is_in().await);
        let action = list.split("action=\"/ja/account/sessions/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(three.post(&format!("/ja/account/sessions/{action}"), &[]).await.status, 303);
        assert_ne!(one.is_in().await, two.is_in().await);
        assert_eq!(three.post("/en/account/sessions/end-others", &[]).await.status, 303);
        assert!(!one.is_in().await && !two.is_in().await && three.is_in().await);
    }

    async fn sessions_end_when_idle_and_at_the_latest_after_their_life(hub) {
        hub.account("hana", Role::Member).await;
        let mut idle = hub.signed_in("hana").await;
        hub.wait(TimeDelta::days(15));
        assert!(!idle.is_in().await);
        let mut busy = hub.signed_in("hana").await;
        for _ in 0..6 {
            hub.wait(TimeDelta::days(9));
            assert!(busy.is_in().await);
        }
        hub.wait(TimeDelta::days(9));
        assert!(!busy.is_in().await);
    }

    async fn posts_of_today_make_a_member_and_ended_ones_do_not(hub) {
        let (actor, now) = (Actor::system("test"), hub.db.now());
        let mut organization = Record::new(&ORGANIZATION, now);
        organization.set("name", Text::pair("港大学", "Minato University"));
        let mut lab = Record::new(&UNIT, now);
        lab.set("name", Text::pair("結研究室", "Musubi Lab"));
        lab.set("organization", organization.id);
        let mut person = Record::new(&PERSON, now);
        person.set("family", Text::pair("花", "Hana"));
        let mut post = Record::new(&ROLE, now);
        post.set("person", person.id);
        post.set("party", lab.id);
        post.set("period", "2025-04-01/2026-06-30");
        let id = hub.account("hana", Role::Member).await;
        atomically!(hub.db, |tx| {
            for record in [&organization, &lab, &person, &post] {
                records::insert(tx, &actor, record).await?;
            }
            tx.run("UPDATE account SET person = $2 WHERE id = $1", args![id, person.id]).await?;
            Ok(())
        }).unwrap();
        let mut browser = hub.signed_in("hana").await;
        let member_of = browser.who().await["member_of"].to_string();
        assert!(member_of.contains(&lab.id.to_string()) && member_of.contains(&organization.id.to_string()), "{member_of}");
        hub.wait(TimeDelta::days(91));
        let mut browser = hub.signed_in("hana").await;
        assert_eq!(browser.who().await["member_of"], serde_json::json!([]));

        // A post that is prolonged counts at the next request.
        atomically!(hub.db, |tx| {
            let mut longer = post.clone();
            longer.set("period", "2025-04-01/..");
            records::update(tx, &actor, &mut longer, 1, hub.db.now()).await
        }).unwrap();
        assert!(browser.who().await["member_of"].to_string().contains(&lab.id.to_string()));
    }

    async fn no_secret_of_a_session_is_stored_or_noted(hub) {
        hub.account("hana", Role::Member).await;
        let browser = hub.signed_in("hana").await;
        let secret = browser.jar["musubi"].clone();
        let kept: Vec<One<Vec<u8>>> = hub.db.all("SELECT secret FROM account_session", args![]).await.unwrap();
        assert!(kept.iter().all(|One(bytes)| bytes.len() == 32 && bytes != secret.as_bytes()));
        let feed = store::feed::read(&hub.db, 0, 1000).await.unwrap();
        let text = format!("{feed:?}");
        assert!(text.contains("signed_in") && !text.contains(&secret) && !text.contains("argon2id"));
    }

    async fn a_known_session_costs_no_query_and_little_time(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.signed_in("hana").await;
        assert!(browser.is_in().await);
        let headers: axum::http::HeaderMap =
            [(axum::http::header::COOKIE, format!("musubi={}", browser.jar["musubi"]).parse().unwrap())].into_iter().collect();
        let before = std::time::Instant::now();
        for _ in 0..1000 {
            let identity = hub.app.gatekeeper.identify(&hub.app, &headers).await.unwrap();
            assert!(identity.session.is_some());
        }
        let each = before.elapsed() / 1000;
        println!("{each:?} each");
        assert!(each < std::time::Duration::from_micros(500), "{each:?}");
    }
}
