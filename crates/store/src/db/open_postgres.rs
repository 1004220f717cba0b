//! Opens PostgreSQL: settings of its connections, versions, migrations.

use super::Engine;
use super::folder::FolderLock;
use super::open::{Mode, Opened, Settings, migration_error, refuse_newer};
use crate::error::{Error, RefusalReason, Result};
use crate::migrate::{self, Dialect};
use kernel::lang::Said;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Row};
use std::str::FromStr;
use tokio::sync::watch;

const OLDEST_POSTGRES: i64 = 150_000;

pub(super) async fn open_postgres(
    settings: &Settings,
    url: &str,
    lock: Option<FolderLock>,
    version: i64,
) -> Result<Opened> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Other("the PostgreSQL address cannot be read".to_owned()))?
        .application_name("musubi")
        .options([
            ("statement_timeout", "30s"),
            ("lock_timeout", "10s"),
            ("idle_in_transaction_session_timeout", "60s"),
            ("timezone", "UTC"),
        ])
        .statement_cache_capacity(512)
        .disable_statement_logging();
    let place = format!("{}/{}", options.get_host(), options.get_database().unwrap_or_default());
    let pool = PgPoolOptions::new()
        .max_connections(settings.connections.max(2))
        .acquire_timeout(settings.patience)
        .connect_with(options)
        .await
        .map_err(Error::from)?;
    let mut connection = pool.acquire().await.map_err(Error::from)?;
    let applied = refuse_newer(applied_postgres(&mut connection).await?, &place)?;
    if settings.mode == Mode::Serve {
        let mut migrator = migrate::migrator(Dialect::Postgres);
        migrator.set_locking(check_postgres_version(&mut connection).await?);
        sqlx::query("SET statement_timeout = 0").execute(&mut *connection).await?;
        if applied.last() != Some(&migrate::newest()) {
            tracing::info!(from = applied.last(), to = version, "migrating");
        }
        migrator.run_to(version, &mut *connection).await.map_err(|error| migration_error(error, &place))?;
        sqlx::query("SET statement_timeout = '30s'").execute(&mut *connection).await?;
    }
    drop(connection);
    Ok(Opened { engine: Engine::Postgres { pool }, feed: watch::Sender::new(0), lock })
}

async fn applied_postgres(connection: &mut PgConnection) -> Result<Vec<i64>> {
    let known: bool = sqlx::query("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?
        .try_get(0)?;
    if !known {
        return Ok(Vec::new());
    }
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(connection).await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
}

/// Refuses servers older than PostgreSQL 15; tells whether the server has advisory locks (CockroachDB has none).
async fn check_postgres_version(connection: &mut PgConnection) -> Result<bool> {
    let text: String = sqlx::query("SELECT version()").fetch_one(&mut *connection).await?.try_get(0)?;
    if text.contains("CockroachDB") {
        return Ok(false);
    }
    let number: String = sqlx::query("SHOW server_version_num").fetch_one(connection).await?.try_get(0)?;
    if text.contains("-YB-") || number.parse::<i64>().unwrap_or(0) >= OLDEST_POSTGRES {
        return Ok(true);
    }
    let words = Said::new(
        format!("{text} は古すぎます（15 以上が必要です）。"),
        format!("{text} is too old; PostgreSQL 15 or newer is needed."),
    );
    Err(Error::refuse(RefusalReason::OldEngine, "PostgreSQL", words))
}
