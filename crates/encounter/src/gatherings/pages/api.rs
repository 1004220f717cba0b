//! Registering through the API: the same reading, the same rule, the same action as the form.

use super::{register, visible};
use crate::gatherings::Memberships;
use crate::gatherings::actions::register::{Outcome, register as act};
use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::Uuid;
use kernel::record::Input;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use web::records::actions::Doing;
use web::{Cx, Handled};

/// `POST /api/v1/gatherings/{id}/registrations` with `{"name", "organization", "email", "companions": [], "answers":
/// {question: answer}}`. 201 with the outcome; whether an address was known is not told to strangers.
pub async fn create(
    cx: Cx,
    memberships: Arc<dyn Memberships>,
    Path(id): Path<Uuid>,
    Json(body): Json<Map<String, Value>>,
) -> Handled {
    let gathering = visible(&cx, id).await?;
    let wanted = register::wanted(&cx, &*memberships, &gathering, &input(&body)).await?;
    let outcome = act(&Doing::of(&cx), id, &wanted).await?;
    let told = match outcome {
        _ if cx.actor.account.is_none() => json!({ "gathering": id, "state": "received" }),
        Outcome::Known(party) => json!({ "gathering": id, "id": party, "state": "known" }),
        other => json!({ "gathering": id, "id": other.party(), "state": other.code() }),
    };
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

fn input(body: &Map<String, Value>) -> Input {
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let mut input = Input::default();
    for (name, value) in body {
        match (name.as_str(), value) {
            ("answers", Value::Object(answers)) => {
                answers.iter().for_each(|(question, answer)| input.add(format!("q.{question}"), plain(answer)));
            }
            ("companions", Value::Array(names)) => {
                input.add("companions", names.iter().map(plain).collect::<Vec<_>>().join("\n"));
            }
            (name, value) => input.add(name, plain(value)),
        }
    }
    input
}
