//! What the matcher compares texts by, kept per record and version: reading a text costs a millisecond, and a hub has a hundred
//! thousand of them.
//!
//! Never here: which records there are.

use super::Reading;
use engine::affinity::concepts::Kind;
use engine::affinity::reciprocal::DIMENSIONS;
use engine::affinity::vectors::pca::{self, Projection};
use engine::affinity::{Analyzer, Meaning};
use kernel::Uuid;
use std::collections::HashMap;

/// Names of a concept in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptName {
    pub ja: String,
    pub en: String,
}

/// One text, read.
#[derive(Debug, Clone, Default)]
pub struct Read {
    /// Term and how often it occurs.
    pub terms: Vec<(u32, f32)>,
    pub concepts: Vec<u32>,
    /// Vector of the encoder, of the encoder's own length.
    pub vector: Option<Vec<f32>>,
}

/// Everything that was read, until it is read otherwise.
#[derive(Default)]
pub struct Features {
    edition: u64,
    read: HashMap<(Uuid, i64), Read>,
    names: HashMap<u32, ConceptName>,
    projection: Option<Projector>,
}

/// Brings vectors of the encoder to the matcher's dimensions. What all texts have in common is taken off first: it says
/// nothing about any of them, and would make every pair look alike.
#[derive(Debug, Clone)]
pub struct Projector {
    common: Vec<f32>,
    projection: Projection,
}

impl Projector {
    fn fit(vectors: &[&Vec<f32>]) -> Option<Projector> {
        let length = vectors.first()?.len();
        if vectors.len() < FEWEST || length < DIMENSIONS {
            return None;
        }
        let mut common = vec![0.0; length];
        for vector in vectors {
            common.iter_mut().zip(*vector).for_each(|(sum, x)| *sum += x / vectors.len() as f32);
        }
        let centered: Vec<f32> =
            vectors.iter().flat_map(|vector| vector.iter().zip(&common).map(|(x, mean)| x - mean)).collect();
        let projection = pca::fit(&centered, length, DIMENSIONS).filter(|made| made.to == DIMENSIONS)?;
        Some(Projector { common, projection })
    }

    /// The vector in the matcher's dimensions.
    pub fn project(&self, vector: &[f32]) -> Vec<f32> {
        let centered: Vec<f32> = vector.iter().zip(&self.common).map(|(x, mean)| x - mean).collect();
        self.projection.project(&centered)
    }
}

/// Vectors that a projection is fitted to at most, and at least: with fewer, meaning vectors stay off.
const SAMPLE: usize = 4_000;
const FEWEST: usize = DIMENSIONS;

impl Features {
    /// Reads the texts that are new. `texts`: record, version, text.
    pub fn take_in<'t>(&mut self, reading: &dyn Reading, texts: impl Iterator<Item = (Uuid, i64, &'t str)>) {
        if self.edition != reading.edition() {
            *self = Features { edition: reading.edition(), ..Features::default() };
        }
        let mut before = std::mem::take(&mut self.read);
        let (mut read, mut names) = (HashMap::new(), std::mem::take(&mut self.names));
        let mut texts = Some(texts);
        reading.lend(&mut |analyzer, meaning| {
            for (id, version, text) in texts.take().into_iter().flatten() {
                let known = before.remove(&(id, version));
                read.insert((id, version), known.unwrap_or_else(|| read_text(text, analyzer, meaning, &mut names)));
            }
        });
        (self.read, self.names) = (read, names);
    }

    /// What was read of a record.
    pub fn get(&self, id: Uuid, version: i64) -> Option<&Read> {
        self.read.get(&(id, version))
    }

    pub fn names(&self) -> &HashMap<u32, ConceptName> {
        &self.names
    }

    /// The projection to the matcher's dimensions, fitted once to texts that everyone may see: nothing of a hidden text may
    /// change how near two others are.
    pub fn projection(&mut self, public: &[(Uuid, i64)]) -> Option<&Projector> {
        if self.projection.is_none() {
            let vectors = public.iter().filter_map(|key| self.read.get(key)?.vector.as_ref()).take(SAMPLE);
            self.projection = Projector::fit(&vectors.collect::<Vec<_>>());
        }
        self.projection.as_ref()
    }
}

fn read_text(
    text: &str,
    analyzer: &Analyzer<'_>,
    meaning: Option<&dyn Meaning>,
    names: &mut HashMap<u32, ConceptName>,
) -> Read {
    let mut concepts = Vec::new();
    // Only curated terms: a general dictionary knows "make" and "place", which explain nothing.
    for found in analyzer.concepts(text).into_iter().filter(|found| found.concept.kind == Kind::Term) {
        let (vocabulary, position) = found.concept.id;
        let number = (vocabulary as u32) << 28 ^ position;
        if !concepts.contains(&number) {
            concepts.push(number);
        }
        let ja = found.concept.japanese.into_iter().next();
        let en = found.concept.english.into_iter().next().map(|gloss| gloss.english);
        if let (Some(ja), Some(en)) = (ja, en) {
            names.entry(number).or_insert(ConceptName { ja, en });
        }
    }
    Read {
        terms: analyzer
            .terms(text)
            .into_iter()
            .map(|(term, weight)| ((term.0 ^ term.0 >> 32) as u32, weight))
            .collect(),
        concepts,
        vector: meaning.map(|meaning| meaning.encode(text)).filter(|vector| vector.iter().any(|x| *x != 0.0)),
    }
}
