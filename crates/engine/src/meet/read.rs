//! Strict reader of instances (ems/1): unknown keys, bad indices and contradictions are errors with their JSON path.
//! It never guesses, never repairs and keeps memory proportional to the file.

use super::instance::{Instance, MAX_SLOTS};
use super::json::{Cursor, Read, ReadError};

const LIST: i64 = 1 << 31;
const NUMBER: i64 = i64::MAX;
/// Largest decompressed file taken from a `.gz` (bounds memory against compression bombs).
pub(super) const MAX_BYTES: u64 = 1 << 30;

#[derive(Default)]
pub(super) struct RawPerson {
    pub(super) org: i64,
    pub(super) off: Box<[i64]>,
    pub(super) max: Option<i64>,
    pub(super) day_max: Option<i64>,
    pub(super) remote: bool,
    pub(super) hours: Option<[i64; 3]>,
}

#[derive(Default)]
pub(super) struct RawPlace {
    pub(super) seats: i64,
    pub(super) zone: i64,
    pub(super) org: i64,
    pub(super) off: Box<[i64]>,
}

#[derive(Default)]
pub(super) struct RawRequest {
    pub(super) w: i64,
    pub(super) p: Box<[i32]>,
    pub(super) slots: Option<Box<[u8]>>,
    pub(super) fix: Option<(i64, Option<i64>)>,
    pub(super) must: bool,
    pub(super) uses: Box<[(i64, i64)]>,
    pub(super) after: Box<[u32]>,
}

#[derive(Default)]
pub(super) struct Raw {
    pub(super) name: String,
    pub(super) day: Vec<i64>,
    pub(super) block: Vec<i64>,
    pub(super) utc: Vec<i64>,
    pub(super) orgs: i64,
    pub(super) people: Vec<RawPerson>,
    /// Members of all groups, one group after the other, and where each group ends.
    pub(super) members: Vec<u32>,
    pub(super) group_ends: Vec<usize>,
    pub(super) places: Option<Vec<RawPlace>>,
    pub(super) place_count: Option<i64>,
    pub(super) dist: Option<Vec<Box<[u32]>>>,
    pub(super) max_hop: Option<i64>,
    pub(super) virtual_cap: Option<i64>,
    pub(super) resources: Vec<(String, Box<[i64]>)>,
    pub(super) gap_over_off: bool,
    pub(super) spread: Option<i64>,
    pub(super) unit: i64,
    pub(super) requests: Vec<RawRequest>,
}

/// Reads an instance from JSON, or from gzip of JSON (recognized by its magic bytes).
///
/// # Errors
/// [`ReadError`] with the JSON path of the first problem met.
pub fn read_instance(bytes: &[u8]) -> Result<Instance, ReadError> {
    let plain = super::gzip::plain(bytes)?;
    let raw = parse(&plain)?;
    drop(plain);
    super::validate::validate(raw)
}

fn parse(bytes: &[u8]) -> Read<Raw> {
    let mut raw = Raw { unit: 1, ..Raw::default() };
    let mut c = Cursor::new(bytes);
    const KEYS: &[&str] = &[
        "format",
        "name",
        "slots",
        "orgs",
        "people",
        "requests",
        "groups",
        "places",
        "place_count",
        "zones",
        "virtual_cap",
        "resources",
        "rules",
        "objective",
        "about",
    ];
    c.object(KEYS, 6, |c, k| {
        match k {
            0 => {
                if c.string(64)? != "ems/1" {
                    return c.fail("形式は ems/1 でなければなりません", "format must be \"ems/1\"");
                }
            }
            1 => raw.name = c.string(4096)?,
            2 => slots(c, &mut raw)?,
            3 => raw.orgs = c.integer(1, LIST)?,
            4 => {
                c.array(|c, _| {
                    raw.people.push(person(c)?);
                    Ok(())
                })?;
            }
            5 => {
                c.array(|c, _| {
                    raw.requests.push(request(c)?);
                    Ok(())
                })?;
            }
            6 => {
                c.array(|c, _| {
                    c.array(|c, _| {
                        raw.members.push(c.integer(0, LIST)? as u32);
                        Ok(())
                    })?;
                    raw.group_ends.push(raw.members.len());
                    Ok(())
                })?;
            }
            7 => {
                let mut list = Vec::new();
                c.array(|c, _| {
                    list.push(place(c)?);
                    Ok(())
                })?;
                raw.places = Some(list);
            }
            8 => raw.place_count = Some(c.integer(0, LIST)?),
            9 => zones(c, &mut raw)?,
            10 => raw.virtual_cap = Some(c.integer(0, LIST)?),
            11 => {
                c.array(|c, _| {
                    raw.resources.push(resource(c)?);
                    Ok(())
                })?;
            }
            12 => {
                c.object(&["gap_over_off", "max_break_spread"], 0, |c, k| {
                    match k {
                        0 => raw.gap_over_off = c.boolean()?,
                        _ => raw.spread = Some(c.integer(0, LIST)?),
                    }
                    Ok(())
                })?;
            }
            13 => {
                c.object(&["unit"], 0, |c, _| {
                    raw.unit = c.integer(1, NUMBER)?;
                    Ok(())
                })?;
            }
            _ => {
                c.string(1 << 20)?;
            }
        }
        Ok(())
    })?;
    c.end()?;
    Ok(raw)
}

