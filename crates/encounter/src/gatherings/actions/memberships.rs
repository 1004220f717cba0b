//! What memberships are worth at a gathering. The agreements' side implements [`Memberships`]; the program wires the two.

use crate::gatherings::model::membership::{self, Grant};
use crate::gatherings::model::when;
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use kernel::record::Record;
use kernel::{Result, Uuid};
use web::App;

/// Tells what the memberships of a party grant on a day.
pub trait Memberships: Send + Sync {
    fn grants<'a>(&'a self, app: &'a App, party: Uuid, on: NaiveDate) -> BoxFuture<'a, Result<Vec<Grant>>>;
}

/// What the memberships of several parties grant on the day of a gathering, as far as the gathering gives it.
pub async fn grants_at(
    app: &App,
    memberships: &dyn Memberships,
    gathering: &Record,
    parties: &[Uuid],
) -> Result<Vec<Grant>> {
    let offered = membership::offered(gathering);
    let zone = when::zone_of(gathering, app.hub.zone);
    let (false, Some(span)) = (offered.is_empty(), when::span(gathering, zone)) else { return Ok(Vec::new()) };
    let mut found: Vec<Grant> = Vec::new();
    for party in parties {
        for grant in memberships.grants(app, *party, span.start.date()).await? {
            if offered.contains(&grant.perk) && !found.contains(&grant) {
                found.push(grant);
            }
        }
    }
    Ok(found)
}
