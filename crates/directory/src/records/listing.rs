//! Listings (シーズ・ニーズ): what a party offers or seeks.

use super::PARTIES;
use crate::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, RecordType, Search, no_rules};
use kernel::{Level, Permission, both};

pub static LISTING: RecordType = RecordType {
    key: "listing",
    path: "listings",
    one: both("求める・応える", "Need or offer"),
    many: both("求める・応える", "Needs and offers"),
    fields: &[
        Field::new("party", both("だれの", "Whose"), Kind::Link(PARTIES)).required().listed(),
        Field::new("side", both("求める・応える", "Needs or offers"), Kind::Choice(&v::LISTING_SIDES))
            .required()
            .facet()
            .listed(),
        Field::new("kind", both("種類", "Kind"), Kind::Choice(&v::LISTING_KINDS)).required().facet().listed(),
        Field::new("title", both("件名", "Title"), Kind::Text { max: 160 })
            .hint(both(
                "相手が一目で分かるように。例: 心筋シートを月20枚つくれる場所",
                "So that the other side sees it at a glance: a place that can make 20 cardiac sheets a month",
            ))
            .required()
            .search(Search::Strong)
            .listed(),
        Field::new("summary", both("くわしく", "Details"), Kind::Prose { max: 4000 }).search(Search::Body),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&v::FIELDS)).facet().heading(both("条件", "Terms")),
        Field::new("modality", both("モダリティ", "Modality"), Kind::Choices(&v::MODALITIES)).facet(),
        Field::new("stage", both("段階", "Stage"), Kind::Choices(&v::STAGES)).facet(),
        Field::new("place", both("場所", "Place"), Kind::Text { max: 160 }),
        Field::new("amount", both("金額", "Amount"), Kind::Money).level(Level::Members),
        Field::new("quantity", both("数量", "Quantity"), Kind::Approx),
        Field::new("available", both("期間", "Available"), Kind::Date)
            .hint(both("例: 2026-04/2027-03、2026年4月から", "For example 2026-04/2027-03")),
        Field::new("languages", both("言語", "Languages"), Kind::Choices(&v::LANGUAGES)).facet(),
        Field::new("contact", both("窓口", "Contact"), Kind::Link(&["person"])).level(Level::Members),
        Field::new("state", both("状態", "State"), Kind::Choice(&v::LISTING_STATES)).facet().listed(),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["party", "contact"],
    own_edits: OwnEdits::Direct,
    part_of: None,
    rules: no_rules,
};
