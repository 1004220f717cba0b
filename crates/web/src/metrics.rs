//! What the server counts about itself, in the text form of OpenMetrics 1.0, for whoever watches over it.
//!
//! Never here: anything about people or records. Labels are route templates, not addresses, because addresses can hold
//! names, search words and one-time links.

use crate::app::App;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Error, Result};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::{Duration, Instant};
use store::{feed, jobs, outbox};

/// Upper ends of the classes of answering times, in seconds.
const TIMES: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// Slower answers are told in the log.
const SLOW: Duration = Duration::from_secs(2);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct InState {
    state: String,
}

/// Counters of one process. Gauges are set when somebody reads them.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<OfRoute, Histogram>,
    running: Gauge,
    jobs: Family<InState, Gauge>,
    mails: Family<InState, Gauge>,
    feed_head: Gauge,
    index_behind: Gauge,
    shared_commits: Gauge,
    free_bytes: Gauge,
    memory_bytes: Gauge,
    open_files: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let seconds = Family::<OfRoute, Histogram>::new_with_constructor(|| Histogram::new(TIMES));
        let mut metrics = Metrics {
            registry: Registry::with_prefix("musubi"),
            requests: Family::default(),
            seconds,
            running: Gauge::default(),
            jobs: Family::default(),
            mails: Family::default(),
            feed_head: Gauge::default(),
            index_behind: Gauge::default(),
            shared_commits: Gauge::default(),
            free_bytes: Gauge::default(),
            memory_bytes: Gauge::default(),
            open_files: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Answered requests", self.requests.clone());
        registry.register("request_seconds", "Time until the answer begins", self.seconds.clone());
        registry.register("requests_running", "Requests without an answer yet", self.running.clone());
        registry.register("jobs", "Jobs by state", self.jobs.clone());
        registry.register("mails", "Mails of the outbox by state", self.mails.clone());
        registry.register("feed_head", "Number of the newest change", self.feed_head.clone());
        registry.register("index_behind", "Changes that the search index has not seen", self.index_behind.clone());
        registry.register("commits_shared", "Commits that held more than one write", self.shared_commits.clone());
        registry.register("free_bytes", "Space left in the data folder", self.free_bytes.clone());
        registry.register("memory_bytes", "Resident memory of the process", self.memory_bytes.clone());
        registry.register("open_files", "Open file handles of the process", self.open_files.clone());
    }

    /// Everything counted, as text.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn text(&self, app: &App) -> Result<String> {
        let db = &app.db;
        for (family, counts) in [(&self.jobs, jobs::counts(db).await?), (&self.mails, outbox::counts(db).await?)] {
            // A state that is empty again is zero, not what it was.
            family.clear();
            for (state, count) in counts {
                family.get_or_create(&InState { state }).set(count);
            }
        }
        let head = feed::newest(db).await?;
        self.feed_head.set(head);
        self.index_behind.set(head - app.search.cursor().unwrap_or(0));
        self.shared_commits.set(i64::try_from(db.shared_commits()).unwrap_or(i64::MAX));
        let known = |value: Option<u64>| value.and_then(|value| i64::try_from(value).ok()).unwrap_or(-1);
        self.free_bytes.set(known(db.folder().free_bytes()));
        self.memory_bytes.set(known(resident_bytes()));
        self.open_files.set(known(open_files()));
        let mut out = String::new();
        text::encode(&mut out, &self.registry).map_err(Error::internal)?;
        Ok(out)
    }
}

/// Resident memory (Linux; `None` elsewhere).
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1_024)
}

fn open_files() -> Option<u64> {
    std::fs::read_dir("/proc/self/fd").ok().map(|files| files.count() as u64)
}

/// `GET /metrics`, on a listener of its own that readers of the hub do not reach.
pub async fn page(State(app): State<App>) -> Response {
    const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match app.metrics.text(&app).await {
        Ok(text) => ([(axum::http::header::CONTENT_TYPE, KIND)], text).into_response(),
        Err(error) => {
            tracing::warn!(%error, "metrics could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Takes itself back when a request is over, also when the client has gone away in the middle.
struct Running<'a>(&'a Gauge);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// A client can make up as many methods as it likes; a label must not grow with them.
fn known_method(method: &Method) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// Counts every request and tells the slow ones.
pub async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let route = matched.map_or("none", MatchedPath::as_str).to_owned();
    let method = known_method(request.method()).to_owned();
    app.metrics.running.inc();
    let running = Running(&app.metrics.running);
    let began = Instant::now();
    let response = next.run(request).await;
    drop(running);
    let (took, status) = (began.elapsed(), response.status().as_u16());
    app.metrics.seconds.get_or_create(&OfRoute { route: route.clone() }).observe(took.as_secs_f64());
    let id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let milliseconds = took.as_millis() as u64;
    if took >= SLOW {
        tracing::info!(target: "request", method, route, status, milliseconds, id, "slow");
    } else {
        tracing::debug!(target: "request", method, route, status, milliseconds, id);
    }
    app.metrics.requests.get_or_create(&Asked { method, route, status }).inc();
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::hooks::Hooks;
    use crate::routes::Routes;
    use crate::test_support::TestApp;
    use kernel::Actor;

    /// Route templates are counted, and no address, search word or name comes out (faults.md 91).
    #[tokio::test]
    async fn requests_are_counted_without_what_was_in_them() {
        let test = TestApp::new(Vec::new(), Hooks::default(), Routes::new()).await.unwrap();
        let visitor = Actor::visitor();
        for path in ["/health", "/health", "/en/search?q=canaryword", "/en/canarypath/3"] {
            test.get(&visitor, path).await;
        }
        let text = test.app.metrics.text(&test.app).await.unwrap();
        assert!(text.contains(r#"musubi_requests_total{method="GET",route="/health",status="200"} 2"#), "{text}");
        assert!(text.contains(r#"route="none",status="404"} 1"#), "{text}");
        assert!(text.contains("musubi_requests_running 0"), "{text}");
        assert!(!text.contains("canary"), "{text}");
    }
}
