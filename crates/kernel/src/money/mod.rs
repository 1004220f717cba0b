//! Amounts of money: whole minor units and an ISO 4217 currency. No fraction of a minor unit, no floating point.
//!
//! Never here: exchange rates, tax, rounding rules of a contract.

mod currency;
mod parse;
#[cfg(test)]
mod tests;

use crate::decimal::Decimal;
use crate::lang::Lang;
use crate::value_error::{ValueError, as_string};
pub use currency::Currency;
use std::fmt;

/// An amount in minor units (sen, cents) of one currency. Text form `JPY 1000000`, `USD 20.50`, which serde uses too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

as_string!(Money, Money::parse);

impl Money {
    /// `minor` counts the smallest units: 2050 is USD 20.50, 1000 is JPY 1000.
    pub const fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    pub const fn yen(amount: i64) -> Money {
        Money { minor: amount, currency: Currency::JPY }
    }

    pub const fn minor(self) -> i64 {
        self.minor
    }

    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Reads the canonical form only: `JPY 1000000`.
    pub fn parse(text: &str) -> Result<Money, ValueError> {
        parse::canonical(text)
    }

    /// Reads what people write: `1,000,000円`, `¥1,000`, `120万円`, `1.5億円`, `500千円`, `USD 20.50`, `$20`, `20 EUR`.
    /// An amount without a currency is refused; see [`Money::parse_with`].
    pub fn parse_human(text: &str) -> Result<Money, ValueError> {
        parse::human(text, None)
    }

    /// As [`Money::parse_human`]; a bare number is in `default`.
    pub fn parse_with(text: &str, default: Currency) -> Result<Money, ValueError> {
        parse::human(text, Some(default))
    }

    /// `None` when the currencies differ or the sum does not fit.
    pub fn plus(self, other: Money) -> Option<Money> {
        let minor = self.minor.checked_add(other.minor)?;
        (self.currency == other.currency).then_some(Money { minor, ..self })
    }

    /// `None` when the currencies differ or the difference does not fit.
    pub fn minus(self, other: Money) -> Option<Money> {
        let minor = self.minor.checked_sub(other.minor)?;
        (self.currency == other.currency).then_some(Money { minor, ..self })
    }

    pub fn times(self, count: i64) -> Option<Money> {
        Some(Money { minor: self.minor.checked_mul(count)?, ..self })
    }

    /// As CLDR writes it: `￥14,760,000` in Japanese, `¥14,760,000` in English, `$20.50`, `CHF 20.50`.
    pub fn display(self, lang: Lang) -> String {
        let number = self.decimal().grouped();
        let (sign, digits) = number.strip_prefix('-').map_or(("", number.as_str()), |rest| ("-", rest));
        match self.currency.symbol(lang) {
            Some(symbol) => format!("{sign}{symbol}{digits}"),
            None => format!("{} {number}", self.currency),
        }
    }

    /// Amounts in running Japanese text: `1476万円`, `1億2000万円`; yen in whole 万 only, otherwise with separators.
    /// English gives [`Money::display`].
    pub fn display_compact(self, lang: Lang) -> String {
        if lang == Lang::En || self.currency != Currency::JPY {
            return self.display(lang);
        }
        let (sign, yen) = (if self.minor < 0 { "-" } else { "" }, self.minor.unsigned_abs());
        let (large, ten_thousands, rest) = (yen / 100_000_000, yen / 10_000 % 10_000, yen % 10_000);
        match (large, ten_thousands, rest) {
            (0, 0, _) | (_, _, 1..) => format!("{}円", self.decimal().grouped()),
            (0, man, 0) => format!("{sign}{man}万円"),
            (oku, 0, 0) => format!("{sign}{oku}億円"),
            (oku, man, 0) => format!("{sign}{oku}億{man}万円"),
        }
    }

    fn decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.decimals()).unwrap_or(Decimal::whole(self.minor))
    }
}

/// The canonical form, which [`Money::parse`] reads back.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.decimal())
    }
}
