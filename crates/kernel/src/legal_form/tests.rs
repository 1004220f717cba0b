//! Behaviour of legal forms in names.

use super::*;
use crate::lang::Lang;
use LegalForm as F;
use proptest::prelude::*;

#[test]
fn forms_are_found_in_front_and_behind() {
    for (name, core, form, position) in [
        ("株式会社大阪", "大阪", F::KabushikiKaisha, Position::Front),
        ("大阪株式会社", "大阪", F::KabushikiKaisha, Position::Back),
        ("㈱大阪", "大阪", F::KabushikiKaisha, Position::Front),
        ("(株)大阪", "大阪", F::KabushikiKaisha, Position::Front),
        ("（株）大阪", "大阪", F::KabushikiKaisha, Position::Front),
        ("大阪㈱", "大阪", F::KabushikiKaisha, Position::Back),
        ("株式会社　大阪", "大阪", F::KabushikiKaisha, Position::Front),
        ("㈲中之島", "中之島", F::YugenKaisha, Position::Front),
        ("合同会社サンプル", "サンプル", F::GodoKaisha, Position::Front),
        ("一般財団法人未来医療推進機構", "未来医療推進機構", F::GeneralFoundation, Position::Front),
        ("公益財団法人 神戸医療産業都市推進機構", "神戸医療産業都市推進機構", F::PublicFoundation, Position::Front),
        ("国立大学法人大阪大学", "大阪大学", F::NationalUniversity, Position::Front),
        ("学校法人慶應義塾", "慶應義塾", F::School, Position::Front),
        ("地方独立行政法人大阪府立病院機構", "大阪府立病院機構", F::LocalAgency, Position::Front),
        ("国立研究開発法人理化学研究所", "理化学研究所", F::NationalResearch, Position::Front),
        ("医療法人社団あおば会", "あおば会", F::Medical, Position::Front),
        ("NPO法人つなぐ", "つなぐ", F::Npo, Position::Front),
        ("ＮＰＯ法人つなぐ", "つなぐ", F::Npo, Position::Front),
        ("特定非営利活動法人つなぐ", "つなぐ", F::Npo, Position::Front),
        ("日本生命保険相互会社", "日本生命保険", F::SogoKaisha, Position::Back),
        ("Sumitomo Pharma Co., Ltd.", "Sumitomo Pharma", F::CoLtd, Position::Back),
        ("Sumitomo Pharma Co.,Ltd", "Sumitomo Pharma", F::CoLtd, Position::Back),
        ("Ｓｕｍｉｔｏｍｏ　Ｃｏ．，　Ｌｔｄ．", "Ｓｕｍｉｔｏｍｏ", F::CoLtd, Position::Back),
        ("Cuorips Inc.", "Cuorips", F::Inc, Position::Back),
        ("Cuorips, Inc", "Cuorips", F::Inc, Position::Back),
        ("Heartseed K.K.", "Heartseed", F::KabushikiKaisha, Position::Back),
        ("K.K. Heartseed", "Heartseed", F::KabushikiKaisha, Position::Front),
        ("Bayer AG", "Bayer", F::Ag, Position::Back),
        ("BioMérieux S.A.", "BioMérieux", F::Sa, Position::Back),
        ("Lion TCR Pte. Ltd.", "Lion TCR", F::PteLtd, Position::Back),
        ("AstraZeneca PLC", "AstraZeneca", F::Plc, Position::Back),
        ("Merck KGaA GmbH", "Merck KGaA", F::Gmbh, Position::Back),
        ("Acme Corporation", "Acme", F::Corp, Position::Back),
        (
            "National University Corporation Osaka University",
            "Osaka University",
            F::NationalUniversity,
            Position::Front,
        ),
    ] {
        assert_eq!(split(name), (core, Some(form), position), "{name}");
    }
}

#[test]
fn names_without_a_form_stay_whole() {
    for name in ["大阪大学", "株式会社", "㈱", "Inc.", "Costco", "Zinc", "Biotechag", "Linc", "", "  ", "株主の会"]
    {
        assert_eq!(split(name), (name.trim(), None, Position::Absent), "{name}");
    }
}

#[test]
fn the_core_loses_forms_on_both_sides() {
    assert_eq!(core("株式会社大阪 Co., Ltd."), "大阪");
    for name in ["㈱大阪", "(株)大阪", "株式会社大阪", "大阪株式会社", "大阪"] {
        assert_eq!(core(name), "大阪");
    }
}

#[test]
fn t2_two_legal_forms_of_one_body_share_a_core_and_stay_apart() {
    let (association, one, _) = split("一般社団法人未来医療推進機構");
    let (foundation, two, _) = split("一般財団法人未来医療推進機構");
    assert_eq!(association, foundation);
    assert_eq!((one, two), (Some(F::GeneralAssociation), Some(F::GeneralFoundation)));
}

#[test]
fn every_form_has_a_label_in_both_languages() {
    let all = table::JAPANESE.iter().chain(table::BACK).chain(table::FRONT);
    for (_, form) in all {
        assert!(Lang::ALL.into_iter().all(|lang| !form.label().get(lang).is_empty()), "{form:?}");
    }
}

proptest! {
    #[test]
    fn the_core_is_a_piece_of_the_name(name in ".*") {
        let (piece, form, position) = split(&name);
        prop_assert!(name.contains(piece));
        prop_assert_eq!(form.is_none(), position == Position::Absent);
        prop_assert!(name.contains(core(&name)));
    }

    #[test]
    fn any_name_is_found_behind_its_form(name in "[一-龠]{3,8}") {
        prop_assume!(split(&name).1.is_none());
        let with_form = format!("㈱{name}");
        prop_assert_eq!(core(&with_form), name.as_str());
    }
}
