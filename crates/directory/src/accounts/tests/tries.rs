//! Guessing: waits, constant answers, forged origins, cross-site requests, open redirects.

use super::harness::{Answer, Browser, PASSWORD, on_every_engine};
use crate::accounts::actions::staff;
use chrono::TimeDelta;
use kernel::{Actor, Role};

/// The page without what differs by design: what was typed, the number of the request.
fn said(answer: &Answer, typed: &str) -> (u16, String) {
    (answer.status.as_u16(), answer.body.replace(typed, "…"))
}

async fn guess(browser: &mut Browser<'_>, count: usize) -> (usize, usize) {
    let (mut checked, mut refused) = (0, 0);
    for number in 0..count {
        match browser.sign_in("hana", &format!("wrong guess {number}")).await.status.as_u16() {
            422 => checked += 1,
            429 => refused += 1,
            other => panic!("{other}"),
        }
    }
    (checked, refused)
}

on_every_engine! {
    async fn f58_two_hundred_tries_at_once_check_only_the_free_ones(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.browser();
        let (checked, refused) = guess(&mut browser, 200).await;
        assert_eq!((checked, refused), (5, 195));
        let answer = browser.sign_in("hana", PASSWORD).await;
        assert_eq!(answer.status, 429);
        assert!(answer.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
        hub.wait(TimeDelta::seconds(2));
        assert!(browser.sign_in("hana", PASSWORD).await.is_entry());
    }

    async fn f58_waits_grow_with_every_try(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.browser();
        let mut checked = 0;
        for _ in 0..200 {
            if browser.sign_in("hana", "another guess").await.status == 422 {
                checked += 1;
            }
            hub.wait(TimeDelta::seconds(10));
        }
        assert!(checked < 20, "{checked} of 200 in 33 minutes");
    }

    async fn f58_strangers_do_not_lock_the_owner_out(hub) {
        hub.account("hana", Role::Member).await;
        let mut owner = hub.signed_in("hana").await;
        let mut stranger = hub.browser();
        stranger.peer = "198.51.100.9:1".parse().unwrap();
        guess(&mut stranger, 50).await;
        assert!(owner.is_in().await);
        owner.post("/sign-out", &[]).await;
        assert!(owner.sign_in("hana", PASSWORD).await.is_entry(), "the browser is known");
        assert_eq!(hub.browser().sign_in("hana", PASSWORD).await.status, 429, "others wait");
    }

    async fn f58_many_accounts_from_one_address_are_slowed_down(hub) {
        let mut browser = hub.browser();
        let mut refused = 0;
        for number in 0..40 {
            refused += usize::from(browser.sign_in(&format!("somebody{number}"), "guess guess").await.status == 429);
        }
        assert_eq!(refused, 20);
        let mut elsewhere = hub.browser();
        elsewhere.peer = "198.51.100.10:1".parse().unwrap();
        assert_eq!(elsewhere.sign_in("somebody99", "guess guess").await.status, 422);
    }

    async fn f59_a_forged_forwarding_header_is_no_new_address(hub) {
        let mut browser = hub.browser();
        let mut refused = 0;
        for number in 0..40 {
            browser.headers = vec![("x-forwarded-for".to_owned(), format!("203.0.113.{number}"))];
            refused += usize::from(browser.sign_in(&format!("somebody{number}"), "guess guess").await.status == 429);
        }
        assert_eq!(refused, 20);
    }

    async fn f60_unknown_wrong_and_suspended_accounts_get_the_same_answer(hub) {
        hub.account("hana", Role::Member).await;
        let gone = hub.account("gone", Role::Member).await;
        hub.account("admin", Role::Administrator).await;
        staff::suspend(&hub.db, &Actor::system("test"), gone).await.unwrap();
        let mut browser = hub.browser();
        let wrong = browser.sign_in("hana", "not this one").await;
        let unknown = browser.sign_in("nobody", "not this one").await;
        let suspended = browser.sign_in("gone", PASSWORD).await;
        assert_eq!(wrong.status, 422);
        assert_eq!(said(&wrong, "hana@"), said(&unknown, "nobody@"));
        assert_eq!(said(&wrong, "hana@"), said(&suspended, "gone@"));
    }

    async fn f60_recovery_says_the_same_for_every_address(hub) {
        hub.account("hana", Role::Member).await;
        let known = hub.browser().post("/ja/recover", &[("email", "hana@example.jp")]).await;
        let unknown = hub.browser().post("/ja/recover", &[("email", "nobody@example.jp")]).await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
        hub.mail("hana@example.jp", 1).await;
        assert!(hub.mails("nobody@example.jp").await.is_empty());
    }

    async fn f63_sign_in_and_sign_out_from_another_site_are_refused(hub) {
        hub.account("hana", Role::Member).await;
        let mut browser = hub.browser();
        browser.headers = vec![("sec-fetch-site".to_owned(), "cross-site".to_owned()), ("origin".to_owned(), "https://evil.example".to_owned())];
        let answer = browser.sign_in("hana", PASSWORD).await;
        assert_eq!(answer.status, 403);
        assert!(browser.jar.is_empty());
        let mut owner = hub.signed_in("hana").await;
        owner.headers.clone_from(&browser.headers);
        assert_eq!(owner.post("/sign-out", &[]).await.status, 403);
        owner.headers.clear();
        assert!(owner.is_in().await);
    }

    async fn f67_sign_in_leads_only_to_pages_of_this_hub(hub) {
        hub.account("hana", Role::Member).await;
        for (next, lands) in [
            ("//evil.example", "/ja/desk"), ("/\\evil.example", "/ja/desk"), ("https:evil.example", "/ja/desk"),
            ("https://evil.example/", "/ja/desk"), ("/%2f/evil.example", "/ja/desk"), ("/en/people", "/en/people"), ("/people?q=a", "/ja/people?q=a"),
        ] {
            let answer = hub.browser().post("/ja/sign-in", &[("email", "hana@example.jp"), ("password", PASSWORD), ("next", next)]).await;
            assert_eq!(answer.location(), lands, "{next}");
            let mut browser = hub.signed_in("hana").await;
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
            assert_eq!(browser.get(&format!("/ja/sign-in?{query}")).await.location(), lands, "{next}");
        }
    }
}
