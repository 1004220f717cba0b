//! Closed lists of terms with codes and words in both languages.

use crate::lang::{Both, both};

/// The tint of a tag; colour never speaks alone, the word stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Brand,
    Cord,
    Gold,
    Moss,
    Plum,
    Indigo,
}

impl Tone {
    /// Class name in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Brand => "c-brand",
            Tone::Cord => "c-cord",
            Tone::Gold => "c-gold",
            Tone::Moss => "c-moss",
            Tone::Plum => "c-plum",
            Tone::Indigo => "c-indigo",
        }
    }
}

/// One term of a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub code: &'static str,
    pub label: Both,
    pub tone: Tone,
}

/// Writes a term without a tint.
pub const fn term(code: &'static str, ja: &'static str, en: &'static str) -> Term {
    Term { code, label: both(ja, en), tone: Tone::Plain }
}

impl Term {
    pub const fn new(code: &'static str, ja: &'static str, en: &'static str) -> Term {
        term(code, ja, en)
    }

    pub const fn tone(mut self, tone: Tone) -> Term {
        self.tone = tone;
        self
    }
}

/// A closed list of terms.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    pub key: &'static str,
    pub terms: &'static [Term],
}

impl Vocabulary {
    pub fn term(&self, code: &str) -> Option<&'static Term> {
        self.terms.iter().find(|term| term.code == code)
    }

    /// Finds a term by its code or by its word in either language, as people write it in sheets.
    pub fn recognize(&self, written: &str) -> Option<&'static Term> {
        // Codes are the usual case, and folding a long vocabulary for each of many thousand cells takes seconds.
        self.term(written.trim()).or_else(|| {
            let folded = crate::fold::fold(written);
            self.terms.iter().find(|term| {
                [term.code, term.label.ja, term.label.en].iter().any(|known| crate::fold::fold(known) == folded)
            })
        })
    }
}
