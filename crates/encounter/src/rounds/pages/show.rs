//! The officer's page: who takes part, who has answered, what is possible, what to do next.

use super::{crumbs, facts, for_officer, for_reader, state_tag, tabs};
use crate::rounds::model::before::{self, Load};
use crate::rounds::model::{Dossier, Side, State};
use crate::rounds::store as rows;
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use kernel::{Permission, Result, Uuid};
use std::collections::BTreeMap;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

/// One participant with figures.
struct Row {
    name: String,
    other: String,
    href: String,
    answered: bool,
    withdrawn: bool,
    given: usize,
    demand: usize,
    musts: usize,
    capacity: usize,
    over: bool,
    expected: usize,
    /// Meetings in the plan.
    planned: usize,
    wishes_href: String,
    schedule_href: String,
}

struct SideTable {
    title: String,
    count: usize,
    answered: usize,
    rows: Vec<Row>,
}

struct RunLine {
    href: String,
    at: String,
    words: String,
    taken: bool,
}

#[derive(Template)]
#[template(path = "rounds/show.html")]
struct ShowPage<'a> {
    cx: &'a Cx,
    title: String,
    other: String,
    facts: String,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    state: (&'static str, &'static str),
    stage: usize,
    base: String,
    directory: String,
    next: (String, &'static str),
    slots: String,
    deadline: String,
    fictional: bool,
    impossible: Vec<String>,
    sides: Vec<SideTable>,
    empty: bool,
    silent: Vec<String>,
    runs: Vec<RunLine>,
    can_ask: bool,
    can_hold: bool,
}

/// `GET /rounds/{id}`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    if !cx.actor.may(Permission::RunRounds) {
        for_reader(&cx, id).await?;
        return Ok(Redirect::to(&cx.href(&format!("/rounds/{id}/timetable"))).into_response());
    }
    let dossier = for_officer(&cx, id).await?;
    let runs = run_lines(&cx, &dossier).await?;
    let base = cx.href(&format!("/rounds/{id}"));
    let other = dossier.round.text("name").exact(cx.lang.other()).unwrap_or_default().to_owned();
    let loads: BTreeMap<Uuid, Load> = before::loads(&dossier).into_iter().map(|load| (load.id, load)).collect();
    let silent = before::silent(&dossier).iter().map(|p| p.called(cx.lang).to_owned()).collect();
    let deadline = dossier.deadline().map(|at| kernel::calendar::date_time_long(cx.lang, dossier.grid.local(at)));
    html(&ShowPage {
        title: dossier.round.called(cx.lang),
        other,
        facts: facts(&cx, &dossier),
        crumbs: crumbs(&cx, None),
        tabs: tabs(&cx, &dossier, ""),
        state: state_tag(&cx, dossier.state()),
        stage: stage(&dossier),
        next: next(&cx, &dossier, &base),
        slots: slot_words(&cx, &dossier),
        deadline: deadline.unwrap_or_default(),
        fictional: dossier.round.fictional,
        impossible: before::impossible(&dossier).iter().map(|said| said.get(cx.lang).to_owned()).collect(),
        sides: Side::BOTH.iter().map(|side| side_table(&cx, &dossier, *side, &loads, &base)).collect(),
        empty: dossier.participants.is_empty(),
        silent,
        runs,
        can_ask: dossier.state().may_become(State::Asking),
        can_hold: dossier.state() == State::Published,
        directory: format!("{base}/directory"),
        base,
        cx: &cx,
    })
}

fn slot_words(cx: &Cx, dossier: &Dossier) -> String {
    let (slots, days, minutes) = (dossier.grid.slots.len(), dossier.grid.days(), dossier.grid.minutes);
    match cx.lang {
        kernel::Lang::Ja => format!("{days}日・{slots}枠・1回{minutes}分"),
        kernel::Lang::En => format!("{days} day(s), {slots} slots of {minutes} minutes"),
    }
}

/// 0 participants, 1 wishes, 2 timetable, 3 publication, 4 done.
fn stage(dossier: &Dossier) -> usize {
    match dossier.state() {
        State::Published | State::Held => 4,
        _ if dossier.planned().next().is_some() => 3,
        _ if !dossier.wishes.is_empty() => 2,
        _ if Side::BOTH.iter().all(|side| dossier.side(*side).next().is_some()) => 1,
        _ => 0,
    }
}

