//! Names of people: parts in each script, shown in the order of the reader's language, and dated former names.
//!
//! Names are kept exactly as entered, never normalized. Never here: matching (see [`crate::fold`]).

use crate::edtf::{Certainty, Edtf};
use crate::lang::Lang;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Which part comes first when the name is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameOrder {
    FamilyFirst,
    GivenFirst,
}

/// A name in one script. A person with a single name has it in `family`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NameParts {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub middle: String,
}

impl NameParts {
    pub fn new(family: impl Into<String>, given: impl Into<String>) -> NameParts {
        NameParts { family: family.into(), given: given.into(), middle: String::new() }
    }

    pub fn is_empty(&self) -> bool {
        self.family.is_empty() && self.given.is_empty() && self.middle.is_empty()
    }

    /// The parts in an order, joined; empty parts leave no separator behind.
    pub fn joined(&self, order: NameOrder, separator: &str) -> String {
        let parts = match order {
            NameOrder::FamilyFirst => [&self.family, &self.given, &self.middle],
            NameOrder::GivenFirst => [&self.given, &self.middle, &self.family],
        };
        parts.into_iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect::<Vec<_>>().join(separator)
    }

    /// Names wholly in katakana are foreign names, which Japanese writes given name first with a middle dot.
    fn is_katakana(&self) -> bool {
        let mut letters =
            [&self.family, &self.given, &self.middle].into_iter().flat_map(|part| part.chars()).peekable();
        letters.peek().is_some() && letters.all(|c| matches!(c, '\u{30a1}'..='\u{30ff}' | ' ' | '゠' | '='))
    }
}

/// A person's name in the scripts that are known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonName {
    /// As written in Japanese: 澤 芳樹.
    #[serde(skip_serializing_if = "NameParts::is_empty")]
    pub ja: NameParts,
    /// Reading in kana: さわ よしき. Orders Japanese lists.
    #[serde(skip_serializing_if = "NameParts::is_empty")]
    pub kana: NameParts,
    /// In Latin letters: Sawa, Yoshiki.
    #[serde(skip_serializing_if = "NameParts::is_empty")]
    pub romaji: NameParts,
    /// The person's choice for Latin letters; given name first when not chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub romaji_order: Option<NameOrder>,
    /// The person's choice in Japanese; family name first, but given name first for names in katakana.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja_order: Option<NameOrder>,
}

impl PersonName {
    pub fn japanese(family: &str, given: &str) -> PersonName {
        PersonName { ja: NameParts::new(family, given), ..PersonName::default() }
    }

    pub fn with_kana(self, family: &str, given: &str) -> PersonName {
        PersonName { kana: NameParts::new(family, given), ..self }
    }

    pub fn with_romaji(self, family: &str, given: &str) -> PersonName {
        PersonName { romaji: NameParts::new(family, given), ..self }
    }

    /// Keeps the family name first in Latin letters.
    pub fn family_first(self) -> PersonName {
        PersonName { romaji_order: Some(NameOrder::FamilyFirst), ..self }
    }

    /// The name in a language, without falling back: `澤 芳樹`, `Yoshiki Sawa`.
    pub fn in_language(&self, lang: Lang) -> Option<String> {
        let shown = match lang {
            Lang::Ja => {
                let foreign = self.ja.is_katakana();
                let usual = if foreign { NameOrder::GivenFirst } else { NameOrder::FamilyFirst };
                self.ja.joined(self.ja_order.unwrap_or(usual), if foreign { "・" } else { " " })
            }
            Lang::En => self.romaji.joined(self.romaji_order.unwrap_or(NameOrder::GivenFirst), " "),
        };
        (!shown.is_empty()).then_some(shown)
    }

    /// The name for a reader and the language it is in, which may be the other one. Empty when nothing is known.
    pub fn display(&self, lang: Lang) -> (String, Lang) {
        self.in_language(lang)
            .map(|name| (name, lang))
            .or_else(|| self.in_language(lang.other()).map(|name| (name, lang.other())))
            .unwrap_or_else(|| (self.kana.joined(NameOrder::FamilyFirst, " "), Lang::Ja))
    }

    /// Both languages for a directory line: `澤 芳樹 (Yoshiki Sawa)`; one alone when the other is unknown.
    pub fn bilingual(&self, lang: Lang) -> String {
        match (self.in_language(lang), self.in_language(lang.other())) {
            (Some(first), Some(second)) => format!("{first} ({second})"),
            _ => self.display(lang).0,
        }
    }

