//! What a membership is worth at a gathering, pure: which benefits a gathering gives, and what is granted by whom.
//!
//! Never here: agreements, which are asked through [`super::super::Memberships`].

use kernel::Uuid;
use kernel::lang::Said;
use kernel::record::Record;

/// A benefit that gatherings know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Perk {
    /// Early registration, and the seats that are kept for members.
    Priority,
    /// The price for members.
    Discount,
}

impl Perk {
    pub const ALL: [Perk; 2] = [Perk::Priority, Perk::Discount];

    pub const fn code(self) -> &'static str {
        match self {
            Perk::Priority => "priority",
            Perk::Discount => "discount",
        }
    }

    pub fn from_code(code: &str) -> Option<Perk> {
        Perk::ALL.into_iter().find(|perk| perk.code() == code)
    }
}

/// A perk that a membership grants on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub perk: Perk,
    /// The membership agreement.
    pub agreement: Uuid,
    /// The kind of membership, in words.
    pub membership: Said,
    /// Until when, in words; "end unknown" and "no end" are two different things.
    pub until: Said,
    /// People a month; `None`: no limit.
    pub limit_per_month: Option<i64>,
}

/// The perks that a gathering gives.
pub fn offered(gathering: &Record) -> Vec<Perk> {
    let priority = gathering.integer("member_seats").is_some() || gathering.wall_time("member_opens").is_some();
    let discount = !gathering.text("member_price").is_empty();
    [(Perk::Priority, priority), (Perk::Discount, discount)]
        .into_iter()
        .filter_map(|(perk, given)| given.then_some(perk))
        .collect()
}

/// The grants of a perk, the widest first.
pub fn of(grants: &[Grant], perk: Perk) -> Vec<&Grant> {
    let mut found: Vec<&Grant> = grants.iter().filter(|grant| grant.perk == perk).collect();
    found.sort_by_key(|grant| (grant.limit_per_month.map_or(i64::MIN, |limit| -limit), grant.agreement));
    found
}
