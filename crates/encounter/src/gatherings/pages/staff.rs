//! Registrations as whoever runs the gathering sees them: counts, the queue, answers, mails that wait.

use super::mine::state_words;
use super::{crumbs_in, register, visible};
use crate::gatherings::actions::answer;
use crate::gatherings::model::answers;
use crate::gatherings::model::membership::Perk;
use crate::gatherings::policy;
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Uuid};
use store::{atomically, outbox};
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled};

struct Line {
    name: String,
    organization: String,
    email: String,
    leads: bool,
    state: (String, &'static str),
    at: String,
    present: bool,
    perks: Vec<&'static str>,
    answers: Vec<(String, String)>,
    accept: String,
    decline: String,
    cancel: String,
    badge: String,
    certificate: String,
}

#[derive(Template)]
#[template(path = "gatherings/registrations.html")]
struct RegistrationsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    figures: Vec<(&'static str, String)>,
    lines: Vec<Line>,
    held: usize,
    release: String,
}

/// `GET /gatherings/{id}/registrations`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let seats = rows::seats(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    let questions = register::questions(&cx, id).await?;
    let all = rows::registrations(&cx.app.db, id).await?;
    let order = |state: &str| ["asked", "confirmed", "waiting"].iter().position(|known| *known == state).unwrap_or(3);
    let mut sorted: Vec<_> = all.iter().collect();
    sorted.sort_by_key(|one| (order(&one.state), one.created_at, one.party, !one.leads));
    let granted = rows::grants_at(&cx.app.db, id).await?;
    let asked = all.iter().filter(|one| one.state == "asked").count();
    let present = all.iter().filter(|one| one.checked_in_at.is_some()).count();
    let capacity = seats.capacity.map_or_else(|| cx.t("上限なし", "no limit").to_owned(), |n| n.to_string());
    let lines = sorted.into_iter().map(|one| {
        let act = |shown: bool, verb: &str| {
            if shown { cx.href(&format!("/registrations/{}/{verb}", one.party)) } else { String::new() }
        };
        let paper = |there: bool, file: &str| act(there, &format!("{file}.pdf?person={}", one.id));
        Line {
            name: one.name.clone(),
            organization: one.organization.clone(),
            email: one.email.clone().unwrap_or_default(),
            leads: one.leads,
            state: state_words(&cx, &one.state),
            at: kernel::calendar::date_time_long(cx.lang, one.created_at.with_timezone(&cx.hub.zone).naive_local()),
            present: one.checked_in_at.is_some(),
            perks: perks_of(&cx, one, &granted),
            answers: match &one.answers {
                Some(json) => questions
                    .iter()
                    .map(|q| (q.called(cx.lang), answers::words(q, json, cx.lang)))
                    .filter(|(_, words)| !words.is_empty())
                    .collect(),
                None => Vec::new(),
            },
            accept: act(one.leads && one.state == "asked", "accept"),
            decline: act(one.leads && one.state == "asked", "decline"),
            cancel: act(one.leads && one.stands(), "cancel"),
            badge: paper(one.state == "confirmed", "badges"),
            certificate: paper(one.state == "confirmed" && one.checked_in_at.is_some(), "certificates"),
        }
    });
    web::html(&RegistrationsPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        figures: vec![
            (cx.t("参加", "Confirmed"), seats.taken.to_string()),
            (cx.t("定員", "Seats"), capacity),
            (cx.t("会員席", "Kept for members"), format!("{} / {}", seats.reserved_taken, seats.reserved)),
            (cx.t("キャンセル待ち", "Waiting"), seats.waiting.to_string()),
            (cx.t("確認待ち", "To answer"), asked.to_string()),
            (cx.t("受付済み", "Checked in"), present.to_string()),
        ],
        lines: lines.collect(),
        held: rows::held_mails(&cx.app.db, id).await?.len(),
        release: cx.href(&format!("/gatherings/{id}/release-mails")),
        cx: &cx,
    })
}

fn perks_of(cx: &Cx, one: &rows::Registration, granted: &[(Uuid, Perk)]) -> Vec<&'static str> {
    let seat = one.reserved.then(|| cx.t("会員席", "Kept seat"));
    let price = granted.contains(&(one.party, Perk::Discount)).then(|| cx.t("会員価格", "Member price"));
    seat.into_iter().chain(price).collect()
}

async fn gathering_of(cx: &Cx, party: Uuid) -> kernel::Result<Uuid> {
    let people = rows::party(&cx.app.db, party).await?;
    let gathering = people.first().map(|one| one.gathering).ok_or(Error::NotFound)?;
    visible(cx, gathering).await?;
    Ok(gathering)
}

/// `POST /registrations/{id}/accept`.
pub async fn accept(cx: Cx, Path(party): Path<Uuid>) -> Handled {
    let gathering = gathering_of(&cx, party).await?;
    answer::accept(&Doing::of(&cx), party).await?;
    Ok(notice::redirect(&cx, &format!("/gatherings/{gathering}/registrations"), Done::Accepted, None))
}

/// `POST /registrations/{id}/decline`.
pub async fn decline(cx: Cx, Path(party): Path<Uuid>) -> Handled {
    let gathering = gathering_of(&cx, party).await?;
    answer::decline(&Doing::of(&cx), party).await?;
    Ok(notice::redirect(&cx, &format!("/gatherings/{gathering}/registrations"), Done::Declined, None))
}

/// `POST /gatherings/{id}/release-mails`: lets the mails that wait go out.
pub async fn release(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    policy::may_run(&cx.actor)?;
    visible(&cx, id).await?;
    let held = rows::held_mails(&cx.app.db, id).await?;
    atomically!(cx.db(), |tx| {
        for mail in &held {
            match outbox::release(tx, *mail).await {
                // Somebody else released it meanwhile.
                Ok(()) | Err(store::Error::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })?;
    Ok(notice::redirect(&cx, &format!("/gatherings/{id}/registrations"), Done::Sent, None))
}
