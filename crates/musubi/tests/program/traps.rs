//! The contradictions and traps T1 to T12 in the documents from which the sample hub is made (docs/sample-hub.md): each
//! must come through to the reader as it is, with its source, and nothing may be smoothed away.

use crate::hub::{Hub, reading};
use kernel::calendar::FiscalYear;
use kernel::edtf::Edtf;
use kernel::{Lang, Text};

async fn words(hub: &Hub, record_type: &str, code: &str, lang: Lang) -> String {
    hub.record(record_type, code, lang).await.words()
}

fn holds(words: &str, wanted: &[&str]) {
    for wanted in wanted {
        assert!(words.contains(wanted), "\"{wanted}\" is not on the page: {words}");
    }
}

/// Titles of what a search finds, in order.
async fn found(hub: &Hub, query: &str) -> String {
    hub.index().await;
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
    hub.page(&format!("/ja/search?{query}")).await.words()
}

#[test]
fn t1_the_kobe_memorandum_shows_both_months_with_their_sources_and_both_names() {
    reading(async |hub| {
        let page = words(hub, "agreement", "mou-linkj-06-kobe", Lang::Ja).await;
        holds(&page, &["2018年1月", "2018年2月", "神戸医療産業都市推進機構"]);
        let english = words(hub, "agreement", "mou-linkj-06-kobe", Lang::En).await;
        holds(&english, &["Jan", "Feb", "2018", "table", "body"]);
        let party = words(hub, "organization", "kobe-foundation", Lang::Ja).await;
        holds(&party, &["神戸医療産業都市推進機構", "先端医療振興財団"]);
        assert!(
            found(hub, "先端医療振興財団").await.contains("神戸医療産業都市推進機構"),
            "the former name finds the body"
        );
    });
}

#[test]
fn t2_four_names_lead_to_one_foundation_whose_legal_form_is_in_conflict() {
    reading(async |hub| {
        let page = words(hub, "organization", "mirai-iryo-suishin", Lang::Ja).await;
        holds(
            &page,
            &[
                "一般社団法人",
                "一般財団法人",
                "Organization for Advanced Healthcare Innovation",
                "Organization of Future Medicine",
            ],
        );
        let id = hub.id("organization", "mirai-iryo-suishin").to_string();
        hub.index().await;
        for name in [
            "未来医療推進機構",
            "一般財団法人未来医療推進機構",
            "Organization for Advanced Healthcare Innovation",
            "Organization of Future Medicine",
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", name).finish();
            let page = hub.page(&format!("/ja/search?{query}")).await;
            assert!(page.body.contains(&format!("/organizations/{id}")), "{name} does not find it: {}", page.words());
        }
    });
}

#[test]
fn t3_one_person_has_several_dated_roles_with_titles_in_both_languages() {
    reading(async |hub| {
        let page = words(hub, "person", "sawa-yoshiki", Lang::Ja).await;
        holds(&page, &["理事長", "副理事長", "大学院教授", "未来医療推進機構"]);
        let english = words(hub, "person", "sawa-yoshiki", Lang::En).await;
        holds(&english, &["President", "Vice Chair", "Professor"]);
        for query in ["澤芳樹", "澤 芳樹", "sawa"] {
            assert!(found(hub, query).await.contains("澤"), "{query} finds him");
        }
    });
}

#[test]
fn t4_two_claims_about_the_operator_stand_side_by_side() {
    reading(async |hub| {
        let page = words(hub, "unit", "yanai-my-ips", Lang::En).await;
        holds(
            &page,
            &[
                "Sources differ",
                "Kyoto University iPS Cell Research Foundation",
                "Center for iPS Cell Research and Application",
                "Sankei",
            ],
        );
    });
}

#[test]
fn t5_garbled_names_find_whom_they_mean() {
    reading(async |hub| {
        for (query, means) in [("Japan Life Science Insurance", "日本生命"), ("Yoshi Irohano", "Yoshi")] {
            let page = found(hub, query).await;
            assert!(page.contains(means), "{query}: {page}");
        }
    });
}

