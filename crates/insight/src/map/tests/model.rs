//! The formula of strengths.

use crate::map::model::{Kind, Tie, strength, together};
use chrono::{Days, NaiveDate};
use kernel::edtf::Edtf;
use kernel::{Audience, Level, Uuid};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn tie(kind: Kind, period: &str) -> Tie {
    let tie = Tie::between(kind, Uuid::from_u128(1), Uuid::from_u128(2), ("relation", Uuid::from_u128(3))).unwrap();
    tie.during(Edtf::parse(period).ok())
}

#[test]
fn a_tie_is_whole_while_it_lasts_and_half_after_its_half_life() {
    let agreement = tie(Kind::Agreement, "2010-01-01/2015-06-30");
    assert_eq!(strength(&agreement, day("2009-12-31")), 0.0);
    assert_eq!(strength(&agreement, day("2012-01-01")), 0.6);
    assert_eq!(strength(&agreement, day("2015-06-30")), 0.6);
    let half = strength(&agreement, day("2020-06-29"));
    assert!((half - 0.3).abs() < 0.001, "{half}");
}

#[test]
fn what_has_no_end_does_not_fade_and_what_has_no_date_is_there() {
    assert_eq!(strength(&tie(Kind::Structure, "2001/.."), day("2026-01-01")), 0.9);
    assert_eq!(strength(&tie(Kind::Role, ""), day("1990-01-01")), 0.7);
}

#[test]
fn a_party_is_not_tied_to_itself() {
    let one = Uuid::from_u128(1);
    assert_eq!(Tie::between(Kind::Role, one, one, ("role", one)), None);
}

#[test]
fn every_audience_must_admit_the_reader() {
    let both =
        tie(Kind::Role, "2020/..").seen_by(&Audience::from(Level::Members)).seen_by(&Audience::from(Level::Staff));
    let member = kernel::audience::Keyring { levels: vec![Level::Public, Level::Members], ..Default::default() };
    assert!(!both.is_open_to(&member));
    assert!(tie(Kind::Role, "2020/..").seen_by(&Audience::from(Level::Public)).is_open_to(&member));
}

proptest! {
    #[test]
    fn together_is_never_weaker_than_the_strongest_nor_above_one(strengths in prop::collection::vec(0.0_f64..=1.0, 0..12)) {
        let whole = together(strengths.iter().copied());
        let most = strengths.iter().copied().fold(0.0, f64::max);
        prop_assert!(whole >= most - 1e-12 && whole <= 1.0);
    }

    #[test]
    fn an_ended_tie_only_fades(after in 0_u64..10_000, more in 0_u64..5_000) {
        let tie = tie(Kind::Meeting, "2015-03-01");
        let on = |days| strength(&tie, day("2015-03-01").checked_add_days(Days::new(days)).unwrap());
        prop_assert!(on(after) >= on(after + more));
    }
}
