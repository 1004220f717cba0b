//! Bytes to text: which encoding a file has is seen from its content, not from what the sender says.
//!
//! Accepted are UTF-8, UTF-16 in both byte orders, Shift_JIS as Windows writes it (CP932), and EUC-JP. What fits none
//! of them is refused with the row of the first bad byte; nothing is replaced by question marks.

use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE};
use kernel::lang::Said;
use kernel::{Error, Result};

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    /// Name of the encoding, for the page that shows what was recognized.
    pub encoding: &'static str,
}

/// Recognizes the encoding and decodes.
///
/// # Errors
/// [`Error::Invalid`] on the field `file`, naming the row.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded> {
    let decoded = recognize(bytes)?;
    match decoded.text.find('\0') {
        Some(at) => Err(not_text(row_of(decoded.text.get(..at).unwrap_or_default().as_bytes()))),
        None => Ok(decoded),
    }
}

fn recognize(bytes: Vec<u8>) -> Result<Decoded> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest.to_vec(), "UTF-8 (BOM)");
    }
    for (mark, encoding) in [(b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            return strict(encoding, rest).ok_or_else(|| unreadable(row_of_wide(rest)));
        }
    }
    if let Some(encoding) = utf16_without_mark(&bytes) {
        return strict(encoding, &bytes).ok_or_else(|| unreadable(row_of_wide(&bytes)));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok(Decoded { text, encoding: "UTF-8" }),
        Err(error) if is_broken_utf8(error.as_bytes(), error.utf8_error().valid_up_to()) => {
            let at = error.utf8_error().valid_up_to();
            return Err(unreadable(row_of(error.as_bytes().get(..at).unwrap_or_default())));
        }
        Err(error) => error.into_bytes(),
    };
    japanese(&bytes).ok_or_else(|| unreadable(first_bad_row(&bytes)))
}

fn utf8(bytes: Vec<u8>, encoding: &'static str) -> Result<Decoded> {
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text, encoding }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            Err(unreadable(row_of(error.as_bytes().get(..at).unwrap_or_default())))
        }
    }
}

/// Japanese text that was UTF-8 for several characters and then breaks off is damaged UTF-8, not Shift_JIS.
fn is_broken_utf8(bytes: &[u8], valid: usize) -> bool {
    let start = bytes.get(..valid).unwrap_or_default();
    start.iter().filter(|byte| **byte >= 0xC0).count() >= 4
}

/// Text without a mark in which every second byte is zero now and then: line breaks and commas are one byte and a zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let zeros = |parity: usize| start.iter().enumerate().filter(|(at, byte)| at % 2 == parity && **byte == 0).count();
    match (bytes.len() % 2, zeros(0), zeros(1)) {
        (0, 0, little) if little > 1 => Some(UTF_16LE),
        (0, big, 0) if big > 1 => Some(UTF_16BE),
        _ => None,
    }
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?.into_owned();
    let name = match encoding.name() {
        "Shift_JIS" => "Shift_JIS (CP932)",
        name => name,
    };
    Some(Decoded { text, encoding: name })
}

/// Shift_JIS or EUC-JP. EUC-JP read as Shift_JIS comes out as rows of half-width katakana.
fn japanese(bytes: &[u8]) -> Option<Decoded> {
    let (shift, euc) = (strict(SHIFT_JIS, bytes), strict(EUC_JP, bytes));
    match (shift, euc) {
        (Some(shift), Some(euc)) if half_width_share(&shift.text) > 0.4 && half_width_share(&euc.text) < 0.1 => {
            Some(euc)
        }
        (Some(shift), _) => Some(shift),
        (None, euc) => euc,
    }
}

fn half_width_share(text: &str) -> f64 {
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    let half = text.chars().filter(|c| matches!(c, '\u{FF61}'..='\u{FF9F}')).count();
    if wide == 0 { 0.0 } else { half as f64 / wide as f64 }
}

fn row_of(before: &[u8]) -> usize {
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// Two-byte text is decoded with replacement to find the row of its first fault.
fn row_of_wide(bytes: &[u8]) -> usize {
    let newline = |pair: &[u8]| pair == [b'\n', 0] || pair == [0, b'\n'];
    1 + bytes.chunks(2).filter(|pair| newline(pair)).count()
}

/// The first row that is not Shift_JIS by itself.
fn first_bad_row(bytes: &[u8]) -> usize {
    let bad = |row: &[u8]| strict(SHIFT_JIS, row).is_none();
    bytes.split(|byte| *byte == b'\n').position(bad).map_or(1, |position| position + 1)
}

fn unreadable(row: usize) -> Error {
    Error::invalid(
        "file",
        Said::new(
            format!(
                "{row}行目あたりの文字が読み取れません。UTF-8、UTF-16、Shift_JIS(CP932)、EUC-JP のどれかで保存し直してください。"
            ),
            format!(
                "The text near row {row} cannot be read. Save the file as UTF-8, UTF-16, Shift_JIS (CP932) or EUC-JP."
            ),
        ),
    )
}

fn not_text(row: usize) -> Error {
    Error::invalid(
        "file",
        Said::new(
            format!("{row}行目に文字ではない符号(NUL)があります。CSV、TSV、XLSX のファイルを選んでください。"),
            format!("Row {row} contains a NUL, so this is not text. Choose a CSV, TSV or XLSX file."),
        ),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const TEXT: &str = "名称,所在地\n髙島屋①,大阪市北区中之島~\n";

    fn wide(big: bool, mark: bool) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::new();
        let units = mark.then_some(0xFEFF_u16).into_iter().chain(TEXT.encode_utf16());
        units.for_each(|unit| bytes.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() }));
        bytes
    }

    #[test]
    fn every_accepted_encoding_is_recognized_by_its_content() {
        let (shift, _, failed) = SHIFT_JIS.encode(TEXT);
        assert!(!failed);
        let (euc, _, failed) = EUC_JP.encode("名称,所在地\n高島屋,大阪市北区中之島\n");
        assert!(!failed);
        let marked = [b"\xEF\xBB\xBF".as_slice(), TEXT.as_bytes()].concat();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (marked, "UTF-8 (BOM)"),
            (wide(false, true), "UTF-16LE"),
            (wide(true, true), "UTF-16BE"),
            (wide(false, false), "UTF-16LE"),
            (wide(true, false), "UTF-16BE"),
            (shift.into_owned(), "Shift_JIS (CP932)"),
        ] {
            let decoded = decode(bytes).unwrap();
            assert_eq!((decoded.encoding, decoded.text.as_str()), (encoding, TEXT));
        }
        let decoded = decode(euc.into_owned()).unwrap();
        assert_eq!((decoded.encoding, decoded.text.starts_with("名称")), ("EUC-JP", true));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_their_row() {
        let row = |bytes: &[u8]| match decode(bytes.to_vec()) {
            Err(Error::Invalid(errors)) => errors.0[0].message.en.clone(),
            other => panic!("{other:?}"),
        };
        assert!(row(b"name\nok\n\xff\xff\xff").contains("row 3"));
        assert!(row("名称\n株式会社湊製薬\n\u{0}x".as_bytes()).contains("Row 3"));
        let mut broken = "名称\n株式会社湊製薬\n大阪".as_bytes().to_vec();
        broken.truncate(broken.len() - 1);
        assert!(row(&broken).contains("row 3"));
    }
}
