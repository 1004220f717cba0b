//! Answers for people: why a request did not take place and what would have made it possible. Reads schedules, never changes them.

use super::cause::{Names, Numbers};
use super::instance::{Instance, Slots, each_slot};
use super::solution::Solution;
use super::words::Words;

/// The first reason that stands against a request, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Its parties have no common slot at all.
    Unavailable,
    /// Somebody has his most meetings already, or is busy in every common slot.
    Full,
    /// No resource unit (such as an interpreter) in the slots that remain.
    NoResource,
    /// The order of requests leaves no slot.
    Order,
    /// No table (or virtual room) in the slots that remain.
    NoPlace,
    /// It would have fitted only in place of meetings that count more.
    Outweighed,
    /// It still fits: nothing stands against it.
    Possible,
}

/// Why one request did not take place.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The request.
    pub request: u32,
    /// The reason.
    pub reason: Reason,
    /// The reason in words.
    pub why: Words,
    /// What would have made it possible.
    pub remedy: Words,
}

struct View<'a> {
    x: &'a Instance,
    names: &'a dyn Names,
    /// person × slot → meeting index + 1
    busy: Vec<u32>,
    day_full: Vec<Slots>,
    taken: Vec<Slots>,
    onsite: Vec<u32>,
    video: Vec<u32>,
    used: Vec<Vec<i64>>,
    at: Vec<Option<u32>>,
    /// Requests that have to come after the key request.
    later: Vec<Vec<u32>>,
}

/// Explains every request that `solution` (a feasible schedule) leaves out, with numbers for names.
pub fn explain(x: &Instance, solution: &Solution) -> Vec<Explanation> {
    explain_named(x, solution, &Numbers(x))
}

/// The same in the caller's names.
pub fn explain_named(x: &Instance, solution: &Solution, names: &dyn Names) -> Vec<Explanation> {
    let v = View::new(x, solution, names);
    (0..x.requests.len()).filter(|&q| v.at[q].is_none()).map(|q| v.explain(q, solution)).collect()
}

impl<'a> View<'a> {
    fn new(x: &'a Instance, solution: &Solution, names: &'a dyn Names) -> Self {
        let n = x.slots();
        let mut v = Self {
            x,
            names,
            busy: vec![0; x.people.len() * n],
            day_full: vec![0; x.people.len()],
            taken: vec![0; x.places.len()],
            onsite: vec![0; n],
            video: vec![0; n],
            used: vec![vec![0; n]; x.resources.len()],
            at: vec![None; x.requests.len()],
            later: vec![Vec::new(); x.requests.len()],
        };
        for (q, r) in x.requests.iter().enumerate() {
            for &b in &r.after {
                v.later[b as usize].push(q as u32);
            }
        }
        for (i, m) in solution.meetings.iter().enumerate() {
            let s = m.slot as usize;
            v.at[m.request as usize] = Some(m.slot);
            for &p in &m.people {
                v.busy[p as usize * n + s] = i as u32 + 1;
            }
            if let Some(t) = m.place {
                v.taken[t as usize] |= 1 << s;
            }
            if m.people.iter().any(|&p| x.people[p as usize].remote) {
                v.video[s] += 1
            } else {
                v.onsite[s] += 1
            }
            for &(k, units) in &x.requests[m.request as usize].uses {
                v.used[k as usize][s] += units;
            }
        }
        let days = x.day_masks();
        for (p, person) in x.people.iter().enumerate() {
            let met = (0..n).filter(|&s| v.busy[p * n + s] != 0).fold(0, |m: Slots, s| m | 1 << s);
            if met.count_ones() >= person.max {
                v.day_full[p] = Slots::MAX;
            }
            for d in &days {
                if (met & d).count_ones() >= person.day_max {
                    v.day_full[p] |= d;
                }
            }
        }
        v
    }

    /// A person by name, a group by those of whom one comes.
    fn party(&self, y: i32) -> Words {
        if y >= 0 {
            return self.names.person(y as u32);
        }
        let members: Vec<Words> = self.x.group(y).iter().map(|&p| self.names.person(p)).collect();
        let join = |pick: fn(&Words) -> &str, with: &str| members.iter().map(pick).collect::<Vec<_>>().join(with);
        Words::new(join(|w| &w.ja, "・"), join(|w| &w.en, " or "))
    }

    fn requests(&self, requests: &[u32]) -> Words {
        let names: Vec<Words> = requests.iter().map(|&q| self.names.request(q)).collect();
        let join = |pick: fn(&Words) -> &str, with: &str| names.iter().map(pick).collect::<Vec<_>>().join(with);
        Words::new(join(|w| &w.ja, "、"), join(|w| &w.en, ", "))
    }

