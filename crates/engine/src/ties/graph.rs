//! The graph that every measure reads: undirected, compact rows of neighbours, a strength per tie. Never here: names,
//! attributes, anything that changes after it was made.

/// An undirected graph with strengths. Rows are sorted by neighbour, so the same ties give the same graph in any order.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    offsets: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f32>,
    strongest: f32,
    /// Ties of a node with itself that were left out.
    pub loops: usize,
    /// Ties that were added to another tie between the same two nodes; their strengths are summed.
    pub merged: usize,
    /// Ties left out because an end does not exist or the strength is not a positive number.
    pub ignored: usize,
}

impl Graph {
    /// A graph of nodes `0..nodes`. Loops, unknown ends and strengths that are not positive numbers are left out and counted;
    /// ties between the same two nodes become one with the sum of their strengths.
    pub fn new(nodes: usize, edges: &[(u32, u32, f32)]) -> Graph {
        let mut graph = Graph::default();
        let known = |end: u32| (end as usize) < nodes;
        let mut kept = Vec::with_capacity(edges.len());
        for &(a, b, weight) in edges {
            match () {
                () if !known(a) || !known(b) || !weight.is_finite() || weight <= 0.0 => graph.ignored += 1,
                () if a == b => graph.loops += 1,
                () => kept.push((a, b, weight)),
            }
        }
        let (offsets, row) = rows(nodes, &kept);
        graph.offsets = Vec::with_capacity(nodes + 1);
        graph.offsets.push(0);
        graph.targets.reserve_exact(row.len());
        graph.weights.reserve_exact(row.len());
        for ends in offsets.windows(2) {
            graph.append_row(&row[ends[0]..ends[1]]);
        }
        graph.merged /= 2;
        graph.strongest = graph.weights.iter().copied().fold(1.0, f32::max);
        graph
    }

    /// Takes one sorted row over, with ties to the same neighbour summed.
    fn append_row(&mut self, row: &[(u32, f32)]) {
        for same in row.chunk_by(|left, right| left.0 == right.0) {
            self.targets.push(same[0].0);
            self.weights.push(same.iter().map(|tie| tie.1).sum());
            self.merged += same.len() - 1;
        }
        self.offsets.push(self.targets.len());
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of ties, after merging.
    pub fn edges(&self) -> usize {
        self.targets.len() / 2
    }

    /// The neighbours of a node in rising order, and the strengths of the ties to them. Empty for an unknown node.
    pub fn neighbours(&self, node: u32) -> (&[u32], &[f32]) {
        let at = node as usize;
        match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(&start), Some(&end)) => (&self.targets[start..end], &self.weights[start..end]),
            _ => (&[], &[]),
        }
    }

    /// Number of neighbours.
    pub fn degree(&self, node: u32) -> usize {
        self.neighbours(node).0.len()
    }

    /// Strength of the tie between two nodes, when there is one.
    pub fn strength(&self, a: u32, b: u32) -> Option<f32> {
        let (targets, weights) = self.neighbours(a);
        targets.binary_search(&b).ok().map(|at| weights[at])
    }

    /// Every tie once, as (lower node, higher node, strength), in order.
    pub fn ties(&self) -> impl Iterator<Item = (u32, u32, f32)> + '_ {
        (0..self.nodes() as u32).flat_map(move |a| {
            let (targets, weights) = self.neighbours(a);
            targets.iter().zip(weights).filter(move |(b, _)| a < **b).map(move |(b, weight)| (a, *b, *weight))
        })
    }

    /// Strengths above 1 are measured against the strongest tie, so that no way gains by being longer.
    pub(super) fn scale(&self) -> f32 {
        self.strongest
    }

    /// Offsets, neighbours and strengths as they lie in memory.
    pub(super) fn tables(&self) -> (&[usize], &[u32], &[f32]) {
        (&self.offsets, &self.targets, &self.weights)
    }

    /// Where the row of a node starts among all rows.
    pub(super) fn start(&self, node: u32) -> usize {
        self.offsets[node as usize]
    }

    pub(super) fn row(&self, node: u32) -> &[u32] {
        &self.targets[self.offsets[node as usize]..self.offsets[node as usize + 1]]
    }
}

/// Both directions of every tie, grouped by node; each row sorted by neighbour and then by strength, so that sums do not
/// depend on the order of the input.
fn rows(nodes: usize, edges: &[(u32, u32, f32)]) -> (Vec<usize>, Vec<(u32, f32)>) {
    let mut offsets = vec![0usize; nodes + 1];
    for &(a, b, _) in edges {
        offsets[a as usize + 1] += 1;
        offsets[b as usize + 1] += 1;
    }
    for at in 0..nodes {
        offsets[at + 1] += offsets[at];
    }
    let mut next = offsets.clone();
    let mut row = vec![(0u32, 0f32); edges.len() * 2];
    for &(a, b, weight) in edges {
        for (from, to) in [(a, b), (b, a)] {
            row[next[from as usize]] = (to, weight);
            next[from as usize] += 1;
        }
    }
    for ends in offsets.windows(2) {
        row[ends[0]..ends[1]].sort_unstable_by(|left, right| left.0.cmp(&right.0).then(left.1.total_cmp(&right.1)));
    }
    (offsets, row)
}
