//! What happens after the first schedule: freezing, repair with few changes, explanations, stopping, hostile orders.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use engine::meet::bound::{Grain, bound};
use engine::meet::solve::{Outcome, SolveOptions, Status, solve};
use engine::meet::{Cause, Instance, Numbers, Profile, Reason, Solution, check, explain, generate, read_instance};
use std::time::Instant;

fn run(x: &Instance, seconds: f64, start: Option<&Solution>, freeze: &[u32], keep: bool) -> Outcome {
    let begin = Instant::now();
    solve(
        x,
        &SolveOptions {
            clock: &|| begin.elapsed().as_secs_f64(),
            deadline: seconds,
            threads: 2,
            seed: 3,
            start,
            freeze,
            keep,
            progress: &|_| (),
            stop: &|| false,
        },
    )
}

fn event() -> Instance {
    read_instance(generate(Profile::Partnering { people: 150 }, 9).as_bytes()).unwrap()
}

#[test]
fn the_weight_stays_below_the_bound_and_close_to_it() {
    let x = event();
    let out = run(&x, 1.0, None, &[], false);
    let score = out.score.unwrap();
    assert!(score.weight <= out.bound, "{} > {}", score.weight, out.bound);
    assert!(score.weight * 100 >= out.bound * 95, "{} of {}", score.weight, out.bound);
    let fine = bound(&x, Grain::Slot, &|| false);
    assert!(score.weight <= fine.weight);
}

#[test]
fn frozen_meetings_stay_exactly_as_they_are() {
    let x = event();
    let before = run(&x, 0.4, None, &[], false).solution.unwrap();
    let freeze: Vec<u32> = before.meetings.iter().step_by(3).map(|m| m.request).collect();
    let after = run(&x, 0.6, Some(&before), &freeze, false).solution.unwrap();
    for m in before.meetings.iter().filter(|m| freeze.contains(&m.request)) {
        assert!(after.meetings.contains(m), "{m:?} was changed");
    }
}

#[test]
fn a_cancelled_person_changes_little_else() {
    let x = event();
    let before = run(&x, 0.5, None, &[], false).solution.unwrap();
    let mut later = x.clone();
    let p = before.meetings[before.meetings.len() / 2].people[0];
    let hard = |m: &&engine::meet::Meeting| m.people.contains(&p) && x.requests[m.request as usize].must;
    assert!(before.meetings.iter().find(hard).is_none());
    later.people[p as usize].available = 0;
    let out = run(&later, 2.0, Some(&before), &[], true);
    assert!(check(&later, out.solution.as_ref().unwrap()).is_ok());
    assert!(out.forced_changes >= 1 && out.changes <= 3 * out.forced_changes, "{} {}", out.changes, out.forced_changes);
}

#[test]
fn every_request_left_out_is_explained() {
    let x = event();
    let s = run(&x, 0.5, None, &[], false).solution.unwrap();
    let list = explain(&x, &s);
    assert_eq!(list.len() + s.meetings.len(), x.requests.len());
    assert!(list.iter().all(|e| !e.why.ja.is_empty() && !e.remedy.en.is_empty()));
    assert!(
        list.iter().any(|e| e.reason == Reason::Outweighed || e.reason == Reason::Full || e.reason == Reason::NoPlace)
    );
}

#[test]
fn stopping_at_once_still_gives_a_checked_schedule_or_none() {
    let x = event();
    let out = solve(
        &x,
        &SolveOptions {
            clock: &|| 0.0,
            deadline: 1.0,
            threads: 2,
            seed: 1,
            start: None,
            freeze: &[],
            keep: false,
            progress: &|_| (),
            stop: &|| true,
        },
    );
    assert_eq!(out.solution.is_some(), out.score.is_some());
}

#[test]
fn an_overbooked_person_is_named_as_the_cause() {
    let text = r#"{"format":"ems/1","name":"n","slots":{"day":[0,0],"block":[0,0],"utc":[0,30]},"orgs":4,
        "people":[{"org":0},{"org":1},{"org":2},{"org":3}],"place_count":9,
        "requests":[{"w":1,"p":[0,1],"must":true},{"w":1,"p":[0,2],"must":true},{"w":1,"p":[0,3],"must":true}]}"#;
    let x = read_instance(text.as_bytes()).unwrap();
    let out = run(&x, 1.0, None, &[], false);
    assert_eq!(out.status, Status::Infeasible);
    assert_eq!(out.causes, [Cause::TooManyMeetings { person: 0, requests: vec![0, 1, 2], most: 2 }]);
    let words = out.causes[0].words(&Numbers(&x));
    assert_eq!(words.en, "3 meetings with person 0 have to take place, of which 2 at most can be attended");
}

#[test]
fn a_lack_of_places_is_found_as_the_cause() {
    let text = r#"{"format":"ems/1","name":"n","slots":{"day":[0],"block":[0],"utc":[0]},"orgs":4,
        "people":[{"org":0},{"org":1},{"org":2},{"org":3}],"place_count":1,
        "requests":[{"w":1,"p":[0,1],"must":true},{"w":1,"p":[2,3],"must":true}]}"#;
    let x = read_instance(text.as_bytes()).unwrap();
    let out = run(&x, 1.0, None, &[], false);
    assert_eq!(out.status, Status::Infeasible);
    assert_eq!(
        out.causes,
        [Cause::MustTakePlace { requests: vec![0, 1] }, Cause::TooFewPlaces { slots: vec![0] }],
        "nothing of the two people, who could"
    );
}

#[test]
fn a_brokerage_event_is_proven_optimal() {
    let x = read_instance(generate(Profile::Brokerage { people: 24, slots: 8 }, 2).as_bytes()).unwrap();
    let out = run(&x, 20.0, None, &[], false);
    assert_eq!(out.status, Status::Optimal);
    assert_eq!(out.least_gaps, Some(-out.score.unwrap().vector[3]));
}
