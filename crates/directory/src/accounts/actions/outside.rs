//! Which account an identity at an OpenID provider opens.

use super::as_owner;
use super::sign_in::{Opened, Visit, open_session, opens};
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::Account;
use crate::accounts::oidc::Outsider;
use crate::accounts::settings::OidcProvider;
use crate::accounts::store::{self, keys};
use ::store::{Db, atomically};
use kernel::{Error, Result, Uuid, both};
use web::App;

/// The same words for an unknown, an unverified and a closed one.
fn not_connected() -> Error {
    Error::conflict(both(
        "この外部アカウントにつながるアカウントがありません。パスワードでログインしてから「アカウント」のページでつないでください。はじめての方は担当者に招待をご依頼ください。",
        "No account here is connected to that one. Sign in with your password and connect it on your account page; if you are new, ask the staff for an invitation.",
    ))
}

/// Signs in the account to which the identity is connected. An address that the provider has verified connects to the
/// account with the same address at first, where the hub trusts the provider so far; any other is refused (fault 65).
pub(crate) async fn sign_in(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    provider: &OidcProvider,
    outsider: &Outsider,
    visit: &Visit,
) -> Result<Opened> {
    let account = match keys::identity(db, &outsider.issuer, &outsider.subject).await? {
        Some(identity) => {
            let account = usable(app, store::find(db, identity.account).await?)?;
            atomically!(db, |tx| { keys::identity_used(tx, identity.id).await })?;
            account
        }
        None => connect_by_address(app, db, provider, outsider).await?,
    };
    open_session(app, db, door, &account, "oidc", visit).await
}

async fn connect_by_address(app: &App, db: &Db, provider: &OidcProvider, outsider: &Outsider) -> Result<Account> {
    let email = outsider.verified_email.as_deref().filter(|_| provider.link_by_email).ok_or_else(not_connected)?;
    let account = usable(app, store::by_email(db, email).await?)?;
    connect(db, &account, outsider).await?;
    Ok(account)
}

fn usable(app: &App, account: Option<Account>) -> Result<Account> {
    account.filter(|account| opens(app, account)).ok_or_else(not_connected)
}

async fn connect(db: &Db, account: &Account, outsider: &Outsider) -> Result<()> {
    atomically!(db, |tx| {
        keys::add_identity(tx, &as_owner(account), account.id, &outsider.issuer, &outsider.subject, &outsider.label)
            .await
    })
}

/// Connects the identity to the account whose owner is signed in and asked for it.
pub(crate) async fn connect_own(app: &App, db: &Db, account: Uuid, outsider: &Outsider) -> Result<()> {
    let account = usable(app, store::find(db, account).await?)?;
    connect(db, &account, outsider).await
}
