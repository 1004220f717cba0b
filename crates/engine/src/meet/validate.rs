//! Second half of reading: the relations between the parts of a file (indices, groups within one organization, order of
//! `after`), checked once all parts are known. Never repairs anything.

use super::instance::{Fix, Instance, Person, Place, Request, Resource, Slots};
use super::json::{Read, ReadError};
use super::read::{Raw, RawPerson, RawPlace, RawRequest};
use std::collections::HashSet;

fn fail<T>(path: impl Into<String>, ja: impl Into<String>, en: impl Into<String>) -> Read<T> {
    Err(ReadError::new(path, ja, en))
}

fn below(x: i64, hi: usize, path: impl FnOnce() -> String) -> Read<u32> {
    if x < 0 || x >= hi as i64 {
        return fail(path(), format!("{x} は範囲外です({hi} 未満)"), format!("{x} is out of range [0,{hi})"));
    }
    Ok(x as u32)
}

fn slot_set(list: impl Iterator<Item = i64>, slots: usize, path: impl Fn(usize) -> String) -> Read<Slots> {
    let mut set = 0;
    for (i, s) in list.enumerate() {
        set |= 1 << below(s, slots, || path(i))?;
    }
    Ok(set)
}

fn small(x: Option<i64>, cap: usize) -> u32 {
    x.map_or(cap, |v| v.min(cap as i64) as usize) as u32
}

/// Checks every relation and builds the instance.
pub(super) fn validate(raw: Raw) -> Read<Instance> {
    let slots = calendar(&raw)?;
    let orgs = raw.orgs as usize;
    let people =
        raw.people.iter().enumerate().map(|(i, p)| person(i, p, slots, orgs, &raw.utc)).collect::<Read<Vec<_>>>()?;
    let groups = groups(&raw, &people)?;
    if raw.places.is_some() == raw.place_count.is_some() {
        return fail(
            "$",
            "places か place_count のどちらか一方が必要です",
            "exactly one of places, place_count expected",
        );
    }
    let dist = zones(&raw)?;
    let zone_count = raw.dist.as_ref().map(Vec::len);
    let places = raw.places.as_deref().unwrap_or_default();
    let places =
        places.iter().enumerate().map(|(i, t)| place(i, t, slots, orgs, zone_count)).collect::<Read<Vec<_>>>()?;
    let mut resources = Vec::new();
    for (i, (name, cap)) in raw.resources.into_iter().enumerate() {
        if cap.len() != slots {
            return fail(
                format!("$.resources[{i}].cap"),
                "スロットごとに1つの整数が必要です",
                "one integer a slot expected",
            );
        }
        resources.push(Resource { name, cap: cap.into_vec() });
    }
    let mut instance = Instance {
        name: raw.name,
        day: renumber(&raw.day),
        block: renumber(&raw.block),
        utc: raw.utc,
        orgs,
        people,
        groups,
        places,
        place_count: raw.place_count.map(|n| n.min(i64::from(u32::MAX)) as u32),
        dist,
        max_hop: raw.max_hop.map(|h| h as u32),
        virtual_cap: raw.virtual_cap.map(|h| h as u32),
        resources,
        gap_over_off: raw.gap_over_off,
        max_break_spread: raw.spread.map(|h| h as u32),
        unit: raw.unit,
        requests: Vec::with_capacity(raw.requests.len()),
    };
    let count = raw.requests.len();
    let mut total: i64 = 0;
    for (i, r) in raw.requests.into_iter().enumerate() {
        total = total.checked_add(r.w).filter(|t| *t < 1 << 53).map_or_else(
            || fail(format!("$.requests[{i}].w"), "重みの合計が大きすぎます", "the sum of the weights is too large"),
            Ok,
        )?;
        let built = request(i, r, &instance, count)?;
        instance.requests.push(built);
    }
    acyclic(&instance)?;
    Ok(instance)
}

fn renumber(list: &[i64]) -> Vec<u32> {
    let mut out = Vec::with_capacity(list.len());
    let mut k = 0u32;
    for (i, x) in list.iter().enumerate() {
        if i > 0 && list[i - 1] != *x {
            k += 1;
        }
        out.push(k);
    }
    out
}

