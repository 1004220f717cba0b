//! Closed lists of terms of the directory, in both languages. Codes are stable; words may change.

mod countries;
mod science;

pub use countries::COUNTRIES;
pub use science::{FIELDS, MODALITIES, SPECIALTIES, STAGES};

use kernel::record::{Term, Tone, Vocabulary, term};

pub static ORGANIZATION_KINDS: Vocabulary = Vocabulary {
    key: "organization_kind",
    terms: &[
        Term::new("company", "企業", "Company").tone(Tone::Brand),
        Term::new("startup", "スタートアップ", "Start-up").tone(Tone::Moss),
        Term::new("pharma", "製薬企業", "Pharmaceutical company").tone(Tone::Brand),
        Term::new("device", "医療機器企業", "Device company").tone(Tone::Brand),
        Term::new("university", "大学", "University").tone(Tone::Indigo),
        Term::new("hospital", "病院", "Hospital").tone(Tone::Plum),
        Term::new("clinic", "クリニック", "Clinic").tone(Tone::Plum),
        Term::new("foundation", "財団・社団", "Foundation").tone(Tone::Gold),
        Term::new("association", "業界団体・協会", "Association").tone(Tone::Gold),
        Term::new("government", "行政", "Government").tone(Tone::Cord),
        Term::new("regulator", "規制当局", "Regulator").tone(Tone::Cord),
        Term::new("investor", "投資家", "Investor").tone(Tone::Gold),
        Term::new("incubator", "インキュベーター", "Incubator").tone(Tone::Moss),
        Term::new("cluster", "クラスター", "Cluster").tone(Tone::Gold),
        Term::new("research_institute", "研究機関", "Research institute").tone(Tone::Indigo),
        Term::new("insurer", "保険会社", "Insurer").tone(Tone::Brand),
        Term::new("media", "メディア", "Media"),
        Term::new("hub", "拠点", "Hub").tone(Tone::Cord),
        Term::new("other", "その他", "Other"),
    ],
};

pub static UNIT_KINDS: Vocabulary = Vocabulary {
    key: "unit_kind",
    terms: &[
        Term::new("laboratory", "研究室", "Laboratory").tone(Tone::Indigo),
        Term::new("kyoshitsu", "教室", "University department (kyoshitsu)").tone(Tone::Indigo),
        Term::new("department", "部局・診療科", "Department"),
        Term::new("division", "部門", "Division"),
        Term::new("joint_research_chair", "共同研究講座", "Joint research chair").tone(Tone::Cord),
        Term::new("centre", "センター", "Center").tone(Tone::Indigo),
        Term::new("facility", "施設", "Facility").tone(Tone::Moss),
        Term::new("office", "事務局・支所", "Office"),
        Term::new("committee", "委員会・部会", "Committee"),
    ],
};

pub static LEGAL_FORMS: Vocabulary = Vocabulary {
    key: "legal_form",
    terms: &[
        term("kabushiki_kaisha", "株式会社", "Kabushiki kaisha (stock company)"),
        term("godo_kaisha", "合同会社", "Godo kaisha (LLC)"),
        term("yugen_kaisha", "有限会社", "Yugen kaisha (limited company)"),
        term("ippan_shadan", "一般社団法人", "General incorporated association"),
        term("ippan_zaidan", "一般財団法人", "General incorporated foundation"),
        term("koeki_shadan", "公益社団法人", "Public interest incorporated association"),
        term("koeki_zaidan", "公益財団法人", "Public interest incorporated foundation"),
        term("kokuritsu_daigaku", "国立大学法人", "National university corporation"),
        term("koritsu_daigaku", "公立大学法人", "Public university corporation"),
        term("gakko_hojin", "学校法人", "Educational corporation"),
        term("iryo_hojin", "医療法人", "Medical corporation"),
        term("shakai_fukushi", "社会福祉法人", "Social welfare corporation"),
        term("dokuritsu_gyosei", "独立行政法人", "Incorporated administrative agency"),
        term("kokuritsu_kenkyu", "国立研究開発法人", "National research and development agency"),
        term("npo", "特定非営利活動法人", "Non-profit corporation (NPO)"),
        term("local_government", "地方公共団体", "Local government"),
        term("national_government", "国の機関", "National government body"),
        term("inc", "Inc.(米国等の株式会社)", "Inc."),
        term("ltd", "Ltd.(有限責任会社)", "Ltd."),
        term("gmbh", "GmbH", "GmbH"),
        term("sas", "SAS・SA", "SAS, SA"),
        term("other", "その他", "Other"),
    ],
};

pub static LISTING_SIDES: Vocabulary = Vocabulary {
    key: "listing_side",
    terms: &[
        Term::new("offer", "応えられます", "Offers").tone(Tone::Brand),
        Term::new("need", "求めています", "Needs").tone(Tone::Cord),
    ],
};

