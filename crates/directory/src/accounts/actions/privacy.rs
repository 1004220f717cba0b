//! A person's rights over their data (APPI 33–35, GDPR 15–17): consents, a copy, and being forgotten.

use super::recovery::take_all_keys;
use crate::accounts::consents::CONSENTS;
use crate::accounts::model::{Account, PrivacyRequest, State};
use crate::accounts::store::{self, keys, privacy, sessions, tokens};
use crate::records::{ALIAS, CLAIM, LISTING, PERSON, ROLE};
use ::store::records::{self, Scope};
use ::store::{Db, atomically, feed};
use kernel::change::Verb;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Change, Error, Permission, Result, Text, Uuid, both};
use serde_json::{Value, json};
use web::{App, Whose};

/// Acts of a person in the copy of their data; more are not read at once.
const ACTS: i64 = 5_000;
/// Records that are about a person and no one else; they go with the person.
const OWN_PARTS: [(&RecordType, &str); 3] = [(&ALIAS, "party"), (&LISTING, "party"), (&CLAIM, "subject")];

/// Gives or withdraws one consent.
pub(crate) async fn set_consent(db: &Db, actor: &Actor, account: Uuid, purpose: &str, given: bool) -> Result<()> {
    let purpose = CONSENTS.iter().find(|known| known.code == purpose).ok_or(Error::NotFound)?;
    if purpose.required && !given {
        return Err(Error::conflict(both(
            "この同意はアカウントの利用に必要です。取りやめるには、データの消去を申し出てください。",
            "Using the hub needs this consent. To withdraw it, ask for your data to be erased.",
        )));
    }
    atomically!(db, |tx| {
        match given {
            true => privacy::give(tx, actor, account, purpose.code, purpose.wording).await,
            false => privacy::withdraw(tx, actor, account, purpose.code).await,
        }
    })
}

/// Everything the hub holds about an account and its person, as one JSON document.
pub(crate) async fn export(app: &App, account: &Account) -> Result<Value> {
    let db = &app.db;
    let times = |session: &crate::accounts::model::Session| json!({ "created_at": session.created_at, "seen_at": session.seen_at, "address": session.address, "browser": session.agent, "method": session.method });
    let sessions: Vec<Value> = sessions::of(db, account.id).await?.iter().map(times).collect();
    let tokens: Vec<Value> = tokens::of(db, account.id).await?.iter().map(|t| json!({ "prefix": t.prefix, "label": t.label, "permissions": t.permissions, "created_at": t.created_at, "expires_at": t.expires_at, "revoked_at": t.revoked_at })).collect();
    let passkeys: Vec<Value> = keys::passkeys_of(db, account.id)
        .await?
        .iter()
        .map(|k| json!({ "label": k.label, "created_at": k.created_at, "used_at": k.used_at }))
        .collect();
    let identities: Vec<Value> = keys::identities_of(db, account.id)
        .await?
        .iter()
        .map(|i| json!({ "issuer": i.issuer, "label": i.label, "created_at": i.created_at }))
        .collect();
    let consents: Vec<Value> = privacy::consents(db, account.id).await?.iter().map(|c| json!({ "purpose": c.purpose, "wording": c.wording, "given_at": c.given_at, "withdrawn_at": c.withdrawn_at })).collect();
    let requests: Vec<Value> = privacy::requests_of(db, account.id).await?.iter().map(|r| json!({ "reason": r.reason, "state": r.state, "answer": r.answer, "created_at": r.created_at, "decided_at": r.decided_at })).collect();
    let records: Vec<Value> = match account.person {
        Some(person) => own_records(db, person).await?.iter().map(Record::to_json).collect(),
        None => Vec::new(),
    };
    let mut copy = json!({
        "made_at": db.now(),
        "account": account.to_json(),
        "records": records,
        "consents": consents,
        "privacy_requests": requests,
        "sessions": sessions,
        "tokens": tokens,
        "passkeys": passkeys,
        "accounts_elsewhere": identities,
        "acts": privacy::acts(db, account.id, ACTS).await?,
    });
    for (key, value) in app.hooks.copies(app, &whose(db, account).await?).await? {
        copy[key] = value;
    }
    Ok(copy)
}

