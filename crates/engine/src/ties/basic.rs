//! Measures that one look at the rows gives: degree, strength, components, cores.

use super::Graph;

/// Nodes ahead whose rows are asked for.
const SOON: usize = 8;
/// Ties of every node that are looked at in any case.
const FIRST: usize = 2;

/// Number of neighbours of every node.
pub fn degrees(graph: &Graph) -> Vec<u32> {
    (0..graph.nodes() as u32).map(|node| graph.degree(node) as u32).collect()
}

/// Sum of the strengths of every node's ties.
pub fn strengths(graph: &Graph) -> Vec<f64> {
    let sum = |node| graph.neighbours(node).1.iter().map(|weight| f64::from(*weight)).sum();
    (0..graph.nodes() as u32).map(sum).collect()
}

/// The connected component of every node, numbered by their lowest nodes from 0. Some ties of every node join nearly all that
/// belong together; then only those outside the largest component need to look at the rest of theirs, because a tie is seen
/// from both ends (M. Sutton, T. Ben-Nun, A. Barak, *Optimizing parallel graph connectivity computation via subgraph sampling*, 2018).
pub fn components(graph: &Graph) -> Vec<u32> {
    let nodes = graph.nodes() as u32;
    let mut lower: Vec<u32> = (0..nodes).collect();
    for node in 0..nodes {
        graph.row(node).iter().take(FIRST).for_each(|other| join(&mut lower, node, *other));
    }
    flatten(&mut lower);
    let mut size = vec![0u32; lower.len()];
    lower.iter().for_each(|lowest| size[*lowest as usize] += 1);
    let largest = (0..nodes).max_by_key(|node| size[*node as usize]);
    for node in 0..nodes {
        if Some(lower[node as usize]) != largest {
            graph.row(node).iter().skip(FIRST).for_each(|other| join(&mut lower, node, *other));
        }
    }
    flatten(&mut lower);
    let mut count = 0;
    for at in 0..lower.len() {
        let lowest = lower[at] as usize;
        if lowest == at {
            size[at] = count;
            count += 1;
        }
        lower[at] = size[lowest];
    }
    lower
}

/// Joins what two nodes belong to. Everybody knows somebody lower, only the lowest knows itself; what is on the way is shortened.
fn join(lower: &mut [u32], one: u32, two: u32) {
    let mut lowest = |mut node: u32| {
        while lower[node as usize] != node {
            lower[node as usize] = lower[lower[node as usize] as usize];
            node = lower[node as usize];
        }
        node
    };
    let (one, two) = (lowest(one), lowest(two));
    lower[one.max(two) as usize] = one.min(two);
}

/// Everybody knows the lowest.
fn flatten(lower: &mut [u32]) {
    (0..lower.len()).for_each(|at| lower[at] = lower[lower[at] as usize]);
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
        let (mut least, mut kept) = (u32::MAX, 0);
        for at in 0..left.len() {
            let node = left[at];
            let have = degree[node as usize];
            taken[end] = node;
            end += usize::from(have == core);
            left[kept] = node;
            kept += usize::from(have > core);
            least = least.min(if have > core { have } else { u32::MAX });
        }
        left.truncate(kept);
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
