//! What happens at a gathering: rooms, sessions, and who speaks in them.

use super::PARTIES;
use crate::gatherings::vocabularies as v;
use directory::vocabularies as d;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search, no_rules};
use kernel::{FieldErrors, Level, Permission, both};

/// A room of a gathering: one column of its timetable.
pub static ROOM: RecordType = RecordType {
    key: "gathering_room",
    path: "gathering-rooms",
    one: both("部屋", "Room"),
    many: both("部屋", "Rooms"),
    fields: &[
        Field::new("gathering", both("催し", "Gathering"), Kind::Link(&["gathering"])).required(),
        Field::new("name", both("名前", "Name"), Kind::Text { max: 120 }).required().listed(),
        Field::new("seats", both("席数", "Seats"), Kind::Integer { min: 1, max: 100_000 }).listed(),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: no_rules,
};

/// One item of a timetable. Its times are those of the gathering's zone.
pub static SESSION: RecordType = RecordType {
    key: "gathering_session",
    path: "sessions",
    one: both("プログラム", "Session"),
    many: both("プログラム", "Sessions"),
    fields: &[
        Field::new("title", both("題", "Title"), Kind::Text { max: 240 }).required().search(Search::Name).listed(),
        Field::new("gathering", both("催し", "Gathering"), Kind::Link(&["gathering"])).required(),
        Field::new("kind", both("種類", "Kind"), Kind::Choice(&v::SESSION_KINDS)).required().facet().listed(),
        Field::new("start", both("開始", "Starts"), Kind::WallTime).required().listed(),
        Field::new("end", both("終了", "Ends"), Kind::WallTime).required(),
        Field::new("room", both("部屋", "Room"), Kind::Link(&["gathering_room"]))
            .hint(both("空欄は会場全体(休憩など)", "Empty means everywhere, as for a break"))
            .listed(),
        Field::new("languages", both("言語", "Languages"), Kind::Choices(&d::LANGUAGES)).facet(),
        Field::new("summary", both("ひとことで", "In one sentence"), Kind::Text { max: 240 }).search(Search::Body),
        Field::new("about", both("要旨", "Abstract"), Kind::Prose { max: 8000 }).search(Search::Body),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: session_rules,
};

fn session_rules(record: &Record, errors: &mut FieldErrors) {
    if let (Some(start), Some(end)) = (record.wall_time("start"), record.wall_time("end")) {
        if end <= start {
            errors.add("end", both("開始より後の時刻にしてください。", "Write a time after the start."));
        } else if (end.naive() - start.naive()).num_hours() > 24 {
            errors.add("end", both("一つのプログラムは24時間までです。", "A session lasts at most 24 hours."));
        }
    }
}

/// Somebody who speaks in a session: a person of the directory, or a name.
pub static SPEAKER: RecordType = RecordType {
    key: "speaker",
    path: "speakers",
    one: both("登壇者", "Speaker"),
    many: both("登壇者", "Speakers"),
    fields: &[
        Field::new("session", both("プログラム", "Session"), Kind::Link(&["gathering_session"])).required(),
        Field::new("person", both("人", "Person"), Kind::Link(&["person"])).listed(),
        Field::new("name", both("名簿にない人の名前", "Name, if not in the directory"), Kind::Text { max: 160 })
            .listed(),
        Field::new("party", both("所属", "For"), Kind::Link(PARTIES)).listed(),
        Field::new("role", both("役割", "Role"), Kind::Choice(&v::SPEAKER_ROLES)).listed(),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("session"),
    rules: speaker_rules,
};

fn speaker_rules(record: &Record, errors: &mut FieldErrors) {
    if record.link("person").is_none() && record.text("name").is_empty() && record.link("party").is_none() {
        errors.add("person", both("人、名前、所属のどれかを入れてください。", "Give a person, a name, or a party."));
    }
}
