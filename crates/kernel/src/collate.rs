//! Sort keys: bytes that every database orders as readers of a language expect (Unicode collation, CLDR tailoring).
//!
//! Japanese sorts by the reading, which the caller passes in: ICU cannot know that 大阪 is おおさか. Never here: text
//! for matching (see [`crate::fold`]).

use crate::lang::Lang;
use crate::legal_form;
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::preferences::CollationNumericOrdering;
use icu_collator::{CollatorBorrowed, CollatorPreferences};
use icu_locale_core::locale;

/// The key of a text. Compare keys bytewise. Numbers in it sort by value: 2号館 before 10号館.
pub fn sort_key(lang: Lang, text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() * 2 + 8);
    match collator(lang) {
        Some(collator) => {
            let Ok(()) = collator.write_sort_key_to(text, &mut key);
        }
        // The collation data are compiled in, so this does not happen; order by folded text rather than fail.
        None => key.extend_from_slice(crate::fold::fold(text).as_bytes()),
    }
    key
}

/// The key of an organization: by its reading when there is one, otherwise by its name; legal forms are passed over.
pub fn organization_sort_key(lang: Lang, name: &str, reading: Option<&str>) -> Vec<u8> {
    let by = reading.map(str::trim).filter(|r| !r.is_empty() && lang == Lang::Ja).unwrap_or(name);
    sort_key(lang, legal_form::core(by))
}

fn collator(lang: Lang) -> Option<CollatorBorrowed<'static>> {
    let mut preferences: CollatorPreferences = match lang {
        Lang::Ja => locale!("ja").into(),
        Lang::En => locale!("en").into(),
    };
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    let mut options = CollatorOptions::default();
    // The fourth level tells hiragana from katakana, so that equal readings still have one fixed order.
    options.strength = Some(Strength::Quaternary);
    CollatorBorrowed::try_new(preferences, options).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted<'a>(lang: Lang, words: &[&'a str]) -> Vec<&'a str> {
        let mut words = words.to_vec();
        words.sort_by_key(|word| sort_key(lang, word));
        words
    }

    #[test]
    fn kana_sort_as_icu_sorts_them() {
        // Golden values of ICU 78.2, input orders included.
        assert_eq!(
            sorted(Lang::Ja, &["はは", "ばば", "ぱぱ", "ハハ", "ババ", "パパ", "はば", "ははは"]),
            ["はは", "ハハ", "はば", "ばば", "ババ", "ぱぱ", "パパ", "ははは"]
        );
        assert_eq!(
            sorted(Lang::Ja, &["きょう", "きよう", "キョウ", "キヨウ"]),
            ["きょう", "キョウ", "きよう", "キヨウ"]
        );
    }

    #[test]
    fn numbers_sort_by_value_in_any_width() {
        assert_eq!(
            sorted(Lang::Ja, &["１２号館", "１０号館", "2号館", "1号館"]),
            ["1号館", "2号館", "１０号館", "１２号館"]
        );
        assert_eq!(sorted(Lang::En, &["Lab 10", "Lab 9", "lab 1"]), ["lab 1", "Lab 9", "Lab 10"]);
    }

    #[test]
    fn kanji_alone_do_not_sort_by_reading_so_the_reading_is_passed_in() {
        let names =
            [("東京大学", "とうきょうだいがく"), ("大阪大学", "おおさかだいがく"), ("京都大学", "きょうとだいがく")];
        let mut by_reading = names;
        by_reading.sort_by_key(|(name, reading)| organization_sort_key(Lang::Ja, name, Some(reading)));
        assert_eq!(by_reading.map(|(name, _)| name), ["大阪大学", "京都大学", "東京大学"]);
        assert_eq!(sorted(Lang::Ja, &["東京大学", "大阪大学", "京都大学"]), ["京都大学", "大阪大学", "東京大学"]);
    }

    #[test]
    fn legal_forms_do_not_count_for_the_order() {
        let key = |name: &str| organization_sort_key(Lang::Ja, name, None);
        assert_eq!(key("株式会社大阪"), key("大阪"));
        assert_eq!(key("㈱大阪"), key("大阪株式会社"));
        assert_eq!(organization_sort_key(Lang::En, "Acme Inc.", Some("あくめ")), sort_key(Lang::En, "Acme"));
        assert_eq!(organization_sort_key(Lang::Ja, "大阪", Some(" ")), sort_key(Lang::Ja, "大阪"));
    }

    #[test]
    fn english_ignores_case_and_accents_at_first() {
        assert_eq!(
            sorted(Lang::En, &["zebra", "Émile", "apple", "Eve", "emile"]),
            ["apple", "emile", "Émile", "Eve", "zebra"]
        );
    }

    proptest! {
        #[test]
        fn equal_text_has_equal_keys(text in ".*") {
            for lang in Lang::ALL {
                prop_assert_eq!(sort_key(lang, &text), sort_key(lang, &text));
            }
        }
    }
}
