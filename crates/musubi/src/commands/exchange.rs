//! Commands that bring data in and take it out: sample, import, export.

use super::{bar, open, say};
use crate::config::File;
use crate::{sample, wiring};
use anyhow::{Context, Result, bail};
use directory::accounts;
use kernel::Actor;
use kernel::record::RecordType;
use std::path::Path;
use std::process::ExitCode;
use web::App;
use web::records::actions::Doing;
use web::records::exchange;

pub(super) async fn sample(file: &File, people: Option<u32>) -> Result<ExitCode> {
    let db = open(file).await?;
    let assembled = wiring::assemble(file, db.clone()).await?;
    if !sample::is_empty(&assembled.app) {
        bail!("{} has records already; the sample goes into an empty data folder", file.data.folder.display());
    }
    sample::load(&assembled.app).await?;
    if let Some(people) = people {
        let progress = bar("synthetic hub");
        sample::load_synthetic(&assembled.app, people, |done, total| {
            progress.set_length(total);
            progress.set_position(done.min(total));
        })
        .await?;
        progress.finish_and_clear();
    }
    let assembled = wiring::assemble(file, db.clone()).await?;
    accounts::sample(&db, &assembled.app.hub, &sample::links(&assembled.app)).await?;
    sample::surveys::load(&assembled.app).await?;
    let progress = bar("search index");
    web::projections::rebuild_index(&assembled.app, |done, total| {
        progress.set_length(total);
        progress.set_position(done);
    })
    .await?;
    progress.finish_and_clear();
    say(format!("sample hub in {}", file.data.folder.display()));
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn kind_of(app: &App, what: &str) -> Result<&'static RecordType> {
    app.kind_at(what).or_else(|| app.kind(what)).with_context(|| {
        let known: Vec<&str> = app.kinds.iter().map(|kind| kind.path).collect();
        format!("no record type {what}; types are {} and hub", known.join(", "))
    })
}

pub(super) async fn import(file: &File, what: &str, path: &Path, dry_run: bool) -> Result<ExitCode> {
    let db = open(file).await?;
    let assembled = wiring::assemble(file, db.clone()).await?;
    let reader = std::fs::File::open(path).with_context(|| format!("reading {}", path.display()))?;
    if what == "hub" {
        let progress = bar("import");
        let counts = exchange::import_hub(&assembled.app, reader, |done, total| {
            progress.set_length(total);
            progress.set_position(done);
        })
        .await?;
        progress.finish_and_clear();
        say(format!("imported: {counts:?}"));
        db.close().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let kind = kind_of(&assembled.app, what)?;
    let actor = Actor::system("import");
    let doing = Doing::system(&assembled.app, &actor);
    let report = if dry_run {
        exchange::check_csv(&doing, kind, reader).await?
    } else {
        exchange::load_csv(&doing, kind, reader).await?
    };
    for row in &report.errors {
        for fault in &row.errors {
            say(format!("line {}: {}: {} / {}", row.line, fault.0, fault.1.en, fault.1.ja));
        }
    }
    say(format!("{:?}", report.counts));
    db.close().await?;
    Ok(if report.errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn export(file: &File, what: &str, path: &Path) -> Result<ExitCode> {
    let db = open(file).await?;
    let assembled = wiring::assemble(file, db.clone()).await?;
    let writer = std::fs::File::create(path).with_context(|| format!("writing {}", path.display()))?;
    let progress = bar("export");
    let step = |done, total| {
        progress.set_length(total);
        progress.set_position(done);
    };
    if what == "hub" {
        exchange::export_hub(&assembled.app, writer, step).await?;
    } else {
        let kind = kind_of(&assembled.app, what)?;
        let actor = Actor::system("export");
        exchange::export_csv(&Doing::system(&assembled.app, &actor), kind, writer).await?;
    }
    progress.finish_and_clear();
    say(path.display());
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}
