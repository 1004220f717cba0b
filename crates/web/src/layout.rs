//! What the shared templates take: choices of a field or facet, breadcrumbs, the error page.
//!
//! The templates themselves are in `templates/`; `components.html` says what each macro wants. Never here:
//! reading requests, deciding what a person may see.

use crate::cx::Cx;
use askama::Template;
use kernel::{FieldErrors, Lang};

/// One option of a select, checkbox group, facet or segmented control (there `value` is the address).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// A line of explanation under the label; empty for none.
    pub hint: String,
    /// How many records a facet choice would show.
    pub count: Option<u64>,
    /// Chosen now.
    pub on: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), ..Choice::default() }
    }

    pub fn chosen(mut self, on: bool) -> Choice {
        self.on = on;
        self
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = hint.into();
        self
    }

    pub fn with_count(mut self, count: u64) -> Choice {
        self.count = Some(count);
        self
    }
}

/// For a field whose suggestions come while typing.
pub const fn no_choices() -> [Choice; 0] {
    []
}

/// One step of the breadcrumb; the page itself is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Crumb {
        Crumb { label: label.into(), href: href.into() }
    }
}

/// What to write beside a field: all its faults as one sentence after the other, empty when it has none.
pub fn fault_of(errors: &FieldErrors, field: &str, lang: Lang) -> String {
    let said: Vec<&str> = errors.of(field).map(|fault| fault.message.get(lang)).collect();
    said.join(" ")
}

/// The character of a monogram: the first letter or kanji of a name, past a leading legal form or bracket.
pub fn monogram(name: &str) -> String {
    const LEADING: [&str; 8] = [
        "株式会社",
        "有限会社",
        "合同会社",
        "国立大学法人",
        "国立研究開発法人",
        "一般社団法人",
        "公益財団法人",
        "医療法人",
    ];
    let bare = LEADING.iter().find_map(|form| name.strip_prefix(form)).unwrap_or(name);
    bare.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().collect()).unwrap_or_default()
}

/// The page for something that went wrong.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    pub cx: &'a Cx,
    pub status: u16,
    pub title: &'a str,
    pub message: &'a str,
    /// Number of the request in the log; empty for none.
    pub request: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_skips_legal_forms_and_brackets() {
        assert_eq!(monogram("株式会社結び"), "結");
        assert_eq!(monogram("(財) 未来"), "財");
        assert_eq!(monogram("miotsukushi bio"), "M");
        assert_eq!(monogram("…"), "");
    }
}
