//! The slots of a round, read from its days: `2026-12-07 10:00-12:00 13:00-15:30; 2026-12-08 10:00-12:00`. Pure.
//!
//! A slot is known by the instant at which it begins, so wishes and meetings survive a change of the grid. Wall-clock
//! times that the zone skips (summer time) are refused; of times that come twice the first is meant.

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use kernel::lang::Said;
use kernel::record::Record;

/// Most slots of one round; the optimizer's limit.
pub const MOST_SLOTS: usize = 128;

/// One slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    pub starts_at: DateTime<Utc>,
    /// Wall clock in the round's zone.
    pub local: NaiveDateTime,
    /// From 0, over the whole round.
    pub day: usize,
    /// From 0, over the whole round; between two blocks of a day lies a break.
    pub block: usize,
}

/// All slots in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    pub zone: Tz,
    pub minutes: i64,
    pub slots: Vec<Slot>,
}

impl Grid {
    /// The slots of a round; `usual` is the zone of the hub.
    ///
    /// # Errors
    /// What to write instead, in both languages.
    pub fn of(round: &Record, usual: Tz) -> Result<Grid, Said> {
        let zone = round.plain("zone").parse().unwrap_or(usual);
        let minutes = round.integer("slot_minutes").unwrap_or(20).clamp(5, 240);
        let pause = round.integer("pause_minutes").unwrap_or(0).clamp(0, 120);
        Grid::read(round.plain("days"), minutes, pause, zone)
    }

    pub fn read(days: &str, minutes: i64, pause: i64, zone: Tz) -> Result<Grid, Said> {
        let mut lines: Vec<(NaiveDate, Vec<(NaiveTime, NaiveTime)>)> = Vec::new();
        for line in days.split([';', '；', '\n']).map(str::trim).filter(|line| !line.is_empty()) {
            lines.push(read_day(line)?);
        }
        lines.sort();
        let mut grid = Grid { zone, minutes, slots: Vec::new() };
        let mut block = 0;
        for (day, (date, spans)) in lines.iter().enumerate() {
            if day > 0 && lines[day - 1].0 == *date {
                return Err(Said::new(
                    format!("{date} が2回あります。1日は1回だけ書いてください。"),
                    format!("{date} is there twice. Write each day once."),
                ));
            }
            for (from, to) in spans {
                grid.block(*date, (*from, *to), pause, (day, block))?;
                block += 1;
            }
        }
        match grid.slots.len() {
            0 => Err(Said::new("日と時間帯を1つ以上書いてください。", "Write at least one day with a time.")),
            n if n > MOST_SLOTS => Err(Said::new(
                format!("{n}枠になります。{MOST_SLOTS}枠までにしてください。"),
                format!("These are {n} slots. At most {MOST_SLOTS} are possible."),
            )),
            _ => Ok(grid),
        }
    }

    fn block(
        &mut self,
        date: NaiveDate,
        span: (NaiveTime, NaiveTime),
        pause: i64,
        at: (usize, usize),
    ) -> Result<(), Said> {
        let (mut local, end) = (date.and_time(span.0), date.and_time(span.1));
        let before = self.slots.len();
        while local + Duration::minutes(self.minutes) <= end {
            let Some(starts_at) = self.zone.from_local_datetime(&local).earliest() else {
                return Err(Said::new(
                    format!("{local} という時刻はありません(夏時間の切り替え)。"),
                    format!("There is no {local} that day (summer time begins)."),
                ));
            };
            self.slots.push(Slot { starts_at: starts_at.with_timezone(&Utc), local, day: at.0, block: at.1 });
            local += Duration::minutes(self.minutes + pause);
        }
        if self.slots.len() == before {
            return Err(Said::new(
                format!(
                    "{}-{} には1回({}分)も入りません。",
                    span.0.format("%H:%M"),
                    span.1.format("%H:%M"),
                    self.minutes
                ),
                format!(
                    "{}-{} is too short for one meeting of {} minutes.",
                    span.0.format("%H:%M"),
                    span.1.format("%H:%M"),
                    self.minutes
                ),
            ));
        }
        Ok(())
    }

