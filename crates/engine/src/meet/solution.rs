//! Schedules: the values, the strict reader and the writer of ems-solution/1. Judging a schedule is the checker's work.

use super::instance::Instance;
use super::json::{Cursor, Read, ReadError};

/// One meeting that takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meeting {
    /// Index of the request.
    pub request: u32,
    /// Its slot.
    pub slot: u32,
    /// Its place; `None` = virtual, or places are only counted.
    pub place: Option<u32>,
    /// The people who attend.
    pub people: Vec<u32>,
}

/// A whole schedule, or the claim that there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solution {
    /// Meetings, in any order.
    pub meetings: Vec<Meeting>,
    /// The file says that no schedule exists.
    pub claims_infeasible: bool,
}

/// Reads a schedule for `instance` (JSON or gzip).
///
/// # Errors
/// [`ReadError`] when the file is not ems-solution/1, is for another event, or has an index out of range.
pub fn read_solution(instance: &Instance, bytes: &[u8]) -> Result<Solution, ReadError> {
    let plain = super::gzip::plain(bytes)?;
    let mut c = Cursor::new(&plain);
    let mut out = Solution::default();
    c.object(&["format", "instance", "meetings", "status", "about"], 3, |c, k| {
        match k {
            0 => {
                if c.string(64)? != "ems-solution/1" {
                    return c.fail("形式は ems-solution/1 でなければなりません", "format must be \"ems-solution/1\"");
                }
            }
            1 => {
                if c.string(4096)? != instance.name {
                    return c.fail("別のイベントの予定表です", "made for another instance");
                }
            }
            2 => {
                c.array(|c, _| {
                    out.meetings.push(meeting(c, instance)?);
                    Ok(())
                })?;
            }
            3 => match c.string(64)?.as_str() {
                "schedule" => {}
                "infeasible" => out.claims_infeasible = true,
                _ => return c.fail("schedule または infeasible が必要です", "\"schedule\" or \"infeasible\" expected"),
            },
            _ => {
                c.string(1 << 20)?;
            }
        }
        Ok(())
    })?;
    c.end()?;
    Ok(out)
}

fn meeting(c: &mut Cursor<'_>, x: &Instance) -> Read<Meeting> {
    let mut m = Meeting { request: 0, slot: 0, place: None, people: Vec::new() };
    let n = c.array(|c, i| {
        match i {
            0 => m.request = c.integer(0, x.requests.len() as i64)? as u32,
            1 => m.slot = c.integer(0, x.slots() as i64)? as u32,
            2 => m.place = u32::try_from(c.integer(-1, x.places.len() as i64)?).ok(),
            _ => m.people.push(c.integer(0, x.people.len() as i64)? as u32),
        }
        Ok(())
    })?;
    if n < 5 {
        return c.fail(
            "[依頼, スロット, 場所, 人, 人, …] が必要です",
            "[request, slot, place, person, person, ...] expected",
        );
    }
    Ok(m)
}

/// Writes a schedule as ems-solution/1.
pub fn write_solution(instance: &Instance, solution: &Solution, about: &str) -> String {
    let mut out = String::with_capacity(64 + solution.meetings.len() * 32);
    let quoted = |t: &str| serde_json::Value::from(t).to_string();
    out.push_str("{\"format\":\"ems-solution/1\",\"instance\":");
    out.push_str(&quoted(&instance.name));
    if solution.claims_infeasible {
        out.push_str(",\"status\":\"infeasible\"");
    }
    if !about.is_empty() {
        out.push_str(",\"about\":");
        out.push_str(&quoted(about));
    }
    out.push_str(",\"meetings\":[");
    for (i, m) in solution.meetings.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let place = m.place.map_or(-1, i64::from);
        out.push_str(&format!("[{},{},{}", m.request, m.slot, place));
        for p in &m.people {
            out.push_str(&format!(",{p}"));
        }
        out.push(']');
    }
    out.push_str("]}\n");
    out
}
