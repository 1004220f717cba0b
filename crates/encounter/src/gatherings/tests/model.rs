use crate::gatherings::model::admission::{Facts, Offer, Policy, Seats, offer};
use crate::gatherings::model::timetable::{Clash, Slot, clashes, grid, overlaps};
use crate::gatherings::model::waiting::{Order, Waiting, promoted};
use crate::gatherings::model::{State, vtimezone};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Uuid;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn facts() -> Facts {
    Facts {
        state: State::Published,
        policy: Policy::Open,
        opens: Some(at("2026-11-01T00:00:00Z")),
        member_opens: None,
        closes: at("2026-11-30T08:00:00Z"),
        starts: at("2026-12-01T05:00:00Z"),
        ends: at("2026-12-01T08:00:00Z"),
        order: Some(Order::Fill),
        seats: Seats { capacity: Some(10), taken: 4, ..Seats::default() },
    }
}

#[test]
fn registration_closes_with_the_minute_that_is_written() {
    let closes = facts().closes;
    assert_eq!(offer(&facts(), closes - TimeDelta::microseconds(1), 1, false), Offer::Register);
    assert_eq!(offer(&facts(), closes, 1, false), Offer::Closed);
    assert_eq!(offer(&facts(), facts().ends, 1, false), Offer::Over);
    assert_eq!(offer(&facts(), at("2026-10-31T23:59:59Z"), 1, false), Offer::NotYet);
}

#[test]
fn a_party_gets_all_its_seats_or_a_place_on_the_list() {
    let now = at("2026-11-20T00:00:00Z");
    assert_eq!(offer(&facts(), now, 6, false), Offer::Register);
    assert_eq!(offer(&facts(), now, 7, false), Offer::Wait);
    let full = Facts { order: None, ..facts() };
    assert_eq!(offer(&full, now, 7, false), Offer::Full);
}

#[test]
fn nobody_overtakes_where_the_list_is_strict() {
    let now = at("2026-11-20T00:00:00Z");
    let seats = Seats { capacity: Some(10), taken: 8, waiting: 3, ..Seats::default() };
    let fill = Facts { seats, ..facts() };
    assert_eq!(offer(&fill, now, 2, false), Offer::Register);
    assert_eq!(offer(&Facts { order: Some(Order::Strict), ..fill }, now, 2, false), Offer::Wait);
}

#[test]
fn policies_and_states_say_why_not() {
    let now = at("2026-11-20T00:00:00Z");
    let with = |policy| offer(&Facts { policy, ..facts() }, now, 1, false);
    assert_eq!(with(Policy::Invitation), Offer::ByInvitation);
    assert_eq!(offer(&Facts { policy: Policy::Invitation, ..facts() }, now, 1, true), Offer::Register);
    assert_eq!(with(Policy::Approval), Offer::Ask);
    assert_eq!(with(Policy::External), Offer::Elsewhere);
    assert_eq!(with(Policy::None), Offer::NotNeeded);
    assert_eq!(offer(&Facts { state: State::Draft, ..facts() }, now, 1, true), Offer::NotPublished);
    assert_eq!(offer(&Facts { state: State::Cancelled, ..facts() }, now, 1, true), Offer::Cancelled);
}

#[test]
fn what_was_announced_is_never_a_draft_again() {
    assert!(State::Draft.may_become(State::Published) && State::Cancelled.may_become(State::Published));
    assert!(!State::Published.may_become(State::Draft) && !State::Cancelled.may_become(State::Draft));
}

