//! A fresh, migrated database for a test, on the engine that `MUSUBI_TEST_DB` names.
//!
//! - `sqlite` (default): a copy of a migrated template file in a folder of its own.
//! - `postgres`, `postgres-serializable`: a database of its own on the server of `MUSUBI_TEST_PG` (an administrator's
//!   address, see `tests/postgres.sh`), copied from a migrated template and dropped at the end.
//!
//! Never here: anything a running hub uses.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "used by tests alone")]

use crate::{Db, Settings, migrate};
use chrono::{DateTime, Utc};
use kernel::Clock;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Which engine a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestEngine {
    Sqlite,
    Postgres,
    PostgresSerializable,
}

impl TestEngine {
    /// The engine of this test run.
    pub fn from_environment() -> TestEngine {
        match std::env::var("MUSUBI_TEST_DB").as_deref() {
            Err(_) | Ok("" | "sqlite") => TestEngine::Sqlite,
            Ok("postgres") => TestEngine::Postgres,
            Ok("postgres-serializable") => TestEngine::PostgresSerializable,
            Ok(other) => panic!("MUSUBI_TEST_DB={other}: sqlite, postgres or postgres-serializable"),
        }
    }

    /// Every engine that can be reached: SQLite, and both kinds of PostgreSQL when `MUSUBI_TEST_PG` is set.
    pub fn available() -> Vec<TestEngine> {
        match std::env::var("MUSUBI_TEST_PG") {
            Ok(_) => vec![TestEngine::Sqlite, TestEngine::Postgres, TestEngine::PostgresSerializable],
            Err(_) => vec![TestEngine::Sqlite],
        }
    }
}

/// A database of one test. Derefs to [`Db`]. Folder and database go away with it.
pub struct TestDb {
    db: Option<Db>,
    settings: Settings,
    database: Option<String>,
}

impl TestDb {
    /// On the engine of the environment, with the system clock.
    pub async fn new() -> TestDb {
        TestDb::on(TestEngine::from_environment(), Clock::system()).await
    }

    /// On the engine of the environment, at an instant that only `db.clock().advance` moves.
    pub async fn at(instant: DateTime<Utc>) -> TestDb {
        TestDb::on(TestEngine::from_environment(), Clock::fixed(instant)).await
    }

    pub async fn on(engine: TestEngine, clock: Clock) -> TestDb {
        let folder = std::env::temp_dir().join(format!("musubi-test-{}", Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let (settings, database) = match engine {
            TestEngine::Sqlite => {
                std::fs::copy(sqlite_template().await, folder.join("hub.db")).unwrap();
                (Settings { durable: false, connections: 4, ..Settings::new(&folder, clock) }, None)
            }
            _ => {
                let name = postgres_copy(engine == TestEngine::PostgresSerializable).await;
                let url = address_of(&name);
                (Settings { connections: 10, ..Settings::postgres(&folder, &url, clock) }, Some(name))
            }
        };
        let db = Db::open(&settings).await.expect("test database opens");
        TestDb { db: Some(db), settings, database }
    }

    /// A second handle for tasks.
    pub fn db(&self) -> Db {
        self.deref().clone()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn folder_path(&self) -> &Path {
        &self.settings.folder
    }

    /// Closes and opens again, as a restart does.
    pub async fn reopen(&mut self) {
        if let Some(db) = self.db.take() {
            db.close().await.unwrap();
        }
        self.db = Some(Db::open(&self.settings).await.expect("test database opens again"));
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db.as_ref().unwrap()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        drop(self.db.take());
        let _ = std::fs::remove_dir_all(&self.settings.folder);
        let Some(name) = self.database.take() else { return };
        // A thread of its own: a runtime cannot be entered from within another.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                if let Ok(mut admin) = PgConnection::connect(&admin_address()).await {
                    let _ = admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))).await;
                }
            });
        });
        let _ = dropping.join();
    }
}

/// Changes with every migration, so that an old template is not used.
fn schema_hash() -> String {
    let mut hash = Sha256::new();
    for (version, name, text) in migrate::MIGRATIONS {
        hash.update(format!("{version} {name} {text}"));
    }
    hex::encode(&hash.finalize()[..6])
}

/// A migrated file, made once per schema and machine; a race of two makers is settled by the rename.
async fn sqlite_template() -> PathBuf {
    let template = std::env::temp_dir().join(format!("musubi-template-{}.db", schema_hash()));
    if !template.exists() {
        let folder = std::env::temp_dir().join(format!("musubi-template-{}", Uuid::new_v4().simple()));
        let settings = Settings { durable: false, ..Settings::new(&folder, Clock::system()) };
        let db = Db::open(&settings).await.expect("migrations run");
        db.close().await.unwrap();
        drop(db);
        std::fs::rename(folder.join("hub.db"), &template).unwrap();
        let _ = std::fs::remove_dir_all(&folder);
    }
    template
}

fn admin_address() -> String {
    std::env::var("MUSUBI_TEST_PG")
        .expect("MUSUBI_TEST_PG: address of a PostgreSQL administrator, see tests/postgres.sh")
}

/// The administrator's address with another database.
fn address_of(database: &str) -> String {
    let admin = admin_address();
    let (start, query) =
        admin.split_once('?').map_or((admin.as_str(), String::new()), |(start, query)| (start, format!("?{query}")));
    let server = start.rfind('/').map_or(start, |at| &start[..at]);
    format!("{server}/{database}{query}")
}

async fn postgres_copy(serializable: bool) -> String {
    let mut admin = PgConnection::connect(&admin_address()).await.expect("PostgreSQL of MUSUBI_TEST_PG answers");
    let template = format!("musubi_template_{}", schema_hash());
    // One maker at a time; copying a template also needs that nobody is connected to it.
    admin.execute("SELECT pg_advisory_lock(7203)").await.unwrap();
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(template.clone())
        .fetch_optional(&mut admin)
        .await
        .unwrap();
    if known.is_none() {
        make_postgres_template(&mut admin, &template).await;
    }
    let name = format!("musubi_test_{}", Uuid::new_v4().simple());
    admin.execute(AssertSqlSafe(format!("CREATE DATABASE {name} TEMPLATE {template}"))).await.unwrap();
    if serializable {
        admin
            .execute(AssertSqlSafe(format!("ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")))
            .await
            .unwrap();
    }
    admin.execute("SELECT pg_advisory_unlock(7203)").await.unwrap();
    name
}

async fn make_postgres_template(admin: &mut PgConnection, template: &str) {
    let building = format!("{template}_building");
    admin.execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)"))).await.unwrap();
    let create = format!("CREATE DATABASE {building} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    admin.execute(AssertSqlSafe(create)).await.unwrap();
    let folder = std::env::temp_dir().join(format!("musubi-template-{}", Uuid::new_v4().simple()));
    let db =
        Db::open(&Settings::postgres(&folder, &address_of(&building), Clock::system())).await.expect("migrations run");
    db.close().await.unwrap();
    drop(db);
    let _ = std::fs::remove_dir_all(&folder);
    admin.execute(AssertSqlSafe(format!("ALTER DATABASE {building} RENAME TO {template}"))).await.unwrap();
}
