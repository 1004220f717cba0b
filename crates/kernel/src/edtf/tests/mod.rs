//! Behaviour of EDTF dates, with the traps of the founding texts by name.
#![allow(clippy::unwrap_used)]

mod properties;

use super::*;
use crate::lang::Lang;

fn edtf(text: &str) -> Edtf {
    Edtf::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn human(text: &str) -> String {
    Edtf::parse_human(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const VALID: [&str; 36] = [
    "2020",
    "2020-09",
    "2020-09-07",
    "0000",
    "2004-02-29",
    "2020?",
    "2025-12~",
    "2020-09-07%",
    "201X",
    "20XX",
    "200X",
    "2004-XX",
    "1985-04-XX",
    "1985-XX-XX",
    "2001-21",
    "2001-22",
    "2001-23",
    "2001-24",
    "2018-01/2020-09",
    "2018-01/..",
    "2018-01/",
    "/2020",
    "../2020",
    "2018-01~/2020?",
    "XXXX-12-07",
    "XXXX-12",
    "XXXX-12~",
    "XXXX-02-29",
    "XXXX-23",
    "XXXX-12-XX",
    "2025-04-01/2026-03-31",
    "2016-05/2016-05",
    "2018-01-05/",
    "201X/..",
    "XXXX-12-30/XXXX-01-03",
    "2004-XX~",
];

#[test]
fn strict_forms_are_canonical() {
    for text in VALID {
        assert_eq!(edtf(text).to_string(), text);
        assert_eq!(serde_json::to_string(&edtf(text)).unwrap(), format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Edtf>(&format!("\"{text}\"")).unwrap(), edtf(text));
    }
}

#[test]
fn what_is_no_date_is_refused_with_the_fix() {
    for (text, code) in [
        ("", "edtf.empty"),
        ("yesterday", "edtf.format"),
        ("2020-9", "edtf.format"),
        ("+020", "edtf.format"),
        ("2020-13", "edtf.month"),
        ("2020-00", "edtf.month"),
        ("2021-02-29", "edtf.day"),
        ("2021-04-31", "edtf.day"),
        ("XXXX-02-30", "edtf.day"),
        ("2020-09-00", "edtf.day"),
        ("2020-21-01", "edtf.parts"),
        ("2020-XX-01", "edtf.parts"),
        ("201X-05", "edtf.parts"),
        ("XXXX", "edtf.year"),
        ("2020-09-07T10:00", "edtf.time"),
        ("/", "edtf.ends"),
        ("../", "edtf.ends"),
        ("2020/2019", "edtf.reversed"),
        ("2020-09-07/2020-09-06", "edtf.reversed"),
        ("2018/2019/2020", "edtf.format"),
    ] {
        let error = Edtf::parse(text).unwrap_err();
        assert_eq!(error.code, code, "{text}");
        assert!(!error.text(Lang::Ja).is_empty() && !error.text(Lang::En).is_empty());
    }
    let error = Edtf::parse_human("2021年2月29日").unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "2021年2月29日という日はありません。日を確かめてください。日が分からなければ月までで結構です。"
    );
}

#[test]
fn spans_cover_what_the_text_can_mean() {
    for (text, first, last) in [
        ("2020", "2020-01-01", "2020-12-31"),
        ("2020-02", "2020-02-01", "2020-02-29"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("1985-04-XX", "1985-04-01", "1985-04-30"),
        ("2025-21", "2025-03-01", "2025-05-31"),
        ("2025-24", "2025-12-01", "2026-02-28"),
        ("2018-01/2020-09", "2018-01-01", "2020-09-30"),
    ] {
        assert_eq!((edtf(text).earliest(), edtf(text).latest()), (Some(day(first)), Some(day(last))), "{text}");
    }
    assert_eq!((edtf("2018-01/").latest(), edtf("2018-01/..").latest()), (None, None));
    assert_eq!(edtf("XXXX-12-07").earliest(), None);
}

#[test]
fn an_unknown_end_is_not_no_end() {
    let (unknown, open) = (edtf("2018-01/"), edtf("2018-01/.."));
    assert_ne!(unknown, open);
    assert_eq!(unknown.contains(day("2020-10-01")), Certainty::Maybe);
    assert_eq!(open.contains(day("2020-10-01")), Certainty::Yes);
    assert_eq!(open.contains(day("2018-01-10")), Certainty::Maybe);
    assert_eq!(open.contains(day("2017-12-31")), Certainty::No);
    assert_eq!(unknown.display(Lang::Ja), "2018年1月から(終了日不明)");
    assert_eq!(open.display(Lang::Ja), "2018年1月から(期限なし)");
    assert_eq!(unknown.display(Lang::En), "from Jan 2018 (end date unknown)");
    assert_eq!(open.display(Lang::En), "from Jan 2018 (no end date)");
}

#[test]
fn containment_says_how_sure_it_is() {
    use Certainty::{Maybe, No, Yes};
    for (text, on, expected) in [
        ("2020-09-07", "2020-09-07", Yes),
        ("2020-09-07", "2020-09-08", No),
        ("2020-09-07~", "2020-09-10", Maybe),
        ("2020-09-07~", "2020-09-20", No),
        ("2020-09", "2020-09-07", Maybe),
        ("2020-09", "2020-10-01", No),
        ("2018-01/2020-03", "2019-06-01", Yes),
        ("2018-01/2020-03", "2020-03-10", Maybe),
        ("2018-01/2020-03", "2020-04-01", No),
        ("/2020-03", "2020-04-01", No),
        ("/2020-03", "2010-01-01", Maybe),
        ("../2020-03", "2010-01-01", Yes),
        ("2018-01-05/", "2018-01-05", Yes),
        ("2025-12~/..", "2025-11-15", Maybe),
        ("2025-04-01/2026-03-31", "2025-04-01", Yes),
        ("XXXX-12-07", "2023-12-07", Maybe),
        ("XXXX-12-07", "2023-12-08", No),
        ("XXXX-24", "2024-01-15", Maybe),
        ("XXXX-24", "2024-03-01", No),
    ] {
        assert_eq!(edtf(text).contains(day(on)), expected, "{text} on {on}");
    }
}

#[test]
fn beginnings_can_be_counted_without_ends() {
    assert_eq!(edtf("2020-09-07/").begun_by(day("2020-08-31")), Certainty::No);
    assert_eq!(edtf("2020-09-07/").begun_by(day("2020-09-30")), Certainty::Yes);
    assert_eq!(edtf("2020-07/").begun_by(day("2020-07-15")), Certainty::Maybe);
    assert_eq!(edtf("/2020").begun_by(day("2019-01-01")), Certainty::Maybe);
    assert_eq!(edtf("../2020").begun_by(day("2019-01-01")), Certainty::Yes);
}

#[test]
fn dates_sort_by_start_and_unknown_years_last() {
    let sorted = [
        "20XX",
        "200X",
        "2016-05/",
        "2018",
        "2018-01",
        "2018-01-05",
        "2018-01/2020-01",
        "2018-01/",
        "2018-01/..",
        "2018-02",
        "/2020",
        "2020-21",
        "2020-09",
        "2020-09-07",
        "9999",
        "XXXX-12-07",
        "XXXX-12-07/",
    ];
    let mut keys: Vec<(String, &str)> = sorted.iter().map(|t| (edtf(t).sort_key(), *t)).collect();
    keys.reverse();
    keys.sort();
    let names: Vec<&str> = keys.iter().map(|(_, name)| *name).collect();
    let position = |name: &str| names.iter().position(|n| *n == name).unwrap();
    for pair in [
        ("2018", "2018-01"),
        ("2018-01", "2018-01-05"),
        ("2018-01", "2018-02"),
        ("/2020", "2020-09"),
        ("2020-21", "2020-09"),
        ("9999", "XXXX-12-07"),
        ("2018-01/2020-01", "2018-01/"),
        ("2018-01/", "2018-01/.."),
    ] {
        assert!(position(pair.0) < position(pair.1), "{pair:?} in {names:?}");
    }
}

#[test]
fn both_languages_display_every_shape() {
    for (text, ja, en) in [
        ("2020", "2020年", "2020"),
        ("2020-09", "2020年9月", "Sep 2020"),
        ("2020-09-07", "2020年9月7日", "7 Sep 2020"),
        ("2025-12~", "2025年12月頃", "around Dec 2025"),
        ("2020?", "2020年(不確か)", "2020 (uncertain)"),
        ("2020%", "2020年頃(不確か)", "around 2020 (uncertain)"),
        ("201X", "2010年代", "2010s"),
        ("200X", "200X年", "200X"),
        ("20XX", "20XX年", "20XX"),
        ("2004-XX", "2004年(月不明)", "2004 (month unknown)"),
        ("1985-04-XX", "1985年4月(日不明)", "Apr 1985 (day unknown)"),
        ("2025-21", "2025年春", "spring 2025"),
        ("2018-01/2020-03", "2018年1月から2020年3月まで", "Jan 2018 – Mar 2020"),
        ("/2020", "2020年まで(開始日不明)", "until 2020 (start date unknown)"),
        ("../2020", "2020年まで(開始の定めなし)", "until 2020 (no start date)"),
        ("2025-04-01/2026-03-31", "2025年度", "FY2025"),
        ("XXXX-23", "秋(年不明)", "autumn (year unknown)"),
    ] {
        assert_eq!((edtf(text).display(Lang::Ja), edtf(text).display(Lang::En)), (ja.into(), en.into()), "{text}");
    }
}

#[test]
fn everything_displayed_reads_back() {
    for text in VALID {
        for lang in Lang::ALL {
            let shown = edtf(text).display(lang);
            assert_eq!(human(&shown), text, "{shown}");
        }
    }
}

#[test]
fn friendly_input_is_understood() {
    for (typed, canonical) in [
        ("2020年9月", "2020-09"),
        ("2020/9/7", "2020-09-07"),
        ("2020/09", "2020-09"),
        ("2020.9.7", "2020-09-07"),
        ("2020-9-7", "2020-09-07"),
        ("20200907", "2020-09-07"),
        ("２０２０年９月７日", "2020-09-07"),
        ("2020年 9月 7日（月）", "2020-09-07"),
        ("2020年9月7日(月曜日)", "2020-09-07"),
        ("二〇二〇年九月七日", "2020-09-07"),
        ("令和2年9月7日", "2020-09-07"),
        ("令和元年5月", "2019-05"),
        ("㋿2年", "2020"),
        ("令和二年九月七日", "2020-09-07"),
        ("昭和六十四年一月", "1989-01"),
        ("平成31年", "2019"),
        ("R2.9.7", "2020-09-07"),
        ("H31/4/30", "2019-04-30"),
        ("2025年12月末頃", "2025-12~"),
        ("2025年12月末", "2025-12"),
        ("2025年12月上旬", "2025-12"),
        ("2025年末", "2025-12"),
        ("約2020年", "2020~"),
        ("2020年ごろ", "2020~"),
        ("2025年春", "2025-21"),
        ("2025年の秋", "2025-23"),
        ("2010年代", "201X"),
        ("Sept 2020", "2020-09"),
        ("7 September 2020", "2020-09-07"),
        ("September 7, 2020", "2020-09-07"),
        ("7th Sep. 2020", "2020-09-07"),
        ("Mon 7 Sep 2020", "2020-09-07"),
        ("Monday, September 7th, 2020", "2020-09-07"),
        ("7-Sep-2020", "2020-09-07"),
        ("spring 2025", "2025-21"),
        ("fall of 2025", "2025-23"),
        ("the 2010s", "201X"),
        ("around Dec 2025", "2025-12~"),
        ("ca. 2020", "2020~"),
        ("c.2020", "2020~"),
        ("2015頃", "2015~"),
        ("by end of 2025", "/2025"),
        ("~2020", "2020~"),
        ("end of Dec 2025", "2025-12"),
        ("mid-Dec 2025", "2025-12"),
        ("201x", "201X"),
        ("2018年1月〜2020年3月", "2018-01/2020-03"),
        ("2018年1月～2020年3月", "2018-01/2020-03"),
        ("2018年1月～", "2018-01/"),
        ("～2020年3月", "/2020-03"),
        ("2018年1月から", "2018-01/"),
        ("2018年1月から現在", "2018-01/.."),
        ("2018年1月〜現在", "2018-01/.."),
        ("2020年3月まで", "/2020-03"),
        ("2018 - 2020", "2018/2020"),
        ("2018–2020", "2018/2020"),
        ("Jan 2018 to Mar 2020", "2018-01/2020-03"),
        ("from Jan 2018 to Mar 2020", "2018-01/2020-03"),
        ("from 2018 to present", "2018/.."),
        ("between 2018 and 2020", "2018/2020"),
        ("since Jan 2018", "2018-01/"),
        ("until March 2020", "/2020-03"),
        ("  2020-09  ", "2020-09"),
    ] {
        assert_eq!(human(typed), canonical, "{typed}");
    }
}

#[test]
fn doubtful_input_is_asked_about_not_guessed() {
    for (typed, code) in [
        ("9/7/2020", "edtf.ambiguous"),
        ("12/7", "edtf.ambiguous"),
        ("令和1年4月30日", "edtf.era"),
        ("平成32年", "edtf.era"),
        ("2021/2/29", "edtf.day"),
        ("31 April 2021", "edtf.day"),
        ("next year", "edtf.format"),
        ("2020年13月", "edtf.month"),
        ("around FY2025", "edtf.format"),
        ("may may 2020", "edtf.format"),
    ] {
        assert_eq!(Edtf::parse_human(typed).unwrap_err().code, code, "{typed}");
    }
}

#[test]
fn t1_two_claims_for_one_month_stand_side_by_side() {
    // The body says 2018-02, the table 2018-01: neither date can be the other.
    assert!(!edtf("2018-01").compatible(&edtf("2018-02")));
    assert!(edtf("2020-09").compatible(&edtf("2020-09-07")));
    assert!(edtf("2018-01~").compatible(&edtf("2018-02")));
    assert!(edtf("2018-01/").compatible(&edtf("2018-01/2020")));
    assert!(!edtf("2018-01/..").compatible(&edtf("2018-01/2020")));
    assert!(edtf("XXXX-12-07").compatible(&edtf("2023-12-07")));
    assert!(!edtf("XXXX-12-07").compatible(&edtf("2023-11")));
    assert!(edtf("2018-01").sort_key() < edtf("2018-02").sort_key());
}

#[test]
fn t6_around_the_end_of_december_and_this_autumn_are_dates() {
    assert_eq!(human("around end of Dec"), "XXXX-12~");
    assert_eq!(human("around end of Dec 2025"), "2025-12~");
    assert_eq!(human("2025年12月末頃"), "2025-12~");
    assert_eq!(human("this autumn"), "XXXX-23");
    assert_eq!(edtf("2025-12~").display(Lang::Ja), "2025年12月頃");
    assert_eq!(edtf("2025-12~").contains(day("2026-01-05")), Certainty::Maybe);
}

#[test]
fn t7_a_fiscal_year_runs_from_april_to_march() {
    for typed in ["FY2025", "FY 2025", "fiscal year 2025", "2025年度", "令和7年度", "２０２５年度"] {
        assert_eq!(human(typed), "2025-04-01/2026-03-31", "{typed}");
    }
    let year = edtf("2025-04-01/2026-03-31");
    assert_eq!(year.contains(day("2025-03-31")), Certainty::No);
    assert_eq!(year.contains(day("2026-03-31")), Certainty::Yes);
    assert_eq!(human("spring 2025"), "2025-21");
    assert_eq!(human("by April 2025"), "/2025-04");
    assert_ne!(human("FY2025"), human("2025"));
}

#[test]
fn t12_a_day_without_a_year_sorts_and_displays() {
    for typed in ["12月7日", "December 7th", "7 Dec", "XXXX-12-07"] {
        assert_eq!(human(typed), "XXXX-12-07", "{typed}");
    }
    let date = edtf("XXXX-12-07");
    assert_eq!(date.display(Lang::Ja), "12月7日(年不明)");
    assert_eq!(date.display(Lang::En), "7 Dec (year unknown)");
    assert!(date.sort_key() > edtf("9999-12-31").sort_key());
    assert!(!date.has_year());
    assert_eq!(date.precision(), Precision::Day);
}
