//! The checker against the independent referee of the format, on thousands of schedules that are feasible or damaged.
//! Needs Python: set `EMS_REFEREE` to the path of the referee script; otherwise the test says so and passes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use engine::meet::solve::{SolveOptions, solve};
use engine::meet::{Instance, Profile, Solution, check, generate, read_instance, write_solution};
use std::io::Write;
use std::process::{Command, Stdio};

/// Reads pairs of lines (instance, schedule) and prints one verdict a line.
const DRIVER: &str = r#"
import sys, json, importlib.util
spec = importlib.util.spec_from_file_location("referee", sys.argv[1]); r = importlib.util.module_from_spec(spec); spec.loader.exec_module(r)
last = None
for line in sys.stdin:
    d = json.loads(line)
    if "slots" in d:
        last = r.Instance(d); continue
    try:
        print(json.dumps(r.check(last, d)["vector"]).replace(" ", ""))
    except r.Rule as e:
        print(str(e).split()[0])
"#;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn damage(x: &Instance, s: &mut Solution, r: &mut Rng) {
    if s.meetings.is_empty() {
        return;
    }
    let i = r.below(s.meetings.len());
    let n = s.meetings.len();
    match r.below(9) {
        0 => s.meetings[i].slot = r.below(x.slots()) as u32,
        1 if !x.places.is_empty() => s.meetings[i].place = Some(r.below(x.places.len()) as u32),
        2 => s.meetings[i].place = None,
        3 => {
            let k = r.below(s.meetings[i].people.len());
            s.meetings[i].people[k] = r.below(x.people.len()) as u32;
        }
        4 => drop(s.meetings.swap_remove(i)),
        5 => {
            let copy = s.meetings[i].clone();
            s.meetings.push(copy);
        }
        6 => s.meetings[i].people.reverse(),
        7 => {
            let j = r.below(n);
            let (a, b) = (s.meetings[i].slot, s.meetings[j].slot);
            s.meetings[i].slot = b;
            s.meetings[j].slot = a;
        }
        _ => s.meetings[i].request = r.below(x.requests.len()) as u32,
    }
}

#[test]
fn checker_and_referee_agree() {
    let Ok(script) = std::env::var("EMS_REFEREE") else {
        println!("EMS_REFEREE is not set: comparison skipped");
        return;
    };
    let mut input = String::new();
    let mut ours = Vec::new();
    let mut r = Rng(12345);
    for seed in 0..40 {
        let profile = match seed % 3 {
            0 => Profile::Partnering { people: 20 + 4 * seed as usize },
            1 => Profile::Rounds { labs: 4, companies: 6 },
            _ => Profile::Brokerage { people: 20, slots: 8 },
        };
        let text = generate(profile, seed);
        let x = read_instance(text.as_bytes()).unwrap();
        input += &text;
        input.push('\n');
        let begin = std::time::Instant::now();
        let out = solve(
            &x,
            &SolveOptions {
                clock: &|| begin.elapsed().as_secs_f64(),
                deadline: 0.15,
                threads: 1,
                seed,
                start: None,
                freeze: &[],
                keep: false,
                progress: &|_| (),
                stop: &|| false,
            },
        );
        let base = out.solution.unwrap_or_default();
        for k in 0..100 {
            let mut s = base.clone();
            for _ in 0..k % 4 {
                damage(&x, &mut s, &mut r);
            }
            ours.push(match check(&x, &s) {
                Ok(v) => format!("{:?}", v.vector).replace(' ', ""),
                Err(v) => format!("H{}", v.rule),
            });
            input += &write_solution(&x, &s, "");
        }
    }
    let mut child = Command::new("python3")
        .args(["-c", DRIVER, &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let theirs: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect();
    assert_eq!(ours.len(), theirs.len());
    for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        assert_eq!(a, b, "schedule {i}");
    }
    let mut kinds: Vec<&String> = ours.iter().filter(|v| v.starts_with('H')).collect();
    kinds.sort();
    kinds.dedup();
    println!("{} schedules, rules broken: {kinds:?}", ours.len());
    assert!(kinds.len() >= 6);
}
