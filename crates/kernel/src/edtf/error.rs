//! The errors of EDTF dates. Each names the fix. Never here: the rules that find them.

use super::EdtfError;
use super::date::Year;
use crate::value_error::quoted;

pub(super) fn empty() -> EdtfError {
    EdtfError::new("edtf.empty", "日付を入力してください(例: 2020-09-07)。", "Enter a date, for example 2020-09-07.")
}

pub(super) fn format(input: &str) -> EdtfError {
    let input = quoted(input);
    EdtfError::new(
        "edtf.format",
        format!(
            "「{input}」を日付として読み取れません。2020、2020-09、2020-09-07、2020年9月7日、2025年12月頃、2018-01/2020-03 のように入力してください。"
        ),
        format!(
            "“{input}” cannot be read as a date. Write it like 2020, 2020-09, 2020-09-07, 7 Sep 2020, around Dec 2025 or 2018-01/2020-03."
        ),
    )
}

pub(super) fn month(month: u8) -> EdtfError {
    EdtfError::new(
        "edtf.month",
        format!("{month}月はありません。月は 01〜12、季節は 21(春)〜24(冬)で入力してください。"),
        format!("There is no month {month}. Use 01 to 12, or 21 (spring) to 24 (winter) for a season."),
    )
}

pub(super) fn day(year: Year, month: u8, day: u8) -> EdtfError {
    let (ja, en) = match year {
        Year::Known(y) => (format!("{y}年{month}月{day}日"), format!("{y:04}-{month:02}-{day:02}")),
        _ => (format!("{month}月{day}日"), format!("{month:02}-{day:02}")),
    };
    EdtfError::new(
        "edtf.day",
        format!("{ja}という日はありません。日を確かめてください。日が分からなければ月までで結構です。"),
        format!("The day {en} does not exist. Check the day, or give only the month if the day is not known."),
    )
}

pub(super) fn parts() -> EdtfError {
    EdtfError::new(
        "edtf.parts",
        "この組み合わせでは日付を表せません。分からない部分は後ろから省くか、2004-XX、1985-04-XX、201X のように XX で書いてください。",
        "These parts do not make a date. Leave out unknown parts from the end, or write XX for them: 2004-XX, 1985-04-XX, 201X.",
    )
}

pub(super) fn no_year() -> EdtfError {
    EdtfError::new(
        "edtf.year",
        "年が分からない日付には月が必要です(例: XXXX-12-07)。何も分からなければ空欄にしてください。",
        "A date without a year needs a month, for example XXXX-12-07. If nothing is known, leave it empty.",
    )
}

pub(super) fn time() -> EdtfError {
    EdtfError::new(
        "edtf.time",
        "ここには時刻を書けません。日付だけを入力してください(例: 2020-09-07)。",
        "A time of day cannot be given here. Write the date only, for example 2020-09-07.",
    )
}

pub(super) fn ends() -> EdtfError {
    EdtfError::new(
        "edtf.ends",
        "期間には開始か終了のどちらかの日付が必要です(例: 2018-01/、2018-01/..、/2020)。",
        "A period needs a start or an end date, for example 2018-01/, 2018-01/.. or /2020.",
    )
}

pub(super) fn reversed() -> EdtfError {
    EdtfError::new(
        "edtf.reversed",
        "終了が開始より前になっています。開始と終了を入れ替えてください。",
        "The end is before the start. Swap the two dates.",
    )
}

pub(super) fn ambiguous(input: &str) -> EdtfError {
    let input = quoted(input);
    EdtfError::new(
        "edtf.ambiguous",
        format!("「{input}」は月と日の順がはっきりしません。2020-09-07 または 2020年9月7日のように入力してください。"),
        format!("“{input}” can be read in two ways. Write 2020-09-07 or 7 Sep 2020."),
    )
}

pub(super) fn era(input: &str) -> EdtfError {
    let input = quoted(input);
    EdtfError::new(
        "edtf.era",
        format!("「{input}」は元号の期間に合いません。改元の日を確かめるか、西暦で入力してください(例: 2019-05-01)。"),
        format!(
            "“{input}” is outside its Japanese era. Check the era, or write the Western year, for example 2019-05-01."
        ),
    )
}
