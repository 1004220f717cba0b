//! What accounts and everything that opens them look like.
//!
//! Never here: secrets, which stay in `store` and [`super::secrets`]; SQL.

use chrono::{DateTime, Utc};
use kernel::{Both, Error, Lang, Permission, Role, Uuid, both};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Line;

/// Whether an account opens. `active ⇄ suspended`, both `→ closed`; closed is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Active,
    Suspended,
    Closed,
}

impl State {
    pub const fn code(self) -> &'static str {
        match self {
            State::Active => "active",
            State::Suspended => "suspended",
            State::Closed => "closed",
        }
    }

    pub fn from_code(code: &str) -> Option<State> {
        [State::Active, State::Suspended, State::Closed].into_iter().find(|state| state.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            State::Active => both("利用中", "Active"),
            State::Suspended => both("停止中", "Suspended"),
            State::Closed => both("終了", "Closed"),
        }
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub id: Uuid,
    pub version: i64,
    /// `None` once the account is closed and forgotten.
    pub email: Option<String>,
    /// How the account is called in histories.
    pub label: String,
    pub language: Lang,
    /// The person record of the account.
    pub person: Option<Uuid>,
    pub state: State,
    pub roles: Vec<Role>,
    /// Organizations and units for which the account may speak.
    pub manages: Vec<Uuid>,
    pub has_password: bool,
    /// Opens only in a hub that is marked as a sample.
    pub sample: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub signed_in_at: Option<DateTime<Utc>>,
}

impl Account {
    pub fn new(id: Uuid, email: &str, label: &str, language: Lang, roles: Vec<Role>, now: DateTime<Utc>) -> Account {
        Account {
            id,
            version: 1,
            email: Some(email.to_owned()),
            label: label.to_owned(),
            language,
            person: None,
            state: State::Active,
            roles,
            manages: Vec::new(),
            has_password: false,
            sample: false,
            created_at: now,
            updated_at: now,
            signed_in_at: None,
        }
    }

    pub fn is_active(&self) -> bool {
        self.state == State::Active
    }

    pub fn email(&self) -> &str {
        self.email.as_deref().unwrap_or_default()
    }

    pub fn roles_in(&self, lang: Lang) -> String {
        let labels: Vec<&str> = self.roles.iter().map(|role| role.label().get(lang)).collect();
        labels.join(if lang == Lang::Ja { "、" } else { ", " })
    }

    /// How the change feed remembers it: nothing secret.
    pub fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": "account",
            "version": self.version,
            "email": self.email,
            "label": self.label,
            "language": self.language,
            "person": self.person,
            "state": self.state.code(),
            "roles": self.roles,
            "manages": self.manages,
            "has_password": self.has_password,
        })
    }
}

pub(crate) const ACCOUNT_COLUMNS: &str = "id, version, email, label, language, person, state, roles, manages, \
    password IS NOT NULL AS has_password, sample, created_at, updated_at, signed_in_at";

impl store::Record for Account {
    fn read(line: &Line<'_>) -> store::Result<Account> {
        let state: String = line.get("state")?;
        let language: String = line.get("language")?;
        Ok(Account {
            id: line.get("id")?,
            version: line.get("version")?,
            email: line.get("email")?,
            label: line.get("label")?,
            language: Lang::from_tag(&language).unwrap_or_default(),
            person: line.get("person")?,
            // An unknown state must not open.
            state: State::from_code(&state).unwrap_or(State::Closed),
            roles: known(line.get("roles")?),
            manages: known(line.get("manages")?),
            has_password: line.get("has_password")?,
            sample: line.get("sample")?,
            created_at: line.get("created_at")?,
            updated_at: line.get("updated_at")?,
            signed_in_at: line.get("signed_in_at")?,
        })
    }
}

/// The entries of a JSON array that can be read; what a later version wrote is left out.
pub(crate) fn known<T: serde::de::DeserializeOwned>(json: Value) -> Vec<T> {
    let Value::Array(items) = json else { return Vec::new() };
    items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect()
}

store::record! {
    /// A browser that is signed in.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Session {
        pub id: Uuid,
        pub account: Uuid,
        pub method: String,
        pub address: String,
        pub agent: String,
        pub created_at: DateTime<Utc>,
        pub confirmed_at: DateTime<Utc>,
        pub seen_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
    }
}

