//! The shape of the index: which tantivy fields exist and how their text is cut.
//!
//! Text lives in one field per circle of readers and class of weight (6 × 3), so that a query can leave out,
//! as a whole, what its reader may not see. Never here: what a query means, or who the reader is.

use super::Weight;
use super::analysis::{Analyzer, TextTokenizer};
use kernel::Level;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TokenizerManager;

/// Version of the tokens in the index. An index with another version is put aside and built anew, so raise
/// this whenever folding or tokenizing changes. It is kept as the name of a field, because tantivy writes the
/// schema in the same atomic file as the list of segments.
const FORMAT: &str = "format_1";

const HEAD_TOKENIZER: &str = "musubi_head";
const TEXT_TOKENIZER: &str = "musubi_text";

/// Classes of text by how much a match in them says about the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Titles and names.
    Head,
    Strong,
    Body,
}

impl Class {
    pub(super) const ALL: [Class; 3] = [Class::Head, Class::Strong, Class::Body];

    pub(super) const fn of(weight: Weight) -> Class {
        match weight {
            Weight::Title | Weight::Name => Class::Head,
            Weight::Strong => Class::Strong,
            Weight::Body => Class::Body,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Class::Head => "head",
            Class::Strong => "strong",
            Class::Body => "body",
        }
    }

    /// Factor on the BM25 score of a match.
    pub(super) const fn boost(self) -> f32 {
        match self {
            Class::Head => 4.0,
            Class::Strong => 2.0,
            Class::Body => 1.0,
        }
    }

    /// Length, in tokens, that BM25 takes for ordinary. Fixed, because a measured average would move with
    /// text that the reader may not see.
    pub(super) const fn ordinary_length(self) -> u64 {
        match self {
            Class::Head => 24,
            Class::Strong => 80,
            Class::Body => 400,
        }
    }
}

/// Handles of all fields.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// 16 bytes of the record's id, to delete by.
    pub(super) id: Field,
    pub(super) id_high: Field,
    pub(super) id_low: Field,
    pub(super) record_type: Field,
    /// Audience keys in their written form; also stored, to decide which stored heads may be shown.
    pub(super) keys: Field,
    /// Titles and names as written, each after its level, for typeahead; stored only.
    pub(super) heads: Field,
    text: [[Field; 3]; 6],
}

pub(super) const ID_HIGH: &str = "id_high";
pub(super) const ID_LOW: &str = "id_low";
pub(super) const RECORD_TYPE: &str = "record_type";

impl Fields {
    /// The schema and the handles into it.
    pub(super) fn build() -> (Schema, Fields) {
        let mut builder = Schema::builder();
        builder.add_bool_field(FORMAT, STORED);
        let fields = Fields {
            id: builder.add_bytes_field("id", INDEXED),
            id_high: builder.add_u64_field(ID_HIGH, FAST),
            id_low: builder.add_u64_field(ID_LOW, FAST),
            record_type: builder.add_text_field(RECORD_TYPE, STRING | FAST),
            keys: builder.add_text_field("keys", STRING | STORED),
            heads: builder.add_text_field("heads", STORED),
            text: Level::ALL.map(|level| Class::ALL.map(|class| add_text(&mut builder, level, class))),
        };
        (builder.build(), fields)
    }

    pub(super) fn text(&self, level: Level, class: Class) -> Field {
        self.text[level as usize][class as usize]
    }

    /// Level and class of a text field; `None` for every other field.
    pub(super) fn place_of(&self, field: Field) -> Option<(Level, Class)> {
        Level::ALL
            .into_iter()
            .flat_map(|level| Class::ALL.map(|class| (level, class)))
            .find(|&(level, class)| self.text(level, class) == field)
    }
}

fn add_text(builder: &mut SchemaBuilder, level: Level, class: Class) -> Field {
    let tokenizer = if class == Class::Head { HEAD_TOKENIZER } else { TEXT_TOKENIZER };
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        .set_fieldnorms(true);
    let name = format!("text_{}_{}", level.code(), class.code());
    builder.add_text_field(&name, TextOptions::default().set_indexing_options(indexing))
}

/// The tokenizers by the names that the schema uses.
pub(super) fn tokenizers(analyzer: Analyzer) -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(HEAD_TOKENIZER, TextTokenizer::head(analyzer));
    manager.register(TEXT_TOKENIZER, TextTokenizer::text(analyzer));
    manager
}
