//! Commands that keep the data safe: backup, restore, doctor, verify-log, migrate, reindex.

use super::{bar, open, open_beside, say};
use crate::config::File;
use crate::wiring;
use anyhow::Result;
use std::path::Path;
use std::process::ExitCode;
use store::doctor::Severity;
use store::{backup, doctor, feed};

pub(super) async fn backup(file: &File, target: &Path) -> Result<ExitCode> {
    let db = open_beside(file).await?;
    let progress = bar("backup");
    let files = wiring::files(file, &db)?;
    let manifest = backup::create(&db, &files, target, &|done, total| {
        progress.set_length(total);
        progress.set_position(done);
    })
    .await?;
    progress.finish_and_clear();
    let rows: u64 = manifest.rows.values().sum();
    say(format!("{}: {rows} rows, {} files, change {}", target.display(), manifest.entries.len(), manifest.feed_seq));
    for missing in &manifest.missing {
        say(format!("attachment missing, not in the backup: {missing}"));
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn restore(file: &File, source: &Path) -> Result<ExitCode> {
    let progress = bar("restore");
    let restored = backup::restore(source, &wiring::settings(file), &|done, total| {
        progress.set_length(total);
        progress.set_position(done);
    })
    .await?;
    progress.finish_and_clear();
    let rows: u64 = restored.manifest.rows.values().sum();
    say(format!(
        "restored {rows} rows as of change {}; {} unsent mails are held",
        restored.manifest.feed_seq, restored.held_mail
    ));
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn doctor(file: &File) -> Result<ExitCode> {
    let db = open_beside(file).await?;
    let progress = bar("doctor");
    let files = wiring::files(file, &db)?;
    let findings = doctor::examine(&db, &files, |done, total| {
        progress.set_length(total.unsigned_abs());
        progress.set_position(done.unsigned_abs());
    })
    .await?;
    progress.finish_and_clear();
    for finding in &findings {
        say(format!("{:?}\t{}\t{}\t{}", finding.severity, finding.check, finding.words.en, finding.words.ja));
    }
    let bad = findings.iter().any(|finding| finding.severity == Severity::Fault);
    Ok(if bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

pub(super) async fn verify_log(file: &File) -> Result<ExitCode> {
    let db = open_beside(file).await?;
    let progress = bar("verify-log");
    let verdict = feed::verify(&db, |done, total| {
        progress.set_length(total.unsigned_abs());
        progress.set_position(done.unsigned_abs());
    })
    .await?;
    progress.finish_and_clear();
    match verdict.broken {
        None => say(format!("{} entries, chain whole, head {}", verdict.checked, verdict.head)),
        Some(seq) => say(format!("entry {seq} does not fit the chain; {} entries before it do", verdict.checked)),
    }
    Ok(if verdict.broken.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn migrate(file: &File) -> Result<ExitCode> {
    let db = open(file).await?;
    say(format!("schema is at version {}", store::migrate::newest()));
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn reindex(file: &File) -> Result<ExitCode> {
    let db = open(file).await?;
    let assembled = wiring::assemble(file, db.clone()).await?;
    let progress = bar("reindex");
    web::projections::rebuild_index(&assembled.app, |done, total| {
        progress.set_length(total);
        progress.set_position(done);
    })
    .await?;
    progress.finish_and_clear();
    say("search index rebuilt");
    let progress = bar("ties");
    let ties = assembled.map.rebuild(&assembled.app, |done| progress.set_position(done)).await?;
    progress.finish_and_clear();
    say(format!("{ties} ties made anew"));
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}
