//! Every measure beside its plainest form on small graphs.

use crate::plain;
use engine::ties::{self, Graph};
use proptest::prelude::*;

fn near(one: f64, two: f64) -> bool {
    (one.is_nan() && two.is_nan()) || (one - two).abs() < 1e-6
}

proptest! {
    #[test]
    fn cores_betweenness_and_constraint_agree((nodes, edges) in plain::small()) {
        let graph = Graph::new(nodes, &edges);
        prop_assert_eq!(ties::core_numbers(&graph), plain::cores(&graph));
        for (one, two) in ties::betweenness(&graph, 2).into_iter().zip(plain::betweenness(&graph)) {
            prop_assert!(near(one, two), "{} {}", one, two);
        }
        for (one, two) in ties::constraint(&graph).into_iter().zip(plain::constraint(&graph)) {
            prop_assert!(near(one, two), "{} {}", one, two);
        }
    }

    #[test]
    fn the_order_of_ties_changes_nothing((nodes, edges) in plain::small()) {
        let mut turned: Vec<_> = edges.iter().map(|(a, b, weight)| (*b, *a, *weight)).collect();
        turned.reverse();
        let (one, two) = (Graph::new(nodes, &edges), Graph::new(nodes, &turned));
        prop_assert!(one.ties().eq(two.ties()));
        prop_assert_eq!(one.ties().count() + one.loops + one.merged, edges.len());
        prop_assert_eq!(ties::betweenness(&one, 1), ties::betweenness(&two, 3));
    }

    #[test]
    fn components_are_who_can_reach_whom((nodes, edges) in plain::small()) {
        let graph = Graph::new(nodes, &edges);
        let (part, far) = (ties::components(&graph), plain::distances(&graph));
        for a in 0..nodes {
            for b in 0..nodes {
                prop_assert_eq!(part[a] == part[b], far[a][b] < plain::FAR);
                let path = ties::shortest_path(&graph, a as u32, b as u32);
                prop_assert_eq!(path.map_or(plain::FAR, |path| path.hops()), far[a][b].min(plain::FAR));
            }
        }
    }

    #[test]
    fn the_strongest_ways_are_the_first_of_all((nodes, edges) in plain::small(), k in 1usize..6) {
        let graph = Graph::new(nodes, &edges);
        let strongest = graph.ties().map(|tie| tie.2).fold(1.0, f32::max);
        let strength = |way: &Vec<u32>| -> f32 {
            way.windows(2).map(|tie| graph.strength(tie[0], tie[1]).unwrap() / strongest).product()
        };
        let mut all: Vec<f32> = plain::ways(&graph, 0, 1).iter().map(strength).collect();
        all.sort_by(|one, two| two.total_cmp(one));
        let found = ties::paths(&graph, 0, 1, k);
        prop_assert_eq!(found.len(), all.len().min(k));
        for (at, path) in found.iter().enumerate() {
            prop_assert!((path.strength - all[at]).abs() < 1e-5 * all[at].max(1e-3), "{:?} {:?}", found, all);
            prop_assert!((path.strength - strength(&path.nodes)).abs() < 1e-6);
            prop_assert!(found[..at].iter().all(|other| other.nodes != path.nodes));
        }
    }

    #[test]
    fn communities_are_connected_and_no_worse_than_none((nodes, edges) in plain::small(), seed in 0u64..5) {
        let graph = Graph::new(nodes, &edges);
        let community = ties::leiden(&graph, 1.0, seed);
        let inner: Vec<_> = graph.ties().filter(|(a, b, _)| community[*a as usize] == community[*b as usize]).collect();
        let parts = ties::components(&Graph::new(nodes, &inner));
        prop_assert_eq!(&parts, &community);
        let alone: Vec<u32> = (0..nodes as u32).collect();
        prop_assert!(ties::modularity(&graph, &community, 1.0) >= ties::modularity(&graph, &alone, 1.0) - 1e-9);
    }

    #[test]
    fn no_sample_is_far_beyond_its_error((nodes, edges) in plain::small(), seed in 0u64..3) {
        let graph = Graph::new(nodes, &edges);
        let tied = ties::degrees(&graph).into_iter().filter(|degree| *degree > 0).count() as f64;
        let sampled = ties::betweenness_sampled(&graph, 4_000, seed, 2);
        prop_assert_eq!(&sampled, &ties::betweenness_sampled(&graph, 4_000, seed, 1));
        let pairs = ((tied - 1.0) * (tied - 2.0) / 2.0).max(1.0);
        for (estimate, truth) in sampled.scores.iter().zip(ties::betweenness(&graph, 1)) {
            // The error holds nine times in ten, and hundreds of samples are drawn here: twice the error holds in all of them.
            prop_assert!((estimate - truth).abs() <= 2.0 * sampled.error * pairs, "{estimate} {truth} {}", sampled.error);
        }
    }

    #[test]
    fn ties_of_groups_add_up((nodes, edges) in plain::small()) {
        let graph = Graph::new(nodes, &edges);
        let groups: Vec<u32> = (0..nodes as u32).map(|node| node % 3).collect();
        let mixing = ties::mixing(&graph, &groups);
        for a in 0..mixing.groups as u32 {
            for b in 0..mixing.groups as u32 {
                let ties = graph.ties().filter(|(x, y, _)| [(a, b), (b, a)].contains(&(x % 3, y % 3))).count();
                prop_assert_eq!(mixing.between(a, b), ties as u64);
            }
        }
    }

    #[test]
    fn a_map_keeps_its_places_and_nobody_overlaps((nodes, edges) in plain::small()) {
        let graph = Graph::new(nodes, &edges);
        let first = ties::layout(&graph, &[], None, 1);
        prop_assert_eq!(&first, &ties::layout(&graph, &[], None, 1));
        for (at, one) in first.iter().enumerate() {
            prop_assert!(one.iter().all(|value| (0.0..=1.0).contains(value)));
            for two in &first[..at] {
                prop_assert!((one[0] - two[0]).hypot(one[1] - two[1]) > 0.025, "{:?}", first);
            }
        }
        let before: Vec<_> = first.iter().copied().map(Some).collect();
        prop_assert_eq!(&ties::layout(&graph, &before, None, 2), &first);
        // One more node, tied to the first: the others hardly move.
        let more = Graph::new(nodes + 1, &[edges, vec![(0, nodes as u32, 1.0)]].concat());
        for (was, is) in first.iter().zip(ties::layout(&more, &before, None, 1)) {
            prop_assert!((was[0] - is[0]).hypot(was[1] - is[1]) < 0.02);
        }
    }
}

