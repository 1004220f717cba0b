//! The directory: organizations, units, people, what they offer and need; and the accounts of those who use the hub.
//!
//! Every other subsystem may use it; it knows none of them.

pub mod accounts;
pub mod duplicates;
pub mod hooks;
pub mod pages;
pub mod records;
pub mod vocabularies;

use accounts::Doorkeeper;
use std::time::Duration;
use store::jobs::{NewJob, Runner};
use web::{App, Routes};

/// Every address of the directory and of accounts.
pub fn routes(door: &Doorkeeper) -> Routes {
    pages::routes().with(duplicates::routes()).with(accounts::routes(door))
}

/// Once a day: clears away sessions, links and counters that have run out, and looks for duplicates.
pub fn jobs(runner: Runner, app: App, door: Doorkeeper) -> Runner {
    duplicates::jobs(runner, app.clone())
        .on("sweep", move |_| {
            let (app, door) = (app.clone(), door.clone());
            async move {
                door.sweep(&app.db).await?;
                Ok(serde_json::Value::Null)
            }
        })
        .every("sweep", Duration::from_secs(86_400), NewJob::new("sweep", serde_json::Value::Null))
}
