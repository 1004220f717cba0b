//! The referee: reads the rules H1–H13 and the objective straight from the statement and shares no code with the search,
//! so that a mistake there cannot hide here. It never improves anything.

use super::instance::Instance;
use super::solution::{Meeting, Solution};
use super::words::Words;
use std::collections::HashMap;

/// The five levels (compared left to right, larger is better) and the raw weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Total weight of the meetings.
    pub weight: i64,
    /// Number of meetings.
    pub meetings: usize,
    /// `[floor(weight/unit), fair_min, fair_low, -gaps, -hops]`.
    pub vector: [i64; 5],
}

/// A hard rule that a schedule breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("H{rule} {}", words.en)]
pub struct Violation {
    /// 1–13, as in the statement.
    pub rule: u8,
    /// What is wrong, in both languages.
    pub words: Words,
}

fn broken<T>(rule: u8, ja: impl Into<String>, en: impl Into<String>) -> Result<T, Violation> {
    Err(Violation { rule, words: Words::new(ja, en) })
}

impl Violation {
    /// Says which meeting it is about; only done for a rule that is broken, since a large schedule has many meetings.
    fn of_meeting(self, m: &Meeting) -> Self {
        let Meeting { request: q, slot: s, .. } = m;
        let ja = format!("依頼{q}(スロット{s}): {}", self.words.ja);
        let en = format!("request {q} at slot {s}: {}", self.words.en);
        Self { words: Words::new(ja, en), ..self }
    }
}

const FREE: u32 = u32::MAX;

/// What is counted meeting by meeting.
struct Totals {
    /// (slot, place) → request
    room: HashMap<(u32, u32), u32>,
    onsite: Vec<u32>,
    virtuals: Vec<u32>,
    /// resource → slot → units
    used: Vec<Vec<i64>>,
}

struct Checker<'a> {
    x: &'a Instance,
    /// person × slot → meeting index
    busy: Vec<u32>,
    at: Vec<u32>,
}

/// Judges `solution` by the rules of `instance`.
///
/// # Errors
/// The first broken rule. The order of the tests is that of the meetings in the file, then people, then requests.
pub fn check(instance: &Instance, solution: &Solution) -> Result<Score, Violation> {
    let mut c = Checker {
        x: instance,
        busy: vec![FREE; instance.people.len() * instance.slots()],
        at: vec![FREE; instance.requests.len()],
    };
    c.meetings(solution)?;
    c.limits()?;
    c.musts()?;
    let (gaps, hops) = c.walks(solution)?;
    Ok(c.score(gaps, hops))
}

