//! Pairs of labels as they arrive: those that mean one thing, and look-alikes that do not.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::duplicates::blocking::all_pairs;
use crate::duplicates::evidence::{Class, Finding};
use crate::duplicates::model::compare;
use crate::duplicates::profile::{Facts, Profile};
use crate::records::{ORGANIZATION, PERSON, UNIT};
use chrono::DateTime;
use kernel::record::{FieldValue, Kind, Record};
use kernel::{Lang, Text, Uuid};
use std::sync::atomic::{AtomicU64, Ordering};

fn bilingual(words: &str) -> Text {
    let (ja, en) = words.split_once(" / ").unwrap_or(if words.is_ascii() { ("", words) } else { (words, "") });
    Text::pair(ja.trim(), en.trim())
}

/// Reads `日本語 / English; key=value; …`. `alias=`, `abbr=`: other names; `at=`: numbers of affiliations; `apart=`:
/// number of a related record; `id=`: the number of this one.
pub(super) fn facts(kind: &str, line: &str) -> Facts {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    let description = match kind {
        "person" => &PERSON,
        "unit" => &UNIT,
        _ => &ORGANIZATION,
    };
    let mut parts = line.split(';').map(str::trim);
    let name = bilingual(parts.next().unwrap_or_default());
    let mut record = Record::new(description, DateTime::UNIX_EPOCH);
    record.id = Uuid::from_u128(NEXT.fetch_add(1, Ordering::Relaxed).into());
    if kind == "person" {
        let ja = name.exact(Lang::Ja).unwrap_or_default();
        let en = name.exact(Lang::En).unwrap_or_default();
        let (family_ja, given_ja) = ja.split_once([' ', '\u{3000}']).unwrap_or((ja, ""));
        let (given_en, family_en) = en.rsplit_once(' ').unwrap_or(("", en));
        record.set("family", Text::pair(family_ja, family_en));
        record.set("given", Text::pair(given_ja, given_en));
    } else {
        record.set("name", name);
    }
    let mut facts = Facts::alone(record);
    let id = |text: &str| Uuid::from_u128(text.trim().parse().unwrap());
    for part in parts.filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=').unwrap();
        match key {
            "alias" => facts.aliases.push((bilingual(value), false)),
            "abbr" => facts.aliases.push((bilingual(value), true)),
            "at" => facts.affiliations.extend(value.split(',').map(id)),
            "apart" => facts.held_apart.push(id(value)),
            "home" => facts.home_names.push(bilingual(value)),
            "id" => facts.record.id = id(value),
            key => {
                let field = description.field(key).unwrap_or_else(|| panic!("no field {key}"));
                let value = match field.kind {
                    Kind::Text { .. } => FieldValue::Text(bilingual(value)),
                    Kind::Link(_) => FieldValue::Link(id(value)),
                    _ => FieldValue::Plain(value.to_owned()),
                };
                facts.record.values.insert(field.name, value);
            }
        }
    }
    facts
}

fn judged(kind: &str, one: &str, other: &str) -> Option<Finding> {
    let (a, b) = (Profile::of(&facts(kind, one)), Profile::of(&facts(kind, other)));
    let found = compare(&a, &b);
    assert_eq!(found, compare(&b, &a), "the order of two records must not matter: {one} | {other}");
    found
}

