//! Storing records of any described type: columns from the description, reading within the reader's scope,
//! writing with an entry in the change feed.
//!
//! The SQL that comes out is plain (`SELECT * FROM organization WHERE id IN (…) AND audience IN (…)`). Never
//! here: permissions to edit (policies), forms, or a table that no migration declares.

mod columns;
mod read;
mod scope;
mod write;

pub use columns::{column_kind, columns, ddl};
pub use read::{all, by_ids, deleted_with, find, find_any, in_tx, linking};
pub use scope::Scope;
pub use write::{delete, insert, restore, update};
