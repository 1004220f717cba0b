//! Exact decimal numbers as people write them, in Western and Japanese notation (`12,700`, `1.2万`, `1万2700`).
//!
//! Never here: floating point in what is stored, units, currencies.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// `units / 10^scale`. The number of decimals written is kept: `95` and `95.0` are different claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i64,
    scale: u8,
}

/// More decimals than this are refused: no figure of a hub needs them and they would overflow.
pub const MAX_SCALE: u8 = 9;

const LARGE: [(char, u32); 4] = [('兆', 12), ('億', 8), ('万', 4), ('萬', 4)];
const SMALL: [(char, u32); 3] = [('千', 3), ('百', 2), ('十', 1)];
const ENGLISH: [(&str, u32); 6] =
    [("trillion", 12), ("billion", 9), ("million", 6), ("thousand", 3), ("bn", 9), ("mn", 6)];

impl Decimal {
    pub const fn new(units: i64, scale: u8) -> Option<Decimal> {
        if scale > MAX_SCALE { None } else { Some(Decimal { units, scale }) }
    }

    pub const fn whole(units: i64) -> Decimal {
        Decimal { units, scale: 0 }
    }

    /// Approximate value for sorting and drawing.
    pub fn to_f64(self) -> f64 {
        self.units as f64 / 10f64.powi(i32::from(self.scale))
    }

    /// The number in units of `10^-scale`; `None` when digits would be lost or it does not fit.
    pub fn to_scaled(self, scale: u8) -> Option<i64> {
        if scale >= self.scale {
            return self.units.checked_mul(10i64.checked_pow(u32::from(scale - self.scale))?);
        }
        let divisor = 10i64.checked_pow(u32::from(self.scale - scale))?;
        (self.units % divisor == 0).then_some(self.units / divisor)
    }

    /// Digits in groups of three, as both languages write them: `12,700`, `0.5`.
    pub fn grouped(self) -> String {
        let plain = self.to_string();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let mut out = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                out.push(',');
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push('.');
            out.push_str(fraction);
        }
        out
    }

    /// Reads the whole text as one number.
    pub fn parse(text: &str) -> Option<Decimal> {
        let clean: String = text.nfkc().collect();
        let (number, rest) = Decimal::read(clean.trim())?;
        rest.trim().is_empty().then_some(number)
    }

    /// Reads the number at the front of NFKC text and returns what follows it. Understands a sign, thousands
    /// separators, decimals, 万 億 兆 and 千 百 十 after digits, and English `thousand`, `million`, `billion`, `trillion`.
    pub fn read(text: &str) -> Option<(Decimal, &str)> {
        let first = text.chars().next()?;
        let negative = matches!(first, '-' | '−' | '▲' | '△');
        let mut rest = if negative || first == '+' { text.get(first.len_utf8()..)? } else { text };
        let mut total = Decimal::whole(0);
        let mut previous = u32::MAX;
        loop {
            let (section, after) = read_section(rest)?;
            // A section may follow only a larger unit (1万2700), never a smaller or equal one.
            let Some((exponent, after)) = unit_of(&LARGE, after).filter(|(e, _)| *e < previous) else {
                total = total.plus(section)?;
                rest = after;
                break;
            };
            total = total.plus(section.shifted(exponent)?)?;
            (previous, rest) = (exponent, after);
            if !rest.starts_with(|c: char| c.is_ascii_digit()) {
                break;
            }
        }
        let (total, rest) = english_multiplier(total, rest)?;
        Some((if negative { Decimal { units: total.units.checked_neg()?, ..total } } else { total }, rest))
    }

    fn shifted(self, exponent: u32) -> Option<Decimal> {
        let dropped = u32::from(self.scale).min(exponent);
        let units = self.units.checked_mul(10i64.checked_pow(exponent - dropped)?)?;
        Some(Decimal { units, scale: self.scale - dropped as u8 })
    }

    fn plus(self, other: Decimal) -> Option<Decimal> {
        let scale = self.scale.max(other.scale);
        Some(Decimal { units: self.to_scaled(scale)?.checked_add(other.to_scaled(scale)?)?, scale })
    }
}

/// Plain ASCII form without separators, which [`Decimal::parse`] reads back: `-12.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let width = usize::from(self.scale) + 1;
        let digits = format!("{:0width$}", self.units.unsigned_abs());
        let (whole, fraction) = digits.split_at(digits.len() - usize::from(self.scale));
        let dot = if fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{dot}{fraction}")
    }
}

