//! Making the timetable: what to ask of the optimizer, what it found, and taking it into the plan.

use super::{Submission, crumbs, for_officer};
use crate::rounds::actions::solve::{self, Ask};
use crate::rounds::model::build::{Options, Proposed};
use crate::rounds::model::diff::{self, Spot, Spots};
use crate::rounds::model::{Dossier, before};
use crate::rounds::policy;
use crate::rounds::store::{self as rows, Run};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Lang, Result, Uuid};
use store::jobs::{self, Job, JobState};
use web::layout::Crumb;
use web::notice::{self, Done};
use web::{Cx, Handled, html, html_with};

#[derive(Template)]
#[template(path = "rounds/solve.html")]
struct SolvePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    impossible: Vec<String>,
    silent: Vec<String>,
    has_plan: bool,
    fault: String,
}

/// `GET /rounds/{id}/solve`.
pub async fn ask(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    ask_page(&cx, &dossier, String::new())
}

fn ask_page(cx: &Cx, dossier: &Dossier, fault: String) -> Handled {
    let status = if fault.is_empty() { 200 } else { 409 };
    let id = dossier.round.id;
    let page = SolvePage {
        crumbs: crumbs(cx, Some(dossier)),
        action: cx.href(&format!("/rounds/{id}/solve")),
        back: cx.href(&format!("/rounds/{id}")),
        impossible: before::impossible(dossier).iter().map(|said| said.get(cx.lang).to_owned()).collect(),
        silent: before::silent(dossier).iter().map(|p| p.called(cx.lang).to_owned()).collect(),
        has_plan: dossier.planned().next().is_some(),
        fault,
        cx,
    };
    html_with(status, &page)
}

/// `POST /rounds/{id}/solve`.
pub async fn start(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let is = |field: &str| sent.input.first(field) == Some("true");
    let seconds = sent.input.first("seconds").and_then(|text| text.trim().parse().ok()).unwrap_or(10);
    let ask = Ask {
        options: Options { binding: is("binding"), fill: is("fill") },
        repair: sent.input.first("mode") == Some("repair"),
        seconds,
    };
    match solve::start(&web::records::actions::Doing::of(&cx), id, ask).await {
        Ok(run) => Ok(notice::redirect(&cx, &format!("/rounds/{id}/runs/{run}"), Done::Started, None)),
        Err(Error::Conflict(said)) => ask_page(&cx, &dossier, said.get(cx.lang).to_owned()),
        Err(error) => Err(error.into()),
    }
}

async fn job_of(cx: &Cx, run: &Run) -> Result<Option<Job>> {
    match run.job {
        Some(job) => Ok(jobs::get(&cx.app.db, job).await?),
        None => Ok(None),
    }
}

/// How a run stands, in words; what died half way says so.
pub async fn state_words(cx: &Cx, run: &Run) -> Result<String> {
    let result = run.outcome();
    Ok(match run.state.as_str() {
        "waiting" => match job_of(cx, run).await?.map(|job| job.state()) {
            Some(JobState::Interrupted) => {
                cx.t("途中で止まりました。もう一度始めてください。", "Interrupted. Please start it again.").to_owned()
            }
            Some(JobState::Failed) => cx
                .t("うまくいきませんでした。もう一度始めてください。", "This did not work. Please start it again.")
                .to_owned(),
            Some(JobState::Cancelled) => cx.t("始まる前に中止されました。", "Cancelled before it began.").to_owned(),
            _ => cx.t("つくっています", "Being made").to_owned(),
        },
        "impossible" => cx.t("条件をすべて満たす時間割はありません", "No timetable meets every condition").to_owned(),
        "none" => cx
            .t("時間内に見つかりませんでした。時間を延ばしてください。", "None was found in time. Allow more time.")
            .to_owned(),
        state => {
            let stopped =
                if state == "stopped" { cx.t("途中で止めて残した案。", "Stopped and kept. ") } else { "" };
            format!("{stopped}{}", result.quality(cx.lang))
        }
    })
}

/// A change in words.
pub struct Told {
    pub pair: String,
    pub before: String,
    pub after: String,
}

