//! Behaviour of approximate numbers, with trap T6 of the founding texts.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::lang::Lang;
use proptest::prelude::*;

fn human(text: &str) -> String {
    Approx::parse_human(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

#[test]
fn canonical_forms_read_back() {
    for text in
        ["360", ">360", ">=60", "<5", "<=95 %", "~12700 people", "30..40", "-3..4", "1.50", "30..40 社", "95.0 %"]
    {
        assert_eq!(Approx::parse(text).unwrap().to_string(), text);
    }
    for text in ["", "abc", ">", "1,000", "40..30", "5 6", "60+", "5people", "..5", "~ 5"] {
        assert!(Approx::parse(text).is_err(), "{text}");
    }
}

#[test]
fn t6_the_numbers_of_the_sources_keep_their_precision() {
    for (written, canonical, low, high) in [
        (">360", ">360", Some(360.0), None),
        ("~12,700", "~12700", Some(11_430.0), Some(13_970.0)),
        ("more than 60", ">60", Some(60.0), None),
        ("as high as 95", "<=95", None, Some(95.0)),
        ("30th or 40th", "30..40", Some(30.0), Some(40.0)),
        ("about 12 years", "~12 years", Some(10.8), Some(13.2)),
    ] {
        let value = Approx::parse_human(written).unwrap();
        assert_eq!(value.to_string(), canonical);
        assert_eq!(value.bounds(), (low, high), "{written}");
    }
}

#[test]
fn friendly_input_is_understood() {
    for (written, canonical) in [
        ("約12,700人", "~12700 人"),
        ("360社以上", ">=360 社"),
        ("1万2700", "12700"),
        ("１万２，７００人", "12700 人"),
        ("1.2万人程度", "~12000 人"),
        ("360社を超える", ">360 社"),
        ("360社超", ">360 社"),
        ("60社余り", ">60 社"),
        ("95%以下", "<=95 %"),
        ("最大95%", "<=95 %"),
        ("95%未満", "<95 %"),
        ("30〜40", "30..40"),
        ("30～40人", "30..40 人"),
        ("30人から40人", "30..40 人"),
        ("30位か40位", "30..40 位"),
        ("30-40", "30..40"),
        ("30–40 companies", "30..40 companies"),
        ("30 to 40", "30..40"),
        ("between 30 and 40", "30..40"),
        ("60+", ">=60"),
        ("60+ companies", ">=60 companies"),
        ("60 or more", ">=60"),
        ("over 360 companies", ">360 companies"),
        ("Over 360", ">360"),
        ("at least 5", ">=5"),
        ("up to 95 %", "<=95 %"),
        ("less than 5%", "<5 %"),
        ("≥ 60", ">=60"),
        ("≦95", "<=95"),
        ("> 360", ">360"),
        ("~12 million people", "~12000000 people"),
        ("約5か国", "~5 か国"),
        ("3年から5年", "3..5 年"),
        ("1.5 million people", "1500000 people"),
        ("約360社以上", ">=360 社"),
        ("3億円規模", "300000000 円規模"),
        ("about 30 to 40", "30..40"),
    ] {
        assert_eq!(human(written), canonical, "{written}");
    }
}

#[test]
fn what_is_no_number_is_refused_with_the_fix() {
    for (written, code) in [
        ("", "approx.empty"),
        ("many", "approx.format"),
        ("40〜30", "approx.reversed"),
        ("at least 5以下", "approx.format"),
    ] {
        let error = Approx::parse_human(written).unwrap_err();
        assert_eq!(error.code, code, "{written}");
        assert!(!error.text(Lang::Ja).is_empty());
    }
}

#[test]
fn both_languages_display_every_shape() {
    for (canonical, ja, en) in [
        (">360 社", "360社超", "more than 360 companies"),
        ("~12700 people", "約12,700人", "about 12,700 people"),
        (">=60", "60以上", "at least 60"),
        ("<=95 %", "95%以下", "at most 95%"),
        ("<5 %", "5%未満", "less than 5%"),
        ("30..40", "30〜40", "30–40"),
        ("12 年", "12年", "12 years"),
        ("3 labs", "3 labs", "3 labs"),
    ] {
        let value = Approx::parse(canonical).unwrap();
        assert_eq!((value.display(Lang::Ja), value.display(Lang::En)), (ja.into(), en.into()));
    }
}

#[test]
fn sorting_follows_the_number_and_then_the_bound() {
    let sorted = ["-5", "-1", "0", "0.5", "<95", "<=95", "95", "~95", ">=95", ">95", "90..101", "12700"];
    let mut keys: Vec<String> = sorted.iter().map(|t| Approx::parse(t).unwrap().sort_key()).collect();
    let expected = keys.clone();
    keys.sort();
    assert_eq!(keys, expected);
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    (-1_000_000_000i64..1_000_000_000, 0u8..4).prop_map(|(units, scale)| Decimal::new(units, scale).unwrap())
}

fn any_approx() -> impl Strategy<Value = Approx> {
    let amount = prop_oneof![
        any_decimal().prop_map(Amount::Exactly),
        any_decimal().prop_map(Amount::About),
        any_decimal().prop_map(Amount::MoreThan),
        any_decimal().prop_map(Amount::AtLeast),
        any_decimal().prop_map(Amount::LessThan),
        any_decimal().prop_map(Amount::AtMost),
        (any_decimal(), any_decimal()).prop_map(|(a, b)| Amount::Between(a, b)),
    ];
    (amount, ".{0,12}").prop_filter_map("refused", |(amount, unit)| Approx::new(amount, &unit).ok())
}

proptest! {
    #[test]
    fn text_reads_back_and_bounds_are_ordered(value in any_approx()) {
        let back = Approx::parse(&value.to_string());
        prop_assert_eq!(back.as_ref(), Ok(&value));
        if let (Some(low), Some(high)) = value.bounds() {
            prop_assert!(low <= high);
        }
    }

    #[test]
    fn displayed_bounds_read_back(number in any_decimal(), other in any_decimal(), shape in 0usize..7) {
        let (low, high) = if number.to_f64() <= other.to_f64() { (number, other) } else { (other, number) };
        let amount = [Amount::Exactly(low), Amount::About(low), Amount::MoreThan(low), Amount::AtLeast(low),
            Amount::LessThan(low), Amount::AtMost(low), Amount::Between(low, high)][shape];
        for lang in Lang::ALL {
            let value = Approx::new(amount, "%").unwrap();
            let shown = value.display(lang);
            let back = Approx::parse_human(&shown);
            prop_assert_eq!(back, Ok(value), "{}", shown);
        }
    }

    #[test]
    fn readers_never_panic(text in ".*") {
        let _ = (Approx::parse(&text), Approx::parse_human(&text));
    }

    #[test]
    fn friendly_readings_are_canonical(text in "(約|over |~|>|<=|)[0-9,.]{1,8}(万|%|社|人| companies|)(以上|超|程度|\\+| or more|〜9|)") {
        if let Ok(value) = Approx::parse_human(&text) {
            let back = Approx::parse(&value.to_string());
            prop_assert_eq!(back, Ok(value));
        }
    }
}
