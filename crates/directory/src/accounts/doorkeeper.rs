//! Tells who is behind a request: the session cookie, or an API token in `Authorization: Bearer mus_…`.
//!
//! Known sessions are kept in memory, so that a request costs no query; the change feed takes them out again. Every
//! change that could matter (account, session, token, post of a person) is in the feed, the feed's head is looked
//! at before each answer, and a commit moves it at once in this process and within a second from others: whatever
//! was revoked stops at the next request. Never here: opening and ending sessions (see `actions`).

use super::model::Account;
use super::oidc::Providers;
use super::passwords::Passwords;
use super::secrets::{self, Digest256, TOKEN_START};
use super::settings::AccessSettings;
use super::{cookies, store};
use crate::records::ROLE;
use ::store::records::{Scope, linking};
use ::store::{Db, One, args, feed};
use axum::http::{HeaderMap, header};
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use kernel::edtf::Certainty;
use kernel::{Actor, Error, Permission, Result, Uuid};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use web::{App, Gatekeeper, Identity};

/// How long an answer is kept when nothing changes: dated posts begin and end without a change.
const KEPT_FOR: TimeDelta = TimeDelta::minutes(10);
/// How exact "last used" is; finer would write with every request.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);
/// Answers kept at the same time, about 1 KiB each.
const KEPT_AT_MOST: usize = 20_000;
/// Steps from a laboratory up to its organization.
const DEEPEST: usize = 8;

/// Counts what waits for an actor; subsystems that have such things give one.
pub type Waiting = for<'a> fn(&'a Db, &'a Actor) -> BoxFuture<'a, Result<u32>>;

/// Who may come in. Cheap to clone; the program makes one.
#[derive(Clone)]
pub struct Doorkeeper(Arc<Parts>);

struct Parts {
    settings: AccessSettings,
    passwords: Passwords,
    providers: Providers,
    waiting: Vec<Waiting>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// The feed up to here has been looked at.
    at: i64,
    answers: HashMap<Digest256, Answer>,
}

#[derive(Clone)]
struct Answer {
    actor: Arc<Actor>,
    account: Uuid,
    key: KeyKind,
    loaded_at: DateTime<Utc>,
    touched_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// Count of what waits, and the place in the feed at which it was counted.
    waiting: Option<(i64, u32)>,
}

#[derive(Clone, Copy, PartialEq)]
enum KeyKind {
    Session(Uuid),
    Token(Uuid),
}

impl Doorkeeper {
    pub fn new(settings: AccessSettings) -> Doorkeeper {
        Doorkeeper::with_waiting(settings, Vec::new())
    }

    /// With counters of what waits for people on their desks, beside the requests this subsystem knows.
    pub fn with_waiting(settings: AccessSettings, waiting: Vec<Waiting>) -> Doorkeeper {
        let providers = Providers::new(&settings.providers);
        Doorkeeper(Arc::new(Parts {
            settings,
            passwords: Passwords::default(),
            providers,
            waiting,
            kept: Mutex::default(),
        }))
    }

