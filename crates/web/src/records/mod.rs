//! The record kit: lists, forms, pages, history, deletion, API, import and export for every described record type.
//!
//! A subsystem mounts its types with [`routes`], or with [`routes_beside`] when it has a page of its own for showing
//! a record. Never here: anything about one particular type.

pub mod actions;
pub mod api;
pub mod exchange;
mod form;
mod form_entry;
mod history;
mod link;
mod list;
mod lookup;
pub mod openapi;
pub mod policy;
pub mod proposals;
mod remove;
mod show;
mod submission;
pub mod view;

pub use form::FormPage;
pub use link::{link_text, resolver};
pub use list::{
    Filter, ListPage, ListQuery, PAGE, Row, applied_chips, excerpt as list_excerpt, filters, list_query, matching_ids,
    range_words, row,
};
pub use show::{EditLinks, Section, ShowPage, crumbs, elsewhere, sections};
pub use submission::{Submission, safe_path};

use crate::routes::{Access, Routes};
use kernel::record::{OwnEdits, RecordType};

/// Who may open the forms of a type. Whether *this* record may be edited is asked again in the action.
fn editors(kind: &RecordType) -> Access {
    match kind.own_edits {
        OwnEdits::No => Access::May(kind.edit),
        _ => Access::Either(kind.edit, kernel::Permission::EditOwnParty),
    }
}

/// All pages of a record type.
pub fn routes(kind: &'static RecordType) -> Routes {
    routes_without_show(kind)
        .page(&format!("/{}/{{id}}", kind.path), Access::Everyone, move |cx, id| show::page(cx, kind, id))
}

/// The same without the page that shows one record: the subsystem has its own.
pub fn routes_without_show(kind: &'static RecordType) -> Routes {
    routes_beside(kind).page(&format!("/{}", kind.path), Access::Everyone, move |cx, query| list::page(cx, kind, query))
}

/// The pages of a record type without the list and the page that shows one record: the subsystem has its own.
pub fn routes_beside(kind: &'static RecordType) -> Routes {
    let path = kind.path;
    let editors = editors(kind);
    Routes::new()
        .page(&format!("/{path}/new"), editors, move |cx, query| form::new(cx, kind, query))
        .submit(&format!("/{path}"), editors, move |cx, sent| form::create(cx, kind, sent))
        .page(&format!("/{path}/{{id}}/edit"), editors, move |cx, id| form::edit(cx, kind, id))
        .submit(&format!("/{path}/{{id}}"), editors, move |cx, id, sent| form::update(cx, kind, id, sent))
        .page(&format!("/{path}/{{id}}/delete"), editors, move |cx, id| remove::confirm(cx, kind, id))
        .submit(&format!("/{path}/{{id}}/delete"), editors, move |cx, id| remove::delete(cx, kind, id))
        .submit(&format!("/{path}/{{id}}/restore"), editors, move |cx, id| remove::restore(cx, kind, id))
        .page(&format!("/{path}/{{id}}/history"), Access::May(kernel::Permission::ReadHistory), move |cx, id| {
            history::page(cx, kind, id)
        })
        .submit(&format!("/{path}/{{id}}/history/{{seq}}"), editors, move |cx, at| history::undo(cx, kind, at))
        .with(api::api_routes(kind))
        .with(exchange::routes(kind))
}

/// Routes that serve every type: suggestions for link fields.
pub fn shared_routes() -> Routes {
    Routes::new()
        .page("/lookup", Access::Everyone, lookup::lookup)
        .page("/palette", Access::Everyone, lookup::palette)
        .with(openapi::routes())
}
