//! A whole application over a throw-away database, for tests of this and other crates: real store, real router in
//! process, a gatekeeper that believes the test. Never in a release build's behaviour.

use crate::app::{App, AppParts, Gatekeeper, Hub, Identity, WebSettings};
use crate::hooks::Hooks;
use crate::projections::{self, Projections};
use crate::routes::Routes;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::record::RecordType;
use kernel::{Actor, Result, Role, Text, Uuid};
use std::sync::{Arc, Mutex, PoisonError};
use store::atomically;
use store::catalogue::Catalogue;
use store::search::Index;
use store::test_support::TestDb;
use tower::ServiceExt;

/// Lets in whomever the test names in the header `x-test-actor`.
#[derive(Default)]
struct Believer(Mutex<Vec<Actor>>);

impl Gatekeeper for Believer {
    fn identify<'a>(&'a self, _: &'a App, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Identity>> {
        let place = headers.get("x-test-actor").and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<usize>().ok());
        let actors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let actor = place.and_then(|place| actors.get(place).cloned()).unwrap_or_default();
        async move { Ok(Identity { actor, ..Identity::default() }) }.boxed()
    }
}

/// An application and its router.
pub struct TestApp {
    pub app: App,
    pub db: TestDb,
    router: Router,
    believer: Arc<Believer>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestApp {
    /// Over these record types, with `routes` beside the kit's shared ones.
    pub async fn new(kinds: Vec<&'static RecordType>, hooks: Hooks, routes: Routes) -> Result<TestApp> {
        TestApp::over(TestDb::new().await, kinds, hooks, routes).await
    }

    pub async fn over(db: TestDb, kinds: Vec<&'static RecordType>, hooks: Hooks, routes: Routes) -> Result<TestApp> {
        let believer = Arc::new(Believer::default());
        let routes = routes.with(crate::routes());
        let catalogue = Arc::new(Catalogue::default());
        let store = db.db();
        let projections = Projections::load(&store, &kinds, &catalogue).await?;
        let app = App::new(AppParts {
            clock: store.clock().clone(),
            files: store::files::Files::of(&store)?,
            catalogue,
            search: Arc::new(Index::in_memory()?),
            language: Arc::new(crate::language::Plain),
            kinds,
            hooks,
            hub: Hub {
                name: Text::pair("試験の拠点", "Test Hub"),
                tagline: Text::pair("試験", "For tests"),
                zone: chrono_tz::Asia::Tokyo,
                fiscal_year_start: 4,
                organization: None,
                sample: false,
            },
            settings: WebSettings {
                base_url: url::Url::parse("http://localhost/").map_err(kernel::Error::internal)?,
                extra_hosts: Vec::new(),
                body_limit: 1_000_000,
                upload_limit: 20_000_000,
                request_timeout: 30,
                trusted_proxies: Vec::new(),
            },
            gatekeeper: Arc::clone(&believer) as Arc<dyn Gatekeeper>,
            projections,
            metrics: crate::metrics::Metrics::default(),
            routes: routes.table().to_vec(),
            db: store,
        });
        let router = crate::server::router(&app, routes);
        Ok(TestApp { app, db, router, believer })
    }

    /// An actor with these roles and a new account.
    pub fn actor(roles: &[Role]) -> Actor {
        Actor { account: Some(Uuid::now_v7()), label: "Test".to_owned(), roles: roles.to_vec(), ..Actor::visitor() }
    }

    /// Sends a request as somebody.
    pub async fn send(&self, actor: &Actor, request: Request) -> Answer {
        let place = {
            let mut actors = self.believer.0.lock().unwrap_or_else(PoisonError::into_inner);
            actors.push(actor.clone());
            actors.len() - 1
        };
        let mut request = request;
        request.headers_mut().insert("x-test-actor", place.into());
        request.headers_mut().entry(header::HOST).or_insert(header::HeaderValue::from_static("localhost"));
        let response: Response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub async fn get(&self, actor: &Actor, path: &str) -> Answer {
        self.send(actor, request("GET", path, "", Body::empty())).await
    }

    /// Sends a form.
    pub async fn post(&self, actor: &Actor, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(actor, request("POST", path, "application/x-www-form-urlencoded", Body::from(body))).await
    }

    /// Sends JSON to the API.
    pub async fn json(&self, actor: &Actor, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        self.send(actor, request(method, path, "application/json", Body::from(body.to_string()))).await
    }

    /// Brings catalogue and search index to the head of the feed, after writes that went past the router.
    pub async fn settle(&self) -> Result<()> {
        self.app.projections.catch_up(&self.app).await;
        projections::index_changes(&self.app).await.map(|_| ())
    }

    /// What every subsystem does when a party becomes another one; their journals, for [`TestApp::undo_merge`].
    pub async fn merge(&self, loser: Uuid, survivor: Uuid) -> Result<Vec<serde_json::Value>> {
        let mut journals = Vec::new();
        for follower in self.app.hooks.followers() {
            journals.push(atomically!(self.app.db, |tx| { (follower.forth)(tx, loser, survivor).await })?);
        }
        Ok(journals)
    }

    pub async fn undo_merge(&self, journals: &[serde_json::Value], loser: Uuid, survivor: Uuid) -> Result<()> {
        for (follower, journal) in self.app.hooks.followers().iter().zip(journals) {
            atomically!(self.app.db, |tx| { (follower.back)(tx, journal, loser, survivor).await })?;
        }
        Ok(())
    }
}

fn request(method: &str, path: &str, content_type: &str, body: Body) -> Request {
    let mut builder = Request::builder().method(method).uri(path);
    if !content_type.is_empty() {
        builder = builder.header(header::CONTENT_TYPE, content_type);
    }
    builder.body(body).unwrap_or_default()
}
