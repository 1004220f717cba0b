//! Files of agreements: attached with their record in one transaction, given out only to those who may see both the
//! record and its agreement.

use crate::agreements::policy;
use crate::agreements::records::{AGREEMENT, DOCUMENT};
use crate::agreements::upload::{self, FileType, HEAD};
use axum::extract::multipart::{Field, MultipartError};
use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, StreamExt};
use kernel::record::Record;
use kernel::{Error, Level, Result, Text, Uuid};
use store::files::{self, FileRow, NewFile, Stored};
use store::records::{self, Scope};
use store::{Db, atomically};
use web::Cx;
use web::records::actions::{self, Doing};
use web::upload::broken;

/// A file that is stored and whose type is known, not yet named by any record.
#[derive(Debug, Clone)]
pub struct Received {
    pub stored: Stored,
    pub kind: FileType,
    pub name: String,
}

/// Stores the file of a form without holding it in memory.
///
/// # Errors
/// `Invalid` for a type that is not allowed or an empty file, `TooLarge` beyond the limit; nothing is kept then.
pub async fn receive(cx: &Cx, mut field: Field<'_>) -> Result<Received> {
    let sent_name = field.file_name().unwrap_or_default().to_owned();
    let mut head = BytesMut::new();
    while head.len() < HEAD {
        match field.chunk().await.map_err(|error| broken(&error))? {
            Some(chunk) => head.extend_from_slice(&chunk),
            None => break,
        }
    }
    let kind = upload::type_of(&head[..head.len().min(HEAD)]).ok_or_else(|| Error::invalid("file", upload::REFUSED))?;
    let begin = stream::iter([Ok::<Bytes, MultipartError>(head.freeze())]);
    let limit = cx.app.settings.upload_limit as u64;
    let stored = cx.app.files.put(begin.chain(field), limit).await?;
    Ok(Received { stored, kind, name: upload::safe_name(&sent_name, kind) })
}

/// What the form says beside the file.
#[derive(Debug, Clone, Default)]
pub struct About {
    pub title: Text,
    pub dated: Option<String>,
    pub level: Option<Level>,
}

/// Attaches a received file to an agreement.
pub async fn attach(doing: &Doing<'_>, agreement: Uuid, received: &Received, about: &About) -> Result<Record> {
    policy::may_keep(doing.actor)?;
    let mut document = Record::new(&DOCUMENT, doing.app.clock.now());
    document.set("agreement", agreement);
    document.set("title", about.title.clone());
    if let Some(dated) = &about.dated {
        document.set("dated", dated.as_str());
    }
    if let Some(level) = about.level {
        document.audience.level = level;
    }
    atomically!(doing.db, |tx| {
        let whole = records::in_tx(tx, &AGREEMENT, agreement)
            .await?
            .filter(|a| a.deleted_at.is_none())
            .ok_or(Error::NotFound)?;
        let new = NewFile {
            name: received.name.clone(),
            media_type: received.kind.media_type.to_owned(),
            created_by: doing.actor.account,
        };
        let file = files::register(tx, &received.stored, new).await?;
        let mut document = document.clone();
        document.set("file", file.to_string());
        document.fictional = whole.fictional;
        if document.audience.level == Level::Parties {
            document.audience.parties = crate::agreements::store::parties_in(tx, agreement)
                .await?
                .into_iter()
                .map(|(party, _)| party)
                .collect();
        }
        actions::create_within(doing, tx, document).await
    })
}

/// The file of a document, when the reader may see both the document and its agreement.
///
/// # Errors
/// `NotFound` for whatever is absent or hidden; the two look the same.
pub async fn find_file(db: &Db, id: Uuid, scope: Scope<'_>) -> Result<FileRow> {
    let document = records::find(db, &DOCUMENT, id, scope).await?.ok_or(Error::NotFound)?;
    let agreement = document.link("agreement").ok_or(Error::NotFound)?;
    records::find(db, &AGREEMENT, agreement, scope).await?.ok_or(Error::NotFound)?;
    let file = document.plain("file").parse::<Uuid>().map_err(|_| Error::NotFound)?;
    files::find(db, file).await?.ok_or(Error::NotFound)
}
