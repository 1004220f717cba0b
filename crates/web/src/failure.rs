//! How an error leaves a handler: the response carries it, and [`crate::enter`], which knows the reader, renders it
//! as a page or as problem+json (RFC 9457).

use crate::cx::Cx;
use crate::layout::ErrorPage;
use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kernel::Error;
use serde_json::json;

/// A [`kernel::Error`] on its way to a response. Handlers end in `Result<Response, Failure>`.
#[derive(Debug, Clone)]
pub struct Failure(pub Error);

pub type Handled<T = Response> = Result<T, Failure>;

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(error.into())
    }
}

fn status_of(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status_of(&self.0).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// The response for an error, in the reader's language and in the form that the client asked for.
pub fn render(cx: &Cx, error: &Error) -> Response {
    if let Error::Internal(cause) = error {
        tracing::error!(request = %cx.request_id, %cause, "internal error");
    }
    let mut response = if cx.wants_json { problem(cx, error) } else { page(cx, error) };
    *response.status_mut() = status_of(error);
    let retry = match error {
        Error::RateLimited { retry_after_seconds } => Some(*retry_after_seconds),
        Error::Busy => Some(2),
        _ => None,
    };
    if let Some(seconds) = retry {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// `application/problem+json`, with every field error in the reader's language.
fn problem(cx: &Cx, error: &Error) -> Response {
    let (title, detail) = error.words(cx.lang);
    let mut body = json!({
        "type": "about:blank",
        "title": title,
        "status": error.status(),
        "detail": detail,
        "instance": format!("urn:request:{}", cx.request_id),
    });
    match error {
        Error::Invalid(fields) => {
            let list: Vec<_> =
                fields.0.iter().map(|f| json!({"field": f.field, "message": f.message.get(cx.lang)})).collect();
            body["errors"] = json!(list);
        }
        Error::EditConflict(conflict) => {
            body["current_version"] = json!(conflict.current_version);
        }
        _ => {}
    }
    ([(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

fn page(cx: &Cx, error: &Error) -> Response {
    let (title, message) = error.words(cx.lang);
    let request = if matches!(error, Error::Internal(_)) { &*cx.request_id } else { "" };
    let page = ErrorPage { cx, status: error.status(), title: &title, message: &message, request };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, title).into_response(),
    }
}

/// Renders a page; a template that fails is an internal error.
pub fn html(page: &impl Template) -> Handled {
    let html = page.render().map_err(Error::internal)?;
    Ok(Html(html).into_response())
}

/// The same with another status, such as 422 for a form with errors.
pub fn html_with(status: u16, page: &impl Template) -> Handled {
    let mut response = html(page)?;
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    Ok(response)
}
