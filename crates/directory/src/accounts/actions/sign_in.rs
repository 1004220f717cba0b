//! Signing in and out, proving again who one is, the first set-up.

use super::as_owner;
use crate::accounts::consents::CONSENTS;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::{Account, Purpose, wrong_credentials};
use crate::accounts::policy::{self, PER_ACCOUNT, PER_ADDRESS};
use crate::accounts::secrets::{self, Digest256, subject};
use crate::accounts::store::sessions::Origin;
use crate::accounts::store::{self, links, privacy, sessions, tries};
use ::store::{Db, atomically};
use kernel::{Error, FieldErrors, Lang, Result, Role, Uuid};
use serde_json::json;
use web::App;

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) client: std::net::IpAddr,
    pub(crate) agent: String,
    /// Secret of a browser that has signed in before.
    pub(crate) device: Option<String>,
    /// Session that is open in this browser now; it ends when another opens.
    pub(crate) session: Option<Uuid>,
}

impl Visit {
    pub(crate) fn network(&self) -> Digest256 {
        subject("address", &policy::network(self.client))
    }

    fn origin(&self) -> Origin {
        Origin { address: self.client.to_string(), agent: self.agent.chars().take(300).collect() }
    }
}

/// What the browser gets after a sign-in.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) session: String,
    pub(crate) device: String,
}

/// Whether the account opens here today.
pub(crate) fn opens(app: &App, account: &Account) -> bool {
    account.is_active() && (!account.sample || app.hub.sample)
}

/// Opens a session under a new secret and ends the one that was open in this browser, whoever's it was: a session
/// that somebody planted is of no use (fault 55).
pub(crate) async fn open_session(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    account: &Account,
    method: &str,
    visit: &Visit,
) -> Result<Opened> {
    let secret = secrets::random();
    let device = visit.device.clone().unwrap_or_else(secrets::random);
    let actor = as_owner(account);
    let expires_at = app.clock.now() + door.settings().longest;
    atomically!(db, |tx| {
        if let Some(old) = visit.session
            && let Some(before) = sessions::find(&app.db, old).await?
        {
            sessions::end(tx, &actor, before.account, old, "session_replaced").await?;
        }
        let id = sessions::open(tx, account, secrets::digest(&secret), method, &visit.origin(), expires_at).await?;
        sessions::know_device(tx, account.id, secrets::digest(&device)).await?;
        store::mark_signed_in(tx, &actor, account.id, method, id).await?;
        Ok(())
    })?;
    Ok(Opened { session: secret, device })
}

/// Signs in with a password. Unknown accounts, wrong passwords, suspended and closed accounts get the same answer
/// after the same work, and the same waits.
pub(crate) async fn with_password(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    email: &str,
    password: &str,
    visit: &Visit,
) -> Result<Opened> {
    let account = store::by_email(db, email).await?;
    check_password(app, db, door, email, account.as_ref(), password, visit).await?;
    let account = account.ok_or_else(wrong_credentials)?;
    open_session(app, db, door, &account, "password", visit).await
}

/// Proves again who the owner of a session is; the session gets a new secret.
pub(crate) async fn confirm(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    account: Uuid,
    password: &str,
    visit: &Visit,
) -> Result<Opened> {
    let account = store::find(db, account).await?.ok_or(Error::SignIn)?;
    check_password(app, db, door, account.email(), Some(&account), password, visit).await?;
    open_session(app, db, door, &account, "password", visit).await
}

async fn check_password(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    email: &str,
    account: Option<&Account>,
    password: &str,
    visit: &Visit,
) -> Result<()> {
    let counter = counter_for(db, email, account, visit).await?;
    tries::take(db, &[(counter, PER_ACCOUNT), (visit.network(), PER_ADDRESS)]).await?;
    let open = account.filter(|account| opens(app, account));
    // The same query for everybody, so that it takes as long.
    let hash = store::password_hash(db, account.map_or(Uuid::nil(), |account| account.id)).await?;
    let hash = hash.filter(|_| open.is_some() && password.len() <= policy::PASSWORD_MAX_BYTES);
    if !door.passwords().matches(password, hash).await? {
        tracing::info!(address = %visit.client, known = account.is_some(), "sign-in failed");
        return Err(wrong_credentials());
    }
    tries::forgive(db, Some(counter), visit.network()).await
}

