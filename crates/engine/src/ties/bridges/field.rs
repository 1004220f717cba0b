//! The table of distances between two groups, and what one more tie does to it.

use super::super::Graph;
use super::reach::{NOWHERE, distances};

/// Distances and worth of everything the search needs.
pub(super) struct Field {
    columns: usize,
    /// Worth of a distance: decay^distance; 0 for no way.
    pub worth: [f64; 256],
    /// Distances of pairs with the ties taken so far, row by row.
    pub now: Vec<u8>,
    /// At least the largest distance of each row.
    farthest: Vec<u8>,
    /// Both ends of each candidate, as rows of `left` and `right`.
    ends: Vec<(usize, usize)>,
    left: Vec<u8>,
    right: Vec<u8>,
    rows: usize,
}

/// What a tie changes: cells and the distances they had before.
pub(super) type Change = Vec<(u32, u8)>;

impl Field {
    pub fn new(graph: &Graph, sides: [&[u32]; 2], pairs: &[(u32, u32)], decay: f64, threads: usize) -> Field {
        let mut nodes: Vec<u32> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let place = |node: u32| nodes.binary_search(&node).unwrap_or(0);
        let now = distances(graph, sides[0], sides[1], threads);
        let columns = sides[1].len();
        Field {
            columns,
            rows: sides[0].len(),
            worth: std::array::from_fn(|at| if at == usize::from(NOWHERE) { 0.0 } else { decay.powi(at as i32) }),
            farthest: now.chunks(columns.max(1)).map(|row| row.iter().copied().max().unwrap_or(0)).collect(),
            now,
            ends: pairs.iter().map(|(a, b)| (place(*a), place(*b))).collect(),
            left: distances(graph, &nodes, sides[0], threads),
            right: distances(graph, &nodes, sides[1], threads),
        }
    }

    /// Sum of the worth of all pairs; a party paired with itself does not count.
    pub fn total(&self) -> f64 {
        let mut counts = [0u64; 256];
        self.now.iter().for_each(|distance| counts[usize::from(*distance)] += 1);
        counts[1..].iter().zip(&self.worth[1..]).map(|(count, worth)| *count as f64 * worth).sum()
    }

    /// Calls `each(cell, distance now, distance with the tie)` for every pair that the candidate brings closer.
    fn closer(&self, candidate: usize, mut each: impl FnMut(usize, u8, u8)) -> u64 {
        let (a, b) = self.ends[candidate];
        let row =
            |table: &'_ [u8], at: usize, width: usize| -> Vec<u8> { table[at * width..(at + 1) * width].to_vec() };
        let (left_a, left_b) = (row(&self.left, a, self.rows), row(&self.left, b, self.rows));
        let (right_a, right_b) = (row(&self.right, a, self.columns), row(&self.right, b, self.columns));
        let (by_a, by_b) = (Rings::new(&right_a), Rings::new(&right_b));
        let mut work = (self.rows + self.columns) as u64;
        for left in 0..self.rows {
            let (to_a, to_b) = (u16::from(left_a[left]), u16::from(left_b[left]));
            // Only columns nearer than this can gain: to + 1 + from < farthest.
            let limit = |to: u16| u16::from(self.farthest[left]).checked_sub(to + 1);
            let (limit_a, limit_b) = (limit(to_a).unwrap_or(0), limit(to_b).unwrap_or(0));
            let cells = left * self.columns;
            let via = |right: u32| {
                let right = right as usize;
                (to_a + 1 + u16::from(right_b[right])).min(to_b + 1 + u16::from(right_a[right]))
            };
            let mut look = |right: u32| {
                let (cell, with) = (cells + right as usize, via(right));
                let now = self.now[cell];
                if with < u16::from(now) && with < u16::from(NOWHERE) {
                    each(cell, now, with as u8);
                }
            };
            let (near_b, near_a) = (by_b.nearer(limit_a), by_a.nearer(limit_b));
            work += (near_a.len() + near_b.len()) as u64;
            near_b.iter().for_each(|right| look(*right));
            near_a
                .iter()
                .filter(|right| u16::from(right_b[**right as usize]) >= limit_a)
                .for_each(|right| look(*right));
        }
        work
    }

    /// What a candidate adds now, and the work it was to find out.
    pub fn gain(&self, candidate: usize) -> (f64, u64) {
        let mut gain = 0.0;
        let work =
            self.closer(candidate, |_, now, with| gain += self.worth[usize::from(with)] - self.worth[usize::from(now)]);
        (gain, work)
    }

    /// No candidate adds more than this; cheap, from how many parties lie how far from its ends.
    pub fn at_most(&self, candidate: usize) -> f64 {
        let (a, b) = self.ends[candidate];
        let counts = |table: &[u8], at: usize, width: usize| {
            let mut counts = [0u64; 256];
            table[at * width..(at + 1) * width].iter().for_each(|distance| counts[usize::from(*distance)] += 1);
            counts.iter().copied().enumerate().filter(|(_, count)| *count > 0).collect::<Vec<(usize, u64)>>()
        };
        let least = self.worth[usize::from(self.farthest.iter().copied().max().unwrap_or(0))];
        let one_way = |from: usize, to: usize| {
            let (left, right) = (counts(&self.left, from, self.rows), counts(&self.right, to, self.columns));
            let mut sum = 0.0;
            for (near, many) in &left {
                for (far, others) in &right {
                    let worth = self.worth.get(near + 1 + far).copied().unwrap_or(0.0);
                    sum += (worth - least).max(0.0) * (many * others) as f64;
                }
            }
            sum
        };
        one_way(a, b) + one_way(b, a)
    }

    /// Takes a candidate; what it changed can be given back with [`Field::undo`].
    pub fn take(&mut self, candidate: usize) -> Change {
        let mut change = Vec::new();
        let mut after = Vec::new();
        self.closer(candidate, |cell, now, with| {
            change.push((cell as u32, now));
            after.push(with);
        });
        change.iter().zip(after).for_each(|((cell, _), with)| self.now[*cell as usize] = with);
        change
    }

    pub fn undo(&mut self, change: &Change) {
        change.iter().for_each(|(cell, before)| self.now[*cell as usize] = *before);
    }
}

/// Columns in order of their distance from one node.
struct Rings {
    order: Vec<u32>,
    ends: [usize; 257],
}

impl Rings {
    fn new(distance: &[u8]) -> Rings {
        let mut ends = [0usize; 257];
        distance.iter().for_each(|far| ends[usize::from(*far) + 1] += 1);
        (0..256).for_each(|at| ends[at + 1] += ends[at]);
        let mut next = ends;
        let mut order = vec![0u32; distance.len()];
        for (column, far) in distance.iter().enumerate() {
            order[next[usize::from(*far)]] = column as u32;
            next[usize::from(*far)] += 1;
        }
        Rings { order, ends }
    }

    /// Columns at a distance below a limit; those out of reach are never among them.
    fn nearer(&self, limit: u16) -> &[u32] {
        &self.order[..self.ends[usize::from(limit.min(u16::from(NOWHERE)))]]
    }
}
