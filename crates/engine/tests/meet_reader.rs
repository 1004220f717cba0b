//! The reader refuses with a path, survives anything, and round-trips what the solver writes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use engine::meet::{self, Profile, generate, read_instance, read_solution, write_solution};
use proptest::prelude::*;
use std::time::Instant;

fn valid() -> serde_json::Value {
    serde_json::json!({"format":"ems/1","name":"n","slots":{"day":[0,0],"block":[0,0],"utc":[0,30]},"orgs":2,
        "people":[{"org":0},{"org":1},{"org":1,"off":[1],"max":3}],"groups":[[1,2]],"places":[{"seats":4}],
        "resources":[{"name":"r","cap":[1,1]}],"requests":[{"w":3,"p":[0,-1],"use":[[0,1]]},{"w":1,"p":[0,2],"after":[0]}]})
}

/// The path of the error after `change`.
fn path_after(change: impl FnOnce(&mut serde_json::Value)) -> String {
    let mut v = valid();
    change(&mut v);
    read_instance(v.to_string().as_bytes()).expect_err("must be refused").path
}

#[test]
fn a_valid_event_is_read() {
    let x = read_instance(valid().to_string().as_bytes()).unwrap();
    assert_eq!((x.slots(), x.people.len(), x.requests.len()), (2, 3, 2));
    assert_eq!(x.people[2].available, 1);
}

#[test]
fn every_refusal_names_its_path() {
    assert_eq!(path_after(|v| v["people"][1]["colour"] = 1.into()), "$.people[1]");
    assert_eq!(path_after(|v| v["people"][1]["org"] = 9.into()), "$.people[1].org");
    assert_eq!(path_after(|v| v["people"][2]["off"] = serde_json::json!([0, 2])), "$.people[2].off[1]");
    assert_eq!(path_after(|v| v["people"][0]["hours"] = serde_json::json!([0, 1, 2])), "$.people[0].hours");
    assert_eq!(path_after(|v| v["groups"][0] = serde_json::json!([0, 1])), "$.groups[0][1]");
    assert_eq!(path_after(|v| v["groups"][0] = serde_json::json!([])), "$.groups[0]");
    assert_eq!(path_after(|v| v["requests"][1]["p"] = serde_json::json!([0, 7])), "$.requests[1].p[1]");
    assert_eq!(path_after(|v| v["requests"][1]["p"] = serde_json::json!([0])), "$.requests[1].p");
    assert_eq!(path_after(|v| v["requests"][0]["w"] = (-1).into()), "$.requests[0].w");
    assert_eq!(path_after(|v| v["requests"][0]["w"] = 1.5.into()), "$.requests[0].w");
    assert_eq!(path_after(|v| v["requests"][0]["after"] = serde_json::json!([1])), "$.requests[1].after[0]");
    assert_eq!(path_after(|v| v["requests"][0]["fix"] = serde_json::json!([5])), "$.requests[0].fix[0]");
    assert_eq!(path_after(|v| v["slots"]["utc"] = serde_json::json!([30, 30])), "$.slots.utc[1]");
    assert_eq!(path_after(|v| v["place_count"] = 3.into()), "$");
    assert_eq!(path_after(|v| v["resources"][0]["cap"] = serde_json::json!([1])), "$.resources[0].cap");
}

#[test]
fn numbers_beyond_64_bits_and_repeated_keys_are_refused() {
    let text = valid().to_string();
    let big = text.replace("\"w\":3", "\"w\":99999999999999999999");
    assert_eq!(read_instance(big.as_bytes()).unwrap_err().path, "$.requests[0].w");
    let twice = text.replace("\"w\":3", "\"w\":3,\"w\":3");
    assert_eq!(read_instance(twice.as_bytes()).unwrap_err().path, "$.requests[0]");
}

#[test]
fn a_million_slots_are_refused_at_once() {
    let list = format!("[{}]", vec!["0"; 1_000_000].join(","));
    let text =
        format!("{{\"format\":\"ems/1\",\"name\":\"n\",\"slots\":{{\"day\":{list},\"block\":{list},\"utc\":{list}}}}}");
    let error = read_instance(text.as_bytes()).unwrap_err();
    assert_eq!(error.path, "$.slots.day[128]");
}

