//! Where every request comes in: number, host check, language, identity, context; and where every response goes
//! out: errors rendered, projections caught up, security headers set.
//!
//! Never here: what a page contains, what is allowed (see [`crate::routes`] and the actions).

use crate::app::{App, Identity};
use crate::cx::Cx;
use crate::{failure, notice};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use kernel::{Error, Lang, both};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use uuid::Uuid;

/// Nothing inline, nothing from elsewhere.
const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                   connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The outermost layer of the product.
pub async fn enter(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let client = client_address(&app, &request);
    if !host_is_ours(&app, &request) {
        return guarded((StatusCode::MISDIRECTED_REQUEST, "unknown host\n").into_response());
    }
    if let Some(redirect) = to_a_language(&request) {
        return guarded(redirect);
    }
    let identity = match app.gatekeeper.identify(&app, request.headers()).await {
        Ok(identity) => (identity, None),
        Err(error) => (Identity::default(), Some(error)),
    };
    let cx = context(&app, &request, identity.0, client);
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let mut response = match identity.1 {
        Some(error) => failure::render(&cx, &error),
        None => {
            request.extensions_mut().insert(cx.clone());
            next.run(request).await
        }
    };
    if writes && !response.status().is_server_error() {
        // Whoever has just written must find it in lists at once.
        app.projections.catch_up(&app).await;
    }
    response = finish(&cx, response);
    set_headers(&cx, response.headers_mut());
    response
}

/// Bare statuses of the router and of layers become pages too.
fn finish(cx: &Cx, mut response: Response) -> Response {
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        return failure::render(cx, &error);
    }
    let untouched = !response.headers().contains_key(header::CONTENT_TYPE);
    let error = match response.status() {
        StatusCode::NOT_FOUND if untouched => Error::NotFound,
        StatusCode::FORBIDDEN if untouched => Error::Forbidden,
        // What extractors refuse comes as plain text in English: a reader gets a page.
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE
            if is_plain_text(&response) =>
        {
            Error::bad_request(both(
                "このアドレス、または送られた内容を読み取れません。",
                "This address, or what was sent to it, cannot be read.",
            ))
        }
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit_bytes: cx.app.settings.body_limit as u64 },
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Error::Busy,
        StatusCode::INTERNAL_SERVER_ERROR if untouched => Error::internal("handler failed"),
        _ => return response,
    };
    failure::render(cx, &error)
}

