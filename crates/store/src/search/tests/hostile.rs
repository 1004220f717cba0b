//! No input is an error, and none takes long.

use super::*;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn sample() -> Index {
    index_of(&[
        public(1, "再生医療 👩‍🔬", "שלום עולם مرحبا \u{202e}cell\u{202c} ｶﾞ 𠮷野 葛\u{e0100}城"),
        public(2, "e\u{301}tude \u{0}null", "\u{1}\u{2}\u{3}marks"),
    ])
}

#[test]
fn strange_texts_are_answered() {
    let index = sample();
    for (text, expected) in [
        ("", &[][..]),
        ("   \u{3000}", &[]),
        ("\"", &[]),
        ("-", &[]),
        ("--", &[]),
        ("\"\" \"\" -\"\"", &[]),
        ("👩‍🔬", &[]),
        ("🇯🇵🏽", &[]),
        ("\u{200d}\u{200b}\u{feff}", &[]),
        ("\u{1}cell", &[1]),
        ("\u{3}te", &[]),
        ("שלום", &[1]),
        ("مرحبا", &[1]),
        ("𠮷野", &[1]),
        ("吉野", &[1]),
        ("葛城", &[1]),
        ("ガ", &[1]),
        ("étude", &[2]),
        ("AND OR NOT () [] {} ^ ~ * ? \\ / :", &[]),
        ("a:b^2~3 \"x\"~9 [a TO b]", &[]),
    ] {
        let found = found(&index, text);
        assert_eq!(found, expected, "{text:?}");
    }
}

#[test]
fn a_megabyte_of_anything_is_cut_and_quick() {
    let index = sample();
    let keyring = Keyring::public();
    let inputs =
        ["再", "\"", "(", "-", "a ", "\"a\" ", "-「", "👩‍🔬", "\u{301}", "a-", "a1", "ー", "㈱", "株式会社", "Inc. "];
    for unit in inputs {
        let text = unit.repeat(1_000_000 / unit.len());
        let started = Instant::now();
        index.search(&query(&text, &keyring)).unwrap();
        index.suggest(&text, &keyring, 10).unwrap();
        index.highlighter(&query(&text, &keyring)).ranges("再生医療 a-1 ㈱");
        assert!(started.elapsed() < Duration::from_secs(3), "{unit:?} took {:?}", started.elapsed());
    }
}

#[test]
fn a_huge_passage_is_indexed_by_its_beginning() {
    let index = index_of(&[public(1, &"長".repeat(50_000), &"語 word ".repeat(100_000))]);
    assert_eq!(found(&index, "word"), [1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_can_be_asked_and_highlighted(text in "\\PC{0,40}", body in "\\PC{0,40}") {
        let index = index_of(&[public(1, &body, &body)]);
        let keyring = Keyring::public();
        index.search(&query(&text, &keyring)).unwrap();
        let mut end = 0;
        for range in index.highlighter(&query(&text, &keyring)).ranges(&body) {
            prop_assert!(range.start >= end && range.start < range.end);
            prop_assert!(body.get(range.clone()).is_some());
            end = range.end;
        }
    }

    #[test]
    fn any_japanese_pair_of_a_text_finds_it(body in "[一-龠ぁ-んァ-ヶ]{2,12}", at in 0usize..11) {
        let index = index_of(&[public(1, &body, "")]);
        let chars: Vec<char> = body.chars().collect();
        let at = at.min(chars.len() - 2);
        let pair: String = chars[at..at + 2].iter().collect();
        prop_assert_eq!(found(&index, &format!("\"{pair}\"")), vec![1]);
    }
}
