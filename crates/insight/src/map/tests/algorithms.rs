//! The measures as the map uses them.

use engine::ties::{Graph, bridges, layout, paths};

#[test]
fn the_strongest_way_may_be_the_longer_one() {
    let graph = Graph::new(4, &[(0, 1, 0.1), (0, 2, 0.9), (2, 3, 0.9), (3, 1, 0.9)]);
    let found = paths(&graph, 0, 1, 2);
    assert_eq!(found[0].nodes, [0, 2, 3, 1]);
    assert_eq!(found[1].nodes, [0, 1]);
}

#[test]
fn who_lay_somewhere_stays_near_it_when_somebody_comes() {
    let graph = Graph::new(4, &[(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5)]);
    let before = layout(&graph, &[None; 4], None, 7);
    let grown = Graph::new(5, &[(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5), (3, 4, 0.5)]);
    let known: Vec<Option<[f32; 2]>> = before.iter().copied().map(Some).chain([None]).collect();
    let after = layout(&grown, &known, None, 7);
    for (was, is) in before.iter().zip(&after) {
        assert!((was[0] - is[0]).abs() < 0.05 && (was[1] - is[1]).abs() < 0.05, "{was:?} {is:?}");
    }
}

#[test]
fn one_bridge_between_two_islands_reaches_what_was_out_of_reach() {
    let graph = Graph::new(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
    let found = bridges::find(&graph, &[0, 1], &[2, 3], &[(0, 2, 0.5), (1, 3, 0.5)], 1, 0.5);
    assert_eq!(found.before, 0.0);
    assert_eq!(found.picks.len(), 1);
    // One pair at one step, two at two, one at three.
    let expected = (0.5 + 0.25 + 0.25 + 0.125) / 4.0;
    assert!((found.after - expected).abs() < 1e-9 && found.exact, "{found:?}");
}
