//! Communities after V. Traag, L. Waltman, N. van Eck, *From Louvain to Leiden: guaranteeing well-connected communities*
//! (Scientific Reports 9, 2019), for modularity with a resolution. Every community is connected.

mod level;
mod refine;

use super::random::Random;
use super::{Graph, strengths};
use level::Level;

/// Rounds over the whole graph at most, as igraph does by default.
const ROUNDS: usize = 2;
/// How often parts of a community become larger parts before nodes may leave it again, in the first round: hardly any would in
/// between. Later rounds are there to find the little that is left.
const STEPS: usize = 3;
/// Graphs up to this many ties are worth more rounds without shortcuts; they take milliseconds.
const SMALL: usize = 100_000;
const SMALL_ROUNDS: usize = 20;

/// The community of every node, numbered from 0 by their lowest nodes. A higher resolution gives smaller communities; 1 is
/// modularity as it is usually meant.
pub fn leiden(graph: &Graph, resolution: f64, seed: u64) -> Vec<u32> {
    let nodes = graph.nodes();
    let mut community: Vec<u32> = (0..nodes as u32).collect();
    if graph.edges() == 0 {
        return community;
    }
    let base = Level::of(graph);
    let mut random = Random::new(seed, 0);
    let (rounds, mut steps) = if graph.edges() <= SMALL { (SMALL_ROUNDS, 1) } else { (ROUNDS, STEPS) };
    for _ in 0..rounds {
        if !round(&base, &mut community, steps, resolution, &mut random) {
            break;
        }
        steps = 1;
    }
    community
}

/// Modularity of a partition at a resolution: Σ over communities of (strength within / all) − resolution · (share of strength)².
pub fn modularity(graph: &Graph, community: &[u32], resolution: f64) -> f64 {
    let of = |node: u32| community.get(node as usize).copied().unwrap_or(0) as usize;
    let count = (0..graph.nodes() as u32).map(of).max().map_or(0, |last| last + 1);
    let mut share = vec![0.0; count];
    strengths(graph).iter().enumerate().for_each(|(node, strength)| share[of(node as u32)] += strength);
    let all: f64 = share.iter().sum();
    if all == 0.0 {
        return 0.0;
    }
    let within: f64 = graph.ties().filter(|(a, b, _)| of(*a) == of(*b)).map(|tie| 2.0 * f64::from(tie.2)).sum();
    within / all - resolution * share.iter().map(|share| (share / all).powi(2)).sum::<f64>()
}

/// Moves, refines and merges until nothing merges any more; tells whether anything moved.
fn round(base: &Level, community: &mut [u32], steps: usize, resolution: f64, random: &mut Random) -> bool {
    let mut moved = base.move_nodes(community, resolution, random);
    let mut part = community.to_vec();
    let mut level: Option<Level> = None;
    // Where each node of the base lies in the present level.
    let mut place: Vec<u32> = (0..community.len() as u32).collect();
    loop {
        let here = level.as_ref().unwrap_or(base);
        let refined = here.refine(&part, steps, resolution, random);
        let count = refined.community.len();
        if count == here.nodes() {
            // Nodes of a level are connected in themselves, so the ties between them tell all.
            part = here.connected(&part);
            break;
        }
        let next = here.merge(&refined.of, count);
        let mut next_part = refined.community;
        number(&mut next_part);
        place.iter_mut().for_each(|at| *at = refined.of[*at as usize]);
        moved |= next.move_nodes(&mut next_part, resolution, random);
        (part, level) = (next_part, Some(next));
    }
    community.iter_mut().zip(&place).for_each(|(community, at)| *community = part[*at as usize]);
    number(community);
    moved
}

/// Numbers communities from 0 in the order of their first members; gives how many there are.
fn number(community: &mut [u32]) -> usize {
    let most = community.iter().copied().max().map_or(0, |last| last as usize + 1);
    let mut names = vec![u32::MAX; most];
    let mut count = 0;
    for community in community {
        let name = &mut names[*community as usize];
        if *name == u32::MAX {
            *name = count;
            count += 1;
        }
        *community = *name;
    }
    count as usize
}