/// Changes with names and times.
pub fn told(dossier: &Dossier, changes: &[diff::Change], lang: Lang) -> Vec<Told> {
    let spot = |spot: Option<Spot>| {
        spot.map(|spot| {
            let table = spot
                .table_no
                .map(|number| if lang == Lang::Ja { format!(" 卓 {number}") } else { format!(", table {number}") });
            format!("{}{}", dossier.when(spot.starts_at, lang), table.unwrap_or_default())
        })
        .unwrap_or_default()
    };
    changes
        .iter()
        .map(|change| Told {
            pair: format!("{} × {}", dossier.name(change.a, lang), dossier.name(change.b, lang)),
            before: spot(change.before),
            after: spot(change.after),
        })
        .collect()
}

#[derive(Template)]
#[template(path = "rounds/run.html")]
struct RunPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: &'static str,
    words: String,
    running: bool,
    job: String,
    done: i64,
    total: i64,
    progress: String,
    found: bool,
    wishes: String,
    fairness: String,
    meetings: usize,
    seconds: String,
    causes: Vec<String>,
    changes: Vec<Told>,
    more: usize,
    unavoidable: usize,
    repair: bool,
    accepted: bool,
    fresh: bool,
    action: String,
    base: String,
}

/// Changes shown on one page; the rest is counted.
const SHOWN: usize = 200;

/// `GET /rounds/{id}/runs/{run}`.
pub async fn page(cx: Cx, Path((id, run)): Path<(Uuid, Uuid)>) -> Handled {
    policy::may_run(&cx.actor)?;
    let of_round = |run: &Run| run.round == id;
    let run = rows::run(&cx.app.db, run).await?.filter(of_round).ok_or(Error::NotFound)?;
    let job = job_of(&cx, &run).await?;
    // The job writes the run first and then the plan. Once it is over both are there, so both are read after it.
    let running = job.as_ref().is_some_and(|job| !job.state().is_over());
    let run = rows::run(&cx.app.db, run.id).await?.ok_or(Error::NotFound)?;
    let dossier = for_officer(&cx, id).await?;
    let result = run.outcome();
    let proposed = spots_of(&run.proposed());
    let found = !proposed.is_empty();
    let plan = diff::spots(&dossier.meetings);
    let changes = if found && run.accepted_at.is_none() { diff::changes(&plan, &proposed) } else { Vec::new() };
    let base = cx.href(&format!("/rounds/{id}"));
    let page = RunPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        title: if run.repair {
            cx.t("残りを組み直す", "Mending the timetable")
        } else {
            cx.t("時間割づくり", "Making the timetable")
        },
        words: state_words(&cx, &run).await?,
        running,
        job: job.as_ref().map(|job| cx.href(&format!("/jobs/{}", job.id))).unwrap_or_default(),
        done: job.as_ref().map_or(0, |job| job.done),
        total: job.as_ref().and_then(|job| job.total).unwrap_or(run.seconds * 10).max(1),
        progress: job.as_ref().and_then(Job::note).map(|said| said.get(cx.lang).to_owned()).unwrap_or_default(),
        found,
        wishes: result.wishes(cx.lang),
        fairness: result.fairness(cx.lang),
        meetings: result.meetings,
        seconds: format!("{:.1}", result.seconds),
        causes: result.causes.iter().map(|said| said.get(cx.lang).to_owned()).collect(),
        more: changes.len().saturating_sub(SHOWN),
        changes: told(&dossier, &changes[..changes.len().min(SHOWN)], cx.lang),
        unavoidable: result.unavoidable,
        repair: run.repair,
        accepted: run.accepted_at.is_some(),
        fresh: plan.is_empty(),
        action: format!("{base}/runs/{}", run.id),
        base,
        cx: &cx,
    };
    let mut response = html(&page)?;
    if running {
        // Without script the page comes again by itself.
        response.headers_mut().insert("refresh", axum::http::HeaderValue::from_static("2"));
    }
    Ok(response)
}

fn spots_of(proposed: &[Proposed]) -> Spots {
    proposed.iter().map(|p| ((p.a, p.b), Spot { starts_at: p.starts_at, table_no: p.table_no })).collect()
}

/// `POST /rounds/{id}/runs/{run}`: takes it into the plan.
pub async fn accept(cx: Cx, Path((id, run)): Path<(Uuid, Uuid)>) -> Handled {
    for_officer(&cx, id).await?;
    rows::run(&cx.app.db, run).await?.filter(|run| run.round == id).ok_or(Error::NotFound)?;
    solve::accept(&web::records::actions::Doing::of(&cx), run).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Accepted, None))
}