fn calendar(raw: &Raw) -> Read<usize> {
    let n = raw.day.len();
    if n == 0 || raw.block.len() != n || raw.utc.len() != n {
        return fail("$.slots", "同じ長さ(1以上)の3つの配列が必要です", "three lists of one length >= 1 expected");
    }
    for s in 1..n {
        if raw.utc[s] <= raw.utc[s - 1] {
            return fail(format!("$.slots.utc[{s}]"), "開始時刻は増加しなければなりません", "utc must increase");
        }
        if raw.day[s] < raw.day[s - 1] {
            return fail(format!("$.slots.day[{s}]"), "日は減少できません", "day must not decrease");
        }
        if raw.block[s] < raw.block[s - 1] {
            return fail(format!("$.slots.block[{s}]"), "ブロックは減少できません", "block must not decrease");
        }
        if raw.day[s] != raw.day[s - 1] && raw.block[s] == raw.block[s - 1] {
            return fail(
                format!("$.slots.block[{s}]"),
                "ブロックは1日の中に収まらなければなりません",
                "a block must lie within one day",
            );
        }
    }
    Ok(n)
}

fn person(i: usize, p: &RawPerson, slots: usize, orgs: usize, utc: &[i64]) -> Read<Person> {
    let org = below(p.org, orgs, || format!("$.people[{i}].org"))?;
    let off = slot_set(p.off.iter().copied(), slots, |k| format!("$.people[{i}].off[{k}]"))?;
    let mut available = !off;
    if slots < Slots::BITS as usize {
        available &= (1 << slots) - 1;
    }
    if let Some([zone, from, to]) = p.hours {
        if !p.remote {
            return fail(
                format!("$.people[{i}].hours"),
                "hours はオンライン参加者だけに使えます",
                "hours is for remote people only",
            );
        }
        for (s, start) in utc.iter().enumerate() {
            let local = (start + zone).rem_euclid(1440);
            if local < from || local >= to {
                available &= !(1 << s);
            }
        }
    }
    Ok(Person { org, available, max: small(p.max, slots), day_max: small(p.day_max, slots), remote: p.remote })
}

/// The groups, all checked before the first is kept: a file with many is refused as fast as one with few.
fn groups(raw: &Raw, people: &[Person]) -> Read<Vec<Vec<u32>>> {
    let mut mark = vec![usize::MAX; people.len()];
    for (i, g) in each_group(raw).enumerate() {
        let Some(&first) = g.first() else {
            return fail(format!("$.groups[{i}]"), "グループが空です", "the group is empty");
        };
        for (k, &p) in g.iter().enumerate() {
            let p = below(i64::from(p), people.len(), || format!("$.groups[{i}][{k}]"))? as usize;
            if mark[p] == i {
                return fail(format!("$.groups[{i}][{k}]"), "同じ人が二度います", "the same person twice");
            }
            mark[p] = i;
            if people[p].org != people[first as usize].org {
                return fail(
                    format!("$.groups[{i}][{k}]"),
                    "グループの全員が同じ組織でなければなりません",
                    "all members of a group must be of one organization",
                );
            }
        }
    }
    Ok(each_group(raw).map(<[u32]>::to_vec).collect())
}

fn each_group(raw: &Raw) -> impl Iterator<Item = &[u32]> {
    let starts = std::iter::once(0).chain(raw.group_ends.iter().copied());
    starts.zip(&raw.group_ends).map(|(from, &to)| &raw.members[from..to])
}

fn zones(raw: &Raw) -> Read<Vec<Vec<u32>>> {
    let Some(rows) = &raw.dist else { return Ok(Vec::new()) };
    for (i, row) in rows.iter().enumerate() {
        if row.len() != rows.len() {
            return fail(format!("$.zones.dist[{i}]"), "正方の表が必要です", "a square table expected");
        }
        if row[i] != 0 {
            return fail(format!("$.zones.dist[{i}][{i}]"), "対角は0でなければなりません", "zero diagonal expected");
        }
    }
    Ok(rows.iter().map(|r| r.to_vec()).collect())
}

