//! Measures that one look at the rows gives: degree, strength, components, cores.

use super::Graph;

/// Number of neighbours of every node.
pub fn degrees(graph: &Graph) -> Vec<u32> {
    (0..graph.nodes() as u32).map(|node| graph.degree(node) as u32).collect()
}

/// Sum of the strengths of every node's ties.
pub fn strengths(graph: &Graph) -> Vec<f64> {
    let sum = |node| graph.neighbours(node).1.iter().map(|weight| f64::from(*weight)).sum();
    (0..graph.nodes() as u32).map(sum).collect()
}

/// The connected component of every node, numbered by their lowest nodes from 0.
pub fn components(graph: &Graph) -> Vec<u32> {
    let mut component = vec![u32::MAX; graph.nodes()];
    let mut stack = Vec::new();
    let mut count = 0;
    for start in 0..graph.nodes() as u32 {
        if component[start as usize] != u32::MAX {
            continue;
        }
        component[start as usize] = count;
        stack.push(start);
        while let Some(node) = stack.pop() {
            for &next in graph.row(node) {
                if component[next as usize] == u32::MAX {
                    component[next as usize] = count;
                    stack.push(next);
                }
            }
        }
        count += 1;
    }
    component
}

/// The core number of every node: the largest k such that it belongs to a part in which everybody has k neighbours of the
/// part (Batagelj and Zaveršnik 2003, O(nodes + ties)).
pub fn core_numbers(graph: &Graph) -> Vec<u32> {
    let mut degree = degrees(graph);
    let (mut order, mut place, mut starts) = by_degree(&degree);
    for at in 0..order.len() {
        let node = order[at];
        for &next in graph.row(node) {
            let have = degree[next as usize];
            if have > degree[node as usize] {
                // The neighbour trades places with the first of its degree and moves one degree down.
                let (from, to) = (place[next as usize], starts[have as usize]);
                let first = order[to];
                order.swap(from, to);
                place[first as usize] = from;
                place[next as usize] = to;
                starts[have as usize] += 1;
                degree[next as usize] -= 1;
            }
        }
    }
    degree
}

/// Nodes in order of degree, the place of each in that order, and where each degree starts.
fn by_degree(degree: &[u32]) -> (Vec<u32>, Vec<usize>, Vec<usize>) {
    let most = degree.iter().copied().max().unwrap_or(0) as usize;
    let mut starts = vec![0usize; most + 2];
    for &have in degree {
        starts[have as usize + 1] += 1;
    }
    for at in 0..=most {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut order = vec![0; degree.len()];
    let mut place = vec![0; degree.len()];
    for (node, &have) in degree.iter().enumerate() {
        place[node] = next[have as usize];
        order[place[node]] = node as u32;
        next[have as usize] += 1;
    }
    (order, place, starts)
}
