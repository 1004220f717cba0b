//! The router with every layer around it, outermost first: counting, compression, turns, context, panic
//! guard, time limit, cross-site guard. Never here: routes of subsystems; the program hands them in.

use crate::app::App;
use crate::routes::Routes;
use crate::turns::{Turns, in_turn};
use crate::{assets, enter, metrics};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use kernel::Error;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

/// The whole service over the routes of all subsystems.
pub fn router(app: &App, routes: Routes) -> Router {
    let settings = &app.settings;
    let csrf = CsrfLayer::new();
    let origin = settings.base_url.origin().ascii_serialization();
    let csrf = CsrfLayer::add_trusted_origin(csrf, origin.as_str()).unwrap_or_default();
    routes
        .into_router()
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(settings.body_limit))
        .layer(csrf)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            Duration::from_secs(settings.request_timeout),
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), enter::enter))
        .layer(from_fn_with_state(Turns::new(), in_turn))
        .merge(assets::routes())
        .merge(crate::health::routes())
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(app.clone(), metrics::measure))
        .with_state(app.clone())
}

/// What those see who watch over the process, on a listener of its own.
pub fn watched(app: &App) -> Router {
    let metrics = Router::new().route("/metrics", axum::routing::get(metrics::page));
    metrics.merge(crate::health::routes()).with_state(app.clone())
}

async fn nothing_here() -> Response {
    crate::Failure(Error::NotFound).into_response()
}

async fn wrong_method() -> Response {
    StatusCode::METHOD_NOT_ALLOWED.into_response()
}

/// A panic becomes an internal error of that one request; the process lives on.
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text =
        cause.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| cause.downcast_ref::<String>().cloned());
    crate::Failure(Error::Internal(format!("panic: {}", text.unwrap_or_default()))).into_response()
}
