//! Records that are parts of others: posts of people, dated relations, other names, claims with sources.

use super::{BODIES, PARTIES};
use crate::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search, no_rules};
use kernel::{FieldErrors, Level, Permission, Text, both};

/// A post that a person holds or held in an organization or unit.
pub static ROLE: RecordType = RecordType {
    key: "role",
    path: "roles",
    one: both("役職", "Role"),
    many: both("役職", "Roles"),
    fields: &[
        Field::new("person", both("人", "Person"), Kind::Link(&["person"])).required().listed(),
        Field::new("party", both("所属先", "Organization or unit"), Kind::Link(BODIES)).required().listed(),
        Field::new("title", both("役職名", "Title"), Kind::Text { max: 160 })
            .required()
            .search(Search::Strong)
            .listed(),
        Field::new("kind", both("種別", "Kind"), Kind::Choice(&v::ROLE_KINDS)).facet(),
        Field::new("period", both("期間", "Period"), Kind::Date)
            .hint(both(
                "例: 2020-09/..(現職)、2018/2021、2018/(終わりは不明)",
                "2020-09/.. (current), 2018/2021, 2018/ (end unknown)",
            ))
            .listed(),
        Field::new("is_contact", both("窓口として紹介できる", "May be asked as a contact"), Kind::Flag),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["person", "party"],
    own_edits: OwnEdits::Reviewed,
    part_of: Some("person"),
    rules: no_rules,
};

/// `from` is the parent, founder, operator, donor … of `to`.
pub static RELATION: RecordType = RecordType {
    key: "relation",
    path: "relations",
    one: both("組織の関係", "Relation"),
    many: both("組織の関係", "Relations"),
    fields: &[
        Field::new("from", both("どこが", "From"), Kind::Link(PARTIES)).required().listed(),
        Field::new("kind", both("関係", "Relation"), Kind::Choice(&v::RELATION_KINDS)).required().facet().listed(),
        Field::new("to", both("どこの", "Of"), Kind::Link(BODIES)).required().listed(),
        Field::new("period", both("期間", "Period"), Kind::Date).listed(),
        Field::new("note", both("補足", "Note"), Kind::Text { max: 400 }),
    ],
    title: |record| match v::RELATION_KINDS.term(record.plain("kind")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => Text::default(),
    },
    reading: None,
    summary: Some("note"),
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["to"],
    own_edits: OwnEdits::Reviewed,
    part_of: Some("to"),
    rules: two_different_parties,
};

fn two_different_parties(record: &Record, errors: &mut FieldErrors) {
    if record.link("from").is_some() && record.link("from") == record.link("to") {
        errors.add(
            "from",
            both(
                "同じ組織どうしは結べません。別の組織を選んでください。",
                "A body cannot be related to itself. Choose another one.",
            ),
        );
    }
}

/// Another name of a party: former, short, misspelled.
pub static ALIAS: RecordType = RecordType {
    key: "alias",
    path: "aliases",
    one: both("別の名称", "Other name"),
    many: both("別の名称", "Other names"),
    fields: &[
        Field::new("party", both("だれの", "Whose"), Kind::Link(PARTIES)).required().listed(),
        Field::new("name", both("名称", "Name"), Kind::Text { max: 200 }).required().search(Search::Name).listed(),
        Field::new("kind", both("種別", "Kind"), Kind::Choice(&v::ALIAS_KINDS)).required().listed(),
        Field::new("period", both("使われた期間", "Period of use"), Kind::Date).listed(),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["party"],
    own_edits: OwnEdits::Reviewed,
    part_of: Some("party"),
    rules: no_rules,
};

/// A public statement about a record, with its definition, precision, source and day. Contradicting claims
/// stand side by side; one may be preferred.
pub static CLAIM: RecordType = RecordType {
    key: "claim",
    path: "claims",
    one: both("公表値", "Claim"),
    many: both("公表値", "Claims"),
    fields: &[
        Field::new(
            "subject",
            both("何について", "About"),
            Kind::Link(&["organization", "unit", "person", "agreement"]),
        )
        .required()
        .listed(),
        Field::new("about", both("項目", "Item"), Kind::Plain { max: 60 })
            .hint(both(
                "項目の名前(signed、operator など)。同じ項目の公表値は並べて表示します。",
                "A short key such as signed or operator; claims with the same key stand side by side.",
            ))
            .required(),
        Field::new("label", both("見出し", "Label"), Kind::Text { max: 160 }).search(Search::Body),
        Field::new("value", both("値", "Value"), Kind::Plain { max: 200 })
            .hint(both(
                "日付・概数・語のいずれか。例: 2018-01、>360、95",
                "A date, an approximate number or a word: 2018-01, >360, 95",
            ))
            .listed(),
        Field::new("value_text", both("値(文)", "Value in words"), Kind::Text { max: 400 }).search(Search::Body),
        Field::new("definition", both("定義", "Definition"), Kind::Text { max: 600 }),
        Field::new("as_of", both("時点", "As of"), Kind::Date).listed(),
        Field::new("preferred", both("こちらを採る", "Preferred"), Kind::Flag),
    ],
    title: |record| {
        let label = record.text("label");
        if label.is_empty() { Text::original(kernel::Lang::En, record.plain("about")) } else { label }
    },
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("subject"),
    rules: value_is_there,
};

fn value_is_there(record: &Record, errors: &mut FieldErrors) {
    if record.plain("value").is_empty() && record.text("value_text").is_empty() {
        errors.add("value", both("値か、値(文)のどちらかを入れてください。", "Write a value, or the value in words."));
    }
}
