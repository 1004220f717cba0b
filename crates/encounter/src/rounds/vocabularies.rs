//! Closed lists of terms for rounds, in both languages.

use kernel::record::{Term, Tone, Vocabulary, term};

pub static KINDS: Vocabulary = Vocabulary {
    key: "round_kind",
    terms: &[
        Term::new("discussion", "面談会(ディスカッション)", "Discussion round").tone(Tone::Indigo),
        Term::new("partnering", "パートナリング", "Partnering event").tone(Tone::Cord),
    ],
};

pub static STATES: Vocabulary = Vocabulary {
    key: "round_state",
    terms: &[
        term("drafting", "準備中", "Being prepared"),
        Term::new("asking", "希望を募集中", "Asking for wishes").tone(Tone::Gold),
        Term::new("solving", "時間割を調整中", "Being scheduled").tone(Tone::Indigo),
        Term::new("published", "公開済み", "Published").tone(Tone::Moss),
        term("held", "終了", "Held"),
    ],
};

pub static ROOMS: Vocabulary = Vocabulary {
    key: "round_rooms",
    terms: &[
        term("own", "それぞれの部屋(企業が回る)", "Own rooms; the other side goes round"),
        term("tables", "卓(会場に並べる)", "Tables in one place"),
    ],
};

pub static OPEN_TO: Vocabulary = Vocabulary {
    key: "round_open_to",
    terms: &[
        term("parties", "参加者だけ", "Those who take part"),
        term("members", "会員", "Members"),
        term("public", "だれでも", "Everyone"),
    ],
};

pub static MET_BEFORE: Vocabulary = Vocabulary {
    key: "round_met_before",
    terms: &[
        term("ignore", "区別しない", "Makes no difference"),
        term("prefer_new", "初めての組を優先する", "New pairs come first"),
        term("forbid", "組まない", "Is not planned again"),
    ],
};
