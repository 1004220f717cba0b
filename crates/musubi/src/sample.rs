//! The sample hub: facts of public documents with their sources, and fictional life around them. The tables are
//! part of the program; they come in through the same reader as everybody's.

mod introductions;
mod rounds;
pub mod surveys;
mod synthetic;

pub use synthetic::load as load_synthetic;

use crate::config::HubNames;
use crate::hub;
use anyhow::{Context, Result, bail};
use directory::accounts::SampleLinks;
use kernel::Actor;
use web::App;
use web::records::actions::Doing;
use web::records::exchange::load_csv;

macro_rules! tables {
    ($($name:literal),* $(,)?) => { &[$(($name, include_bytes!(concat!("../sample/", $name, ".csv")) as &[u8])),*] };
}

/// Record type and table, in an order in which links point backwards.
const TABLES: &[(&str, &[u8])] = tables![
    "organization",
    "unit",
    "person",
    "role",
    "relation",
    "alias",
    "listing",
    "agreement",
    "agreement_party",
    "clause",
    "signatory",
    "evidence",
    "benefit",
    "series",
    "series_member",
    "gathering",
    "gathering_part",
    "gathering_room",
    "gathering_session",
    "speaker",
    "registration_question",
    "survey_question",
    "agenda_item",
    "action_item",
    "claim",
    "term",
];

/// Whether the hub has no records yet.
pub fn is_empty(app: &App) -> bool {
    let keys: Vec<&str> = app.kinds.iter().map(|kind| kind.key).collect();
    app.catalogue.count(&keys, &Actor::system("sample").keyring()) == 0
}

/// Loads the tables into an empty hub and keeps the hub's own settings with the data.
pub async fn load(app: &App) -> Result<()> {
    let actor = Actor::system("sample");
    let doing = Doing::system(app, &actor);
    for (key, table) in TABLES {
        let kind = app.kind(key).with_context(|| format!("no record type {key}"))?;
        let report = load_csv(&doing, kind, *table).await.with_context(|| format!("sample table {key}"))?;
        if let Some(first) = report.errors.first() {
            bail!("sample table {key}: {first:?}");
        }
        tracing::debug!(key, ?report.counts, "loaded");
    }
    // Catalogue and hub know the records only after they were loaded; rounds need no more than the clock.
    rounds::load(&doing).await.context("sample rounds")?;
    introductions::load(&doing).await.context("sample introductions")?;
    let names: HubNames = toml::from_str(include_str!("../sample/hub.toml")).context("sample/hub.toml")?;
    hub::save(&app.db, &hub::from_names(&names, &app.catalogue, true)).await
}

/// Records to which the sample accounts belong: a start-up's manager and a member of a laboratory.
pub fn links(app: &App) -> SampleLinks {
    let keys = Actor::system("sample").keyring();
    let party = |code: &str| app.catalogue.by_code("organization", code, &keys);
    let person_of = |organization| {
        let roles = app.catalogue.referring("role", "party", organization, &keys, kernel::Lang::Ja);
        roles.iter().find_map(|id| app.catalogue.entry(*id, &keys)?.link("person"))
    };
    let manages: Vec<_> = ["miotsukushi-bio", "miotsukushi"].iter().filter_map(|code| party(code)).take(1).collect();
    let manager = manages.first().and_then(|organization| person_of(*organization));
    let member = ["minato-pharma", "minato"].iter().filter_map(|code| party(code)).find_map(person_of);
    SampleLinks { member, manager, manages }
}
