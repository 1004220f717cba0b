//! How access works in this hub, as its configuration says: lives of sessions, sign-in at other services.

use kernel::lang::Said;
use serde::Deserialize;

/// An OpenID Connect provider, as the configuration names it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcProvider {
    /// Part of addresses: lower-case letters, digits, hyphens.
    pub key: String,
    pub name: Said,
    /// Exactly as the provider writes it in its own discovery document.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Asked for beside `openid`.
    #[serde(default = "usual_scopes")]
    pub scopes: Vec<String>,
    /// Whether a verified address at the provider opens the account with the same address at first sign-in.
    /// Without it, the owner signs in first and connects the two.
    #[serde(default = "yes")]
    pub link_by_email: bool,
}

fn usual_scopes() -> Vec<String> {
    vec!["email".to_owned(), "profile".to_owned()]
}

const fn yes() -> bool {
    true
}

/// How access works in this hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessSettings {
    pub providers: Vec<OidcProvider>,
    /// A session that is not used for this long ends.
    pub idle: chrono::TimeDelta,
    /// A session ends after this long however much it is used.
    pub longest: chrono::TimeDelta,
}

impl Default for AccessSettings {
    fn default() -> AccessSettings {
        AccessSettings {
            providers: Vec::new(),
            idle: chrono::TimeDelta::days(14),
            longest: chrono::TimeDelta::days(60),
        }
    }
}
