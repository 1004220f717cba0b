//! Pages behind links that work once. Opening one changes nothing; only the form that it shows does (fault 61).

use super::forms::{Fields, Form, enter, faults, secret_page, visit};
use crate::accounts::actions::recovery as act;
use crate::accounts::consents::CONSENTS;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::{Invitation, OneUse, Purpose};
use crate::accounts::store::links;
use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use kernel::{Error, FieldErrors, Role};
use web::layout::fault_of;
use web::notice::{Done, redirect};
use web::{Cx, Handled, html, html_with};

#[derive(Template)]
#[template(path = "accounts/link_gone.html")]
struct Gone<'a> {
    cx: &'a Cx,
}

/// The same page for a link that was used, cancelled, ran out or never was.
fn gone(cx: &Cx) -> Handled {
    html_with(404, &Gone { cx })
}

#[derive(Template)]
#[template(path = "accounts/invitation.html")]
struct InvitationPage<'a> {
    cx: &'a Cx,
    action: String,
    email: String,
    roles: String,
    terms: &'static str,
    form: act::Acceptance,
    errors: FieldErrors,
}

impl InvitationPage<'_> {
    fn fault(&self, field: &str) -> String {
        fault_of(&self.errors, field, self.cx.lang)
    }
}

fn invitation_page<'a>(
    cx: &'a Cx,
    secret: &str,
    link: &OneUse,
    form: act::Acceptance,
    errors: FieldErrors,
) -> InvitationPage<'a> {
    let promised: Invitation = serde_json::from_value(link.payload.clone()).unwrap_or_default();
    let roles: Vec<&str> = promised.roles.iter().map(|role: &Role| role.label().get(cx.lang)).collect();
    InvitationPage {
        cx,
        action: cx.href(&format!("/invitation/{secret}")),
        email: link.email.clone().unwrap_or_default(),
        roles: roles.join(cx.t("、", ", ")),
        terms: CONSENTS[0].text.get(cx.lang),
        form,
        errors,
    }
}

pub(super) async fn show_invitation(cx: Cx, Path(secret): Path<String>) -> Handled {
    let Some(link) = links::peek(&cx.app.db, Purpose::Invitation, &secret).await? else {
        return secret_page(gone(&cx));
    };
    let promised: Invitation = serde_json::from_value(link.payload.clone()).unwrap_or_default();
    let form = act::Acceptance { label: promised.label, ..act::Acceptance::default() };
    secret_page(html(&invitation_page(&cx, &secret, &link, form, FieldErrors::default())))
}

pub(super) async fn accept_invitation(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let Some(link) = links::peek(&cx.app.db, Purpose::Invitation, &secret).await? else {
        return secret_page(gone(&cx));
    };
    let fields = Fields(form);
    let form = act::Acceptance {
        label: fields.get("label").to_owned(),
        password: fields.get("password").to_owned(),
        agrees: fields.get("agrees") == "true",
    };
    match act::accept(&cx.app, &cx.db(), &door, &secret, &form, &visit(&cx, &headers)).await {
        Err(Error::NotFound) => secret_page(gone(&cx)),
        outcome => match faults(outcome)? {
            Ok(opened) => Ok(enter(&cx, &door, &opened, "/desk")),
            Err(errors) => secret_page(html_with(422, &invitation_page(&cx, &secret, &link, form, errors))),
        },
    }
}

#[derive(Template)]
#[template(path = "accounts/recover.html")]
struct Recover<'a> {
    cx: &'a Cx,
    sent: bool,
}

pub(super) async fn show_recover(cx: Cx) -> Handled {
    html(&Recover { cx: &cx, sent: false })
}

/// Answers at once and the same for every address; the mail is written beside the request (fault 60).
pub(super) async fn ask_recover(cx: Cx, headers: HeaderMap, axum::Form(form): Form) -> Handled {
    let db = cx.db();
    act::may_ask(&db, &visit(&cx, &headers)).await?;
    let (app, email) = (cx.app.clone(), Fields(form).get("email").to_owned());
    tokio::spawn(async move {
        if let Err(error) = act::send_link(&app, &db, &email).await {
            tracing::warn!(%error, "recovery mail was not written");
        }
    });
    html(&Recover { cx: &cx, sent: true })
}

#[derive(Template)]
#[template(path = "accounts/new_password.html")]
struct NewPassword<'a> {
    cx: &'a Cx,
    action: String,
    fault: String,
    errors: FieldErrors,
}

fn new_password<'a>(cx: &'a Cx, secret: &str, errors: FieldErrors) -> NewPassword<'a> {
    NewPassword {
        cx,
        action: cx.href(&format!("/recover/{secret}")),
        fault: fault_of(&errors, "password", cx.lang),
        errors,
    }
}

pub(super) async fn show_new_password(cx: Cx, Path(secret): Path<String>) -> Handled {
    secret_page(match links::peek(&cx.app.db, Purpose::Recovery, &secret).await? {
        Some(_) => html(&new_password(&cx, &secret, FieldErrors::default())),
        None => gone(&cx),
    })
}

pub(super) async fn send_new_password(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Path(secret): Path<String>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let form = Fields(form);
    match act::recover(&cx.app, &cx.db(), &door, &secret, form.get("password"), &visit(&cx, &headers)).await {
        Err(Error::NotFound) => secret_page(gone(&cx)),
        outcome => match faults(outcome)? {
            Ok(opened) => Ok(enter(&cx, &door, &opened, "/desk")),
            Err(errors) => secret_page(html_with(422, &new_password(&cx, &secret, errors))),
        },
    }
}

#[derive(Template)]
#[template(path = "accounts/address.html")]
struct Address<'a> {
    cx: &'a Cx,
    action: String,
    email: String,
}

pub(super) async fn show_address(cx: Cx, Path(secret): Path<String>) -> Handled {
    let Some(link) = links::peek(&cx.app.db, Purpose::Email, &secret).await? else { return secret_page(gone(&cx)) };
    let action = cx.href(&format!("/account/email/{secret}"));
    secret_page(html(&Address { cx: &cx, action, email: link.email.unwrap_or_default() }))
}

pub(super) async fn confirm_address(cx: Cx, Path(secret): Path<String>) -> Handled {
    match act::confirm_address(&cx.app, &cx.db(), &secret).await {
        Err(Error::NotFound) => secret_page(gone(&cx)),
        outcome => {
            outcome?;
            Ok(redirect(&cx, if cx.actor.is_signed_in() { "/account" } else { "/sign-in" }, Done::Saved, None))
        }
    }
}
