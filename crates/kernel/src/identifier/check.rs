//! Check digits. Every function takes digits already cleaned. Never here: how people write identifiers.

/// Japan's corporate number: check = 9 − (Σ Pn·Qn mod 9) over the 12 base digits from the right, Qn 1 for odd n and 2
/// for even n (Ministry of Finance ordinance on corporate numbers, article 2). `None` unless 12 digits.
pub fn corporate_number_check(base: &str) -> Option<u32> {
    if base.len() != 12 {
        return None;
    }
    let weighted =
        base.chars().rev().enumerate().map(|(index, c)| Some(c.to_digit(10)? * if index % 2 == 0 { 1 } else { 2 }));
    let sum: Option<u32> = weighted.sum();
    Some(9 - sum? % 9)
}

/// ISO 7064 MOD 11-2, used by ORCID and ISNI: the check character (`0`-`9`, `X`) of the digits before it.
pub fn mod_11_2(base: &str) -> Option<char> {
    let total = base.chars().try_fold(0u32, |total, c| Some((total + c.to_digit(10)?) * 2 % 11))?;
    match (12 - total) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

/// ISO 7064 MOD 97-10, used by LEI: whether the whole code leaves 1.
pub fn mod_97_10_holds(code: &str) -> bool {
    let remainder = code.chars().try_fold(0u32, |total, c| {
        let value = c.to_digit(36)?;
        Some(if value < 10 { (total * 10 + value) % 97 } else { (total * 100 + value) % 97 })
    });
    remainder == Some(1)
}

/// The letters of ROR (Crockford's base 32: no i, l, o, u).
const ROR_DIGITS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// ROR: two digits, 98 − (n·100 mod 97), where n is the value of the six characters after the leading zero.
pub fn ror_check(six: &str) -> Option<u32> {
    let number = six.chars().try_fold(0u64, |n, c| Some(n * 32 + ROR_DIGITS.find(c)? as u64))?;
    u32::try_from(98 - (number * 100) % 97).ok()
}

/// ISSN: the check character of seven digits, weights 8 down to 2, modulo 11.
pub fn issn_check(base: &str) -> Option<char> {
    let weighted = base.chars().zip((2..=8).rev()).map(|(c, weight)| Some(c.to_digit(10)? * weight));
    let sum: Option<u32> = weighted.sum();
    match (11 - sum? % 11) % 11 {
        10 => Some('X'),
        digit => char::from_digit(digit, 10),
    }
}

/// ISBN-13: the check digit of twelve digits, weights 1 and 3, modulo 10.
pub fn isbn13_check(base: &str) -> Option<char> {
    let weighted = base.chars().enumerate().map(|(i, c)| Some(c.to_digit(10)? * if i % 2 == 0 { 1 } else { 3 }));
    let sum: Option<u32> = weighted.sum();
    char::from_digit((10 - sum? % 10) % 10, 10)
}
