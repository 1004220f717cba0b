//! Small choices of a reader that live in cookies: the theme.

use crate::cx::Cx;
use crate::routes::{Access, Routes};
use axum::Form;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

pub fn routes() -> Routes {
    Routes::new().plain(Method::POST, "/theme", Access::Everyone, theme)
}

#[derive(Deserialize)]
struct Chosen {
    #[serde(default)]
    theme: String,
}

/// Keeps the theme for a year and goes back to the page it was chosen on.
async fn theme(cx: Cx, headers: HeaderMap, Form(chosen): Form<Chosen>) -> Response {
    let theme = match chosen.theme.as_str() {
        known @ ("light" | "dark") => known,
        _ => "",
    };
    let mut response = Redirect::to(&back(&cx, &headers)).into_response();
    let cookie = format!("theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The path of the referring page, never its host.
fn back(cx: &Cx, headers: &HeaderMap) -> String {
    let referer =
        headers.get(header::REFERER).and_then(|value| value.to_str().ok()).and_then(|r| url::Url::parse(r).ok());
    let path = referer.map(|url| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    });
    path.and_then(|path| crate::records::safe_path(&path)).unwrap_or_else(|| cx.href("/"))
}
