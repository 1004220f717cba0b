//! What is on: gatherings in the order of time, to come or past, with facets.

use super::{named, span_of, term, terms};
use crate::gatherings::model::admission::{self, Facts, Offer};
use crate::gatherings::records::{GATHERING, GATHERING_PART};
use crate::gatherings::store::{self as rows, SeatsRow};
use askama::Template;
use axum::extract::RawQuery;
use chrono::Datelike;
use kernel::record::Record;
use kernel::{Lang, Permission, Result};
use store::catalogue::Browse;
use store::records;
use web::layout::Choice;
use web::records::{Filter, ListQuery, PAGE, applied_chips, filters, list_query, matching_ids, policy, range_words};
use web::{Cx, Handled};

/// One gathering of the list.
pub struct Line {
    pub href: String,
    pub title: String,
    pub other: String,
    /// Month and day as on a calendar leaf.
    pub month: String,
    pub day: String,
    pub iso: String,
    pub when: String,
    pub place: String,
    pub kind: (String, &'static str),
    pub format: String,
    pub languages: Vec<String>,
    pub hosts: Vec<String>,
    pub summary: String,
    pub seats: String,
    pub state: (String, &'static str),
    pub fictional: bool,
}

#[derive(Template)]
#[template(path = "gatherings/list.html")]
struct ListPage<'a> {
    cx: &'a Cx,
    tabs: Vec<Choice>,
    past: bool,
    query: &'a ListQuery,
    lines: Vec<Line>,
    filters: Vec<Filter>,
    chips: Vec<(String, String)>,
    total: u32,
    range: String,
    first_href: String,
    next_href: String,
    new_href: String,
    exports: bool,
    imports: bool,
}

/// `GET /meet`, `GET /gatherings`.
pub async fn page(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let facets = ["kind", "format", "languages", "fields", "state"];
    let raw = raw.unwrap_or_default();
    let past = url_has_past(&raw);
    let query = list_query(&raw, &facets);
    let in_time = rows::in_time(&cx.app.db, cx.now(), past).await?;
    let hits = match matching_ids(&cx, &[GATHERING.key], &query.words)? {
        Some(found) => in_time.into_iter().filter(|id| found.contains(id)).collect(),
        None => in_time,
    };
    let shown_facets: &[&'static str] = if cx.actor.is_staff() { &facets } else { &facets[..4] };
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &[GATHERING.key],
        chosen: &query.chosen,
        facets: shown_facets,
        hits: Some(&hits),
        keyring: &cx.keyring,
        lang: cx.lang,
        after: query.after.clone(),
        limit: PAGE,
    });
    let found = records::by_ids(&cx.app.db, &GATHERING, &page.ids, cx.scope()).await?;
    let seats = rows::seats_of(&cx.app.db, &page.ids).await?;
    let lines = found.iter().map(|record| line(&cx, &record.seen_by(&cx.actor), seats.get(&record.id))).collect();
    let filters = filters(&cx, &[&GATHERING], &page.facets, &query);
    let here = cx.href("/meet");
    let time = if past { "when=past&" } else { "" };
    web::html(&ListPage {
        tabs: tabs(&cx, past),
        past,
        lines,
        chips: applied_chips(&cx, &filters, &query)
            .into_iter()
            .map(|(label, href)| (label, href.replacen('?', &format!("?{time}"), 1)))
            .collect(),
        filters,
        total: page.total,
        range: range_words(&page),
        first_href: if query.after.is_some() {
            format!("{here}?{time}{}", query.address(None, None))
        } else {
            String::new()
        },
        next_href: page
            .next
            .as_ref()
            .map(|next| format!("{here}?{time}{}", query.address(None, Some(next))))
            .unwrap_or_default(),
        new_href: if policy::may_start(&cx.actor, &GATHERING) { cx.href("/gatherings/new") } else { String::new() },
        exports: cx.actor.may(Permission::Export),
        imports: cx.actor.may(Permission::Import) && cx.actor.may(GATHERING.edit),
        query: &query,
        cx: &cx,
    })
}

fn url_has_past(raw: &str) -> bool {
    raw.split('&').any(|pair| pair == "when=past")
}

