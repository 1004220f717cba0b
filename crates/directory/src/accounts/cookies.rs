//! The two cookies of access: the session, and the mark of a browser that has signed in before.
//!
//! Over TLS their names start with `__Host-`, which browsers accept only with `Secure`, `Path=/` and no `Domain`
//! (RFC 6265bis 4.1.3.2), so that no neighbouring host can set them. Values are made here and need no escaping.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use chrono::TimeDelta;

fn name(base: &str, secure: bool) -> String {
    if secure { format!("__Host-{base}") } else { base.to_owned() }
}

const SESSION: &str = "musubi";
const DEVICE: &str = "musubi-known";
const CEREMONY: &str = "musubi-oidc";

fn read(headers: &HeaderMap, base: &str, secure: bool) -> Option<String> {
    let value = CookieJar::from_headers(headers).get(&name(base, secure))?.value().to_owned();
    (!value.is_empty() && value.len() <= 128).then_some(value)
}

/// The secret of the session.
pub(crate) fn session(headers: &HeaderMap, secure: bool) -> Option<String> {
    read(headers, SESSION, secure)
}

/// The secret of a browser that has signed in before.
pub(crate) fn device(headers: &HeaderMap, secure: bool) -> Option<String> {
    read(headers, DEVICE, secure)
}

/// What ties the answer of an OpenID provider to the browser that asked.
pub(crate) fn ceremony(headers: &HeaderMap, secure: bool) -> Option<String> {
    read(headers, CEREMONY, secure)
}

fn set(response: &mut Response, base: &str, value: &str, secure: bool, life: TimeDelta) {
    let mut cookie = Cookie::new(name(base, secure), value.to_owned());
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(secure);
    cookie.set_same_site(SameSite::Lax);
    // Max-Age is written by hand because the crate's durations come from another clock library.
    let text = format!("{cookie}; Max-Age={}", life.num_seconds());
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

pub(crate) fn set_session(response: &mut Response, secret: &str, secure: bool, life: TimeDelta) {
    set(response, SESSION, secret, secure, life);
}

pub(crate) fn drop_session(response: &mut Response, secure: bool) {
    set(response, SESSION, "", secure, TimeDelta::zero());
}

pub(crate) fn set_device(response: &mut Response, secret: &str, secure: bool) {
    set(response, DEVICE, secret, secure, TimeDelta::days(365));
}

pub(crate) fn set_ceremony(response: &mut Response, secret: &str, secure: bool) {
    set(response, CEREMONY, secret, secure, TimeDelta::minutes(10));
}

pub(crate) fn drop_ceremony(response: &mut Response, secure: bool) {
    set(response, CEREMONY, "", secure, TimeDelta::zero());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::response::IntoResponse;

    fn cookie(secure: bool) -> String {
        let mut response = ().into_response();
        set_session(&mut response, "abc", secure, TimeDelta::days(1));
        response.headers()[header::SET_COOKIE].to_str().unwrap().to_owned()
    }

    #[test]
    fn f57_over_tls_the_session_cookie_has_every_mark() {
        let cookie = cookie(true);
        assert!(cookie.starts_with("__Host-musubi=abc;"), "{cookie}");
        for mark in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=86400"] {
            assert!(cookie.contains(mark), "{cookie} lacks {mark}");
        }
        assert!(!cookie.contains("Domain"));
    }

    #[test]
    fn f57_without_tls_the_cookie_has_another_name_so_that_it_cannot_shadow() {
        let cookie = cookie(false);
        assert!(cookie.starts_with("musubi=abc;") && !cookie.contains("Secure"), "{cookie}");
    }
}
