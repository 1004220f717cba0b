//! A whole hub in one `.zip`, made while it runs, and a hub made from such a file.
//!
//! Contents: `manifest.json` (what, when, hashes), the database (`hub.db` from SQLite, `tables/*.jsonl` from
//! PostgreSQL) and the attachments under their hashes. The file is called `….partial` until it is complete and
//! synced, so a backup that has its name is whole (fault 6). Either kind restores into either engine. The search
//! index is not in it: it is rebuilt from the change feed. Never here: schedules, sending copies elsewhere.

mod restore;

pub use restore::{Restored, restore};

use crate::db::{Db, One, hash_file, sync_folder};
use crate::error::{Error, Result};
use crate::files::{Files, is_inside};
use crate::{args, feed, migrate};
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const FORMAT: &str = "musubi-backup-1";

/// What a backup holds; the last entry of the zip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `musubi-backup-1`.
    pub format: String,
    pub made_at: DateTime<Utc>,
    /// `sqlite` or `postgres`: where the database came from.
    pub engine: String,
    /// Newest migration applied to it.
    pub schema: i64,
    /// Newest entry of the change feed.
    pub feed_seq: i64,
    /// Rows per table; empty for a SQLite file.
    pub rows: BTreeMap<String, u64>,
    pub entries: Vec<ManifestEntry>,
    /// Attachments that rows name but whose bytes were gone already.
    pub missing: Vec<String>,
}

/// One file in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    pub path: String,
    pub sha256: String,
    /// Bytes, unpacked.
    pub size: u64,
}

/// How far a backup or restore is: (files done, files in all).
pub type Progress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

/// Writes a backup to `target` and verifies nothing by trust: every hash is of the bytes that were packed.
///
/// # Errors
/// [`Error::Backup`] when `target` exists or lies among the attachments; disk errors. No file of that name is left then.
pub async fn create(db: &Db, files: &Files, target: &Path, progress: Progress<'_>) -> Result<Manifest> {
    if target.exists() {
        return Err(Error::Backup(format!("{} exists already", target.display())));
    }
    let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    if is_inside(parent, &db.folder().files()) {
        return Err(Error::Backup("a backup cannot be written among the attachments".to_owned()));
    }
    let scratch = Scratch::new(parent)?;
    let partial = with_suffix(target, ".partial");
    let outcome = pack(db, files, &scratch, &partial, progress).await;
    match outcome {
        Ok(manifest) => {
            fs::rename(&partial, target)?;
            sync_folder(parent)?;
            Ok(manifest)
        }
        Err(error) => {
            let _ = fs::remove_file(&partial);
            Err(error)
        }
    }
}

/// A folder that goes away.
struct Scratch(PathBuf);

