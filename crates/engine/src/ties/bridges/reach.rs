//! Distances from many nodes at once: 256 searches share one pass over the ties (M. Then et al., *The more the merrier:
//! efficient multi-source graph traversal*, VLDB 2014).

use super::super::Graph;
use std::sync::{Mutex, PoisonError};

/// No way leads there.
pub(super) const NOWHERE: u8 = u8::MAX;
const LANES: usize = 4;
/// Searches in one pass.
const BATCH: usize = LANES * 64;
type Bits = [u64; LANES];
const NONE: Bits = [0; LANES];

/// Ties from every source (row) to every target (column), at most 254, or [`NOWHERE`].
pub(super) fn distances(graph: &Graph, sources: &[u32], targets: &[u32], threads: usize) -> Vec<u8> {
    let columns = targets.len();
    let mut table = vec![NOWHERE; sources.len() * columns];
    if table.is_empty() {
        return table;
    }
    let mut column = vec![u32::MAX; graph.nodes()];
    targets.iter().enumerate().for_each(|(at, node)| column[*node as usize] = at as u32);
    let work = Mutex::new(sources.chunks(BATCH).zip(table.chunks_mut(BATCH * columns)));
    let next = || work.lock().unwrap_or_else(PoisonError::into_inner).next();
    let run = || {
        let mut sweep = Sweep::new(graph);
        while let Some((batch, rows)) = next() {
            sweep.run(batch, &column, columns, rows);
        }
    };
    std::thread::scope(|scope| {
        (1..threads.clamp(1, sources.len().div_ceil(BATCH))).for_each(|_| {
            scope.spawn(run);
        });
        run();
    });
    table
}

struct Sweep<'a> {
    graph: &'a Graph,
    seen: Vec<Bits>,
    ring: Vec<Bits>,
    next: Vec<Bits>,
}

impl Sweep<'_> {
    fn new(graph: &Graph) -> Sweep<'_> {
        let blank = vec![NONE; graph.nodes()];
        Sweep { graph, seen: blank.clone(), ring: blank.clone(), next: blank }
    }

    fn run(&mut self, batch: &[u32], column: &[u32], columns: usize, rows: &mut [u8]) {
        for table in [&mut self.seen, &mut self.ring, &mut self.next] {
            table.fill(NONE);
        }
        let mut all = NONE;
        let mut active = Vec::new();
        for (at, &source) in batch.iter().enumerate() {
            let (lane, bit) = (at / 64, 1u64 << (at % 64));
            all[lane] |= bit;
            self.seen[source as usize][lane] |= bit;
            self.ring[source as usize][lane] |= bit;
            active.push(source);
            write(column[source as usize], single(lane, bit), 0, columns, rows);
        }
        active.sort_unstable();
        active.dedup();
        for distance in 1..NOWHERE {
            let reach: usize = active.iter().map(|node| self.graph.degree(*node)).sum();
            let grown = if reach < self.graph.edges() / 8 { self.push(&active) } else { self.pull(&all) };
            for &node in &grown {
                let fresh = self.next[node as usize];
                (0..LANES).for_each(|lane| self.seen[node as usize][lane] |= fresh[lane]);
                if column[node as usize] != u32::MAX {
                    write(column[node as usize], fresh, distance, columns, rows);
                }
            }
            active.iter().for_each(|node| self.ring[*node as usize] = NONE);
            std::mem::swap(&mut self.ring, &mut self.next);
            active = grown;
            if active.is_empty() {
                return;
            }
        }
    }

    /// From the few nodes of the ring to their neighbours.
    fn push(&mut self, active: &[u32]) -> Vec<u32> {
        let mut grown = Vec::new();
        for &node in active {
            let ring = self.ring[node as usize];
            for &to in self.graph.row(node) {
                let (seen, next) = (&self.seen[to as usize], &mut self.next[to as usize]);
                let fresh: Bits = std::array::from_fn(|lane| ring[lane] & !seen[lane]);
                if fresh != NONE {
                    if *next == NONE {
                        grown.push(to);
                    }
                    (0..LANES).for_each(|lane| next[lane] |= fresh[lane]);
                }
            }
        }
        grown
    }

    /// For every node that some search has not seen, whether a neighbour is in the ring.
    fn pull(&mut self, all: &Bits) -> Vec<u32> {
        let mut grown = Vec::new();
        for node in 0..self.graph.nodes() as u32 {
            let seen = self.seen[node as usize];
            if seen == *all {
                continue;
            }
            let mut sum = NONE;
            for &from in self.graph.row(node) {
                let ring = &self.ring[from as usize];
                (0..LANES).for_each(|lane| sum[lane] |= ring[lane]);
            }
            let fresh: Bits = std::array::from_fn(|lane| sum[lane] & !seen[lane]);
            if fresh != NONE {
                self.next[node as usize] = fresh;
                grown.push(node);
            }
        }
        grown
    }
}

fn single(lane: usize, bit: u64) -> Bits {
    std::array::from_fn(|at| if at == lane { bit } else { 0 })
}

fn write(column: u32, bits: Bits, distance: u8, columns: usize, rows: &mut [u8]) {
    if column == u32::MAX {
        return;
    }
    for (lane, mut word) in bits.into_iter().enumerate() {
        while word != 0 {
            let row = lane * 64 + word.trailing_zeros() as usize;
            rows[row * columns + column as usize] = distance;
            word &= word - 1;
        }
    }
}
