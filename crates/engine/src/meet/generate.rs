//! Made-up events for tests, benchmarks and demonstrations, deterministic for a seed. The text it writes goes through the
//! strict reader like any other file.

use super::frame::Rng;
use std::fmt::Write as _;

/// Which kind of event to make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// A partnering conference: delegations of very different size, teams, interpreters, suites, video participants.
    Partnering {
        /// Number of people, at least 4.
        people: usize,
    },
    /// Laboratories meet companies over two afternoons.
    Rounds {
        /// Number of laboratories.
        labs: usize,
        /// Number of companies.
        companies: usize,
    },
    /// A brokerage event: every meeting has to take place, gaps count. A schedule is planted, so one exists.
    Brokerage {
        /// Number of people.
        people: usize,
        /// Number of slots of the day.
        slots: usize,
    },
}

/// An event as ems/1 text.
pub fn generate(profile: Profile, seed: u64) -> String {
    let mut rng = Rng::new(seed);
    match profile {
        Profile::Partnering { people } => partnering(people.max(4), seed, &mut rng),
        Profile::Rounds { labs, companies } => rounds(labs.max(1), companies.max(1), seed, &mut rng),
        Profile::Brokerage { people, slots } => brokerage(people.max(2), slots.clamp(2, 64), seed, &mut rng),
    }
}

fn hit(rng: &mut Rng, p: f64) -> bool {
    rng.unit() < p
}

fn ints(list: impl IntoIterator<Item = i64>) -> String {
    let items: Vec<String> = list.into_iter().map(|x| x.to_string()).collect();
    format!("[{}]", items.join(","))
}

/// Calendar text of `days` days, each of blocks with the given numbers of half-hour slots.
fn calendar(days: usize, blocks: &[usize]) -> (String, usize) {
    let (mut day, mut block, mut utc) = (Vec::new(), Vec::new(), Vec::new());
    for d in 0..days {
        for (b, &n) in blocks.iter().enumerate() {
            for k in 0..n {
                day.push(d as i64);
                block.push((d * blocks.len() + b) as i64);
                utc.push((d * 1440 + 540 + b * 240 + k * 30) as i64);
            }
        }
    }
    let n = day.len();
    (format!("{{\"day\":{},\"block\":{},\"utc\":{}}}", ints(day), ints(block), ints(utc)), n)
}

fn request(weight: i64, parties: &[i64], more: &str) -> String {
    format!("{{\"w\":{weight},\"p\":{}{more}}}", ints(parties.iter().copied()))
}

fn partnering(people: usize, seed: u64, rng: &mut Rng) -> String {
    let (slots, n) = calendar(if people < 1000 { 2 } else { 3 }, &[7, 9]);
    let (mut persons, mut groups) = (Vec::<String>::new(), Vec::<String>::new());
    // (first person, people, group party)
    let mut orgs: Vec<(usize, usize, i64)> = Vec::new();
    while persons.len() < people {
        let size = (1 + rng.below(3) + if hit(rng, 0.08) { rng.below(18) } else { 0 }).min(people - persons.len());
        let first = persons.len();
        for _ in 0..size {
            let mut p = format!("{{\"org\":{}", orgs.len());
            if hit(rng, 0.5) {
                let start = rng.below(n);
                let _ = write!(p, ",\"off\":{}", ints((start..n.min(start + 2 + rng.below(6))).map(|s| s as i64)));
            }
            if hit(rng, 0.5) {
                let _ = write!(p, ",\"day_max\":{}", 6 + rng.below(6));
            }
            if size < 3 && hit(rng, 0.04) {
                p.push_str(",\"remote\":true,\"hours\":[0,420,1380]");
            }
            p.push('}');
            persons.push(p);
        }
        let mut group = 0; // none
        if size > 1 {
            groups.push(ints((first..first + size).map(|p| p as i64)));
            group = -(groups.len() as i64);
        }
        orgs.push((first, size, group));
    }
    let side = |rng: &mut Rng, o: usize| {
        let (first, size, group) = orgs[o];
        if group < 0 && hit(rng, 0.5) { group } else { (first + rng.below(size)) as i64 }
    };
    let mut requests = Vec::new();
    let count = people * 9;
    while requests.len() < count && orgs.len() > 1 {
        // Popularity falls with rank: a few organizations are wanted by many.
        let pick = |rng: &mut Rng| ((rng.unit() * rng.unit()) * orgs.len() as f64) as usize % orgs.len();
        let (a, b) = (rng.below(orgs.len()), pick(rng));
        if a == b {
            continue;
        }
        let mutual = hit(rng, 0.35);
        let w = if mutual { 16 + 3 * rng.below(5) as i64 } else { 2 + rng.below(3) as i64 };
        let parties = [side(rng, a), side(rng, b)];
        let more = if hit(rng, 0.03) { ",\"use\":[[0,1]]" } else { "" };
        requests.push(request(w, &parties, more));
    }
    let tables = (people * 5 / (2 * n)).max(2);
    let places: Vec<String> = (0..tables)
        .map(|t| format!("{{\"seats\":{},\"zone\":{}}}", if t % 5 == 0 { 6 } else { 4 }, t * 8 / tables))
        .collect();
    let dist: Vec<String> = (0..8i64).map(|a| ints((0..8).map(|b: i64| (a - b).abs()))).collect();
    format!(
        "{{\"format\":\"ems/1\",\"name\":\"partnering-{people}-{seed}\",\"slots\":{slots},\"orgs\":{},\"people\":[{}],\"groups\":[{}],\"places\":[{}],\"zones\":{{\"dist\":[{}]}},\"virtual_cap\":{},\"resources\":[{{\"name\":\"interpreters ja-en\",\"cap\":{}}}],\"objective\":{{\"unit\":{}}},\"requests\":[{}]}}",
        orgs.len(),
        persons.join(","),
        groups.join(","),
        places.join(","),
        dist.join(","),
        (tables / 8).max(1),
        ints((0..n).map(|_| 1 + people as i64 / 400)),
        (people as i64 / 10).max(1),
        requests.join(",")
    )
}

