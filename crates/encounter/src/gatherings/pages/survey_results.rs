//! What a survey said, for whoever runs the gathering: the questions, the counts, and the answers as a table.

use super::survey::questions;
use super::{crumbs_in, visible};
use crate::gatherings::model::survey::{self as model, LEAST, Mode, Tally};
use crate::gatherings::records::SURVEY_QUESTION;
use crate::gatherings::store as rows;
use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use kernel::record::Record;
use kernel::{Error, Lang, Uuid, both};
use serde_json::Value;
use web::layout::Crumb;
use web::records::exchange::export::{csv_text, download, workbook};
use web::{Cx, Handled};

/// One choice with how often it was taken.
struct Bar {
    label: String,
    count: usize,
    share: String,
}

struct Outcome {
    label: String,
    answered: usize,
    mean: String,
    bars: Vec<Bar>,
    texts: Vec<String>,
}

struct QuestionLine {
    label: String,
    kind: String,
    href: String,
}

#[derive(Template)]
#[template(path = "gatherings/survey_results.html")]
struct ResultsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    mode: (String, &'static str),
    figures: Vec<(&'static str, String)>,
    /// Said instead of results while there are too few.
    hidden: String,
    results: Vec<Outcome>,
    questions: Vec<QuestionLine>,
    settings: String,
    add: String,
    csv: String,
    xlsx: String,
}

/// `GET /gatherings/{id}/survey`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let questions = questions(&cx, id).await?;
    let answers = rows::survey_answers(&cx.app.db, id).await?;
    let (asked, answered) = rows::turns(&cx.app.db, id).await?;
    let mode = Mode::of(&gathering);
    let shown = shows(&gathering, &answers);
    let values: Vec<Value> = answers.iter().map(|(_, given)| given.clone()).collect();
    let here = |rest: &str| cx.href(&format!("/gatherings/{id}/{rest}"));
    let file =
        |ending: &str| if shown && !answers.is_empty() { here(&format!("survey.{ending}")) } else { String::new() };
    web::html(&ResultsPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        mode: super::term(&cx, &gathering, "survey"),
        figures: vec![
            (cx.t("お願いした人", "Asked"), asked.to_string()),
            (cx.t("回答", "Answers"), answered.to_string()),
            (cx.t("回答率", "Response"), share(answered, asked)),
        ],
        hidden: if shown || mode.is_none() { String::new() } else { hidden(&cx) },
        results: match shown && !answers.is_empty() {
            true => questions.iter().map(|q| result(model::tally(q, &values, cx.lang))).collect(),
            false => Vec::new(),
        },
        questions: questions
            .iter()
            .map(|q| QuestionLine {
                label: q.called(cx.lang),
                kind: super::term(&cx, q, "kind").0,
                href: cx.href(&format!("/{}/{}/edit", SURVEY_QUESTION.path, q.id)),
            })
            .collect(),
        settings: if mode.is_none() { here("edit#f-survey") } else { String::new() },
        add: cx.href(&format!("/{}/new?gathering={id}", SURVEY_QUESTION.path)),
        csv: file("csv"),
        xlsx: file("xlsx"),
        cx: &cx,
    })
}

/// Anonymous answers wait until there are enough of them. Answers without a name stay anonymous whatever the setting is now.
fn shows(gathering: &Record, answers: &[(Option<(String, String)>, Value)]) -> bool {
    let nameless = answers.iter().filter(|(who, _)| who.is_none()).count();
    let mode = if nameless > 0 { Mode::Anonymous } else { Mode::of(gathering).unwrap_or(Mode::Named) };
    mode.shows(if nameless > 0 { nameless } else { answers.len() })
}

fn hidden(cx: &Cx) -> String {
    match cx.lang {
        Lang::Ja => {
            format!("無記名のため、回答が{LEAST}件になるまで結果を見せません。少ないと、だれの回答か分かるからです。")
        }
        Lang::En => format!(
            "Answers are anonymous, so results are shown from {LEAST} answers on: fewer would tell who said what."
        ),
    }
}

fn share(part: i64, whole: i64) -> String {
    if whole > 0 { format!("{} %", (part * 100 + whole / 2) / whole) } else { "–".to_owned() }
}

fn result(tally: Tally) -> Outcome {
    let answered = tally.answered;
    let whole = i64::try_from(answered).unwrap_or(0);
    let bar =
        |(label, count): (String, usize)| Bar { share: share(i64::try_from(count).unwrap_or(0), whole), label, count };
    Outcome {
        label: tally.label,
        answered,
        mean: tally.mean.unwrap_or_default(),
        bars: tally.counts.into_iter().map(bar).collect(),
        texts: tally.texts,
    }
}

async fn table(cx: &Cx, id: Uuid) -> kernel::Result<Vec<Vec<String>>> {
    let gathering = visible(cx, id).await?;
    let answers = rows::survey_answers(&cx.app.db, id).await?;
    if answers.is_empty() || !shows(&gathering, &answers) {
        return Err(Error::conflict(both(
            "まだ見せられる回答がありません。",
            "There are no answers that may be shown yet.",
        )));
    }
    let named = answers.iter().any(|(who, _)| who.is_some());
    Ok(model::table(&questions(cx, id).await?, &answers, named, cx.lang))
}

/// `GET /gatherings/{id}/survey.csv`, with a byte order mark so that spreadsheets read UTF-8.
pub async fn csv(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let text = format!("\u{feff}{}", csv_text(table(&cx, id).await?)?);
    Ok(download("text/csv; charset=utf-8", "survey.csv", Body::from(text)))
}

/// `GET /gatherings/{id}/survey.xlsx`.
pub async fn xlsx(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (table, title) = (table(&cx, id).await?, cx.t("アンケート", "Survey"));
    let bytes = tokio::task::spawn_blocking(move || workbook(title, &table)).await.map_err(Error::internal)??;
    Ok(download("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "survey.xlsx", Body::from(bytes)))
}