proptest! {
    #[test]
    fn promotion_never_overfills_never_splits_and_keeps_the_order(
        free in 0_i64..20,
        kept in 0_i64..8,
        waiting in prop::collection::vec((1_i64..6, any::<bool>()), 0..30),
        strict in any::<bool>(),
    ) {
        let queue: Vec<Waiting<usize>> = waiting.iter().enumerate()
            .map(|(party, (people, priority))| Waiting { party, people: *people, priority: *priority }).collect();
        let order = if strict { Order::Strict } else { Order::Fill };
        let moved = promoted(Some(free), kept, &queue, order);
        let on_kept: i64 = moved.iter().map(|(_, on_kept)| on_kept).sum();
        let taken: i64 = moved.iter().map(|(at, on_kept)| queue[*at].people - on_kept).sum();
        prop_assert!(taken <= free && on_kept <= kept);
        prop_assert!(moved.iter().all(|(at, on_kept)| *on_kept == 0 || queue[*at].priority));
        let up: Vec<usize> = moved.iter().map(|(at, _)| *at).collect();
        prop_assert!(up.windows(2).all(|pair| pair[0] < pair[1]));
        if strict {
            // A guest is passed only by members who sit on kept seats alone; a member by nobody.
            for (later, on_kept) in &moved {
                for before in queue[..*later].iter().filter(|one| !up.contains(&one.party)) {
                    prop_assert!(!before.priority && queue[*later].people == *on_kept);
                }
            }
        }
        // Nobody who would still fit is left behind, unless somebody before them is.
        for one in &queue {
            let left = free - taken + if one.priority { kept - on_kept } else { 0 };
            let passed = !up.contains(&one.party);
            let needs_open = one.people > if one.priority { kept - on_kept } else { 0 };
            let blocked = strict
                && queue.iter().any(|before| {
                    before.party < one.party && !up.contains(&before.party) && (before.priority || needs_open)
                });
            prop_assert!(!passed || blocked || one.people > left);
        }
    }

    #[test]
    fn a_grid_holds_every_session_of_the_day_within_its_rows(
        sessions in prop::collection::vec((0_i64..200, 1_i64..36, 0_usize..4), 1..40),
    ) {
        let day = at("2026-12-01T08:00:00Z").naive_utc();
        let rooms: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let slots: Vec<Slot> = sessions.iter().enumerate().map(|(n, (start, length, room))| {
            let start = day + TimeDelta::minutes(start * 5 % 700);
            Slot { id: Uuid::from_u128(100 + n as u128), room: rooms.get(*room).copied(), start, end: start + TimeDelta::minutes(length * 5), people: Vec::new() }
        }).collect();
        let grid = grid(&slots, &rooms, day.date());
        prop_assert_eq!(grid.cells.len(), slots.len());
        for cell in &grid.cells {
            prop_assert!(1 <= cell.a && cell.a < cell.b && cell.b <= grid.rows + 1 && grid.rows <= 181, "{:?} of {}", cell, grid.rows);
            prop_assert!(cell.r <= 3);
        }
    }
}

fn slot(id: u128, room: u128, start: &str, end: &str, people: &[u128]) -> Slot {
    let time = |text: &str| format!("2026-12-01T{text}:00Z").parse::<DateTime<Utc>>().unwrap().naive_utc();
    Slot {
        id: Uuid::from_u128(id),
        room: Some(Uuid::from_u128(room)),
        start: time(start),
        end: time(end),
        people: people.iter().map(|id| Uuid::from_u128(*id)).collect(),
    }
}

#[test]
fn rooms_and_people_clash_but_sessions_back_to_back_do_not() {
    let slots = [
        slot(1, 1, "10:00", "11:00", &[7]),
        slot(2, 1, "11:00", "12:00", &[]),
        slot(3, 1, "10:30", "10:45", &[]),
        slot(4, 2, "10:50", "11:10", &[7]),
    ];
    let id = Uuid::from_u128;
    assert_eq!(clashes(&slots), [Clash::Room(id(1), id(1), id(3)), Clash::Person(id(7), id(1), id(4))]);
    assert_eq!(overlaps(&slots, &[id(2), id(4)]), [(id(4), id(2))]);
    assert!(overlaps(&slots, &[id(1), id(2)]).is_empty());
}

#[test]
fn a_zone_without_daylight_saving_is_one_change_and_one_with_it_is_every_change() {
    let tokyo = vtimezone::changes(chrono_tz::Asia::Tokyo, at("2026-12-01T05:00:00Z"), at("2026-12-01T08:00:00Z"));
    assert_eq!(tokyo.len(), 1);
    assert_eq!((tokyo[0].to, tokyo[0].name.as_str(), tokyo[0].daylight), (9 * 3600, "JST", false));
    // tz database: the United States change on 8 March and 1 November 2026.
    let chicago =
        vtimezone::changes(chrono_tz::America::Chicago, at("2026-02-01T00:00:00Z"), at("2026-12-01T00:00:00Z"));
    let told: Vec<_> = chicago.iter().map(|c| (c.at.to_string(), c.from / 3600, c.to / 3600, c.daylight)).collect();
    assert_eq!(told[1], ("2026-03-08 02:00:00".to_owned(), -6, -5, true));
    assert_eq!(told[2], ("2026-11-01 02:00:00".to_owned(), -5, -6, false));
    assert_eq!(vtimezone::offset_words(-12_600), "-0330");
}
