//! Clauses for the exact engine: variables, at-most-one, totalizers. Wraps CaDiCaL and knows nothing of meetings.

use cadical::{Callbacks, Solver};

/// Stops the solver when the caller's time is over.
pub(super) struct Watch<'c> {
    pub(super) over: &'c dyn Fn() -> bool,
}

impl Callbacks for Watch<'_> {
    fn terminate(&mut self) -> bool {
        (self.over)()
    }
}

pub(super) struct Sat<'c> {
    solver: Solver<Watch<'c>>,
    over: &'c dyn Fn() -> bool,
    vars: i32,
    clauses: u32,
    /// The time was over while clauses were still being added: the formula is incomplete and must not be solved.
    cut_short: bool,
    /// Added to every clause while set: the clause only holds when the guard is assumed.
    pub(super) guard: Option<i32>,
}

impl<'c> Sat<'c> {
    pub(super) fn new(over: &'c dyn Fn() -> bool) -> Self {
        let mut solver = Solver::new();
        solver.set_callbacks(Some(Watch { over }));
        Self { solver, over, vars: 0, clauses: 0, cut_short: false, guard: None }
    }

    /// `Some(true)` satisfiable, `Some(false)` not, `None` out of time or above the limit of conflicts.
    pub(super) fn solve(&mut self, assumptions: impl IntoIterator<Item = i32>, conflicts: Option<i32>) -> Option<bool> {
        if self.cut_short {
            return None;
        }
        if let Some(limit) = conflicts {
            let _ = self.solver.set_limit("conflicts", limit);
        }
        self.solver.solve_with(assumptions.into_iter().collect::<Vec<_>>())
    }

    /// Whether the assumption took part in the contradiction last found.
    pub(super) fn failed(&self, assumption: i32) -> bool {
        self.solver.failed(assumption)
    }

    pub(super) fn var(&mut self) -> i32 {
        self.vars += 1;
        self.vars
    }

    pub(super) fn clause(&mut self, lits: &[i32]) {
        self.clauses = self.clauses.wrapping_add(1);
        if self.clauses.is_multiple_of(4096) && !self.cut_short {
            self.cut_short = (self.over)();
        }
        if self.cut_short {
            return;
        }
        let guard = self.guard.map(|g| -g);
        self.solver.add_clause(lits.iter().copied().chain(guard));
    }

    /// Pairwise for few literals, otherwise a ladder of fours.
    pub(super) fn at_most_one(&mut self, lits: &[i32]) {
        if lits.len() <= 5 {
            for i in 0..lits.len() {
                for j in 0..i {
                    self.clause(&[-lits[i], -lits[j]]);
                }
            }
            return;
        }
        let (head, tail) = lits.split_at(4);
        let link = self.var();
        let mut first = head.to_vec();
        first.push(link);
        self.at_most_one(&first);
        let mut rest = vec![-link];
        rest.extend_from_slice(tail);
        self.at_most_one(&rest);
    }

