//! The picture: circles, lines and labels in the coordinates of the drawing, complete without script. The same picture serves
//! the page, the embedded map and the SVG file.
//!
//! Beyond [`MOST`] parties the communities are drawn instead; each leads to its own neighbourhood.

use super::{Asked, ends, say, shown_edges};
use crate::map::analysis::Analysis;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use web::Cx;

/// Parties that are drawn one by one.
pub const MOST: usize = 3_000;
const WIDTH: f32 = 1_000.0;
const HEIGHT: f32 = 760.0;
const MARGIN: f32 = 40.0;
/// Names written beside circles, at most.
const LABELS: usize = 14;

pub struct Line {
    pub class: u8,
    /// 1 faint, 2 plain, 3 strong.
    pub width: u8,
    pub x1: i32,
    pub y1: i32,
    pub x2: i32,
    pub y2: i32,
    /// Months since year 0 when it began, for the slider; 0 when nobody wrote it down.
    pub since: i32,
}

pub struct Dot {
    pub href: String,
    pub title: String,
    pub class: &'static str,
    pub x: i32,
    pub y: i32,
    pub r: String,
    pub chosen: bool,
}

pub struct Label {
    pub x: i32,
    pub y: i32,
    pub text: String,
    pub strong: bool,
}

/// Everything that is drawn.
#[derive(Default)]
pub struct Picture {
    pub lines: Vec<Line>,
    pub dots: Vec<Dot>,
    pub labels: Vec<Label>,
    /// The way that is marked, as an SVG path; empty for none.
    pub hot: String,
    pub ring: Option<(i32, i32)>,
    /// The drawing shows communities instead of parties.
    pub communities: bool,
    pub parties: usize,
    pub ties: usize,
}

/// Months since year 0.
pub fn months(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month0() as i32
}

fn at(position: [f32; 2]) -> (i32, i32) {
    let [x, y] = position;
    ((MARGIN + x * (WIDTH - 2.0 * MARGIN - 60.0)).round() as i32, (MARGIN + y * (HEIGHT - 2.0 * MARGIN)).round() as i32)
}

/// Draws what the filters leave, with a way marked.
pub fn draw(cx: &Cx, asked: &Asked, analysis: &Analysis, marked: &[u32]) -> Picture {
    let mut edges = shown_edges(asked, analysis);
    let all = ends(analysis, &edges).len();
    if let Some(community) = asked.community {
        let within = |at: u32| analysis.communities.get(at as usize) == Some(&community);
        edges.retain(|edge| analysis.view.edges.get(*edge).is_some_and(|edge| within(edge.a) || within(edge.b)));
    } else if all > MOST && asked.at.is_some() {
        let chosen = asked.at.and_then(|id| analysis.view.place_of(id)).unwrap_or(u32::MAX);
        edges.retain(|edge| analysis.view.edges.get(*edge).is_some_and(|edge| edge.a == chosen || edge.b == chosen));
    } else if all > MOST {
        return communities(cx, asked, analysis, &edges);
    }
    // A neighbourhood may still be large: its strongest ties are drawn.
    if ends(analysis, &edges).len() > MOST {
        edges.sort_by(|x, y| strength(analysis, *y).total_cmp(&strength(analysis, *x)).then(x.cmp(y)));
        edges.truncate(MOST);
        edges.sort_unstable();
    }
    parties(cx, asked, analysis, &edges, marked)
}

fn strength(analysis: &Analysis, edge: usize) -> f64 {
    analysis.strengths.get(edge).copied().unwrap_or(0.0)
}

fn position(analysis: &Analysis, node: u32) -> Option<(i32, i32)> {
    analysis.positions.get(node as usize).copied().flatten().map(at)
}

fn parties(cx: &Cx, asked: &Asked, analysis: &Analysis, edges: &[usize], marked: &[u32]) -> Picture {
    let mut nodes = ends(analysis, edges);
    let chosen = asked.at.and_then(|id| analysis.view.place_of(id)).filter(|at| position(analysis, *at).is_some());
    nodes.extend(chosen.into_iter().chain(marked.iter().copied()));
    let mut picture = Picture {
        lines: edges.iter().filter_map(|edge| line(asked, analysis, *edge)).collect(),
        parties: nodes.len(),
        ties: edges.len(),
        ring: chosen.and_then(|at| position(analysis, at)),
        ..Picture::default()
    };
    // Strong ties lie over faint ones.
    picture.lines.sort_by_key(|line| (line.width, std::cmp::Reverse(line.class)));
    picture.dots = nodes.iter().filter_map(|node| dot(cx, asked, analysis, *node, chosen)).collect();
    let way: Vec<String> =
        marked.iter().filter_map(|node| position(analysis, *node)).map(|(x, y)| format!("{x} {y}")).collect();
    if way.len() > 1 {
        picture.hot = format!("M{}", way.join("L"));
    }
    picture.labels = labels(cx, analysis, &nodes, chosen, marked);
    picture
}

fn line(asked: &Asked, analysis: &Analysis, edge: usize) -> Option<Line> {
    let strength = strength(analysis, edge);
    let edge = analysis.view.edges.get(edge)?;
    let ((x1, y1), (x2, y2)) = (position(analysis, edge.a)?, position(analysis, edge.b)?);
    let chosen =
        || edge.ties.iter().filter(|tie| asked.legends.contains(&tie.kind.legend()) && tie.had_begun(analysis.day));
    let main = chosen().max_by_key(|tie| (tie.weight, std::cmp::Reverse(tie.kind)))?;
    Some(Line {
        class: main.kind.legend().class(),
        width: if strength >= 0.6 {
            3
        } else if strength >= 0.25 {
            2
        } else {
            1
        },
        x1,
        y1,
        x2,
        y2,
        since: chosen().map(|tie| tie.since().map_or(0, months)).min().unwrap_or(0),
    })
}