fn rounds(labs: usize, companies: usize, seed: u64, rng: &mut Rng) -> String {
    let (slots, n) = calendar(2, &[6]);
    let (mut persons, mut groups, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for o in 0..labs + companies {
        let first = persons.len();
        for _ in 0..2 + rng.below(3) {
            let off = if hit(rng, 0.2) { ints([rng.below(n) as i64]) } else { "[]".into() };
            persons.push(format!("{{\"org\":{o},\"off\":{off}}}"));
        }
        groups.push(ints((first..persons.len()).map(|p| p as i64)));
        if o < labs {
            places.push(format!("{{\"seats\":8,\"zone\":{},\"org\":{o}}}", o * 3 / labs));
        }
    }
    places.push("{\"seats\":6,\"zone\":1}".into());
    let mut requests = Vec::new();
    for l in 0..labs {
        for c in 0..companies {
            if hit(rng, 0.6) {
                let parties = [-(l as i64) - 1, -((labs + c) as i64) - 1];
                requests.push(request(2 + rng.below(26) as i64, &parties, ""));
            }
        }
    }
    format!(
        "{{\"format\":\"ems/1\",\"name\":\"rounds-{labs}x{companies}-{seed}\",\"slots\":{slots},\"orgs\":{},\"people\":[{}],\"groups\":[{}],\"places\":[{}],\"zones\":{{\"dist\":[[0,1,2],[1,0,1],[2,1,0]],\"max_hop\":1}},\"requests\":[{}]}}",
        labs + companies,
        persons.join(","),
        groups.join(","),
        places.join(","),
        requests.join(",")
    )
}

fn brokerage(people: usize, slots: usize, seed: u64, rng: &mut Rng) -> String {
    let (calendar, _) = calendar(1, &[slots]);
    let mut met = std::collections::HashSet::new();
    let mut requests = Vec::new();
    let mut most = 0;
    for s in 0..slots {
        let mut order: Vec<usize> = (0..people).collect();
        for i in (1..people).rev() {
            order.swap(i, rng.below(i + 1));
        }
        let mut here = 0;
        for pair in order.chunks_exact(2).take((people * 3 / 8).max(1)) {
            let key = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            if met.insert(key) {
                let half = slots / 2;
                let more = match rng.below(6) {
                    0 if s < half => {
                        format!(",\"must\":true,\"slots\":{}", ints((0..half as i64).chain(std::iter::empty())))
                    }
                    1 => format!(",\"must\":true,\"fix\":[{s}]"),
                    _ => ",\"must\":true".into(),
                };
                requests.push(request(1, &[key.0 as i64, key.1 as i64], &more));
                here += 1;
            }
        }
        most = most.max(here);
    }
    let persons: Vec<String> = (0..people).map(|p| format!("{{\"org\":{p}}}")).collect();
    format!(
        "{{\"format\":\"ems/1\",\"name\":\"brokerage-{people}-{seed}\",\"slots\":{calendar},\"orgs\":{people},\"people\":[{}],\"place_count\":{},\"rules\":{{\"gap_over_off\":true,\"max_break_spread\":{slots}}},\"requests\":[{}]}}",
        persons.join(","),
        most,
        requests.join(",")
    )
}
