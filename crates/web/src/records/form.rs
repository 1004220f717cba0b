//! Forms for any record type: shown with what is stored, shown again with what was sent and every error, saved,
//! or proposed to staff. Two editors of one record meet on a page with both versions.

use super::actions::{self, Doing};
use super::form_entry::entry;
pub use super::form_entry::{Entry, Widget};
use super::link::{link_text, resolver};
use super::policy::{self, EditRight};
use super::submission::Submission;
use super::view::{Piece, pieces};
use crate::cx::Cx;
use crate::failure::{Handled, html_with};
use crate::hooks::Warning;
use crate::layout::{Choice, Crumb};
use crate::notice::{self, Done};
use askama::Template;
use axum::extract::{Path, RawQuery};
use kernel::error::EditConflict;
use kernel::record::{Field, FieldValue, Input, Record, RecordType};
use kernel::{Error, FieldErrors, Level, Uuid};
use store::records;

/// A field that two people changed differently: name, theirs, yours.
pub struct Clash {
    pub label: &'static str,
    pub theirs: Vec<Piece>,
    pub yours: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "records/form.html")]
pub struct FormPage<'a> {
    pub cx: &'a Cx,
    pub title: String,
    pub lead: &'static str,
    pub action: String,
    pub back: String,
    pub button: &'static str,
    pub entries: Vec<Entry>,
    pub audience: Vec<Choice>,
    pub parties: String,
    pub code: String,
    pub source: String,
    pub fictional: bool,
    pub staff: bool,
    pub version: i64,
    pub next: String,
    pub draft: String,
    pub errors: FieldErrors,
    pub clashes: Vec<Clash>,
    /// Address, name and words of what to look at before saving; sent again, the form saves.
    pub warnings: Vec<(String, String, String)>,
    pub crumbs: Vec<Crumb>,
}

/// What the form shows: the stored record, and what was sent and could not be saved.
struct Showing<'a> {
    record: &'a Record,
    sent: Option<&'a Submission>,
    errors: FieldErrors,
    clashes: Vec<Clash>,
    version: i64,
    is_new: bool,
    status: u16,
}

/// `GET /{path}/new`; the query may set link fields: `?party=<id>`.
pub async fn new(cx: Cx, kind: &'static RecordType, RawQuery(raw): RawQuery) -> Handled {
    let mut record = Record::new(kind, cx.now());
    let mut sent = Input::default();
    for (name, value) in url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()) {
        if kind.field(&name).is_some_and(|field| !field.computed) {
            sent.add(name, value);
        }
    }
    let _ = kind.read(&sent, &mut record, &resolver(&cx.app, &cx.keyring));
    show(
        &cx,
        Showing {
            record: &record,
            sent: None,
            errors: FieldErrors::default(),
            clashes: Vec::new(),
            version: 0,
            is_new: true,
            status: 200,
        },
    )
}

/// `GET /{path}/{id}/edit`.
pub async fn edit(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let record = editable(&cx, kind, id).await?;
    let version = record.version;
    show(
        &cx,
        Showing {
            record: &record,
            sent: None,
            errors: FieldErrors::default(),
            clashes: Vec::new(),
            version,
            is_new: false,
            status: 200,
        },
    )
}

