//! The vocabularies and vectors in use, opened together. Files that are not there or are damaged are left out and named.

use super::{VECTORS, WORDS, said};
use engine::affinity::Analyzer;
use engine::affinity::concepts::{Concepts, Vocabulary, glossary};
use engine::affinity::vectors::Encoder;
use kernel::lang::Said;
use std::path::Path;
use store::mapped::Mapped;
use web::language::{Part, PartState};

/// The bytes behind an understanding.
pub struct Sources {
    shipped: Vec<u8>,
    /// Terms in the shipped glossary.
    terms: usize,
    hub: Vec<u8>,
    words: Option<Mapped>,
    vectors: Option<Mapped>,
}

impl Sources {
    /// What lies in the folder, with the hub's own glossary (a vocabulary file, or nothing).
    pub fn of(folder: &Path, hub: Vec<u8>) -> Sources {
        let mapped = |name: &str| Mapped::open(&folder.join(name)).ok();
        Sources {
            terms: glossary::entries(glossary::SHIPPED).len(),
            shipped: glossary::shipped(),
            hub,
            words: mapped(WORDS),
            vectors: mapped(VECTORS),
        }
    }

    /// The vocabularies that can be used, most trusted first, and why the dictionary is not among them.
    fn vocabularies(&self) -> (Vec<Vocabulary<'_>>, Option<String>) {
        let mut fault = None;
        let hub = (!self.hub.is_empty()).then(|| Vocabulary::open(&self.hub));
        let shipped = Some(Vocabulary::open(&self.shipped));
        let words = self.words.as_ref().map(|mapped| Vocabulary::open(mapped.as_ref()));
        let mut opened: Vec<Vocabulary<'_>> = hub.into_iter().chain(shipped).filter_map(Result::ok).collect();
        match words {
            Some(Ok(words)) => opened.push(words),
            Some(Err(error)) => fault = Some(error.to_string()),
            None => {}
        }
        (opened, fault)
    }
}

struct Reading<'a> {
    analyzer: Analyzer<'a>,
    words_fault: Option<String>,
}

self_cell::self_cell!(
    struct Shelf {
        owner: Sources,
        #[covariant]
        dependent: Reading,
    }
);

/// Everything that is understood, ready to use.
pub struct Opened {
    shelf: Shelf,
    encoder: Option<Encoder<Mapped>>,
    vectors_fault: Option<String>,
}

impl Opened {
    /// Opens what can be opened.
    pub fn open(sources: Sources) -> Opened {
        let encoder = sources.vectors.clone().map(Encoder::open);
        let (encoder, vectors_fault) = match encoder {
            Some(Ok(encoder)) => (Some(encoder), None),
            Some(Err(error)) => (None, Some(error.to_string())),
            None => (None, None),
        };
        let shelf = Shelf::new(sources, |sources| {
            let (vocabularies, words_fault) = sources.vocabularies();
            Reading { analyzer: Analyzer::new(Concepts::new(vocabularies)), words_fault }
        });
        Opened { shelf, encoder, vectors_fault }
    }

    pub fn analyzer(&self) -> &Analyzer<'_> {
        &self.shelf.borrow_dependent().analyzer
    }

    /// The encoder of sentence vectors, where its file is there.
    pub fn encoder(&self) -> Option<&Encoder<Mapped>> {
        self.encoder.as_ref()
    }

    /// What is at work, in the order in which it is trusted. `coming`: files are being fetched or built.
    pub fn parts(&self, coming: bool) -> Vec<Part> {
        let sources = self.shelf.borrow_owner();
        let absent = |fault: &Option<String>| match fault {
            Some(fault) => PartState::Off(Said::new(
                format!("使えません: {fault}。`musubi language build` で作り直せます。"),
                format!("Not usable: {fault}. `musubi language build` makes it anew."),
            )),
            None if coming => PartState::Coming,
            None => PartState::Off(said(
                "まだありません。`musubi language build` で作れます。",
                "Not there yet; `musubi language build` makes it.",
            )),
        };
        let glossary = Part {
            name: said("同梱の用語集", "Glossary of the program"),
            state: PartState::On(Said::new(format!("{}語", sources.terms), format!("{} terms", sources.terms))),
            attribution: "Apache-2.0".to_owned(),
            hash: String::new(),
        };
        let reading = self.shelf.borrow_dependent();
        let words =
            reading.analyzer.vocabularies().vocabularies().iter().flat_map(Vocabulary::sources).find(is_dictionary);
        let dictionary = Part {
            name: said("和英辞書", "Japanese–English dictionary"),
            state: match words {
                Some(_) => PartState::On(size(sources.words.as_ref())),
                None => absent(&reading.words_fault),
            },
            attribution: words.map(|s| format!("{} · {} · {}", s.name, s.licence, s.attribution)).unwrap_or_default(),
            hash: words.map(|s| hex::encode(s.sha256)).unwrap_or_default(),
        };
        let vectors = Part {
            name: said("文の意味のベクトル", "Sentence vectors"),
            state: match &self.encoder {
                Some(_) => PartState::On(size(sources.vectors.as_ref())),
                None => absent(&self.vectors_fault),
            },
            attribution: self.encoder.as_ref().map(about).unwrap_or_default(),
            hash: self.encoder.as_ref().map(Encoder::stated_sha256).unwrap_or_default(),
        };
        vec![glossary, dictionary, vectors]
    }
}

fn is_dictionary(source: &&engine::affinity::concepts::Source) -> bool {
    source.name.contains("JMdict")
}

fn about(encoder: &Encoder<Mapped>) -> String {
    let about = encoder.about();
    format!("{} · {} · {}", about.name, about.licence, about.attribution)
}

fn size(mapped: Option<&Mapped>) -> Said {
    let mebibytes = mapped.map_or(0, |mapped| mapped.as_ref().len()) >> 20;
    Said::new(format!("{mebibytes} MiB、ディスクから読みます"), format!("{mebibytes} MiB, read from disk"))
}
