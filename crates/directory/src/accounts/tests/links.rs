//! Links that work once: recovery, a new address, and what they lead to.

use super::harness::{PASSWORD, on_every_engine, path_in};
use crate::accounts::actions::staff::{NewInvitation, cancel_invitation, invite};
use crate::accounts::model::Invitation;
use crate::accounts::store::links::open_invitations;
use chrono::TimeDelta;
use kernel::{Actor, Lang, Role};

const NEW: &str = "three boats at low tide";

on_every_engine! {
    async fn f61_a_recovery_link_works_once_and_opening_it_does_not_use_it(hub) {
        hub.account("hana", Role::Member).await;
        let mut thief = hub.signed_in("hana").await;
        hub.browser().post("/ja/recover", &[("email", " HANA@example.jp")]).await;
        let link = path_in(&hub.mail("hana@example.jp", 1).await);
        for _ in 0..3 {
            let page = hub.browser().get(&link).await;
            assert_eq!((page.status.as_u16(), page.headers["referrer-policy"].to_str().unwrap()), (200, "no-referrer"));
        }
        // A weak password does not use it up either, and another browser may follow it.
        assert_eq!(hub.browser().post(&link, &[("password", "password")]).await.status, 422);
        let mut owner = hub.browser();
        assert!(owner.post(&link, &[("password", NEW)]).await.is_entry());
        assert!(owner.is_in().await && !thief.is_in().await);
        assert_eq!(owner.post(&link, &[("password", "once more, with feeling")]).await.status, 404);
        assert_eq!(owner.get(&link).await.status, 404);
        assert!(hub.browser().sign_in("hana", NEW).await.is_entry());
        assert!(!hub.browser().sign_in("hana", PASSWORD).await.is_entry());
    }

    async fn f61_a_newer_link_a_new_password_and_time_end_a_recovery_link(hub) {
        hub.account("hana", Role::Member).await;
        hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let first = path_in(&hub.mail("hana@example.jp", 1).await);
        hub.wait(TimeDelta::minutes(5));
        hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let second = path_in(&hub.mail("hana@example.jp", 2).await);
        assert_eq!((hub.browser().get(&first).await.status.as_u16(), hub.browser().get(&second).await.status.as_u16()), (404, 200));
        let mut owner = hub.signed_in("hana").await;
        assert_eq!(owner.post("/ja/account/password", &[("password", NEW)]).await.status, 303);
        assert_eq!(hub.browser().get(&second).await.status, 404);
        hub.wait(TimeDelta::minutes(5));
        hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let third = path_in(&hub.mail("hana@example.jp", 4).await);
        hub.wait(TimeDelta::minutes(61));
        assert_eq!(hub.browser().get(&third).await.status, 404);
    }

    async fn f61_two_at_once_cannot_both_use_a_link(hub) {
        hub.account("hana", Role::Member).await;
        hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let link = path_in(&hub.mail("hana@example.jp", 1).await);
        let (mut one, mut two) = (hub.browser(), hub.browser());
        let (one, two) = tokio::join!(one.post(&link, &[("password", NEW)]), two.post(&link, &[("password", "some other words here")]));
        assert_eq!(usize::from(one.is_entry()) + usize::from(two.is_entry()), 1, "{} {}", one.status, two.status);
    }

    async fn f61_a_new_address_is_used_after_it_is_confirmed_and_ends_links_to_the_old_one(hub) {
        hub.account("hana", Role::Member).await;
        let mut owner = hub.signed_in("hana").await;
        assert_eq!(owner.post("/ja/account/email", &[("email", "hana@new.example")]).await.status, 303);
        let confirm = path_in(&hub.mail("hana@new.example", 1).await);
        assert!(hub.browser().sign_in("hana", PASSWORD).await.is_entry(), "nothing changed yet");
        hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let recovery = path_in(&hub.mail("hana@example.jp", 1).await);
        assert_eq!(hub.browser().get(&confirm).await.status, 200);
        assert_eq!(hub.browser().post(&confirm, &[]).await.status, 303);
        assert_eq!(hub.browser().get(&recovery).await.status, 404);
        assert_eq!(hub.browser().post(&confirm, &[]).await.status, 404);
        assert!(hub.mail("hana@example.jp", 2).await.contains("変更されました"));
        let answer = hub.browser().post("/ja/sign-in", &[("email", "hana@new.example"), ("password", PASSWORD)]).await;
        assert!(answer.is_entry());
    }

    async fn f60_asking_for_the_address_of_another_account_says_nothing_and_gives_nothing(hub) {
        hub.account("hana", Role::Member).await;
        hub.account("taro", Role::Member).await;
        let mut owner = hub.signed_in("hana").await;
        let taken = owner.post("/ja/account/email", &[("email", "taro@example.jp")]).await;
        let free = owner.post("/ja/account/email", &[("email", "free@example.jp")]).await;
        assert_eq!((taken.status, taken.location()), (free.status, free.location()));
        assert!(hub.mails("taro@example.jp").await.is_empty());
    }

    async fn f62_links_in_mails_start_with_the_configured_address_whatever_the_request_says(hub) {
        hub.account("hana", Role::Member).await;
        let mut liar = hub.browser();
        liar.headers = vec![("host".to_owned(), "evil.example".to_owned())];
        assert_eq!(liar.post("/ja/recover", &[("email", "hana@example.jp")]).await.status, 421);
        liar.headers = vec![("x-forwarded-host".to_owned(), "evil.example".to_owned())];
        assert_eq!(liar.post("/ja/recover", &[("email", "hana@example.jp")]).await.status, 200);
        let mail = hub.mail("hana@example.jp", 1).await;
        assert!(mail.contains("http://hub.example/ja/recover/") && !mail.contains("evil"), "{mail}");
    }

    async fn an_invitation_makes_the_promised_account_once(hub) {
        hub.account("admin", Role::Administrator).await;
        let promised = Invitation { label: "鈴木 一".to_owned(), language: Lang::Ja, roles: vec![Role::Concierge], ..Invitation::default() };
        let new = NewInvitation { email: "suzuki@example.jp".to_owned(), promised };
        let first = invite(&hub.app, &hub.db, &Actor::system("test"), &new).await.unwrap();
        let second = invite(&hub.app, &hub.db, &Actor::system("test"), &new).await.unwrap();
        assert_eq!(hub.browser().get(&format!("/ja/invitation/{first}")).await.status, 404, "the newer one counts");
        let link = path_in(&hub.mail("suzuki@example.jp", 2).await);
        assert_eq!(link, format!("/ja/invitation/{second}"));
        let mut browser = hub.browser();
        let page = browser.get(&link).await;
        assert!(page.body.contains("suzuki@example.jp") && page.body.contains("コンシェルジュ"));
        let incomplete = browser.post(&link, &[("label", "鈴木 一"), ("password", "password")]).await;
        assert!(incomplete.status == 422 && incomplete.body.contains("利用のきまりへの同意"));
        assert!(browser.post(&link, &[("label", "鈴木 一"), ("password", NEW), ("agrees", "true")]).await.is_entry());
        let who = browser.who().await;
        assert!(who["label"] == "鈴木 一" && who["may"].to_string().contains("review_directory"), "{who}");
        assert_eq!(browser.post(&link, &[("label", "x"), ("password", NEW), ("agrees", "true")]).await.status, 404);
    }

    async fn an_invitation_can_be_taken_back(hub) {
        let promised = Invitation { label: "鈴木 一".to_owned(), roles: vec![Role::Member], ..Invitation::default() };
        let new = NewInvitation { email: "suzuki@example.jp".to_owned(), promised };
        let secret = invite(&hub.app, &hub.db, &Actor::system("test"), &new).await.unwrap();
        let open = open_invitations(&hub.db).await.unwrap();
        cancel_invitation(&hub.db, &Actor::system("test"), open[0].id).await.unwrap();
        assert_eq!(hub.browser().get(&format!("/en/invitation/{secret}")).await.status, 404);
    }
}
