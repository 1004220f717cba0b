//! The line that is shown once after something was done. It travels in a short-lived cookie as a code, never as
//! text, so that nobody can make the hub say something.

use crate::cx::{Cx, Notice};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use kernel::{Both, Lang, both};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Saved,
    Created,
    Deleted,
    Restored,
    Proposed,
    Sent,
    SignedIn,
    SignedOut,
    Merged,
    Undone,
    Accepted,
    Declined,
    Cancelled,
    Started,
}

const ALL: &[(Done, &str, Both)] = &[
    (Done::Saved, "saved", both("保存しました。", "Saved.")),
    (Done::Created, "created", both("登録しました。", "Added.")),
    (Done::Deleted, "deleted", both("削除しました。", "Deleted.")),
    (Done::Restored, "restored", both("元に戻しました。", "Put back.")),
    (
        Done::Proposed,
        "proposed",
        both("変更を提案しました。担当者が確認します。", "Your change was proposed. Staff will review it."),
    ),
    (Done::Sent, "sent", both("送りました。", "Sent.")),
    (Done::SignedIn, "signed-in", both("ログインしました。", "You are signed in.")),
    (Done::SignedOut, "signed-out", both("ログアウトしました。", "You are signed out.")),
    (Done::Merged, "merged", both("統合しました。", "Merged.")),
    (Done::Undone, "undone", both("取り消しました。", "Undone.")),
    (Done::Accepted, "accepted", both("承認しました。", "Accepted.")),
    (Done::Declined, "declined", both("見送りました。", "Declined.")),
    (Done::Cancelled, "cancelled", both("中止しました。", "Cancelled.")),
    (Done::Started, "started", both("始めました。", "Started.")),
];

const COOKIE: &str = "notice";

/// 303 to a page of the hub, which will show the line. `undo` is the path that takes the act back.
pub fn redirect(cx: &Cx, path: &str, done: Done, undo: Option<&str>) -> Response {
    let mut response = Redirect::to(&cx.href(path)).into_response();
    let code = ALL.iter().find(|(d, _, _)| *d == done).map_or("saved", |(_, code, _)| code);
    let cookie = format!("{COOKIE}={code}~{}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax", undo.unwrap_or_default());
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The line that a cookie asks for. Unknown codes and paths that leave the hub are ignored.
pub(crate) fn read(jar: &CookieJar, lang: Lang) -> Option<Notice> {
    let value = jar.get(COOKIE)?.value().to_owned();
    let (code, undo) = value.split_once('~').unwrap_or((&value, ""));
    let (_, _, words) = ALL.iter().find(|(_, known, _)| *known == code)?;
    let safe = undo.starts_with('/')
        && !undo.starts_with("//")
        && undo.chars().all(|c| c.is_ascii_alphanumeric() || "/-_".contains(c));
    let undo = safe.then(|| (format!("/{lang}{undo}"), both("取り消す", "Undo").get(lang).to_owned()));
    Some(Notice { kind: "ok", text: words.get(lang).to_owned(), undo })
}

pub(crate) fn forget(headers: &mut HeaderMap) {
    let kept = headers.get_all(header::SET_COOKIE).iter().any(|v| v.as_bytes().starts_with(b"notice="));
    if !kept {
        headers
            .append(header::SET_COOKIE, HeaderValue::from_static("notice=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
}
