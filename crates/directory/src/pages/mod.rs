//! Pages of the directory: the list over all parties, and the profile of a party.

mod list;
mod profile;

use crate::records::{ALL, LISTING, ORGANIZATION, PERSON, UNIT};
use web::{Access, Routes, records};

/// Every page of the directory.
pub fn routes() -> Routes {
    let mut routes = Routes::new().page("/directory", Access::Everyone, list::page);
    for kind in ALL {
        routes = routes.with(match kind.key {
            "organization" | "unit" | "person" => records::routes_without_show(kind),
            _ => records::routes(kind),
        });
    }
    routes
        .page("/organizations/{id}", Access::Everyone, |cx, id| profile::page(cx, &ORGANIZATION, id))
        .page("/units/{id}", Access::Everyone, |cx, id| profile::page(cx, &UNIT, id))
        .page("/people/{id}", Access::Everyone, |cx, id| profile::page(cx, &PERSON, id))
}

/// The first open offer and need of a party, by title.
fn offers_and_needs(cx: &web::Cx, party: kernel::Uuid) -> (Vec<store::catalogue::Entry>, Vec<store::catalogue::Entry>) {
    let ids = cx.app.catalogue.referring(LISTING.key, "party", party, &cx.keyring, cx.lang);
    let entries = ids.into_iter().filter_map(|id| cx.app.catalogue.entry(id, &cx.keyring));
    entries
        .filter(|entry| entry.facet("state") != Some("closed"))
        .partition(|entry| entry.facet("side") == Some("offer"))
}
