//! Text that people wrote, per language, with the standing of each version (kernel rule 1).
//!
//! Editing the original makes every translation stale; a missing language falls back to another one, and
//! the page says so. Never here: the words of the interface (see [`crate::Both`]), translation itself.

use crate::lang::{Both, Lang, both};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a version of a text came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Written in this language by its author.
    #[default]
    Original,
    /// A translation that the author stands behind.
    Official,
    /// A translation for convenience: "not official translation".
    Unofficial,
    /// Made by a machine and read by nobody yet.
    Machine,
    /// A translation whose original has changed since.
    Stale,
}

impl Standing {
    pub const ALL: [Standing; 5] =
        [Standing::Original, Standing::Official, Standing::Unofficial, Standing::Machine, Standing::Stale];

    pub const fn code(self) -> &'static str {
        match self {
            Standing::Original => "original",
            Standing::Official => "official",
            Standing::Unofficial => "unofficial",
            Standing::Machine => "machine",
            Standing::Stale => "stale",
        }
    }

    pub fn from_code(code: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|s| s.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Standing::Original => both("原文", "Original"),
            Standing::Official => both("公式訳", "Official translation"),
            Standing::Unofficial => both("参考訳(公式ではありません)", "Unofficial translation"),
            Standing::Machine => both("機械翻訳", "Machine translation"),
            Standing::Stale => both("原文が更新されました", "Original has changed since"),
        }
    }

    /// Whether readers must be told; an original or official text speaks for itself.
    pub const fn needs_label(self) -> bool {
        matches!(self, Standing::Unofficial | Standing::Machine | Standing::Stale)
    }
}

/// One language version of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub text: String,
    #[serde(default)]
    pub standing: Standing,
}

/// A text in one or more languages, keyed by BCP 47 tag. Any tag may be stored (`de`, `fr`); the interface
/// offers Japanese and English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Text {
    versions: BTreeMap<String, Version>,
}

/// A version chosen for a reader, and whether it is in the language asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    pub text: &'a str,
    pub lang: &'a str,
    pub standing: Standing,
    pub fallback: bool,
}

impl Shown<'_> {
    /// Words to put beside the text, or `None` when it needs none.
    pub fn label(&self, reader: Lang) -> Option<&'static str> {
        if self.standing.needs_label() {
            return Some(self.standing.label().get(reader));
        }
        self.fallback.then(|| match self.lang {
            "ja" => both("日本語のみ", "Japanese only").get(reader),
            "en" => both("英語のみ", "English only").get(reader),
            _ => both("ほかの言語のみ", "In another language only").get(reader),
        })
    }
}

impl Text {
    /// A text with one original version.
    pub fn original(lang: Lang, text: impl Into<String>) -> Text {
        let mut made = Text::default();
        made.put(lang.tag(), text, Standing::Original);
        made
    }

    /// Two versions: the Japanese original and its official English text.
    pub fn pair(ja: impl Into<String>, en: impl Into<String>) -> Text {
        let mut made = Text::original(Lang::Ja, ja);
        made.put("en", en, Standing::Official);
        made
    }

    /// Sets or, with an empty text, removes a version. Never normalizes what was written.
    pub fn put(&mut self, tag: &str, text: impl Into<String>, standing: Standing) {
        let text = text.into();
        if text.trim().is_empty() {
            self.versions.remove(tag);
        } else {
            self.versions.insert(tag.to_owned(), Version { text, standing });
        }
    }

    pub fn get(&self, tag: &str) -> Option<&Version> {
        self.versions.get(tag)
    }

    /// The words in exactly this language, or nothing.
    pub fn exact(&self, lang: Lang) -> Option<&str> {
        self.get(lang.tag()).map(|v| v.text.as_str())
    }

    pub fn versions(&self) -> impl Iterator<Item = (&str, &Version)> {
        self.versions.iter().map(|(tag, version)| (tag.as_str(), version))
    }

    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The version for a reader: their language, else the original, else any.
    pub fn shown(&self, reader: Lang) -> Option<Shown<'_>> {
        let wanted = self.versions.get_key_value(reader.tag());
        let (tag, version) = wanted
            .or_else(|| self.versions.iter().find(|(_, v)| v.standing == Standing::Original))
            .or_else(|| self.versions.iter().next())?;
        Some(Shown { text: &version.text, lang: tag, standing: version.standing, fallback: tag != reader.tag() })
    }

    /// The words for a reader, empty when there are none in any language.
    pub fn say(&self, reader: Lang) -> &str {
        self.shown(reader).map_or("", |shown| shown.text)
    }

    /// What this text becomes when an editor submits `edited`: a translation whose original changed while
    /// it did not itself change is stale from now on.
    pub fn edited(&self, mut edited: Text) -> Text {
        let original_changed = self
            .versions
            .iter()
            .filter(|(_, v)| v.standing == Standing::Original)
            .any(|(tag, v)| edited.get(tag).is_none_or(|now| now.text != v.text));
        if original_changed {
            for (tag, version) in &mut edited.versions {
                let untouched = self.get(tag).is_some_and(|before| before.text == version.text);
                if untouched && version.standing != Standing::Original {
                    version.standing = Standing::Stale;
                }
            }
        }
        edited
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_missing_language_falls_back_with_a_label() {
        let text = Text::original(Lang::Ja, "心筋シート");
        let shown = text.shown(Lang::En).unwrap();
        assert!(shown.fallback);
        assert_eq!(shown.label(Lang::En), Some("Japanese only"));
        assert_eq!(text.shown(Lang::Ja).unwrap().label(Lang::Ja), None);
    }

    #[test]
    fn editing_the_original_makes_untouched_translations_stale() {
        let before = Text::pair("旧", "Old");
        let after = before.edited(Text::pair("新", "Old"));
        assert_eq!(after.get("en").unwrap().standing, Standing::Stale);
        let both_edited = before.edited(Text::pair("新", "New"));
        assert_eq!(both_edited.get("en").unwrap().standing, Standing::Official);
    }

    #[test]
    fn an_unofficial_translation_is_labelled_even_in_the_reader_language() {
        let mut text = Text::original(Lang::Ja, "再生医療の階");
        text.put("en", "Floor for regenerative medicine", Standing::Unofficial);
        assert_eq!(text.shown(Lang::En).unwrap().label(Lang::En), Some("Unofficial translation"));
    }
}
