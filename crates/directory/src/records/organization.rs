//! Organizations: companies, universities, hospitals, authorities, foundations, hubs.

use crate::vocabularies as v;
use kernel::identifier::Scheme;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search};
use kernel::{FieldErrors, Level, Permission, both};

pub static ORGANIZATION: RecordType = RecordType {
    key: "organization",
    path: "organizations",
    one: both("組織", "Organization"),
    many: both("組織", "Organizations"),
    fields: &[
        Field::new("name", both("名称", "Name"), Kind::Text { max: 200 }).required().search(Search::Name).listed(),
        Field::new("kana", both("よみ(かな)", "Reading (kana)"), Kind::Plain { max: 200 })
            .hint(both(
                "五十音順に並べるときと検索に使います。例: みなとせいやく",
                "Used to sort and search in Japanese.",
            ))
            .search(Search::Name),
        Field::new("short", both("略称", "Short name"), Kind::Text { max: 80 }).search(Search::Name),
        Field::new("kind", both("種別", "Type"), Kind::Choice(&v::ORGANIZATION_KINDS)).required().facet().listed(),
        Field::new("legal_form", both("法人格", "Legal form"), Kind::Choice(&v::LEGAL_FORMS)),
        Field::new("summary", both("ひとことで", "In one sentence"), Kind::Text { max: 240 })
            .hint(both("何をしている組織か、一文で。一覧に出ます。", "What it does, in one sentence. Shown in lists."))
            .search(Search::Strong),
        Field::new("about", both("紹介", "About"), Kind::Prose { max: 8000 }).search(Search::Body),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&v::FIELDS))
            .facet()
            .heading(both("分野と段階", "Fields and stages")),
        Field::new("modalities", both("モダリティ", "Modalities"), Kind::Choices(&v::MODALITIES)).facet(),
        Field::new("stages", both("段階", "Stages"), Kind::Choices(&v::STAGES)).facet(),
        Field::new("specialties", both("診療科", "Clinical specialties"), Kind::Choices(&v::SPECIALTIES)).facet(),
        Field::new("languages", both("対応できる言語", "Works in"), Kind::Choices(&v::LANGUAGES)).facet(),
        Field::new("country", both("国・地域", "Country or region"), Kind::Choice(&v::COUNTRIES))
            .facet()
            .listed()
            .heading(both("所在地と連絡先", "Place and contact")),
        Field::new("region", both("地域", "Area"), Kind::Text { max: 120 }).search(Search::Body),
        Field::new("address", both("所在地", "Address"), Kind::Text { max: 240 }),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url),
        Field::new("email", both("代表メール", "E-mail"), Kind::Email).level(Level::Members),
        Field::new("phone", both("代表電話", "Phone"), Kind::Phone).level(Level::Members),
        Field::new("founded", both("設立", "Founded"), Kind::Date)
            .hint(both(
                "年だけ、「約」でも書けます。例: 2015年12月、2015-12-01、2015頃",
                "A year or an approximate date is fine: 2015-12-01, Dec 2015, around 2015",
            ))
            .heading(both("沿革と識別子", "History and identifiers")),
        Field::new("dissolved", both("解散・終了", "Dissolved"), Kind::Date),
        Field::new("employees", both("人数", "People"), Kind::Approx)
            .hint(both("「約120」「50以上」のように書けます。", "You can write ~120 or >50.")),
        Field::new("ror", both("ROR", "ROR"), Kind::Identifier(Scheme::Ror)).key(),
        Field::new(
            "corporate_number",
            both("法人番号", "Corporate number (Japan)"),
            Kind::Identifier(Scheme::CorporateNumber),
        )
        .key(),
        Field::new("lei", both("LEI", "LEI"), Kind::Identifier(Scheme::Lei)).key(),
        Field::new("isni", both("ISNI", "ISNI"), Kind::Identifier(Scheme::Isni)).key(),
    ],
    title: |record| record.text("name"),
    reading: Some("kana"),
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditDirectory,
    owners: &["id"],
    own_edits: OwnEdits::Reviewed,
    part_of: None,
    rules,
};

/// An organization cannot end before it begins.
fn rules(record: &Record, errors: &mut FieldErrors) {
    let (Some(founded), Some(dissolved)) = (record.date("founded"), record.date("dissolved")) else { return };
    let backwards = matches!((founded.earliest(), dissolved.latest()), (Some(begin), Some(end)) if end < begin);
    if backwards {
        errors.add(
            "dissolved",
            both(
                "設立より前の日付です。どちらかを直してください。",
                "This is before the founding date. Correct one of the two.",
            ),
        );
    }
}
