//! What the columns of a sheet mean: paths of a record type, recognized from headers in either language, from codes,
//! and from the words that sheets commonly use. Never here: cell values.

use kernel::lang::Said;
use kernel::record::{Field, Kind, RecordType};
use kernel::{Lang, both};
use std::collections::HashMap;

/// A column that a sheet may have for a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// As in [`kernel::record::Input`]: `founded`, `name.ja`, `name.en.standing`.
    pub path: String,
    pub label: Said,
}

/// A person's whole name in one cell; it is split into family and given name.
pub const FULL_NAME: &str = "full_name";

/// Record types that may be named parties of an audience.
pub const PARTIES: &[&str] = &["organization", "unit", "person"];

const JAPANESE: kernel::Both = both("日本語", "Japanese");
const ENGLISH: kernel::Both = both("英語", "English");
const STANDING: kernel::Both = both("訳の位置づけ", "standing");

/// Every column that can be imported into a type, in the order of its description.
pub fn importable(kind: &RecordType) -> Vec<Column> {
    let mut columns = vec![common("id", both("ID", "ID")), common("code", both("管理番号", "Code"))];
    if has_full_name(kind) {
        columns.push(common(FULL_NAME, both("氏名", "Full name")));
    }
    for field in kind.fields.iter().filter(|field| !field.computed) {
        columns.extend(of_field(field));
    }
    columns.push(common("audience", both("公開範囲", "Audience")));
    columns.push(common("audience_parties", both("当事者", "Named parties")));
    columns.push(common("source", both("出典", "Source")));
    columns.push(common("fictional", both("架空の記録", "Fictional")));
    columns
}

fn common(path: &str, label: kernel::Both) -> Column {
    Column { path: path.to_owned(), label: label.into() }
}

pub(super) fn has_full_name(kind: &RecordType) -> bool {
    ["family", "given"].iter().all(|name| kind.field(name).is_some_and(Field::is_localized))
}

fn of_field(field: &Field) -> Vec<Column> {
    let mut columns = vec![Column { path: field.name.to_owned(), label: field.label.into() }];
    if field.is_localized() {
        for tag in ["ja", "en"] {
            let path = format!("{}.{tag}", field.name);
            columns.push(Column { label: label_of(field, tag, false), path: path.clone() });
            columns.push(Column { label: label_of(field, tag, true), path: format!("{path}.standing") });
        }
    }
    columns
}

/// `名称(日本語)`, `名称(日本語・訳の位置づけ)`. Other languages are written with their tag.
pub(super) fn label_of(field: &Field, tag: &str, standing: bool) -> Said {
    let language = |lang: Lang| match tag {
        "ja" => JAPANESE.get(lang).to_owned(),
        "en" => ENGLISH.get(lang).to_owned(),
        other => other.to_owned(),
    };
    let more = |lang: Lang, separator: &str| {
        if standing { format!("{separator}{}", STANDING.get(lang)) } else { String::new() }
    };
    Said::new(
        format!("{}({}{})", field.label.ja, language(Lang::Ja), more(Lang::Ja, "・")),
        format!("{} ({}{})", field.label.en, language(Lang::En), more(Lang::En, ", ")),
    )
}

/// The label of a path, or the path itself.
pub fn label(kind: &RecordType, path: &str, lang: Lang) -> String {
    let mut parts = path.split('.');
    let (name, tag, standing) = (parts.next().unwrap_or_default(), parts.next(), parts.next().is_some());
    match (kind.field(name), tag) {
        (Some(field), Some(tag)) => label_of(field, tag, standing).get(lang).to_owned(),
        (Some(field), None) => field.label.get(lang).to_owned(),
        _ => importable(kind)
            .iter()
            .find(|column| column.path == path)
            .map_or_else(|| path.to_owned(), |c| c.label.get(lang).to_owned()),
    }
}

/// Whether a path may be imported: the columns of [`importable`], languages besides the two, and field levels.
pub fn is_importable(kind: &RecordType, path: &str) -> bool {
    if importable(kind).iter().any(|column| column.path == path) {
        return true;
    }
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["level", name] => kind.field(name).is_some(),
        [name, tag] | [name, tag, "standing"] => {
            kind.field(name).is_some_and(|field| field.is_localized() && !field.computed) && is_language_tag(tag)
        }
        _ => false,
    }
}

