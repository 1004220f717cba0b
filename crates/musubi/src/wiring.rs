//! Puts the parts together: which record types, routes, hooks and jobs make up the product.

use crate::config::File;
use crate::front;
use crate::language::{self, Understanding};
use anyhow::{Context, Result};
use chrono::NaiveDate;
use directory::accounts::Doorkeeper;
use encounter::matching::{Grouping, Matching};
use encounter::print::Library;
use futures_util::future::BoxFuture;
use insight::map::Map;
use kernel::record::RecordType;
use kernel::{Clock, Text, Uuid};
use std::sync::Arc;
use store::catalogue::Catalogue;
use store::db::{Db, Settings};
use store::files::Files;
use store::search::Index;
use web::projections::Projections;
use web::records::exchange;
use web::{App, AppParts, Hooks, Routes, WebSettings};

/// Every record type, in an order in which links point backwards only.
pub fn kinds() -> Vec<&'static RecordType> {
    let (claims, parties): (Vec<_>, Vec<_>) =
        directory::records::ALL.iter().copied().partition(|kind| kind.key == "claim");
    // Claims may be about agreements, so they come last.
    let agreements = alliance::agreements::records::ALL.iter().copied();
    let gatherings = encounter::gatherings::records::ALL.iter().copied();
    let rounds = encounter::rounds::records::ALL.iter().copied();
    parties.into_iter().chain(agreements).chain(gatherings).chain(claims).chain(rounds).collect()
}

/// What ties the parties it names.
const GROUPINGS: &[Grouping] = &[Grouping { record_type: "agreement_party", whole: "agreement", party: "party" }];

/// The matcher of a hub, reading with what the program understands of language.
pub fn matching(language: &Arc<Understanding>) -> Arc<Matching> {
    Arc::new(Matching::new(Arc::clone(language) as Arc<dyn encounter::matching::Reading>, GROUPINGS))
}

/// The map of a hub, with those who tell it of ties that are no records.
pub fn map(matching: &Arc<Matching>) -> Arc<Map> {
    Arc::new(Map::new(crate::ties::tellers(), Arc::new(crate::ties::Suggestions(Arc::clone(matching)))))
}

/// The fonts that a hub prints with.
pub fn fonts(file: &File) -> Arc<Library> {
    Arc::new(Library::of(file.data.folder.join("fonts")))
}

/// Every route of the product.
pub fn routes(door: &Doorkeeper, matching: &Arc<Matching>, map: &Arc<Map>, fonts: &Arc<Library>) -> Routes {
    Routes::new()
        .with(web::routes())
        .with(directory::routes(door))
        .with(alliance::agreements::routes())
        .with(encounter::matching::routes(matching))
        .with(encounter::rounds::routes(Arc::new(Holders), matching))
        .with(encounter::introductions::routes())
        .with(encounter::gatherings::routes(Arc::new(crate::promises::Agreements), fonts))
        .with(insight::map::routes(map))
        .with(front::routes())
}

fn hooks() -> Hooks {
    directory::hooks::hooks()
        .with(alliance::agreements::hooks())
        .with(encounter::gatherings::hooks())
        .with(encounter::matching::hooks())
        .with(encounter::introductions::hooks())
        .with(encounter::rounds::hooks())
        .with(insight::map::hooks())
}

/// Rounds ask who holds an agreement; agreements know.
struct Holders;

impl encounter::rounds::AgreementHolders for Holders {
    fn current<'a>(&'a self, app: &'a App, on: NaiveDate) -> BoxFuture<'a, kernel::Result<Vec<Uuid>>> {
        Box::pin(alliance::agreements::holders(app, on))
    }
}

/// How to open the database of a configuration.
pub fn settings(file: &File) -> Settings {
    match &file.data.postgres {
        Some(url) => Settings::postgres(&file.data.folder, url, Clock::system()),
        None => Settings::new(&file.data.folder, Clock::system()),
    }
}

