//! Runs of the optimizer: started here, done by a job, kept with what is proven about them, accepted into the plan.

use super::{note, setup};
use crate::rounds::model::build::{self, Options, Proposed};
use crate::rounds::model::words::{Called, RunResult, said_by};
use crate::rounds::model::{Dossier, Meeting, MeetingState, State, before, said};
use crate::rounds::store::Run;
use crate::rounds::{policy, store as rows};
use engine::meet::{self, solve};
use kernel::lang::Said;
use kernel::{Error, Lang, Result, Uuid, both};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use store::jobs::{self, AfterCrash, JobContext, NewJob, Policy, Runner};
use store::{Db, atomically};
use tokio::sync::watch;
use web::App;
use web::records::actions::Doing;

/// Kind of the job.
pub const SOLVE: &str = "round_solve";
/// Longest time of one run, in seconds.
pub const LONGEST: i64 = 600;
/// Threads of one run.
const THREADS: usize = 2;

#[derive(Serialize, Deserialize)]
struct Payload {
    run: Uuid,
}

/// Adds the jobs of rounds to a runner.
pub fn jobs(runner: Runner, app: &App) -> Runner {
    let app = app.clone();
    // What died half way is shown as interrupted; the officer starts it again.
    let policy = Policy { attempts: 1, after_crash: AfterCrash::Interrupt };
    runner.on_with(SOLVE, policy, move |context| {
        let app = app.clone();
        async move {
            let payload: Payload = context.payload()?;
            let run = rows::run(&app.db, payload.run).await?.ok_or(Error::NotFound)?;
            let actor = kernel::Actor::system("optimizer");
            work(&Doing::system(&app, &actor), &run, Some(&context)).await?;
            Ok(json!({ "path": format!("/rounds/{}/runs/{}", run.round, run.id) }))
        }
    })
}

/// What is asked of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub options: Options,
    /// Keep the plan as far as possible and only mend it.
    pub repair: bool,
    pub seconds: i64,
}

/// Queues a run. Demands that cannot be met are refused here, in words, when musts are binding.
pub async fn start(doing: &Doing<'_>, round: Uuid, ask: Ask) -> Result<Uuid> {
    let run = begin(doing, round, ask).await?;
    atomically!(doing.db, |tx| {
        let payload = json!(Payload { run });
        let job = NewJob::new(SOLVE, payload).key(format!("round:{round}")).by(doing.actor.account);
        let job = jobs::enqueue(tx, job).await?;
        rows::set_job(tx, run, job).await
    })?;
    Ok(run)
}

/// A run without a job, for the command line and the sample: begun, done and accepted here.
pub async fn at_once(doing: &Doing<'_>, round: Uuid, ask: Ask) -> Result<Run> {
    let id = begin(doing, round, ask).await?;
    let run = rows::run(&doing.db, id).await?.ok_or(Error::NotFound)?;
    work(doing, &run, None).await?;
    rows::run(&doing.db, id).await?.ok_or(Error::NotFound)
}

async fn begin(doing: &Doing<'_>, round: Uuid, ask: Ask) -> Result<Uuid> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), round).await?;
        policy::may_plan(dossier.state())?;
        build::problem(&dossier, ask.options)?;
        let causes = if ask.options.binding && !ask.repair { before::impossible(&dossier) } else { Vec::new() };
        if let Some(first) = causes.into_iter().next() {
            return Err(Error::Conflict(first));
        }
        if dossier.state() < State::Solving {
            setup::turn_within(doing, tx, &dossier.round, State::Solving).await?;
        }
        let (options, seconds) = (ask.options, ask.seconds.clamp(1, LONGEST));
        let run = rows::begin_run(tx, round, ask.repair, options.binding, options.fill, seconds).await?;
        note(tx, doing.actor, round, "run_started", json!({ "run": run, "repair": ask.repair }));
        Ok(run)
    })
}

/// Does the work of a run and keeps its result; an empty plan takes it at once.
async fn work(doing: &Doing<'_>, run: &Run, context: Option<&JobContext>) -> Result<()> {
    let dossier = rows::dossier(&doing.db, doing.app.hub.zone, run.round).await?;
    let (found, stopped) = search(&dossier, run, context).await?;
    let state = match (&found.meetings, found.result.causes.is_empty()) {
        (Some(_), _) if stopped => "stopped",
        (Some(_), _) => "done",
        (None, false) => "impossible",
        (None, true) => "none",
    };
    let meetings = found.meetings.unwrap_or_default();
    keep(&doing.db, run.id, state, &found.result, &meetings).await?;
    if !meetings.is_empty() && dossier.planned().next().is_none() {
        accept(doing, run.id).await?;
    }
    Ok(())
}

