//! The levels below the weight: fairness, gaps and steps are improved while the weight level stays.

use super::*;

impl<'f, 'a> Run<'_, 'f, 'a> {
    /// Fairness, gaps and hops, never below the weight level reached. The `last` time also holds the best fairness reached.
    pub(super) fn polish(&mut self, st: State<'f, 'a>, until: f64, big: bool, last: bool, salt: u64) -> State<'f, 'a> {
        let mut st = self.best_levels(st).0;
        if !big {
            st = self.settle_places(st, 2);
            self.keep(&st);
        }
        st.set_curve(Arc::new(fairness_curve(&shares(&st))));
        let from = (self.o.clock)();
        // The last pass over the places needs a little time of its own, more where one thread has much to pass over.
        let until = until - (until - from) * if big { 0.12 } else { 0.04 };
        let middle = if last { from + (until - from) * 0.6 } else { until };
        let hot = if big { 0.35 } else { 0.6 };
        let mut st = self.cool_levels(st, hot, from, middle, big, 40 + salt);
        if last {
            // A smooth curve improves the fairness, but may end below a level that had been reached before: from the best
            // one the rest of the time goes on, and fairness only counts where the levels would fall.
            let lost;
            (st, lost) = self.best_levels(st);
            st.set_curve(Arc::new(level_curve(&shares(&st))));
            st = self.cool_levels(st, if lost { hot } else { hot / 4.0 }, middle, until, big, 60 + salt);
        }
        let st = self.settle_places(st, 20);
        self.keep(&st);
        self.tell("levels", &st);
        st
    }

    /// The best schedule so far where its first levels are higher or a must is missing here (then true), otherwise `st`.
    fn best_levels(&self, st: State<'f, 'a>) -> (State<'f, 'a>, bool) {
        match &self.best {
            Some((snapshot, v, _)) if v[..3] > st.vector()[..3] || st.missing > 0 => (snapshot.load(self.f), true),
            _ => (st, false),
        }
    }

    fn cool_levels(
        &mut self,
        st: State<'f, 'a>,
        hot: f64,
        from: f64,
        until: f64,
        big: bool,
        salt: u64,
    ) -> State<'f, 'a> {
        let floor = st.weight / self.f.x.unit * self.f.x.unit;
        let prices =
            Prices { value: 0.0, gap: 1.0, hop: 0.03, excess: 50.0, fair: 1.0, floor, below: 1_000.0, must: 100_000.0 };
        let stage = Stage { prices, hot, cold: 0.02, from, until, add: 0.12, shift: 0.38, kempe: 0.15 };
        let scope = self.scope(|_| true);
        let (st, moves) = if big {
            by_days(st, &stage, rounds(&stage), &scope, &self.control(salt))
        } else {
            portfolio(st, &stage, &scope, &self.control(salt), salt)
        };
        self.moves += moves;
        self.keep(&st);
        st
    }
}

/// The shares (0–100) of their requests that organizations get, ascending, and the size of the lowest tenth.
fn shares(st: &State<'_, '_>) -> (Vec<i64>, usize) {
    let mut shares: Vec<i64> = (0..st.got.len())
        .filter(|&o| st.f.base[o] > 0)
        .map(|o| (100 * i64::from(st.got[o]) / i64::from(st.f.base[o])).min(100))
        .collect();
    shares.sort_unstable();
    let low = shares.len().div_ceil(10);
    (shares, low)
}

/// The worst off of all, and the best off of the lowest tenth.
fn ends((shares, low): &(Vec<i64>, usize)) -> (f64, f64) {
    let share = |k: usize| shares.get(k).copied().unwrap_or(0) as f64;
    (share(0), share(low.saturating_sub(1)))
}

/// Price of the share of an organization's requests that take place: steep below the lowest tenth, flat above.
fn fairness_curve(shares: &(Vec<i64>, usize)) -> Vec<f64> {
    let (worst, edge) = ends(shares);
    let (worst, edge) = (worst + 6.0, (edge + 10.0).clamp(10.0, 100.0));
    (0..=100)
        .map(|k| {
            let f = f64::from(k);
            -30.0 * ((edge - f).max(0.0) / edge) - if f < worst { 30.0 * (worst - f) / worst } else { 0.0 }
        })
        .collect()
}

/// Price of that share which holds the second and third level: while its sum does not fall, nobody is worse off than the
/// worst off was (one percent there outweighs all the rest), and what organizations lack to the best off of the lowest tenth
/// does not grow, so the mean of the lowest tenth does not fall.
fn level_curve(shares: &(Vec<i64>, usize)) -> Vec<f64> {
    let (worst, edge) = ends(shares);
    let all_the_rest = 30.0 * 100.0 * shares.0.len() as f64;
    let lacks = |level: f64, k: i32| (level - f64::from(k)).max(0.0);
    (0..=100).map(|k| -30.0 * lacks(edge, k) - all_the_rest * lacks(worst, k)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::frame::Rng;
    use super::*;

    fn sorted(mut shares: Vec<i64>) -> (Vec<i64>, usize) {
        shares.sort_unstable();
        let low = shares.len().div_ceil(10);
        (shares, low)
    }

    fn levels((shares, low): &(Vec<i64>, usize)) -> (i64, i64) {
        (shares[0], shares[..*low].iter().sum::<i64>() / *low as i64)
    }

    #[test]
    fn while_the_price_does_not_fall_neither_do_the_levels() {
        let mut rng = Rng::new(7);
        let mut kept = 0;
        for _ in 0..20_000 {
            let n = 1 + rng.below(45);
            let before = sorted((0..n).map(|_| rng.below(101) as i64).collect());
            let change = |f: &i64, rng: &mut Rng| (f + rng.below(7) as i64 - 2).clamp(0, 100);
            let after = sorted(before.0.iter().map(|f| change(f, &mut rng)).collect());
            let curve = level_curve(&before);
            let price = |s: &(Vec<i64>, usize)| s.0.iter().map(|&f| curve[f as usize]).sum::<f64>();
            if price(&after) >= price(&before) {
                kept += 1;
                assert!(levels(&after) >= levels(&before), "{before:?} {after:?}");
                assert!(levels(&after).1 >= levels(&before).1, "{before:?} {after:?}");
            }
        }
        assert!(kept > 1_000);
    }
}
