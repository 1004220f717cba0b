//! One introduction as a side sees it, with what that side may do; and the same for the concierge.

use super::{counterpart, day, inbox, tone};
use crate::introductions::actions::answer::{self, Answer, may_nudge};
use crate::introductions::actions::ask::name_of;
use crate::introductions::actions::outcome::{self, Word};
use crate::introductions::mails;
use crate::introductions::model::{Outcome, Seen, Side, Stage, seen, until};
use crate::introductions::store::{self as rows, Introduction};
use crate::introductions::{policy, store};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Result, Uuid};
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "introductions/show.html")]
struct ShowPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    state: (&'static str, &'static str),
    last: String,
    /// Names of the parties with their pages.
    parties: Vec<(&'static str, String, String)>,
    message: String,
    asks: bool,
    through: bool,
    href: String,
    withdraw: bool,
    nudge: bool,
    contacts: Vec<(String, String)>,
    /// It is made, and there is nothing that may be shown.
    unreached: bool,
    outcome: Option<OutcomeView>,
}

struct OutcomeView {
    choices: Vec<Choice>,
    theirs: &'static str,
    note: String,
    next_step: String,
}

/// The introduction, and the side for which the reader sees it; `None` for the concierge of others' introductions.
async fn opened(cx: &Cx, id: Uuid) -> Result<(Introduction, Option<Side>)> {
    let one = store::find(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    match policy::side_of(&cx.actor, &one, cx.now()) {
        Ok(side) => Ok((one, Some(side))),
        Err(_) if policy::is_concierge(&cx.actor) => Ok((one, None)),
        Err(error) => Err(error),
    }
}

/// `GET /introductions/{id}`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (one, side) = opened(&cx, id).await?;
    let now = cx.now();
    let seen = side.and_then(|side| seen(&one, side, now));
    let state = match seen {
        Some(seen) => (cx.say(&seen.label()), tone(seen)),
        None => (cx.say(&one.state().label()), ""),
    };
    let contacts = match side {
        Some(side @ (Side::Asker | Side::Other)) if seen == Some(Seen::Made) => contacts(&cx, &one, side).await?,
        _ => Vec::new(),
    };
    let leads = policy::may_lead(&cx.actor, &one).is_ok();
    let waits = match side {
        Some(_) => matches!(seen, Some(Seen::Waiting | Seen::ToAnswer)),
        None => one.state().is_open(),
    };
    // The contact's last day is not the asker's business.
    let last = if side == Some(Side::Asker) { one.expires_at } else { until(&one) };
    html(&ShowPage {
        crumbs: vec![inbox(&cx)],
        title: counterpart(&cx, &one, side.unwrap_or(Side::Through)),
        last: if waits { day(&cx, last) } else { String::new() },
        parties: parties(&cx, &one),
        message: one.message.clone(),
        asks: seen == Some(Seen::ToAnswer),
        through: side == Some(Side::Through),
        href: cx.href(&format!("/introductions/{id}")),
        withdraw: leads && waits,
        nudge: leads && waits && may_nudge(&one, now),
        unreached: contacts.is_empty() && side != Some(Side::Through) && seen == Some(Seen::Made),
        outcome: match (side, seen) {
            (Some(side @ (Side::Asker | Side::Other)), Some(Seen::Made)) => Some(outcome_view(&cx, &one, side).await?),
            _ => None,
        },
        contacts,
        state,
        cx: &cx,
    })
}

fn parties(cx: &Cx, one: &Introduction) -> Vec<(&'static str, String, String)> {
    let words = |side| match side {
        Side::Asker if one.by_staff => cx.t("一方", "One side"),
        Side::Other if one.by_staff => cx.t("もう一方", "The other side"),
        Side::Asker => cx.t("お願いした方", "Asked by"),
        Side::Other => cx.t("お相手", "To meet"),
        Side::Through => cx.t("取り次ぎ", "Through"),
    };
    let named = |side: Side| {
        let id = one.party(side)?;
        let entry = cx.app.catalogue.entry(id, &cx.keyring);
        let href = entry.map(|entry| cx.href(&format!("/{}/{id}", entry.kind.path))).unwrap_or_default();
        Some((words(side), name_of(&cx.app, one, side, cx.lang), href))
    };
    Side::ALL.into_iter().filter_map(named).collect()
}

async fn contacts(cx: &Cx, one: &Introduction, side: Side) -> Result<Vec<(String, String)>> {
    let other = if side == Side::Asker { Side::Other } else { Side::Asker };
    let Some(party) = one.party(other).filter(|_| policy::is_handed(one, side, cx.actor.account)) else {
        return Ok(Vec::new());
    };
    Ok(mails::handed(one, other, &mails::reach(&cx.app, party).await?))
}

async fn outcome_view(cx: &Cx, one: &Introduction, side: Side) -> Result<OutcomeView> {
    let said = rows::outcomes(&cx.app.db, one.id).await?;
    let of = |side: Side| said.iter().rev().find(|said| said.side == side.code());
    let stage = Stage::of(one).code();
    let own = of(side).filter(|said| said.stage == stage).map(|said| said.result.as_str());
    let other = if side == Side::Asker { Side::Other } else { Side::Asker };
    let choices = Outcome::ALL
        .into_iter()
        .map(|outcome| Choice::new(outcome.code(), cx.say(&outcome.label())).chosen(own == Some(outcome.code())));
    Ok(OutcomeView {
        choices: choices.collect(),
        // That somebody found it worth nothing is theirs; what went well is for both.
        theirs: of(other)
            .and_then(|said| Outcome::from_code(&said.result))
            .filter(|outcome| outcome.is_good())
            .map_or("", |outcome| cx.say(&outcome.label())),
        note: match cx.actor.account {
            Some(account) => rows::note_of(&cx.app.db, one.id, account).await?,
            None => String::new(),
        },
        next_step: one.next_step.clone(),
    })
}

/// The answer of a form: a button `answer` with yes or no, and the box `never`.
pub fn read_answer(sent: &Submission) -> Result<Answer> {
    let yes = match sent.input.first("answer") {
        Some("yes") => true,
        Some("no") => false,
        _ => {
            let words = kernel::both("「はい」か「いいえ」を選んでください。", "Choose yes or no.");
            return Err(Error::invalid("answer", words));
        }
    };
    Ok(Answer { yes, never_again: sent.input.first("never") == Some("true") })
}

/// `POST /introductions/{id}/answer`.
pub async fn answer(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    opened(&cx, id).await?;
    answer::answer(&Doing::of(&cx), id, read_answer(&sent)?).await?;
    Ok(notice::redirect(&cx, &format!("/introductions/{id}"), Done::Sent, None))
}

/// `POST /introductions/{id}/withdraw`.
pub async fn withdraw(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    answer::withdraw(&Doing::of(&cx), id).await?;
    Ok(notice::redirect(&cx, &format!("/introductions/{id}"), Done::Undone, None))
}

/// `POST /introductions/{id}/nudge`.
pub async fn nudge(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    answer::nudge(&Doing::of(&cx), id).await?;
    Ok(notice::redirect(&cx, &format!("/introductions/{id}"), Done::Sent, None))
}

/// `POST /introductions/{id}/outcome`.
pub async fn outcome(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let word = Word {
        result: sent.input.first("result").and_then(Outcome::from_code),
        note: sent.input.first("note").map(str::to_owned),
        next_step: sent.input.first("next_step").map(str::to_owned),
    };
    outcome::say(&Doing::of(&cx), id, &word).await?;
    Ok(notice::redirect(&cx, &format!("/introductions/{id}"), Done::Saved, None))
}
