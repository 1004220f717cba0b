//! `musubi meet`: the 1:1 meeting optimizer from files (formats ems/1 and ems-solution/1, see docs/meet.md). Needs no
//! hub and no database. Progress goes to standard error; the last line of standard output is one JSON object.

use super::say;
use anyhow::{Context, Result, anyhow};
use clap::{Subcommand, ValueEnum};
use engine::meet::{self, Instance, Profile, Solution, bound, solve};
use futures_util::FutureExt;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

#[derive(Debug, Subcommand)]
pub enum MeetAct {
    /// Choose and place the meetings of an event. Ctrl-C keeps the best schedule so far.
    Solve {
        instance: PathBuf,
        /// Where to write the schedule.
        #[arg(short, long)]
        output: Option<PathBuf>,
        /// Seconds to work at most.
        #[arg(long, default_value_t = 60.0)]
        time_limit: f64,
        #[arg(long, default_value_t = 2)]
        threads: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Schedule to start from; it is kept as far as possible.
        #[arg(long)]
        start: Option<PathBuf>,
        /// File with the numbers of requests whose meetings in --start must stay, one per line.
        #[arg(long, requires = "start")]
        freeze: Option<PathBuf>,
        /// No progress on standard error.
        #[arg(long)]
        json: bool,
    },
    /// Check a schedule against every rule of its event.
    Check { instance: PathBuf, solution: PathBuf },
    /// An upper bound on the weight of any schedule.
    Bound {
        instance: PathBuf,
        #[arg(long, default_value_t = 60.0)]
        time_limit: f64,
    },
    /// Why each request that does not take place does not, and what would make it possible.
    Explain { instance: PathBuf, solution: PathBuf },
    /// Make an event to try things on.
    Generate {
        #[arg(value_enum)]
        profile: Shape,
        /// People (partnering, brokerage) or laboratories (rounds).
        #[arg(default_value_t = 100)]
        size: usize,
        /// Companies (rounds) or slots (brokerage).
        #[arg(default_value_t = 20)]
        second: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Shape {
    Partnering,
    Rounds,
    Brokerage,
}

pub(super) fn run(act: MeetAct) -> Result<ExitCode> {
    match act {
        MeetAct::Check { instance, solution } => check(&instance, &solution),
        MeetAct::Bound { instance, time_limit } => {
            let event = read(&instance)?;
            let begin = Instant::now();
            let found = bound::bound(&event, bound::Grain::Whole, &|| begin.elapsed().as_secs_f64() > time_limit);
            say(json!({"bound": found.weight, "seconds": seconds(begin), "iterations": found.iterations}));
            Ok(ExitCode::SUCCESS)
        }
        MeetAct::Explain { instance, solution } => {
            let event = read(&instance)?;
            for left_out in meet::explain(&event, &schedule(&event, &solution)?) {
                let said = |words: &meet::Words| json!({"ja": words.ja, "en": words.en});
                say(json!({"request": left_out.request, "reason": format!("{:?}", left_out.reason),
                           "why": said(&left_out.why), "remedy": said(&left_out.remedy)}));
            }
            Ok(ExitCode::SUCCESS)
        }
        MeetAct::Generate { profile, size, second, seed } => {
            let profile = match profile {
                Shape::Partnering => Profile::Partnering { people: size },
                Shape::Rounds => Profile::Rounds { labs: size, companies: second },
                Shape::Brokerage => Profile::Brokerage { people: size, slots: second },
            };
            say(meet::generate(profile, seed));
            Ok(ExitCode::SUCCESS)
        }
        MeetAct::Solve { instance, output, time_limit, threads, seed, start, freeze, json } => {
            let event = read(&instance)?;
            let start = start.as_deref().map(|path| schedule(&event, path)).transpose()?;
            let freeze = freeze.as_deref().map(frozen).transpose()?.unwrap_or_default();
            solve_event(
                &event,
                start.as_ref(),
                &freeze,
                &Limits { seconds: time_limit, threads, seed, quiet: json },
                output.as_deref(),
            )
        }
    }
}

struct Limits {
    seconds: f64,
    threads: usize,
    seed: u64,
    quiet: bool,
}

fn read(path: &Path) -> Result<Instance> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    meet::read_instance(&bytes).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn schedule(event: &Instance, path: &Path) -> Result<Solution> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    meet::read_solution(event, &bytes).map_err(|error| anyhow!("{}: {error}", path.display()))
}

fn frozen(path: &Path) -> Result<Vec<u32>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let number = |word: &str| {
        word.parse().with_context(|| format!("{}: “{word}” is not the number of a request", path.display()))
    };
    text.split_whitespace().map(number).collect()
}

