//! Pages of long work: what is done, how far, cancel, result. Live with script, refreshed without.

use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::notice::{self, Done};
use crate::routes::{Access, Routes};
use askama::Template;
use axum::extract::Path;
use axum::http::Method;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use kernel::{Both, Error, Permission, Uuid, both};
use serde_json::json;
use store::atomically;
use store::jobs::{self, Job, JobState};

pub fn routes() -> Routes {
    Routes::new()
        .page("/jobs", Access::Staff, list)
        .page("/jobs/{id}", Access::SignedIn, page)
        .page("/jobs/{id}/events", Access::SignedIn, events)
        .submit("/jobs/{id}/cancel", Access::SignedIn, cancel)
        .plain(Method::GET, "/api/v1/jobs/{id}", Access::SignedIn, api)
}

/// What each kind of work is called.
const KINDS: &[(&str, Both)] = &[
    ("import", both("取り込み", "Import")),
    ("import-undo", both("取り込みの取り消し", "Undoing an import")),
    ("export", both("書き出し", "Export")),
    ("reindex", both("検索索引の作り直し", "Rebuilding the search index")),
    ("duplicates", both("重複の確認", "Looking for duplicates")),
    ("reminders", both("協定の期限のお知らせ", "Agreement reminders")),
    ("round_solve", both("面談会の時間割づくり", "Making a timetable")),
    ("gathering_reminders", both("催しのお知らせ", "Reminders of gatherings")),
    ("gathering_change", both("催しの変更のお知らせ", "Mails about a changed gathering")),
    ("gathering_evidence", both("協定の活用の記録", "Recording uses of agreements")),
    ("mail", both("メールの送信", "Sending mail")),
];

fn kind_words(job: &Job) -> Both {
    KINDS.iter().find(|(kind, _)| *kind == job.kind).map_or(both("処理", "Work"), |(_, words)| *words)
}

fn state_words(state: JobState) -> Both {
    match state {
        JobState::Queued => both("順番を待っています", "Waiting"),
        JobState::Running => both("進行中", "Running"),
        JobState::Done => both("終わりました", "Done"),
        JobState::Failed => both("うまくいきませんでした", "Failed"),
        JobState::Cancelled => both("中止しました", "Cancelled"),
        JobState::Interrupted => both("途中で止まりました", "Interrupted"),
    }
}

/// The job, if it is the reader's own or the reader keeps all jobs.
async fn own_job(cx: &Cx, id: Uuid) -> Result<Job, Error> {
    let job = jobs::get(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    let own = job.created_by.is_some() && job.created_by == cx.actor.account;
    if own || cx.actor.may(Permission::ManageJobs) { Ok(job) } else { Err(Error::NotFound) }
}

/// A job as pages show it.
struct Shown {
    title: &'static str,
    state: &'static str,
    href: String,
    words: String,
    done: i64,
    total: i64,
    over: bool,
    cancel_href: String,
    result_href: String,
    at: String,
}

fn shown(cx: &Cx, job: &Job) -> Shown {
    let state = job.state();
    let href = cx.href(&format!("/jobs/{}", job.id));
    let note = job.note().map(|note| note.get(cx.lang).to_owned());
    let result = job.result.as_ref().and_then(|r| r.get("path")).and_then(|p| p.as_str());
    Shown {
        title: kind_words(job).get(cx.lang),
        state: state_words(state).get(cx.lang),
        words: note.unwrap_or_else(|| state_words(state).get(cx.lang).to_owned()),
        done: job.done,
        total: job.total.unwrap_or(0).max(1),
        over: state.is_over(),
        cancel_href: if state.is_over() { String::new() } else { format!("{href}/cancel") },
        result_href: result.filter(|_| state == JobState::Done).map(|path| cx.href(path)).unwrap_or_default(),
        at: kernel::calendar::date_time_long(cx.lang, job.created_at.with_timezone(&cx.hub.zone).naive_local()),
        href,
    }
}

#[derive(Template)]
#[template(path = "jobs/show.html")]
struct JobPage<'a> {
    cx: &'a Cx,
    work: Shown,
}

#[derive(Template)]
#[template(path = "jobs/list.html")]
struct JobsPage<'a> {
    cx: &'a Cx,
    jobs: Vec<Shown>,
}

async fn list(cx: Cx) -> Handled {
    let all = jobs::recent(&cx.app.db, 100).await?;
    let mine = |job: &&Job| cx.actor.may(Permission::ManageJobs) || job.created_by == cx.actor.account;
    html(&JobsPage { jobs: all.iter().filter(mine).map(|job| shown(&cx, job)).collect(), cx: &cx })
}

async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let job = own_job(&cx, id).await?;
    let mut response = html(&JobPage { work: shown(&cx, &job), cx: &cx })?;
    if !job.state().is_over() {
        // Without script the page comes again by itself.
        response.headers_mut().insert("refresh", axum::http::HeaderValue::from_static("3"));
    }
    Ok(response)
}

fn progress(cx: &Cx, job: &Job) -> serde_json::Value {
    let shown = shown(cx, job);
    json!({
        "done": shown.done, "total": shown.total, "words": shown.words, "ends": shown.over,
        "state": job.state().code(),
    })
}

/// Server-sent events until the job is over.
async fn events(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    own_job(&cx, id).await?;
    let stream = jobs::watch(&cx.app.db, id).filter_map(move |job| {
        let event = job.ok().and_then(|job| Event::default().json_data(progress(&cx, &job)).ok());
        async move { event.map(Ok::<_, std::convert::Infallible>) }
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response())
}

async fn api(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let job = own_job(&cx, id).await?;
    let mut body = progress(&cx, &job);
    body["id"] = json!(job.id);
    body["kind"] = json!(job.kind);
    body["result"] = json!(job.result);
    Ok(axum::Json(body).into_response())
}

async fn cancel(cx: Cx, Path(id): Path<Uuid>) -> Handled<Response> {
    own_job(&cx, id).await?;
    atomically!(cx.db(), |tx| { Ok(jobs::cancel(tx, id).await?) })?;
    Ok(notice::redirect(&cx, &format!("/jobs/{id}"), Done::Cancelled, None))
}
