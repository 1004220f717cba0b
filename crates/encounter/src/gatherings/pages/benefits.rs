//! What a reader's membership is worth at a gathering, in words: what, by which membership, until when.

use super::{Named, named};
use crate::gatherings::model::admission::Standing;
use crate::gatherings::model::membership::{self, Grant, Perk};
use kernel::Uuid;
use kernel::record::Record;
use web::Cx;

/// One benefit with its ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenefitView {
    pub what: String,
    /// Kind of membership; empty where the agreement alone is known.
    pub membership: String,
    pub agreement: Named,
    pub until: String,
}

/// What grants bring along.
pub fn standing(grants: &[Grant]) -> Standing {
    Standing { invited: false, priority: grants.iter().any(|grant| grant.perk == Perk::Priority) }
}

/// The benefits that a gathering gives by these grants, each by the widest of them.
pub fn benefits(cx: &Cx, gathering: &Record, grants: &[Grant]) -> Vec<BenefitView> {
    let offered = membership::offered(gathering);
    let widest = offered.into_iter().filter_map(|perk| membership::of(grants, perk).first().copied());
    widest
        .map(|grant| BenefitView {
            what: words(cx, gathering, grant.perk),
            membership: grant.membership.get(cx.lang).to_owned(),
            agreement: named(cx, grant.agreement),
            until: grant.until.get(cx.lang).to_owned(),
        })
        .collect()
}

/// The benefits that a registration was given.
pub fn given(cx: &Cx, gathering: &Record, grants: &[(Perk, Uuid)]) -> Vec<BenefitView> {
    let view = |(perk, agreement): &(Perk, Uuid)| BenefitView {
        what: words(cx, gathering, *perk),
        membership: String::new(),
        agreement: named(cx, *agreement),
        until: String::new(),
    };
    grants.iter().map(view).collect()
}

fn words(cx: &Cx, gathering: &Record, perk: Perk) -> String {
    match perk {
        Perk::Priority if gathering.integer("member_seats").is_some() => {
            cx.t("優先登録と会員席", "Early registration and seats kept for members").to_owned()
        }
        Perk::Priority => cx.t("優先登録", "Early registration").to_owned(),
        Perk::Discount => {
            let price = gathering.text("member_price");
            format!("{}: {}", cx.t("会員の参加費", "Price for members"), price.say(cx.lang))
        }
    }
}
