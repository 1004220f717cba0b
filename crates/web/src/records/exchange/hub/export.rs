//! Writing the archive, as of one moment.

use super::{BATCH, FORMAT, Manifest, Part, VERSION, rows};
use crate::app::App;
use futures_util::TryStreamExt;
use kernel::record::RecordType;
use kernel::{Error, Result, Uuid};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{Seek, Write};
use store::feed::{self, Entry};
use store::files::FileRow;
use store::{One, Snapshot, args};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Writes the whole hub. `progress` gets rows done and their total.
///
/// # Errors
/// [`Error::Internal`] when the writer fails, storage errors otherwise; what was written so far is of no use then.
pub async fn export_hub<W: Write + Seek>(app: &App, writer: W, mut progress: impl FnMut(u64, u64)) -> Result<Manifest> {
    let mut snapshot = app.db.snapshot().await?;
    let total = count(&mut snapshot, &app.kinds).await?;
    let mut archive = Archive { zip: ZipWriter::new(writer), parts: Vec::new(), open: None, done: 0 };
    let mut kinds = app.kinds.clone();
    kinds.sort_by_key(|kind| kind.key);
    for kind in kinds {
        archive.begin(&format!("records/{}.jsonl", kind.key))?;
        let mut after: Option<Uuid> = None;
        loop {
            let batch = rows::read(&mut snapshot, kind, after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after = Some(last.id);
            batch.iter().try_for_each(|record| archive.line(&record.to_json()))?;
            progress(archive.done, total);
        }
        archive.end();
    }
    let feed_head = feed(&mut snapshot, &mut archive, |done| progress(done, total)).await?;
    let missing_files = files(app, &mut snapshot, &mut archive).await?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        parts: archive.parts.clone(),
        feed_head,
        missing_files,
    };
    archive.begin("manifest.json")?;
    archive.write(format!("{:#}\n", json!(manifest)).as_bytes())?;
    archive.zip.finish().map_err(Error::internal)?;
    progress(total, total);
    Ok(manifest)
}

async fn count(snapshot: &mut Snapshot, kinds: &[&'static RecordType]) -> Result<u64> {
    let tables = kinds.iter().map(|kind| kind.key).chain(["change", "file"]);
    let mut total = 0;
    for table in tables {
        let found: Option<One<i64>> = snapshot.opt(format!("SELECT count(*) FROM {table}"), args![]).await?;
        total += found.map_or(0, |One(rows)| u64::try_from(rows).unwrap_or(0));
    }
    Ok(total)
}

async fn feed<W: Write + Seek>(
    snapshot: &mut Snapshot,
    archive: &mut Archive<W>,
    mut progress: impl FnMut(u64),
) -> Result<String> {
    archive.begin("feed.jsonl")?;
    let (mut at, mut head) = (0_i64, String::new());
    loop {
        let page: Vec<Entry> =
            snapshot.all("SELECT * FROM change WHERE seq > $1 ORDER BY seq LIMIT $2", args![at, BATCH]).await?;
        let Some(last) = page.last() else { break };
        (at, head) = (last.seq, hex::encode(&last.hash));
        page.iter().try_for_each(|entry| archive.line(&entry_json(entry)))?;
        progress(archive.done);
    }
    archive.end();
    Ok(head)
}

fn entry_json(entry: &Entry) -> Value {
    json!({
        "seq": entry.seq, "id": entry.id, "at": entry.at, "actor": entry.actor, "action": entry.action,
        "record_type": entry.record_type, "record_id": entry.record_id, "before": entry.before, "after": entry.after,
        "request_id": entry.request_id, "prev_hash": hex::encode(&entry.prev_hash), "hash": hex::encode(&entry.hash),
    })
}

async fn files<W: Write + Seek>(app: &App, snapshot: &mut Snapshot, archive: &mut Archive<W>) -> Result<Vec<String>> {
    let rows: Vec<FileRow> = snapshot.all("SELECT * FROM file ORDER BY id", args![]).await?;
    archive.begin("files.jsonl")?;
    for row in &rows {
        archive.line(&json!({
            "id": row.id, "sha256": row.sha256, "name": row.name, "media_type": row.media_type, "size": row.size,
            "created_at": row.created_at, "created_by": row.created_by,
        }))?;
    }
    archive.end();
    let mut hashes: Vec<String> = rows.into_iter().map(|row| row.sha256).collect();
    hashes.sort();
    hashes.dedup();
    let mut missing = Vec::new();
    for hash in hashes {
        let Some(mut bytes) = app.files.get(&hash).await? else {
            missing.push(hash);
            continue;
        };
        archive.begin(&format!("files/{hash}"))?;
        while let Some(chunk) = bytes.try_next().await? {
            archive.write(&chunk)?;
        }
        archive.count_one();
        archive.end();
    }
    Ok(missing)
}

/// The zip under construction, with the part that is being written.
struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    parts: Vec<Part>,
    open: Option<(Part, Sha256)>,
    done: u64,
}

impl<W: Write + Seek> Archive<W> {
    fn begin(&mut self, path: &str) -> Result<()> {
        // One instant and one set of rights for all, so that the same hub gives the same bytes.
        let options = SimpleFileOptions::default()
            .last_modified_time(zip::DateTime::default())
            .compression_method(zip::CompressionMethod::Deflated)
            .unix_permissions(0o644)
            .large_file(true);
        self.zip.start_file(path, options).map_err(Error::internal)?;
        self.open = Some((Part { path: path.to_owned(), count: 0, bytes: 0, sha256: String::new() }, Sha256::new()));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.zip.write_all(bytes).map_err(Error::internal)?;
        if let Some((part, hash)) = &mut self.open {
            part.bytes += bytes.len() as u64;
            hash.update(bytes);
        }
        Ok(())
    }

    fn line(&mut self, json: &Value) -> Result<()> {
        self.write(format!("{}\n", feed::canonical(json)).as_bytes())?;
        self.done += 1;
        self.count_one();
        Ok(())
    }

    fn count_one(&mut self) {
        if let Some((part, _)) = &mut self.open {
            part.count += 1;
        }
    }

    fn end(&mut self) {
        if let Some((part, hash)) = self.open.take() {
            self.parts.push(Part { sha256: hex::encode(hash.finalize()), ..part });
        }
    }
}
