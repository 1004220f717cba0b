//! Dates that sources tell differently, side by side: each claim with its source, beside what the record says.
//! Nothing is dropped and nothing is decided here; a person may mark one as preferred.

use directory::records::CLAIM;
use kernel::edtf::Edtf;
use kernel::record::Record;
use kernel::{Both, Result, both};
use store::records;
use web::Cx;

/// Items of an agreement that claims may be about, with the field that says the same.
const ABOUT: [(&str, Both); 3] = [
    ("signed", both("締結日", "Signed")),
    ("effective", both("発効日", "In force from")),
    ("end", both("終了日", "Ends")),
];

/// One statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub value: String,
    pub edtf: String,
    pub source: String,
    pub as_of: String,
    pub preferred: bool,
    /// The value of the agreement itself.
    pub of_record: bool,
    pub href: String,
}

/// Everything that is said about one date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    pub label: &'static str,
    /// Two of them cannot both be true.
    pub conflict: bool,
    pub said: Vec<Said>,
}

/// What claims say about the dates of an agreement; nothing for dates without claims.
pub async fn disputed(cx: &Cx, agreement: &Record) -> Result<Vec<Disputed>> {
    let claims = records::linking(&cx.app.db, &CLAIM, "subject", agreement.id, cx.scope()).await?;
    let mut found = Vec::new();
    for (about, label) in ABOUT {
        let mut said: Vec<Said> = Vec::new();
        if !agreement.plain(about).is_empty() {
            said.push(own(cx, agreement, about));
        }
        let own_count = said.len();
        said.extend(
            claims
                .iter()
                .filter(|claim| claim.plain("about") == about)
                .map(|claim| told(cx, &claim.seen_by(&cx.actor))),
        );
        if said.len() > own_count {
            found.push(Disputed { label: label.get(cx.lang), conflict: conflict(&said), said });
        }
    }
    Ok(found)
}

fn own(cx: &Cx, agreement: &Record, about: &str) -> Said {
    Said {
        value: shown(cx, agreement.plain(about)),
        edtf: agreement.plain(about).to_owned(),
        source: agreement.source.clone().unwrap_or_default(),
        as_of: String::new(),
        preferred: false,
        of_record: true,
        href: String::new(),
    }
}

fn told(cx: &Cx, claim: &Record) -> Said {
    let text = claim.text("value_text");
    let words = text.say(cx.lang);
    Said {
        value: if claim.plain("value").is_empty() { words.to_owned() } else { shown(cx, claim.plain("value")) },
        edtf: claim.plain("value").to_owned(),
        source: claim.source.clone().unwrap_or_default(),
        as_of: claim.date("as_of").map(|date| date.display(cx.lang)).unwrap_or_default(),
        preferred: claim.flag("preferred"),
        of_record: false,
        href: cx.href(&format!("/claims/{}", claim.id)),
    }
}

fn shown(cx: &Cx, value: &str) -> String {
    match value {
        ".." => cx.t("期限なし", "No end").to_owned(),
        _ => Edtf::parse(value).map_or_else(|_| value.to_owned(), |date| date.display(cx.lang)),
    }
}

/// Whether two statements exclude each other: `2020-09` and `2020-09-07` do not, `2018-01` and `2018-02` do.
fn conflict(said: &[Said]) -> bool {
    let agree = |one: &Said, other: &Said| match (Edtf::parse(&one.edtf), Edtf::parse(&other.edtf)) {
        (Ok(one), Ok(other)) => one.compatible(&other),
        _ => one.edtf == other.edtf,
    };
    said.iter().enumerate().any(|(at, one)| said.iter().skip(at + 1).any(|other| !agree(one, other)))
}
