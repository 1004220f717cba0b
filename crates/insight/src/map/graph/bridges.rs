//! New ties between two groups that most raise the expected reach: the mean over pairs of `decay^distance`.
//!
//! Greedy, with two bounds that hold for every choice of as many ties: all candidates together; and `k` pairs at one step, all
//! others at two. Where all choices can be tried, they are, and the answer is exact.

use super::Graph;
use std::collections::VecDeque;

const FAR: u32 = u32::MAX / 4;
/// Choices that are tried one by one.
const TRIED: u64 = 20_000;

/// A new tie and what it adds after those before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    pub a: u32,
    pub b: u32,
    pub gain: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Bridges {
    pub picks: Vec<Bridge>,
    pub before: f64,
    pub after: f64,
    /// No choice of as many candidates reaches more.
    pub bound: f64,
    pub exact: bool,
}

/// Steps from each of some nodes to every node.
struct Steps(Vec<Vec<u32>>);

struct Search<'a> {
    left: &'a [u32],
    right: &'a [u32],
    decay: f64,
    /// Per left and per right party the steps to every node, with the ties chosen so far.
    from_left: Steps,
    from_right: Steps,
}

/// Finds up to `k` ties among the candidates.
pub fn find(
    graph: &Graph,
    left: &[u32],
    right: &[u32],
    candidates: &[(u32, u32, f32)],
    k: usize,
    decay: f64,
) -> Bridges {
    let search = Search::new(graph, &[], left, right, decay);
    let before = search.reach();
    let pairs: Vec<(u32, u32)> = candidates.iter().map(|(a, b, _)| (*a, *b)).collect();
    let mut picks = greedy(graph, left, right, &pairs, k, decay);
    let mut after = before + picks.iter().map(|pick| pick.gain).sum::<f64>();
    let exact = choices(pairs.len() as u64, k as u64) <= TRIED;
    if exact && picks.len() > 1 {
        let (best, reach) = tried(graph, left, right, &pairs, k, decay);
        if reach > after + 1e-12 {
            (picks, after) = (in_order(graph, left, right, &best, decay), reach);
        }
    }
    let bound = if exact { after } else { search.bound(graph, &pairs, k).max(after) };
    Bridges { picks, before, after, bound, exact }
}

/// How many ways there are to choose up to `k` of `n`.
fn choices(n: u64, k: u64) -> u64 {
    let (mut all, mut of) = (0_u64, 1_u64);
    for size in 1..=k.min(n) {
        of = of.saturating_mul(n - size + 1) / size;
        all = all.saturating_add(of);
        if all > TRIED {
            break;
        }
    }
    all
}

fn greedy(graph: &Graph, left: &[u32], right: &[u32], pairs: &[(u32, u32)], k: usize, decay: f64) -> Vec<Bridge> {
    let mut picks: Vec<Bridge> = Vec::new();
    let mut chosen: Vec<(u32, u32)> = Vec::new();
    while picks.len() < k {
        let search = Search::new(graph, &chosen, left, right, decay);
        let gains = pairs.iter().filter(|pair| !chosen.contains(pair)).map(|(a, b)| (*a, *b, search.gain(*a, *b)));
        let best = gains.fold(None, |best: Option<(u32, u32, f64)>, one| match best {
            Some(known) if known.2 >= one.2 => Some(known),
            _ => Some(one),
        });
        let Some((a, b, gain)) = best.filter(|(_, _, gain)| *gain > 1e-12) else { break };
        picks.push(Bridge { a, b, gain });
        chosen.push((a, b));
    }
    picks
}

/// Every choice of at most `k`, and the best of them.
fn tried(graph: &Graph, left: &[u32], right: &[u32], pairs: &[(u32, u32)], k: usize, decay: f64) -> (Vec<(u32, u32)>, f64) {
    let mut best: (Vec<(u32, u32)>, f64) = (Vec::new(), f64::NEG_INFINITY);
    let most = k.min(pairs.len());
    let mut at: Vec<usize> = (0..most).collect();
    // More ties never reach less, so only full choices are tried.
    loop {
        let chosen: Vec<(u32, u32)> = at.iter().map(|place| pairs[*place]).collect();
        let reach = Search::new(graph, &chosen, left, right, decay).reach();
        if reach > best.1 {
            best = (chosen, reach);
        }
        let Some(turn) = (0..most).rev().find(|turn| at[*turn] < pairs.len() - most + turn) else { return best };
        at[turn] += 1;
        for next in turn + 1..most {
            at[next] = at[next - 1] + 1;
        }
    }
}

