//! API tokens: the list, the form, and the one moment in which a new secret is shown.

use super::forms::{Fields, Form, faults, owner, proof_first, when, when_or};
use crate::accounts::actions::own;
use crate::accounts::model::Account;
use crate::accounts::permissions::{ALL, from_code, label};
use crate::accounts::store;
use askama::Template;
use axum::extract::Path;
use chrono::TimeDelta;
use kernel::{FieldErrors, Uuid};
use web::layout::{Choice, fault_of};
use web::notice::{Done, redirect};
use web::{Cx, Handled, html_with};

struct Row {
    label: String,
    prefix: String,
    permissions: String,
    expires: String,
    used: String,
    alive: bool,
    revoke: String,
}

#[derive(Template)]
#[template(path = "accounts/tokens.html")]
struct Tokens<'a> {
    cx: &'a Cx,
    rows: Vec<Row>,
    permissions: Vec<Choice>,
    lives: Vec<Choice>,
    label: String,
    /// The secret just made; empty otherwise.
    secret: String,
    errors: FieldErrors,
}

impl Tokens<'_> {
    fn fault(&self, field: &str) -> String {
        fault_of(&self.errors, field, self.cx.lang)
    }
}

async fn page(cx: &Cx, account: &Account, form: &Fields, secret: String, errors: FieldErrors) -> Handled {
    let never = cx.t("まだありません", "Never");
    let now = cx.now();
    let row = |token: &crate::accounts::model::Token| Row {
        label: token.label.clone(),
        prefix: format!("{}…", token.prefix),
        permissions: token
            .permissions
            .iter()
            .map(|p| label(*p).get(cx.lang))
            .collect::<Vec<_>>()
            .join(cx.t("、", ", ")),
        expires: when(cx, token.expires_at),
        used: when_or(cx, token.used_at, never),
        alive: token.is_alive(now),
        revoke: cx.href(&format!("/account/tokens/{}/revoke", token.id)),
    };
    let rows = store::tokens::of(&cx.app.db, account.id).await?.iter().map(row).collect();
    let chosen: Vec<&str> = form.all("permissions").collect();
    let own = ALL.into_iter().filter(|permission| cx.actor.may(*permission));
    let permissions = own
        .map(|p| {
            Choice::new(crate::accounts::permissions::code(p), label(p).get(cx.lang))
                .chosen(chosen.contains(&&*crate::accounts::permissions::code(p)))
        })
        .collect();
    let life = |days: &str, words: &str| Choice::new(days, words).chosen(form.get("days") == days);
    let lives = vec![
        life("30", cx.t("30日", "30 days")),
        life("90", cx.t("90日", "90 days")),
        life("365", cx.t("1年", "1 year")),
    ];
    let status = if errors.is_empty() { 200 } else { 422 };
    let label = if secret.is_empty() { form.get("label").to_owned() } else { String::new() };
    html_with(status, &Tokens { cx, rows, permissions, lives, label, secret, errors })
}

pub(super) async fn show(cx: Cx) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account/tokens") {
        return Ok(ask);
    }
    page(&cx, &account, &Fields(Vec::new()), String::new(), FieldErrors::default()).await
}

pub(super) async fn make(cx: Cx, axum::Form(form): Form) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account/tokens") {
        return Ok(ask);
    }
    let form = Fields(form);
    let days: i64 = form.get("days").parse().unwrap_or(0);
    let new = own::NewToken {
        label: form.get("label").to_owned(),
        permissions: form.all("permissions").filter_map(from_code).collect(),
        life: TimeDelta::days(days.clamp(0, 10_000)),
    };
    match faults(own::make_token(&cx.db(), &cx.actor, account.id, &new).await)? {
        // Shown now and never again, so this is a page and not a redirect.
        Ok((secret, _)) => page(&cx, &account, &form, secret, FieldErrors::default()).await,
        Err(errors) => page(&cx, &account, &form, String::new(), errors).await,
    }
}

pub(super) async fn revoke(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (account, _) = owner(&cx).await?;
    own::revoke_token(&cx.db(), &cx.actor, account.id, id).await?;
    Ok(redirect(&cx, "/account/tokens", Done::Deleted, None))
}
