//! Data at rest: one façade over SQLite and PostgreSQL, the change feed, jobs, mail to send, attachments, backups.
//!
//! The engine switch lives in [`db`] alone. Never here: what records mean, who may see them, HTML.

pub mod backup;
pub mod catalogue;
pub mod db;
pub mod doctor;
pub mod error;
pub mod feed;
pub mod files;
pub mod foreign;
pub mod jobs;
pub mod mapped;
pub mod migrate;
pub mod outbox;
pub mod records;
pub mod search;
pub mod test_support;

pub use db::{
    Cell, Db, Folder, Line, Mark, Mode, One, Record, Select, Settings, Snapshot, Sql, Tries, Tx, Value, ValueKind,
};
pub use error::{ConflictKind, Error, Refusal, RefusalReason, Result};
#[doc(hidden)]
pub use kernel::Error as KernelError;
