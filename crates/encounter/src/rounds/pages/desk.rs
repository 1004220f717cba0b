//! What waits for somebody in the rounds of the parties they speak for: a question to answer, the next meeting.

use crate::rounds::store as rows;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Lang, Result, Uuid};
use std::collections::BTreeSet;
use web::Cx;

/// One entry for a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub title: String,
    pub detail: String,
    pub href: String,
    pub at: Option<DateTime<Utc>>,
}

/// Entries of the reader's own parties, in order of time.
pub async fn waiting(cx: &Cx) -> Result<Vec<Waiting>> {
    let parties: BTreeSet<Uuid> = cx.actor.person.into_iter().chain(cx.actor.manages.iter().copied()).collect();
    let mut found = Vec::new();
    for party in parties {
        for asked in rows::asked_of(&cx.app.db, party).await? {
            found.push(question(cx, &asked).await?);
        }
        // A meeting that is under way is still the next one to be at.
        for next in rows::next_of(&cx.app.db, party, cx.now() - TimeDelta::minutes(10)).await? {
            found.push(meeting(cx, &next).await?);
        }
    }
    found.sort_by_key(|waiting| waiting.at.unwrap_or(DateTime::<Utc>::MAX_UTC));
    Ok(found)
}

async fn question(cx: &Cx, asked: &rows::Asked) -> Result<Waiting> {
    let dossier = rows::own(&cx.app.db, cx.hub.zone, asked.round, asked.participant).await?;
    let until = dossier.deadline().map(|at| kernel::calendar::date_time_long(cx.lang, dossier.grid.local(at)));
    Ok(Waiting {
        title: match cx.lang {
            Lang::Ja => format!("会いたい相手を答える: {}", dossier.round.called(cx.lang)),
            Lang::En => format!("Say whom you want to meet: {}", dossier.round.called(cx.lang)),
        },
        detail: until.map(|until| format!("{}: {until}", cx.t("期限", "Until"))).unwrap_or_default(),
        href: cx.href(&format!("/rounds/{}/wishes/{}", asked.round, asked.participant)),
        at: dossier.deadline(),
    })
}

async fn meeting(cx: &Cx, next: &rows::Next) -> Result<Waiting> {
    let dossier = rows::own(&cx.app.db, cx.hub.zone, next.round, next.participant).await?;
    let delays = super::delays(cx, &dossier).await?;
    let late = crate::rounds::actions::day::delay_of(&delays, dossier.grid.zone, next.starts_at);
    let lines = super::lines(cx, &dossier, &dossier.meetings, &delays, next.participant);
    let line = lines.iter().find(|line| line.id == next.meeting);
    let day = kernel::calendar::date_long(cx.lang, dossier.grid.local(next.starts_at).date());
    let mut facts = vec![dossier.round.called(cx.lang)];
    if let Some(line) = line {
        facts.push(format!("{day} {}", line.span));
        facts.extend([line.place.clone(), line.beside.clone()].into_iter().filter(|fact| !fact.is_empty()));
    }
    let with = line.map(|line| line.with.clone()).unwrap_or_default();
    Ok(Waiting {
        title: match cx.lang {
            Lang::Ja => format!("次の面談: {with}"),
            Lang::En => format!("Your next meeting: {with}"),
        },
        detail: facts.join(cx.t("・", " · ")),
        href: cx.href(&format!("/rounds/{}/schedule/{}", next.round, next.participant)),
        at: Some(next.starts_at + TimeDelta::minutes(late)),
    })
}