/// One thing under two labels.
const ONE: &[(&str, &str, &str)] = &[
    // Legal forms, width, spaces.
    ("organization", "株式会社クオリプス", "(株)クオリプス"),
    ("organization", "株式会社クオリプス", "㈱クオリプス"),
    ("organization", "株式会社クオリプス", "クオリプス株式会社"),
    ("organization", "株式会社クオリプス", "株式会社 ｸｵﾘﾌﾟｽ"),
    ("organization", "クオリプス", "クオリプス㈱"),
    ("organization", "有限会社みなと商会", "㈲みなと商会"),
    ("organization", "有限会社みなと商会", "株式会社みなと商会"),
    ("organization", "サンファーマ株式会社 / Sun Pharma Co., Ltd.", "サンファーマ / Sun Pharma Inc."),
    ("organization", "国立大学法人大阪大学", "大阪大学"),
    ("organization", "公益財団法人 神戸医療産業都市推進機構", "(公財)神戸医療産業都市推進機構"),
    ("organization", "国立研究開発法人理化学研究所", "理化学研究所"),
    ("organization", "医療法人社団あおば会", "あおば会"),
    ("organization", "ＮＰＯ法人つなぐ", "特定非営利活動法人つなぐ"),
    ("organization", "学校法人慶應義塾", "慶応義塾"),
    ("organization", "慶應義塾大学", "慶応義塾大学"),
    ("organization", "高島製作所株式会社", "髙島製作所㈱"),
    ("organization", "Heartseed K.K.", "株式会社Heartseed"),
    ("organization", "ＨＥＡＲＴＳＥＥＤ株式会社", "Heartseed Inc."),
    ("organization", "Bayer AG", "BAYER A.G."),
    ("organization", "BioMérieux S.A.", "bioMerieux SA"),
    // T2: four labels of one body.
    ("organization", "一般社団法人未来医療推進機構", "一般財団法人未来医療推進機構"),
    (
        "organization",
        "一般財団法人未来医療推進機構 / Organization for Advanced Healthcare Innovation",
        "未来医療推進機構 / Organization of Future Medicine",
    ),
    (
        "organization",
        "一般財団法人未来医療推進機構; alias=Organization for Advanced Healthcare Innovation",
        "Organization for Advanced Healthcare Innovation",
    ),
    (
        "organization",
        "一般財団法人未来医療推進機構; alias=Organization of Future Medicine",
        "Organization of Future Medicine",
    ),
    (
        "organization",
        "Organization of Future Medicine; website=https://www.example-mirai.jp/",
        "Organization for Advanced Healthcare Innovation; website=https://example-mirai.jp/en/",
    ),
    // T1: a former name.
    ("organization", "公益財団法人神戸医療産業都市推進機構; alias=先端医療振興財団", "公益財団法人 先端医療振興財団"),
    // T5, T11: misspellings.
    ("organization", "日本生命保険相互会社 / Nippon Life Insurance Company", "Japan Life Science Insurance"),
    ("organization", "日本生命保険相互会社; alias=Japan Life Science Insurance", "Japan Life Science Insurance"),
    ("organization", "株式会社スタートアップラボ", "株式会社スタートアアップラボ"),
    ("organization", "Astellas Pharma Inc.", "Astelas Pharma Inc."),
    ("organization", "Sumitomo Pharma Co., Ltd.", "Sumitomo Parma Co.,Ltd"),
    ("organization", "Takeda Pharmaceutical Company Limited", "Takeda Pharmaceuticals"),
    // Words in another order.
    ("organization", "The University of Osaka", "Osaka University"),
    ("organization", "大阪大学 / The University of Osaka", "大阪大学 / Osaka University"),
    ("organization", "The University of Tokyo", "University of Tokyo"),
    ("organization", "Kobe Biomedical Innovation Center", "Kobe Biomedical Innovation Centre"),
    ("organization", "Center for iPS Cell Research and Application", "CiRA; website=https://www.cira.kyoto-u.ac.jp/"),
    ("organization", "京都大学iPS細胞研究所 / Center for iPS Cell Research and Application; short=CiRA", "CiRA"),
    // Kana, romaji, long marks.
    ("organization", "コンピューターサイエンス株式会社", "コンピュータサイエンス㈱"),
    ("organization", "ヴァイオテック株式会社", "バイオテック株式会社"),
    ("organization", "武田薬品工業株式会社; kana=たけだやくひんこうぎょう", "Takeda Yakuhin Kogyo K.K."),
    ("organization", "塩野義製薬; kana=しおのぎせいやく", "シオノギ製薬; kana=しおのぎせいやく"),
    ("organization", "クオリプス株式会社", "Cuorips Inc."),
    ("organization", "国立がん研究センター", "国立がん研究センター (NCC)"),
    // The same address.
    (
        "organization",
        "未来ラボ; website=https://www.mirai-lab.example/",
        "未来ラボ; website=http://mirai-lab.example/index.html",
    ),
    ("organization", "中央病院; website=https://chuo-hp.example.jp", "中央病院; website=https://chuo-hp.example.jp/"),
    ("organization", "Genea Therapeutics; email=info@genea.example", "Genea Therapeutic; email=info@genea.example"),
    ("organization", "オリエント技研; phone=06-1234-5678", "オリエント技研株式会社; phone=+81 6 1234 5678"),
    (
        "organization",
        "大阪ヘルスケア; ror=https://ror.org/035t8zc32",
        "Osaka Healthcare Holdings; ror=https://ror.org/035t8zc32",
    ),
    // People.
    ("person", "澤 芳樹; at=1", "沢 芳樹; at=1"),
    ("person", "澤 芳樹", "沢　芳樹"),
    ("person", "髙橋 直子; at=1", "高橋 直子; at=1,2"),
    ("person", "渡邊 健; at=3", "渡辺 健; at=3"),
    ("person", "齋藤 明; kana=さいとう あきら", "斉藤 明; kana=サイトウ アキラ"),
    ("person", "澤 芳樹; kana=さわ よしき; at=1", "Yoshiki Sawa; at=1"),
    ("person", "澤 芳樹; kana=さわ よしき", "Sawa Yoshiki"),
    ("person", "大野 修; kana=おおの おさむ; at=4", "Osamu Ohno; at=4"),
    ("person", "Yoshiki Sawa; at=1", "Y. Sawa; at=1"),
    ("person", "John A. Smith; at=1", "John Smith; at=1"),
    // T5: a transcript that cut a name at the wrong place.
    ("person", "Yoshihiro Hano", "Yoshi Irohano"),
    ("person", "リーナ タム / Liina Tamm", "Tamm Liina"),
    ("person", "Jürgen Müller; at=9", "Jurgen Muller; at=9"),
    ("person", "田中 花子; alias=山田 花子; at=5", "山田 花子; at=5"),
    ("person", "田中 花子; email=hanako@lab.example", "山田 花子; email=hanako@lab.example"),
    ("person", "澤 芳樹; orcid=0000-0002-1825-0097", "Sawa Y.; orcid=0000-0002-1825-0097"),
    // T3: one person in two bodies; a human confirms.
    ("person", "澤 芳樹 / Yoshiki Sawa; at=1", "澤 芳樹 / Yoshiki Sawa; at=2"),
    // Units.
    ("unit", "心臓血管外科; organization=1", "心臓血管外科; organization=1"),
    (
        "unit",
        "心臓血管外科学講座; organization=1; kind=department",
        "心臓血管外科学教室; organization=1; kind=kyoshitsu",
    ),
    ("unit", "澤研究室 / Sawa Laboratory; organization=1", "澤ラボ / Sawa Lab; organization=1"),
    ("unit", "Laboratory of Cell Engineering; organization=1", "Cell Engineering Lab; organization=1"),
    (
        "unit",
        "細胞工学研究室; organization=1; home=大阪大学",
        "細胞工学研究室; organization=2; home=国立大学法人大阪大学",
    ),
    ("unit", "再生誘導医学共同研究講座; organization=1", "再生誘導醫學共同研究講座; organization=1"),
];

