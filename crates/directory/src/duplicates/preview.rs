//! The preview of a merge: which record stays, whose value wins per field, what moves; and its confirmation.
//!
//! Never here: the merge itself (`merge`), the list of pairs (`pages`).

use super::merge::{self, Choices, Merge, Row, Take};
use super::pages::{HOME, Side, query, side, two};
use askama::Template;
use axum::extract::RawQuery;
use kernel::record::{FieldValue, Record};
use kernel::{Error, Level, Uuid, both};
use std::collections::BTreeMap;
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::records::view::{Piece, pieces, words};
use web::{Cx, Handled, html_with};

/// Names of moving records that are listed per field.
const NAMED: usize = 8;

/// A line of the preview.
struct RowShown {
    path: String,
    label: String,
    survivor: Vec<Piece>,
    loser: Vec<Piece>,
    take: &'static str,
    may_be_both: bool,
}

/// Records of one type that point at the loser through one field.
struct Moving {
    title: String,
    names: Vec<String>,
    total: usize,
}

#[derive(Template)]
#[template(path = "duplicates/merge.html")]
struct PreviewPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    error: String,
    survivor: Side,
    loser: Side,
    survivor_version: i64,
    loser_version: i64,
    rows: Vec<RowShown>,
    moving: Vec<Moving>,
    aliases: Vec<String>,
    tied: bool,
    action: String,
    swap_href: String,
}

pub(super) async fn preview(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let asked = query(raw.as_deref());
    let (survivor, loser) =
        two(&cx, asked.get("keep").map(String::as_str), asked.get("away").map(String::as_str)).await?;
    show_preview(&cx, &survivor, &loser, &Choices::new(), String::new(), 200)
}

fn show_preview(cx: &Cx, survivor: &Record, loser: &Record, choices: &Choices, error: String, status: u16) -> Handled {
    // Values that the reader may not see are not offered; the survivor's stay as they are.
    let (ours, theirs) = (survivor.seen_by(&cx.actor), loser.seen_by(&cx.actor));
    let rows = merge::rows(&ours, &theirs, choices);
    let after = merge::merged(&ours, &theirs, choices);
    html_with(
        status,
        &PreviewPage {
            crumbs: vec![
                Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk")),
                Crumb::new(cx.t("重複の確認", "Duplicates"), cx.href(HOME)),
            ],
            error,
            survivor: side(cx, survivor),
            loser: side(cx, loser),
            survivor_version: survivor.version,
            loser_version: loser.version,
            rows: rows.iter().map(|row| shown_row(cx, row)).collect(),
            moving: moving(cx, survivor, loser),
            aliases: merge::names_left(&after, &theirs).iter().map(|(name, _)| name.say(cx.lang).to_owned()).collect(),
            tied: tied(cx, survivor.id, loser.id),
            action: cx.href("/staff/duplicates/merge"),
            swap_href: cx.href(&format!("/staff/duplicates/merge?keep={}&away={}", loser.id, survivor.id)),
            cx,
        },
    )
}

fn shown_row(cx: &Cx, row: &Row) -> RowShown {
    let show = |value: &Option<FieldValue>| match (value, row.field) {
        (None, _) => Vec::new(),
        (Some(FieldValue::Text(text)), None) => words(cx, text).into_iter().collect(),
        (Some(value), Some(field)) => pieces(cx, field, value),
        (Some(FieldValue::Plain(code)), None) if row.path == "audience" => {
            vec![Piece::Plain(
                Level::from_code(code).map_or(code.as_str(), |level| level.label().get(cx.lang)).to_owned(),
            )]
        }
        (Some(FieldValue::Plain(text)), None) => vec![Piece::Plain(text.clone())],
        _ => Vec::new(),
    };
    let label = match (row.field, row.path.as_str()) {
        (Some(field), _) => field.label,
        (None, "code") => both("管理番号", "Code"),
        (None, "source") => both("出典", "Source"),
        _ => both("公開範囲", "Audience"),
    };
    let tag = row.tag.as_ref().map(|tag| format!(" ({tag})")).unwrap_or_default();
    RowShown {
        path: row.path.clone(),
        label: format!("{}{tag}", label.get(cx.lang)),
        survivor: show(&row.survivor),
        loser: show(&row.loser),
        take: row.take.code(),
        may_be_both: row.may_be_both,
    }
}

