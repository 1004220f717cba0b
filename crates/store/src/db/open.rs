//! Opening a hub's database: the checks before the first statement, migration, and the connections.
//!
//! A file that is damaged, newer than this program or in use is refused with words; nothing is created in its
//! place (faults 11, 13, 14, 25).

use super::folder::{Folder, FolderLock};
use super::lite::Lite;
use super::open_postgres::open_postgres;
use super::readers::{Readers, elsewhere};
use super::writer::Gate;
use super::{Db, Engine, Inner};
use crate::args;
use crate::error::{Error, RefusalReason, Result};
use crate::migrate::{self, Dialect};
use kernel::Clock;
use kernel::lang::Said;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Row};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// SQLite before this had a bug that can damage a database in WAL mode.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// Above this size the check after an unclean stop leaves out the comparison of indexes with tables.
const FULL_CHECK_UP_TO: u64 = 256 * 1024 * 1024;

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The one process that works here: locks the folder, migrates, writes.
    Serve,
    /// Beside a running process (backup, doctor, verify-log): reads only, locks nothing, migrates nothing.
    Read,
}

/// Where a hub's data is and how to open it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The data folder: the SQLite database, attachments, search index.
    pub folder: PathBuf,
    /// Address of a PostgreSQL database (`postgres://…`); SQLite in the folder when absent.
    pub postgres: Option<String>,
    pub clock: Clock,
    pub mode: Mode,
    /// Go on with a SQLite file that was changed or lost its log while stopped.
    pub trust_file: bool,
    /// Long reads at a time (SQLite), or all connections (PostgreSQL).
    pub connections: u32,
    /// Longest wait for a connection or the writer before [`Error::Busy`].
    pub patience: Duration,
    /// `false` skips syncs; for throw-away test databases only.
    pub durable: bool,
}

impl Settings {
    pub fn new(folder: impl Into<PathBuf>, clock: Clock) -> Settings {
        Settings {
            folder: folder.into(),
            postgres: None,
            clock,
            mode: Mode::Serve,
            trust_file: false,
            connections: 8,
            patience: Duration::from_secs(10),
            durable: true,
        }
    }

    pub fn postgres(folder: impl Into<PathBuf>, url: &str, clock: Clock) -> Settings {
        Settings { postgres: Some(url.to_owned()), ..Settings::new(folder, clock) }
    }

    pub fn read_only(self) -> Settings {
        Settings { mode: Mode::Read, ..self }
    }
}

/// What both engines hand to the common part.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) feed: watch::Sender<i64>,
    pub(super) lock: Option<FolderLock>,
}

impl Db {
    /// Opens the database, creating or migrating it in [`Mode::Serve`].
    ///
    /// # Errors
    /// [`Error::Refused`] says what was found, where, and what to do.
    pub async fn open(settings: &Settings) -> Result<Db> {
        Folder::new(&settings.folder).refuse_unfinished()?;
        Self::open_to(settings, migrate::newest()).await
    }

    /// As [`Db::open`], while `restore.partial` is still there.
    pub(crate) async fn open_restored(settings: &Settings) -> Result<Db> {
        Self::open_to(settings, migrate::newest()).await
    }

    /// As [`Db::open`], with the schema of an older version when the database is new; restore needs it.
    pub(crate) async fn open_to(settings: &Settings, version: i64) -> Result<Db> {
        let folder = Folder::new(&settings.folder);
        let lock = if settings.mode == Mode::Serve { Some(folder.lock()?) } else { None };
        let opened = match &settings.postgres {
            Some(url) => {
                let opened = open_postgres(settings, url, lock, version).await?;
                if settings.mode == Mode::Serve {
                    folder.write_elsewhere()?;
                }
                opened
            }
            None => open_sqlite(settings, &folder, lock, version).await?,
        };
        let inner = Inner {
            engine: opened.engine,
            clock: settings.clock.clone(),
            ids: Mutex::new(uuid::ContextV7::new()),
            feed: opened.feed,
            jobs: Notify::new(),
            retry_lane: Arc::default(),
            folder,
            lock: Mutex::new(opened.lock),
            mode: settings.mode,
        };
        let db = Db { inner: Arc::new(inner), request: None };
        db.follow_other_nodes();
        Ok(db)
    }
}

