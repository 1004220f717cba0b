//! For an event without any schedule: a small set of rules that together exclude one, in words. Found by assuming every
//! rule separately and dropping those the contradiction does not need.

use super::super::instance::Instance;
use super::super::words::Words;
use super::model::{self, Cause, Purpose};
use super::sat::Sat;

/// Rules that cannot hold together, at most about a dozen sentences; empty if time ran out before any was found.
pub(crate) fn causes(x: &Instance, over: &dyn Fn() -> bool) -> Vec<Words> {
    let mut sat = Sat::new(over);
    let model = model::encode(&mut sat, x, 0, Purpose::Causes);
    let mut core: Vec<(i32, Cause)> = model.guards;
    loop {
        if sat.solve(core.iter().map(|g| g.0), None) != Some(false) {
            return Vec::new();
        }
        let smaller: Vec<(i32, Cause)> = core.iter().copied().filter(|g| sat.failed(g.0)).collect();
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
    words(x, &core.iter().map(|c| c.1).collect::<Vec<_>>())
}

fn list(items: &[u32]) -> (String, String) {
    let shown: Vec<String> = items.iter().take(8).map(u32::to_string).collect();
    let more = if items.len() > 8 {
        (format!("ほか{}件", items.len() - 8), format!(" and {} more", items.len() - 8))
    } else {
        Default::default()
    };
    (format!("{}{}", shown.join("、"), more.0), format!("{}{}", shown.join(", "), more.1))
}

fn words(x: &Instance, core: &[Cause]) -> Vec<Words> {
    let mut out = Vec::new();
    let pick = |f: &dyn Fn(&Cause) -> Option<u32>| {
        let mut v: Vec<u32> = core.iter().filter_map(f).collect();
        v.sort_unstable();
        v.dedup();
        v
    };
    let takes = pick(&|c| if let Cause::Takes(q) = c { Some(*q) } else { None });
    if !takes.is_empty() {
        let (ja, en) = list(&takes);
        out.push(Words::new(
            format!("次の依頼はすべて必ず組む必要があります: {ja}"),
            format!("These requests all have to take place: {en}"),
        ));
    }
    for p in pick(&|c| if let Cause::Person(p) = c { Some(*p) } else { None }) {
        let n = x.requests.iter().filter(|r| r.parties.contains(&(p as i32))).count();
        let free = x.people[p as usize].available.count_ones();
        out.push(Words::new(
            format!("参加者{p}は{n}件の面談に対して使えるスロットが{free}個で、同時に2件には出られません"),
            format!("Person {p} has {n} meetings and {free} available slots, and cannot attend two at once"),
        ));
    }
    let slots = pick(&|c| if let Cause::Slot(s) = c { Some(*s) } else { None });
    if !slots.is_empty() {
        let (ja, en) = list(&slots);
        out.push(Words::new(
            format!("次のスロットでは場所の数が足りません: {ja}"),
            format!("The places do not suffice in slots {en}"),
        ));
    }
    for c in core {
        match *c {
            Cause::Resource(k, s) => {
                let name = &x.resources[k as usize].name;
                out.push(Words::new(
                    format!("「{name}」がスロット{s}で足りません"),
                    format!("\"{name}\" does not suffice in slot {s}"),
                ));
            }
            Cause::After(q, b) => out.push(Words::new(
                format!("依頼{q}は依頼{b}より後でなければなりません"),
                format!("Request {q} must come after request {b}"),
            )),
            _ => {}
        }
    }
    if core.contains(&Cause::Spread) {
        let d = x.max_break_spread.unwrap_or(0);
        out.push(Words::new(
            format!("空き時間の数の差は人と人の間で{d}までです"),
            format!("The numbers of breaks of any two people may differ by at most {d}"),
        ));
    }
    out
}