fn slots(c: &mut Cursor<'_>, raw: &mut Raw) -> Read<()> {
    c.object(&["day", "block", "utc"], 3, |c, k| {
        let mut list = Vec::new();
        c.array(|c, i| {
            if i >= MAX_SLOTS {
                return c.fail(
                    format!("スロットは{MAX_SLOTS}個までです"),
                    format!("more than {MAX_SLOTS} slots are not supported"),
                );
            }
            list.push(c.integer(-(1 << 53), 1 << 53)?);
            Ok(())
        })?;
        match k {
            0 => raw.day = list,
            1 => raw.block = list,
            _ => raw.utc = list,
        }
        Ok(())
    })?;
    Ok(())
}

fn person(c: &mut Cursor<'_>) -> Read<RawPerson> {
    let mut p = RawPerson::default();
    c.object(&["org", "off", "max", "day_max", "remote", "hours"], 1, |c, k| {
        match k {
            0 => p.org = c.integer(0, LIST)?,
            1 => p.off = c.integers(0, MAX_SLOTS as i64, |s| s)?,
            2 => p.max = Some(c.integer(0, NUMBER)?),
            3 => p.day_max = Some(c.integer(0, NUMBER)?),
            4 => p.remote = c.boolean()?,
            _ => {
                let h = c.integers(-(1 << 53), 1 << 53, |x| x)?;
                match h[..] {
                    [zone, from, to] if 0 <= from && from < to && to <= 1440 => p.hours = Some([zone, from, to]),
                    _ => return c.fail("[UTC差, 開始, 終了](分)が必要です", "[utc offset, from, to) minutes expected"),
                }
            }
        }
        Ok(())
    })?;
    Ok(p)
}

fn place(c: &mut Cursor<'_>) -> Read<RawPlace> {
    let mut p = RawPlace { org: -1, ..RawPlace::default() };
    c.object(&["seats", "zone", "org", "off"], 1, |c, k| {
        match k {
            0 => p.seats = c.integer(2, LIST)?,
            1 => p.zone = c.integer(0, LIST)?,
            2 => p.org = c.integer(-1, LIST)?,
            _ => p.off = c.integers(0, MAX_SLOTS as i64, |s| s)?,
        }
        Ok(())
    })?;
    Ok(p)
}

fn resource(c: &mut Cursor<'_>) -> Read<(String, Box<[i64]>)> {
    let mut out = (String::new(), Box::default());
    c.object(&["cap", "name"], 1, |c, k| {
        match k {
            0 => out.1 = c.integers(0, 1_000_000_000, |x| x)?,
            _ => out.0 = c.string(4096)?,
        }
        Ok(())
    })?;
    Ok(out)
}

fn zones(c: &mut Cursor<'_>, raw: &mut Raw) -> Read<()> {
    c.object(&["dist", "max_hop"], 1, |c, k| {
        if k == 1 {
            raw.max_hop = Some(c.integer(0, LIST)?);
            return Ok(());
        }
        let mut rows = Vec::new();
        c.array(|c, _| {
            rows.push(c.integers(0, 1_000_000, |x| x as u32)?);
            Ok(())
        })?;
        raw.dist = Some(rows);
        Ok(())
    })?;
    Ok(())
}

fn request(c: &mut Cursor<'_>) -> Read<RawRequest> {
    let mut r = RawRequest::default();
    c.object(&["w", "p", "slots", "fix", "must", "use", "after"], 2, |c, k| {
        match k {
            0 => r.w = c.integer(0, NUMBER)?,
            1 => r.p = c.integers(-LIST, LIST, |x| x as i32)?,
            2 => r.slots = Some(c.integers(0, MAX_SLOTS as i64, |s| s as u8)?),
            3 => {
                let f = c.integers(0, LIST, |x| x)?;
                match f[..] {
                    [s] => r.fix = Some((s, None)),
                    [s, t] => r.fix = Some((s, Some(t))),
                    _ => {
                        return c
                            .fail("[スロット] または [スロット, 場所] が必要です", "[slot] or [slot, place] expected");
                    }
                }
            }
            4 => r.must = c.boolean()?,
            5 => {
                let mut list = Vec::new();
                c.array(|c, _| {
                    match c.integers(0, NUMBER, |x| x)?[..] {
                        [k, units] if units >= 1 => list.push((k, units)),
                        _ => return c.fail("[資源, 数(1以上)] が必要です", "[resource, units >= 1] expected"),
                    }
                    Ok(())
                })?;
                r.uses = list.into();
            }
            _ => r.after = c.integers(0, LIST, |x| x as u32)?,
        }
        Ok(())
    })?;
    Ok(r)
}
