//! The bridge finder beside the best of all choices.

use crate::plain;
use engine::ties::{Graph, bridges};
use proptest::prelude::*;

const DECAY: f64 = 0.5;

/// Mean worth over all pairs when a way may use one of the new ties.
fn reach(far: &[Vec<usize>], left: &[u32], right: &[u32], ties: &[(u32, u32)]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0);
    for &l in left {
        for &r in right.iter().filter(|r| **r != l) {
            let via = |a: u32, b: u32| far[l as usize][a as usize] + 1 + far[b as usize][r as usize];
            let with = ties.iter().map(|(a, b)| via(*a, *b).min(via(*b, *a))).min().unwrap_or(plain::FAR);
            let distance = with.min(far[l as usize][r as usize]);
            sum += if distance < plain::FAR { DECAY.powi(distance as i32) } else { 0.0 };
            pairs += 1;
        }
    }
    if pairs == 0 { 0.0 } else { sum / f64::from(pairs) }
}

proptest! {
    #[test]
    fn small_choices_are_proven_best((nodes, edges) in plain::small(), k in 1usize..4, cut in 1usize..8) {
        let graph = Graph::new(nodes, &edges);
        let cut = cut.min(nodes - 1) as u32;
        let (left, right): (Vec<u32>, Vec<u32>) = (0..nodes as u32).partition(|node| *node < cut);
        let new = |(a, b): &(u32, u32)| graph.strength(*a, *b).is_none();
        let ties: Vec<(u32, u32)> = left.iter().flat_map(|a| right.iter().map(|b| (*a, *b))).filter(new).take(8).collect();
        let candidates: Vec<(u32, u32, f32)> = ties.iter().map(|(a, b)| (*a, *b, 0.5)).collect();
        let found = bridges::find(&graph, &left, &right, &candidates, k, DECAY);
        let far = plain::distances(&graph);
        let chosen: Vec<(u32, u32)> = found.picks.iter().map(|pick| (pick.a, pick.b)).collect();
        let best = (0u32..1 << ties.len())
            .filter(|set| set.count_ones() as usize <= k)
            .map(|set| (0..ties.len()).filter(|at| set >> at & 1 == 1).map(|at| ties[at]).collect::<Vec<_>>())
            .map(|set| reach(&far, &left, &right, &set))
            .fold(0.0, f64::max);
        prop_assert!(found.exact);
        prop_assert!((found.before - reach(&far, &left, &right, &[])).abs() < 1e-9);
        prop_assert!((found.after - reach(&far, &left, &right, &chosen)).abs() < 1e-9);
        prop_assert!((found.after - best).abs() < 1e-9, "{} {}", found.after, best);
        prop_assert!(found.bound >= best - 1e-9);
    }
}

#[test]
fn many_choices_are_bounded() {
    // Two circles of a hundred: too many choices to prove by trying, and the bound still holds.
    let circle = |from: u32| (0..100).map(move |at| (from + at, from + (at + 1) % 100, 1.0));
    let edges: Vec<_> = circle(0).chain(circle(100)).collect();
    let graph = Graph::new(200, &edges);
    let (left, right): (Vec<u32>, Vec<u32>) = ((0..100).collect(), (100..200).collect());
    let candidates: Vec<_> = (0..100).map(|at| (at, 100 + at * 7 % 100, 0.5)).collect();
    let found = bridges::find(&graph, &left, &right, &candidates, 5, DECAY);
    assert_eq!((found.picks.len(), found.before), (5, 0.0));
    assert!(found.after > 0.0 && found.bound >= found.after - 1e-12);
    assert_eq!(found, bridges::find(&graph, &left, &right, &candidates, 5, DECAY));
}

#[test]
fn known_ties_unknown_nodes_and_empty_sides_are_no_bridges() {
    let graph = Graph::new(4, &[(0, 1, 1.0)]);
    let candidates = [(0, 1, 1.0), (0, 9, 1.0), (2, 2, 1.0), (0, 2, 0.1), (2, 0, 0.9), (0, 3, f32::NAN)];
    let found = bridges::find(&graph, &[0, 1, 9], &[2, 3], &candidates, 3, DECAY);
    assert_eq!((found.compared, found.picks.len(), found.picks[0].b), (1, 1, 2));
    assert_eq!(bridges::find(&graph, &[], &[2], &candidates, 3, DECAY).picks, []);
    assert_eq!(bridges::find(&graph, &[0], &[2], &[], 0, DECAY).picks, []);
}
