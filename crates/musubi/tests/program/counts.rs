//! What the register computes: how many agreements were active on a day, and which one each was.

use crate::hub::{Hub, reading};
use kernel::Lang;

async fn active_of_linkj(hub: &Hub, date: &str) -> u32 {
    let linkj = hub.id("organization", "linkj");
    let page = hub.page(&format!("/en/agreements/as-of?date={date}&hub={linkj}")).await;
    let figure = page.body.split("data-active>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    figure.trim().parse().unwrap_or_else(|_| panic!("no figure on the page: {}", page.words()))
}

#[test]
fn twelve_were_active_at_the_end_of_august_2020_and_thirteen_a_month_later() {
    reading(async |hub| {
        assert_eq!(active_of_linkj(hub, "2020-08-31").await, 12);
        assert_eq!(active_of_linkj(hub, "2020-09-30").await, 13);
    });
}

#[test]
fn before_the_first_month_nothing_was_active_and_within_it_that_is_not_certain() {
    reading(async |hub| {
        assert_eq!(active_of_linkj(hub, "2016-04-30").await, 0);
        assert_eq!(active_of_linkj(hub, "2016-06-01").await, 2);
    });
}

#[test]
fn the_day_of_the_thirteenth_is_known_to_the_day() {
    reading(async |hub| {
        assert_eq!(active_of_linkj(hub, "2020-09-06").await, 12);
        assert_eq!(active_of_linkj(hub, "2020-09-07").await, 13);
    });
}

#[test]
fn osaka_is_computed_to_be_the_thirteenth_body_and_the_third_local_government() {
    reading(async |hub| {
        let english = hub.record("agreement", "mou-linkj-13-osaka", Lang::En).await.words().to_lowercase();
        assert!(english.contains("13th"), "{english}");
        assert!(english.contains("3rd local government") || english.contains("third local government"), "{english}");
        let japanese = hub.record("agreement", "mou-linkj-13-osaka", Lang::Ja).await.words().replace(' ', "");
        assert!(japanese.contains("13団体目") || japanese.contains("13番目"), "{japanese}");
        assert!(japanese.contains("3例目") || japanese.contains("3番目"), "{japanese}");
    });
}

#[test]
fn kawasaki_was_the_first_local_government_and_yokohama_the_second() {
    reading(async |hub| {
        for (code, ordinal) in [("mou-linkj-09-kawasaki", "first"), ("mou-linkj-11-yokohama", "second")] {
            let words = hub.record("agreement", code, Lang::En).await.words().to_lowercase();
            assert!(words.contains(&format!("{ordinal} local government")), "{code}: {words}");
        }
    });
}
