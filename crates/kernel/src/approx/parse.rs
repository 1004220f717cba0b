//! Readers of approximate numbers: the canonical form, and what people write. Never here: display.

use super::{Amount, Approx};
use crate::decimal::Decimal;
use crate::value_error::{ValueError, quoted};
use unicode_normalization::UnicodeNormalization;

const MAX_CHARS: usize = 120;
const MAX_UNIT_CHARS: usize = 40;

/// How a number is qualified, as a constructor of the amount.
type Make = fn(Decimal) -> Amount;

const SIGNS: [(&str, Make); 9] = [
    (">=", Amount::AtLeast),
    ("<=", Amount::AtMost),
    ("≥", Amount::AtLeast),
    ("≧", Amount::AtLeast),
    ("≤", Amount::AtMost),
    ("≦", Amount::AtMost),
    (">", Amount::MoreThan),
    ("<", Amount::LessThan),
    ("~", Amount::About),
];

/// Words before the number, lower case, longer before shorter.
const BEFORE: [(&str, Make); 35] = [
    ("approximately ", Amount::About),
    ("no fewer than ", Amount::AtLeast),
    ("no less than ", Amount::AtLeast),
    ("no more than ", Amount::AtMost),
    ("as many as ", Amount::AtMost),
    ("as high as ", Amount::AtMost),
    ("as much as ", Amount::AtMost),
    ("as few as ", Amount::AtLeast),
    ("as low as ", Amount::AtLeast),
    ("more than ", Amount::MoreThan),
    ("greater than ", Amount::MoreThan),
    ("fewer than ", Amount::LessThan),
    ("less than ", Amount::LessThan),
    ("at least ", Amount::AtLeast),
    ("at most ", Amount::AtMost),
    ("roughly ", Amount::About),
    ("approx. ", Amount::About),
    ("approx ", Amount::About),
    ("around ", Amount::About),
    ("nearly ", Amount::About),
    ("almost ", Amount::About),
    ("about ", Amount::About),
    ("circa ", Amount::About),
    ("some ", Amount::About),
    ("ca. ", Amount::About),
    ("up to ", Amount::AtMost),
    ("above ", Amount::MoreThan),
    ("over ", Amount::MoreThan),
    ("below ", Amount::LessThan),
    ("under ", Amount::LessThan),
    ("およそ", Amount::About),
    ("少なくとも", Amount::AtLeast),
    ("約", Amount::About),
    ("最大", Amount::AtMost),
    ("最低", Amount::AtLeast),
];

/// Words after the number or its unit, longer before shorter.
const AFTER: [(&str, Make); 22] = [
    ("を超える", Amount::MoreThan),
    ("を上回る", Amount::MoreThan),
    ("を下回る", Amount::LessThan),
    (" or more", Amount::AtLeast),
    (" or fewer", Amount::AtMost),
    (" or less", Amount::AtMost),
    ("あまり", Amount::MoreThan),
    ("くらい", Amount::About),
    ("ぐらい", Amount::About),
    ("以上", Amount::AtLeast),
    ("以下", Amount::AtMost),
    ("以内", Amount::AtMost),
    ("未満", Amount::LessThan),
    ("余り", Amount::MoreThan),
    ("程度", Amount::About),
    ("前後", Amount::About),
    ("ほど", Amount::About),
    ("まで", Amount::AtMost),
    ("超", Amount::MoreThan),
    ("余", Amount::MoreThan),
    ("弱", Amount::About),
    ("強", Amount::About),
];

pub(super) fn canonical(text: &str) -> Result<Approx, ValueError> {
    let (make, rest) = sign(text);
    let bad = || format_error(text);
    // Only what `Display` writes: digits come first, no friendly multipliers or separators.
    let (low, rest) = plain_number(rest).ok_or_else(bad)?;
    let (amount, unit) = match (make, rest.strip_prefix("..")) {
        (None, Some(rest)) => {
            let (high, unit) = plain_number(rest).ok_or_else(bad)?;
            (Amount::Between(low, high), unit)
        }
        (make, _) => (make.unwrap_or(Amount::Exactly as Make)(low), rest),
    };
    let unit = if unit.is_empty() { unit } else { unit.strip_prefix(' ').ok_or_else(bad)? };
    Approx::new(amount, unit)
}

fn sign(text: &str) -> (Option<Make>, &str) {
    let found = SIGNS.iter().find_map(|(sign, make)| text.strip_prefix(sign).map(|rest| (*make, rest)));
    found.map_or((None, text), |(make, rest)| (Some(make), rest))
}

fn plain_number(text: &str) -> Option<(Decimal, &str)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    let fraction =
        digits.get(whole..)?.strip_prefix('.').map_or(0, |f| f.bytes().take_while(u8::is_ascii_digit).count());
    let length = text.len() - digits.len() + whole + if fraction > 0 { fraction + 1 } else { 0 };
    let number = Decimal::parse(text.get(..length).filter(|_| whole > 0)?)?;
    Some((number, text.get(length..)?))
}

pub(super) fn human(text: &str) -> Result<Approx, ValueError> {
    if text.chars().count() > MAX_CHARS {
        return Err(format_error(text));
    }
    let clean: String = text.nfkc().filter(|c| !crate::fold::is_invisible(*c)).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.is_empty() {
        return Err(empty());
    }
    if let Ok(value) = canonical(&clean) {
        return finish_unit(value);
    }
    read(&clean).ok_or_else(|| format_error(text))?
}

