//! The first account, and the accounts of a sample hub.

use super::harness::{Options, PASSWORD, TestHub, on_every_engine};
use crate::accounts::{SAMPLE_PASSWORD, SAMPLES, SampleLinks, sample, setup_token, tool};
use kernel::{Lang, Role};
use store::test_support::TestEngine;

const FORM: [(&str, &str); 3] = [("email", "admin@example.jp"), ("label", "管理 太郎"), ("password", PASSWORD)];

on_every_engine! {
    async fn f68_set_up_needs_the_printed_token_works_once_and_is_gone_afterwards(hub) {
        let older = setup_token(&hub.db).await.unwrap().unwrap();
        let token = setup_token(&hub.db).await.unwrap().unwrap();
        let mut browser = hub.browser();
        assert_eq!(browser.get("/ja/setup").await.status, 200);
        for wrong in ["", "guess", &older] {
            let answer = browser.post("/ja/setup", &[&FORM[..], &[("token", wrong)]].concat()).await;
            assert!(answer.status == 422 && answer.body.contains("設定用の番号と違います"), "{wrong}");
        }
        let answer = browser.post("/ja/setup", &[&FORM[..], &[("token", &token)]].concat()).await;
        assert!(answer.is_entry(), "{}", answer.body);
        assert!(browser.who().await["may"].to_string().contains("manage_accounts"));
        assert_eq!(browser.get("/ja/setup").await.status, 404);
        assert_eq!(browser.post("/ja/setup", &[&FORM[..], &[("token", &token)]].concat()).await.status, 404);
        assert_eq!(setup_token(&hub.db).await.unwrap(), None);
    }

    async fn f68_an_account_from_the_command_line_closes_set_up(hub) {
        let token = setup_token(&hub.db).await.unwrap().unwrap();
        tool::create_account(&hub.db, "first@example.jp", "第一", Lang::Ja, vec![Role::Administrator], None).await.unwrap();
        assert_eq!(hub.browser().post("/ja/setup", &[&FORM[..], &[("token", &token)]].concat()).await.status, 404);
    }

    async fn f68_a_hub_that_is_no_sample_gets_no_sample_accounts(hub) {
        assert_eq!(sample(&hub.db, &hub.app.hub, &SampleLinks::default()).await, Err(kernel::Error::Forbidden));
        assert!(!hub.browser().get("/ja/sign-in").await.body.contains("sample=director"));
    }
}

#[tokio::test]
async fn f68_sample_accounts_open_only_while_the_hub_is_marked_as_a_sample() {
    let hub = TestHub::with(TestEngine::Sqlite, Options { sample: true, ..Options::default() }).await;
    sample(&hub.db, &hub.app.hub, &SampleLinks::default()).await.unwrap();
    sample(&hub.db, &hub.app.hub, &SampleLinks::default()).await.unwrap();
    for account in &SAMPLES {
        assert!(hub.browser().sign_in(account.name, SAMPLE_PASSWORD).await.is_entry(), "{}", account.name);
    }
    let mut session = hub.browser();
    session.sign_in("director", SAMPLE_PASSWORD).await;
    let plain = TestHub::with(TestEngine::Sqlite, Options::default()).await;
    // The same rows in a hub that is no sample.
    sample(&plain.db, &hub.app.hub, &SampleLinks::default()).await.unwrap();
    assert_eq!(plain.browser().sign_in("director", SAMPLE_PASSWORD).await.status, 422);
}

#[tokio::test]
async fn a_sample_hub_fills_in_a_chosen_account_without_script() {
    let hub = TestHub::with(TestEngine::Sqlite, Options { sample: true, ..Options::default() }).await;
    let page = hub.browser().get("/en/sign-in").await.body;
    assert!(page.contains("/en/sign-in?sample=director"), "{page}");
    let filled = hub.browser().get("/en/sign-in?sample=director").await.body;
    assert!(filled.contains("value=\"director@example.jp\"") && filled.contains("value=\"musubi-sample\""));
}

#[tokio::test]
async fn every_open_page_reads_in_both_languages_without_script() {
    let hub = TestHub::with(TestEngine::Sqlite, Options::default()).await;
    for (path, ja, en) in [
        ("/sign-in", "ログイン", "Sign in"),
        ("/recover", "パスワードの再設定", "Choose a new password"),
        ("/setup", "はじめの設定", "First set-up"),
    ] {
        for (lang, words) in [("ja", ja), ("en", en)] {
            let page = hub.browser().get(&format!("/{lang}{path}")).await;
            assert!(page.status == 200 && page.body.contains(words), "{lang}{path}");
            assert!(!page.body.contains(" style=") && !page.body.contains("onclick"), "{path}");
        }
    }
}
