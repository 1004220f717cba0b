//! The work of an import and of its undoing. It runs in the request when it is short and as a job when it is long; a
//! job that was cut off goes on where it stopped.

use super::apply::{self, BATCH};
use super::plan::{self, Action};
use super::runs::{self, Outcome, RowErrors, Run};
use crate::app::App;
use crate::records::actions::Doing;
use kernel::lang::Said;
use kernel::{Error, Lang, Result, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use store::feed;
use store::jobs::JobContext;

/// Kind of the job that imports. Its handler is [`run_import_job`].
pub const IMPORT_JOB: &str = "import";
/// Kind of the job that takes an import back. Its handler is [`run_undo_job`].
pub const UNDO_JOB: &str = "import-undo";
/// Rows up to which the work is done while the reader waits.
pub const AT_ONCE: usize = 500;

#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    pub run: Uuid,
}

/// Handler of [`IMPORT_JOB`].
pub async fn run_import_job(app: App, context: JobContext) -> Result<Value> {
    let run = runs::get(&app.db, context.payload::<Payload>()?.run).await?;
    import(&app, &run, Some(&context)).await?;
    Ok(json!({"path": path_of(&app, &run)}))
}

/// Handler of [`UNDO_JOB`].
pub async fn run_undo_job(app: App, context: JobContext) -> Result<Value> {
    let run = runs::get(&app.db, context.payload::<Payload>()?.run).await?;
    undo(&app, &run, Some(&context)).await?;
    Ok(json!({"path": path_of(&app, &run)}))
}

fn path_of(app: &App, run: &Run) -> String {
    let path = app.kind(&run.record_type).map_or("", |kind| kind.path);
    format!("/{path}/import/{}", run.id)
}

async fn tell(context: Option<&JobContext>, done: usize, total: usize, note: Said) -> Result<()> {
    let Some(context) = context else { return Ok(()) };
    context.report(count(done), Some(count(total)), Some(note)).await?;
    context.check()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Plans once more with what is stored now, then stores batch after batch. A batch that fails ends the import; what was
/// kept before it can be undone.
pub async fn import(app: &App, run: &Run, context: Option<&JobContext>) -> Result<Outcome> {
    let kind = app.kind(&run.record_type).ok_or(Error::NotFound)?;
    app.projections.catch_up(app).await;
    runs::set_feed_from(&app.db, run.id, feed::newest(&app.db).await?).await?;
    let plan = plan::plan(app, &run.actor, kind, &run.sheet, &run.options).await?;
    let mut outcome = Outcome {
        errors: plan.errors().map(|row| RowErrors::of(row.line, &row.errors)).collect(),
        ..Outcome::default()
    };
    let doing = Doing { app, actor: &run.actor, db: app.db.for_request(&run.request_id()) };
    let total = plan.rows.len();
    for (round, batch) in plan.rows.chunks(BATCH).enumerate() {
        let done = round * BATCH;
        let words = Said::new(
            format!("{total}行のうち{done}行。この画面を離れても続きます。"),
            format!("{done} of {total} rows. It goes on if you leave this page."),
        );
        if let Err(error) = tell(context, done, total, words).await {
            // Asked to stop: what was stored so far is kept, and named, so that it can be undone.
            outcome.stopped = Some((batch.first().map_or(0, |row| row.line), said(&error)));
            break;
        }
        match apply::store_batch(&doing, batch).await {
            Ok(counts) => outcome.counts.add(counts),
            Err(stopped) if is_passing(&stopped.error) && context.is_some() => return Err(stopped.error),
            Err(stopped) => {
                outcome.stopped = Some((stopped.line, said(&stopped.error)));
                break;
            }
        }
    }
    let state = if outcome.stopped.is_some() { "stopped" } else { "done" };
    runs::finish(&app.db, run.id, state, &outcome, Some(feed::newest(&app.db).await?)).await?;
    app.projections.catch_up(app).await;
    Ok(outcome)
}

/// Worth trying again: the job is queued once more and goes on.
fn is_passing(error: &Error) -> bool {
    matches!(error, Error::Busy | Error::StorageFull)
}

/// An error in words, with every field it names.
pub fn said(error: &Error) -> Said {
    let words = |lang: Lang| match error {
        Error::Invalid(errors) => errors.0.iter().map(|e| e.message.get(lang)).collect::<Vec<_>>().join(" "),
        other => {
            let (title, advice) = other.words(lang);
            format!("{title} — {advice}")
        }
    };
    Said::new(words(Lang::Ja), words(Lang::En))
}

/// Takes back every change of an import, except where somebody changed the record since.
pub async fn undo(app: &App, run: &Run, context: Option<&JobContext>) -> Result<Outcome> {
    app.projections.catch_up(app).await;
    let to = match run.feed_to {
        Some(seq) => seq,
        None => feed::newest(&app.db).await?,
    };
    let done = apply::done_by(&app.db, &run.request_id(), run.feed_from.unwrap_or(0), to).await?;
    let made: HashSet<Uuid> = done.iter().filter(|done| done.before.is_none()).map(|done| done.record_id).collect();
    let doing = Doing { app, actor: &run.actor, db: app.db.for_request(&format!("import-undo-{}", run.id)) };
    let mut undone = run.outcome.undone.clone().unwrap_or_default();
    let total = done.len();
    for (round, batch) in done.chunks(BATCH).enumerate() {
        let at = round * BATCH;
        let words =
            Said::new(format!("{total}件のうち{at}件を元に戻しました。"), format!("{at} of {total} records put back."));
        tell(context, at, total, words).await?;
        undone.add(apply::undo_batch(&doing, batch, &made).await?);
    }
    let outcome = Outcome { undone: Some(undone), ..run.outcome.clone() };
    runs::finish(&app.db, run.id, "undone", &outcome, None).await?;
    app.projections.catch_up(app).await;
    Ok(outcome)
}

/// How many rows or records the work would touch.
pub fn size(run: &Run) -> usize {
    run.sheet.rows.len()
}

/// Whether there is anything to store in a plan.
pub fn is_idle(plan: &plan::Plan) -> bool {
    plan.count(Action::Create) + plan.count(Action::Update) == 0
}
