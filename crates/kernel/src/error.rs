//! The one error type of the product. The web turns it into a page, a fragment or problem+json (RFC 9457).
//!
//! Variants say what the *reader* can do about it. Never here: HTTP, SQL or library error types; those become
//! [`Error::Internal`] with a text for the log, which no reader sees.

use crate::lang::{Both, Lang, Said};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one field, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Path of the field as forms and the API name it: `founded`, `name.ja`.
    pub field: String,
    pub message: Said,
}

/// Every field error of a submission, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    pub fn one(field: &str, message: impl Into<Said>) -> FieldErrors {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        errors
    }

    pub fn add(&mut self, field: &str, message: impl Into<Said>) {
        self.0.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.0.iter().filter(move |e| e.field == field)
    }

    /// `Ok` when nothing is wrong.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }
}

/// Two people edited the same record: what is stored now, for a page that shows both versions.
#[derive(Debug, Clone, PartialEq)]
pub struct EditConflict {
    pub record_type: &'static str,
    pub record_id: Uuid,
    pub current_version: i64,
    pub current: Value,
}

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// Absent, or hidden from this actor: the two look the same.
    #[error("not found")]
    NotFound,
    /// Visible, but not allowed.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in, and somebody must be.
    #[error("sign in required")]
    SignIn,
    #[error("invalid input in {} field(s)", .0.0.len())]
    Invalid(FieldErrors),
    /// The request cannot be read at all: malformed JSON, broken file, bad address.
    #[error("bad request: {}", .0.en)]
    BadRequest(Said),
    #[error("edited by somebody else")]
    EditConflict(Box<EditConflict>),
    /// The state of things does not allow it: full, closed, already answered.
    #[error("conflict: {}", .0.en)]
    Conflict(Said),
    #[error("too large")]
    TooLarge { limit_bytes: u64 },
    #[error("too many requests")]
    RateLimited { retry_after_seconds: u32 },
    /// The database is busy or away; trying again soon may help.
    #[error("busy")]
    Busy,
    /// No room to write.
    #[error("storage full")]
    StorageFull,
    /// A fault of ours; the text goes to the log only.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    pub fn invalid(field: &str, message: impl Into<Said>) -> Error {
        Error::Invalid(FieldErrors::one(field, message))
    }

    pub fn bad_request(message: Both) -> Error {
        Error::BadRequest(message.into())
    }

    pub fn conflict(message: Both) -> Error {
        Error::Conflict(message.into())
    }

    pub fn internal(cause: impl std::fmt::Display) -> Error {
        Error::Internal(format!("{cause:#}"))
    }

    /// HTTP status (RFC 9110). 422 for field errors, 404 for what is hidden.
    pub const fn status(&self) -> u16 {
        match self {
            Error::NotFound => 404,
            Error::Forbidden => 403,
            Error::SignIn => 401,
            Error::Invalid(_) => 422,
            Error::BadRequest(_) => 400,
            Error::EditConflict(_) | Error::Conflict(_) => 409,
            Error::TooLarge { .. } => 413,
            Error::RateLimited { .. } => 429,
            Error::Busy => 503,
            Error::StorageFull => 507,
            Error::Internal(_) => 500,
        }
    }

    /// Title and advice for the reader.
    pub fn words(&self, lang: Lang) -> (String, String) {
        let said = |title: (&str, &str), advice: (&str, &str)| match lang {
            Lang::Ja => (title.0.to_owned(), advice.0.to_owned()),
            Lang::En => (title.1.to_owned(), advice.1.to_owned()),
        };
        match self {
            Error::NotFound => said(
                ("見つかりません", "Not found"),
                (
                    "この住所には何もないか、あなたには公開されていません。名前で検索してみてください。",
                    "There is nothing at this address, or it is not open to you. Try searching by name.",
                ),
            ),
            Error::Forbidden => said(
                ("許可されていません", "Not allowed"),
                (
                    "この操作には別の役割が必要です。担当者に頼むか、別のアカウントでお試しください。",
                    "This needs another role. Ask the staff, or use another account.",
                ),
            ),
            Error::SignIn => said(
                ("ログインが必要です", "Please sign in"),
                ("続けるにはログインしてください。", "Sign in to go on."),
            ),
            Error::Invalid(_) => said(
                ("入力を確かめてください", "Please check what you entered"),
                (
                    "下の項目を直すと保存できます。入力は残っています。",
                    "Mend the fields below to save. Nothing you entered is lost.",
                ),
            ),
            Error::BadRequest(why) => {
                let title = match lang {
                    Lang::Ja => "読み取れませんでした",
                    Lang::En => "This could not be read",
                };
                (title.to_owned(), why.get(lang).to_owned())
            }
            Error::EditConflict(_) => said(
                ("同時に編集されました", "Somebody else edited this too"),
                (
                    "あなたの入力は残っています。両方を見比べて、残す方を選んでください。",
                    "Your input is kept. Compare both and choose what to keep.",
                ),
            ),
            Error::Conflict(why) => {
                let title = match lang {
                    Lang::Ja => "いまはできません",
                    Lang::En => "Not possible now",
                };
                (title.to_owned(), why.get(lang).to_owned())
            }
            Error::TooLarge { limit_bytes } => {
                let mb = limit_bytes / 1_048_576;
                match lang {
                    Lang::Ja => {
                        ("大きすぎます".to_owned(), format!("{mb} MB までです。分けるか、小さくしてください。"))
                    }
                    Lang::En => ("Too large".to_owned(), format!("The limit is {mb} MB. Split it or make it smaller.")),
                }
            }
            Error::RateLimited { retry_after_seconds: s } => match lang {
                Lang::Ja => ("少しお待ちください".to_owned(), format!("試行が続いています。{s}秒後にもう一度どうぞ。")),
                Lang::En => ("Please wait a little".to_owned(), format!("Too many tries. Try again in {s} seconds.")),
            },
            Error::Busy => said(
                ("混み合っています", "Busy"),
                (
                    "少し待ってもう一度お試しください。入力は残っています。",
                    "Wait a little and try again. Nothing you entered is lost.",
                ),
            ),
            Error::StorageFull => said(
                ("保存場所がいっぱいです", "Storage is full"),
                ("管理者に知らせてください。読むことはできます。", "Tell the administrator. Reading still works."),
            ),
            Error::Internal(_) => said(
                ("うまくいきませんでした", "Something went wrong here"),
                (
                    "こちらの不具合です。記録しました。番号を添えてお知らせください。",
                    "This is our fault, and it has been recorded. Quote the number when you tell us.",
                ),
            ),
        }
    }
}
