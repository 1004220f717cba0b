//! Closed lists of terms for gatherings, in both languages.

use kernel::record::{Term, Tone, Vocabulary, term};

pub static KINDS: Vocabulary = Vocabulary {
    key: "gathering_kind",
    terms: &[
        Term::new("forum", "フォーラム", "Forum").tone(Tone::Brand),
        Term::new("subcommittee", "部会", "Subcommittee").tone(Tone::Indigo),
        Term::new("seminar", "セミナー", "Seminar").tone(Tone::Moss),
        Term::new("symposium", "シンポジウム", "Symposium").tone(Tone::Brand),
        Term::new("pitch", "ピッチ", "Pitch event").tone(Tone::Gold),
        Term::new("reception", "交流会", "Reception").tone(Tone::Plum),
        Term::new("visit", "訪問・見学", "Visit").tone(Tone::Moss),
        Term::new("round", "クロス対話", "Discussion round").tone(Tone::Indigo),
        Term::new("partnering", "パートナリング", "Partnering event").tone(Tone::Cord),
    ],
};

pub static STATES: Vocabulary = Vocabulary {
    key: "gathering_state",
    terms: &[
        term("draft", "準備中(非公開)", "Draft"),
        Term::new("published", "公開中", "Published").tone(Tone::Moss),
        Term::new("cancelled", "中止", "Cancelled").tone(Tone::Cord),
    ],
};

pub static FORMATS: Vocabulary = Vocabulary {
    key: "gathering_format",
    terms: &[
        term("on_site", "会場", "On site"),
        term("online", "オンライン", "Online"),
        term("hybrid", "会場とオンライン", "On site and online"),
    ],
};

pub static REGISTRATION_POLICIES: Vocabulary = Vocabulary {
    key: "registration_policy",
    terms: &[
        term("open", "先着順で受け付け", "Open, first come"),
        term("approval", "事務局が承認", "Staff approve each one"),
        term("invitation", "招待のみ", "By invitation"),
        term("external", "外部の申込ページ", "On another site"),
        term("none", "申し込み不要", "No registration needed"),
    ],
};

pub static WAITING_LISTS: Vocabulary = Vocabulary {
    key: "waiting_list",
    terms: &[
        term("fill", "申込順。空席に入りきらない組は飛ばす", "In order; parties that do not fit are passed over"),
        term("strict", "申込順。追い越しなし", "Strictly in order; nobody is passed over"),
        term("none", "待ち行列なし", "No waiting list"),
    ],
};

/// What a party does for a gathering.
pub static PART_ROLES: Vocabulary = Vocabulary {
    key: "gathering_role",
    terms: &[
        Term::new("host", "主催", "Host").tone(Tone::Brand),
        Term::new("cohost", "共催", "Co-host").tone(Tone::Brand),
        Term::new("sponsor", "協賛", "Sponsor").tone(Tone::Gold),
        Term::new("supporter", "後援", "Supporter").tone(Tone::Moss),
        Term::new("announcer", "告知協力", "Announced by").tone(Tone::Indigo),
        Term::new("operator", "運営", "Organized by").tone(Tone::Plain),
        Term::new("visitor", "訪問者", "Visitor").tone(Tone::Plum),
    ],
};

pub static SESSION_KINDS: Vocabulary = Vocabulary {
    key: "session_kind",
    terms: &[
        Term::new("talk", "講演", "Talk").tone(Tone::Brand),
        Term::new("panel", "討論", "Panel").tone(Tone::Brand),
        Term::new("pitch", "ピッチ", "Pitch").tone(Tone::Gold),
        Term::new("discussion", "クロス対話", "Cross talk").tone(Tone::Indigo),
        Term::new("workshop", "実習・相談", "Workshop").tone(Tone::Plum),
        Term::new("tour", "見学", "Tour").tone(Tone::Moss),
        term("social", "交流", "Social"),
        term("break", "休憩・受付", "Break"),
    ],
};

pub static SPEAKER_ROLES: Vocabulary = Vocabulary {
    key: "speaker_role",
    terms: &[
        term("speaker", "登壇", "Speaker"),
        term("moderator", "進行", "Moderator"),
        term("chair", "座長", "Chair"),
        term("panelist", "討論", "Panelist"),
        term("guide", "案内", "Guide"),
    ],
};

pub static QUESTION_KINDS: Vocabulary = Vocabulary {
    key: "question_kind",
    terms: &[
        term("text", "一行の文", "One line"),
        term("long", "長い文", "Several lines"),
        term("choice", "一つ選ぶ", "Choose one"),
        term("check", "チェックを入れる", "Tick to agree"),
        term("scale", "5段階(5が最高)", "Scale of five, five is best"),
    ],
};

/// Whether answers to a survey keep names.
pub static SURVEYS: Vocabulary = Vocabulary {
    key: "gathering_survey",
    terms: &[
        Term::new("anonymous", "無記名", "Anonymous").tone(Tone::Moss),
        Term::new("named", "記名", "With names").tone(Tone::Indigo),
    ],
};

pub static MEMBER_ROLES: Vocabulary = Vocabulary {
    key: "series_role",
    terms: &[
        Term::new("chair", "部会長", "Chair").tone(Tone::Brand),
        term("member", "委員", "Member"),
        term("secretary", "事務局", "Secretary"),
        term("adviser", "助言者", "Adviser"),
    ],
};