/// A canonical reading whose unit is really a qualifier ("60 or more") is read again by [`read`].
fn finish_unit(value: Approx) -> Result<Approx, ValueError> {
    let spaced = format!(" {}", value.unit);
    let hidden = AFTER.iter().any(|(word, _)| spaced.ends_with(word))
        || value.unit.starts_with("or ")
        || value.unit.starts_with("to ")
        || value.unit.starts_with("and ")
        || Decimal::read(&format!("1 {}", value.unit)).is_some_and(|(n, _)| n != Decimal::whole(1));
    if hidden {
        let text = value.to_string();
        return read(&text).ok_or_else(|| format_error(&text))?;
    }
    Ok(value)
}

fn read(text: &str) -> Option<Result<Approx, ValueError>> {
    let (mut make, mut rest) = sign(text);
    if make.is_none() {
        (make, rest) = word_before(rest);
    }
    let rest = rest.trim();
    let body = strip_ignoring_case(rest, "between ").or_else(|| strip_ignoring_case(rest, "from ")).unwrap_or(rest);
    let (low, after) = Decimal::read(body)?;
    if let Some((high, unit)) = second_number(after) {
        // "About 30 to 40" says no more than the range does.
        let plain = make.is_none() || make.is_some_and(|m| matches!(m(low), Amount::About(_)));
        return plain.then(|| Approx::new(Amount::Between(low, high), unit));
    }
    let (after, suffix) = word_after(after.trim());
    if let (Some(before), Some(suffix)) = (make, suffix) {
        // 約360社以上 and 約50人程度 keep the stronger statement, the one after the number.
        if !matches!(before(low), Amount::About(_)) && before(low) != suffix(low) {
            return None;
        }
    }
    let make = suffix.or(make).unwrap_or(Amount::Exactly);
    Some(Approx::new(make(low), ordinal_unit(after)))
}

fn strip_ignoring_case<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| text.get(word.len()..))?
}

fn word_before(text: &str) -> (Option<Make>, &str) {
    let found = BEFORE.iter().find_map(|(word, make)| strip_ignoring_case(text, word).map(|rest| (*make, rest)));
    found.map_or((None, text), |(make, rest)| (Some(make), rest))
}

/// Splits a qualifier off the end (`社以上`) or a plus sign off the front (`+ companies`).
fn word_after(text: &str) -> (&str, Option<Make>) {
    if let Some(unit) = text.strip_prefix('+') {
        return (unit.trim(), Some(Amount::AtLeast));
    }
    let spaced_or_not = |word: &str| text.strip_suffix(word).or_else(|| text.strip_suffix(word.trim_start()));
    for (word, make) in AFTER {
        if let Some(unit) = spaced_or_not(word) {
            return (unit.trim(), Some(make));
        }
    }
    (text, None)
}

/// The second number of a range, with the words and units that may stand between the two.
fn second_number(after: &str) -> Option<(Decimal, &str)> {
    let after = ordinal_unit(after.trim_start());
    const JOINTS: [&str; 14] =
        ["...", "..", "〜", "~", "–", "—", "-", "から", "ないし", "か", "to ", "or ", "and ", "または"];
    let rest = JOINTS.iter().find_map(|joint| strip_ignoring_case(after, joint)).or_else(|| {
        // 30人から40人, 30位か40位: the unit may be said twice.
        let (unit, rest) =
            ["から", "〜", "~", "ないし", "または", "か"].iter().find_map(|joint| after.split_once(joint))?;
        rest.trim().ends_with(unit.trim()).then_some(rest)
    })?;
    let (high, unit) = Decimal::read(rest.trim_start())?;
    Some((high, ordinal_unit(unit.trim())))
}

/// `30th` counts like 30.
fn ordinal_unit(text: &str) -> &str {
    let ending = ["st", "nd", "rd", "th"].into_iter().find_map(|e| text.strip_prefix(e));
    ending.filter(|rest| !rest.starts_with(char::is_alphanumeric)).map_or(text, str::trim_start)
}

pub(super) fn check_unit(unit: &str) -> Result<(), ValueError> {
    let bad_start = |c: char| c.is_numeric() || matches!(c, '.' | ',' | '+' | '-' | '<' | '>' | '~' | '=');
    if unit.starts_with(bad_start) || unit.chars().count() > MAX_UNIT_CHARS || unit.chars().any(char::is_control) {
        return Err(ValueError::new(
            "approx.unit",
            format!("単位「{}」は使えません。人、社、% のような短い言葉にしてください。", quoted(unit)),
            format!("“{}” cannot be a unit. Use a short word such as people, companies or %.", quoted(unit)),
        ));
    }
    Ok(())
}

fn empty() -> ValueError {
    ValueError::new(
        "approx.empty",
        "数を入力してください(例: 360社以上)。",
        "Enter a number, for example at least 360 companies.",
    )
}

fn format_error(input: &str) -> ValueError {
    let input = quoted(input);
    ValueError::new(
        "approx.format",
        format!(
            "「{input}」を数として読み取れません。360、約12,700人、360社以上、30〜40、>360 のように入力してください。"
        ),
        format!(
            "“{input}” cannot be read as a number. Write it like 360, about 12,700 people, at least 360, 30–40 or >360."
        ),
    )
}

pub(super) fn reversed() -> ValueError {
    ValueError::new(
        "approx.reversed",
        "範囲の始めが終わりより大きくなっています。二つの数を入れ替えてください。",
        "The range runs backwards. Swap the two numbers.",
    )
}
