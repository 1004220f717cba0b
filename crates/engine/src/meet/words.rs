//! One sentence in both user languages. The engine never chooses a language: callers do.

/// The same statement in Japanese and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Japanese, polite UI style.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Builds a pair; both must be given.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}
