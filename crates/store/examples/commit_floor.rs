//! The floor under every edit: SQLite storing one small row per durable commit, and reading a page of fifty, without
//! anything of the hub. `make bench` measures it beside the hub.
//!
//! `commit_floor FOLDER` prints one line of JSON: microseconds of wall and processor time per commit and per page.
#![allow(clippy::print_stdout, reason = "the answer of a command")]

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor};
use std::time::Instant;

const COMMITS: u32 = 500;
const PAGES: u32 = 2_000;

/// Processor time of this process so far, in microseconds; ticks of 10 ms (proc(5)).
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().filter_map(|at| after_name.get(*at)?.parse::<f64>().ok()).sum();
    ticks * 10_000.0
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let options = SqliteConnectOptions::new()
        .filename(std::path::Path::new(&folder).join("floor.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut db = options.connect().await?;
    db.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT NOT NULL)").await?;
    let (began, used) = (Instant::now(), cpu());
    for at in 0..COMMITS {
        let mut tx = db.begin().await?;
        sqlx::query("INSERT INTO note (body) VALUES ($1)")
            .bind(format!("a small row, number {at}"))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
    }
    let (commit_wall, commit_cpu) =
        (began.elapsed().as_secs_f64() * 1e6 / f64::from(COMMITS), (cpu() - used) / f64::from(COMMITS));
    let (began, used) = (Instant::now(), cpu());
    for _ in 0..PAGES {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, body FROM note ORDER BY id LIMIT 50").fetch_all(&mut db).await?;
        anyhow::ensure!(rows.len() == 50, "fifty rows");
    }
    let (page_wall, page_cpu) =
        (began.elapsed().as_secs_f64() * 1e6 / f64::from(PAGES), (cpu() - used) / f64::from(PAGES));
    println!(
        "{{\"commit_wall_us\":{commit_wall:.1},\"commit_cpu_us\":{commit_cpu:.1},\"page_wall_us\":{page_wall:.1},\"page_cpu_us\":{page_cpu:.1}}}"
    );
    Ok(())
}
