//! Reads the parts of a SentencePiece `ModelProto` that a unigram model needs, and the normalization table inside it, a
//! Darts-clone double array (github.com/google/sentencepiece, `sentencepiece_model.proto` and `normalizer.cc`).

use super::BuildError;

/// A unigram model.
#[derive(Default)]
pub(super) struct Pieces {
    /// Bytes, score and type of every piece.
    pub(super) pieces: Vec<(Vec<u8>, f32, u64)>,
    /// What is replaced before the text is cut into pieces: from, to.
    pub(super) folds: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Types of pieces that no text matches.
pub(super) const UNKNOWN: u64 = 2;
pub(super) const CONTROL: u64 = 3;

/// Bounds of a normalization table: nodes, and bytes of a key.
const MOST_FOLDS: usize = 1 << 21;
const LONGEST_FOLD: usize = 64;

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The fields of one message.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next field and its value; `None` at the end, `Some(None)` when the message is broken.
    fn field(&mut self) -> Option<Option<(u64, Value<'a>)>> {
        (!self.0.is_empty()).then(|| {
            let tag = self.number()?;
            let value = match tag & 7 {
                0 => Value::Number(self.number()?),
                1 => Value::Bytes(self.take(8)?),
                2 => {
                    let length = usize::try_from(self.number()?).ok()?;
                    Value::Bytes(self.take(length)?)
                }
                5 => Value::Bytes(self.take(4)?),
                _ => return None,
            };
            Some((tag >> 3, value))
        })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;
    fn next(&mut self) -> Option<Self::Item> {
        self.field()
    }
}

/// Reads a model file.
pub(super) fn read(bytes: &[u8]) -> Result<Pieces, BuildError> {
    model(bytes).ok_or_else(|| BuildError::Source {
        part: "sp.model".into(),
        why: "not a SentencePiece model this program reads".into(),
    })
}

fn model(bytes: &[u8]) -> Option<Pieces> {
    let mut model = Pieces::default();
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(piece)) => model.pieces.push(one_piece(piece)?),
            (3, Value::Bytes(normalizer)) => model.folds = folds(normalizer)?,
            _ => (),
        }
    }
    (!model.pieces.is_empty()).then_some(model)
}

fn one_piece(bytes: &[u8]) -> Option<(Vec<u8>, f32, u64)> {
    let (mut piece, mut score, mut kind) = (Vec::new(), 0.0, 1);
    for field in Fields(bytes) {
        match field? {
            (1, Value::Bytes(text)) => piece = std::str::from_utf8(text).ok()?.as_bytes().to_vec(),
            (2, Value::Bytes(number)) => score = f32::from_le_bytes(*number.first_chunk()?),
            (3, Value::Number(number)) => kind = number,
            _ => (),
        }
    }
    (!piece.is_empty() && score.is_finite()).then_some((piece, score, kind))
}

/// The replacements of a normalizer; `None` too when it treats white space in another way than the tokenizer here.
fn folds(bytes: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut folds = Vec::new();
    for field in Fields(bytes) {
        match field? {
            (2, Value::Bytes(table)) if !table.is_empty() => folds = charsmap(table)?,
            (3..=5, Value::Number(0)) => return None,
            _ => (),
        }
    }
    Some(folds)
}

fn charsmap(bytes: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (units, texts) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    let units: Vec<u32> = units.as_chunks().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
    let offset = |unit: u32| ((unit >> 10) << ((unit & 0x200) >> 6)) as usize;
    let mut folds = Vec::new();
    // Nodes may be shared (it is a DAWG), so a broken table could make endless or very many keys.
    let mut visits = MOST_FOLDS;
    let mut nodes = vec![(offset(*units.first()?), Vec::new())];
    while let Some((base, key)) = nodes.pop() {
        for label in 0..=255u8 {
            let Some(&unit) = units.get(base ^ usize::from(label)) else { continue };
            if label == 0 || unit & 0x8000_00ff != u32::from(label) {
                continue;
            }
            visits = visits.checked_sub(1)?;
            if key.len() >= LONGEST_FOLD {
                return None;
            }
            let below = base ^ usize::from(label) ^ offset(unit);
            let longer = [key.as_slice(), &[label]].concat();
            if unit & 0x100 != 0 {
                let text = texts.get((units.get(below)? & 0x7fff_ffff) as usize..)?;
                let text = std::str::from_utf8(&text[..text.iter().position(|&b| b == 0)?]).ok()?;
                std::str::from_utf8(&longer).ok()?;
                folds.push((longer.clone(), text.as_bytes().to_vec()));
            }
            nodes.push((below, longer));
        }
    }
    Some(folds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = charsmap(&bytes);
        }
    }
}
