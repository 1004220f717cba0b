//! The first page: a file or a paste.

use super::{check_right, crumbs, run_href};
use crate::cx::Cx;
use crate::failure::{Failure, Handled, html_with};
use crate::layout::Crumb;
use crate::records::exchange::columns::{self, Column};
use crate::records::exchange::plan::Options;
use crate::records::exchange::table::{self, Table};
use crate::records::exchange::{export, runs};
use askama::Template;
use axum::body::Body;
use axum::extract::Multipart;
use axum::response::{IntoResponse, Redirect};
use kernel::record::RecordType;
use kernel::{Error, FieldErrors, Result, both};

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
pub async fn upload(cx: Cx, kind: &'static RecordType, mut parts: Multipart) -> Handled {
    check_right(&cx, kind)?;
    let sent = receive(&cx, &mut parts).await?;
    let read = tokio::task::spawn_blocking(move || sent.read()).await.map_err(Error::internal)?;
    let (name, sheet) = match read {
        Ok(read) => read,
        Err(Error::Invalid(errors)) => return start_page(&cx, kind, errors).await,
        Err(error) => return Err(error.into()),
    };
    let options = Options { paths: columns::recognize(kind, &sheet.header), ..Options::default() };
    let id = runs::create(&cx.app.db, &cx.actor, kind, &name, &sheet, &options).await?;
    Ok(Redirect::to(&run_href(&cx, kind, id)).into_response())
}

#[derive(Default)]
struct Sent {
    name: String,
    file: Vec<u8>,
    paste: Vec<u8>,
}

impl Sent {
    fn read(self) -> Result<(String, Table)> {
        if !self.file.is_empty() {
            return Ok((self.name, table::read_file(self.file)?));
        }
        let text = String::from_utf8(self.paste).map_err(|_| {
            Error::invalid("file", both("貼り付けた文字が UTF-8 ではありません。", "The pasted text is not UTF-8."))
        })?;
        if text.trim().is_empty() {
            return Err(Error::invalid(
                "file",
                both("ファイルを選ぶか、表を貼り付けてください。", "Choose a file, or paste a table."),
            ));
        }
        Ok((String::new(), table::read_text(&text, None)?))
    }
}

/// Reads the parts under one limit; what comes after it is not read at all.
async fn receive(cx: &Cx, parts: &mut Multipart) -> Result<Sent, Failure> {
    let limit = cx.app.settings.upload_limit;
    let too_large = || Failure(Error::TooLarge { limit_bytes: limit as u64 });
    let mut sent = Sent::default();
    let mut total = 0;
    while let Some(mut part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            sent.name = part.file_name().unwrap_or_default().to_owned();
        }
        while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
            total += chunk.len();
            if total > limit {
                return Err(too_large());
            }
            match name.as_str() {
                "file" => sent.file.extend_from_slice(&chunk),
                "paste" => sent.paste.extend_from_slice(&chunk),
                _ => {}
            }
        }
    }
    Ok(sent)
}

fn unreadable(_: axum::extract::multipart::MultipartError) -> Failure {
    Failure(Error::bad_request(both("送られたフォームが読み取れません。", "The form that was sent cannot be read.")))
}