pub static LISTING_KINDS: Vocabulary = Vocabulary {
    key: "listing_kind",
    terms: &[
        term("technology", "技術・シーズ", "Technology"),
        term("issue", "課題", "Issue"),
        term("funding", "資金", "Funding"),
        term("lab_space", "ラボ・研究スペース", "Lab space"),
        term("manufacturing_slot", "製造枠", "Manufacturing slot"),
        term("clinical_test_bed", "臨床の実証の場", "Clinical test-bed"),
        term("trial_site", "治験実施施設", "Trial site"),
        term("mentor", "メンター", "Mentor"),
        term("executive", "経営人材", "Executive"),
        term("regulatory_advice", "薬事・規制の助言", "Regulatory advice"),
        term("equipment", "機器・設備", "Equipment"),
        term("data", "データ", "Data"),
        term("collaboration", "共同研究", "Joint research"),
        term("distribution", "販売・流通", "Distribution"),
        term("training", "研修・教育", "Training"),
        term("other", "その他", "Other"),
    ],
};

pub static LISTING_STATES: Vocabulary = Vocabulary {
    key: "listing_state",
    terms: &[
        Term::new("open", "募集中", "Open").tone(Tone::Moss),
        Term::new("paused", "一時停止", "Paused").tone(Tone::Gold),
        term("closed", "終了", "Closed"),
    ],
};

pub static ROLE_KINDS: Vocabulary = Vocabulary {
    key: "role_kind",
    terms: &[
        term("founder", "創業者", "Founder"),
        term("head", "長・代表", "Head"),
        term("board", "役員・理事", "Board member"),
        term("executive", "経営幹部", "Executive"),
        term("professor", "教員", "Professor"),
        term("researcher", "研究者", "Researcher"),
        term("staff", "職員", "Staff"),
        term("contact", "窓口", "Contact"),
        term("advisor", "顧問・アドバイザー", "Advisor"),
        term("signatory", "署名者", "Signatory"),
        term("student", "学生", "Student"),
        term("other", "その他", "Other"),
    ],
};

pub static RELATION_KINDS: Vocabulary = Vocabulary {
    key: "relation_kind",
    terms: &[
        term("parent", "親組織", "Parent"),
        term("founder", "設立者", "Founder"),
        term("operator", "運営者", "Operator"),
        term("donor", "寄附者", "Donor"),
        term("funder", "出資・助成", "Funder"),
        term("member", "構成員", "Member"),
        term("branch", "本部", "Head office"),
        term("successor", "後継", "Successor"),
        term("located_in", "入居先", "Place it is located in"),
        term("partner", "連携先", "Partner"),
    ],
};

pub static ALIAS_KINDS: Vocabulary = Vocabulary {
    key: "alias_kind",
    terms: &[
        term("former", "旧称", "Former name"),
        term("alias", "別名", "Also known as"),
        term("abbreviation", "略称", "Abbreviation"),
        term("misspelling", "誤記", "Misspelling"),
        term("brand", "ブランド名", "Brand"),
    ],
};

pub static NAME_ORDERS: Vocabulary = Vocabulary {
    key: "name_order",
    terms: &[
        term("family_first", "姓・名の順", "Family name first"),
        term("given_first", "名・姓の順", "Given name first"),
    ],
};

pub static LISTING_CONSENTS: Vocabulary = Vocabulary {
    key: "consent",
    terms: &[
        term("listed", "名簿に載せる", "Listed in the directory"),
        term("not_listed", "名簿に載せない", "Not listed"),
    ],
};

pub static LANGUAGES: Vocabulary = Vocabulary {
    key: "language",
    terms: &[
        term("ja", "日本語", "Japanese"),
        term("en", "英語", "English"),
        term("zh", "中国語", "Chinese"),
        term("ko", "韓国語", "Korean"),
        term("fr", "フランス語", "French"),
        term("de", "ドイツ語", "German"),
        term("es", "スペイン語", "Spanish"),
        term("it", "イタリア語", "Italian"),
        term("pt", "ポルトガル語", "Portuguese"),
        term("et", "エストニア語", "Estonian"),
        term("fi", "フィンランド語", "Finnish"),
        term("sv", "スウェーデン語", "Swedish"),
        term("da", "デンマーク語", "Danish"),
        term("no", "ノルウェー語", "Norwegian"),
        term("nl", "オランダ語", "Dutch"),
        term("pl", "ポーランド語", "Polish"),
        term("uk", "ウクライナ語", "Ukrainian"),
        term("he", "ヘブライ語", "Hebrew"),
        term("ar", "アラビア語", "Arabic"),
        term("hi", "ヒンディー語", "Hindi"),
        term("th", "タイ語", "Thai"),
        term("vi", "ベトナム語", "Vietnamese"),
        term("id", "インドネシア語", "Indonesian"),
    ],
};