/// Which counter slows this try down: that of the account for strangers, one of its own for a browser in which the
/// account has signed in before, so that nobody else's tries lock the owner out (fault 58).
async fn counter_for(db: &Db, email: &str, account: Option<&Account>, visit: &Visit) -> Result<Digest256> {
    let device = visit.device.as_deref().map(secrets::digest);
    let id = account.map_or(Uuid::nil(), |account| account.id);
    let known = match device {
        Some(device) => sessions::is_known_device(db, id, device).await?,
        None => false,
    };
    Ok(match device.filter(|_| known) {
        Some(device) => subject("device", &hex::encode(device)),
        None => subject("account", &policy::email_key(email)),
    })
}

/// Ends the session of this browser.
pub(crate) async fn sign_out(db: &Db, actor: &kernel::Actor, session: Uuid) -> Result<()> {
    let Some(account) = actor.account else { return Ok(()) };
    atomically!(db, |tx| {
        sessions::end(tx, actor, account, session, "signed_out").await?;
        Ok(())
    })
}

/// What the first administrator writes.
#[derive(Debug, Clone, Default)]
pub(crate) struct SetUp {
    pub(crate) token: String,
    pub(crate) email: String,
    pub(crate) label: String,
    pub(crate) password: String,
}

/// A new token for the set-up page, or `None` when there is an account already. Older tokens stop working.
pub(crate) async fn setup_token(db: &Db) -> Result<Option<String>> {
    if store::any(db).await? {
        return Ok(None);
    }
    let secret = atomically!(db, |tx| {
        links::cancel_all(tx, Purpose::Setup).await?;
        links::make(
            tx,
            links::New { purpose: Purpose::Setup, account: None, email: None, payload: json!({}), created_by: None },
        )
        .await
    })?;
    Ok(Some(secret))
}

/// Makes the first account, an administrator, and signs it in.
///
/// # Errors
/// [`Error::NotFound`] when there is an account already; [`Error::Invalid`] naming `token` when it is wrong.
pub(crate) async fn set_up(
    app: &App,
    db: &Db,
    door: &Doorkeeper,
    form: &SetUp,
    lang: Lang,
    visit: &Visit,
) -> Result<Opened> {
    if store::any(db).await? {
        return Err(Error::NotFound);
    }
    tries::take(db, &[(visit.network(), PER_ADDRESS)]).await?;
    let mut errors = FieldErrors::default();
    let email = collect(&mut errors, policy::check_email("email", &form.email)).unwrap_or_default();
    let label = collect(&mut errors, check_label(&form.label)).unwrap_or_default();
    policy::check_password("password", &form.password, &[&email, &label], &mut errors);
    if links::peek(db, Purpose::Setup, form.token.trim()).await?.is_none() {
        errors.add(
            "token",
            kernel::both(
                "起動時に表示された設定用の番号と違います。",
                "This is not the set-up token that the program printed.",
            ),
        );
    }
    errors.into_result()?;
    let hash = door.passwords().hash(&form.password).await?;
    let account = atomically!(db, |tx| {
        // Only one can use the token up, so only one first account is made.
        links::consume(tx, Purpose::Setup, form.token.trim()).await?.ok_or(Error::NotFound)?;
        let account = Account::new(tx.new_id(), &email, &label, lang, vec![Role::Administrator], tx.now());
        store::insert(tx, &kernel::Actor::system("set-up"), &account, Some(&hash)).await?;
        privacy::give(tx, &as_owner(&account), account.id, CONSENTS[0].code, CONSENTS[0].wording).await?;
        Ok(account)
    })?;
    open_session(app, db, door, &account, "setup", visit).await
}

/// Keeps the value, or adds the faults to the others.
pub(crate) fn collect<T>(errors: &mut FieldErrors, outcome: Result<T>) -> Option<T> {
    match outcome {
        Ok(value) => Some(value),
        Err(Error::Invalid(more)) => {
            errors.0.extend(more.0);
            None
        }
        Err(_) => None,
    }
}

/// The name by which an account is called.
pub(crate) fn check_label(label: &str) -> Result<String> {
    let label = label.trim();
    let fine = !label.is_empty() && label.chars().count() <= 120 && !label.chars().any(char::is_control);
    let fault = kernel::both("名前を入れてください(120文字まで)。", "Write a name of at most 120 characters.");
    if fine { Ok(label.to_owned()) } else { Err(Error::invalid("label", fault)) }
}
