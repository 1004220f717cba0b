//! Golden values: numbers published by the registries, and what two known wrong formulas would accept.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::lang::Lang;
use proptest::prelude::*;

fn value(scheme: Scheme, text: &str) -> String {
    Identifier::parse(scheme, text).unwrap_or_else(|e| panic!("{text}: {e}")).to_string()
}

fn code(scheme: Scheme, text: &str) -> &'static str {
    Identifier::parse(scheme, text).unwrap_err().code
}

#[test]
fn published_identifiers_are_valid() {
    for (scheme, numbers) in [
        (
            Scheme::CorporateNumber,
            vec!["7000012050002", "8700110005901", "7123456789012", "4011001098993", "4120905002554"],
        ),
        (
            Scheme::Orcid,
            vec!["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X", "0000-0003-1415-9269"],
        ),
        (Scheme::Ror, vec!["02mhbdp94", "035t8zc32", "05dxps055", "03yrm5c26", "02kpeqv85", "057zh3y96"]),
        (Scheme::Lei, vec!["529900T8BM49AURSDO55", "5493001KJTIIGC8Y1R12", "HWUPKR0MPOU8FGXBT394"]),
        (Scheme::Issn, vec!["0378-5955"]),
        (Scheme::Isbn, vec!["9784065199817"]),
    ] {
        for number in numbers {
            assert_eq!(value(scheme, number), number);
        }
    }
    for scheme in Scheme::ALL {
        assert!(Identifier::parse(scheme, scheme.example()).is_ok(), "{scheme:?}");
        assert_eq!(Scheme::from_code(scheme.code()), Some(scheme));
    }
}

#[test]
fn wrong_numbers_are_refused_for_the_right_reason() {
    for (scheme, text, reason) in [
        (Scheme::CorporateNumber, "1000012050002", "identifier.check"),
        (Scheme::CorporateNumber, "7000012050003", "identifier.check"),
        (Scheme::CorporateNumber, "0000012050002", "identifier.check"),
        (Scheme::CorporateNumber, "700001205000", "identifier.form"),
        (Scheme::CorporateNumber, "70000120500021", "identifier.form"),
        (Scheme::Orcid, "0000-0002-1825-0098", "identifier.check"),
        (Scheme::Orcid, "0000-0002-1694-2330", "identifier.check"),
        (Scheme::Orcid, "0000-0002-1825", "identifier.form"),
        (Scheme::Ror, "035t8zc33", "identifier.check"),
        (Scheme::Ror, "035t8zl32", "identifier.form"),
        (Scheme::Lei, "529900T8BM49AURSDO56", "identifier.check"),
        (Scheme::Issn, "0378-5954", "identifier.check"),
        (Scheme::Isbn, "9784065199818", "identifier.check"),
        (Scheme::Doi, "11.1000/182", "identifier.form"),
        (Scheme::Wikidata, "Q0", "identifier.form"),
        (Scheme::Orcid, "", "identifier.form"),
    ] {
        assert_eq!(code(scheme, text), reason, "{text}");
    }
}

#[test]
fn the_two_known_wrong_formulas_would_be_caught() {
    // Swapped weights give 8, 1, 2, 8 as the first digit of these numbers.
    for (base, right, swapped) in
        [("000012050002", 7, 8), ("700110005901", 8, 1), ("123456789012", 7, 2), ("011001098993", 4, 8)]
    {
        assert_eq!(check::corporate_number_check(base), Some(right));
        assert_eq!(code(Scheme::CorporateNumber, &format!("{swapped}{base}")), "identifier.check");
    }
}

#[test]
fn pasted_forms_become_canonical() {
    for (scheme, pasted, canonical) in [
        (Scheme::Ror, "https://ror.org/035t8zc32", "035t8zc32"),
        (Scheme::Ror, "ror.org/035T8ZC32/", "035t8zc32"),
        (Scheme::Orcid, "https://orcid.org/0000-0002-1694-233x", "0000-0002-1694-233X"),
        (Scheme::Orcid, "ORCID: 0000 0002 1825 0097", "0000-0002-1825-0097"),
        (Scheme::Orcid, "００００－０００２－１８２５－００９７", "0000-0002-1825-0097"),
        (Scheme::Orcid, "0000000218250097", "0000-0002-1825-0097"),
        (Scheme::CorporateNumber, "7-0000-1205-0002", "7000012050002"),
        (Scheme::CorporateNumber, "法人番号：７００００１２０５０００２", "7000012050002"),
        (Scheme::CorporateNumber, "T7000012050002", "7000012050002"),
        (
            Scheme::CorporateNumber,
            "https://www.houjin-bangou.nta.go.jp/henkorireki-johoto.html?selHouzinNo=7000012050002",
            "7000012050002",
        ),
        (Scheme::Lei, "5493 001K JTII GC8Y 1R12", "5493001KJTIIGC8Y1R12"),
        (Scheme::Lei, "https://search.gleif.org/#/record/5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12"),
        (Scheme::Isni, "0000 0001 2103 2683", "0000000121032683"),
        (Scheme::Isni, "https://isni.org/isni/0000000121032683", "0000000121032683"),
        (Scheme::Doi, "https://doi.org/10.1038/S41586-020-2649-2", "10.1038/s41586-020-2649-2"),
        (Scheme::Issn, "ISSN 03785955", "0378-5955"),
        (Scheme::Isbn, "ISBN 978-4-06-519981-7", "9784065199817"),
        (Scheme::Wikidata, "https://www.wikidata.org/wiki/Q651233", "Q651233"),
    ] {
        assert_eq!(value(scheme, pasted), canonical, "{pasted}");
    }
}

