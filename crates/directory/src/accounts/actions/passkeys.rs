//! Passkeys (WebAuthn level 2): making, using, removing. The challenge of each ceremony is used once.

use super::sign_in::{Opened, Visit, open_session, opens};
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::{Account, Passkey as Row, wrong_credentials};
use crate::accounts::policy::{self, PER_ADDRESS};
use crate::accounts::secrets::subject;
use crate::accounts::store::{self, ceremonies, keys, tries};
use ::store::{Db, atomically};
use kernel::{Error, Result, both};
use serde_json::{Value, json};
use web::App;
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, WebauthnBuilder,
};

const REGISTER: &str = "passkey-register";
const SIGN_IN: &str = "passkey-sign-in";
/// Passkeys of one account.
const MOST: usize = 20;

/// The relying party. `None` where browsers offer no passkeys: at a bare IP address.
pub(crate) fn relying_party(app: &App) -> Option<Webauthn> {
    let base = &app.settings.base_url;
    let builder = WebauthnBuilder::new(base.domain()?, base).ok()?;
    builder.rp_name(app.hub.name(kernel::Lang::En)).build().ok()
}

fn party(app: &App) -> Result<Webauthn> {
    relying_party(app).ok_or(Error::NotFound)
}

fn refused(cause: impl std::fmt::Display) -> Error {
    tracing::info!(%cause, "passkey refused");
    Error::bad_request(both(
        "パスキーを確かめられませんでした。もう一度お試しください。",
        "The passkey could not be verified. Please try again.",
    ))
}

/// The options for the browser (`navigator.credentials.create`) and the secret of the ceremony.
pub(crate) async fn begin_registration(app: &App, db: &Db, account: &Account) -> Result<Value> {
    let known = keys::passkeys_of(db, account.id).await?;
    if known.len() >= MOST {
        return Err(Error::conflict(both(
            "パスキーは20個までです。使わないものを削除してください。",
            "You can keep 20 passkeys. Remove one first.",
        )));
    }
    let known: Vec<_> = known.iter().filter_map(passkey_in).map(|key| key.cred_id().clone()).collect();
    let started = party(app)?.start_passkey_registration(account.id, account.email(), &account.label, Some(known));
    let (challenge, state) = started.map_err(refused)?;
    let mut challenge = serde_json::to_value(challenge).map_err(Error::internal)?;
    // Sign-in asks for no address first, so the device has to find the key by itself.
    challenge["publicKey"]["authenticatorSelection"]["residentKey"] = json!("required");
    challenge["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(true);
    let state = serde_json::to_value(state).map_err(Error::internal)?;
    let ceremony = ceremonies::begin(db, REGISTER, Some(account.id), state).await?;
    Ok(json!({ "ceremony": ceremony, "options": challenge }))
}

/// Keeps the passkey that the browser made.
pub(crate) async fn finish_registration(
    app: &App,
    db: &Db,
    account: &Account,
    ceremony: &str,
    answer: Value,
    label: &str,
) -> Result<()> {
    let answer: RegisterPublicKeyCredential = serde_json::from_value(answer).map_err(refused)?;
    let label: String = label.trim().chars().filter(|c| !c.is_control()).take(80).collect();
    let label = if label.is_empty() { both("パスキー", "Passkey").get(account.language).to_owned() } else { label };
    let party = party(app)?;
    let actor = super::as_owner(account);
    let begun = atomically!(db, |tx| { ceremonies::take(tx, REGISTER, ceremony).await })?;
    let begun = begun.filter(|begun| begun.account == Some(account.id)).ok_or_else(|| refused("no such ceremony"))?;
    let state: PasskeyRegistration = serde_json::from_value(begun.state).map_err(Error::internal)?;
    let passkey = party.finish_passkey_registration(&answer, &state).map_err(refused)?;
    let json = serde_json::to_value(&passkey).map_err(Error::internal)?;
    atomically!(db, |tx| {
        keys::add_passkey(tx, &actor, account.id, passkey.cred_id().as_ref(), json.clone(), &label).await?;
        Ok(())
    })
}

/// Options for `navigator.credentials.get`. No account is named, so nothing can be learned about one.
pub(crate) async fn begin_sign_in(app: &App, db: &Db, visit: &Visit) -> Result<Value> {
    tries::take(db, &[(asker(visit), PER_ADDRESS)]).await?;
    let (mut challenge, state) = party(app)?.start_discoverable_authentication().map_err(refused)?;
    // The button asks at once; the library assumes the list under a field.
    challenge.mediation = None;
    let state = serde_json::to_value(state).map_err(Error::internal)?;
    let ceremony = ceremonies::begin(db, SIGN_IN, None, state).await?;
    Ok(json!({ "ceremony": ceremony, "options": challenge }))
}

fn asker(visit: &Visit) -> crate::accounts::secrets::Digest256 {
    subject("passkey", &policy::network(visit.client))
}

/// Signs in whoever holds the passkey.
pub(crate) async fn sign_in(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    ceremony: &str,
    answer: Value,
    visit: &Visit,
) -> Result<Opened> {
    let answer: PublicKeyCredential = serde_json::from_value(answer).map_err(refused)?;
    let party = party(app)?;
    let begun = atomically!(db, |tx| { ceremonies::take(tx, SIGN_IN, ceremony).await })?
        .ok_or_else(|| refused("no such ceremony"))?;
    let state: DiscoverableAuthentication = serde_json::from_value(begun.state).map_err(Error::internal)?;
    let (owner, credential) = party.identify_discoverable_authentication(&answer).map_err(refused)?;
    let row = keys::passkey_by_credential(db, credential)
        .await?
        .filter(|row| row.account == owner)
        .ok_or_else(wrong_credentials)?;
    let mut passkey = passkey_in(&row).ok_or_else(|| Error::internal("stored passkey cannot be read"))?;
    #[allow(deprecated, reason = "its successor takes a type that only a feature for changing credentials makes")]
    let result = party
        .finish_discoverable_authentication(&answer, state, &[DiscoverableKey::from(&passkey)])
        .map_err(refused)?;
    let account =
        store::find(db, row.account).await?.filter(|account| opens(app, account)).ok_or_else(wrong_credentials)?;
    let changed = passkey.update_credential(&result) == Some(true);
    let json = if changed { Some(serde_json::to_value(&passkey).map_err(Error::internal)?) } else { None };
    atomically!(db, |tx| { keys::passkey_used(tx, row.id, json.clone()).await })?;
    tries::forgive(db, None, asker(visit)).await?;
    open_session(app, db, door, &account, "passkey", visit).await
}

fn passkey_in(row: &Row) -> Option<Passkey> {
    serde_json::from_value(row.passkey.clone()).ok()
}
