//! What is known beyond the schedule itself: levels proven best, fewest changes, enumerated events. Searches nothing.

use super::super::bound::{self, Grain};
use super::super::enumerate;
use super::super::reopt::{changes, load};
use super::*;

/// Levels proven best, from the left: the bounds known are met, or the level cannot be better than it is.
pub(super) fn proven_levels(x: &Instance, out: &Outcome) -> u8 {
    let Some(score) = out.score else { return 0 };
    if out.status == Status::Optimal {
        return 5;
    }
    let v = score.vector;
    let everything = exact::covers(x);
    let met = [
        everything || v[0] >= out.bound / x.unit,
        everything || v[1] >= out.most_fair[0],
        everything || v[2] >= out.most_fair[1],
        v[3] == 0 || out.least_gaps == Some(-v[3]),
        v[4] == 0,
    ];
    met.iter().take_while(|m| **m).count() as u8
}

impl Run<'_, '_, '_> {
    pub(super) fn enumerated(&self, found: Option<Solution>, out: &mut Outcome) {
        let x = self.f.x;
        out.status = if found.is_some() { Status::Optimal } else { Status::Infeasible };
        match &found {
            Some(s) => {
                let level = check(x, s).map_or(0, |s| s.vector[0]);
                out.bound = out.bound.min((level + 1) * x.unit - 1);
                out.fewest_changes = self.o.keep && self.o.start.is_some();
                out.forced_changes = self.o.start.map_or(0, |s| load(self.f, s).1.len());
            }
            None => out.causes = enumerate::causes(x, &|| self.over()),
        }
        out.solution = found;
    }

    /// After the gaps of a brokerage event: as many meetings of the old schedule as they allow.
    pub(super) fn fewest_changes(&self, out: &mut Outcome) {
        let (x, Some(start)) = (self.f.x, self.o.start) else { return };
        let Some(found) = out.solution.take() else { return };
        let Ok(score) = check(x, &found) else { return };
        // The repaired schedule is closer to the old one and may be as good.
        let repaired = self.best.as_ref().filter(|b| b.1 >= score.vector).map(|b| b.0.solution(self.f));
        let known = repaired.filter(|s| changes(start, s) < changes(start, &found));
        let known = known.unwrap_or(found);
        out.solution = Some(known.clone());
        if out.status == Status::Optimal {
            let (s, proven) = exact::fewest_changes(x, start, known, -score.vector[3], &|| self.over());
            out.solution = Some(s);
            out.fewest_changes = proven;
        }
    }

    /// Where the weight is proven best and the event is small: bounds on the second and third level, until `until`.
    pub(super) fn fairness_bounds(&self, until: f64, out: &mut Outcome) {
        let (Some((_, v, _)), Some(weight)) = (&self.best, &self.bound) else { return };
        let cells: u32 = self.f.mask.iter().map(|m| m.count_ones()).sum();
        let x = self.f.x;
        if v[0] < weight.weight / x.unit || cells > 60_000 || out.most_fair[0] < 100 {
            return;
        }
        let tenth = self.f.base.iter().filter(|b| **b > 0).count().div_ceil(10);
        let now = (self.o.clock)();
        for (cell, lowest, share) in [(0, 1, 0.5), (1, tenth, 1.0)] {
            let over = || self.over() || (self.o.clock)() >= now + (until - now) * share;
            out.most_fair[cell] = bound::least_shares(x, Grain::Slot, v[0] * x.unit, lowest, &over);
        }
    }
}