    /// The reading that Japanese lists are ordered by: kana when known, otherwise the Japanese, otherwise the Latin name.
    pub fn reading(&self) -> String {
        [&self.kana, &self.ja, &self.romaji]
            .into_iter()
            .map(|parts| parts.joined(NameOrder::FamilyFirst, " "))
            .find(|name| !name.is_empty())
            .unwrap_or_default()
    }

    /// Every way the name may be typed into a search box, unfolded, without repeats.
    pub fn spellings(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for parts in [&self.ja, &self.kana, &self.romaji] {
            for (order, separator) in
                [(NameOrder::FamilyFirst, " "), (NameOrder::GivenFirst, " "), (NameOrder::FamilyFirst, "")]
            {
                let spelling = parts.joined(order, separator);
                if !spelling.is_empty() && !all.contains(&spelling) {
                    all.push(spelling);
                }
            }
        }
        all
    }

    /// One or two characters for a picture's place: `澤` in Japanese, `YS` in English, in the order shown.
    pub fn monogram(&self, lang: Lang) -> String {
        let latin = || {
            let order = self.romaji_order.unwrap_or(NameOrder::GivenFirst);
            let initials = NameParts::new(upper_initial(&self.romaji.family), upper_initial(&self.romaji.given));
            initials.joined(order, "")
        };
        let japanese = || {
            let first = if self.ja.family.trim().is_empty() { &self.ja.given } else { &self.ja.family };
            first_grapheme(first).to_owned()
        };
        let (own, other) = match lang {
            Lang::Ja => (japanese(), latin()),
            Lang::En => (latin(), japanese()),
        };
        if own.is_empty() { other } else { own }
    }
}

fn upper_initial(part: &str) -> String {
    first_grapheme(part).to_uppercase()
}

/// The first character as a reader sees it: with its accents, voicing marks and variation selectors; joined emoji and
/// flags stay whole. Follows the parts of UAX #29 that names need.
pub fn first_grapheme(text: &str) -> &str {
    let text = text.trim_start();
    let mut end = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let first_of_flag = previous.is_some_and(is_regional) && is_regional(c) && end == c.len_utf8();
        let joined = previous == Some('\u{200d}') && !c.is_whitespace();
        if previous.is_some() && !(extends(c) || joined || first_of_flag) {
            break;
        }
        end = at + c.len_utf8();
        previous = Some(c);
    }
    text.get(..end).unwrap_or_default()
}

fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Marks that belong to the character before them.
fn extends(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{1f3fb}'..='\u{1f3ff}' | 'ﾞ' | 'ﾟ')
}

/// A value that held during a period: a former name, a title, a legal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dated<T> {
    pub value: T,
    /// When it held; `None` when nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Edtf>,
}

impl<T> Dated<T> {
    pub fn new(value: T, period: Edtf) -> Dated<T> {
        Dated { value, period: Some(period) }
    }

    pub fn undated(value: T) -> Dated<T> {
        Dated { value, period: None }
    }

    /// Whether it held on a day; `Maybe` without dates.
    pub fn held_on(&self, day: NaiveDate) -> Certainty {
        self.period.map_or(Certainty::Maybe, |period| period.contains(day))
    }
}

