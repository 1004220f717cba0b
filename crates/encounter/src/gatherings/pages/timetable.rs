//! The timetable: rooms as columns, one column on a phone, a list beside it, and what clashes.

use super::programme::{Programme, Programmes};
use super::{Named, crumbs_in, named, span_of, term, visible};
use crate::gatherings::model::timetable::{self as model, Clash, Slot};
use crate::gatherings::model::when;
use crate::gatherings::records::SESSION;
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::IntoResponse;
use chrono::NaiveDate;
use kernel::record::Record;
use kernel::{Error, Lang, Permission, Result, Uuid, WallTime};
use std::collections::HashMap;
use std::sync::Arc;
use store::{atomically, records};
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

/// A session as pages show it.
#[derive(Debug, Clone, Default)]
pub struct SessionView {
    pub id: Uuid,
    pub href: String,
    pub title: String,
    pub day: String,
    /// The first one of its day.
    pub opens_day: bool,
    pub time: String,
    pub iso: String,
    pub room: String,
    pub kind: (String, &'static str),
    pub languages: String,
    pub who: String,
    pub summary: String,
    /// Classes of place: rows and column.
    pub place: String,
    pub everywhere: bool,
    pub starred: bool,
    pub star_href: String,
}

struct RoomView {
    name: String,
    seats: String,
    column: usize,
}

/// One line of the clash cards.
struct ClashView {
    what: String,
    one: Named,
    other: Named,
}

#[derive(Template)]
#[template(path = "gatherings/timetable.html")]
struct TimetablePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    lead: String,
    days: Vec<Choice>,
    as_list: bool,
    views: Vec<Choice>,
    columns: usize,
    rooms: Vec<RoomView>,
    hours: Vec<(i64, String)>,
    now: Option<(i64, String)>,
    sessions: Vec<SessionView>,
    mine: Vec<SessionView>,
    clashes: Vec<ClashView>,
    own_clashes: Vec<ClashView>,
    ics_href: String,
    changes_href: String,
    feed_href: String,
    next: String,
    may_edit: bool,
    add_href: String,
    zone: String,
}

impl Programme {
    fn slots(&self) -> Vec<Slot> {
        let slot = |session: &Arc<Record>| {
            let speakers = self.speakers.get(&session.id).map_or(&[][..], Vec::as_slice);
            Some(Slot {
                id: session.id,
                room: session.link("room"),
                start: session.wall_time("start")?.naive(),
                end: session.wall_time("end")?.naive(),
                people: speakers.iter().filter_map(|speaker| speaker.link("person")).collect(),
            })
        };
        self.sessions.iter().filter_map(slot).collect()
    }

    fn view(&self, cx: &Cx, session: &Record, stars: &[Uuid]) -> SessionView {
        let time = |field: &str| session.wall_time(field).map(WallTime::clock).unwrap_or_default();
        let speakers = self.speakers.get(&session.id).map_or(&[][..], Vec::as_slice);
        let who: Vec<String> =
            speakers.iter().map(|speaker| speaker_words(cx, speaker)).filter(|w| !w.is_empty()).collect();
        let room = session.link("room").and_then(|id| self.rooms.iter().find(|room| room.id == id));
        let day = session.wall_time("start").map(|start| kernel::calendar::date_long(cx.lang, start.date()));
        SessionView {
            id: session.id,
            href: cx.href(&format!("/sessions/{}", session.id)),
            title: session.called(cx.lang),
            day: day.unwrap_or_default(),
            opens_day: false,
            time: format!("{}–{}", time("start"), time("end")),
            iso: session.plain("start").to_owned(),
            room: room.map(|room| room.called(cx.lang)).unwrap_or_default(),
            kind: term(cx, session, "kind"),
            languages: session.codes("languages").join(" · ").to_uppercase(),
            who: who.join(cx.t("、", ", ")),
            summary: session.text("summary").say(cx.lang).to_owned(),
            place: String::new(),
            everywhere: room.is_none(),
            starred: stars.contains(&session.id),
            star_href: cx.href(&format!("/sessions/{}/star", session.id)),
        }
    }
}

