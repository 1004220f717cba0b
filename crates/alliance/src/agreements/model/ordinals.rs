//! Which agreement of a hub this was: "the 13th body, the third local government". Always computed, never typed.
//!
//! Drafts have no place in the order; what has ended keeps its place. Never here: where the entries come from.

use chrono::NaiveDate;
use kernel::edtf::Edtf;
use kernel::lang::Said;
use kernel::{Both, Uuid, both};
use std::collections::HashMap;

/// One signed agreement of a hub.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed {
    pub agreement: Uuid,
    /// The party whose agreements are counted.
    pub hub: Option<Uuid>,
    /// Type of agreement; each type has its own order.
    pub of_type: String,
    pub signed: Edtf,
    /// Kind of the other party, from the directory.
    pub party_kind: Option<String>,
}

/// Places in the order of signing, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub nth: usize,
    /// Kind of the other party, and which of its kind it was.
    pub of_kind: Option<(String, usize)>,
    /// False when another one may have been signed before or after it: both only say the same month.
    pub certain: bool,
}

/// The place of every agreement among those of the same hub and type. Equal dates keep the order of entry.
pub fn places(mut signed: Vec<Signed>) -> HashMap<Uuid, Place> {
    signed.retain(|one| one.signed.has_year());
    signed.sort_by_cached_key(|one| (one.signed.sort_key(), one.agreement));
    let mut in_all: HashMap<(Option<Uuid>, &str), usize> = HashMap::new();
    let mut in_kind: HashMap<(Option<Uuid>, &str, &str), usize> = HashMap::new();
    let mut places = HashMap::new();
    for one in &signed {
        let nth = in_all.entry((one.hub, &one.of_type)).or_default();
        *nth += 1;
        let of_kind = one.party_kind.as_deref().map(|kind| {
            let count = in_kind.entry((one.hub, &one.of_type, kind)).or_default();
            *count += 1;
            (kind.to_owned(), *count)
        });
        let doubtful = |other: &Signed| {
            other.agreement != one.agreement
                && other.hub == one.hub
                && other.of_type == one.of_type
                && may_be_either_way(one.signed, other.signed)
        };
        let place = Place { nth: *nth, of_kind, certain: !signed.iter().any(doubtful) };
        places.insert(one.agreement, place);
    }
    places
}

/// Whether two dates leave open which came first.
fn may_be_either_way(one: Edtf, other: Edtf) -> bool {
    let span = |date: Edtf| -> Option<(NaiveDate, NaiveDate)> { Some((date.earliest()?, date.latest()?)) };
    match (span(one), span(other)) {
        (Some((first, last)), Some((other_first, other_last))) => {
            let exact_and_different = first == last && other_first == other_last && first != other_first;
            first <= other_last && other_first <= last && !exact_and_different
        }
        _ => true,
    }
}

/// `13団体目、自治体3例目` · `13th body, third local government`.
pub fn words(place: &Place) -> Said {
    let mut said = Said::new(format!("{}団体目", place.nth), format!("{} body", ordinal(place.nth)));
    if let Some((kind, nth)) = &place.of_kind {
        let noun = kind_noun(kind);
        said.ja.push_str(&format!("、{}{nth}例目", noun.ja));
        said.en.push_str(&format!(", {} {}", ordinal(*nth), noun.en));
    }
    said
}

/// `first` to `tenth` in words, then `11th`, `22nd`, `103rd`.
pub fn ordinal(nth: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(word) = nth.checked_sub(1).and_then(|at| WORDS.get(at)) {
        return (*word).to_owned();
    }
    let ending = match (nth % 100, nth % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{nth}{ending}")
}

/// What one body of a kind is called in a sentence.
fn kind_noun(kind: &str) -> Both {
    match kind {
        "government" => both("自治体", "local government"),
        "company" => both("企業", "company"),
        "startup" => both("スタートアップ", "start-up"),
        "pharma" => both("製薬企業", "pharmaceutical company"),
        "device" => both("医療機器企業", "device company"),
        "university" => both("大学", "university"),
        "hospital" => both("病院", "hospital"),
        "clinic" => both("クリニック", "clinic"),
        "foundation" => both("財団・社団", "foundation"),
        "association" => both("団体・協会", "association"),
        "regulator" => both("規制当局", "regulator"),
        "investor" => both("投資家", "investor"),
        "incubator" => both("インキュベーター", "incubator"),
        "cluster" => both("クラスター", "cluster"),
        "research_institute" => both("研究機関", "research institute"),
        "insurer" => both("保険会社", "insurer"),
        "media" => both("メディア", "media company"),
        "hub" => both("拠点", "hub"),
        _ => both("その他の組織", "other body"),
    }
}
