//! `musubi serve`: the hub with its jobs, projections and mails, until it is told to stop.

use crate::config::File;
use crate::language::build::Watch;
use crate::language::{self, Understanding, fetch};
use crate::mailer::Mailer;
use crate::sample;
use crate::wiring::{self, Assembled};
use anyhow::{Context, Result};
use directory::accounts;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use store::db::Db;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::listen::Limits;

pub(super) async fn serve(file: &File, with_sample: bool, fetch_language: bool) -> Result<ExitCode> {
    let listener =
        TcpListener::bind(file.server.listen).await.with_context(|| format!("listening on {}", file.server.listen))?;
    let db = Db::open(&wiring::settings(file)).await?;
    let mut assembled = wiring::assemble(file, db.clone()).await?;
    if with_sample && sample::is_empty(&assembled.app) {
        sample::load(&assembled.app).await?;
        // Names and the hub's own organization are known only now.
        assembled = wiring::assemble(file, db.clone()).await?;
        accounts::sample(&db, &assembled.app.hub, &sample::links(&assembled.app)).await?;
        sample::surveys::load(&assembled.app).await?;
    }
    greet(file, &assembled).await?;
    let (stop, stopped) = watch::channel(false);
    let runner = wiring::jobs(&assembled, file);
    let jobs = tokio::spawn(runner.run(stopped.clone()));
    let mut followers = JoinSet::new();
    followers.spawn(web::projections::follow(assembled.app.clone()));
    let (language, at) = (Arc::clone(&assembled.language), db.clone());
    followers.spawn(async move { language.follow(at).await });
    let (matching, app) = (Arc::clone(&assembled.matching), assembled.app.clone());
    followers.spawn(async move { matching.follow(app).await });
    let (map, app) = (Arc::clone(&assembled.map), assembled.app.clone());
    followers.spawn(async move { map.follow(app).await });
    if fetch_language {
        tokio::spawn(fetch_missing(Arc::clone(&assembled.language), language::folder(&file.data.folder), db.clone()));
    }
    if let Some(mail) = &file.mail {
        tokio::spawn(Mailer::new(mail)?.run(db.clone(), stopped.clone()));
    }
    if let Some(address) = file.server.metrics {
        let listener =
            TcpListener::bind(address).await.with_context(|| format!("listening on {address} for metrics"))?;
        let watched = web::server::watched(&assembled.app);
        tokio::spawn(web::listen::serve(listener, watched, Limits::default(), stopped.clone()));
    }
    tokio::spawn(async move {
        signal().await;
        let _ = stop.send(true);
    });
    let router = web::server::router(&assembled.app, assembled.routes);
    let limits = Limits { connections: file.server.connections, ..Limits::default() };
    web::listen::serve(listener, router, limits, stopped).await;
    let _ = tokio::time::timeout(Duration::from_secs(3), jobs).await;
    // They would only complain that the database is closed.
    followers.shutdown().await;
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

/// Fetches what is not there yet while the hub already serves. It is an extra: a failure is told and nothing more.
async fn fetch_missing(understanding: Arc<Understanding>, folder: PathBuf, db: Db) {
    let names = fetch::missing(&folder);
    if names.is_empty() {
        return;
    }
    tracing::info!("fetching in the background, through pip: {}", names.join(", "));
    understanding.expect(true);
    let outcome = tokio::task::spawn_blocking({
        let runtime = tokio::runtime::Handle::current();
        move || {
            let watch = Watch { progress: &|_, _| (), cancel: &AtomicBool::new(false) };
            // Building is work of half a minute for one core; it must not hold a thread that serves.
            runtime.block_on(fetch::fetch(&folder, &names, &watch))
        }
    });
    let outcome = outcome.await.map_err(anyhow::Error::from).flatten();
    understanding.expect(false);
    match outcome {
        Ok(()) => match understanding.reload(&db).await {
            Ok(()) => tracing::info!("dictionary and sentence vectors are at work"),
            Err(error) => tracing::warn!(%error, "the language files were built but not opened"),
        },
        Err(error) => tracing::warn!("search and matching go on without the language files: {error:#}"),
    }
}

/// What the person at the console needs to know.
async fn greet(file: &File, assembled: &Assembled) -> Result<()> {
    let base = file.base_url()?;
    tracing::info!("{} · {}", assembled.app.hub.name(kernel::Lang::Ja), base);
    if let Some(token) = accounts::setup_token(&assembled.app.db).await? {
        tracing::info!("no account yet: open {base}setup and enter the one-time token {token}");
    }
    if assembled.app.hub.sample {
        tracing::info!("sample hub: sign in as director@example.jp with the password {}", accounts::SAMPLE_PASSWORD);
    }
    Ok(())
}

async fn signal() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
