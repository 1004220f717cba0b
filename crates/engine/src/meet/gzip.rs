//! Plain bytes of a file that may be gzip. Never trusts the size a compressed file claims.

use super::json::{Read, ReadError};
use super::read::MAX_BYTES;
use std::borrow::Cow;
use std::io::Read as _;

pub(super) fn plain(bytes: &[u8]) -> Read<Cow<'_, [u8]>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    let mut stream = flate2::read::MultiGzDecoder::new(bytes).take(MAX_BYTES + 1);
    match stream.read_to_end(&mut out) {
        Err(e) => Err(ReadError::new("$", format!("gzipを展開できません({e})"), format!("not valid gzip ({e})"))),
        Ok(n) if n as u64 > MAX_BYTES => {
            Err(ReadError::new("$", "展開後の大きさが1 GiBを超えます", "larger than 1 GiB when decompressed"))
        }
        Ok(_) => Ok(Cow::Owned(out)),
    }
}
