use super::day;
use crate::agreements::model::asleep::Sleep;
use crate::agreements::model::ordinals::{self, Signed};
use crate::agreements::model::term::{deadlines, months_between, reminder_due};
use crate::agreements::model::{End, Life, NewEnd, Phase, Rest, State};
use chrono::{Days, NaiveDate};
use kernel::Uuid;
use kernel::edtf::{Certainty, Edtf};
use proptest::prelude::*;

fn date(text: &str) -> Edtf {
    Edtf::parse(text).unwrap()
}

fn life(signed: &str, end: &str) -> Life {
    Life {
        state: State::Signed,
        known_on: day("2026-11-22"),
        signed: Edtf::parse(signed).ok(),
        effective: None,
        end: End::parse(end),
        automatic: false,
        notice_days: None,
        new_ends: Vec::new(),
        rests: Vec::new(),
    }
}

#[test]
fn a_month_has_begun_for_certain_on_its_last_day() {
    let osaka = life("2020-09", "");
    assert_eq!(osaka.on(day("2020-08-31")), Phase::NotYet);
    assert_eq!(osaka.on(day("2020-09-07")), Phase::PerhapsBegun);
    assert_eq!(osaka.on(day("2020-09-30")), Phase::EndUnknown);
    assert!(osaka.on(day("2020-09-30")).is_active());
}

#[test]
fn an_unknown_end_is_not_no_end() {
    assert_eq!(life("2020-01-01", "").on(day("2021-01-01")).certainty(), Certainty::Maybe);
    assert_eq!(life("2020-01-01", "..").on(day("2021-01-01")).certainty(), Certainty::Yes);
    assert_eq!(life("2020-01-01", "2020-12-31").on(day("2021-01-01")).certainty(), Certainty::No);
}

#[test]
fn the_last_day_is_still_in_force_and_a_month_ends_with_its_last_day() {
    let exact = life("2020-01-01", "2022-03-31");
    assert_eq!(exact.on(day("2022-03-31")), Phase::InForce);
    assert_eq!(exact.on(day("2022-04-01")), Phase::Ended);
    let vague = life("2020-01-01", "2022-03");
    assert_eq!(vague.on(day("2022-03-15")), Phase::EndsAboutNow);
    assert_eq!(vague.on(day("2022-04-01")), Phase::Ended);
}

#[test]
fn an_amendment_moves_the_end_from_its_signing_on() {
    let mut moved = life("2016-04-01", "2019-03-31");
    moved.new_ends.push(NewEnd { signed: Some(date("2019-02-01")), end: End::parse("2022-03-31") });
    moved.new_ends.push(NewEnd { signed: Some(date("2022-02-01")), end: End::Never });
    assert_eq!(moved.end_on(day("2019-01-31")), End::parse("2019-03-31"));
    assert_eq!(moved.on(day("2021-05-01")), Phase::InForce);
    assert_eq!(moved.on(day("2030-01-01")), Phase::InForce);
}

#[test]
fn what_renews_itself_goes_on_until_somebody_ends_it() {
    let mut renewing = Life { automatic: true, ..life("2016-04-01", "2019-03-31") };
    assert_eq!(renewing.on(day("2024-01-01")), Phase::Renewed);
    renewing.state = State::Ended;
    assert_eq!(renewing.on(day("2024-01-01")), Phase::Ended);
    assert_eq!(renewing.on(day("2018-01-01")), Phase::InForce, "it was in force then");
}

#[test]
fn the_recorded_state_holds_from_the_day_it_is_read() {
    let mut life = life("2020-01-01", "..");
    life.state = State::Ended;
    assert_eq!(life.on(day("2026-11-22")), Phase::Ended);
    life.state = State::Suspended;
    assert_eq!(life.on(day("2027-01-01")), Phase::Suspended);
    life.state = State::Draft;
    assert_eq!(life.on(day("2021-01-01")), Phase::Draft);
}

#[test]
fn without_any_date_nobody_knows_that_it_has_begun() {
    assert_eq!(life("", "").on(day("2026-01-01")), Phase::PerhapsBegun);
}

#[test]
fn deadlines_count_back_from_the_end_and_roll_over_when_it_renews() {
    let mut term = Life { notice_days: Some(60), ..life("2017-07-01", "2027-02-18") };
    let next = deadlines(&term, day("2026-11-22"));
    assert_eq!((next.end, next.notice), (Some(day("2027-02-18")), Some(day("2026-12-20"))));
    assert_eq!(deadlines(&term, day("2027-01-01")).notice, None, "too late to give notice");
    assert_eq!(deadlines(&term, day("2027-02-19")).end, None);
    term.automatic = true;
    assert_eq!(deadlines(&term, day("2027-02-19")).end, Some(day("2028-02-18")));
    let leap = Life { automatic: true, ..life("2020-03-01", "2024-02-29") };
    assert_eq!(deadlines(&leap, day("2027-12-01")).end, Some(day("2028-02-29")));
    assert_eq!(deadlines(&life("2020-01-01", ""), day("2026-11-22")).end, None);
}

#[test]
fn reminders_come_at_ninety_thirty_and_seven_days() {
    let due = day("2027-03-31");
    let on = |left: u64| reminder_due(due, due.checked_sub_days(Days::new(left)).unwrap());
    assert_eq!(
        (on(91), on(90), on(31), on(30), on(8), on(7), on(0)),
        (None, Some(90), Some(90), Some(30), Some(30), Some(7), Some(7))
    );
    assert_eq!(reminder_due(due, day("2027-04-01")), None);
}

