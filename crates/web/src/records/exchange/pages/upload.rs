//! The first page: a file or a paste.

use super::{check_right, crumbs, run_href};
use crate::cx::Cx;
use crate::failure::{Handled, html_with};
use crate::layout::Crumb;
use crate::records::exchange::columns::{self, Column};
use crate::records::exchange::plan::Options;
use crate::records::exchange::table;
use crate::records::exchange::{export, runs};
use crate::upload::{Parts, Sent};
use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect};
use kernel::record::RecordType;
use kernel::{Error, FieldErrors};

#[derive(Template)]
#[template(path = "records/import.html")]
struct ImportPage<'a> {
    cx: &'a Cx,
    kind: &'static RecordType,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    template_href: String,
    errors: FieldErrors,
    fault: String,
    limit_mb: usize,
    recent: Vec<(String, String, &'static str)>,
    columns: Vec<Column>,
}

/// `GET /{path}/import`.
pub async fn start(cx: Cx, kind: &'static RecordType) -> Handled {
    check_right(&cx, kind)?;
    start_page(&cx, kind, FieldErrors::default()).await
}

async fn start_page(cx: &Cx, kind: &'static RecordType, errors: FieldErrors) -> Handled {
    let recent = runs::recent(&cx.app.db, &cx.actor, kind).await?;
    let status = if errors.is_empty() { 200 } else { 422 };
    let page = ImportPage {
        kind,
        crumbs: crumbs(cx, kind),
        action: cx.href(&format!("/{}/import", kind.path)),
        back: cx.href(&format!("/{}", kind.path)),
        template_href: cx.href(&format!("/{}/import/template.csv", kind.path)),
        fault: crate::layout::fault_of(&errors, "file", cx.lang),
        errors,
        limit_mb: cx.app.settings.upload_limit / 1_000_000,
        recent: recent
            .into_iter()
            .map(|(id, name, state)| (run_href(cx, kind, id), name, state_words(cx, &state)))
            .collect(),
        columns: columns::importable(kind).into_iter().filter(|column| !column.path.ends_with(".standing")).collect(),
        cx,
    };
    html_with(status, &page)
}

fn state_words(cx: &Cx, state: &str) -> &'static str {
    match state {
        "running" => cx.t("取り込み中", "Running"),
        "done" => cx.t("取り込み済み", "Done"),
        "stopped" => cx.t("途中で止まりました", "Stopped"),
        "undoing" => cx.t("取り消し中", "Undoing"),
        "undone" => cx.t("取り消し済み", "Undone"),
        _ => cx.t("確認待ち", "To be checked"),
    }
}

/// `GET /{path}/import/template.csv`: a sheet with nothing but the header.
pub async fn template(cx: Cx, kind: &'static RecordType) -> Handled {
    let fields = kind.fields.iter().filter(|field| !field.computed);
    let paths = fields.flat_map(|field| match field.is_localized() {
        true => vec![format!("{}.ja", field.name), format!("{}.en", field.name)],
        false => vec![field.name.to_owned()],
    });
    let paths = ["code".to_owned()].into_iter().chain(paths).chain(["audience".to_owned(), "source".to_owned()]);
    let text = export::csv_text([paths.map(|path| columns::label(kind, &path, cx.lang)).collect()])?;
    Ok(export::download(
        "text/csv; charset=utf-8",
        &format!("{}.csv", kind.path),
        Body::from(format!("\u{FEFF}{text}")),
    ))
}

/// `POST /{path}/import` with a file or a paste, as `multipart/form-data`.
pub async fn upload(cx: Cx, kind: &'static RecordType, parts: Parts) -> Handled {
    check_right(&cx, kind)?;
    let sent = Sent::receive(parts, cx.app.settings.upload_limit).await?;
    let name = sent.file_name.clone();
    let read = tokio::task::spawn_blocking(move || table::read_sent(sent)).await.map_err(Error::internal)?;
    let sheet = match read {
        Ok(sheet) => sheet,
        Err(Error::Invalid(errors)) => return start_page(&cx, kind, errors).await,
        Err(error) => return Err(error.into()),
    };
    let options = Options { paths: columns::recognize(kind, &sheet.header), ..Options::default() };
    let id = runs::create(&cx.app.db, &cx.actor, kind, &name, &sheet, &options).await?;
    Ok(Redirect::to(&run_href(&cx, kind, id)).into_response())
}
