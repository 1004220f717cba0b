//! Readers of amounts of money. Never here: display.

use super::{Currency, Money};
use crate::decimal::Decimal;
use crate::lang::Lang;
use crate::value_error::{ValueError, quoted};
use unicode_normalization::UnicodeNormalization;

const MAX_CHARS: usize = 80;

pub(super) fn canonical(text: &str) -> Result<Money, ValueError> {
    let read = || {
        let (code, number) = text.split_once(' ')?;
        let currency = Currency::from_code(code)?;
        let plain = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.'));
        let minor = Decimal::parse(number).filter(|_| plain)?.to_scaled(currency.decimals())?;
        Some(Money::new(minor, currency))
    };
    let money = read().ok_or_else(|| format_error(text))?;
    if money.to_string() == text { Ok(money) } else { Err(format_error(text)) }
}

pub(super) fn human(text: &str, default: Option<Currency>) -> Result<Money, ValueError> {
    let clean: String = text.nfkc().filter(|c| !crate::fold::is_invisible(*c)).flat_map(char::to_lowercase).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return Err(empty());
    }
    if clean.chars().count() > MAX_CHARS {
        return Err(format_error(text));
    }
    // The sign of the amount may stand before the currency: -¥500, ▲500円.
    let (negative, body) = match clean.strip_prefix(['-', '−', '▲', '△']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, clean),
    };
    let (currency, number) = split_currency(body);
    let number = number.strip_suffix('也').unwrap_or(number);
    let decimal = Decimal::parse(number).ok_or_else(|| format_error(text))?;
    let currency = currency.or(default).ok_or_else(|| no_currency(text))?;
    let minor = decimal.to_scaled(currency.decimals()).ok_or_else(|| decimals(text, currency))?;
    let minor = if negative { minor.checked_neg().ok_or_else(|| format_error(text))? } else { minor };
    Ok(Money::new(minor, currency))
}

/// Takes the currency off the front or the back.
fn split_currency(text: &str) -> (Option<Currency>, &str) {
    let text = text.strip_suffix("也").unwrap_or(text);
    if let Some((code, number)) = text.get(..3).and_then(code).zip(text.get(3..)) {
        return (Some(code), number.trim());
    }
    let tail = text.len().saturating_sub(3);
    if let Some((code, number)) = text.get(tail..).and_then(code).zip(text.get(..tail)) {
        return (Some(code), number.trim());
    }
    for (word, currency) in Currency::WORDS {
        if let Some(number) = text.strip_prefix(word).or_else(|| text.strip_suffix(word)) {
            return (Some(currency), number.trim());
        }
    }
    (None, text)
}

fn code(text: &str) -> Option<Currency> {
    Currency::from_code(&text.to_ascii_uppercase())
}

fn empty() -> ValueError {
    ValueError::new(
        "money.empty",
        "金額を入力してください(例: 1,000,000円)。",
        "Enter an amount, for example JPY 1,000,000.",
    )
}

fn format_error(input: &str) -> ValueError {
    let input = quoted(input);
    ValueError::new(
        "money.format",
        format!("「{input}」を金額として読み取れません。1,000,000円、120万円、USD 20.50 のように入力してください。"),
        format!("“{input}” cannot be read as an amount. Write it like JPY 1,000,000, ¥1,000 or USD 20.50."),
    )
}

fn no_currency(input: &str) -> ValueError {
    let input = quoted(input);
    ValueError::new(
        "money.currency",
        format!("「{input}」の通貨が分かりません。{input}円、USD {input} のように通貨も入力してください。"),
        format!("The currency of “{input}” is missing. Add it, for example JPY {input} or USD {input}."),
    )
}

fn decimals(input: &str, currency: Currency) -> ValueError {
    let example = Money::new(1_234, currency);
    let input = quoted(input);
    ValueError::new(
        "money.decimals",
        format!(
            "「{input}」は桁が多すぎます。{currency}の小数は{}桁までです(例: {})。",
            currency.decimals(),
            example.display(Lang::Ja)
        ),
        format!(
            "“{input}” has too many digits. {currency} has {} decimals, for example {}.",
            currency.decimals(),
            example.display(Lang::En)
        ),
    )
}
