//! What can go wrong between the program and its database, sorted by what the caller can do about it.
//!
//! Driver errors are turned into these at the façade; no other crate sees a driver type. Errors are plain data
//! (`Clone`), because one failed shared commit is told to every writer in it.

use kernel::lang::Said;
use sqlx::error::ErrorKind;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Which rule of the schema a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictKind {
    /// A row with the same key exists.
    Unique,
    /// The row points at nothing, or something still points at it.
    ForeignKey,
}

/// Why a data folder is not opened: what was found, where, and what to do (faults 11, 13, 14, 25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub reason: RefusalReason,
    /// File or address it is about.
    pub place: String,
    pub words: Said,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalReason {
    /// Another process works on this folder.
    InUse { pid: Option<u32> },
    /// The database file is damaged, cut off or not a database.
    Damaged,
    /// The folder once held a database and the file (or its write-ahead log) is gone.
    Missing,
    /// Written by a newer version of the program.
    NewerSchema { found: i64, known: i64 },
    /// An applied migration differs from the one in this program.
    ChangedMigration { version: i64 },
    /// The SQLite or PostgreSQL version is too old.
    OldEngine,
    /// The folder cannot be read or written.
    Unusable,
}

#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    #[error("no such row")]
    NotFound,
    /// `constraint` is the name PostgreSQL would give; empty when the engine does not say (foreign keys on SQLite).
    #[error("{kind:?} constraint broken: {constraint}")]
    Conflict { kind: ConflictKind, constraint: String },
    /// A CHECK or NOT NULL rule, or a value the column cannot hold.
    #[error("a value breaks a rule of the table: {0}")]
    Rule(String),
    /// Text with U+0000, which PostgreSQL cannot store; refused on both engines.
    #[error("text contains a NUL character")]
    Nul,
    /// Another transaction came first; running the whole block again is expected to work.
    #[error("serialization failure")]
    Serialization,
    #[error("database busy")]
    Busy,
    #[error("database away: {0}")]
    Unavailable(String),
    #[error("no room left on the device")]
    Full,
    #[error("opened for reading only")]
    ReadOnly,
    /// A statement of this transaction failed before, so nothing of it will be kept.
    #[error("an earlier statement of this transaction failed")]
    Aborted,
    /// The disk failed to keep what was written; no write is accepted until the program is started again.
    #[error("disk error: {0}")]
    Disk(String),
    #[error("database damaged: {0}")]
    Corrupt(String),
    #[error("{}: {}", .0.place, .0.words.en)]
    Refused(Box<Refusal>),
    #[error("file too large")]
    TooLarge { limit_bytes: u64 },
    /// A backup that cannot be read or does not match its manifest.
    #[error("backup: {0}")]
    Backup(String),
    #[error("{0}")]
    Other(String),
}

impl Error {
    pub(crate) fn refuse(reason: RefusalReason, place: impl std::fmt::Display, words: Said) -> Error {
        Error::Refused(Box::new(Refusal { reason, place: place.to_string(), words }))
    }

    /// Whether the named unique constraint was broken.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Error::Conflict { kind: ConflictKind::Unique, .. })
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::RowNotFound => Error::NotFound,
            sqlx::Error::PoolTimedOut => Error::Busy,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Error::Unavailable(error.to_string()),
            sqlx::Error::Io(cause) => Error::Unavailable(cause.to_string()),
            sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => Error::Unavailable(error.to_string()),
            sqlx::Error::Database(cause) => from_database(cause.as_ref()),
            other => Error::Other(other.to_string()),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Error {
        let rusqlite::Error::SqliteFailure(cause, message) = error else { return Error::Other(error.to_string()) };
        let message = message.unwrap_or_else(|| cause.to_string());
        // Extended codes of a broken constraint.
        match cause.extended_code {
            1555 | 2067 | 2579 => {
                let columns = message.split_once("failed: ").map_or("", |(_, columns)| columns).to_owned();
                Error::Conflict { kind: ConflictKind::Unique, constraint: columns }
            }
            787 => Error::Conflict { kind: ConflictKind::ForeignKey, constraint: String::new() },
            code => from_sqlite(code, message),
        }
    }
}

