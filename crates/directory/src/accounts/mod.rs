//! Accounts and access: who may sign in, how, and what is open at the moment.
//!
//! Words: an **account** is somebody who may sign in; it may belong to a **person** record and speak for bodies that it
//! **manages**. A **session** is a signed-in browser. A **token** lets a program act with part of its maker's
//! permissions. A **link** works once (invitation, recovery, new address, set-up). A **consent** names a purpose and the
//! version of its wording.
//!
//! ```text
//! account:  (invitation) → active ⇄ suspended
//!                             └────────┴──→ closed (for good; erased on request)
//! ```
//!
//! Never here: what records mean, who may edit which (policies of the record kit).

mod actions;
pub mod consents;
mod cookies;
mod doorkeeper;
mod mails;
pub mod model;
mod oidc;
mod pages;
mod passwords;
pub mod permissions;
mod policy;
mod sample;
pub mod secrets;
mod settings;
mod store;
mod tool;

#[cfg(test)]
mod tests;

pub use doorkeeper::{Doorkeeper, Waiting, open_sessions};
pub use model::{Account, Token};
pub use oidc::callback_address;
pub use pages::routes;
pub use sample::{SAMPLE_PASSWORD, SAMPLES, SampleLinks, sample};
pub use settings::{AccessSettings, OidcProvider};
pub use tool::account;
pub use tool::{create_account, create_token, grant_role, list_accounts, revoke_token, set_password};

use ::store::Db;
use kernel::Result;
use kernel::Uuid;

/// A one-time token for `/setup`, to be printed on the console with the address of the page. `None` once there is an
/// account. Each call makes the one before useless; a token works for a day.
pub async fn setup_token(db: &Db) -> Result<Option<String>> {
    actions::sign_in::setup_token(db).await
}

/// Whether the owner of an account agrees to a purpose today (`introductions`, `news`, `partners`).
pub async fn has_consent(db: &Db, account: Uuid, purpose: &str) -> Result<bool> {
    store::privacy::stands(db, account, purpose).await
}

/// The active accounts that speak for a party: its own person's, and those that manage it.
pub async fn speaking_for(db: &Db, party: Uuid) -> Result<Vec<Account>> {
    store::speaking_for(db, party).await
}

/// An account by its id.
pub async fn by_id(db: &Db, id: Uuid) -> Result<Option<Account>> {
    store::find(db, id).await
}
