//! Behaviour of text, vocabularies, search and tasks: terms of both languages, damaged files, hostile text.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::concepts::jmdict::{Reader, Row, Table};
use super::concepts::{Builder, Concepts, Source, Vocabulary, VocabularyError, glossary};
use super::index::{Document, SearchIndex, Weights};
use super::tasks::{Task, TaskError, answer};
use super::{Analyzer, Meaning};
use proptest::prelude::*;
use std::collections::HashSet;

/// A few rows as the database gives them.
fn dictionary() -> Vec<u8> {
    let source = Source { name: "Sample".into(), licence: "own".into(), attribution: "us".into(), sha256: [7; 32] };
    let mut builder = Builder::new(vec![source]);
    let rows = |table: Table, rows: &[(i64, i64, &str, &str)], builder: &mut Builder| {
        let mut reader = Reader::new(table);
        for (entry, part, text, notes) in rows {
            reader.row(Row { entry: *entry, part: *part, first: 1, text, notes }, builder);
        }
        reader.finish(builder);
    };
    let words = [
        (1, 0, "工業", "news1"),
        (1, 1, "こうぎょう", "news1"),
        (1, 2, "(manufacturing) industry", "noun||"),
        (2, 0, "行う", "ichi1"),
        (2, 1, "おこなう", "ichi1"),
        (2, 2, "to perform", "Godan verb with `u' ending||"),
        (3, 0, "血", "ichi1"),
        (3, 1, "ち", "ichi1"),
        (3, 2, "blood", "noun||"),
    ];
    rows(Table::Words, &words, &mut builder);
    let names = [
        (9, 0, "内山", ""),
        (9, 1, "うちやま", ""),
        (9, 2, "Uchiyama", "surname"),
        (10, 0, "大阪", ""),
        (10, 1, "おおさか", ""),
        (10, 2, "Osaka", "place"),
    ];
    rows(Table::Names, &names, &mut builder);
    let kanji = [(1, 0, "血", ""), (1, 1, "ケツ", "ja_on"), (1, 1, "ち", "ja_kun"), (1, 2, "blood", "")];
    rows(Table::Kanji, &kanji, &mut builder);
    builder.finish()
}

