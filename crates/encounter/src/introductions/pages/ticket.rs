//! The answer of somebody without an account, by the secret of a mail. Reading changes nothing: only the button answers,
//! so programs that follow links in mails answer nothing. Contact details are never here; they come by mail.

use super::show::read_answer;
use super::{counterpart, day};
use crate::introductions::actions::answer::answer_by_ticket;
use crate::introductions::model::{Side, awaited, until};
use crate::introductions::store as rows;
use askama::Template;
use axum::extract::Path;
use kernel::Error;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "introductions/answer.html")]
struct AnswerPage<'a> {
    cx: &'a Cx,
    title: String,
    message: String,
    action: String,
    last: String,
    through: bool,
    open: bool,
}

/// `GET /introduction-answers/{secret}`.
pub async fn page(cx: Cx, Path(secret): Path<String>) -> Handled {
    let (id, side) = rows::ticket(&cx.app.db, &secret).await?;
    let one = rows::find(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    let open = awaited(&one).contains(&side) && cx.now() < until(&one);
    html(&AnswerPage {
        title: counterpart(&cx, &one, side),
        message: one.message.clone(),
        action: cx.href(&format!("/introduction-answers/{secret}")),
        last: day(&cx, until(&one)),
        through: side == Side::Through,
        open,
        cx: &cx,
    })
}

/// `POST /introduction-answers/{secret}`.
pub async fn answer(cx: Cx, Path(secret): Path<String>, sent: Submission) -> Handled {
    answer_by_ticket(&Doing::of(&cx), &secret, read_answer(&sent)?).await?;
    Ok(notice::redirect(&cx, &format!("/introduction-answers/{secret}"), Done::Sent, None))
}
