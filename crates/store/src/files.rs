//! Attachments: bytes under their SHA-256, in the data folder or an S3-compatible store; names in the table `file`.
//!
//! Contents never change, so backups copy them without stopping anything. Bytes are written first and registered in
//! the transaction of the record that uses them; what no row names is cleared after a day. Never here: who may read
//! a file, thumbnails, virus checks.

use crate::db::{Db, One, Tx, sync_folder};
use crate::error::{Error, Result};
use crate::{args, record};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use kernel::Uuid;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Parts of a streamed upload; S3 takes no smaller ones than 5 MiB.
const PART: usize = 8 * 1024 * 1024;
/// Contents younger than this may belong to a transaction that is still open.
const CLEARED_AFTER: TimeDelta = TimeDelta::days(1);

record! {
    /// A row of the table `file`.
    #[derive(Debug, Clone, PartialEq)]
    pub struct FileRow {
        pub id: Uuid,
        /// Lower-case hex.
        pub sha256: String,
        /// As it was uploaded; not a path.
        pub name: String,
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        pub created_at: DateTime<Utc>,
        pub created_by: Option<Uuid>,
    }
}

/// Bytes that are stored but not yet registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub sha256: String,
    pub size: i64,
}

/// Where attachments are.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    root: Option<PathBuf>,
}

impl Files {
    /// In a folder, created if absent; every file is synced before it counts as stored.
    pub fn local(root: impl Into<PathBuf>) -> Result<Files> {
        let root = root.into();
        std::fs::create_dir_all(&root)?;
        let store = LocalFileSystem::new_with_prefix(&root).map_err(other)?.with_fsync(true);
        Ok(Files { store: Arc::new(store), root: Some(root) })
    }

    /// In the data folder of a database.
    pub fn of(db: &Db) -> Result<Files> {
        Files::local(db.folder().files())
    }

    /// In a bucket; credentials, region and endpoint come from the usual `AWS_…` variables.
    #[cfg(feature = "s3")]
    pub fn s3(bucket: &str) -> Result<Files> {
        let store = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(other)?;
        Ok(Files { store: Arc::new(store), root: None })
    }

