//! Legal forms in the names of organizations: 株式会社, (株), ㈱, 一般財団法人, Inc., Co., Ltd., GmbH.
//!
//! Recognizes them in front of and behind a name, so that names match and sort without them. Never here: a change to a
//! stored name; the core is cut out of the text as it was written.

mod table;
#[cfg(test)]
mod tests;

use crate::lang::{Both, both};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use table::Place;
use unicode_normalization::UnicodeNormalization;

/// A legal form. Japanese forms that share an English abbreviation stay apart; foreign forms keep their own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalForm {
    KabushikiKaisha,
    YugenKaisha,
    GodoKaisha,
    GoshiKaisha,
    GomeiKaisha,
    SogoKaisha,
    GeneralAssociation,
    GeneralFoundation,
    PublicAssociation,
    PublicFoundation,
    Association,
    Foundation,
    NationalUniversity,
    PublicUniversity,
    InterUniversity,
    School,
    NationalResearch,
    Agency,
    LocalAgency,
    Medical,
    SocialMedical,
    SocialWelfare,
    Npo,
    Religious,
    Audit,
    LawFirm,
    TaxFirm,
    JapaneseLlp,
    InvestmentPartnership,
    SpecialCorporation,
    Inc,
    Ltd,
    CoLtd,
    Corp,
    Company,
    Llc,
    Llp,
    Lp,
    Gmbh,
    Kg,
    Ag,
    Se,
    Ev,
    Sa,
    Sas,
    Sarl,
    Srl,
    Spa,
    Bv,
    Nv,
    Plc,
    PteLtd,
    PtyLtd,
    PvtLtd,
    SdnBhd,
    Ab,
    Oy,
    As,
    Aps,
}

/// Where the form stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    Front,
    Back,
    /// No legal form was found.
    Absent,
}

/// Separates a name from its legal form: `㈱大阪` gives `大阪`, 株式会社, front. A name that is nothing but a legal form
/// stays whole. The core is a piece of the given text, without the white space and commas around it.
pub fn split(name: &str) -> (&str, Option<LegalForm>, Position) {
    let trimmed = trim_separators(name, 0..name.len());
    let whole = name.get(trimmed.clone()).unwrap_or(name);
    let letters = Letters::of(whole);
    let best = letters.front().into_iter().chain(letters.back()).max_by_key(|found| found.length);
    match best {
        Some(found) => {
            let core = trim_separators(whole, found.core);
            (whole.get(core).unwrap_or(whole), Some(found.form), found.position)
        }
        None => (whole, None, Position::Absent),
    }
}

/// The name without any legal form, also when it has one on each side (`株式会社大阪 Co., Ltd.`). For matching and order.
pub fn core(name: &str) -> &str {
    let mut rest = name;
    loop {
        let (core, form, _) = split(rest);
        if form.is_none() {
            return core;
        }
        rest = core;
    }
}

struct Found {
    form: LegalForm,
    position: Position,
    core: Range<usize>,
    /// Letters of the form that matched; the longest match wins.
    length: usize,
}

/// The text letter by letter in matching form (NFKC, lower case), each with the bytes of the text it came from.
struct Letters {
    folded: Vec<(char, Range<usize>)>,
    forward: Vec<char>,
    backward: Vec<char>,
    bytes: usize,
}

impl Letters {
    fn of(text: &str) -> Letters {
        let folded: Vec<(char, Range<usize>)> = text
            .char_indices()
            .flat_map(|(at, c)| {
                let range = at..at + c.len_utf8();
                std::iter::once(c)
                    .nfkc()
                    .flat_map(char::to_lowercase)
                    .map(move |f| (f, range.clone()))
                    .collect::<Vec<_>>()
            })
            .collect();
        let forward: Vec<char> = folded.iter().map(|(c, _)| *c).collect();
        let backward = forward.iter().rev().copied().collect();
        Letters { folded, forward, backward, bytes: text.len() }
    }

    fn front(&self) -> Vec<Found> {
        let japanese = table::JAPANESE.iter().map(|(words, form)| (words, form, Place::Either));
        let latin = table::FRONT.iter().map(|(words, form)| (words, form, Place::FrontWord));
        japanese.chain(latin).filter_map(|(words, form, place)| self.at_front(words, *form, place)).collect()
    }

    fn back(&self) -> Vec<Found> {
        let japanese = table::JAPANESE.iter().map(|(words, form)| (words, form, Place::Either));
        let latin = table::BACK.iter().map(|(words, form)| (words, form, Place::BackWord));
        japanese.chain(latin).filter_map(|(words, form, place)| self.at_back(words, *form, place)).collect()
    }

    fn at_front(&self, words: &str, form: LegalForm, place: Place) -> Option<Found> {
        let used = match_words(words.chars(), &self.forward, place)?;
        let rest = self.folded.get(used..)?;
        let separated = place == Place::Either || rest.first().is_some_and(|(c, _)| is_separator(*c));
        let core = rest.first()?.1.start..self.bytes;
        self.found(words, form, Position::Front, core).filter(|_| separated && !self.splits_a_character(used))
    }

    fn at_back(&self, words: &str, form: LegalForm, place: Place) -> Option<Found> {
        let used = match_words(words.chars().rev(), &self.backward, place)?;
        let kept = self.folded.len() - used;
        let last = self.folded.get(kept.checked_sub(1)?)?;
        let separated = place == Place::Either || is_separator(last.0);
        let core = 0..last.1.end;
        self.found(words, form, Position::Back, core).filter(|_| separated && !self.splits_a_character(kept))
    }

