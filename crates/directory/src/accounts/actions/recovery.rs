//! Links that open an account without its password: recovery, invitation, a new address.

use super::as_owner;
use super::sign_in::{Opened, Visit, check_label, collect, open_session, opens};
use crate::accounts::consents::CONSENTS;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::mails;
use crate::accounts::model::{Account, Invitation, OneUse, Purpose};
use crate::accounts::policy::{self, PER_ASKER};
use crate::accounts::secrets::subject;
use crate::accounts::store::{self, keys, links, privacy, sessions, tokens, tries};
use ::store::{Db, atomically};
use chrono::TimeDelta;
use kernel::change::Verb;
use kernel::{Error, FieldErrors, Result, both};
use serde_json::json;
use web::App;

/// No second recovery mail to the same account within this time.
const MAIL_PAUSE: TimeDelta = TimeDelta::minutes(2);

/// Counts a request for mail against the address it comes from.
pub(crate) async fn may_ask(db: &Db, visit: &Visit) -> Result<()> {
    let asker = subject("asker", &policy::network(visit.client));
    tries::take(db, &[(asker, PER_ASKER)]).await
}

/// Writes the mail with the link, if there is such an account. Nothing tells the asker whether there is: call this
/// beside the request, and answer the same in any case (fault 60).
pub(crate) async fn send_link(app: &App, db: &Db, email: &str) -> Result<()> {
    let Some(account) = store::by_email(db, email).await?.filter(|account| opens(app, account)) else { return Ok(()) };
    let now = app.clock.now();
    if links::newest(db, account.id, Purpose::Recovery).await?.is_some_and(|link| now - link.created_at < MAIL_PAUSE) {
        return Ok(());
    }
    atomically!(db, |tx| {
        links::cancel_of(tx, account.id, &[Purpose::Recovery]).await?;
        let new = links::New {
            purpose: Purpose::Recovery,
            account: Some(account.id),
            email: None,
            payload: json!({}),
            created_by: None,
        };
        let secret = links::make(tx, new).await?;
        mails::recovery(tx, app, account.language, account.email(), &secret).await?;
        store::note_act(tx, &as_owner(&account), account.id, "recovery_asked", json!({}));
        Ok(())
    })
}

/// Sets a new password by a recovery link. Every session, token and other way in that may be in foreign hands ends.
pub(crate) async fn recover(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    secret: &str,
    password: &str,
    visit: &Visit,
) -> Result<Opened> {
    let link = links::peek(db, Purpose::Recovery, secret).await?.ok_or(Error::NotFound)?;
    let account = owner_of(app, db, &link).await?;
    let mut errors = FieldErrors::default();
    policy::check_password("password", password, &[account.email(), &account.label], &mut errors);
    errors.into_result()?;
    let hash = door.passwords().hash(password).await?;
    let actor = as_owner(&account);
    atomically!(db, |tx| {
        links::consume(tx, Purpose::Recovery, secret).await?.ok_or(Error::NotFound)?;
        store::set_password(tx, &actor, account.id, Some(&hash)).await?;
        sessions::end_all(tx, &actor, account.id, None).await?;
        sessions::forget_devices(tx, account.id).await?;
        tokens::revoke_all(tx, &actor, account.id).await?;
        links::cancel_of(tx, account.id, &[Purpose::Recovery, Purpose::Email]).await?;
        let what = both("パスワードが再設定されました。", "Your password was replaced.");
        mails::security_notice(tx, app, account.language, account.email(), what).await
    })?;
    let fresh = Visit { session: None, device: None, ..visit.clone() };
    open_session(app, db, door, &account, "recovery", &fresh).await
}

async fn owner_of(app: &App, db: &Db, link: &OneUse) -> Result<Account> {
    let id = link.account.ok_or(Error::NotFound)?;
    store::find(db, id).await?.filter(|account| opens(app, account)).ok_or(Error::NotFound)
}

/// What an invited person fills in.
#[derive(Debug, Clone, Default)]
pub(crate) struct Acceptance {
    pub(crate) label: String,
    pub(crate) password: String,
    pub(crate) agrees: bool,
}

