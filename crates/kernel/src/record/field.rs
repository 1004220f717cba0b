//! One field of a record type: what it holds, who may see it, where it is shown.

use super::Vocabulary;
use crate::audience::Level;
use crate::identifier::Scheme;
use crate::lang::Both;

/// What a field holds. The comment names the column type and the JSON shape.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text per language, one line. `JSONB`, `{"ja": {"text": …, "standing": …}}`.
    Text {
        max: usize,
    },
    /// Text per language, Markdown paragraphs. As [`Kind::Text`].
    Prose {
        max: usize,
    },
    /// One line without a language: a reading, a code. `TEXT`, string.
    Plain {
        max: usize,
    },
    Email,
    Url,
    Phone,
    /// One term. `TEXT`, its code.
    Choice(&'static Vocabulary),
    /// Several terms. `JSONB`, array of codes.
    Choices(&'static Vocabulary),
    /// EDTF level 1 (ISO 8601-2). `TEXT`, canonical form.
    Date,
    /// Wall-clock date and time to the minute, in the zone that the record names. `TEXT`, `2026-11-26T14:30`.
    WallTime,
    /// An IANA time zone. `TEXT`, its name.
    Zone,
    /// A number with its precision: `>360`, `~12700`, `30..40`. `TEXT`.
    Approx,
    /// An amount with its currency: `5000000 JPY`. `TEXT`.
    Money,
    Integer {
        min: i64,
        max: i64,
    },
    /// Yes or no. `BOOLEAN`.
    Flag,
    /// An identifier with check digits. `TEXT`, canonical form.
    Identifier(Scheme),
    /// Another record of one of these types. `UUID`, string.
    Link(&'static [&'static str]),
    /// Several other records. `JSONB`, array of strings.
    Links(&'static [&'static str]),
}

/// How much a field weighs in search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Search {
    No,
    Body,
    Strong,
    /// A name of a person or organization, also found by kana and romaji.
    Name,
}

/// One field of a record type.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Column name, form name, JSON key, CSV column.
    pub name: &'static str,
    pub label: Both,
    pub hint: Option<Both>,
    pub kind: Kind,
    pub required: bool,
    /// The widest circle that may see the field unless its record says otherwise.
    pub level: Level,
    pub facet: bool,
    pub search: Search,
    /// Shown as a column of the list.
    pub listed: bool,
    /// The field starts a new group of the form under this heading.
    pub heading: Option<Both>,
    /// Unique among records of this type; imports find a record by it.
    pub key: bool,
    /// Set by actions only: not in forms, not accepted from imports or the API.
    pub computed: bool,
}

impl Field {
    pub const fn new(name: &'static str, label: Both, kind: Kind) -> Field {
        Field {
            name,
            label,
            hint: None,
            kind,
            required: false,
            level: Level::Public,
            facet: false,
            search: Search::No,
            listed: false,
            heading: None,
            key: false,
            computed: false,
        }
    }

    pub const fn hint(mut self, hint: Both) -> Field {
        self.hint = Some(hint);
        self
    }

    pub const fn required(mut self) -> Field {
        self.required = true;
        self
    }

    pub const fn level(mut self, level: Level) -> Field {
        self.level = level;
        self
    }

    pub const fn facet(mut self) -> Field {
        self.facet = true;
        self
    }

    pub const fn search(mut self, search: Search) -> Field {
        self.search = search;
        self
    }

    pub const fn listed(mut self) -> Field {
        self.listed = true;
        self
    }

    pub const fn heading(mut self, heading: Both) -> Field {
        self.heading = Some(heading);
        self
    }

    pub const fn key(mut self) -> Field {
        self.key = true;
        self
    }

    pub const fn computed(mut self) -> Field {
        self.computed = true;
        self
    }

    pub const fn vocabulary(&self) -> Option<&'static Vocabulary> {
        match self.kind {
            Kind::Choice(vocabulary) | Kind::Choices(vocabulary) => Some(vocabulary),
            _ => None,
        }
    }

    pub const fn is_localized(&self) -> bool {
        matches!(self.kind, Kind::Text { .. } | Kind::Prose { .. })
    }

    /// Types that a link may point at; empty for every other kind.
    pub const fn targets(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Link(targets) | Kind::Links(targets) => targets,
            _ => &[],
        }
    }
}
