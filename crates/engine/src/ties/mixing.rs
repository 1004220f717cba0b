//! How groups mix: ties within and between them, and the E–I index.
//!
//! D. Krackhardt, R. N. Stern, *Informal networks and organizational crises*, Social Psychology Quarterly 51 (1988):
//! E–I = (external − internal) / (external + internal), from −1 (all ties within groups) to 1 (all ties between groups).

use super::Graph;

/// A node with this group belongs to none; its ties count nowhere.
pub const NO_GROUP: u32 = u32::MAX;

/// Ties by group and group.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixing {
    /// Number of groups: the largest number in use and one.
    pub groups: usize,
    /// Row by row: number of ties between two groups; on the diagonal, of ties within one. Symmetrical.
    pub ties: Vec<u64>,
    /// The same as sums of strengths.
    pub strength: Vec<f64>,
}

impl Mixing {
    /// Number of ties between two groups, or within one.
    pub fn between(&self, a: u32, b: u32) -> u64 {
        let inside = (a as usize) < self.groups && (b as usize) < self.groups;
        if inside { self.ties[a as usize * self.groups + b as usize] } else { 0 }
    }
}

/// Ties within and between groups. `groups` names one per node; nodes without an entry belong to none. Groups are numbers
/// below the number of nodes; larger ones count as none.
pub fn mixing(graph: &Graph, groups: &[u32]) -> Mixing {
    let most = graph.nodes().max(1) as u32;
    let named = |node: u32| groups.get(node as usize).copied().filter(|group| *group < most);
    let count = (0..graph.nodes() as u32).filter_map(named).max().map_or(0, |last| last as usize + 1);
    let mut mixing = Mixing { groups: count, ties: vec![0; count * count], strength: vec![0.0; count * count] };
    for (a, b, weight) in graph.ties() {
        let (Some(a), Some(b)) = (named(a), named(b)) else { continue };
        let (here, there) = (a as usize * count + b as usize, b as usize * count + a as usize);
        mixing.ties[here] += 1;
        mixing.strength[here] += f64::from(weight);
        if here != there {
            mixing.ties[there] += 1;
            mixing.strength[there] += f64::from(weight);
        }
    }
    mixing
}

/// The E–I index of a whole graph and of each group; `None` where there are no ties to speak of.
#[derive(Debug, Clone, PartialEq)]
pub struct EiIndex {
    pub whole: Option<f64>,
    pub per_group: Vec<Option<f64>>,
}

/// Krackhardt and Stern's index over the number of ties between nodes that have a group.
pub fn ei_index(graph: &Graph, groups: &[u32]) -> EiIndex {
    let mixing = mixing(graph, groups);
    let index = |external: u64, internal: u64| {
        let all = external + internal;
        (all > 0).then(|| (external as f64 - internal as f64) / all as f64)
    };
    let ends = |group: usize| {
        let row = &mixing.ties[group * mixing.groups..(group + 1) * mixing.groups];
        (row.iter().sum::<u64>() - row[group], row[group])
    };
    let all: Vec<(u64, u64)> = (0..mixing.groups).map(ends).collect();
    let (external, internal) = all.iter().fold((0, 0), |sum, ends| (sum.0 + ends.0, sum.1 + ends.1));
    EiIndex {
        // Every tie between groups was seen from both ends.
        whole: index(external / 2, internal),
        per_group: all.iter().map(|ends| index(ends.0, ends.1)).collect(),
    }
}
