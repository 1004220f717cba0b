//! A hub from a backup, into a folder (and, for PostgreSQL, a database) that holds nothing yet.
//!
//! Everything is unpacked beside and compared with the manifest before anything counts. While `restore.partial` is
//! there the folder refuses to start, so a killed restore is never taken for a hub; running it again begins anew.

use super::{Manifest, Progress, beside, copy_hashed, matches, read_manifest, zip_error};
use crate::db::{Db, Folder, Settings, sync_folder};
use crate::error::{Error, Result};
use crate::{args, atomically, feed, outbox};
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Component, Path, PathBuf};

/// What a restore brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub manifest: Manifest,
    /// Unsent mail, which may have been sent since the backup: it waits for staff (fault 26).
    pub held_mail: u64,
}

/// Restores a backup. `settings` name the empty folder and, for PostgreSQL, the empty database.
///
/// # Errors
/// [`Error::Backup`] when the file is damaged or incomplete, or when the target holds a hub already.
pub async fn restore(backup: &Path, settings: &Settings, progress: Progress<'_>) -> Result<Restored> {
    let manifest = read_manifest(backup)?;
    let folder = Folder::new(&settings.folder);
    if folder.is_used() && !folder.restoring().exists() {
        return Err(Error::Backup(format!(
            "{} holds a hub already; restore into an empty folder",
            settings.folder.display()
        )));
    }
    let scratch = folder.restoring();
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
        folder.clear_unfinished()?;
    }
    fs::create_dir_all(&scratch)?;
    unpack(backup, &manifest, &scratch, progress).await?;
    put_files(&scratch, &folder)?;
    let from_file = manifest.engine == "sqlite";
    if from_file && settings.postgres.is_none() {
        fs::rename(scratch.join("hub.db"), folder.database())?;
        sync_folder(folder.root())?;
    } else {
        load(&manifest, settings, &scratch).await?;
    }
    let db = Db::open_restored(settings).await?;
    let held_mail = atomically!(db, |tx| -> Error { outbox::hold_all(tx).await })?;
    let verdict = feed::verify(&db, |_, _| ()).await?;
    db.close().await?;
    if verdict.broken.is_some() || verdict.checked != manifest.feed_seq {
        return Err(Error::Backup(format!(
            "the change feed ends at {} instead of {}",
            verdict.checked, manifest.feed_seq
        )));
    }
    fs::remove_dir_all(&scratch)?;
    sync_folder(folder.root())?;
    Ok(Restored { manifest, held_mail })
}

async fn unpack(backup: &Path, manifest: &Manifest, scratch: &Path, progress: Progress<'_>) -> Result<()> {
    let total = manifest.entries.len() as u64;
    for (done, entry) in manifest.entries.iter().enumerate() {
        let target = inside(scratch, &entry.path)?;
        let (backup, name, promised) = (backup.to_owned(), entry.path.clone(), entry.clone());
        beside(move || {
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut archive = zip::ZipArchive::new(BufReader::new(File::open(backup)?)).map_err(zip_error)?;
            let packed = archive.by_name(&name).map_err(|_| Error::Backup(format!("{name} is missing")))?;
            let mut out = File::create(&target)?;
            // Never more than promised: a forged archive must not fill the disk.
            copy_hashed(std::io::Read::take(packed, promised.size + 1), &mut out).map_err(|error| match error {
                Error::Disk(cause) => Error::Backup(format!("{name} cannot be unpacked: {cause}")),
                other => other,
            })?;
            out.sync_all()?;
            if matches(&promised, &target)? {
                Ok(())
            } else {
                Err(Error::Backup(format!("{name} does not match the manifest")))
            }
        })
        .await?;
        progress(done as u64 + 1, total);
    }
    Ok(())
}

/// A path of the archive under a folder; nothing that leads out of it.
fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
    if plain { Ok(folder.join(path)) } else { Err(Error::Backup(format!("{name} is not a path of a backup"))) }
}

fn put_files(scratch: &Path, folder: &Folder) -> Result<()> {
    let unpacked = scratch.join("files");
    if unpacked.is_dir() {
        if folder.files().exists() {
            fs::remove_dir_all(folder.files())?;
        }
        fs::rename(unpacked, folder.files())?;
    }
    Ok(())
}

/// Fills an empty database table by table, then brings it to the newest schema.
async fn load(manifest: &Manifest, settings: &Settings, scratch: &Path) -> Result<()> {
    let tables = scratch.join("tables");
    if manifest.engine == "sqlite" {
        export_file(settings, scratch, &tables).await?;
    }
    let db = Db::open_to(&Settings { trust_file: true, ..settings.clone() }, manifest.schema).await?;
    let outcome = fill(&db, &tables).await;
    db.close().await?;
    outcome
}

/// The tables of the SQLite file in a backup, for another engine.
async fn export_file(settings: &Settings, scratch: &Path, tables: &Path) -> Result<()> {
    fs::create_dir_all(tables)?;
    let source = Db::open(&Settings::new(scratch, settings.clock.clone()).read_only()).await?;
    let mut snapshot = source.snapshot().await?;
    for table in source.tables().await? {
        let mut out = std::io::BufWriter::new(File::create(tables.join(format!("{}.jsonl", table.name)))?);
        table.write(&mut snapshot, &mut out).await?;
    }
    drop(snapshot);
    source.close().await
}

async fn fill(db: &Db, folder: &Path) -> Result<()> {
    if feed::newest(db).await? != 0 {
        return Err(Error::Backup("the database holds a hub already; restore into an empty one".to_owned()));
    }
    let tables = db.tables().await?;
    atomically!(db, |tx| -> Error {
        let keys = tx.without_foreign_keys().await?;
        for table in &tables {
            tx.empty(table).await?;
        }
        for table in &tables {
            let path = folder.join(format!("{}.jsonl", table.name));
            match File::open(&path) {
                Ok(file) => table.read(tx, BufReader::new(file)).await.map(|_| ())?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        tx.with_foreign_keys(keys).await?;
        tx.run("UPDATE feed_head SET one = 1", args![]).await?;
        Ok(())
    })
}
