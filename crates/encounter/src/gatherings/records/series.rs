//! What outlasts one gathering: series with their members, and the agenda and tasks of standing groups.

use super::PARTIES;
use crate::gatherings::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, RecordType, Search, no_rules};
use kernel::{Level, Permission, Text, both};

/// Gatherings that come again under one name, or a standing group such as a subcommittee.
pub static SERIES: RecordType = RecordType {
    key: "series",
    path: "series",
    one: both("シリーズ", "Series"),
    many: both("シリーズ", "Series"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 240 }).required().search(Search::Name).listed(),
        Field::new("kind", both("種類", "Kind"), Kind::Choice(&v::KINDS)).required().facet().listed(),
        Field::new("summary", both("ひとことで", "In one sentence"), Kind::Text { max: 300 }).search(Search::Body),
        Field::new("about", both("内容", "About"), Kind::Prose { max: 8000 }).search(Search::Body),
        Field::new("host", both("主催", "Host"), Kind::Link(&["organization", "unit"])).listed(),
        Field::new("parent", both("親シリーズ", "Reports to"), Kind::Link(&["series"]))
            .hint(both("部会が報告する先のフォーラムなど", "The forum that a subcommittee reports to")),
        Field::new("since", both("いつから", "Since"), Kind::Date),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: no_rules,
};

/// Who belongs to a standing group, as what, and when.
pub static SERIES_MEMBER: RecordType = RecordType {
    key: "series_member",
    path: "series-members",
    one: both("構成員", "Member"),
    many: both("構成員", "Members"),
    fields: &[
        Field::new("series", both("シリーズ", "Series"), Kind::Link(&["series"])).required(),
        Field::new("party", both("だれが", "Who"), Kind::Link(PARTIES)).required().listed(),
        Field::new("role", both("役割", "Role"), Kind::Choice(&v::MEMBER_ROLES)).required().listed(),
        Field::new("period", both("期間", "Period"), Kind::Date).listed(),
    ],
    title: |record| match v::MEMBER_ROLES.term(record.plain("role")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => Text::pair("構成員", "Member"),
    },
    reading: None,
    summary: None,
    default_level: Level::Members,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("series"),
    rules: no_rules,
};

/// A point of a meeting's agenda, with its minutes once it was treated.
pub static AGENDA_ITEM: RecordType = RecordType {
    key: "agenda_item",
    path: "agenda-items",
    one: both("議題", "Agenda item"),
    many: both("議題", "Agenda"),
    fields: &[
        Field::new("title", both("議題", "Item"), Kind::Text { max: 240 }).required().search(Search::Body).listed(),
        Field::new("gathering", both("会合", "Meeting"), Kind::Link(&["gathering"])).required(),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
        Field::new("minutes", both("議事録", "Minutes"), Kind::Prose { max: 8000 }).search(Search::Body),
        Field::new("decision", both("決定", "Decision"), Kind::Text { max: 400 }),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("decision"),
    default_level: Level::Members,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: no_rules,
};

/// Something to do that a meeting decided.
pub static ACTION_ITEM: RecordType = RecordType {
    key: "action_item",
    path: "action-items",
    one: both("課題", "Action item"),
    many: both("課題", "Action items"),
    fields: &[
        Field::new("title", both("すること", "To do"), Kind::Text { max: 240 })
            .required()
            .search(Search::Body)
            .listed(),
        Field::new("gathering", both("会合", "Meeting"), Kind::Link(&["gathering"])).required(),
        Field::new("party", both("だれが", "Who"), Kind::Link(PARTIES)).listed(),
        Field::new("due", both("いつまでに", "By"), Kind::Date).listed(),
        Field::new("done", both("済み", "Done"), Kind::Flag).listed(),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: Level::Members,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: no_rules,
};
