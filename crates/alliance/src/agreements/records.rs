//! The record types of agreements. One description each.

use super::vocabularies as v;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search, no_rules};
use kernel::{FieldErrors, Level, Permission, Text, both};

const PARTIES: &[&str] = &["organization", "unit", "person"];

/// Every record type of agreements, in an order in which links point backwards only.
pub static ALL: &[&RecordType] =
    &[&AGREEMENT, &AGREEMENT_PARTY, &CLAUSE, &SIGNATORY, &AMENDMENT, &SUSPENSION, &EVIDENCE, &DOCUMENT, &BENEFIT];

pub static AGREEMENT: RecordType = RecordType {
    key: "agreement",
    path: "agreements",
    one: both("協定・覚書", "Agreement"),
    many: both("協定・覚書", "Agreements"),
    fields: &[
        Field::new("title", both("件名", "Title"), Kind::Text { max: 240 }).required().search(Search::Name).listed(),
        Field::new("type", both("種別", "Type"), Kind::Choice(&v::AGREEMENT_TYPES)).required().facet().listed(),
        Field::new("state", both("状態", "State"), Kind::Choice(&v::STATES)).required().facet().listed(),
        Field::new("summary", both("概要", "Summary"), Kind::Prose { max: 4000 }).search(Search::Body),
        Field::new("signed", both("締結日", "Signed"), Kind::Date)
            .hint(both(
                "月まで、年までしか分からなければそのまま書きます。例: 2020-09",
                "Write only what is known: 2020-09 is fine.",
            ))
            .heading(both("期間と更新", "Term and renewal"))
            .listed(),
        Field::new("effective", both("発効日", "In force from"), Kind::Date),
        Field::new("end", both("終了日", "Ends"), Kind::Plain { max: 40 })
            .hint(both(
                "空欄は「終わりが不明」、「..」は「期限なし」です。",
                "Empty means the end is unknown; “..” means there is no end.",
            ))
            .listed(),
        Field::new("renewal", both("更新", "Renewal"), Kind::Choice(&v::RENEWALS)),
        Field::new("notice_days", both("予告期間(日)", "Notice (days)"), Kind::Integer { min: 0, max: 3650 }),
        Field::new("membership_type", both("会員種別", "Membership type"), Kind::Choice(&v::MEMBERSHIP_TYPES)).facet(),
        Field::new("unit", both("設置された講座・研究所", "Unit created by it"), Kind::Link(&["unit"])),
        Field::new("ip_terms", both("知的財産の取り扱い", "Intellectual property"), Kind::Prose { max: 4000 })
            .level(Level::Parties)
            .heading(both("条件", "Terms")),
        Field::new("confidentiality", both("秘密保持", "Confidentiality"), Kind::Prose { max: 4000 })
            .level(Level::Parties),
        Field::new("responsible", both("担当する役割", "Responsible role"), Kind::Plain { max: 60 })
            .level(Level::Staff),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("summary"),
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: agreement_rules,
};

/// Dates in order; an end that can be read; a membership says which.
fn agreement_rules(record: &Record, errors: &mut FieldErrors) {
    let end = record.plain("end");
    let parsed = kernel::edtf::Edtf::parse_human(end).ok();
    end_can_be_read("end", end, errors);
    if let (Some(signed), Some(end)) =
        (record.date("signed").and_then(|d| d.earliest()), parsed.and_then(|d| d.latest()))
        && end < signed
    {
        errors.add("end", both("締結日より前の日付です。", "This is before the day of signing."));
    }
    if record.plain("type") == "membership" && record.plain("membership_type").is_empty() {
        errors.add("membership_type", both("会員契約には会員種別を選んでください。", "Choose the type of membership."));
    }
}

/// A party to an agreement, in the order of the text.
pub static AGREEMENT_PARTY: RecordType = RecordType {
    key: "agreement_party",
    path: "agreement-parties",
    one: both("当事者", "Party"),
    many: both("当事者", "Parties"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("party", both("当事者", "Party"), Kind::Link(PARTIES)).required().listed(),
        Field::new("capacity", both("立場", "Capacity"), Kind::Choice(&v::CAPACITIES)).listed(),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
    ],
    title: |record| match v::CAPACITIES.term(record.plain("capacity")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => Text::pair("当事者", "Party"),
    },
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: no_rules,
};

/// One promise of an agreement: coded, with its original words.
pub static CLAUSE: RecordType = RecordType {
    key: "clause",
    path: "clauses",
    one: both("条項", "Clause"),
    many: both("条項", "Clauses"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("letter", both("約束の種類", "What it promises"), Kind::Choice(&v::CLAUSE_CODES))
            .required()
            .facet()
            .listed(),
        Field::new("text", both("条文", "Text"), Kind::Prose { max: 8000 }).search(Search::Body).listed(),
        Field::new(
            "open_ended",
            both("「等」で終わる(何も許可しない)", "Ends in “etc.” (grants nothing more)"),
            Kind::Flag,
        ),
        Field::new("place", both("場所の限定", "Bound to a place"), Kind::Text { max: 160 }),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
    ],
    title: |record| match v::CLAUSE_CODES.term(record.plain("letter")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => record.text("text"),
    },
    reading: None,
    summary: Some("text"),
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: no_rules,
};

/// Who signed, with the title held that day.
pub static SIGNATORY: RecordType = RecordType {
    key: "signatory",
    path: "signatories",
    one: both("署名者", "Signatory"),
    many: both("署名者", "Signatories"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("person", both("署名者", "Person"), Kind::Link(&["person"])).required().listed(),
        Field::new("party", both("どの当事者として", "For which party"), Kind::Link(PARTIES)).listed(),
        Field::new("title", both("当日の役職", "Title held that day"), Kind::Text { max: 160 }).listed(),
        Field::new("signed_on", both("署名日", "Signed on"), Kind::Date).listed(),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: no_rules,
};

/// A later change of the text, with its day.
pub static AMENDMENT: RecordType = RecordType {
    key: "amendment",
    path: "amendments",
    one: both("変更覚書", "Amendment"),
    many: both("変更覚書", "Amendments"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("title", both("件名", "Title"), Kind::Text { max: 240 }).required().search(Search::Body).listed(),
        Field::new("signed", both("締結日", "Signed"), Kind::Date).required().listed(),
        Field::new("new_end", both("新しい終了日", "New end"), Kind::Plain { max: 40 }).hint(both(
            "変わらなければ空欄、期限をなくすなら「..」。",
            "Empty when the end stays; “..” when there is no end any more.",
        )),
        Field::new("text", both("内容", "What changes"), Kind::Prose { max: 8000 }).search(Search::Body),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("text"),
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: amendment_rules,
};

fn amendment_rules(record: &Record, errors: &mut FieldErrors) {
    end_can_be_read("new_end", record.plain("new_end"), errors);
}

/// An end is a date, `..` or nothing.
fn end_can_be_read(field: &str, written: &str, errors: &mut FieldErrors) {
    if !written.is_empty() && written != ".." && kernel::edtf::Edtf::parse_human(written).is_err() {
        errors.add(
            field,
            both(
                "日付(2026-03-31、2026-03)か「..」(期限なし)を書くか、空欄にしてください。",
                "Write a date (2026-03-31, 2026-03), “..” for no end, or leave it empty.",
            ),
        );
    }
}

/// A time in which an agreement rests: from its first day until the day on which it is in force again. Made by the
/// verbs suspend, resume and end; past ones may also be brought in as records.
pub static SUSPENSION: RecordType = RecordType {
    key: "suspension",
    path: "suspensions",
    one: both("停止期間", "Suspension"),
    many: both("停止期間", "Suspensions"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("since", both("停止の初日", "First day of rest"), Kind::Date).required().listed(),
        Field::new("until", both("再開の日", "In force again from"), Kind::Date)
            .hint(both("空欄は「停止中」です。", "Empty means it still rests."))
            .listed(),
        Field::new("reason", both("理由", "Reason"), Kind::Text { max: 400 }).level(Level::Staff),
    ],
    title: |record| match record.date("since") {
        Some(since) => Text::pair(
            format!("{}から停止", since.display(kernel::Lang::Ja)),
            format!("Suspended from {}", since.display(kernel::Lang::En)),
        ),
        None => Text::pair("停止期間", "Suspension"),
    },
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: suspension_rules,
};

/// Exact days, in order: grants are decided on them.
fn suspension_rules(record: &Record, errors: &mut FieldErrors) {
    let exact = |field: &str| record.plain(field).parse::<chrono::NaiveDate>().ok();
    for field in ["since", "until"] {
        if !record.plain(field).is_empty() && exact(field).is_none() {
            errors.add(
                field,
                both("年月日まで書いてください。例: 2026-04-01", "Write the exact day, for example 2026-04-01."),
            );
        }
    }
    if let (Some(since), Some(until)) = (exact("since"), exact("until"))
        && until < since
    {
        errors.add("until", both("停止の初日より前の日付です。", "This is before the first day of rest."));
    }
}

/// Proof that a clause was used.
pub static EVIDENCE: RecordType = RecordType {
    key: "evidence",
    path: "evidence",
    one: both("活用の記録", "Evidence of use"),
    many: both("活用の記録", "Evidence of use"),
    fields: &[
        Field::new("clause", both("条項", "Clause"), Kind::Link(&["clause"])).required().listed(),
        Field::new("happened", both("いつ", "When"), Kind::Date).required().listed(),
        Field::new("title", both("何をしたか", "What was done"), Kind::Text { max: 240 })
            .required()
            .search(Search::Body)
            .listed(),
        Field::new("url", both("記録のアドレス", "Address of the record"), Kind::Url),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("clause"),
    rules: no_rules,
};

/// A file that belongs to an agreement.
pub static DOCUMENT: RecordType = RecordType {
    key: "document",
    path: "documents",
    one: both("書類", "Document"),
    many: both("書類", "Documents"),
    fields: &[
        Field::new("agreement", both("協定", "Agreement"), Kind::Link(&["agreement"])).required().listed(),
        Field::new("title", both("件名", "Title"), Kind::Text { max: 240 }).required().listed(),
        Field::new("file", both("ファイル", "File"), Kind::Plain { max: 60 }).computed(),
        Field::new("dated", both("日付", "Dated"), Kind::Date).listed(),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: Level::Staff,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("agreement"),
    rules: no_rules,
};

/// What a type of membership gives. Later subsystems ask [`super::entitlements`] and nothing else.
pub static BENEFIT: RecordType = RecordType {
    key: "benefit",
    path: "benefits",
    one: both("会員特典", "Benefit"),
    many: both("会員特典", "Benefits"),
    fields: &[
        Field::new("membership_type", both("会員種別", "Membership type"), Kind::Choice(&v::MEMBERSHIP_TYPES))
            .required()
            .facet()
            .listed(),
        Field::new("benefit", both("特典", "Benefit"), Kind::Choice(&v::BENEFITS)).required().facet().listed(),
        Field::new(
            "limit_per_month",
            both("月あたりの上限", "Limit per month"),
            Kind::Integer { min: 0, max: 100_000 },
        )
        .hint(both("空欄は上限なし", "Empty means no limit"))
        .listed(),
        Field::new("note", both("補足", "Note"), Kind::Text { max: 400 }),
    ],
    title: |record| match v::BENEFITS.term(record.plain("benefit")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => Text::default(),
    },
    reading: None,
    summary: Some("note"),
    default_level: Level::Public,
    edit: Permission::EditAgreements,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: no_rules,
};