    pub fn settings(&self) -> &AccessSettings {
        &self.0.settings
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    pub(crate) fn providers(&self) -> &Providers {
        &self.0.providers
    }

    /// Removes sessions, links and counters that have run out. To be run daily.
    pub async fn sweep(&self, db: &Db) -> Result<()> {
        store::sessions::sweep(db, self.0.settings.idle).await
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who holds this key, from memory or the tables. `None` when the key opens nothing.
    async fn answer(&self, app: &App, secret: &str, is_token: bool) -> Result<Option<Answer>> {
        let db = &app.db;
        let key = secrets::digest(secret);
        let seen = self.follow_feed(db).await?;
        let now = db.now();
        let known = self.kept().answers.get(&key).cloned();
        let used_at = known.as_ref().map(|answer| answer.touched_at);
        let mut answer = match known.filter(|answer| now - answer.loaded_at < KEPT_FOR) {
            Some(answer) => Some(answer),
            None if is_token => self.load_token(app, key).await?,
            None => self.load_session(app, key).await?,
        };
        if let (Some(answer), Some(used_at)) = (&mut answer, used_at) {
            // The last use is written beside requests and may not be in the table yet.
            answer.touched_at = answer.touched_at.max(used_at);
        }
        let Some(mut answer) = answer.filter(|answer| self.is_open(answer, now)) else { return Ok(None) };
        self.touch(db, &mut answer, now);
        self.count_waiting(db, &mut answer, seen).await?;
        let mut kept = self.kept();
        // What was loaded before a change that is known by now must not be kept.
        if kept.at == seen {
            if kept.answers.len() >= KEPT_AT_MOST {
                kept.answers.clear();
            }
            kept.answers.insert(key, answer.clone());
        }
        Ok(Some(answer))
    }

    fn is_open(&self, answer: &Answer, now: DateTime<Utc>) -> bool {
        let idle = match answer.key {
            KeyKind::Session(_) => now - answer.touched_at > self.0.settings.idle,
            KeyKind::Token(_) => false,
        };
        answer.expires_at > now && !idle
    }

    /// Forgets what changed since the last look; gives the place in the feed up to which memory is right.
    async fn follow_feed(&self, db: &Db) -> Result<i64> {
        let head = *db.feed_watch().borrow();
        let at = self.kept().at;
        if at >= head {
            return Ok(at);
        }
        let mut changed = if at == 0 { Vec::new() } else { feed::touched(db, at, head).await? };
        changed.retain(|(kind, _)| matches!(kind.as_str(), "account" | "role" | "unit"));
        let mut kept = self.kept();
        if at == 0 || changed.iter().any(|(kind, _)| kind != "account") {
            // A post may have moved anybody.
            kept.answers.clear();
        } else {
            kept.answers.retain(|_, answer| changed.iter().all(|(_, id)| *id != answer.account));
        }
        kept.at = kept.at.max(head);
        Ok(kept.at)
    }

    async fn load_session(&self, app: &App, key: Digest256) -> Result<Option<Answer>> {
        let Some(session) = store::sessions::by_secret(&app.db, key).await? else { return Ok(None) };
        let Some(account) = opening_account(app, session.account).await? else { return Ok(None) };
        Ok(Some(Answer {
            actor: Arc::new(actor_of(app, &account, None).await?),
            account: account.id,
            key: KeyKind::Session(session.id),
            loaded_at: app.db.now(),
            touched_at: session.seen_at,
            expires_at: session.expires_at,
            waiting: None,
        }))
    }

    async fn load_token(&self, app: &App, key: Digest256) -> Result<Option<Answer>> {
        let now = app.db.now();
        let Some(token) = store::tokens::by_secret(&app.db, key).await?.filter(|token| token.is_alive(now)) else {
            return Ok(None);
        };
        let Some(account) = opening_account(app, token.account).await? else { return Ok(None) };
        Ok(Some(Answer {
            actor: Arc::new(actor_of(app, &account, Some(token.permissions)).await?),
            account: account.id,
            key: KeyKind::Token(token.id),
            loaded_at: now,
            touched_at: token.used_at.unwrap_or(DateTime::UNIX_EPOCH),
            expires_at: token.expires_at,
            waiting: None,
        }))
    }

    /// Remembers the use now and then, beside the request.
    fn touch(&self, db: &Db, answer: &mut Answer, now: DateTime<Utc>) {
        if now - answer.touched_at < TOUCH_EVERY || db.is_read_only() {
            return;
        }
        answer.touched_at = now;
        let (db, key) = (db.clone(), answer.key);
        tokio::spawn(async move {
            let outcome = match key {
                KeyKind::Session(id) => store::sessions::touch(&db, id, now).await,
                KeyKind::Token(id) => store::tokens::touch(&db, id, now).await,
            };
            if let Err(error) = outcome {
                tracing::warn!(%error, "last use of a session was not kept");
            }
        });
    }

    async fn count_waiting(&self, db: &Db, answer: &mut Answer, seen: i64) -> Result<()> {
        if matches!(answer.waiting, Some((at, _)) if at == seen) || matches!(answer.key, KeyKind::Token(_)) {
            return Ok(());
        }
        let mut count = 0;
        if answer.actor.may(Permission::HandlePrivacy) {
            count += store::privacy::count_open(db).await?;
        }
        for waiting in &self.0.waiting {
            count += waiting(db, &answer.actor).await?;
        }
        answer.waiting = Some((seen, count));
        Ok(())
    }

    async fn identify(&self, app: &App, headers: &HeaderMap) -> Result<Identity> {
        if let Some(token) = bearer(headers)? {
            // A wrong token is an error and not a visitor, so that programs notice.
            let answer = self.answer(app, token, true).await?.ok_or(Error::SignIn)?;
            return Ok(Identity { actor: (*answer.actor).clone(), session: None, waiting: 0 });
        }
        let Some(secret) = cookies::session(headers, app.settings.is_secure()) else { return Ok(Identity::default()) };
        let Some(answer) = self.answer(app, &secret, false).await? else { return Ok(Identity::default()) };
        let session = match answer.key {
            KeyKind::Session(id) => Some(id),
            KeyKind::Token(_) => None,
        };
        Ok(Identity { actor: (*answer.actor).clone(), session, waiting: answer.waiting.map_or(0, |(_, count)| count) })
    }
}

impl Gatekeeper for Doorkeeper {
    fn identify<'a>(&'a self, app: &'a App, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Identity>> {
        Box::pin(self.identify(app, headers))
    }
}

/// The token of an `Authorization: Bearer mus_…` header (RFC 6750 2.1). Other schemes are not ours to judge.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let value = value.to_str().map_err(|_| Error::SignIn)?;
    let Some((scheme, token)) = value.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    let token = token.trim();
    if token.starts_with(TOKEN_START) { Ok(Some(token)) } else { Err(Error::SignIn) }
}

