//! `GET /map/table`: the map as a table, with the same day and filters; for screen readers, keyboards and paper its equal.

use super::parts::{TieLine, tie_lines};
use super::{Asked, Face, Map, further, legends, read, shown_edges, twins};
use askama::Template;
use kernel::Error;
use std::sync::Arc;
use web::layout::Choice;
use web::{Cx, Handled, html};

const ROWS: usize = 100;

struct Row {
    one: Face,
    other: Face,
    ties: Vec<TieLine>,
    strength: String,
}

#[derive(Template)]
#[template(path = "map/table.html")]
struct TablePage<'a> {
    cx: &'a Cx,
    twins: Vec<Choice>,
    further: Vec<Choice>,
    players: Vec<(Choice, &'static str)>,
    ties: Vec<(Choice, u8)>,
    kept: Vec<(String, String)>,
    day: String,
    of: String,
    all_href: String,
    rows: Vec<Row>,
    total: usize,
    range: String,
    previous: String,
    next: String,
}

pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, asked.day).await?;
    let view = &analysis.view;
    let mut edges = shown_edges(&asked, &analysis);
    let mut of = String::new();
    if let Some(id) = asked.at {
        let at = view.place_of(id).ok_or(Error::NotFound)?;
        edges.retain(|edge| view.edges.get(*edge).is_some_and(|edge| edge.a == at || edge.b == at));
        of = view.node(at).map(|node| node.called(cx.lang).to_owned()).unwrap_or_default();
    }
    let strength = |edge: usize| analysis.strengths.get(edge).copied().unwrap_or(0.0);
    edges.sort_by(|x, y| strength(*y).total_cmp(&strength(*x)).then(x.cmp(y)));
    let total = edges.len();
    let from = asked.one("from").and_then(|from| from.parse().ok()).unwrap_or(0_usize).min(total);
    let until = (from + ROWS).min(total);
    let rows = edges.iter().skip(from).take(ROWS).filter_map(|place| {
        let edge = view.edges.get(*place)?;
        Some(Row {
            one: super::face(&cx, view.node(edge.a)?),
            other: super::face(&cx, view.node(edge.b)?),
            ties: tie_lines(&cx, &analysis, edge, 6),
            strength: format!("{:.2}", strength(*place)),
        })
    });
    let to = |from: usize| asked.href(&cx, "/map/table", &[("from", &from.to_string())]);
    let (players, ties) = legends(&cx, &asked, &analysis);
    html(&TablePage {
        twins: twins(&cx, &asked, "/map/table"),
        further: further(&cx),
        kept: asked.kept(&["g", "t"]),
        day: kernel::calendar::date_long(cx.lang, asked.day),
        all_href: asked.href(&cx, "/map/table", &[("at", "")]),
        rows: rows.collect(),
        range: format!("{}–{until} / {total}", if total == 0 { 0 } else { from + 1 }),
        previous: if from > 0 { to(from.saturating_sub(ROWS)) } else { String::new() },
        next: if until < total { to(until) } else { String::new() },
        players,
        ties,
        total,
        of,
        cx: &cx,
    })
}