fn with_analyzer<T>(test: impl FnOnce(&Analyzer<'_>) -> T) -> T {
    let files = [glossary::shipped(), dictionary()];
    let vocabularies = files.iter().map(|file| Vocabulary::open(file).unwrap()).collect();
    test(&Analyzer::new(Concepts::new(vocabularies)))
}

fn named(names: &[&str]) -> Vec<Document> {
    names.iter().map(|name| Document { names: vec![(*name).to_owned()], ..Document::default() }).collect()
}

fn texts(texts: &[&str]) -> Vec<Document> {
    texts.iter().map(|text| Document { text: (*text).to_owned(), ..Document::default() }).collect()
}

fn best(analyzer: &Analyzer<'_>, documents: &[Document], query: &str) -> Option<u32> {
    let index = SearchIndex::new(analyzer, documents, Weights::default());
    index.search(query, 10, None).first().map(|(document, _)| *document)
}

#[test]
fn the_shipped_glossary_crosses_the_language_from_the_first_minute() {
    with_analyzer(|analyzer| {
        let english =
            texts(&["a robot arm for sorting parts", "a cardiac patch for failing hearts", "venture capital"]);
        assert_eq!(best(analyzer, &english, "心筋シート"), Some(1));
        let japanese = texts(&["資金調達の相談", "人工多能性幹細胞の培養", "会議室の予約"]);
        assert_eq!(best(analyzer, &japanese, "iPS"), Some(1));
        assert_eq!(best(analyzer, &japanese, "induced pluripotent stem cells"), Some(1));
    });
}

#[test]
fn concepts_carry_spans_and_labels_of_both_languages() {
    with_analyzer(|analyzer| {
        let text = "新しい心筋シートの臨床研究";
        let found = analyzer.concepts(text);
        let sheet = found.iter().find(|m| &text[m.span.clone()] == "心筋シート").expect("the glossary has it");
        assert!(sheet.concept.japanese.iter().any(|label| label == "心筋シート"));
        assert!(!sheet.concept.english.is_empty());
        let english = "We grow induced pluripotent stem cells.";
        let found = analyzer.concepts(english);
        assert!(
            found.iter().any(|m| english[m.span.clone()].starts_with("induced pluripotent stem cell")),
            "{found:?}"
        );
    });
}

#[test]
fn both_versions_of_a_text_share_terms() {
    with_analyzer(|analyzer| {
        let terms = |text| analyzer.terms(text).into_iter().map(|(term, _)| term).collect::<HashSet<_>>();
        let japanese = terms("再生医療と細胞培養");
        let english = terms("Regenerative medicine and cell culture");
        let other = terms("Hotel booking for travelers");
        assert!(japanese.intersection(&english).count() >= 3);
        assert_eq!(japanese.intersection(&other).count(), 0);
    });
}

#[test]
fn names_are_found_by_reading_romaji_and_sound() {
    with_analyzer(|analyzer| {
        let japanese = named(&["内山工業株式会社", "株式会社ギガフォトン", "大阪工業"]);
        assert_eq!(best(analyzer, &japanese, "Uchiyama Industry"), Some(0));
        assert_eq!(best(analyzer, &japanese, "うちやま"), Some(0));
        assert_eq!(best(analyzer, &japanese, "Gigaphoton Inc."), Some(1));
        let english = named(&["Uchiyama Manufacturing", "Gigaphoton", "Osaka Gas"]);
        assert_eq!(best(analyzer, &english, "ギガフォトン株式会社"), Some(1));
    });
}

#[test]
fn letters_spelled_in_katakana_are_letters() {
    with_analyzer(|analyzer| {
        let english = named(&["ABC Co., Ltd.", "MTC Co., Ltd.", "Metec"]);
        assert_eq!(best(analyzer, &english, "株式会社エム・ティ・シー"), Some(1));
    });
}

#[test]
fn an_address_line_finds_the_organization_in_it() {
    with_analyzer(|analyzer| {
        let names = named(&[
            "University of Bath",
            "Bath Spa University",
            "University of Washington",
            "Department of Chemistry",
        ]);
        assert_eq!(best(analyzer, &names, "Department of Chemistry, University of Bath, United Kingdom"), Some(0));
    });
}

#[test]
fn damaged_files_are_refused_with_their_hash() {
    let file = dictionary();
    assert!(matches!(Vocabulary::open(b"PK"), Err(VocabularyError::NotAVocabulary { .. })));
    for length in [9, 17, 40, file.len() - 1] {
        let error = Vocabulary::open(&file[..length]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("SHA-256"), "{text}");
    }
    let mut flipped = file.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(matches!(Vocabulary::open(&flipped), Err(VocabularyError::Damaged { .. })));
    let opened = Vocabulary::open(&file).unwrap();
    assert_eq!(opened.sources()[0].sha256, [7; 32]);
}

#[test]
fn inflected_verbs_and_readings_in_compounds_are_known() {
    with_analyzer(|analyzer| {
        let known = analyzer.vocabularies();
        assert!(known.knows("行わ") && known.knows("工業"));
        assert!(analyzer.readings("貧血").join("").ends_with("けつ"));
    });
}

#[test]
fn the_shipped_glossary_has_its_terms() {
    assert!(glossary::entries(glossary::SHIPPED).len() >= 600);
}

#[test]
fn tasks_are_answered_and_faults_are_named_by_line() {
    with_analyzer(|analyzer| {
        let text = concat!(
            "{\"type\":\"task\",\"kind\":\"rank\"}\n",
            "{\"type\":\"profile\",\"id\":\"p\",\"works\":[{\"id\":\"w\",\"title\":\"Kidney organoids\",\"text\":\"Organoids of the kidney.\"}]}\n",
            "{\"type\":\"profile\",\"id\":\"a\",\"title\":\"Kidney organoid culture\"}\n",
            "{\"type\":\"profile\",\"id\":\"b\",\"title\":\"Hotel prices\"}\n",
            "{\"type\":\"request\",\"id\":\"r\",\"subject\":\"p\",\"candidates\":[\"a\",\"b\",\"unknown\"]}\n",
        );
        let answers = answer(&Task::read(text).unwrap(), analyzer, None);
        let score = |id: &str| -> f64 {
            let rows = answers.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
            rows.filter(|row| row["profile"] == id).map(|row| row["score"].as_f64().unwrap()).next().unwrap()
        };
        assert!(score("a") > score("b"));
        assert_eq!(answers.lines().count(), 3);
    });
    assert!(matches!(Task::read("{\"type\":\"profile\",\"id\":1}"), Err(TaskError::Header { line: 1 })));
    assert!(matches!(Task::read("{\"type\":\"task\",\"kind\":\"rank\"}\n{"), Err(TaskError::Json { line: 2, .. })));
    let nameless = "{\"type\":\"task\",\"kind\":\"search\"}\n{\"type\":\"profile\"}";
    assert_eq!(Task::read(nameless), Err(TaskError::Field { line: 2, field: "id" }));
}

#[test]
fn meaning_vectors_help_across_the_language_only() {
    with_analyzer(|analyzer| {
        let meaning =
            |text: &str| if text.contains("zzz") || text.contains('謎') { vec![1.0, 0.0] } else { vec![0.0, 1.0] };
        let documents = texts(&["plain words here", "zzz qqq"]);
        let mut index = SearchIndex::new(analyzer, &documents, Weights::default());
        index.add_meaning(&documents, &meaning, &[]);
        assert_eq!(index.search("謎", 1, Some(&meaning as &dyn Meaning)).first().map(|f| f.0), Some(1));
        assert!(index.search("謎", 1, None).is_empty());
        assert_eq!(index.search("plain", 1, Some(&meaning as &dyn Meaning)).first().map(|f| f.0), Some(0));
    });
}

#[test]
fn a_thousand_equal_profiles_keep_their_order() {
    with_analyzer(|analyzer| {
        let documents = texts(&["iPS細胞 stem cells"; 1000]);
        let index = SearchIndex::new(analyzer, &documents, Weights::default());
        let found: Vec<u32> = index.search("stem cell", 5, None).into_iter().map(|(document, _)| document).collect();
        assert_eq!(found, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn the_index_is_the_same_with_any_number_of_threads() {
    with_analyzer(|analyzer| {
        let pieces = [
            "心筋シート",
            "Uchiyama Industry",
            "大阪工業",
            "stem cell",
            "ギガフォトン",
            "血を行う",
            "xyzzy",
            "iPS細胞",
        ];
        // More than one round of reading, with words that come back, that are new late, and that say nothing.
        let document = |n: usize| Document {
            names: vec![format!("{} {}", pieces[n % 8], pieces[n / 8 % 8])],
            text: if n.is_multiple_of(3) {
                format!("{}、{} word{}", pieces[n / 3 % 8], pieces[n / 5 % 8], n / 7)
            } else {
                String::new()
            },
            ..Document::default()
        };
        let documents: Vec<Document> = (0..2600).map(document).collect();
        let one = SearchIndex::with_threads(analyzer, &documents, Weights::default(), 1);
        let four = SearchIndex::with_threads(analyzer, &documents, Weights::default(), 4);
        assert!(one.equals(&four));
        for query in pieces.iter().copied().chain(["cardiac patch", "うちやま", "word350", "Osaka, Japan"]) {
            assert_eq!(one.search(query, 20, None), four.search(query, 20, None), "{query}");
        }
        assert!(!one.equals(&SearchIndex::new(analyzer, &documents[1..], Weights::default())));
    });
}

#[test]
fn a_megabyte_is_read_by_its_beginning() {
    with_analyzer(|analyzer| {
        for unit in ["心筋シート", "stem cell ", "😀", "\u{200b}\u{202e}", "ァ", "ー", "a-"] {
            let text = unit.repeat(1_000_000 / unit.len());
            let terms = analyzer.terms(&text);
            assert!(terms.len() < 1000, "{unit} {}", terms.len());
        }
    });
}

#[test]
fn invisible_characters_and_widths_change_nothing() {
    with_analyzer(|analyzer| {
        assert_eq!(analyzer.terms("ｉＰＳ細胞"), analyzer.terms("iPS\u{200b}細\u{2060}胞"));
        assert_eq!(analyzer.terms("ﾃﾞｰﾀ"), analyzer.terms("データ"));
        assert_eq!(analyzer.terms(""), Vec::new());
        assert_eq!(analyzer.terms("😀 \u{202e}"), Vec::new());
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_analyzed_within_its_bounds(text in "[a-zA-Zぁ-ヿ一-龠0-9ｦ-ﾟ\u{200b}\u{202e}😀é,. 　-]{0,60}|.{0,60}") {
        with_analyzer(|analyzer| {
            let terms = analyzer.terms(&text);
            assert!(terms.windows(2).all(|pair| pair[0].0 < pair[1].0));
            assert!(terms.iter().all(|(_, weight)| weight.is_finite() && *weight > 0.0));
            for unit in analyzer.units(&text) {
                assert!(text.get(unit.span.clone()).is_some());
                assert!(unit.choices.iter().all(|c| (0.0..=1.0).contains(&c.weight) && !c.terms.is_empty()));
            }
            for found in analyzer.concepts(&text) {
                assert!(text.get(found.span.clone()).is_some_and(|piece| !piece.is_empty()));
            }
        });
    }

    #[test]
    fn any_search_is_bounded_ordered_and_repeatable(query in ".{0,30}|[ぁ-ん一-龠a-z ]{0,20}", names in prop::collection::vec("[ァ-ヴ一-龠A-Za-z ]{0,12}", 0..12)) {
        with_analyzer(|analyzer| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let documents = named(&names);
            let index = SearchIndex::new(analyzer, &documents, Weights::default());
            let found = index.search(&query, 5, None);
            assert!(found.len() <= 5 && found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            assert!(found.iter().all(|(document, score)| (*document as usize) < documents.len() && score.is_finite()));
            assert_eq!(found, index.search(&query, 5, None));
        });
    }

    #[test]
    fn no_bytes_make_a_vocabulary_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Vocabulary::open(&bytes);
    }
}
