//! The data folder: whose it is, whether it held a database, and whether the file in it can be one.
//!
//! Files: `hub.lock` (held while a process works here, with its pid), `hub.toml` (marker: a database was made
//! here; closed cleanly or not, and the hash it had then), `hub.db` with `-wal` and `-shm`, `files/`.
//! Never here: SQL. Nothing is created or repaired by looking.

use crate::error::{Error, RefusalReason, Result};
use kernel::lang::Said;
use sha2::{Digest, Sha256};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Files up to this size are hashed at a clean stop and compared at the next start.
const HASHED_UP_TO: u64 = 64 * 1024 * 1024;
const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Paths in a data folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

/// What the marker says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marker {
    pub(super) clean: bool,
    /// The data are in PostgreSQL; the folder holds attachments and the search index only.
    pub(super) elsewhere: bool,
    pub(super) sha256: Option<String>,
}

/// The exclusive right to work in the folder; given back when dropped, also by a killed process.
#[derive(Debug)]
pub(super) struct FolderLock {
    file: File,
}

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Folder {
        Folder { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn database(&self) -> PathBuf {
        self.root.join("hub.db")
    }

    pub fn files(&self) -> PathBuf {
        self.root.join("files")
    }

    /// Space left for data, in bytes. `None`: the system does not tell.
    pub fn free_bytes(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.root).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn wal(&self) -> PathBuf {
        self.root.join("hub.db-wal")
    }

    fn marker_path(&self) -> PathBuf {
        self.root.join("hub.toml")
    }

    /// Here while a restore is under way, or after one that was killed.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.root.join("restore.partial")
    }

    /// Removes what a killed restore left beside `restore.partial`.
    pub(crate) fn clear_unfinished(&self) -> Result<()> {
        for path in [self.database(), self.wal(), self.root.join("hub.db-shm"), self.marker_path()] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses a folder in which a restore did not come to its end.
    pub(super) fn refuse_unfinished(&self) -> Result<()> {
        if !self.restoring().exists() {
            return Ok(());
        }
        Err(Error::refuse(
            RefusalReason::Unusable,
            self.root.display(),
            Said::new(
                "このフォルダーへの復元は途中で止まっています。同じバックアップで `musubi restore` をもう一度実行してください。",
                "A restore into this folder did not finish. Run `musubi restore` again with the same backup.",
            ),
        ))
    }

    /// Whether a hub was ever made here.
    pub fn is_used(&self) -> bool {
        self.marker_path().exists() || self.database().exists()
    }

    /// Creates the folder if absent and locks it for this process.
    ///
    /// # Errors
    /// [`RefusalReason::InUse`] names the process that holds it.
    pub(super) fn lock(&self) -> Result<FolderLock> {
        fs::create_dir_all(&self.root).map_err(|cause| self.unusable(&cause))?;
        let path = self.root.join("hub.lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|cause| self.unusable(&cause))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(self.in_use(&mut file)),
            Err(TryLockError::Error(cause)) => return Err(self.unusable(&cause)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.seek(SeekFrom::Start(0)))
            .and_then(|_| writeln!(file, "{}", std::process::id()));
        written.map_err(|cause| self.unusable(&cause))?;
        Ok(FolderLock { file })
    }

    fn in_use(&self, file: &mut File) -> Error {
        let mut text = String::new();
        let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
        let who = pid.map_or_else(|| "?".to_owned(), |pid| pid.to_string());
        Error::refuse(
            RefusalReason::InUse { pid },
            self.root.display(),
            Said::new(
                format!(
                    "別のプロセス（{who}）がこのフォルダーを使っています。先にそれを止めるか、別のフォルダーを指定してください。"
                ),
                format!("Another process ({who}) works on this folder. Stop it first, or name another folder."),
            ),
        )
    }

    fn unusable(&self, cause: &std::io::Error) -> Error {
        Error::refuse(
            RefusalReason::Unusable,
            self.root.display(),
            Said::new(
                format!("フォルダーに書き込めません（{cause}）。権限と空き容量を確かめてください。"),
                format!("The folder cannot be written ({cause}). Check permissions and free space."),
            ),
        )
    }

    fn damaged(&self, ja: &str, en: &str) -> Error {
        Error::refuse(
            RefusalReason::Damaged,
            self.database().display(),
            Said::new(
                format!(
                    "{ja}ファイルには手を付けていません。フォルダーを別名で残し、`musubi restore` でバックアップから戻してください。"
                ),
                format!(
                    "{en} The file was left as it is. Keep the folder under another name and bring back a backup with `musubi restore`."
                ),
            ),
        )
    }

    pub(super) fn damaged_inside(&self, finding: &str) -> Error {
        self.damaged(
            &format!("データベースが壊れています（{finding}）。"),
            &format!("The database is damaged ({finding})."),
        )
    }

    fn missing(&self, ja: &str, en: &str) -> Error {
        Error::refuse(RefusalReason::Missing, self.root.display(), Said::new(ja, en))
    }

    pub(super) fn marker(&self) -> Result<Option<Marker>> {
        let text = match fs::read_to_string(self.marker_path()) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unusable(&error)),
        };
        let value = |key: &str| {
            text.lines().find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim().trim_matches('"').to_owned())
            })
        };
        Ok(Some(Marker {
            clean: value("clean").as_deref() == Some("true"),
            elsewhere: value("engine").as_deref() == Some("postgres"),
            sha256: value("sha256"),
        }))
    }

    /// Remembers that the hub of this folder lives in PostgreSQL, so that a start without its address is refused.
    pub(super) fn write_elsewhere(&self) -> Result<()> {
        if self.is_used() { Ok(()) } else { self.replace_marker("engine = \"postgres\"\n") }
    }

    /// Writes the marker so that it is either the old or the new one after a power cut.
    pub(super) fn write_marker(&self, clean: bool) -> Result<()> {
        let mut text = format!("engine = \"sqlite\"\nclean = {clean}\n");
        if let (true, Some(hash)) = (clean, hash_if_small(&self.database())?) {
            text.push_str(&format!("sha256 = \"{hash}\"\n"));
        }
        self.replace_marker(&text)
    }

    fn replace_marker(&self, text: &str) -> Result<()> {
        let head = "# A Musubi hub lives in this folder. Do not delete this file: without it a lost database\n\
                    # could not be told from a new one.\nformat = 1\n";
        let partial = self.root.join("hub.toml.partial");
        let mut file = File::create(&partial)?;
        file.write_all(format!("{head}{text}").as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, self.marker_path())?;
        sync_folder(&self.root)
    }

    /// Looks at the files without opening them as a database. `trust` accepts what looks odd but may be meant
    /// (a file changed by another program, a write-ahead log removed by hand).
    ///
    /// Returns whether there is a database.
    ///
    /// # Errors
    /// [`RefusalReason::Damaged`] or [`RefusalReason::Missing`] with what to do.
    pub(super) fn examine(&self, trust: bool) -> Result<bool> {
        let marker = self.marker()?;
        let size = length(&self.database());
        let wal = length(&self.wal());
        match (size, &marker) {
            (None, Some(marker)) if marker.elsewhere => {
                return Err(self.missing(
                    "このフォルダーのハブのデータは PostgreSQL にあります。起動するときにそのアドレスを指定してください。",
                    "The data of this hub are in PostgreSQL. Start with its address.",
                ));
            }
            (None, Some(_)) => {
                return Err(self.missing(
                    "このフォルダーにはデータベースがあったはずですが、hub.db がありません。空のデータベースは作りません。`musubi restore` で戻すか、フォルダーを移してから始めてください。",
                    "This folder held a database and hub.db is gone. No empty one is made in its place. Bring it back with `musubi restore`, or move the folder away.",
                ));
            }
            (None, None) => return Ok(false),
            (Some(0), None) if wal.unwrap_or(0) == 0 => return Ok(false),
            (Some(0), _) => return Err(self.damaged("データベースのファイルが空です。", "The database file is empty.")),
            _ => {}
        }
        self.examine_header(size.unwrap_or(0), wal.unwrap_or(0))?;
        if let (Some(marker), false) = (&marker, trust) {
            self.compare_with_marker(marker, wal)?;
        }
        Ok(true)
    }

    fn compare_with_marker(&self, marker: &Marker, wal: Option<u64>) -> Result<()> {
        if !marker.clean && wal.is_none() {
            return Err(self.missing(
                "前回は正しく終了しておらず、書き込み途中の記録（hub.db-wal）がなくなっています。新しい変更が失われているおそれがあります。元に戻すか、バックアップから戻してください。承知のうえで続けるには --trust-file を付けます。",
                "The last run did not end cleanly and its write-ahead log (hub.db-wal) is gone, so the newest changes may be lost. Put it back or restore a backup; to go on all the same, add --trust-file.",
            ));
        }
        if marker.clean
            && wal.unwrap_or(0) == 0
            && marker.sha256.is_some()
            && marker.sha256 != hash_if_small(&self.database())?
        {
            return Err(self.damaged(
                "停止している間に hub.db の内容が変わりました（破損、またはほかのプログラムによる変更）。意図した変更なら --trust-file を付けて起動してください。",
                "hub.db changed while Musubi was stopped, by damage or by another program. If that was meant, start with --trust-file.",
            ));
        }
        Ok(())
    }

    /// Magic, page size, and length against the page count (SQLite file format, 1.3).
    fn examine_header(&self, size: u64, wal: u64) -> Result<()> {
        let mut header = [0_u8; 100];
        let mut file = File::open(self.database()).map_err(|cause| self.unusable(&cause))?;
        if size < 512 || file.read_exact(&mut header).is_err() {
            return Err(self.damaged("データベースのファイルが途中で切れています。", "The database file is cut off."));
        }
        if &header[..16] != SQLITE_MAGIC {
            return Err(self.damaged("hub.db は SQLite のファイルではありません。", "hub.db is not a SQLite file."));
        }
        let page_size = match u16::from_be_bytes([header[16], header[17]]) {
            1 => 65_536_u64,
            n if n >= 512 && n.is_power_of_two() => u64::from(n),
            _ => return Err(self.damaged_inside("page size")),
        };
        let pages = u64::from(u32::from_be_bytes([header[28], header[29], header[30], header[31]]));
        // With a write-ahead log the file may still be shorter than page 1 says: a checkpoint writes page 1 first.
        if wal == 0 && size < pages * page_size {
            return Err(self.damaged("データベースのファイルが途中で切れています。", "The database file is cut off."));
        }
        Ok(())
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        let _ = self.file.unlock();
    }
}

fn length(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|meta| meta.len())
}

/// Makes renames and new names in a folder survive a power cut.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    Ok(File::open(path)?.sync_all()?)
}

/// Hex SHA-256 of a file.
pub(crate) fn hash_file(path: &Path) -> Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0_u8; 256 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(digest.finalize()));
        }
        digest.update(&buffer[..read]);
    }
}

fn hash_if_small(path: &Path) -> Result<Option<String>> {
    match length(path) {
        Some(size) if size <= HASHED_UP_TO => hash_file(path).map(Some),
        _ => Ok(None),
    }
}
