//! Liveness and readiness, for whoever keeps the process running or sends readers to it. Outside identity and languages.
//!
//! Alive means: do not restart me. Ready means: send me readers. A hub whose disk is full is alive (reads go on) and
//! not ready.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

/// With less than this left, a hub asks for no more work. Writes may still succeed; they fail cleanly when they do not.
const LEAST_SPACE: u64 = 32 * 1_024 * 1_024;

pub fn routes() -> Router<App> {
    Router::new().route("/health", get(async || "ok\n")).route("/ready", get(ready))
}

/// Ready when the database answers, writes are accepted, and there is room for them.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.db.ping().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "database does not answer\n");
    }
    if app.db.has_stopped_writing() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the disk failed; reading only until the next start\n");
    }
    judge(app.db.folder().free_bytes())
}

fn judge(free: Option<u64>) -> (StatusCode, &'static str) {
    match free {
        Some(free) if free < LEAST_SPACE => (StatusCode::SERVICE_UNAVAILABLE, "no space left in the data folder\n"),
        _ => (StatusCode::OK, "ready\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_not_ready_and_an_unknown_one_is() {
        assert_eq!(judge(Some(LEAST_SPACE - 1)).0, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(judge(Some(LEAST_SPACE)).0, StatusCode::OK);
        assert_eq!(judge(None).0, StatusCode::OK);
    }
}
