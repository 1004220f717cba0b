//! The registration form: name and address, the gathering's own questions, people who come along.

use super::benefits::{BenefitView, benefits, standing};
use super::show::queue_words;
use super::{crumbs_in, span_of, visible};
use crate::gatherings::Memberships;
use crate::gatherings::actions::memberships::grants_at;
use crate::gatherings::actions::register::{self, Outcome, Wanted};
use crate::gatherings::model::admission::{self, Facts, Offer};
use crate::gatherings::model::answers;
use crate::gatherings::model::membership::Grant;
use crate::gatherings::model::survey::STEPS;
use crate::gatherings::records::QUESTION;
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::Path;
use kernel::record::{Input, Record};
use kernel::{Error, FieldErrors, Lang, Result, Uuid, both};
use std::sync::Arc;
use store::records;
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

/// Longest name or organization, in characters.
const LONGEST: usize = 160;

/// One question of the form with what was answered.
pub struct QuestionView {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub kind: String,
    pub required: bool,
    pub value: String,
    pub choices: Vec<Choice>,
    pub error: String,
}

#[derive(Template)]
#[template(path = "gatherings/register.html")]
struct RegisterPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    when: String,
    place: String,
    action: String,
    back: String,
    button: &'static str,
    lead: String,
    name: String,
    organization: String,
    email: String,
    email_fixed: bool,
    companions: String,
    most_companions: i64,
    listed: bool,
    asks_listed: bool,
    questions: Vec<QuestionView>,
    benefits: Vec<BenefitView>,
    errors: FieldErrors,
}

#[derive(Template)]
#[template(path = "gatherings/received.html")]
struct ReceivedPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    back: String,
}

/// `GET /gatherings/{id}/register`.
pub async fn form(cx: Cx, memberships: Arc<dyn Memberships>, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    if let Some(account) = cx.actor.account
        && let Some(mine) = rows::of_account(&cx.app.db, id, account).await?.filter(|mine| mine.stands())
    {
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(
            &cx.href(&format!("/registrations/{}", mine.party)),
        )));
    }
    show(&cx, &*memberships, &gathering, &Input::default(), FieldErrors::default(), 200).await
}

/// `POST /gatherings/{id}/register`.
pub async fn submit(cx: Cx, memberships: Arc<dyn Memberships>, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let gathering = visible(&cx, id).await?;
    let outcome = match wanted(&cx, &*memberships, &gathering, &sent.input).await {
        Ok(wanted) => register::register(&Doing::of(&cx), id, &wanted).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(outcome) if cx.actor.account.is_some() => {
            let done = if matches!(outcome, Outcome::Known(_)) { Done::Saved } else { Done::Sent };
            Ok(notice::redirect(&cx, &format!("/registrations/{}", outcome.party()), done, None))
        }
        // Whether an address was known before is told to its owner only, by mail.
        Ok(_) => Ok(notice::redirect(&cx, &format!("/gatherings/{id}/received"), Done::Sent, None)),
        Err(Error::Invalid(errors)) => show(&cx, &*memberships, &gathering, &sent.input, errors, 422).await,
        Err(error) => Err(error.into()),
    }
}

/// `GET /gatherings/{id}/received`.
pub async fn received(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    web::html(&ReceivedPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        back: cx.href(&format!("/gatherings/{id}")),
        cx: &cx,
    })
}

/// The questions of a gathering in their order.
pub async fn questions(cx: &Cx, gathering: Uuid) -> Result<Vec<Record>> {
    let mut questions = records::linking(&cx.app.db, &QUESTION, "gathering", gathering, cx.scope()).await?;
    questions.sort_by_key(|question| (question.integer("ordinal").unwrap_or(999), question.id));
    Ok(questions)
}

/// Reads a form or an API body by the same rules; every error at once.
///
/// # Errors
/// `Invalid` naming the fields.
pub async fn wanted(cx: &Cx, memberships: &dyn Memberships, gathering: &Record, input: &Input) -> Result<Wanted> {
    let mut errors = FieldErrors::default();
    let account = match cx.actor.account {
        Some(account) => directory::accounts::account(&cx.app.db, account).await?,
        None => None,
    };
    let line = |field: &str| input.first(field).unwrap_or_default().trim().to_owned();
    let name = line("name");
    if name.is_empty() {
        errors.add("name", both("お名前を入れてください。", "Please write your name."));
    }
    let organization = line("organization");
    for (field, value) in [("name", &name), ("organization", &organization)] {
        if value.chars().count() > LONGEST || value.contains(|c: char| c.is_control()) {
            errors.add(field, both("160字以内の一行で書いてください。", "Write one line of at most 160 characters."));
        }
    }
    let email = match &account {
        Some(account) if !account.email().is_empty() => account.email().to_owned(),
        _ => line("email"),
    };
    if !is_address(&email) {
        errors.add(
            "email",
            both(
                "メールアドレスの形ではありません。例: hanako@example.jp",
                "This is not an e-mail address. Example: hanako@example.jp",
            ),
        );
    }
    let companions: Vec<String> = input
        .first("companions")
        .unwrap_or_default()
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(100)
        .map(str::to_owned)
        .collect();
    if companions.iter().any(|one| one.chars().count() > LONGEST) {
        errors.add(
            "companions",
            both("一人を一行、160字以内で書いてください。", "One person a line, at most 160 characters each."),
        );
    }
    let answers = answers::read(&questions(cx, gathering.id).await?, input, &mut errors);
    errors.into_result()?;
    Ok(Wanted {
        name,
        organization,
        email,
        lang: cx.lang,
        account: cx.actor.account,
        person: cx.actor.person,
        companions,
        listed: gathering.flag("show_participants") && input.all("listed").last().is_some_and(|text| text == "true"),
        answers,
        invited: false,
        grants: grants_at(&cx.app, memberships, gathering, &cx.actor.member_of).await?,
    })
}

