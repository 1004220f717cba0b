//! The last page: the work while it goes on, and what came of it.

use super::{SHOWN, crumbs, fault_words, run_href, title};
use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::layout::Crumb;
use crate::records::exchange::runs::Run;
use askama::Template;
use axum::http::HeaderValue;
use kernel::Lang;
use kernel::record::RecordType;
use store::jobs;

#[derive(Template)]
#[template(path = "records/import_result.html")]
struct ResultPage<'a> {
    cx: &'a Cx,
    title: String,
    crumbs: Vec<Crumb>,
    run: &'a Run,
    running: bool,
    job_href: String,
    job_words: String,
    job_done: i64,
    job_total: i64,
    stopped: String,
    undone: String,
    kept: Vec<String>,
    faults: Vec<(usize, String)>,
    more: usize,
    errors_href: String,
    undo_href: String,
    list_href: String,
    again_href: String,
}

/// Progress, or the result with the way back.
pub async fn page(cx: &Cx, kind: &'static RecordType, run: &Run) -> Handled {
    let here = run_href(cx, kind, run.id);
    let running = !run.is_over();
    let job = match run.job.filter(|_| running) {
        Some(id) => jobs::get(&cx.app.db, id).await?,
        None => None,
    };
    let faults: Vec<(usize, String)> =
        run.outcome.errors.iter().take(SHOWN).map(|row| (row.line, fault_words(cx, kind, row))).collect();
    let page = ResultPage {
        title: title(cx, run),
        crumbs: crumbs(cx, kind),
        running,
        job_href: job.as_ref().map(|job| cx.href(&format!("/jobs/{}", job.id))).unwrap_or_default(),
        job_words: job.as_ref().and_then(jobs::Job::note).map(|note| note.get(cx.lang).to_owned()).unwrap_or_default(),
        job_done: job.as_ref().map_or(0, |job| job.done),
        job_total: job.as_ref().and_then(|job| job.total).unwrap_or(1).max(1),
        stopped: run
            .outcome
            .stopped
            .as_ref()
            .map(|(line, why)| stopped_words(cx, *line, why.get(cx.lang)))
            .unwrap_or_default(),
        undone: undone_words(cx, run),
        kept: run.outcome.undone.as_ref().map(|undone| undone.kept_names.clone()).unwrap_or_default(),
        more: run.outcome.errors.len().saturating_sub(faults.len()),
        errors_href: if faults.is_empty() { String::new() } else { format!("{here}/errors.csv") },
        faults,
        undo_href: if matches!(run.state.as_str(), "done" | "stopped")
            && run.outcome.counts.created + run.outcome.counts.updated > 0
        {
            format!("{here}/undo")
        } else {
            String::new()
        },
        list_href: cx.href(&format!("/{}", kind.path)),
        again_href: cx.href(&format!("/{}/import", kind.path)),
        run,
        cx,
    };
    let mut response = html(&page)?;
    if running {
        // Without script the page comes again by itself.
        response.headers_mut().insert("refresh", HeaderValue::from_static("3"));
    }
    Ok(response)
}

fn stopped_words(cx: &Cx, line: usize, why: &str) -> String {
    match cx.lang {
        Lang::Ja => format!("{line}行目で止まりました: {why} この行を含む組(最大500行)からは何も取り込んでいません。"),
        Lang::En => format!(
            "Stopped at row {line}: {why} Nothing of the batch with this row (up to 500 rows), or after it, was stored."
        ),
    }
}

fn undone_words(cx: &Cx, run: &Run) -> String {
    let Some(undone) = &run.outcome.undone else { return String::new() };
    match cx.lang {
        Lang::Ja => format!(
            "取り消しました。追加した{}件を消し、更新した{}件を元に戻しました。その後に変更された、または参照されている{}件はそのままです。",
            undone.deleted, undone.restored, undone.kept
        ),
        Lang::En => format!(
            "Undone: {} added records deleted, {} updated records put back. {} records that were changed or linked since stay as they are.",
            undone.deleted, undone.restored, undone.kept
        ),
    }
}
