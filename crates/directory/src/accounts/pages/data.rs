//! One's own data: consents, a copy of everything, a request to be forgotten.

use super::forms::{Fields, Form, owner, proof_first, when, when_or};
use crate::accounts::actions::privacy as act;
use crate::accounts::consents::CONSENTS;
use crate::accounts::store::privacy;
use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use kernel::Error;
use web::notice::{Done, redirect};
use web::{Cx, Handled, html};

struct ConsentRow {
    code: &'static str,
    label: &'static str,
    text: &'static str,
    required: bool,
    /// Stands today.
    stands: bool,
    /// Agreed to an older wording.
    outdated: bool,
    given: String,
}

struct Past {
    label: &'static str,
    wording: String,
    given: String,
    withdrawn: String,
}

struct RequestRow {
    state: &'static str,
    open: bool,
    made: String,
    answer: String,
}

#[derive(Template)]
#[template(path = "accounts/data.html")]
struct Data<'a> {
    cx: &'a Cx,
    consents: Vec<ConsentRow>,
    past: Vec<Past>,
    requests: Vec<RequestRow>,
    may_ask: bool,
}

fn state_words(cx: &Cx, state: &str) -> &'static str {
    match state {
        "open" => cx.t("確認中", "Being looked at"),
        "done" => cx.t("消去しました", "Erased"),
        "declined" => cx.t("お断りしました", "Declined"),
        _ => cx.t("取り下げ", "Withdrawn"),
    }
}

pub(super) async fn show(cx: Cx) -> Handled {
    let (account, _) = owner(&cx).await?;
    let kept = privacy::consents(&cx.app.db, account.id).await?;
    let consents = CONSENTS
        .iter()
        .map(|purpose| {
            let standing =
                kept.iter().find(|consent| consent.purpose == purpose.code && consent.withdrawn_at.is_none());
            ConsentRow {
                code: purpose.code,
                label: purpose.label.get(cx.lang),
                text: purpose.text.get(cx.lang),
                required: purpose.required,
                stands: standing.is_some(),
                outdated: standing.is_some_and(|consent| consent.wording != purpose.wording),
                given: standing.map(|consent| when(&cx, consent.given_at)).unwrap_or_default(),
            }
        })
        .collect();
    let label = |code: &str| {
        CONSENTS.iter().find(|purpose| purpose.code == code).map_or("", |purpose| purpose.label.get(cx.lang))
    };
    let past = kept
        .iter()
        .map(|consent| Past {
            label: label(&consent.purpose),
            wording: consent.wording.clone(),
            given: when(&cx, consent.given_at),
            withdrawn: when_or(&cx, consent.withdrawn_at, ""),
        })
        .collect();
    let requests: Vec<RequestRow> = privacy::requests_of(&cx.app.db, account.id)
        .await?
        .iter()
        .map(|request| RequestRow {
            state: state_words(&cx, &request.state),
            open: request.state == "open",
            made: when(&cx, request.created_at),
            answer: request.answer.clone().unwrap_or_default(),
        })
        .collect();
    let may_ask = !requests.iter().any(|request| request.open);
    html(&Data { cx: &cx, consents, past, requests, may_ask })
}

/// The copy as a file. It holds everything, so the owner proves again who they are.
pub(super) async fn export(cx: Cx) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account/data") {
        return Ok(ask);
    }
    let data = act::export(&cx.app, &account).await?;
    let text = serde_json::to_string_pretty(&data).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"my-data.json\""),
    ];
    Ok((headers, text).into_response())
}

pub(super) async fn send_consent(cx: Cx, axum::Form(form): Form) -> Handled {
    let (account, _) = owner(&cx).await?;
    let form = Fields(form);
    act::set_consent(&cx.db(), &cx.actor, account.id, form.get("purpose"), form.get("given") == "true").await?;
    Ok(redirect(&cx, "/account/data", Done::Saved, None))
}

pub(super) async fn ask_erasure(cx: Cx, axum::Form(form): Form) -> Handled {
    let (account, session) = owner(&cx).await?;
    if let Some(ask) = proof_first(&cx, &session, "/account/data") {
        return Ok(ask);
    }
    act::request_erasure(&cx.db(), &cx.actor, account.id, Fields(form).get("reason")).await?;
    Ok(redirect(&cx, "/account/data", Done::Sent, None))
}

pub(super) async fn withdraw(cx: Cx) -> Handled {
    let (account, _) = owner(&cx).await?;
    act::withdraw_request(&cx.db(), &cx.actor, account.id).await?;
    Ok(redirect(&cx, "/account/data", Done::Undone, None))
}
