//! The sets of people whose time bounds the weight: single people, groups and whole organizations.

use super::{HashMap, Instance};

/// Sets of people that some party must come from: single people, groups, organizations.
pub(super) struct Sets {
    pub(super) all: Vec<Vec<u32>>,
    /// sets of each organization
    pub(super) of_org: Vec<Vec<u32>>,
    pub(super) single: Vec<u32>,
    pub(super) group: Vec<u32>,
}

pub(super) fn sets(x: &Instance) -> Sets {
    let mut out = Sets { all: Vec::new(), of_org: vec![Vec::new(); x.orgs], single: Vec::new(), group: Vec::new() };
    let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
    let mut members = vec![Vec::new(); x.orgs];
    for (p, person) in x.people.iter().enumerate() {
        members[person.org as usize].push(p as u32);
    }
    let mut add = |out: &mut Sets, set: Vec<u32>, o: usize| {
        let all = &mut out.all;
        let of = &mut out.of_org[o];
        *known.entry(set.clone()).or_insert_with(|| {
            all.push(set);
            of.push(all.len() as u32 - 1);
            all.len() as u32 - 1
        })
    };
    for (p, person) in x.people.iter().enumerate() {
        let id = add(&mut out, vec![p as u32], person.org as usize);
        out.single.push(id);
    }
    for g in &x.groups {
        let mut set = g.clone();
        set.sort_unstable();
        let id = add(&mut out, set, x.people[g[0] as usize].org as usize);
        out.group.push(id);
    }
    for (o, m) in members.into_iter().enumerate() {
        if !m.is_empty() {
            add(&mut out, m, o);
        }
    }
    out
}

pub(super) fn subset(a: &[u32], b: &[u32]) -> bool {
    a.len() <= b.len() && a.iter().all(|p| b.binary_search(p).is_ok())
}