/// `難波 京子(川の手大学)`, `Kyoko Namba, Kawanote University`.
fn speaker_words(cx: &Cx, speaker: &Record) -> String {
    let own = speaker.text("name").say(cx.lang).to_owned();
    let name = speaker.link("person").map(|id| named(cx, id).name).filter(|name| !name.is_empty()).unwrap_or(own);
    let party = speaker.link("party").map(|id| named(cx, id).name).unwrap_or_default();
    match (name.is_empty(), party.is_empty(), cx.lang) {
        (true, ..) => party,
        (false, true, _) => name,
        (false, false, Lang::Ja) => format!("{name}({party})"),
        (false, false, Lang::En) => format!("{name}, {party}"),
    }
}

/// Sessions on the page of a gathering; the rest is counted, and is in the timetable.
const ON_ONE_PAGE: usize = 40;

/// The first sessions of a gathering in the order of time, and how many more there are.
pub async fn sessions_of(cx: &Cx, programmes: &Programmes, gathering: Uuid) -> Result<(Vec<SessionView>, usize)> {
    let programme = programmes.of(cx, gathering).await?;
    let shown = programme.sessions.iter().take(ON_ONE_PAGE);
    let mut views: Vec<SessionView> = shown.map(|session| programme.view(cx, session, &[])).collect();
    let mut day = String::new();
    for view in &mut views {
        view.opens_day = view.day != day;
        day.clone_from(&view.day);
    }
    let more = programme.sessions.len() - views.len();
    Ok((views, more))
}

/// `GET /gatherings/{id}/timetable`.
pub async fn page(cx: Cx, programmes: Arc<Programmes>, Path(id): Path<Uuid>, RawQuery(raw): RawQuery) -> Handled {
    let gathering = visible(&cx, id).await?;
    let programme = programmes.of(&cx, id).await?;
    let stars = match cx.actor.account {
        Some(account) => rows::stars(&cx.app.db, account).await?,
        None => Vec::new(),
    };
    let slots = programme.slots();
    let days = model::days(&slots);
    let zone = when::zone_of(&gathering, cx.hub.zone);
    let now = WallTime::of(cx.now(), zone);
    let asked: HashMap<String, String> =
        url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect();
    let wanted = asked.get("day").and_then(|day| day.parse::<NaiveDate>().ok()).filter(|day| days.contains(day));
    let today = wanted.or_else(|| days.contains(&now.date()).then(|| now.date())).or_else(|| days.first().copied());
    let as_list = asked.get("view").is_some_and(|view| view == "list");
    let room_ids: Vec<Uuid> = programme.rooms.iter().map(|room| room.id).take(model::MOST_COLUMNS).collect();
    let day = today.unwrap_or(now.date());
    let grid = model::grid(&slots, &room_ids, day);
    let mut sessions: Vec<SessionView> = Vec::new();
    for cell in &grid.cells {
        let Some(session) = programme.sessions.iter().find(|session| session.id == cell.id) else { continue };
        let tall = (cell.b - cell.a) * grid.step;
        let size = if tall <= 35 {
            " sh"
        } else if tall <= 55 {
            " md"
        } else {
            ""
        };
        let mut view = programme.view(&cx, session, &stars);
        view.place = format!("a{} b{} r{}{size}", cell.a, cell.b, cell.r);
        sessions.push(view);
    }
    let address = |day: NaiveDate, list: bool| {
        format!("{}?day={day}{}", cx.href(&format!("/gatherings/{id}/timetable")), if list { "&view=list" } else { "" })
    };
    let may_edit = cx.actor.may(Permission::EditGatherings);
    let span = span_of(&cx, &gathering);
    let begin = slots.iter().filter(|s| s.start.date() == day).map(|s| s.start).min();
    let now_row = begin.filter(|_| day == now.date() && grid.step > 0).and_then(|begin| {
        let begin = begin - chrono::TimeDelta::minutes(i64::from(chrono::Timelike::minute(&begin)));
        let row = (now.naive() - begin).num_minutes() / grid.step + 1;
        (1..=grid.rows).contains(&row).then(|| (row, now.clock()))
    });
    web::html(&TimetablePage {
        crumbs: crumbs_in(&cx, &gathering),
        lead: [gathering.called(cx.lang), span.map(|span| span.words(cx.lang, cx.hub.zone)).unwrap_or_default()]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        days: days
            .iter()
            .map(|d| Choice::new(address(*d, as_list), kernel::calendar::date_long(cx.lang, *d)).chosen(*d == day))
            .collect(),
        views: vec![
            Choice::new(address(day, false), cx.t("時間割", "Grid")).chosen(!as_list),
            Choice::new(address(day, true), cx.t("一覧", "List")).chosen(as_list),
        ],
        as_list,
        columns: room_ids.len().max(1),
        rooms: programme
            .rooms
            .iter()
            .take(model::MOST_COLUMNS)
            .enumerate()
            .map(|(at, room)| RoomView {
                name: room.called(cx.lang),
                seats: room
                    .integer("seats")
                    .map(|n| if cx.lang == Lang::Ja { format!("{n}席") } else { format!("{n} seats") })
                    .unwrap_or_default(),
                column: at + 1,
            })
            .collect(),
        hours: grid.hours,
        now: now_row,
        mine: programme
            .sessions
            .iter()
            .filter(|s| stars.contains(&s.id))
            .map(|s| programme.view(&cx, s, &stars))
            .collect(),
        clashes: if may_edit { clash_views(&cx, &programme, &slots) } else { Vec::new() },
        own_clashes: own_clashes(&cx, &programme, &slots, &stars),
        sessions,
        ics_href: format!("/files/gatherings/{id}/event.ics?lang={}", cx.lang),
        changes_href: cx.href(&format!("/gatherings/{id}/changes")),
        feed_href: super::changes::feed_href(id, cx.lang),
        next: format!("/gatherings/{id}/timetable?day={day}"),
        may_edit,
        add_href: cx.href(&format!("/sessions/new?gathering={id}")),
        zone: if zone == cx.hub.zone { String::new() } else { zone.name().to_owned() },
        cx: &cx,
    })
}

