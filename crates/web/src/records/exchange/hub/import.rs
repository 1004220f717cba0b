//! Reading an archive into an empty hub: everything in one transaction, nothing if any of it does not fit.

use super::{FORMAT, Manifest, VERSION, rows};
use crate::app::App;
use chrono::{DateTime, Utc};
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Error, Result, Uuid, both};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Seek};
use store::feed;
use store::{Tx, args};
use zip::ZipArchive;

/// Bytes of one line or one file that are held in memory.
const MOST_BYTES: u64 = 2 * 1024 * 1024 * 1024;

#[derive(Deserialize)]
struct EntryLine {
    seq: i64,
    id: Uuid,
    at: DateTime<Utc>,
    actor: Value,
    action: String,
    record_type: String,
    record_id: Uuid,
    before: Option<Value>,
    after: Option<Value>,
    request_id: Option<String>,
    prev_hash: String,
    hash: String,
}

#[derive(Deserialize)]
struct FileLine {
    id: Uuid,
    sha256: String,
    name: String,
    media_type: String,
    size: i64,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
}

/// Fills an empty hub from an archive. Parts are checked against the manifest before anything is written. `progress`
/// gets rows done and their total. Catalogue and feed are right afterwards; the search index follows by itself.
///
/// # Errors
/// A conflict when the hub is not empty; [`Error::BadRequest`] when the archive is damaged, of another format, or has
/// something this program does not know.
pub async fn import_hub<R: Read + Seek>(app: &App, reader: R, mut progress: impl FnMut(u64, u64)) -> Result<Manifest> {
    let mut archive = ZipArchive::new(reader).map_err(|cause| damaged("zip", &cause))?;
    let manifest = manifest(&mut archive)?;
    check_parts(app, &mut archive, &manifest)?;
    let total: u64 = manifest.parts.iter().filter(|part| part.path.ends_with(".jsonl")).map(|part| part.count).sum();
    let mut tx = app.db.begin().await?;
    if !rows::is_empty(&mut tx, &app.kinds).await? {
        tx.rollback().await;
        return Err(Error::conflict(both(
            "空ではない拠点には読み込めません。新しいデータフォルダーで行ってください。",
            "This hub is not empty. Use a new data folder.",
        )));
    }
    let mut loading = Loading { app, archive, done: 0, total, progress: &mut progress };
    match loading.load(&mut tx, &manifest).await {
        Ok(()) => tx.commit().await?,
        Err(error) => {
            tx.rollback().await;
            return Err(error);
        }
    }
    app.db.look_at_feed().await?;
    app.projections.catch_up(app).await;
    Ok(manifest)
}

fn damaged(part: &str, cause: &dyn std::fmt::Display) -> Error {
    Error::BadRequest(Said::new(
        format!("アーカイブの {part} が読み取れません: {cause}"),
        format!("{part} of the archive cannot be read: {cause}"),
    ))
}

fn manifest<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Result<Manifest> {
    let part = archive.by_name("manifest.json").map_err(|cause| damaged("manifest.json", &cause))?;
    let manifest: Manifest =
        serde_json::from_reader(part.take(64 * 1024 * 1024)).map_err(|cause| damaged("manifest.json", &cause))?;
    if manifest.format != FORMAT || manifest.version > VERSION {
        return Err(damaged("manifest.json", &format!("{} {}", manifest.format, manifest.version)));
    }
    Ok(manifest)
}

fn check_parts<R: Read + Seek>(app: &App, archive: &mut ZipArchive<R>, manifest: &Manifest) -> Result<()> {
    for part in &manifest.parts {
        let key = part.path.strip_prefix("records/").and_then(|rest| rest.strip_suffix(".jsonl"));
        if key.is_some_and(|key| app.kind(key).is_none() && part.count > 0) {
            return Err(damaged(&part.path, &"unknown record type"));
        }
        let mut content = archive.by_name(&part.path).map_err(|cause| damaged(&part.path, &cause))?;
        let (mut hash, mut buffer, mut bytes) = (Sha256::new(), vec![0_u8; 64 * 1024], 0_u64);
        loop {
            let read = content.read(&mut buffer).map_err(|cause| damaged(&part.path, &cause))?;
            if read == 0 {
                break;
            }
            bytes += read as u64;
            if bytes > part.bytes {
                break;
            }
            hash.update(buffer.get(..read).unwrap_or_default());
        }
        if bytes != part.bytes || hex::encode(hash.finalize()) != part.sha256 {
            return Err(damaged(&part.path, &"hash differs from the manifest"));
        }
    }
    Ok(())
}

