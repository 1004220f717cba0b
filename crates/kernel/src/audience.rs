//! Who may see a record or a field (kernel rule 4).
//!
//! There is one rule and one shape for it: an audience names the *keys* that open it, an actor holds keys,
//! and something is visible when the two share a key. SQL, lists, counts, search, feeds, exports and the
//! map all use these keys; none has a rule of its own. Never here: permission to *do* something.

use crate::lang::{Both, both};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The circle that may see something, from the narrowest to the widest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Only the account that made it.
    Me,
    /// Named parties: whoever acts for them, and the hub's directors and administrators.
    Parties,
    /// Everyone who works for the hub.
    Staff,
    /// Signed-in members of the hub, and its staff.
    #[default]
    Members,
    /// Hubs tied to this one by an agreement, members and staff.
    Partners,
    /// Everyone.
    Public,
}

impl Level {
    pub const ALL: [Level; 6] =
        [Level::Me, Level::Parties, Level::Staff, Level::Members, Level::Partners, Level::Public];

    pub const fn code(self) -> &'static str {
        match self {
            Level::Me => "me",
            Level::Parties => "parties",
            Level::Staff => "staff",
            Level::Members => "members",
            Level::Partners => "partners",
            Level::Public => "public",
        }
    }

    pub fn from_code(code: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Level::Me => both("自分だけ", "Only me"),
            Level::Parties => both("当事者だけ", "Named parties"),
            Level::Staff => both("スタッフ", "Staff"),
            Level::Members => both("会員", "Members"),
            Level::Partners => both("連携拠点まで", "Partner hubs"),
            Level::Public => both("公開", "Public"),
        }
    }
}

/// A key: what an actor holds and what an audience asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Level(Level),
    Party(Uuid),
    Account(Uuid),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Level(level) => f.write_str(level.code()),
            Key::Party(id) => write!(f, "party:{id}"),
            Key::Account(id) => write!(f, "account:{id}"),
        }
    }
}

/// Who may see one record or field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Audience {
    pub level: Level,
    /// The parties of [`Level::Parties`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Uuid>,
    /// The account of [`Level::Me`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<Uuid>,
}

impl From<Level> for Audience {
    fn from(level: Level) -> Audience {
        Audience { level, ..Audience::default() }
    }
}

impl Audience {
    /// The keys that open it; holding any one suffices.
    pub fn keys(&self) -> Vec<Key> {
        match self.level {
            Level::Me => self.owner.map(Key::Account).into_iter().collect(),
            Level::Parties => {
                let named = self.parties.iter().copied().map(Key::Party);
                named.chain([Key::Level(Level::Parties)]).collect()
            }
            wide => vec![Key::Level(wide)],
        }
    }

    /// The rule itself.
    pub fn admits(&self, keyring: &Keyring) -> bool {
        match self.level {
            Level::Me => self.owner.is_some() && self.owner == keyring.account,
            Level::Parties => {
                keyring.levels.contains(&Level::Parties) || self.parties.iter().any(|p| keyring.parties.contains(p))
            }
            wide => keyring.levels.contains(&wide),
        }
    }
}

/// The keys that an actor holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keyring {
    /// Levels that stand open; [`Level::Parties`] only for those who may read every party's matters.
    pub levels: Vec<Level>,
    pub parties: Vec<Uuid>,
    pub account: Option<Uuid>,
}

impl Keyring {
    pub fn public() -> Keyring {
        Keyring { levels: vec![Level::Public], ..Keyring::default() }
    }

    /// Whether a field with this level, in a record that is already visible, may be shown.
    pub fn opens(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_parties_open_only_to_themselves_and_to_those_who_read_all() {
        let party = Uuid::from_u128(7);
        let audience = Audience { level: Level::Parties, parties: vec![party], owner: None };
        let stranger = Keyring { levels: vec![Level::Public, Level::Members], ..Keyring::default() };
        let insider = Keyring { parties: vec![party], ..stranger.clone() };
        assert!(!audience.admits(&stranger));
        assert!(audience.admits(&insider));
    }

    #[test]
    fn only_me_is_closed_to_everyone_else_even_without_an_owner() {
        let nobody = Audience { level: Level::Me, ..Audience::default() };
        assert!(!nobody.admits(&Keyring::public()));
    }
}