fn unit_of<'a>(table: &[(char, u32)], text: &'a str) -> Option<(u32, &'a str)> {
    let first = text.chars().next()?;
    let (_, exponent) = table.iter().find(|(unit, _)| *unit == first)?;
    Some((*exponent, text.get(first.len_utf8()..)?))
}

/// The part below 万: digits, or digits with 千 百 十 between them (3千5百).
fn read_section(text: &str) -> Option<(Decimal, &str)> {
    let (mut sum, mut rest, mut previous) = (Decimal::whole(0), text, u32::MAX);
    loop {
        let (digits, after) = read_digits(rest)?;
        let Some((exponent, after)) = unit_of(&SMALL, after).filter(|(e, _)| *e < previous) else {
            return Some((sum.plus(digits)?, after));
        };
        sum = sum.plus(digits.shifted(exponent)?)?;
        (previous, rest) = (exponent, after);
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Some((sum, rest));
        }
    }
}

fn read_digits(text: &str) -> Option<(Decimal, &str)> {
    let run = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = run(text);
    if end == 0 {
        return None;
    }
    let mut digits = text.get(..end)?.to_owned();
    // A comma counts only where a thousands separator can stand, so that "30,40" stays two numbers.
    let mut may_group = end <= 3;
    while may_group {
        match text.get(end..).and_then(|r| r.strip_prefix(',')).filter(|group| run(group) == 3) {
            Some(group) => digits.push_str(group.get(..3)?),
            None => may_group = false,
        }
        end += if may_group { 4 } else { 0 };
    }
    let mut scale = 0;
    if let Some(fraction) = text.get(end..).and_then(|r| r.strip_prefix('.')) {
        let length = run(fraction);
        if length > 0 {
            scale = u8::try_from(length).ok().filter(|s| *s <= MAX_SCALE)?;
            digits.push_str(fraction.get(..length)?);
            end += 1 + length;
        }
    }
    Some((Decimal { units: digits.parse().ok()?, scale }, text.get(end..)?))
}

fn english_multiplier(number: Decimal, rest: &str) -> Option<(Decimal, &str)> {
    let trimmed = rest.trim_start();
    for (word, exponent) in ENGLISH {
        let Some(head) = trimmed.get(..word.len()) else { continue };
        let after = trimmed.get(word.len()..)?;
        if head.eq_ignore_ascii_case(word) && !after.starts_with(char::is_alphanumeric) {
            return Some((number.shifted(exponent)?, after));
        }
    }
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_western_and_japanese_notation() {
        for (text, plain) in [
            ("12,700", "12700"),
            ("1万2700", "12700"),
            ("１万２，７００", "12700"),
            ("1.2万", "12000"),
            ("3億5千万", "350000000"),
            ("1億2000万", "120000000"),
            ("5百", "500"),
            ("1.5 million", "1500000"),
            ("2 billion", "2000000000"),
            ("95.0", "95.0"),
            ("-0.5", "-0.5"),
            ("▲3", "-3"),
            ("1,234,567.89", "1234567.89"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), plain, "{text}");
        }
        for text in ["", "abc", "1,2", "12,34", "1234,567", ".5", "9999999999999999999", "1万2億", "1 万"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn stops_where_the_number_ends() {
        assert_eq!(Decimal::read("30..40").unwrap(), (Decimal::whole(30), "..40"));
        assert_eq!(Decimal::read("360社以上").unwrap().1, "社以上");
        assert_eq!(Decimal::read("5 millions").unwrap().1, " millions");
    }

    #[test]
    fn groups_digits() {
        assert_eq!(Decimal::whole(14_760_000).grouped(), "14,760,000");
        assert_eq!(Decimal::new(-123_450, 2).unwrap().grouped(), "-1,234.50");
        assert_eq!(Decimal::whole(7).grouped(), "7");
    }

    proptest! {
        #[test]
        fn plain_and_grouped_forms_read_back(units in any::<i64>(), scale in 0u8..=MAX_SCALE) {
            let number = Decimal::new(units, scale).unwrap();
            if units > i64::MIN {
                prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
                prop_assert_eq!(Decimal::parse(&number.grouped()), Some(number));
            }
        }

        #[test]
        fn never_panics(text in ".*") {
            let _ = Decimal::parse(&text);
        }
    }
}