#[test]
fn links_lead_to_the_registry() {
    for scheme in Scheme::ALL {
        let identifier = Identifier::parse(scheme, scheme.example()).unwrap();
        match identifier.url() {
            None => assert_eq!(scheme, Scheme::Isbn),
            Some(url) => assert_eq!(Identifier::parse(scheme, &url), Ok(identifier), "{url}"),
        }
    }
    let doi = Identifier::parse(Scheme::Doi, "10.1000/a<b>#c").unwrap();
    assert_eq!(doi.url().unwrap(), "https://doi.org/10.1000/a%3Cb%3E%23c");
    assert_eq!(Identifier::parse(Scheme::Isni, "0000000121032683").unwrap().shown(), "0000 0001 2103 2683");
}

#[test]
fn the_scheme_of_pasted_text_is_found() {
    let schemes = |text: &str| Identifier::detect(text).iter().map(Identifier::scheme).collect::<Vec<_>>();
    assert_eq!(schemes("https://orcid.org/0000-0002-1825-0097"), [Scheme::Orcid]);
    assert_eq!(schemes("0000-0002-1825-0097"), [Scheme::Orcid, Scheme::Isni]);
    assert_eq!(schemes("7000012050002"), [Scheme::CorporateNumber]);
    assert_eq!(schemes("035t8zc32"), [Scheme::Ror]);
    assert!(schemes("Osaka").is_empty());
}

#[test]
fn errors_name_the_fix_in_both_languages() {
    let error = Identifier::parse(Scheme::CorporateNumber, "70000").unwrap_err();
    assert_eq!(
        error.text(Lang::Ja),
        "「70000」は法人番号の形式ではありません。数字13桁で入力してください(例: 7000012050002)。"
    );
    assert!(error.text(Lang::En).contains("13 digits"));
    let error = Identifier::parse(Scheme::Orcid, "0000-0002-1825-0098").unwrap_err();
    assert!(error.text(Lang::Ja).contains("検査数字"));
}

#[test]
fn json_is_checked_when_read() {
    let identifier = Identifier::parse(Scheme::Ror, "035t8zc32").unwrap();
    let json = serde_json::to_string(&identifier).unwrap();
    assert_eq!(json, r#"{"scheme":"ror","value":"035t8zc32"}"#);
    assert_eq!(serde_json::from_str::<Identifier>(&json).unwrap(), identifier);
    assert!(serde_json::from_str::<Identifier>(r#"{"scheme":"ror","value":"035t8zc33"}"#).is_err());
}

proptest! {
    #[test]
    fn never_panics_and_canonical_forms_read_back(text in ".*", index in 0usize..Scheme::ALL.len()) {
        if let Ok(identifier) = Identifier::parse(Scheme::ALL[index], &text) {
            let back = Identifier::parse(Scheme::ALL[index], identifier.value());
            prop_assert_eq!(back, Ok(identifier));
        }
        let _ = Identifier::detect(&text);
    }

    #[test]
    fn every_base_has_exactly_one_check_digit(base in "[0-9]{12}") {
        let valid = (0..10).filter(|d| Identifier::parse(Scheme::CorporateNumber, &format!("{d}{base}")).is_ok());
        prop_assert_eq!(valid.count(), 1);
    }

    #[test]
    fn a_wrong_digit_of_an_orcid_is_noticed(base in "[0-9]{15}", place in 0usize..15, change in 1u32..10) {
        let good = format!("{base}{}", check::mod_11_2(&base).unwrap());
        prop_assert!(Identifier::parse(Scheme::Orcid, &good).is_ok());
        let bad: String = good.chars().enumerate().map(|(i, c)| match c.to_digit(10) {
            Some(d) if i == place => char::from_digit((d + change) % 10, 10).unwrap(),
            _ => c,
        }).collect();
        prop_assert!(Identifier::parse(Scheme::Orcid, &bad).is_err());
    }

    #[test]
    fn ror_built_from_any_base_is_valid(six in "[0-9a-hjkmnp-tv-z]{6}") {
        let text = format!("0{six}{:02}", check::ror_check(&six).unwrap());
        prop_assert!(Identifier::parse(Scheme::Ror, &text).is_ok());
    }
}
