//! The values of the map and what follows from them. Pure: no database, no clock.

mod kinds;
mod players;
mod strength;

pub use kinds::{Kind, Legend};
pub use players::Player;
pub use strength::{FAINTEST, strength, together};

use chrono::NaiveDate;
use kernel::audience::{Audience, Keyring};
use kernel::edtf::{Certainty, Edtf, Endpoint};
use kernel::{Level, Uuid};

/// One dated relation between two parties, with the record that proves it. `a < b`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    pub kind: Kind,
    pub a: Uuid,
    pub b: Uuid,
    /// `None`: nobody wrote down when.
    pub period: Option<Edtf>,
    /// Strength on its best day, in thousandths.
    pub weight: i64,
    /// Record type and id of what proves it.
    pub proof: (String, Uuid),
    /// Every one of these must admit the reader.
    pub audiences: Vec<Audience>,
}

impl Tie {
    /// A tie of two different parties, in their order. `None` for a party with itself.
    pub fn between(kind: Kind, one: Uuid, other: Uuid, proof: (&str, Uuid)) -> Option<Tie> {
        let (a, b) = if one < other { (one, other) } else { (other, one) };
        (a != b).then(|| Tie {
            kind,
            a,
            b,
            period: None,
            weight: kind.weight(),
            proof: (proof.0.to_owned(), proof.1),
            audiences: Vec::new(),
        })
    }

    pub fn during(mut self, period: Option<Edtf>) -> Tie {
        self.period = period;
        self
    }

    /// Adds an audience. Those that everybody passes, and those that are there already, add nothing.
    pub fn seen_by(mut self, audience: &Audience) -> Tie {
        if audience.level != Level::Public && !self.audiences.contains(audience) {
            self.audiences.push(audience.clone());
        }
        self
    }

    pub fn is_open_to(&self, keyring: &Keyring) -> bool {
        self.audiences.iter().all(|audience| audience.admits(keyring))
    }

    /// The first day on which it may have begun. `None`: unknown, or since ever.
    pub fn since(&self) -> Option<NaiveDate> {
        self.period.as_ref().and_then(Edtf::earliest)
    }

    /// Whether it had begun by a day; a date that nobody wrote down is no reason to hide a tie.
    pub fn had_begun(&self, day: NaiveDate) -> bool {
        self.period.as_ref().is_none_or(|period| period.begun_by(day) != Certainty::No)
    }

    /// The last day it may have lasted, when it has ended for certain.
    pub fn ended(&self) -> Option<NaiveDate> {
        match self.period.as_ref()?.end() {
            Endpoint::Date(date) => date.latest(),
            Endpoint::Open | Endpoint::Unknown => None,
        }
    }
}
