//! A record as one reader of the API gets it: without fields, links and parties that the reader may not see.

use crate::cx::Cx;
use crate::records::policy::{EditRight, edit_right};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::Uuid;
use kernel::record::{FieldValue, Record};
use serde_json::{Map, Value, json};

/// The record for this reader.
pub fn present(cx: &Cx, record: &Record) -> Value {
    let mut seen = record.seen_by(&cx.actor);
    for value in seen.values.values_mut() {
        if let FieldValue::Links(ids) = value {
            ids.retain(|id| is_visible(cx, *id));
        }
    }
    seen.values.retain(|_, value| match value {
        FieldValue::Link(id) => is_visible(cx, *id),
        FieldValue::Links(ids) => !ids.is_empty(),
        _ => true,
    });
    let mut json = seen.to_json();
    let title: Map<String, Value> =
        seen.title().versions().map(|(tag, version)| (tag.to_owned(), json!(version.text))).collect();
    if let Some(object) = json.as_object_mut() {
        object.insert("title".to_owned(), Value::Object(title));
        object.insert("self".to_owned(), json!(address(record)));
        let own = cx.actor.is_staff() || edit_right(&cx.actor, record) != EditRight::No;
        if !own {
            // Who else may see it, and who made it, is not the reader's matter.
            object.insert("audience".to_owned(), json!({"level": record.audience.level}));
            ["field_levels", "created_by"].iter().for_each(|name| {
                object.remove(*name);
            });
        }
    }
    json
}

/// Whether a link may be named to this reader.
pub fn is_visible(cx: &Cx, id: Uuid) -> bool {
    cx.app.catalogue.entry(id, &cx.keyring).is_some()
}

pub fn address(record: &Record) -> String {
    format!("/api/v1/{}/{}", record.kind.path, record.id)
}

/// The entity tag (RFC 9110 8.8.3) of a version.
pub fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// An answer with one record.
pub fn answer(status: StatusCode, body: String, version: i64, location: Option<&str>) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::ETAG, &tag(version));
    if let Some(location) = location {
        set(header::LOCATION, location);
    }
    response
}