/// Two things that look alike.
const TWO: &[(&str, &str, &str)] = &[
    ("organization", "大阪大学 / Osaka University", "大阪大学医学部附属病院 / Osaka University Hospital"),
    ("organization", "Osaka University", "Osaka University Hospital"),
    (
        "organization",
        "大阪大学; website=https://www.osaka-u.ac.jp/",
        "大阪大学医学部附属病院; website=https://www.hosp.med.osaka-u.ac.jp/",
    ),
    ("organization", "武田薬品工業", "武田産業"),
    ("organization", "武田薬品工業株式会社", "竹田薬品工業株式会社; kana=ちくたやくひんこうぎょう"),
    ("organization", "株式会社あおば", "学校法人あおば"),
    ("organization", "医療法人みなと会", "社会福祉法人みなと会"),
    ("organization", "株式会社さくら", "宗教法人さくら"),
    ("organization", "第一製薬", "第二製薬"),
    ("organization", "第一三共株式会社", "三共株式会社"),
    ("organization", "大阪第一病院", "大阪第二病院"),
    ("organization", "中之島研究所1号館", "中之島研究所2号館"),
    ("organization", "Alpha Fund I", "Alpha Fund II"),
    ("organization", "大阪府立大学", "大阪市立大学"),
    ("organization", "大阪府", "大阪市"),
    ("organization", "東大阪市", "大阪市"),
    ("organization", "京都大学", "東京大学"),
    ("organization", "関西大学", "関西学院大学"),
    ("organization", "東京医科大学", "東京医科歯科大学"),
    ("organization", "University of Washington", "Washington University in St. Louis"),
    (
        "organization",
        "Miami University; country=US; website=https://miamioh.edu",
        "University of Miami; country=US; website=https://www.miami.edu",
    ),
    ("organization", "中央病院", "中央病院"),
    ("organization", "市民病院 / City Hospital; region=大阪", "市民病院 / City Hospital; region=広島"),
    ("organization", "Central Hospital", "Central Hospital"),
    ("organization", "Research Institute", "Research Institute"),
    ("organization", "ファイザー株式会社 / Pfizer; country=JP", "Pfizer Inc.; country=US"),
    ("organization", "Merck KGaA; country=DE", "Merck & Co., Inc.; country=US"),
    ("organization", "Genea GmbH", "Genea Inc."),
    ("organization", "Lion TCR Pte. Ltd.", "Lion TCR Sdn. Bhd."),
    (
        "organization",
        "株式会社アシスト; corporate_number=7000012050002",
        "株式会社アシスト; corporate_number=4120905002554",
    ),
    (
        "organization",
        "アステラ株式会社; website=https://astella.example.jp",
        "アステラ株式会社; website=https://astella-med.example.com",
    ),
    ("organization", "株式会社三和; kana=さんわ", "株式会社三和; kana=みわ"),
    ("organization", "フジ株式会社 / Fuji Corporation", "富士機工株式会社 / Fuji Corporation"),
    ("organization", "サンプル合同会社", "株式会社サンプル"),
    (
        "organization",
        "日本生命保険相互会社 / Nippon Life Insurance Company",
        "明治安田生命保険相互会社 / Meiji Yasuda Life Insurance Company",
    ),
    ("organization", "Japan Life Science Forum", "Japan Life Insurance Forum"),
    (
        "organization",
        "神戸大学 / Kobe University; id=77",
        "神戸大学医学部附属病院 / Kobe University Hospital; apart=77",
    ),
    ("organization", "未来機構ホールディングス; id=78", "未来機構; apart=78; website=https://x.example.jp"),
    (
        "organization",
        "一般財団法人みらい; website=https://note.com/mirai",
        "株式会社あした; website=https://note.com/ashita",
    ),
    (
        "organization",
        "Nakanoshima Cross; website=https://www.facebook.com/a",
        "Kita Cross; website=https://www.facebook.com/a",
    ),
    ("organization", "山田内科クリニック", "山本内科クリニック"),
    ("organization", "田辺製薬", "渡辺製薬"),
    ("organization", "株式会社東洋紡", "株式会社東洋館"),
    ("organization", "IMS Japan", "IBS Japan"),
    ("organization", "Boston Children's Hospital", "Boston Hospital"),
    ("organization", "Tokyo Women's Medical University", "Tokyo Medical University"),
    ("organization", "Mitsui Fudosan", "Mitsui Bussan"),
    ("organization", "LINK-J", "LINC-J"),
    // People.
    ("person", "佐藤 健; at=1", "佐藤 健; at=2"),
    ("person", "佐藤 健", "佐藤 健"),
    ("person", "鈴木 一郎; at=1; email=a@x.example", "鈴木 一郎; at=2; email=b@y.example"),
    ("person", "佐藤 健; at=1", "佐藤 健一; at=1"),
    ("person", "佐藤 裕子; kana=さとう ゆうこ; at=1", "佐藤 優子; kana=さとう ゆうこ; at=1"),
    ("person", "佐藤 裕子 / Yuko Sato", "佐藤 優子 / Yuko Sato"),
    ("person", "澤 芳樹; at=1", "澤 直樹; at=1"),
    ("person", "Kenji Sato; at=1", "Kenji Kato; at=1"),
    ("person", "田中 太郎; at=1", "田中 次郎; at=1"),
    ("person", "Wei Wang; at=1; country=CN", "Wei Wang; at=2; country=SG"),
    ("person", "高橋 恵; kana=たかはし めぐみ; at=1", "高橋 恵; kana=たかはし けい; at=1"),
    ("person", "John Smith; orcid=0000-0002-1825-0097; at=1", "John Smith; orcid=0000-0001-5109-3700; at=1"),
    ("person", "Y. Sawa; at=1", "Yuko Sawa; at=2"),
    ("person", "田中 一; email=info@lab.example", "山本 実; email=info@lab.example"),
    ("person", "Anna Ivanova; at=1", "Anna Ivanov; at=2"),
    // Units.
    ("unit", "第一外科; organization=1", "第二外科; organization=1"),
    ("unit", "心臓血管外科; organization=1", "心臓血管外科; organization=2"),
    ("unit", "事務室; organization=1; parent=5", "事務室; organization=1; parent=6"),
    ("unit", "総務課; organization=1", "総務課; organization=1"),
    ("unit", "消化器外科; organization=1", "消化器内科; organization=1"),
    (
        "unit",
        "細胞工学研究室; organization=1; parent=5; kind=laboratory",
        "細胞工学研究室; organization=1; parent=6; kind=joint_research_chair",
    ),
    ("unit", "研究推進部; organization=1", "研究推進部; organization=2"),
];

