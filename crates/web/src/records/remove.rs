//! Deleting a record, with a page that asks first, and bringing it back.

use super::actions::{self, Doing};
use super::policy;
use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::notice::{self, Done};
use askama::Template;
use axum::extract::Path;
use kernel::record::{Record, RecordType};
use kernel::{Error, Uuid};
use store::records;

#[derive(Template)]
#[template(path = "records/delete.html")]
struct DeletePage<'a> {
    cx: &'a Cx,
    title: String,
    action: String,
    back: String,
    /// Records that go with it.
    parts: Vec<String>,
    /// Records that stand in the way.
    links: Vec<(String, String)>,
}

async fn load(cx: &Cx, kind: &'static RecordType, id: Uuid) -> Result<Record, Error> {
    let record = records::find(&cx.app.db, kind, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    policy::may_change(&cx.actor, &record)?;
    Ok(record)
}

/// `GET /{path}/{id}/delete`.
pub async fn confirm(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let record = load(&cx, kind, id).await?;
    let linked = cx.app.catalogue.linked_from(id, &cx.keyring);
    let (parts, links): (Vec<_>, Vec<_>) =
        linked.into_iter().partition(|(entry, field)| entry.kind.part_of == Some(*field));
    let address = format!("/{}/{id}", kind.path);
    html(&DeletePage {
        title: record.called(cx.lang),
        action: cx.href(&format!("{address}/delete")),
        back: cx.href(&address),
        parts: parts.iter().map(|(e, _)| format!("{} ({})", e.called(cx.lang), e.kind.one.get(cx.lang))).collect(),
        links: links
            .iter()
            .map(|(e, _)| {
                (
                    cx.href(&format!("/{}/{}", e.kind.path, e.id)),
                    format!("{} ({})", e.called(cx.lang), e.kind.one.get(cx.lang)),
                )
            })
            .collect(),
        cx: &cx,
    })
}

/// `POST /{path}/{id}/delete`.
pub async fn delete(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let record = load(&cx, kind, id).await?;
    actions::delete(&Doing::of(&cx), kind, id).await?;
    let owner =
        kind.part_of.and_then(|field| record.link(field)).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring));
    let next = owner.map_or_else(|| format!("/{}", kind.path), |o| format!("/{}/{}", o.kind.path, o.id));
    Ok(notice::redirect(&cx, &next, Done::Deleted, Some(&format!("/{}/{id}/restore", kind.path))))
}

/// `POST /{path}/{id}/restore`.
pub async fn restore(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let deleted = records::find_any(&cx.app.db, kind, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    policy::may_change(&cx.actor, &deleted)?;
    actions::restore(&Doing::of(&cx), kind, id).await?;
    Ok(notice::redirect(&cx, &format!("/{}/{id}", kind.path), Done::Restored, None))
}
