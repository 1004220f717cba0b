//! Measures that one look at the rows gives: degree, strength, components, cores.

use super::Graph;

/// Nodes ahead whose rows are asked for.
const SOON: usize = 8;

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
/// part, O(nodes + ties) (Batagelj and Zaveršnik 2003). Whoever has k neighbours left is taken away with all that then have k, one k after
/// the other, without keeping the others in order (H. Kabir, K. Madduri, *Parallel k-core decomposition*, 2017): looking
/// through those who are left once for every k costs no more than their core numbers, and so no more than the ties.
pub fn core_numbers(graph: &Graph) -> Vec<u32> {
    let mut degree = degrees(graph);
    let mut left: Vec<u32> = (0..graph.nodes() as u32).collect();
    // Everybody in the order in which they are taken, and a place to write to that does not count yet.
    let mut taken = vec![0; graph.nodes() + 1];
    let (mut done, mut end, mut core) = (0, 0, 0);
    while !left.is_empty() {
        // Who has less than k was taken before; the least that is left is the next k.
        let mut least = u32::MAX;
        left.retain(|node| {
            let have = degree[*node as usize];
            if have == core {
                taken[end] = *node;
                end += 1;
            } else if have > core {
                least = least.min(have);
            }
            have > core
        });
        if done == end {
            core = least;
            continue;
        }
        while done < end {
            // The rows of those who come soon are asked for before they are needed.
            if let Some(soon) = taken.get(done + SOON) {
                std::hint::black_box(graph.row(*soon).first().copied());
            }
            // Which ties matter is hard to foresee, so nothing depends on it but numbers.
            for &next in graph.row(taken[done]) {
                let have = degree[next as usize];
                degree[next as usize] = have - u32::from(have > core);
                taken[end] = next;
                end += usize::from(have == core + 1);
            }
            done += 1;
        }
        core += 1;
    }
    degree
}
