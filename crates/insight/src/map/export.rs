//! The view as GraphML, GEXF, CSV and JSON. Pure; what is written was cut before.
//!
//! Sources: GraphML 1.0 (graphml.graphdrawing.org), GEXF 1.3 (gexf.net), RFC 4180, RFC 8259.

use super::analysis::Analysis;
use super::model::Tie;
use super::view::{Edge, Node};
use kernel::Lang;
use serde_json::{Value, json};
use std::fmt::Write;
use web::xml::escape;

/// What is written: nodes and edges of an analysis by their places.
pub struct Tied<'a> {
    pub analysis: &'a Analysis,
    pub nodes: &'a [u32],
    pub edges: &'a [usize],
    pub lang: Lang,
    /// Scheme and host.
    pub base: String,
}

impl Tied<'_> {
    fn nodes(&self) -> impl Iterator<Item = (u32, &Node)> {
        self.nodes.iter().filter_map(|at| Some((*at, self.analysis.view.node(*at)?)))
    }

    fn edges(&self) -> impl Iterator<Item = (&Edge, f64)> {
        let view = &self.analysis.view;
        self.edges.iter().filter_map(|at| Some((view.edges.get(*at)?, *self.analysis.strengths.get(*at)?)))
    }

    fn ties<'a>(&self, edge: &'a Edge) -> impl Iterator<Item = &'a Tie> {
        let day = self.analysis.day;
        edge.ties.iter().filter(move |tie| tie.had_begun(day))
    }

    fn address(&self, node: &Node) -> String {
        format!("{}/{}{}", self.base, self.lang, node.path())
    }

    fn id(&self, at: u32) -> String {
        self.analysis.view.node(at).map(|node| node.id().to_string()).unwrap_or_default()
    }

    fn kinds(&self, edge: &Edge) -> String {
        let mut kinds: Vec<&str> = self.ties(edge).map(|tie| tie.kind.code()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.join(" ")
    }

    fn since(&self, edge: &Edge) -> String {
        self.ties(edge).filter_map(Tie::since).min().map(|day| day.to_string()).unwrap_or_default()
    }

    fn position(&self, at: u32) -> [f32; 2] {
        self.analysis.positions.get(at as usize).copied().flatten().unwrap_or([0.5, 0.5])
    }
}

pub fn graphml(tied: &Tied<'_>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (key, of, kind) in [
        ("label", "node", "string"),
        ("sector", "node", "string"),
        ("url", "node", "string"),
        ("kinds", "edge", "string"),
        ("since", "edge", "string"),
        ("weight", "edge", "double"),
    ] {
        let _ = writeln!(out, "<key id=\"{key}\" for=\"{of}\" attr.name=\"{key}\" attr.type=\"{kind}\"/>");
    }
    out.push_str("<graph id=\"ties\" edgedefault=\"undirected\">\n");
    for (_, node) in tied.nodes() {
        let (id, name, sector) = (node.id(), escape(node.called(tied.lang)), node.player.code());
        let url = escape(&tied.address(node));
        let _ = writeln!(
            out,
            "<node id=\"{id}\"><data key=\"label\">{name}</data><data key=\"sector\">{sector}</data><data key=\"url\">{url}</data></node>"
        );
    }
    for (edge, strength) in tied.edges() {
        let (a, b, kinds, since) = (tied.id(edge.a), tied.id(edge.b), tied.kinds(edge), tied.since(edge));
        let _ = writeln!(
            out,
            "<edge source=\"{a}\" target=\"{b}\"><data key=\"kinds\">{kinds}</data><data key=\"since\">{since}</data><data key=\"weight\">{strength:.4}</data></edge>"
        );
    }
    out.push_str("</graph>\n</graphml>\n");
    out
}

pub fn gexf(tied: &Tied<'_>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">\n\
         <graph defaultedgetype=\"undirected\">\n<attributes class=\"node\"><attribute id=\"0\" title=\"sector\" type=\"string\"/><attribute id=\"1\" title=\"url\" type=\"string\"/></attributes>\n\
         <attributes class=\"edge\"><attribute id=\"0\" title=\"kinds\" type=\"string\"/><attribute id=\"1\" title=\"since\" type=\"string\"/></attributes>\n<nodes>\n",
    );
    for (at, node) in tied.nodes() {
        let (id, name, sector) = (node.id(), escape(node.called(tied.lang)), node.player.code());
        let ([x, y], url) = (tied.position(at), escape(&tied.address(node)));
        let _ = writeln!(
            out,
            "<node id=\"{id}\" label=\"{name}\"><attvalues><attvalue for=\"0\" value=\"{sector}\"/><attvalue for=\"1\" value=\"{url}\"/></attvalues><viz:position x=\"{:.1}\" y=\"{:.1}\"/></node>",
            x * 1000.0,
            -y * 1000.0
        );
    }
    out.push_str("</nodes>\n<edges>\n");
    for (number, (edge, strength)) in tied.edges().enumerate() {
        let (a, b, kinds, since) = (tied.id(edge.a), tied.id(edge.b), tied.kinds(edge), tied.since(edge));
        let _ = writeln!(
            out,
            "<edge id=\"{number}\" source=\"{a}\" target=\"{b}\" weight=\"{strength:.4}\"><attvalues><attvalue for=\"0\" value=\"{kinds}\"/><attvalue for=\"1\" value=\"{since}\"/></attvalues></edge>"
        );
    }
    out.push_str("</edges>\n</graph>\n</gexf>\n");
    out
}

/// A cell that no spreadsheet takes for a formula.
fn cell(text: &str) -> String {
    let guarded = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// One line a tie, with its proof.
pub fn csv(tied: &Tied<'_>) -> String {
    let mut out = String::from("\u{feff}source,source_id,target,target_id,kind,period,strength,proof_type,proof\r\n");
    for (edge, strength) in tied.edges() {
        let name = |at| tied.analysis.view.node(at).map(|node| cell(node.called(tied.lang))).unwrap_or_default();
        for tie in tied.ties(edge) {
            let period = tie.period.map(|period| period.to_string()).unwrap_or_default();
            let _ = write!(
                out,
                "{},{},{},{},{},{},{strength:.4},{},{}\r\n",
                name(edge.a),
                tied.id(edge.a),
                name(edge.b),
                tied.id(edge.b),
                tie.kind.code(),
                cell(&period),
                tie.proof.0,
                tie.proof.1
            );
        }
    }
    out
}

pub fn json(tied: &Tied<'_>) -> Value {
    let nodes = tied.nodes().map(|(at, node)| {
        let [x, y] = tied.position(at);
        json!({ "id": node.id(), "type": node.entry.kind.key, "name": { "ja": node.called(Lang::Ja), "en": node.called(Lang::En) },
                "sector": node.player.code(), "country": node.country, "url": tied.address(node), "x": x, "y": y })
    });
    let edges = tied.edges().map(|(edge, strength)| {
        let ties = tied.ties(edge).map(|tie| {
            json!({ "kind": tie.kind.code(), "period": tie.period.map(|period| period.to_string()),
                    "proof": { "type": tie.proof.0, "id": tie.proof.1 } })
        });
        json!({ "source": tied.id(edge.a), "target": tied.id(edge.b),
                "strength": (strength * 10_000.0).round() / 10_000.0, "ties": ties.collect::<Vec<_>>() })
    });
    json!({ "day": tied.analysis.day, "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>() })
}