impl Checker<'_> {
    fn meetings(&mut self, solution: &Solution) -> Result<(), Violation> {
        let slots = self.x.slots();
        let mut totals = Totals {
            room: HashMap::new(),
            onsite: vec![0; slots],
            virtuals: vec![0; slots],
            used: vec![vec![0; slots]; self.x.resources.len()],
        };
        for (i, m) in solution.meetings.iter().enumerate() {
            self.meeting(i, m, &mut totals).map_err(|v| v.of_meeting(m))?;
        }
        Ok(())
    }

    fn meeting(&mut self, i: usize, m: &Meeting, totals: &mut Totals) -> Result<(), Violation> {
        let x = self.x;
        let (q, s) = (m.request as usize, m.slot as usize);
        let r = &x.requests[q];
        if self.at[q] != FREE {
            return broken(1, "二度組まれています", "scheduled twice");
        }
        if !seated(x, &r.parties, &m.people) {
            return broken(2, "参加者が依頼の当事者と合いません", "attendees do not fit the parties");
        }
        if r.slots >> s & 1 == 0 {
            return broken(3, "許されていないスロットです", "slot not allowed");
        }
        if let Some(f) = r.fix
            && (f.slot != m.slot || (f.place.is_some() && f.place != m.place))
        {
            return broken(3, "確定済みの面談が動かされています", "confirmed meeting moved");
        }
        for &p in &m.people {
            if x.people[p as usize].available >> s & 1 == 0 {
                return broken(4, format!("参加者{p}は都合がつきません"), format!("person {p} is not available"));
            }
            let cell = &mut self.busy[p as usize * x.slots() + s];
            if *cell != FREE {
                return broken(5, format!("参加者{p}が重複しています"), format!("person {p} is in two meetings"));
            }
            *cell = i as u32;
        }
        if m.people.iter().any(|&p| x.people[p as usize].remote) {
            if m.place.is_some() {
                return broken(7, "オンライン面談に場所は付きません", "a virtual meeting takes no place");
            }
            totals.virtuals[s] += 1;
            if x.virtual_cap.is_some_and(|c| totals.virtuals[s] > c) {
                return broken(8, "オンライン面談が上限を超えます", "too many virtual meetings");
            }
        } else if let Some(count) = x.place_count {
            totals.onsite[s] += 1;
            if totals.onsite[s] > count {
                return broken(8, "場所が足りません", "more meetings than places");
            }
        } else {
            self.place(m.place, m.slot, &m.people)?;
            if let Some(t) = m.place
                && totals.room.insert((m.slot, t), m.request).is_some()
            {
                return broken(8, format!("場所{t}は使用中です"), format!("place {t} is taken"));
            }
        }
        for &(k, units) in &r.uses {
            let u = &mut totals.used[k as usize][s];
            *u += units;
            if *u > x.resources[k as usize].cap[s] {
                return broken(9, format!("資源{k}が足りません"), format!("resource {k} exhausted"));
            }
        }
        self.at[q] = m.slot;
        Ok(())
    }

    fn place(&self, place: Option<u32>, slot: u32, people: &[u32]) -> Result<(), Violation> {
        let Some(t) = place else {
            return broken(7, "対面の面談に場所がありません", "an on-site meeting needs a place");
        };
        let place = &self.x.places[t as usize];
        if people.len() > place.seats as usize {
            return broken(7, format!("場所{t}の席が足りません"), format!("place {t} has too few seats"));
        }
        if let Some(o) = place.org
            && people.iter().all(|&p| self.x.people[p as usize].org != o)
        {
            return broken(7, format!("場所{t}は別の組織のものです"), format!("place {t} belongs to org {o}"));
        }
        if place.open >> slot & 1 == 0 {
            return broken(7, format!("場所{t}は閉まっています"), format!("place {t} is closed"));
        }
        Ok(())
    }

    fn limits(&self) -> Result<(), Violation> {
        let x = self.x;
        let slots = x.slots();
        let days = x.day.last().map_or(0, |d| *d as usize + 1);
        for (p, person) in x.people.iter().enumerate() {
            let row = &self.busy[p * slots..(p + 1) * slots];
            let n = row.iter().filter(|b| **b != FREE).count();
            if n > person.max as usize {
                return broken(
                    6,
                    format!("参加者{p}: 面談が{n}件で上限を超えます"),
                    format!("person {p}: {n} meetings in all"),
                );
            }
            let mut per = vec![0u32; days];
            for (s, _) in row.iter().enumerate().filter(|(_, b)| **b != FREE) {
                per[x.day[s] as usize] += 1;
            }
            if per.iter().any(|n| *n > person.day_max) {
                return broken(6, format!("参加者{p}: 1日の上限を超えます"), format!("person {p}: too many on a day"));
            }
        }
        Ok(())
    }

    fn musts(&self) -> Result<(), Violation> {
        for (q, r) in self.x.requests.iter().enumerate() {
            if r.must && self.at[q] == FREE {
                return broken(
                    10,
                    format!("依頼{q}は必ず組む必要があります"),
                    format!("request {q} must be scheduled"),
                );
            }
            for &b in &r.after {
                if self.at[q] != FREE && self.at[b as usize] != FREE && self.at[q] <= self.at[b as usize] {
                    return broken(
                        11,
                        format!("依頼{q}は依頼{b}より後でなければなりません"),
                        format!("request {q} must come after {b}"),
                    );
                }
            }
        }
        Ok(())
    }

    fn walks(&self, solution: &Solution) -> Result<(i64, i64), Violation> {
        let x = self.x;
        let slots = x.slots();
        let (mut gaps, mut hops) = (0i64, 0i64);
        let (mut least, mut most) = (i64::MAX, 0i64);
        for (p, person) in x.people.iter().enumerate() {
            let row = &self.busy[p * slots..(p + 1) * slots];
            let mut own = 0;
            let mut last: Option<usize> = None;
            for e in (0..slots).filter(|&s| row[s] != FREE) {
                let Some(s) = last.replace(e) else { continue };
                if x.block[s] != x.block[e] {
                    continue;
                }
                if e > s + 1 && (x.gap_over_off || (s + 1..e).any(|k| person.available >> k & 1 == 1)) {
                    own += 1;
                }
                let from = solution.meetings[row[s] as usize].place;
                let to = solution.meetings[row[e] as usize].place;
                if let (Some(a), Some(b)) = (from, to)
                    && a != b
                {
                    let steps = x.steps(a as usize, b as usize);
                    if e == s + 1 && x.max_hop.is_some_and(|h| steps > h) {
                        return broken(
                            12,
                            format!("参加者{p}: スロット{s}から{e}への移動が遠すぎます"),
                            format!("person {p}: {steps} steps between slots {s} and {e}"),
                        );
                    }
                    hops += 1 + i64::from(steps);
                }
            }
            gaps += own;
            least = least.min(own);
            most = most.max(own);
        }
        if let Some(d) = x.max_break_spread
            && !x.people.is_empty()
            && most - least > i64::from(d)
        {
            return broken(
                13,
                format!("空き時間の差が{least}〜{most}あります"),
                format!("breaks per person range {least}..{most}"),
            );
        }
        Ok((gaps, hops))
    }

    fn score(&self, gaps: i64, hops: i64) -> Score {
        let x = self.x;
        let mut got = vec![0u64; x.orgs];
        let (mut weight, mut meetings) = (0i64, 0);
        for (q, r) in x.requests.iter().enumerate().filter(|(q, _)| self.at[*q] != FREE) {
            weight += r.weight;
            meetings += 1;
            debug_assert!(self.at[q] != FREE);
            for &o in &r.orgs {
                got[o as usize] += 1;
            }
        }
        let mut f: Vec<i64> = x
            .fairness_bases()
            .iter()
            .zip(&got)
            .filter_map(|(&(asked, could), &got)| Some((100 * got).checked_div(asked.min(could))?.min(100) as i64))
            .collect();
        f.sort_unstable();
        let low = f.len().div_ceil(10);
        let fair_low = if f.is_empty() { 100 } else { f[..low].iter().sum::<i64>() / low as i64 };
        let vector = [weight / x.unit, f.first().copied().unwrap_or(100), fair_low, -gaps, -hops];
        Score { weight, meetings, vector }
    }
}

