//! What came of a meeting: each side's own note, which the other never sees, and the next step that both see.

use super::{Submission, crumbs};
use crate::rounds::actions::day;
use crate::rounds::model::{Dossier, Meeting, Side, State};
use crate::rounds::{policy, store as rows};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Permission, Result, Uuid};
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "rounds/outcome.html")]
struct OutcomePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    when: String,
    action: String,
    /// Code, name and words of the notes that this reader may read and write.
    notes: Vec<(&'static str, String, String)>,
    next_step: String,
}

/// The meeting and the sides for which the reader may write; nobody else finds it.
async fn opened(cx: &Cx, id: Uuid, meeting: Uuid) -> Result<(Dossier, Meeting, Vec<Side>)> {
    let dossier = rows::dossier(&cx.app.db, cx.hub.zone, id).await?;
    let found = dossier.meetings.iter().find(|m| m.id == meeting && dossier.state() >= State::Published).cloned();
    let found = found.ok_or(Error::NotFound)?;
    let acts = |side: &Side| dossier.participant(found.with(*side)).is_some_and(|p| policy::answers_for(&cx.actor, p));
    let sides: Vec<Side> = Side::BOTH.into_iter().filter(acts).collect();
    if sides.is_empty() && !cx.actor.may(Permission::RunRounds) {
        return Err(Error::NotFound);
    }
    Ok((dossier, found, sides))
}

/// `GET /rounds/{id}/outcomes/{meeting}`.
pub async fn page(cx: Cx, Path((id, meeting)): Path<(Uuid, Uuid)>) -> Handled {
    let (dossier, m, sides) = opened(&cx, id, meeting).await?;
    let written = rows::outcomes(&cx.app.db, meeting).await?;
    let words = |code: &str| written.iter().find(|o| o.side == code).map(|o| o.words.clone()).unwrap_or_default();
    html(&OutcomePage {
        crumbs: crumbs(&cx, Some(&dossier)),
        title: format!("{} × {}", dossier.name(m.a, cx.lang), dossier.name(m.b, cx.lang)),
        when: dossier.when(m.starts_at, cx.lang),
        action: cx.href(&format!("/rounds/{id}/outcomes/{meeting}")),
        notes: sides
            .iter()
            .map(|s| (s.code(), dossier.name(m.with(*s), cx.lang).to_owned(), words(s.code())))
            .collect(),
        next_step: words("both"),
        cx: &cx,
    })
}

/// `POST /rounds/{id}/outcomes/{meeting}`.
pub async fn save(cx: Cx, Path((id, meeting)): Path<(Uuid, Uuid)>, sent: Submission) -> Handled {
    let (_, _, sides) = opened(&cx, id, meeting).await?;
    let doing = Doing::of(&cx);
    for side in sides {
        if let Some(words) = sent.input.first(side.code()) {
            day::outcome(&doing, id, meeting, Some(side), words).await?;
        }
    }
    if let Some(words) = sent.input.first("both") {
        day::outcome(&doing, id, meeting, None, words).await?;
    }
    Ok(notice::redirect(&cx, &format!("/rounds/{id}/outcomes/{meeting}"), Done::Saved, None))
}
