//! The hub's own glossary: what a thing is called in both languages. Search and matching use it beside the glossary that
//! ships with the program, as far as everyone may see it.

use kernel::record::{Field, Kind, OwnEdits, RecordType, Search, no_rules};
use kernel::{Level, Permission, both};

pub static TERM: RecordType = RecordType {
    key: "term",
    path: "terms",
    one: both("用語", "Term"),
    many: both("用語集", "Glossary"),
    fields: &[
        Field::new("name", both("用語", "Term"), Kind::Text { max: 120 })
            .hint(both(
                "日本語と英語の両方を書くと、どちらで探しても見つかります。",
                "With both languages, things are found whichever is typed.",
            ))
            .required()
            .search(Search::Name)
            .listed(),
        Field::new("reading", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 120 }),
        Field::new("others_ja", both("日本語の別の言い方", "Other wordings in Japanese"), Kind::Plain { max: 400 })
            .hint(both("いくつかあるときは「|」で区切ります。", "Several are separated by |.")),
        Field::new("others_en", both("英語の別の言い方", "Other wordings in English"), Kind::Plain { max: 400 }).hint(
            both("いくつかあるときは「|」で区切ります。略語もここへ。", "Several are separated by |; acronyms too."),
        ),
        Field::new("definition", both("意味", "Meaning"), Kind::Text { max: 600 }).search(Search::Body),
    ],
    title: |record| record.text("name"),
    reading: Some("reading"),
    summary: Some("definition"),
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: no_rules,
};
