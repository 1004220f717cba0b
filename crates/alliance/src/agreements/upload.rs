//! What may be attached, told by the bytes and never by the name; names that are safe to send back. Pure.
//!
//! Refused on purpose: HTML, SVG, XML, scripts, programs, archives, old Office files with macros.

use kernel::{Both, both};

/// Bytes from the beginning of a file that suffice to tell its type.
pub const HEAD: usize = 8 * 1024;
/// Longest name that is kept, in characters.
const NAME: usize = 180;

/// A type that may be attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileType {
    pub media_type: &'static str,
    /// Endings that fit; the first is given to files with another one.
    pub endings: &'static [&'static str],
}

const fn of(media_type: &'static str, endings: &'static [&'static str]) -> FileType {
    FileType { media_type, endings }
}

const PDF: FileType = of("application/pdf", &["pdf"]);
const PNG: FileType = of("image/png", &["png"]);
const JPEG: FileType = of("image/jpeg", &["jpg", "jpeg"]);
const WEBP: FileType = of("image/webp", &["webp"]);
const TEXT: FileType = of("text/plain; charset=utf-8", &["txt", "csv", "md"]);
const DOCX: FileType = of("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]);
const XLSX: FileType = of("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]);
const PPTX: FileType = of("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]);
const ODT: FileType = of("application/vnd.oasis.opendocument.text", &["odt"]);
const ODS: FileType = of("application/vnd.oasis.opendocument.spreadsheet", &["ods"]);
const ODP: FileType = of("application/vnd.oasis.opendocument.presentation", &["odp"]);

/// What the file input offers.
pub const ACCEPT: &str = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.png,.jpg,.jpeg,.webp,.txt,.csv";

/// What is said when none fits.
pub const REFUSED: Both = both(
    "この種類のファイルは添付できません。PDF、Word、Excel、PowerPoint、OpenDocument、画像(PNG・JPEG・WebP)、テキストにしてください。",
    "Files of this kind cannot be attached. Use PDF, Word, Excel, PowerPoint, OpenDocument, an image (PNG, JPEG, WebP) or plain text.",
);

/// The type of a file by its first [`HEAD`] bytes.
pub fn type_of(head: &[u8]) -> Option<FileType> {
    match head {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(PDF),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(PNG),
        [0xFF, 0xD8, 0xFF, ..] => Some(JPEG),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(WEBP),
        [b'P', b'K', 3, 4, ..] => office(head),
        _ => plain_text(head),
    }
}

/// Office files are ZIP archives; the names of their first members tell which. Other archives are refused.
fn office(head: &[u8]) -> Option<FileType> {
    let has = |needle: &str| head.windows(needle.len()).any(|window| window == needle.as_bytes());
    for kind in [ODT, ODS, ODP] {
        if has(&format!("mimetype{}", kind.media_type)) {
            return Some(kind);
        }
    }
    if has("vbaProject") || !(has("[Content_Types].xml") || has("_rels/.rels") || has("docProps/")) {
        return None;
    }
    // A member's name follows its ZIP header; the folder tells the program.
    [("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX)].into_iter().find(|(folder, _)| has(folder)).map(|(_, kind)| kind)
}

/// UTF-8 without control characters, that no browser would take for markup.
fn plain_text(head: &[u8]) -> Option<FileType> {
    let bytes = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    // The head may end in the middle of a character.
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let markup = valid.trim_start().starts_with('<') || valid.trim_start().starts_with("#!");
    let control = valid.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    (!valid.trim().is_empty() && !markup && !control).then_some(TEXT)
}

/// The name under which a file is kept: without folders, control characters or turned writing direction, with an
/// ending that fits its type.
pub fn safe_name(sent: &str, kind: FileType) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let hidden =
        |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    let kept: String = last.chars().filter(|c| !c.is_control() && !hidden(*c) && !"\"<>:|?*".contains(*c)).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    let (stem, ending) = kept.rsplit_once('.').unwrap_or((kept, ""));
    let lower = ending.to_lowercase();
    let ending = kind.endings.iter().find(|fits| **fits == lower).or(kind.endings.first()).copied().unwrap_or_default();
    let stem: String = if stem.is_empty() { "document".to_owned() } else { stem.chars().take(NAME).collect() };
    format!("{stem}.{ending}")
}

/// `Content-Disposition` for a download (RFC 6266), with the full name in RFC 8187 form and an ASCII one for old
/// clients. The result is ASCII without line ends whatever the name is.
pub fn content_disposition(name: &str) -> String {
    let ascii: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let mut full = String::new();
    for byte in name.bytes() {
        // attr-char of RFC 8187, section 3.2.1.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_bytes_tell_the_type_and_lies_are_seen() {
        assert_eq!(type_of(b"%PDF-1.7\n..."), Some(PDF));
        assert_eq!(type_of(b"\x89PNG\r\n\x1a\n...."), Some(PNG));
        assert_eq!(type_of("覚書の控え\n".as_bytes()), Some(TEXT));
        for refused in [
            &b"<html><script>alert(1)</script>"[..],
            b"  <?xml version='1.0'?><svg/>",
            b"\xEF\xBB\xBF<svg onload=1>",
            b"MZ\x90\x00\x03",
            b"PK\x03\x04aaaa.exe",
            b"#!/bin/sh",
            b"\xD0\xCF\x11\xE0\xA1\xB1",
            b"",
            b"GIF89a\x01\x00",
        ] {
            assert_eq!(type_of(refused), None, "{refused:?}");
        }
        let mut docx = b"PK\x03\x04\x14\0\0\0[Content_Types].xml".to_vec();
        docx.extend_from_slice(b"....PK\x03\x04word/document.xml");
        assert_eq!(type_of(&docx), Some(DOCX));
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_still_text() {
        let text = "結び".repeat(3000);
        assert_eq!(type_of(&text.as_bytes()[..HEAD]), Some(TEXT));
    }

    #[test]
    fn names_lose_folders_controls_and_wrong_endings() {
        assert_eq!(safe_name("..\\..\\boot.ini", PDF), "boot.pdf");
        assert_eq!(safe_name("/etc/passwd", TEXT), "passwd.txt");
        assert_eq!(safe_name("協定\r\nSet-Cookie: a=1.PDF", PDF), "協定Set-Cookie a=1.pdf");
        assert_eq!(safe_name("\u{202E}fdp.exe", PDF), "fdp.pdf");
        assert_eq!(safe_name(".png", PNG), "png.png");
        assert!(safe_name(&"長".repeat(300), PDF).chars().count() <= NAME + 4);
    }

    #[test]
    fn the_header_is_ascii_on_one_line_and_reads_back() {
        for name in ["契約書 \"最終\"\r\nX: 1.pdf", "a';b=c.pdf", "𠮷.pdf", &"漢".repeat(300)] {
            let header = content_disposition(name);
            assert!(header.is_ascii() && !header.contains(['\r', '\n']), "{header}");
            assert_eq!(header.matches('"').count(), 2);
            assert!(axum::http::HeaderValue::from_str(&header).is_ok());
        }
        assert!(content_disposition("覚書.pdf").ends_with("filename*=UTF-8''%E8%A6%9A%E6%9B%B8.pdf"));
    }
}
