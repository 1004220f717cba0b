//! The form with which a party asks for an introduction.

use super::inbox;
use crate::introductions::actions::ask::{Ask, ask};
use askama::Template;
use axum::extract::Query;
use axum::response::IntoResponse;
use directory::records::PARTIES;
use kernel::record::Input;
use kernel::{Both, Error, FieldErrors, Uuid, both};
use serde::Deserialize;
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    asker: Option<Uuid>,
    other: Option<Uuid>,
    through: Option<Uuid>,
    about: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "introductions/ask.html")]
pub struct AskPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    staff: bool,
    errors: FieldErrors,
    askers: Vec<Choice>,
    asker: String,
    other: String,
    other_name: String,
    through: String,
    through_choices: Vec<Choice>,
    /// Parties are found while a name is typed; the page holds none.
    no_choices: Vec<Choice>,
    about: String,
    message: String,
    asker_error: String,
    other_error: String,
    through_error: String,
    message_error: String,
}

/// `GET /introductions/new?asker=…&other=…&through=…&about=…`.
pub async fn form(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let mut input = Input::default();
    for (name, value) in
        [("asker", asked.asker), ("other", asked.other), ("through", asked.through), ("about", asked.about)]
    {
        if let Some(id) = value {
            input.add(name, id.to_string());
        }
    }
    html(&page(&cx, &input, &FieldErrors::default(), false))
}

/// The form with what was entered.
pub fn page<'a>(cx: &'a Cx, input: &Input, errors: &FieldErrors, staff: bool) -> AskPage<'a> {
    let value = |field: &str| input.first(field).unwrap_or_default().to_owned();
    let entry = |id: Uuid| cx.app.catalogue.entry(id, &cx.keyring);
    let own = cx.actor.manages.iter().copied().chain(cx.actor.person);
    let asker = value("asker");
    let askers = own.filter_map(entry).map(|entry| {
        let id = entry.id.to_string();
        Choice::new(id.clone(), entry.called(cx.lang)).chosen(id == asker)
    });
    let other = value("other");
    let name_of = |id: &str| {
        let found = id.parse().ok().and_then(entry);
        found.map(|entry| entry.called(cx.lang).to_owned()).unwrap_or_default()
    };
    let through = value("through");
    let through_name = name_of(&through);
    let through_choices = if through_name.is_empty() { Vec::new() } else { vec![Choice::new(&*through, through_name)] };
    let fault = |field| fault_of(errors, field, cx.lang);
    let path = if staff { "/staff/introductions" } else { "/introductions" };
    AskPage {
        crumbs: vec![if staff { Crumb::new(cx.t("紹介", "Introductions"), cx.href(path)) } else { inbox(cx) }],
        action: cx.href(&format!("{path}/new")),
        errors: errors.clone(),
        other_name: name_of(&other),
        askers: askers.collect(),
        asker_error: fault("asker"),
        other_error: fault("other"),
        through_error: fault("through"),
        message_error: fault("message"),
        about: value("about"),
        message: value("message"),
        through_choices,
        no_choices: Vec::new(),
        through,
        other,
        asker,
        staff,
        cx,
    }
}

/// Reads a form; all errors come at once. A party is an id, or a name that fits exactly one party the reader may see.
pub fn read(cx: &Cx, input: &Input, by_staff: bool) -> kernel::Result<Ask> {
    let mut errors = FieldErrors::default();
    let mut id = |field: &str, needed: bool| {
        let text = input.first(field).unwrap_or_default().trim().to_owned();
        let found = if text.is_empty() { None } else { party(cx, &text) };
        if found.is_none() && (needed || !text.is_empty()) {
            errors.add(field, no_party(field));
        }
        found
    };
    let (asker, other, through) = (id("asker", true), id("other", true), id("through", false));
    errors.into_result()?;
    let (Some(asker), Some(other)) = (asker, other) else { return Err(Error::NotFound) };
    Ok(Ask {
        asker,
        other,
        through,
        about: input.first("about").and_then(|about| about.parse().ok()),
        message: input.first("message").unwrap_or_default().to_owned(),
        by_staff,
    })
}

/// Names the field: the summary above the form has one line for each.
fn no_party(field: &str) -> Both {
    match field {
        "asker" => both(
            "だれのために頼むのか、名簿にある名前を一つ、そのまま入れてください。",
            "On whose behalf? Enter one name exactly as it is in the directory.",
        ),
        "other" => both(
            "お相手を一つ、名簿にある名前のまま入れてください。",
            "Who is to be met? Enter one name exactly as it is in the directory.",
        ),
        _ => both(
            "取り次ぐ方を一つ、名簿にある名前のまま入れてください。",
            "Through whom? Enter one name exactly as it is in the directory.",
        ),
    }
}

fn party(cx: &Cx, text: &str) -> Option<Uuid> {
    let key = text.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']')).unwrap_or(text);
    if let Ok(id) = key.parse() {
        return Some(id);
    }
    let catalogue = &cx.app.catalogue;
    let by_code = PARTIES.iter().find_map(|kind| catalogue.by_code(kind, key, &cx.keyring));
    by_code.or_else(|| match catalogue.by_name(PARTIES, text, &cx.keyring).as_slice() {
        [one] => Some(one.id),
        _ => None,
    })
}

/// `POST /introductions/new`.
pub async fn submit(cx: Cx, sent: Submission) -> Handled {
    send(cx, sent, false, "/introductions?show=waiting").await
}

/// Asks; a form with faults comes back with everything that was entered.
pub async fn send(cx: Cx, sent: Submission, staff: bool, next: &str) -> Handled {
    let done = match read(&cx, &sent.input, staff) {
        Ok(wanted) => ask(&Doing::of(&cx), &wanted).await.map(|_| ()),
        Err(error) => Err(error),
    };
    let errors = match done {
        Ok(()) => return Ok(notice::redirect(&cx, next, Done::Sent, None)),
        Err(Error::Invalid(errors)) => errors,
        // What was entered must not be lost to a full cap or to a "not again".
        Err(Error::Conflict(why)) => FieldErrors::one("other", why),
        Err(error) => return Err(error.into()),
    };
    let page = html(&page(&cx, &sent.input, &errors, staff))?;
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