fn place(i: usize, t: &RawPlace, slots: usize, orgs: usize, zones: Option<usize>) -> Read<Place> {
    let org = if t.org < 0 { None } else { Some(below(t.org, orgs, || format!("$.places[{i}].org"))?) };
    let off = slot_set(t.off.iter().copied(), slots, |k| format!("$.places[{i}].off[{k}]"))?;
    if zones.is_some_and(|n| t.zone >= n as i64) {
        return fail(format!("$.places[{i}].zone"), "知らないゾーンです", "unknown zone");
    }
    let all = if slots < Slots::BITS as usize { (1 << slots) - 1 } else { Slots::MAX };
    Ok(Place { seats: t.seats as u32, zone: t.zone as u32, org, open: all & !off })
}

fn request(i: usize, r: RawRequest, known: &Instance, count: usize) -> Read<Request> {
    let at = |part: &str| format!("$.requests[{i}].{part}");
    let slots = known.slots();
    if r.p.len() < 2 {
        return fail(at("p"), "2者以上が必要です", "at least two parties expected");
    }
    for (k, &x) in r.p.iter().enumerate() {
        let (index, size) =
            if x >= 0 { (i64::from(x), known.people.len()) } else { (-i64::from(x) - 1, known.groups.len()) };
        below(index, size, || format!("$.requests[{i}].p[{k}]"))?;
    }
    if let Some(k) = named_twice(&r.p) {
        return fail(format!("$.requests[{i}].p[{k}]"), "同じ人が二度指名されています", "a named person twice");
    }
    let allowed = match &r.slots {
        None => known.all_slots(),
        Some(l) => slot_set(l.iter().map(|&s| i64::from(s)), slots, |k| format!("$.requests[{i}].slots[{k}]"))?,
    };
    let fix = match r.fix {
        None => None,
        Some((s, t)) => {
            let slot = below(s, slots, || at("fix[0]"))?;
            let place = match t {
                None => None,
                Some(t) => Some(below(t, known.places.len(), || at("fix[1]"))?),
            };
            Some(Fix { slot, place })
        }
    };
    let mut uses = Vec::with_capacity(r.uses.len());
    for (k, &(res, units)) in r.uses.iter().enumerate() {
        let res = below(res, known.resources.len(), || format!("$.requests[{i}].use[{k}][0]"))?;
        if units > 1_000_000_000 {
            return fail(format!("$.requests[{i}].use[{k}][1]"), "数が大きすぎます", "too many units");
        }
        uses.push((res, units));
    }
    one_entry_each(&mut uses);
    for (k, &b) in r.after.iter().enumerate() {
        below(i64::from(b), count, || format!("$.requests[{i}].after[{k}]"))?;
    }
    let mut orgs: Vec<u32> = r.p.iter().map(|&x| known.party_org(x)).collect();
    orgs.sort_unstable();
    orgs.dedup();
    Ok(Request {
        weight: r.w,
        parties: r.p,
        slots: allowed,
        fix,
        must: r.must || fix.is_some(),
        uses: uses.into(),
        after: r.after,
        orgs: orgs.into(),
    })
}

/// Position of the first person who was named before.
fn named_twice(parties: &[i32]) -> Option<usize> {
    if parties.len() <= 32 {
        return (1..parties.len()).find(|&k| parties[k] >= 0 && parties[..k].contains(&parties[k]));
    }
    let mut seen = HashSet::with_capacity(parties.len());
    parties.iter().position(|&x| x >= 0 && !seen.insert(x))
}

/// One entry a resource keeps every later test a plain comparison.
fn one_entry_each(uses: &mut Vec<(u32, i64)>) {
    uses.sort_unstable_by_key(|u| u.0);
    uses.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 += if same { next.1 } else { 0 };
        same
    });
}

/// A cycle of `after` can never be meant: refuse it at the request that closes it.
fn acyclic(x: &Instance) -> Read<()> {
    let n = x.requests.len();
    let mut color = vec![0u8; n];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for root in 0..n {
        if color[root] != 0 || x.requests[root].after.is_empty() {
            continue;
        }
        color[root] = 1;
        stack.push((root, 0));
        while let Some((q, k)) = stack.pop() {
            let Some(&b) = x.requests[q].after.get(k) else {
                color[q] = 2;
                continue;
            };
            stack.push((q, k + 1));
            match color[b as usize] {
                0 => {
                    color[b as usize] = 1;
                    stack.push((b as usize, 0));
                }
                1 => {
                    return fail(
                        format!("$.requests[{q}].after[{k}]"),
                        "after が循環しています",
                        "the order given by after is circular",
                    );
                }
                _ => {}
            }
        }
    }
    Ok(())
}
