//! Shortest ways from several nodes at once, and what stands on them: the sums of U. Brandes (2001), with the rings of a group of
//! sources laid side by side as rows of numbers, so that one look at a tie serves the whole group (as products of sparse
//! matrices: A. Buluç, J. Gilbert, *The Combinatorial BLAS*, 2011; groups of searches: M. Then et al., *The more the merrier*,
//! VLDB 2014). Sums run in a fixed order, whatever the width of the processor.

use super::Graph;

/// Sources of a group. Two of the widest registers hold as many double numbers; eight took a twentieth longer on 5,000 nodes.
pub(super) const LANES: usize = 16;
/// A number per source.
type Row = [f64; LANES];
/// A bit per source.
type Lanes = u16;

/// Not in the ring at hand: the place of the row of zeros.
const NONE: u32 = 0;
/// Where the first ring starts.
const FIRST: usize = 1;
/// A tie that is pushed costs as much as so many that are pulled, which need not be foreseen (1, 2 and 4 were measured).
const PULL: usize = 4;

/// Tables of a group's search, used again and again. Each ring of the search is a stretch of `nodes`, `lanes` and `rows`.
pub(super) struct Brandes {
    /// By node: a bit per source that has reached it.
    seen: Vec<Lanes>,
    /// By node: its place in the ring at hand, or [`NONE`].
    place: Vec<u32>,
    nodes: Vec<u32>,
    /// A bit per source for which the node is in this ring.
    lanes: Vec<Lanes>,
    /// On the way out the number of shortest ways from each source; on the way back (1 + what depends on the node) by that number.
    rows: Vec<Row>,
    rings: Vec<usize>,
    /// On the way back, what is owed to the nodes of a ring.
    owed: Vec<Row>,
    /// A bit for every source of the group.
    all: Lanes,
    /// Ties of the nodes that some source has not reached.
    open: usize,
}

impl Brandes {
    pub fn new(nodes: usize) -> Brandes {
        Brandes {
            seen: vec![0; nodes],
            place: vec![NONE; nodes],
            nodes: Vec::new(),
            lanes: Vec::new(),
            rows: Vec::new(),
            rings: Vec::new(),
            owed: Vec::new(),
            all: 0,
            open: 0,
        }
    }

    /// Adds to every node what the pairs of up to [`LANES`] different sources with all others give it.
    #[inline(always)]
    pub fn add(&mut self, graph: &Graph, sources: &[u32], sums: &mut [f64]) {
        self.outward(graph, sources);
        self.back(graph, sums);
        self.nodes.iter().for_each(|node| self.seen[*node as usize] = 0);
    }

    #[inline(always)]
    fn outward(&mut self, graph: &Graph, sources: &[u32]) {
        self.nodes.clear();
        self.lanes.clear();
        self.rows.clear();
        self.rings.clear();
        self.enter(0, 0, [0.0; LANES]);
        self.rings.push(FIRST);
        self.all = Lanes::MAX >> (LANES - sources.len().clamp(1, LANES));
        self.open = graph.edges() * 2;
        for (lane, &source) in sources.iter().take(LANES).enumerate() {
            let mut row = [0.0; LANES];
            row[lane] = 1.0;
            self.enter(source, 1 << lane, row);
            self.seen[source as usize] |= 1 << lane;
        }
        let mut from = FIRST;
        while from < self.nodes.len() {
            let to = self.nodes.len();
            self.rings.push(to);
            // Looking through all nodes for those that are left costs something too.
            if self.ties(graph, from..to) * PULL < self.open + self.seen.len() / 8 {
                self.push(graph, from..to);
            } else {
                self.pull(graph, from..to);
            }
            self.settle(graph, to);
            from = to;
        }
    }

    /// Ties of the nodes of a ring.
    fn ties(&self, graph: &Graph, ring: std::ops::Range<usize>) -> usize {
        self.nodes[ring].iter().map(|node| graph.degree(*node)).sum()
    }

    /// The next ring, from the nodes of this one: best while it is small.
    #[inline(always)]
    fn push(&mut self, graph: &Graph, ring: std::ops::Range<usize>) {
        for at in ring {
            let (row, lanes) = (self.rows[at], self.lanes[at]);
            for &next in graph.row(self.nodes[at]) {
                if lanes & !self.seen[next as usize] == 0 {
                    continue;
                }
                let place = self.place[next as usize];
                if place == NONE {
                    self.place[next as usize] = self.rows.len() as u32;
                    self.enter(next, 0, row);
                } else {
                    self.rows[place as usize].iter_mut().zip(&row).for_each(|(there, ways)| *there += ways);
                }
            }
        }
        let new = self.nodes.len();
        let first = self.rings.last().copied().unwrap_or(new);
        self.nodes[first..].iter().for_each(|node| self.place[*node as usize] = NONE);
    }

