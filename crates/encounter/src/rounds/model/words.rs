//! Numbers as sentences: moments, results, and the optimizer's answers with names in place of numbers. Pure.

use super::Dossier;
use super::build::{self, Problem};
use chrono::{Datelike, NaiveDateTime, Timelike};
use kernel::Lang;
use kernel::lang::Said;
use serde::{Deserialize, Serialize};

/// `12/7(月) 10:00` and `Mon 7 Dec 10:00`; without the day when there is only one.
pub fn moment(at: NaiveDateTime, with_day: bool, lang: Lang) -> String {
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    if with_day { format!("{} {time}", day(at.date(), lang)) } else { time }
}

/// `12/7(月)`, `Mon 7 Dec`.
pub fn day(date: chrono::NaiveDate, lang: Lang) -> String {
    let weekday = kernel::calendar::weekday(date).get(lang);
    match lang {
        Lang::Ja => format!("{}/{}({weekday})", date.month(), date.day()),
        Lang::En => format!("{weekday} {} {}", date.day(), kernel::calendar::month_short(date.month())),
    }
}

/// Why somebody has a meeting, as that participant is told.
pub fn why(dossier: &Dossier, meeting: &super::Meeting, who: kernel::Uuid) -> kernel::Both {
    let other = if meeting.a == who { meeting.b } else { meeting.a };
    let said = |asker, asked| dossier.wishes.get(&(asker, asked)).filter(|w| w.wish != super::Wish::No);
    let own_word = |wished: Option<&super::Wished>| wished.is_some_and(|wished| !wished.suggested);
    let (own, theirs) = (said(who, other), said(other, who));
    match (own_word(own), own_word(theirs)) {
        (true, true) => kernel::both("双方の希望", "You both wished it"),
        (true, false) => kernel::both("こちらの希望", "You wished it"),
        (false, true) => kernel::both("相手の希望", "They wished it"),
        _ if own.is_some() || theirs.is_some() => kernel::both("提案", "Suggested"),
        _ => kernel::both("空き枠", "A free slot"),
    }
}

/// What a run found and what is known about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct RunResult {
    /// `[weight level, least satisfied, mean of the lowest tenth, -gaps, -steps]`.
    pub vector: [i64; 5],
    pub weight: i64,
    /// No timetable weighs more.
    pub bound: i64,
    pub seconds: f64,
    pub meetings: usize,
    /// Wishes of every kind that were possible at all, and those that became meetings.
    pub wished: usize,
    pub met: usize,
    /// Why nothing is possible.
    pub causes: Vec<Said>,
    /// Meetings of the plan before that could not stay, and those that changed.
    pub unavoidable: usize,
    pub changed: usize,
}

impl RunResult {
    /// `総満足の 99.8 %。これ以上は最大 0.2 %` / proven best.
    pub fn quality(&self, lang: Lang) -> String {
        if self.bound <= 0 {
            return kernel::both("希望がまだありません。", "There are no wishes yet.").get(lang).to_owned();
        }
        if self.weight >= self.bound {
            return kernel::both(
                "総満足は最善です。これより良い時間割がないことを証明しました。",
                "Best possible in total satisfaction: it is proven that no timetable is better.",
            )
            .get(lang)
            .to_owned();
        }
        let gap = (self.bound - self.weight) as f64 * 100.0 / self.bound as f64;
        // Rounded away from the claim: never more certain than what is proven.
        let gap = (gap * 10.0).ceil() / 10.0;
        match lang {
            Lang::Ja => format!(
                "総満足は証明された上限の {:.1} % です。これ以上よくなっても最大 {gap:.1} % です。",
                100.0 - gap
            ),
            Lang::En => format!(
                "{:.1} % of the proven limit of total satisfaction; at most {gap:.1} % better is possible.",
                100.0 - gap
            ),
        }
    }

    pub fn wishes(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => format!("希望のあった{}組のうち{}組が会えます。", self.wished, self.met),
            Lang::En => format!("{} of {} wished pairs meet.", self.met, self.wished),
        }
    }

    pub fn fairness(&self, lang: Lang) -> String {
        let gaps = -self.vector[3];
        match lang {
            Lang::Ja => {
                format!("いちばん希望が通らない参加者でも {} %。空き時間は合わせて{gaps}回分です。", self.vector[1])
            }
            Lang::En => format!(
                "Even the least satisfied gets {} %. Idle slots between meetings: {gaps} in all.",
                self.vector[1]
            ),
        }
    }
}

/// Puts names where the optimizer says numbers: `参加者3`, `person 3`, `スロット2`, `slot 2`, `依頼4, 7`, `request 4, 7`.
pub fn named(text: &str, lang: Lang, dossier: &Dossier, problem: &Problem) -> String {
    let words: [&str; 3] = match lang {
        Lang::Ja => ["参加者", "スロット", "依頼"],
        Lang::En => ["erson ", "slot ", "equest "],
    };
    // Resources have one name for both languages.
    let text = text.replace(build::INTERPRETER, kernel::both("通訳", "interpreter").get(lang));
    let mut out = String::new();
    let mut rest = text.as_str();
    'scan: while !rest.is_empty() {
        for (which, word) in words.iter().enumerate() {
            let Some(after) = rest.strip_prefix(word) else { continue };
            let numbers = number_list(after);
            if numbers.is_empty() {
                continue;
            }
            let names: Vec<String> =
                numbers.1.iter().map(|number| name_of(which, *number, lang, dossier, problem)).collect();
            if lang == Lang::En && which != 1 {
                out.pop();
            }
            out.push_str(&names.join(if lang == Lang::Ja { "、" } else { ", " }));
            rest = &after[numbers.0..];
            continue 'scan;
        }
        let Some(next) = rest.chars().next() else { break };
        out.push(next);
        rest = &rest[next.len_utf8()..];
    }
    out
}

/// Digits separated by ", " at the start of a text: their length and values.
fn number_list(text: &str) -> Numbers {
    let mut numbers = Numbers(0, Vec::new());
    let mut at = 0;
    loop {
        let digits = text[at..].chars().take_while(char::is_ascii_digit).count();
        let Ok(number) = text[at..at + digits].parse() else { return numbers };
        at += digits;
        numbers.0 = at;
        numbers.1.push(number);
        match text[at..].strip_prefix(", ") {
            Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => at += 2,
            _ => return numbers,
        }
    }
}

struct Numbers(usize, Vec<usize>);

impl Numbers {
    fn is_empty(&self) -> bool {
        self.1.is_empty()
    }
}

fn name_of(which: usize, number: usize, lang: Lang, dossier: &Dossier, problem: &Problem) -> String {
    let person = |index: usize| {
        problem.people.get(index).map_or_else(|| "?".to_owned(), |id| dossier.person(*id, lang).to_owned())
    };
    let quoted = |text: String| match lang {
        Lang::Ja => format!("「{text}」"),
        Lang::En => format!("“{text}”"),
    };
    match which {
        0 => quoted(person(number)),
        1 => dossier.grid.slots.get(number).map_or_else(String::new, |slot| dossier.when(slot.starts_at, lang)),
        _ => match problem.pairs.get(number) {
            Some((a, b)) => quoted(format!("{} × {}", dossier.name(*a, lang), dossier.name(*b, lang))),
            None => String::new(),
        },
    }
}
