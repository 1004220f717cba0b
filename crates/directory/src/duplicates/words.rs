//! Words that say little about whose name it is: particles, forms of one word, words for sorts of bodies. Data only.

/// Latin words that names have or leave out.
#[rustfmt::skip]
pub(super) const PARTICLES: &[&str] = &[
    "the", "of", "and", "for", "at", "in", "on", "a", "an", "de", "du", "la", "le", "der", "die", "das",
    "fur", "und", "to",
];

/// Latin words that differ in form only.
#[rustfmt::skip]
pub(super) const WORD_FORMS: &[(&str, &str)] = &[
    ("centre", "center"), ("centers", "center"), ("lab", "laboratory"), ("labs", "laboratory"),
    ("laboratories", "laboratory"), ("univ", "university"), ("inst", "institute"), ("dept", "department"),
    ("hosp", "hospital"), ("intl", "international"), ("pharmaceuticals", "pharmaceutical"),
    ("technologies", "technology"), ("sciences", "science"), ("organisation", "organization"),
    ("nippon", "japan"), ("nihon", "japan"), ("japanese", "japan"), ("systems", "system"),
    ("industries", "industry"), ("therapeutics", "therapeutic"), ("devices", "device"),
    ("materials", "material"), ("foundations", "foundation"), ("pharma", "pharmaceutical"),
    ("natl", "national"), ("chemicals", "chemical"), ("solutions", "solution"), ("ctr", "center"),
];

/// Words that say what sort of body it is; a name that adds one is another body.
#[rustfmt::skip]
pub(super) const BODY_WORDS: &[&str] = &[
    "hospital", "school", "university", "institute", "college", "department", "foundation", "center",
    "faculty", "graduate", "division", "holding", "holdings", "capital", "venture", "ventures", "research",
    "laboratory", "clinic", "library", "museum", "branch", "office", "group", "association", "society",
    "press", "partners", "fund", "international", "america", "europe", "usa", "asia", "china", "korea",
    "india", "uk", "east", "west", "north", "south", "second", "first", "third", "medical", "dental", "new",
    "women", "junior", "city", "prefectural", "national", "children", "general", "property", "asset",
    "services", "service",
];

/// Latin words by which alone no body is known.
#[rustfmt::skip]
pub(super) const COMMON_WORDS: &[&str] = &[
    "central", "hospital", "university", "institute", "medicine", "medical", "center", "research", "science",
    "national", "city", "general", "clinic", "laboratory", "department", "foundation", "association",
    "office", "school", "college", "japan", "organization", "society", "health", "care", "division", "group",
    "company", "international", "technology", "prefectural", "municipal", "red", "cross", "public", "affairs",
    "administration", "secretariat", "test",
];

/// The same in Japanese, folded (katakana is hiragana by then), longer ones first.
#[rustfmt::skip]
pub(super) const COMMON_JAPANESE: &[&str] = &[
    "くりにっく", "めでぃかるせんたー", "せんたー", "ほーるでぃんぐす", "ぐるーぷ", "研究所", "研究科", "研究室", "研究会", "診療所", "事務局", "事務室", "総務課",
    "総務部", "赤十字", "病院", "大学", "医院", "研究", "財団", "協会", "機構", "学会", "医療", "医学", "薬局", "中央", "総合", "市立", "県立",
    "国立", "府立", "都立", "町立", "私立", "公立", "市民", "附属", "付属", "法人", "学院", "学校", "支店", "支社", "本社", "本部", "工業",
    "産業", "商事", "製薬", "薬品", "化学", "電機", "製作所",
];

/// Words that units call themselves by; what is left names the unit.
#[rustfmt::skip]
pub(super) const UNIT_WORDS: &[&str] = &[
    "研究ぐるーぷ", "研究ちーむ", "研究室", "研究部門", "学講座", "講座", "学教室", "教室", "分野", "らぼ", "ぐるーぷ", "ちーむ", "laboratory",
    "group", "department", "division", "unit", "section", "team", "class",
];