/// Whom other subsystems are asked about.
async fn whose(db: &Db, account: &Account) -> Result<Whose> {
    let persons = match account.person {
        Some(person) => privacy::merged_into(db, person).await?.into_iter().chain([person]).collect(),
        None => Vec::new(),
    };
    Ok(Whose { account: account.id, persons, email_key: crate::accounts::policy::email_key(account.email()) })
}

/// The person and every record that is theirs.
async fn own_records(db: &Db, person: Uuid) -> Result<Vec<Record>> {
    let mut all: Vec<Record> = records::find(db, &PERSON, person, Scope::Everything).await?.into_iter().collect();
    for (kind, field) in OWN_PARTS.into_iter().chain([(&ROLE, "person")]) {
        all.extend(records::linking(db, kind, field, person, Scope::Everything).await?);
    }
    Ok(all)
}

/// Asks to be forgotten; staff answer.
pub(crate) async fn request_erasure(db: &Db, actor: &Actor, account: Uuid, reason: &str) -> Result<Uuid> {
    let reason: String = reason.trim().chars().take(2000).collect();
    atomically!(db, |tx| { privacy::add_request(tx, actor, account, &reason).await })
}

/// Takes the own open request back.
pub(crate) async fn withdraw_request(db: &Db, actor: &Actor, account: Uuid) -> Result<()> {
    let open = privacy::requests_of(db, account)
        .await?
        .into_iter()
        .find(|request| request.state == "open")
        .ok_or(Error::NotFound)?;
    end(db, actor, &open, "withdrawn", "").await
}

/// Declines a request and says why.
pub(crate) async fn decline(db: &Db, actor: &Actor, id: Uuid, answer: &str) -> Result<()> {
    actor.require(Permission::HandlePrivacy)?;
    let answer = answer.trim();
    if answer.is_empty() {
        return Err(Error::invalid(
            "answer",
            both("理由を書いてください。ご本人に伝わります。", "Write why; the person will read it."),
        ));
    }
    let request = open_request(db, id).await?;
    end(db, actor, &request, "declined", &answer.chars().take(2000).collect::<String>()).await
}

async fn open_request(db: &Db, id: Uuid) -> Result<PrivacyRequest> {
    privacy::request(db, id).await?.filter(|request| request.state == "open").ok_or(Error::NotFound)
}

async fn end(db: &Db, actor: &Actor, request: &PrivacyRequest, state: &str, answer: &str) -> Result<()> {
    let done = atomically!(db, |tx| { privacy::decide(tx, actor, request, state, answer).await })?;
    if done { Ok(()) } else { Err(Error::NotFound) }
}

/// Forgets the person behind a request: the person record keeps its id, so that ties and signatures stay true, and
/// nothing else; the account is closed; contents leave the change feed, whose chain still verifies.
///
/// Two transactions: the first takes the data out of the tables, the second out of the feed, which then holds the entry
/// of the first as well. The request stays open until both are done, and both may run again.
pub(crate) async fn erase(app: &App, db: &Db, actor: &Actor, id: Uuid) -> Result<()> {
    actor.require(Permission::HandlePrivacy)?;
    let request = open_request(db, id).await?;
    let account = store::find(db, request.account).await?.ok_or(Error::NotFound)?;
    if actor.account == Some(account.id) {
        return Err(Error::conflict(both(
            "自分の申し出はほかの担当者が確認します。",
            "Somebody else has to answer your own request.",
        )));
    }
    let parts = match account.person {
        Some(person) => parts_of(db, person).await?,
        None => Vec::new(),
    };
    clear_tables(app, db, actor, &account, &parts).await?;
    clear_feed(db, actor, &request, &account, &parts).await
}

