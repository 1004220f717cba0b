//! Communities by modularity: local moving, refinement within each community so that every one is connected, aggregation,
//! until nothing moves (Leiden: Traag, Waltman & van Eck 2019; the refinement here is greedy).

use super::{Dice, Graph};
use std::collections::{BTreeMap, HashMap};

/// A graph whose nodes may stand for several, with loops.
struct Level {
    rows: Vec<Vec<(usize, f64)>>,
    strengths: Vec<f64>,
    total: f64,
}

/// The number of its community for every node; numbers are in order of their first node.
pub fn leiden(graph: &Graph, resolution: f64, seed: u64) -> Vec<u32> {
    let rows: Vec<Vec<(usize, f64)>> = (0..graph.nodes() as u32)
        .map(|node| graph.around(node).map(|(to, weight)| (to as usize, f64::from(weight))).collect())
        .collect();
    let mut level = leveled(rows);
    // Where each node of the graph is in the present level, and where each node of the level belongs.
    let mut place: Vec<usize> = (0..graph.nodes()).collect();
    let mut start: Vec<usize> = place.clone();
    let mut dice = Dice::new(seed);
    loop {
        let moved = local_moving(&level, start.clone(), resolution, &mut dice);
        let refined = refine(&level, &moved, resolution);
        let count = refined.iter().max().map_or(0, |most| most + 1);
        if count == level.rows.len() {
            let found: Vec<usize> = place.iter().map(|at| moved[*at]).collect();
            return numbered(&split(graph, &found));
        }
        start = vec![0; count];
        for (node, part) in refined.iter().enumerate() {
            start[*part] = moved[node];
        }
        place.iter_mut().for_each(|at| *at = refined[*at]);
        level = aggregate(&level, &refined, count);
    }
}

fn leveled(rows: Vec<Vec<(usize, f64)>>) -> Level {
    let strengths: Vec<f64> = rows.iter().map(|row| row.iter().map(|(_, weight)| weight).sum()).collect();
    Level { total: strengths.iter().sum(), rows, strengths }
}

fn local_moving(level: &Level, mut of: Vec<usize>, resolution: f64, dice: &mut Dice) -> Vec<usize> {
    const ROUNDS: usize = 50;
    let nodes = level.rows.len();
    let mut sums = vec![0.0; nodes.max(of.iter().max().map_or(0, |most| most + 1))];
    of.iter().enumerate().for_each(|(node, community)| sums[*community] += level.strengths[node]);
    let mut order: Vec<usize> = (0..nodes).collect();
    for at in (1..nodes).rev() {
        order.swap(at, (dice.next() % (at as u64 + 1)) as usize);
    }
    for _ in 0..ROUNDS {
        let mut changed = false;
        for node in &order {
            let own = of[*node];
            let strength = level.strengths[*node];
            sums[own] -= strength;
            let best = best_community(level, &of, &sums, *node, own, resolution);
            sums[best] += strength;
            changed |= best != own;
            of[*node] = best;
        }
        if !changed {
            break;
        }
    }
    of
}

fn best_community(level: &Level, of: &[usize], sums: &[f64], node: usize, own: usize, resolution: f64) -> usize {
    let mut ties: BTreeMap<usize, f64> = BTreeMap::from([(own, 0.0)]);
    for (to, weight) in level.rows[node].iter().filter(|(to, _)| *to != node) {
        *ties.entry(of[*to]).or_default() += weight;
    }
    let gain = |community: usize, tied: f64| tied - resolution * level.strengths[node] * sums[community] / level.total;
    let stay = gain(own, ties.get(&own).copied().unwrap_or(0.0));
    let mut best = (own, stay + 1e-12);
    for (community, tied) in ties {
        let value = gain(community, tied);
        if value > best.1 {
            best = (community, value);
        }
    }
    best.0
}

/// Within each community, nodes join the part that gains most; each part stays connected.
fn refine(level: &Level, of: &[usize], resolution: f64) -> Vec<usize> {
    let nodes = level.rows.len();
    let mut part: Vec<usize> = (0..nodes).collect();
    let mut sums = level.strengths.clone();
    let mut sizes = vec![1_usize; nodes];
    for node in 0..nodes {
        if sizes[part[node]] > 1 {
            continue;
        }
        let mut ties: BTreeMap<usize, f64> = BTreeMap::new();
        for (to, weight) in level.rows[node].iter().filter(|(to, _)| *to != node && of[*to] == of[node]) {
            *ties.entry(part[*to]).or_default() += weight;
        }
        let gain = |community: usize, tied: f64| tied - resolution * level.strengths[node] * sums[community] / level.total;
        let best = ties.into_iter().map(|(to, tied)| (to, gain(to, tied))).filter(|(_, value)| *value > 0.0);
        let best = best.fold(None, |best: Option<(usize, f64)>, one| if best.is_none_or(|b| one.1 > b.1) { Some(one) } else { best });
        if let Some((to, _)) = best {
            sums[part[node]] -= level.strengths[node];
            sizes[part[node]] -= 1;
            part[node] = to;
            sums[to] += level.strengths[node];
            sizes[to] += 1;
        }
    }
    let mut numbers: HashMap<usize, usize> = HashMap::new();
    part.into_iter()
        .map(|community| {
            let next = numbers.len();
            *numbers.entry(community).or_insert(next)
        })
        .collect()
}

fn aggregate(level: &Level, part: &[usize], count: usize) -> Level {
    let mut rows: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); count];
    for (node, row) in level.rows.iter().enumerate() {
        for (to, weight) in row {
            *rows[part[node]].entry(part[*to]).or_default() += weight;
        }
    }
    leveled(rows.into_iter().map(|row| row.into_iter().collect()).collect())
}

/// What is not connected within its community becomes a community of its own.
fn split(graph: &Graph, of: &[usize]) -> Vec<usize> {
    let mut found = vec![usize::MAX; of.len()];
    let mut count = 0;
    for node in 0..of.len() {
        if found[node] != usize::MAX {
            continue;
        }
        let mut open = vec![node];
        found[node] = count;
        while let Some(at) = open.pop() {
            for next in graph.neighbours(at as u32).0 {
                let to = *next as usize;
                if found[to] == usize::MAX && of[to] == of[node] {
                    found[to] = count;
                    open.push(to);
                }
            }
        }
        count += 1;
    }
    found
}

fn numbered(of: &[usize]) -> Vec<u32> {
    of.iter().map(|community| *community as u32).collect()
}