    /// Stores a stream of bytes without holding it in memory.
    ///
    /// # Errors
    /// [`Error::TooLarge`] as soon as `limit_bytes` is passed; nothing is kept then.
    pub async fn put<E>(&self, body: impl Stream<Item = Result<Bytes, E>> + Send, limit_bytes: u64) -> Result<Stored>
    where
        E: std::fmt::Display,
    {
        let incoming = ObjectPath::from(format!("incoming/{}", Uuid::new_v4().simple()));
        let upload = self.store.put_multipart(&incoming).await.map_err(other)?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
        match receive(&mut writer, body, limit_bytes).await {
            Ok(stored) => {
                writer.finish().await.map_err(other)?;
                self.keep(&incoming, &stored.sha256).await?;
                Ok(stored)
            }
            Err(error) => {
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    /// Stores bytes that are in memory already.
    pub async fn put_bytes(&self, bytes: Bytes, limit_bytes: u64) -> Result<Stored> {
        self.put(futures_util::stream::iter([Ok::<_, Error>(bytes)]), limit_bytes).await
    }

    async fn keep(&self, incoming: &ObjectPath, sha256: &str) -> Result<()> {
        let place = place_of(sha256)?;
        self.store.rename(incoming, &place).await.map_err(other)?;
        if let Some(path) = self.local_path(sha256) {
            for folder in path.ancestors().skip(1).take(2) {
                sync_folder(folder)?;
            }
        }
        Ok(())
    }

    /// The bytes of a content, `None` when they are missing: a page says so, it does not fail.
    pub async fn get(&self, sha256: &str) -> Result<Option<BoxStream<'static, Result<Bytes>>>> {
        match self.store.get(&place_of(sha256)?).await {
            Ok(found) => Ok(Some(found.into_stream().map_err(other).boxed())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(other(error)),
        }
    }

    /// All bytes of a content that is known to be small.
    pub async fn get_bytes(&self, sha256: &str) -> Result<Option<Bytes>> {
        match self.store.get(&place_of(sha256)?).await {
            Ok(found) => found.bytes().await.map(Some).map_err(other),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(other(error)),
        }
    }

    /// Size of a content in bytes, `None` when it is missing.
    pub async fn size(&self, sha256: &str) -> Result<Option<u64>> {
        match self.store.head(&place_of(sha256)?).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(other(error)),
        }
    }

    /// Where a content lies when the store is a folder.
    pub(crate) fn local_path(&self, sha256: &str) -> Option<PathBuf> {
        let root = self.root.as_deref()?;
        Some(root.join(sha256.get(..2)?).join(sha256.get(2..)?))
    }

    /// Rows whose bytes are gone or have another size (fault 28).
    pub async fn missing(&self, db: &Db) -> Result<Vec<FileRow>> {
        let rows: Vec<FileRow> = db.all("SELECT * FROM file ORDER BY created_at, id", args![]).await?;
        let mut missing = Vec::new();
        for row in rows {
            let size = self.size(&row.sha256).await?;
            if size.and_then(|size| i64::try_from(size).ok()) != Some(row.size) {
                missing.push(row);
            }
        }
        Ok(missing)
    }

    /// Clears contents that no row names and that are older than a day. Returns how many.
    pub async fn clear_unreferenced(&self, db: &Db) -> Result<u64> {
        let named: HashSet<String> = db
            .all::<One<String>>("SELECT DISTINCT sha256 FROM file", args![])
            .await?
            .into_iter()
            .map(|One(hash)| hash)
            .collect();
        let oldest = db.now() - CLEARED_AFTER;
        let mut listed = self.store.list(None);
        let mut cleared = 0;
        while let Some(object) = listed.try_next().await.map_err(other)? {
            let hash = object.location.as_ref().replace('/', "");
            if object.last_modified < oldest && !named.contains(&hash) {
                self.store.delete(&object.location).await.map_err(other)?;
                cleared += 1;
            }
        }
        Ok(cleared)
    }
}

async fn receive<E: std::fmt::Display>(
    writer: &mut WriteMultipart,
    body: impl Stream<Item = Result<Bytes, E>> + Send,
    limit_bytes: u64,
) -> Result<Stored> {
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    let mut body = std::pin::pin!(body);
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| Error::Unavailable(error.to_string()))?;
        size += chunk.len() as u64;
        if size > limit_bytes {
            return Err(Error::TooLarge { limit_bytes });
        }
        hash.update(&chunk);
        writer.wait_for_capacity(2).await.map_err(other)?;
        writer.put(chunk);
    }
    Ok(Stored { sha256: hex::encode(hash.finalize()), size: i64::try_from(size).unwrap_or(i64::MAX) })
}

/// `ab/cdef…`: a folder per first byte keeps listings short.
fn place_of(sha256: &str) -> Result<ObjectPath> {
    if sha256.len() != 64 || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(Error::NotFound);
    }
    Ok(ObjectPath::from(format!("{}/{}", &sha256[..2], &sha256[2..])))
}

fn other(error: object_store::Error) -> Error {
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return std::io::Error::from(io.kind()).into();
        }
        cause = inner.source();
    }
    Error::Disk(error.to_string())
}

/// What a new row of `file` says beside hash and size.
#[derive(Debug, Clone)]
pub struct NewFile {
    pub name: String,
    pub media_type: String,
    pub created_by: Option<Uuid>,
}

/// Registers stored bytes under a name, in the transaction of the record that uses them.
pub async fn register(tx: &mut Tx, stored: &Stored, file: NewFile) -> Result<Uuid> {
    let (id, now) = (tx.new_id(), tx.now());
    let sql = "INSERT INTO file (id, sha256, name, media_type, size, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    tx.run(sql, args![id, &stored.sha256, file.name, file.media_type, stored.size, now, file.created_by]).await?;
    Ok(id)
}

pub async fn find(db: &Db, id: Uuid) -> Result<Option<FileRow>> {
    db.opt("SELECT * FROM file WHERE id = $1", args![id]).await
}

/// Forgets a file; its bytes are cleared later if nothing else names them.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    if tx.run("DELETE FROM file WHERE id = $1", args![id]).await? == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Whether a path lies in a folder of attachments; used by backups to refuse writing into it.
pub(crate) fn is_inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}
