//! The directory: organizations, laboratories and people in one list, with what they offer and need.

use super::offers_and_needs;
use crate::records::{LISTING, ORGANIZATION, PERSON, UNIT};
use crate::vocabularies as v;
use askama::Template;
use axum::extract::RawQuery;
use kernel::record::{Record, RecordType};
use std::collections::HashMap;
use store::catalogue::Browse;
use store::records as stored;
use web::layout::{Choice, monogram};
use web::records::{Filter, ListQuery, PAGE, applied_chips, filters, list_query, matching_ids, range_words};
use web::{Cx, Handled, html};

const FACETS: [&str; 5] = ["kind", "fields", "stages", "country", "languages"];
/// Above this many parties the reading aid beside the list is left out.
const READ_UP_TO: u32 = 1_000;

/// One party in the list.
struct Row {
    href: String,
    title: String,
    other: String,
    letter: String,
    kind: String,
    tone: &'static str,
    place: String,
    place_href: String,
    summary: String,
    offers: String,
    needs: String,
    fictional: bool,
}

/// One line of the reading aid: a field with its needs and offers, and the bars as widths of 0 to 50.
struct Gap {
    label: &'static str,
    needs: u32,
    offers: u32,
    needs_x: u32,
    needs_width: u32,
    offers_width: u32,
}

#[derive(Template)]
#[template(path = "directory/list.html")]
struct DirectoryPage<'a> {
    cx: &'a Cx,
    query: &'a ListQuery,
    lead: String,
    total: u32,
    tabs: Vec<Choice>,
    rows: Vec<Row>,
    filters: Vec<Filter>,
    chips: Vec<(String, String)>,
    gaps: Vec<Gap>,
    opening: Option<(&'static str, u32, u32)>,
    range: String,
    first_href: String,
    next_href: String,
    post_href: String,
    type_name: String,
}

/// `GET /directory`.
pub(super) async fn page(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let raw = raw.unwrap_or_default();
    let query = list_query(&raw, &FACETS);
    let type_name = url_type(&raw);
    let kinds: Vec<&'static RecordType> = match type_name {
        "organization" => vec![&ORGANIZATION],
        "unit" => vec![&UNIT],
        "person" => vec![&PERSON],
        "all" => vec![&ORGANIZATION, &UNIT, &PERSON],
        _ => vec![&ORGANIZATION, &UNIT],
    };
    let record_types: Vec<&str> = kinds.iter().map(|kind| kind.key).collect();
    let hits = matching_ids(&cx, &record_types, &query.words)?;
    let browse = Browse {
        record_types: &record_types,
        chosen: &query.chosen,
        facets: &FACETS,
        hits: hits.as_deref(),
        keyring: &cx.keyring,
        lang: cx.lang,
        after: query.after.clone(),
        limit: PAGE,
    };
    let page = cx.app.catalogue.browse(&browse);
    let mut found: HashMap<kernel::Uuid, Record> = HashMap::new();
    for kind in &kinds {
        let ids: Vec<_> = page
            .ids
            .iter()
            .copied()
            .filter(|id| cx.app.catalogue.entry(*id, &cx.keyring).is_some_and(|e| e.kind == *kind))
            .collect();
        if !ids.is_empty() {
            found.extend(stored::by_ids(&cx.app.db, kind, &ids, cx.scope()).await?.into_iter().map(|r| (r.id, r)));
        }
    }
    let gaps = if page.total <= READ_UP_TO { gaps(&cx, &browse) } else { Vec::new() };
    let filters = filters(&cx, &kinds, &page.facets, &query);
    let here = cx.href("/directory");
    let address = |after| {
        let rest = query.address(None, after);
        if type_name.is_empty() { format!("{here}?{rest}") } else { format!("{here}?type={type_name}&{rest}") }
    };
    let count = |kind: &RecordType| cx.app.catalogue.count(&[kind.key], &cx.keyring);
    html(&DirectoryPage {
        lead: lead(&cx, count(&ORGANIZATION), count(&UNIT), count(&PERSON)),
        total: page.total,
        tabs: tabs(&cx, &query, type_name),
        rows: page
            .ids
            .iter()
            .filter_map(|id| found.get(id))
            .map(|record| row(&cx, &record.seen_by(&cx.actor)))
            .collect(),
        chips: chips(&cx, &filters, &query, type_name),
        filters,
        opening: gaps
            .iter()
            // Twice as many looking as offering: less than that is no opening, only a difference.
            .filter(|g| g.needs >= 3 && g.offers * 2 <= g.needs)
            .max_by_key(|g| g.needs - g.offers)
            .map(|g| (g.label, g.needs, g.offers)),
        gaps,
        range: range_words(&page),
        first_href: if query.after.is_some() { address(None) } else { String::new() },
        next_href: page.next.as_ref().map(|next| address(Some(next))).unwrap_or_default(),
        post_href: if web::records::policy::may_start(&cx.actor, &LISTING) {
            cx.href("/listings/new")
        } else {
            String::new()
        },
        type_name: type_name.to_owned(),
        query: &query,
        cx: &cx,
    })
}