    pub fn index_of(&self, starts_at: DateTime<Utc>) -> Option<usize> {
        self.slots.binary_search_by_key(&starts_at, |slot| slot.starts_at).ok()
    }

    pub fn days(&self) -> usize {
        self.slots.last().map_or(0, |slot| slot.day + 1)
    }

    pub fn of_day(&self, day: usize) -> impl Iterator<Item = &Slot> {
        self.slots.iter().filter(move |slot| slot.day == day)
    }

    /// The wall clock of an instant.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// `2026-12-07 10:00`: how forms and sheets name a slot.
    pub fn code(&self, slot: &Slot) -> String {
        slot.local.format("%Y-%m-%d %H:%M").to_string()
    }

    /// Slots that begin within what somebody wrote: `2026-12-07 10:00-12:00`, `10:00`, `2026-12-07`, `all` of it.
    pub fn within(&self, written: &str) -> Option<Vec<DateTime<Utc>>> {
        let written = plain_digits(written);
        let (mut date, mut from, mut to) = (None, None, None);
        for word in written.split_whitespace() {
            if let Some(day) = read_date(word) {
                date = Some(day);
            } else if let Some((begin, end)) = word.split_once(['-', '~', '〜', '–']) {
                (from, to) = (Some(read_time(begin)?), Some(read_time(end)?));
            } else {
                from = Some(read_time(word)?);
            }
        }
        let covers = |slot: &&Slot| {
            let time = slot.local.time();
            let end = time + Duration::minutes(self.minutes);
            date.is_none_or(|date| slot.local.date() == date)
                && match (from, to) {
                    (Some(from), Some(to)) => time < to && end > from,
                    (Some(from), None) => time == from,
                    _ => true,
                }
        };
        let found: Vec<_> = self.slots.iter().filter(covers).map(|slot| slot.starts_at).collect();
        (!found.is_empty()).then_some(found)
    }
}

fn read_day(line: &str) -> Result<(NaiveDate, Vec<(NaiveTime, NaiveTime)>), Said> {
    let fault = |what: &str| {
        Said::new(
            format!("「{what}」が読めません。「2026-12-07 10:00-12:00 13:00-15:30」のように書いてください。"),
            format!("“{what}” cannot be read. Write it like 2026-12-07 10:00-12:00 13:00-15:30."),
        )
    };
    let plain = plain_digits(line);
    let mut words = plain.split([' ', ',', '、', '\t']).filter(|word| !word.is_empty());
    let date = words.next().and_then(read_date).ok_or_else(|| fault(line))?;
    let mut spans: Vec<(NaiveTime, NaiveTime)> = Vec::new();
    for word in words {
        let (from, to) = word.split_once(['-', '~', '〜', '–']).ok_or_else(|| fault(word))?;
        let span = read_time(from).zip(read_time(to)).filter(|(from, to)| from < to).ok_or_else(|| fault(word))?;
        if spans.last().is_some_and(|last| last.1 > span.0) {
            return Err(Said::new(
                format!("「{word}」が前の時間帯と重なるか、順序が逆です。"),
                format!("“{word}” overlaps the time before it, or comes too late in the list."),
            ));
        }
        spans.push(span);
    }
    if spans.is_empty() { Err(fault(line)) } else { Ok((date, spans)) }
}

/// Full-width digits and signs as people type them.
fn plain_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            '：' => ':',
            '－' | '−' | 'ー' => '-',
            '／' => '/',
            '　' => ' ',
            c => c,
        })
        .collect()
}

fn read_date(word: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%Y/%m/%d"].iter().find_map(|format| NaiveDate::parse_from_str(word, format).ok())
}

fn read_time(word: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(word.trim(), "%H:%M").ok()
}

/// `2026-12-01 17:00`, or the end of a day that is written alone.
pub fn read_moment(written: &str) -> Option<NaiveDateTime> {
    let plain = plain_digits(written.trim()).replace('T', " ");
    match plain.split_once(' ') {
        Some((date, time)) => Some(read_date(date)?.and_time(read_time(time)?)),
        None => read_date(&plain)?.and_hms_opt(23, 59, 59),
    }
}
