//! Strengths and measures of a view on one day. Everything here comes after the cut.

use super::model::{FAINTEST, Legend, strength, together};
use super::view::View;
use chrono::NaiveDate;
use engine::ties::{self, Graph};
use kernel::Uuid;
use std::collections::HashMap;
use std::sync::Arc;

/// Up to here betweenness is exact.
const EXACT: usize = 5_000;
const PIVOTS: usize = 20_000;
/// The same on every machine and every day.
const SEED: u64 = 20_261;
/// Positions are kept in hundred-thousandths of the map's side.
const GRAIN: f32 = 100_000.0;

/// A view on a day.
pub struct Analysis {
    pub view: Arc<View>,
    pub day: NaiveDate,
    /// Per edge of the view; 0 before it began and when it has faded.
    pub strengths: Vec<f64>,
    pub graph: Graph,
    /// Per node, as a share of the pairs it could stand between.
    pub betweenness: Vec<f64>,
    /// Largest error of the betweenness when it was sampled, with 90 % confidence.
    pub error: Option<f64>,
    /// Burt's constraint; not a number for parties without ties.
    pub constraint: Vec<f64>,
    pub communities: Vec<u32>,
    /// In the unit square; `None` for parties without any tie on any day.
    pub positions: Vec<Option<[f32; 2]>>,
}

impl Analysis {
    pub fn of(view: Arc<View>, day: NaiveDate, today: NaiveDate, places: &HashMap<Uuid, (i64, i64)>) -> Analysis {
        let strengths = strengths_on(&view, day);
        let graph = graph_of(&view, &strengths);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let tied = (0..view.nodes.len() as u32).filter(|at| !graph.neighbours(*at).0.is_empty()).count();
        let (mut betweenness, error) = if tied <= EXACT {
            (ties::betweenness(&graph, threads), None)
        } else {
            let sampled = ties::betweenness_sampled(&graph, PIVOTS, SEED, threads);
            (sampled.scores, Some(sampled.error))
        };
        // Only tied parties can stand between others; so parties without ties change no share.
        let pairs = (tied.saturating_sub(1) * tied.saturating_sub(2)) as f64 / 2.0;
        betweenness.iter_mut().for_each(|score| *score = if pairs > 0.0 { *score / pairs } else { 0.0 });
        let constraint = ties::constraint(&graph);
        let communities = ties::leiden(&graph, 1.0, SEED);
        let positions = positions(&view, today, places);
        Analysis { day, strengths, graph, betweenness, error, constraint, communities, positions, view }
    }

    /// Positions as they are kept.
    pub fn places(&self) -> HashMap<Uuid, (i64, i64)> {
        let grain = |value: f32| (value * GRAIN).round() as i64;
        let placed = self.view.nodes.iter().zip(&self.positions);
        placed.filter_map(|(node, at)| at.map(|[x, y]| (node.id(), (grain(x), grain(y))))).collect()
    }

    pub fn degree(&self, at: u32) -> usize {
        self.graph.neighbours(at).0.len()
    }

    /// Whether the edge is there on the day, by ties of these lines of the legend.
    pub fn shows(&self, edge: usize, legends: &[Legend]) -> bool {
        self.strengths.get(edge).is_some_and(|strength| *strength >= FAINTEST)
            && self.view.edges.get(edge).is_some_and(|edge| {
                edge.ties.iter().any(|tie| legends.contains(&tie.kind.legend()) && tie.had_begun(self.day))
            })
    }
}

/// Strength of every edge on a day.
pub fn strengths_on(view: &View, day: NaiveDate) -> Vec<f64> {
    let of = |edge: &super::view::Edge| together(edge.ties.iter().map(|tie| strength(tie, day)));
    view.edges.iter().map(of).map(|s| if s < FAINTEST { 0.0 } else { s }).collect()
}

/// The graph of a day.
pub fn graph_of(view: &View, strengths: &[f64]) -> Graph {
    let edges: Vec<(u32, u32, f32)> = view
        .edges
        .iter()
        .zip(strengths)
        .filter(|(_, strength)| **strength >= FAINTEST)
        .map(|(edge, strength)| (edge.a, edge.b, *strength as f32))
        .collect();
    Graph::new(view.nodes.len(), &edges)
}

/// Where tied parties lie, from where they lay before. The map is laid out by all ties until today, so that the slider moves
/// nobody.
fn positions(view: &View, today: NaiveDate, places: &HashMap<Uuid, (i64, i64)>) -> Vec<Option<[f32; 2]>> {
    let mut compact: Vec<Option<u32>> = vec![None; view.nodes.len()];
    let mut tied: Vec<u32> = Vec::new();
    for end in view.edges.iter().flat_map(|edge| [edge.a, edge.b]) {
        if let Some(slot @ None) = compact.get_mut(end as usize) {
            *slot = Some(tied.len() as u32);
            tied.push(end);
        }
    }
    let place = |at: u32| compact.get(at as usize).copied().flatten().unwrap_or(0);
    let strengths = strengths_on(view, today);
    let drawn =
        |(edge, strength): (&super::view::Edge, &f64)| (place(edge.a), place(edge.b), (*strength).max(FAINTEST) as f32);
    let edges: Vec<(u32, u32, f32)> = view.edges.iter().zip(&strengths).map(drawn).collect();
    let graph = Graph::new(tied.len(), &edges);
    let nodes = || tied.iter().filter_map(|at| view.node(*at));
    let before = |node: &super::view::Node| places.get(&node.id()).map(|(x, y)| [*x as f32 / GRAIN, *y as f32 / GRAIN]);
    let previous: Vec<Option<[f32; 2]>> = nodes().map(before).collect();
    let sectors: Vec<u32> = nodes().map(|node| node.player.number()).collect();
    // Nothing new: everybody stays exactly where they were.
    let laid = match previous.iter().copied().collect::<Option<Vec<[f32; 2]>>>() {
        Some(all) => all,
        None => ties::layout(&graph, &previous, Some(&sectors), SEED),
    };
    let mut positions = vec![None; view.nodes.len()];
    for (at, position) in tied.iter().zip(laid) {
        if let Some(slot) = positions.get_mut(*at as usize) {
            *slot = Some(position);
        }
    }
    positions
}
