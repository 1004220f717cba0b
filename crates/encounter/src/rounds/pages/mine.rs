//! A participant's own page behind its secret address: the question while answers are taken, the schedule afterwards.

use super::{Submission, schedule, wishes};
use crate::matching::Matching;
use crate::rounds::actions::answers::{self, By};
use crate::rounds::model::{Dossier, Participant, State};
use crate::rounds::store as rows;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use kernel::{Actor, Error, Result};
use std::sync::Arc;
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled};

async fn opened(cx: &Cx, secret: &str) -> Result<(Dossier, Participant)> {
    let (round, who) = rows::by_secret(&cx.app.db, secret).await?.ok_or(Error::NotFound)?;
    let dossier = rows::dossier(&cx.app.db, cx.hub.zone, round).await?;
    let participant = dossier.participant(who).cloned().ok_or(Error::NotFound)?;
    if dossier.state() == State::Drafting {
        return Err(Error::NotFound);
    }
    Ok((dossier, participant))
}

/// `GET /my-round/{secret}`.
pub async fn page(cx: Cx, matching: Arc<Matching>, Path(secret): Path<String>) -> Handled {
    let (round, who) = rows::by_secret(&cx.app.db, &secret).await?.ok_or(Error::NotFound)?;
    let own = rows::own(&cx.app.db, cx.hub.zone, round, who).await?;
    let published = match own.state() >= State::Published {
        true => rows::newest_version(&cx.app.db, round).await?,
        false => None,
    };
    let mut response = match published {
        Some(version) => {
            let participant = own.participant(who).ok_or(Error::NotFound)?;
            schedule::show(&cx, &own, &version, participant, true).await?
        }
        None => {
            let (dossier, participant) = opened(&cx, &secret).await?;
            let action = cx.href(&format!("/my-round/{secret}"));
            wishes::show(&cx, &matching, &dossier, &participant, action, By::Participant)?
        }
    };
    // The address is a key: it goes to no other site and into no search index.
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// `POST /my-round/{secret}`.
pub async fn save(cx: Cx, Path(secret): Path<String>, sent: Submission) -> Handled {
    let (dossier, participant) = opened(&cx, &secret).await?;
    let answer = wishes::read(&dossier, &participant, &sent);
    let actor = Actor { label: participant.name.clone(), ..Actor::visitor() };
    let doing = Doing { app: &cx.app, actor: &actor, db: cx.db() };
    answers::answer(&doing, dossier.round.id, participant.id, By::Participant, &answer).await?;
    Ok(notice::redirect(&cx, &format!("/my-round/{secret}"), Done::Saved, None))
}
