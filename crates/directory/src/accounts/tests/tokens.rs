//! API tokens: what they may, and everything that ends them.

use super::harness::{Answer, Browser, TestHub, on_every_engine};
use crate::accounts::actions::{recovery, staff};
use crate::accounts::tool;
use chrono::TimeDelta;
use kernel::{Actor, Error, Permission, Role, Uuid};
use store::{One, args};

async fn with<'h>(hub: &'h TestHub, token: &str) -> Browser<'h> {
    let mut program = hub.browser();
    program.headers = vec![("authorization".to_owned(), format!("Bearer {token}"))];
    program
}

async fn ask(hub: &TestHub, token: &str) -> Answer {
    with(hub, token).await.get("/api/who").await
}

async fn token(hub: &TestHub, name: &str, permissions: &[Permission]) -> String {
    tool::create_token(&hub.db, &format!("{name}@example.jp"), "試験", permissions.to_vec(), TimeDelta::days(30))
        .await
        .unwrap()
        .0
}

on_every_engine! {
    async fn f66_a_token_does_what_it_was_given_and_no_more(hub) {
        hub.account("con", Role::Concierge).await;
        let narrow = token(&hub, "con", &[Permission::Export]).await;
        let answer = ask(&hub, &narrow).await;
        assert!(answer.body.contains("\"may\":[\"export\"]"), "{}", answer.body);
        let wider = tool::create_token(&hub.db, "con@example.jp", "x", vec![Permission::ManageHub], TimeDelta::days(1)).await;
        assert!(matches!(wider, Err(Error::Invalid(_))));
    }

    async fn f66_a_token_from_the_page_is_shown_once_and_kept_as_a_hash(hub) {
        hub.account("con", Role::Concierge).await;
        let mut browser = hub.signed_in("con").await;
        let form = [("label", "週次の取り込み"), ("permissions", "import"), ("permissions", "export"), ("days", "30")];
        let page = browser.post("/ja/account/tokens", &form).await.body;
        let secret: String = page.split("<code>mus_").nth(1).unwrap().chars().take_while(char::is_ascii_hexdigit).collect();
        let secret = format!("mus_{secret}");
        assert_eq!(secret.len(), 68, "scanners know the form");
        let list = browser.get("/ja/account/tokens").await.body;
        assert!(!list.contains(&secret) && list.contains(&secret[..12]));
        let kept: Vec<One<Vec<u8>>> = hub.db.all("SELECT secret FROM account_token", args![]).await.unwrap();
        assert!(kept.iter().all(|One(bytes)| bytes.len() == 32));
        assert!(ask(&hub, &secret).await.body.contains("[\"import\",\"export\"]"));
        let wider = browser.post("/ja/account/tokens", &[("label", "x"), ("permissions", "manage_hub"), ("days", "30")]).await;
        assert_eq!(wider.status, 422);
        let endless = browser.post("/ja/account/tokens", &[("label", "x"), ("days", "4000")]).await;
        assert_eq!(endless.status, 422);
    }

    async fn f66_a_token_in_the_address_opens_nothing(hub) {
        hub.account("con", Role::Concierge).await;
        let secret = token(&hub, "con", &[Permission::Export]).await;
        let answer = hub.browser().get(&format!("/api/who?token={secret}&access_token={secret}")).await;
        assert!(answer.body.contains("\"signed_in\":false"));
    }

    async fn f66_wrong_expired_and_revoked_tokens_are_refused(hub) {
        hub.account("con", Role::Concierge).await;
        let (expiring, revoked) = (token(&hub, "con", &[]).await, token(&hub, "con", &[]).await);
        assert_eq!(ask(&hub, &revoked).await.status, 200);
        tool::revoke_token(&hub.db, &revoked[..12]).await.unwrap();
        for wrong in [revoked.as_str(), "mus_0000", "something else", ""] {
            assert_eq!(ask(&hub, wrong).await.status, 401, "{wrong}");
        }
        assert_eq!(ask(&hub, &expiring).await.status, 200);
        hub.wait(TimeDelta::days(31));
        assert_eq!(ask(&hub, &expiring).await.status, 401);
    }

    async fn f66_a_token_ends_with_its_maker_and_shrinks_with_their_roles(hub) {
        let id = hub.account("con", Role::Concierge).await;
        hub.account("admin", Role::Administrator).await;
        let secret = token(&hub, "con", &[Permission::Export]).await;
        assert_eq!(ask(&hub, &secret).await.status, 200);
        let settings = staff::Settings { label: "con".to_owned(), roles: vec![Role::Member], ..staff::Settings::default() };
        staff::change(&hub.db, &Actor::system("test"), id, &settings, None).await.unwrap();
        assert_eq!(ask(&hub, &secret).await.status, 401, "it carried what the role no longer has");
        let reader = token(&hub, "con", &[]).await;
        staff::suspend(&hub.db, &Actor::system("test"), id).await.unwrap();
        assert_eq!(ask(&hub, &reader).await.status, 401);
        staff::resume(&hub.db, &Actor::system("test"), id).await.unwrap();
        assert_eq!(ask(&hub, &reader).await.status, 200);
        staff::close(&hub.db, &Actor::system("test"), id).await.unwrap();
        assert_eq!(ask(&hub, &reader).await.status, 401);
    }

    async fn f66_a_token_cannot_make_tokens_or_change_what_opens_the_account(hub) {
        hub.account("admin", Role::Administrator).await;
        let other = hub.account("con", Role::Concierge).await;
        let secret = token(&hub, "admin", &[Permission::ManageAccounts]).await;
        let mut program = with(&hub, &secret).await;
        for path in ["/ja/account/tokens", "/ja/account/password", "/ja/account/email", "/ja/account/passkeys/start", "/ja/account/data/erasure"] {
            assert_eq!(program.post(path, &[("label", "x"), ("password", "some other words"), ("days", "30")]).await.status, 403, "{path}");
        }
        assert_eq!(program.post(&format!("/ja/staff/accounts/{other}/suspend"), &[]).await.status, 403);
        assert_eq!(program.get("/ja/account").await.status, 403);
    }

    async fn f56_recovery_ends_tokens_too(hub) {
        hub.account("con", Role::Concierge).await;
        let secret = token(&hub, "con", &[]).await;
        assert_eq!(ask(&hub, &secret).await.status, 200);
        recovery::send_link(&hub.app, &hub.db, "con@example.jp").await.unwrap();
        let link = super::harness::path_in(&hub.mail("con@example.jp", 1).await);
        assert!(hub.browser().post(&link, &[("password", "three boats at low tide")]).await.is_entry());
        assert_eq!(ask(&hub, &secret).await.status, 401);
    }

    async fn nobody_revokes_the_token_of_somebody_else(hub) {
        hub.account("con", Role::Concierge).await;
        hub.account("mallory", Role::Member).await;
        let secret = token(&hub, "con", &[]).await;
        let One(id): One<Uuid> = hub.db.one("SELECT id FROM account_token", args![]).await.unwrap();
        let mut mallory = hub.signed_in("mallory").await;
        assert_eq!(mallory.post(&format!("/ja/account/tokens/{id}/revoke"), &[]).await.status, 404);
        assert_eq!(ask(&hub, &secret).await.status, 200);
    }
}
