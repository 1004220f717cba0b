//! Which clauses are used and which sleep. A clause that was never used sleeps from the day it began to hold, not
//! from the day somebody looks. Never here: what counts as use; that is evidence, recorded as such.

use super::term::months_between;
use chrono::NaiveDate;
use kernel::edtf::Edtf;

/// Months without use after which a clause sleeps, unless the reader asks for another number.
pub const MONTHS: u32 = 24;

/// How long a clause has not been used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sleep {
    /// Whole months since the last use, or since it began to hold; `None` when even that is unknown.
    pub months: Option<u32>,
    pub ever_used: bool,
}

impl Sleep {
    /// From the beginning of the agreement and every dated use. A vague date counts at its last possible day.
    pub fn of(begin: Option<Edtf>, uses: impl IntoIterator<Item = Edtf>, today: NaiveDate) -> Sleep {
        let mut ever_used = false;
        let mut last = None;
        for happened in uses {
            // Use that lies wholly in the future is a plan.
            if happened.earliest().is_some_and(|day| day > today) {
                continue;
            }
            ever_used = true;
            last = last.max(happened.latest().map(|day| day.min(today)));
        }
        let begun = || begin.and_then(|begin| begin.latest().or(begin.earliest()));
        let since = if ever_used { last } else { begun() };
        Sleep { months: since.map(|since| months_between(since, today)), ever_used }
    }

    /// Whether it sleeps at a threshold in months. Without any date nobody can say so.
    pub fn is_asleep(self, threshold: u32) -> bool {
        self.months.is_some_and(|months| months >= threshold)
    }
}