fn lead(cx: &Cx, organizations: u32, units: u32, people: u32) -> String {
    match cx.lang {
        kernel::Lang::Ja => format!(
            "{organizations}の組織、{units}の研究室・部局、{people}人。提供できること、求めていることから探せます。"
        ),
        kernel::Lang::En => {
            format!(
                "{organizations} organizations, {units} laboratories and units, {people} people. Search by what they offer and what they need."
            )
        }
    }
}

/// Conditions that are applied. Taking one away keeps the chosen type of party.
fn chips(cx: &Cx, filters: &[Filter], query: &ListQuery, type_name: &str) -> Vec<(String, String)> {
    let mut chips = applied_chips(cx, filters, query);
    if !type_name.is_empty() {
        chips.iter_mut().for_each(|(_, address)| *address = address.replacen('?', &format!("?type={type_name}&"), 1));
    }
    chips
}

fn url_type(raw: &str) -> &'static str {
    let found = raw.split('&').find_map(|pair| pair.strip_prefix("type="));
    ["organization", "unit", "person", "all"].into_iter().find(|known| found == Some(known)).unwrap_or("")
}

/// Bodies, organizations, laboratories, people, all: each keeps the rest of the query.
fn tabs(cx: &Cx, query: &ListQuery, chosen: &str) -> Vec<Choice> {
    let words = [
        ("", cx.t("組織と研究室", "Organizations and laboratories")),
        ("organization", ORGANIZATION.many.get(cx.lang)),
        ("unit", UNIT.many.get(cx.lang)),
        ("person", PERSON.many.get(cx.lang)),
        ("all", cx.t("すべて", "All")),
    ];
    let address = |code: &str| {
        format!(
            "{}?{}{}",
            cx.href("/directory"),
            if code.is_empty() { String::new() } else { format!("type={code}&") },
            query.address(None, None)
        )
    };
    words.into_iter().map(|(code, label)| Choice::new(address(code), label).chosen(code == chosen)).collect()
}

fn row(cx: &Cx, record: &Record) -> Row {
    let title = record.called(cx.lang);
    let code = record.plain("kind");
    let term = [&v::ORGANIZATION_KINDS, &v::UNIT_KINDS].iter().find_map(|vocabulary| vocabulary.term(code));
    let (offers, needs) = offers_and_needs(cx, record.id);
    let first = |entries: &[store::catalogue::Entry]| {
        entries.iter().take(2).map(|e| e.called(cx.lang)).collect::<Vec<_>>().join(cx.t("、", "; "))
    };
    let (place, place_href) = place(cx, record);
    Row {
        href: cx.href(&format!("/{}/{}", record.kind.path, record.id)),
        letter: monogram(&title),
        other: record.title().exact(cx.lang.other()).filter(|o| *o != title).unwrap_or_default().to_owned(),
        kind: term.map_or_else(|| record.kind.one.get(cx.lang), |t| t.label.get(cx.lang)).to_owned(),
        tone: term.map_or("c-plum", |t| t.tone.class()),
        place,
        place_href,
        summary: record.kind.summary.map(|field| record.text(field).say(cx.lang).to_owned()).unwrap_or_default(),
        offers: first(&offers),
        needs: first(&needs),
        fictional: record.fictional,
        title,
    }
}

/// Where a party is: a laboratory in its organization, a person in a post, an organization in a region.
fn place(cx: &Cx, record: &Record) -> (String, String) {
    let body = match record.kind.key {
        "unit" => record.link("organization"),
        "person" => {
            let roles = cx.app.catalogue.referring("role", "person", record.id, &cx.keyring, cx.lang);
            roles.first().and_then(|id| cx.app.catalogue.entry(*id, &cx.keyring)?.link("party"))
        }
        _ => None,
    };
    if let Some(entry) = body.and_then(|id| cx.app.catalogue.entry(id, &cx.keyring)) {
        return (entry.called(cx.lang).to_owned(), cx.href(&format!("/{}/{}", entry.kind.path, entry.id)));
    }
    let region = record.text("region");
    let country = v::COUNTRIES.term(record.plain("country")).map(|t| t.label.get(cx.lang)).unwrap_or_default();
    (if region.is_empty() { country.to_owned() } else { region.say(cx.lang).to_owned() }, String::new())
}

/// Needs and offers of the listed parties by field, the six largest.
fn gaps(cx: &Cx, browse: &Browse<'_>) -> Vec<Gap> {
    let balance = cx.app.catalogue.balance(browse, LISTING.key, "party", "fields", ("side", &["need", "offer"]));
    let most = balance.rows.iter().flat_map(|(_, counts)| counts).copied().max().unwrap_or(1).max(1);
    let bar = |count: u32| count * 50 / most;
    balance
        .rows
        .iter()
        .take(6)
        .filter_map(|(code, counts)| {
            let (needs, offers) = (*counts.first()?, *counts.get(1)?);
            let label = v::FIELDS.term(code)?.label.get(cx.lang);
            Some(Gap {
                label,
                needs,
                offers,
                needs_x: 50 - bar(needs),
                needs_width: bar(needs),
                offers_width: bar(offers),
            })
        })
        .collect()
}