/// A choice with what each tie adds, the largest first.
fn in_order(graph: &Graph, left: &[u32], right: &[u32], chosen: &[(u32, u32)], decay: f64) -> Vec<Bridge> {
    let mut picks = greedy(graph, left, right, chosen, chosen.len(), decay);
    for (a, b) in chosen {
        if !picks.iter().any(|pick| (pick.a, pick.b) == (*a, *b)) {
            picks.push(Bridge { a: *a, b: *b, gain: 0.0 });
        }
    }
    picks
}

impl<'a> Search<'a> {
    fn new(graph: &Graph, more: &[(u32, u32)], left: &'a [u32], right: &'a [u32], decay: f64) -> Search<'a> {
        let steps = |from: &[u32]| Steps(from.iter().map(|node| steps(graph, more, *node)).collect());
        Search { left, right, decay, from_left: steps(left), from_right: steps(right) }
    }

    fn worth(&self, steps: u32) -> f64 {
        if steps >= FAR { 0.0 } else { self.decay.powi(steps as i32) }
    }

    fn pairs(&self) -> f64 {
        (self.left.len() * self.right.len()).max(1) as f64
    }

    fn reach(&self) -> f64 {
        let of = |row: &Vec<u32>| self.right.iter().map(|to| self.worth(row[*to as usize])).sum::<f64>();
        self.from_left.0.iter().map(of).sum::<f64>() / self.pairs()
    }

    /// What one more tie adds.
    fn gain(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (a as usize, b as usize);
        let mut sum = 0.0;
        for row in &self.from_left.0 {
            let (to_a, to_b) = (row[a], row[b]);
            for (place, to) in self.right.iter().enumerate() {
                let now = row[*to as usize];
                let other = &self.from_right.0[place];
                let then = (to_a + 1 + other[b]).min(to_b + 1 + other[a]);
                if then < now {
                    sum += self.worth(then) - self.worth(now);
                }
            }
        }
        sum / self.pairs()
    }

    fn bound(&self, graph: &Graph, pairs: &[(u32, u32)], k: usize) -> f64 {
        let all = Search::new(graph, pairs, self.left, self.right, self.decay).reach();
        let two = self.worth(2);
        let mut sum = 0.0;
        let mut lifts: Vec<f64> = Vec::new();
        for (row, from) in self.from_left.0.iter().zip(self.left) {
            for to in self.right {
                let now = self.worth(row[*to as usize]);
                sum += now.max(if from == to { now } else { two });
                if pairs.contains(&(*from, *to)) || pairs.contains(&(*to, *from)) {
                    lifts.push(self.worth(1) - now.max(two));
                }
            }
        }
        lifts.sort_by(|x, y| y.total_cmp(x));
        all.min((sum + lifts.iter().take(k).sum::<f64>()) / self.pairs())
    }
}

/// Steps to every node, with some ties added.
fn steps(graph: &Graph, more: &[(u32, u32)], from: u32) -> Vec<u32> {
    let mut steps = vec![FAR; graph.nodes()];
    let mut queue = VecDeque::from([from]);
    if let Some(own) = steps.get_mut(from as usize) {
        *own = 0;
    }
    while let Some(node) = queue.pop_front() {
        let next = steps[node as usize] + 1;
        let added = more.iter().filter_map(|(a, b)| {
            if *a == node { Some(*b) } else if *b == node { Some(*a) } else { None }
        });
        for to in graph.neighbours(node).0.iter().copied().chain(added) {
            if steps[to as usize] == FAR {
                steps[to as usize] = next;
                queue.push_back(to);
            }
        }
    }
    steps
}
