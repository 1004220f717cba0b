//! Exchange of tables and of whole hubs: export of lists, import of sheets with a dry run and an undo, loading of
//! files by the program, and the hub as one archive.
//!
//! Never here: what a field may contain (the description says so, for forms, API and imports alike).

mod apply;
mod columns;
mod decode;
mod dump;
pub mod export;
mod find;
mod formula;
mod html;
pub mod hub;
mod load;
mod pages;
mod plan;
mod planner;
mod rows;
mod runs;
#[cfg(test)]
pub(crate) mod sample;
mod table;
#[cfg(test)]
mod tests;
mod work;
mod xlsx;

pub use apply::Counts;
pub(crate) use columns::is_language_tag;
pub use dump::export_csv;
pub use hub::{export_hub, import_hub};
pub use load::{LoadReport, check_csv, load_csv};
pub use plan::{hidden_fields, link_ids};
pub use rows::settle_standings;
pub use runs::RowErrors;
pub use table::{Row, Table, read_file, read_sent, read_text};
pub use work::{IMPORT_JOB, UNDO_JOB, run_import_job, run_undo_job};

use crate::routes::{Access, Routes};
use kernel::Permission;
use kernel::record::RecordType;

/// Export and import pages of a type.
pub fn routes(kind: &'static RecordType) -> Routes {
    let path = kind.path;
    let (import, export) = (Access::May(Permission::Import), Access::May(Permission::Export));
    let upload = move |cx, parts| pages::upload(cx, kind, parts);
    Routes::new()
        .page(&format!("/{path}/export.csv"), export, move |cx, query| export::csv(cx, kind, query))
        .page(&format!("/{path}/export.xlsx"), export, move |cx, query| export::xlsx(cx, kind, query))
        .page(&format!("/{path}/import"), import, move |cx| pages::start(cx, kind))
        .page(&format!("/{path}/import/template.csv"), import, move |cx| pages::template(cx, kind))
        // The handler counts the bytes of the upload itself, against a limit of its own.
        .submit(&format!("/{path}/import"), import, upload)
        .page(&format!("/{path}/import/{{run}}"), import, move |cx, id| pages::show(cx, kind, id))
        .submit(&format!("/{path}/import/{{run}}"), import, move |cx, id, sent| pages::act(cx, kind, id, sent))
        .submit(&format!("/{path}/import/{{run}}/undo"), import, move |cx, id| pages::undo(cx, kind, id))
        .page(&format!("/{path}/import/{{run}}/errors.csv"), import, move |cx, id| pages::errors(cx, kind, id))
}
