//! Ties, agreements and vetoes between the parties of a corpus. Everything is kept from both sides; a tie or an
//! agreement that the reader does not see is not there for it.

use super::parts::Relation;
use super::party::{Id, Keys, Party, Reader, TieKind};
use std::collections::HashMap;

/// A party and its relation to another; `None` when the two must not be put together.
pub(crate) type Special = (u32, Option<Relation>);

/// A tie from the list of one of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    to: u32,
    kind: TieKind,
    audience: Keys,
    /// The party that declared it, and therefore sees it.
    by: u32,
}

impl Link {
    fn seen(&self, reader: &Reader) -> bool {
        reader.sees(self.by, self.audience)
    }
}

/// The relations of all parties.
#[derive(Debug, Default)]
pub(crate) struct Network {
    /// By party, rising by the other end.
    links: Vec<Vec<Link>>,
    /// By party, rising: parties it must not be put together with.
    vetoes: Vec<Vec<u32>>,
    /// What each party itself declared, to take it back when the party is replaced.
    declared: Vec<Vec<u32>>,
    agreements: Vec<Id>,
    numbers: HashMap<Id, u32>,
    /// By party, rising: number of the agreement and who may see it.
    bound: Vec<Vec<(u32, Keys)>>,
    /// By agreement: its parties.
    members: Vec<Vec<(u32, Keys)>>,
}

impl Network {
    pub fn new(parties: &[Party], index: &HashMap<Id, u32>) -> Self {
        let mut network = Self {
            links: vec![Vec::new(); parties.len()],
            vetoes: vec![Vec::new(); parties.len()],
            declared: vec![Vec::new(); parties.len()],
            bound: vec![Vec::new(); parties.len()],
            ..Self::default()
        };
        for (at, party) in parties.iter().enumerate() {
            network.add(at as u32, party, index);
        }
        for links in &mut network.links {
            links.sort_unstable();
        }
        for vetoes in &mut network.vetoes {
            vetoes.sort_unstable();
        }
        network
    }

    fn add(&mut self, at: u32, party: &Party, index: &HashMap<Id, u32>) {
        for tie in &party.ties {
            let Some(&to) = index.get(&tie.to).filter(|to| **to != at) else { continue };
            let link = Link { to, kind: tie.kind, audience: tie.audience, by: at };
            self.links[at as usize].push(link);
            self.links[to as usize].push(Link { to: at, ..link });
        }
        for veto in &party.vetoes {
            let Some(&to) = index.get(veto) else { continue };
            self.vetoes[at as usize].push(to);
            self.vetoes[to as usize].push(at);
            self.declared[at as usize].push(to);
        }
        for membership in &party.agreements {
            let number = *self.numbers.entry(membership.agreement).or_insert_with(|| {
                self.agreements.push(membership.agreement);
                self.members.push(Vec::new());
                self.members.len() as u32 - 1
            });
            self.bound[at as usize].push((number, membership.audience));
            self.members[number as usize].push((at, membership.audience));
        }
        self.bound[at as usize].sort_unstable();
    }

    /// Takes back what party `at` declared and reads it anew.
    pub fn replace(&mut self, at: u32, party: &Party, index: &HashMap<Id, u32>) {
        let mine = std::mem::take(&mut self.links[at as usize]);
        for link in mine.iter().filter(|l| l.by == at) {
            self.links[link.to as usize].retain(|l| l.by != at || l.to != at);
        }
        self.links[at as usize] = mine.into_iter().filter(|l| l.by != at).collect();
        for to in std::mem::take(&mut self.declared[at as usize]) {
            // One entry per declaration: the other party may have its own veto.
            for (from, other) in [(at, to), (to, at)] {
                let list = &mut self.vetoes[from as usize];
                if let Some(place) = list.iter().position(|v| *v == other) {
                    list.remove(place);
                }
            }
        }
        for (number, _) in std::mem::take(&mut self.bound[at as usize]) {
            self.members[number as usize].retain(|(m, _)| *m != at);
        }
        self.add(at, party, index);
        let touched: Vec<u32> = self.links[at as usize].iter().map(|l| l.to).chain([at]).collect();
        for i in touched {
            self.links[i as usize].sort_unstable();
        }
        let touched: Vec<u32> = self.declared[at as usize].iter().copied().chain([at]).collect();
        for i in touched {
            self.vetoes[i as usize].sort_unstable();
        }
    }

