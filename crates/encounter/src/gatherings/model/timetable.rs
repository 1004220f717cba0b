//! One day of a timetable as a grid: rooms are columns, rows are steps of some minutes; and what clashes.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use kernel::Uuid;

/// A session to be laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub id: Uuid,
    pub room: Option<Uuid>,
    pub start: NaiveDateTime,
    pub end: NaiveDateTime,
    /// People and parties who are needed in it.
    pub people: Vec<Uuid>,
}

/// The grid has at most this many rows; the style sheet has a class for each.
pub const MOST_ROWS: i64 = 180;
/// Rooms beyond this many share the last column.
pub const MOST_COLUMNS: usize = 12;

/// Where a session stands: from row `a` to row `b` (exclusive, both from 1), in column `r` (from 1; 0 is all).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    pub id: Uuid,
    pub a: i64,
    pub b: i64,
    pub r: usize,
}

/// A day laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Minutes of one row.
    pub step: i64,
    pub rows: i64,
    /// Row and clock of every full hour.
    pub hours: Vec<(i64, String)>,
    pub cells: Vec<Cell>,
}

/// The days on which something happens, in order.
pub fn days(slots: &[Slot]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = slots.iter().map(|slot| slot.start.date()).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Lays the sessions that begin on a day out over the rooms.
pub fn grid(slots: &[Slot], rooms: &[Uuid], day: NaiveDate) -> Grid {
    let mut today: Vec<&Slot> = slots.iter().filter(|slot| slot.start.date() == day).collect();
    today.sort_by_key(|slot| (slot.start, slot.room, slot.id));
    let (Some(first), Some(last)) = (today.iter().map(|s| s.start).min(), today.iter().map(|s| s.end).max()) else {
        return Grid { step: 10, rows: 0, hours: Vec::new(), cells: Vec::new() };
    };
    let begin = first - TimeDelta::minutes(i64::from(first.minute()));
    let minutes = (last - begin).num_minutes();
    let step = [5, 10, 15, 30, 60].into_iter().find(|step| fits(&today, begin, *step) && minutes / step <= MOST_ROWS);
    let step = step.or_else(|| [10, 15, 30, 60].into_iter().find(|step| minutes / step <= MOST_ROWS)).unwrap_or(60);
    // Ten minutes are the usual row; finer ones only where a session asks for them.
    let step = if step == 5 && fits(&today, begin, 10) { 10 } else { step };
    let row = |at: NaiveDateTime, up: bool| {
        let passed = (at - begin).num_minutes();
        (if up { (passed + step - 1) / step } else { passed / step }) + 1
    };
    let rows = row(last, true) - 1;
    let hours = (0..=minutes / 60).map(|hour| {
        let at = begin + TimeDelta::hours(hour);
        (row(at, false), format!("{}:00", at.hour()))
    });
    let cells = today.iter().map(|slot| Cell {
        id: slot.id,
        a: row(slot.start, false),
        b: row(slot.end, true).max(row(slot.start, false) + 1),
        r: slot.room.map_or(0, |room| {
            rooms.iter().position(|known| *known == room).map_or(0, |at| at.min(MOST_COLUMNS - 1) + 1)
        }),
    });
    Grid { step, rows, hours: hours.filter(|(at, _)| *at <= rows).collect(), cells: cells.collect() }
}

/// Whether every time falls on a row.
fn fits(slots: &[&Slot], begin: NaiveDateTime, step: i64) -> bool {
    slots.iter().all(|s| (s.start - begin).num_minutes() % step == 0 && (s.end - begin).num_minutes() % step == 0)
}

/// What is needed in two sessions at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clash {
    Room(Uuid, Uuid, Uuid),
    Person(Uuid, Uuid, Uuid),
}

/// Every clash: the room or person, and the two sessions. Sessions that follow each other directly do not clash.
pub fn clashes(slots: &[Slot]) -> Vec<Clash> {
    let mut order: Vec<&Slot> = slots.iter().collect();
    order.sort_by_key(|slot| (slot.start, slot.id));
    let mut found = Vec::new();
    for (at, one) in order.iter().enumerate() {
        for other in order[at + 1..].iter().take_while(|other| other.start < one.end) {
            if let Some(room) = one.room.filter(|_| one.room == other.room) {
                found.push(Clash::Room(room, one.id, other.id));
            }
            for person in one.people.iter().filter(|person| other.people.contains(person)) {
                found.push(Clash::Person(*person, one.id, other.id));
            }
        }
    }
    found
}

/// Pairs of sessions that overlap, among those that somebody has chosen.
pub fn overlaps(slots: &[Slot], chosen: &[Uuid]) -> Vec<(Uuid, Uuid)> {
    let mut mine: Vec<&Slot> = slots.iter().filter(|slot| chosen.contains(&slot.id)).collect();
    mine.sort_by_key(|slot| (slot.start, slot.id));
    let mut found = Vec::new();
    for (at, one) in mine.iter().enumerate() {
        found.extend(mine[at + 1..].iter().take_while(|other| other.start < one.end).map(|other| (one.id, other.id)));
    }
    found
}
