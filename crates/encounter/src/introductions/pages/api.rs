//! Introductions as JSON: the reader's own, as the inbox shows them. Contact details are not in the API.

use super::inbox::{Line, lines};
use crate::introductions::actions::answer::{self, Answer};
use crate::introductions::actions::ask::{self, Ask};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{Error, Uuid};
use serde::Deserialize;
use serde_json::{Value, json};
use web::records::actions::Doing;
use web::{Cx, Handled};

fn as_json(line: &Line) -> Value {
    json!({ "id": line.id, "side": line.side.code(), "state": line.seen.code() })
}

/// `GET /api/v1/introductions`.
pub async fn list(cx: Cx) -> Handled {
    let items: Vec<Value> = lines(&cx).await?.iter().map(as_json).collect();
    Ok(Json(json!({ "items": items })).into_response())
}

/// `GET /api/v1/introductions/{id}`.
pub async fn one(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let lines = lines(&cx).await?;
    let line = lines.iter().find(|line| line.id == id).ok_or(Error::NotFound)?;
    Ok(Json(as_json(line)).into_response())
}

#[derive(Debug, Deserialize)]
pub struct Wanted {
    asker: Uuid,
    other: Uuid,
    through: Option<Uuid>,
    about: Option<Uuid>,
    #[serde(default)]
    message: String,
}

/// `POST /api/v1/introductions` with `{"asker", "other", "through", "about", "message"}`. 201 with the id.
pub async fn create(cx: Cx, Json(wanted): Json<Wanted>) -> Handled {
    let Wanted { asker, other, through, about, message } = wanted;
    let id = ask::ask(&Doing::of(&cx), &Ask { asker, other, through, about, message, by_staff: false }).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id, "side": "asker", "state": "waiting" }))).into_response())
}

#[derive(Debug, Deserialize)]
pub struct Said {
    answer: bool,
    #[serde(default)]
    never_again: bool,
}

/// `POST /api/v1/introductions/{id}/answer` with `{"answer": true, "never_again": false}`. 204.
pub async fn answer(cx: Cx, Path(id): Path<Uuid>, Json(said): Json<Said>) -> Handled {
    answer::answer(&Doing::of(&cx), id, Answer { yes: said.answer, never_again: said.never_again }).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
