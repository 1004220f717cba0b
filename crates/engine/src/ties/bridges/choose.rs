//! Which candidates to take: greedy with lazy evaluation and a bound, and branch and bound where that can be finished.

use super::field::Field;
use std::cmp::Ordering;

/// Cells that the proof may look at before it gives up; about half a second.
const PROOF: u64 = 300_000_000;

/// Longer choices are not proven.
const MOST_PROVEN: usize = 64;

/// A choice with its value and a bound that no choice of as many exceeds.
pub(super) struct Choice {
    pub picks: Vec<(usize, f64)>,
    pub bound: f64,
    pub exact: bool,
}

impl Choice {
    fn value(&self) -> f64 {
        self.picks.iter().map(|pick| pick.1).sum()
    }
}

/// What is known about a candidate's gain: never less than the truth, and true when `fresh`.
#[derive(Clone, Copy)]
struct Hope {
    candidate: usize,
    gain: f64,
    fresh: bool,
}

/// Rounding that is not a difference.
const NOTHING: f64 = 1e-9;

/// Chooses `k` candidates. `scores` decide among equal gains.
pub(super) fn choose(field: &mut Field, scores: &[f32], k: usize) -> Choice {
    let greedy = greedy(field, scores, k);
    if greedy.bound <= greedy.value() + NOTHING {
        return Choice { exact: true, bound: greedy.value(), ..greedy };
    }
    if k > MOST_PROVEN {
        return greedy;
    }
    let mut proof = Proof { field, scores, k, left: PROOF, best: greedy.picks.clone(), value: greedy.value() };
    let hopes = (0..scores.len()).map(|at| Hope { candidate: at, gain: f64::INFINITY, fresh: false }).collect();
    if proof.branch(hopes, &mut Vec::new(), 0.0) {
        let (best, value) = (proof.best, proof.value);
        return Choice { picks: best, bound: value, exact: true };
    }
    greedy
}

fn better(scores: &[f32]) -> impl Fn(&Hope, &Hope) -> Ordering + '_ {
    |one, two| {
        let by_gain = two.gain.total_cmp(&one.gain);
        let score = |hope: &Hope| scores[hope.candidate];
        by_gain.then_with(|| score(two).total_cmp(&score(one))).then(one.candidate.cmp(&two.candidate))
    }
}

/// G. Nemhauser, L. Wolsey, M. Fisher (1978): at least 1 − 1/e of the best; M. Minoux (1978): gains only shrink, so most need
/// not be looked at again. The bound is what was taken and the k largest gains left, at any moment.
fn greedy(field: &mut Field, scores: &[f32], k: usize) -> Choice {
    let mut hopes: Vec<Hope> =
        (0..scores.len()).map(|at| Hope { candidate: at, gain: field.at_most(at), fresh: false }).collect();
    let mut choice = Choice { picks: Vec::new(), bound: f64::INFINITY, exact: false };
    loop {
        let left = k - choice.picks.len();
        // The first and the last bound are the telling ones; they deserve true gains.
        let telling = if choice.picks.is_empty() || left == 0 { k } else { 1 };
        freshen(field, scores, &mut hopes, telling);
        let rest: f64 = hopes.iter().take(k).map(|hope| hope.gain).sum();
        choice.bound = choice.bound.min(choice.value() + rest);
        let Some(first) = hopes.first().copied().filter(|first| left > 0 && first.gain > NOTHING) else { break };
        field.take(first.candidate);
        choice.picks.push((first.candidate, first.gain));
        hopes.remove(0);
        hopes.iter_mut().for_each(|hope| hope.fresh = false);
    }
    choice.bound = choice.bound.max(choice.value());
    if choice.picks.len() == k {
        choice.bound = choice.bound.min(choice.value() / (1.0 - (-1.0f64).exp()));
    }
    choice
}

/// Looks at candidates until the `many` largest gains are true ones; leaves them in order.
fn freshen(field: &Field, scores: &[f32], hopes: &mut [Hope], many: usize) -> u64 {
    let mut work = 0;
    hopes.sort_unstable_by(better(scores));
    while let Some(at) = hopes.iter().take(many).position(|hope| !hope.fresh) {
        let (gain, cost) = field.gain(hopes[at].candidate);
        work += cost;
        let hope = Hope { candidate: hopes[at].candidate, gain, fresh: true };
        let order = better(scores);
        let to = at + hopes[at + 1..].partition_point(|other| order(other, &hope) == Ordering::Less);
        hopes[at..=to].rotate_left(1);
        hopes[to] = hope;
    }
    work
}

/// Depth-first search over all choices; what cannot beat the best known one is left out.
struct Proof<'a> {
    field: &'a mut Field,
    scores: &'a [f32],
    k: usize,
    left: u64,
    best: Vec<(usize, f64)>,
    value: f64,
}

impl Proof<'_> {
    /// False when the work became too much.
    fn branch(&mut self, mut hopes: Vec<Hope>, taken: &mut Vec<(usize, f64)>, value: f64) -> bool {
        if value > self.value + NOTHING {
            (self.value, self.best) = (value, taken.clone());
        }
        let more = self.k - taken.len();
        while more > 0 && !hopes.is_empty() {
            let work = freshen(self.field, self.scores, &mut hopes, more);
            let Some(left) = self.left.checked_sub(work + hopes.len() as u64) else { return false };
            self.left = left;
            let rest: f64 = hopes.iter().take(more).map(|hope| hope.gain).sum();
            if value + rest <= self.value + NOTHING {
                return true;
            }
            // With the first one, and then without it.
            let first = hopes.remove(0);
            let change = self.field.take(first.candidate);
            taken.push((first.candidate, first.gain));
            let below = hopes.iter().map(|hope| Hope { fresh: false, ..*hope }).collect();
            let finished = self.branch(below, taken, value + first.gain);
            taken.pop();
            self.field.undo(&change);
            if !finished {
                return false;
            }
        }
        true
    }
}
