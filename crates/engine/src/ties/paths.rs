//! How one reaches another: the way with the fewest ties, the strongest way, and the next ones.
//!
//! The strength of a way is the product of its ties' strengths (above 1, relative to the strongest tie of the graph), so the
//! strongest way has the smallest sum of −ln. Both are searched from both ends. Further ways without loops after J. Yen,
//! *Finding the k shortest loopless paths in a network* (1971), with E. Lawler's saving (1972).

use super::Graph;
use super::meet::Meeting;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

/// A way from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// From the first to the last, both included.
    pub nodes: Vec<u32>,
    /// Product of the strengths along it, at most 1.
    pub strength: f32,
}

impl Path {
    /// Number of ties.
    pub fn hops(&self) -> usize {
        self.nodes.len().saturating_sub(1)
    }

    fn of(graph: &Graph, nodes: Vec<u32>) -> Path {
        let scale = graph.scale();
        let strength =
            nodes.windows(2).filter_map(|tie| graph.strength(tie[0], tie[1])).map(|tie| tie / scale).product();
        Path { nodes, strength }
    }
}

/// A way with the fewest ties; `None` when there is no way or an end is unknown.
pub fn shortest_path(graph: &Graph, a: u32, b: u32) -> Option<Path> {
    let nodes = known(graph, a, b).then(|| Meeting::new(graph.nodes()).way(graph, a, b, None))??;
    Some(Path::of(graph, nodes))
}

/// The way with the largest product of strengths; `None` when there is no way or an end is unknown.
pub fn strongest_path(graph: &Graph, a: u32, b: u32) -> Option<Path> {
    paths(graph, a, b, 1).pop()
}

/// The `k` strongest ways without loops, strongest first; fewer when there are no more.
pub fn paths(graph: &Graph, a: u32, b: u32, k: usize) -> Vec<Path> {
    if k == 0 || !known(graph, a, b) {
        return Vec::new();
    }
    let scale = f64::from(graph.scale());
    let nothing = HashSet::new();
    let first = Detour { graph, scale, from: a, to: b, closed: &nothing, barred: &nothing }.strongest();
    let mut waiting = BTreeSet::new();
    waiting.extend(first.map(|(length, nodes)| (Length(length), nodes, 0)));
    let mut found: Vec<Vec<u32>> = Vec::new();
    while let Some((_, nodes, since)) = waiting.pop_first() {
        if found.last() == Some(&nodes) || found.contains(&nodes) {
            continue;
        }
        found.push(nodes.clone());
        if found.len() == k {
            break;
        }
        for at in since..nodes.len() - 1 {
            waiting.extend(detour(graph, scale, &nodes, at, &found));
        }
    }
    found.into_iter().map(|nodes| Path::of(graph, nodes)).collect()
}

fn known(graph: &Graph, a: u32, b: u32) -> bool {
    (a.max(b) as usize) < graph.nodes()
}

/// The strongest way that leaves a known one at a place, and none of those found already.
fn detour(graph: &Graph, scale: f64, way: &[u32], at: usize, found: &[Vec<u32>]) -> Option<(Length, Vec<u32>, usize)> {
    let closed: HashSet<u32> = way[..at].iter().copied().collect();
    let same = found.iter().filter(|other| other.len() > at + 1 && other[..=at] == way[..=at]);
    let barred: HashSet<u32> = same.map(|other| other[at + 1]).collect();
    let (from, to) = (way[at], *way.last()?);
    let (length, rest) = Detour { graph, scale, from, to, closed: &closed, barred: &barred }.strongest()?;
    let before: f64 =
        way[..=at].windows(2).filter_map(|tie| graph.strength(tie[0], tie[1])).map(|tie| far(tie, scale)).sum();
    let nodes: Vec<u32> = way[..at].iter().copied().chain(rest).collect();
    Some((Length(before + length), nodes, at))
}

/// Ties of the greatest strength have no length, so the two ends can go around in a circle at no cost; it is cut off.
fn without_loops(way: Vec<u32>) -> Vec<u32> {
    let mut kept: Vec<u32> = Vec::with_capacity(way.len());
    for node in way {
        if let Some(at) = kept.iter().position(|before| *before == node) {
            kept.truncate(at);
        }
        kept.push(node);
    }
    kept
}

