//! Connections: how they are accepted, what protects the others from slow and too many of them, and how they end.
//!
//! Never here: what is answered (that is the router, see [`crate::server`]).

use crate::enter::guarded;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// What a client may take of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at one time; more wait in the queue of the operating system.
    pub connections: usize,
    /// A request's head has to be there within this time; a connection without requests is closed after it.
    pub head: Duration,
    /// A client that takes nothing of its answer for so long is given up.
    pub write: Duration,
    /// Requests that run when the server is told to stop get so long.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        let seconds = Duration::from_secs;
        Limits { connections: 8_192, head: seconds(10), write: seconds(30), grace: seconds(10) }
    }
}

/// Serves until `stop` says so. Then nothing new begins: requests under way get the grace, those that come meanwhile are
/// told to come back (503 with `Retry-After`).
/// A connection that cannot be accepted is logged and forgotten.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, mut stop: watch::Receiver<bool>) {
    let (places, graceful) = (Arc::new(Semaphore::new(limits.connections)), GracefulShutdown::new());
    let connect = {
        let stop = stop.clone();
        move |stream, peer| {
            let service = service_fn(answer(router.clone(), peer, stop.clone()));
            builder(limits).serve_connection(wrap(stream, limits), service)
        }
    };
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &places) => accepted,
            () = told(&mut stop) => break,
        };
        if let Some((stream, peer, place)) = accepted {
            tokio::spawn(held(graceful.watch(connect(stream, peer)), place));
        }
    }
    let (drained, late) = (graceful.shutdown(), tokio::time::sleep(limits.grace));
    tokio::pin!(drained, late);
    loop {
        tokio::select! {
            () = &mut drained => return,
            () = &mut late => return,
            accepted = accept(&listener, &places) => if let Some((stream, peer, place)) = accepted {
                tokio::spawn(held(connect(stream, peer), place));
            },
        }
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        // Whoever could say stop is gone: the server runs on.
        std::future::pending().await
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            // Without this a small answer waits for a delayed acknowledgement, about 40 ms.
            let _ = stream.set_nodelay(true);
            Some((stream, peer, place))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            // With no file handle left, trying again at once would only burn the processor.
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

fn builder(limits: Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(limits.head);
    builder
}

fn wrap(stream: TcpStream, limits: Limits) -> TokioIo<std::pin::Pin<Box<TimeoutStream<TcpStream>>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    TokioIo::new(Box::pin(stream))
}

/// A connection that ends in an error has a client that went away: nothing to tell.
async fn held<C: Future<Output = Result<(), hyper::Error>>>(connection: C, _place: OwnedSemaphorePermit) {
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// One request: by the router, or a word to come back once the server is stopping.
fn answer(
    router: Router,
    peer: SocketAddr,
    stop: watch::Receiver<bool>,
) -> impl Fn(hyper::Request<Incoming>) -> BoxFuture<'static, Result<Response, Infallible>> {
    move |request| {
        let (router, stopping) = (router.clone(), *stop.borrow());
        Box::pin(async move {
            if stopping {
                return Ok(come_back());
            }
            if !names_one_host(&request) {
                return Ok(guarded((StatusCode::BAD_REQUEST, "a request names one host\n").into_response()));
            }
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.oneshot(request).await
        })
    }
}

/// RFC 9112, 3.2: a request without a host, or with two of which a proxy in front may have read the other one, is none.
fn names_one_host(request: &hyper::Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

fn come_back() -> Response {
    let words = "再起動しています。数秒後にもう一度お試しください。\nRestarting. Please try again in a few seconds.\n";
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, words).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    guarded(response)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use axum::routing::get;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Notify;

    const SHORT: Duration = Duration::from_millis(200);

    struct Running {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        done: tokio::task::JoinHandle<()>,
    }

    async fn start(router: Router, limits: Limits) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let done = tokio::spawn(serve(listener, router, limits, stopped));
        Running { address, stop, done }
    }

    async fn open(running: &Running, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn all(mut stream: TcpStream) -> String {
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text).await;
        text
    }

    const ASK: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    /// faults.md 20: a head that never ends, and a connection on which nothing comes, are closed by the server.
    #[tokio::test]
    async fn who_sends_no_head_is_not_waited_for() {
        let running =
            start(Router::new().route("/", get(async || "ok")), Limits { head: SHORT, ..Limits::default() }).await;
        let slow = open(&running, "GET / HTTP/1.1\r\nHost: local").await;
        let idle = open(&running, "").await;
        assert!(all(open(&running, ASK).await).await.ends_with("ok"));
        // Both reads end only because the server closes.
        assert!(!all(slow).await.contains("200"));
        assert_eq!(all(idle).await, "");
    }

    /// faults.md 53.
    #[tokio::test]
    async fn a_request_names_one_host() {
        let running = start(Router::new().route("/", get(async || "ok")), Limits::default()).await;
        for head in ["GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: one\r\nHost: other\r\n"] {
            let answer = all(open(&running, &format!("{head}Connection: close\r\n\r\n")).await).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        }
        assert!(all(open(&running, "GET / HTTP/1.0\r\n\r\n").await).await.ends_with("ok"));
    }

    /// faults.md 21: with every place taken by connections that do nothing, the next one is served as soon as those have
    /// been closed.
    #[tokio::test]
    async fn connections_without_requests_give_their_places_back() {
        let limits = Limits { connections: 3, head: SHORT, ..Limits::default() };
        let running = start(Router::new().route("/", get(async || "ok")), limits).await;
        let mut idle = Vec::new();
        for _ in 0..3 {
            idle.push(open(&running, "").await);
        }
        assert!(all(open(&running, ASK).await).await.ends_with("ok"));
    }

    /// faults.md 20: who reads nothing of a long answer is given up, and its place is free again.
    #[tokio::test]
    async fn who_reads_nothing_is_given_up() {
        let long = Router::new().route("/long", get(async || vec![b'x'; 64 << 20])).route("/", get(async || "ok"));
        let running = start(long, Limits { connections: 1, write: SHORT, ..Limits::default() }).await;
        let _deaf = open(&running, &ASK.replace("GET /", "GET /long")).await;
        assert!(all(open(&running, ASK).await).await.ends_with("ok"));
    }

    /// faults.md 4: what runs is finished, what comes is told to come back, and then the server ends.
    #[tokio::test]
    async fn stopping_finishes_what_runs_and_turns_away_what_comes() {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let asked = Arc::new(AtomicUsize::new(0));
        let (tell, wait, count) = (Arc::clone(&begun), Arc::clone(&go), Arc::clone(&asked));
        let slow = async move || {
            count.fetch_add(1, Ordering::Relaxed);
            tell.notify_one();
            wait.notified().await;
            "finished"
        };
        let running = start(Router::new().route("/", get(slow)), Limits::default()).await;
        let under_way = open(&running, ASK).await;
        begun.notified().await;
        running.stop.send(true).unwrap();
        let late = loop {
            // The word takes a moment to reach the accepting loop.
            let answer = all(open(&running, ASK).await).await;
            if !answer.is_empty() {
                break answer;
            }
        };
        assert!(late.starts_with("HTTP/1.1 503") && late.to_lowercase().contains("retry-after: 5"), "{late}");
        go.notify_one();
        assert!(all(under_way).await.ends_with("finished"));
        running.done.await.unwrap();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
