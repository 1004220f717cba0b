//! The page of one record: its fields, its parts, what points at it.

use super::list::{Row, row};
use super::policy::{EditRight, edit_right};
use super::view::{Piece, Shown, shown_fields};
use crate::cx::{Cx, Door};
use crate::failure::{Handled, html};
use crate::layout::Crumb;
use askama::Template;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use kernel::record::{Record, RecordType};
use kernel::{Error, Permission, Result, Uuid};
use store::records;

/// Records of one type that point at the shown one through one field.
pub struct Section {
    pub title: String,
    pub rows: Vec<Row>,
    pub total: usize,
    /// Address of the form for one more, already pointing here; empty when the reader may not.
    pub add_href: String,
    pub all_href: String,
}

/// Rows of a section before the rest is left to the list.
const SECTION_ROWS: usize = 12;

#[derive(Template)]
#[template(path = "records/show.html")]
pub struct ShowPage<'a> {
    pub cx: &'a Cx,
    pub record: &'a Record,
    pub title: String,
    pub other: String,
    pub summary: String,
    pub facts: Vec<Shown>,
    pub sections: Vec<Section>,
    pub edit: EditLinks,
    pub crumbs: Vec<Crumb>,
}

/// Buttons that the reader has on a record; empty addresses are not shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditLinks {
    pub edit: String,
    pub propose: String,
    pub delete: String,
    pub history: String,
}

impl EditLinks {
    pub fn of(cx: &Cx, record: &Record) -> EditLinks {
        let address = |rest: &str| cx.href(&format!("/{}/{}/{rest}", record.kind.path, record.id));
        let right = edit_right(&cx.actor, record);
        let when = |shown: bool, rest: &str| if shown { address(rest) } else { String::new() };
        EditLinks {
            edit: when(right == EditRight::Direct, "edit"),
            propose: when(right == EditRight::Propose, "edit"),
            delete: when(right == EditRight::Direct, "delete"),
            history: when(cx.actor.may(Permission::ReadHistory), "history"),
        }
    }
}

/// `GET /{path}/{id}`.
pub async fn page(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let Some(record) = records::find(&cx.app.db, kind, id, cx.scope()).await? else {
        return elsewhere(&cx, kind, id).await;
    };
    let seen = record.seen_by(&cx.actor);
    let title = seen.called(cx.lang);
    let except: Vec<&str> = kind.summary.into_iter().collect();
    html(&ShowPage {
        other: seen.title().exact(cx.lang.other()).filter(|o| *o != title).unwrap_or_default().to_owned(),
        summary: kind.summary.map(|field| seen.text(field).say(cx.lang).to_owned()).unwrap_or_default(),
        facts: shown_fields(&cx, &seen, &except),
        sections: sections(&cx, &record, &[]).await?,
        edit: EditLinks::of(&cx, &record),
        crumbs: crumbs(&cx, &record),
        record: &seen,
        title,
        cx: &cx,
    })
}

/// 301 to the record that stands for one that was merged away; 404 for everything else that is not there.
pub async fn elsewhere(cx: &Cx, kind: &RecordType, id: Uuid) -> Handled {
    let now = cx.app.hooks.moved_to(cx, id).await?.ok_or(Error::NotFound)?;
    let address = cx.href(&format!("/{}/{now}", kind.path));
    Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, address)]).into_response())
}

/// Where the record lies: behind its type's list, or behind the record it is a part of.
pub fn crumbs(cx: &Cx, record: &Record) -> Vec<Crumb> {
    let door = Door::of(record.kind.path).unwrap_or(Door::Find);
    let mut crumbs = vec![Crumb::new(cx.say(door.label()), cx.href(door.path()))];
    let owner =
        record.kind.part_of.and_then(|field| record.link(field)).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring));
    match owner {
        Some(owner) => {
            crumbs.push(Crumb::new(owner.called(cx.lang), cx.href(&format!("/{}/{}", owner.kind.path, owner.id))));
        }
        None => crumbs.push(Crumb::new(record.kind.many.get(cx.lang), cx.href(&format!("/{}", record.kind.path)))),
    }
    crumbs
}

/// What points at a record, by type and field, without the types in `except`.
pub async fn sections(cx: &Cx, record: &Record, except: &[&str]) -> Result<Vec<Section>> {
    let mut sections = Vec::new();
    for kind in cx.app.kinds.iter().copied().filter(|kind| !except.contains(&kind.key)) {
        for field in kind.link_fields().filter(|field| field.targets().contains(&record.kind.key)) {
            let ids = cx.app.catalogue.referring(kind.key, field.name, record.id, &cx.keyring, cx.lang);
            let part = kind.part_of == Some(field.name);
            let may_add = part && cx.actor.may(kind.edit);
            if ids.is_empty() && !may_add {
                continue;
            }
            let some: Vec<Uuid> = ids.iter().copied().take(SECTION_ROWS).collect();
            let found = records::by_ids(&cx.app.db, kind, &some, cx.scope()).await?;
            let title = if part || kind.link_fields().count() == 1 {
                kind.many.get(cx.lang).to_owned()
            } else {
                format!("{} ({})", kind.many.get(cx.lang), field.label.get(cx.lang))
            };
            let add = format!("/{}/new?{}={}", kind.path, field.name, record.id);
            sections.push(Section {
                title,
                rows: found.iter().map(|part| row(cx, &part.seen_by(&cx.actor))).collect(),
                total: ids.len(),
                add_href: if may_add { cx.href(&add) } else { String::new() },
                all_href: String::new(),
            });
        }
    }
    Ok(sections)
}