fn is_plain_text(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// An answer given before anything is known about the reader.
pub(crate) fn guarded(mut response: Response) -> Response {
    guard(response.headers_mut());
    response
}

/// What every answer tells a browser to refuse. A page that allows more says so itself.
fn guard(headers: &mut HeaderMap) {
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(header::CONTENT_SECURITY_POLICY, CSP);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(header::HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=()");
}

fn set_headers(cx: &Cx, headers: &mut HeaderMap) {
    // A page that says itself who may frame it (CSP 3, 6.4.2: frame-ancestors takes the place of X-Frame-Options).
    let own = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
    let framed = own.is_some_and(|policy| policy.contains("frame-ancestors"));
    guard(headers);
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    if !framed {
        set(header::X_FRAME_OPTIONS, "DENY");
    }
    set(header::VARY, "Cookie, Accept-Language");
    let cache = if cx.actor.is_signed_in() { "private, no-store" } else { "no-cache" };
    set(header::CACHE_CONTROL, cache);
    if cx.app.settings.is_secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if let Ok(id) = HeaderValue::from_str(&cx.request_id) {
        headers.insert("x-request-id", id);
    }
    if cx.notice.is_some() {
        notice::forget(headers);
    }
}

fn context(app: &App, request: &Request, identity: Identity, client: IpAddr) -> Cx {
    let full = request.uri().path();
    let (lang, path) = match split_language(full) {
        Some((lang, rest)) => (lang, rest),
        None => (preferred_language(request.headers()), full),
    };
    let jar = CookieJar::from_headers(request.headers());
    let theme = match jar.get("theme").map(|cookie| cookie.value()) {
        Some("light") => "light",
        Some("dark") => "dark",
        _ => "",
    };
    let accepts_json = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("json") && !accept.contains("text/html"));
    let keyring = identity.actor.keyring();
    Cx {
        app: app.clone(),
        lang,
        keyring: Arc::new(keyring),
        hub: Arc::new(app.hub.clone()),
        theme,
        request_id: Uuid::now_v7().simple().to_string().into(),
        session: identity.session,
        path: if path.is_empty() { "/".into() } else { path.into() },
        query: request.uri().query().unwrap_or_default().into(),
        notice: notice::read(&jar, lang),
        desk_count: identity.waiting,
        wants_json: full.starts_with("/api/") || accepts_json,
        client,
        actor: Arc::new(identity.actor),
    }
}

/// `/ja/people/…` → Japanese, `/people/…`.
fn split_language(path: &str) -> Option<(Lang, &str)> {
    let rest = path.strip_prefix('/')?;
    let (first, _) = rest.split_once('/').unwrap_or((rest, ""));
    let lang = Lang::ALL.into_iter().find(|lang| lang.tag() == first)?;
    Some((lang, rest.strip_prefix(first)?))
}

fn preferred_language(headers: &HeaderMap) -> Lang {
    let jar = CookieJar::from_headers(headers);
    let chosen = jar.get("lang").and_then(|cookie| Lang::from_tag(cookie.value()));
    let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Lang::negotiate);
    chosen.or_else(accepted).unwrap_or(Lang::Ja)
}

/// Addresses without a language lead to the page in the reader's own; `/ja` and `/en` get their slash.
fn to_a_language(request: &Request) -> Option<Response> {
    const WITHOUT: [&str; 13] = [
        "/api/",
        "/assets/",
        "/files/",
        "/health",
        "/ready",
        "/openapi.json",
        "/theme",
        "/sign-out",
        "/oidc/",
        "/robots.txt",
        "/favicon.ico",
        "/.well-known/",
        "/csp",
    ];
    let path = request.uri().path();
    let page = matches!(*request.method(), Method::GET | Method::HEAD);
    if !page || WITHOUT.iter().any(|start| path.starts_with(start)) {
        return None;
    }
    let query = request.uri().query().map(|q| format!("?{q}")).unwrap_or_default();
    match split_language(path) {
        Some((lang, "")) => Some(Redirect::permanent(&format!("/{lang}/{query}")).into_response()),
        Some(_) => None,
        // A path that starts with `//` would lead to another host.
        None => {
            let lang = preferred_language(request.headers());
            Some(Redirect::temporary(&format!("/{lang}/{}{query}", path.trim_start_matches('/'))).into_response())
        }
    }
}

/// Links are made from the configured base address only; a foreign `Host` is not answered.
fn host_is_ours(app: &App, request: &Request) -> bool {
    let host = request
        .uri()
        .authority()
        .map(|a| a.as_str())
        .or_else(|| request.headers().get(header::HOST).and_then(|h| h.to_str().ok()));
    let Some(host) = host else { return true };
    let base = &app.settings.base_url;
    let own = match (base.host_str(), base.port()) {
        (Some(name), Some(port)) => format!("{name}:{port}"),
        (Some(name), None) => name.to_owned(),
        (None, _) => return true,
    };
    host.eq_ignore_ascii_case(&own) || app.settings.extra_hosts.iter().any(|extra| extra.eq_ignore_ascii_case(host))
}

/// The peer, or what a trusted proxy says of it: the last address in `X-Forwarded-For` that is not a proxy of ours.
fn client_address(app: &App, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let proxies = &app.settings.trusted_proxies;
    if !proxies.contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|value| value.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !proxies.contains(hop)).unwrap_or(peer)
}
