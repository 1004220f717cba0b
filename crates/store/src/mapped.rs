//! Large read-only files, mapped from disk: they take memory only as far as they are read, and the system may have it back.
//!
//! Never here: what is in the files.

use crate::{Error, Result};
use std::path::Path;
use tantivy::directory::{Directory, MmapDirectory, OwnedBytes};

/// The bytes of a file. Cheap to clone; stays readable when the file is replaced by another of its name.
#[derive(Clone)]
pub struct Mapped(OwnedBytes);

impl Mapped {
    /// Maps a file. Replace mapped files by renaming another over them, never by writing into them.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    pub fn open(path: &Path) -> Result<Mapped> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Error::Other(format!("{} is no file", path.display())));
        };
        let folder = MmapDirectory::open(folder).map_err(|error| Error::Other(error.to_string()))?;
        let file = folder.open_read(Path::new(name)).map_err(|error| Error::Other(error.to_string()))?;
        Ok(Mapped(file.read_bytes()?))
    }
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl std::fmt::Debug for Mapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mapped({} bytes)", self.0.len())
    }
}