fn from_database(cause: &dyn sqlx::error::DatabaseError) -> Error {
    let message = cause.message().to_owned();
    // SQLite names columns instead of the constraint: "UNIQUE constraint failed: t.a, t.b"; `db::tx` finds the name.
    let constraint = || match (cause.constraint(), message.split_once("failed: ")) {
        (Some(name), _) => name.to_owned(),
        (None, Some((_, columns))) => columns.to_owned(),
        (None, None) => String::new(),
    };
    match cause.kind() {
        ErrorKind::UniqueViolation => return Error::Conflict { kind: ConflictKind::Unique, constraint: constraint() },
        ErrorKind::ForeignKeyViolation => {
            return Error::Conflict { kind: ConflictKind::ForeignKey, constraint: constraint() };
        }
        ErrorKind::NotNullViolation | ErrorKind::CheckViolation => return Error::Rule(message),
        _ => {}
    }
    let code = cause.code().unwrap_or_default();
    if cause.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return from_sqlite(code.parse().unwrap_or(1), message);
    }
    from_sqlstate(&code, message)
}

/// Result codes of SQLite, <https://www.sqlite.org/rescode.html>; the low byte is the family.
fn from_sqlite(code: i32, message: String) -> Error {
    match code & 0xff {
        5 | 6 => Error::Busy,
        8 => Error::ReadOnly,
        10 | 14 => Error::Disk(format!("{message} ({code})")),
        11 | 26 => Error::Corrupt(message),
        13 => Error::Full,
        19 | 20 => Error::Rule(message),
        _ => Error::Other(message),
    }
}

/// SQLSTATE classes, PostgreSQL documentation appendix A.
fn from_sqlstate(code: &str, message: String) -> Error {
    match code {
        "40001" | "40P01" => Error::Serialization,
        "53100" => Error::Full,
        "25006" => Error::ReadOnly,
        "25P02" => Error::Aborted,
        "55P03" | "57014" | "53300" | "53200" => Error::Busy,
        "XX001" | "XX002" => Error::Corrupt(message),
        _ if code.starts_with("08") || code.starts_with("57P") => Error::Unavailable(message),
        _ if code.starts_with("22") => Error::Rule(message),
        _ => Error::Other(format!("{message} ({code})")),
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::Full,
            std::io::ErrorKind::NotFound => Error::NotFound,
            std::io::ErrorKind::ReadOnlyFilesystem => Error::ReadOnly,
            _ => Error::Disk(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Error {
        Error::Other(error.to_string())
    }
}

impl From<Error> for kernel::Error {
    fn from(error: Error) -> kernel::Error {
        use kernel::both;
        match error {
            Error::NotFound => kernel::Error::NotFound,
            Error::Conflict { kind: ConflictKind::Unique, .. } => kernel::Error::conflict(both(
                "同じ内容のものがすでに登録されています。",
                "Something with the same key is already registered.",
            )),
            Error::Conflict { kind: ConflictKind::ForeignKey, .. } => kernel::Error::conflict(both(
                "ほかの記録とつながっているため、この操作はできません。つながりを先に外してください。",
                "Other records are linked to this, so it cannot be done. Remove the links first.",
            )),
            Error::Nul => kernel::Error::bad_request(both(
                "文字として扱えない符号（U+0000）が含まれています。取り除いてください。",
                "The text contains a character that cannot be stored (U+0000). Remove it.",
            )),
            Error::Serialization | Error::Busy | Error::Unavailable(_) | Error::ReadOnly => kernel::Error::Busy,
            Error::Full => kernel::Error::StorageFull,
            Error::TooLarge { limit_bytes } => kernel::Error::TooLarge { limit_bytes },
            other => kernel::Error::internal(other),
        }
    }
}
