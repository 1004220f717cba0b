//! The rules for a timetable that is changed by hand, each named in words. Pure. The optimizer keeps the same rules.

use super::delegation::{self, Busy};
use super::{Dossier, Meeting, Participant, Side, Wish, said};
use chrono::{DateTime, Utc};
use kernel::lang::Said;
use kernel::{Lang, Uuid};

/// Where a meeting would be put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub a: Uuid,
    pub b: Uuid,
    pub starts_at: DateTime<Utc>,
    pub table_no: Option<i64>,
}

/// Everything that stands against it; `except` are meetings that leave their place in the same act.
pub fn faults(dossier: &Dossier, to: &Move, except: &[Uuid]) -> Vec<Said> {
    let mut found = Vec::new();
    let (Some(a), Some(b)) = (dossier.participant(to.a), dossier.participant(to.b)) else {
        return vec![Said::new("参加者が見つかりません。", "A participant is missing.")];
    };
    let when = |lang: Lang| dossier.when(to.starts_at, lang);
    let Some(slot) = dossier.grid.index_of(to.starts_at) else {
        return vec![Said::new("その時刻の枠はありません。", "There is no slot at that time.")];
    };
    if a.side != Side::A || b.side != Side::B {
        return vec![Said::new("同じ側どうしは組めません。", "Both are of the same side.")];
    }
    let others: Vec<&Meeting> = dossier.planned().filter(|m| !except.contains(&m.id)).collect();
    for who in [a, b] {
        let name = |lang: Lang| who.called(lang).to_owned();
        if who.withdrawn {
            found.push(said(|lang| tell(lang, &name(lang), "は参加を取りやめています。", " has withdrawn.")));
        }
        if who.off.contains(&to.starts_at) {
            found.push(said(|lang| match lang {
                Lang::Ja => format!("{}は {} に都合がつきません。", name(lang), when(lang)),
                Lang::En => format!("{} is not available at {}.", name(lang), when(lang)),
            }));
        }
        if let Some(other) = others.iter().find(|m| m.has(who.id) && m.starts_at == to.starts_at) {
            let with = if other.a == who.id { other.b } else { other.a };
            found.push(said(|lang| match lang {
                Lang::Ja => {
                    format!("{}は {} に「{}」と面談があります。", name(lang), when(lang), dossier.name(with, lang))
                }
                Lang::En => format!("{} meets {} at {}.", name(lang), dossier.name(with, lang), when(lang)),
            }));
        }
        limits(dossier, who, slot, &others, &mut found);
    }
    if found.is_empty() {
        found.extend(people(dossier, to, (a, b), except));
    }
    if others.iter().any(|m| m.a == to.a && m.b == to.b) {
        found.push(Said::new("この2者の面談はすでにあります。", "These two meet already."));
    }
    places(dossier, to, (a, b), &others, &mut found);
    found
}

/// What stands against it on the side of those who attend.
fn people(dossier: &Dossier, to: &Move, (a, b): (&Participant, &Participant), except: &[Uuid]) -> Option<Said> {
    if a.attendees.is_empty() && b.attendees.is_empty() {
        return None;
    }
    let at = to.starts_at;
    let when = |lang: Lang| dossier.when(at, lang);
    for who in [a, b] {
        let busy = Busy::of(dossier, except);
        let stuck = who.attendees.iter().find(|attendee| busy.has(&attendee.key(), at));
        match (delegation::seat(who, at, &busy), stuck) {
            (Some(_), _) => {}
            (None, Some(person)) => {
                return Some(said(|lang| match lang {
                    Lang::Ja => {
                        format!("{}の{}さんは {} に別の面談に出ています。", who.called(lang), person.name, when(lang))
                    }
                    Lang::En => {
                        format!("{} of {} attends another meeting at {}.", person.name, who.called(lang), when(lang))
                    }
                }));
            }
            (None, None) => {
                return Some(said(|lang| match lang {
                    Lang::Ja => format!("{}の出席者は {} に都合がつきません。", who.called(lang), when(lang)),
                    Lang::En => format!("Nobody attends for {} at {}.", who.called(lang), when(lang)),
                }));
            }
        }
    }
    let both = delegation::seat_both(a, b, at, Busy::of(dossier, except));
    both.is_none()
        .then(|| Said::new("同じ人が二者の両方に出ることになります。", "One person would attend for both sides."))
}

/// Who attends where a meeting is put.
pub fn seated(dossier: &Dossier, to: &Move, except: &[Uuid]) -> Vec<Uuid> {
    let pair = dossier.participant(to.a).zip(dossier.participant(to.b));
    let needed = pair.filter(|(a, b)| !a.attendees.is_empty() || !b.attendees.is_empty());
    needed.and_then(|(a, b)| delegation::seat_both(a, b, to.starts_at, Busy::of(dossier, except))).unwrap_or_default()
}

