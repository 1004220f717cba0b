//! Attaching a file to an agreement, and giving it out.

use super::show::visible;
use crate::agreements::actions::documents::{self, About, Received};
use crate::agreements::{policy, upload};
use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::edtf::Edtf;
use kernel::record::Record;
use kernel::text::Standing;
use kernel::{Error, FieldErrors, Level, Result, Uuid, both};
use std::collections::BTreeMap;
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::upload::Parts;
use web::{Cx, Handled};

/// Circles that a document may have.
const LEVELS: [Level; 5] = [Level::Parties, Level::Staff, Level::Members, Level::Partners, Level::Public];

#[derive(Template)]
#[template(path = "agreements/document.html")]
struct DocumentPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    accept: &'static str,
    title_ja: String,
    title_en: String,
    dated: String,
    levels: Vec<Choice>,
    errors: FieldErrors,
    title_error: String,
    dated_error: String,
    file_error: String,
    limit: String,
}

/// `GET /agreements/{id}/documents/new`.
pub async fn new(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let agreement = visible(&cx, id).await?;
    policy::may_keep(&cx.actor)?;
    show(&cx, &agreement, &BTreeMap::new(), FieldErrors::default())
}

fn show(cx: &Cx, agreement: &Record, sent: &BTreeMap<String, String>, errors: FieldErrors) -> Handled {
    let written = |name: &str| sent.get(name).cloned().unwrap_or_default();
    let chosen = sent.get("audience").map_or(Level::Staff.code(), String::as_str);
    let address = format!("/agreements/{}", agreement.id);
    let status = if errors.is_empty() { 200 } else { 422 };
    let page = DocumentPage {
        crumbs: {
            let mut crumbs = super::crumbs(cx);
            crumbs.push(Crumb::new(agreement.called(cx.lang), cx.href(&address)));
            crumbs
        },
        action: cx.href(&format!("{address}/documents")),
        back: cx.href(&address),
        accept: upload::ACCEPT,
        title_ja: written("title.ja"),
        title_en: written("title.en"),
        dated: written("dated"),
        levels: LEVELS
            .iter()
            .filter(|level| **level <= agreement.audience.level)
            .map(|level| Choice::new(level.code(), level.label().get(cx.lang)).chosen(level.code() == chosen))
            .collect(),
        title_error: fault_of(&errors, "title.ja", cx.lang),
        dated_error: fault_of(&errors, "dated", cx.lang),
        file_error: fault_of(&errors, "file", cx.lang),
        limit: format!("{} MB", cx.app.settings.upload_limit / 1_000_000),
        errors,
        cx,
    };
    web::html_with(status, &page)
}

/// `POST /agreements/{id}/documents`, as `multipart/form-data`.
pub async fn attach(cx: Cx, Path(id): Path<Uuid>, form: Parts) -> Handled {
    let agreement = visible(&cx, id).await?;
    policy::may_keep(&cx.actor)?;
    let mut sent = BTreeMap::new();
    let mut errors = FieldErrors::default();
    let received = match receive(&cx, form, &mut sent).await {
        Ok(received) => received,
        Err(Error::Invalid(faults)) => {
            errors = faults;
            None
        }
        Err(error) => return Err(error.into()),
    };
    let about = read_about(&sent, &mut errors);
    if received.is_none() && errors.of("file").next().is_none() {
        errors.add("file", both("ファイルを選んでください。", "Choose a file."));
    }
    let Some(received) = received.filter(|_| errors.is_empty()) else {
        return show(&cx, &agreement, &sent, errors);
    };
    documents::attach(&Doing::of(&cx), id, &received, &about).await?;
    Ok(notice::redirect(&cx, &format!("/agreements/{id}"), Done::Created, None))
}

/// Bytes of a text field; longer than any field of the form may be.
const MOST: usize = 16 * 1024;

/// Reads the parts of the form in whatever order they come.
async fn receive(cx: &Cx, mut form: Parts, sent: &mut BTreeMap<String, String>) -> Result<Option<Received>> {
    let mut received = None;
    let mut refused = None;
    while let Some(field) = form.next().await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            if field.file_name().is_none_or(str::is_empty) {
                continue;
            }
            match documents::receive(cx, field).await {
                Ok(file) => received = Some(file),
                // The other fields are still read, so that the form comes back filled in.
                Err(Error::Invalid(faults)) => refused = Some(Error::Invalid(faults)),
                Err(Error::TooLarge { .. }) => {
                    return Err(Error::TooLarge { limit_bytes: cx.app.settings.upload_limit as u64 });
                }
                Err(error) => return Err(error),
            }
        } else if sent.len() < 20 {
            sent.insert(name, web::upload::text(field, MOST).await?);
        }
    }
    match refused {
        Some(error) => Err(error),
        None => Ok(received),
    }
}

fn read_about(sent: &BTreeMap<String, String>, errors: &mut FieldErrors) -> About {
    let written = |name: &str| sent.get(name).map(|text| text.trim()).unwrap_or_default();
    let mut about = About::default();
    about.title.put("ja", written("title.ja"), Standing::Original);
    let standing = if about.title.is_empty() { Standing::Original } else { Standing::Official };
    about.title.put("en", written("title.en"), standing);
    if about.title.is_empty() {
        errors.add("title.ja", both("件名を入れてください。", "Write a title."));
    }
    if about.title.versions().any(|(_, version)| version.text.chars().count() > 240) {
        errors.add("title.ja", both("件名は240字以内にしてください。", "Write at most 240 characters."));
    }
    match Edtf::parse_human(written("dated")) {
        _ if written("dated").is_empty() => {}
        Ok(date) => about.dated = Some(date.to_string()),
        Err(_) => errors.add(
            "dated",
            both("日付が読めません。例: 2020-09-07、2020-09", "This is not a date. For example 2020-09-07 or 2020-09."),
        ),
    }
    about.level = Level::from_code(written("audience")).filter(|level| LEVELS.contains(level));
    about
}

/// `GET /files/agreements/{document}`: always as a download, never shown by the browser within this site.
pub async fn download(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let file = documents::find_file(&cx.app.db, id, cx.scope()).await?;
    let bytes = cx.app.files.get(&file.sha256).await?.ok_or(Error::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_LENGTH, file.size.to_string()),
        (header::CONTENT_DISPOSITION, upload::content_disposition(&file.name)),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    let response: Response = (headers, Body::from_stream(bytes)).into_response();
    Ok(response)
}