impl Session {
    /// The browser and system in a few words, from its own description.
    pub fn device(&self) -> String {
        let find = |names: &[(&'static str, &'static str)]| {
            names.iter().find(|(mark, _)| self.agent.contains(mark)).map(|(_, name)| *name)
        };
        let browser = find(&[
            ("Edg/", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
            ("curl/", "curl"),
        ]);
        let system = find(&[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("Linux", "Linux"),
        ]);
        [browser, system].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    pub fn method_words(&self) -> Both {
        match self.method.as_str() {
            "passkey" => both("パスキー", "Passkey"),
            "oidc" => both("外部のアカウント", "Account elsewhere"),
            "invitation" => both("招待", "Invitation"),
            "setup" => both("初期設定", "Set-up"),
            "recovery" => both("再設定のリンク", "Recovery link"),
            _ => both("パスワード", "Password"),
        }
    }
}

store::record! {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Passkey {
        pub id: Uuid,
        pub account: Uuid,
        pub passkey: Value,
        pub label: String,
        pub created_at: DateTime<Utc>,
        pub used_at: Option<DateTime<Utc>>,
    }
}

store::record! {
    /// An account elsewhere that opens this one.
    #[derive(Debug, Clone, PartialEq)]
    pub struct OutsideIdentity {
        pub id: Uuid,
        pub account: Uuid,
        pub issuer: String,
        pub label: String,
        pub created_at: DateTime<Utc>,
        pub used_at: Option<DateTime<Utc>>,
    }
}

/// A key for programs. What it may do is in `permissions`; what it may read is what its maker may read.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub id: Uuid,
    pub account: Uuid,
    pub prefix: String,
    pub label: String,
    pub permissions: Vec<Permission>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl store::Record for Token {
    fn read(line: &Line<'_>) -> store::Result<Token> {
        Ok(Token {
            id: line.get("id")?,
            account: line.get("account")?,
            prefix: line.get("prefix")?,
            label: line.get("label")?,
            permissions: known(line.get("permissions")?),
            created_at: line.get("created_at")?,
            expires_at: line.get("expires_at")?,
            used_at: line.get("used_at")?,
            revoked_at: line.get("revoked_at")?,
        })
    }
}

impl Token {
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at > now
    }
}

/// What a one-use link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Invitation,
    Recovery,
    Email,
    Setup,
}

impl Purpose {
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::Recovery => "recovery",
            Purpose::Email => "email",
            Purpose::Setup => "setup",
        }
    }

    /// How long such a link works.
    pub const fn life(self) -> chrono::TimeDelta {
        match self {
            Purpose::Invitation => chrono::TimeDelta::days(14),
            Purpose::Recovery => chrono::TimeDelta::hours(1),
            Purpose::Email | Purpose::Setup => chrono::TimeDelta::days(1),
        }
    }
}

store::record! {
    /// A link that works once.
    #[derive(Debug, Clone, PartialEq)]
    pub struct OneUse {
        pub id: Uuid,
        pub account: Option<Uuid>,
        pub email: Option<String>,
        pub payload: Value,
        pub created_by: Option<Uuid>,
        pub created_at: DateTime<Utc>,
        pub expires_at: DateTime<Utc>,
    }
}

/// What an invitation promises.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Invitation {
    pub label: String,
    pub language: Lang,
    pub roles: Vec<Role>,
    pub person: Option<Uuid>,
    pub manages: Vec<Uuid>,
}

store::record! {
    #[derive(Debug, Clone, PartialEq)]
    pub struct Consent {
        pub id: Uuid,
        pub account: Uuid,
        pub purpose: String,
        pub wording: String,
        pub given_at: DateTime<Utc>,
        pub withdrawn_at: Option<DateTime<Utc>>,
    }
}

store::record! {
    #[derive(Debug, Clone, PartialEq)]
    pub struct PrivacyRequest {
        pub id: Uuid,
        pub account: Uuid,
        pub reason: String,
        pub state: String,
        pub answer: Option<String>,
        pub created_at: DateTime<Utc>,
        pub decided_at: Option<DateTime<Utc>>,
    }
}

/// The same words whether the account is unknown, has another password, or is closed.
pub fn wrong_credentials() -> Error {
    Error::invalid(
        "password",
        both("メールアドレスかパスワードが違います。", "The e-mail address or the password is not right."),
    )
}
