//! Where nodes lie: forces between neighbours and all others, groups near each other, in the unit square. Nodes that lay
//! somewhere stay there; new ones go near their neighbours. Then the rank along each axis is mixed in, which spreads clumps.

use super::{Dice, Graph};

const ROUNDS: usize = 220;

/// Positions in the unit square.
pub fn layout(graph: &Graph, previous: &[Option<[f32; 2]>], groups: Option<&[u32]>, seed: u64) -> Vec<[f32; 2]> {
    let nodes = graph.nodes();
    let known = previous.iter().flatten().count();
    let mut dice = Dice::new(seed);
    let mut at: Vec<[f32; 2]> = (0..nodes).map(|node| start(node, previous, groups, &mut dice)).collect();
    if known > 0 {
        place_new(graph, previous, &mut at, &mut dice);
        return at;
    }
    let ideal = 1.1 / (nodes.max(1) as f32).sqrt();
    for round in 0..ROUNDS {
        let heat = 0.08 * (1.0 - round as f32 / ROUNDS as f32);
        step(graph, groups, &mut at, ideal, heat);
    }
    spread(&mut at);
    apart(&mut at);
    at
}

/// Where a node begins: where it lay, else within its group's sector of a circle.
fn start(node: usize, previous: &[Option<[f32; 2]>], groups: Option<&[u32]>, dice: &mut Dice) -> [f32; 2] {
    let (turn, far) = (dice.share(), dice.share());
    if let Some(Some(known)) = previous.get(node) {
        return *known;
    }
    let group = groups.and_then(|groups| groups.get(node)).copied().unwrap_or(0) as f32;
    let angle = (group + 0.8 * turn) / 10.0 * std::f32::consts::TAU;
    let radius = 0.18 + 0.27 * far;
    [0.5 + radius * angle.cos(), 0.5 + radius * angle.sin()]
}

fn step(graph: &Graph, groups: Option<&[u32]>, at: &mut [[f32; 2]], ideal: f32, heat: f32) {
    let nodes = at.len();
    let mut force = vec![[0.0_f32; 2]; nodes];
    for a in 0..nodes {
        for b in a + 1..nodes {
            let (dx, dy) = (at[a][0] - at[b][0], at[a][1] - at[b][1]);
            let square = (dx * dx + dy * dy).max(1e-6);
            let push = ideal * ideal / square;
            force[a] = [force[a][0] + dx * push, force[a][1] + dy * push];
            force[b] = [force[b][0] - dx * push, force[b][1] - dy * push];
        }
        for (b, weight) in graph.around(a as u32).filter(|(b, _)| *b as usize > a) {
            let b = b as usize;
            let (dx, dy) = (at[a][0] - at[b][0], at[a][1] - at[b][1]);
            let pull = (dx * dx + dy * dy).sqrt() / ideal * (0.3 + 0.7 * weight) * 0.6;
            force[a] = [force[a][0] - dx * pull, force[a][1] - dy * pull];
            force[b] = [force[b][0] + dx * pull, force[b][1] + dy * pull];
        }
    }
    let middles = middles(groups, at);
    for (node, place) in at.iter_mut().enumerate() {
        // Toward the middle of the group, and of the map.
        let home = groups.and_then(|groups| groups.get(node)).and_then(|group| middles.get(*group as usize)).copied();
        let home = home.unwrap_or([0.5, 0.5]);
        let mut pull = [force[node][0], force[node][1]];
        for axis in 0..2 {
            pull[axis] += 0.9 * (home[axis] - place[axis]) + 0.6 * (0.5 - place[axis]);
        }
        let size = (pull[0] * pull[0] + pull[1] * pull[1]).sqrt().max(1e-6);
        let moved = size.min(heat) / size;
        for axis in 0..2 {
            place[axis] = (place[axis] + pull[axis] * moved).clamp(0.0, 1.0);
        }
    }
}

fn middles(groups: Option<&[u32]>, at: &[[f32; 2]]) -> Vec<[f32; 2]> {
    let Some(groups) = groups else { return Vec::new() };
    let count = groups.iter().max().map_or(0, |most| *most as usize + 1);
    let mut sums = vec![[0.0_f32; 3]; count];
    for (group, place) in groups.iter().zip(at) {
        let sum = &mut sums[*group as usize];
        *sum = [sum[0] + place[0], sum[1] + place[1], sum[2] + 1.0];
    }
    sums.into_iter().map(|[x, y, n]| [x / n.max(1.0), y / n.max(1.0)]).collect()
}

/// Half of the way to the place that the rank along each axis gives.
fn spread(at: &mut [[f32; 2]]) {
    let nodes = at.len();
    for axis in 0..2 {
        let mut order: Vec<usize> = (0..nodes).collect();
        order.sort_by(|x, y| at[*x][axis].total_cmp(&at[*y][axis]).then(x.cmp(y)));
        for (rank, node) in order.into_iter().enumerate() {
            let even = (rank as f32 + 0.5) / nodes.max(1) as f32;
            at[node][axis] = 0.5 * at[node][axis] + 0.5 * even;
        }
    }
}

/// Pushes apart what lies on each other.
fn apart(at: &mut [[f32; 2]]) {
    const ROUNDS: usize = 12;
    let nodes = at.len();
    let least = (0.5 / (nodes.max(1) as f32).sqrt()).min(0.03);
    for _ in 0..ROUNDS {
        for a in 0..nodes {
            for b in a + 1..nodes {
                let (dx, dy) = (at[a][0] - at[b][0], at[a][1] - at[b][1]);
                let far = (dx * dx + dy * dy).sqrt();
                if far >= least {
                    continue;
                }
                let (ux, uy) = if far > 1e-5 { (dx / far, dy / far) } else { (1.0, 0.0) };
                let push = 0.5 * (least - far);
                at[a] = [(at[a][0] + ux * push).clamp(0.0, 1.0), (at[a][1] + uy * push).clamp(0.0, 1.0)];
                at[b] = [(at[b][0] - ux * push).clamp(0.0, 1.0), (at[b][1] - uy * push).clamp(0.0, 1.0)];
            }
        }
    }
}

/// New nodes go beside the middle of their neighbours that lay somewhere; those that lay somewhere do not move.
fn place_new(graph: &Graph, previous: &[Option<[f32; 2]>], at: &mut [[f32; 2]], dice: &mut Dice) {
    for node in (0..at.len()).filter(|node| previous.get(*node).is_none_or(Option::is_none)) {
        let (turn, far) = (dice.share() * std::f32::consts::TAU, 0.02 + 0.03 * dice.share());
        let near: Vec<[f32; 2]> =
            graph.around(node as u32).filter_map(|(to, _)| previous.get(to as usize).copied().flatten()).collect();
        let count = near.len() as f32;
        let middle = if near.is_empty() {
            at[node]
        } else {
            [near.iter().map(|p| p[0]).sum::<f32>() / count, near.iter().map(|p| p[1]).sum::<f32>() / count]
        };
        at[node] = [(middle[0] + far * turn.cos()).clamp(0.0, 1.0), (middle[1] + far * turn.sin()).clamp(0.0, 1.0)];
    }
}
