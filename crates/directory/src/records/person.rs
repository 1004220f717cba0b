//! People. Their posts are roles with dates; contact details are for members unless they say otherwise.

use crate::vocabularies as v;
use kernel::identifier::Scheme;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search};
use kernel::text::Standing;
use kernel::{FieldErrors, Lang, Level, Permission, Text, both};

pub static PERSON: RecordType = RecordType {
    key: "person",
    path: "people",
    one: both("人", "Person"),
    many: both("人", "People"),
    fields: &[
        Field::new("family", both("姓", "Family name"), Kind::Text { max: 80 }).search(Search::Name).listed(),
        Field::new("given", both("名", "Given name"), Kind::Text { max: 80 }).search(Search::Name),
        Field::new("kana", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 120 })
            .hint(both("姓と名の間に空白を入れます。例: さわ よしき", "With a space between the names, in hiragana."))
            .search(Search::Name),
        Field::new("romaji", both("ローマ字", "Romaji"), Kind::Plain { max: 120 }).search(Search::Name),
        Field::new("name_order", both("英語での姓名の順", "Order of names in English"), Kind::Choice(&v::NAME_ORDERS)),
        Field::new("headline", both("肩書・ひとこと", "Headline"), Kind::Text { max: 200 }).search(Search::Strong),
        Field::new("about", both("紹介", "About"), Kind::Prose { max: 8000 }).search(Search::Body),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&v::FIELDS))
            .facet()
            .heading(both("分野と言語", "Fields and languages")),
        Field::new("languages", both("話せる言語", "Speaks"), Kind::Choices(&v::LANGUAGES)).facet(),
        Field::new("country", both("国・地域", "Country or region"), Kind::Choice(&v::COUNTRIES)).facet(),
        Field::new("email", both("メール", "E-mail"), Kind::Email)
            .level(Level::Staff)
            .heading(both("連絡先", "Contact")),
        Field::new("phone", both("電話", "Phone"), Kind::Phone).level(Level::Staff),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url),
        Field::new("orcid", both("ORCID", "ORCID"), Kind::Identifier(Scheme::Orcid)).key(),
        Field::new("consent", both("名簿への掲載", "Listing in the directory"), Kind::Choice(&v::LISTING_CONSENTS))
            .level(Level::Staff),
    ],
    title: full_name,
    reading: Some("kana"),
    summary: Some("headline"),
    default_level: Level::Members,
    edit: Permission::EditDirectory,
    owners: &["id"],
    own_edits: OwnEdits::Direct,
    part_of: None,
    rules: has_a_name,
};

/// Family name first in Japanese; given name first in English unless the person prefers otherwise.
fn full_name(record: &Record) -> Text {
    let (family, given) = (record.text("family"), record.text("given"));
    let mut name = Text::default();
    for lang in Lang::ALL {
        let family = family.exact(lang).unwrap_or_default();
        let given = given.exact(lang).unwrap_or_default();
        let family_first = match lang {
            Lang::Ja => is_kanji_or_kana(family) || record.plain("name_order") == "family_first",
            Lang::En => record.plain("name_order") == "family_first",
        };
        let (first, second) = if family_first { (family, given) } else { (given, family) };
        let separator =
            if lang == Lang::Ja && !is_kanji_or_kana(family) && first.chars().any(is_katakana) { "・" } else { " " };
        let joined =
            [first, second].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(separator);
        name.put(lang.tag(), joined, Standing::Original);
    }
    if name.exact(Lang::En).is_none() && !record.plain("romaji").is_empty() {
        name.put("en", record.plain("romaji"), Standing::Official);
    }
    name
}

/// Names in katakana are foreign names, which Japanese writes given name first.
fn is_kanji_or_kana(name: &str) -> bool {
    name.chars().any(|c| !c.is_ascii() && !is_katakana(c))
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A0}'..='\u{30FF}')
}

fn has_a_name(record: &Record, errors: &mut FieldErrors) {
    if record.title().is_empty() {
        errors.add(
            "family.ja",
            both("姓か名のどちらかを入れてください。", "Write at least a family name or a given name."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn person(family: (&str, &str), given: (&str, &str), order: &str) -> Record {
        let mut record = Record::new(&PERSON, DateTime::UNIX_EPOCH);
        record.set("family", Text::pair(family.0, family.1));
        record.set("given", Text::pair(given.0, given.1));
        record.set("name_order", order);
        record
    }

    #[test]
    fn names_follow_the_order_of_each_language() {
        let sawa = person(("澤", "Sawa"), ("芳樹", "Yoshiki"), "");
        assert_eq!(sawa.called(Lang::Ja), "澤 芳樹");
        assert_eq!(sawa.called(Lang::En), "Yoshiki Sawa");
        assert_eq!(person(("澤", "Sawa"), ("芳樹", "Yoshiki"), "family_first").called(Lang::En), "Sawa Yoshiki");
    }

    #[test]
    fn foreign_names_in_katakana_keep_given_name_first() {
        let tamm = person(("タム", "Tamm"), ("リーナ", "Liina"), "");
        assert_eq!(tamm.called(Lang::Ja), "リーナ・タム");
        assert_eq!(tamm.called(Lang::En), "Liina Tamm");
    }
}
