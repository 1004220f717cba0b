//! The entrance: a list with one button a person, a field for codes, and a queue for when the network is down.

use super::{crumbs_in, visible};
use crate::gatherings::actions::check_in::{self, Arrival, Met};
use crate::gatherings::store as rows;
use askama::Template;
use axum::Json;
use axum::extract::Path;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use kernel::{Error, Uuid, both};
use serde::Deserialize;
use serde_json::json;
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

struct GuestView {
    id: Uuid,
    name: String,
    organization: String,
    present: bool,
    at: String,
}

#[derive(Template)]
#[template(path = "gatherings/check_in.html")]
struct CheckInPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    action: String,
    sync: String,
    guests: Vec<GuestView>,
    present: usize,
    gathering: Uuid,
}

/// `GET /gatherings/{id}/check-in`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let all = rows::registrations(&cx.app.db, id).await?;
    let mut guests: Vec<GuestView> = all
        .into_iter()
        .filter(|one| one.state == "confirmed")
        .map(|one| GuestView {
            id: one.id,
            name: one.name,
            organization: one.organization,
            present: one.checked_in_at.is_some(),
            at: one
                .checked_in_at
                .map(|at| at.with_timezone(&cx.hub.zone).format("%H:%M").to_string())
                .unwrap_or_default(),
        })
        .collect();
    guests.sort_by_key(|guest| (guest.present, kernel::collate::sort_key(cx.lang, &guest.name)));
    web::html(&CheckInPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        action: cx.href(&format!("/gatherings/{id}/check-in")),
        sync: cx.href(&format!("/gatherings/{id}/check-in/sync")),
        present: guests.iter().filter(|guest| guest.present).count(),
        guests,
        gathering: id,
        cx: &cx,
    })
}

/// `POST /gatherings/{id}/check-in`: one person by id or scanned code; `undo` takes it back.
pub async fn submit(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    visible(&cx, id).await?;
    let written = sent.input.first("code").unwrap_or_default().trim();
    let code = written.rsplit('/').next().unwrap_or(written);
    let person = code.parse::<Uuid>().map_err(|_| {
        Error::invalid(
            "code",
            both("このコードは読み取れません。名前で探してください。", "This code cannot be read. Search by name."),
        )
    })?;
    let doing = Doing::of(&cx);
    if sent.input.has("undo") {
        check_in::leave(&doing, id, person).await?;
    } else {
        let met = check_in::arrive(&doing, id, &[Arrival { registration: person, at: cx.now() }]).await?;
        if met.first() == Some(&Met::Unknown) {
            return Err(Error::conflict(both(
                "この催しの参加者ではないか、参加が決まっていません。",
                "This is no confirmed participant of this gathering.",
            ))
            .into());
        }
    }
    Ok(notice::redirect(&cx, &format!("/gatherings/{id}/check-in"), Done::Saved, None))
}

/// One arrival of a device's queue.
#[derive(Debug, Deserialize)]
pub struct Queued {
    id: Uuid,
    at: DateTime<Utc>,
}

/// Entries of one sending.
const MOST: usize = 500;

/// `POST /gatherings/{id}/check-in/sync`: what a device noted while it was offline. Sent twice, it counts once. The answer
/// also tells who is there by now, as other desks work too.
pub async fn sync(cx: Cx, Path(id): Path<Uuid>, Json(queue): Json<Vec<Queued>>) -> Handled {
    visible(&cx, id).await?;
    if queue.len() > MOST {
        return Err(Error::bad_request(both("一度に500件までです。", "At most 500 at a time.")).into());
    }
    let arrivals: Vec<Arrival> = queue.iter().map(|one| Arrival { registration: one.id, at: one.at }).collect();
    let met = check_in::arrive(&Doing::of(&cx), id, &arrivals).await?;
    let word = |met: &Met| match met {
        Met::New => "new",
        Met::Before => "before",
        Met::Unknown => "unknown",
    };
    let answer: Vec<_> = queue.iter().zip(&met).map(|(one, met)| json!({ "id": one.id, "met": word(met) })).collect();
    let present: Vec<Uuid> = rows::present(&cx.app.db, id).await?;
    Ok(Json(json!({ "met": answer, "present": present })).into_response())
}
