//! A participant's answer: whom to meet, when not, who attends. For the participant and, on behalf, for officers. Shows of
//! the other side only its name, offer and issue; never an address.

use super::{Submission, crumbs};
use crate::rounds::actions::setup::{self, Answer, By};
use crate::rounds::model::{Dossier, Participant, Wish, Wished};
use crate::rounds::{policy, store as rows};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Permission, Uuid};
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled, html};

struct Counterpart {
    id: Uuid,
    name: String,
    other: String,
    offer: String,
    issue: String,
    /// must, want, no, or empty.
    wish: &'static str,
    note: String,
}

struct Day {
    day: String,
    slots: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "rounds/wishes.html")]
struct WishesPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    who: String,
    about: String,
    action: String,
    deadline: String,
    closed: String,
    on_behalf: bool,
    saved: bool,
    others: Vec<Counterpart>,
    options: [(&'static str, &'static str, &'static str); 4],
    days: Vec<Day>,
    representatives: String,
    offer: String,
    issue: String,
}

/// The page for one participant.
pub fn show(cx: &Cx, dossier: &Dossier, who: &Participant, action: String, by: By) -> Handled {
    let open = policy::takes_answers(dossier.state(), dossier.deadline(), cx.now());
    let closed = match (by, open) {
        (By::Participant, Err(Error::Conflict(said))) => said.get(cx.lang).to_owned(),
        _ => String::new(),
    };
    let others = dossier.active(who.side.other()).map(|other| {
        let wished = dossier.wishes.get(&(who.id, other.id));
        let second = other.called(cx.lang.other());
        Counterpart {
            id: other.id,
            name: other.called(cx.lang).to_owned(),
            other: if second == other.called(cx.lang) { String::new() } else { second.to_owned() },
            offer: other.offer.clone(),
            issue: other.issue.clone(),
            wish: wished.map_or("", |wished| wished.wish.code()),
            note: wished.map(|wished| wished.note.clone()).unwrap_or_default(),
        }
    });
    let day = |day: usize| Day {
        day: dossier
            .grid
            .of_day(day)
            .next()
            .map(|s| kernel::calendar::date_long(cx.lang, s.local.date()))
            .unwrap_or_default(),
        slots: dossier
            .grid
            .of_day(day)
            .map(|s| {
                Choice::new(s.starts_at.to_rfc3339(), super::span(dossier, s.starts_at, 0))
                    .chosen(who.off.contains(&s.starts_at))
            })
            .collect(),
    };
    html(&WishesPage {
        crumbs: if by == By::Officer { crumbs(cx, Some(dossier)) } else { Vec::new() },
        title: dossier.round.called(cx.lang),
        who: who.called(cx.lang).to_owned(),
        about: super::facts(cx, dossier),
        action,
        deadline: dossier
            .deadline()
            .map(|at| kernel::calendar::date_time_long(cx.lang, dossier.grid.local(at)))
            .unwrap_or_default(),
        closed,
        on_behalf: by == By::Officer,
        saved: who.answered_at.is_some(),
        others: others.collect(),
        options: [
            ("must", cx.t("必ず", "Must"), "◎"),
            ("want", cx.t("会いたい", "Like to"), "○"),
            ("", cx.t("どちらでも", "Either"), "–"),
            ("no", cx.t("見送る", "No thanks"), "×"),
        ],
        days: (0..dossier.grid.days()).map(day).collect(),
        representatives: who.representatives.clone(),
        offer: who.offer.clone(),
        issue: who.issue.clone(),
        cx,
    })
}

/// What a form says. Wishes of counterparts that were not on it stay.
pub fn read(dossier: &Dossier, who: &Participant, sent: &Submission) -> Answer {
    let text = |field: &str, most: usize| -> String {
        sent.input.first(field).unwrap_or_default().trim().chars().take(most).collect()
    };
    let mut answer = Answer {
        off: sent.input.all("off").iter().filter_map(|text| super::read_instant(text)).collect(),
        representatives: text("representatives", 2000),
        offer: text("offer", 2000),
        issue: text("issue", 2000),
        ..Answer::default()
    };
    for other in dossier.side(who.side.other()) {
        let Some(code) = sent.input.first(&format!("wish.{}", other.id)) else { continue };
        let note = text(&format!("note.{}", other.id), 500);
        answer.wishes.insert(other.id, Wish::from_code(code).map(|wish| Wished { wish, note }));
    }
    answer
}

async fn for_who(cx: &Cx, id: Uuid, who: Uuid) -> Result<(Dossier, Participant, By), Error> {
    let dossier = rows::dossier(&cx.app.db, cx.hub.zone, id).await?;
    let participant = dossier.participant(who).cloned().ok_or(Error::NotFound)?;
    if cx.actor.may(Permission::RunRounds) {
        return Ok((dossier, participant, By::Officer));
    }
    let open = dossier.state() > crate::rounds::model::State::Drafting;
    if open && policy::answers_for(&cx.actor, &participant) {
        return Ok((dossier, participant, By::Participant));
    }
    Err(Error::NotFound)
}

/// `GET /rounds/{id}/wishes/{who}`.
pub async fn page(cx: Cx, Path((id, who)): Path<(Uuid, Uuid)>) -> Handled {
    let (dossier, participant, by) = for_who(&cx, id, who).await?;
    show(&cx, &dossier, &participant, cx.href(&format!("/rounds/{id}/wishes/{who}")), by)
}

/// `POST /rounds/{id}/wishes/{who}`.
pub async fn save(cx: Cx, Path((id, who)): Path<(Uuid, Uuid)>, sent: Submission) -> Handled {
    let (dossier, participant, by) = for_who(&cx, id, who).await?;
    let answer = read(&dossier, &participant, &sent);
    setup::answer(&Doing::of(&cx), id, who, by, &answer).await?;
    let next = if by == By::Officer { format!("/rounds/{id}") } else { format!("/rounds/{id}/wishes/{who}") };
    Ok(notice::redirect(&cx, &next, Done::Saved, None))
}
