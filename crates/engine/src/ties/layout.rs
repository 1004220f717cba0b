//! Positions on a map: forces pull tied nodes together and push all apart (T. Fruchterman, E. Reingold 1991), and half of the
//! rank order along each axis is mixed in, because forces alone make clumps that cannot be read.
//!
//! Stable: nodes that had a position keep it but for what new nodes need to fit in. Never here: drawing, and what a node is.

use super::Graph;
use super::random::Random;

type Spot = [f32; 2];

/// Steps of the forces.
const STEPS: usize = 120;
/// Up to here nodes are moved apart until none overlap.
const SMALL: usize = 2_000;
/// A node that had a position gives way by this share of what a new one does.
const STIFF: f32 = 0.02;

/// Positions in the unit square. `previous` are those of the last map (`None` for new nodes, a shorter list is fine); `groups`
/// are drawn towards each other a little. The same input gives the same map.
pub fn layout(graph: &Graph, previous: &[Option<Spot>], groups: Option<&[u32]>, seed: u64) -> Vec<Spot> {
    let nodes = graph.nodes();
    let usable = |spot: &Spot| spot.iter().all(|value| value.is_finite());
    let before: Vec<Option<Spot>> = (0..nodes).map(|at| previous.get(at).copied().flatten().filter(usable)).collect();
    let fresh = before.iter().all(Option::is_none);
    let mut random = Random::new(seed, nodes as u64);
    let mut spots = starts(graph, &before, groups, &mut random);
    if before.iter().any(Option::is_none) {
        forces(graph, &before, groups, &mut spots);
        if fresh {
            spread(&mut spots);
        }
    }
    if nodes <= SMALL {
        apart(&before, &mut spots);
    }
    for (spot, before) in spots.iter_mut().zip(&before) {
        // Within the square; a position that was outside stays where it was.
        if before.is_none() {
            *spot = spot.map(|value| value.clamp(0.0, 1.0));
        }
    }
    spots
}

/// First positions: where they were; else near neighbours that have one; else in the direction of the group.
fn starts(graph: &Graph, before: &[Option<Spot>], groups: Option<&[u32]>, random: &mut Random) -> Vec<Spot> {
    let mut spots = before.to_vec();
    let group = |at: usize| groups.and_then(|groups| groups.get(at)).copied().unwrap_or(0);
    let many = (0..before.len()).map(group).max().unwrap_or(0) as f32 + 1.0;
    let fresh = before.iter().all(Option::is_none);
    let mut waiting: Vec<u32> = (0..before.len() as u32).filter(|at| before[*at as usize].is_none()).collect();
    while !waiting.is_empty() && !fresh {
        let placed: Vec<(u32, Spot)> =
            waiting.iter().filter_map(|at| Some((*at, among(graph, &spots, *at)?))).collect();
        if placed.is_empty() {
            break;
        }
        for (at, spot) in placed {
            spots[at as usize] = Some(nudged(spot, 0.02, random));
        }
        waiting.retain(|at| spots[*at as usize].is_none());
    }
    for at in waiting {
        let angle = group(at as usize) as f32 / many * std::f32::consts::TAU;
        let spot = if fresh && many > 1.0 { [0.5 + 0.3 * angle.cos(), 0.5 + 0.3 * angle.sin()] } else { [0.5, 0.5] };
        spots[at as usize] = Some(nudged(spot, if fresh { 0.15 } else { 0.45 }, random));
    }
    spots.into_iter().map(|spot| spot.unwrap_or([0.5, 0.5])).collect()
}

/// The middle of the neighbours that have a position.
fn among(graph: &Graph, spots: &[Option<Spot>], at: u32) -> Option<Spot> {
    let near: Vec<Spot> = graph.row(at).iter().filter_map(|to| spots[*to as usize]).collect();
    let middle = |axis: usize| near.iter().map(|spot| spot[axis]).sum::<f32>() / near.len() as f32;
    (!near.is_empty()).then(|| [middle(0), middle(1)])
}

fn nudged(spot: Spot, reach: f32, random: &mut Random) -> Spot {
    spot.map(|value| value + reach * (2.0 * random.unit() as f32 - 1.0))
}