/// The practical part of RFC 5321, as the record kit reads addresses; header injection has no place in it.
fn is_address(email: &str) -> bool {
    email.len() <= 254
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()[]\\".contains(c))
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && local.len() <= 64
                && !domain.contains('@')
                && domain.contains('.')
                && !domain.starts_with('.')
                && !domain.ends_with('.')
        })
}

async fn show(
    cx: &Cx,
    memberships: &dyn Memberships,
    gathering: &Record,
    sent: &Input,
    errors: FieldErrors,
    status: u16,
) -> Handled {
    let seats = rows::seats(&cx.app.db, gathering.id).await?.ok_or(Error::NotFound)?;
    let facts = Facts::of(gathering, cx.hub.zone, seats.seats()).ok_or(Error::NotFound)?;
    let grants = grants_at(&cx.app, memberships, gathering, &cx.actor.member_of).await?;
    let offer = admission::offer_to(&facts, cx.now(), 1, standing(&grants));
    if !offer.is_open() {
        return Err(Error::conflict(offer.refusal()).into());
    }
    let account = match cx.actor.account {
        Some(account) => directory::accounts::account(&cx.app.db, account).await?,
        None => None,
    };
    let own_name = cx.actor.person.map(|person| super::named(cx, person).name).filter(|name| !name.starts_with('('));
    let own_name = own_name.or_else(|| account.as_ref().map(|account| account.label.clone())).unwrap_or_default();
    let own_party = cx.actor.member_of.first().map(|party| super::named(cx, *party).name).unwrap_or_default();
    let value = |field: &str, own: &str| sent.first(field).map_or_else(|| own.to_owned(), str::to_owned);
    let address = account.as_ref().map(|account| account.email().to_owned()).unwrap_or_default();
    let questions = questions(cx, gathering.id).await?.iter().map(|q| question_view(cx, q, sent, &errors)).collect();
    let page = RegisterPage {
        crumbs: crumbs_in(cx, gathering),
        title: gathering.called(cx.lang),
        when: span_of(cx, gathering).map(|span| span.words(cx.lang, cx.hub.zone)).unwrap_or_default(),
        place: gathering.text("place").say(cx.lang).to_owned(),
        action: cx.href(&format!("/gatherings/{}/register", gathering.id)),
        back: cx.href(&format!("/gatherings/{}", gathering.id)),
        button: match offer {
            Offer::Wait => cx.t("キャンセル待ちに並ぶ", "Join the waiting list"),
            Offer::Ask => cx.t("申し込みを送る", "Send the request"),
            _ => cx.t("参加を申し込む", "Register"),
        },
        lead: match offer {
            Offer::Wait => queue_words(cx, gathering, &seats),
            Offer::Ask => cx.t("事務局が確認してお返事します。", "The staff answer each request.").to_owned(),
            _ => left_words(cx, &facts, &grants),
        },
        name: value("name", &own_name),
        organization: value("organization", &own_party),
        email_fixed: !address.is_empty(),
        email: if address.is_empty() { value("email", "") } else { address },
        companions: value("companions", ""),
        most_companions: gathering.integer("group_max").unwrap_or(1) - 1,
        listed: sent.all("listed").last().is_some_and(|text| text == "true"),
        asks_listed: gathering.flag("show_participants"),
        questions,
        benefits: benefits(cx, gathering, &grants),
        errors,
        cx,
    };
    web::html_with(status, &page)
}

fn left_words(cx: &Cx, facts: &Facts, grants: &[Grant]) -> String {
    let kept = if standing(grants).priority { facts.seats.kept() } else { 0 };
    match (facts.seats.free().map(|free| free + kept), cx.lang) {
        (Some(free), Lang::Ja) => format!("残り{free}席です。"),
        (Some(1), Lang::En) => "One seat is left.".to_owned(),
        (Some(free), Lang::En) => format!("{free} seats are left."),
        (None, _) => String::new(),
    }
}

fn step_words(cx: &Cx, step: u64) -> String {
    match step {
        1 => cx.t("1(最低)", "1 (lowest)").to_owned(),
        STEPS => cx.t("5(最高)", "5 (highest)").to_owned(),
        step => step.to_string(),
    }
}

pub fn question_view(cx: &Cx, question: &Record, sent: &Input, errors: &FieldErrors) -> QuestionView {
    let name = answers::field(question);
    let value = sent.first(&name).unwrap_or_default().to_owned();
    let choices: Vec<(String, String)> = match question.plain("kind") {
        "scale" => (1..=STEPS).rev().map(|step| (step.to_string(), step_words(cx, step))).collect(),
        _ => answers::options(question, cx.lang)
            .into_iter()
            .zip(0_usize..)
            .map(|(words, at)| (at.to_string(), words))
            .collect(),
    };
    QuestionView {
        label: question.called(cx.lang),
        hint: question.text("hint").say(cx.lang).to_owned(),
        kind: question.plain("kind").to_owned(),
        required: question.flag("required"),
        choices: choices
            .into_iter()
            .map(|(code, words)| {
                let on = value == code;
                Choice::new(code, words).chosen(on)
            })
            .collect(),
        error: fault_of(errors, &name, cx.lang),
        value,
        name,
    }
}
