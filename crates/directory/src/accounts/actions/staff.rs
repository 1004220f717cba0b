//! What whoever manages accounts does with those of others. A hub always keeps one active administrator.

use super::recovery::take_all_keys;
use super::sign_in::{check_label, collect};
use crate::accounts::model::{Account, Invitation, Purpose, State};
use crate::accounts::store::{self, links, sessions, tokens};
use crate::accounts::{mails, policy};
use ::store::{Db, One, Tx, args, atomically};
use kernel::change::Verb;
use kernel::{Actor, Error, FieldErrors, Permission, Result, Role, Uuid, both};
use serde_json::json;
use web::App;

/// An invitation to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewInvitation {
    pub(crate) email: String,
    pub(crate) promised: Invitation,
}

/// Invites somebody and gives the secret of the link, to be handed over where mail does not reach.
pub(crate) async fn invite(app: &App, db: &Db, actor: &Actor, new: &NewInvitation) -> Result<String> {
    policy::may_give(actor, &new.promised.roles)?;
    let mut errors = FieldErrors::default();
    let email = collect(&mut errors, policy::check_email("email", &new.email)).unwrap_or_default();
    let label = collect(&mut errors, check_label(&new.promised.label)).unwrap_or_default();
    check_roles(&new.promised.roles, &mut errors);
    if !email.is_empty() && store::by_email(db, &email).await?.is_some() {
        errors.add(
            "email",
            both(
                "このメールアドレスのアカウントはすでにあります。",
                "There is already an account with this e-mail address.",
            ),
        );
    }
    check_links(db, new.promised.person, &new.promised.manages, &mut errors).await?;
    errors.into_result()?;
    let promised = Invitation { label, ..new.promised.clone() };
    let payload = serde_json::to_value(&promised).map_err(Error::internal)?;
    atomically!(db, |tx| {
        links::cancel_invitation(tx, None, Some(&email)).await?;
        let link = links::New {
            purpose: Purpose::Invitation,
            account: None,
            email: Some(&email),
            payload: payload.clone(),
            created_by: actor.account,
        };
        let secret = links::make(tx, link).await?;
        mails::invitation(tx, app, promised.language, &email, &secret).await?;
        let id = actor.account.unwrap_or(Uuid::nil());
        // The address is not noted: it could not be erased from here.
        store::note_act(tx, actor, id, "invited", json!({ "roles": promised.roles }));
        Ok(secret)
    })
}

fn check_roles(roles: &[Role], errors: &mut FieldErrors) {
    if roles.is_empty() {
        errors.add("roles", both("役割を一つ以上選んでください。", "Choose at least one role."));
    }
}

/// The person and the bodies must exist.
async fn check_links(db: &Db, person: Option<Uuid>, manages: &[Uuid], errors: &mut FieldErrors) -> Result<()> {
    if let Some(person) = person {
        let found: Option<One<Uuid>> =
            db.opt("SELECT id FROM person WHERE id = $1 AND deleted_at IS NULL", args![person]).await?;
        if found.is_none() {
            errors.add("person", both("この人の記録はありません。", "There is no record of this person."));
        }
    }
    for body in manages {
        let sql = "SELECT id FROM organization WHERE id = $1 AND deleted_at IS NULL UNION ALL SELECT id FROM unit WHERE id = $1 AND deleted_at IS NULL";
        if db.opt::<One<Uuid>>(sql, args![*body]).await?.is_none() {
            errors.add("manages", both("この組織の記録はありません。", "There is no record of this organization."));
        }
    }
    Ok(())
}

pub(crate) async fn cancel_invitation(db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(Permission::ManageAccounts)?;
    let cancelled = atomically!(db, |tx| {
        let rows = links::cancel_invitation(tx, Some(id), None).await?;
        if rows > 0 {
            store::note_act(
                tx,
                actor,
                actor.account.unwrap_or(Uuid::nil()),
                "invitation_cancelled",
                json!({ "invitation": id }),
            );
        }
        Ok(rows)
    })?;
    if cancelled > 0 { Ok(()) } else { Err(Error::NotFound) }
}

/// What is to be set for an account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) label: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) person: Option<Uuid>,
    pub(crate) manages: Vec<Uuid>,
}