#[test]
fn t6_bounds_and_approximations_are_shown_as_such() {
    reading(async |hub| {
        let kbic = words(hub, "organization", "kbic", Lang::En).await;
        assert!(
            kbic.contains("360")
                && (kbic.contains("more than 360")
                    || kbic.contains("over 360")
                    || kbic.contains(">360")
                    || kbic.contains("> 360")),
            "{kbic}"
        );
        assert!(
            kbic.contains("12,700")
                && (kbic.contains("about") || kbic.contains("around") || kbic.contains('~') || kbic.contains("approx")),
            "{kbic}"
        );
        let kbic = words(hub, "organization", "kbic", Lang::Ja).await;
        assert!(kbic.contains("約12,700") || kbic.contains("およそ12,700") || kbic.contains("約 12,700"), "{kbic}");
        let qross = words(hub, "organization", "nakanoshima-qross", Lang::Ja).await;
        assert!(qross.contains("2025年12月") && (qross.contains("頃") || qross.contains("ごろ")), "{qross}");
    });
}

#[test]
fn t7_a_fiscal_year_is_not_a_calendar_year() {
    // A day in March belongs to the fiscal year that began in April of the year before.
    let number = |day: &str| FiscalYear::of(day.parse().unwrap()).number();
    assert_eq!([number("2025-03-31"), number("2025-04-01"), number("2026-03-31")], [2024, 2025, 2025]);
    assert_ne!(FiscalYear::of("2025-04-01".parse().unwrap()).label(Lang::En), "2025");
}

#[test]
fn t8_classes_are_kyoshitsu_in_the_glossary_of_units() {
    let term = directory::vocabularies::UNIT_KINDS.term("kyoshitsu").unwrap();
    assert_eq!(term.label.ja, "教室");
    assert!(
        term.label.en.contains("kyoshitsu") && !term.label.en.to_lowercase().contains("class"),
        "{}",
        term.label.en
    );
}

#[test]
fn t9_a_translation_that_is_not_official_says_so() {
    reading(async |hub| {
        let english = hub.record("agreement", "mou-linkj-06-kobe", Lang::En).await;
        let words = english.words().to_lowercase();
        assert!(words.contains("unofficial") || words.contains("not official"), "{words}");
    });
}

#[test]
fn t10_a_figure_without_a_definition_says_that_it_has_none() {
    reading(async |hub| {
        let qross = words(hub, "organization", "nakanoshima-qross", Lang::En).await;
        assert!(qross.contains("95"), "{qross}");
        let lower = qross.to_lowercase();
        assert!(
            ["no definition", "undefined", "definition not", "not defined", "without a definition"]
                .iter()
                .any(|w| lower.contains(w)),
            "{qross}"
        );
    });
}

#[test]
fn t11_typing_errors_width_and_markup_do_not_hide_a_record() {
    reading(async |hub| {
        for (query, means) in
            [("ＬＩＮＫ－Ｊ", "LINK-J"), ("link-j", "LINK-J"), ("ﾘﾝｸｼﾞｪｲ", "リンクジェイ"), ("大阪府", "大阪府")]
        {
            let page = found(hub, query).await;
            // Half-width kana are a reading that no document prints: nothing need be found, but nothing may break.
            assert!(query.starts_with('ﾘ') || page.contains(means), "{query}: {page}");
        }
    });
}

#[test]
fn t12_a_day_without_a_year_is_shown_without_one() {
    let day = Edtf::parse("XXXX-12-07").unwrap();
    assert!(day.display(Lang::Ja).contains("12月7日"), "{}", day.display(Lang::Ja));
    assert!(day.display(Lang::En).contains("7 Dec"), "{}", day.display(Lang::En));
    reading(async |hub| {
        let page = words(hub, "organization", "osaka-nursing-assoc", Lang::Ja).await;
        holds(&page, &["12月7日"]);
        assert!(!page.contains("XXXX") && !page.contains("2020年12月7日"), "{page}");
        let english = words(hub, "organization", "osaka-nursing-assoc", Lang::En).await;
        assert!(english.contains("7 Dec"), "{english}");
    });
}

#[test]
fn a_fallback_in_the_other_language_is_labelled() {
    let text = Text::original(Lang::Ja, "中之島");
    assert!(text.shown(Lang::En).is_some_and(|shown| shown.label(Lang::En).is_some()));
}