/// Lets the forces work on nodes that are new.
fn forces(graph: &Graph, before: &[Option<Spot>], groups: Option<&[u32]>, spots: &mut [Spot]) {
    let ideal = (1.0 / spots.len() as f32).sqrt();
    let movers: Vec<u32> = (0..spots.len() as u32).filter(|at| before[*at as usize].is_none()).collect();
    let fresh = movers.len() == spots.len();
    let first = if fresh { 0.08 } else { 0.02 };
    for step in 0..STEPS {
        let heat = first * (1.0 - step as f32 / STEPS as f32).powi(2) + 0.0005;
        let cells = Cells::new(spots, ((spots.len() as f32).sqrt() / 2.0).clamp(1.0, 24.0) as usize);
        let middles = group_middles(spots, groups);
        let pulled: Vec<Spot> = movers
            .iter()
            .map(|at| {
                let mut pull = cells.push(spots, *at, ideal);
                add_ties(graph, spots, *at, ideal, &mut pull);
                let here = spots[*at as usize];
                let home = groups.and_then(|groups| middles.get(*groups.get(*at as usize)? as usize)).copied();
                for axis in 0..2 {
                    pull[axis] += 0.3 * (0.5 - here[axis]) + home.map_or(0.0, |home| 0.5 * (home[axis] - here[axis]));
                }
                pull
            })
            .collect();
        for (at, pull) in movers.iter().zip(pulled) {
            let length = pull[0].hypot(pull[1]).max(1e-9);
            let go = length.min(heat) / length;
            let spot = &mut spots[*at as usize];
            *spot = [spot[0] + pull[0] * go, spot[1] + pull[1] * go];
        }
    }
}

/// Ties pull the more the longer they are; strong ones more than weak ones.
fn add_ties(graph: &Graph, spots: &[Spot], at: u32, ideal: f32, pull: &mut Spot) {
    let (targets, weights) = graph.neighbours(at);
    let here = spots[at as usize];
    // A hub is not dragged by the number of its ties.
    let share = 1.0 / (targets.len() as f32).sqrt().max(1.0);
    for (to, weight) in targets.iter().zip(weights) {
        let there = spots[*to as usize];
        let (x, y) = (there[0] - here[0], there[1] - here[1]);
        let force = x.hypot(y) / ideal * share * (0.5 + 0.5 * weight / graph.scale());
        pull[0] += x * force;
        pull[1] += y * force;
    }
}

fn group_middles(spots: &[Spot], groups: Option<&[u32]>) -> Vec<Spot> {
    let Some(groups) = groups else { return Vec::new() };
    let most = groups.iter().take(spots.len()).copied().filter(|group| (*group as usize) < spots.len()).max();
    let mut sums = vec![([0.0f32; 2], 0.0f32); most.map_or(0, |last| last as usize + 1)];
    for (spot, group) in spots.iter().zip(groups) {
        if let Some((sum, count)) = sums.get_mut(*group as usize) {
            *sum = [sum[0] + spot[0], sum[1] + spot[1]];
            *count += 1.0;
        }
    }
    sums.into_iter().map(|(sum, count)| sum.map(|sum| sum / count.max(1.0))).collect()
}

/// Nodes by square of a grid: near ones push one by one, far ones as the middle of their square.
struct Cells {
    side: usize,
    low: Spot,
    size: Spot,
    members: Vec<Vec<u32>>,
    middles: Vec<Spot>,
}

impl Cells {
    fn new(spots: &[Spot], side: usize) -> Cells {
        let bound =
            |axis: usize, pick: fn(f32, f32) -> f32, first: f32| spots.iter().map(|s| s[axis]).fold(first, pick);
        let low = [0, 1].map(|axis| bound(axis, f32::min, f32::INFINITY));
        let size = [0, 1].map(|axis| ((bound(axis, f32::max, f32::NEG_INFINITY) - low[axis]) / side as f32).max(1e-6));
        let mut cells = Cells { side, low, size, members: vec![Vec::new(); side * side], middles: Vec::new() };
        for (at, spot) in spots.iter().enumerate() {
            let [x, y] = cells.place(*spot);
            cells.members[y * side + x].push(at as u32);
        }
        let middle = |members: &Vec<u32>| {
            let sum = |axis: usize| members.iter().map(|at| spots[*at as usize][axis]).sum::<f32>();
            [0, 1].map(|axis| sum(axis) / members.len().max(1) as f32)
        };
        cells.middles = cells.members.iter().map(middle).collect();
        cells
    }

    fn place(&self, spot: Spot) -> [usize; 2] {
        [0, 1].map(|axis| (((spot[axis] - self.low[axis]) / self.size[axis]) as usize).min(self.side - 1))
    }

