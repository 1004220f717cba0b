//! Introductions: two parties are handed to each other after both said yes, and not before.
//!
//! **Words.** The *asker* wishes to meet the *other*; a common *contact* may be asked first to pass it on; the concierge may
//! bring two together, and then both are asked. A *yes* hands over the contact details of whoever says it, when the second
//! yes comes. *Not again* ([`crate::matching`]) is obeyed for ever.
//!
//! **States.**
//!
//! ```text
//!   asked ──(contact passes it on)──► offered ──(both said yes)──► made
//!     │                                  │
//!     └──────────► declined · expired · withdrawn ◄──────────┘
//! ```
//!
//! What the asker sees is not the state: a request that was declined goes on waiting until its last day and then ends as
//! one that nobody answered. Its place under the cap comes back on that day too, or the cap would tell.
//!
//! Never here: ranking (matching), agreements (told through [`Promises`]), contact details in anything but a made
//! introduction.

pub mod actions;
pub mod jobs;
pub mod mails;
pub mod model;
pub mod pages;
pub mod policy;
pub mod published;
pub mod store;

#[cfg(test)]
mod tests;

pub use self::store::{due, outcomes_due, waiting};
pub use actions::evidence::{Introduced, Promises};
pub use actions::hooks::hooks;
pub use jobs::jobs;
pub use published::{Made, all_made, made, made_since, touched};

use axum::http::Method;
use kernel::Permission;
use web::{Access, Routes};

/// Every address of introductions.
pub fn routes() -> Routes {
    let (signed_in, everyone) = (Access::SignedIn, Access::Everyone);
    // Whoever reviews the directory is the hub's concierge or a director, as in matching.
    let concierge = Access::May(Permission::ReviewDirectory);
    Routes::new()
        .page("/introductions", signed_in, pages::inbox::page)
        .page("/introductions/new", signed_in, pages::ask::form)
        .submit("/introductions/new", signed_in, pages::ask::submit)
        .page("/introductions/{id}", signed_in, pages::show::page)
        .submit("/introductions/{id}/answer", signed_in, pages::show::answer)
        .submit("/introductions/{id}/withdraw", signed_in, pages::show::withdraw)
        .submit("/introductions/{id}/nudge", signed_in, pages::show::nudge)
        .submit("/introductions/{id}/outcome", signed_in, pages::show::outcome)
        .page("/introduction-answers/{secret}", everyone, pages::ticket::page)
        .submit("/introduction-answers/{secret}", everyone, pages::ticket::answer)
        .page("/staff/introductions", concierge, pages::staff::list)
        .page("/staff/introductions/new", concierge, pages::staff::form)
        .submit("/staff/introductions/new", concierge, pages::staff::submit)
        .plain(Method::GET, "/api/v1/introductions", signed_in, pages::api::list)
        .plain(Method::POST, "/api/v1/introductions", signed_in, pages::api::create)
        .plain(Method::GET, "/api/v1/introductions/{id}", signed_in, pages::api::one)
        .plain(Method::POST, "/api/v1/introductions/{id}/answer", signed_in, pages::api::answer)
}