async fn editable(cx: &Cx, kind: &'static RecordType, id: Uuid) -> Result<Record, Error> {
    let record = records::find(&cx.app.db, kind, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    match policy::edit_right(&cx.actor, &record) {
        EditRight::No => Err(Error::Forbidden),
        _ => Ok(record),
    }
}

/// `POST /{path}`.
pub async fn create(cx: Cx, kind: &'static RecordType, sent: Submission) -> Handled {
    let mut record = Record::new(kind, cx.now());
    let mut errors = kind.read(&guarded(&cx, sent.input.clone()), &mut record, &resolver(&cx.app, &cx.keyring));
    if errors.is_empty() && !sent.anyway {
        policy::may_create(&cx.actor, &record)?;
        let warnings = cx.app.hooks.warnings(&cx, &record).await?;
        if !warnings.is_empty() {
            return show_with(
                &cx,
                Showing {
                    record: &record,
                    sent: Some(&sent),
                    errors,
                    clashes: Vec::new(),
                    version: 0,
                    is_new: true,
                    status: 422,
                },
                &warnings,
            );
        }
    }
    if errors.is_empty() {
        match actions::create(&Doing::of(&cx), record.clone()).await {
            Ok(made) => return Ok(after_save(&cx, &made, &sent, Done::Created)),
            Err(Error::Invalid(faults)) => errors = faults,
            Err(error) => return Err(error.into()),
        }
    }
    show(
        &cx,
        Showing {
            record: &record,
            sent: Some(&sent),
            errors,
            clashes: Vec::new(),
            version: 0,
            is_new: true,
            status: 422,
        },
    )
}

/// `POST /{path}/{id}`.
pub async fn update(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let stored = editable(&cx, kind, id).await?;
    let seen = sent.seen.ok_or_else(|| {
        Error::invalid(
            "_version",
            kernel::both(
                "版の番号がありません。編集ページから送ってください。",
                "The version is missing. Use the edit page.",
            ),
        )
    })?;
    let mut record = stored.clone();
    let mut errors = kind.read(&guarded(&cx, sent.input.clone()), &mut record, &resolver(&cx.app, &cx.keyring));
    let mut shown_version = seen;
    let mut clashes = Vec::new();
    let mut status = 422;
    if errors.is_empty() {
        let outcome = match policy::edit_right(&cx.actor, &stored) {
            EditRight::Propose => {
                super::proposals::propose(&cx, &stored, &record).await?;
                return Ok(notice::redirect(&cx, &format!("/{}/{id}", kind.path), Done::Proposed, None));
            }
            _ => actions::update(&Doing::of(&cx), record.clone(), seen).await,
        };
        match outcome {
            Ok(saved) => return Ok(after_save(&cx, &saved, &sent, Done::Saved)),
            Err(Error::Invalid(faults)) => errors = faults,
            Err(Error::EditConflict(conflict)) => {
                clashes = clashing(&cx, &conflict, &record);
                shown_version = conflict.current_version;
                status = 409;
            }
            Err(error) => return Err(error.into()),
        }
    }
    show(
        &cx,
        Showing { record: &record, sent: Some(&sent), errors, clashes, version: shown_version, is_new: false, status },
    )
}

/// Code, source, audience of the record and marks are the staff's; what others send for them is not read.
fn guarded(cx: &Cx, input: Input) -> Input {
    if cx.actor.is_staff() {
        return input;
    }
    let mut kept = Input::default();
    for path in
        input.paths().filter(|path| !matches!(*path, "code" | "source" | "fictional" | "audience" | "audience_parties"))
    {
        input.all(path).iter().for_each(|text| kept.add(path, text.as_str()));
    }
    kept
}

fn after_save(cx: &Cx, record: &Record, sent: &Submission, done: Done) -> axum::response::Response {
    let owner =
        record.kind.part_of.and_then(|field| record.link(field)).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring));
    let own_page =
        owner.map_or_else(|| format!("/{}/{}", record.kind.path, record.id), |o| format!("/{}/{}", o.kind.path, o.id));
    notice::redirect(cx, sent.next.as_deref().unwrap_or(&own_page), done, None)
}

/// The fields in which the stored record and the sent one differ.
fn clashing(cx: &Cx, conflict: &EditConflict, yours: &Record) -> Vec<Clash> {
    let Some(theirs) = Record::from_json(yours.kind, &conflict.current).map(|r| r.seen_by(&cx.actor)) else {
        return Vec::new();
    };
    let show =
        |field: &'static Field, value: Option<&FieldValue>| value.map(|v| pieces(cx, field, v)).unwrap_or_default();
    theirs
        .changed_fields(yours)
        .into_iter()
        .map(|(field, theirs, yours)| Clash {
            label: field.label.get(cx.lang),
            theirs: show(field, theirs),
            yours: show(field, yours),
        })
        .collect()
}

