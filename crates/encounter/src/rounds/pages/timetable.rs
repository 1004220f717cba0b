//! The timetable: a table of slots and rooms on wide screens and paper, a list by time on phones, the same for both.
//!
//! Slots are rows and rooms columns, as long as that is the wider way round; with more rooms than slots they change
//! places, so that nobody scrolls sideways. Readers see the newest publication; officers the plan they work on.

use super::{crumbs, delays, facts, for_officer, for_reader, state_tag, tabs};
use crate::rounds::actions::day::delay_of;
use crate::rounds::actions::publish::pending;
use crate::rounds::model::edit::uses_interpreter;
use crate::rounds::model::{Dossier, Meeting, MeetingState, Side, State};
use crate::rounds::policy;
use crate::rounds::store::{self as rows, Delay};
use askama::Template;
use axum::extract::Path;
use kernel::{Permission, Uuid};
use std::collections::BTreeMap;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

/// One meeting as a cell or list entry shows it.
#[derive(Clone, Default)]
pub struct Cell {
    pub a: String,
    pub b: String,
    /// The one that the table's head does not name already.
    pub text: String,
    pub place: String,
    pub href: String,
    pub frozen: bool,
    pub mine: bool,
    pub no_show: bool,
    pub interpreter: bool,
    /// For officers: nobody wished it in their own words.
    pub suggested: bool,
}

pub struct TableRow {
    pub head: String,
    pub sub: String,
    pub cells: Vec<Vec<Cell>>,
    /// A break lies before this row.
    pub after_break: bool,
}

struct ListSlot {
    span: String,
    late: i64,
    meetings: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "rounds/timetable.html")]
struct TimetablePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    title: String,
    lead: String,
    state: (&'static str, &'static str),
    officer: bool,
    draft: bool,
    unpublished: usize,
    version: String,
    days: Vec<Choice>,
    views: Vec<Choice>,
    caption: String,
    columns: Vec<(String, bool)>,
    table: Vec<TableRow>,
    list: Vec<ListSlot>,
    meetings: usize,
    base: String,
    late_slots: Vec<Choice>,
    on_the_day: bool,
    all_frozen: bool,
    mine: Vec<(String, String)>,
}

/// `GET /rounds/{id}/timetable?day=2&by=place|a|b`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let officer = cx.actor.may(Permission::RunRounds);
    let (dossier, version) = if officer {
        (for_officer(&cx, id).await?, rows::newest_version(&cx.app.db, id).await?)
    } else {
        for_reader(&cx, id).await?
    };
    let published = rows::published(&cx.app.db, id).await?;
    let plan: &[Meeting] = if officer { &dossier.meetings } else { &published };
    let query: BTreeMap<String, String> = url::form_urlencoded::parse(cx.query.as_bytes()).into_owned().collect();
    let last_day = dossier.grid.days().saturating_sub(1);
    let today = cx.now().with_timezone(&dossier.grid.zone).date_naive();
    let current = dossier.grid.slots.iter().find(|slot| slot.local.date() >= today).map_or(0, |slot| slot.day);
    let asked = query.get("day").and_then(|day| day.parse::<usize>().ok()).map(|day| day.saturating_sub(1));
    let day = asked.unwrap_or(current).min(last_day);
    let by = query.get("by").map_or("", String::as_str);
    let by = match by {
        "b" => By::Side(Side::B),
        _ if dossier.has_tables() && by != "a" => By::Table,
        _ => By::Side(Side::A),
    };
    let delays = delays(&cx, &dossier).await?;
    let shown = Shown { cx: &cx, dossier: &dossier, delays: &delays, officer };
    let on: Vec<&Meeting> = plan.iter().filter(|m| m.is_on()).collect();
    let (columns, table) = shown.table(&on, day, by);
    let base = cx.href(&format!("/rounds/{id}"));
    let unpublished = if officer { pending(&dossier, &published).len() } else { 0 };
    let own = dossier.participants.iter().filter(|p| policy::reads_schedule(&cx.actor, p));
    let mine = own.map(|p| (p.called(cx.lang).to_owned(), format!("{base}/schedule/{}", p.id))).collect();
    let date = dossier.grid.of_day(day).next().map(|slot| kernel::calendar::date_long(cx.lang, slot.local.date()));
    html(&TimetablePage {
        crumbs: crumbs(&cx, Some(&dossier)),
        tabs: tabs(&cx, &dossier, "/timetable"),
        title: dossier.round.called(cx.lang),
        lead: format!("{} · {}", dossier.round.called(cx.lang), facts(&cx, &dossier)),
        state: state_tag(&cx, dossier.state()),
        officer,
        draft: version.is_none(),
        unpublished,
        version: version.as_ref().map(|v| v.number.to_string()).unwrap_or_default(),
        days: shown.days(day, by),
        views: shown.views(day, by),
        caption: date.unwrap_or_default(),
        columns,
        table,
        list: shown.list(&on, day),
        meetings: on.len(),
        late_slots: dossier
            .grid
            .of_day(day)
            .map(|s| Choice::new(s.starts_at.to_rfc3339(), super::span(&dossier, s.starts_at, 0)))
            .collect(),
        on_the_day: officer && dossier.state() == State::Published,
        all_frozen: !on.is_empty() && on.iter().all(|m| m.frozen),
        mine,
        base,
        cx: &cx,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Table,
    Side(Side),
}

impl By {
    const fn code(self) -> &'static str {
        match self {
            By::Table => "place",
            By::Side(side) => side.code(),
        }
    }
}

