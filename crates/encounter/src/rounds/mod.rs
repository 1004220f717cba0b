//! Discussion rounds and partnering: from a sheet of participants and wishes to a published timetable.
//!
//! **Words.** A *round* has two *sides*: hosts (laboratories) and visitors (companies). *Participants* state *wishes* (must,
//! would like, no thanks) and slots in which they cannot come. A *run* of the optimizer proposes *meetings* and says what
//! is proven about them; the officer accepts, changes by hand, *freezes*. A *version* is what was published: the whole
//! timetable with what changed, told only to those concerned.
//!
//! **States.** Every other change of state is a conflict.
//!
//! ```text
//!             ask              first run            publish            over
//!   drafting ─────► asking ─────────────► solving ───────────► published ──► held
//!       ▲  └───────────────────────────────▲ │                   ▲   │
//!       └──────────────┘    asking ◄─────────┘ ask again         └───┘ publish again
//! ```
//!
//! Until it is published a round is there for staff alone, on every surface; participants reach their own page by its
//! secret address or by an account that acts for them. Contact data of one side are never shown to the other.

pub mod actions;
pub mod files;
pub mod model;
pub mod pages;
pub mod policy;
pub mod records;
pub mod sheet;
pub mod store;
pub mod vocabularies;

#[cfg(test)]
mod tests;

pub use actions::hooks::hooks;
pub use actions::solve::jobs;
pub use pages::desk::{Waiting, waiting};

use crate::matching::Matching;
use axum::http::Method;
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use kernel::{Permission, Result, Uuid};
use std::sync::Arc;
use web::{Access, App, Routes};

/// Tells which parties hold an agreement with the hub that is in force on a day. Wired by the program.
pub trait AgreementHolders: Send + Sync {
    fn current<'a>(&'a self, app: &'a App, on: NaiveDate) -> BoxFuture<'a, Result<Vec<Uuid>>>;
}

/// Every address of rounds.
pub fn routes(holders: Arc<dyn AgreementHolders>, matching: &Arc<Matching>) -> Routes {
    let officers = Access::May(Permission::RunRounds);
    let everyone = Access::Everyone;
    let (shown, added) = (Arc::clone(&holders), holders);
    let (listed, asked, own) = (Arc::clone(matching), Arc::clone(matching), Arc::clone(matching));
    Routes::new()
        .with(web::records::routes_without_show(&records::ROUND))
        .page("/rounds/{id}", everyone, pages::show::page)
        .page("/rounds/{id}/sheet", officers, pages::sheet::start)
        .submit("/rounds/{id}/sheet", officers, pages::sheet::upload)
        .page("/rounds/{id}/sheet/{sheet}", officers, pages::sheet::check)
        .submit("/rounds/{id}/sheet/{sheet}", officers, pages::sheet::take)
        .page("/rounds/{id}/files/{file}", officers, pages::files::download)
        .page("/rounds/{id}/directory", officers, move |cx, id| pages::directory::page(cx, Arc::clone(&shown), id))
        .submit("/rounds/{id}/directory", officers, move |cx, id, sent| {
            pages::directory::add(cx, Arc::clone(&added), id, sent)
        })
        .page("/rounds/{id}/participants/{who}", officers, pages::participant::page)
        .submit("/rounds/{id}/participants/{who}", officers, pages::participant::save)
        .submit("/rounds/{id}/participants/{who}/remove", officers, pages::participant::remove)
        .page("/rounds/{id}/suggestions", officers, move |cx, id| pages::suggestions::page(cx, Arc::clone(&listed), id))
        .submit("/rounds/{id}/suggestions", officers, pages::suggestions::take)
        .page("/rounds/{id}/wishes/{who}", Access::SignedIn, move |cx, path| {
            pages::wishes::page(cx, Arc::clone(&asked), path)
        })
        .submit("/rounds/{id}/wishes/{who}", Access::SignedIn, pages::wishes::save)
        .page("/my-round/{secret}", everyone, move |cx, path| pages::mine::page(cx, Arc::clone(&own), path))
        .submit("/my-round/{secret}", everyone, pages::mine::save)
        .page("/rounds/{id}/slots", officers, pages::show::slots)
        .page("/rounds/{id}/ask", officers, pages::publish::ask_page)
        .submit("/rounds/{id}/ask", officers, pages::publish::ask)
        .page("/rounds/{id}/solve", officers, pages::runs::ask)
        .submit("/rounds/{id}/solve", officers, pages::runs::start)
        .page("/rounds/{id}/runs/{run}", officers, pages::runs::page)
        .submit("/rounds/{id}/runs/{run}", officers, pages::runs::accept)
        .page("/rounds/{id}/timetable", everyone, pages::timetable::page)
        .page("/rounds/{id}/left-out", officers, pages::left_out::page)
        .submit("/rounds/{id}/meetings", officers, pages::meeting::add)
        .page("/rounds/{id}/meetings/new", officers, pages::meeting::new)
        .page("/rounds/{id}/meetings/{meeting}", officers, pages::meeting::page)
        .submit("/rounds/{id}/meetings/{meeting}", officers, pages::meeting::act)
        .submit("/rounds/{id}/freeze", officers, pages::meeting::freeze)
        .page("/rounds/{id}/publish", officers, pages::publish::page)
        .submit("/rounds/{id}/publish", officers, pages::publish::publish)
        .submit("/rounds/{id}/close", officers, pages::publish::hold)
        .page("/rounds/{id}/versions", everyone, pages::publish::versions)
        .page("/rounds/{id}/cards", officers, pages::cards::page)
        .page("/rounds/{id}/schedule/{who}", everyone, pages::schedule::page)
        .submit("/rounds/{id}/late", officers, pages::meeting::late)
        .page("/rounds/{id}/outcomes/{meeting}", Access::SignedIn, pages::outcome::page)
        .submit("/rounds/{id}/outcomes/{meeting}", Access::SignedIn, pages::outcome::save)
        .plain(Method::GET, "/files/rounds/{secret}", everyone, pages::files::calendar)
}