    fn free(&self, p: u32) -> Slots {
        let n = self.x.slots();
        let p = p as usize;
        each_slot(self.x.people[p].available & !self.day_full[p])
            .filter(|&s| self.busy[p * n + s] == 0)
            .fold(0, |m, s| m | 1 << s)
    }

    fn party_free(&self, y: i32) -> Slots {
        if y >= 0 { self.free(y as u32) } else { self.x.group(y).iter().fold(0, |m, &p| m | self.free(p)) }
    }

    fn explain(&self, q: usize, solution: &Solution) -> Explanation {
        let r = &self.x.requests[q];
        let mask = self.x.possible_slots(q);
        let (reason, why, remedy) = if mask == 0 {
            (
                Reason::Unavailable,
                Words::new("全員に共通する時間がありません", "The parties have no slot in common"),
                self.remedy_time(q),
            )
        } else {
            let free = r.parties.iter().fold(mask, |m, &y| m & self.party_free(y));
            if free == 0 { self.full(q, mask, solution) } else { self.places(q, free) }
        };
        Explanation { request: q as u32, reason, why, remedy }
    }

    fn remedy_time(&self, q: usize) -> Words {
        // The party whose absence of limits would open most slots.
        let r = &self.x.requests[q];
        let open = |skip: usize| {
            r.parties.iter().enumerate().filter(|(i, _)| *i != skip).fold(r.slots, |m, (_, &y)| {
                m & if y >= 0 {
                    self.x.people[y as usize].available
                } else {
                    self.x.group(y).iter().fold(0, |m, &p| m | self.x.people[p as usize].available)
                }
            })
        };
        match (0..r.parties.len()).max_by_key(|&i| open(i).count_ones()).filter(|&i| open(i) != 0) {
            Some(i) => {
                let s = self.names.slot(open(i).trailing_zeros());
                let Words { ja, en } = self.party(r.parties[i]);
                Words::new(
                    format!("{ja}が{}に参加できれば可能です", s.ja),
                    format!("Possible if {en} were available in {}", s.en),
                )
            }
            None => Words::new(
                "複数の当事者の都合を変える必要があります",
                "Several parties would have to change their availability",
            ),
        }
    }

    fn full(&self, q: usize, mask: Slots, solution: &Solution) -> (Reason, Words, Words) {
        let x = self.x;
        let r = &x.requests[q];
        // The cheapest meetings that would have to leave, over all slots.
        let n = x.slots();
        let mut best: Option<(i64, usize, Vec<u32>)> = None;
        for s in each_slot(mask) {
            let mut out: Vec<u32> = Vec::new();
            let mut possible = true;
            for &y in &r.parties {
                if self.party_free(y) >> s & 1 == 1 {
                    continue;
                }
                let one = [y.max(0) as u32];
                let members: &[u32] = if y >= 0 { &one } else { x.group(y) };
                let blocked = members
                    .iter()
                    .filter(|&&p| {
                        self.day_full[p as usize] >> s & 1 == 0 && x.people[p as usize].available >> s & 1 == 1
                    })
                    .map(|&p| self.busy[p as usize * n + s])
                    .filter(|b| *b != 0)
                    .min_by_key(|b| x.requests[solution.meetings[*b as usize - 1].request as usize].weight);
                match blocked {
                    Some(b) => out.push(solution.meetings[b as usize - 1].request),
                    None => possible = false,
                }
            }
            out.sort_unstable();
            out.dedup();
            let cost = out.iter().map(|&q| x.requests[q as usize].weight).sum();
            if possible && !out.is_empty() && best.as_ref().is_none_or(|b| cost < b.0) {
                best = Some((cost, s, out));
            }
        }
        let busy = r.parties.iter().copied().find(|&y| mask & self.party_free(y) == 0);
        let who = busy.or(r.parties.first().copied()).unwrap_or(0);
        let Words { ja, en } = self.party(who);
        match best {
            None => (
                Reason::Full,
                Words::new(
                    format!("{ja}の面談数が上限に達しています"),
                    format!("{} already has the most meetings allowed", capital(&en)),
                ),
                Words::new(
                    format!("{ja}の上限が1件多ければ可能です"),
                    format!("Possible if {en} could take one more meeting"),
                ),
            ),
            Some((cost, s, out)) => {
                let (list, s) = (self.requests(&out), self.names.slot(s as u32));
                let reason = if cost >= r.weight { Reason::Outweighed } else { Reason::Full };
                let why = match (reason, busy) {
                    (Reason::Outweighed, _) => Words::new(
                        format!("共通する時間はすべて、重みの大きい面談({}など)に使われています", list.ja),
                        format!(
                            "Every common slot is held by meetings that count as much or more (such as {})",
                            list.en
                        ),
                    ),
                    (_, Some(_)) => Words::new(
                        format!("{ja}の予定がすべて埋まっています"),
                        format!("{} is busy in every common slot", capital(&en)),
                    ),
                    _ => Words::new(
                        "当事者が同時に空いている時間がありません",
                        "The parties are never free at the same time",
                    ),
                };
                let remedy = Words::new(
                    format!("{}の{}を移すか取りやめれば可能です", s.ja, list.ja),
                    format!("Possible if {} left {}", list.en, s.en),
                );
                (reason, why, remedy)
            }
        }
    }

