//! Graphs that nobody would wish for.

use engine::ties::{self, Graph, bridges};

#[test]
fn an_empty_graph_has_no_measures() {
    let graph = Graph::new(0, &[(0, 1, 1.0)]);
    assert_eq!((graph.nodes(), graph.edges(), graph.ignored), (0, 0, 1));
    assert!(ties::betweenness(&graph, 2).is_empty() && ties::constraint(&graph).is_empty());
    assert!(ties::leiden(&graph, 1.0, 1).is_empty() && ties::layout(&graph, &[], None, 1).is_empty());
    assert_eq!((ties::shortest_path(&graph, 0, 0), ties::paths(&graph, 0, 1, 3)), (None, Vec::new()));
    assert_eq!(ties::ei_index(&graph, &[]).whole, None);
}

#[test]
fn bad_ties_are_counted_and_left_out() {
    let edges = [(0, 0, 1.0), (0, 1, 0.5), (1, 0, 0.25), (0, 7, 1.0), (1, 2, f32::NAN), (1, 2, -1.0), (1, 2, 0.0)];
    let graph = Graph::new(3, &edges);
    assert_eq!((graph.loops, graph.merged, graph.ignored, graph.edges()), (1, 1, 4, 1));
    assert_eq!(graph.strength(1, 0), Some(0.75));
    assert!(ties::constraint(&graph)[2].is_nan());
}

#[test]
fn a_hub_of_a_million_ties_is_measured() {
    let edges: Vec<(u32, u32, f32)> = (1..=1_000_000).map(|node| (0, node, 0.5)).collect();
    let graph = Graph::new(1_000_001, &edges);
    assert_eq!(ties::degrees(&graph)[0], 1_000_000);
    assert_eq!(ties::core_numbers(&graph).iter().max(), Some(&1));
    assert!((ties::constraint(&graph)[0] - 1e-6).abs() < 1e-12);
    // A star has no communities; being alone or with all others makes a difference in the twelfth place for the last ones.
    assert!(ties::modularity(&graph, &ties::leiden(&graph, 1.0, 1), 1.0).abs() < 1e-5);
    assert_eq!(ties::shortest_path(&graph, 5, 900_000).map(|path| path.hops()), Some(2));
    assert_eq!(ties::strongest_path(&graph, 5, 900_000).map(|path| path.nodes), Some(vec![5, 0, 900_000]));
    let found = bridges::find(&graph, &[1, 2], &[3, 4], &[(1, 3, 1.0), (2, 4, 1.0)], 1, 0.5);
    assert_eq!((found.before, found.picks.len(), found.exact), (0.25, 1, true));
}
