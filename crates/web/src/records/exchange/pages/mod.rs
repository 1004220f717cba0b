//! The pages of an import: bring a sheet, check how it was understood, store it, see the result, take it back.

mod check;
mod result;
mod upload;

pub use upload::{start, template, upload};

use super::plan::{self, Options, SameName};
use super::runs::{self, RowErrors, Run};
use super::{columns, export, table, work};
use crate::cx::Cx;
use crate::failure::Handled;
use crate::layout::Crumb;
use crate::notice::{self, Done};
use crate::records::submission::Submission;
use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use kernel::record::RecordType;
use kernel::{Result, Uuid};
use serde_json::json;
use std::collections::HashMap;
use store::jobs::{self, NewJob};
use store::{Tx, atomically};

/// Rows shown of a plan or a result; the rest is counted.
const SHOWN: usize = 60;

/// The permission to import goes with the permission to edit the type.
fn check_right(cx: &Cx, kind: &RecordType) -> Result<()> {
    cx.actor.require(kernel::Permission::Import)?;
    cx.actor.require(kind.edit)
}

fn crumbs(cx: &Cx, kind: &RecordType) -> Vec<Crumb> {
    vec![Crumb::new(kind.many.get(cx.lang), cx.href(&format!("/{}", kind.path)))]
}

fn run_href(cx: &Cx, kind: &RecordType, id: Uuid) -> String {
    cx.href(&format!("/{}/import/{id}", kind.path))
}

fn title(cx: &Cx, run: &Run) -> String {
    if run.name.is_empty() { cx.t("貼り付けた表", "Pasted table").to_owned() } else { run.name.clone() }
}

fn fault(cx: &Cx, kind: &'static RecordType, field: &str, message: &str) -> String {
    if field == "row" { message.to_owned() } else { format!("{}: {message}", columns::label(kind, field, cx.lang)) }
}

fn fault_words(cx: &Cx, kind: &'static RecordType, row: &RowErrors) -> String {
    let faults = row.errors.iter().map(|(field, message)| fault(cx, kind, field, message.get(cx.lang)));
    faults.collect::<Vec<_>>().join(" / ")
}

/// `GET /{path}/import/{run}`: the dry run, the work, or the result.
pub async fn show(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    check_right(&cx, kind)?;
    let run = runs::find(&cx.app.db, &cx.actor, kind, id).await?;
    if run.state == "ready" { check::page(&cx, kind, &run).await } else { result::page(&cx, kind, &run).await }
}

/// `POST /{path}/import/{run}`: other columns, or the start.
pub async fn act(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    check_right(&cx, kind)?;
    let run = runs::find(&cx.app.db, &cx.actor, kind, id).await?;
    runs::set_options(&cx.app.db, id, &chosen_options(kind, &run, &sent)).await?;
    if sent.input.first("do") != Some("run") {
        return Ok(Redirect::to(&run_href(&cx, kind, id)).into_response());
    }
    begin(&cx, kind, &run, &["ready"], "running", work::IMPORT_JOB).await
}

fn chosen_options(kind: &RecordType, run: &Run, sent: &Submission) -> Options {
    let mut taken: Vec<String> = Vec::new();
    let mut path = |at: usize| {
        let path = sent.input.first(&format!("c{at}"))?.to_owned();
        let good = columns::is_importable(kind, &path) && !taken.contains(&path);
        good.then(|| {
            taken.push(path.clone());
            path
        })
    };
    Options {
        paths: (0..run.sheet.header.len()).map(&mut path).collect(),
        clear_empty: sent.input.first("clear_empty") == Some("true"),
        same_name: match sent.input.first("same_name") {
            Some("update") => SameName::Update,
            Some("separate") => SameName::Separate,
            _ => SameName::Ask,
        },
        seed: run.options.seed,
    }
}

/// Short work is done at once; long work becomes a job whose progress the page shows.
async fn begin(
    cx: &Cx,
    kind: &'static RecordType,
    run: &Run,
    from: &[&str],
    to: &'static str,
    job: &'static str,
) -> Handled {
    let long = work::size(run) > work::AT_ONCE;
    let enqueue = async |tx: &mut Tx| -> Result<Option<Uuid>> {
        let new = NewJob::new(job, json!({"run": run.id})).key(run.id.to_string()).by(cx.actor.account);
        Ok(if long { Some(jobs::enqueue(tx, new).await?) } else { None })
    };
    atomically!(cx.app.db, |tx| {
        let job = enqueue(tx).await?;
        runs::begin(tx, &cx.actor, run.id, from, to, job).await
    })?;
    if !long {
        let run = runs::find(&cx.app.db, &cx.actor, kind, run.id).await?;
        match job {
            work::UNDO_JOB => work::undo(&cx.app, &run, None).await?,
            _ => work::import(&cx.app, &run, None).await?,
        };
    }
    let done = match (long, job) {
        (true, _) => Done::Started,
        (false, work::UNDO_JOB) => Done::Undone,
        (false, _) => Done::Saved,
    };
    Ok(notice::redirect(cx, &format!("/{}/import/{}", kind.path, run.id), done, None))
}

/// `POST /{path}/import/{run}/undo`.
pub async fn undo(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    check_right(&cx, kind)?;
    let run = runs::find(&cx.app.db, &cx.actor, kind, id).await?;
    begin(&cx, kind, &run, &["done", "stopped"], "undoing", work::UNDO_JOB).await
}

/// `GET /{path}/import/{run}/errors.csv`: the rows with errors as they came, with the reasons in front.
pub async fn errors(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    check_right(&cx, kind)?;
    let run = runs::find(&cx.app.db, &cx.actor, kind, id).await?;
    let errors: Vec<RowErrors> = if run.state == "ready" {
        let plan = plan::plan(&cx.app, &cx.actor, kind, &run.sheet, &run.options).await?;
        plan.errors().map(|row| RowErrors::of(row.line, &row.errors)).collect()
    } else {
        run.outcome.errors.clone()
    };
    let by_line: HashMap<usize, &table::Row> = run.sheet.rows.iter().map(|row| (row.line, row)).collect();
    let header = [cx.t("行", "Row").to_owned(), cx.t("理由", "Reason").to_owned()]
        .into_iter()
        .chain(run.sheet.header.clone())
        .collect();
    let rows = errors.iter().map(|row| {
        let cells = by_line.get(&row.line).map(|source| source.cells.clone()).unwrap_or_default();
        [row.line.to_string(), fault_words(&cx, kind, row)]
            .into_iter()
            .chain(cells)
            .chain(std::iter::repeat(String::new()))
            .take(2 + run.sheet.header.len())
            .collect()
    });
    let text = export::csv_text(std::iter::once(header).chain(rows))?;
    Ok(export::download(
        "text/csv; charset=utf-8",
        &format!("{}-errors.csv", kind.path),
        Body::from(format!("\u{FEFF}{text}")),
    ))
}
