//! `musubi meet` as a program: its last line is one JSON object, and neither the deadline nor Ctrl-C costs the schedule.

use engine::meet::{Profile, generate};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn meet(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_musubi"));
    command.arg("meet").args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn event(folder: &Path, profile: Profile) -> PathBuf {
    let path = folder.join("event.json");
    std::fs::write(&path, generate(profile, 3)).unwrap();
    path
}

/// The last line of the output, which has to be JSON.
fn last(stdout: &[u8]) -> Value {
    let text = std::str::from_utf8(stdout).unwrap();
    serde_json::from_str(text.lines().last().expect("something is printed")).expect("the last line is JSON")
}

fn check(event: &Path, solution: &Path) -> Value {
    last(&meet(&["check", event.to_str().unwrap(), solution.to_str().unwrap()]).output().unwrap().stdout)
}

#[test]
fn the_deadline_leaves_a_checked_schedule_and_all_that_is_known_about_it() {
    let folder = tempfile::tempdir().unwrap();
    let event = event(folder.path(), Profile::Partnering { people: 120 });
    let plan = folder.path().join("plan.json");
    let begin = Instant::now();
    let words = ["solve", event.to_str().unwrap(), "-o", plan.to_str().unwrap(), "--time-limit", "2"];
    let done = meet(&words).output().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(20), "far beyond the limit");
    assert!(done.status.success());
    let told = last(&done.stdout);
    assert_eq!(told["status"], "feasible");
    for key in ["bound", "gap", "proven_levels", "most_fair", "fewest_changes", "changes", "seconds", "peak_mib"] {
        assert!(!told[key].is_null(), "{key}: {told}");
    }
    assert!(told["weight"].as_i64() <= told["bound"].as_i64());
    let checked = check(&event, &plan);
    assert_eq!((&checked["verdict"], &checked["vector"]), (&"feasible".into(), &told["vector"]));
    assert!(String::from_utf8_lossy(&done.stderr).contains("moves"), "progress goes to standard error");
}

#[test]
fn ctrl_c_keeps_the_best_schedule_so_far() {
    let folder = tempfile::tempdir().unwrap();
    let event = event(folder.path(), Profile::Partnering { people: 120 });
    let plan = folder.path().join("plan.json");
    let words = ["solve", event.to_str().unwrap(), "-o", plan.to_str().unwrap(), "--time-limit", "600"];
    let mut child = meet(&words).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("first"), "a first schedule is told");
    let asked = Instant::now();
    assert!(Command::new("sh").arg("-c").arg(format!("kill -INT {}", child.id())).status().unwrap().success());
    let done = child.wait_with_output().unwrap();
    assert!(asked.elapsed() < Duration::from_secs(20), "it stops when asked");
    assert!(done.status.success());
    let told = last(&done.stdout);
    assert_eq!(told["status"], "feasible");
    assert_eq!(check(&event, &plan)["vector"], told["vector"]);
}

#[test]
fn an_impossible_event_says_why_as_data_and_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.json");
    let text = r#"{"format":"ems/1","name":"n","slots":{"day":[0],"block":[0],"utc":[0]},"orgs":4,
        "people":[{"org":0},{"org":1},{"org":2},{"org":3}],"place_count":1,
        "requests":[{"w":1,"p":[0,1],"must":true},{"w":1,"p":[2,3],"must":true}]}"#;
    std::fs::write(&path, text).unwrap();
    let done = meet(&["solve", path.to_str().unwrap(), "--json"]).output().unwrap();
    assert!(!done.status.success());
    let told = last(&done.stdout);
    assert_eq!((&told["status"], &told["vector"]), (&"infeasible".into(), &Value::Null));
    let causes = told["causes"].as_array().unwrap();
    assert_eq!(causes[0]["kind"], "must_take_place");
    assert_eq!(causes[1]["slots"], serde_json::json!([0]));
    assert!(causes.iter().all(|cause| cause["ja"].is_string() && cause["en"].is_string()));
}

#[test]
fn a_bad_file_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.json");
    std::fs::write(&path, r#"{"format":"ems/1","name":"n","slots":{"day":[0],"block":[0],"utc":["x"]}}"#).unwrap();
    let done = meet(&["solve", path.to_str().unwrap()]).output().unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("$.slots.utc[0]"));
}
