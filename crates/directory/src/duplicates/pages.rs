//! Pages for duplicates: the list of pairs with reasons, what was decided, and what was merged.
//!
//! Never here: rules, SQL.

use super::evidence::Pair;
use super::merge;
use super::{actions, preview, store};
use ::store::jobs::{self, NewJob};
use ::store::{atomically, records};
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect};
use kernel::record::{Record, RecordType};
use kernel::{Error, Permission, Result, Uuid};
use std::collections::BTreeMap;
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::records::view::{Piece, Shown, shown_field};
use web::routes::Access;
use web::{Cx, Handled, Routes, html};

pub(super) const HOME: &str = "/staff/duplicates";
/// Pairs on a page.
const PAGE: usize = 20;

pub fn routes() -> Routes {
    let review = Access::May(Permission::ReviewDirectory);
    Routes::new()
        .page(HOME, review, list)
        .submit("/staff/duplicates/check", review, check)
        .submit("/staff/duplicates/different", review, different)
        .submit("/staff/duplicates/reopen/{one}/{other}", review, reopen)
        .page("/staff/duplicates/merge", review, preview::preview)
        .submit("/staff/duplicates/merge", review, preview::confirm)
        .submit("/staff/duplicates/merges/{id}/undo", review, take_back)
}

/// One record of a pair as the list shows it.
pub(super) struct Side {
    pub(super) id: Uuid,
    pub(super) title: String,
    pub(super) other: String,
    pub(super) href: String,
    pub(super) fictional: bool,
    pub(super) facts: Vec<Shown>,
    pub(super) links: usize,
}

struct PairShown {
    one: Uuid,
    other: Uuid,
    heading: String,
    sides: Vec<Side>,
    class: &'static str,
    color: &'static str,
    kind: &'static str,
    pro: Vec<&'static str>,
    contra: Vec<&'static str>,
    merge_href: String,
}

/// A merge that stands and can be undone.
struct Past {
    title: String,
    into: String,
    into_href: String,
    at: String,
    undo_href: String,
}

#[derive(Template)]
#[template(path = "duplicates/list.html")]
struct ListPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    kinds: Vec<Choice>,
    pairs: Vec<PairShown>,
    merges: Vec<Past>,
    checked: String,
    check_href: String,
    different_href: String,
    range: String,
    previous: String,
    next: String,
}

/// Fields by which people tell records apart at a glance.
const TELLING: [&str; 20] = [
    "kana",
    "romaji",
    "kind",
    "legal_form",
    "organization",
    "parent",
    "headline",
    "summary",
    "country",
    "region",
    "address",
    "website",
    "email",
    "phone",
    "founded",
    "established",
    "ror",
    "corporate_number",
    "lei",
    "orcid",
];

pub(super) fn query(raw: Option<&str>) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes())
        .take(20)
        .map(|(k, v)| (k.into_owned(), v.into_owned()))
        .collect()
}

async fn list(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    actions::refresh_if_small(&cx.app).await?;
    let asked = query(raw.as_deref());
    let kind = actions::KINDS.into_iter().find(|kind| asked.get("type").is_some_and(|t| t == kind.key));
    let skip: usize = asked.get("after").and_then(|text| text.parse().ok()).unwrap_or(0).min(100_000);
    let found = store::open_pairs(&cx.app.db, kind.map(|k| k.key), skip as i64, PAGE as i64 + 1).await?;
    let more = found.len() > PAGE;
    let mut pairs = Vec::new();
    for pair in found.iter().take(PAGE) {
        pairs.extend(shown_pair(&cx, pair).await?);
    }
    let address = |after: usize| {
        let kind = kind.map(|k| format!("type={}&", k.key)).unwrap_or_default();
        cx.href(&format!("{HOME}?{kind}after={after}"))
    };
    let choice = |k: Option<&'static RecordType>| {
        let address = k.map_or_else(|| cx.href(HOME), |k| cx.href(&format!("{HOME}?type={}", k.key)));
        Choice::new(address, k.map_or(cx.t("すべて", "All"), |k| k.many.get(cx.lang)))
            .chosen(k.map(|k| k.key) == kind.map(|k| k.key))
    };
    html(&ListPage {
        crumbs: vec![Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk"))],
        kinds: std::iter::once(None).chain(actions::KINDS.into_iter().map(Some)).map(choice).collect(),
        pairs,
        merges: merges(&cx).await?,
        checked: match store::last_check(&cx.app.db).await? {
            Some((_, at)) => kernel::calendar::date_time_long(cx.lang, at.with_timezone(&cx.hub.zone).naive_local()),
            None => String::new(),
        },
        check_href: cx.href("/staff/duplicates/check"),
        different_href: cx.href("/staff/duplicates/different"),
        range: format!("{}–{}", skip + 1, skip + found.len().min(PAGE)),
        previous: if skip > 0 { address(skip.saturating_sub(PAGE)) } else { String::new() },
        next: if more { address(skip + PAGE) } else { String::new() },
        cx: &cx,
    })
}

