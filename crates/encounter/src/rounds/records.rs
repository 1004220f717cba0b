//! The record type of rounds. Participants, wishes and meetings are no records: they live and end with their round.

use super::model::grid::{Grid, read_moment};
use super::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search};
use kernel::{FieldErrors, Level, Permission, both};

/// Every record type of rounds.
pub static ALL: &[&RecordType] = &[&ROUND];

pub static ROUND: RecordType = RecordType {
    key: "round",
    path: "rounds",
    one: both("面談会", "Round"),
    many: both("面談会", "Rounds"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 160 }).required().search(Search::Name).listed(),
        Field::new("kind", both("種類", "Type"), Kind::Choice(&v::KINDS)).required().facet().listed(),
        Field::new("state", both("状態", "State"), Kind::Choice(&v::STATES)).facet().listed().computed(),
        Field::new("about", both("案内", "About"), Kind::Prose { max: 4000 }).search(Search::Body),
        Field::new("days", both("日と時間帯", "Days and hours"), Kind::Plain { max: 2000 })
            .required()
            .hint(both(
                "1日ずつ「;」で区切ります。休憩は時間帯の切れ目です。例: 2026-12-07 10:00-12:00 13:00-15:30; 2026-12-08 10:00-12:00",
                "Days apart by “;”; a break is what lies between two times. For example: 2026-12-07 10:00-12:00 13:00-15:30; 2026-12-08 10:00-12:00",
            ))
            .heading(both("日程", "Time"))
            .listed(),
        Field::new("slot_minutes", both("1回の長さ(分)", "Minutes per meeting"), Kind::Integer { min: 5, max: 240 }).required(),
        Field::new("pause_minutes", both("間の移動(分)", "Minutes between meetings"), Kind::Integer { min: 0, max: 120 }),
        Field::new("zone", both("時間帯(タイムゾーン)", "Time zone"), Kind::Plain { max: 40 })
            .hint(both("空欄は拠点の時刻です。例: Asia/Tokyo", "Empty is the hub’s own time. For example: Europe/Stockholm")),
        Field::new("deadline", both("回答の期限", "Answers until"), Kind::Plain { max: 20 }).hint(both(
            "例: 2026-12-01 17:00。サーバーの時刻で締め切り、猶予はありません。",
            "For example 2026-12-01 17:00. The server’s clock decides; there is no grace.",
        )),
        Field::new("side_a", both("迎える側の呼び名", "Name of the hosting side"), Kind::Text { max: 40 })
            .hint(both("空欄は「研究室」です。", "Empty means “Laboratories”."))
            .heading(both("参加者と場所", "Sides and places")),
        Field::new("side_b", both("訪ねる側の呼び名", "Name of the visiting side"), Kind::Text { max: 40 })
            .hint(both("空欄は「企業」です。", "Empty means “Companies”.")),
        Field::new("rooms", both("場所", "Where"), Kind::Choice(&v::ROOMS)).required(),
        Field::new("tables", both("卓の数", "Tables"), Kind::Integer { min: 1, max: 5000 })
            .hint(both("卓を並べるときだけ。", "Only for tables in one place.")),
        Field::new("venue", both("会場", "Venue"), Kind::Text { max: 160 }),
        Field::new("interpreters", both("通訳の人数", "Interpreters"), Kind::Integer { min: 0, max: 500 })
            .hint(both("同時に何組を通訳できるか。", "How many meetings can be interpreted at once.")),
        Field::new("video", both("オンライン参加を認める", "Video allowed"), Kind::Flag),
        Field::new("met_before", both("以前に会った組", "Pairs that met before"), Kind::Choice(&v::MET_BEFORE)).hint(both(
            "終わった面談会で会った組の扱い。空欄は「区別しない」です。",
            "What an earlier meeting in a round that is over means. Empty: it makes no difference.",
        )),
        Field::new("open_to", both("公開した時間割を見られる人", "Who sees the published timetable"), Kind::Choice(&v::OPEN_TO))
            .hint(both("公開するまでは運営だけが見られます。", "Until it is published only staff see it.")),
    ],
    title: |record| record.text("name"),
    reading: None,
    summary: Some("about"),
    default_level: Level::Staff,
    edit: Permission::RunRounds,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: round_rules,
};

/// Days that make slots, a zone that exists, a deadline that can be read, tables where there are tables.
fn round_rules(record: &Record, errors: &mut FieldErrors) {
    let zone = record.plain("zone");
    if !zone.is_empty() && zone.parse::<chrono_tz::Tz>().is_err() {
        errors.add(
            "zone",
            both("知らないタイムゾーンです。例: Asia/Tokyo", "This zone is not known. For example: Asia/Tokyo"),
        );
    } else if !record.plain("days").is_empty()
        && let Err(said) = Grid::of(record, chrono_tz::Asia::Tokyo)
    {
        errors.add("days", said);
    }
    let deadline = record.plain("deadline");
    if !deadline.is_empty() && read_moment(deadline).is_none() {
        errors.add("deadline", both("「2026-12-01 17:00」のように書いてください。", "Write it like 2026-12-01 17:00."));
    }
    if record.plain("rooms") == "tables" && record.integer("tables").is_none() {
        errors.add("tables", both("卓の数を入れてください。", "Say how many tables there are."));
    }
}
