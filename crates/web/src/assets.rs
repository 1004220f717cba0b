//! The style sheet, script, font and pictures of every page: embedded in a release build, read from disk in a
//! debug build.
//!
//! Addresses carry the first 8 hex digits of the file's SHA-256 (`/assets/musubi.css?v=1a2b3c4d`), so that a
//! browser may keep a file for ever and still gets the new one after an upgrade. Never here: uploads, pages.

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::RustEmbed;
use std::fmt::Write;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// A year, the longest time that caches honour (RFC 9111 5.2.2.1 gives no limit; this is common use).
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Address of an asset with its version, or without one when there is no such file.
pub fn url(name: &str) -> String {
    match Assets::get(name) {
        Some(file) => format!("/assets/{name}?v={}", version(&file)),
        None => format!("/assets/{name}"),
    }
}

/// Whether the asset exists.
pub fn exists(name: &str) -> bool {
    Assets::get(name).is_some()
}

/// `GET /assets/{name}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{*name}", get(serve))
}

/// First 8 hex digits of the SHA-256.
fn version(file: &rust_embed::EmbeddedFile) -> String {
    let mut digits = String::with_capacity(8);
    for byte in file.metadata.sha256_hash().iter().take(4) {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[derive(serde::Deserialize)]
struct Versioned {
    v: Option<String>,
}

/// Sends a file with its ETag (RFC 9110 8.8.3): kept for ever when the address names its version, otherwise
/// asked about each time; 304 when the browser has it, 404 when there is no such file.
async fn serve(Path(name): Path<String>, Query(asked): Query<Versioned>, headers: HeaderMap) -> Response {
    let Some(file) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let version = version(&file);
    let etag = format!("\"{version}\"");
    let cache = if asked.v.as_deref() == Some(version.as_str()) { FOR_EVER } else { "no-cache" };
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|list| list.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type(&name))], file.data.into_owned()).into_response()
    };
    let head = response.headers_mut();
    head.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(value) = HeaderValue::from_str(&etag) {
        head.insert(header::ETAG, value);
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use axum::body::Body;
    use axum::http::Request;
    use tower::ServiceExt;

    async fn ask(address: &str, etag: Option<&str>) -> Response {
        let mut request = Request::get(address);
        if let Some(etag) = etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        routes::<()>().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_versioned_address_is_kept_for_ever_and_answers_304_to_its_etag() {
        let first = ask(&url("musubi.css"), None).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert_eq!(first.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        assert!(first.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let etag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        assert_eq!(ask(&url("musubi.css"), Some(&etag)).await.status(), StatusCode::NOT_MODIFIED);
    }

    #[tokio::test]
    async fn an_old_version_is_not_kept_and_a_missing_file_is_not_found() {
        let old = ask("/assets/musubi.css?v=00000000", None).await;
        assert_eq!(old.headers()[header::CACHE_CONTROL], "no-cache");
        assert_eq!(ask("/assets/nothing.css", None).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(ask("/assets/..%2fCargo.toml", None).await.status(), StatusCode::NOT_FOUND);
    }
}
