//! A gathering, the parties that carry it, and the questions of its registration form.

use super::PARTIES;
use crate::gatherings::model::when;
use crate::gatherings::vocabularies as v;
use directory::vocabularies as d;
use kernel::record::{Field, Kind, OwnEdits, Record, RecordType, Search, no_rules};
use kernel::{FieldErrors, Level, Permission, Text, both};

/// One occasion on which people meet: an edition of a series, or by itself.
pub static GATHERING: RecordType = RecordType {
    key: "gathering",
    path: "gatherings",
    one: both("催し", "Gathering"),
    many: both("催し", "Gatherings"),
    fields: &[
        Field::new("title", both("名称", "Title"), Kind::Text { max: 240 }).required().search(Search::Name).listed(),
        Field::new("kind", both("種類", "Kind"), Kind::Choice(&v::KINDS)).required().facet().listed(),
        Field::new("state", both("状態", "State"), Kind::Choice(&v::STATES))
            .hint(both(
                "準備中の催しは、だれに公開するかにかかわらずスタッフだけが見られます。",
                "A draft is seen by staff only, whatever its audience says.",
            ))
            .required()
            .facet(),
        Field::new("series", both("シリーズ", "Series"), Kind::Link(&["series"])),
        Field::new("edition", both("回", "Edition"), Kind::Integer { min: 1, max: 9999 }),
        Field::new("umbrella", both("全体の催し", "Part of"), Kind::Link(&["gathering"]))
            .hint(both("大きな催しの一部(サテライト)のとき", "When it is a satellite of a larger gathering")),
        Field::new("summary", both("ひとことで", "In one sentence"), Kind::Text { max: 300 }).search(Search::Body),
        Field::new("about", both("内容", "About"), Kind::Prose { max: 20_000 }).search(Search::Body),
        Field::new("start", both("開始", "Starts"), Kind::WallTime)
            .required()
            .listed()
            .heading(both("日時と場所", "When and where")),
        Field::new("end", both("終了", "Ends"), Kind::WallTime).required(),
        Field::new("zone", both("時間帯", "Time zone"), Kind::Zone)
            .hint(both("空欄なら拠点の時間帯。例: Asia/Tokyo", "Empty means the hub's own, for example Asia/Tokyo")),
        Field::new("format", both("形式", "Format"), Kind::Choice(&v::FORMATS)).required().facet().listed(),
        Field::new("place", both("会場", "Place"), Kind::Text { max: 240 }).search(Search::Body).listed(),
        Field::new("venue", both("会場の組織", "Organization of the place"), Kind::Link(&["organization", "unit"])),
        Field::new("online_url", both("参加用のアドレス", "Address for joining online"), Kind::Url)
            .hint(both("参加が決まった人とスタッフだけに見せます。", "Shown to confirmed participants and staff only."))
            .level(Level::Staff),
        Field::new("languages", both("言語", "Languages"), Kind::Choices(&d::LANGUAGES)).facet(),
        Field::new("fields", both("分野", "Fields"), Kind::Choices(&d::FIELDS)).facet(),
        Field::new("registration", both("参加申し込み", "Registration"), Kind::Choice(&v::REGISTRATION_POLICIES))
            .required()
            .heading(both("参加申し込み", "Registration")),
        Field::new("registration_url", both("外部の申込ページ", "Registration on another site"), Kind::Url),
        Field::new("opens", both("受付開始", "Opens"), Kind::WallTime),
        Field::new("closes", both("受付締切", "Closes"), Kind::WallTime).hint(both(
            "この時刻の直前まで受け付けます。空欄なら開始時刻まで。",
            "Registrations are taken until just before this minute; empty means until it starts.",
        )),
        Field::new("capacity", both("定員", "Capacity"), Kind::Integer { min: 1, max: 200_000 })
            .hint(both("空欄は上限なし", "Empty means no limit")),
        Field::new("waiting_list", both("キャンセル待ち", "Waiting list"), Kind::Choice(&v::WAITING_LISTS)),
        Field::new("group_max", both("一度に申し込める人数", "Largest group"), Kind::Integer { min: 1, max: 50 })
            .hint(both("空欄は1人", "Empty means one person")),
        Field::new("price", both("参加費", "Price"), Kind::Text { max: 200 }),
        Field::new("member_seats", both("会員のための席", "Seats kept for members"), Kind::Integer { min: 1, max: 200_000 })
            .hint(both(
                "定員のうち、優先登録の特典を持つ会員のために取っておく席。減らすと一般の席に戻ります。",
                "Of all seats, kept for members whose membership grants early registration; fewer gives them back to everybody.",
            ))
            .heading(both("会員の特典", "Membership benefits")),
        Field::new("member_opens", both("会員の受付開始", "Opens for members"), Kind::WallTime)
            .hint(both("優先登録の特典を持つ会員は、この時刻から。", "Members whose membership grants early registration, from here on.")),
        Field::new("member_price", both("会員の参加費", "Price for members"), Kind::Text { max: 200 })
            .hint(both("催しの割引の特典を持つ会員に。", "For members whose membership grants a discount on events.")),
        Field::new("show_participants", both("同意した参加者を載せる", "List participants who agree"), Kind::Flag),
        Field::new("mail_note", both("メールに添える文", "Words added to mails"), Kind::Text { max: 600 })
            .level(Level::Staff),
        Field::new("hold_mails", both("メールは確認してから送る", "Hold mails until released"), Kind::Flag)
            .level(Level::Staff),
        Field::new("survey", both("終了後のアンケート", "Survey afterwards"), Kind::Choice(&v::SURVEYS))
            .hint(both(
                "空欄ならしません。質問は「運営」の「アンケート」で加えます。",
                "Empty means none. Add its questions at “Survey” of the gathering.",
            ))
            .level(Level::Staff),
        Field::new("contact", both("問い合わせ先", "Contact"), Kind::Email),
        Field::new("website", both("ウェブサイト", "Website"), Kind::Url),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: Some("summary"),
    default_level: Level::Staff,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: None,
    rules: gathering_rules,
};

/// Times in order; what the chosen registration needs is there.
fn gathering_rules(record: &Record, errors: &mut FieldErrors) {
    let time = |field: &str| record.wall_time(field);
    if let (Some(start), Some(end)) = (time("start"), time("end"))
        && end <= start
    {
        errors.add("end", both("開始より後の時刻にしてください。", "Write a time after the start."));
    }
    if let (Some(opens), Some(closes)) = (time("opens"), time("closes"))
        && closes <= opens
    {
        errors.add("closes", both("受付開始より後の時刻にしてください。", "Write a time after registration opens."));
    }
    if let (Some(closes), Some(end)) = (time("closes"), time("end"))
        && closes > end
    {
        errors.add(
            "closes",
            both("催しの終了より前にしてください。", "Registration must close before the gathering ends."),
        );
    }
    if record.plain("registration") == "external" && record.plain("registration_url").is_empty() {
        errors.add(
            "registration_url",
            both("外部の申込ページのアドレスを入れてください。", "Write the address of the registration page."),
        );
    }
    if let (Some(capacity), Some(group)) = (record.integer("capacity"), record.integer("group_max"))
        && group > capacity
    {
        errors.add(
            "group_max",
            both("定員より多い人数は申し込めません。", "A group cannot be larger than the capacity."),
        );
    }
    match (record.integer("member_seats"), record.integer("capacity")) {
        (Some(_), None) => errors.add(
            "capacity",
            both("会員の席を取っておくには、定員が要ります。", "Keeping seats for members needs a capacity."),
        ),
        (Some(kept), Some(capacity)) if kept > capacity => errors
            .add("member_seats", both("定員より多くは取っておけません。", "No more than the capacity can be kept.")),
        _ => {}
    }
    if let (Some(early), Some(opens)) = (time("member_opens"), time("opens"))
        && early >= opens
    {
        errors.add(
            "member_opens",
            both("一般の受付開始より前にしてください。", "Choose a time before it opens for everybody."),
        );
    }
    // An empty zone becomes the hub's when the record is saved; the times are checked then.
    if let Ok(zone) = kernel::wall_time::zone(record.plain("zone")) {
        when::times_exist(record, zone, errors);
    }
}

/// What a party does for a gathering.
pub static GATHERING_PART: RecordType = RecordType {
    key: "gathering_part",
    path: "gathering-parts",
    one: both("主催・協力", "Host or partner"),
    many: both("主催・協力", "Hosts and partners"),
    fields: &[
        Field::new("gathering", both("催し", "Gathering"), Kind::Link(&["gathering"])).required(),
        Field::new("party", both("だれが", "Who"), Kind::Link(PARTIES)).required().listed(),
        Field::new("role", both("立場", "As"), Kind::Choice(&v::PART_ROLES)).required().facet().listed(),
        Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
    ],
    title: |record| match v::PART_ROLES.term(record.plain("role")) {
        Some(term) => Text::pair(term.label.ja, term.label.en),
        None => Text::pair("主催・協力", "Host or partner"),
    },
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: no_rules,
};

/// What a question is made of, in the registration form and in the survey.
const QUESTION_FIELDS: &[Field] = &[
    Field::new("gathering", both("催し", "Gathering"), Kind::Link(&["gathering"])).required(),
    Field::new("label", both("質問", "Question"), Kind::Text { max: 240 }).required().listed(),
    Field::new("hint", both("補足", "Hint"), Kind::Text { max: 240 }),
    Field::new("kind", both("答え方", "How to answer"), Kind::Choice(&v::QUESTION_KINDS)).required().listed(),
    Field::new("options", both("選択肢", "Choices"), Kind::Prose { max: 2000 })
        .hint(both("一行に一つ、両言語で同じ順に書きます。", "One a line, in the same order in both languages.")),
    Field::new("required", both("必須", "Must be answered"), Kind::Flag),
    Field::new("ordinal", both("順序", "Order"), Kind::Integer { min: 0, max: 999 }),
];

/// One question of the registration form, beside name and address.
pub static QUESTION: RecordType = RecordType {
    key: "registration_question",
    path: "registration-questions",
    one: both("申込時の質問", "Question at registration"),
    many: both("申込時の質問", "Questions at registration"),
    fields: QUESTION_FIELDS,
    title: |record| record.text("label"),
    reading: None,
    summary: None,
    default_level: Level::Public,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: question_rules,
};

/// One question of the survey after a gathering, built like those of the registration form.
pub static SURVEY_QUESTION: RecordType = RecordType {
    key: "survey_question",
    path: "survey-questions",
    one: both("アンケートの質問", "Survey question"),
    many: both("アンケートの質問", "Survey questions"),
    fields: QUESTION_FIELDS,
    title: |record| record.text("label"),
    reading: None,
    summary: None,
    default_level: Level::Staff,
    edit: Permission::EditGatherings,
    owners: &[],
    own_edits: OwnEdits::No,
    part_of: Some("gathering"),
    rules: question_rules,
};

fn question_rules(record: &Record, errors: &mut FieldErrors) {
    if record.plain("kind") != "choice" {
        return;
    }
    let options = record.text("options");
    let counts: Vec<usize> =
        options.versions().map(|(_, v)| v.text.lines().filter(|l| !l.trim().is_empty()).count()).collect();
    if counts.first().is_none_or(|first| *first < 2) {
        errors.add(
            "options.ja",
            both("選択肢を二つ以上、一行に一つ書いてください。", "Write at least two choices, one a line."),
        );
    } else if counts.iter().any(|count| Some(count) != counts.first()) {
        errors.add(
            "options.en",
            both("両言語の選択肢の数が違います。", "The two languages have different numbers of choices."),
        );
    }
}
