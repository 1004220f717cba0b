//! Reasons and counterfactuals in sentences, in both languages, by templates. Nothing is generated: every word that is not
//! written here is a label of the caller.

use super::counterfactual::{Counterfactual, Supposition};
use super::party::Id;
use super::reasons::{Fact, Near, Reason, Who};

/// A sentence in Japanese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Japanese, polite.
    pub ja: String,
    /// American English.
    pub en: String,
}

impl Words {
    fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }
}

/// How the caller names what a reason points at. A label in one language may fall back to another; it is never empty.
pub trait Labels {
    /// One of the two parties.
    fn party(&self, who: Who) -> Words;
    /// A need, an offer, a work, an agreement or a third party.
    fn record(&self, id: Id) -> Words;
    /// A concept.
    fn concept(&self, concept: u32) -> Words;
    /// A word of the text features; `None` when it is not fit to be shown.
    fn term(&self, term: u32) -> Option<Words>;
    /// Stages, by bit.
    fn stage(&self, bit: u32) -> Words;
    /// Modalities, by bit.
    fn modality(&self, bit: u32) -> Words;
    /// Languages, by bit.
    fn language(&self, bit: u32) -> Words;
}

fn join(all: impl Iterator<Item = Words>) -> Words {
    let (ja, en): (Vec<_>, Vec<_>) = all.map(|w| (w.ja, w.en)).unzip();
    Words::new(ja.join("、"), en.join(", "))
}

fn bits(mask: u32, label: &dyn Fn(u32) -> Words) -> Words {
    join((0..32).filter(|b| mask >> b & 1 == 1).map(label))
}

/// A reason as a sentence.
pub fn reason_words(reason: &Reason, labels: &dyn Labels) -> Words {
    let (a, b) = (labels.party(Who::First), labels.party(Who::Second));
    match &reason.fact {
        Fact::Met { whose, need, offer, work, concepts, terms, .. } => {
            let (x, y) = if *whose == Who::First { (&a, &b) } else { (&b, &a) };
            let (need, offer) = (labels.record(*need), labels.record(*offer));
            let common: Vec<Words> = if concepts.is_empty() {
                terms.iter().filter_map(|t| labels.term(*t)).take(3).collect()
            } else {
                concepts.iter().take(3).map(|c| labels.concept(*c)).collect()
            };
            let common = join(common.into_iter());
            let (ja, en) = if common.ja.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("（共通：{}）", common.ja), format!(" (in common: {})", common.en))
            };
            if *work {
                Words::new(
                    format!(
                        "{}が求める「{}」に近い実績として、{}に「{}」があります{ja}。",
                        x.ja, need.ja, y.ja, offer.ja
                    ),
                    format!("{} seeks “{}”; {} has done “{}”{en}.", x.en, need.en, y.en, offer.en),
                )
            } else {
                Words::new(
                    format!("{}が求める「{}」に、{}の「{}」が応えます{ja}。", x.ja, need.ja, y.ja, offer.ja),
                    format!("{} seeks “{}”; {} offers “{}”{en}.", x.en, need.en, y.en, offer.en),
                )
            }
        }
        Fact::Fields { common: 0, .. } => Words::new(
            "分野が異なり、互いに新しい視点が得られます。",
            "Their fields differ: each can bring the other a new view.",
        ),
        Fact::Fields { common, either } if common == either => {
            Words::new("分野が同じです。", "They work in the same fields.")
        }
        Fact::Fields { common, either } => Words::new(
            format!("分野は{either}のうち{common}が共通で、話が通じながら視点が異なります。"),
            format!("They share {common} of {either} fields: enough to talk, and different enough to matter."),
        ),
        Fact::Stage(x, y) if x & y != 0 => {
            let stages = bits(x & y, &|s| labels.stage(s));
            Words::new(
                format!("同じ段階（{}）にあります。", stages.ja),
                format!("Both are at the stage {}.", stages.en),
            )
        }
        Fact::Stage(x, y) => {
            let (x, y) = (bits(*x, &|s| labels.stage(s)), bits(*y, &|s| labels.stage(s)));
            Words::new(
                format!("段階が隣り合っています（{}と{}）。", x.ja, y.ja),
                format!("Their stages follow each other ({} and {}).", x.en, y.en),
            )
        }
        Fact::Modality(mask) => {
            let m = bits(*mask, &|s| labels.modality(s));
            Words::new(format!("どちらも{}に取り組んでいます。", m.ja), format!("Both work on {}.", m.en))
        }
        Fact::Language(mask) => {
            let l = bits(*mask, &|s| labels.language(s));
            Words::new(format!("{}で話せます。", l.ja), format!("They can talk in {}.", l.en))
        }
        Fact::Place(Near::Building) => Words::new("同じ建物にいます。", "They are in the same building."),
        Fact::Place(Near::Region) => Words::new("同じ地域にいます。", "They are in the same region."),
        Fact::Place(Near::Country) => Words::new("同じ国にいます。", "They are in the same country."),
        Fact::Sector => Words::new(
            format!("{}と{}は異なる立場の組織です。", a.ja, b.ja),
            format!("{} and {} come from different sectors.", a.en, b.en),
        ),
        Fact::Path { through, acquaintances } => {
            let c = labels.record(*through);
            let others = acquaintances.saturating_sub(1);
            let (ja, en) = match others {
                0 => (String::new(), String::new()),
                1 => ("ほか1件".to_owned(), " and one other".to_owned()),
                n => (format!("ほか{n}件"), format!(" and {n} others")),
            };
            let verb = if others == 0 { "knows" } else { "know" };
            Words::new(format!("{}{ja}が双方とつながっています。", c.ja), format!("{}{en} {verb} both.", c.en))
        }
        Fact::Agreement(id) => {
            let agreement = labels.record(*id);
            Words::new(
                format!("「{}」が双方に適用されます。", agreement.ja),
                format!("“{}” covers both.", agreement.en),
            )
        }
    }
}

