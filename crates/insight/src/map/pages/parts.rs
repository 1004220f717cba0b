//! Pieces that several pages of the map show: ties in words with their proof, a way from one party to another.

use super::{Face, face, say};
use crate::map::analysis::Analysis;
use crate::map::model::Tie;
use crate::map::view::Edge;
use engine::ties;
use kernel::edtf::Endpoint;
use web::Cx;

/// One tie in words, with the way to its proof.
pub struct TieLine {
    pub kind: &'static str,
    pub class: u8,
    pub when: String,
    pub proof: String,
    pub href: String,
}

/// A tie with its dates and, where the reader can open it, the record that proves it.
pub fn tie_line(cx: &Cx, tie: &Tie) -> TieLine {
    let proof = cx.app.catalogue.entry(tie.proof.1, &cx.keyring);
    TieLine {
        kind: tie.kind.label().get(cx.lang),
        class: tie.kind.legend().class(),
        when: when(cx, tie),
        href: proof.as_ref().map(|entry| cx.href(&format!("/{}/{}", entry.kind.path, entry.id))).unwrap_or_default(),
        proof: proof.map(|entry| entry.called(cx.lang).to_owned()).unwrap_or_default(),
    }
}

/// "Since 2021" for what lasts, the dates otherwise.
pub fn when(cx: &Cx, tie: &Tie) -> String {
    let Some(period) = &tie.period else { return cx.t("時期の記載なし", "date not given").to_owned() };
    match (period.is_interval(), period.end(), period.start().date()) {
        (true, Endpoint::Open | Endpoint::Unknown, Some(start)) => {
            let start = start.display(cx.lang);
            say(cx, format!("{start}から"), format!("since {start}"))
        }
        _ => period.display(cx.lang),
    }
}

/// The ties of an edge, strongest kind first, each kind of proof once.
pub fn tie_lines(cx: &Cx, analysis: &Analysis, edge: &Edge, most: usize) -> Vec<TieLine> {
    let mut ties: Vec<&Tie> = edge.ties.iter().filter(|tie| tie.had_begun(analysis.day)).collect();
    ties.sort_by_key(|tie| std::cmp::Reverse(tie.weight));
    ties.into_iter().take(most).map(|tie| tie_line(cx, tie)).collect()
}

/// One stop on a way: a party, and what ties it to the stop before.
pub struct Stop {
    pub face: Face,
    pub id: kernel::Uuid,
    pub by: String,
    pub by_href: String,
}

/// A way with its strength.
pub struct Way {
    pub stops: Vec<Stop>,
    pub strength: String,
}

/// The ways between two parties, the strongest first.
pub fn ways(cx: &Cx, analysis: &Analysis, from: u32, to: u32, most: usize) -> Vec<Way> {
    let found = ties::paths(&analysis.graph, from, to, most);
    found.iter().map(|path| way(cx, analysis, &path.nodes, path.strength.into())).collect()
}

fn way(cx: &Cx, analysis: &Analysis, nodes: &[u32], strength: f64) -> Way {
    let mut stops = Vec::new();
    for (place, at) in nodes.iter().enumerate() {
        let Some(node) = analysis.view.node(*at) else { continue };
        let before = place.checked_sub(1).and_then(|before| nodes.get(before));
        let tie = before.and_then(|before| edge_between(analysis, *before, *at));
        let line = tie.and_then(|edge| tie_lines(cx, analysis, edge, 1).pop());
        stops.push(Stop {
            id: node.id(),
            face: face(cx, node),
            by: line.as_ref().map(|line| format!("{} {}", line.kind, line.when)).unwrap_or_default(),
            by_href: line.map(|line| line.href).unwrap_or_default(),
        });
    }
    Way { stops, strength: format!("{strength:.2}") }
}

/// The edge of two parties. Edges are in order of their ends.
pub fn edge_between(analysis: &Analysis, one: u32, other: u32) -> Option<&Edge> {
    let pair = (one.min(other), one.max(other));
    let edges = &analysis.view.edges;
    edges.binary_search_by_key(&pair, |edge| (edge.a, edge.b)).ok().and_then(|at| edges.get(at))
}

/// The button that asks for an introduction: address and words. Empty where the hub has no introductions, or the two are tied
/// already.
pub fn ask(cx: &Cx, way: Option<&Way>) -> (String, String) {
    let open = cx.actor.is_signed_in() && cx.app.routes.iter().any(|route| route.path == "/introductions/ask");
    let Some(way) = way.filter(|way| open && way.stops.len() > 2) else { return Default::default() };
    let (Some(to), Some(through)) = (way.stops.last(), way.stops.get(1)) else { return Default::default() };
    let name = &through.face.title;
    let words = say(cx, format!("{name}に紹介を頼む"), format!("Ask {name} to introduce you"));
    (cx.href(&format!("/introductions/ask?to={}&through={}", to.id, through.id)), words)
}