    pub fn vetoed(&self, a: u32, b: u32) -> bool {
        self.vetoes[a as usize].binary_search(&b).is_ok()
    }

    pub fn agreement_id(&self, number: u32) -> Id {
        self.agreements.get(number as usize).copied().unwrap_or_default()
    }

    /// The strongest visible tie of `a` with each party, rising by party.
    fn ties<'a>(&'a self, reader: &'a Reader, a: u32) -> impl Iterator<Item = (u32, TieKind)> + 'a {
        let links = &self.links[a as usize];
        // Links are sorted by (to, kind): the last visible one of a run is the strongest.
        links.iter().enumerate().filter_map(move |(i, link)| {
            let last = !links[i + 1..].iter().take_while(|l| l.to == link.to).any(|l| l.seen(reader));
            (link.seen(reader) && last).then_some((link.to, link.kind))
        })
    }

    /// What the reader sees of the relation of two parties. `open` says which third parties may be named.
    pub fn relation(&self, reader: &Reader, a: u32, b: u32, open: &dyn Fn(u32) -> bool) -> Relation {
        let mut relation = Relation::default();
        let (shorter, other) =
            if self.links[a as usize].len() <= self.links[b as usize].len() { (a, b) } else { (b, a) };
        for (to, kind) in self.ties(reader, shorter) {
            if to == other {
                relation.tie = Some(kind);
            } else if open(to) && self.tied(reader, to, other) {
                relation.acquaintances += 1;
                relation.through.get_or_insert(to);
            }
        }
        let (x, y) = (&self.bound[a as usize], &self.bound[b as usize]);
        let seen = |list: &[(u32, Keys)], owner: u32, number: u32| {
            let start = list.partition_point(|m| m.0 < number);
            list[start..].iter().take_while(|m| m.0 == number).any(|m| reader.sees(owner, m.1))
        };
        relation.agreement = x.iter().map(|m| m.0).find(|n| seen(x, a, *n) && seen(y, b, *n));
        relation
    }

    fn tied(&self, reader: &Reader, a: u32, b: u32) -> bool {
        let links = &self.links[a as usize];
        let start = links.partition_point(|l| l.to < b);
        links[start..].iter().take_while(|l| l.to == b).any(|l| l.seen(reader))
    }

    /// Parties whose relation to `a` is not the usual one (no tie, no path, no agreement) for this reader, rising;
    /// excluded ones with `None`. The relations are those of [`Self::relation`], found in one sweep.
    pub fn special(&self, reader: &Reader, a: u32, open: &dyn Fn(u32) -> bool) -> Vec<Special> {
        const VETO: (u8, u32) = (0, 0);
        let mut facts: Vec<(u32, (u8, u32))> = self.vetoes[a as usize].iter().map(|v| (*v, VETO)).collect();
        for (to, kind) in self.ties(reader, a) {
            facts.push((to, (1, kind as u32)));
            if open(to) {
                facts.extend(self.ties(reader, to).map(|t| (t.0, (2, to))));
            }
        }
        for (number, audience) in &self.bound[a as usize] {
            if reader.sees(a, *audience) {
                let members = &self.members[*number as usize];
                facts.extend(members.iter().filter(|m| reader.sees(m.0, m.1)).map(|m| (m.0, (3, *number))));
            }
        }
        facts.sort_unstable();
        facts.dedup();
        facts
            .chunk_by(|x, y| x.0 == y.0)
            .filter(|run| run[0].0 != a)
            .map(|run| {
                let mut relation = Relation::default();
                for (_, (sort, value)) in run {
                    match sort {
                        0 => return (run[0].0, None),
                        1 => relation.tie = TieKind::ALL.get(*value as usize).copied(),
                        2 => {
                            relation.acquaintances += 1;
                            relation.through.get_or_insert(*value);
                        }
                        _ => {
                            relation.agreement.get_or_insert(*value);
                        }
                    }
                }
                (run[0].0, (relation.tie != Some(TieKind::SameOrganization)).then_some(relation))
            })
            .collect()
    }
}
