//! Suggestions while typing: records for link fields, pages and records for the command palette.

use super::link::link_text;
use crate::cx::Cx;
use crate::failure::Handled;
use axum::Json;
use axum::extract::Query;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    /// Record types, separated by commas.
    #[serde(default)]
    types: String,
}

const MOST: usize = 12;

/// `GET /lookup?types=organization,unit&q=…` → `[{value, title}]`; `value` is what the form sends.
pub async fn lookup(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let targets: Vec<&str> = asked.types.split(',').filter_map(|key| cx.app.kind(key)).map(|kind| kind.key).collect();
    let found = cx.app.search.suggest(&asked.q, &cx.keyring, MOST * 4)?;
    let list: Vec<_> = found
        .iter()
        .filter_map(|hit| cx.app.catalogue.entry(hit.id, &cx.keyring))
        .filter(|entry| targets.contains(&entry.kind.key))
        .take(MOST)
        .map(|entry| {
            let value = link_text(&cx.app, &cx.keyring, cx.lang, entry.id, &targets);
            json!({"value": value, "title": format!("{} · {}", entry.called(cx.lang), entry.kind.one.get(cx.lang))})
        })
        .collect();
    Ok(Json(list).into_response())
}

/// `GET /palette?q=…` → `[{title, kind, href}]`: pages first, then records.
pub async fn palette(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let wanted = kernel::fold::fold(&asked.q);
    let pages = pages(&cx)
        .into_iter()
        .filter(|(ja, en, _)| [ja, en].iter().any(|words| kernel::fold::fold(words).contains(&wanted)));
    let mut list: Vec<_> = pages
        .map(|(ja, en, path)| json!({"title": cx.t(ja, en), "kind": cx.t("ページ", "Page"), "href": cx.href(path)}))
        .collect();
    for hit in cx.app.search.suggest(&asked.q, &cx.keyring, MOST)? {
        if let Some(entry) = cx.app.catalogue.entry(hit.id, &cx.keyring) {
            let href = cx.href(&format!("/{}/{}", entry.kind.path, entry.id));
            list.push(json!({"title": entry.called(cx.lang), "kind": entry.kind.one.get(cx.lang), "href": href}));
        }
    }
    list.truncate(MOST);
    Ok(Json(list).into_response())
}

fn pages(cx: &Cx) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut pages = vec![
        ("名簿", "Directory", "/directory"),
        ("組織", "Organizations", "/organizations"),
        ("研究室・部局", "Laboratories and units", "/units"),
        ("人", "People", "/people"),
        ("求める・応える", "Needs and offers", "/listings"),
        ("協定・覚書", "Agreements", "/agreements"),
        ("条項の一覧表", "Clause matrix", "/agreements/matrix"),
        ("データとAPI", "Data and API", "/developers"),
    ];
    if cx.actor.is_signed_in() {
        pages.extend([("わたしの机", "My desk", "/desk"), ("アカウント", "Account", "/account")]);
    }
    if cx.actor.is_staff() {
        pages.extend([("運営", "Staff pages", "/staff"), ("ジョブ", "Jobs", "/jobs")]);
    }
    pages
}