#[test]
fn a_person_named_twice_among_many_is_refused() {
    let mut v = valid();
    v["people"] = (0..100).map(|i| serde_json::json!({"org": i % 2})).collect();
    v["groups"] = serde_json::json!([[0, 2]]);
    let mut parties: Vec<i64> = (0..60).collect();
    parties.extend([-1, -1, 59]);
    v["requests"] = serde_json::json!([{"w": 1, "p": parties}]);
    assert_eq!(read_instance(v.to_string().as_bytes()).unwrap_err().path, "$.requests[0].p[62]");
    v["requests"][0]["p"][62] = 60.into();
    assert_eq!(read_instance(v.to_string().as_bytes()).unwrap().requests[0].parties.len(), 63);
}

#[test]
fn a_resource_named_twice_counts_as_the_sum() {
    let mut v = valid();
    v["resources"] = serde_json::json!([{"cap": [9, 9]}, {"cap": [9, 9]}]);
    v["requests"][0]["use"] = serde_json::json!([[1, 2], [0, 1], [1, 3]]);
    let x = read_instance(v.to_string().as_bytes()).unwrap();
    assert_eq!(*x.requests[0].uses, [(0, 1), (1, 5)]);
}

#[test]
fn groups_keep_their_members_and_the_last_of_many_is_checked_too() {
    let mut v = valid();
    let mut groups = vec![serde_json::json!([2, 1]); 5_000];
    v["groups"] = groups.clone().into();
    let x = read_instance(v.to_string().as_bytes()).unwrap();
    assert_eq!((x.groups.len(), &x.groups[4_999][..]), (5_000, &[2, 1][..]));
    groups.push(serde_json::json!([1, 0]));
    v["groups"] = groups.into();
    assert_eq!(read_instance(v.to_string().as_bytes()).unwrap_err().path, "$.groups[5000][1]");
}

#[test]
fn long_chains_of_after_do_not_overflow_the_stack() {
    let mut v = valid();
    let list: Vec<_> = (0..200_000)
        .map(|i| {
            if i == 0 {
                serde_json::json!({"w":1,"p":[0,1]})
            } else {
                serde_json::json!({"w":1,"p":[0,1],"after":[i - 1]})
            }
        })
        .collect();
    v["requests"] = list.into();
    assert!(read_instance(v.to_string().as_bytes()).is_ok());
    v["requests"][0]["after"] = serde_json::json!([199_999]);
    assert!(read_instance(v.to_string().as_bytes()).unwrap_err().path.contains(".after["));
}

#[test]
fn schedules_survive_writing_and_reading() {
    let x = read_instance(generate(Profile::Rounds { labs: 3, companies: 4 }, 3).as_bytes()).unwrap();
    let begin = Instant::now();
    let out = meet::solve::solve(
        &x,
        &meet::solve::SolveOptions {
            clock: &|| begin.elapsed().as_secs_f64(),
            deadline: 0.2,
            threads: 1,
            seed: 1,
            start: None,
            freeze: &[],
            keep: false,
            progress: &|_| (),
            stop: &|| false,
        },
    );
    let s = out.solution.unwrap();
    assert_eq!(read_solution(&x, write_solution(&x, &s, "made \"here\"").as_bytes()).unwrap(), s);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_instance(&bytes);
    }

    #[test]
    fn a_damaged_file_is_read_or_refused(at in 0usize..4000, with in any::<u8>(), cut in 0usize..4000) {
        let mut text = generate(Profile::Partnering { people: 12 }, 5).into_bytes();
        let n = text.len();
        text[at % n] = with;
        if cut % 3 == 0 {
            text.truncate(cut % n);
        }
        if let Err(e) = read_instance(&text) {
            prop_assert!(e.path.starts_with('$'));
        }
    }

    #[test]
    fn generated_events_are_valid(seed in any::<u64>(), people in 4usize..60) {
        let made = read_instance(generate(Profile::Partnering { people }, seed).as_bytes());
        prop_assert!(made.is_ok());
        let made = read_instance(generate(Profile::Brokerage { people, slots: 8 }, seed).as_bytes());
        prop_assert!(made.is_ok());
        let made = read_instance(generate(Profile::Rounds { labs: people / 4, companies: 5 }, seed).as_bytes());
        prop_assert!(made.is_ok());
    }
}
