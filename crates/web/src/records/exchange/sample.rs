//! Two small record types for the tests of this folder, on tables that the directory's migration declares.
#![cfg(test)]

use kernel::identifier::Scheme;
use kernel::record::{Field, Kind, OwnEdits, RecordType, Search, Term, Vocabulary, no_rules};
use kernel::{Level, Permission, both};

pub(crate) static KINDS: Vocabulary = Vocabulary {
    key: "kinds",
    terms: &[
        Term::new("company", "企業", "Company"),
        Term::new("university", "大学", "University"),
        Term::new("other", "その他", "Other"),
    ],
};
pub(crate) static FIELDS: Vocabulary = Vocabulary {
    key: "fields",
    terms: &[Term::new("oncology", "がん", "Oncology"), Term::new("devices", "医療機器", "Medical devices")],
};

/// The fields that the tests need; the table has more columns, which stay empty.
pub(crate) static ORG: RecordType = RecordType {
    key: "organization",
    path: "organizations",
    one: both("組織", "Organization"),
    many: both("組織", "Organizations"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 200 }).required().search(Search::Name).listed(),
        Field::new("kana", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 200 }),
        Field::new("kind", both("種別", "Type"), Kind::Choice(&KINDS)).facet(),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&FIELDS)).facet(),
        Field::new("about", both("紹介", "About"), Kind::Prose { max: 8000 }),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url),
        Field::new("email", both("代表メール", "E-mail"), Kind::Email).level(Level::Members),
        Field::new("phone", both("代表電話", "Phone"), Kind::Phone).level(Level::Staff),
        Field::new("founded", both("設立", "Founded"), Kind::Date),
        Field::new("employees", both("人数", "People"), Kind::Approx),
        Field::new("ror", both("ROR", "ROR"), Kind::Identifier(Scheme::Ror)).key(),
    ],
    title: |record| record.text("name"),
    reading: Some("kana"),
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["id"],
    own_edits: OwnEdits::Reviewed,
    part_of: None,
    rules: no_rules,
};

pub(crate) static UNIT: RecordType = RecordType {
    key: "unit",
    path: "units",
    one: both("部局", "Unit"),
    many: both("部局", "Units"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 200 }).required().search(Search::Name),
        Field::new("organization", both("組織", "Organization"), Kind::Link(&["organization"])),
        Field::new("parent", both("上位", "Parent"), Kind::Link(&["unit"])),
        Field::new("funders", both("出資", "Funders"), Kind::Links(&["organization"])),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["organization"],
    own_edits: OwnEdits::Direct,
    part_of: None,
    rules: no_rules,
};

pub(crate) static PERSON: RecordType = RecordType {
    key: "person",
    path: "people",
    one: both("人", "Person"),
    many: both("人", "People"),
    fields: &[
        Field::new("family", both("姓", "Family name"), Kind::Text { max: 80 }).search(Search::Name),
        Field::new("given", both("名", "Given name"), Kind::Text { max: 80 }).search(Search::Name),
        Field::new("kana", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 120 }),
        Field::new("email", both("メール", "E-mail"), Kind::Email).level(Level::Staff),
    ],
    title: |record| {
        let (family, given) = (record.text("family"), record.text("given"));
        let join = |lang: kernel::Lang, a: &kernel::Text, b: &kernel::Text| {
            format!("{} {}", a.exact(lang).unwrap_or_default(), b.exact(lang).unwrap_or_default()).trim().to_owned()
        };
        kernel::Text::pair(join(kernel::Lang::Ja, &family, &given), join(kernel::Lang::En, &given, &family))
    },
    reading: Some("kana"),
    summary: None,
    default_level: Level::Members,
    edit: Permission::EditDirectory,
    owners: &["id"],
    own_edits: OwnEdits::Direct,
    part_of: None,
    rules: no_rules,
};