fn limits(dossier: &Dossier, who: &Participant, slot: usize, others: &[&Meeting], found: &mut Vec<Said>) {
    let own: Vec<_> = others.iter().filter(|m| m.has(who.id)).collect();
    let day = dossier.grid.slots[slot].day;
    let that_day = own
        .iter()
        .filter(|m| dossier.grid.index_of(m.starts_at).is_some_and(|at| dossier.grid.slots[at].day == day))
        .count() as i64;
    if let Some(most) = who.most.filter(|most| own.len() as i64 >= *most) {
        found.push(said(|lang| match lang {
            Lang::Ja => format!("{}の面談は{most}件までです。", who.called(lang)),
            Lang::En => format!("{} takes {most} meetings at most.", who.called(lang)),
        }));
    }
    if let Some(most) = who.most_per_day.filter(|most| that_day >= *most) {
        found.push(said(|lang| match lang {
            Lang::Ja => format!("{}の面談は1日{most}件までです。", who.called(lang)),
            Lang::En => format!("{} takes {most} meetings a day at most.", who.called(lang)),
        }));
    }
}

fn places(
    dossier: &Dossier,
    to: &Move,
    (a, b): (&Participant, &Participant),
    others: &[&Meeting],
    found: &mut Vec<Said>,
) {
    let then: Vec<_> = others.iter().filter(|m| m.starts_at == to.starts_at).collect();
    let on_site = !a.remote && !b.remote;
    if dossier.has_tables() && on_site {
        let tables = dossier.round.integer("tables").unwrap_or(1);
        let taken = then.iter().filter(|m| m.table_no.is_some()).count() as i64;
        match to.table_no {
            Some(number) if then.iter().any(|m| m.table_no == Some(number)) => found.push(said(|lang| match lang {
                Lang::Ja => format!("卓 {number} はその時間に使われています。"),
                Lang::En => format!("Table {number} is taken at that time."),
            })),
            Some(number) if number < 1 || number > tables => found.push(said(|lang| match lang {
                Lang::Ja => format!("卓は 1〜{tables} です。"),
                Lang::En => format!("Tables are numbered 1 to {tables}."),
            })),
            None if taken >= tables => {
                found.push(Said::new("その時間に空いている卓がありません。", "No table is free at that time."));
            }
            _ => {}
        }
    }
    if dossier.needs_interpreter(a, b) {
        let busy = then.iter().filter(|m| uses_interpreter(dossier, m)).count() as i64;
        if busy >= dossier.round.integer("interpreters").unwrap_or(0) {
            found.push(Said::new("その時間に空いている通訳がいません。", "No interpreter is free at that time."));
        }
    }
}

pub fn uses_interpreter(dossier: &Dossier, meeting: &Meeting) -> bool {
    let pair = dossier.participant(meeting.a).zip(dossier.participant(meeting.b));
    pair.is_some_and(|(a, b)| dossier.needs_interpreter(a, b))
}

/// Things to know before doing it all the same: somebody said "no thanks", or they met before.
pub fn doubts(dossier: &Dossier, a: Uuid, b: Uuid) -> Vec<Said> {
    let known = dossier.met_before(a, b).map(|at| {
        let day = dossier.grid.local(at).date();
        said(|lang| match lang {
            Lang::Ja => format!("以前に会っています({})。", kernel::calendar::date_long(lang, day)),
            Lang::En => format!("They met before ({}).", kernel::calendar::date_long(lang, day)),
        })
    });
    refusals(dossier, a, b).into_iter().chain(known).collect()
}

fn refusals(dossier: &Dossier, a: Uuid, b: Uuid) -> Vec<Said> {
    [(a, b), (b, a)]
        .into_iter()
        .filter(|(asker, asked)| dossier.wish(*asker, *asked) == Some(Wish::No))
        .map(|(asker, asked)| {
            said(|lang| match lang {
                Lang::Ja => format!(
                    "{}は「{}」との面談を見送ると答えています。",
                    dossier.name(asker, lang),
                    dossier.name(asked, lang)
                ),
                Lang::En => format!("{} said “no thanks” to {}.", dossier.name(asker, lang), dossier.name(asked, lang)),
            })
        })
        .collect()
}

/// The lowest table that is free at a time, for meetings that need one.
pub fn free_table(dossier: &Dossier, to: &Move, except: &[Uuid]) -> Option<i64> {
    let pair = dossier.participant(to.a).zip(dossier.participant(to.b));
    if !dossier.has_tables() || pair.is_none_or(|(a, b)| a.remote || b.remote) {
        return None;
    }
    let taken: Vec<i64> = dossier
        .planned()
        .filter(|m| m.starts_at == to.starts_at && !except.contains(&m.id))
        .filter_map(|m| m.table_no)
        .collect();
    (1..=dossier.round.integer("tables").unwrap_or(1)).find(|table| !taken.contains(table))
}

/// Slots to which a meeting could move as things are.
pub fn open_slots(dossier: &Dossier, a: Uuid, b: Uuid, except: &[Uuid]) -> Vec<DateTime<Utc>> {
    let fits = |starts_at: DateTime<Utc>| {
        let to = Move { a, b, starts_at, table_no: None };
        faults(dossier, &to, except).is_empty()
    };
    dossier.grid.slots.iter().map(|slot| slot.starts_at).filter(|at| fits(*at)).collect()
}

fn tell(lang: Lang, name: &str, ja: &str, en: &str) -> String {
    format!("{name}{}", if lang == Lang::Ja { ja } else { en })
}
