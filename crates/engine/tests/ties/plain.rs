//! Every measure in the plainest way, over a matrix of strengths; and graphs to try them on.

use engine::ties::Graph;
use proptest::prelude::*;

pub const FAR: usize = usize::MAX / 4;

/// Small graphs, often with several components, loops and doubles.
pub fn small() -> impl Strategy<Value = (usize, Vec<(u32, u32, f32)>)> {
    (2usize..9).prop_flat_map(|nodes| {
        let end = 0..nodes as u32;
        let edge = (end.clone(), end, (1u32..9).prop_map(|eighths| eighths as f32 / 8.0));
        (Just(nodes), prop::collection::vec(edge, 0..20))
    })
}

/// Graphs for which one group of searches is not enough: thin and long, or dense.
pub fn larger() -> impl Strategy<Value = (usize, Vec<(u32, u32, f32)>)> {
    (17usize..70, 0usize..400).prop_flat_map(|(nodes, ties)| {
        let end = 0..nodes as u32;
        let chain = (1..nodes as u32).map(|node| (node - 1, node, 1.0)).collect::<Vec<_>>();
        let more = prop::collection::vec((end.clone(), end, Just(0.5f32)), 0..=ties);
        (Just(nodes), prop_oneof![Just(Vec::new()), Just(chain)], more)
            .prop_map(|(nodes, chain, more)| (nodes, [chain, more].concat()))
    })
}

pub fn matrix(graph: &Graph) -> Vec<Vec<f64>> {
    let nodes = graph.nodes() as u32;
    let cell = |a, b| f64::from(graph.strength(a, b).unwrap_or(0.0));
    (0..nodes).map(|a| (0..nodes).map(|b| cell(a, b)).collect()).collect()
}

/// Distances by hops (Floyd and Warshall).
pub fn distances(graph: &Graph) -> Vec<Vec<usize>> {
    let ties = matrix(graph);
    let nodes = ties.len();
    let mut far = vec![vec![FAR; nodes]; nodes];
    for a in 0..nodes {
        for b in 0..nodes {
            far[a][b] = if a == b {
                0
            } else if ties[a][b] > 0.0 {
                1
            } else {
                FAR
            };
        }
    }
    for via in 0..nodes {
        for a in 0..nodes {
            for b in 0..nodes {
                far[a][b] = far[a][b].min(far[a][via] + far[via][b]);
            }
        }
    }
    far
}

/// All ways without loops from `a` to `b`.
pub fn ways(graph: &Graph, a: u32, b: u32) -> Vec<Vec<u32>> {
    let (mut all, mut open) = (Vec::new(), vec![vec![a]]);
    while let Some(way) = open.pop() {
        let last = *way.last().unwrap();
        if last == b {
            all.push(way);
            continue;
        }
        for &next in graph.neighbours(last).0 {
            if !way.contains(&next) {
                open.push([way.clone(), vec![next]].concat());
            }
        }
    }
    all
}

pub fn betweenness(graph: &Graph) -> Vec<f64> {
    let mut scores = vec![0.0; graph.nodes()];
    for a in 0..graph.nodes() as u32 {
        for b in a + 1..graph.nodes() as u32 {
            let all = ways(graph, a, b);
            let least = all.iter().map(Vec::len).min().unwrap_or(0);
            let shortest: Vec<_> = all.iter().filter(|way| way.len() == least).collect();
            for way in &shortest {
                way[1..way.len() - 1].iter().for_each(|node| scores[*node as usize] += 1.0 / shortest.len() as f64);
            }
        }
    }
    scores
}

pub fn constraint(graph: &Graph) -> Vec<f64> {
    let ties = matrix(graph);
    let share = |u: usize, v: usize| ties[u][v] / ties[u].iter().sum::<f64>();
    let of = |u: usize| {
        let contacts: Vec<usize> = (0..ties.len()).filter(|v| ties[u][*v] > 0.0).collect();
        let through = |v: usize| contacts.iter().map(|w| share(u, *w) * share(*w, v)).sum::<f64>();
        if contacts.is_empty() { f64::NAN } else { contacts.iter().map(|v| (share(u, *v) + through(*v)).powi(2)).sum() }
    };
    (0..ties.len()).map(of).collect()
}

/// Cores by taking away who has too few neighbours, again and again.
pub fn cores(graph: &Graph) -> Vec<u32> {
    let mut core = vec![0; graph.nodes()];
    for k in 1..graph.nodes() as u32 {
        let mut inside = vec![true; graph.nodes()];
        let few = |inside: &[bool], node: u32| {
            inside[node as usize]
                && graph.neighbours(node).0.iter().filter(|next| inside[**next as usize]).count() < k as usize
        };
        while let Some(node) = (0..graph.nodes() as u32).find(|node| few(&inside, *node)) {
            inside[node as usize] = false;
        }
        (0..core.len()).filter(|node| inside[*node]).for_each(|node| core[node] = k);
    }
    core
}

/// The same by numbers of shortest ways between any two, for graphs that have too many ways to write them all down.
pub fn betweenness_counted(graph: &Graph) -> Vec<f64> {
    let (far, nodes) = (distances(graph), graph.nodes());
    let mut ways = vec![vec![0.0; nodes]; nodes];
    for a in 0..nodes {
        let mut others: Vec<usize> = (0..nodes).filter(|b| far[a][*b] < FAR).collect();
        others.sort_by_key(|b| far[a][*b]);
        for b in others {
            let nearer = graph.neighbours(b as u32).0.iter().filter(|next| far[a][**next as usize] + 1 == far[a][b]);
            ways[a][b] = if a == b { 1.0 } else { nearer.map(|next| ways[a][*next as usize]).sum() };
        }
    }
    let between = |at: usize| -> f64 {
        let pairs = (0..nodes).flat_map(|a| (a + 1..nodes).map(move |b| (a, b)));
        let through = pairs
            .filter(|(a, b)| *a != at && *b != at && far[*a][*b] < FAR && far[*a][at] + far[at][*b] == far[*a][*b]);
        through.map(|(a, b)| ways[a][at] * ways[at][b] / ways[a][b]).sum()
    };
    (0..nodes).map(between).collect()
}
