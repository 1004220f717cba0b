//! States as data: whatever happens in whatever order.

use super::noon;
use crate::introductions::model::{Act, Side, State, Step, awaited, seen, step};
use crate::introductions::policy::Policy;
use crate::introductions::store::Introduction;
use kernel::Uuid;
use proptest::prelude::*;

fn fresh(through: bool, by_staff: bool) -> Introduction {
    let (contact_until, expires_at) = Policy::default().last_instants(through, noon());
    Introduction {
        id: Uuid::from_u128(1),
        asker: Uuid::from_u128(2),
        other: Uuid::from_u128(3),
        through: through.then_some(Uuid::from_u128(4)),
        by_staff,
        about: None,
        message: String::new(),
        state: (if through { State::Asked } else { State::Offered }).code().to_owned(),
        declined_by: None,
        asker_yes_at: (!by_staff).then_some(noon()),
        other_yes_at: None,
        asker_account: None,
        other_account: None,
        created_at: noon(),
        created_by: None,
        contact_until,
        expires_at,
        offered_at: (!through).then_some(noon()),
        made_at: None,
        closed_at: None,
        withdrawn_at: None,
        asker_reminded_at: None,
        through_reminded_at: None,
        other_reminded_at: None,
        two_weeks_at: None,
        three_months_at: None,
        told_at: None,
        next_step: String::new(),
        asker_merged_at: None,
        other_merged_at: None,
    }
}

fn acts() -> impl Strategy<Value = Vec<(Act, i64)>> {
    let side = prop_oneof![Just(Side::Asker), Just(Side::Through), Just(Side::Other)];
    let act = prop_oneof![
        4 => side.clone().prop_map(Act::Yes),
        1 => side.prop_map(Act::No),
        1 => Just(Act::Withdraw),
        1 => Just(Act::Expire)
    ];
    proptest::collection::vec((act, 0..6_i64), 1..12)
}

proptest! {
    #[test]
    fn it_is_made_only_when_both_said_yes_and_what_is_over_stays_over(
        through: bool, by_staff: bool, acts in acts()
    ) {
        let (mut one, mut now) = (fresh(through, by_staff), noon());
        for (act, days) in acts {
            now += chrono::TimeDelta::days(days);
            let was = one.state();
            let waited = awaited(&one);
            let Some(step) = step(&one, act, now) else { continue };
            prop_assert!(was.is_open() || step == Step::Pretend, "{was:?} {act:?}");
            if let Act::Yes(side) | Act::No(side) = act {
                prop_assert!(waited.contains(&side));
            }
            match step {
                Step::Offer => (one.state, one.offered_at) = (State::Offered.code().to_owned(), Some(now)),
                Step::Note | Step::Make => {
                    match act {
                        Act::Yes(Side::Asker) => one.asker_yes_at = Some(now),
                        _ => one.other_yes_at = Some(now),
                    }
                    if step == Step::Make {
                        one.state = State::Made.code().to_owned();
                        prop_assert!(one.asker_yes_at.is_some() && one.other_yes_at.is_some());
                        prop_assert!(!through || one.offered_at.is_some());
                    }
                }
                Step::Close(state) => one.state = state.code().to_owned(),
                Step::Pretend => one.withdrawn_at = Some(now),
            }
        }
    }

    #[test]
    fn the_asker_cannot_tell_a_no_from_silence(through: bool, by_contact: bool, day in 0..40_i64) {
        let silent = fresh(through, false);
        let mut declined = silent.clone();
        declined.state = State::Declined.code().to_owned();
        declined.declined_by = Some((if through && by_contact { Side::Through } else { Side::Other }).code().to_owned());
        declined.closed_at = Some(noon());
        let now = noon() + chrono::TimeDelta::days(day);
        prop_assert_eq!(seen(&silent, Side::Asker, now), seen(&declined, Side::Asker, now));
    }
}