/// The account, if it opens today in this hub.
async fn opening_account(app: &App, id: Uuid) -> Result<Option<Account>> {
    let account = store::find(&app.db, id).await?;
    Ok(account.filter(|account| account.is_active() && (!account.sample || app.hub.sample)))
}

/// What an account is for the hub today.
pub(crate) async fn actor_of(
    app: &App,
    account: &Account,
    token_permissions: Option<Vec<Permission>>,
) -> Result<Actor> {
    let today = app.clock.today(app.hub.zone);
    Ok(Actor {
        account: Some(account.id),
        person: account.person,
        label: account.label.clone(),
        roles: account.roles.clone(),
        member_of: match account.person {
            Some(person) => member_of(&app.db, person, today).await?,
            None => Vec::new(),
        },
        manages: account.manages.clone(),
        token_permissions,
        system: false,
    })
}

/// Bodies in which a person holds a post today, and those above them. A post whose end is not known counts.
async fn member_of(db: &Db, person: Uuid, today: chrono::NaiveDate) -> Result<Vec<Uuid>> {
    let posts = linking(db, &ROLE, "person", person, Scope::Everything).await?;
    let current =
        posts.iter().filter(|post| post.date("period").is_none_or(|period| period.contains(today) != Certainty::No));
    let mut bodies: Vec<Uuid> = current.filter_map(|post| post.link("party")).collect();
    let mut level = bodies.clone();
    for _ in 0..DEEPEST {
        let mut above = Vec::new();
        for unit in level {
            let parents: Option<(Option<Uuid>, Option<Uuid>)> = db
                .opt("SELECT organization, parent FROM unit WHERE id = $1 AND deleted_at IS NULL", args![unit])
                .await?;
            above.extend(parents.into_iter().flat_map(|(organization, parent)| [organization, parent]).flatten());
        }
        above.retain(|id| !bodies.contains(id));
        if above.is_empty() {
            break;
        }
        bodies.extend(&above);
        level = above;
    }
    bodies.sort();
    bodies.dedup();
    Ok(bodies)
}

/// How many sessions are open now, for the operator.
pub async fn open_sessions(db: &Db) -> Result<i64> {
    let One(count) =
        db.one::<One<i64>>("SELECT count(*) FROM account_session WHERE expires_at > $1", args![db.now()]).await?;
    Ok(count)
}