/// What will point at the survivor, as far as the reader may see it.
fn moving(cx: &Cx, survivor: &Record, loser: &Record) -> Vec<Moving> {
    let mut groups: BTreeMap<(&'static str, &'static str), Vec<String>> = BTreeMap::new();
    for (entry, field) in cx.app.catalogue.linked_from(loser.id, &cx.keyring) {
        if entry.id == survivor.id || entry.id == loser.id {
            continue;
        }
        let other = entry
            .links
            .iter()
            .find(|(name, id, _)| *name != field && *id != loser.id)
            .and_then(|(_, id, _)| cx.app.catalogue.entry(*id, &cx.keyring));
        let whose = other.map(|other| format!(" · {}", other.called(cx.lang))).unwrap_or_default();
        groups.entry((entry.kind.key, field)).or_default().push(format!("{}{whose}", entry.called(cx.lang)));
    }
    let title = |key: &str, field: &str| {
        let kind = cx.app.kind(key)?;
        Some(format!("{} ({})", kind.many.get(cx.lang), kind.field(field)?.label.get(cx.lang)))
    };
    let group = |((key, field), names): ((&str, &str), Vec<String>)| {
        Some(Moving { title: title(key, field)?, total: names.len(), names: names.into_iter().take(NAMED).collect() })
    };
    groups.into_iter().filter_map(group).collect()
}

/// Whether a visible record ties the two; it would tie the survivor to itself and is taken out.
fn tied(cx: &Cx, survivor: Uuid, loser: Uuid) -> bool {
    let linked = cx.app.catalogue.linked_from(loser, &cx.keyring);
    linked.iter().any(|(entry, _)| entry.kind.key == "relation" && entry.links.iter().any(|(_, id, _)| *id == survivor))
}

pub(super) async fn confirm(cx: Cx, sent: Submission) -> Handled {
    let (survivor, loser) = two(&cx, sent.input.first("keep"), sent.input.first("away")).await?;
    let version = |name: &str| sent.input.first(name).and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut choices: Choices =
        sent.input.below("take").filter_map(|(path, code)| Some((path.to_owned(), Take::from_code(code)?))).collect();
    keep_hidden(&cx, &survivor, &loser, &mut choices);
    let wanted = Merge {
        kind: survivor.kind,
        survivor: survivor.id,
        survivor_version: version("keep_version"),
        loser: loser.id,
        loser_version: version("away_version"),
        choices: choices.clone(),
    };
    match merge::merge(&Doing::of(&cx), &wanted).await {
        Ok(id) => {
            let undo = format!("/staff/duplicates/merges/{id}/undo");
            Ok(notice::redirect(&cx, &format!("/{}/{}", survivor.kind.path, survivor.id), Done::Merged, Some(&undo)))
        }
        Err(Error::Invalid(faults)) => {
            let said = faults.0.iter().map(|fault| fault.message.get(cx.lang)).collect::<Vec<_>>().join(" ");
            show_preview(&cx, &survivor, &loser, &choices, said, 422)
        }
        Err(Error::Conflict(why)) => show_preview(&cx, &survivor, &loser, &choices, why.get(cx.lang).to_owned(), 409),
        Err(error) => Err(error.into()),
    }
}

/// Where somebody may not see a field of one side, a request cannot make it win.
fn keep_hidden(cx: &Cx, survivor: &Record, loser: &Record, choices: &mut Choices) {
    let hidden =
        |record: &Record, name: &str| record.get(name).is_some() && record.seen_by(&cx.actor).get(name).is_none();
    for field in survivor.kind.fields.iter().filter(|field| hidden(survivor, field.name) || hidden(loser, field.name)) {
        choices.retain(|path, _| path.split('.').next() != Some(field.name));
    }
}
