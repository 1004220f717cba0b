//! A form as it arrives, as pairs of path and text.

use crate::app::App;
use crate::failure::Failure;
use axum::RequestExt;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use kernel::record::Input;
use kernel::{Error, both};

/// The fields of a submitted form, in an [`Input`], with the kit's own fields apart.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    pub input: Input,
    /// The version that the editor had read.
    pub seen: Option<i64>,
    /// Where to go afterwards: a path inside the hub.
    pub next: Option<String>,
    /// The warnings of the form were read.
    pub anyway: bool,
}

impl FromRequest<App> for Submission {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Submission, Failure> {
        let limit = app.settings.body_limit;
        let form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if !form {
            return Err(Failure(Error::bad_request(both(
                "フォームとして送られていません。ページのボタンから送り直してください。",
                "This was not sent as a form. Use the button of the page.",
            ))));
        }
        let body = to_bytes(request.with_limited_body().into_body(), limit).await;
        let bytes = body.map_err(|_| Failure(Error::TooLarge { limit_bytes: limit as u64 }))?;
        read(&bytes)
    }
}

/// Reads `application/x-www-form-urlencoded` bytes; text that is not UTF-8 is refused, not repaired.
fn read(bytes: &[u8]) -> Result<Submission, Failure> {
    let mut submission = Submission::default();
    for (path, text) in url::form_urlencoded::parse(bytes) {
        if text.contains('\u{FFFD}') {
            return Err(Failure(Error::invalid(
                &path,
                both("文字コードが正しくありません(UTF-8 で送ってください)。", "The text is not valid UTF-8."),
            )));
        }
        match &*path {
            "_version" => submission.seen = text.parse().ok(),
            "_anyway" => submission.anyway = text == "1",
            "_next" => submission.next = safe_path(&text),
            _ => submission.input.add(path, text.replace("\r\n", "\n")),
        }
    }
    Ok(submission)
}

/// Only a path of this hub: no scheme, no host, no backslash.
pub fn safe_path(text: &str) -> Option<String> {
    let inside = text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '\r', '\n', '\t']);
    inside.then(|| text.to_owned())
}