#[test]
fn every_true_pair_is_found() {
    assert!(ONE.len() >= 60, "{}", ONE.len());
    let missed: Vec<_> = ONE.iter().filter(|(kind, one, other)| judged(kind, one, other).is_none()).collect();
    assert!(missed.is_empty(), "not found: {missed:#?}");
}

#[test]
fn no_look_alike_is_called_certain_or_likely() {
    assert!(TWO.len() >= 60, "{}", TWO.len());
    let confused: Vec<_> = TWO
        .iter()
        .filter_map(|(kind, one, other)| {
            judged(kind, one, other).filter(|f| f.class > Class::Possible).map(|f| (one, other, f))
        })
        .collect();
    assert!(confused.is_empty(), "called one: {confused:#?}");
}

/// "Possible" costs somebody a look; a list full of it is not read.
#[test]
fn most_look_alikes_are_not_shown_at_all_and_most_true_pairs_are_likely() {
    let shown = TWO.iter().filter(|(kind, one, other)| judged(kind, one, other).is_some()).count();
    assert!(shown * 5 <= TWO.len() * 2, "{shown} of {} look-alikes are shown", TWO.len());
    let sure = ONE
        .iter()
        .filter(|(kind, one, other)| judged(kind, one, other).is_some_and(|f| f.class > Class::Possible))
        .count();
    assert!(sure * 2 >= ONE.len(), "only {sure} of {} true pairs are likely", ONE.len());
}

