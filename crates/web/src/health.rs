//! Liveness and readiness, for whoever keeps the process running. Outside identity and languages.

use crate::app::App;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

pub fn routes() -> Router<App> {
    Router::new().route("/health", get(async || "ok\n")).route("/ready", get(ready))
}

/// Ready when the database answers.
async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database does not answer\n"),
    }
}
