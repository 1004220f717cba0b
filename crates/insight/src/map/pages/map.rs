//! `GET /map` and the map that other sites may embed.

use super::parts::{TieLine, Way, ask, tie_lines, ways};
use super::picture::{Picture, draw, months};
use super::{Asked, Face, Map, further, legends, own_party, percent, read, say, twins};
use crate::map::analysis::Analysis;
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse};
use chrono::Datelike;
use kernel::audience::Keyring;
use kernel::{Error, Lang};
use std::collections::BTreeSet;
use std::sync::Arc;
use web::layout::Choice;
use web::{Cx, Handled, html};

/// A party that is tied to the selected one, with the strongest ties.
struct Tied {
    face: Face,
    ties: Vec<TieLine>,
}

/// What is said of the selected party.
struct Selected {
    face: Face,
    words: String,
    degree: usize,
    bridging: String,
    rank: String,
    first: String,
    tied: Vec<Tied>,
    more: usize,
    table_href: String,
}

#[derive(Template)]
#[template(path = "map/map.html")]
struct MapPage<'a> {
    cx: &'a Cx,
    asked: &'a Asked,
    twins: Vec<Choice>,
    further: Vec<Choice>,
    players: Vec<(Choice, &'static str)>,
    ties: Vec<(Choice, u8)>,
    kept: Vec<(String, String)>,
    day_kept: Vec<(String, String)>,
    picture: Picture,
    day: String,
    words: String,
    found: Vec<(String, String)>,
    selected: Option<Selected>,
    way: Option<Way>,
    ask: (String, String),
    growth: Vec<Year>,
    /// First and last month of the slider.
    span: (i32, i32),
    month: i32,
    brokers: Vec<(String, String, String)>,
    files: Vec<(String, &'static str)>,
}

/// One bar of the growth: a year, and how many pairs were tied by its end.
struct Year {
    year: i32,
    x: usize,
    y: usize,
    height: usize,
    count: usize,
}

/// `GET /map`.
pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, asked.day).await?;
    if asked.at.is_some_and(|id| analysis.view.place_of(id).is_none()) {
        return Err(Error::NotFound.into());
    }
    let (players, ties) = legends(&cx, &asked, &analysis);
    let chosen = asked.at.and_then(|id| analysis.view.place_of(id));
    let own = own_party(&cx, &analysis);
    let way = own.zip(chosen).filter(|(own, chosen)| own != chosen);
    let way = way.and_then(|(own, chosen)| ways(&cx, &analysis, own, chosen, 1).pop());
    let marked: Vec<u32> =
        way.iter().flat_map(|way| &way.stops).filter_map(|stop| analysis.view.place_of(stop.id)).collect();
    let picture = draw(&cx, &asked, &analysis, &marked);
    let growth = growth(&analysis, cx.today().year());
    let first = growth.first().map_or(cx.today().year(), |year| year.year);
    html(&MapPage {
        twins: twins(&cx, &asked, "/map"),
        further: further(&cx),
        kept: asked.kept(&["g", "t"]),
        day_kept: asked.kept(&["on"]),
        day: kernel::calendar::date_long(cx.lang, asked.day),
        words: words(&cx, &picture),
        found: find(&cx, &asked, &analysis),
        selected: chosen.and_then(|at| selected(&cx, &asked, &analysis, at)),
        ask: ask(&cx, way.as_ref()),
        month: months(asked.day),
        span: (first * 12, months(cx.today())),
        brokers: brokers(&cx, &asked, &analysis),
        files: files(&cx, &asked),
        players,
        ties,
        growth,
        picture,
        way,
        asked: &asked,
        cx: &cx,
    })
}

/// What the picture holds, for those who do not see it.
fn words(cx: &Cx, picture: &Picture) -> String {
    let (parties, ties) = (picture.parties, picture.ties);
    say(
        cx,
        format!("{parties}のプレーヤーと{ties}組の結びつきの地図。同じ内容は「表」でも読めます。"),
        format!("Map of {parties} players and {ties} tied pairs. The same content is available under Table."),
    )
}

/// Parties whose name holds what was asked for.
fn find(cx: &Cx, asked: &Asked, analysis: &Analysis) -> Vec<(String, String)> {
    if asked.q.is_empty() {
        return Vec::new();
    }
    let wanted = kernel::fold::fold(&asked.q);
    let named = analysis
        .view
        .nodes
        .iter()
        .filter(|node| Lang::ALL.into_iter().any(|lang| kernel::fold::fold(node.called(lang)).contains(&wanted)));
    named
        .take(12)
        .map(|node| (asked.href(cx, "/map", &[("at", &node.id().to_string())]), node.called(cx.lang).to_owned()))
        .collect()
}