fn seconds(begin: Instant) -> f64 {
    (begin.elapsed().as_secs_f64() * 100.0).round() / 100.0
}

fn check(instance: &Path, solution: &Path) -> Result<ExitCode> {
    let event = read(instance)?;
    Ok(match meet::check(&event, &schedule(&event, solution)?) {
        Ok(score) => {
            say(
                json!({"verdict": "feasible", "weight": score.weight, "meetings": score.meetings, "vector": score.vector}),
            );
            ExitCode::SUCCESS
        }
        Err(violation) => {
            say(json!({"verdict": "infeasible", "rule": violation.rule.to_string(), "why": violation.to_string()}));
            ExitCode::FAILURE
        }
    })
}

#[allow(clippy::print_stderr, reason = "progress of a command")]
fn solve_event(
    event: &Instance,
    start: Option<&Solution>,
    freeze: &[u32],
    limits: &Limits,
    output: Option<&Path>,
) -> Result<ExitCode> {
    let begin = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let mut interrupt = Box::pin(tokio::signal::ctrl_c());
    // Asked once here, so that the signal is watched before anything is computed.
    let early = (&mut interrupt).now_or_never();
    tokio::spawn(async move {
        let asked_for = match early {
            Some(asked_for) => asked_for,
            None => interrupt.await,
        };
        if asked_for.is_ok() {
            asked.store(true, Ordering::Relaxed);
        }
    });
    let options = solve::SolveOptions {
        clock: &move || begin.elapsed().as_secs_f64(),
        deadline: limits.seconds,
        threads: limits.threads.max(1),
        seed: limits.seed,
        start,
        freeze,
        keep: start.is_some(),
        progress: &|p| {
            if !limits.quiet {
                let bound = p.bound.map_or_else(|| "–".to_owned(), |bound| bound.to_string());
                eprintln!(
                    "{:7.2} s  {:9} {:?}  weight {}  bound {bound}  missing {}  moves {}",
                    p.seconds, p.phase, p.vector, p.weight, p.missing, p.moves
                );
            }
        },
        stop: &move || stop.load(Ordering::Relaxed),
    };
    // This command has nothing else to do meanwhile; the signal is watched by another thread of the runtime.
    let outcome = solve::solve(event, &options);
    if let (Some(path), Some(found)) = (output, &outcome.solution) {
        std::fs::write(path, meet::write_solution(event, found, "musubi meet solve"))
            .with_context(|| format!("writing {}", path.display()))?;
    }
    let weight = outcome.score.as_ref().map(|score| score.weight);
    let gap = weight.map(|weight| if outcome.bound > 0 { 1.0 - weight as f64 / outcome.bound as f64 } else { 0.0 });
    let causes: Vec<_> = outcome.causes.iter().map(|cause| told(event, cause)).collect();
    say(json!({
        "instance": event.name,
        "status": format!("{:?}", outcome.status).to_lowercase(),
        "vector": outcome.score.as_ref().map(|score| score.vector),
        "weight": weight,
        "bound": outcome.bound,
        "gap": gap,
        "proven_levels": outcome.proven_levels,
        "most_fair": outcome.most_fair,
        "least_gaps": outcome.least_gaps,
        "changes": outcome.changes,
        "forced_changes": outcome.forced_changes,
        "fewest_changes": outcome.fewest_changes,
        "causes": causes,
        "seconds": seconds(begin),
        "peak_mib": peak_mib(),
    }));
    Ok(if outcome.solution.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A cause as data and in words.
fn told(event: &Instance, cause: &meet::Cause) -> serde_json::Value {
    let words = cause.words(&meet::Numbers(event));
    json!({"kind": cause.kind(), "people": cause.people(), "requests": cause.requests(), "slots": cause.slots(),
           "ja": words.ja, "en": words.en})
}

/// Largest resident memory of this process so far, where the system tells it.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
}
