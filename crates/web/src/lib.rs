//! The web layer: request context, routes with access, errors as pages, shared templates, and the record kit that
//! turns one description into lists, forms, pages, API, import and export.
//!
//! Never here: rules of a subsystem.

pub mod app;
pub mod assets;
pub mod cx;
pub mod drafts;
pub mod enter;
pub mod failure;
pub mod health;
pub mod hooks;
pub mod jobs;
pub mod language;
pub mod layout;
pub mod listen;
pub mod markdown;
pub mod metrics;
pub mod notice;
pub mod preferences;
pub mod projections;
pub mod recent;
pub mod records;
pub mod routes;
pub mod search;
pub mod search_documents;
pub mod server;
pub mod styleguide;
pub mod test_support;
pub mod turns;
pub mod upload;
pub mod xml;

pub use app::{App, AppParts, Gatekeeper, Hub, Identity, WebSettings};
pub use cx::{Cx, Door, Notice};
pub use failure::{Failure, Handled, html, html_with};
pub use hooks::{Beside, Forgetting, Hook, Hooks, Personal, Saving, Tell, Told, Warning, Whose};
pub use recent::Recent;
pub use routes::{Access, Route, Routes};

/// Routes of this layer itself: search, jobs, drafts, theme, suggestions, proposals.
pub fn routes() -> Routes {
    search::routes()
        .with(jobs::routes())
        .with(drafts::routes())
        .with(preferences::routes())
        .with(records::shared_routes())
        .with(records::proposals::routes())
}
