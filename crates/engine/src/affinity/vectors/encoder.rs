//! Text in, vector out: token embeddings, three n-gram convolutions beside them, their sum over the text, and a residual
//! network of three layers. Tokens of several texts go through the convolutions together; no text sees another one, and a
//! vector is the same, to the bit, alone or in a batch, whatever the number of threads.

use super::huffman::{Reader, SYMBOLS};
use super::network::{Network, words};
use super::pack::{self, About, PackError};
use super::tokenize::Tokenizer;
use super::trie::TrieAt;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Tokens that go through the convolutions together; a longer text goes alone.
const TOKENS_AT_ONCE: usize = 384;
/// Texts that a thread takes at once.
const TEXTS_AT_ONCE: usize = 64;
/// An opened pack. `B` owns or borrows the bytes of the file: a `Vec<u8>`, a slice, or a memory map. Vocabulary and
/// embedding table stay there; the layers (14 MB) are copied.
pub struct Encoder<B> {
    bytes: B,
    about: About,
    pieces: TrieAt,
    folds: TrieAt,
    scores: Range<usize>,
    fold_ends: Range<usize>,
    folded: Range<usize>,
    rows: Range<usize>,
    table: Range<usize>,
    /// Per block of the table: reader of its codes, and the number that each code means.
    blocks: Vec<(Reader, [f32; SYMBOLS])>,
    network: Network,
    like_package: bool,
}

fn view<'a>(bytes: &'a [u8], part: &Range<usize>) -> &'a [[u8; 4]] {
    bytes.get(part.clone()).unwrap_or_default().as_chunks().0
}

impl<B: AsRef<[u8]>> Encoder<B> {
    /// Opens a pack and checks its structure, so that nothing read later can be out of place. Whether every byte is what
    /// was written is the question of [`verify`](Self::verify), which reads the whole file.
    pub fn open(pack: B) -> Result<Self, PackError> {
        let bytes = pack.as_ref();
        let about = pack::describe(bytes)?;
        let bad = |part: &str, why: &str| PackError::Layout { part: part.to_owned(), why: why.to_owned() };
        let pieces = about.pieces;
        if [about.unknown, about.begin, about.end].iter().any(|id| *id as usize >= pieces) || about.blocks == 0 {
            return Err(bad("description", "names pieces that do not exist"));
        }
        let scores = about.part("scores", Some(pieces.saturating_mul(4)))?;
        let tries = TrieAt::check(bytes, about.part("pieces", None)?, pieces, "pieces")?;

        // The text of the replacements begins after the ends, and there are as many ends as the trie has values.
        let replaced = about.part("folded", None)?;
        let folds = about.folds;
        let fold_ends = replaced.start..replaced.start.saturating_add(folds.saturating_mul(4));
        let folded = fold_ends.end..replaced.end;
        if fold_ends.end > replaced.end || !ascending(view(bytes, &fold_ends), folded.len()) {
            return Err(bad("folded", "has ends out of order"));
        }
        let folds = TrieAt::check(bytes, about.part("folds", None)?, folds, "folds")?;

        let table = about.part("table", None)?;
        let rows =
            about.part("rows", Some(pieces.div_ceil(about.blocks).saturating_mul(about.blocks).saturating_mul(4)))?;
        if !ascending(view(bytes, &rows), table.len()) {
            return Err(bad("rows", "has ends out of order"));
        }
        let lengths = about.part("lengths", Some(about.blocks.saturating_mul(SYMBOLS)))?;
        let ranges = words(bytes, &about.part("ranges", Some(about.blocks.saturating_mul(8)))?);
        let blocks = bytes[lengths].as_chunks::<SYMBOLS>().0.iter().zip(ranges.as_chunks::<2>().0);
        let blocks = blocks.map(|(lengths, [low, step])| {
            let reader = Reader::new(lengths).ok_or_else(|| bad("lengths", "are not those of a prefix code"))?;
            Ok((reader, std::array::from_fn(|code| code as f32 * step + low)))
        });
        let blocks = blocks.collect::<Result<_, PackError>>()?;
        let network = Network::read(bytes, &about)?;
        Ok(Encoder {
            pieces: tries,
            folds,
            scores,
            fold_ends,
            folded,
            rows,
            table,
            blocks,
            network,
            like_package: false,
            about,
            bytes: pack,
        })
    }

    /// Computes what the Python code of the package computes, to compare with it. That code differs from the model in two
    /// ways: it normalizes the three convolutions together although each has its own gain and shift, and it makes one token
    /// of every unknown character where SentencePiece makes one of a run of them.
    pub fn like_package(mut self) -> Self {
        self.like_package = true;
        self
    }

    /// Compares the content with the hash the pack states; reads the whole file (about 30 ms).
    pub fn verify(&self) -> Result<(), PackError> {
        pack::verify(self.bytes.as_ref())
    }

    /// What the pack says about itself.
    pub fn about(&self) -> &About {
        &self.about
    }

