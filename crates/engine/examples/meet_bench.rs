//! Solves events from files and prints one line of JSON for each: what was reached, what is proven, wall and CPU seconds.
//! usage: meet_bench SECONDS THREADS EVENT...
//! or:    meet_bench generate FOLDER
//! With `MEET_CLOCK=cpu` the time limit is counted in CPU seconds per thread, which a loaded machine does not change;
//! with `MEET_VERBOSE=1` the progress is printed.
#![allow(clippy::print_stdout, clippy::print_stderr)]
use engine::meet::solve::{SolveOptions, solve};
use engine::meet::{Profile, generate, read_instance};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// CPU seconds of this process so far over all threads, where the system tells them.
fn cpu_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return f64::NAN };
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|w| w.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Writes a few made-up events to a folder, for those who have none at hand.
fn make_up(folder: &str) -> std::io::Result<()> {
    let shapes = [
        ("rounds-12x8", Profile::Rounds { labs: 12, companies: 8 }),
        ("partnering-150", Profile::Partnering { people: 150 }),
        ("brokerage-24", Profile::Brokerage { people: 24, slots: 8 }),
        ("brokerage-50", Profile::Brokerage { people: 50, slots: 16 }),
    ];
    for (name, shape) in shapes {
        std::fs::write(format!("{folder}/{name}.json"), generate(shape, 1))?;
    }
    Ok(())
}

fn main() {
    let mut args = std::env::args().skip(1).peekable();
    if args.peek().is_some_and(|first| first == "generate") {
        match make_up(&args.nth(1).unwrap_or_default()) {
            Ok(()) => return,
            Err(error) => {
                eprintln!("{error}");
                std::process::exit(1)
            }
        }
    }
    let seconds: f64 = args.next().and_then(|a| a.parse().ok()).unwrap_or(10.0);
    let threads: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(2);
    for path in args {
        let event = match std::fs::read(&path).map_err(|e| e.to_string()).and_then(|bytes| {
            let begin = Instant::now();
            let event = read_instance(&bytes).map_err(|e| e.to_string())?;
            Ok((event, begin.elapsed().as_secs_f64()))
        }) {
            Ok(event) => event,
            Err(error) => {
                println!("{{\"file\":{path:?},\"error\":{error:?}}}");
                continue;
            }
        };
        let (event, reading) = event;
        let verbose = std::env::var_os("MEET_VERBOSE").is_some();
        let cpu = cpu_seconds();
        let begin = Instant::now();
        let by_cpu = std::env::var("MEET_CLOCK").is_ok_and(|clock| clock == "cpu");
        // Asking for CPU seconds is slow, so their last reading serves for five milliseconds.
        let (read_at, reading_of) = (AtomicU64::new(0), AtomicU64::new(0));
        let clock = || {
            let wall = begin.elapsed().as_secs_f64();
            if !by_cpu {
                return wall;
            }
            if wall > f64::from_bits(read_at.load(Relaxed)) + 0.005 {
                read_at.store(wall.to_bits(), Relaxed);
                reading_of.store(((cpu_seconds() - cpu) / threads.max(1) as f64).to_bits(), Relaxed);
            }
            f64::from_bits(reading_of.load(Relaxed))
        };
        let out = solve(
            &event,
            &SolveOptions {
                clock: &clock,
                deadline: seconds,
                threads,
                seed: 1,
                start: None,
                freeze: &[],
                keep: false,
                progress: &|p| {
                    if verbose {
                        println!(
                            "{:.2} {} {:?} missing {} bound {:?}",
                            p.seconds, p.phase, p.vector, p.missing, p.bound
                        );
                    }
                },
                stop: &|| false,
            },
        );
        println!(
            "{{\"event\":{:?},\"status\":\"{:?}\",\"vector\":{:?},\"weight\":{},\"bound\":{},\"proven_levels\":{},\"most_fair\":{:?},\"least_gaps\":{:?},\"reading\":{reading:.2},\"seconds\":{:.2},\"cpu\":{:.2}}}",
            event.name,
            out.status,
            out.score.map_or([0; 5], |s| s.vector),
            out.score.map_or(0, |s| s.weight),
            out.bound,
            out.proven_levels,
            out.most_fair,
            out.least_gaps.unwrap_or(-1),
            begin.elapsed().as_secs_f64(),
            cpu_seconds() - cpu,
        );
    }
}
