//! Units of organizations: laboratories, departments, university classes (教室), joint research chairs.

use super::BODIES;
use crate::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, RecordType, Search, no_rules};
use kernel::{Level, Permission, both};

pub static UNIT: RecordType = RecordType {
    key: "unit",
    path: "units",
    one: both("研究室・部局", "Laboratory or unit"),
    many: both("研究室・部局", "Laboratories and units"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 200 }).required().search(Search::Name).listed(),
        Field::new("kana", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 200 }).search(Search::Name),
        Field::new("organization", both("所属組織", "Organization"), Kind::Link(&["organization"])).required().listed(),
        Field::new("parent", both("上位の部局", "Part of"), Kind::Link(&["unit"])),
        Field::new("kind", both("種別", "Type"), Kind::Choice(&v::UNIT_KINDS)).required().facet().listed(),
        Field::new("summary", both("ひとことで", "In one sentence"), Kind::Text { max: 240 }).search(Search::Strong),
        Field::new("about", both("紹介", "About"), Kind::Prose { max: 8000 }).search(Search::Body),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&v::FIELDS))
            .facet()
            .heading(both("分野と段階", "Fields and stages")),
        Field::new("modalities", both("モダリティ", "Modalities"), Kind::Choices(&v::MODALITIES)).facet(),
        Field::new("stages", both("段階", "Stages"), Kind::Choices(&v::STAGES)).facet(),
        Field::new("specialties", both("診療科", "Clinical specialties"), Kind::Choices(&v::SPECIALTIES)).facet(),
        Field::new("languages", both("対応できる言語", "Works in"), Kind::Choices(&v::LANGUAGES)).facet(),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url)
            .heading(both("連絡先と設置", "Contact and term")),
        Field::new("email", both("メール", "E-mail"), Kind::Email).level(Level::Members),
        Field::new("established", both("設置", "Established"), Kind::Date),
        Field::new("closed", both("終了", "Closed"), Kind::Date),
        Field::new("funders", both("資金提供者", "Funders"), Kind::Links(BODIES))
            .hint(both("共同研究講座などの資金を出す組織", "Bodies that pay for it, as for a joint research chair")),
    ],
    title: |record| record.text("name"),
    reading: Some("kana"),
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["id", "organization"],
    own_edits: OwnEdits::Reviewed,
    part_of: None,
    rules: no_rules,
};
