//! What holds for every EDTF date, checked on generated ones.

use super::super::*;
use crate::lang::Lang;
use proptest::prelude::*;

fn any_date() -> impl Strategy<Value = EdtfDate> {
    let year = prop_oneof![
        4 => (0u16..=9999).prop_map(Year::Known),
        1 => (0u16..=999).prop_map(Year::Decade),
        1 => (0u16..=99).prop_map(Year::Century),
        1 => Just(Year::Unknown)
    ];
    let month = prop_oneof![
        Just(Month::Absent),
        Just(Month::Unknown),
        (1u8..=12).prop_map(Month::Known),
        (21u8..=24).prop_map(|c| Month::Season(Season::from_code(c).unwrap()))
    ];
    let day = prop_oneof![Just(Day::Absent), Just(Day::Unknown), (1u8..=31).prop_map(Day::Known)];
    (year, month, day, any::<(bool, bool)>())
        .prop_filter_map("no such date", |(y, m, d, (a, u))| EdtfDate::new(y, m, d, Qualifier::of(a, u)).ok())
}

fn any_edtf() -> impl Strategy<Value = Edtf> {
    let end = prop_oneof![
        3 => any_date().prop_map(Endpoint::Date),
        1 => Just(Endpoint::Open),
        1 => Just(Endpoint::Unknown)
    ];
    let period = (end.clone(), end).prop_filter_map("no such period", |(a, b)| Edtf::interval(a, b).ok());
    prop_oneof![any_date().prop_map(Edtf::Date), period]
}

proptest! {
    #[test]
    fn text_forms_read_back(value in any_edtf()) {
        prop_assert_eq!(Edtf::parse(&value.to_string()), Ok(value));
        for lang in Lang::ALL {
            prop_assert_eq!(Edtf::parse_human(&value.display(lang)), Ok(value));
        }
    }

    #[test]
    fn spans_are_ordered(value in any_edtf()) {
        if let (Some(first), Some(last)) = (value.earliest(), value.latest()) {
            prop_assert!(first <= last);
            prop_assert!(value.contains(first).possible() && value.contains(last).possible());
        }
        prop_assert!(value.compatible(&value));
    }

    #[test]
    fn readers_never_panic(text in ".*") {
        let _ = (Edtf::parse(&text), Edtf::parse_human(&text));
    }

    #[test]
    fn readers_never_panic_on_near_dates(text in "[0-9年月日度代頃X〜~?%/. ()a-e一十元令和から末-]{0,16}") {
        if let Ok(value) = Edtf::parse_human(&text) {
            prop_assert_eq!(Edtf::parse(&value.to_string()), Ok(value));
        }
    }
}