/// The one filled button.
fn next(cx: &Cx, dossier: &Dossier, base: &str) -> (String, &'static str) {
    match stage(dossier) {
        0 => (format!("{base}/sheet"), cx.t("参加者の表を取り込む", "Bring in participants")),
        1 if dossier.state() == State::Drafting => (format!("{base}/ask"), cx.t("希望を募集する", "Ask for wishes")),
        1 => (format!("{base}/sheet?what=wishes"), cx.t("希望の表を取り込む", "Bring in wishes")),
        2 => (format!("{base}/solve"), cx.t("時間割をつくる", "Make the timetable")),
        3 => (format!("{base}/publish"), cx.t("公開する", "Publish")),
        _ => (format!("{base}/timetable"), cx.t("時間割を見る", "See the timetable")),
    }
}

fn side_table(cx: &Cx, dossier: &Dossier, side: Side, loads: &BTreeMap<Uuid, Load>, base: &str) -> SideTable {
    let published = dossier.state() >= State::Published;
    let planned = dossier.planned_counts();
    let rows: Vec<Row> = dossier
        .side(side)
        .map(|p| {
            let load = loads.get(&p.id);
            let given = dossier.wishes_of(p.id).filter(|(_, wished)| !wished.suggested).count();
            let (musts, capacity) = load.map_or((0, 0), |load| (load.musts, load.capacity));
            let other = p.called(cx.lang.other());
            Row {
                name: p.called(cx.lang).to_owned(),
                other: if other == p.called(cx.lang) { String::new() } else { other.to_owned() },
                href: format!("{base}/participants/{}", p.id),
                answered: p.answered_at.is_some() || given > 0,
                withdrawn: p.withdrawn,
                given,
                demand: load.map_or(0, |load| load.demand),
                musts,
                capacity,
                over: musts > capacity,
                expected: load.map_or(0, |load| load.expected),
                planned: planned.get(&p.id).copied().unwrap_or(0),
                wishes_href: format!("{base}/wishes/{}", p.id),
                schedule_href: if published { format!("{base}/schedule/{}", p.id) } else { String::new() },
            }
        })
        .collect();
    SideTable {
        title: side.name(&dossier.round, cx.lang),
        count: rows.len(),
        answered: rows.iter().filter(|row| row.answered).count(),
        rows,
    }
}

async fn run_lines(cx: &Cx, dossier: &Dossier) -> Result<Vec<RunLine>> {
    let runs = rows::runs(&cx.app.db, dossier.round.id).await?;
    let mut lines = Vec::new();
    for run in runs {
        let words = super::runs::state_words(cx, &run).await?;
        let at = run.created_at.with_timezone(&cx.hub.zone).naive_local();
        lines.push(RunLine {
            href: cx.href(&format!("/rounds/{}/runs/{}", run.round, run.id)),
            at: kernel::calendar::date_time_long(cx.lang, at),
            words,
            taken: run.accepted_at.is_some(),
        });
    }
    Ok(lines)
}

struct SlotDay {
    day: String,
    slots: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "rounds/slots.html")]
struct SlotsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    facts: String,
    edit: String,
    days: Vec<SlotDay>,
}

/// `GET /rounds/{id}/slots`: the timetable of the definition, before anything is planned.
pub async fn slots(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let day = |day: usize| {
        let mut last = None;
        let slots = dossier.grid.of_day(day).map(|slot| {
            let after_break = last.replace(slot.block).is_some_and(|block| block != slot.block);
            (super::span(&dossier, slot.starts_at, 0), after_break)
        });
        let date = dossier.grid.of_day(day).next().map(|slot| slot.local.date());
        SlotDay {
            slots: slots.collect(),
            day: date.map(|d| kernel::calendar::date_long(cx.lang, d)).unwrap_or_default(),
        }
    };
    html(&SlotsPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        facts: slot_words(&cx, &dossier),
        edit: cx.href(&format!("/rounds/{id}/edit")),
        days: (0..dossier.grid.days()).map(day).collect(),
        cx: &cx,
    })
}