fn sqlite_options(settings: &Settings, folder: &Folder) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.database())
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        .synchronous(if settings.durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
        .pragma("mmap_size", "0")
        .pragma("trusted_schema", "OFF")
        .pragma("temp_store", "MEMORY")
        .pragma("cache_size", "-8000")
        .statement_cache_capacity(512)
        .disable_statement_logging()
}

async fn open_sqlite(settings: &Settings, folder: &Folder, lock: Option<FolderLock>, version: i64) -> Result<Opened> {
    let options = sqlite_options(settings, folder);
    let serve = settings.mode == Mode::Serve;
    let exists = folder.examine(settings.trust_file || !serve)?;
    if !exists && !serve {
        return Err(Error::refuse(
            RefusalReason::Missing,
            folder.database().display(),
            Said::new("ここにはまだデータベースがありません。", "There is no database here yet."),
        ));
    }
    let marker = folder.marker()?;
    let feed = watch::Sender::new(0);
    let gate = if serve {
        let writer = options.clone().create_if_missing(!exists).journal_mode(SqliteJournalMode::Wal);
        let suspicious = exists && !marker.as_ref().is_some_and(|m| m.clean);
        let first = prepare(&writer, settings, folder, version, suspicious).await?;
        let connection = Lite::open(&folder.database(), settings.durable).map_err(|error| damage(folder, error));
        // Only now: the last connection takes the log away, and a hub that is killed then would miss it at the next start.
        first.close().await?;
        let connection = connection?;
        // What a failed sync may have lost of the log must not stand between the file and what comes now.
        connection.fold().map_err(|error| damage(folder, error))?;
        folder.write_marker(false)?;
        Some(Gate::new(connection, settings.patience, feed.clone()))
    } else {
        None
    };
    if !serve {
        let mut connection = options.read_only(true).connect().await.map_err(|error| damage(folder, error.into()))?;
        let applied = applied_sqlite(&mut connection).await.map_err(|error| damage(folder, error))?;
        connection.close().await?;
        refuse_newer(applied, folder.database().display())?;
    }
    let read = Readers::open(folder.database(), settings.connections, settings.patience);
    let read = read.map_err(|error| damage(folder, error))?;
    Ok(Opened { engine: Engine::Sqlite { read, gate }, feed, lock })
}

/// Damage that shows itself at opening becomes a refusal that names the file.
fn damage(folder: &Folder, error: Error) -> Error {
    match error {
        Error::Corrupt(finding) => folder.damaged_inside(&finding),
        other => other,
    }
}

/// Looks at the file and brings it to the schema of `version`. The connection is for the caller to close.
///
/// A connection that is merely dropped closes some time later and would then still touch the files, while the reader
/// of a refusal already puts a backup in their place; so it is closed before anything is told.
async fn prepare(
    options: &SqliteConnectOptions,
    settings: &Settings,
    folder: &Folder,
    version: i64,
    suspicious: bool,
) -> Result<SqliteConnection> {
    let mut connection = SqliteConnection::connect_with(options).await.map_err(|error| damage(folder, error.into()))?;
    let fit = async {
        if suspicious {
            check_pages(&mut connection, folder).await.map_err(|error| damage(folder, error))?;
        }
        check_sqlite_version(&mut connection).await?;
        migrate_sqlite(&mut connection, settings, folder, version).await
    };
    match fit.await {
        Ok(()) => Ok(connection),
        Err(error) => {
            connection.close().await?;
            Err(error)
        }
    }
}

/// Reads every page of the file, and every entry of its indexes where it is small enough.
async fn check_pages(connection: &mut SqliteConnection, folder: &Folder) -> Result<()> {
    let size = std::fs::metadata(folder.database()).map(|meta| meta.len()).unwrap_or(0);
    let check = if size <= FULL_CHECK_UP_TO { "PRAGMA integrity_check(3)" } else { "PRAGMA quick_check(3)" };
    let rows = sqlx::query(check).fetch_all(connection).await?;
    let findings: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    if findings == ["ok"] { Ok(()) } else { Err(Error::Corrupt(findings.join("; "))) }
}

