//! The program as a library, so that tests can put it together without a process: command line, configuration, wiring
//! of the parts. Rules live in the crates it puts together.

pub mod commands;
pub mod config;
mod front;
pub mod hub;
pub mod language;
mod mailer;
pub mod promises;
pub mod sample;
mod ties;
pub mod wiring;

use anyhow::Result;
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let arguments = commands::Arguments::parse();
    start_log();
    // One TLS implementation for everything that speaks TLS; a second call would find it installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match run(arguments) {
        Ok(code) => code,
        Err(error) => {
            // Not `eprintln!`, which panics when nobody reads the log any more.
            let _ = writeln!(std::io::stderr(), "musubi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Stack of each worker thread.
const STACK_BYTES: usize = 16 * 1_048_576;

/// Steps of work between two looks at what other threads have finished. A step is often a whole page here, and a write whose
/// commit is already on the disk should not wait behind many. New requests are not looked for as often: of those found
/// together the last one is served first (tokio's LIFO slot), and with few at a time the others would wait long.
const BETWEEN_LOOKS: u32 = 4;

fn run(arguments: commands::Arguments) -> Result<ExitCode> {
    // Debug builds do not fold nested futures; two megabytes are not enough for their deepest request.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK_BYTES)
        .global_queue_interval(BETWEEN_LOOKS)
        .enable_all()
        .build()?;
    runtime.block_on(commands::run(arguments))
}

/// Structured lines on standard error. `MUSUBI_LOG` filters, `MUSUBI_LOG_FORMAT=json` changes the form.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("MUSUBI_LOG")
        .unwrap_or_else(|_| "info,tantivy=error,sqlx=warn".into());
    // A full log volume, or a collector that went away, must not end the hub: a line that cannot be written is lost, and
    // nothing is said about it on the very same handle.
    let builder =
        tracing_subscriber::fmt().log_internal_errors(false).with_env_filter(filter).with_writer(std::io::stderr);
    match std::env::var("MUSUBI_LOG_FORMAT").as_deref() {
        Ok("json") => builder.json().init(),
        _ => builder.with_target(false).init(),
    }
}
