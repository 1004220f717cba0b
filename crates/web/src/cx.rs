//! The context of one request: who asks, in which language, of which hub. Handlers take it as an argument;
//! templates read it as `cx`.
//!
//! Made once by [`crate::enter`]. Never here: reading bodies, deciding what is allowed.

use crate::app::{App, Hub};
use crate::failure::Failure;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::audience::Keyring;
use kernel::{Actor, Both, Error, Lang, Uuid, both};
use std::sync::Arc;
use store::records::Scope;

/// The five ways into the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Find,
    Meet,
    Grow,
    Places,
    Desk,
}

impl Door {
    pub const ALL: [Door; 5] = [Door::Find, Door::Meet, Door::Grow, Door::Places, Door::Desk];

    pub const fn key(self) -> &'static str {
        match self {
            Door::Find => "find",
            Door::Meet => "meet",
            Door::Grow => "grow",
            Door::Places => "places",
            Door::Desk => "desk",
        }
    }

    pub const fn label(self) -> &'static Both {
        const FIND: Both = both("見つける", "Find");
        const MEET: Both = both("つどう", "Meet");
        const GROW: Both = both("育てる", "Grow");
        const PLACES: Both = both("場所", "Places");
        const DESK: Both = both("わたしの机", "My desk");
        match self {
            Door::Find => &FIND,
            Door::Meet => &MEET,
            Door::Grow => &GROW,
            Door::Places => &PLACES,
            Door::Desk => &DESK,
        }
    }

    /// The door behind which the pages of a first path segment lie.
    pub fn of(segment: &str) -> Option<Door> {
        Some(match segment {
            "directory" | "map" | "organizations" | "units" | "people" | "listings" | "agreements" | "search" => {
                Door::Find
            }
            "desk" | "account" | "staff" | "jobs" | "proposals" => Door::Desk,
            "meet"
            | "matches"
            | "introductions"
            | "introduction-answers"
            | "rounds"
            | "my-round"
            | "gatherings"
            | "sessions"
            | "series"
            | "calendar"
            | "registrations"
            | "tickets"
            | "gathering-parts"
            | "gathering-rooms"
            | "speakers"
            | "registration-questions"
            | "survey-questions"
            | "agenda-items"
            | "action-items"
            | "series-members" => Door::Meet,
            "grow" => Door::Grow,
            "places" => Door::Places,
            _ => return None,
        })
    }

    pub const fn path(self) -> &'static str {
        match self {
            Door::Find => "/directory",
            Door::Meet => "/meet",
            Door::Grow => "/grow",
            Door::Places => "/places",
            Door::Desk => "/desk",
        }
    }
}

/// A line shown once, after something was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub kind: &'static str,
    pub text: String,
    /// Address and words of the button that takes it back.
    pub undo: Option<(String, String)>,
}

/// One request's context. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    pub app: App,
    pub lang: Lang,
    pub actor: Arc<Actor>,
    pub keyring: Arc<Keyring>,
    pub hub: Arc<Hub>,
    /// `""`, `light` or `dark`.
    pub theme: &'static str,
    pub request_id: Arc<str>,
    pub session: Option<Uuid>,
    /// Path without the language, and the query as it came.
    pub path: Arc<str>,
    pub query: Arc<str>,
    pub notice: Option<Notice>,
    pub desk_count: u32,
    /// Answer with JSON: an API address, or a client that asks for it.
    pub wants_json: bool,
    /// Address of the client, past trusted proxies.
    pub client: std::net::IpAddr,
}

impl Cx {
    /// Words of the interface in the reader's language.
    pub fn t(&self, ja: &'static str, en: &'static str) -> &'static str {
        both(ja, en).get(self.lang)
    }

    pub fn say(&self, words: &Both) -> &'static str {
        words.get(self.lang)
    }

    /// Address of a page in the reader's language.
    pub fn href(&self, path: &str) -> String {
        format!("/{}{path}", self.lang)
    }

    fn address_in(&self, lang: Lang) -> String {
        if self.query.is_empty() {
            format!("/{lang}{}", self.path)
        } else {
            format!("/{lang}{}?{}", self.path, self.query)
        }
    }

    /// This page in the other language.
    pub fn other_href(&self) -> String {
        self.address_in(self.lang.other())
    }

    /// The full address of this page.
    pub fn canonical(&self) -> String {
        self.absolute(&self.address_in(self.lang))
    }

    /// An address with scheme and host, for mails, feeds and `rel=canonical`.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.app.settings.base_url.as_str().trim_end_matches('/'))
    }

    pub fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }

    pub fn doors(&self) -> [Door; 5] {
        Door::ALL
    }

    /// Whether the page lies behind a door.
    pub fn at(&self, door: &Door) -> bool {
        Door::of(self.path.split('/').nth(1).unwrap_or_default()) == Some(*door)
    }

    /// Reading pages do without script; working pages are improved by it.
    pub fn wants_js(&self) -> bool {
        self.actor.is_signed_in()
    }

    /// The letter on the account menu.
    pub fn initial(&self) -> String {
        crate::layout::monogram(&self.actor.label)
    }

    /// What this reader may see, for queries.
    pub fn scope(&self) -> Scope<'_> {
        Scope::Keys(&self.keyring)
    }

    /// The database, its changes marked with this request.
    pub fn db(&self) -> store::Db {
        self.app.db.for_request(&self.request_id)
    }

    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.app.clock.now()
    }

    /// Today at the hub.
    pub fn today(&self) -> chrono::NaiveDate {
        self.app.clock.today(self.hub.zone)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Cx {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Cx, Failure> {
        let cx = parts.extensions.get::<Cx>().cloned();
        cx.ok_or_else(|| Failure(Error::internal("request without context")))
    }
}
