#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::lines::{shorten, wrap};
use super::{Align, Block, Library, Paper, Weight};
use flate2::read::ZlibDecoder;
use kernel::{Error, Lang};
use std::io::Read;
use std::path::PathBuf;

/// A library with one small font (see OFL.txt beside it).
pub fn library() -> Library {
    Library::only(PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/print/tests")))
}

fn block(width: f32, size: (f32, f32), lines: usize) -> Block {
    Block { x: 10.0, top: 10.0, width, size, lines, align: Align::Start, weight: Weight::Strong, gray: 0.0 }
}

/// Every stream of a file, unpacked where it is packed.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    let find = |from: usize, word: &[u8]| pdf[from..].windows(word.len()).position(|w| w == word).map(|at| from + at);
    let (mut from, mut streams) = (0, Vec::new());
    while let Some(start) = find(from, b"stream\n") {
        let start = start + 7;
        let end = find(start, b"\nendstream").unwrap();
        let mut unpacked = Vec::new();
        ZlibDecoder::new(&pdf[start..end]).read_to_end(&mut unpacked).unwrap();
        streams.push(unpacked);
        from = end + 10;
    }
    streams
}

#[test]
fn a_file_holds_the_glyphs_that_were_used_and_the_way_back_to_characters() {
    let faces = library().faces().unwrap();
    let mut paper = Paper::new(&faces).unwrap();
    paper.sheet(105.0, 74.25);
    paper.write(&block(80.0, (20.0, 10.0), 1), "真野 さくら");
    paper.code("0199-code", 70.0, 40.0, 27.0);
    let pdf = paper.finish("名札", Lang::Ja).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.") && pdf.ends_with(b"%%EOF"));
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.contains("/Lang (ja)") && text.contains("/CIDFontType0C") && text.contains("/Count 1"), "{text}");
    let streams = streams(&pdf);
    let map = streams.iter().find(|stream| stream.windows(11).any(|w| w == b"beginbfchar")).unwrap();
    let map = String::from_utf8_lossy(map);
    // 真 U+771F, 野 U+91CE, さ U+3055.
    for code in ["<771F>", "<91CE>", "<3055>"] {
        assert!(map.contains(code), "{code} in {map}");
    }
    let whole = std::fs::metadata(concat!(env!("CARGO_MANIFEST_DIR"), "/src/print/tests/few.otf")).unwrap().len();
    assert!((pdf.len() as u64) < whole / 2, "{} of {whole} bytes", pdf.len());
}

#[test]
fn long_text_takes_more_lines_then_becomes_smaller_and_ends_in_an_ellipsis_at_last() {
    let faces = library().faces().unwrap();
    let mut paper = Paper::new(&faces).unwrap();
    paper.sheet(105.0, 74.25);
    let short = paper.write(&block(80.0, (20.0, 10.0), 2), "真野");
    let long = paper.write(&block(20.0, (20.0, 10.0), 2), "真野さくら");
    assert!(short > 10.0 && long > 10.0);
    paper.write(&block(20.0, (20.0, 10.0), 2), "川の手医療研究所株式会社大阪研究所");
    let words = paper.words(0);
    assert_eq!(words[0], "真野");
    assert_eq!(words[1..3], ["真野さ", "くら"]);
    assert_eq!(words.len(), 5);
    assert!(words[4].ends_with('…'), "{words:?}");
}

#[test]
fn what_the_font_lacks_is_marked_and_what_turns_directions_is_left_out() {
    let faces = library().faces().unwrap();
    let mut paper = Paper::new(&faces).unwrap();
    paper.sheet(105.0, 74.25);
    paper.write(&block(80.0, (20.0, 10.0), 1), "Zoe\u{301} \u{202E}龘");
    assert_eq!(paper.words(0), ["Zoé 龘"]);
    let pdf = paper.finish("x", Lang::En).unwrap();
    let map =
        streams(&pdf).into_iter().map(|s| String::from_utf8_lossy(&s).into_owned()).find(|s| s.contains("bfchar"));
    let map = map.unwrap();
    // é is not in this small font: its letter stands in. 龘 becomes 〓.
    assert!(map.contains("<0065>") && map.contains("<3013>") && !map.contains("<9F98>"), "{map}");
}

#[test]
fn japanese_breaks_between_characters_but_keeps_its_marks_and_words_stay_whole() {
    let width = |line: &str| line.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum::<f32>();
    assert_eq!(wrap("第三回、フォーラム", 3.0, width), ["第三", "回、", "フォー", "ラム"].map(str::to_owned));
    assert_eq!(wrap("Cross Forum Osaka", 6.0, width), ["Cross Forum", "Osaka"].map(str::to_owned));
    assert_eq!(wrap("(注)大阪\n京都", 4.0, width), ["(注)大阪", "京都"].map(str::to_owned));
    assert_eq!(wrap("  ", 4.0, width), Vec::<String>::new());
    assert_eq!(shorten("川の手医療", 4.0, width), "川の手…");
}

#[test]
fn without_a_font_it_says_how_to_get_one() {
    let empty = tempfile::tempdir().unwrap();
    let Err(Error::Conflict(said)) = Library::only(empty.path().to_owned()).faces() else { panic!() };
    assert!(said.en.contains("fonts-noto-cjk") && said.ja.contains("fonts"));
    std::fs::write(empty.path().join("broken.otf"), b"no font").unwrap();
    let library = Library::only(empty.path().to_owned());
    assert!(library.faces().is_err());
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/src/print/tests/few.otf"), empty.path().join("a.otf")).unwrap();
    assert!(library.faces().is_ok(), "a font that is put there later is found");
}
