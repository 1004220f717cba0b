//! Sign-in, sign-out, proving again who one is, and the first set-up.

use super::forms::{Fields, Form, enter, faults, is_secure, owner, visit};
use crate::accounts::actions::passkeys::relying_party;
use crate::accounts::actions::sign_in as act;
use crate::accounts::cookies;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::sample::{SAMPLE_PASSWORD, SAMPLES};
use crate::accounts::{policy, store};
use askama::Template;
use axum::Extension;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use kernel::{Error, FieldErrors};
use serde::Deserialize;
use web::layout::fault_of;
use web::notice::{Done, redirect};
use web::{Cx, Handled, html, html_with};

/// A button that leads to another way of signing in.
pub(super) struct Way {
    pub(super) label: String,
    pub(super) href: String,
}

/// A sample account offered on the sign-in page.
struct Hint {
    label: &'static str,
    role: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignIn<'a> {
    cx: &'a Cx,
    /// Somebody is signed in and proves it again; the address is then fixed.
    again: bool,
    asks_password: bool,
    email: String,
    password: &'static str,
    next: String,
    fault: String,
    errors: FieldErrors,
    ways: Vec<Way>,
    passkeys: bool,
    hints: Vec<Hint>,
}

/// Query of the sign-in page: where to go afterwards, which sample account to fill in.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    #[serde(default)]
    sample: String,
}

fn ways(door: &Doorkeeper, cx: &Cx, next: &str, connect: bool) -> Vec<Way> {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let connect = if connect { "&connect=1" } else { "" };
    let way = |provider: &crate::accounts::settings::OidcProvider| Way {
        label: provider.name.get(cx.lang).to_owned(),
        href: format!("/oidc/{}/start?{query}{connect}", provider.key),
    };
    door.providers().list().iter().map(way).collect()
}

/// The providers to which an account can be connected.
pub(super) fn ways_to_connect(door: &Doorkeeper, cx: &Cx) -> Vec<Way> {
    ways(door, cx, &cx.href("/account/passkeys"), true)
}

fn sign_in_page<'a>(cx: &'a Cx, door: &Doorkeeper, next: &str, email: &str, errors: FieldErrors) -> SignIn<'a> {
    let next = policy::safe_next(next).to_owned();
    let hints = if cx.hub.sample { &SAMPLES[..] } else { &[] };
    let query = |name: &str| {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("sample", name)
            .append_pair("next", &next)
            .finish()
    };
    let hints = hints
        .iter()
        .map(|sample| Hint {
            label: sample.label.get(cx.lang),
            role: sample.role.label().get(cx.lang),
            href: cx.href(&format!("/sign-in?{}", query(sample.name))),
        })
        .collect();
    SignIn {
        again: false,
        asks_password: true,
        email: email.to_owned(),
        password: "",
        fault: fault_of(&errors, "password", cx.lang),
        errors,
        ways: ways(door, cx, &next, false),
        passkeys: relying_party(&cx.app).is_some(),
        hints,
        next,
        cx,
    }
}

pub(super) async fn show(cx: Cx, Extension(door): Extension<Doorkeeper>, Query(asked): Query<Asked>) -> Handled {
    if cx.actor.is_signed_in() && asked.sample.is_empty() {
        return Ok(Redirect::to(&super::forms::in_language(&cx, policy::safe_next(&asked.next))).into_response());
    }
    let mut page = sign_in_page(&cx, &door, &asked.next, "", FieldErrors::default());
    if let Some(sample) = SAMPLES.iter().find(|sample| cx.hub.sample && sample.name == asked.sample) {
        page.email = sample.email();
        page.password = SAMPLE_PASSWORD;
    }
    html(&page)
}

pub(super) async fn send(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let form = Fields(form);
    let outcome =
        act::with_password(&cx.app, &cx.db(), &door, form.get("email"), form.get("password"), &visit(&cx, &headers))
            .await;
    match faults(outcome)? {
        Ok(opened) => Ok(enter(&cx, &door, &opened, form.get("next"))),
        Err(errors) => html_with(422, &sign_in_page(&cx, &door, form.get("next"), form.get("email"), errors)),
    }
}

/// Ends the session and drops its cookie. Open to everyone, so that a second click does no harm.
pub(super) async fn sign_out(cx: Cx) -> Handled {
    if let Some(session) = cx.session {
        act::sign_out(&cx.db(), &cx.actor, session).await?;
    }
    let mut response = redirect(&cx, "/", Done::SignedOut, None);
    cookies::drop_session(&mut response, is_secure(&cx));
    Ok(response)
}

async fn confirm_page<'a>(
    cx: &'a Cx,
    door: &Doorkeeper,
    next: &str,
    errors: FieldErrors,
) -> kernel::Result<SignIn<'a>> {
    let (account, _) = owner(cx).await?;
    let mut page = sign_in_page(cx, door, next, account.email(), errors);
    page.again = true;
    page.asks_password = account.has_password;
    page.passkeys &= !store::keys::passkeys_of(&cx.app.db, account.id).await?.is_empty();
    let connected = store::keys::identities_of(&cx.app.db, account.id).await?;
    if connected.is_empty() {
        page.ways.clear();
    }
    page.hints.clear();
    Ok(page)
}

pub(super) async fn show_confirm(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Query(asked): Query<Asked>,
) -> Handled {
    html(&confirm_page(&cx, &door, &asked.next, FieldErrors::default()).await?)
}

pub(super) async fn send_confirm(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let form = Fields(form);
    let (account, _) = owner(&cx).await?;
    let outcome = act::confirm(&cx.app, &cx.db(), &door, account.id, form.get("password"), &visit(&cx, &headers)).await;
    match faults(outcome)? {
        Ok(opened) => Ok(enter(&cx, &door, &opened, form.get("next"))),
        Err(errors) => html_with(422, &confirm_page(&cx, &door, form.get("next"), errors).await?),
    }
}

#[derive(Template)]
#[template(path = "accounts/setup.html")]
struct SetUpPage<'a> {
    cx: &'a Cx,
    form: act::SetUp,
    errors: FieldErrors,
}

impl SetUpPage<'_> {
    fn fault(&self, field: &str) -> String {
        fault_of(&self.errors, field, self.cx.lang)
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
}

pub(super) async fn show_setup(cx: Cx, Query(asked): Query<Token>) -> Handled {
    if store::any(&cx.app.db).await? {
        return Err(Error::NotFound.into());
    }
    let form = act::SetUp { token: asked.token, ..act::SetUp::default() };
    super::forms::secret_page(html(&SetUpPage { cx: &cx, form, errors: FieldErrors::default() }))
}

pub(super) async fn send_setup(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let form = Fields(form);
    let form = act::SetUp {
        token: form.get("token").to_owned(),
        email: form.get("email").to_owned(),
        label: form.get("label").to_owned(),
        password: form.get("password").to_owned(),
    };
    let outcome = act::set_up(&cx.app, &cx.db(), &door, &form, cx.lang, &visit(&cx, &headers)).await;
    match faults(outcome)? {
        Ok(opened) => Ok(enter(&cx, &door, &opened, "/desk")),
        Err(errors) => html_with(422, &SetUpPage { cx: &cx, form, errors }),
    }
}
