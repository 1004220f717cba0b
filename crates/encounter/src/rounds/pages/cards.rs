//! Paper for the day: a card for each room or host, a list for each visitor, one after the other.

use super::{Line, crumbs, for_officer, lines, tabs};
use crate::rounds::model::Side;
use askama::Template;
use axum::extract::Path;
use kernel::Uuid;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

struct Card {
    who: String,
    other: String,
    side: String,
    place: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "rounds/cards.html")]
struct CardsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    title: String,
    sides: Vec<Choice>,
    cards: Vec<Card>,
    files: String,
}

/// `GET /rounds/{id}/cards?side=a|b`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let side = if cx.query.contains("side=b") { Side::B } else { Side::A };
    let delays = super::delays(&cx, &dossier).await?;
    let cards = dossier.active(side).map(|p| {
        let second = p.called(cx.lang.other());
        Card {
            who: p.called(cx.lang).to_owned(),
            other: if second == p.called(cx.lang) { String::new() } else { second.to_owned() },
            side: side.name(&dossier.round, cx.lang),
            place: if side == Side::A && !dossier.has_tables() { p.room.clone() } else { String::new() },
            lines: lines(&cx, &dossier, &dossier.meetings, &delays, p.id),
        }
    });
    html(&CardsPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        tabs: tabs(&cx, &dossier, "/cards"),
        title: dossier.round.called(cx.lang),
        sides: Side::BOTH
            .iter()
            .map(|s| Choice::new(format!("?side={}", s.code()), s.name(&dossier.round, cx.lang)).chosen(*s == side))
            .collect(),
        cards: cards.collect(),
        files: cx.href(&format!("/rounds/{id}/files/timetable.xlsx")),
        cx: &cx,
    })
}