    /// SHA-256 of the content, as the pack states it.
    pub fn stated_sha256(&self) -> String {
        pack::stated_hash(self.bytes.as_ref())
    }

    /// Text of the licence of the model.
    pub fn licence_text(&self) -> String {
        let part = self.about.part("licence", None).unwrap_or_default();
        String::from_utf8_lossy(self.bytes.as_ref().get(part).unwrap_or_default()).into_owned()
    }

    fn tokenizer(&self) -> Tokenizer<'_> {
        let bytes = self.bytes.as_ref();
        Tokenizer {
            pieces: self.pieces.view(bytes),
            scores: view(bytes, &self.scores),
            folds: self.folds.view(bytes),
            fold_ends: view(bytes, &self.fold_ends),
            folded: &bytes[self.folded.clone()],
            unknown: self.about.unknown,
            unknown_score: self.about.unknown_score,
            join_unknown: !self.like_package,
        }
    }

    /// Ids of the pieces of `text`, at most [`MAX_TOKENS`](super::MAX_TOKENS) with begin and end; none for a text without
    /// a visible character.
    pub fn tokens(&self, text: &str) -> Vec<u32> {
        let inner = self.tokenizer().tokens(text);
        if inner.is_empty() { inner } else { [&[self.about.begin], inner.as_slice(), &[self.about.end]].concat() }
    }

    /// The vector of `text`: [`About::dimensions`] numbers of length 1 together, or all 0 for a text without a visible
    /// character. Time is bounded, for only the first [`MAX_BYTES`](super::MAX_BYTES) and
    /// [`MAX_TOKENS`](super::MAX_TOKENS) count.
    pub fn encode(&self, text: &str) -> Vec<f32> {
        let mut out = vec![0.0; self.about.dimensions];
        self.encode_into(&[text], &mut out);
        out
    }

    fn encode_into<T: AsRef<str>>(&self, texts: &[T], out: &mut [f32]) {
        let dimensions = self.about.dimensions;
        let (mut group, mut owners, mut tokens): (Vec<Vec<u32>>, Vec<usize>, usize) = Default::default();
        let mut flush = |group: &mut Vec<Vec<u32>>, owners: &mut Vec<usize>| {
            let embed = |piece: u32, out: &mut [f32]| self.embedding(piece, out);
            let vectors = self.network.forward(group, embed, self.like_package);
            for (vector, owner) in vectors.chunks_exact(dimensions).zip(owners.iter()) {
                out[owner * dimensions..][..dimensions].copy_from_slice(vector);
            }
            group.clear();
            owners.clear();
        };
        for (i, text) in texts.iter().enumerate() {
            let next = self.tokens(text.as_ref());
            if next.is_empty() {
                continue;
            }
            if tokens + next.len() > TOKENS_AT_ONCE && !group.is_empty() {
                flush(&mut group, &mut owners);
                tokens = 0;
            }
            tokens += next.len();
            group.push(next);
            owners.push(i);
        }
        if !group.is_empty() {
            flush(&mut group, &mut owners);
        }
    }

    /// Decodes the embedding of one piece.
    fn embedding(&self, piece: u32, out: &mut [f32]) {
        let bytes = self.bytes.as_ref();
        let (block, row) = (piece as usize % self.about.blocks, piece as usize / self.about.blocks);
        let row = block * self.about.pieces.div_ceil(self.about.blocks) + row;
        let ends = view(bytes, &self.rows);
        let end = |row: usize| u32::from_le_bytes(ends[row]) as usize;
        let codes = &bytes[self.table.clone()][if row == 0 { 0 } else { end(row - 1) }..end(row)];
        let (reader, values) = &self.blocks[block];
        reader.row(codes, values, out);
    }
}

impl<B: AsRef<[u8]> + Sync> Encoder<B> {
    /// The vectors of many texts, one after the other, made by `threads` threads (at least one, and no more than there is
    /// work for).
    pub fn encode_all<T: AsRef<str> + Sync>(&self, texts: &[T], threads: usize) -> Vec<f32> {
        let dimensions = self.about.dimensions;
        let mut out = vec![0.0; texts.len() * dimensions];
        let threads = threads.clamp(1, texts.len().div_ceil(TEXTS_AT_ONCE).max(1));
        let jobs = Mutex::new(texts.chunks(TEXTS_AT_ONCE).zip(out.chunks_mut(TEXTS_AT_ONCE * dimensions)));
        let work = || {
            let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
            while let Some((texts, out)) = next() {
                self.encode_into(texts, out);
            }
        };
        if threads == 1 {
            work();
        } else {
            std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
        }
        out
    }
}

fn ascending(ends: &[[u8; 4]], limit: usize) -> bool {
    ends.is_sorted_by_key(|end| u32::from_le_bytes(*end))
        && ends.last().is_none_or(|last| u32::from_le_bytes(*last) as usize <= limit)
}
