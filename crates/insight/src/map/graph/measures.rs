//! Who stands between others: betweenness (Brandes 2001), exact or from a sample of sources; constraint (Burt 1992).

use super::{Dice, Graph};
use std::collections::{HashMap, VecDeque};

/// Scores from a sample, with the largest error (Hoeffding's inequality, all nodes at once, 90 % confidence).
#[derive(Debug, Clone)]
pub struct Sampled {
    pub scores: Vec<f64>,
    pub error: f64,
}

/// For every node, in how many pairs' shortest ways it stands, by the share of those ways.
pub fn betweenness(graph: &Graph, _: usize) -> Vec<f64> {
    let mut scores = vec![0.0; graph.nodes()];
    for source in 0..graph.nodes() as u32 {
        from_source(graph, source, 0.5, &mut scores);
    }
    scores
}

/// The same, estimated from `pivots` sources (Brandes & Pich 2007).
pub fn betweenness_sampled(graph: &Graph, pivots: usize, seed: u64, _: usize) -> Sampled {
    let nodes = graph.nodes();
    let mut scores = vec![0.0; nodes];
    let mut dice = Dice::new(seed);
    for _ in 0..pivots.max(1) {
        let source = (dice.next() % nodes.max(1) as u64) as u32;
        from_source(graph, source, 0.5 * nodes as f64 / pivots.max(1) as f64, &mut scores);
    }
    let most = nodes as f64 * nodes as f64 / 2.0;
    let error = most * ((20.0 * nodes.max(1) as f64).ln() / (2.0 * pivots.max(1) as f64)).sqrt();
    Sampled { scores, error }
}

/// Adds what one source contributes.
fn from_source(graph: &Graph, source: u32, share: f64, scores: &mut [f64]) {
    let nodes = graph.nodes();
    let (mut ways, mut steps) = (vec![0.0_f64; nodes], vec![usize::MAX; nodes]);
    let (mut order, mut queue) = (Vec::new(), VecDeque::from([source]));
    let at = source as usize;
    if at >= nodes {
        return;
    }
    (ways[at], steps[at]) = (1.0, 0);
    while let Some(node) = queue.pop_front() {
        order.push(node);
        for next in graph.neighbours(node).0 {
            let (from, to) = (node as usize, *next as usize);
            if steps[to] == usize::MAX {
                steps[to] = steps[from] + 1;
                queue.push_back(*next);
            }
            if steps[to] == steps[from] + 1 {
                ways[to] += ways[from];
            }
        }
    }
    let mut owed = vec![0.0_f64; nodes];
    for node in order.into_iter().rev() {
        let to = node as usize;
        for before in graph.neighbours(node).0 {
            let from = *before as usize;
            if steps[from] != usize::MAX && steps[from] + 1 == steps[to] {
                owed[from] += ways[from] / ways[to] * (1.0 + owed[to]);
            }
        }
        if node != source {
            scores[to] += owed[to] * share;
        }
    }
}

/// Burt's constraint with weights: `Σ_j (p_ij + Σ_q p_iq p_qj)²`, `p` the share of a node's strength. Not a number for nodes
/// without neighbours.
pub fn constraint(graph: &Graph) -> Vec<f64> {
    let strength: Vec<f64> =
        (0..graph.nodes() as u32).map(|node| graph.around(node).map(|(_, weight)| f64::from(weight)).sum()).collect();
    let of = |node: u32| {
        let own = strength.get(node as usize).copied().filter(|own| *own > 0.0)?;
        let mut reach: HashMap<u32, f64> = HashMap::new();
        for (contact, weight) in graph.around(node) {
            let share = f64::from(weight) / own;
            *reach.entry(contact).or_default() += share;
            let theirs = strength.get(contact as usize).copied().unwrap_or(1.0);
            for (other, weight) in graph.around(contact).filter(|(other, _)| *other != node) {
                *reach.entry(other).or_default() += share * f64::from(weight) / theirs;
            }
        }
        let mut parts: Vec<(u32, f64)> = reach.into_iter().collect();
        parts.sort_by_key(|(contact, _)| *contact);
        let contacts = graph.neighbours(node).0;
        Some(parts.iter().filter(|(contact, _)| contacts.contains(contact)).map(|(_, part)| part * part).sum())
    };
    (0..graph.nodes() as u32).map(|node| of(node).unwrap_or(f64::NAN)).collect()
}
