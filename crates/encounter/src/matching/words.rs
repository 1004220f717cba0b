//! Names for what the matcher's reasons point at, as the reader may see them.

use super::features::ConceptName;
use directory::vocabularies as v;
use engine::affinity::reciprocal::{Labels, Who, Words};
use kernel::record::Vocabulary;
use kernel::{Both, Lang, Uuid};
use std::collections::HashMap;
use store::catalogue::{Catalogue, Entry};

/// Names for one pair of parties and one reader.
pub struct Names<'a> {
    pub catalogue: &'a Catalogue,
    pub keyring: &'a kernel::audience::Keyring,
    pub concepts: &'a HashMap<u32, ConceptName>,
    /// The party that the list is for, and the suggested one.
    pub pair: [Uuid; 2],
}

const SOMEBODY: Both = kernel::both("名前を出さない相手", "somebody who is not named");

impl Names<'_> {
    fn of(&self, id: Uuid) -> Words {
        let called =
            |entry: &Entry| Words { ja: entry.called(Lang::Ja).to_owned(), en: entry.called(Lang::En).to_owned() };
        self.catalogue.entry(id, self.keyring).as_ref().map_or_else(|| words(&SOMEBODY), called)
    }
}

fn words(both: &Both) -> Words {
    Words { ja: both.ja.to_owned(), en: both.en.to_owned() }
}

fn term(vocabulary: &Vocabulary, bit: u32) -> Words {
    vocabulary.terms.get(bit as usize).map_or_else(Words::default, |term| words(&term.label))
}

impl Labels for Names<'_> {
    fn party(&self, who: Who) -> Words {
        self.of(self.pair[usize::from(who == Who::Second)])
    }

    fn record(&self, id: u128) -> Words {
        self.of(Uuid::from_u128(id))
    }

    fn concept(&self, concept: u32) -> Words {
        let named = self.concepts.get(&concept);
        named.map_or_else(Words::default, |name| Words { ja: name.ja.clone(), en: name.en.clone() })
    }

    /// Terms are numbers of stems and pairs of characters, nothing that one would show.
    fn term(&self, _: u32) -> Option<Words> {
        None
    }

    fn stage(&self, bit: u32) -> Words {
        term(&v::STAGES, bit)
    }

    fn modality(&self, bit: u32) -> Words {
        term(&v::MODALITIES, bit)
    }

    fn language(&self, bit: u32) -> Words {
        term(&v::LANGUAGES, bit)
    }
}
