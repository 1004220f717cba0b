//! What happened to a record: who changed which field from what to what, and the way back.

use super::actions::{self, Doing};
use super::policy;
use super::show::crumbs;
use super::view::{Piece, pieces};
use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::hooks::Told;
use crate::layout::Crumb;
use crate::notice::{self, Done};
use askama::Template;
use axum::extract::Path;
use chrono::{DateTime, Utc};
use kernel::change::Verb;
use kernel::record::{FieldValue, Record, RecordType};
use kernel::{Error, Uuid, both};
use store::{feed, records};

/// One entry, newest first.
struct Step {
    moment: DateTime<Utc>,
    /// Its place in the feed; empty for a line that a subsystem tells.
    seq: String,
    at_iso: String,
    at: String,
    who: String,
    what: String,
    /// Where what it tells of is found.
    href: String,
    changes: Vec<(String, Vec<Piece>, Vec<Piece>)>,
    undo_href: String,
}

#[derive(Template)]
#[template(path = "records/history.html")]
struct HistoryPage<'a> {
    cx: &'a Cx,
    title: String,
    crumbs: Vec<Crumb>,
    steps: Vec<Step>,
}

/// `GET /{path}/{id}/history`. Fields that the reader may not see are not in it either.
pub async fn page(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let record = records::find_any(&cx.app.db, kind, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    let entries = feed::history(&cx.app.db, kind.key, id).await?;
    let may_undo = policy::may_change(&cx.actor, &record).is_ok();
    let mut crumbs = crumbs(&cx, &record);
    crumbs.push(Crumb::new(record.called(cx.lang), cx.href(&format!("/{}/{id}", kind.path))));
    let mut steps: Vec<Step> = entries.iter().map(|entry| step(&cx, kind, entry, may_undo)).collect();
    steps.reverse();
    steps.extend(cx.app.hooks.told(&cx, &record).await?.into_iter().map(|told| told_step(&cx, told)));
    // Stable, so that entries of one instant keep the order of the feed.
    steps.sort_by_key(|step| std::cmp::Reverse(step.moment));
    html(&HistoryPage { title: record.called(cx.lang), crumbs, steps, cx: &cx })
}

fn step(cx: &Cx, kind: &'static RecordType, entry: &feed::Entry, may_undo: bool) -> Step {
    let read = |json: &Option<serde_json::Value>| {
        json.as_ref().and_then(|json| Record::from_json(kind, json)).map(|r| r.seen_by(&cx.actor))
    };
    let (before, after) = (read(&entry.before), read(&entry.after));
    Step {
        seq: entry.seq.to_string(),
        who: entry.actor.get("label").and_then(|label| label.as_str()).unwrap_or_default().to_owned(),
        what: verb_words(&Verb::from_code(&entry.action)).get(cx.lang).to_owned(),
        changes: changes(cx, kind, before.as_ref(), after.as_ref()),
        undo_href: match may_undo && before.is_some() {
            true => cx.href(&format!("/{}/{}/history/{}", kind.path, entry.record_id, entry.seq)),
            false => String::new(),
        },
        ..blank(cx, entry.at)
    }
}

fn told_step(cx: &Cx, told: Told) -> Step {
    Step { what: told.words.get(cx.lang).to_owned(), href: cx.href(&told.path), ..blank(cx, told.at) }
}

fn blank(cx: &Cx, at: DateTime<Utc>) -> Step {
    Step {
        moment: at,
        seq: String::new(),
        at_iso: at.to_rfc3339(),
        at: kernel::calendar::date_time_long(cx.lang, at.with_timezone(&cx.hub.zone).naive_local()),
        who: String::new(),
        what: String::new(),
        href: String::new(),
        changes: Vec::new(),
        undo_href: String::new(),
    }
}

fn verb_words(verb: &Verb) -> kernel::Both {
    match verb {
        Verb::Created => both("登録", "Added"),
        Verb::Updated => both("更新", "Changed"),
        Verb::Deleted => both("削除", "Deleted"),
        Verb::Restored => both("復元", "Put back"),
        Verb::Other(name) if name == "merged" => both("統合", "Merged"),
        Verb::Other(_) => both("変更", "Changed"),
    }
}

fn changes(
    cx: &Cx,
    kind: &'static RecordType,
    before: Option<&Record>,
    after: Option<&Record>,
) -> Vec<(String, Vec<Piece>, Vec<Piece>)> {
    let mut rows = Vec::new();
    let value = |record: Option<&Record>, name: &str| record.and_then(|r| r.get(name)).cloned();
    let show = |field, value: &Option<FieldValue>| value.as_ref().map(|v| pieces(cx, field, v)).unwrap_or_default();
    for field in kind.fields {
        let (old, new) = (value(before, field.name), value(after, field.name));
        // A deletion lists nothing: the record itself is the change.
        if old != new && !(after.is_none() && before.is_some()) {
            rows.push((field.label.get(cx.lang).to_owned(), show(field, &old), show(field, &new)));
        }
    }
    let level = |record: Option<&Record>| record.map(|r| r.audience.level);
    if level(before) != level(after) && before.is_some() && after.is_some() {
        let words =
            |record| level(record).map(|l| vec![Piece::Plain(l.label().get(cx.lang).to_owned())]).unwrap_or_default();
        rows.push((cx.t("公開範囲", "Audience").to_owned(), words(before), words(after)));
    }
    rows
}

/// `POST /{path}/{id}/history/{seq}`: back to the state before that change.
pub async fn undo(cx: Cx, kind: &'static RecordType, Path((id, seq)): Path<(Uuid, i64)>) -> Handled {
    let record = records::find_any(&cx.app.db, kind, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    policy::may_change(&cx.actor, &record)?;
    actions::undo(&Doing::of(&cx), kind, id, seq).await?;
    Ok(notice::redirect(&cx, &format!("/{}/{id}", kind.path), Done::Undone, None))
}
