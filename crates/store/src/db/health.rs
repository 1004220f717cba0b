//! What the engine itself says about its condition, and copies of a database file.

use super::readers::elsewhere;
use super::{Db, Engine, One, open};
use crate::args;
use crate::error::{Error, Result};
use std::path::Path;

/// One look at the engine. `None`: all right.
pub(crate) struct EngineCheck {
    pub(crate) name: &'static str,
    pub(crate) fault: Option<String>,
}

impl Db {
    /// A compact, consistent copy of a SQLite database, made while others write. `false` on PostgreSQL.
    pub(crate) async fn copy_file_to(&self, target: &Path) -> Result<bool> {
        let Engine::Sqlite { read, .. } = &self.inner.engine else { return Ok(false) };
        let (reading, target) = (read.reserve().await?, target.to_owned());
        elsewhere(move || open::copy_database(reading.lite()?, &target)).await?;
        Ok(true)
    }

    /// Lets the engine refresh what it knows about its tables, for better plans. Cheap; once a day and after an import.
    /// PostgreSQL does this by itself.
    pub async fn optimize(&self) -> Result<()> {
        if self.is_postgres() {
            return Ok(());
        }
        crate::atomically!(self, |tx| -> Error {
            tx.run("PRAGMA analysis_limit = 400", args![]).await?;
            // 0x10002: also tables that were not read on this connection (SQLite documentation, PRAGMA optimize).
            tx.run("PRAGMA optimize = 0x10002", args![]).await.map(|_| ())
        })
    }

    /// Integrity, foreign keys, and settings of the server.
    pub(crate) async fn engine_checks(&self) -> Result<Vec<EngineCheck>> {
        match &self.inner.engine {
            Engine::Sqlite { .. } => self.sqlite_checks().await,
            Engine::Postgres { .. } => self.postgres_checks().await,
        }
    }

    async fn sqlite_checks(&self) -> Result<Vec<EngineCheck>> {
        let found: Vec<One<String>> = self.all("PRAGMA integrity_check(10)", args![]).await?;
        let found: Vec<String> = found.into_iter().map(|One(line)| line).filter(|line| line != "ok").collect();
        let orphans: Vec<(String, Option<i64>, String)> = self.all("PRAGMA foreign_key_check", args![]).await?;
        let orphans: Vec<String> = orphans
            .iter()
            .take(10)
            .map(|(table, row, parent)| format!("{table} {} → {parent}", row.unwrap_or(0)))
            .collect();
        let fault = |lines: Vec<String>| if lines.is_empty() { None } else { Some(lines.join("; ")) };
        Ok(vec![
            EngineCheck { name: "integrity", fault: fault(found) },
            EngineCheck { name: "foreign_keys", fault: fault(orphans) },
        ])
    }

    async fn postgres_checks(&self) -> Result<Vec<EngineCheck>> {
        let sql = "SELECT CAST(conname AS TEXT) FROM pg_constraint WHERE NOT convalidated";
        let invalid: Vec<One<String>> = self.all(sql, args![]).await?;
        let names: Vec<String> = invalid.into_iter().map(|One(name)| name).collect();
        let sql = "SELECT CAST(datcollate AS TEXT) FROM pg_database WHERE datname = current_database()";
        let collation = self.opt::<One<String>>(sql, args![]).await?.map(|One(name)| name).unwrap_or_default();
        let plain = ["C", "POSIX", "C.UTF-8", "C.utf8"].contains(&collation.as_str());
        Ok(vec![
            EngineCheck { name: "foreign_keys", fault: if names.is_empty() { None } else { Some(names.join(", ")) } },
            EngineCheck { name: "collation", fault: if plain { None } else { Some(collation) } },
        ])
    }
}