    fn places(&self, q: usize, free: Slots) -> (Reason, Words, Words) {
        let x = self.x;
        let r = &x.requests[q];
        let keep =
            |m: Slots, ok: &dyn Fn(usize) -> bool| each_slot(m).filter(|&s| ok(s)).fold(0, |a: Slots, s| a | 1 << s);
        let resource = keep(free, &|s| {
            r.uses.iter().all(|&(k, u)| self.used[k as usize][s] + u <= x.resources[k as usize].cap[s])
        });
        if resource == 0 {
            let k = r.uses.iter().map(|u| u.0).next().unwrap_or(0) as usize;
            let (name, s) = (self.names.resource(k as u32), self.names.slot(free.trailing_zeros()));
            return (
                Reason::NoResource,
                Words::new(
                    format!("空いている時間に「{}」がありません", name.ja),
                    format!("No \"{}\" is left when the parties are free", name.en),
                ),
                Words::new(
                    format!("{}に「{}」がもう1つあれば可能です", s.ja, name.ja),
                    format!("Possible with one more \"{}\" in {}", name.en, s.en),
                ),
            );
        }
        let order = keep(resource, &|s| {
            r.after.iter().all(|&b| self.at[b as usize].is_none_or(|k| (k as usize) < s))
                && self.later[q].iter().all(|&c| self.at[c as usize].is_none_or(|k| k as usize > s))
        });
        if order == 0 {
            let list = self.requests(&r.after);
            return (
                Reason::Order,
                Words::new("順序の条件を満たす時間がありません", "No free slot respects the required order"),
                Words::new(
                    format!("{}がもっと早ければ可能です", list.ja),
                    format!("Possible if {} were earlier", list.en),
                ),
            );
        }
        let remote = |p: u32| x.people[p as usize].remote;
        let video =
            r.parties.iter().any(|&y| if y >= 0 { remote(y as u32) } else { x.group(y).iter().any(|&p| remote(p)) });
        let onsite =
            r.parties.iter().all(|&y| if y >= 0 { !remote(y as u32) } else { x.group(y).iter().any(|&p| !remote(p)) });
        let open = keep(order, &|s| {
            let table = match x.place_count {
                Some(n) => self.onsite[s] < n,
                None => x.places.iter().enumerate().any(|(t, p)| {
                    p.open & !self.taken[t] & (1 << s) != 0
                        && p.seats as usize >= r.parties.len()
                        && p.org.is_none_or(|o| r.orgs.contains(&o))
                }),
            };
            (onsite && table) || (video && x.virtual_cap.is_none_or(|c| self.video[s] < c))
        });
        let s = self.names.slot(order.trailing_zeros());
        if open == 0 {
            let (ja, en) =
                if onsite { ("テーブル", "table") } else { ("オンライン面談の枠", "virtual meeting") };
            return (
                Reason::NoPlace,
                Words::new(
                    format!("空いている時間に{ja}がありません"),
                    format!("No {en} is left when the parties are free"),
                ),
                Words::new(
                    format!("{}に{ja}がもう1つあれば可能です", s.ja),
                    format!("Possible with one more {en} in {}", s.en),
                ),
            );
        }
        let s = self.names.slot(open.trailing_zeros());
        (
            Reason::Possible,
            Words::new("妨げるものはありません", "Nothing stands against it"),
            Words::new(format!("{}で組めます", s.ja), format!("It can be added in {}", s.en)),
        )
    }
}

fn capital(text: &str) -> String {
    let mut c = text.chars();
    c.next().map_or_else(String::new, |f| f.to_uppercase().collect::<String>() + c.as_str())
}