#[test]
fn nine_samples_of_ten_are_within_their_error() {
    let edges = [(0, 5), (7, 5), (4, 3), (0, 2), (5, 3), (5, 6), (1, 0), (3, 2)];
    let graph = Graph::new(8, &edges.map(|(a, b)| (a, b, 0.125)));
    let (truth, pairs) = (ties::betweenness(&graph, 1), 21.0);
    let within = |seed: &u64| {
        let sampled = ties::betweenness_sampled(&graph, 4_000, *seed, 2);
        sampled.scores.iter().zip(&truth).all(|(estimate, truth)| (estimate - truth).abs() <= sampled.error * pairs)
    };
    assert!((0..200).filter(within).count() >= 180);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn cores_and_betweenness_agree_beyond_one_group_of_searches((nodes, edges) in plain::larger()) {
        let graph = Graph::new(nodes, &edges);
        prop_assert_eq!(ties::core_numbers(&graph), plain::cores(&graph));
        let found = ties::betweenness(&graph, 2);
        prop_assert_eq!(&found, &ties::betweenness(&graph, 1));
        for (one, two) in found.into_iter().zip(plain::betweenness_counted(&graph)) {
            prop_assert!(near(one, two), "{} {}", one, two);
        }
    }
}

/// Large enough for stretches of nodes and for steps of refinement: circles of a hundred, numbered across each other, where one
/// tie of nine leads elsewhere.
#[test]
fn communities_of_a_large_graph_are_its_circles() {
    let (circles, size) = (80u32, 100u32);
    let member = |circle: u32, at: u32| circle + circles * (at % size);
    let inside = |circle: u32| (0..size).flat_map(move |at| (1..=16).map(move |step| (circle, at, step * step)));
    let mut edges: Vec<(u32, u32, f32)> = (0..circles)
        .flat_map(inside)
        .map(|(circle, at, step)| (member(circle, at), member(circle, at + step), 1.0))
        .collect();
    let across = (0..circles * size * 2).map(|at| (at / 2, (at * 7_919 + at % 2 + 1) % (circles * size), 1.0));
    edges.extend(across);
    let graph = Graph::new((circles * size) as usize, &edges);
    assert!(graph.edges() > 100_000);
    let community = ties::leiden(&graph, 1.0, 1);
    assert_eq!(community, ties::leiden(&graph, 1.0, 1));
    let planted: Vec<u32> = (0..circles * size).map(|node| node % circles).collect();
    assert!(ties::modularity(&graph, &community, 1.0) >= ties::modularity(&graph, &planted, 1.0));
    let inner: Vec<_> = graph.ties().filter(|(a, b, _)| community[*a as usize] == community[*b as usize]).collect();
    assert_eq!(ties::components(&Graph::new(graph.nodes(), &inner)), community);
}
