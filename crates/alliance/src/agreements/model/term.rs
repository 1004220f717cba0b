//! Deadlines of a term: the end, the last day to give notice, and when to remind of them.
//!
//! A date coarser than a day is taken at its first day: better reminded early than late. Never here: sending.

use super::{End, Life, State};
use chrono::{Days, Months, NaiveDate};

/// Days before a deadline on which the responsible people hear of it.
pub const REMINDER_DAYS: [i64; 3] = [90, 30, 7];

/// What is coming up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Deadlines {
    /// The next end, or the next day of renewal.
    pub end: Option<NaiveDate>,
    /// The last day on which notice can be given before that end.
    pub notice: Option<NaiveDate>,
    /// The end renews itself for another year.
    pub renews: bool,
}

/// The next deadlines on or after a day. An agreement that is a draft or over has none; one that renews itself has
/// the next anniversary of its written end.
pub fn deadlines(life: &Life, today: NaiveDate) -> Deadlines {
    if matches!(life.state, State::Draft | State::Ended) {
        return Deadlines::default();
    }
    let End::On(written) = life.end_on(today) else { return Deadlines::default() };
    let Some(mut end) = written.earliest() else { return Deadlines::default() };
    if life.automatic {
        end = next_anniversary(end, today);
    }
    if end < today {
        return Deadlines::default();
    }
    let days = life.notice_days.and_then(|days| u64::try_from(days).ok()).filter(|days| *days > 0);
    let notice = days.and_then(|days| end.checked_sub_days(Days::new(days))).filter(|notice| *notice >= today);
    Deadlines { end: Some(end), notice, renews: life.automatic }
}

/// 29 February keeps coming back in leap years: years are added to the written end, not to the last anniversary.
fn next_anniversary(written: NaiveDate, today: NaiveDate) -> NaiveDate {
    let years = (0..1000).map_while(|years: u32| written.checked_add_months(Months::new(12 * years)));
    years.into_iter().find(|end| *end >= today).unwrap_or(written)
}

/// The reminder that is due on a day: the nearest step at or below which the deadline has come.
///
/// `reminder_due(31 March, 1 March) == Some(30)`; nothing before the first step, nothing after the deadline.
pub fn reminder_due(deadline: NaiveDate, today: NaiveDate) -> Option<i64> {
    let left = (deadline - today).num_days();
    if left < 0 {
        return None;
    }
    REMINDER_DAYS.into_iter().filter(|step| left <= *step).min()
}

/// Whole months from one day to another, 0 when it lies before.
pub fn months_between(from: NaiveDate, to: NaiveDate) -> u32 {
    use chrono::Datelike;
    let months =
        (i64::from(to.year()) * 12 + i64::from(to.month())) - (i64::from(from.year()) * 12 + i64::from(from.month()));
    let whole = if to.day() < from.day() { months - 1 } else { months };
    u32::try_from(whole).unwrap_or(0)
}