/// The values that held on a day: the certain ones if there are any, otherwise all that may have. Nothing is dropped to
/// make the answer unique; conflicting statements come back side by side.
pub fn held_on<T>(values: &[Dated<T>], day: NaiveDate) -> Vec<&Dated<T>> {
    let with = |wanted: Certainty| values.iter().filter(|v| v.held_on(day) == wanted).collect::<Vec<_>>();
    let certain = with(Certainty::Yes);
    if certain.is_empty() { with(Certainty::Maybe) } else { certain }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn sawa() -> PersonName {
        PersonName::japanese("澤", "芳樹").with_kana("さわ", "よしき").with_romaji("Sawa", "Yoshiki")
    }

    #[test]
    fn each_language_has_its_order() {
        assert_eq!(sawa().display(Lang::Ja), ("澤 芳樹".into(), Lang::Ja));
        assert_eq!(sawa().display(Lang::En), ("Yoshiki Sawa".into(), Lang::En));
        assert_eq!(sawa().family_first().display(Lang::En).0, "Sawa Yoshiki");
        assert_eq!(sawa().bilingual(Lang::Ja), "澤 芳樹 (Yoshiki Sawa)");
    }

    #[test]
    fn foreign_names_in_katakana_keep_given_name_first() {
        let name = PersonName::japanese("マッカーシー", "ジョン").with_romaji("McCarthy", "John");
        assert_eq!(name.display(Lang::Ja).0, "ジョン・マッカーシー");
        let chosen = PersonName { ja_order: Some(NameOrder::FamilyFirst), ..name };
        assert_eq!(chosen.display(Lang::Ja).0, "マッカーシー・ジョン");
    }

    #[test]
    fn a_missing_language_falls_back_and_says_so() {
        let only_latin = PersonName::default().with_romaji("Sawa", "Yoshiki");
        assert_eq!(only_latin.display(Lang::Ja), ("Yoshiki Sawa".into(), Lang::En));
        assert_eq!(PersonName::default().display(Lang::Ja).0, "");
        assert_eq!(only_latin.monogram(Lang::Ja), "YS");
    }

    #[test]
    fn names_are_kept_as_entered() {
        // U+FA10 and U+2000B would change under NFC and break under careless cutting.
        let name = PersonName::japanese("\u{fa10}本", "𠀋一").with_romaji("  Tsukamoto ", "J.");
        let json = serde_json::to_string(&name).unwrap();
        assert_eq!(serde_json::from_str::<PersonName>(&json).unwrap(), name);
        assert_eq!(name.display(Lang::Ja).0, "\u{fa10}本 𠀋一");
    }

    #[test]
    fn monograms_keep_whole_characters() {
        assert_eq!(sawa().monogram(Lang::Ja), "澤");
        assert_eq!(sawa().monogram(Lang::En), "YS");
        assert_eq!(sawa().family_first().monogram(Lang::En), "SY");
        assert_eq!(PersonName::japanese("𠮷野", "").monogram(Lang::Ja), "𠮷");
        assert_eq!(PersonName::japanese("葛\u{e0100}城", "").monogram(Lang::Ja), "葛\u{e0100}");
        assert_eq!(first_grapheme("e\u{301}a"), "e\u{301}");
        assert_eq!(first_grapheme("か\u{3099}き"), "か\u{3099}");
        assert_eq!(first_grapheme("🇯🇵🇫🇷"), "🇯🇵");
        assert_eq!(first_grapheme("👩\u{200d}🔬x"), "👩\u{200d}🔬");
        assert_eq!(first_grapheme(""), "");
    }

    #[test]
    fn spellings_cover_both_orders_and_scripts() {
        let all = sawa().spellings();
        for spelling in ["澤 芳樹", "澤芳樹", "さわ よしき", "Yoshiki Sawa", "Sawa Yoshiki"] {
            assert!(all.contains(&spelling.to_owned()), "{spelling} not in {all:?}");
        }
        assert_eq!(sawa().reading(), "さわ よしき");
    }

    #[test]
    fn t1_a_renamed_body_has_dated_names_and_keeps_both_claims() {
        let names = [
            Dated::new("先端医療振興財団", Edtf::parse("/2018-03-31").unwrap()),
            Dated::new("神戸医療産業都市推進機構", Edtf::parse("2018-04-01/..").unwrap()),
        ];
        let on = |day: &str| held_on(&names, day.parse().unwrap()).iter().map(|n| n.value).collect::<Vec<_>>();
        assert_eq!(on("2018-02-01"), ["先端医療振興財団"]);
        assert_eq!(on("2020-09-07"), ["神戸医療産業都市推進機構"]);
        let claims =
            [Dated::new("text", Edtf::parse("2018-02").unwrap()), Dated::new("table", Edtf::parse("2018-01").unwrap())];
        assert!(!claims[0].period.unwrap().compatible(&claims[1].period.unwrap()));
        let undated = [Dated::undated("one"), Dated::undated("two")];
        assert_eq!(held_on(&undated, "2018-01-01".parse().unwrap()).len(), 2, "neither is dropped");
    }

    #[test]
    fn t3_one_person_holds_dated_roles() {
        let roles = [
            Dated::new("教授", Edtf::parse("2006/2021-03-31").unwrap()),
            Dated::new("特任教授", Edtf::parse("2021-04-01/").unwrap()),
            Dated::new("理事長", Edtf::parse("2019~/").unwrap()),
        ];
        let in_2024: Vec<_> = held_on(&roles, "2024-06-29".parse().unwrap()).iter().map(|r| r.value).collect();
        assert_eq!(in_2024, ["特任教授", "理事長"]);
    }

    proptest! {
        #[test]
        fn no_text_is_changed_or_cut_badly(family in ".*", given in ".*") {
            let name = PersonName::japanese(&family, &given).with_romaji(&family, &given);
            let _ = (name.display(Lang::Ja), name.monogram(Lang::En), name.spellings(), name.bilingual(Lang::En));
            prop_assert!(family.trim_start().starts_with(first_grapheme(&family)));
            let back: PersonName = serde_json::from_str(&serde_json::to_string(&name).unwrap()).unwrap();
            prop_assert_eq!(back, name);
        }
    }
}
