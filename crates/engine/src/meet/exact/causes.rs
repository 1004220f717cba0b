//! For an event without any schedule: a small set of rules that together exclude one. Found by assuming every
//! rule separately and dropping those the contradiction does not need.

use super::super::cause::{Cause, one_at_a_time};
use super::super::instance::Instance;
use super::model::{self, Purpose, Rule};
use super::sat::Sat;

/// Rules that cannot hold together; empty if time ran out before any was found.
pub(crate) fn causes(x: &Instance, over: &dyn Fn() -> bool) -> Vec<Cause> {
    let mut sat = Sat::new(over);
    let model = model::encode(&mut sat, x, 0, Purpose::Causes);
    let mut core: Vec<(i32, Rule)> = model.guards;
    loop {
        if sat.solve(core.iter().map(|g| g.0), None) != Some(false) {
            return Vec::new();
        }
        let smaller: Vec<(i32, Rule)> = core.iter().copied().filter(|g| sat.failed(g.0)).collect();
        let done = smaller.len() == core.len();
        core = smaller;
        if done {
            break;
        }
    }
    let mut i = 0;
    while i < core.len() && !over() {
        let rest: Vec<i32> = core.iter().enumerate().filter(|(k, _)| *k != i).map(|(_, g)| g.0).collect();
        if sat.solve(rest, Some(2_000)) == Some(false) {
            core = core.iter().enumerate().filter(|(k, g)| *k != i && sat.failed(g.0)).map(|(_, g)| *g).collect();
        } else {
            i += 1;
        }
    }
    gathered(x, &core.iter().map(|c| c.1).collect::<Vec<_>>())
}

/// The rules, gathered by kind.
fn gathered(x: &Instance, core: &[Rule]) -> Vec<Cause> {
    let pick = |f: &dyn Fn(&Rule) -> Option<u32>| {
        let mut v: Vec<u32> = core.iter().filter_map(f).collect();
        v.sort_unstable();
        v.dedup();
        v
    };
    let mut out = Vec::new();
    let requests = pick(&|c| if let Rule::Takes(q) = c { Some(*q) } else { None });
    if !requests.is_empty() {
        out.push(Cause::MustTakePlace { requests });
    }
    for p in pick(&|c| if let Rule::Person(p) = c { Some(*p) } else { None }) {
        out.push(one_at_a_time(x, p));
    }
    let slots = pick(&|c| if let Rule::Slot(s) = c { Some(*s) } else { None });
    if !slots.is_empty() {
        out.push(Cause::TooFewPlaces { slots });
    }
    for resource in pick(&|c| if let Rule::Resource(k, _) = c { Some(*k) } else { None }) {
        let of_it = |c: &Rule| if let Rule::Resource(k, s) = c { (*k == resource).then_some(*s) } else { None };
        out.push(Cause::TooLittleOfResource { resource, slots: pick(&of_it) });
    }
    for c in core {
        if let Rule::After(request, after) = *c {
            out.push(Cause::Order { request, after });
        }
    }
    if core.contains(&Rule::Spread) {
        out.push(Cause::BreakSpread { most: x.max_break_spread.unwrap_or(0) });
    }
    out
}