/// A pair, if both records are there and visible.
async fn shown_pair(cx: &Cx, pair: &Pair) -> Result<Option<PairShown>> {
    let Some(kind) = cx.app.kind(&pair.record_type) else { return Ok(None) };
    let both_of = records::by_ids(&cx.app.db, kind, &[pair.one, pair.other], cx.scope()).await?;
    let [one, other] = both_of.as_slice() else { return Ok(None) };
    let (one, other) = (side(cx, one), side(cx, other));
    // What more records point at is proposed to stay.
    let (keep, go) = if other.links > one.links { (other.id, one.id) } else { (one.id, other.id) };
    let words = |supports: bool| {
        pair.finding.reasons.iter().filter(|r| r.supports() == supports).map(|r| r.words().get(cx.lang)).collect()
    };
    Ok(Some(PairShown {
        class: pair.finding.class.label().get(cx.lang),
        color: match pair.finding.class {
            super::Class::Certain => "c-cord",
            super::Class::Likely => "c-gold",
            super::Class::Possible => "",
        },
        kind: kind.one.get(cx.lang),
        pro: words(true),
        contra: words(false),
        merge_href: cx.href(&format!("/staff/duplicates/merge?keep={keep}&away={go}")),
        one: one.id,
        other: other.id,
        heading: format!("{} = {}?", one.title, other.title),
        sides: vec![one, other],
    }))
}

pub(super) fn side(cx: &Cx, record: &Record) -> Side {
    let seen = record.seen_by(&cx.actor);
    let title = seen.called(cx.lang);
    let fields = TELLING.iter().filter_map(|name| record.kind.field(name));
    Side {
        id: record.id,
        other: seen.title().exact(cx.lang.other()).filter(|o| *o != title).unwrap_or_default().to_owned(),
        href: cx.href(&format!("/{}/{}", record.kind.path, record.id)),
        fictional: record.fictional,
        facts: fields.filter_map(|field| shown_field(cx, &seen, field)).collect(),
        links: cx.app.catalogue.linked_from(record.id, &cx.keyring).len(),
        title,
    }
}

async fn merges(cx: &Cx) -> Result<Vec<Past>> {
    let mut shown = Vec::new();
    for row in store::recent_merges(&cx.app.db, 10).await? {
        let Some(entry) = cx.app.catalogue.entry(row.survivor, &cx.keyring) else { continue };
        let Some(kind) = cx.app.kind(&row.record_type) else { continue };
        let gone = records::find_any(&cx.app.db, kind, row.loser, cx.scope()).await?;
        let Some(gone) = gone else { continue };
        shown.push(Past {
            title: gone.called(cx.lang),
            into: entry.called(cx.lang).to_owned(),
            into_href: cx.href(&format!("/{}/{}", kind.path, row.survivor)),
            at: kernel::calendar::date_time_long(cx.lang, row.merged_at.with_timezone(&cx.hub.zone).naive_local()),
            undo_href: cx.href(&format!("/staff/duplicates/merges/{}/undo", row.id)),
        });
    }
    Ok(shown)
}

async fn check(cx: Cx) -> Handled {
    let job = atomically!(cx.db(), |tx| {
        let job = NewJob::new("duplicates", serde_json::Value::Null).key("schedule:duplicates").by(cx.actor.account);
        Ok(jobs::enqueue(tx, job).await?)
    })?;
    Ok(Redirect::to(&cx.href(&format!("/jobs/{job}"))).into_response())
}

/// The two records that a request names, both visible and of one type.
pub(super) async fn two(cx: &Cx, one: Option<&str>, other: Option<&str>) -> Result<(Record, Record)> {
    let id = |text: Option<&str>| text.and_then(|text| text.parse::<Uuid>().ok()).ok_or(Error::NotFound);
    let (one, other) = (id(one)?, id(other)?);
    let kind = cx.app.catalogue.entry(one, &cx.keyring).map(|entry| entry.kind).ok_or(Error::NotFound)?;
    if !actions::KINDS.contains(&kind) || one == other {
        return Err(Error::NotFound);
    }
    let found = records::by_ids(&cx.app.db, kind, &[one, other], cx.scope()).await?;
    match <[Record; 2]>::try_from(found) {
        Ok([one, other]) => Ok((one, other)),
        Err(_) => Err(Error::NotFound),
    }
}

async fn different(cx: Cx, sent: Submission) -> Handled {
    let (one, other) = two(&cx, sent.input.first("one"), sent.input.first("other")).await?;
    actions::decide(&cx, one.kind, one.id, other.id, true).await?;
    let undo = format!("/staff/duplicates/reopen/{}/{}", one.id, other.id);
    Ok(notice::redirect(&cx, HOME, Done::Saved, Some(&undo)))
}

async fn reopen(cx: Cx, Path((one, other)): Path<(Uuid, Uuid)>) -> Handled {
    let pair = store::pair(&cx.app.db, one, other).await?.ok_or(Error::NotFound)?;
    let kind = cx.app.kind(&pair.record_type).ok_or(Error::NotFound)?;
    actions::decide(&cx, kind, one, other, false).await?;
    Ok(notice::redirect(&cx, HOME, Done::Undone, None))
}

async fn take_back(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let (kind, _, back) = merge::undo(&Doing::of(&cx), id).await?;
    Ok(notice::redirect(&cx, &format!("/{}/{back}", kind.path), Done::Undone, None))
}
