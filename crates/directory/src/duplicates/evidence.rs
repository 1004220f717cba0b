//! What speaks for and against two records being one, in words for the people who decide; and how sure it is.
//!
//! Never here: the rules that weigh it (see `model`, `people`).

use kernel::{Both, Uuid, both};
use serde::{Deserialize, Serialize};

/// How sure it is that two records mean one thing. Nothing is ever merged by itself, however sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Possible,
    Likely,
    Certain,
}

impl Class {
    pub const ALL: [Class; 3] = [Class::Certain, Class::Likely, Class::Possible];

    pub const fn code(self) -> &'static str {
        match self {
            Class::Possible => "possible",
            Class::Likely => "likely",
            Class::Certain => "certain",
        }
    }

    pub fn from_code(code: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Class::Certain => both("確実", "Certain"),
            Class::Likely => both("おそらく同じ", "Likely"),
            Class::Possible => both("もしかすると", "Possible"),
        }
    }
}

/// One piece of evidence. Values are not quoted, so that a reason never shows what a field hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    SameIdentifier,
    SameName,
    SameOtherName,
    SameInBothLanguages,
    SimilarName,
    SameWords,
    SameReading,
    TypingError,
    ShortForm,
    SharedWords,
    SoundsAlike,
    InitialOnly,
    SameWebsite,
    SameEmail,
    SamePhone,
    SameAddress,
    SameOrganization,
    SameAffiliation,
    OrganizationsAlike,
    DifferentIdentifier,
    DifferentCountry,
    DifferentLegalForm,
    DifferentKind,
    DifferentWebsite,
    DifferentReading,
    DifferentGivenName,
    DifferentPlace,
    DifferentAffiliation,
    DifferentParent,
    DifferentInJapanese,
    CommonName,
    NoAffiliation,
}

impl Reason {
    /// Whether it speaks for one thing rather than two.
    pub const fn supports(self) -> bool {
        !matches!(
            self,
            Reason::DifferentIdentifier
                | Reason::DifferentCountry
                | Reason::DifferentLegalForm
                | Reason::DifferentKind
                | Reason::DifferentWebsite
                | Reason::DifferentReading
                | Reason::DifferentGivenName
                | Reason::DifferentPlace
                | Reason::DifferentAffiliation
                | Reason::DifferentParent
                | Reason::DifferentInJapanese
                | Reason::CommonName
                | Reason::NoAffiliation
        )
    }

    pub const fn words(self) -> Both {
        match self {
            Reason::SameIdentifier => both(
                "同じ識別子(ROR、法人番号、ORCID、LEIなど)",
                "The same identifier (ROR, corporate number, ORCID, LEI …)",
            ),
            Reason::SameName => both(
                "名称が同じ(法人格・字体・全角半角を除いて)",
                "The same name, apart from legal form, old kanji and width",
            ),
            Reason::SameOtherName => {
                both("登録された別名・旧称と同じ", "The same as a registered other or former name")
            }
            Reason::SameInBothLanguages => {
                both("日本語でも英語でも同じ名称", "The same name in Japanese and in English")
            }
            Reason::SimilarName => both("長音や小書きのかなだけが違う", "Different only in long vowels or small kana"),
            Reason::SameWords => both("同じ語でできた名称(語順・冠詞の違い)", "The same words in another order"),
            Reason::SameReading => both("よみ(かな・ローマ字)が同じ", "The same reading in kana or romaji"),
            Reason::TypingError => both("打ち間違いほどの違い", "Different by what may be a typing error"),
            Reason::ShortForm => both("一方が他方の略称", "One is the short form of the other"),
            Reason::SharedWords => both("ほとんどの語が同じ", "Most words are the same"),
            Reason::SoundsAlike => both("カタカナと英字の音が似ている", "Katakana and Latin spellings sound alike"),
            Reason::InitialOnly => {
                both("姓が同じで、名は頭文字が同じ", "The same family name, and the given name begins alike")
            }
            Reason::SameWebsite => both("同じウェブサイト", "The same website"),
            Reason::SameEmail => both("同じメールアドレス", "The same e-mail address"),
            Reason::SamePhone => both("同じ電話番号", "The same phone number"),
            Reason::SameAddress => both("同じ所在地", "The same address"),
            Reason::SameOrganization => both("同じ組織の研究室・部局", "Units of the same organization"),
            Reason::SameAffiliation => both("同じ所属先がある", "They share an affiliation"),
            Reason::OrganizationsAlike => both("所属組織どうしの名称が同じ", "Their organizations have the same name"),
            Reason::DifferentIdentifier => both("識別子が違う", "Different identifiers"),
            Reason::DifferentCountry => both("国・地域が違う", "Different countries"),
            Reason::DifferentLegalForm => both("法人格が違う", "Different legal forms"),
            Reason::DifferentKind => both("種別が違う", "Different types"),
            Reason::DifferentWebsite => both("ウェブサイトが違う", "Different websites"),
            Reason::DifferentReading => both("よみが違う", "Different readings"),
            Reason::DifferentGivenName => both("名の漢字が違う", "Given names are written differently"),
            Reason::DifferentPlace => both("地域が違う", "Different areas"),
            Reason::DifferentAffiliation => both("共通の所属先がない", "No affiliation in common"),
            Reason::DifferentParent => both("上位の部局が違う", "Parts of different units"),
            Reason::DifferentInJapanese => both("日本語の名称は違う", "The Japanese names differ"),
            Reason::CommonName => both("よくある名称", "A name that many have"),
            Reason::NoAffiliation => {
                both("所属が分からず、確かめられない", "An affiliation is missing, so it cannot be checked")
            }
        }
    }
}

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub class: Class,
    pub reasons: Vec<Reason>,
}

impl Finding {
    pub(super) fn new(class: Class, mut reasons: Vec<Reason>) -> Finding {
        // What speaks for it first; each reason once.
        reasons.sort_by_key(|reason| (!reason.supports(), *reason));
        reasons.dedup();
        Finding { class, reasons }
    }
}

/// Two records that may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The smaller id.
    pub one: Uuid,
    pub other: Uuid,
    pub record_type: String,
    pub finding: Finding,
}
