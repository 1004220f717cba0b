//! `GET /map/changes`: ties that began or ended since a day.

use super::parts::{TieLine, tie_line};
use super::{Asked, Face, Map, further, read};
use crate::map::model::Tie;
use askama::Template;
use chrono::{Days, NaiveDate};
use std::sync::Arc;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

/// Changes that are shown of each sort.
const MOST: usize = 100;
/// Without a day: the last quarter.
const USUAL: u64 = 90;

struct Change {
    one: Face,
    other: Face,
    tie: TieLine,
}

#[derive(Template)]
#[template(path = "map/changes.html")]
struct ChangesPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    further: Vec<Choice>,
    since: NaiveDate,
    fault: String,
    pairs: usize,
    begun_count: usize,
    ended_count: usize,
    begun: Vec<Change>,
    ended: Vec<Change>,
}

pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let today = cx.today();
    let written = asked.one("since");
    let since: Option<NaiveDate> = written.and_then(|text| text.parse().ok());
    let fault = written.is_some() && since.is_none();
    let since = since.or_else(|| today.checked_sub_days(Days::new(USUAL))).unwrap_or(today);
    let analysis = read(&cx, &map, today).await?;
    let view = &analysis.view;
    let mut begun: Vec<(NaiveDate, &Tie)> = Vec::new();
    let mut ended: Vec<(NaiveDate, &Tie)> = Vec::new();
    let mut pairs = 0;
    for edge in &view.edges {
        let first = edge.ties.iter().map(Tie::since).min().flatten();
        pairs += usize::from(first.is_some_and(|day| day > since && day <= today));
        for tie in &edge.ties {
            begun.extend(tie.since().filter(|day| *day > since && *day <= today).map(|day| (day, tie)));
            // What lasted a day began; it did not end.
            let lasting = tie.period.is_some_and(|period| period.is_interval());
            ended.extend(tie.ended().filter(|day| lasting && *day > since && *day < today).map(|day| (day, tie)));
        }
    }
    let shown = |mut list: Vec<(NaiveDate, &Tie)>| -> Vec<Change> {
        list.sort_by_key(|(day, tie)| (std::cmp::Reverse(*day), tie.kind, tie.a, tie.b, tie.proof.1));
        let face = |id| Some(super::face(&cx, view.node(view.place_of(id)?)?));
        let change = |tie: &Tie| Some(Change { one: face(tie.a)?, other: face(tie.b)?, tie: tie_line(&cx, tie) });
        list.into_iter().take(MOST).filter_map(|(_, tie)| change(tie)).collect()
    };
    html(&ChangesPage {
        crumbs: vec![Crumb::new(cx.t("つながりの地図", "Connection map"), cx.href("/map"))],
        further: further(&cx),
        fault: if fault {
            cx.t("日付は 2026-04-01 のように書いてください。", "Write the date like 2026-04-01.").to_owned()
        } else {
            String::new()
        },
        begun_count: begun.len(),
        ended_count: ended.len(),
        begun: shown(begun),
        ended: shown(ended),
        since,
        pairs,
        cx: &cx,
    })
}
