//! What owners do with their own account: name, language, password, sessions, tokens.

use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::mails;
use crate::accounts::model::{Account, Purpose, Token};
use crate::accounts::secrets;
use crate::accounts::store::{self, links, sessions, tokens};
use crate::accounts::{actions::sign_in::check_label, policy};
use ::store::{Db, atomically};
use chrono::TimeDelta;
use kernel::change::Verb;
use kernel::{Actor, Error, FieldErrors, Lang, Permission, Result, Uuid, both};
use web::App;

/// Tokens of one account that are alive at a time.
const MOST_TOKENS: usize = 50;
/// Longest life of a token.
pub(crate) const LONGEST_TOKEN: TimeDelta = TimeDelta::days(366);

/// How the account is called, and the language of its mails.
pub(crate) async fn change_profile(
    db: &Db,
    actor: &Actor,
    account: &Account,
    label: &str,
    language: Lang,
) -> Result<()> {
    let label = check_label(label)?;
    atomically!(db, |tx| {
        let before = store::in_tx(tx, account.id).await?;
        let mut after = before.clone();
        after.label.clone_from(&label);
        after.language = language;
        if after == before { Ok(()) } else { store::save(tx, actor, Verb::Updated, &before, &mut after).await }
    })
}

/// Sets a new password. The caller has made sure that the owner is there. Every other session ends, and links that
/// were sent before stop working; tokens stay, as they were made on purpose.
pub(crate) async fn change_password(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    actor: &Actor,
    account: &Account,
    password: &str,
    session: Uuid,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    policy::check_password("password", password, &[account.email(), &account.label], &mut errors);
    errors.into_result()?;
    let hash = door.passwords().hash(password).await?;
    atomically!(db, |tx| {
        store::set_password(tx, actor, account.id, Some(&hash)).await?;
        sessions::end_all(tx, actor, account.id, Some(session)).await?;
        sessions::forget_devices(tx, account.id).await?;
        links::cancel_of(tx, account.id, &[Purpose::Recovery, Purpose::Email]).await?;
        let what = both("パスワードが変更されました。", "Your password was changed.");
        mails::security_notice(tx, app, account.language, account.email(), what).await
    })
}

pub(crate) async fn end_session(db: &Db, actor: &Actor, account: Uuid, session: Uuid) -> Result<()> {
    let ended = atomically!(db, |tx| { sessions::end(tx, actor, account, session, "session_ended").await })?;
    if ended { Ok(()) } else { Err(Error::NotFound) }
}

pub(crate) async fn end_other_sessions(db: &Db, actor: &Actor, account: Uuid, session: Uuid) -> Result<()> {
    atomically!(db, |tx| {
        sessions::end_all(tx, actor, account, Some(session)).await?;
        sessions::forget_devices(tx, account).await
    })
}

/// A token to make.
#[derive(Debug, Clone)]
pub(crate) struct NewToken {
    pub(crate) label: String,
    pub(crate) permissions: Vec<Permission>,
    pub(crate) life: TimeDelta,
}

/// Makes a token and gives its secret, which is shown once and not kept.
pub(crate) async fn make_token(db: &Db, actor: &Actor, account: Uuid, new: &NewToken) -> Result<(String, Token)> {
    let label = check_label(&new.label)?;
    let permissions = policy::token_permissions(actor, &new.permissions)?;
    if new.life <= TimeDelta::zero() || new.life > LONGEST_TOKEN {
        return Err(Error::invalid("days", both("期間は1日から366日までです。", "Choose between 1 and 366 days.")));
    }
    let alive = tokens::of(db, account).await?.iter().filter(|token| token.is_alive(db.now())).count();
    if alive >= MOST_TOKENS {
        return Err(Error::invalid(
            "label",
            both(
                "トークンが多すぎます。使わないものを取り消してください。",
                "There are too many tokens. Revoke those that are not used.",
            ),
        ));
    }
    let secret = secrets::random_token();
    let now = db.now();
    let token = Token {
        id: db.new_id(),
        account,
        prefix: secrets::shown_part(&secret),
        label,
        permissions,
        created_at: now,
        expires_at: now + new.life,
        used_at: None,
        revoked_at: None,
    };
    atomically!(db, |tx| { tokens::add(tx, actor, &token, secrets::digest(&secret)).await })?;
    Ok((secret, token))
}

pub(crate) async fn revoke_token(db: &Db, actor: &Actor, account: Uuid, token: Uuid) -> Result<()> {
    let revoked = atomically!(db, |tx| { tokens::revoke(tx, actor, account, token).await })?;
    if revoked { Ok(()) } else { Err(Error::NotFound) }
}
