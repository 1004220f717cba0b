//! Measures what happens around solving: how fast files are read or refused, and how fast a schedule is mended.
//! usage: meet_life read [EVENT...]
//! or:    meet_life mend SECONDS EVENT...
//! `read` makes hostile files itself and prints milliseconds per megabyte, for the events given too (unpacked). `mend` solves
//! each event for SECONDS, then takes somebody's time from 50 meetings, then sends 50 people home, and prints how many meetings changed
//! after SECONDS at most.
#![allow(clippy::print_stdout)]
use engine::meet::solve::{Outcome, SolveOptions, solve};
use engine::meet::{Instance, Profile, Solution, generate, read_instance};
use std::collections::HashSet;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("read") => reading(&args[1..]),
        Some("mend") => {
            let seconds = args.get(1).and_then(|a| a.parse().ok()).unwrap_or(10.0);
            args.iter().skip(2).for_each(|path| mending(path, seconds));
        }
        _ => println!("usage: meet_life read [EVENT...] | meet_life mend SECONDS EVENT..."),
    }
}

/// Files nobody should send, each about a megabyte or more.
fn hostile() -> Vec<(&'static str, String)> {
    let numbers = |n: usize| vec!["0"; n].join(",");
    let head = r#"{"format":"ems/1","name":"n","slots":{"day":[0,0],"block":[0,0],"utc":[0,30]},"orgs":2,"people":[{"org":0},{"org":1}],"place_count":1,"requests":["#;
    let list = numbers(1_000_000);
    let requests =
        |one: &dyn Fn(usize) -> String, n: usize| format!("{head}{}]}}", (0..n).map(one).collect::<Vec<_>>().join(","));
    let chain = |i: usize| match i {
        0 => r#"{"w":1,"p":[0,1],"after":[49999]}"#.to_owned(),
        i => format!(r#"{{"w":1,"p":[0,1],"after":[{}]}}"#, i - 1),
    };
    let everything_after = |i: usize| match i {
        0 => r#"{"w":1,"p":[0,1]}"#.to_owned(),
        i => format!(
            r#"{{"w":1,"p":[0,1],"after":[{}]}}"#,
            (i.saturating_sub(400)..i).map(|k| k.to_string()).collect::<Vec<_>>().join(",")
        ),
    };
    vec![
        (
            "a million slots",
            format!(r#"{{"format":"ems/1","name":"n","slots":{{"day":[{list}],"block":[{list}],"utc":[{list}]}}}}"#),
        ),
        ("circle of 50,000 'after'", requests(&chain, 50_000)),
        ("a million 'after'", requests(&everything_after, 2_500)),
        ("a number of a million digits", format!(r#"{head}{{"w":{},"p":[0,1]}}]}}"#, "9".repeat(1_000_000))),
        ("half a million brackets", format!(r#"{{"format":{}"#, "[".repeat(500_000))),
        (
            "a name of a million characters",
            format!(r#"{{"format":"ems/1","name":"{}","slots":1}}"#, "x".repeat(1_000_000)),
        ),
        (
            "a million unknown keys",
            format!("{{{}}}", (0..100_000).map(|i| format!("\"k{i}\":1")).collect::<Vec<_>>().join(",")),
        ),
        ("group across organizations, at the end", {
            let groups = vec!["[0]"; 300_000].join(",");
            format!(
                r#"{{"format":"ems/1","name":"n","slots":{{"day":[0],"block":[0],"utc":[0]}},"orgs":2,"people":[{{"org":0}},{{"org":1}}],"groups":[{groups},[0,1]],"place_count":1,"requests":[]}}"#
            )
        }),
        ("a request of 300,000 parties", requests(&|_| format!(r#"{{"w":1,"p":[{}]}}"#, numbers(300_000)), 1)),
        ("a request of 100,000 different parties", {
            let people = (0..100_000).map(|i| format!(r#"{{"org":{}}}"#, i % 2)).collect::<Vec<_>>().join(",");
            let parties = (0..100_000).map(|p| p.to_string()).collect::<Vec<_>>().join(",");
            format!(
                r#"{{"format":"ems/1","name":"n","slots":{{"day":[0],"block":[0],"utc":[0]}},"orgs":2,"people":[{people}],"place_count":1,"requests":[{{"w":1,"p":[{parties}]}}]}}"#
            )
        }),
        ("a request of 60,000 different resources", {
            let resources = vec![r#"{"cap":[1]}"#; 60_000].join(",");
            let uses = (0..60_000).map(|k| format!("[{k},1]")).collect::<Vec<_>>().join(",");
            format!(
                r#"{{"format":"ems/1","name":"n","slots":{{"day":[0],"block":[0],"utc":[0]}},"orgs":2,"people":[{{"org":0}},{{"org":1}}],"place_count":1,"resources":[{resources}],"requests":[{{"w":1,"p":[0,1],"use":[{uses}]}}]}}"#
            )
        }),
        ("numbers beyond 64 bits, at the end", {
            let slots = vec!["1"; 300_000].join(",");
            requests(
                &|i| match i {
                    0 => format!(r#"{{"w":1,"p":[0,1],"slots":[{slots}]}}"#),
                    _ => r#"{"w":9223372036854775808,"p":[0,1]}"#.to_owned(),
                },
                2,
            )
        }),
        ("a table of 1,000 zones, one number short", {
            let row = format!("[{}]", numbers(1_000));
            let rows = vec![row; 999].join(",");
            format!(
                r#"{{"format":"ems/1","name":"n","slots":{{"day":[0],"block":[0],"utc":[0]}},"orgs":1,"people":[{{"org":0}}],"places":[{{"seats":2}}],"zones":{{"dist":[{rows},[0]]}},"requests":[]}}"#
            )
        }),
        ("a good event of 2,000 people", generate(Profile::Partnering { people: 2_000 }, 1)),
    ]
}

fn reading(paths: &[String]) {
    let timed = |name: &str, bytes: &[u8], size: usize| {
        let begin = Instant::now();
        let result = read_instance(bytes);
        let ms = begin.elapsed().as_secs_f64() * 1000.0;
        let mib = size as f64 / 1e6;
        let told = result.map_or_else(
            |e| e.to_string().chars().take(90).collect(),
            |x| format!("read, {} requests", x.requests.len()),
        );
        println!("{name} | {mib:.2} MB | {ms:.1} ms | {:.1} ms/MB | {told}", ms / mib);
    };
    for (name, text) in hostile() {
        timed(name, text.as_bytes(), text.len());
    }
    for path in paths {
        let Ok(bytes) = std::fs::read(path) else { continue };
        let size = unpacked(&bytes);
        timed(path.rsplit('/').next().unwrap_or(path), &bytes, size);
    }
}

/// Size of the text in a gzip file (its last four bytes), or of the file.
fn unpacked(bytes: &[u8]) -> usize {
    match (bytes, bytes.last_chunk::<4>()) {
        ([0x1f, 0x8b, ..], Some(tail)) => u32::from_le_bytes(*tail) as usize,
        _ => bytes.len(),
    }
}

fn run(x: &Instance, seconds: f64, start: Option<&Solution>) -> (Outcome, f64) {
    let begin = Instant::now();
    let out = solve(
        x,
        &SolveOptions {
            clock: &|| begin.elapsed().as_secs_f64(),
            deadline: seconds,
            threads: 2,
            seed: 1,
            start,
            freeze: &[],
            keep: start.is_some(),
            progress: &|_| (),
            stop: &|| false,
        },
    );
    (out, begin.elapsed().as_secs_f64())
}

fn mending(path: &str, seconds: f64) {
    let Some(x) = std::fs::read(path).ok().and_then(|bytes| read_instance(&bytes).ok()) else { return };
    let (first, _) = run(&x, seconds, None);
    let Some(plan) = first.solution else { return };
    // Not more than a tenth of a small event; confirmed meetings cannot go.
    let some = |of: usize| (0..(of / 10).clamp(1, 50)).map(move |i| (i * 7919 + 13) % of).collect::<Vec<_>>();
    let loose: Vec<_> = plan.meetings.iter().filter(|m| x.requests[m.request as usize].fix.is_none()).collect();
    let mut cancelled = x.clone();
    for i in some(loose.len()) {
        cancelled.people[loose[i].people[0] as usize].available &= !(1 << loose[i].slot);
    }
    report(&x.name, "meetings cancelled", &cancelled, &plan, seconds);
    let needed: HashSet<i32> = x.requests.iter().filter(|r| r.must).flat_map(|r| r.parties.iter().copied()).collect();
    let free: Vec<usize> = (0..x.people.len()).filter(|p| !needed.contains(&(*p as i32))).collect();
    if !free.is_empty() {
        let mut absent = x.clone();
        for i in some(free.len()) {
            absent.people[free[i]].available = 0;
        }
        report(&x.name, "people absent", &absent, &plan, seconds);
    }
}

fn report(name: &str, what: &str, x: &Instance, plan: &Solution, limit: f64) {
    let (out, seconds) = run(x, limit, Some(plan));
    println!(
        "{name} | {what} | {} meetings before | {:?} | changes {} of {} unavoidable | proven fewest: {} | {seconds:.2} s",
        plan.meetings.len(),
        out.status,
        out.changes,
        out.forced_changes,
        out.fewest_changes
    );
}