async fn check_sqlite_version(connection: &mut SqliteConnection) -> Result<()> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(connection).await?;
    let text: String = row.try_get(0)?;
    let mut numbers = text.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    if (next(), next(), next()) >= OLDEST_SQLITE {
        return Ok(());
    }
    let words = Said::new(
        format!("SQLite {text} は古すぎます（3.51.3 以上が必要です）。"),
        format!("SQLite {text} is too old; 3.51.3 or newer is needed."),
    );
    Err(Error::refuse(RefusalReason::OldEngine, "SQLite", words))
}

/// Numbers of the migrations in a database file, empty for a new one.
async fn applied_sqlite(connection: &mut SqliteConnection) -> Result<Vec<i64>> {
    let known = sqlx::query("SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_optional(&mut *connection)
        .await?;
    if known.is_none() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

pub(super) fn refuse_newer(applied: Vec<i64>, place: impl std::fmt::Display) -> Result<Vec<i64>> {
    let (found, known) = (applied.last().copied().unwrap_or(0), migrate::newest());
    if found <= known {
        return Ok(applied);
    }
    Err(Error::refuse(
        RefusalReason::NewerSchema { found, known },
        place,
        Said::new(
            format!(
                "このデータベースは新しい版の Musubi（スキーマ {found}）で使われたものです。この版はスキーマ {known} までです。新しい版を使うか、`musubi restore` で古いバックアップから戻してください。"
            ),
            format!(
                "This database was used by a newer Musubi (schema {found}); this one knows schema {known}. Use the newer version, or restore an older backup with `musubi restore`."
            ),
        ),
    ))
}

async fn migrate_sqlite(
    connection: &mut SqliteConnection,
    settings: &Settings,
    folder: &Folder,
    version: i64,
) -> Result<()> {
    let applied = applied_sqlite(connection).await.map_err(|error| damage(folder, error))?;
    let applied = refuse_newer(applied, folder.database().display())?;
    let last = applied.last().copied().unwrap_or(0);
    if last == migrate::newest() {
        return run_migrations(&migrate::migrator(Dialect::Sqlite), connection, version, folder).await;
    }
    if last > 0 {
        let stamp = settings.clock.now().format("%Y%m%dT%H%M%SZ");
        let copy = folder.root().join(format!("hub.schema-{last}.{stamp}.db"));
        let database = folder.database();
        let from = copy.clone();
        elsewhere(move || copy_database(&Lite::reader(&database)?, &from)).await?;
        tracing::info!(copy = %copy.display(), from = last, to = version, "copied the database before migrating");
    }
    run_migrations(&migrate::migrator(Dialect::Sqlite), connection, version, folder).await
}

async fn run_migrations(
    migrator: &Migrator,
    connection: &mut SqliteConnection,
    version: i64,
    folder: &Folder,
) -> Result<()> {
    migrator
        .run_to(version, connection)
        .await
        .map_err(|error| migration_error(error, &folder.database().display().to_string()))
}

/// Writes a compact copy; complete when it has its name, `.partial` before that. Takes as long as reading the whole file.
pub(super) fn copy_database(from: &Lite, copy: &Path) -> Result<()> {
    let partial = copy.with_extension("partial");
    let _ = std::fs::remove_file(&partial);
    from.execute("VACUUM INTO $1", &args![partial.to_string_lossy().into_owned()])?;
    std::fs::File::open(&partial)?.sync_all()?;
    std::fs::rename(&partial, copy)?;
    super::folder::sync_folder(copy.parent().unwrap_or(Path::new(".")))
}

pub(super) fn migration_error(error: MigrateError, place: &str) -> Error {
    let changed = |version: i64| {
        Error::refuse(
            RefusalReason::ChangedMigration { version },
            place,
            Said::new(
                format!(
                    "適用済みの移行 {version} の内容が、このプログラムのものと違います。元の版の Musubi を使うか、バックアップから戻してください。"
                ),
                format!(
                    "Migration {version}, already applied, differs from the one in this program. Use the version it came from, or restore a backup."
                ),
            ),
        )
    };
    match error {
        MigrateError::VersionMismatch(version)
        | MigrateError::VersionMissing(version)
        | MigrateError::Dirty(version) => changed(version),
        MigrateError::Execute(cause) => cause.into(),
        MigrateError::ExecuteMigration(cause, version) => Error::Other(format!("migration {version}: {cause}")),
        other => Error::Other(other.to_string()),
    }
}
