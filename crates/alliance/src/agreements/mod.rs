//! Agreements whose clauses are data: what was promised, by whom, until when, and whether it is used.
//!
//! **Words.** An *agreement* ties *parties* in a *capacity*; its *clauses* are coded promises; *evidence* proves that
//! a clause was used; an *amendment* changes the end; a *suspension* is a time of rest; a *membership* is an agreement
//! whose *benefits* entitle the member.
//!
//! **States.** Every other change of state is a conflict, by whatever surface it comes.
//!
//! ```text
//!            sign            suspend
//!   draft ─────────► signed ─────────► suspended
//!                     ▲ │ ▲                │ │
//!      take the end   │ │ └────────────────┘ │
//!      back           │ │ end     resume     │ end
//!                     │ ▼                    ▼
//!                     └──────── ended ◄──────┘
//! ```
//!
//! Only what is active on a day grants: see [`model`] for the rule and [`granted`] for the one question that other
//! subsystems ask. Never here: booking, registration, federation; they ask.

pub mod actions;
mod grants;
pub mod jobs;
pub mod model;
pub mod pages;
pub mod policy;
pub mod records;
pub mod store;
pub mod upload;
pub mod vocabularies;

#[cfg(test)]
mod tests;

pub use actions::evidence::{Used, record_evidence};
pub use actions::hooks::hooks;
pub use grants::{ClauseRef, Entitlement, entitlements, granted, holders, life, membership_words};
pub use jobs::jobs;
pub use model::words::end as end_words;
pub use pages::home::{DeskItem, MatrixRow, MatrixSummary, Summaries, desk_items};

use axum::http::Method;
use kernel::Permission;
use pages::life::{Ask, act, ask};
use web::records::{routes as kit, routes_beside};
use web::{Access, Routes};

/// Every address of agreements.
pub fn routes() -> Routes {
    let keepers = Access::May(Permission::EditAgreements);
    let everyone = Access::Everyone;
    let parts = records::ALL.iter().copied().filter(|kind| kind.key != records::AGREEMENT.key);
    let routes = Routes::new()
        .with(routes_beside(&records::AGREEMENT))
        .page("/agreements", everyone, pages::list::page)
        .page("/agreements/matrix", everyone, pages::matrix::page)
        .page("/agreements/asleep", everyone, pages::asleep::page)
        .page("/agreements/as-of", everyone, pages::as_of::page)
        .page("/agreements/benefits", everyone, pages::benefits::page)
        .page("/agreements/{id}", everyone, pages::show::page)
        .page("/agreements/{id}/documents/new", keepers, pages::documents::new)
        // The size of a file is limited while it is read, by the limit for files.
        .submit("/agreements/{id}/documents", keepers, pages::documents::attach)
        .plain(Method::GET, "/files/agreements/{id}", everyone, pages::documents::download);
    let verbs = [
        ("suspend", Ask::Suspend),
        ("resume", Ask::Resume),
        ("end", Ask::End),
        ("reopen", Ask::TakeEndBack),
        ("chair", Ask::Chair),
    ];
    let routes = verbs.into_iter().fold(routes, |routes, (verb, asked)| {
        let path = format!("/agreements/{{id}}/{verb}");
        routes
            .page(&path, keepers, move |cx, id| ask(cx, asked, id))
            .submit(&path, keepers, move |cx, id, sent| act(cx, asked, id, sent))
    });
    parts.fold(routes, |routes, kind| routes.with(kit(kind)))
}
