//! A survey as somebody who took part answers it.

use super::register::{QuestionView, question_view};
use super::{crumbs_in, mine};
use crate::gatherings::actions::survey;
use crate::gatherings::model::answers;
use crate::gatherings::model::survey::Mode;
use crate::gatherings::records::{GATHERING, SURVEY_QUESTION};
use crate::gatherings::store::{self as rows, Registration};
use askama::Template;
use axum::extract::Path;
use kernel::record::{Input, Record};
use kernel::{Error, FieldErrors, Result, Uuid};
use store::records::{self, Scope};
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::Submission;
use web::{Cx, Handled};

#[derive(Template)]
#[template(path = "gatherings/survey.html")]
struct SurveyPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    /// Whose answers they are.
    name: String,
    person: String,
    action: String,
    back: String,
    mode: &'static str,
    answered: bool,
    questions: Vec<QuestionView>,
    errors: FieldErrors,
}

/// `GET /registrations/{id}/survey`.
pub async fn form(cx: Cx, Path(party): Path<Uuid>) -> Handled {
    let people = mine::own(&cx, party).await?;
    open(&cx, &people, &format!("/registrations/{party}")).await
}

/// `GET /tickets/{secret}/survey`.
pub async fn form_of_ticket(cx: Cx, Path(secret): Path<String>) -> Handled {
    let people = mine::by_ticket(&cx, &secret).await?;
    open(&cx, &people, &format!("/tickets/{secret}")).await
}

/// `POST /registrations/{id}/survey`. Staff read registrations, but do not answer for others.
pub async fn submit(cx: Cx, Path(party): Path<Uuid>, sent: Submission) -> Handled {
    let people = mine::own(&cx, party).await?;
    if people.first().is_none_or(|lead| lead.account != cx.actor.account) {
        return Err(Error::Forbidden.into());
    }
    take(&cx, &people, &format!("/registrations/{party}"), &sent.input).await
}

/// `POST /tickets/{secret}/survey`.
pub async fn submit_of_ticket(cx: Cx, Path(secret): Path<String>, sent: Submission) -> Handled {
    let people = mine::by_ticket(&cx, &secret).await?;
    take(&cx, &people, &format!("/tickets/{secret}"), &sent.input).await
}

/// The person that the address or the form names; the lead without one.
fn chosen<'a>(people: &'a [Registration], person: Option<&str>) -> Result<&'a Registration> {
    match person.filter(|person| !person.is_empty()) {
        Some(person) => people.iter().find(|one| one.id.to_string() == person).ok_or(Error::NotFound),
        None => people.first().ok_or(Error::NotFound),
    }
}

/// The questions of a survey in their order, whoever reads them.
pub async fn questions(cx: &Cx, gathering: Uuid) -> Result<Vec<Record>> {
    let mut questions =
        records::linking(&cx.app.db, &SURVEY_QUESTION, "gathering", gathering, Scope::Everything).await?;
    questions.sort_by_key(|question| (question.integer("ordinal").unwrap_or(999), question.id));
    Ok(questions)
}

async fn open(cx: &Cx, people: &[Registration], path: &str) -> Handled {
    let person = cx.query.split('&').find_map(|pair| pair.strip_prefix("person="));
    let one = chosen(people, person)?;
    show(cx, one, path, &Input::default(), FieldErrors::default(), 200).await
}

async fn take(cx: &Cx, people: &[Registration], path: &str, sent: &Input) -> Handled {
    let one = chosen(people, sent.first("person"))?;
    let mut errors = FieldErrors::default();
    let answers = answers::read(&questions(cx, one.gathering).await?, sent, &mut errors);
    if !errors.is_empty() {
        return show(cx, one, path, sent, errors, 422).await;
    }
    let shown = Mode::from_code(sent.first("mode").unwrap_or_default()).ok_or_else(survey::closed)?;
    survey::answer(&cx.db(), one, shown, &answers).await?;
    Ok(notice::redirect(cx, path, Done::Sent, None))
}

async fn show(cx: &Cx, one: &Registration, path: &str, sent: &Input, errors: FieldErrors, status: u16) -> Handled {
    let found = records::find(&cx.app.db, &GATHERING, one.gathering, Scope::Everything).await?;
    let gathering = found.ok_or(Error::NotFound)?;
    let mode = Mode::of(&gathering).ok_or_else(survey::closed)?;
    let answered = rows::turn(&cx.app.db, one.id).await?.ok_or_else(survey::closed)?;
    let questions = questions(cx, gathering.id).await?;
    let page = SurveyPage {
        crumbs: crumbs_in(cx, &gathering),
        title: gathering.called(cx.lang),
        name: one.name.clone(),
        person: one.id.to_string(),
        action: cx.href(&format!("{path}/survey")),
        back: cx.href(path),
        mode: mode.code(),
        answered,
        questions: questions.iter().map(|question| question_view(cx, question, sent, &errors)).collect(),
        errors,
        cx,
    };
    web::html_with(status, &page)
}
