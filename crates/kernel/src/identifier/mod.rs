//! Identifiers given by others, with their check digits: ROR, ORCID, 法人番号, LEI, ISNI, DOI, ISSN, ISBN, Wikidata.
//!
//! A good check digit shows that a number was copied well, not that it belongs to this record. Never here: look-ups.

pub mod check;
#[cfg(test)]
mod tests;

use crate::lang::{Both, both};
use crate::value_error::{ValueError, quoted};
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Who gives the identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Research Organization Registry: organizations.
    Ror,
    /// ORCID iD: researchers.
    Orcid,
    /// 法人番号 of the National Tax Agency of Japan, 13 digits.
    CorporateNumber,
    /// Legal Entity Identifier, ISO 17442.
    Lei,
    /// International Standard Name Identifier, ISO 27729.
    Isni,
    /// Digital Object Identifier, ISO 26324.
    Doi,
    /// ISO 3297: serials.
    Issn,
    /// ISO 2108, 13 digits: books.
    Isbn,
    /// Wikidata item.
    Wikidata,
}

impl Scheme {
    pub const ALL: [Scheme; 9] = [
        Scheme::Ror,
        Scheme::Orcid,
        Scheme::CorporateNumber,
        Scheme::Lei,
        Scheme::Isni,
        Scheme::Doi,
        Scheme::Issn,
        Scheme::Isbn,
        Scheme::Wikidata,
    ];

    /// Stable code for storage and the API.
    pub const fn code(self) -> &'static str {
        match self {
            Scheme::Ror => "ror",
            Scheme::Orcid => "orcid",
            Scheme::CorporateNumber => "corporate_number",
            Scheme::Lei => "lei",
            Scheme::Isni => "isni",
            Scheme::Doi => "doi",
            Scheme::Issn => "issn",
            Scheme::Isbn => "isbn",
            Scheme::Wikidata => "wikidata",
        }
    }

    pub fn from_code(code: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Scheme::Ror => both("ROR", "ROR"),
            Scheme::Orcid => both("ORCID", "ORCID"),
            Scheme::CorporateNumber => both("法人番号", "Corporate number (Japan)"),
            Scheme::Lei => both("LEI", "LEI"),
            Scheme::Isni => both("ISNI", "ISNI"),
            Scheme::Doi => both("DOI", "DOI"),
            Scheme::Issn => both("ISSN", "ISSN"),
            Scheme::Isbn => both("ISBN", "ISBN"),
            Scheme::Wikidata => both("ウィキデータ", "Wikidata"),
        }
    }

    /// A correct value, for hints and error messages.
    pub const fn example(self) -> &'static str {
        match self {
            Scheme::Ror => "https://ror.org/035t8zc32",
            Scheme::Orcid => "0000-0002-1825-0097",
            Scheme::CorporateNumber => "7000012050002",
            Scheme::Lei => "529900T8BM49AURSDO55",
            Scheme::Isni => "0000 0001 2103 2683",
            Scheme::Doi => "10.1000/182",
            Scheme::Issn => "0378-5955",
            Scheme::Isbn => "9784065199817",
            Scheme::Wikidata => "Q651233",
        }
    }

    /// What people put before the value; compared in lower case, longest first.
    const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Scheme::Ror => &["ror.org/", "ror:"],
            Scheme::Orcid => &["orcid.org/", "orcid:", "orcid id:", "orcid id", "orcid"],
            Scheme::CorporateNumber => &["法人番号:", "法人番号", "corporate number:", "t"],
            Scheme::Lei => &["search.gleif.org/#/record/", "api.gleif.org/api/v1/lei-records/", "lei:", "lei "],
            Scheme::Isni => &["isni.org/isni/", "isni.org/page/", "isni:", "isni"],
            Scheme::Doi => &["dx.doi.org/", "doi.org/", "doi:", "doi "],
            Scheme::Issn => &["portal.issn.org/resource/issn/", "issn.org/resource/issn/", "issn:", "issn-l", "issn"],
            Scheme::Isbn => &["isbn-13:", "isbn-13", "isbn:", "isbn"],
            Scheme::Wikidata => &["wikidata.org/wiki/", "wikidata.org/entity/", "wikidata:"],
        }
    }
}

/// An identifier whose form and check digits hold. The value is canonical: see `Display`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Identifier {
    scheme: Scheme,
    value: String,
}

impl<'de> Deserialize<'de> for Identifier {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Parts {
            scheme: Scheme,
            value: String,
        }
        let parts = Parts::deserialize(deserializer)?;
        Identifier::parse(parts.scheme, &parts.value).map_err(serde::de::Error::custom)
    }
}

