//! A hub in memory with its real layers, and browsers that keep cookies.

use crate::accounts::settings::AccessSettings;
use crate::accounts::{Doorkeeper, routes, tool};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use chrono::{DateTime, TimeZone, Utc};
use kernel::{Clock, Lang, Role, Text, Uuid};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use store::catalogue::Catalogue;
use store::search::Index;
use store::test_support::{TestDb, TestEngine};
use store::{One, args};
use tower::ServiceExt;
use web::projections::Projections;
use web::{Access, App, AppParts, Cx, Handled, Hooks, Hub, Routes, WebSettings};

pub(super) const PASSWORD: &str = "a quiet knot by the bay";

/// Runs a test body once per engine.
macro_rules! on_every_engine {
    ($(async fn $name:ident($hub:ident) $body:block)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            for engine in ::store::test_support::TestEngine::available() {
                println!("on {engine:?}");
                let $hub = $crate::accounts::tests::harness::TestHub::on(engine).await;
                $body
            }
        }
    )*};
}
pub(super) use on_every_engine;

pub(super) struct TestHub {
    pub(super) app: App,
    pub(super) db: TestDb,
    router: Router,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn is_entry(&self) -> bool {
        self.status == StatusCode::SEE_OTHER
            && self.headers.get_all(header::SET_COOKIE).iter().any(|c| c.to_str().unwrap().starts_with("musubi="))
    }
}

/// How a hub under test differs from the usual one.
pub(super) struct Options {
    pub(super) sample: bool,
    pub(super) access: AccessSettings,
    pub(super) base: String,
}

impl Default for Options {
    fn default() -> Options {
        Options { sample: false, access: AccessSettings::default(), base: "http://hub.example/".to_owned() }
    }
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 4, 1, 3, 0, 0).unwrap()
}

/// Tells who asks, for tests of the gatekeeper.
async fn who(cx: Cx) -> Handled {
    let may: Vec<String> = super::super::permissions::ALL
        .into_iter()
        .filter(|p| cx.actor.may(*p))
        .map(super::super::permissions::code)
        .collect();
    let json = serde_json::json!({
        "label": cx.actor.label, "signed_in": cx.actor.is_signed_in(), "member_of": cx.actor.member_of, "may": may, "waiting": cx.desk_count,
    });
    Ok(axum::response::IntoResponse::into_response(axum::Json(json)))
}

impl TestHub {
    pub(super) async fn on(engine: TestEngine) -> TestHub {
        TestHub::with(engine, Options::default()).await
    }

    pub(super) async fn with(engine: TestEngine, options: Options) -> TestHub {
        let db = TestDb::on(engine, Clock::fixed(start())).await;
        let door = Doorkeeper::new(options.access);
        let kinds = crate::records::ALL.to_vec();
        let catalogue = Arc::new(Catalogue::default());
        let store = db.db();
        let projections = Projections::load(&store, &kinds, &catalogue).await.unwrap();
        let routes =
            routes(&door).with(Routes::new().plain(axum::http::Method::GET, "/api/who", Access::Everyone, who));
        let app = App::new(AppParts {
            clock: store.clock().clone(),
            files: store::files::Files::of(&store).unwrap(),
            catalogue,
            search: Arc::new(Index::in_memory().unwrap()),
            language: Arc::new(web::language::Plain),
            kinds,
            hooks: Hooks::default(),
            hub: Hub {
                name: Text::pair("試験の拠点", "Test Hub"),
                tagline: Text::pair("試験", "For tests"),
                zone: chrono_tz::Asia::Tokyo,
                fiscal_year_start: 4,
                organization: None,
                sample: options.sample,
            },
            settings: WebSettings {
                base_url: url::Url::parse(&options.base).unwrap(),
                extra_hosts: Vec::new(),
                body_limit: 1_000_000,
                upload_limit: 1_000_000,
                request_timeout: 60,
                trusted_proxies: Vec::new(),
            },
            gatekeeper: Arc::new(door.clone()),
            projections,
            metrics: web::metrics::Metrics::default(),
            routes: routes.table().to_vec(),
            db: store,
        });
        let router = web::server::router(&app, routes);
        TestHub { app, db, router }
    }

    pub(super) async fn account(&self, name: &str, role: Role) -> Uuid {
        let label = format!("{name} さん");
        tool::create_account(&self.db, &format!("{name}@example.jp"), &label, Lang::Ja, vec![role], Some(PASSWORD))
            .await
            .unwrap()
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser { hub: self, jar: BTreeMap::new(), headers: Vec::new(), peer: "192.0.2.7:4000".parse().unwrap() }
    }

    /// A browser in which this account has just signed in.
    pub(super) async fn signed_in(&self, name: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert!(answer.is_entry(), "{} {}", answer.status, answer.body);
        browser
    }

    pub(super) fn wait(&self, time: chrono::TimeDelta) {
        self.app.clock.advance(time);
    }

    /// Texts of the mails to an address, the newest first.
    pub(super) async fn mails(&self, to: &str) -> Vec<String> {
        let sql = "SELECT text_body FROM mail WHERE recipient = $1 ORDER BY created_at DESC, id DESC";
        let found: Vec<One<String>> = self.db.all(sql, args![to]).await.unwrap();
        found.into_iter().map(|One(text)| text).collect()
    }

    /// The newest mail to an address, once there are this many: they are written beside the request.
    pub(super) async fn mail(&self, to: &str, count: usize) -> String {
        for _ in 0..200 {
            let mails = self.mails(to).await;
            if mails.len() >= count {
                return mails[0].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("no mail number {count} to {to}");
    }
}

/// The path of the first link in a mail.
pub(super) fn path_in(mail: &str) -> String {
    let start = mail.find("http://hub.example/").expect("a link to the hub");
    mail[start + "http://hub.example".len()..].split_whitespace().next().unwrap().to_owned()
}

#[derive(Clone)]
pub(super) struct Browser<'h> {
    hub: &'h TestHub,
    pub(super) jar: BTreeMap<String, String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) peer: SocketAddr,
}

impl Browser<'_> {
    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", String::new()).await
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, "application/x-www-form-urlencoded", body).await
    }

    pub(super) async fn json(&mut self, path: &str, body: &serde_json::Value) -> Answer {
        self.send("POST", path, "application/json", body.to_string()).await
    }

    pub(super) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let email = format!("{name}@example.jp");
        self.post("/ja/sign-in", &[("email", &email), ("password", password)]).await
    }

    /// What `/api/who` says about this browser.
    pub(super) async fn who(&mut self) -> serde_json::Value {
        let answer = self.get("/api/who").await;
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.body))
    }

    pub(super) async fn is_in(&mut self) -> bool {
        self.who().await["signed_in"] == true
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, body: String) -> Answer {
        let host = self.hub.app.settings.base_url.host_str().unwrap().to_owned();
        let mut request = Request::builder().method(method).uri(path);
        let own_host = self.headers.iter().any(|(name, _)| name == "host");
        if !own_host {
            let port = self.hub.app.settings.base_url.port().map(|port| format!(":{port}")).unwrap_or_default();
            request = request.header(header::HOST, format!("{host}{port}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if !self.jar.is_empty() {
            let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let response = self.hub.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, marks) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        if marks.contains("Max-Age=0") {
            self.jar.remove(name);
        } else {
            self.jar.insert(name.to_owned(), value.to_owned());
        }
    }
}