/// Views of what is on.
pub fn tabs(cx: &Cx, past: bool) -> Vec<Choice> {
    let mut tabs = vec![
        Choice::new(cx.href("/meet"), cx.t("これから", "Coming up")).chosen(!past && &*cx.path != "/calendar"),
        Choice::new(cx.href("/meet?when=past"), cx.t("これまで", "Past")).chosen(past),
    ];
    if cx.actor.is_signed_in() {
        tabs.push(
            Choice::new(cx.href("/calendar"), cx.t("わたしの予定", "My schedule")).chosen(&*cx.path == "/calendar"),
        );
        tabs.push(Choice::new(cx.href("/matches"), cx.t("会うとよい相手", "Whom to meet")));
    }
    tabs.push(Choice::new(cx.href("/rounds"), cx.t("面談会", "Rounds")));
    tabs
}

/// A gathering as one line.
pub fn line(cx: &Cx, record: &Record, seats: Option<&SeatsRow>) -> Line {
    let span = span_of(cx, record);
    let title = record.called(cx.lang);
    let start = span.map(|span| span.start.date());
    let shown_state = matches!(record.plain("state"), "draft" | "cancelled");
    let parts = cx.app.catalogue.referring(GATHERING_PART.key, "gathering", record.id, &cx.keyring, cx.lang);
    let parts: Vec<_> = parts.into_iter().filter_map(|id| cx.app.catalogue.entry(id, &cx.keyring)).collect();
    let in_role = |role: &'static str| {
        parts.iter().filter(move |part| part.facet("role") == Some(role)).filter_map(|part| part.link("party"))
    };
    let hosts = in_role("host").chain(in_role("cohost"));
    Line {
        href: cx.href(&format!("/gatherings/{}", record.id)),
        other: record.title().exact(cx.lang.other()).filter(|other| *other != title).unwrap_or_default().to_owned(),
        month: start.map(|day| month(cx.lang, day)).unwrap_or_default(),
        day: start.map(|day| day.day().to_string()).unwrap_or_default(),
        iso: record.plain("start").to_owned(),
        when: span.map(|span| span.words(cx.lang, cx.hub.zone)).unwrap_or_default(),
        place: record.text("place").say(cx.lang).to_owned(),
        kind: term(cx, record, "kind"),
        format: term(cx, record, "format").0,
        languages: terms(cx, record, "languages"),
        hosts: hosts.take(3).map(|party| named(cx, party).name).collect(),
        summary: record.text("summary").say(cx.lang).to_owned(),
        seats: seats.map(|seats| seats_words(cx, record, seats)).unwrap_or_default(),
        state: if shown_state { term(cx, record, "state") } else { (String::new(), "") },
        fictional: record.fictional,
        title,
    }
}

fn month(lang: Lang, day: chrono::NaiveDate) -> String {
    match lang {
        Lang::Ja => format!("{}年{}月", day.year(), day.month()),
        Lang::En => format!("{} {}", kernel::calendar::month_short(day.month()), day.year()),
    }
}

/// What is left, or what stands in the way, in a few words.
pub fn seats_words(cx: &Cx, record: &Record, seats: &SeatsRow) -> String {
    let Some(facts) = Facts::of(record, cx.hub.zone, seats.seats()) else { return String::new() };
    let free = facts.seats.free();
    match (admission::offer(&facts, cx.now(), 1, false), free, cx.lang) {
        (Offer::Register, Some(free), Lang::Ja) => format!("残り{free}席"),
        (Offer::Register, Some(1), Lang::En) => "1 seat left".to_owned(),
        (Offer::Register, Some(free), Lang::En) => format!("{free} seats left"),
        (Offer::Register, None, _) => cx.t("受付中", "Open").to_owned(),
        (Offer::Ask, ..) => cx.t("申込を受付中(承認制)", "Requests are open").to_owned(),
        (Offer::Wait, ..) => cx.t("満席・キャンセル待ち受付中", "Full, waiting list open").to_owned(),
        (Offer::Full, ..) => cx.t("満席", "Full").to_owned(),
        (Offer::NotYet, ..) => cx.t("受付開始前", "Not open yet").to_owned(),
        (Offer::Closed, ..) => cx.t("受付終了", "Registration closed").to_owned(),
        (Offer::ByInvitation, ..) => cx.t("招待制", "By invitation").to_owned(),
        _ => String::new(),
    }
}

/// The next gatherings that the reader may see, for other pages.
pub async fn next(cx: &Cx, most: usize) -> Result<Vec<Line>> {
    let ids = rows::in_time(&cx.app.db, cx.now(), false).await?;
    let seen: Vec<_> =
        ids.into_iter().filter(|id| cx.app.catalogue.entry(*id, &cx.keyring).is_some()).take(most).collect();
    let found = records::by_ids(&cx.app.db, &GATHERING, &seen, cx.scope()).await?;
    Ok(found.iter().map(|record| line(cx, &record.seen_by(&cx.actor), None)).collect())
}
