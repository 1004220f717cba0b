//! Numbers as sentences: moments, results, and the optimizer's answers with names in place of numbers. Pure.

use super::Dossier;
use super::build::Problem;
use chrono::{Datelike, NaiveDateTime, Timelike};
use engine::meet::{self, Words};
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

/// What the optimizer's numbers mean, for its sentences.
pub struct Called<'a> {
    pub dossier: &'a Dossier,
    pub problem: &'a Problem,
}

impl meet::Names for Called<'_> {
    fn person(&self, person: u32) -> Words {
        let id = self.problem.people.get(person as usize);
        quoted(|lang| id.map_or("?", |id| self.dossier.person(*id, lang)).to_owned())
    }

    fn request(&self, request: u32) -> Words {
        let pair = self.problem.pairs.get(request as usize);
        quoted(|lang| {
            let names = pair.map(|(a, b)| format!("{} × {}", self.dossier.name(*a, lang), self.dossier.name(*b, lang)));
            names.unwrap_or_default()
        })
    }

    fn slot(&self, slot: u32) -> Words {
        let slot = self.dossier.grid.slots.get(slot as usize);
        let when = |lang| slot.map(|slot| self.dossier.when(slot.starts_at, lang)).unwrap_or_default();
        Words::new(when(Lang::Ja), when(Lang::En))
    }

    fn resource(&self, _: u32) -> Words {
        Words::new("通訳", "interpreter")
    }
}

fn quoted(name: impl Fn(Lang) -> String) -> Words {
    Words::new(format!("「{}」", name(Lang::Ja)), format!("“{}”", name(Lang::En)))
}

/// A sentence of the optimizer as one of ours.
pub fn said_by(words: Words) -> Said {
    Said::new(words.ja, words.en)
}
