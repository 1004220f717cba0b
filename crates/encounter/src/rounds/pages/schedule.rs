//! A participant's own schedule: page, phone, paper, calendar.

use super::{Line, crumbs, lines, rows};
use crate::rounds::model::{Dossier, Participant};
use crate::rounds::policy;
use crate::rounds::store::Version;
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Permission, Uuid};
use web::layout::Crumb;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "rounds/schedule.html")]
struct SchedulePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    who: String,
    facts: String,
    lines: Vec<Line>,
    late: bool,
    calendar: String,
    version: String,
    representatives: String,
    zone: String,
    own_zone: String,
}

/// The schedule of one participant as published; `dossier` is the round as it knows it. `own`: behind its secret address or
/// by who acts for it.
pub async fn show(cx: &Cx, dossier: &Dossier, version: &Version, who: &Participant, own: bool) -> Handled {
    let delays = super::delays(cx, dossier).await?;
    let mut lines = lines(cx, dossier, &dossier.meetings, &delays, who.id);
    if cx.actor.may(Permission::RunRounds) || policy::answers_for(&cx.actor, who) {
        for line in &mut lines {
            line.outcome_href = cx.href(&format!("/rounds/{}/outcomes/{}", dossier.round.id, line.id));
        }
    }
    let at = version.published_at.with_timezone(&dossier.grid.zone).naive_local();
    let when = kernel::calendar::date_time_long(cx.lang, at);
    html(&SchedulePage {
        crumbs: if cx.actor.is_signed_in() { crumbs(cx, Some(dossier)) } else { Vec::new() },
        title: dossier.round.called(cx.lang),
        who: who.called(cx.lang).to_owned(),
        facts: super::day_words(cx, dossier),
        late: lines.iter().any(|line| line.late > 0),
        lines,
        calendar: if own { format!("/files/rounds/{}.ics", who.secret) } else { String::new() },
        version: match cx.lang {
            kernel::Lang::Ja => format!("第{}版・{when}", version.number),
            kernel::Lang::En => format!("Version {}, {when}", version.number),
        },
        representatives: who.representatives.clone(),
        zone: dossier.grid.zone.to_string(),
        own_zone: who.own_zone(dossier.grid.zone).map(|zone| zone.to_string()).unwrap_or_default(),
        cx,
    })
}

/// `GET /rounds/{id}/schedule/{who}`: for officers and for the participant's own people.
pub async fn page(cx: Cx, Path((id, who)): Path<(Uuid, Uuid)>) -> Handled {
    let seen = store::records::find(&cx.app.db, &crate::rounds::records::ROUND, id, cx.scope()).await?;
    seen.ok_or(Error::NotFound)?;
    let version = rows::newest_version(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    let dossier = rows::own(&cx.app.db, cx.hub.zone, id, who).await?;
    let participant = dossier.participant(who).ok_or(Error::NotFound)?;
    let officer = cx.actor.may(Permission::RunRounds);
    if !officer && !policy::reads_schedule(&cx.actor, participant) {
        return Err(Error::NotFound.into());
    }
    let own = officer || policy::answers_for(&cx.actor, participant);
    show(&cx, &dossier, &version, participant, own).await
}