    /// The match, unless nothing but separators would be left.
    fn found(&self, words: &str, form: LegalForm, position: Position, core: Range<usize>) -> Option<Found> {
        let has_core =
            self.folded.iter().any(|(c, at)| at.start >= core.start && at.end <= core.end && c.is_alphanumeric());
        has_core.then(|| Found { form, position, core, length: words.chars().count() })
    }

    /// Whether a cut before this letter would fall inside one written character (㈱ is three letters).
    fn splits_a_character(&self, at: usize) -> bool {
        match (at.checked_sub(1).and_then(|i| self.folded.get(i)), self.folded.get(at)) {
            (Some((_, before)), Some((_, after))) => before == after,
            _ => false,
        }
    }
}

/// How many letters of the text the words take, or `None` when they do not match. In Latin words dots do not count,
/// and a space matches any run of spaces, commas and dots.
fn match_words(words: impl Iterator<Item = char>, letters: &[char], place: Place) -> Option<usize> {
    let mut at = 0;
    for wanted in words {
        let latin = place != Place::Either;
        let start = at;
        while latin && letters.get(at).is_some_and(|c| *c == '.' || (wanted == ' ' && is_separator(*c))) {
            at += 1;
        }
        if wanted == ' ' {
            if at == start {
                return None;
            }
        } else if letters.get(at) == Some(&wanted) {
            at += 1;
        } else {
            return None;
        }
    }
    // The last dot of K.K. and Inc. belongs to the form.
    while place == Place::FrontWord && letters.get(at) == Some(&'.') {
        at += 1;
    }
    Some(at)
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '、' | '，')
}

fn trim_separators(text: &str, range: Range<usize>) -> Range<usize> {
    let Some(piece) = text.get(range.clone()) else { return range };
    let start = range.start + (piece.len() - piece.trim_start_matches(is_separator).len());
    let end = range.end - (piece.len() - piece.trim_end_matches(is_separator).len());
    start..end.max(start)
}

impl LegalForm {
    /// The name of the form. Foreign forms have one name in both languages.
    pub fn label(self) -> Both {
        use LegalForm as F;
        match self {
            F::KabushikiKaisha => both("株式会社", "Kabushiki Kaisha (K.K.)"),
            F::YugenKaisha => both("有限会社", "Yugen Kaisha"),
            F::GodoKaisha => both("合同会社", "Godo Kaisha (G.K.)"),
            F::GoshiKaisha => both("合資会社", "Goshi Kaisha"),
            F::GomeiKaisha => both("合名会社", "Gomei Kaisha"),
            F::SogoKaisha => both("相互会社", "Mutual Company"),
            F::GeneralAssociation => both("一般社団法人", "General Incorporated Association"),
            F::GeneralFoundation => both("一般財団法人", "General Incorporated Foundation"),
            F::PublicAssociation => both("公益社団法人", "Public Interest Incorporated Association"),
            F::PublicFoundation => both("公益財団法人", "Public Interest Incorporated Foundation"),
            F::Association => both("社団法人", "Incorporated Association"),
            F::Foundation => both("財団法人", "Incorporated Foundation"),
            F::NationalUniversity => both("国立大学法人", "National University Corporation"),
            F::PublicUniversity => both("公立大学法人", "Public University Corporation"),
            F::InterUniversity => both("大学共同利用機関法人", "Inter-University Research Institute Corporation"),
            F::School => both("学校法人", "Educational Corporation"),
            F::NationalResearch => both("国立研究開発法人", "National Research and Development Agency"),
            F::Agency => both("独立行政法人", "Incorporated Administrative Agency"),
            F::LocalAgency => both("地方独立行政法人", "Local Incorporated Administrative Agency"),
            F::Medical => both("医療法人", "Medical Corporation"),
            F::SocialMedical => both("社会医療法人", "Social Medical Corporation"),
            F::SocialWelfare => both("社会福祉法人", "Social Welfare Corporation"),
            F::Npo => both("特定非営利活動法人(NPO法人)", "Specified Nonprofit Corporation (NPO)"),
            F::Religious => both("宗教法人", "Religious Corporation"),
            F::Audit => both("監査法人", "Audit Corporation"),
            F::LawFirm => both("弁護士法人", "Legal Professional Corporation"),
            F::TaxFirm => both("税理士法人", "Tax Accountant Corporation"),
            F::JapaneseLlp => both("有限責任事業組合", "Limited Liability Partnership (Japan)"),
            F::InvestmentPartnership => both("投資事業有限責任組合", "Investment Limited Partnership"),
            F::SpecialCorporation => both("特殊法人", "Special Public Corporation"),
            foreign => {
                let name = foreign.abbreviation();
                both(name, name)
            }
        }
    }

    fn abbreviation(self) -> &'static str {
        use LegalForm as F;
        match self {
            F::Inc => "Inc.",
            F::Ltd => "Ltd.",
            F::CoLtd => "Co., Ltd.",
            F::Corp => "Corp.",
            F::Company => "Company",
            F::Llc => "LLC",
            F::Llp => "LLP",
            F::Lp => "LP",
            F::Gmbh => "GmbH",
            F::Kg => "GmbH & Co. KG",
            F::Ag => "AG",
            F::Se => "SE",
            F::Ev => "e.V.",
            F::Sa => "S.A.",
            F::Sas => "SAS",
            F::Sarl => "SARL",
            F::Srl => "S.r.l.",
            F::Spa => "S.p.A.",
            F::Bv => "B.V.",
            F::Nv => "N.V.",
            F::Plc => "PLC",
            F::PteLtd => "Pte. Ltd.",
            F::PtyLtd => "Pty Ltd",
            F::PvtLtd => "Pvt. Ltd.",
            F::SdnBhd => "Sdn. Bhd.",
            F::Ab => "AB",
            F::Oy => "Oy",
            F::As => "A/S",
            F::Aps => "ApS",
            _ => "",
        }
    }
}
