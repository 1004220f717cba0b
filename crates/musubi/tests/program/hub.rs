//! A hub in this process: a database of its own, the real routes and the real doorkeeper, no socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use chrono::{DateTime, Utc};
use directory::accounts::{self, SAMPLE_PASSWORD};
use kernel::{Actor, Lang, Uuid};
use musubi_program::config::File;
use musubi_program::{sample, wiring};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Weak};
use store::test_support::TestDb;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;
use tower::ServiceExt;
use web::App;

/// One runtime for all tests, so that they can share a hub.
static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap());
static SHARED: LazyLock<Mutex<Weak<Hub>>> = LazyLock::new(Mutex::default);

/// The day of these tests; the sample's dates lie around it.
pub fn today() -> DateTime<Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

/// A hub that answers requests.
pub struct Hub {
    pub app: App,
    router: Router,
    sessions: Mutex<HashMap<String, String>>,
    _db: TestDb,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The words of the page without markup, entities resolved, white space as single spaces.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut within = false;
        for ch in self.body.chars() {
            match ch {
                '<' => within = true,
                '>' => {
                    within = false;
                    words.push(' ');
                }
                _ if !within => words.push(ch),
                _ => {}
            }
        }
        let entities = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&#60;", "<"),
            ("&#62;", ">"),
            ("&quot;", "\""),
            ("&#34;", "\""),
            ("&#39;", "'"),
            ("&#38;", "&"),
            ("&amp;", "&"),
        ];
        let words = entities.iter().fold(words, |words, (entity, ch)| words.replace(entity, ch));
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Runs a test on a hub with the sample that other tests read at the same time: it must not write.
pub fn reading(test: impl AsyncFnOnce(&Hub)) {
    RUNTIME.block_on(async {
        let hub = {
            let mut shared = SHARED.lock().await;
            match shared.upgrade() {
                Some(hub) => hub,
                None => {
                    let hub = Arc::new(Hub::with_sample().await);
                    *shared = Arc::downgrade(&hub);
                    hub
                }
            }
        };
        test(&hub).await;
    });
}

/// Runs a test that needs no shared hub.
pub fn alone(test: impl AsyncFnOnce()) {
    RUNTIME.block_on(test());
}

impl Hub {
    /// Without any record.
    pub async fn empty() -> Hub {
        Hub::build(false).await
    }

    /// With the sample hub and its accounts.
    pub async fn with_sample() -> Hub {
        Hub::build(true).await
    }

    async fn build(with_sample: bool) -> Hub {
        let db = TestDb::at(today()).await;
        let mut file = File::default();
        file.data.folder = db.folder_path().to_path_buf();
        let mut assembled = wiring::assemble(&file, db.db()).await.unwrap();
        if with_sample {
            sample::load(&assembled.app).await.unwrap();
            assembled = wiring::assemble(&file, db.db()).await.unwrap();
            accounts::sample(&db, &assembled.app.hub, &sample::links(&assembled.app)).await.unwrap();
        }
        let app = assembled.app.clone();
        app.projections.catch_up(&app).await;
        let router = web::server::router(&app, assembled.routes);
        Hub { app, router, sessions: Mutex::default(), _db: db }
    }

    /// Brings the search index to the head of the feed.
    pub async fn index(&self) {
        web::projections::index_changes(&self.app).await.unwrap();
    }

    async fn send(&self, method: &str, path: &str, cookie: &str, content_type: &str, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        if !content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 100_000_000).await.unwrap_or_default();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// The session cookie of an account; each account signs in once.
    pub async fn session(&self, email: &str, password: &str) -> String {
        if let Some(known) = self.sessions.lock().await.get(email) {
            return known.clone();
        }
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("email", email)
            .append_pair("password", password)
            .finish();
        let answer = self.send("POST", "/en/sign-in", "", FORM, form).await;
        let cookies = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        let session = cookies.filter_map(|line| line.split(';').next()).find(|pair| pair.starts_with("musubi="));
        let session = session
            .unwrap_or_else(|| panic!("{email} cannot sign in: {} {}", answer.status, answer.words()))
            .to_owned();
        self.sessions.lock().await.insert(email.to_owned(), session.clone());
        session
    }

    /// `""` is a visitor, `director` the sample account director@example.jp, an address with `@` any account with
    /// the password of the sample.
    async fn cookie(&self, who: &str) -> String {
        match who {
            "" => String::new(),
            name if name.contains('@') => self.session(name, SAMPLE_PASSWORD).await,
            name => self.session(&format!("{name}@example.jp"), SAMPLE_PASSWORD).await,
        }
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        let cookie = self.cookie(who).await;
        self.send("GET", path, &cookie, "", String::new()).await
    }

    /// Sends a form.
    pub async fn post(&self, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie(who).await;
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, &cookie, FORM, body).await
    }

    /// Sends JSON.
    pub async fn json(&self, who: &str, method: &str, path: &str, body: &str) -> Answer {
        let cookie = self.cookie(who).await;
        self.send(method, path, &cookie, "application/json", body.to_owned()).await
    }

    /// A page as a visitor, which must be there.
    pub async fn page(&self, path: &str) -> Answer {
        let answer = self.get("", path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.words());
        answer
    }

    /// The record that a sample table calls by this code.
    pub fn id(&self, record_type: &str, code: &str) -> Uuid {
        let everything = Actor::system("test").keyring();
        self.app.catalogue.by_code(record_type, code, &everything).unwrap_or_else(|| panic!("no {record_type} {code}"))
    }

    /// The page of such a record, as a visitor.
    pub async fn record(&self, record_type: &str, code: &str, lang: Lang) -> Answer {
        let kind = self.app.kind(record_type).unwrap();
        self.page(&format!("/{lang}/{}/{}", kind.path, self.id(record_type, code))).await
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
