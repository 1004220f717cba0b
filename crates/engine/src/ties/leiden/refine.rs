//! Splitting communities into well-connected parts, each community by itself: what it needs is small and stays at hand.

use super::Random;
use super::level::{Level, grouped};
use super::number;

/// The parts of all communities, numbered community by community, so that parts of one community lie together.
pub(super) struct Parts {
    /// The part of every node.
    pub of: Vec<u32>,
    /// The community of every part.
    pub community: Vec<u32>,
}

/// A part: strength of its nodes, its ties to the rest of the community, ties of the node at hand to it, and whether it is
/// still a single node that nobody joined and that joined nobody.
struct Part {
    total: f64,
    outward: f64,
    sum: f32,
    alone: bool,
}

impl Level<'_> {
    /// Splits every community into parts that hang together well enough with the rest of it: single nodes join, then, as
    /// often as `steps` says, the parts so made.
    pub fn refine(&self, community: &[u32], steps: usize, resolution: f64, random: &mut Random) -> Parts {
        let nodes = self.nodes();
        let (starts, members) = grouped(community, nodes);
        let mut place = vec![0; nodes];
        members.iter().enumerate().for_each(|(at, node)| place[*node as usize] = at as u32);
        let mut parts = Parts { of: vec![0; nodes], community: Vec::new() };
        for (of, ends) in starts.windows(2).enumerate() {
            let members = &members[ends[0] as usize..ends[1] as usize];
            let (part, count) = match members.len() {
                0 => continue,
                1 => (vec![0], 1),
                _ => self.within(ends[0], members, &place).parts(steps, resolution, random),
            };
            let before = parts.community.len() as u32;
            members.iter().zip(part).for_each(|(node, part)| parts.of[*node as usize] = before + part);
            parts.community.resize(parts.community.len() + count, of as u32);
        }
        parts
    }

    /// The ties within one community, whose members stand from `first` on among all.
    fn within(&self, first: u32, members: &[u32], place: &[u32]) -> Level<'static> {
        let most = members.iter().map(|node| self.row(*node as usize).len()).sum::<usize>() + 1;
        let (mut starts, mut targets, mut weights) = (vec![0], vec![0; most], vec![0.0; most]);
        let mut end = 0;
        for &node in members {
            for (to, weight) in self.row(node as usize) {
                let to = place[to as usize].wrapping_sub(first);
                (targets[end], weights[end]) = (to, weight);
                end += usize::from((to as usize) < members.len());
            }
            starts.push(end);
        }
        let strength = members.iter().map(|node| self.strength[*node as usize]).collect();
        Level {
            starts: starts.into(),
            targets: targets.into(),
            weights: weights.into(),
            strength,
            all: self.all,
            stretch: self.stretch,
        }
    }

    /// The parts of this level, which is one community, and how many they are.
    fn parts(self, steps: usize, resolution: f64, random: &mut Random) -> (Vec<u32>, usize) {
        let whole = self.strength.iter().sum();
        let mut of = self.split(whole, resolution, random);
        let mut count = number(&mut of);
        let (mut level, mut part) = (self, of.clone());
        for _ in 1..steps {
            if count == 1 || count == level.nodes() {
                break;
            }
            level = level.merge(&part, count);
            part = level.split(whole, resolution, random);
            count = number(&mut part);
            of.iter_mut().for_each(|of| *of = part[*of as usize]);
        }
        (of, count)
    }

    /// Single nodes join a part next to them, where both hang together well enough with the rest of the community.
    fn split(&self, whole: f64, resolution: f64, random: &mut Random) -> Vec<u32> {
        let outward = |at| self.row(at).map(|tie| f64::from(tie.1)).sum();
        let part = |at: usize| Part { total: self.strength[at], outward: outward(at), sum: 0.0, alone: true };
        let mut parts: Vec<Part> = (0..self.nodes()).map(part).collect();
        let rate = resolution / self.all;
        let hangs_together = |part: &Part| part.outward >= rate * part.total * (whole - part.total);
        let mut of: Vec<u32> = (0..self.nodes() as u32).collect();
        let mut order = of.clone();
        random.shuffle(&mut order);
        // With a place to write to that does not count yet.
        let mut met = vec![0; self.nodes() + 1];
        for node in order {
            let at = node as usize;
            if !parts[at].alone || !hangs_together(&parts[at]) {
                continue;
            }
            let mut count = 0;
            for (to, weight) in self.row(at) {
                let to = of[to as usize];
                let part = &mut parts[to as usize];
                met[count] = to;
                count += usize::from(part.sum == 0.0);
                part.sum += weight;
            }
            let pull = rate * parts[at].total;
            let (mut best, mut most, mut shared) = (node, 0.0, 0.0);
            for &to in &met[..count] {
                let part = &mut parts[to as usize];
                let sum = f64::from(part.sum);
                part.sum = 0.0;
                let gain = sum - pull * part.total;
                let better = (gain > most) & hangs_together(part);
                best = if better { to } else { best };
                most = if better { gain } else { most };
                shared = if better { sum } else { shared };
            }
            if best != node {
                let Part { total, outward, .. } = parts[at];
                of[at] = best;
                parts[at].alone = false;
                let part = &mut parts[best as usize];
                part.total += total;
                part.outward += outward - 2.0 * shared;
                part.alone = false;
            }
        }
        of
    }
}
