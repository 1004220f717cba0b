//! Upper bounds on the second and third level: the same relaxation, maximizing the mean share of requests that take place of
//! the worst off organizations instead of the weight, which may not fall below a given level.

use super::*;

/// No schedule that weighs at least `weight` satisfies its `lowest` worst off organizations to more percent, on average, than
/// this. The sum of the k least of some numbers f is the largest k·t − Σ max(0, t − f) over t, which is linear to maximize.
pub fn least_shares(x: &Instance, grain: Grain, weight: i64, lowest: usize, over: &dyn Fn() -> bool) -> i64 {
    let lp = build(x, grain, Goal::Shares { weight, lowest });
    let (y, _) = pdhg::solve(&lp, over);
    ((lp.dual_value(&y) + 1e-6).floor() as i64).min(100)
}

/// The column of request `q`, with its part in the rows of the goal.
pub(super) fn request_column(b: &mut Builder<'_>, q: usize) {
    let r = &b.x.requests[q];
    let Goal::Shares { weight, .. } = b.goal else { return b.column(r.weight as f64, 1.0) };
    b.column(0.0, 1.0);
    let row = b.row(Key::Weight, -(weight as f64), false);
    b.entries.push((row, -(r.weight as f32)));
    for &o in &r.orgs {
        let row = b.row(Key::Share(o), 0.0, false);
        b.entries.push((row, -1.0));
    }
}

/// The level t, a number from 0 to 1, and what organizations lack to it.
pub(super) fn share_columns(b: &mut Builder<'_>) {
    let Goal::Shares { lowest, .. } = b.goal else { return };
    let bases: Vec<u64> = b.x.fairness_bases().iter().map(|&(asked, could)| asked.min(could)).collect();
    b.column(100.0, 1.0);
    for (o, &base) in bases.iter().enumerate().filter(|(_, base)| **base > 0) {
        let row = b.row(Key::Share(o as u32), 0.0, false);
        b.entries.push((row, base as f32));
    }
    if lowest < 2 {
        return;
    }
    for (o, &base) in bases.iter().enumerate().filter(|(_, base)| **base > 0) {
        b.column(-100.0 / lowest as f64, 1.0);
        let row = b.row(Key::Share(o as u32), 0.0, false);
        b.entries.push((row, -(base as f32)));
    }
}
