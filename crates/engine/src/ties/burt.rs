//! Structural holes: Burt's constraint and effective size.
//!
//! R. Burt, *Structural Holes* (1992); weighted as networkx does: p(u, v) is the share of u's strength that goes to v. Both
//! measures sum over triangles, which are listed once by degree order in O(ties^1.5), so one huge hub costs little.

use super::{Graph, strengths};

/// No place among all rows.
const NOWHERE: u32 = u32::MAX;

/// Burt's constraint: Σ over contacts v of (p(u,v) + Σ over shared contacts w of p(u,w)·p(w,v))². High for those whose contacts
/// know each other, low for brokers. Not a number for nodes without ties.
pub fn constraint(graph: &Graph) -> Vec<f64> {
    let all = strengths(graph);
    let share = shares(graph, |node| all[node as usize]);
    let mut through = vec![0.0; share.len()];
    triangles(graph, |direct, first, second| through[direct] += share[first] * share[second]);
    let of = |node: u32| {
        let slots = graph.start(node)..graph.start(node) + graph.degree(node);
        if slots.is_empty() { f64::NAN } else { slots.map(|slot| (share[slot] + through[slot]).powi(2)).sum() }
    };
    (0..graph.nodes() as u32).map(of).collect()
}

/// Burt's effective size: contacts less their redundancy, Σ over contacts v of 1 − Σ over shared contacts w of
/// p(u,w)·m(v,w), with m relative to v's strongest tie. Not a number for nodes without ties.
pub fn effective_size(graph: &Graph) -> Vec<f64> {
    let all = strengths(graph);
    let strongest = |node| f64::from(graph.neighbours(node).1.iter().copied().fold(0.0, f32::max));
    let share = shares(graph, |node| all[node as usize]);
    let relative = shares(graph, strongest);
    let back = reverse_slots(graph);
    let mut redundant = vec![0.0; share.len()];
    triangles(graph, |direct, first, second| redundant[direct] += share[first] * relative[back[second] as usize]);
    let of = |node: u32| {
        let slots = graph.start(node)..graph.start(node) + graph.degree(node);
        if slots.is_empty() { f64::NAN } else { slots.map(|slot| 1.0 - redundant[slot]).sum() }
    };
    (0..graph.nodes() as u32).map(of).collect()
}

/// Every row's strengths divided by something of its node.
fn shares(graph: &Graph, whole: impl Fn(u32) -> f64) -> Vec<f64> {
    let mut shares = Vec::with_capacity(graph.edges() * 2);
    for node in 0..graph.nodes() as u32 {
        let whole = whole(node);
        shares.extend(graph.neighbours(node).1.iter().map(|weight| f64::from(*weight) / whole));
    }
    shares
}

/// For the place of u→v among all rows, the place of v→u.
fn reverse_slots(graph: &Graph) -> Vec<u32> {
    let mut next: Vec<u32> = (0..graph.nodes() as u32).map(|node| graph.start(node) as u32).collect();
    let mut back = Vec::with_capacity(graph.edges() * 2);
    // Rows are sorted: going through the nodes in order meets every row's entries in order too.
    for node in 0..graph.nodes() as u32 {
        for &other in graph.row(node) {
            let there = &mut next[other as usize];
            back.push(*there);
            *there += 1;
        }
    }
    back
}

/// Calls `each(u→v, u→w, w→v)` with places among all rows, for every triangle and each of its six ordered pairs (u, v).
fn triangles(graph: &Graph, mut each: impl FnMut(usize, usize, usize)) {
    let back = reverse_slots(graph);
    let above = |a: u32, b: u32| (graph.degree(a), a) < (graph.degree(b), b);
    let mut up: Vec<(u32, u32)> = Vec::with_capacity(graph.edges());
    let mut starts = vec![0];
    for node in 0..graph.nodes() as u32 {
        let slots = graph.start(node) as u32..;
        up.extend(graph.row(node).iter().copied().zip(slots).filter(|(other, _)| above(node, *other)));
        starts.push(up.len());
    }
    let most = starts.windows(2).map(|ends| ends[1] - ends[0]).max().unwrap_or(0);
    let mut seen = vec![NOWHERE; graph.nodes()];
    // With a place to write to that does not count: few nodes are shared, and which ones is hard to foresee.
    let mut shared = vec![(0, 0); most + 1];
    for a in 0..graph.nodes() {
        let row = &up[starts[a]..starts[a + 1]];
        row.iter().for_each(|(other, slot)| seen[*other as usize] = *slot);
        for &(b, ab) in row {
            let mut count = 0;
            for &(c, bc) in &up[starts[b as usize]..starts[b as usize + 1]] {
                let ac = seen[c as usize];
                shared[count] = (ac, bc);
                count += usize::from(ac != NOWHERE);
            }
            for &(ac, bc) in &shared[..count] {
                let (ab, ac, bc) = (ab as usize, ac as usize, bc as usize);
                let (ba, cb, ca) = (back[ab] as usize, back[bc] as usize, back[ac] as usize);
                each(ab, ac, cb);
                each(ba, bc, ca);
                each(ac, ab, bc);
                each(ca, cb, ba);
                each(bc, ba, ac);
                each(cb, ca, ab);
            }
        }
        row.iter().for_each(|(other, _)| seen[*other as usize] = NOWHERE);
    }
}