/// Can the attendees be put one to one on the parties?
fn seated(x: &Instance, parties: &[i32], people: &[u32]) -> bool {
    if parties.len() != people.len() || people.iter().enumerate().any(|(i, p)| people[..i].contains(p)) {
        return false;
    }
    let named = |p: u32| parties.iter().any(|&y| y >= 0 && y as u32 == p);
    if parties.iter().any(|&y| y >= 0 && !people.contains(&(y as u32))) {
        return false;
    }
    let free: Vec<u32> = people.iter().copied().filter(|&p| !named(p)).collect();
    let open: Vec<&[u32]> = parties.iter().filter(|y| **y < 0).map(|&y| x.group(y)).collect();
    let mut taken = vec![usize::MAX; free.len()];
    (0..open.len()).all(|j| augment(j, &open, &free, &mut taken, &mut vec![false; free.len()]))
}

fn augment(j: usize, open: &[&[u32]], free: &[u32], taken: &mut [usize], seen: &mut [bool]) -> bool {
    for a in 0..free.len() {
        if seen[a] || !open[j].contains(&free[a]) {
            continue;
        }
        seen[a] = true;
        if taken[a] == usize::MAX || augment(taken[a], open, free, taken, seen) {
            taken[a] = j;
            return true;
        }
    }
    false
}
