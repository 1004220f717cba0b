//! Closed lists of terms for agreements and their clauses, in both languages.

use kernel::record::{Term, Tone, Vocabulary, term};

pub static AGREEMENT_TYPES: Vocabulary = Vocabulary {
    key: "agreement_type",
    terms: &[
        Term::new("mou", "覚書(MOU)", "Memorandum of understanding").tone(Tone::Brand),
        Term::new("comprehensive", "包括連携協定", "Comprehensive collaboration agreement").tone(Tone::Indigo),
        Term::new("collaborative_institute", "協働研究所", "Collaborative institute").tone(Tone::Indigo),
        Term::new("joint_research_chair", "共同研究講座", "Joint research chair").tone(Tone::Cord),
        Term::new("membership", "会員契約", "Membership").tone(Tone::Moss),
        Term::new("sponsorship", "協賛", "Sponsorship").tone(Tone::Gold),
        Term::new("confidentiality", "秘密保持契約", "Confidentiality agreement").tone(Tone::Plum),
        term("other", "その他", "Other"),
    ],
};

pub static STATES: Vocabulary = Vocabulary {
    key: "agreement_state",
    terms: &[
        term("draft", "起案中", "Draft"),
        Term::new("signed", "締結済み", "Signed").tone(Tone::Moss),
        Term::new("suspended", "停止中", "Suspended").tone(Tone::Gold),
        term("ended", "終了", "Ended"),
    ],
};

pub static RENEWALS: Vocabulary = Vocabulary {
    key: "renewal",
    terms: &[
        term("none", "更新なし", "No renewal"),
        term("automatic", "自動更新", "Automatic renewal"),
        term("by_agreement", "合意により更新", "Renewal by agreement"),
        term("unknown", "不明", "Unknown"),
    ],
};

pub static CAPACITIES: Vocabulary = Vocabulary {
    key: "capacity",
    terms: &[
        term("party", "当事者", "Party"),
        term("hub", "拠点", "Hub"),
        term("funder", "資金提供者", "Funder"),
        term("host", "受入機関", "Host"),
        term("member", "会員", "Member"),
        term("guarantor", "保証人", "Guarantor"),
    ],
};

/// What a clause promises. The letters in brackets are those of the normalized table of memoranda.
pub static CLAUSE_CODES: Vocabulary = Vocabulary {
    key: "clause",
    terms: &[
        term("member_services", "会員へのサービス提供", "Services to both sides' members"),
        term("publications_exchange", "刊行物・資料・情報の交換", "Exchange of publications and information"),
        term(
            "publications_dissemination",
            "刊行物・資料・情報の交換と発信",
            "Exchange and dissemination of publications",
        ),
        term("reciprocal_events", "プログラムやイベントの相互開催", "Programmes and events at each other's place"),
        term("invited_symposium", "著名な教授を招聘したシンポジウム", "Symposium with invited professors"),
        term("cooperation_events", "活動・催しの共催・協賛・告知", "Co-hosting, sponsoring, announcing"),
        term("cooperation_events_only", "催しの共催・協賛・告知", "Co-hosting, sponsoring, announcing of events"),
        term("mutual_visits", "相互訪問", "Mutual visits"),
        term("facility_use", "相互施設利用", "Mutual use of facilities"),
        term("short_programme", "特別な短期プログラム", "Special short programme"),
        term("cluster_links", "ほかのクラスターとの連携推進", "Links with other clusters"),
        term("confidentiality", "秘密保持", "Confidentiality"),
        term("ip_terms", "知的財産の取り扱い", "Intellectual property"),
        term("funding", "資金提供", "Funding"),
        term("other", "その他", "Other"),
    ],
};

pub static MEMBERSHIP_TYPES: Vocabulary = Vocabulary {
    key: "membership_type",
    terms: &[
        Term::new("special_a", "特別会員A", "Special member A").tone(Tone::Gold),
        Term::new("special_b", "特別会員B", "Special member B").tone(Tone::Moss),
        Term::new("individual", "個人会員", "Individual member").tone(Tone::Indigo),
    ],
};

pub static BENEFITS: Vocabulary = Vocabulary {
    key: "benefit",
    terms: &[
        term("book_rooms", "会議室の予約", "Book rooms"),
        term("book_instruments", "共用機器の予約", "Book shared instruments"),
        term("lounge", "ラウンジの利用", "Use the lounge"),
        term("event_discount", "催しの割引", "Discount on events"),
        term("event_priority", "催しの優先登録", "Early registration"),
        term("publications", "会員向け刊行物", "Publications for members"),
        term("matchmaking", "面談の申し込み", "Ask for meetings"),
        term("partner_services", "連携拠点のサービス", "Services of partner hubs"),
        term("post_listings", "求める・応えるの掲載", "Post needs and offers"),
    ],
};