/// Makes the account that an invitation promises and signs it in.
pub(crate) async fn accept(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    secret: &str,
    form: &Acceptance,
    visit: &Visit,
) -> Result<Opened> {
    let link = links::peek(db, Purpose::Invitation, secret).await?.ok_or(Error::NotFound)?;
    let email = link.email.clone().ok_or(Error::NotFound)?;
    let promised: Invitation = serde_json::from_value(link.payload.clone()).map_err(Error::internal)?;
    let mut errors = FieldErrors::default();
    let label = collect(&mut errors, check_label(&form.label)).unwrap_or_default();
    policy::check_password("password", &form.password, &[&email, &label], &mut errors);
    if !form.agrees {
        errors.add("agrees", both("利用のきまりへの同意が必要です。", "Please agree to the terms of use."));
    }
    errors.into_result()?;
    let hash = door.passwords().hash(&form.password).await?;
    let account = atomically!(db, |tx| {
        links::consume(tx, Purpose::Invitation, secret).await?.ok_or(Error::NotFound)?;
        links::cancel_invitation(tx, None, Some(&email)).await?;
        let mut account =
            Account::new(tx.new_id(), &email, &label, promised.language, promised.roles.clone(), tx.now());
        account.person = promised.person;
        account.manages = promised.manages.clone();
        store::insert(tx, &as_owner(&account), &account, Some(&hash)).await?;
        privacy::give(tx, &as_owner(&account), account.id, CONSENTS[0].code, CONSENTS[0].wording).await?;
        Ok(account)
    })?;
    open_session(app, db, door, &account, "invitation", visit).await
}

/// Writes to a new address that it is to be confirmed. Whether the address has an account here is not told.
pub(crate) async fn ask_new_address(app: &App, db: &Db, account: &Account, email: &str, visit: &Visit) -> Result<()> {
    let email = policy::check_email("email", email)?;
    may_ask(db, visit).await?;
    let taken = store::by_email(db, &email).await?.is_some();
    atomically!(db, |tx| {
        links::cancel_of(tx, account.id, &[Purpose::Email]).await?;
        let new = links::New {
            purpose: Purpose::Email,
            account: Some(account.id),
            email: Some(&email),
            payload: json!({}),
            created_by: None,
        };
        let secret = links::make(tx, new).await?;
        if !taken {
            mails::new_address(tx, app, account.language, &email, &secret).await?;
        }
        store::note_act(tx, &as_owner(account), account.id, "new_address_asked", json!({}));
        Ok(())
    })
}

/// Takes the new address over; links sent to the old one stop working, and the old one is told.
pub(crate) async fn confirm_address(app: &App, db: &Db, secret: &str) -> Result<()> {
    atomically!(db, |tx| {
        let link = links::consume(tx, Purpose::Email, secret).await?.ok_or(Error::NotFound)?;
        let (id, email) = (link.account.ok_or(Error::NotFound)?, link.email.ok_or(Error::NotFound)?);
        let before = store::in_tx(tx, id).await?;
        if !opens(app, &before) {
            return Err(Error::NotFound);
        }
        let mut after = before.clone();
        after.email = Some(email);
        store::save(tx, &as_owner(&before), Verb::Other("address_changed".to_owned()), &before, &mut after).await?;
        links::cancel_of(tx, id, &[Purpose::Recovery, Purpose::Email]).await?;
        let what =
            both("アカウントのメールアドレスが変更されました。", "The e-mail address of your account was changed.");
        mails::security_notice(tx, app, before.language, before.email(), what).await
    })
}

/// Ends everything that opens an account: when it is closed.
pub(crate) async fn take_all_keys(tx: &mut ::store::Tx, actor: &kernel::Actor, account: &Account) -> Result<()> {
    sessions::end_all(tx, actor, account.id, None).await?;
    sessions::forget_devices(tx, account.id).await?;
    tokens::revoke_all(tx, actor, account.id).await?;
    keys::remove_all(tx, account.id).await?;
    links::cancel_of(tx, account.id, &[Purpose::Recovery, Purpose::Email]).await?;
    Ok(())
}
