//! What finds what.

use super::*;

#[test]
fn two_characters_or_one_of_japanese_find() {
    let index = index_of(&[
        public(1, "再生医療等製品", "iPS細胞から作る心筋シート"),
        public(2, "細胞培養加工施設", "無菌の環境"),
        public(3, "物流", "低温輸送"),
    ]);
    assert_eq!(found(&index, "再生"), [1]);
    assert_eq!(found(&index, "生医"), [1]);
    assert_eq!(found_sorted(&index, "細胞"), [1, 2]);
    assert_eq!(found(&index, "菌"), [2]);
    assert_eq!(found(&index, "再生医療"), [1]);
    assert_eq!(found(&index, "心筋の細胞"), [1]);
    assert_eq!(found(&index, "シート"), [1]);
    assert!(found(&index, "療再").is_empty());
}

#[test]
fn words_that_icu_sees_come_before_accidental_pairs() {
    let index = index_of_names(&["東京都の窓口", "京都の窓口"]);
    assert_eq!(found(&index, "京都"), [2, 1]);
}

#[test]
fn any_spelling_of_a_legal_form_finds_every_other_and_the_bare_name() {
    let names =
        ["株式会社ムスビ", "ムスビ株式会社", "㈱ムスビ", "(株)ムスビ", "（株）ムスビ", "ムスビ（株）", "ムスビ"];
    let index = index_of_names(&names);
    let everyone: Vec<u128> = (1..=names.len() as u128).collect();
    for text in
        ["株式会社ムスビ", "㈱ムスビ", "(株)ムスビ", "（株）ﾑｽﾋﾞ", "ムスビ 株式会社", "むすび", "musubi", "ムスビ"]
    {
        assert_eq!(found_sorted(&index, text), everyone, "{text}");
    }
    for text in ["株式会社", "㈱", "(株)", "（株）"] {
        assert_eq!(found_sorted(&index, text), [1, 2, 3, 4, 5, 6], "{text}");
    }
    let latin = index_of_names(&["Musubi Co., Ltd.", "Musubi Inc.", "Musubi"]);
    for text in ["Musubi Co.,Ltd", "MUSUBI INC", "musubi"] {
        assert_eq!(found_sorted(&latin, text), [1, 2, 3], "{text}");
    }
}

#[test]
fn names_are_found_by_kana_romaji_and_variant_kanji() {
    let person = |number, texts: &[&str]| {
        let passages = texts.iter().map(|text| passage(Level::Public, Weight::Name, text)).collect();
        document(number, &Audience::from(Level::Public), passages)
    };
    let index = index_of(&[
        person(1, &["澤 芳樹", "さわ よしき"]),
        person(2, &["沢 太郎", "Taro Sawa"]),
        person(3, &["大野 花子", "オオノ ハナコ"]),
    ]);
    for text in ["さわ", "サワ", "ｻﾜ", "Sawa", "sawa", "ＳＡＷＡ", "澤", "沢"] {
        assert_eq!(found_sorted(&index, text), [1, 2], "{text}");
    }
    for text in ["澤芳樹", "沢芳樹", "澤　芳樹", "さわよしき", "sawa yoshiki", "Yoshiki Sawa", "sawayoshiki", "よしき"]
    {
        assert_eq!(found(&index, text), [1], "{text}");
    }
    for text in ["Ohno", "Ono", "Ōno", "おおの", "オーノ"] {
        assert_eq!(found(&index, text), [3], "{text}");
    }
}

#[test]
fn width_case_and_accents_make_no_difference() {
    let index = index_of_names(&["ＣＯＶＩＤ－１９ ワクチン", "René Müller", "ﾊﾞｲｵ"]);
    for text in ["covid-19", "COVID-19", "ＣＯＶＩＤ－１９", "COVID19", "covid 19", "ﾜｸﾁﾝ", "わくちん"]
    {
        assert_eq!(found(&index, text), [1], "{text}");
    }
    assert_eq!(found(&index, "rene muller"), [2]);
    assert_eq!(found(&index, "バイオ"), [3]);
}

#[test]
fn acronyms_compounds_and_numbers_are_words() {
    let index = index_of_names(&[
        "iPS細胞",
        "CAR-T therapy",
        "R&D 部門",
        "12,700 researchers",
        "U.S.A. office",
        "Crohn's disease",
    ]);
    for (text, number) in [
        ("iPS細胞", 1),
        ("ips 細胞", 1),
        ("iPS", 1),
        ("CAR-T", 2),
        ("CART", 2),
        ("car t", 2),
        ("R&D", 3),
        ("R & D", 3),
        ("12,700", 4),
        ("USA", 5),
        ("Crohn", 6),
        ("crohns", 6),
    ] {
        assert_eq!(found(&index, text), [number], "{text}");
    }
}