struct Shown<'a> {
    cx: &'a Cx,
    dossier: &'a Dossier,
    delays: &'a [Delay],
    officer: bool,
}

impl Shown<'_> {
    fn late(&self, at: chrono::DateTime<chrono::Utc>) -> i64 {
        delay_of(self.delays, self.dossier.grid.zone, at)
    }

    fn days(&self, here: usize, by: By) -> Vec<Choice> {
        let first = |day| self.dossier.grid.of_day(day).next().map(|slot| slot.local.date());
        let label =
            |day| first(day).map(|date| crate::rounds::model::words::day(date, self.cx.lang)).unwrap_or_default();
        let href = |day: usize| format!("?day={}&by={}", day + 1, by.code());
        (0..self.dossier.grid.days()).map(|day| Choice::new(href(day), label(day)).chosen(day == here)).collect()
    }

    fn views(&self, day: usize, here: By) -> Vec<Choice> {
        let by_side = |side: Side| {
            let name = side.name(&self.dossier.round, self.cx.lang);
            let label = if self.cx.lang == kernel::Lang::Ja {
                format!("{name}ごと")
            } else {
                format!("By {}", name.to_lowercase())
            };
            (By::Side(side), label)
        };
        let tables = self.dossier.has_tables().then(|| (By::Table, self.cx.t("卓ごと", "By table").to_owned()));
        let views = tables.into_iter().chain([by_side(Side::A), by_side(Side::B)]);
        views
            .map(|(by, label)| Choice::new(format!("?day={}&by={}", day + 1, by.code()), label).chosen(by == here))
            .collect()
    }

    fn cell(&self, m: &Meeting, by: By) -> Cell {
        let name = |id: Uuid| self.dossier.name(id, self.cx.lang).to_owned();
        let mine = [m.a, m.b]
            .iter()
            .filter_map(|id| self.dossier.participant(*id))
            .any(|p| policy::reads_schedule(&self.cx.actor, p));
        let href = if self.officer {
            self.cx.href(&format!("/rounds/{}/meetings/{}", self.dossier.round.id, m.id))
        } else {
            String::new()
        };
        Cell {
            a: name(m.a),
            b: name(m.b),
            text: match by {
                By::Table => format!("{} × {}", name(m.a), name(m.b)),
                By::Side(Side::A) => name(m.b),
                By::Side(Side::B) => name(m.a),
            },
            place: if by == By::Table { String::new() } else { self.place_in(m, by) },
            href,
            frozen: m.frozen && self.officer,
            mine,
            no_show: m.state == MeetingState::NoShow && self.officer,
            interpreter: uses_interpreter(self.dossier, m),
            suggested: self.officer && self.dossier.is_suggested(m),
        }
    }

    /// The place, unless it is what the head of the row or column says already.
    fn place_in(&self, m: &Meeting, by: By) -> String {
        let place = self.dossier.place(m, self.cx.lang);
        let of_head = by == By::Side(Side::A) && !self.dossier.has_tables();
        if of_head && self.dossier.participant(m.b).is_none_or(|p| !p.remote) { String::new() } else { place }
    }

    /// Heads of the places: key, name, second line.
    fn heads(&self, by: By) -> Vec<(Key, String, String)> {
        match by {
            By::Table => {
                let number = |n: i64| match self.cx.lang {
                    kernel::Lang::Ja => format!("卓 {n}"),
                    kernel::Lang::En => format!("Table {n}"),
                };
                let tables = self.dossier.round.integer("tables").unwrap_or(1);
                let video = self.dossier.participants.iter().any(|p| p.remote);
                let mut heads: Vec<_> = (1..=tables).map(|n| (Key::Table(Some(n)), number(n), String::new())).collect();
                if video {
                    heads.push((Key::Table(None), self.cx.t("オンライン", "Video").to_owned(), String::new()));
                }
                heads
            }
            By::Side(side) => self
                .dossier
                .side(side)
                .map(|p| {
                    let room =
                        if side == Side::A && !self.dossier.has_tables() { p.room.clone() } else { String::new() };
                    (Key::Who(p.id), p.called(self.cx.lang).to_owned(), room)
                })
                .collect(),
        }
    }

    fn table(&self, on: &[&Meeting], day: usize, by: By) -> (Vec<(String, bool)>, Vec<TableRow>) {
        let mut at: BTreeMap<(Key, chrono::DateTime<chrono::Utc>), Vec<Cell>> = BTreeMap::new();
        for m in on {
            let key = match by {
                By::Table => Key::Table(m.table_no),
                By::Side(side) => Key::Who(m.with(side)),
            };
            at.entry((key, m.starts_at)).or_default().push(self.cell(m, by));
        }
        let heads = self.heads(by);
        let mut last = None;
        let slots: Vec<_> = self
            .dossier
            .grid
            .of_day(day)
            .map(|slot| (slot.starts_at, last.replace(slot.block).is_some_and(|block| block != slot.block)))
            .collect();
        let span = |at| super::span(self.dossier, at, self.late(at));
        let mut take = |key: Key, slot| at.remove(&(key, slot)).unwrap_or_default();
        if heads.len() > slots.len() {
            let rows = heads.into_iter().map(|(key, head, sub)| TableRow {
                head,
                sub,
                cells: slots.iter().map(|(slot, _)| take(key, *slot)).collect(),
                after_break: false,
            });
            let rows = rows.collect();
            (slots.iter().map(|(slot, after)| (span(*slot), *after)).collect(), rows)
        } else {
            let rows = slots.iter().map(|(slot, after)| TableRow {
                head: span(*slot),
                sub: String::new(),
                cells: heads.iter().map(|(key, ..)| take(*key, *slot)).collect(),
                after_break: *after,
            });
            let rows = rows.collect();
            let label = |(_, head, sub): (Key, String, String)| {
                (if sub.is_empty() { head } else { format!("{head} ({sub})") }, false)
            };
            (heads.into_iter().map(label).collect(), rows)
        }
    }

    fn list(&self, on: &[&Meeting], day: usize) -> Vec<ListSlot> {
        self.dossier
            .grid
            .of_day(day)
            .map(|slot| {
                let late = self.late(slot.starts_at);
                let mut meetings: Vec<_> = on.iter().filter(|m| m.starts_at == slot.starts_at).collect();
                meetings.sort_by_key(|m| (m.table_no, self.dossier.participant(m.a).map(|p| p.position)));
                let meetings = meetings
                    .into_iter()
                    .map(|m| Cell { place: self.dossier.place(m, self.cx.lang), ..self.cell(m, By::Table) });
                ListSlot { span: super::span(self.dossier, slot.starts_at, late), late, meetings: meetings.collect() }
            })
            .collect()
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Table(Option<i64>),
    Who(Uuid),
}