fn radius(degree: usize) -> String {
    format!("{:.1}", 4.0 + degree.min(8) as f32 * 0.75)
}

fn dot(cx: &Cx, asked: &Asked, analysis: &Analysis, node: u32, chosen: Option<u32>) -> Option<Dot> {
    let (x, y) = position(analysis, node)?;
    let party = analysis.view.node(node)?;
    let degree = analysis.degree(node);
    let name = party.called(cx.lang);
    Some(Dot {
        href: asked.href(cx, "/map", &[("at", &party.id().to_string())]),
        title: say(cx, format!("{name}、結びつき{degree}"), format!("{name}, ties: {degree}")),
        class: party.player.code(),
        x,
        y,
        r: radius(degree),
        chosen: chosen == Some(node),
    })
}

/// Names of what is selected and marked, then of those who stand between most others, where there is room.
fn labels(cx: &Cx, analysis: &Analysis, nodes: &BTreeSet<u32>, chosen: Option<u32>, marked: &[u32]) -> Vec<Label> {
    let mut first: Vec<u32> = chosen.into_iter().collect();
    first.extend(marked.iter().filter(|node| Some(**node) != chosen));
    let mut rest: Vec<u32> = nodes.iter().copied().filter(|node| !first.contains(node)).collect();
    let weight = |node: &u32| analysis.betweenness.get(*node as usize).copied().unwrap_or(0.0);
    rest.sort_by(|x, y| weight(y).total_cmp(&weight(x)).then(x.cmp(y)));
    let strong = first.len();
    let mut boxes: Vec<[i32; 4]> = Vec::new();
    let mut labels = Vec::new();
    for (place, node) in first.into_iter().chain(rest.into_iter().take(4 * LABELS)).enumerate() {
        if labels.len() >= LABELS + strong {
            break;
        }
        let (Some((x, y)), Some(party)) = (position(analysis, node), analysis.view.node(node)) else { continue };
        let text = shorten(party.called(cx.lang));
        let wide: i32 = text.chars().map(|ch| if ch.is_ascii() { 8 } else { 14 }).sum();
        let left = if x + 14 + wide > WIDTH as i32 { x - 12 - wide } else { x + 12 };
        let area = [left, y - 12, left + wide, y + 8];
        let free = boxes.iter().all(|b| area[2] < b[0] || b[2] < area[0] || area[3] < b[1] || b[3] < area[1]);
        if place < strong || free {
            boxes.push(area);
            labels.push(Label { x: left, y: y + 4, text, strong: place < strong });
        }
    }
    labels
}

/// Long names are cut; the circle's own title has all of it.
fn shorten(name: &str) -> String {
    const MOST: usize = 26;
    if name.chars().count() <= MOST { name.to_owned() } else { name.chars().take(MOST - 1).chain(['…']).collect() }
}

/// Communities as circles, their ties as lines.
fn communities(cx: &Cx, asked: &Asked, analysis: &Analysis, edges: &[usize]) -> Picture {
    let nodes = ends(analysis, edges);
    let of = |node: u32| analysis.communities.get(node as usize).copied().unwrap_or(0);
    let mut circles: BTreeMap<u32, (f32, f32, usize)> = BTreeMap::new();
    for node in &nodes {
        let Some([x, y]) = analysis.positions.get(*node as usize).copied().flatten() else { continue };
        let circle = circles.entry(of(*node)).or_default();
        *circle = (circle.0 + x, circle.1 + y, circle.2 + 1);
    }
    let mut between: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for edge in edges.iter().filter_map(|edge| analysis.view.edges.get(*edge)) {
        let (a, b) = (of(edge.a), of(edge.b));
        if a != b {
            *between.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }
    let middle = |circle: &(f32, f32, usize)| at([circle.0 / circle.2 as f32, circle.1 / circle.2 as f32]);
    let mut picture = Picture { communities: true, parties: nodes.len(), ties: edges.len(), ..Picture::default() };
    for ((a, b), count) in between {
        let (Some(one), Some(other)) = (circles.get(&a), circles.get(&b)) else { continue };
        let ((x1, y1), (x2, y2)) = (middle(one), middle(other));
        let width = if count >= 100 {
            3
        } else if count >= 10 {
            2
        } else {
            1
        };
        picture.lines.push(Line { class: 1, width, x1, y1, x2, y2, since: 0 });
    }
    for (community, circle) in &circles {
        let (x, y) = middle(circle);
        let count = circle.2;
        picture.dots.push(Dot {
            href: asked.href(cx, "/map", &[("c", &community.to_string())]),
            title: say(cx, format!("{count}の主体の集まり"), format!("A community of {count} parties")),
            class: "oth",
            x,
            y,
            r: format!("{:.1}", 6.0 + (count as f32).sqrt().min(40.0)),
            chosen: false,
        });
        if count >= 20 {
            picture.labels.push(Label { x: x - 8, y: y + 4, text: count.to_string(), strong: true });
        }
    }
    picture
}