#[test]
fn a_young_clause_is_not_asleep_and_a_vague_date_counts_at_its_end() {
    let today = day("2026-11-22");
    let never = |begun: &str| Sleep::of(Edtf::parse(begun).ok(), [], today);
    assert!(!never("2026-08-01").is_asleep(24));
    assert!(never("2024-11-22").is_asleep(24));
    assert!(!never("2024-11-23").is_asleep(24));
    let used = |happened: &str| Sleep::of(Some(date("2016-05")), [date(happened)], today);
    assert!(used("2019-02").is_asleep(24));
    assert!(!used("2024").is_asleep(24), "it may have been in December 2024");
    assert!(used("2030-01-01").is_asleep(24), "a plan is no use");
    assert!(!used("2030-01-01").ever_used);
}

#[test]
fn ordinals_are_said_as_people_say_them() {
    let said: Vec<String> = [1, 3, 10, 11, 12, 13, 21, 22, 23, 111, 103].into_iter().map(ordinals::ordinal).collect();
    assert_eq!(said.join(" "), "first third tenth 11th 12th 13th 21st 22nd 23rd 111th 103rd");
}

#[test]
fn two_signed_in_one_month_leave_their_order_open() {
    let signed = |n: u128, on: &str| Signed {
        agreement: Uuid::from_u128(n),
        hub: None,
        of_type: "mou".to_owned(),
        signed: date(on),
        party_kind: Some("university".to_owned()),
    };
    let places = ordinals::places(vec![
        signed(1, "2016-05"),
        signed(2, "2016-05"),
        signed(3, "2017-06-01"),
        signed(4, "2017-06-02"),
    ]);
    let place = |n: u128| places.get(&Uuid::from_u128(n)).unwrap();
    assert_eq!((place(1).nth, place(1).certain), (1, false));
    assert_eq!((place(3).nth, place(3).certain), (3, true));
    assert_eq!(place(4).of_kind, Some(("university".to_owned(), 4)));
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..15_000).prop_map(|n| day("2000-01-01").checked_add_days(Days::new(n)).unwrap())
}

fn any_end() -> impl Strategy<Value = End> {
    prop_oneof![
        Just(End::Unknown),
        Just(End::Never),
        any_day().prop_map(|d| End::On(Edtf::day(d).unwrap())),
        any_day().prop_map(|d| End::parse(&d.format("%Y-%m").to_string())),
    ]
}

/// Time goes one way: not yet, perhaps, in force, about to end, over.
fn step(phase: Phase) -> u8 {
    match phase {
        Phase::NotYet => 0,
        Phase::PerhapsBegun => 1,
        Phase::InForce | Phase::EndUnknown => 2,
        Phase::EndsAboutNow => 3,
        _ => 4,
    }
}

proptest! {
    #[test]
    fn a_life_never_runs_backwards(signed in any_day(), end in any_end(), one in any_day(), later in 0_u64..5_000) {
        let life = Life { signed: Edtf::day(signed), end, ..life("", "") };
        let other = one.checked_add_days(Days::new(later)).unwrap();
        prop_assert!(step(life.on(one)) <= step(life.on(other)));
    }

    #[test]
    fn a_rest_holds_from_its_first_day_to_the_day_before_it_is_in_force_again(since in any_day(), length in 1_u64..400) {
        let until = since.checked_add_days(Days::new(length)).unwrap();
        let mut life = Life { known_on: day("2100-01-01"), ..life("1999-01-01", "..") };
        life.rests.push(Rest { since, until: Some(until) });
        let before = |d: NaiveDate| d.checked_sub_days(Days::new(1)).unwrap();
        prop_assert_eq!(life.on(before(since)), Phase::InForce);
        prop_assert_eq!(life.on(since), Phase::Suspended);
        prop_assert_eq!(life.on(before(until)), Phase::Suspended);
        prop_assert_eq!(life.on(until), Phase::InForce);
    }

    #[test]
    fn what_is_active_was_signed_and_is_neither_over_nor_resting(signed in any_day(), end in any_end(), on in any_day()) {
        let life = Life { signed: Edtf::day(signed), end, ..life("", "") };
        if life.on(on).is_active() {
            prop_assert!(signed <= on);
            if let End::On(end) = end {
                prop_assert!(on <= end.latest().unwrap());
            }
        }
    }

    #[test]
    fn sleep_only_grows_until_the_next_use(used in any_day(), one in 0_u64..3_000, more in 0_u64..3_000) {
        let at = |n: u64| used.checked_add_days(Days::new(n)).unwrap();
        let months = |today| Sleep::of(None, Edtf::day(used), today).months.unwrap();
        prop_assert!(months(at(one)) <= months(at(one + more)));
        prop_assert_eq!(months(at(one)), months_between(used, at(one)));
    }

    #[test]
    fn places_count_without_gaps_in_the_order_of_signing(days in prop::collection::vec(any_day(), 1..30)) {
        let signed: Vec<Signed> = days.iter().enumerate().map(|(n, on)| Signed {
            agreement: Uuid::from_u128(n as u128 + 1),
            hub: None,
            of_type: "mou".to_owned(),
            signed: Edtf::day(*on).unwrap(),
            party_kind: None,
        }).collect();
        let places = ordinals::places(signed.clone());
        let mut all: Vec<usize> = places.values().map(|place| place.nth).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (1..=days.len()).collect::<Vec<_>>());
        for one in &signed {
            for other in &signed {
                if one.signed.earliest() < other.signed.earliest() {
                    prop_assert!(places[&one.agreement].nth < places[&other.agreement].nth);
                }
            }
        }
    }
}