impl Scratch {
    fn new(parent: &Path) -> Result<Scratch> {
        let path = parent.join(format!(".musubi-backup-{}.partial", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&path)?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

async fn pack(db: &Db, files: &Files, scratch: &Scratch, partial: &Path, progress: Progress<'_>) -> Result<Manifest> {
    let (mut manifest, database, hashes) = save_database(db, scratch).await?;
    let total = (database.len() + hashes.len()) as u64;
    let mut zip = Packer::create(partial)?;
    let mut done = 0;
    for (name, path) in database {
        zip = zip.add(name, path, CompressionMethod::Deflated).await?;
        done += 1;
        progress(done, total);
    }
    for hash in hashes {
        match bytes_of(files, &hash, scratch).await? {
            Some(path) => {
                let name = format!("files/{}/{}", &hash[..2], &hash[2..]);
                zip = zip.add(name, path, CompressionMethod::Stored).await?;
            }
            None => manifest.missing.push(hash),
        }
        done += 1;
        progress(done, total);
    }
    zip.finish(manifest).await
}

/// Database and list of attachments as of one moment.
async fn save_database(db: &Db, scratch: &Scratch) -> Result<(Manifest, Vec<(String, PathBuf)>, Vec<String>)> {
    let mut manifest = Manifest {
        format: FORMAT.to_owned(),
        made_at: db.now(),
        engine: if db.is_postgres() { "postgres" } else { "sqlite" }.to_owned(),
        schema: 0,
        feed_seq: 0,
        rows: BTreeMap::new(),
        entries: Vec::new(),
        missing: Vec::new(),
    };
    let copy = scratch.0.join("hub.db");
    let mut saved = Vec::new();
    if db.copy_file_to(&copy).await? {
        // The list of attachments must be the copy's, not the running database's.
        let (schema, seq, hashes) = look_into(&copy, db).await?;
        (manifest.schema, manifest.feed_seq) = (schema, seq);
        return Ok((manifest, vec![("hub.db".to_owned(), copy)], hashes));
    }
    let tables = db.tables().await?;
    let mut snapshot = db.snapshot().await?;
    for table in &tables {
        let path = scratch.0.join(format!("{}.jsonl", table.name));
        let mut out = BufWriter::new(File::create(&path)?);
        let rows = table.write(&mut snapshot, &mut out).await?;
        manifest.rows.insert(table.name.clone(), rows);
        saved.push((format!("tables/{}.jsonl", table.name), path));
    }
    manifest.schema = db.applied_migrations().await?.last().copied().unwrap_or(0);
    let seq: Vec<One<i64>> = snapshot.all("SELECT seq FROM feed_head WHERE one = 1", args![]).await?;
    manifest.feed_seq = seq.first().map_or(0, |One(seq)| *seq);
    let hashes: Vec<One<String>> = snapshot.all("SELECT DISTINCT sha256 FROM file ORDER BY sha256", args![]).await?;
    Ok((manifest, saved, hashes.into_iter().map(|One(hash)| hash).collect()))
}

async fn look_into(copy: &Path, db: &Db) -> Result<(i64, i64, Vec<String>)> {
    let folder = copy.parent().unwrap_or(Path::new("."));
    let settings = crate::Settings { connections: 1, ..crate::Settings::new(folder, db.clock().clone()) }.read_only();
    let inside = Db::open(&settings).await?;
    let schema = inside.applied_migrations().await?.last().copied().unwrap_or(0);
    let seq = feed::newest(&inside).await?;
    let hashes: Vec<One<String>> = inside.all("SELECT DISTINCT sha256 FROM file ORDER BY sha256", args![]).await?;
    inside.close().await?;
    Ok((schema, seq, hashes.into_iter().map(|One(hash)| hash).collect()))
}

/// A path to the bytes of an attachment, copied to the scratch folder when the store is not a folder.
async fn bytes_of(files: &Files, hash: &str, scratch: &Scratch) -> Result<Option<PathBuf>> {
    if let Some(path) = files.local_path(hash) {
        return Ok(path.is_file().then_some(path));
    }
    let Some(mut body) = files.get(hash).await? else { return Ok(None) };
    let path = scratch.0.join("attachment");
    let mut out = File::create(&path)?;
    while let Some(chunk) = body.try_next().await? {
        out.write_all(&chunk)?;
    }
    Ok(Some(path))
}

/// The zip under construction. Packing runs beside the async tasks, one file at a time.
struct Packer {
    zip: ZipWriter<BufWriter<File>>,
    entries: Vec<ManifestEntry>,
}

impl Packer {
    fn create(path: &Path) -> Result<Packer> {
        Ok(Packer { zip: ZipWriter::new(BufWriter::new(File::create(path)?)), entries: Vec::new() })
    }

    async fn add(mut self, name: String, path: PathBuf, method: CompressionMethod) -> Result<Packer> {
        beside(move || {
            let options = SimpleFileOptions::default().compression_method(method).large_file(true);
            self.zip.start_file(name.as_str(), options).map_err(zip_error)?;
            let (sha256, size) = copy_hashed(File::open(path)?, &mut self.zip)?;
            self.entries.push(ManifestEntry { path: name, sha256, size });
            Ok(self)
        })
        .await
    }

    async fn finish(mut self, manifest: Manifest) -> Result<Manifest> {
        beside(move || {
            let manifest = Manifest { entries: std::mem::take(&mut self.entries), ..manifest };
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
            self.zip.start_file("manifest.json", options).map_err(zip_error)?;
            self.zip.write_all(serde_json::to_string_pretty(&manifest)?.as_bytes())?;
            let mut out = self.zip.finish().map_err(zip_error)?;
            out.flush()?;
            out.get_ref().sync_all()?;
            Ok(manifest)
        })
        .await
    }
}

async fn beside<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(fault) => Err(Error::Other(fault.to_string())),
    }
}

/// Copies everything; returns the hex SHA-256 and the number of bytes.
fn copy_hashed(mut from: impl Read, to: &mut impl Write) -> Result<(String, u64)> {
    use sha2::{Digest, Sha256};
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0_u64, vec![0_u8; 256 * 1024]);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((hex::encode(hash.finalize()), size));
        }
        hash.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        size += read as u64;
    }
}

fn zip_error(error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(cause) => cause.into(),
        other => Error::Backup(other.to_string()),
    }
}

/// Reads the manifest of a backup without unpacking it.
pub fn read_manifest(backup: &Path) -> Result<Manifest> {
    let mut archive = zip::ZipArchive::new(File::open(backup)?).map_err(zip_error)?;
    let entry = archive
        .by_name("manifest.json")
        .map_err(|_| Error::Backup("no manifest: not a backup, or an incomplete one".to_owned()))?;
    let manifest: Manifest = serde_json::from_reader(entry).map_err(|cause| Error::Backup(cause.to_string()))?;
    if manifest.format != FORMAT {
        return Err(Error::Backup(format!("format {} is not known to this version", manifest.format)));
    }
    if manifest.schema > migrate::newest() {
        return Err(Error::Backup(format!(
            "made by a newer version (schema {}, this one knows {})",
            manifest.schema,
            migrate::newest()
        )));
    }
    Ok(manifest)
}

/// Whether a file has the bytes its entry promises.
fn matches(entry: &ManifestEntry, path: &Path) -> Result<bool> {
    Ok(fs::metadata(path)?.len() == entry.size && hash_file(path)? == entry.sha256)
}
