//! The search page: one field over everything that the reader may see.

use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::layout::{Choice, monogram};
use crate::records::list_excerpt as excerpt;
use crate::routes::{Access, Routes};
use askama::Template;
use axum::extract::RawQuery;
use kernel::record::RecordType;
use std::collections::BTreeMap;
use std::ops::Range;
use store::records;
use store::search::{Highlighter, Hit, Meaning, Query};

pub fn routes() -> Routes {
    Routes::new().page("/search", Access::Everyone, page)
}

const MOST: usize = 30;

/// Text in runs, those that match marked.
pub type Marked = Vec<(bool, String)>;

struct Found {
    href: String,
    kind: &'static str,
    letter: String,
    title: Marked,
    other: String,
    /// Name of what a part belongs to.
    belongs: String,
    summary: Marked,
    fictional: bool,
}

#[derive(Template)]
#[template(path = "search/results.html")]
struct SearchPage<'a> {
    cx: &'a Cx,
    words: String,
    found: Vec<Found>,
    kinds: Vec<Choice>,
    /// Stretches of the words with what else was looked for.
    also: Vec<(String, String)>,
}

async fn page(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let pairs: Vec<(String, String)> =
        url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().take(20).collect();
    let get = |name: &str| pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let words: String = get("q").chars().take(256).collect();
    let chosen = get("type");
    let meanings = cx.app.language.meanings(&words);
    let mut found = Vec::new();
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    if !words.trim().is_empty() {
        let all = query(&cx, &words, &[], &meanings);
        let hits = cx.app.search.search(&all)?;
        let marks = cx.app.search.highlighter(&all);
        for hit in &hits {
            if let Some(kind) = cx.app.kind(&hit.record_type) {
                *counts.entry(kind.key).or_default() += 1;
            }
        }
        let fits = |hit: &&Hit| chosen.is_empty() || hit.record_type == chosen;
        let wanted = hits.iter().filter(fits).take(MOST).filter_map(|hit| cx.app.catalogue.entry(hit.id, &cx.keyring));
        let wanted: Vec<_> = wanted.collect();
        for kind in &cx.app.kinds {
            let ids: Vec<_> = wanted.iter().filter(|e| e.kind == *kind).map(|e| e.id).collect();
            let loaded = records::by_ids(&cx.app.db, kind, &ids, cx.scope()).await?;
            found.extend(loaded.iter().map(|record| (record.id, shown(&cx, &marks, &record.seen_by(&cx.actor)))));
        }
        let rank = |id: kernel::Uuid| wanted.iter().position(|e| e.id == id).unwrap_or(usize::MAX);
        found.sort_by_key(|(id, _)| rank(*id));
    }
    html(&SearchPage {
        kinds: choices(&cx, &words, &chosen, &counts),
        found: found.into_iter().map(|(_, shown)| shown).collect(),
        also: also(&words, &meanings),
        words,
        cx: &cx,
    })
}

fn query<'a>(cx: &'a Cx, words: &'a str, record_types: &'a [&'a str], meanings: &'a [Meaning]) -> Query<'a> {
    Query { text: words, keyring: &cx.keyring, record_types, limit: 1_000, lang: cx.lang, meanings }
}

/// What was looked for besides the words as typed, so that nobody wonders why something was found.
fn also(words: &str, meanings: &[Meaning]) -> Vec<(String, String)> {
    const NAMED: usize = 3;
    let line = |meaning: &Meaning| {
        let typed = words.get(meaning.range.clone())?;
        let others: Vec<&str> = meaning.others.iter().take(NAMED).map(String::as_str).collect();
        Some((typed.to_owned(), others.join(" · ")))
    };
    meanings.iter().filter_map(line).collect()
}

fn choices(cx: &Cx, words: &str, chosen: &str, counts: &BTreeMap<&'static str, u64>) -> Vec<Choice> {
    let address = |kind: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", words);
        if !kind.is_empty() {
            query.append_pair("type", kind);
        }
        format!("{}?{}", cx.href("/search"), query.finish())
    };
    let total: u64 = counts.values().sum();
    let all = Choice::new(address(""), format!("{} {total}", cx.t("すべて", "All"))).chosen(chosen.is_empty());
    let of_kind = |kind: &&'static RecordType| {
        let count = counts.get(kind.key)?;
        Some(Choice::new(address(kind.key), format!("{} {count}", kind.many.get(cx.lang))).chosen(chosen == kind.key))
    };
    std::iter::once(all).chain(cx.app.kinds.iter().filter_map(of_kind)).collect()
}

fn shown(cx: &Cx, marks: &Highlighter, record: &kernel::record::Record) -> Found {
    let title = record.called(cx.lang);
    let owner = owner(cx, record);
    let summary = record.kind.summary.map(|field| excerpt(record.text(field).say(cx.lang), 160)).unwrap_or_default();
    Found {
        href: owner.as_ref().map_or_else(
            || cx.href(&format!("/{}/{}", record.kind.path, record.id)),
            |o| cx.href(&format!("/{}/{}", o.kind.path, o.id)),
        ),
        kind: record.kind.one.get(cx.lang),
        letter: monogram(&title),
        other: record.title().exact(cx.lang.other()).filter(|o| *o != title).unwrap_or_default().to_owned(),
        belongs: owner.map(|owner| owner.called(cx.lang).to_owned()).unwrap_or_default(),
        title: marked(&title, &marks.ranges(&title)),
        summary: marked(&summary, &marks.ranges(&summary)),
        fictional: record.fictional,
    }
}

/// What a part belongs to: whoever finds a former name wants the organization, not the note of its name.
fn owner(cx: &Cx, record: &kernel::record::Record) -> Option<store::catalogue::Entry> {
    let mut found = cx.app.catalogue.entry(record.link(record.kind.part_of?)?, &cx.keyring)?;
    // Evidence belongs to a clause, which belongs to an agreement.
    while let Some(above) =
        found.kind.part_of.and_then(|field| found.link(field)).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring))
    {
        found = above;
    }
    Some(found)
}

/// Cuts a text at the ranges; ranges that do not fit the text are passed over.
fn marked(text: &str, ranges: &[Range<usize>]) -> Marked {
    let mut runs = Vec::new();
    let mut at = 0;
    for range in ranges {
        let (Some(before), Some(hit)) = (text.get(at..range.start), text.get(range.clone())) else { continue };
        runs.push((false, before.to_owned()));
        runs.push((true, hit.to_owned()));
        at = range.end;
    }
    runs.push((false, text.get(at..).unwrap_or_default().to_owned()));
    runs.retain(|(_, run)| !run.is_empty());
    runs
}
