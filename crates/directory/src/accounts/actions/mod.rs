//! What can be done with accounts, one function per act: rules, then the change and its note in one transaction.
//!
//! Never here: HTML, cookies, reading requests.

pub(crate) mod outside;
pub(crate) mod own;
pub(crate) mod passkeys;
pub(crate) mod privacy;
pub(crate) mod recovery;
pub(crate) mod sign_in;
pub(crate) mod staff;

use super::model::Account;
use kernel::Actor;

/// The account acting for itself where no session says so yet: signing in, following a link.
pub(crate) fn as_owner(account: &Account) -> Actor {
    Actor {
        account: Some(account.id),
        person: account.person,
        label: account.label.clone(),
        roles: account.roles.clone(),
        ..Actor::default()
    }
}