fn selected(cx: &Cx, asked: &Asked, analysis: &Analysis, at: u32) -> Option<Selected> {
    const SHOWN: usize = 8;
    let node = analysis.view.node(at)?;
    let own = analysis.betweenness.get(at as usize).copied().unwrap_or(0.0);
    let tied = analysis.betweenness.iter().enumerate().filter(|(node, _)| analysis.degree(*node as u32) > 0);
    let (count, above) = tied.fold((0, 0), |(count, above), (_, other)| (count + 1, above + usize::from(*other > own)));
    let top = ((above + 1) as f64 / count.max(1) as f64 * 100.0).ceil();
    let mut edges: Vec<(f64, &crate::map::view::Edge)> = analysis
        .view
        .edges
        .iter()
        .zip(&analysis.strengths)
        .filter(|(edge, strength)| (edge.a == at || edge.b == at) && **strength > 0.0)
        .map(|(edge, strength)| (*strength, edge))
        .collect();
    edges.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1.a, x.1.b).cmp(&(y.1.a, y.1.b))));
    let degree = edges.len();
    let others: Vec<u32> = edges.iter().map(|(_, edge)| if edge.a == at { edge.b } else { edge.a }).collect();
    let first = edges.iter().flat_map(|(_, edge)| &edge.ties).filter_map(|tie| tie.since()).min();
    let shown = edges.iter().zip(&others).take(SHOWN).filter_map(|((_, edge), other)| {
        Some(Tied { face: super::face(cx, analysis.view.node(*other)?), ties: tie_lines(cx, analysis, edge, 3) })
    });
    Some(Selected {
        face: super::face(cx, node),
        words: bridging_words(cx, analysis, at, &others),
        bridging: percent(own),
        rank: if own > 0.0 { say(cx, format!("上位{top} %"), format!("top {top} %")) } else { String::new() },
        first: first.map(|day| day.year().to_string()).unwrap_or_default(),
        tied: shown.collect(),
        more: degree.saturating_sub(SHOWN),
        table_href: asked.href(cx, "/map/table", &[("at", &node.id().to_string())]),
        degree,
    })
}

/// Between how many communities a party stands.
fn bridging_words(cx: &Cx, analysis: &Analysis, at: u32, others: &[u32]) -> String {
    let community = |node: u32| analysis.communities.get(node as usize).copied();
    let circles: BTreeSet<u32> = others.iter().copied().chain([at]).filter_map(community).collect();
    match (others.len(), circles.len()) {
        (0, _) => cx.t("この日の結びつきは、まだありません。", "No ties yet on this day."),
        (_, 1) => cx.t("一つの集まりの中で、つながっています。", "Tied within one circle."),
        (_, 2) => cx.t("二つの集まりの間に立っています。", "Stands between two circles."),
        (_, count) => {
            return say(cx, format!("{count}つの集まりをつないでいます。"), format!("Ties {count} circles together."));
        }
    }
    .to_owned()
}

/// Pairs tied by the end of each year.
fn growth(analysis: &Analysis, last: i32) -> Vec<Year> {
    const HEIGHT: usize = 26;
    const BARS: i32 = 12;
    let since =
        |edge: &crate::map::view::Edge| edge.ties.iter().filter_map(|tie| tie.since()).min().map(|day| day.year());
    let begun: Vec<Option<i32>> = analysis.view.edges.iter().map(since).collect();
    let first = begun.iter().flatten().copied().min().unwrap_or(last).clamp(last - BARS + 1, last);
    let by = |year: i32| begun.iter().filter(|since| since.is_none_or(|since| since <= year)).count();
    let most = by(last).max(1);
    (first..=last)
        .enumerate()
        .map(|(place, year)| {
            let count = by(year);
            let height = (count * HEIGHT).div_ceil(most);
            Year { year, x: place * 18 + 2, y: HEIGHT - height, height, count }
        })
        .collect()
}

/// Those who stand between most others, shown while nobody is selected.
fn brokers(cx: &Cx, asked: &Asked, analysis: &Analysis) -> Vec<(String, String, String)> {
    let mut order: Vec<(usize, f64)> =
        analysis.betweenness.iter().copied().enumerate().filter(|(_, s)| *s > 0.0).collect();
    order.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    let shown = order.into_iter().filter_map(|(at, score)| {
        let node = analysis.view.node(at as u32).filter(|node| asked.players.contains(&node.player))?;
        let href = asked.href(cx, "/map", &[("at", &node.id().to_string())]);
        Some((href, node.called(cx.lang).to_owned(), percent(score)))
    });
    shown.take(6).collect()
}

/// Ways out: the view as files.
fn files(cx: &Cx, asked: &Asked) -> Vec<(String, &'static str)> {
    let formats = [("svg", "SVG"), ("csv", "CSV"), ("json", "JSON"), ("graphml", "GraphML"), ("gexf", "GEXF")];
    formats.into_iter().map(|(ending, name)| (asked.href(cx, &format!("/map/export.{ending}"), &[]), name)).collect()
}

#[derive(Template)]
#[template(path = "map/embed.html")]
struct EmbedPage<'a> {
    cx: &'a Cx,
    picture: Picture,
    words: String,
    href: String,
}

/// `GET /map/embed`: what everybody may see, whoever asks. Other sites may show it in a frame.
pub async fn embed(cx: Cx, map: Arc<Map>) -> Handled {
    let mut asked = Asked::of(&cx);
    asked.at = None;
    let analysis = map.analysis(&cx.app, &Keyring::public(), asked.day, cx.today()).await?;
    let picture = draw(&cx, &asked, &analysis, &[]);
    let page = EmbedPage { words: words(&cx, &picture), href: cx.absolute(&cx.href("/map")), picture, cx: &cx };
    let page = page.render().map_err(Error::internal)?;
    const FRAMED: &str = "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors *";
    Ok(([(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED))], Html(page)).into_response())
}