struct Loading<'a, R: Read + Seek, P: FnMut(u64, u64)> {
    app: &'a App,
    archive: ZipArchive<R>,
    done: u64,
    total: u64,
    progress: &'a mut P,
}

impl<R: Read + Seek, P: FnMut(u64, u64)> Loading<'_, R, P> {
    async fn load(&mut self, tx: &mut Tx, manifest: &Manifest) -> Result<()> {
        for part in &manifest.parts {
            if let Some(key) = part.path.strip_prefix("records/").and_then(|rest| rest.strip_suffix(".jsonl")) {
                self.records(tx, &part.path, key).await?;
            }
        }
        self.feed(tx, manifest).await?;
        self.files(tx, manifest).await
    }

    fn step(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(500) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }

    async fn records(&mut self, tx: &mut Tx, path: &str, key: &str) -> Result<()> {
        let Some(kind) = self.app.kind(key) else { return Ok(()) };
        for (number, line) in self.lines(path)?.into_iter().enumerate() {
            let json: Value = serde_json::from_str(&line).map_err(|cause| damaged(path, &cause))?;
            let record = Record::from_json(kind, &json).filter(|record| feed::canonical(&record.to_json()) == line);
            // A record that would come out differently has something that this program would lose.
            let record = record.ok_or_else(|| damaged(path, &format!("line {}", number + 1)))?;
            rows::write(tx, &record).await?;
            self.step();
        }
        Ok(())
    }

    async fn feed(&mut self, tx: &mut Tx, manifest: &Manifest) -> Result<()> {
        let mut head: Option<(i64, Vec<u8>)> = None;
        for line in self.lines("feed.jsonl")? {
            let entry: EntryLine = serde_json::from_str(&line).map_err(|cause| damaged("feed.jsonl", &cause))?;
            let bytes = |text: &str| hex::decode(text).map_err(|cause| damaged("feed.jsonl", &cause));
            let (prev, hash) = (bytes(&entry.prev_hash)?, bytes(&entry.hash)?);
            head = Some((entry.seq, hash.clone()));
            let sql = "INSERT INTO change (seq, id, at, actor, action, record_type, record_id, before, after, request_id, prev_hash, hash) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
            let EntryLine { seq, id, at, actor, action, record_type, record_id, before, after, request_id, .. } = entry;
            tx.run(
                sql,
                args![seq, id, at, actor, action, record_type, record_id, before, after, request_id, prev, hash],
            )
            .await?;
            self.step();
        }
        let Some((seq, hash)) = head else { return Ok(()) };
        if hex::encode(&hash) != manifest.feed_head {
            return Err(damaged("feed.jsonl", &"its end differs from the manifest"));
        }
        tx.run("UPDATE feed_head SET seq = $1, hash = $2 WHERE one = 1", args![seq, hash]).await?;
        Ok(())
    }

    async fn files(&mut self, tx: &mut Tx, manifest: &Manifest) -> Result<()> {
        for part in &manifest.parts {
            let Some(hash) = part.path.strip_prefix("files/") else { continue };
            let bytes = self.bytes(&part.path)?;
            let stored = self.app.files.put_bytes(bytes.into(), MOST_BYTES).await?;
            if stored.sha256 != hash {
                return Err(damaged(&part.path, &"content differs from its name"));
            }
        }
        for line in self.lines("files.jsonl")? {
            let file: FileLine = serde_json::from_str(&line).map_err(|cause| damaged("files.jsonl", &cause))?;
            let sql = "INSERT INTO file (id, sha256, name, media_type, size, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
            tx.run(
                sql,
                args![file.id, file.sha256, file.name, file.media_type, file.size, file.created_at, file.created_by],
            )
            .await?;
            self.step();
        }
        Ok(())
    }

    fn bytes(&mut self, path: &str) -> Result<Vec<u8>> {
        let part = self.archive.by_name(path).map_err(|cause| damaged(path, &cause))?;
        let mut bytes = Vec::new();
        part.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|cause| damaged(path, &cause))?;
        Ok(bytes)
    }

    /// The lines of a part; one part is held in memory at a time.
    fn lines(&mut self, path: &str) -> Result<Vec<String>> {
        let part = self.archive.by_name(path).map_err(|cause| damaged(path, &cause))?;
        BufReader::new(part).lines().collect::<Result<_, _>>().map_err(|cause| damaged(path, &cause))
    }
}
