//! Writing through the API. The body becomes the same input as a form's, so the same limits hold.

use super::body::{self, JsonBody, Purpose, Sent};
use super::idempotency;
use super::listing::id_of;
use super::representation::{address, answer, is_visible, present};
use crate::cx::Cx;
use crate::failure::{Failure, Handled};
use crate::records::actions::{self, Doing};
use crate::records::exchange::{hidden_fields, settle_standings};
use crate::records::link::resolver;
use crate::records::policy::{self, EditRight};
use crate::records::proposals;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use kernel::error::EditConflict;
use kernel::record::{FieldValue, Input, Record, RecordType};
use kernel::{Error, FieldErrors, Result, Text, Uuid, both};
use serde_json::json;
use store::{atomically, records};

/// `POST /api/v1/{path}`: 201 with the record and its address.
pub async fn create(cx: Cx, kind: &'static RecordType, headers: HeaderMap, JsonBody(json): JsonBody) -> Handled {
    let call = idempotency::call(&cx, &headers, &json)?;
    if let Some(call) = &call
        && let Some(response) = idempotency::answered(&cx, call).await?
    {
        return Ok(response);
    }
    let Sent { mut input, errors, .. } = body::read(kind, &json, Purpose::Create)?;
    let blank = Record::new(kind, cx.now());
    settle_standings(kind, &mut input, |_| Text::default());
    let record = apply(&cx, &blank, &input, errors)?;
    let doing = Doing::of(&cx);
    let outcome = atomically!(doing.db, |tx| {
        let made = actions::create_within(&doing, tx, record.clone()).await?;
        let text = present(&cx, &made).to_string();
        if let Some(call) = &call {
            idempotency::keep(tx, call, StatusCode::CREATED, &address(&made), made.version, &text).await?;
        }
        Ok((made, text))
    });
    match (outcome, &call) {
        (Ok((made, text)), _) => Ok(answer(StatusCode::CREATED, text, made.version, Some(&address(&made)))),
        // The same call at the same time was faster; its answer is ours.
        (Err(error), Some(call)) => match idempotency::answered(&cx, call).await? {
            Some(response) => Ok(response),
            None => Err(Failure(error)),
        },
        (Err(error), None) => Err(Failure(error)),
    }
}

/// Reads input into a copy of a record and returns it, or every error.
fn apply(cx: &Cx, before: &Record, input: &Input, mut errors: FieldErrors) -> Result<Record> {
    let mut record = before.clone();
    errors.0.extend(before.kind.read(input, &mut record, &resolver(&cx.app, &cx.keyring)).0);
    refuse_staff_members(cx, before, &record, &mut errors);
    errors.into_result()?;
    Ok(record)
}

/// Code, source, audience and marks are the staff's, as in forms.
fn refuse_staff_members(cx: &Cx, before: &Record, after: &Record, errors: &mut FieldErrors) {
    if cx.actor.is_staff() {
        return;
    }
    let differs = [
        ("code", before.code != after.code),
        ("source", before.source != after.source),
        ("fictional", before.fictional != after.fictional),
        ("audience", before.audience != after.audience),
    ];
    for (name, _) in differs.into_iter().filter(|(_, differs)| *differs) {
        errors.add(name, both("この項目は事務局だけが変更できます。", "Only the hub's staff can change this."));
    }
}

/// `PUT /api/v1/{path}/{id}`: `fields` as a whole; fields that are left out are cleared. Other members stay when they are
/// left out, so that nothing becomes visible to more people by omission.
pub async fn replace(
    cx: Cx,
    kind: &'static RecordType,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(json): JsonBody,
) -> Handled {
    change(cx, kind, &id, &headers, &json, true).await
}

/// `PATCH /api/v1/{path}/{id}`: only what is sent (RFC 7396); `null` clears a field.
pub async fn patch(
    cx: Cx,
    kind: &'static RecordType,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(json): JsonBody,
) -> Handled {
    change(cx, kind, &id, &headers, &json, false).await
}

