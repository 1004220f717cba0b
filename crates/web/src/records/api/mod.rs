//! The JSON API of every described record type: `/api/v1/{path}`.
//!
//! The same description, limits, rights and audiences as in forms and imports; only the clothing differs. Other sites'
//! scripts may not call it (no CORS). Never here: rules of one type.

mod body;
mod change;
mod idempotency;
mod listing;
mod representation;
#[cfg(test)]
mod tests;

pub use representation::present;

use super::editors;
use crate::routes::{Access, Routes};
use axum::http::Method;
use kernel::Permission;
use kernel::record::RecordType;

/// Most records of one page.
pub const MOST: usize = 200;
/// Records of a page that does not say.
pub const USUAL: usize = 50;

/// The seven addresses of a type.
pub fn api_routes(kind: &'static RecordType) -> Routes {
    let (many, one) = (format!("/api/v1/{}", kind.path), format!("/api/v1/{}/{{id}}", kind.path));
    let editors = editors(kind);
    Routes::new()
        .plain(Method::GET, &many, Access::Everyone, move |cx, query| listing::list(cx, kind, query))
        .plain(Method::POST, &many, editors, move |cx, headers, sent| change::create(cx, kind, headers, sent))
        .plain(Method::GET, &one, Access::Everyone, move |cx, id| listing::one(cx, kind, id))
        .plain(Method::PUT, &one, editors, move |cx, id, headers, sent| change::replace(cx, kind, id, headers, sent))
        .plain(Method::PATCH, &one, editors, move |cx, id, headers, sent| change::patch(cx, kind, id, headers, sent))
        .plain(Method::DELETE, &one, editors, move |cx, id, headers| change::delete(cx, kind, id, headers))
        .plain(Method::GET, &format!("{one}/history"), Access::May(Permission::ReadHistory), move |cx, id| {
            listing::history(cx, kind, id)
        })
}
