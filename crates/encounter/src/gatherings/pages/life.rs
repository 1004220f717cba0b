//! Pages of the verbs: publish, call off, next edition. Each asks first, then acts.

use super::{crumbs_in, visible};
use crate::gatherings::actions::{clone, life};
use crate::gatherings::policy;
use askama::Template;
use axum::extract::Path;
use chrono::TimeDelta;
use kernel::record::Record;
use kernel::{Error, FieldErrors, Level, Result, Uuid, WallTime};
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

/// What is being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Publish,
    CallOff,
    Next,
}

impl Ask {
    const fn path(self) -> &'static str {
        match self {
            Ask::Publish => "publish",
            Ask::CallOff => "call-off",
            Ask::Next => "next",
        }
    }
}

#[derive(Template)]
#[template(path = "gatherings/verb.html")]
struct VerbPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    ask: Ask,
    title: String,
    text: &'static str,
    button: &'static str,
    action: String,
    back: String,
    audiences: Vec<Choice>,
    start: String,
    start_error: String,
    audience_error: String,
    errors: FieldErrors,
}

/// `GET /gatherings/{id}/{verb}`.
pub async fn ask(cx: Cx, ask: Ask, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    policy::may_run(&cx.actor)?;
    show(&cx, ask, &gathering, &Submission::default(), FieldErrors::default())
}

/// `POST /gatherings/{id}/{verb}`.
pub async fn act(cx: Cx, ask: Ask, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let gathering = visible(&cx, id).await?;
    match carry_out(&cx, ask, id, &sent).await {
        Ok(id) => {
            let done = if ask == Ask::Next { Done::Created } else { Done::Saved };
            Ok(notice::redirect(&cx, &format!("/gatherings/{id}"), done, None))
        }
        Err(Error::Invalid(errors)) => show(&cx, ask, &gathering, &sent, errors),
        Err(error) => Err(error.into()),
    }
}

async fn carry_out(cx: &Cx, ask: Ask, id: Uuid, sent: &Submission) -> Result<Uuid> {
    let doing = Doing::of(cx);
    match ask {
        Ask::Publish => {
            let written = sent.input.first("audience").unwrap_or("public");
            life::publish(&doing, id, Level::from_code(written).unwrap_or(Level::Me)).await.map(|record| record.id)
        }
        Ask::CallOff => life::call_off(&doing, id).await.map(|record| record.id),
        Ask::Next => {
            let written = sent.input.first("start").unwrap_or_default();
            let start = WallTime::parse_human(written).map_err(|error| Error::invalid("start", error))?;
            clone::clone_edition(&doing, id, start).await
        }
    }
}

fn show(cx: &Cx, ask: Ask, gathering: &Record, sent: &Submission, errors: FieldErrors) -> Handled {
    let called = gathering.called(cx.lang);
    let title = |ja: &str, en: &str| match cx.lang {
        kernel::Lang::Ja => format!("「{called}」{ja}"),
        kernel::Lang::En => format!("{en} “{called}”?"),
    };
    let (title, text, button) = match ask {
        Ask::Publish => (
            title("を公開しますか", "Publish"),
            cx.t("選んだ人に、催しとプログラムが見えるようになります。", "The people you choose will see the gathering and its programme."),
            cx.t("公開する", "Publish"),
        ),
        Ask::CallOff => (
            title("を中止しますか", "Call off"),
            cx.t(
                "ページは残り、中止と表示されます。申し込んだ人全員にメールでお知らせします。",
                "The page stays and says so. Everybody who registered gets a mail.",
            ),
            cx.t("中止する", "Call it off"),
        ),
        Ask::Next => (
            title("の次の回を作りますか", "Make the next edition of"),
            cx.t(
                "設定、主催、部屋、プログラム、質問を写し、日時をずらした準備中の催しを作ります。申し込みは写しません。",
                "Settings, hosts, rooms, programme and questions are copied into a draft with moved dates. Registrations are not.",
            ),
            cx.t("次の回を作る", "Make it"),
        ),
    };
    let usual =
        gathering.wall_time("start").map(|start| start.plus(TimeDelta::weeks(52)).to_string()).unwrap_or_default();
    let chosen = sent.input.first("audience").unwrap_or("public").to_owned();
    let circles = [Level::Public, Level::Partners, Level::Members, Level::Staff];
    let address = format!("/gatherings/{}", gathering.id);
    let status = if errors.is_empty() { 200 } else { 422 };
    let page = VerbPage {
        crumbs: crumbs_in(cx, gathering),
        ask,
        title,
        text,
        button,
        action: cx.href(&format!("{address}/{}", ask.path())),
        back: cx.href(&address),
        audiences: circles
            .iter()
            .map(|l| Choice::new(l.code(), l.label().get(cx.lang)).chosen(l.code() == chosen))
            .collect(),
        start: sent.input.first("start").map_or(usual, str::to_owned),
        start_error: fault_of(&errors, "start", cx.lang),
        audience_error: fault_of(&errors, "audience", cx.lang),
        errors,
        cx,
    };
    web::html_with(status, &page)
}
