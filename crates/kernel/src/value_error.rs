//! The error of every value type: what is wrong with a value somebody typed, and the fix, in both languages.
//!
//! Never here: which field the value came from (the form knows), or an HTTP status.

use crate::lang::{Lang, Said};
use std::fmt;

/// Why a value could not be read. `code` is stable and may be used by API clients and tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError {
    /// Stable machine name, for example `edtf.day`.
    pub code: &'static str,
    /// The problem and how to fix it, both languages.
    pub said: Said,
}

impl ValueError {
    pub fn new(code: &'static str, ja: impl Into<String>, en: impl Into<String>) -> ValueError {
        ValueError { code, said: Said::new(ja, en) }
    }

    /// The sentence to show in one language.
    pub fn text(&self, lang: Lang) -> &str {
        self.said.get(lang)
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said.en)
    }
}

impl std::error::Error for ValueError {}

impl From<ValueError> for Said {
    fn from(error: ValueError) -> Said {
        error.said
    }
}

/// The value as it is quoted inside a message: shortened, so that a pasted page does not fill the screen.
pub(crate) fn quoted(input: &str) -> String {
    let mut short: String = input.trim().chars().filter(|c| !c.is_control()).take(40).collect();
    if input.trim().chars().count() > 40 {
        short.push('…');
    }
    short
}

/// Gives a type whose text form is `Display` and whose reader is `parse(&str)` the matching `FromStr` and serde forms.
macro_rules! as_string {
    ($type:ty, $parse:expr) => {
        impl std::str::FromStr for $type {
            type Err = $crate::value_error::ValueError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $parse(text)
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                $parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use as_string;
