//! All SQL of accounts and access. Every change of state is noted in the change feed here, without secrets.
//!
//! Never here: rules (see `policy`), the order of steps (see `actions`).

pub(crate) mod ceremonies;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod privacy;
pub(crate) mod sessions;
pub(crate) mod tokens;
pub(crate) mod tries;

use super::model::{ACCOUNT_COLUMNS, Account};
use super::policy::email_key;
use kernel::change::Verb;
use kernel::{Actor, Change, Error, Result, Uuid, both};
use serde_json::{Value, json};
use store::{Db, One, Select, Tx, args};

/// Notes an act about an account that does not change its own row: a sign-in, a token made, a session ended.
pub(crate) fn note_act(tx: &mut Tx, actor: &Actor, account: Uuid, verb: &str, about: Value) {
    tx.note(
        actor,
        Change {
            verb: Verb::Other(verb.to_owned()),
            record_type: "account",
            record_id: account,
            before: None,
            after: Some(about),
        },
    );
}

pub(crate) async fn find(db: &Db, id: Uuid) -> Result<Option<Account>> {
    Ok(db.opt(format!("SELECT {ACCOUNT_COLUMNS} FROM account WHERE id = $1"), args![id]).await?)
}

pub(crate) async fn by_email(db: &Db, email: &str) -> Result<Option<Account>> {
    Ok(db.opt(format!("SELECT {ACCOUNT_COLUMNS} FROM account WHERE email_key = $1"), args![email_key(email)]).await?)
}

/// Active accounts whose person a party is, or who manage it.
pub(crate) async fn speaking_for(db: &Db, party: Uuid) -> Result<Vec<Account>> {
    let sql = format!(
        "SELECT {ACCOUNT_COLUMNS} FROM account WHERE state = 'active' AND (person = $1 OR CAST(manages AS TEXT) LIKE $2) ORDER BY id"
    );
    Ok(db.all(sql, args![party, format!("%{party}%")]).await?)
}

pub(crate) async fn in_tx(tx: &mut Tx, id: Uuid) -> Result<Account> {
    tx.lock("account", id).await?;
    Ok(tx.one(format!("SELECT {ACCOUNT_COLUMNS} FROM account WHERE id = $1"), args![id]).await?)
}

/// Whether any account was ever made; set-up is open only before.
pub(crate) async fn any(db: &Db) -> Result<bool> {
    Ok(db.opt::<One<Uuid>>("SELECT id FROM account LIMIT 1", args![]).await?.is_some())
}

/// Accounts by label, those after `after` (label, id), narrowed to words in label or address.
pub(crate) async fn list(db: &Db, words: &str, after: Option<(&str, Uuid)>, limit: i64) -> Result<Vec<Account>> {
    let words = email_key(words).replace(['%', '_'], "");
    let pattern = format!("%{words}%");
    let select = Select::new(&format!("SELECT {ACCOUNT_COLUMNS} FROM account"))
        .and("(email_key LIKE ? OR lower(label) LIKE ?)", (!words.is_empty()).then(|| args![&pattern, &pattern]))
        .and("(label > ? OR (label = ? AND id > ?))", after.map(|(label, id)| args![label, label, id]))
        .then("ORDER BY label, id LIMIT ?", args![limit]);
    Ok(select.all(db).await?)
}

pub(crate) async fn password_hash(db: &Db, id: Uuid) -> Result<Option<String>> {
    let found = db.opt::<One<Option<String>>>("SELECT password FROM account WHERE id = $1", args![id]).await?;
    Ok(found.and_then(|One(hash)| hash))
}

pub(crate) async fn insert(tx: &mut Tx, actor: &Actor, account: &Account, password: Option<&str>) -> Result<()> {
    let sql = "INSERT INTO account (id, version, email, email_key, label, language, person, state, roles, manages, password, sample, created_at, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)";
    let a = account;
    let args = args![
        a.id,
        a.version,
        &a.email,
        a.email.as_deref().map(email_key),
        &a.label,
        a.language.tag(),
        a.person,
        a.state.code(),
        json!(a.roles),
        json!(a.manages),
        password,
        a.sample,
        a.created_at
    ];
    tx.run(sql, args).await.map_err(taken)?;
    let mut shown = a.clone();
    shown.has_password = password.is_some();
    let change = Change {
        verb: Verb::Created,
        record_type: "account",
        record_id: a.id,
        before: None,
        after: Some(shown.to_json()),
    };
    tx.note(actor, change);
    Ok(())
}

/// Stores what changed; `verb` says what was done (`suspended`, `closed`, …).
pub(crate) async fn save(tx: &mut Tx, actor: &Actor, verb: Verb, before: &Account, after: &mut Account) -> Result<()> {
    after.version = before.version + 1;
    after.updated_at = tx.now();
    let sql = "UPDATE account SET version = $2, email = $3, email_key = $4, label = $5, language = $6, person = $7, state = $8, \
               roles = $9, manages = $10, sample = $11, updated_at = $12 WHERE id = $1 AND version = $13";
    let a = &*after;
    let args = args![
        a.id,
        a.version,
        &a.email,
        a.email.as_deref().map(email_key),
        &a.label,
        a.language.tag(),
        a.person,
        a.state.code(),
        json!(a.roles),
        json!(a.manages),
        a.sample,
        a.updated_at,
        before.version
    ];
    if tx.run(sql, args).await.map_err(taken)? == 0 {
        return Err(Error::Busy);
    }
    let change = Change {
        verb,
        record_type: "account",
        record_id: a.id,
        before: Some(before.to_json()),
        after: Some(a.to_json()),
    };
    tx.note(actor, change);
    Ok(())
}

/// Stores a new password hash, or takes the password away. A password of one's own ends being a sample account.
pub(crate) async fn set_password(tx: &mut Tx, actor: &Actor, id: Uuid, hash: Option<&str>) -> Result<()> {
    tx.run(
        "UPDATE account SET password = $2, sample = FALSE, updated_at = $3 WHERE id = $1",
        args![id, hash, tx.now()],
    )
    .await?;
    note_act(tx, actor, id, "password_changed", json!({ "has_password": hash.is_some() }));
    Ok(())
}

/// Remembers a sign-in and notes it.
pub(crate) async fn mark_signed_in(tx: &mut Tx, actor: &Actor, id: Uuid, method: &str, session: Uuid) -> Result<()> {
    tx.run("UPDATE account SET signed_in_at = $2 WHERE id = $1", args![id, tx.now()]).await?;
    note_act(tx, actor, id, "signed_in", json!({ "method": method, "session": session }));
    Ok(())
}

fn taken(error: store::Error) -> Error {
    if error.is_duplicate() {
        return Error::invalid(
            "email",
            both(
                "このメールアドレスのアカウントはすでにあります。",
                "There is already an account with this e-mail address.",
            ),
        );
    }
    error.into()
}