    /// The next ring, from the nodes that some source has not reached: best when most of them have neighbours in this one
    /// (S. Beamer, K. Asanović, D. Patterson, *Direction-optimizing breadth-first search*, 2012).
    #[inline(always)]
    fn pull(&mut self, graph: &Graph, ring: std::ops::Range<usize>) {
        ring.clone().for_each(|at| self.place[self.nodes[at] as usize] = at as u32);
        for node in 0..self.seen.len() {
            if self.seen[node] != self.all {
                let ways = self.sum(graph, node as u32);
                if ways.iter().sum::<f64>() > 0.0 {
                    self.enter(node as u32, 0, ways);
                }
            }
        }
        ring.for_each(|at| self.place[self.nodes[at] as usize] = NONE);
    }

    /// The rows of a node's neighbours in the ring at hand.
    #[inline(always)]
    fn sum(&self, graph: &Graph, node: u32) -> Row {
        let mut sum = [0.0; LANES];
        for &next in graph.row(node) {
            // Who is not in the ring has the row of zeros, so that nothing has to be foreseen.
            let row = &self.rows[self.place[next as usize] as usize];
            sum.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
        }
        sum
    }

    /// Keeps of a new ring what its sources have not reached before.
    #[inline(always)]
    fn settle(&mut self, graph: &Graph, first: usize) {
        let mut kept = first;
        for at in first..self.nodes.len() {
            let node = self.nodes[at] as usize;
            let (mut row, mut lanes) = (self.rows[at], 0);
            for (lane, ways) in row.iter_mut().enumerate() {
                let new = *ways > 0.0 && self.seen[node] >> lane & 1 == 0;
                *ways = if new { *ways } else { 0.0 };
                lanes |= Lanes::from(new) << lane;
            }
            self.seen[node] |= lanes;
            if lanes != 0 && self.seen[node] == self.all {
                self.open -= graph.degree(node as u32);
            }
            (self.nodes[kept], self.lanes[kept], self.rows[kept]) = (node as u32, lanes, row);
            kept += usize::from(lanes != 0);
        }
        self.nodes.truncate(kept);
        self.lanes.truncate(kept);
        self.rows.truncate(kept);
    }

    fn enter(&mut self, node: u32, lanes: Lanes, row: Row) {
        self.nodes.push(node);
        self.lanes.push(lanes);
        self.rows.push(row);
    }

    #[inline(always)]
    fn back(&mut self, graph: &Graph, sums: &mut [f64]) {
        let mut outer = self.nodes.len()..self.nodes.len();
        for at in (0..self.rings.len() - 1).rev() {
            let ring = self.rings[at]..self.rings[at + 1];
            let pushed = self.ties(graph, outer.clone()) * PULL < self.ties(graph, ring.clone());
            self.owed.clear();
            if pushed {
                self.owed.resize(ring.len(), [0.0; LANES]);
                ring.clone().for_each(|at| self.place[self.nodes[at] as usize] = at as u32);
                for at in outer {
                    for &next in graph.row(self.nodes[at]) {
                        let there = self.place[next as usize] as usize;
                        if let Some(owed) = there.checked_sub(ring.start).and_then(|at| self.owed.get_mut(at)) {
                            owed.iter_mut().zip(&self.rows[at]).for_each(|(owed, part)| *owed += part);
                        }
                    }
                }
                ring.clone().for_each(|at| self.place[self.nodes[at] as usize] = NONE);
            } else {
                outer.clone().for_each(|at| self.place[self.nodes[at] as usize] = at as u32);
                for at in ring.clone() {
                    let owed = self.sum(graph, self.nodes[at]);
                    self.owed.push(owed);
                }
                outer.for_each(|at| self.place[self.nodes[at] as usize] = NONE);
            }
            for (at, owed) in ring.clone().zip(&self.owed) {
                let mut all = 0.0;
                for (ways, owed) in self.rows[at].iter_mut().zip(owed) {
                    let depends = *ways * owed;
                    all += depends;
                    *ways = if *ways > 0.0 { (1.0 + depends) / *ways } else { 0.0 };
                }
                if ring.start > FIRST {
                    sums[self.nodes[at] as usize] += all;
                }
            }
            outer = ring;
        }
    }
}
