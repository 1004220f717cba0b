//! Pages of the verbs: suspend, resume, end, take an end back, create a chair's unit. Each asks first, then acts.

use super::show::visible;
use crate::agreements::actions::{chair, life};
use crate::agreements::model::State;
use crate::agreements::policy;
use askama::Template;
use axum::extract::Path;
use chrono::{Days, NaiveDate};
use kernel::record::Record;
use kernel::text::Standing;
use kernel::{Error, FieldErrors, Result, Text, Uuid, both};
use web::layout::fault_of;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

/// What is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Suspend,
    Resume,
    End,
    TakeEndBack,
    Chair,
}

impl Ask {
    const fn path(self) -> &'static str {
        match self {
            Ask::Suspend => "suspend",
            Ask::Resume => "resume",
            Ask::End => "end",
            Ask::TakeEndBack => "reopen",
            Ask::Chair => "chair",
        }
    }

    const fn next(self) -> Option<State> {
        match self {
            Ask::Suspend => Some(State::Suspended),
            Ask::Resume => Some(State::Signed),
            Ask::End => Some(State::Ended),
            Ask::TakeEndBack | Ask::Chair => None,
        }
    }
}

#[derive(Template)]
#[template(path = "agreements/verb.html")]
struct VerbPage<'a> {
    cx: &'a Cx,
    ask: Ask,
    title: String,
    text: &'static str,
    button: &'static str,
    action: String,
    back: String,
    day: String,
    reason_ja: String,
    reason_en: String,
    errors: FieldErrors,
    day_error: String,
}

/// `GET /agreements/{id}/{verb}`.
pub async fn ask(cx: Cx, ask: Ask, Path(id): Path<Uuid>) -> Handled {
    let agreement = visible(&cx, id).await?;
    policy::may_keep(&cx.actor)?;
    if let Some(next) = ask.next() {
        policy::may_turn(State::from_code(agreement.plain("state")), next)?;
    }
    show(&cx, ask, &agreement, &Submission::default(), FieldErrors::default())
}

fn show(cx: &Cx, ask: Ask, agreement: &Record, sent: &Submission, errors: FieldErrors) -> Handled {
    let today = cx.today();
    let usual = if ask == Ask::End { today.checked_sub_days(Days::new(1)).unwrap_or(today) } else { today };
    let field = day_field(ask);
    let written = |path: &str| sent.input.first(path).unwrap_or_default().to_owned();
    let (title, text, button) = words(cx, ask, &agreement.called(cx.lang));
    let address = format!("/agreements/{}", agreement.id);
    let status = if errors.is_empty() { 200 } else { 422 };
    let page = VerbPage {
        ask,
        title,
        text,
        button,
        action: cx.href(&format!("{address}/{}", ask.path())),
        back: cx.href(&address),
        day: sent.input.first(field).map_or_else(|| usual.to_string(), str::to_owned),
        reason_ja: written("reason.ja"),
        reason_en: written("reason.en"),
        day_error: fault_of(&errors, field, cx.lang),
        errors,
        cx,
    };
    web::html_with(status, &page)
}

fn day_field(ask: Ask) -> &'static str {
    if ask == Ask::End { "last_day" } else { "since" }
}

fn words(cx: &Cx, ask: Ask, called: &str) -> (String, &'static str, &'static str) {
    let title = |ja: &str, en: &str| match cx.lang {
        kernel::Lang::Ja => format!("「{called}」{ja}"),
        kernel::Lang::En => format!("{en} “{called}”?"),
    };
    match ask {
        Ask::Suspend => (
            title("を停止しますか", "Suspend"),
            cx.t(
                "すぐに効きます。再開するまで、この協定は何も認めません。",
                "This holds at once. Until it is resumed, the agreement grants nothing.",
            ),
            cx.t("停止する", "Suspend"),
        ),
        Ask::Resume => (
            title("を再開しますか", "Resume"),
            cx.t("きょうから再び有効になります。", "It is in force again from today."),
            cx.t("再開する", "Resume"),
        ),
        Ask::End => (
            title("を終了しますか", "End"),
            cx.t(
                "最後の有効日が昨日までなら、すぐに終わります。きょう以降なら、その日まで有効です。",
                "With a last day before today it ends at once; with a later one it stays in force until then.",
            ),
            cx.t("終了する", "End"),
        ),
        Ask::TakeEndBack => (
            title("の終了を取り消しますか", "Take back the end of"),
            cx.t("終了する前の内容に戻ります。", "It goes back to what it was before it ended."),
            cx.t("終了を取り消す", "Take the end back"),
        ),
        Ask::Chair => (
            title("の講座を登録しますか", "Add the unit of"),
            cx.t(
                "受入機関のもとに共同研究講座を登録します。資金提供者と期間は協定から写します。",
                "A joint research chair is added under the host, with funders and term taken from the agreement.",
            ),
            cx.t("講座を登録する", "Add the unit"),
        ),
    }
}

/// `POST /agreements/{id}/{verb}`.
pub async fn act(cx: Cx, ask: Ask, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let agreement = visible(&cx, id).await?;
    match carry_out(&cx, ask, id, &sent).await {
        Ok(()) => Ok(notice::redirect(&cx, &format!("/agreements/{id}"), Done::Saved, None)),
        Err(Error::Invalid(errors)) => show(&cx, ask, &agreement, &sent, errors),
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(cx: &Cx, ask: Ask, id: Uuid, sent: &Submission) -> Result<()> {
    let doing = Doing::of(cx);
    match ask {
        Ask::Suspend => life::suspend(&doing, id, read_day(sent, "since", cx.today())?, reason(sent)?).await.map(drop),
        Ask::Resume => life::resume(&doing, id).await.map(drop),
        Ask::End => {
            let yesterday = cx.today().checked_sub_days(Days::new(1)).unwrap_or(cx.today());
            life::end(&doing, id, read_day(sent, "last_day", yesterday)?).await.map(drop)
        }
        Ask::TakeEndBack => life::take_end_back(&doing, id).await.map(drop),
        Ask::Chair => chair::create_for(&doing, id).await.map(drop),
    }
}

/// An exact day; nothing written means the usual one.
fn read_day(sent: &Submission, field: &str, usual: NaiveDate) -> Result<NaiveDate> {
    let written = sent.input.first(field).unwrap_or_default().trim();
    if written.is_empty() {
        return Ok(usual);
    }
    let read = kernel::edtf::Edtf::parse_human(written).ok().filter(|date| date.earliest() == date.latest());
    let words = both("年月日まで書いてください。例: 2026-04-01", "Write the exact day, for example 2026-04-01.");
    read.and_then(|date| date.earliest()).ok_or_else(|| Error::invalid(field, words))
}

/// Reasons as long as the field of the record allows.
fn reason(sent: &Submission) -> Result<Text> {
    let mut text = Text::default();
    for (tag, path, standing) in [("ja", "reason.ja", Standing::Original), ("en", "reason.en", Standing::Official)] {
        let written = sent.input.first(path).unwrap_or_default().trim();
        if written.chars().count() > 400 {
            return Err(Error::invalid(path, both("400字以内で書いてください。", "Write at most 400 characters.")));
        }
        text.put(tag, written, standing);
    }
    Ok(text)
}

/// The error of a field as its form shows it.
pub fn fault(errors: &FieldErrors, field: &str, cx: &Cx) -> String {
    fault_of(errors, field, cx.lang)
}