/// The shape of a BCP 47 tag: `de`, `zh-Hant`.
pub fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=3).contains(&primary.len())
        && primary.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
        && tag.len() <= 35
}

/// The path of every header, or `None` for columns to leave out. No path is given twice; the first column gets it.
pub fn recognize(kind: &RecordType, headers: &[String]) -> Vec<Option<String>> {
    let words = vocabulary(kind);
    let mut taken: Vec<String> = Vec::new();
    headers
        .iter()
        .map(|header| {
            let exact = Some(header.trim().to_owned()).filter(|path| is_importable(kind, path));
            let path = exact.or_else(|| words.get(&folded(header)).cloned())?;
            if taken.contains(&path) {
                return None;
            }
            taken.push(path.clone());
            Some(path)
        })
        .collect()
}

/// What a header has in common with its other spellings: folded, letters and digits only.
fn folded(header: &str) -> String {
    kernel::fold::fold(header).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Every known word with its path. Codes come before labels, labels before synonyms.
fn vocabulary(kind: &RecordType) -> HashMap<String, String> {
    let mut words: HashMap<String, String> = HashMap::new();
    let mut learn = |word: &str, path: &str| {
        let word = folded(word);
        if !word.is_empty() {
            words.entry(word).or_insert_with(|| path.to_owned());
        }
    };
    let columns = importable(kind);
    for column in &columns {
        learn(&column.path, &column.path);
    }
    for column in &columns {
        learn(&column.label.ja, &column.path);
        learn(&column.label.en, &column.path);
    }
    for field in kind.fields.iter().filter(|field| !field.computed) {
        let mut names: Vec<&str> = vec![field.name, field.label.ja, field.label.en];
        names.extend(synonyms(kind, field));
        for name in &names {
            if field.is_localized() {
                in_languages(name, field.name, &mut learn);
            }
        }
        names.iter().for_each(|name| learn(name, field.name));
    }
    if has_full_name(kind) {
        for word in ["氏名", "名前", "お名前", "担当者", "担当者名", "フルネーム", "name", "full name", "person"]
        {
            learn(word, FULL_NAME);
        }
    }
    for (path, more) in COMMON_SYNONYMS {
        more.iter().for_each(|word| learn(word, path));
    }
    words
}

/// `英語名称`, `名称(英)`, `Name (EN)`, `English name`.
fn in_languages(name: &str, field: &str, learn: &mut impl FnMut(&str, &str)) {
    const WORDS: [(&str, &[&str]); 2] = [
        ("ja", &["ja", "jp", "japanese", "日本語", "和文", "和", "日"]),
        ("en", &["en", "english", "英語", "英文", "英"]),
    ];
    for (tag, words) in WORDS {
        for word in words {
            learn(&format!("{name}{word}"), &format!("{field}.{tag}"));
            learn(&format!("{word}{name}"), &format!("{field}.{tag}"));
        }
    }
}

const COMMON_SYNONYMS: &[(&str, &[&str])] = &[
    ("id", &["uuid", "識別番号"]),
    ("code", &["コード", "番号", "key", "キー", "no", "整理番号", "会員番号"]),
    ("audience", &["公開", "公開設定", "visibility"]),
    ("source", &["情報源", "出所", "参照", "sources", "reference"]),
    ("fictional", &["架空", "サンプル", "見本", "sample"]),
];

/// Words for a field beside its label. They follow from its name or, for contact details, from its kind.
fn synonyms(kind: &RecordType, field: &Field) -> &'static [&'static str] {
    match (field.name, &field.kind) {
        ("name", _) if kind.part_of.is_none() => &[
            "名前",
            "名",
            "会社名",
            "社名",
            "法人名",
            "団体名",
            "組織名",
            "企業名",
            "機関名",
            "施設名",
            "研究室名",
            "正式名称",
            "company",
            "company name",
            "organization",
            "organization name",
            "organisation",
            "institution",
            "lab",
        ],
        ("name", _) => &["名前"],
        ("short", _) => &["略名", "通称", "abbreviation", "acronym"],
        ("kana", _) => &[
            "フリガナ",
            "ふりがな",
            "よみ",
            "よみがな",
            "読み",
            "読み仮名",
            "カナ",
            "かな",
            "シメイカナ",
            "会社名カナ",
            "氏名カナ",
            "reading",
            "furigana",
            "yomi",
        ],
        ("romaji", _) => &["ローマ字氏名", "ローマ字表記", "romanized name"],
        ("kind", _) => &["種類", "区分", "分類", "category", "kind"],
        ("summary", _) => &["概要", "説明", "事業内容", "内容", "description", "abstract"],
        ("about", _) => &["詳細", "紹介文", "プロフィール", "profile", "details"],
        ("title", _) => &["タイトル", "題名", "表題", "役職名", "subject"],
        ("headline", _) => &["肩書き", "肩書", "役職", "職位", "position", "job title"],
        ("family", _) => &["姓", "名字", "苗字", "last name", "surname", "family"],
        ("given", _) => &["名", "first name", "given", "forename"],
        ("address", _) => &["住所", "本社所在地", "location"],
        ("region", _) => &["都道府県", "市区町村", "エリア", "prefecture", "city", "region"],
        ("country", _) => &["国", "国名", "nation"],
        ("founded" | "established", _) => {
            &["設立日", "設立年", "設立年月", "設立年月日", "創業", "創立", "established", "founded", "since"]
        }
        ("employees", _) => &["従業員数", "社員数", "職員数", "規模", "employees", "headcount", "number of employees"],
        ("corporate_number", _) => &["法人番号13桁", "corporate number"],
        ("organization", _) => {
            &["所属組織", "大学", "会社", "組織", "所属", "institution", "university", "affiliation"]
        }
        ("party", _) => {
            &["所属", "所属先", "勤務先", "会社", "組織", "相手", "相手方", "affiliation", "company", "organization"]
        }
        ("person", _) => &["氏名", "名前", "name"],
        ("period", _) => &["在任期間", "任期", "dates"],
        ("fields", _) => &["専門", "専門分野", "研究分野", "domain", "area of expertise"],
        ("languages", _) => &["言語", "対応言語", "language"],
        ("amount", _) => &["予算", "価格", "budget", "price"],
        ("signed", _) => &["締結日", "締結", "締結年月", "署名日", "date signed"],
        (_, Kind::Email) => &["メール", "メールアドレス", "eメール", "email", "mail", "e-mail address", "連絡先メール"],
        (_, Kind::Phone) => &["電話", "電話番号", "tel", "連絡先", "telephone", "phone number", "代表番号"],
        (_, Kind::Url) => &["url", "hp", "ホームページ", "web", "サイト", "webサイト", "homepage", "site", "link"],
        _ => &[],
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::sample::{ORG, PERSON};
    use super::*;

    fn paths(kind: &RecordType, headers: &[&str]) -> Vec<String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        recognize(kind, &headers).into_iter().map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn headers_of_both_languages_and_common_words_are_recognized() {
        assert_eq!(
            paths(
                &ORG,
                &[
                    "会社名",
                    "英文会社名",
                    "フリガナ",
                    "種別",
                    "住所",
                    "ＵＲＬ",
                    "Ｅメール",
                    "設立年月日",
                    "従業員数(人)"
                ]
            ),
            ["name", "name.en", "kana", "kind", "", "website", "email", "founded", ""]
        );
        assert_eq!(
            paths(
                &ORG,
                &["code", "Name (Japanese)", "name.en", "Name (English, standing)", "name.de", "Company", "備考"]
            ),
            ["code", "name.ja", "name.en", "name.en.standing", "name.de", "name", ""]
        );
        assert_eq!(
            paths(&PERSON, &["氏名", "フリガナ", "メール", "姓", "given.en"]),
            ["full_name", "kana", "email", "family", "given.en"]
        );
    }

    #[test]
    fn the_headers_of_an_export_lead_back_to_the_same_paths() {
        for kind in [&ORG, &PERSON] {
            for lang in Lang::ALL {
                let columns = importable(kind);
                let headers: Vec<String> = columns.iter().map(|column| column.label.get(lang).to_owned()).collect();
                let found = recognize(kind, &headers);
                for (column, found) in columns.iter().zip(found) {
                    assert_eq!(found.as_ref(), Some(&column.path), "{lang}");
                }
            }
        }
    }

    #[test]
    fn a_path_is_given_to_one_column_only() {
        assert_eq!(paths(&ORG, &["名称", "会社名"]), ["name", ""]);
        assert!(is_importable(&ORG, "level.email") && is_importable(&ORG, "name.zh-Hant"));
        assert!(
            !is_importable(&ORG, "founded.ja") && !is_importable(&ORG, "version") && !is_importable(&ORG, "name.JA")
        );
    }
}
