//! A participant's answer: whom to meet, when not, who attends. For the participant and, on behalf, for officers. Shows of
//! the other side only its name, offer and issue; never an address.

use super::{Submission, crumbs, suggestions};
use crate::matching::Matching;
use crate::rounds::actions::answers::{self, Answer, By};
use crate::rounds::model::delegation::{Attendance, Attendee};
use crate::rounds::model::{Dossier, Participant, Wish, Wished};
use crate::rounds::{policy, store as rows};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Permission, Uuid};
use std::sync::Arc;
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
    /// Why the hub suggests them; empty when it does not.
    suggested: String,
    met: String,
}

/// When one of those who attend cannot come.
struct Person {
    id: Uuid,
    name: String,
    days: Vec<Day>,
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
    people: Vec<Person>,
    attendance: Vec<Choice>,
    zone: String,
    representatives: String,
    offer: String,
    issue: String,
}

/// The page for one participant.
pub fn show(cx: &Cx, matching: &Matching, dossier: &Dossier, who: &Participant, action: String, by: By) -> Handled {
    let mut offered = suggestions::offered(&cx.app, matching, dossier, who, cx.lang);
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
            suggested: match wished {
                Some(wished) if wished.suggested => {
                    cx.t("運営からの提案です。", "Suggested by the organizers.").to_owned()
                }
                _ => offered.remove(&other.id).unwrap_or_default(),
            },
            met: dossier.met_before(who.id, other.id).map(|at| met_words(cx, dossier, at)).unwrap_or_default(),
        }
    });
    let mut others: Vec<Counterpart> = others.collect();
    // What is suggested comes first; otherwise the order of the round stays.
    others.sort_by_key(|other| other.suggested.is_empty());
    let days = |off: &std::collections::BTreeSet<chrono::DateTime<chrono::Utc>>| -> Vec<Day> {
        (0..dossier.grid.days()).map(|day| day_of(cx, dossier, day, off)).collect()
    };
    let person =
        |attendee: &Attendee| Person { id: attendee.id, name: attendee.name.clone(), days: days(&attendee.off) };
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
        others,
        options: [
            ("must", cx.t("必ず", "Must"), "◎"),
            ("want", cx.t("会いたい", "Like to"), "○"),
            ("", cx.t("どちらでも", "Either"), "–"),
            ("no", cx.t("見送る", "No thanks"), "×"),
        ],
        days: days(&who.off),
        people: who.attendees.iter().map(person).collect(),
        attendance: Attendance::ALL
            .iter()
            .map(|a| Choice::new(a.code(), a.label().get(cx.lang)).chosen(*a == who.attendance))
            .collect(),
        zone: who.zone.clone(),
        representatives: who.representatives.clone(),
        offer: who.offer.clone(),
        issue: who.issue.clone(),
        cx,
    })
}

fn met_words(cx: &Cx, dossier: &Dossier, at: chrono::DateTime<chrono::Utc>) -> String {
    let day = kernel::calendar::date_long(cx.lang, dossier.grid.local(at).date());
    match cx.lang {
        kernel::Lang::Ja => format!("{day} に会っています"),
        kernel::Lang::En => format!("You met on {day}"),
    }
}

fn day_of(
    cx: &Cx,
    dossier: &Dossier,
    day: usize,
    off: &std::collections::BTreeSet<chrono::DateTime<chrono::Utc>>,
) -> Day {
    let date = dossier.grid.of_day(day).next().map(|slot| slot.local.date());
    let slots = dossier.grid.of_day(day);
    Day {
        day: date.map(|date| kernel::calendar::date_long(cx.lang, date)).unwrap_or_default(),
        slots: slots
            .map(|s| {
                Choice::new(s.starts_at.to_rfc3339(), super::span(dossier, s.starts_at, 0))
                    .chosen(off.contains(&s.starts_at))
            })
            .collect(),
    }
}

/// What a form says. Wishes of counterparts that were not on it stay.
pub fn read(dossier: &Dossier, who: &Participant, sent: &Submission) -> Answer {
    let text = |field: &str, most: usize| -> String {
        sent.input.first(field).unwrap_or_default().trim().chars().take(most).collect()
    };
    let mut answer = Answer {
        off: sent.input.all("off").iter().filter_map(|text| super::read_instant(text)).collect(),
        representatives: text("representatives", 2000),
        attendance: sent.input.first("attendance").map_or(who.attendance, Attendance::from_code),
        // A zone that does not exist says nothing; the one before stays.
        zone: Some(text("zone", 60))
            .filter(|zone| zone.is_empty() || zone.parse::<chrono_tz::Tz>().is_ok())
            .unwrap_or_else(|| who.zone.clone()),
        attendee_off: who
            .attendees
            .iter()
            .filter(|attendee| sent.input.first(&format!("there.{}", attendee.id)).is_some())
            .map(|attendee| {
                let off = sent.input.all(&format!("off.{}", attendee.id));
                (attendee.id, off.iter().filter_map(|text| super::read_instant(text)).collect())
            })
            .collect(),
        offer: text("offer", 2000),
        issue: text("issue", 2000),
        ..Answer::default()
    };
    for other in dossier.side(who.side.other()) {
        let Some(code) = sent.input.first(&format!("wish.{}", other.id)) else { continue };
        let note = text(&format!("note.{}", other.id), 500);
        answer.wishes.insert(other.id, Wish::from_code(code).map(|wish| Wished { wish, note, suggested: false }));
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
pub async fn page(cx: Cx, matching: Arc<Matching>, Path((id, who)): Path<(Uuid, Uuid)>) -> Handled {
    let (dossier, participant, by) = for_who(&cx, id, who).await?;
    show(&cx, &matching, &dossier, &participant, cx.href(&format!("/rounds/{id}/wishes/{who}")), by)
}

/// `POST /rounds/{id}/wishes/{who}`.
pub async fn save(cx: Cx, Path((id, who)): Path<(Uuid, Uuid)>, sent: Submission) -> Handled {
    let (dossier, participant, by) = for_who(&cx, id, who).await?;
    let answer = read(&dossier, &participant, &sent);
    answers::answer(&Doing::of(&cx), id, who, by, &answer).await?;
    let next = if by == By::Officer { format!("/rounds/{id}") } else { format!("/rounds/{id}/wishes/{who}") };
    Ok(notice::redirect(&cx, &next, Done::Saved, None))
}