async fn change(
    cx: Cx,
    kind: &'static RecordType,
    id: &str,
    headers: &HeaderMap,
    json: &serde_json::Value,
    whole: bool,
) -> Handled {
    let stored = records::find(&cx.app.db, kind, id_of(id)?, cx.scope()).await?.ok_or(Error::NotFound)?;
    let right = policy::edit_right(&cx.actor, &stored);
    if right == EditRight::No {
        return Err(Failure(Error::Forbidden));
    }
    let Sent { mut input, version, mut errors } = body::read(kind, json, Purpose::Change)?;
    let seen = seen_version(headers, version, &stored)?;
    let hidden = hidden_fields(&stored, &cx.actor);
    for name in hidden.iter().filter(|name| input.has(name) || input.below(name).next().is_some()) {
        errors.add(
            name,
            both(
                "この項目は見る権限がないため、変更できません。",
                "You may not see this field, so you cannot change it.",
            ),
        );
    }
    if whole {
        clear_what_is_absent(&cx, &stored, &hidden, &mut input);
    }
    settle_standings(kind, &mut input, |field| stored.text(field));
    let mut record = apply(&cx, &stored, &input, errors)?;
    keep_hidden_links(&cx, &stored, &mut record);
    if right == EditRight::Propose {
        proposals::propose(&cx, &stored, &record).await?;
        return Ok(
            (StatusCode::ACCEPTED, axum::Json(json!({"state": "proposed", "self": address(&stored)}))).into_response()
        );
    }
    let saved = actions::update(&Doing::of(&cx), record, seen).await?;
    Ok(answer(StatusCode::OK, present(&cx, &saved).to_string(), saved.version, None))
}

/// The version that the client had before it, from `If-Match` or the body.
///
/// # Errors
/// `Invalid` when neither says it, `EditConflict` when it is not the stored one.
fn seen_version(headers: &HeaderMap, in_body: Option<i64>, stored: &Record) -> Result<i64> {
    let seen = match headers.get(header::IF_MATCH) {
        None => in_body.ok_or_else(|| {
            Error::invalid(
                "version",
                both(
                    "If-Match か version で、読んだ版を知らせてください。",
                    "Say which version you read, with If-Match or version.",
                ),
            )
        })?,
        Some(value) => match value.to_str().unwrap_or_default().trim() {
            "*" => stored.version,
            tag => tag.trim_start_matches("W/").trim_matches('"').parse().map_err(|_| {
                Error::bad_request(both(
                    "If-Match が読み取れません。例: If-Match: \"3\"",
                    "If-Match cannot be read. Example: If-Match: \"3\"",
                ))
            })?,
        },
    };
    if seen == stored.version {
        return Ok(seen);
    }
    Err(Error::EditConflict(Box::new(EditConflict {
        record_type: stored.kind.key,
        record_id: stored.id,
        current_version: stored.version,
        current: stored.to_json(),
    })))
}

/// Adds an empty text for everything visible that a whole body leaves out.
fn clear_what_is_absent(cx: &Cx, stored: &Record, hidden: &[&str], input: &mut Input) {
    for field in stored.kind.fields.iter().filter(|field| !field.computed && !hidden.contains(&field.name)) {
        match stored.get(field.name) {
            Some(FieldValue::Text(text)) if !input.has(field.name) => {
                for (tag, _) in text.versions() {
                    let path = format!("{}.{tag}", field.name);
                    if !input.has(&path) {
                        input.add(path, "");
                    }
                }
            }
            Some(FieldValue::Text(_)) | None => {}
            Some(FieldValue::Link(id)) if !is_visible(cx, *id) => {}
            Some(_) if !input.has(field.name) => input.add(field.name, ""),
            Some(_) => {}
        }
    }
}

/// Links that the client could not see were not in what it read, so their absence says nothing.
fn keep_hidden_links(cx: &Cx, stored: &Record, record: &mut Record) {
    for (name, value) in &stored.values {
        let FieldValue::Links(before) = value else { continue };
        let unseen: Vec<Uuid> = before.iter().copied().filter(|id| !is_visible(cx, *id)).collect();
        if unseen.is_empty() {
            continue;
        }
        let mut ids = record.links(name).to_vec();
        ids.extend(unseen.into_iter().filter(|id| !record.links(name).contains(id)));
        record.set(name, ids);
    }
}

/// `DELETE /api/v1/{path}/{id}`: 204. With `If-Match` only that version.
pub async fn delete(cx: Cx, kind: &'static RecordType, Path(id): Path<String>, headers: HeaderMap) -> Handled {
    let stored = records::find(&cx.app.db, kind, id_of(&id)?, cx.scope()).await?.ok_or(Error::NotFound)?;
    if headers.contains_key(header::IF_MATCH) {
        seen_version(&headers, None, &stored)?;
    }
    actions::delete(&Doing::of(&cx), kind, stored.id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
