//! The description of the API (OpenAPI 3.1), made from the record descriptions and the table of routes, so that it
//! cannot disagree with either; and the page that explains it to people.
//!
//! Never here: an address or a limit written by hand.

mod developers;
mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use crate::cx::Cx;
use crate::failure::Handled;
use crate::routes::{Access, Route, Routes};
use axum::extract::RawQuery;
use axum::http::{Method, header};
use axum::response::IntoResponse;
use kernel::record::RecordType;
use kernel::{Lang, both};
use serde_json::{Map, Value, json};

/// The document and the page.
pub fn routes() -> Routes {
    Routes::new().plain(Method::GET, "/openapi.json", Access::Everyone, serve).page(
        "/developers",
        Access::Everyone,
        developers::page,
    )
}

/// `GET /openapi.json?lang=ja|en`.
async fn serve(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let raw = raw.unwrap_or_default();
    let chosen = url::form_urlencoded::parse(raw.as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, tag)| Lang::from_tag(&tag));
    let lang = chosen.unwrap_or(cx.lang);
    let document = document(&cx.app.kinds, &cx.app.routes, cx.hub.name(lang), cx.app.settings.base_url.as_str(), lang);
    Ok(([(header::CONTENT_TYPE, "application/json"), (header::CONTENT_LANGUAGE, lang.tag())], document.to_string())
        .into_response())
}

/// The whole document in one language. `routes` is the table of the program; everything in it that is not a page is
/// described.
pub fn document(kinds: &[&'static RecordType], routes: &[Route], hub: &str, base_url: &str, lang: Lang) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes.iter().filter(|route| !route.page) {
        let item = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.method.to_lowercase(), operations::operation(kinds, route, lang));
        }
    }
    let tags: Vec<Value> =
        kinds.iter().map(|kind| json!({"name": kind.key, "description": kind.many.get(lang)})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{hub} API"),
            "version": env!("CARGO_PKG_VERSION"),
            "description": description(lang),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url.trim_end_matches('/')}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas::all(kinds, lang),
            "responses": operations::responses(lang),
            "parameters": operations::parameters(lang),
            "securitySchemes": {
                "cookie": {"type": "apiKey", "in": "cookie", "name": cookie_name(base_url), "description": both("ブラウザーでのログイン", "Signed in with a browser").get(lang)},
                "bearer": {"type": "http", "scheme": "bearer", "description": both("アカウントのページで作る API トークン", "An API token, made on the account page").get(lang)},
            },
        },
    })
}

/// The session cookie as the directory sets it; browsers bind the longer name to TLS.
fn cookie_name(base_url: &str) -> &'static str {
    if base_url.starts_with("https:") { "__Host-musubi" } else { "musubi" }
}

fn description(lang: Lang) -> &'static str {
    both(
        "記録の読み書き。見える範囲と権限は画面と同じです。更新には読んだ版(If-Match か version)が要ります。POST は Idempotency-Key を付けると、同じ送信を繰り返しても一度だけ登録されます。エラーは application/problem+json(RFC 9457)で返ります。",
        "Reading and writing of records. Audiences and rights are those of the pages. Updates need the version that was read (If-Match or version). A POST with an Idempotency-Key is done once, however often it is sent. Errors are application/problem+json (RFC 9457).",
    )
    .get(lang)
}

/// Name of a type in the schemas: `agreement_party` gives `AgreementParty`.
fn schema_name(key: &str) -> String {
    key.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
        })
        .collect()
}

fn reference(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}