fn session_name(cx: &Cx, programme: &Programme, id: Uuid) -> Named {
    let found = programme.sessions.iter().find(|session| session.id == id);
    found.map_or_else(Named::default, |session| {
        let time = session.wall_time("start").map(WallTime::clock).unwrap_or_default();
        Named { name: format!("{time} {}", session.called(cx.lang)), href: cx.href(&format!("/sessions/{id}")) }
    })
}

fn clash_views(cx: &Cx, programme: &Programme, slots: &[Slot]) -> Vec<ClashView> {
    let clashes = model::clashes(slots);
    clashes
        .into_iter()
        .map(|clash| {
            let (what, one, other) = match clash {
                Clash::Room(room, one, other) => {
                    let name =
                        programme.rooms.iter().find(|r| r.id == room).map(|r| r.called(cx.lang)).unwrap_or_default();
                    (name, one, other)
                }
                Clash::Person(person, one, other) => (named(cx, person).name, one, other),
            };
            ClashView { what, one: session_name(cx, programme, one), other: session_name(cx, programme, other) }
        })
        .collect()
}

fn own_clashes(cx: &Cx, programme: &Programme, slots: &[Slot], stars: &[Uuid]) -> Vec<ClashView> {
    model::overlaps(slots, stars)
        .into_iter()
        .map(|(one, other)| ClashView {
            what: String::new(),
            one: session_name(cx, programme, one),
            other: session_name(cx, programme, other),
        })
        .collect()
}

/// `POST /sessions/{id}/star`: marks a session, or takes the mark away.
pub async fn star(cx: Cx, Path(id): Path<Uuid>, sent: web::records::Submission) -> Handled {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    let session = records::find(&cx.app.db, &SESSION, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    atomically!(cx.db(), |tx| { rows::toggle_star(tx, account, id).await })?;
    let back =
        session.link("gathering").map_or_else(|| format!("/sessions/{id}"), |g| format!("/gatherings/{g}/timetable"));
    let next = sent.next.unwrap_or(back);
    Ok(axum::response::Redirect::to(&cx.href(&next)).into_response())
}