/// Every pair that the rules would accept also meets when all labels of the table stand together.
#[test]
fn keys_bring_every_true_pair_together() {
    for (kind, one, other) in ONE {
        let mut profiles = vec![Profile::of(&facts(kind, one)), Profile::of(&facts(kind, other))];
        let (a, b) = (profiles[0].id, profiles[1].id);
        let rest = ONE.iter().chain(TWO).filter(|(k, x, _)| k == kind && x != one);
        profiles.extend(rest.filter(|(_, x, _)| !x.contains("id=")).map(|(k, x, _)| Profile::of(&facts(k, x))));
        let pairs = all_pairs(&profiles);
        assert!(pairs.iter().any(|p| (p.one, p.other) == (a.min(b), a.max(b))), "{one} | {other}");
    }
}

#[test]
fn each_reason_has_words_and_supporting_ones_come_first() {
    let found = judged(
        "organization",
        "みなと; website=https://minato.example; country=JP",
        "㈱みなと; website=https://minato.example; country=US",
    )
    .unwrap();
    assert_eq!(found.class, Class::Possible, "something speaks against");
    let supports: Vec<bool> = found.reasons.iter().map(|r| r.supports()).collect();
    assert!(supports.is_sorted_by(|a, b| a >= b), "{:?}", found.reasons);
    assert!(found.reasons.iter().all(|r| !r.words().ja.is_empty() && !r.words().en.is_empty()));
}
