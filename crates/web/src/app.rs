//! What every request shares: database, catalogue, search index, record types, settings of the hub.
//!
//! Built once by the program and handed to handlers as state. Never here: who is asking (see [`crate::cx`]).

use crate::hooks::Hooks;
use crate::language::Language;
use crate::projections::Projections;
use axum::http::HeaderMap;
use futures_util::future::BoxFuture;
use kernel::record::RecordType;
use kernel::{Actor, Clock, Result, Uuid};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Db;
use store::catalogue::Catalogue;
use store::search::Index;

/// Names and place of the hub, as its staff set them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hub {
    pub name: kernel::Text,
    pub tagline: kernel::Text,
    /// IANA time zone of wall-clock times.
    pub zone: chrono_tz::Tz,
    /// First month of the fiscal year; April in Japan.
    pub fiscal_year_start: u32,
    /// The organization record that is the hub itself.
    pub organization: Option<Uuid>,
    /// Shows the marks of a demonstration: sample accounts on the sign-in page, a line in the footer.
    pub sample: bool,
}

impl Hub {
    pub fn name(&self, lang: kernel::Lang) -> &str {
        self.name.say(lang)
    }

    pub fn tagline(&self, lang: kernel::Lang) -> &str {
        self.tagline.say(lang)
    }
}

/// Settings of the server, from the configuration file, the environment and flags.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// Scheme and host under which readers reach the hub; links in mails start with it.
    pub base_url: url::Url,
    /// Other `Host` values that are answered; anything else gets 421.
    pub extra_hosts: Vec<String>,
    /// Largest body of a form or API call, in bytes. Files and imports have their own limits.
    pub body_limit: usize,
    /// Largest file of an import or attachment, in bytes.
    pub upload_limit: usize,
    /// Seconds after which a request is given up.
    pub request_timeout: u64,
    /// Addresses of reverse proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
}

impl WebSettings {
    /// Cookies are marked `Secure` and named `__Host-…` when readers come over TLS.
    pub fn is_secure(&self) -> bool {
        self.base_url.scheme() == "https"
    }
}

/// Who is behind a request.
#[derive(Debug, Clone, Default)]
pub struct Identity {
    pub actor: Actor,
    /// The session, when one is open.
    pub session: Option<Uuid>,
    /// Things that wait for the actor; shown as a number on the desk.
    pub waiting: u32,
}

/// Tells who is behind a request from its cookies or bearer token. Implemented by the directory, wired by the
/// program.
pub trait Gatekeeper: Send + Sync {
    fn identify<'a>(&'a self, app: &'a App, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Identity>>;
}

/// Parts of [`App`]; public so that the program and tests can build one.
pub struct AppParts {
    pub db: Db,
    pub clock: Clock,
    pub catalogue: Arc<Catalogue>,
    pub search: Arc<Index>,
    /// What terms are also called.
    pub language: Arc<dyn Language>,
    /// Every record type, in an order in which links point backwards only.
    pub kinds: Vec<&'static RecordType>,
    pub hooks: Hooks,
    pub hub: Hub,
    pub settings: WebSettings,
    pub gatekeeper: Arc<dyn Gatekeeper>,
    pub files: store::files::Files,
    /// Keeps catalogue and search index at the head of the change feed.
    pub projections: Projections,
    /// What the server counts about itself.
    pub metrics: crate::metrics::Metrics,
    /// The table of routes, for the API description and the permission matrix.
    pub routes: Vec<crate::routes::Route>,
}

/// Shared state, cheap to clone.
#[derive(Clone)]
pub struct App(Arc<AppParts>);

impl std::ops::Deref for App {
    type Target = AppParts;
    fn deref(&self) -> &AppParts {
        &self.0
    }
}

impl App {
    pub fn new(parts: AppParts) -> App {
        App(Arc::new(parts))
    }

    /// The record type with this key.
    pub fn kind(&self, key: &str) -> Option<&'static RecordType> {
        self.kinds.iter().copied().find(|kind| kind.key == key)
    }

    /// The record type that lives under this path.
    pub fn kind_at(&self, path: &str) -> Option<&'static RecordType> {
        self.kinds.iter().copied().find(|kind| kind.path == path)
    }
}