/// Sets roles and links of an account. When what it may do has changed, its sessions end, so that nothing goes on under
/// the old rights (fault 55); `keep` is the session of whoever changes their own.
pub(crate) async fn change(db: &Db, actor: &Actor, id: Uuid, settings: &Settings, keep: Option<Uuid>) -> Result<()> {
    policy::may_give(actor, &settings.roles)?;
    let mut errors = FieldErrors::default();
    let label = collect(&mut errors, check_label(&settings.label)).unwrap_or_default();
    check_roles(&settings.roles, &mut errors);
    check_links(db, settings.person, &settings.manages, &mut errors).await?;
    errors.into_result()?;
    atomically!(db, |tx| {
        let before = store::in_tx(tx, id).await?;
        if before.state == State::Closed {
            return Err(Error::NotFound);
        }
        let mut after = before.clone();
        after.label.clone_from(&label);
        after.roles.clone_from(&settings.roles);
        after.person = settings.person;
        after.manages.clone_from(&settings.manages);
        if after == before {
            return Ok(());
        }
        store::save(tx, actor, Verb::Updated, &before, &mut after).await?;
        if before.roles != after.roles {
            sessions::end_all(tx, actor, id, keep).await?;
            narrow_tokens(tx, actor, &after).await?;
        }
        an_administrator_stays(tx).await
    })
}

/// Tokens that carry what the account may not do any more are revoked; the check of each request would stop them, but a
/// later promotion must not bring them back.
async fn narrow_tokens(tx: &mut Tx, actor: &Actor, account: &Account) -> Result<()> {
    let owner = Actor { roles: account.roles.clone(), ..super::as_owner(account) };
    let sql = "SELECT id, account, prefix, label, permissions, created_at, expires_at, used_at, revoked_at FROM account_token WHERE account = $1 AND revoked_at IS NULL";
    let alive: Vec<crate::accounts::model::Token> = tx.all(sql, args![account.id]).await?;
    for token in alive {
        if token.permissions.iter().any(|permission| !owner.may(*permission)) {
            tokens::revoke(tx, actor, account.id, token.id).await?;
        }
    }
    Ok(())
}

async fn an_administrator_stays(tx: &mut Tx) -> Result<()> {
    let sql = "SELECT count(*) FROM account WHERE state = 'active' AND CAST(roles AS TEXT) LIKE '%\"administrator\"%'";
    let One(count) = tx.one::<One<i64>>(sql, args![]).await?;
    if count > 0 {
        return Ok(());
    }
    Err(Error::conflict(both(
        "システム管理者が一人もいなくなります。先に別の人をシステム管理者にしてください。",
        "No administrator would be left. Make somebody else an administrator first.",
    )))
}

fn not_oneself(actor: &Actor, id: Uuid) -> Result<()> {
    if actor.account != Some(id) {
        return Ok(());
    }
    Err(Error::conflict(both(
        "自分のアカウントは停止・終了できません。ほかの管理者に頼んでください。",
        "You cannot stop your own account. Ask another administrator.",
    )))
}

/// Stops an account for now: its sessions end, its tokens do not open.
pub(crate) async fn suspend(db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    set_state(db, actor, id, State::Active, State::Suspended, "suspended").await
}

/// Lets a suspended account open again; sessions have to be opened anew.
pub(crate) async fn resume(db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    set_state(db, actor, id, State::Suspended, State::Active, "resumed").await
}

async fn set_state(db: &Db, actor: &Actor, id: Uuid, from: State, to: State, verb: &str) -> Result<()> {
    actor.require(Permission::ManageAccounts)?;
    not_oneself(actor, id)?;
    atomically!(db, |tx| {
        let before = store::in_tx(tx, id).await?;
        if before.state != from {
            return Err(Error::NotFound);
        }
        let mut after = before.clone();
        after.state = to;
        store::save(tx, actor, Verb::Other(verb.to_owned()), &before, &mut after).await?;
        if to == State::Suspended {
            sessions::end_all(tx, actor, id, None).await?;
            links::cancel_of(tx, id, &[Purpose::Recovery, Purpose::Email]).await?;
        }
        an_administrator_stays(tx).await
    })
}

/// Ends an account for good. Its history stays, its keys go.
pub(crate) async fn close(db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(Permission::ManageAccounts)?;
    not_oneself(actor, id)?;
    atomically!(db, |tx| {
        let before = store::in_tx(tx, id).await?;
        if before.state == State::Closed {
            return Err(Error::NotFound);
        }
        let mut after = before.clone();
        after.state = State::Closed;
        store::save(tx, actor, Verb::Other("closed".to_owned()), &before, &mut after).await?;
        take_all_keys(tx, actor, &before).await?;
        store::set_password(tx, actor, id, None).await?;
        an_administrator_stays(tx).await
    })
}

/// Ends every session of an account.
pub(crate) async fn end_sessions(db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(Permission::ManageAccounts)?;
    atomically!(db, |tx| {
        sessions::end_all(tx, actor, id, None).await?;
        Ok(())
    })
}
