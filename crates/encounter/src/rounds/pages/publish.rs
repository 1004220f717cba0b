//! Asking for wishes, publishing, and the history of publications.

use super::runs::{Told, told};
use super::{Submission, crumbs, for_officer, for_reader, tabs};
use crate::rounds::actions::{mails, publish as act, setup};
use crate::rounds::model::State;
use crate::rounds::store as rows;
use askama::Template;
use axum::extract::Path;
use kernel::Uuid;
use std::collections::HashSet;
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "rounds/ask.html")]
struct AskPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    deadline: String,
    reached: usize,
    /// Name and secret address of those without mail or account.
    by_hand: Vec<(String, String)>,
}

/// `GET /rounds/{id}/ask`.
pub async fn ask_page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let accounts = mails::accounts(&cx.app.db).await?;
    let (reached, by_hand): (Vec<_>, Vec<_>) =
        dossier.participants.iter().filter(|p| !p.withdrawn).partition(|p| !mails::recipients(p, &accounts).is_empty());
    html(&AskPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        action: cx.href(&format!("/rounds/{id}/ask")),
        back: cx.href(&format!("/rounds/{id}")),
        deadline: dossier
            .deadline()
            .map(|at| kernel::calendar::date_time_long(cx.lang, dossier.grid.local(at)))
            .unwrap_or_default(),
        reached: reached.len(),
        by_hand: by_hand
            .iter()
            .map(|p| (p.called(cx.lang).to_owned(), cx.absolute(&format!("/{}/my-round/{}", p.language, p.secret))))
            .collect(),
        cx: &cx,
    })
}

/// `POST /rounds/{id}/ask`.
pub async fn ask(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    act::ask(&Doing::of(&cx), id, sent.input.first("mail") == Some("true")).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Started, None))
}

#[derive(Template)]
#[template(path = "rounds/publish.html")]
struct PublishPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    first: bool,
    meetings: usize,
    changes: Vec<Told>,
    concerned: usize,
    mails: usize,
    open_to: &'static str,
}

/// `GET /rounds/{id}/publish`: what would be told, and to whom.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let newest = rows::newest_version(&cx.app.db, id).await?;
    let pending = act::pending(&dossier, &rows::published(&cx.app.db, id).await?);
    let accounts = mails::accounts(&cx.app.db).await?;
    let touched: HashSet<Uuid> = pending.iter().flat_map(|change| [change.a, change.b]).collect();
    let concerned: Vec<_> = dossier.participants.iter().filter(|p| touched.contains(&p.id)).collect();
    let field = crate::rounds::records::ROUND.field("open_to").and_then(|field| field.vocabulary());
    let open_to = field.and_then(|v| v.term(dossier.round.plain("open_to"))).map_or("", |term| term.label.get(cx.lang));
    html(&PublishPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        action: cx.href(&format!("/rounds/{id}/publish")),
        back: cx.href(&format!("/rounds/{id}/timetable")),
        first: newest.is_none(),
        meetings: dossier.planned().count(),
        mails: concerned.iter().map(|p| mails::recipients(p, &accounts).len()).sum(),
        concerned: concerned.len(),
        changes: if newest.is_some() { told(&dossier, &pending, cx.lang) } else { Vec::new() },
        open_to,
        cx: &cx,
    })
}

/// `POST /rounds/{id}/publish`.
pub async fn publish(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let words = sent.input.first("note").unwrap_or_default();
    act::publish(&Doing::of(&cx), id, words, sent.input.first("mail") == Some("true")).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Sent, None))
}

/// `POST /rounds/{id}/close`: the round is over.
pub async fn hold(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    setup::turn(&Doing::of(&cx), id, State::Held).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None))
}

struct VersionShown {
    number: i64,
    at: String,
    by: String,
    note: String,
    meetings: i64,
    mails: i64,
    changes: Vec<Told>,
}

#[derive(Template)]
#[template(path = "rounds/versions.html")]
struct VersionsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    title: String,
    officer: bool,
    versions: Vec<VersionShown>,
}

/// `GET /rounds/{id}/versions`.
pub async fn versions(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (dossier, _) = for_reader(&cx, id).await?;
    let officer = cx.actor.may(kernel::Permission::RunRounds);
    let all = rows::versions(&cx.app.db, id).await?;
    let shown = all.iter().map(|version| VersionShown {
        number: version.number,
        at: kernel::calendar::date_time_long(cx.lang, version.published_at.with_timezone(&cx.hub.zone).naive_local()),
        by: if officer { version.published_by.clone() } else { String::new() },
        note: version.note.clone(),
        meetings: version.meeting_count,
        mails: version.mails,
        changes: if version.number > 1 { told(&dossier, &version.changed(), cx.lang) } else { Vec::new() },
    });
    html(&VersionsPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        tabs: tabs(&cx, &dossier, "/versions"),
        title: dossier.round.called(cx.lang),
        officer,
        versions: shown.collect(),
        cx: &cx,
    })
}
