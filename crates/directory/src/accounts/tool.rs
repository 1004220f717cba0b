//! Accounts from the command line, by whoever holds the data folder. Acts are noted as the system's.

use super::actions::own::{NewToken, make_token};
use super::actions::sign_in::check_label;
use super::model::{Account, Purpose, Token};
use super::passwords::Passwords;
use super::policy;
use super::store::{self, links, sessions, tokens};
use ::store::{Db, atomically};
use chrono::TimeDelta;
use kernel::change::Verb;
use kernel::{Actor, Error, FieldErrors, Lang, Permission, Result, Role, Uuid, both};

fn operator() -> Actor {
    Actor::system("command line")
}

async fn account_of(db: &Db, email: &str) -> Result<Account> {
    store::by_email(db, email).await?.ok_or(Error::NotFound)
}

/// Makes an account. Without a password its owner uses the recovery page.
pub async fn create_account(
    db: &Db,
    email: &str,
    label: &str,
    language: Lang,
    roles: Vec<Role>,
    password: Option<&str>,
) -> Result<Uuid> {
    let email = policy::check_email("email", email)?;
    let label = check_label(label)?;
    let hash = match password {
        Some(password) => Some(checked_hash(password, &[&email, &label]).await?),
        None => None,
    };
    atomically!(db, |tx| {
        let account = Account::new(tx.new_id(), &email, &label, language, roles.clone(), tx.now());
        store::insert(tx, &operator(), &account, hash.as_deref()).await?;
        // From now on there is an account, so set-up is closed.
        links::cancel_all(tx, Purpose::Setup).await?;
        Ok(account.id)
    })
}

async fn checked_hash(password: &str, own_words: &[&str]) -> Result<String> {
    let mut errors = FieldErrors::default();
    policy::check_password("password", password, own_words, &mut errors);
    errors.into_result()?;
    Passwords::default().hash(password).await
}

/// Sets a password; sessions and recovery links of the account end.
pub async fn set_password(db: &Db, email: &str, password: &str) -> Result<()> {
    let account = account_of(db, email).await?;
    let hash = checked_hash(password, &[account.email(), &account.label]).await?;
    atomically!(db, |tx| {
        store::set_password(tx, &operator(), account.id, Some(&hash)).await?;
        sessions::end_all(tx, &operator(), account.id, None).await?;
        links::cancel_of(tx, account.id, &[Purpose::Recovery, Purpose::Email]).await
    })
}

/// One account: its address, name and language, for whoever writes to it.
pub async fn account(db: &Db, id: Uuid) -> Result<Option<Account>> {
    store::find(db, id).await
}

/// Every account, by label.
pub async fn list_accounts(db: &Db) -> Result<Vec<Account>> {
    store::list(db, "", None, i64::MAX).await
}

/// Gives a role, or takes it when `held` is false; the account's sessions end.
pub async fn grant_role(db: &Db, email: &str, role: Role, held: bool) -> Result<()> {
    let account = account_of(db, email).await?;
    atomically!(db, |tx| {
        let before = store::in_tx(tx, account.id).await?;
        let mut after = before.clone();
        after.roles.retain(|other| *other != role);
        if held {
            after.roles.push(role);
        }
        if after.roles == before.roles {
            return Ok(());
        }
        store::save(tx, &operator(), Verb::Updated, &before, &mut after).await?;
        sessions::end_all(tx, &operator(), account.id, None).await?;
        Ok(())
    })
}

/// Makes a token for an account, never wider than the account, and gives its secret.
pub async fn create_token(
    db: &Db,
    email: &str,
    label: &str,
    permissions: Vec<Permission>,
    life: TimeDelta,
) -> Result<(String, Token)> {
    let account = account_of(db, email).await?;
    if !account.is_active() {
        return Err(Error::conflict(both("このアカウントは利用できません。", "This account is not active.")));
    }
    let owner = Actor { label: "command line".to_owned(), ..super::actions::as_owner(&account) };
    make_token(db, &owner, account.id, &NewToken { label: label.to_owned(), permissions, life }).await
}

/// Revokes tokens by their shown beginning (`mus_1a2b3c4d`).
pub async fn revoke_token(db: &Db, prefix: &str) -> Result<()> {
    let found = tokens::by_prefix(db, prefix).await?;
    if found.is_empty() {
        return Err(Error::NotFound);
    }
    atomically!(db, |tx| {
        for token in &found {
            tokens::revoke(tx, &operator(), token.account, token.id).await?;
        }
        Ok(())
    })
}
