//! One level of aggregation: moving nodes between communities, merging parts of communities into nodes.

use super::super::{Graph, strengths};
use super::Random;
use std::borrow::Cow;

/// A weighted graph whose nodes stand for sets of nodes below.
pub(super) struct Level<'a> {
    pub starts: Cow<'a, [usize]>,
    pub targets: Cow<'a, [u32]>,
    pub weights: Cow<'a, [f32]>,
    /// Strength of each node, ties within it included.
    pub strength: Vec<f64>,
    /// Sum of all strengths.
    pub all: f64,
    /// Nodes are looked at in stretches of neighbours, whose rows lie side by side in memory; the stretches are mixed.
    pub stretch: usize,
}

/// A community: strength of its nodes, ties of the node at hand to them, and how many they are. Together, because what is
/// asked of one is asked of all.
#[derive(Clone, Default)]
struct Camp {
    total: f64,
    sum: f32,
    size: u32,
}

/// Nodes of a stretch at most, and stretches of the graph at least, for its order to be any.
const STRETCH: usize = 16;
const STRETCHES: usize = 256;

/// Everybody grouped by a number below `count` that each has: those of a number lie from its start to the next, rising.
pub(super) fn grouped(of: &[u32], count: usize) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; count + 2];
    of.iter().for_each(|of| starts[*of as usize + 2] += 1);
    (0..count).for_each(|at| starts[at + 2] += starts[at + 1]);
    let mut members = vec![0u32; of.len()];
    for (node, of) in of.iter().enumerate() {
        let next = &mut starts[*of as usize + 1];
        members[*next as usize] = node as u32;
        *next += 1;
    }
    starts.pop();
    (starts, members)
}

impl<'a> Level<'a> {
    pub fn of(graph: &'a Graph) -> Level<'a> {
        let (starts, targets, weights) = graph.tables();
        let strength = strengths(graph);
        let all = strength.iter().sum();
        let (starts, targets, weights) = (Cow::Borrowed(starts), Cow::Borrowed(targets), Cow::Borrowed(weights));
        let stretch = (graph.nodes() / STRETCHES).clamp(1, STRETCH);
        Level { starts, targets, weights, strength, all, stretch }
    }

    pub fn nodes(&self) -> usize {
        self.strength.len()
    }

    pub fn row(&self, node: usize) -> impl ExactSizeIterator<Item = (u32, f32)> + '_ {
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
        let mut stretches: Vec<usize> = (0..nodes).step_by(self.stretch).collect();
        random.shuffle(&mut stretches);
        // Which communities are new in a row is hard to foresee, so nothing depends on it but numbers: all are written down,
        // and there is one place more than can count.
        let mut met = vec![0u32; nodes + 1];
        let mut waiting = vec![true; nodes];
        // Those whose turn comes later in the same pass wait for it: rows are read in the order in which they lie, and nobody
        // keeps a queue.
        let (mut moved, mut looked) = (false, true);
        let (rate, least) = (resolution / self.all, 1e-12 * self.all);
        while std::mem::take(&mut looked) {
            for at in stretches.iter().flat_map(|first| *first..nodes.min(first + self.stretch)) {
                if !std::mem::take(&mut waiting[at]) {
                    continue;
                }
                looked = true;
                let (from, strength) = (community[at], self.strength[at]);
                let mut count = 0;
                for (to, weight) in self.row(at) {
                    let of = community[to as usize];
                    let camp = &mut camps[of as usize];
                    met[count] = of;
                    count += usize::from(camp.sum == 0.0);
                    camp.sum += weight;
                }
                camps[from as usize].total -= strength;
                let pull = rate * strength;
                let gain = |camp: &Camp| f64::from(camp.sum) - pull * camp.total;
                let (mut best, mut most) = (from, gain(&camps[from as usize]) + least);
                for &of in &met[..count] {
                    let camp = &mut camps[of as usize];
                    let here = gain(camp);
                    camp.sum = 0.0;
                    best = if here > most { of } else { best };
                    most = if here > most { here } else { most };
                }
                // Alone is better than with those who weigh more than their ties.
                if most < least
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
                    waiting[to as usize] |= community[to as usize] != best;
                }
            }
        }
        moved
    }

    /// The level above: every part becomes a node.
    pub fn merge(&self, part: &[u32], count: usize) -> Level<'static> {
        let (starts, members) = grouped(part, count);
        let (mut rows, mut targets, mut weights) =
            (vec![0usize], Vec::with_capacity(self.targets.len()), Vec::with_capacity(self.targets.len()));
        let (mut strength, mut sums, mut met) = (vec![0.0; count], vec![0f32; count], vec![0u32; count + 1]);
        let mut row = vec![(0, 0.0); part.len()];
        for of in 0..count {
            let mut end = 0;
            for &node in &members[starts[of] as usize..starts[of + 1] as usize] {
                strength[of] += self.strength[node as usize];
                // Ties within the part, often most of them, would all wait for one and the same sum.
                let mut outside = 0;
                for (to, weight) in self.row(node as usize) {
                    let to = part[to as usize];
                    row[outside] = (to, weight);
                    outside += usize::from(to as usize != of);
                }
                for &(to, weight) in &row[..outside] {
                    let sum = &mut sums[to as usize];
                    met[end] = to;
                    end += usize::from(*sum == 0.0);
                    *sum += weight;
                }
            }
            targets.extend_from_slice(&met[..end]);
            weights.extend(met[..end].iter().map(|to| std::mem::take(&mut sums[*to as usize])));
            rows.push(targets.len());
        }
        Level {
            starts: rows.into(),
            targets: targets.into(),
            weights: weights.into(),
            strength,
            all: self.all,
            stretch: self.stretch,
        }
    }

    /// Cuts communities into their connected parts, which never lowers modularity.
    pub fn connected(&self, community: &[u32]) -> Vec<u32> {
        let mut part = vec![u32::MAX; community.len()];
        let (mut stack, mut count) = (Vec::new(), 0);
        for start in 0..community.len() {
            if part[start] != u32::MAX {
                continue;
            }
            part[start] = count;
            stack.push(start);
            while let Some(node) = stack.pop() {
                for (next, _) in self.row(node) {
                    let next = next as usize;
                    if part[next] == u32::MAX && community[next] == community[start] {
                        part[next] = count;
                        stack.push(next);
                    }
                }
            }
            count += 1;
        }
        part
    }
}
