//! Passkeys and accounts elsewhere. The script of the page talks to the four small JSON addresses here.

use super::forms::{owner, proof_first, set_cookies, visit, when, when_or};
use super::sign_in::{Way, ways_to_connect};
use crate::accounts::actions::passkeys as act;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::Account;
use crate::accounts::store::keys;
use ::store::atomically;
use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::{Extension, Json};
use kernel::{Error, Result, Uuid, both};
use serde::Deserialize;
use serde_json::{Value, json};
use web::notice::{Done, redirect};
use web::{Cx, Failure, Handled, html};

struct Row {
    label: String,
    added: String,
    used: String,
    remove: String,
}

#[derive(Template)]
#[template(path = "accounts/passkeys.html")]
struct Passkeys<'a> {
    cx: &'a Cx,
    rows: Vec<Row>,
    identities: Vec<Row>,
    ways: Vec<Way>,
    /// Browsers offer passkeys only at a host name.
    possible: bool,
}

pub(super) async fn show(cx: Cx, Extension(door): Extension<Doorkeeper>) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account/passkeys") {
        return Ok(ask);
    }
    let never = cx.t("まだありません", "Never");
    let row = |label: &str, added, used, path: String| Row {
        label: label.to_owned(),
        added: when(&cx, added),
        used: when_or(&cx, used, never),
        remove: cx.href(&path),
    };
    let passkeys = keys::passkeys_of(&cx.app.db, account.id).await?;
    let rows = passkeys
        .iter()
        .map(|k| row(&k.label, k.created_at, k.used_at, format!("/account/passkeys/{}/remove", k.id)))
        .collect();
    let identities = keys::identities_of(&cx.app.db, account.id).await?;
    let identities = identities
        .iter()
        .map(|i| {
            row(
                &format!("{} ({})", i.label, i.issuer),
                i.created_at,
                i.used_at,
                format!("/account/identities/{}/remove", i.id),
            )
        })
        .collect();
    html(&Passkeys {
        cx: &cx,
        rows,
        identities,
        ways: ways_to_connect(&door, &cx),
        possible: act::relying_party(&cx.app).is_some(),
    })
}

/// What the script sends back from the device.
#[derive(Deserialize)]
pub(super) struct Finish {
    ceremony: String,
    credential: Value,
    #[serde(default)]
    label: String,
    #[serde(default)]
    next: String,
}

/// The owner, who must have proved it lately: a new key opens the account for good.
async fn proven_owner(cx: &Cx) -> Result<Account> {
    let (account, session) = owner(cx).await?;
    match proof_first(cx, &session, "/account/passkeys") {
        Some(_) => Err(Error::conflict(both(
            "時間がたちました。ページを開き直してください。",
            "Some time has passed. Please reload the page.",
        ))),
        None => Ok(account),
    }
}

pub(super) async fn start(cx: Cx) -> Handled {
    let account = proven_owner(&cx).await?;
    Ok(Json(act::begin_registration(&cx.app, &cx.db(), &account).await?).into_response())
}

pub(super) async fn finish(cx: Cx, Json(sent): Json<Finish>) -> Handled {
    let account = proven_owner(&cx).await?;
    act::finish_registration(&cx.app, &cx.db(), &account, &sent.ceremony, sent.credential, &sent.label).await?;
    Ok(Json(json!({ "next": cx.href("/account/passkeys") })).into_response())
}

pub(super) async fn start_sign_in(cx: Cx, headers: HeaderMap) -> Handled {
    Ok(Json(act::begin_sign_in(&cx.app, &cx.db(), &visit(&cx, &headers)).await?).into_response())
}

pub(super) async fn finish_sign_in(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    headers: HeaderMap,
    Json(sent): Json<Finish>,
) -> Handled {
    let opened = act::sign_in(&cx.app, &cx.db(), &door, &sent.ceremony, sent.credential, &visit(&cx, &headers)).await?;
    let next = super::forms::in_language(&cx, crate::accounts::policy::safe_next(&sent.next));
    let mut response = Json(json!({ "next": next })).into_response();
    set_cookies(&cx, &door, &opened, &mut response);
    Ok(response)
}

pub(super) async fn remove(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let account = owner(&cx).await?.0;
    another_way_in(&cx, &account, id).await?;
    let removed = atomically!(cx.db(), |tx| { keys::remove_passkey(tx, &cx.actor, account.id, id).await })?;
    done(&cx, removed)
}

pub(super) async fn remove_identity(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let account = owner(&cx).await?.0;
    another_way_in(&cx, &account, id).await?;
    let removed = atomically!(cx.db(), |tx| { keys::remove_identity(tx, &cx.actor, account.id, id).await })?;
    done(&cx, removed)
}

/// Nobody locks themselves out by removing their only key.
async fn another_way_in(cx: &Cx, account: &Account, without: Uuid) -> Result<()> {
    let passkeys = keys::passkeys_of(&cx.app.db, account.id).await?.iter().any(|key| key.id != without);
    let identities = keys::identities_of(&cx.app.db, account.id).await?.iter().any(|identity| identity.id != without);
    if account.has_password || passkeys || identities {
        return Ok(());
    }
    Err(Error::conflict(both(
        "ログインできなくなります。先にパスワードを決めてください。",
        "You could not sign in any more. Choose a password first.",
    )))
}

fn done(cx: &Cx, removed: bool) -> Handled {
    if removed { Ok(redirect(cx, "/account/passkeys", Done::Deleted, None)) } else { Err(Failure(Error::NotFound)) }
}