fn far(strength: f32, scale: f64) -> f64 {
    -(f64::from(strength) / scale).ln().min(0.0)
}

/// A sum of −ln; never negative and always a number.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Length(f64);

impl Eq for Length {}

impl PartialOrd for Length {
    fn partial_cmp(&self, other: &Length) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Length {
    fn cmp(&self, other: &Length) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// One search for the strongest way that keeps out of some nodes and does not begin with some ties.
struct Detour<'a> {
    graph: &'a Graph,
    scale: f64,
    from: u32,
    to: u32,
    closed: &'a HashSet<u32>,
    barred: &'a HashSet<u32>,
}

/// One end of that search. Maps rather than tables: a search touches few nodes of a large graph.
#[derive(Default)]
struct End {
    best: HashMap<u32, (f64, u32), Quick>,
    settled: HashSet<u32, Quick>,
    heap: BinaryHeap<Reverse<(Length, u32)>>,
}

type Quick = std::hash::BuildHasherDefault<Spread>;

/// Spreads node numbers; attackers cannot choose them, they are places in a list.
#[derive(Default)]
struct Spread(u64);

impl std::hash::Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        let mixed = (self.0 ^ u64::from(number)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

impl End {
    fn at(node: u32) -> End {
        let mut end = End::default();
        end.best.insert(node, (0.0, node));
        end.heap.push(Reverse((Length(0.0), node)));
        end
    }

    fn nearest(&mut self) -> Option<f64> {
        while let Some(Reverse((_, node))) = self.heap.peek() {
            if !self.settled.contains(node) {
                break;
            }
            self.heap.pop();
        }
        self.heap.peek().map(|Reverse((length, _))| length.0)
    }

    fn back(&self, from: u32) -> Vec<u32> {
        let mut way = vec![from];
        let mut node = from;
        while let Some(&(_, before)) = self.best.get(&node).filter(|(_, before)| *before != node) {
            way.push(before);
            node = before;
        }
        way
    }
}

impl Detour<'_> {
    /// Sum of −ln and the nodes of the strongest way.
    fn strongest(&self) -> Option<(f64, Vec<u32>)> {
        if self.from == self.to {
            return Some((0.0, vec![self.from]));
        }
        let mut ends = [End::at(self.from), End::at(self.to)];
        let mut met: Option<(f64, u32)> = None;
        loop {
            let (Some(first), Some(second)) = (ends[0].nearest(), ends[1].nearest()) else { break };
            if met.is_some_and(|(length, _)| first + second >= length) {
                break;
            }
            // The end with the shorter list is the cheaper one to grow.
            let turn = usize::from(ends[1].heap.len() < ends[0].heap.len());
            self.grow(&mut ends, turn, &mut met);
        }
        let (length, middle) = met?;
        let mut way = ends[0].back(middle);
        way.reverse();
        way.extend(ends[1].back(middle).into_iter().skip(1));
        Some((length, without_loops(way)))
    }

    fn grow(&self, ends: &mut [End; 2], turn: usize, met: &mut Option<(f64, u32)>) {
        let Some(Reverse((Length(length), node))) = ends[turn].heap.pop() else { return };
        ends[turn].settled.insert(node);
        let (targets, weights) = self.graph.neighbours(node);
        for (&to, &weight) in targets.iter().zip(weights) {
            if self.is_closed(node, to) {
                continue;
            }
            let next = length + far(weight, self.scale);
            if met.is_some_and(|(best, _)| next >= best)
                || ends[turn].best.get(&to).is_some_and(|(best, _)| *best <= next)
            {
                continue;
            }
            ends[turn].best.insert(to, (next, node));
            ends[turn].heap.push(Reverse((Length(next), to)));
            if let Some(&(rest, _)) = ends[1 - turn].best.get(&to)
                && met.is_none_or(|(best, _)| next + rest < best)
            {
                *met = Some((next + rest, to));
            }
        }
    }

    fn is_closed(&self, node: u32, to: u32) -> bool {
        self.closed.contains(&to)
            || (node == self.from && self.barred.contains(&to))
            || (to == self.from && self.barred.contains(&node))
    }
}
