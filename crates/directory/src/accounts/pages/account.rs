//! The page of one's own account: name, language, address, password, sessions.

use super::forms::{Fields, Form, faults, owner, proof_first, visit, when, when_or};
use crate::accounts::actions::{own, recovery};
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::Account;
use crate::accounts::store;
use askama::Template;
use axum::Extension;
use axum::extract::Path;
use axum::http::HeaderMap;
use kernel::{FieldErrors, Lang, Uuid};
use web::layout::{Choice, fault_of};
use web::notice::{Done, redirect};
use web::{Cx, Handled, html, html_with};

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct AccountPage<'a> {
    cx: &'a Cx,
    account: &'a Account,
    label: String,
    languages: Vec<Choice>,
    roles: String,
    person: String,
    bodies: Vec<(String, String)>,
    since: String,
    errors: FieldErrors,
}

impl AccountPage<'_> {
    fn fault(&self, field: &str) -> String {
        fault_of(&self.errors, field, self.cx.lang)
    }
}

fn account_page<'a>(cx: &'a Cx, account: &'a Account, label: &str, errors: FieldErrors) -> AccountPage<'a> {
    let language = |lang: Lang| Choice::new(lang.tag(), lang.own_name()).chosen(lang == account.language);
    let body = |id: &Uuid| {
        let entry = cx.app.catalogue.entry(*id, &cx.keyring)?;
        Some((cx.href(&format!("/{}/{}", entry.kind.path, entry.id)), entry.called(cx.lang).to_owned()))
    };
    AccountPage {
        cx,
        label: label.to_owned(),
        languages: Lang::ALL.into_iter().map(language).collect(),
        roles: account.roles_in(cx.lang),
        person: account.person.map(|id| cx.href(&format!("/people/{id}"))).unwrap_or_default(),
        bodies: account.manages.iter().filter_map(body).collect(),
        since: when(cx, account.created_at),
        account,
        errors,
    }
}

pub(super) async fn show(cx: Cx) -> Handled {
    let (account, _) = owner(&cx).await?;
    html(&account_page(&cx, &account, &account.label, FieldErrors::default()))
}

pub(super) async fn send_profile(cx: Cx, axum::Form(form): Form) -> Handled {
    let (account, _) = owner(&cx).await?;
    let form = Fields(form);
    let language = Lang::from_tag(form.get("language")).unwrap_or(account.language);
    match faults(own::change_profile(&cx.db(), &cx.actor, &account, form.get("label"), language).await)? {
        Ok(()) => Ok(redirect(&cx, "/account", Done::Saved, None)),
        Err(errors) => html_with(422, &account_page(&cx, &account, form.get("label"), errors)),
    }
}

pub(super) async fn send_password(cx: Cx, Extension(door): Extension<Doorkeeper>, axum::Form(form): Form) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account") {
        return Ok(ask);
    }
    let form = Fields(form);
    let outcome =
        own::change_password(&cx.app, &cx.db(), &door, &cx.actor, &account, form.get("password"), session.id).await;
    match faults(outcome)? {
        Ok(()) => Ok(redirect(&cx, "/account", Done::Saved, None)),
        Err(errors) => html_with(422, &account_page(&cx, &account, &account.label, errors)),
    }
}

pub(super) async fn send_email(cx: Cx, headers: HeaderMap, axum::Form(form): Form) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account") {
        return Ok(ask);
    }
    let outcome =
        recovery::ask_new_address(&cx.app, &cx.db(), &account, Fields(form).get("email"), &visit(&cx, &headers)).await;
    match faults(outcome)? {
        Ok(()) => Ok(redirect(&cx, "/account", Done::Sent, None)),
        Err(errors) => html_with(422, &account_page(&cx, &account, &account.label, errors)),
    }
}

struct SessionRow {
    device: String,
    method: &'static str,
    address: String,
    opened: String,
    seen: String,
    here: bool,
    end: String,
}

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
struct Sessions<'a> {
    cx: &'a Cx,
    rows: Vec<SessionRow>,
}

pub(super) async fn sessions(cx: Cx) -> Handled {
    let (account, current) = owner(&cx).await?;
    let row = |session: &crate::accounts::model::Session| SessionRow {
        device: Some(session.device())
            .filter(|device| !device.is_empty())
            .unwrap_or_else(|| cx.t("不明なブラウザー", "Unknown browser").to_owned()),
        method: session.method_words().get(cx.lang),
        address: session.address.clone(),
        opened: when(&cx, session.created_at),
        seen: when_or(&cx, Some(session.seen_at), ""),
        here: session.id == current.id,
        end: cx.href(&format!("/account/sessions/{}/end", session.id)),
    };
    let rows = store::sessions::of(&cx.app.db, account.id).await?.iter().map(row).collect();
    html(&Sessions { cx: &cx, rows })
}

pub(super) async fn end_session(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (account, _) = owner(&cx).await?;
    own::end_session(&cx.db(), &cx.actor, account.id, id).await?;
    Ok(redirect(&cx, "/account/sessions", Done::SignedOut, None))
}

pub(super) async fn end_others(cx: Cx) -> Handled {
    let (account, session) = owner(&cx).await?;
    own::end_other_sessions(&cx.db(), &cx.actor, account.id, session.id).await?;
    Ok(redirect(&cx, "/account/sessions", Done::SignedOut, None))
}
