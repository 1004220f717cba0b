//! The inbox: what to answer, what waits, what was made, what is closed. Counts are of the reader's own only.

use super::{counterpart, day, desk, tone};
use crate::introductions::model::{Seen, Side, Stage, seen, until};
use crate::introductions::store::{self as rows, Introduction};
use askama::Template;
use axum::extract::Query;
use kernel::Result;
use serde::Deserialize;
use web::layout::{Choice, Crumb, monogram};
use web::{Cx, Handled, html};

#[derive(Debug, Deserialize)]
pub struct Asked {
    show: Option<String>,
}

/// One line of the inbox.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: kernel::Uuid,
    pub side: Side,
    pub seen: Seen,
    href: String,
    title: String,
    letter: String,
    state: &'static str,
    tone: &'static str,
    detail: String,
    own: String,
    /// What came of it was asked, and the reader's side has not said.
    asks_outcome: bool,
}

#[derive(Template)]
#[template(path = "introductions/inbox.html")]
struct InboxPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    heaps: Vec<Choice>,
    lines: Vec<Line>,
    /// Those of which the reader is asked what came of them.
    outcomes: Vec<Line>,
    matches_href: String,
}

const HEAPS: [(Seen, &str); 4] =
    [(Seen::ToAnswer, "to_answer"), (Seen::Waiting, "waiting"), (Seen::Made, "made"), (Seen::Closed, "closed")];

/// Everything that the reader's parties have to do with, as they may see it.
pub async fn lines(cx: &Cx) -> Result<Vec<Line>> {
    let now = cx.now();
    let mut lines = Vec::new();
    for (party, one) in rows::of_actor(&cx.app.db, &cx.actor).await? {
        let Some(side) = Side::ALL.into_iter().find(|side| one.party(*side) == Some(party)) else { continue };
        let Some(seen) = seen(&one, side, now) else { continue };
        let title = counterpart(cx, &one, side);
        // The contact's last day is not the asker's business.
        let last = if side == Side::Asker { one.expires_at } else { until(&one) };
        let detail = match seen {
            Seen::Made => one.made_at.map(|at| day(cx, at)).unwrap_or_default(),
            Seen::ToAnswer | Seen::Waiting => match cx.lang {
                kernel::Lang::Ja => format!("{}まで", day(cx, last)),
                kernel::Lang::En => format!("until {}", day(cx, last)),
            },
            Seen::Closed | Seen::TakenBack => String::new(),
        };
        lines.push(Line {
            id: one.id,
            href: cx.href(&format!("/introductions/{}", one.id)),
            letter: monogram(&title),
            state: cx.say(&seen.label()),
            tone: tone(seen),
            own: own_words(cx, side),
            asks_outcome: seen == Seen::Made && asks_outcome(cx, &one, side).await?,
            title,
            side,
            seen,
            detail,
        });
    }
    Ok(lines)
}

async fn asks_outcome(cx: &Cx, one: &Introduction, side: Side) -> Result<bool> {
    if side == Side::Through || (one.two_weeks_at.is_none() && one.three_months_at.is_none()) {
        return Ok(false);
    }
    let stage = Stage::of(one).code();
    let said = rows::outcomes(&cx.app.db, one.id).await?;
    Ok(!said.iter().any(|said| said.side == side.code() && said.stage == stage))
}

fn own_words(cx: &Cx, side: Side) -> String {
    match side {
        Side::Asker => cx.t("こちらから", "From you"),
        Side::Through => cx.t("取り次ぎ", "Through you"),
        Side::Other => cx.t("こちらへ", "To you"),
    }
    .to_owned()
}

/// `GET /introductions?show=…`: without a heap, the first that is not empty.
pub async fn page(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let lines = lines(&cx).await?;
    let count = |heap: &str| lines.iter().filter(|line| line.seen.code() == heap).count();
    let first = HEAPS.iter().map(|(_, code)| *code).find(|code| count(code) > 0).unwrap_or("to_answer");
    let chosen = asked.show.as_deref().and_then(|show| HEAPS.iter().map(|(_, code)| *code).find(|code| *code == show));
    let chosen = chosen.unwrap_or(first);
    let words = |seen: Seen| match seen {
        Seen::Closed => cx.t("終わったもの", "Closed"),
        seen => cx.say(&seen.label()),
    };
    let heaps = HEAPS.iter().map(|(seen, code)| {
        let label = format!("{} {}", words(*seen), count(code));
        Choice::new(cx.href(&format!("/introductions?show={code}")), label).chosen(*code == chosen)
    });
    html(&InboxPage {
        crumbs: vec![desk(&cx)],
        heaps: heaps.collect(),
        matches_href: cx.href("/matches"),
        outcomes: lines.iter().filter(|line| line.asks_outcome).cloned().collect(),
        lines: lines.iter().filter(|line| line.seen.code() == chosen).cloned().collect(),
        cx: &cx,
    })
}
