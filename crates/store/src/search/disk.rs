//! Opens the index folder, and puts a folder aside that cannot be used.
//!
//! The index is a cache of the database: it may be thrown away at any time, so damage is answered by starting
//! anew and never by repair. Never here: building the new content.

use super::analysis::Analyzer;
use super::schema::tokenizers;
use kernel::{Error, Result};
use std::fs;
use std::path::{Path, PathBuf};
use tantivy::schema::Schema;
use tantivy::{Index, IndexSettings};

/// Opens the index in `dir`, or starts an empty one there. What cannot be read (damaged, or written with
/// other tokens) is moved to `<dir>.aside`; one such folder is kept, for a look at what happened.
pub(super) fn open(dir: &Path, schema: &Schema) -> Result<Index> {
    fs::create_dir_all(dir).map_err(Error::internal)?;
    if !dir.join("meta.json").exists() {
        return create(dir, schema);
    }
    match open_sound(dir, schema) {
        Ok(index) => Ok(index),
        Err(reason) => {
            tracing::warn!(folder = %dir.display(), %reason, "search index put aside; it will be built anew");
            move_aside(dir)?;
            fs::create_dir_all(dir).map_err(Error::internal)?;
            create(dir, schema)
        }
    }
}

fn create(dir: &Path, schema: &Schema) -> Result<Index> {
    Index::builder()
        .schema(schema.clone())
        .settings(IndexSettings::default())
        .tokenizers(tokenizers(Analyzer::new()))
        .create_in_dir(dir)
        .map_err(Error::internal)
}

/// The index, if it has this schema, every file has the right checksum, and it can be read.
fn open_sound(dir: &Path, schema: &Schema) -> Result<Index, String> {
    let mut index = Index::open_in_dir(dir).map_err(|cause| cause.to_string())?;
    if index.schema() != *schema {
        return Err("other schema".to_owned());
    }
    let damaged = index.validate_checksum().map_err(|cause| cause.to_string())?;
    if !damaged.is_empty() {
        return Err(format!("{} damaged file(s)", damaged.len()));
    }
    index.set_tokenizers(tokenizers(Analyzer::new()));
    index.reader().map_err(|cause| cause.to_string())?;
    Ok(index)
}

fn move_aside(dir: &Path) -> Result<()> {
    let aside = aside_of(dir);
    if aside.exists() {
        fs::remove_dir_all(&aside).map_err(Error::internal)?;
    }
    fs::rename(dir, &aside).map_err(Error::internal)
}

/// Where an unusable index goes.
pub(super) fn aside_of(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().map(|name| name.to_os_string()).unwrap_or_default();
    name.push(".aside");
    dir.with_file_name(name)
}
