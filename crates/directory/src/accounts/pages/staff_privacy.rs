//! Requests to be forgotten, as those who answer them see them.

use super::forms::{Fields, Form, session, when};
use crate::accounts::actions::privacy as act;
use crate::accounts::store::{self, privacy};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, FieldErrors, Uuid};
use web::layout::fault_of;
use web::notice::{Done, redirect};
use web::{Cx, Handled, html, html_with};

struct Row {
    who: String,
    email: String,
    reason: String,
    made: String,
    erase: String,
    decline: String,
    fault: String,
}

#[derive(Template)]
#[template(path = "accounts/staff_privacy.html")]
struct Requests<'a> {
    cx: &'a Cx,
    rows: Vec<Row>,
    errors: FieldErrors,
}

async fn rows(cx: &Cx, faulty: Option<Uuid>, errors: &FieldErrors) -> kernel::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for request in privacy::open_requests(&cx.app.db).await? {
        let Some(account) = store::find(&cx.app.db, request.account).await? else { continue };
        rows.push(Row {
            who: account.label.clone(),
            email: account.email().to_owned(),
            reason: request.reason,
            made: when(cx, request.created_at),
            erase: cx.href(&format!("/staff/privacy/{}/erase", request.id)),
            decline: cx.href(&format!("/staff/privacy/{}/decline", request.id)),
            fault: if faulty == Some(request.id) { fault_of(errors, "answer", cx.lang) } else { String::new() },
        });
    }
    Ok(rows)
}

pub(super) async fn list(cx: Cx) -> Handled {
    let errors = FieldErrors::default();
    html(&Requests { rows: rows(&cx, None, &errors).await?, cx: &cx, errors })
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
pub(super) struct Confirm<'a> {
    pub(super) cx: &'a Cx,
    pub(super) action: String,
    pub(super) title: &'a str,
    pub(super) text: String,
    pub(super) button: &'a str,
    pub(super) back: String,
}

pub(super) async fn ask_erase(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let request =
        privacy::request(&cx.app.db, id).await?.filter(|request| request.state == "open").ok_or(Error::NotFound)?;
    let account = store::find(&cx.app.db, request.account).await?.ok_or(Error::NotFound)?;
    let text = match cx.lang {
        kernel::Lang::Ja => format!(
            "「{}」さんの名前・連絡先・紹介と履歴の中身を消し、アカウントを終了します。つながりは「退会した方」として残ります。元には戻せません。",
            account.label
        ),
        kernel::Lang::En => format!(
            "Name, contact, texts and the contents of the history of “{}” are erased and the account is closed. Ties stay as “Former member”. This cannot be undone.",
            account.label
        ),
    };
    html(&Confirm {
        cx: &cx,
        action: cx.href(&format!("/staff/privacy/{id}/erase")),
        title: cx.t("個人データを消去しますか", "Erase this person's data?"),
        text,
        button: cx.t("消去する", "Erase"),
        back: cx.href("/staff/privacy"),
    })
}

pub(super) async fn erase(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::erase(&cx.app, &cx.db(), &cx.actor, id).await?;
    Ok(redirect(&cx, "/staff/privacy", Done::Deleted, None))
}

pub(super) async fn decline(cx: Cx, Path(id): Path<Uuid>, axum::Form(form): Form) -> Handled {
    session(&cx)?;
    match super::forms::faults(act::decline(&cx.db(), &cx.actor, id, Fields(form).get("answer")).await)? {
        Ok(()) => Ok(redirect(&cx, "/staff/privacy", Done::Declined, None)),
        Err(errors) => html_with(422, &Requests { rows: rows(&cx, Some(id), &errors).await?, cx: &cx, errors }),
    }
}
