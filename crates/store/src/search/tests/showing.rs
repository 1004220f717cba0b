//! Highlighting and typeahead.

use super::*;

fn marked(text: &str, asked: &str) -> Vec<String> {
    let index = Index::in_memory().unwrap();
    let keyring = Keyring::public();
    index.highlighter(&query(asked, &keyring)).ranges(text).into_iter().map(|range| text[range].to_owned()).collect()
}

#[test]
fn highlights_are_ranges_of_what_was_written() {
    for (text, asked, expected) in [
        ("㈱ムスビと細胞", "ムスビ", &["ムスビ"][..]),
        ("㈱ムスビ", "株式会社", &["㈱"]),
        ("㈱ムスビ", "株", &["㈱"]),
        ("ＣＯＶＩＤ－１９の研究", "covid-19", &["ＣＯＶＩＤ－１９"]),
        ("COVID 19", "covid19", &["COVID 19"]),
        ("ﾊﾞｲｵ企業", "バイオ", &["ﾊﾞｲｵ"]),
        ("澤 芳樹", "沢芳樹", &["澤", "芳樹"]),
        ("さわ よしき", "Sawa", &["さわ"]),
        ("Yoshiki Sawa", "サワ", &["Sawa"]),
        ("iPS細胞の再生医療", "ips 再生", &["iPS", "再生"]),
        ("Cells and cell therapy", "cells", &["Cells", "cell"]),
        ("Regenerative medicine", "regen", &["Regenerative"]),
        ("René Müller", "muller", &["Müller"]),
        ("再生再生", "再生", &["再生再生"]),
        ("心臓の再生", "心臓の再生", &["心臓", "再生"]),
        ("何もない", "iPS", &[]),
    ] {
        assert_eq!(marked(text, asked), expected, "{text} / {asked}");
    }
}

#[test]
fn typeahead_offers_what_begins_so_before_what_contains_it() {
    let index =
        index_of_names(&["大阪大学 再生医療", "再生医療学会", "Regenerative Medicine Hub", "Medicine Regulators"]);
    let texts = |typed: &str| {
        let offers = index.suggest(typed, &Keyring::public(), 10).unwrap();
        offers.into_iter().map(|offer| offer.text).collect::<Vec<_>>()
    };
    assert_eq!(texts("再生"), ["再生医療学会", "大阪大学 再生医療"]);
    assert_eq!(texts("r").len(), 2);
    assert_eq!(texts("med reg"), Vec::<String>::new());
    assert_eq!(texts("medicine reg"), ["Medicine Regulators", "Regenerative Medicine Hub"]);
    assert_eq!(texts(""), Vec::<String>::new());
}

#[test]
fn typeahead_answers_in_the_language_of_the_question() {
    let names = ["大阪再生医療センター", "Osaka Regenerative Center"];
    let passages = names.map(|name| passage(Level::Public, Weight::Title, name)).to_vec();
    let index = index_of(&[document(1, &Audience::from(Level::Public), passages)]);
    let first = |typed: &str| index.suggest(typed, &Keyring::public(), 1).unwrap().remove(0).text;
    assert_eq!(first("osa"), names[1]);
    assert_eq!(first("大阪"), names[0]);
}
