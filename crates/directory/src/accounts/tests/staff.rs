//! What those who manage accounts may do, and what nobody may.

use super::harness::on_every_engine;
use crate::accounts::store;
use kernel::Role;

on_every_engine! {
    async fn f56_a_suspended_account_stops_at_the_next_request_and_may_come_back(hub) {
        hub.account("admin", Role::Administrator).await;
        let id = hub.account("hana", Role::Member).await;
        let mut hana = hub.signed_in("hana").await;
        let mut admin = hub.signed_in("admin").await;
        assert!(hana.is_in().await);
        assert_eq!(admin.post(&format!("/ja/staff/accounts/{id}/suspend"), &[]).await.status, 303);
        assert!(!hana.is_in().await);
        assert_eq!(admin.post(&format!("/ja/staff/accounts/{id}/resume"), &[]).await.status, 303);
        assert!(!hana.is_in().await, "sessions do not come back");
        assert!(hana.sign_in("hana", super::harness::PASSWORD).await.is_entry());
        assert_eq!(admin.get(&format!("/ja/staff/accounts/{id}/close")).await.status, 200);
        assert_eq!(admin.post(&format!("/ja/staff/accounts/{id}/close"), &[]).await.status, 303);
        assert!(!hana.is_in().await);
        assert_eq!(hana.sign_in("hana", super::harness::PASSWORD).await.status, 422);
        assert_eq!(admin.post(&format!("/ja/staff/accounts/{id}/resume"), &[]).await.status, 404, "closed is final");
    }

    async fn the_last_administrator_and_oneself_cannot_be_stopped(hub) {
        let id = hub.account("admin", Role::Administrator).await;
        let mut admin = hub.signed_in("admin").await;
        for act in ["suspend", "close"] {
            assert_eq!(admin.post(&format!("/en/staff/accounts/{id}/{act}"), &[]).await.status, 409, "{act}");
        }
        let answer = admin.post(&format!("/en/staff/accounts/{id}"), &[("label", "admin"), ("roles", "member")]).await;
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert!(admin.is_in().await);
    }

    async fn roles_and_links_are_set_with_every_fault_named(hub) {
        hub.account("admin", Role::Administrator).await;
        let id = hub.account("hana", Role::Member).await;
        let mut admin = hub.signed_in("admin").await;
        let path = format!("/ja/staff/accounts/{id}");
        let faulty = admin.post(&path, &[("label", ""), ("person", "いない人"), ("manages", "ない組織")]).await;
        assert_eq!(faulty.status, 422);
        assert!(faulty.body.contains("「いない人」は見つかりません") && faulty.body.contains("「ない組織」は見つかりません"), "{}", faulty.body);
        let answer = admin.post(&path, &[("label", "花"), ("roles", "concierge"), ("roles", "events")]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        let account = store::find(&hub.db, id).await.unwrap().unwrap();
        assert_eq!((account.label.as_str(), account.roles), ("花", vec![Role::Concierge, Role::Events]));
        assert!(admin.get(&path).await.body.contains("花"));
    }

    async fn f55_changing_ones_own_roles_renews_the_own_session(hub) {
        hub.account("other", Role::Administrator).await;
        let id = hub.account("admin", Role::Administrator).await;
        let mut admin = hub.signed_in("admin").await;
        let mut before = admin.clone();
        let answer = admin.post(&format!("/ja/staff/accounts/{id}"), &[("label", "a"), ("roles", "administrator"), ("roles", "director")]).await;
        assert_eq!(answer.status, 303);
        assert!(admin.is_in().await && !before.is_in().await);
    }

    async fn staff_pages_are_closed_to_members_and_open_in_both_languages_to_administrators(hub) {
        hub.account("admin", Role::Administrator).await;
        hub.account("hana", Role::Member).await;
        let (mut hana, mut admin) = (hub.signed_in("hana").await, hub.signed_in("admin").await);
        for path in ["/staff/accounts", "/staff/accounts/invite", "/staff/privacy"] {
            assert_eq!(hub.browser().get(&format!("/ja{path}")).await.status, 401, "{path}");
            assert_eq!(hana.get(&format!("/ja{path}")).await.status, 403, "{path}");
            assert_eq!(admin.get(&format!("/ja{path}")).await.status, 200, "{path}");
            assert_eq!(admin.get(&format!("/en{path}")).await.status, 200, "{path}");
        }
        for path in ["/account", "/account/passkeys", "/account/sessions", "/account/tokens", "/account/data", "/account/confirm"] {
            assert_eq!(hub.browser().get(&format!("/ja{path}")).await.status, 401, "{path}");
            for lang in ["ja", "en"] {
                let page = hana.get(&format!("/{lang}{path}")).await;
                assert_eq!(page.status, 200, "{path} {}", page.body);
            }
        }
    }

    async fn the_list_finds_by_name_and_address_and_pages_on(hub) {
        hub.account("admin", Role::Administrator).await;
        for number in 0..55 {
            let email = format!("m{number:02}@list.example");
            crate::accounts::tool::create_account(&hub.db, &email, &format!("会員 {number:02}"), kernel::Lang::Ja, vec![Role::Member], None).await.unwrap();
        }
        let mut admin = hub.signed_in("admin").await;
        let first = admin.get("/ja/staff/accounts").await.body;
        let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        let second = admin.get(&next).await.body;
        assert_eq!(first.matches("@list.example").count() + second.matches("@list.example").count(), 55);
        assert_eq!(admin.get("/ja/staff/accounts?q=m07").await.body.matches("@list.example").count(), 1);
    }

    async fn an_invitation_from_the_page_shows_its_link_once(hub) {
        hub.account("admin", Role::Administrator).await;
        let mut admin = hub.signed_in("admin").await;
        let form = [("email", "new@example.jp"), ("label", "新田 一"), ("roles", "member"), ("language", "ja")];
        let page = admin.post("/ja/staff/accounts/invite", &form).await;
        assert!(page.status == 200 && page.body.contains("http://hub.example/ja/invitation/"), "{}", page.body);
        assert!(admin.get("/ja/staff/accounts").await.body.contains("new@example.jp"));
        let again = admin.post("/ja/staff/accounts/invite", &[("email", "admin@example.jp"), ("label", "x"), ("roles", "member")]).await;
        assert!(again.status == 422 && again.body.contains("すでにあります"));
        let nothing = admin.post("/ja/staff/accounts/invite", &[("email", "nothing")]).await;
        for words in ["メールアドレスの形", "名前を入れて", "役割を一つ以上"] {
            assert!(nothing.body.contains(words), "{words}");
        }
    }
}
