//! One level of aggregation: moving nodes between communities, refining communities, merging them into nodes.

use super::super::{Graph, strengths};
use super::Random;
use std::borrow::Cow;

/// A weighted graph whose nodes stand for sets of nodes below.
pub(super) struct Level<'a> {
    starts: Cow<'a, [usize]>,
    targets: Cow<'a, [u32]>,
    weights: Cow<'a, [f32]>,
    /// Strength of each node, ties within it included.
    strength: Vec<f64>,
    /// Sum of all strengths.
    all: f64,
}

/// A community: strength of its nodes, ties of the node at hand to them, and how many they are. Together, because what is
/// asked of one is asked of all.
#[derive(Clone, Default)]
struct Camp {
    total: f64,
    sum: f32,
    size: u32,
}

/// Nodes that stay neighbours when nodes are mixed.
const STRETCH: usize = 256;

/// All nodes in any order, but in stretches, whose rows lie side by side in memory.
fn mixed(nodes: usize, random: &mut Random) -> Vec<u32> {
    let mut stretches: Vec<usize> = (0..nodes).step_by(STRETCH).collect();
    random.shuffle(&mut stretches);
    let mut order: Vec<u32> = Vec::with_capacity(nodes);
    for first in stretches {
        let from = order.len();
        order.extend(first as u32..nodes.min(first + STRETCH) as u32);
        random.shuffle(&mut order[from..]);
    }
    order
}

/// Sums of a node's ties by community, and which communities were met.
struct Sums {
    sum: Vec<f32>,
    met: Vec<u32>,
}

impl Sums {
    fn new(size: usize) -> Sums {
        Sums { sum: vec![0.0; size], met: Vec::with_capacity(64) }
    }

    #[inline]
    fn add(&mut self, community: u32, weight: f32) {
        let sum = &mut self.sum[community as usize];
        if *sum == 0.0 {
            self.met.push(community);
        }
        *sum += weight;
    }

    fn clear(&mut self) {
        self.met.drain(..).for_each(|community| self.sum[community as usize] = 0.0);
    }
}

