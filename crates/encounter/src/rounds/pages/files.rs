//! Files of a round: sheets to start from, the timetable as a table, and each participant's calendar.

use super::{for_officer, rows};
use crate::rounds::actions::day::delay_of;
use crate::rounds::model::State;
use crate::rounds::model::ics::{Event, calendar as write};
use crate::rounds::sheet::templates;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use chrono::Duration;
use kernel::{Error, Uuid};
use web::records::exchange::export::{self, workbook};
use web::{Cx, Handled};

/// `GET /rounds/{id}/files/{file}`: participants.xlsx, wishes.xlsx, matrix.xlsx, timetable.xlsx.
pub async fn download(cx: Cx, Path((id, file)): Path<(Uuid, String)>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let (title, table) = match file.as_str() {
        "participants.xlsx" => (cx.t("参加者", "Participants"), templates::participants(cx.lang)),
        "wishes.xlsx" => (cx.t("希望", "Wishes"), templates::wishes(cx.lang, Some(&dossier))),
        "matrix.xlsx" => (cx.t("希望の表", "Table of wishes"), templates::matrix(cx.lang, &dossier)),
        "timetable.xlsx" => (cx.t("時間割", "Timetable"), templates::timetable(cx.lang, &dossier)),
        _ => return Err(Error::NotFound.into()),
    };
    let bytes = tokio::task::spawn_blocking(move || workbook(title, &table)).await.map_err(Error::internal)??;
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(export::download(XLSX, &file, Body::from(bytes)))
}

/// `GET /files/rounds/{secret}.ics`: what is published for a participant, for calendars that subscribe.
pub async fn calendar(cx: Cx, Path(secret): Path<String>) -> Handled {
    let secret = secret.strip_suffix(".ics").ok_or(Error::NotFound)?;
    let (round, who) = rows::by_secret(&cx.app.db, secret).await?.ok_or(Error::NotFound)?;
    let dossier = rows::own(&cx.app.db, cx.hub.zone, round, who).await?;
    let version = rows::newest_version(&cx.app.db, round).await?.filter(|_| dossier.state() >= State::Published);
    let version = version.ok_or(Error::NotFound)?;
    let delays = super::delays(&cx, &dossier).await?;
    let lang = dossier.participant(who).map_or(cx.lang, |p| p.language);
    let title = dossier.round.called(lang);
    let events: Vec<Event> = dossier
        .meetings
        .iter()
        .map(|m| {
            let late = delay_of(&delays, dossier.grid.zone, m.starts_at);
            let starts_at = m.starts_at + Duration::minutes(late);
            let other = if m.a == who { m.b } else { m.a };
            Event {
                id: m.id,
                // A delay counts as a change too, so that calendars take it.
                sequence: m.sequence * 1000 + late,
                starts_at,
                ends_at: starts_at + Duration::minutes(dossier.grid.minutes),
                title: format!("{} · {title}", dossier.name(other, lang)),
                place: dossier.place(m, lang),
                url: m.video_link.clone(),
                cancelled: !m.is_on(),
            }
        })
        .collect();
    let host = cx.app.settings.base_url.host_str().unwrap_or("localhost");
    let text = write(&title, host, version.published_at, &events);
    let kind = "text/calendar; charset=utf-8".to_owned();
    let disposition = "attachment; filename=\"schedule.ics\"".to_owned();
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)], text).into_response())
}