/// Records that go with a person, those deleted before as well: their parts, and people merged into them.
async fn parts_of(db: &Db, person: Uuid) -> Result<Vec<(&'static RecordType, Uuid)>> {
    let merged = privacy::merged_into(db, person).await?;
    let mut parts: Vec<(&'static RecordType, Uuid)> = merged.iter().map(|id| (&PERSON, *id)).collect();
    for person in merged.into_iter().chain([person]) {
        for (kind, field) in OWN_PARTS {
            let sql = format!("SELECT id FROM {} WHERE \"{field}\" = $1 ORDER BY id", kind.key);
            let ids: Vec<::store::One<Uuid>> = db.all(sql, ::store::args![person]).await?;
            parts.extend(ids.into_iter().map(|::store::One(id)| (kind, id)));
        }
    }
    Ok(parts)
}

async fn clear_tables(
    app: &App,
    db: &Db,
    actor: &Actor,
    account: &Account,
    parts: &[(&'static RecordType, Uuid)],
) -> Result<()> {
    let now = app.clock.now();
    let whose = whose(db, account).await?;
    atomically!(db, |tx| {
        // Before the mails go, so that those it writes go with them.
        app.hooks.forget(app, actor, tx, &whose).await?;
        for (kind, part) in parts {
            clear_record(tx, actor, kind, *part, None, now).await?;
        }
        if let Some(person) = account.person {
            clear_record(tx, actor, &PERSON, person, Some(Text::pair("退会した方", "Former member")), now).await?;
        }
        let before = store::in_tx(tx, account.id).await?;
        let mut after = before.clone();
        after.email = None;
        after.label = "退会した方 / Former member".to_owned();
        after.state = State::Closed;
        after.roles.clear();
        after.manages.clear();
        store::save(tx, actor, Verb::Other("erased".to_owned()), &before, &mut after).await?;
        take_all_keys(tx, actor, &before).await?;
        store::set_password(tx, actor, account.id, None).await?;
        for id in parts.iter().map(|(_, id)| *id).chain(account.person) {
            privacy::forget_copies(tx, id).await?;
        }
        privacy::forget_drafts(tx, account.id).await?;
        privacy::forget_mails(tx, before.email()).await?;
        privacy::forget_links(tx, account.id, before.email()).await?;
        privacy::blank_requests(tx, account.id).await
    })
}

/// Empties a record. With a name it stays and is called by it; without one it is deleted.
async fn clear_record(
    tx: &mut ::store::Tx,
    actor: &Actor,
    kind: &'static RecordType,
    id: Uuid,
    name: Option<Text>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    let Some(before) = records::in_tx(tx, kind, id).await? else { return Ok(()) };
    let deleted = before.deleted_at.is_some();
    let mut bare = Record {
        code: None,
        source: None,
        values: Default::default(),
        field_levels: Default::default(),
        ..before.clone()
    };
    if kind == &PERSON {
        bare.set("consent", "not_listed");
    }
    let stays = name.is_some();
    if let Some(name) = name {
        bare.set("family", name);
    }
    // Restoring writes over a record in whatever state it is.
    records::restore(tx, actor, bare, now).await?;
    if !stays || deleted {
        records::delete(tx, actor, kind, id, now).await?;
    }
    Ok(())
}

async fn clear_feed(
    db: &Db,
    actor: &Actor,
    request: &PrivacyRequest,
    account: &Account,
    parts: &[(&'static RecordType, Uuid)],
) -> Result<()> {
    atomically!(db, |tx| {
        for (kind, part) in parts {
            feed::erase(tx, kind.key, *part).await?;
            tx.note(
                actor,
                Change {
                    verb: Verb::Other("erased".to_owned()),
                    record_type: kind.key,
                    record_id: *part,
                    before: None,
                    after: None,
                },
            );
        }
        if let Some(person) = account.person {
            feed::erase(tx, PERSON.key, person).await?;
            // Followers of the feed read the empty record from this entry.
            let after = records::in_tx(tx, &PERSON, person)
                .await?
                .filter(|record| record.deleted_at.is_none())
                .map(|record| record.to_json());
            tx.note(
                actor,
                Change {
                    verb: Verb::Other("erased".to_owned()),
                    record_type: PERSON.key,
                    record_id: person,
                    before: None,
                    after,
                },
            );
        }
        feed::erase(tx, "account", account.id).await?;
        privacy::decide(tx, actor, request, "done", "").await?;
        Ok(())
    })
}