impl Identifier {
    /// Reads an identifier as people paste it: with its address, prefix, spaces, hyphens or in full width.
    pub fn parse(scheme: Scheme, text: &str) -> Result<Identifier, ValueError> {
        let bare = strip_wrapping(scheme, text);
        if bare.is_empty() {
            return Err(form_error(scheme, text));
        }
        let value = match scheme {
            Scheme::Ror => ror(&bare),
            Scheme::Orcid => sixteen(&bare).map(|d| hyphenated(&d)),
            Scheme::CorporateNumber => corporate_number(&bare),
            Scheme::Lei => lei(&bare),
            Scheme::Isni => sixteen(&bare),
            Scheme::Doi => doi(&bare),
            Scheme::Issn => issn(&bare),
            Scheme::Isbn => isbn(&bare),
            Scheme::Wikidata => wikidata(&bare),
        };
        match value {
            Ok(value) => Ok(Identifier { scheme, value }),
            Err(Wrong::Form) => Err(form_error(scheme, text)),
            Err(Wrong::Check) => Err(check_error(scheme, text)),
        }
    }

    /// Every scheme in which a text is a valid identifier, best guess first: for pasted sheets. An address or prefix
    /// decides; bare digits may fit several schemes (every ORCID number is also a well-formed ISNI).
    pub fn detect(text: &str) -> Vec<Identifier> {
        let clean = lower(text);
        let named = Scheme::ALL.into_iter().find(|s| s.prefixes().iter().any(|p| p.len() > 1 && clean.contains(p)));
        match named {
            Some(scheme) => Identifier::parse(scheme, text).into_iter().collect(),
            None => Scheme::ALL.into_iter().filter_map(|s| Identifier::parse(s, text).ok()).collect(),
        }
    }

    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The canonical form without address: `035t8zc32`, `0000-0002-1825-0097`, `7000012050002`.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The form to show a reader: ISNI in groups of four, the rest canonical.
    pub fn shown(&self) -> String {
        match self.scheme {
            Scheme::Isni => hyphenated(&self.value).replace('-', " "),
            _ => self.value.clone(),
        }
    }

    /// Where the identifier can be looked up; books have no such place.
    pub fn url(&self) -> Option<String> {
        let value = &self.value;
        Some(match self.scheme {
            Scheme::Ror => format!("https://ror.org/{value}"),
            Scheme::Orcid => format!("https://orcid.org/{value}"),
            Scheme::CorporateNumber => {
                format!("https://www.houjin-bangou.nta.go.jp/henkorireki-johoto.html?selHouzinNo={value}")
            }
            Scheme::Lei => format!("https://search.gleif.org/#/record/{value}"),
            Scheme::Isni => format!("https://isni.org/isni/{value}"),
            Scheme::Doi => format!("https://doi.org/{}", path_encoded(value)),
            Scheme::Issn => format!("https://portal.issn.org/resource/ISSN/{value}"),
            Scheme::Isbn => return None,
            Scheme::Wikidata => format!("https://www.wikidata.org/wiki/{value}"),
        })
    }
}

/// The canonical value, which [`Identifier::parse`] reads back.
impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

enum Wrong {
    Form,
    Check,
}

type Checked = Result<String, Wrong>;

fn lower(text: &str) -> String {
    text.nfkc().filter(|c| !crate::fold::is_invisible(*c)).collect::<String>().trim().to_lowercase()
}

/// Takes off `https://`, `www.`, the registry's address or the scheme's name, and what an address carries behind.
fn strip_wrapping(scheme: Scheme, text: &str) -> String {
    let clean = lower(text);
    let mut rest = clean.as_str();
    for protocol in ["https://", "http://", "www."] {
        rest = rest.strip_prefix(protocol).unwrap_or(rest);
    }
    rest = scheme.prefixes().iter().find_map(|prefix| rest.strip_prefix(prefix)).unwrap_or(rest).trim();
    if let Some((_, number)) = rest.split_once("selhouzinno=") {
        rest = number;
    }
    if scheme != Scheme::Doi {
        rest = rest.split(['?', '#', '&']).next().unwrap_or_default().trim_end_matches('/');
    }
    rest.trim().to_owned()
}

/// Without the spaces and dashes that people put between groups.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐'..='―' | '−' | 'ー' | '.' | '_')).collect()
}

fn all_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

fn check(value: String, holds: bool) -> Checked {
    if holds { Ok(value) } else { Err(Wrong::Check) }
}

fn ror(text: &str) -> Checked {
    let value = compact(text);
    let body = value.strip_prefix('0').filter(|b| b.len() == 8 && b.is_ascii()).ok_or(Wrong::Form)?;
    let (six, digits) = body.split_at(6);
    if !all_digits(digits, 2) {
        return Err(Wrong::Form);
    }
    let expected = check::ror_check(six).ok_or(Wrong::Form)?;
    let holds = digits.parse() == Ok(expected);
    check(value, holds)
}

/// Sixteen characters with MOD 11-2, compact and upper case: ORCID and ISNI.
fn sixteen(text: &str) -> Checked {
    let value = compact(text).to_uppercase();
    let base = value.get(..15).filter(|b| value.len() == 16 && all_digits(b, 15)).ok_or(Wrong::Form)?;
    let last = value.chars().next_back().filter(|c| c.is_ascii_digit() || *c == 'X').ok_or(Wrong::Form)?;
    let holds = check::mod_11_2(base) == Some(last);
    check(value, holds)
}

