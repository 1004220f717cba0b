//! Approximate numbers as sources give them: `>360`, `~12700`, `<=95 %`, `30..40`, with an optional unit.
//!
//! The bound that the source states is kept; nothing is rounded or guessed. Never here: money, percent arithmetic.

mod display;
mod parse;
#[cfg(test)]
mod tests;

use crate::decimal::Decimal;
use crate::value_error::{ValueError, as_string};
use std::fmt;

/// What is known about the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Amount {
    Exactly(Decimal),
    /// `~`: about.
    About(Decimal),
    /// `>`: more than, over.
    MoreThan(Decimal),
    /// `>=`: at least, `60+`.
    AtLeast(Decimal),
    /// `<`: fewer than, under.
    LessThan(Decimal),
    /// `<=`: at most, as high as.
    AtMost(Decimal),
    /// `30..40`: from the first to the second, both included; the first is not greater.
    Between(Decimal, Decimal),
}

/// A number with its stated precision and unit. Text form: [`Approx::parse`] and `Display`, which serde uses too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Approx {
    amount: Amount,
    /// As written, in one language; empty when there is none.
    unit: String,
}

as_string!(Approx, Approx::parse);

/// "About" is taken as a tenth to each side where an interval is needed.
const ABOUT_SHARE: f64 = 0.1;

impl Approx {
    /// Refuses a range that runs backwards, and a unit that would not read back (digits or signs in front, over 40
    /// characters). White space in the unit is collapsed.
    pub fn new(amount: Amount, unit: &str) -> Result<Approx, ValueError> {
        if matches!(amount, Amount::Between(low, high) if low.to_f64() > high.to_f64()) {
            return Err(parse::reversed());
        }
        let unit = unit.split_whitespace().collect::<Vec<_>>().join(" ");
        parse::check_unit(&unit)?;
        Ok(Approx { amount, unit })
    }

    /// Reads the canonical form: `>360`, `~12700 people`, `30..40`, `<=95 %`.
    pub fn parse(text: &str) -> Result<Approx, ValueError> {
        parse::canonical(text)
    }

    /// Reads what people write, in either language, and the canonical form: `more than 60`, `60+`, `as high as 95%`,
    /// `30th or 40th`, `約12,700人`, `360社以上`, `1万2700`, `30〜40`, `~12,700`.
    pub fn parse_human(text: &str) -> Result<Approx, ValueError> {
        parse::human(text)
    }

    pub fn amount(&self) -> Amount {
        self.amount
    }

    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// Lowest and highest value that the statement allows, `None` where it sets no bound. Strict bounds (`>`, `<`)
    /// give the bound itself; "about" gives a tenth to each side.
    pub fn bounds(&self) -> (Option<f64>, Option<f64>) {
        match self.amount {
            Amount::Exactly(n) => (Some(n.to_f64()), Some(n.to_f64())),
            Amount::About(n) => {
                let margin = n.to_f64().abs() * ABOUT_SHARE;
                (Some(n.to_f64() - margin), Some(n.to_f64() + margin))
            }
            Amount::MoreThan(n) | Amount::AtLeast(n) => (Some(n.to_f64()), None),
            Amount::LessThan(n) | Amount::AtMost(n) => (None, Some(n.to_f64())),
            Amount::Between(low, high) => (Some(low.to_f64()), Some(high.to_f64())),
        }
    }

    /// The value that stands for it in charts and sorting: the number named, or the middle of a range.
    pub fn representative(&self) -> f64 {
        match self.amount {
            Amount::Between(low, high) => (low.to_f64() + high.to_f64()) / 2.0,
            Amount::Exactly(n)
            | Amount::About(n)
            | Amount::MoreThan(n)
            | Amount::AtLeast(n)
            | Amount::LessThan(n)
            | Amount::AtMost(n) => n.to_f64(),
        }
    }

    /// Text that orders approximate numbers bytewise: by the number, then `<`, `<=`, exact, about, range, `>=`, `>`.
    pub fn sort_key(&self) -> String {
        let bits = self.representative().to_bits();
        // Flips IEEE 754 bits so that unsigned order is numeric order, negative numbers included.
        let ordered = if bits >> 63 == 0 { bits | (1 << 63) } else { !bits };
        let rank = match self.amount {
            Amount::LessThan(_) => 0,
            Amount::AtMost(_) => 1,
            Amount::Exactly(_) => 2,
            Amount::About(_) => 3,
            Amount::Between(..) => 4,
            Amount::AtLeast(_) => 5,
            Amount::MoreThan(_) => 6,
        };
        format!("{ordered:016x}{rank}")
    }
}

/// The canonical form, which [`Approx::parse`] reads back.
impl fmt::Display for Approx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.amount {
            Amount::Exactly(n) => write!(f, "{n}")?,
            Amount::About(n) => write!(f, "~{n}")?,
            Amount::MoreThan(n) => write!(f, ">{n}")?,
            Amount::AtLeast(n) => write!(f, ">={n}")?,
            Amount::LessThan(n) => write!(f, "<{n}")?,
            Amount::AtMost(n) => write!(f, "<={n}")?,
            Amount::Between(low, high) => write!(f, "{low}..{high}")?,
        }
        if self.unit.is_empty() { Ok(()) } else { write!(f, " {}", self.unit) }
    }
}
