//! Who is acting in a request: a visitor, an account, an API token, a partner hub, or the program itself.
//!
//! An actor is built once per request and passed in; nothing asks a global who is signed in.

use crate::audience::{Keyring, Level};
use crate::error::{Error, Result};
use crate::permission::{Permission, Role};
use serde_json::{Value, json};
use uuid::Uuid;

/// The one who asks. [`Actor::visitor`] holds nothing but the public key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    pub account: Option<Uuid>,
    /// The person record of the account.
    pub person: Option<Uuid>,
    /// How the account is called in histories.
    pub label: String,
    pub roles: Vec<Role>,
    /// Organizations and units that the person belongs to today.
    pub member_of: Vec<Uuid>,
    /// Organizations and units that the account manages.
    pub manages: Vec<Uuid>,
    /// `Some` when a token acts: it may do only what it was given, never more than its maker.
    pub token_permissions: Option<Vec<Permission>>,
    /// Command line, migration, sample loader: everything is allowed, and the feed says so.
    pub system: bool,
}

impl Actor {
    /// Somebody who has not signed in.
    pub fn visitor() -> Actor {
        Actor::default()
    }

    /// The program itself, on behalf of `label` (for example `sample`, `import`).
    pub fn system(label: &str) -> Actor {
        Actor { label: label.to_owned(), system: true, ..Actor::default() }
    }

    pub fn is_signed_in(&self) -> bool {
        self.account.is_some() || self.system
    }

    pub fn is_staff(&self) -> bool {
        self.system || self.roles.iter().any(|role| role.is_staff())
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn may(&self, permission: Permission) -> bool {
        if self.system {
            return true;
        }
        let by_role = self.roles.iter().any(|role| role.permissions().contains(&permission));
        by_role && self.token_permissions.as_ref().is_none_or(|given| given.contains(&permission))
    }

    /// `Forbidden` unless the actor has the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// Whether the actor may speak for a party: its own person, or an organization it manages.
    pub fn acts_for(&self, party: Uuid) -> bool {
        self.person == Some(party) || self.manages.contains(&party)
    }

    /// The keys that open audiences to this actor.
    pub fn keyring(&self) -> Keyring {
        let mut levels = vec![Level::Public];
        let partner = self.has_role(Role::PartnerHub);
        let member = self.system || self.roles.iter().any(|role| *role != Role::PartnerHub);
        if member || partner {
            levels.push(Level::Partners);
        }
        if member {
            levels.push(Level::Members);
        }
        if self.is_staff() {
            levels.push(Level::Staff);
        }
        if self.system || self.has_role(Role::Director) || self.has_role(Role::Administrator) {
            levels.push(Level::Parties);
        }
        let mut parties: Vec<Uuid> = self.person.into_iter().collect();
        parties.extend(&self.member_of);
        parties.extend(&self.manages);
        Keyring { levels, parties, account: self.account }
    }

    /// How the change feed remembers the actor.
    pub fn for_feed(&self) -> Value {
        json!({
            "account": self.account,
            "person": self.person,
            "label": self.label,
            "via": if self.system { "system" } else if self.token_permissions.is_some() { "token" } else { "page" },
        })
    }
}
