//! The strongest ways between two nodes: the largest product of strengths, without a node twice (Dijkstra over `−ln`, Yen 1971).

use super::Graph;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub nodes: Vec<u32>,
    /// Product of the strengths of its edges.
    pub strength: f32,
}

/// Up to `most` ways, the strongest first.
pub fn paths(graph: &Graph, from: u32, to: u32, most: usize) -> Vec<Path> {
    let mut found: Vec<Vec<u32>> = shortest(graph, from, to, &HashSet::new(), &HashSet::new()).into_iter().collect();
    let mut waiting: Vec<Vec<u32>> = Vec::new();
    while !found.is_empty() && found.len() < most {
        let last = found.last().cloned().unwrap_or_default();
        for turn in 0..last.len().saturating_sub(1) {
            let root = &last[..=turn];
            let closed = found.iter().filter(|path| path.get(..=turn) == Some(root));
            let edges: HashSet<(u32, u32)> =
                closed.filter_map(|path| Some((root[turn], *path.get(turn + 1)?))).collect();
            let nodes: HashSet<u32> = root[..turn].iter().copied().collect();
            if let Some(rest) = shortest(graph, root[turn], to, &nodes, &edges) {
                let path: Vec<u32> = root[..turn].iter().copied().chain(rest).collect();
                if !waiting.contains(&path) && !found.contains(&path) {
                    waiting.push(path);
                }
            }
        }
        waiting.sort_by(|x, y| cost(graph, x).total_cmp(&cost(graph, y)).then_with(|| x.cmp(y)));
        if waiting.is_empty() {
            break;
        }
        found.push(waiting.remove(0));
    }
    found.into_iter().map(|nodes| Path { strength: (-cost(graph, &nodes)).exp() as f32, nodes }).collect()
}

fn length(weight: f32) -> f64 {
    -f64::from(weight.clamp(1e-9, 1.0)).ln()
}

fn cost(graph: &Graph, path: &[u32]) -> f64 {
    let step = |pair: &[u32]| graph.around(pair[0]).find(|(to, _)| *to == pair[1]).map_or(f64::INFINITY, |(_, w)| length(w));
    path.windows(2).map(step).sum()
}

/// A length as a whole number that orders as the length does: lengths are never negative.
fn ordered(length: f64) -> u64 {
    length.max(0.0).to_bits()
}

fn shortest(graph: &Graph, from: u32, to: u32, closed: &HashSet<u32>, edges: &HashSet<(u32, u32)>) -> Option<Vec<u32>> {
    let nodes = graph.nodes();
    if from as usize >= nodes || to as usize >= nodes {
        return None;
    }
    let (mut best, mut before) = (vec![f64::INFINITY; nodes], vec![u32::MAX; nodes]);
    best[from as usize] = 0.0;
    let mut open = BinaryHeap::from([Reverse((ordered(0.0), from))]);
    while let Some(Reverse((at, node))) = open.pop() {
        if node == to {
            break;
        }
        if at > ordered(best[node as usize]) {
            continue;
        }
        for (next, weight) in graph.around(node) {
            if closed.contains(&next) || edges.contains(&(node, next)) {
                continue;
            }
            let total = best[node as usize] + length(weight);
            if total < best[next as usize] {
                best[next as usize] = total;
                before[next as usize] = node;
                open.push(Reverse((ordered(total), next)));
            }
        }
    }
    if !best[to as usize].is_finite() {
        return None;
    }
    let mut path = vec![to];
    while let Some(node) = path.last().copied().filter(|node| *node != from) {
        path.push(before[node as usize]);
    }
    path.reverse();
    Some(path)
}
