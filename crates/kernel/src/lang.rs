//! The two languages in which Musubi speaks, and pairs of fixed words in both.
//!
//! A word of the interface is a [`Both`]: it cannot be written in one language only, so no page can miss a
//! translation. Text that people enter is a [`crate::Text`]. Never here: text from the database.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A language of the interface, named by its BCP 47 subtag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Ja,
    #[default]
    En,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Ja, Lang::En];

    /// BCP 47 tag, also the first segment of every page address.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }

    /// Reads a tag with or without region: `ja`, `ja-JP`, `en_US`.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Lang::ALL.into_iter().find(|lang| lang.tag().eq_ignore_ascii_case(primary))
    }

    /// The other language of the interface, for the switch in the header and the second name of a record.
    pub const fn other(self) -> Lang {
        match self {
            Lang::Ja => Lang::En,
            Lang::En => Lang::Ja,
        }
    }

    /// What the language calls itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Lang::Ja => "日本語",
            Lang::En => "English",
        }
    }

    /// Best language for an `Accept-Language` header (RFC 9110 12.5.4), quality values respected.
    pub fn negotiate(header: &str) -> Option<Lang> {
        let mut offers: Vec<(f32, Lang)> = header
            .split(',')
            .filter_map(|part| {
                let mut bits = part.trim().split(';');
                let lang = Lang::from_tag(bits.next()?.trim())?;
                let quality = bits.find_map(|b| b.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                (quality > 0.0).then_some((quality, lang))
            })
            .collect();
        offers.sort_by(|a, b| b.0.total_cmp(&a.0));
        offers.first().map(|(_, lang)| *lang)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// Fixed words of the interface in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Both {
    pub ja: &'static str,
    pub en: &'static str,
}

/// Writes down the same words in Japanese and English.
pub const fn both(ja: &'static str, en: &'static str) -> Both {
    Both { ja, en }
}

impl Both {
    pub const fn get(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }
}

/// A sentence made at run time in both languages, for example an error that quotes the value it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Said {
    pub ja: String,
    pub en: String,
}

impl Said {
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Said {
        Said { ja: ja.into(), en: en.into() }
    }

    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

impl From<Both> for Said {
    fn from(words: Both) -> Said {
        Said::new(words.ja, words.en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negotiation_follows_quality_values() {
        assert_eq!(Lang::negotiate("fr, ja;q=0.8, en;q=0.9"), Some(Lang::En));
        assert_eq!(Lang::negotiate("ja-JP,en;q=0.5"), Some(Lang::Ja));
        assert_eq!(Lang::negotiate("fr, en;q=0"), None);
        assert_eq!(Lang::negotiate(""), None);
    }
}