fn show(cx: &Cx, showing: Showing<'_>) -> Handled {
    show_with(cx, showing, &[])
}

fn show_with(cx: &Cx, showing: Showing<'_>, warnings: &[Warning]) -> Handled {
    let Showing { record, sent, errors, clashes, version, is_new, status } = showing;
    let kind = record.kind;
    let proposing = !is_new && policy::edit_right(&cx.actor, record) == EditRight::Propose;
    let one = kind.one.get(cx.lang);
    let path = if is_new { format!("/{}", kind.path) } else { format!("/{}/{}", kind.path, record.id) };
    let visible = record.seen_by(&cx.actor);
    let may_see = |field: &&'static Field| {
        let level = record.level_of(field);
        is_new
            || level == record.audience.level
            || cx.keyring.opens(level)
            || visible.get(field.name).is_some()
            || cx.actor.may(kind.edit)
    };
    let source = sent.map(|sent| &sent.input);
    let entries = kind
        .fields
        .iter()
        .filter(|f| !f.computed)
        .filter(may_see)
        .map(|f| entry(cx, f, record, source, &errors))
        .collect();
    let text =
        |path: &str, stored: Option<&str>| source.and_then(|i| i.first(path)).or(stored).unwrap_or_default().to_owned();
    let level = record.audience.level;
    let page = FormPage {
        title: if is_new { cx.t("新しく登録", "Add").to_owned() + " · " + one } else { record.called(cx.lang) },
        lead: if proposing {
            cx.t("変更は担当者が確認してから公開されます。", "Staff review the change before it is published.")
        } else {
            ""
        },
        action: cx.href(&path),
        back: if is_new { back_of_new(cx, record) } else { cx.href(&path) },
        button: match (proposing, warnings.is_empty()) {
            (true, _) => cx.t("変更を提案する", "Propose the change"),
            (_, true) => cx.t("保存する", "Save"),
            (_, false) => cx.t("それでも保存する", "Save anyway"),
        },
        warnings: warnings
            .iter()
            .map(|w| (cx.href(&w.path), w.label.clone(), w.text.get(cx.lang).to_owned()))
            .collect(),
        entries,
        audience: Level::ALL
            .iter()
            .map(|l| Choice::new(l.code(), l.label().get(cx.lang)).chosen(*l == level))
            .collect(),
        parties: parties_text(cx, record, source),
        code: text("code", record.code.as_deref()),
        source: text("source", record.source.as_deref()),
        fictional: record.fictional,
        staff: cx.actor.is_staff(),
        version,
        next: sent.and_then(|s| s.next.clone()).unwrap_or_default(),
        draft: cx.href(&format!(
            "/drafts/{}-{}",
            kind.key,
            if is_new { "new".to_owned() } else { record.id.to_string() }
        )),
        errors,
        clashes,
        crumbs: super::show::crumbs(cx, record),
        cx,
    };
    html_with(status, &page)
}

fn back_of_new(cx: &Cx, record: &Record) -> String {
    let owner =
        record.kind.part_of.and_then(|field| record.link(field)).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring));
    owner.map_or_else(|| cx.href(&format!("/{}", record.kind.path)), |o| cx.href(&format!("/{}/{}", o.kind.path, o.id)))
}

fn parties_text(cx: &Cx, record: &Record, sent: Option<&Input>) -> String {
    const PARTIES: [&str; 3] = ["organization", "unit", "person"];
    if let Some(sent) = sent.filter(|input| input.has("audience_parties")) {
        return sent.all("audience_parties").join(" | ");
    }
    let names = record.audience.parties.iter().map(|id| link_text(&cx.app, &cx.keyring, cx.lang, *id, &PARTIES));
    names.collect::<Vec<_>>().join(" | ")
}