    /// Unary count of `lits`: output k (0-based) is true if at least k+1 are, for k < `cap`; with `both`, only if.
    pub(super) fn totalizer(&mut self, lits: &[i32], cap: usize, both: bool) -> Vec<i32> {
        if lits.len() <= 1 || cap == 0 {
            return lits[..lits.len().min(cap)].to_vec();
        }
        let (l, r) = lits.split_at(lits.len() / 2);
        let a = self.totalizer(l, cap, both);
        let b = self.totalizer(r, cap, both);
        let n = lits.len().min(cap);
        let out: Vec<i32> = (0..n).map(|_| self.var()).collect();
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                if i + j > 0 {
                    // at least i on the left and j on the right
                    let k = (i + j).min(n);
                    let mut c = Vec::with_capacity(3);
                    if i > 0 {
                        c.push(-a[i - 1]);
                    }
                    if j > 0 {
                        c.push(-b[j - 1]);
                    }
                    c.push(out[k - 1]);
                    self.clause(&c);
                }
                // at most i on the left and j on the right; counts cut at `cap` say nothing about "at most"
                if both && i + j < n && (i < a.len() || l.len() <= cap) && (j < b.len() || r.len() <= cap) {
                    let mut c = Vec::with_capacity(3);
                    if i < a.len() {
                        c.push(a[i]);
                    }
                    if j < b.len() {
                        c.push(b[j]);
                    }
                    c.push(-out[i + j]);
                    self.clause(&c);
                }
            }
        }
        out
    }

    /// At most `cap` of `lits`.
    pub(super) fn at_most(&mut self, lits: &[i32], cap: usize) {
        if lits.len() <= cap {
            return;
        }
        if cap == 0 {
            for &l in lits {
                self.clause(&[-l]);
            }
            return;
        }
        if cap == 1 {
            self.at_most_one(lits);
            return;
        }
        // A totalizer is small for few literals or small caps, a comparator network otherwise.
        if lits.len() * cap <= 60_000 {
            let out = self.totalizer(lits, cap + 1, false);
            self.clause(&[-out[cap]]);
        } else {
            let out = self.top(lits, cap + 1);
            self.clause(&[-out[cap]]);
        }
    }

    /// The `k` largest of `lits`, sorted (half of a cardinality network, Asín et al. 2011).
    fn top(&mut self, lits: &[i32], k: usize) -> Vec<i32> {
        if lits.len() <= 1 {
            return lits.to_vec();
        }
        let (l, r) = lits.split_at(lits.len() / 2);
        let a = self.top(l, k);
        let b = self.top(r, k);
        let mut out = self.merge(&a, &b);
        out.truncate(k);
        out
    }

    fn merge(&mut self, a: &[i32], b: &[i32]) -> Vec<i32> {
        if a.is_empty() {
            return b.to_vec();
        }
        if b.is_empty() {
            return a.to_vec();
        }
        if a.len() == 1 && b.len() == 1 {
            let (hi, lo) = self.compare(a[0], b[0]);
            return vec![hi, lo];
        }
        let pick = |x: &[i32], odd: usize| x.iter().skip(odd).step_by(2).copied().collect::<Vec<_>>();
        let even = self.merge(&pick(a, 0), &pick(b, 0));
        let odd = self.merge(&pick(a, 1), &pick(b, 1));
        let mut out = vec![even[0]];
        let mut i = 0;
        loop {
            match (odd.get(i).copied(), even.get(i + 1).copied()) {
                (Some(x), Some(y)) => {
                    let (hi, lo) = self.compare(x, y);
                    out.push(hi);
                    out.push(lo);
                }
                (Some(x), None) | (None, Some(x)) => out.push(x),
                (None, None) => return out,
            }
            i += 1;
        }
    }

    fn compare(&mut self, x: i32, y: i32) -> (i32, i32) {
        let (hi, lo) = (self.var(), self.var());
        self.clause(&[-x, hi]);
        self.clause(&[-y, hi]);
        self.clause(&[-x, -y, lo]);
        (hi, lo)
    }

    pub(super) fn is_true(&self, lit: i32) -> bool {
        self.solver.value(lit) == Some(true)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn count_models(n: usize, cap: usize, wide: bool) -> bool {
        // Every assignment of n literals must be accepted exactly when at most cap are true.
        (0u32..1 << n).all(|bits| {
            let never = || false;
            let mut sat = Sat::new(&never);
            let lits: Vec<i32> = (0..n).map(|_| sat.var()).collect();
            if wide {
                let out = sat.top(&lits, cap + 1);
                if let Some(&o) = out.get(cap) {
                    sat.clause(&[-o]);
                }
            } else {
                sat.at_most(&lits, cap);
            }
            let fixed: Vec<i32> =
                lits.iter().enumerate().map(|(i, &l)| if bits >> i & 1 == 1 { l } else { -l }).collect();
            sat.solve(fixed, None) == Some(bits.count_ones() as usize <= cap)
        })
    }

    #[test]
    fn at_most_accepts_exactly_the_small_subsets() {
        for cap in 0..5 {
            assert!(count_models(6, cap, false), "cap {cap}");
            assert!(count_models(7, cap, true), "network cap {cap}");
        }
    }

    #[test]
    fn a_totalizer_in_both_directions_counts() {
        for bits in 0u32..32 {
            let never = || false;
            let mut sat = Sat::new(&never);
            let lits: Vec<i32> = (0..5).map(|_| sat.var()).collect();
            let out = sat.totalizer(&lits, 5, true);
            let fixed: Vec<i32> =
                lits.iter().enumerate().map(|(i, &l)| if bits >> i & 1 == 1 { l } else { -l }).collect();
            assert_eq!(sat.solve(fixed, None), Some(true));
            for (k, &o) in out.iter().enumerate() {
                assert_eq!(sat.is_true(o), bits.count_ones() as usize > k);
            }
        }
    }
}
