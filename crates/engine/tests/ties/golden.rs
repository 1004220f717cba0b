//! Reference values of networkx (data/README.md).

use engine::ties::{self, Graph};

fn graph(text: &str) -> Graph {
    let edge = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].parse().unwrap(), cells[1].parse().unwrap(), cells[2].parse().unwrap())
    };
    let edges: Vec<(u32, u32, f32)> = text.lines().skip(1).map(edge).collect();
    let nodes = edges.iter().map(|edge| edge.0.max(edge.1) + 1).max().unwrap();
    Graph::new(nodes as usize, &edges)
}

fn agrees(edges: &str, expected: &str, modularity: f64) {
    let graph = graph(edges);
    let degrees = ties::degrees(&graph);
    let cores = ties::core_numbers(&graph);
    let betweenness = ties::betweenness(&graph, 2);
    let constraint = ties::constraint(&graph);
    let size = ties::effective_size(&graph);
    let mut rows = 0;
    for line in expected.lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let node = cells[0] as usize;
        assert_eq!((f64::from(degrees[node]), f64::from(cores[node])), (cells[1], cells[2]), "node {node}");
        for (measured, wanted) in [betweenness[node], constraint[node], size[node]].iter().zip(&cells[3..]) {
            assert!((measured - wanted).abs() < 1e-9, "node {node}: {measured} is not {wanted}");
        }
        rows += 1;
    }
    assert_eq!(rows, graph.nodes());
    let best = (0..40).map(|seed| ties::modularity(&graph, &ties::leiden(&graph, 1.0, seed), 1.0)).fold(0.0, f64::max);
    assert!(best >= modularity, "{best} is below {modularity}");
}

#[test]
fn zacharys_karate_club_has_its_known_values() {
    // The best modularity there is: igraph's `community_optimal_modularity` proves 0.444904.
    agrees(include_str!("data/karate.csv"), include_str!("data/karate-expected.csv"), 0.44490);
}

#[test]
fn the_people_of_les_miserables_have_their_known_values() {
    // The best of 200 runs of igraph's Leiden to the end: 0.566688.
    agrees(include_str!("data/miserables.csv"), include_str!("data/miserables-expected.csv"), 0.56668);
}

#[test]
fn the_florentine_families_have_their_known_values() {
    // The best modularity there is: igraph's `community_optimal_modularity` proves 0.398750.
    agrees(include_str!("data/florentine.csv"), include_str!("data/florentine-expected.csv"), 0.39874);
}

#[test]
fn the_club_mixes_as_it_split() {
    let graph = graph(include_str!("data/karate.csv"));
    // Members who stayed with the officer; from Zachary's table as networkx carries it.
    let officer = [9, 14, 15, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33];
    let groups: Vec<u32> = (0..34).map(|node| u32::from(officer.contains(&node))).collect();
    let mixing = ties::mixing(&graph, &groups);
    let index = ties::ei_index(&graph, &groups);
    let all = mixing.between(0, 0) + mixing.between(0, 1) + mixing.between(1, 1);
    assert_eq!((all, mixing.between(0, 1), mixing.between(1, 0)), (78, CROSSING, CROSSING));
    assert_eq!(index.whole, Some((CROSSING as f64 - (78 - CROSSING) as f64) / 78.0));
}

/// Ties between the two halves, from `attribute_mixing_matrix`.
const CROSSING: u64 = 11;
