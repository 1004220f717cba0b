//! The graph algorithms of the map. Pure, deterministic for a seed.
//!
//! Never here: who may see what; the graph was cut before.

pub mod bridges;
mod communities;
mod layout;
mod measures;
mod ways;

pub use communities::leiden;
pub use layout::layout;
pub use measures::{Sampled, betweenness, betweenness_sampled, constraint};
pub use ways::paths;

use std::collections::BTreeMap;

/// An undirected weighted graph: per node its neighbours in order, with the weights of the edges.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    starts: Vec<usize>,
    ends: Vec<u32>,
    weights: Vec<f32>,
}

impl Graph {
    /// Loops and ends that are no node are dropped; of several edges of a pair the strongest counts.
    pub fn new(nodes: usize, edges: &[(u32, u32, f32)]) -> Graph {
        let mut rows: Vec<BTreeMap<u32, f32>> = vec![BTreeMap::new(); nodes];
        for (a, b, weight) in edges.iter().filter(|(a, b, _)| a != b && (*a.max(b) as usize) < nodes) {
            for (from, to) in [(*a, *b), (*b, *a)] {
                if let Some(row) = rows.get_mut(from as usize) {
                    let kept = row.entry(to).or_insert(*weight);
                    *kept = kept.max(*weight);
                }
            }
        }
        let mut graph = Graph { starts: vec![0], ..Graph::default() };
        for row in rows {
            graph.ends.extend(row.keys());
            graph.weights.extend(row.values());
            graph.starts.push(graph.ends.len());
        }
        graph
    }

    pub fn nodes(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Neighbours in order, with the weights.
    pub fn neighbours(&self, node: u32) -> (&[u32], &[f32]) {
        let at = node as usize;
        let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else { return (&[], &[]) };
        (self.ends.get(*from..*to).unwrap_or_default(), self.weights.get(*from..*to).unwrap_or_default())
    }

    /// Neighbours with weights.
    pub fn around(&self, node: u32) -> impl Iterator<Item = (u32, f32)> {
        let (ends, weights) = self.neighbours(node);
        ends.iter().copied().zip(weights.iter().copied())
    }
}

/// A small generator (splitmix64), the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    pub(crate) fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }
}