    fn push(&self, spots: &[Spot], at: u32, ideal: f32) -> Spot {
        let here = spots[at as usize];
        let [x, y] = self.place(here);
        let mut push = [0.0f32; 2];
        let mut from = |there: Spot, count: f32| {
            let (dx, dy) = (here[0] - there[0], here[1] - there[1]);
            let force = count * ideal * ideal / (dx * dx + dy * dy).max(1e-8);
            push = [push[0] + dx * force, push[1] + dy * force];
        };
        for row in 0..self.side {
            for column in 0..self.side {
                let cell = row * self.side + column;
                if row.abs_diff(y) <= 1 && column.abs_diff(x) <= 1 {
                    self.members[cell]
                        .iter()
                        .filter(|other| **other != at)
                        .for_each(|other| from(spots[*other as usize], 1.0));
                } else if !self.members[cell].is_empty() {
                    from(self.middles[cell], self.members[cell].len() as f32);
                }
            }
        }
        push
    }
}

/// Fills the square: half place, half rank along each axis.
fn spread(spots: &mut [Spot]) {
    let last = (spots.len().max(2) - 1) as f32;
    for axis in 0..2 {
        let mut order: Vec<u32> = (0..spots.len() as u32).collect();
        let value = |at: &u32| spots[*at as usize][axis];
        order.sort_by(|one, two| value(one).total_cmp(&value(two)).then(one.cmp(two)));
        let (low, high) = (order.first().map_or(0.0, value), order.last().map_or(1.0, value));
        let wide = (high - low).max(1e-6);
        for (rank, at) in order.iter().enumerate() {
            let rank = if spots.len() == 1 { 0.5 } else { rank as f32 / last };
            let spot = &mut spots[*at as usize][axis];
            *spot = 0.04 + 0.92 * (0.5 * (*spot - low) / wide + 0.5 * rank);
        }
    }
}

/// Moves nodes apart until none are closer than a mark is wide.
fn apart(before: &[Option<Spot>], spots: &mut [Spot]) {
    let room = (0.5 / (spots.len() as f32).sqrt().max(1.0)).min(0.03);
    for round in 0..200u32 {
        let mut order: Vec<u32> = (0..spots.len() as u32).collect();
        order.sort_by(|one, two| spots[*one as usize][0].total_cmp(&spots[*two as usize][0]).then(one.cmp(two)));
        let mut close = false;
        for (rank, &one) in order.iter().enumerate() {
            for &two in &order[rank + 1..] {
                let [a, b] = [spots[one as usize], spots[two as usize]];
                if b[0] - a[0] >= room {
                    break;
                }
                let stiff = [one, two].map(|at| before[at as usize].is_some());
                if stiff != [true, true] && (b[0] - a[0]).hypot(b[1] - a[1]) < room {
                    close = true;
                    separate(spots, [one, two], stiff, room * 1.02, round);
                }
            }
        }
        if !close {
            return;
        }
    }
}

/// Moves two nodes apart to a distance, those that had a position hardly.
fn separate(spots: &mut [Spot], [one, two]: [u32; 2], stiff: [bool; 2], room: f32, round: u32) {
    let [a, b] = [spots[one as usize], spots[two as usize]];
    let (mut x, mut y) = (b[0] - a[0], b[1] - a[1]);
    let mut length = x.hypot(y);
    if length < 1e-6 {
        let angle = (one.wrapping_mul(7) + two.wrapping_mul(13) + round) as f32;
        (x, y, length) = (angle.cos(), angle.sin(), 1.0);
        return move_both(spots, [one, two], stiff, [x * room, y * room], length);
    }
    move_both(spots, [one, two], stiff, [x * (room - length), y * (room - length)], length);
}

fn move_both(spots: &mut [Spot], [one, two]: [u32; 2], stiff: [bool; 2], way: Spot, length: f32) {
    let share = match stiff {
        [true, false] => STIFF,
        [false, true] => 1.0 - STIFF,
        _ => 0.5,
    };
    for axis in 0..2 {
        let step = way[axis] / length;
        let (first, second) = (spots[one as usize][axis], spots[two as usize][axis]);
        spots[one as usize][axis] = (first - step * share).clamp(0.0, 1.0);
        spots[two as usize][axis] = (second + step * (1.0 - share)).clamp(0.0, 1.0);
    }
}