#[test]
fn english_forms_find_each_other_and_the_exact_one_is_first() {
    let index = index_of_names(&["Cell therapies", "Cells and therapy", "Organ bank", "Organization list"]);
    assert_eq!(found(&index, "therapies"), [1, 2]);
    assert_eq!(found(&index, "therapy"), [2, 1]);
    assert_eq!(found_sorted(&index, "cell therapy"), [1, 2]);
    assert_eq!(found(&index, "organ "), [3]);
    assert_eq!(found(&index, "organisation"), [4]);
}

#[test]
fn the_last_word_may_be_unfinished() {
    let index = index_of_names(&["Regenerative medicine", "Degeneration"]);
    assert_eq!(found(&index, "regen"), [1]);
    assert_eq!(found(&index, "medicine regen"), [1]);
    assert!(found(&index, "regen degen").is_empty() || found(&index, "regen medicine") == [1]);
}

#[test]
fn one_typing_error_in_a_long_word_is_forgiven_when_little_is_found() {
    let index = index_of_names(&["Ophthalmology clinic", "Oncology clinic", "Cart"]);
    assert_eq!(found(&index, "opthalmology"), [1]);
    assert_eq!(found(&index, "onclogy clinic"), [2]);
    assert!(found(&index, "crat ").is_empty());
}

#[test]
fn every_word_is_wanted_and_any_word_if_none_has_all() {
    let index = index_of_names(&["再生医療 大阪", "再生医療 神戸", "創薬 大阪"]);
    assert_eq!(found(&index, "再生 大阪"), [1]);
    assert_eq!(found_sorted(&index, "神戸 創薬"), [2, 3]);
}

#[test]
fn quotes_want_the_words_together_and_a_hyphen_excludes() {
    let index = index_of(&[
        public(1, "one", "a clinical trial of cells"),
        public(2, "two", "the trial was clinical"),
        public(3, "three", "再生。医療"),
        public(4, "four", "再生医療"),
    ]);
    assert_eq!(found(&index, "\"clinical trial\""), [1]);
    assert_eq!(found_sorted(&index, "clinical trial"), [1, 2]);
    assert_eq!(found(&index, "clinical trial"), [1, 2]);
    assert_eq!(found(&index, "clinical -cells"), [2]);
    assert_eq!(found(&index, "clinical －\"clinical trial\""), [2]);
    assert_eq!(found(&index, "「再生医療」"), [4]);
    assert_eq!(found_sorted(&index, "-clinical"), [3, 4]);
}

#[test]
fn titles_weigh_more_than_bodies_and_ties_go_by_id() {
    let index = index_of(&[
        public(1, "物流", "再生医療"),
        public(2, "再生医療", "物流"),
        public(9, "x", "y"),
        public(8, "x", "y"),
    ]);
    assert_eq!(found(&index, "再生医療"), [2, 1]);
    assert_eq!(found(&index, "x"), [8, 9]);
}

#[test]
fn record_types_and_limits_narrow_the_answer() {
    let mut person = public(2, "再生 太郎", "");
    person.record_type = "person".to_owned();
    let index = index_of(&[public(1, "再生 機構", ""), person]);
    let keyring = Keyring::public();
    let only = Query { record_types: &["person"], ..query("再生", &keyring) };
    let hits = index.search(&only).unwrap();
    assert_eq!(hits.iter().map(|hit| (hit.id, hit.record_type.as_str())).collect::<Vec<_>>(), [(id(2), "person")]);
    let first = Query { limit: 1, ..query("再生", &keyring) };
    assert_eq!(index.search(&first).unwrap().len(), 1);
    assert_eq!(index.matching(&first).unwrap().len(), 2);
    assert!(index.search(&Query { limit: 0, ..first }).unwrap().is_empty());
}

#[test]
fn both_answers_agree() {
    let documents: Vec<Document> = (1..40).map(|n| public(n, &format!("細胞 {n}"), "iPS")).collect();
    let index = index_of(&documents);
    let keyring = Keyring::public();
    let asked = query("細胞", &keyring);
    let searched: Vec<(Uuid, f32)> = index.search(&asked).unwrap().into_iter().map(|hit| (hit.id, hit.score)).collect();
    assert_eq!(searched, index.matching(&asked).unwrap());
    assert_eq!(searched.len(), 39);
}

#[test]
fn updates_replace_and_deletes_remove() {
    let index = index_of(&[public(1, "旧名", ""), public(2, "消える", "")]);
    index.update(&[public(1, "新名", ""), public(1, "最新", "")], &[id(2)], 7).unwrap();
    assert!(found(&index, "旧名").is_empty());
    assert!(found(&index, "新名").is_empty());
    assert!(found(&index, "消える").is_empty());
    assert_eq!(found(&index, "最新"), [1]);
    assert_eq!(index.cursor(), Some(7));
    assert_eq!(index.len(), 1);
}