/// A counterfactual as a sentence. `inside` says whether the pair would then be suggested.
pub fn counterfactual_words(counterfactual: &Counterfactual, inside: bool, labels: &dyn Labels) -> Words {
    let of = |who: Who| labels.party(who);
    let condition = match counterfactual.change {
        Supposition::WithoutNeed(who, id) => {
            let (p, r) = (of(who), labels.record(id));
            Words::new(
                format!("{}が「{}」を求めていなければ", p.ja, r.ja),
                format!("if {} did not seek “{}”", p.en, r.en),
            )
        }
        Supposition::WithoutOffer(who, id) => {
            let (p, r) = (of(who), labels.record(id));
            Words::new(format!("{}に「{}」がなければ", p.ja, r.ja), format!("if {} did not have “{}”", p.en, r.en))
        }
        Supposition::WithNeed(who, id) => {
            let (p, r) = (of(who), labels.record(id));
            Words::new(
                format!("{}が「{}」のようなものを求めていれば", p.ja, r.ja),
                format!("if {} sought something like “{}”", p.en, r.en),
            )
        }
        Supposition::WithOffer(who, id) => {
            let (p, r) = (of(who), labels.record(id));
            Words::new(
                format!("{}が「{}」に応えるものを提供していれば", p.ja, r.ja),
                format!("if {} offered what answers “{}”", p.en, r.en),
            )
        }
        Supposition::Stages(mask) => {
            let (p, s) = (of(Who::Second), bits(mask, &|b| labels.stage(b)));
            Words::new(format!("{}の段階が{}であれば", p.ja, s.ja), format!("if {} were at the stage {}", p.en, s.en))
        }
        Supposition::Languages(mask) => {
            let (p, l) = (of(Who::Second), bits(mask, &|b| labels.language(b)));
            if inside {
                Words::new(format!("{}が{}で話せれば", p.ja, l.ja), format!("if {} spoke {}", p.en, l.en))
            } else {
                Words::new("共通の言語がなければ", "if they had no language in common")
            }
        }
        Supposition::NoAgreement => Words::new("双方に適用される協定がなければ", "if no agreement covered both"),
        Supposition::Agreement => Words::new("双方に適用される協定があれば", "if an agreement covered both"),
    };
    if inside {
        Words::new(format!("{}、候補になります。", condition.ja), format!("It would be suggested {}.", condition.en))
    } else {
        Words::new(
            format!("{}、候補になりません。", condition.ja),
            format!("It would not be suggested {}.", condition.en),
        )
    }
}
