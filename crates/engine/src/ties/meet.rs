//! Search from both ends at once, counting shortest ways: the fewest ties between two nodes, and a fair draw among all
//! shortest ways (M. Borassi, E. Natale, *KADABRA*, ESA 2016).

use super::Graph;
use super::random::Random;

/// Not reached in this search.
const FAR: u32 = u32::MAX;

/// One end of the search.
struct Side {
    /// Ties from this end; `FAR` when not reached.
    distance: Vec<u32>,
    /// Number of shortest ways from this end.
    ways: Vec<f64>,
    reached: Vec<u32>,
    /// Where the outermost ring starts in `reached`.
    ring: usize,
}

impl Side {
    fn new(nodes: usize) -> Side {
        Side { distance: vec![FAR; nodes], ways: vec![0.0; nodes], reached: Vec::new(), ring: 0 }
    }

    fn begin(&mut self, at: u32) {
        for &node in &self.reached {
            self.distance[node as usize] = FAR;
            self.ways[node as usize] = 0.0;
        }
        self.reached.clear();
        self.reached.push(at);
        self.ring = 0;
        self.distance[at as usize] = 0;
        self.ways[at as usize] = 1.0;
    }

    fn cost(&self, graph: &Graph) -> usize {
        self.reached[self.ring..].iter().map(|node| graph.degree(*node)).sum()
    }

    /// Reaches the next ring. Fills `crossings` with ties (from this end, to what the other end reached) when there are any.
    fn grow(&mut self, graph: &Graph, other: &Side, crossings: &mut Vec<(u32, u32)>) {
        let ring = self.ring..self.reached.len();
        self.ring = ring.end;
        for at in ring {
            let node = self.reached[at];
            let (next, ways) = (self.distance[node as usize] + 1, self.ways[node as usize]);
            for &to in graph.row(node) {
                let there = &mut self.distance[to as usize];
                if *there == FAR {
                    *there = next;
                    self.reached.push(to);
                }
                if *there == next {
                    self.ways[to as usize] += ways;
                    if other.distance[to as usize] != FAR {
                        crossings.push((node, to));
                    }
                }
            }
        }
    }

    /// The way from a node back to this end, a fair draw among the shortest ones (the first one without dice).
    fn back(&self, graph: &Graph, from: u32, dice: &mut Option<&mut Random>, way: &mut Vec<u32>) {
        let mut node = from;
        while self.distance[node as usize] > 0 {
            let nearer = self.distance[node as usize] - 1;
            let closer = || graph.row(node).iter().copied().filter(|next| self.distance[*next as usize] == nearer);
            let mut left = dice.as_mut().map_or(0.0, |dice| dice.unit() * self.ways[node as usize]);
            let mut chosen = node;
            for next in closer() {
                chosen = next;
                left -= self.ways[next as usize];
                if left < 0.0 {
                    break;
                }
            }
            node = chosen;
            way.push(node);
        }
    }
}

/// A search that can be used again and again without making its tables anew.
pub(super) struct Meeting {
    sides: [Side; 2],
    crossings: Vec<(u32, u32)>,
}

impl Meeting {
    pub fn new(nodes: usize) -> Meeting {
        Meeting { sides: [Side::new(nodes), Side::new(nodes)], crossings: Vec::new() }
    }

    /// Nodes of one shortest way from `a` to `b`, ends included; drawn fairly when there are dice.
    pub fn way(&mut self, graph: &Graph, a: u32, b: u32, mut dice: Option<&mut Random>) -> Option<Vec<u32>> {
        if a == b {
            return Some(vec![a]);
        }
        let turned = self.cross(graph, a, b)?;
        let (node, to) = self.draw(turned, &mut dice);
        let (from_a, from_b) = if turned { (to, node) } else { (node, to) };
        let mut way = vec![from_a];
        self.sides[0].back(graph, from_a, &mut dice, &mut way);
        way.reverse();
        way.push(from_b);
        self.sides[1].back(graph, from_b, &mut dice, &mut way);
        Some(way)
    }

    /// Grows the cheaper end until the two meet; tells whether the crossings were found from the second end.
    fn cross(&mut self, graph: &Graph, a: u32, b: u32) -> Option<bool> {
        let [first, second] = &mut self.sides;
        first.begin(a);
        second.begin(b);
        self.crossings.clear();
        loop {
            let costs = [first.cost(graph), second.cost(graph)];
            if costs.contains(&0) {
                return None;
            }
            let turned = costs[1] < costs[0];
            let (grows, other) = if turned { (&mut *second, &*first) } else { (&mut *first, &*second) };
            grows.grow(graph, other, &mut self.crossings);
            if !self.crossings.is_empty() {
                return Some(turned);
            }
        }
    }

    fn draw(&self, turned: bool, dice: &mut Option<&mut Random>) -> (u32, u32) {
        let (from, to) = if turned { (1, 0) } else { (0, 1) };
        let weigh = |tie: &(u32, u32)| self.sides[from].ways[tie.0 as usize] * self.sides[to].ways[tie.1 as usize];
        let mut chosen = (0, 0);
        let mut left = match dice {
            Some(dice) => dice.unit() * self.crossings.iter().map(weigh).sum::<f64>(),
            None => 0.0,
        };
        for tie in &self.crossings {
            chosen = *tie;
            left -= weigh(tie);
            if left < 0.0 {
                break;
            }
        }
        chosen
    }
}