/// Where attachments lie.
pub fn files(file: &File, db: &Db) -> Result<Files> {
    match &file.data.s3_bucket {
        #[cfg(feature = "s3")]
        Some(bucket) => Ok(Files::s3(bucket)?),
        #[cfg(not(feature = "s3"))]
        Some(_) => anyhow::bail!("data.s3_bucket needs a program built with the feature s3"),
        None => Ok(Files::of(db)?),
    }
}

/// The application with its routes, ready to serve or to work on the command line.
pub struct Assembled {
    pub app: App,
    pub routes: Routes,
    pub door: Doorkeeper,
    pub language: Arc<Understanding>,
    pub matching: Arc<Matching>,
    pub map: Arc<Map>,
}

/// Opens everything.
pub async fn assemble(file: &File, db: Db) -> Result<Assembled> {
    let door = Doorkeeper::with_waiting(file.access(), front::waiting());
    let language = Understanding::of_hub(language::folder(&file.data.folder), &db).await;
    let language = Arc::new(language.context("reading the glossary")?);
    let matching = matching(&language);
    let map = map(&matching);
    let routes = routes(&door, &matching, &map, &fonts(file));
    let kinds = kinds();
    let catalogue = Arc::new(Catalogue::default());
    let projections = Projections::load(&db, &kinds, &catalogue).await.context("loading the catalogue")?;
    let search = Index::open(&file.data.folder.join("search")).context("opening the search index")?;
    let app = App::new(AppParts {
        clock: db.clock().clone(),
        files: files(file, &db)?,
        search: Arc::new(search),
        language: Arc::clone(&language) as Arc<dyn web::language::Language>,
        kinds,
        hooks: hooks(),
        hub: crate::hub::load(&db, file, &catalogue).await?,
        settings: WebSettings {
            base_url: file.base_url()?,
            extra_hosts: hosts(file),
            body_limit: file.server.body_limit_kib * 1_024,
            upload_limit: file.server.upload_limit_mib * 1_024 * 1_024,
            request_timeout: file.server.request_timeout_seconds,
            trusted_proxies: file.server.trusted_proxies.clone(),
        },
        gatekeeper: Arc::new(door.clone()),
        projections,
        routes: routes.table().to_vec(),
        catalogue,
        db,
    });
    Ok(Assembled { app, routes, door, language, matching, map })
}

/// Without a configured address the hub answers to the names of this machine's loopback.
fn hosts(file: &File) -> Vec<String> {
    let mut hosts = file.server.extra_hosts.clone();
    if file.server.base_url.is_none() {
        let port = file.server.listen.port();
        hosts.extend([format!("127.0.0.1:{port}"), format!("[::1]:{port}"), format!("localhost:{port}")]);
    }
    hosts
}

/// Everything that runs beside requests.
pub fn jobs(assembled: &Assembled, file: &File) -> store::jobs::Runner {
    let runner = store::jobs::Runner::new(&assembled.app.db).workers(file.server.job_workers);
    let app = &assembled.app;
    let (importing, undoing) = (app.clone(), app.clone());
    let runner = runner
        .on(exchange::IMPORT_JOB, move |context| exchange::run_import_job(importing.clone(), context))
        .on(exchange::UNDO_JOB, move |context| exchange::run_undo_job(undoing.clone(), context));
    let runner = alliance::agreements::jobs(runner, app);
    let runner = encounter::rounds::jobs(runner, app);
    let runner = encounter::introductions::jobs(runner, app, Arc::new(crate::promises::Agreements));
    let runner = encounter::gatherings::jobs(runner, app, Arc::new(crate::promises::Agreements));
    directory::jobs(runner, app.clone(), assembled.door.clone())
}

/// The name for a hub that nobody has named yet.
pub fn unnamed() -> (Text, Text) {
    (Text::pair("新しい拠点", "New hub"), Text::pair("結び目から、治療がうまれる。", "Cures begin with a knot."))
}