impl<'a> Level<'a> {
    pub fn of(graph: &'a Graph) -> Level<'a> {
        let (starts, targets, weights) = graph.tables();
        let strength = strengths(graph);
        let all = strength.iter().sum();
        let (starts, targets, weights) = (Cow::Borrowed(starts), Cow::Borrowed(targets), Cow::Borrowed(weights));
        Level { starts, targets, weights, strength, all }
    }

    pub fn nodes(&self) -> usize {
        self.strength.len()
    }

    fn row(&self, node: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let range = self.starts[node]..self.starts[node + 1];
        self.targets[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }

    /// Moves nodes to the best neighbouring community until none gains; only nodes whose surroundings changed are looked at
    /// again. Tells whether any moved.
    pub fn move_nodes(&self, community: &mut [u32], resolution: f64, random: &mut Random) -> bool {
        let nodes = self.nodes();
        let mut camps = vec![Camp::default(); nodes];
        for (node, &of) in community.iter().enumerate() {
            camps[of as usize].total += self.strength[node];
            camps[of as usize].size += 1;
        }
        let mut empty: Vec<u32> = (0..nodes as u32).rev().filter(|at| camps[*at as usize].size == 0).collect();
        let mut queue: std::collections::VecDeque<u32> = mixed(nodes, random).into();
        let mut waiting = vec![true; nodes];
        let (mut met, mut moved) = (Vec::with_capacity(64), false);
        let rate = resolution / self.all;
        while let Some(node) = queue.pop_front() {
            let at = node as usize;
            waiting[at] = false;
            let (from, strength) = (community[at], self.strength[at]);
            for (to, weight) in self.row(at) {
                let of = community[to as usize];
                let camp = &mut camps[of as usize];
                if camp.sum == 0.0 {
                    met.push(of);
                }
                camp.sum += weight;
            }
            camps[from as usize].total -= strength;
            let gain = |camp: &Camp| f64::from(camp.sum) - rate * strength * camp.total;
            let (mut best, mut most) = (from, gain(&camps[from as usize]));
            for of in met.drain(..) {
                let camp = &mut camps[of as usize];
                let here = gain(camp);
                camp.sum = 0.0;
                if here > most + 1e-12 * self.all {
                    (best, most) = (of, here);
                }
            }
            // Alone is better than with those who weigh more than their ties.
            if most < 0.0
                && camps[from as usize].size > 1
                && let Some(of) = empty.pop()
            {
                best = of;
            }
            camps[best as usize].total += strength;
            if best == from {
                continue;
            }
            moved = true;
            community[at] = best;
            camps[from as usize].size -= 1;
            camps[best as usize].size += 1;
            if camps[from as usize].size == 0 {
                empty.push(from);
            }
            for (to, _) in self.row(at) {
                if !waiting[to as usize] && community[to as usize] != best {
                    waiting[to as usize] = true;
                    queue.push_back(to);
                }
            }
        }
        moved
    }

    /// Splits every community into well-connected parts: single nodes that join a part next to them, where both hang together
    /// well enough with the rest of the community.
    pub fn refine(&self, community: &[u32], resolution: f64, random: &mut Random) -> Vec<u32> {
        let nodes = self.nodes();
        let mut whole = vec![0.0; nodes];
        community.iter().zip(&self.strength).for_each(|(of, strength)| whole[*of as usize] += strength);
        let mut part: Vec<u32> = (0..nodes as u32).collect();
        let mut total = self.strength.clone();
        let rate = resolution / self.all;
        // Ties from each part to the rest of its community.
        let mut outward: Vec<f64> = (0..nodes)
            .map(|at| {
                self.row(at)
                    .filter(|(to, _)| community[*to as usize] == community[at])
                    .map(|tie| f64::from(tie.1))
                    .sum()
            })
            .collect();
        let mut alone = vec![true; nodes];
        let mut sums = Sums::new(nodes);
        for node in mixed(nodes, random) {
            let at = node as usize;
            let (strength, all) = (self.strength[at], whole[community[at] as usize]);
            let hangs_together = |outward: f64, total: f64| outward >= rate * total * (all - total);
            if !alone[at] || !hangs_together(outward[at], strength) {
                continue;
            }
            let inside = self.row(at).filter(|(to, _)| community[*to as usize] == community[at]);
            inside.for_each(|(to, weight)| sums.add(part[to as usize], weight));
            let mut best: Option<(f64, u32)> = None;
            for &of in &sums.met {
                let gain = f64::from(sums.sum[of as usize]) - rate * strength * total[of as usize];
                let fits = hangs_together(outward[of as usize], total[of as usize]);
                if gain >= 0.0 && fits && best.is_none_or(|(most, _)| gain > most) {
                    best = Some((gain, of));
                }
            }
            if let Some((_, of)) = best {
                let shared = f64::from(sums.sum[of as usize]);
                part[at] = of;
                total[of as usize] += strength;
                outward[of as usize] += outward[at] - 2.0 * shared;
                alone[of as usize] = false;
                alone[at] = false;
            }
            sums.clear();
        }
        part
    }

    /// The level above: every part becomes a node.
    pub fn merge(&self, part: &[u32], count: usize) -> Level<'static> {
        let mut starts = vec![0usize; count + 1];
        part.iter().for_each(|of| starts[*of as usize + 1] += 1);
        (0..count).for_each(|at| starts[at + 1] += starts[at]);
        let mut next = starts.clone();
        let mut members = vec![0u32; part.len()];
        for (node, of) in part.iter().enumerate() {
            members[next[*of as usize]] = node as u32;
            next[*of as usize] += 1;
        }
        let (mut rows, mut targets, mut weights) = (vec![0usize], Vec::new(), Vec::new());
        let (mut strength, mut sums) = (vec![0.0; count], Sums::new(count));
        for of in 0..count {
            for &node in &members[starts[of]..starts[of + 1]] {
                strength[of] += self.strength[node as usize];
                for (to, weight) in self.row(node as usize) {
                    let to = part[to as usize];
                    if to as usize != of {
                        sums.add(to, weight);
                    }
                }
            }
            targets.extend_from_slice(&sums.met);
            weights.extend(sums.met.iter().map(|to| sums.sum[*to as usize]));
            rows.push(targets.len());
            sums.clear();
        }
        Level { starts: rows.into(), targets: targets.into(), weights: weights.into(), strength, all: self.all }
    }
}
