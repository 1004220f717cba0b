//! Behaviour of amounts of money.
#![allow(clippy::unwrap_used)]

use super::*;
use proptest::prelude::*;

fn human(text: &str) -> String {
    Money::parse_human(text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

#[test]
fn written_amounts_are_understood() {
    for (written, canonical) in [
        ("1,000,000円", "JPY 1000000"),
        ("¥1,000", "JPY 1000"),
        ("￥1,000", "JPY 1000"),
        ("１，０００円", "JPY 1000"),
        ("120万円", "JPY 1200000"),
        ("1億2000万円", "JPY 120000000"),
        ("1.5億円", "JPY 150000000"),
        ("500千円", "JPY 500000"),
        ("12百万円", "JPY 12000000"),
        ("500円也", "JPY 500"),
        ("JPY 1000", "JPY 1000"),
        ("1000 yen", "JPY 1000"),
        ("USD 20.50", "USD 20.50"),
        ("usd20.5", "USD 20.50"),
        ("$20", "USD 20.00"),
        ("US$20", "USD 20.00"),
        ("20 EUR", "EUR 20.00"),
        ("€1,234.50", "EUR 1234.50"),
        ("30万ドル", "USD 300000.00"),
        ("1.5 million yen", "JPY 1500000"),
        ("KWD 1.250", "KWD 1.250"),
        ("-¥500", "JPY -500"),
        ("▲500円", "JPY -500"),
        ("CHF 20", "CHF 20.00"),
    ] {
        assert_eq!(human(written), canonical, "{written}");
    }
    assert_eq!(Money::parse_with("1,000", Currency::JPY).unwrap(), Money::yen(1000));
}

#[test]
fn errors_name_the_fix() {
    for (written, code) in [
        ("", "money.empty"),
        ("lots", "money.format"),
        ("1,000", "money.currency"),
        ("10.5円", "money.decimals"),
        ("USD 1.005", "money.decimals"),
        ("XYZ 5", "money.format"),
        ("999999999999999999999円", "money.format"),
    ] {
        let error = Money::parse_human(written).unwrap_err();
        assert_eq!(error.code, code, "{written}");
        assert!(!error.text(Lang::Ja).is_empty() && !error.text(Lang::En).is_empty());
    }
}

#[test]
fn only_the_canonical_form_is_stored() {
    for text in ["JPY 1000000", "USD 20.50", "USD -0.05", "KWD 1.250"] {
        let money = Money::parse(text).unwrap();
        assert_eq!(serde_json::from_str::<Money>(&serde_json::to_string(&money).unwrap()).unwrap(), money);
    }
    for text in ["JPY 1,000", "USD 20.5", "usd 20.50", "JPY 01", "1000", "USD -"] {
        assert!(Money::parse(text).is_err(), "{text}");
    }
}

#[test]
fn both_languages_display_money_as_cldr_does() {
    let yen = Money::yen(14_760_000);
    assert_eq!(yen.display(Lang::Ja), "￥14,760,000");
    assert_eq!(yen.display(Lang::En), "¥14,760,000");
    assert_eq!(yen.display_compact(Lang::Ja), "1476万円");
    assert_eq!(Money::yen(120_000_000).display_compact(Lang::Ja), "1億2000万円");
    assert_eq!(Money::yen(300_000_000).display_compact(Lang::Ja), "3億円");
    assert_eq!(Money::yen(12_345).display_compact(Lang::Ja), "12,345円");
    assert_eq!(Money::yen(0).display_compact(Lang::Ja), "0円");
    assert_eq!(Money::new(2050, Currency::USD).display(Lang::Ja), "$20.50");
    assert_eq!(Money::new(-2050, Currency::from_code("CHF").unwrap()).display(Lang::En), "CHF -20.50");
    assert_eq!(Money::yen(-500).display(Lang::En), "-¥500");
}

#[test]
fn currencies_do_not_mix_and_sums_do_not_overflow() {
    assert_eq!(Money::yen(1).plus(Money::yen(2)), Some(Money::yen(3)));
    assert_eq!(Money::yen(1).plus(Money::new(1, Currency::USD)), None);
    assert_eq!(Money::yen(i64::MAX).plus(Money::yen(1)), None);
    assert_eq!(Money::yen(5).minus(Money::yen(7)), Some(Money::yen(-2)));
    assert_eq!(Money::yen(i64::MAX).times(2), None);
}

proptest! {
    #[test]
    fn every_form_reads_back(minor in -(1i64 << 53)..(1i64 << 53), index in 0usize..5) {
        let code = ["JPY", "USD", "EUR", "KWD", "CHF"][index];
        let money = Money::new(minor, Currency::from_code(code).unwrap());
        prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
        for lang in Lang::ALL {
            prop_assert_eq!(Money::parse_human(&money.display(lang)), Ok(money));
            prop_assert_eq!(Money::parse_human(&money.display_compact(lang)), Ok(money));
        }
        prop_assert_eq!(Money::parse_human(&money.to_string()), Ok(money));
    }

    #[test]
    fn readers_never_panic(text in ".*") {
        let _ = (Money::parse(&text), Money::parse_human(&text));
    }
}