fn hyphenated(sixteen: &str) -> String {
    let groups: Vec<&str> = (0..4).filter_map(|i| sixteen.get(i * 4..i * 4 + 4)).collect();
    groups.join("-")
}

fn corporate_number(text: &str) -> Checked {
    let value = compact(text);
    if !all_digits(&value, 13) {
        return Err(Wrong::Form);
    }
    let (first, base) = value.split_at(1);
    let holds = check::corporate_number_check(base).is_some_and(|digit| first == digit.to_string());
    check(value, holds)
}

fn lei(text: &str) -> Checked {
    let value = compact(text).to_uppercase();
    let well_formed = value.len() == 20 && value.bytes().all(|b| b.is_ascii_alphanumeric());
    if !well_formed || !value.get(18..).is_some_and(|tail| all_digits(tail, 2)) {
        return Err(Wrong::Form);
    }
    let holds = check::mod_97_10_holds(&value);
    check(value, holds)
}

/// DOI names are compared without case; the lower-case form is canonical here.
fn doi(text: &str) -> Checked {
    let (prefix, suffix) = text.split_once('/').ok_or(Wrong::Form)?;
    let registrant = prefix.strip_prefix("10.").ok_or(Wrong::Form)?;
    let registrant_holds = registrant.len() >= 4 && registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let suffix_holds = !suffix.is_empty() && suffix.len() <= 300 && !suffix.contains(char::is_whitespace);
    if registrant_holds && suffix_holds { Ok(text.to_owned()) } else { Err(Wrong::Form) }
}

fn issn(text: &str) -> Checked {
    let value = compact(text).to_uppercase();
    let base = value.get(..7).filter(|b| value.len() == 8 && all_digits(b, 7)).ok_or(Wrong::Form)?;
    let last = value.get(7..).filter(|c| *c == "X" || all_digits(c, 1)).ok_or(Wrong::Form)?;
    let holds = check::issn_check(base).is_some_and(|c| last == c.to_string());
    let (first, second) = value.split_at(4);
    check(format!("{first}-{second}"), holds)
}

fn isbn(text: &str) -> Checked {
    let value = compact(text);
    if !all_digits(&value, 13) || !(value.starts_with("978") || value.starts_with("979")) {
        return Err(Wrong::Form);
    }
    let holds = value.get(..12).and_then(check::isbn13_check).is_some_and(|c| value.ends_with(c));
    check(value, holds)
}

fn wikidata(text: &str) -> Checked {
    let number = text.strip_prefix('q').ok_or(Wrong::Form)?;
    let holds = !number.is_empty()
        && number.len() <= 12
        && !number.starts_with('0')
        && number.bytes().all(|b| b.is_ascii_digit());
    if holds { Ok(format!("Q{number}")) } else { Err(Wrong::Form) }
}

fn path_encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:;()!*',@$+=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn form_error(scheme: Scheme, text: &str) -> ValueError {
    let (name, form, example, text) = (scheme.label(), form(scheme), scheme.example(), quoted(text));
    ValueError::new(
        "identifier.form",
        format!("「{text}」は{}の形式ではありません。{}で入力してください(例: {example})。", name.ja, form.ja),
        format!("“{text}” is not written like a {}. Enter {}, for example {example}.", name.en, form.en),
    )
}

fn check_error(scheme: Scheme, text: &str) -> ValueError {
    let (name, text) = (scheme.label(), quoted(text));
    ValueError::new(
        "identifier.check",
        format!(
            "{}「{text}」の検査数字が合いません。打ち間違いか桁の入れ替わりがないか、元の番号と見比べてください。",
            name.ja
        ),
        format!(
            "The check digit of {} “{text}” does not match. Compare it with the original for a mistyped or swapped digit.",
            name.en
        ),
    )
}

fn form(scheme: Scheme) -> Both {
    match scheme {
        Scheme::Ror => both(
            "0で始まる英数字9文字(i・l・o・uは使われません)",
            "9 letters and digits that begin with 0 (never i, l, o or u)",
        ),
        Scheme::Orcid => both("数字16桁(最後はXの場合あり)", "16 digits (the last may be X)"),
        Scheme::CorporateNumber => both("数字13桁", "13 digits"),
        Scheme::Lei => both("英数字20文字", "20 letters and digits"),
        Scheme::Isni => both("数字16桁(最後はXの場合あり)", "16 digits (the last may be X)"),
        Scheme::Doi => both("「10.」で始まる番号", "a name that begins with “10.”"),
        Scheme::Issn => both("数字8桁(最後はXの場合あり)", "8 digits (the last may be X)"),
        Scheme::Isbn => both("978または979で始まる数字13桁", "13 digits that begin with 978 or 979"),
        Scheme::Wikidata => both("Qで始まる番号", "a number that begins with Q"),
    }
}