async fn keep(db: &Db, run: Uuid, state: &str, result: &RunResult, meetings: &[Proposed]) -> Result<()> {
    atomically!(db, |tx| { rows::finish_run(tx, run, state, result, meetings).await })
}

struct FoundPlan {
    meetings: Option<Vec<Proposed>>,
    result: RunResult,
}

/// Runs the optimizer beside the runtime, tells how far it is, and stops it when asked; the best so far is kept.
async fn search(dossier: &Dossier, run: &Run, context: Option<&JobContext>) -> Result<(FoundPlan, bool)> {
    let (tell, mut told) = watch::channel(None::<(f64, i64, Option<i64>)>);
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    let (work_on, options) = (dossier.clone(), Options { binding: run.binding, fill: run.fill });
    let (repair, seconds) = (run.repair, run.seconds);
    let mut work = tokio::task::spawn_blocking(move || {
        solve_now(&work_on, options, repair, seconds as f64, &asked, &move |now| {
            tell.send_replace(Some(now));
        })
    });
    let mut stopped = false;
    loop {
        tokio::select! {
            done = &mut work => return Ok((done.map_err(Error::internal)??, stopped)),
            changed = told.changed(), if context.is_some() => {
                let now = *told.borrow_and_update();
                if let (Ok(()), Some(context), Some(now)) = (changed, context, now) {
                    let tenths = (now.0 * 10.0) as i64;
                    context.report(tenths.min(seconds * 10), Some(seconds * 10), Some(progress(now))).await?;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            },
            () = cancelled(context), if !stopped => {
                stopped = true;
                stop.store(true, Ordering::Relaxed);
            },
        }
    }
}

async fn cancelled(context: Option<&JobContext>) {
    match context {
        Some(context) => context.cancelled().await,
        None => std::future::pending().await,
    }
}

fn progress((seconds, weight, bound): (f64, i64, Option<i64>)) -> Said {
    said(|lang| match (lang, bound) {
        (Lang::Ja, Some(bound)) => {
            format!("総満足 {weight}(上限 {bound})・{seconds:.0}秒。中止すると、ここまでの最善を残します。")
        }
        (Lang::Ja, None) => format!("総満足 {weight}・{seconds:.0}秒。中止すると、ここまでの最善を残します。"),
        (Lang::En, Some(bound)) => format!(
            "Total satisfaction {weight} (limit {bound}), {seconds:.0} s. If you cancel, the best so far is kept."
        ),
        (Lang::En, None) => {
            format!("Total satisfaction {weight}, {seconds:.0} s. If you cancel, the best so far is kept.")
        }
    })
}

type Tell<'a> = &'a (dyn Fn((f64, i64, Option<i64>)) + Sync);

fn solve_now(
    dossier: &Dossier,
    options: Options,
    repair: bool,
    seconds: f64,
    stop: &AtomicBool,
    tell: Tell<'_>,
) -> Result<FoundPlan> {
    let problem = build::problem_to_mend(dossier, options, repair)?;
    let begin = Instant::now();
    let has_plan = !problem.start.meetings.is_empty();
    let outcome = solve::solve(
        &problem.instance,
        &solve::SolveOptions {
            clock: &|| begin.elapsed().as_secs_f64(),
            deadline: seconds,
            threads: THREADS,
            seed: 1,
            start: has_plan.then_some(&problem.start),
            freeze: &[],
            keep: repair && has_plan,
            progress: &|p| tell((p.seconds, p.weight, p.bound)),
            stop: &|| stop.load(Ordering::Relaxed),
        },
    );
    let mut result = RunResult { bound: outcome.bound, seconds: begin.elapsed().as_secs_f64(), ..RunResult::default() };
    result.wished = problem.wished.len();
    result.unavoidable = outcome.forced_changes;
    result.changed = outcome.changes;
    let called = Called { dossier, problem: &problem };
    result.causes = outcome.causes.iter().map(|cause| said_by(cause.words(&called))).collect();
    if let Some(score) = &outcome.score {
        result.vector = score.vector;
        result.weight = score.weight;
        result.meetings = score.meetings;
    }
    let solution = outcome.solution.filter(|_| outcome.score.is_some());
    if let Some(solution) = &solution {
        let met = solution.meetings.iter().filter_map(|m| problem.pairs.get(m.request as usize));
        result.met = met.filter(|pair| problem.wished.contains(pair)).count();
        if repair && has_plan {
            // Mending computes no bound of its own.
            let bound = meet::bound::bound(&problem.instance, meet::bound::Grain::Whole, &|| {
                begin.elapsed().as_secs_f64() > seconds + 2.0
            });
            result.bound = result.bound.min(bound.weight);
        }
    }
    let meetings = solution.as_ref().map(|solution| build::proposed(dossier, &problem, solution));
    Ok(FoundPlan { meetings, result })
}

/// Takes what a run found into the plan. Meetings that were told to people are cancelled, not forgotten.
pub async fn accept(doing: &Doing<'_>, run: Uuid) -> Result<Uuid> {
    policy::may_run(doing.actor)?;
    let run = rows::run(&doing.db, run).await?.filter(|run| run.meetings.is_some()).ok_or(Error::NotFound)?;
    let proposed = run.proposed();
    atomically!(doing.db, |tx| {
        let dossier = rows::dossier_in(tx, setup::zone(doing), run.round).await?;
        policy::may_plan(dossier.state())?;
        still_holds(&dossier, &run, &proposed)?;
        let was_published = rows::newest_version_in(tx, run.round).await?.is_some();
        let by_pair: BTreeMap<(Uuid, Uuid), &Proposed> = proposed.iter().map(|p| ((p.a, p.b), p)).collect();
        let (mut changed, mut gone) = (Vec::new(), Vec::new());
        for meeting in &dossier.meetings {
            match by_pair.get(&(meeting.a, meeting.b)) {
                Some(p) if meeting.is_on() && same(p, meeting) => {}
                Some(p) => changed.push(Meeting {
                    starts_at: p.starts_at,
                    table_no: p.table_no,
                    state: MeetingState::Planned,
                    barred: false,
                    attending: p.attending.clone(),
                    ..meeting.clone()
                }),
                None if meeting.is_on() && was_published => {
                    changed.push(Meeting { state: MeetingState::Cancelled, ..meeting.clone() });
                }
                None if meeting.is_on() => gone.push(meeting.id),
                None => {}
            }
        }
        let known: HashSet<(Uuid, Uuid)> = dossier.meetings.iter().map(|m| (m.a, m.b)).collect();
        let new: Vec<Meeting> = proposed
            .iter()
            .filter(|p| !known.contains(&(p.a, p.b)))
            .map(|p| Meeting {
                table_no: p.table_no,
                attending: p.attending.clone(),
                ..Meeting::planned(tx.new_id(), (p.a, p.b), p.starts_at)
            })
            .collect();
        rows::delete_unpublished(tx, &gone).await?;
        rows::replace_plan(tx, &dossier, &changed, &new).await?;
        rows::mark_accepted(tx, run.id).await?;
        let counts = json!({ "run": run.id, "changed": changed.len(), "new": new.len(), "gone": gone.len() });
        note(tx, doing.actor, run.round, "run_accepted", counts);
        Ok(())
    })?;
    Ok(run.round)
}

/// A changed choice of who attends is a change only where somebody was chosen before.
fn same(proposed: &Proposed, meeting: &Meeting) -> bool {
    let sorted = |ids: &[Uuid]| ids.iter().copied().collect::<std::collections::BTreeSet<_>>();
    proposed.starts_at == meeting.starts_at
        && proposed.table_no == meeting.table_no
        && sorted(&proposed.attending) == sorted(&meeting.attending)
}

/// The engine's own referee judges the proposal against the round as it is now.
fn still_holds(dossier: &Dossier, run: &Run, proposed: &[Proposed]) -> Result<()> {
    let stale = || {
        Error::conflict(both(
            "この案をつくったあとで参加者・希望・固定した面談が変わり、案が合わなくなりました。もう一度つくってください。",
            "Participants, wishes or frozen meetings changed since, and the proposal no longer fits. Make it again.",
        ))
    };
    let problem = build::problem(dossier, Options { binding: run.binding, fill: run.fill })?;
    let solution = build::solution_of(dossier, &problem, proposed).ok_or_else(stale)?;
    meet::check(&problem.instance, &solution).map(|_| ()).map_err(|_| stale())
}
